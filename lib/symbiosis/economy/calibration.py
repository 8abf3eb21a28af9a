"""The integrated economy calibrated to China until 2012, once for every draw of what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from symbiosis.checks import FloatArray
from symbiosis.economy.ages import FIRST_YEAR
from symbiosis.economy.china_moments import Moment
from symbiosis.economy.model import Economy
from symbiosis.economy.parameters import CALIBRATED
from symbiosis.evidence.simulated_moments import fit_moments

PRIOR_WEIGHT = 0.1
"""How strongly a calibrated parameter is drawn to its start: it only decides where the moments do not."""
ROUNDS = 12


@dataclass(frozen=True)
class Calibration:
    """The economy with its calibrated parameters, and how well it fits.

    misfit (draws,): root mean square miss in tolerances, of every outcome over its years first, so that an outcome
    counts once; chi_square (draws,): its square times the number of outcomes. A draw that cannot feed its people from
    the start on has very large ones.
    """

    economy: Economy
    misfit: FloatArray
    chi_square: FloatArray


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
    by_outcome = mean_by_outcome(fit.misses**2, fitted)
    return Calibration(with_calibrated(fit.parameters), np.sqrt(by_outcome.mean(axis=0)), by_outcome.sum(axis=0))


def mean_by_outcome(values: FloatArray, moments: Sequence[Moment]) -> FloatArray:
    """Means over the years of every outcome, (outcomes, runs), of values by moment (moments, runs)."""
    names = list(dict.fromkeys(m.outcome for m in moments))
    return np.stack([values[[m.outcome == name for m in moments]].mean(axis=0) for name in names])


def fit_weights(chi_square: FloatArray) -> FloatArray:
    """Weights of draws that add up to one, (draws,): exp(-chi_square / 2), as if misses were normal."""
    weight = np.exp(-(chi_square - np.min(chi_square)) / 2)
    return np.asarray(weight / weight.sum())
