"""What the workers run, importable by name."""

from __future__ import annotations

from functools import cache

import numpy as np

from symbiosis import tables
from symbiosis.checks import FloatArray
from symbiosis.economy.calibration import calibrate
from symbiosis.economy.china_moments import Moment, china_moments
from symbiosis.economy.model import Economy
from symbiosis.economy.mutual_benefit import GAINS, advantage, mutual_benefit
from symbiosis.economy.parameters import CALIBRATED

LEVY = 0.04
"""Money of the test of mutual benefit, as a share of non-farm output."""


@cache
def moments() -> tuple[Moment, ...]:
    """The moments of China, from the tables."""
    return china_moments(*(tables.load(name) for name in ("china_national", "china_provinces", "countries")))


def calibrated(parameters: dict[str, FloatArray]) -> dict[str, FloatArray]:
    """Calibrate to China for draws of the uncertain parameters."""
    found = calibrate(Economy(**parameters), moments())
    return {**{p.name: np.asarray(getattr(found.economy, p.name)) for p in CALIBRATED}, "misfit": found.misfit}


def tested(parameters: dict[str, FloatArray]) -> dict[str, FloatArray]:
    """Calibrate, then put the packages to the test of mutual benefit; columns test_gain and misfit."""
    found = calibrate(Economy(**parameters), moments())
    benefit = mutual_benefit(found.economy, levy=LEVY)
    both = advantage(found.economy, "both", "countryside_only", levy=LEVY)
    results: dict[str, FloatArray] = {"misfit": found.misfit}
    for name in GAINS:
        results[f"complementarity_{name}"] = benefit.complementarity[name]
        results[f"held_back_{name}"] = benefit.where_slowed[name] - benefit.alone[name]
        results[f"advantage_{name}"] = both[name]
    return {name: np.asarray(values) for name, values in results.items()}
