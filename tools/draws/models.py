"""What the workers run, importable by name."""

from __future__ import annotations

from functools import cache

import numpy as np

from symbiosis import tables
from symbiosis.checks import FloatArray
from symbiosis.economy.calibration import calibrate
from symbiosis.economy.china_moments import Moment, china_moments
from symbiosis.economy.model import Economy
from symbiosis.economy.parameters import CALIBRATED


@cache
def moments() -> tuple[Moment, ...]:
    """The moments of China, from the tables."""
    return china_moments(*(tables.load(name) for name in ("china_national", "china_provinces", "countries")))


def calibrated(parameters: dict[str, FloatArray]) -> dict[str, FloatArray]:
    """Calibrate to China until 2012 for draws of the uncertain parameters."""
    found = calibrate(Economy(**parameters), moments())
    fit = {"misfit": found.misfit, "chi_square": found.chi_square}
    return {**{p.name: np.asarray(getattr(found.economy, p.name)) for p in CALIBRATED}, **fit}
