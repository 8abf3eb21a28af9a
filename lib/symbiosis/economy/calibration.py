"""The integrated economy calibrated to China, once for every draw of what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from symbiosis.checks import FloatArray
from symbiosis.economy.china_moments import Moment
from symbiosis.economy.model import Economy
from symbiosis.economy.outcomes import FIRST_YEAR
from symbiosis.economy.parameters import CALIBRATED
from symbiosis.evidence.simulated_moments import fit_moments

PRIOR_WEIGHT = 0.1
"""How strongly a calibrated parameter is drawn to its start: it only decides where the moments do not."""
ROUNDS = 14


@dataclass(frozen=True)
class Calibration:
    """The economy with its calibrated parameters, and how well it fits.

    misfit (draws,): root mean square miss of the fitted moments, in tolerances; a draw that cannot feed its people
    from the start on has a very large one.
    """

    economy: Economy
    misfit: FloatArray


def calibrate(economy: Economy, moments: Sequence[Moment], *, rounds: int = ROUNDS) -> Calibration:
    """Choose the calibrated parameters of an economy, for each of its draws, so that it comes near the fitted moments.

    economy: numbers or draws (runs,); where its calibrated parameters stand, the search starts. ValueError without
    fitted moments.
    """
    fitted = [m for m in moments if m.fitted]
    if not fitted:
        raise ValueError("moments hold none that is fitted; give at least one")
    last = max(m.year for m in fitted)
    names = [p.name for p in CALIBRATED]
    drawn = dict(zip(economy.values(), map(np.atleast_1d, economy.arrays()), strict=True))
    runs = len(drawn[names[0]])

    def with_calibrated(values: FloatArray) -> Economy:
        times = values.shape[1] // runs
        everything = {name: np.tile(value, times) for name, value in drawn.items()}
        return Economy(**{**everything, **dict(zip(names, values, strict=True))})

    def simulated(values: FloatArray) -> FloatArray:
        paths = with_calibrated(values).simulate(last, strict=False)
        return np.stack([getattr(paths, m.outcome)[..., m.year - FIRST_YEAR] for m in fitted])

    fit = fit_moments(
        simulated,
        np.stack([drawn[name] for name in names]),
        *(np.array([getattr(p, end) for p in CALIBRATED]) for end in ("lower", "upper")),
        *(np.array([getattr(m, name) for m in fitted]) for name in ("value", "tolerance")),
        prior_weight=PRIOR_WEIGHT,
        rounds=rounds,
    )
    return Calibration(with_calibrated(fit.parameters), np.sqrt((fit.misses**2).mean(axis=0)))
