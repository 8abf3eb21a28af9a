"""Which ceilings of the logistic curve a series does not rule out, all of them fitted at once.

The same curve and likelihood as curve_fit.fit_logistic_free_ceiling, solved for a whole grid of ceilings together:
fast enough to follow a slider, and with every curve at hand, so that the spread of their forecasts can be drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, fraction_array, positive_array, same_length

ITERATIONS = 60
TOLERANCE = 1e-10


@dataclass(frozen=True)
class CeilingProfile:
    """The best curve under each ceiling.

    ceilings: fractions, infinite for an exponential; rates: per year; sse: sum of squared errors of the share;
    log_likelihood_ratio: n ln(sse / smallest sse), which takes residuals as independent; n_obs: years fitted.
    """

    ceilings: FloatArray
    rates: FloatArray
    sse: FloatArray
    log_likelihood_ratio: FloatArray
    n_obs: int
    _centre: float
    _log_scale: FloatArray

    @property
    def best(self) -> int:
        """Position of the ceiling that fits best."""
        return int(self.sse.argmin())

    def accepted(self, level: float = 0.95) -> npt.NDArray[np.bool_]:
        """Which ceilings a likelihood-ratio test at level does not reject."""
        from scipy.special import chdtri

        if not 0 < level < 1:
            raise ValueError(f"level is {level:g}; give a fraction between 0 and 1, such as 0.95")
        return np.asarray(self.log_likelihood_ratio <= chdtri(1, 1 - level))

    def predict(self, years: npt.ArrayLike) -> FloatArray:
        """Shares under each ceiling, shape (ceilings, years); above 1 where a ceiling allows it."""
        time = finite_array("years", years, ndim=1) - self._centre
        return _curve(1 / self.ceilings, self._log_scale, self.rates, time)


def profile_ceilings(years: npt.ArrayLike, share: npt.ArrayLike, ceilings: npt.ArrayLike) -> CeilingProfile:
    """Fit u = 1 / (1/c + exp(b - k t)) by least squares on the share for every ceiling c.

    years: distinct, at least five; share: fractions in (0, 1), rising overall; ceilings: positive, infinite allowed.
    ValueError where the share does not rise, or where a fit does not settle.
    """
    year = finite_array("years", years, ndim=1, min_size=5)
    value = fraction_array("share", finite_array("share", share, ndim=1, min_size=5), open_interval=True)
    same_length(years=year, share=value)
    limits = np.atleast_1d(np.asarray(ceilings, dtype=np.float64))
    inverse = 1 / np.where(np.isinf(limits), 1.0, positive_array("ceilings", np.where(np.isinf(limits), 1.0, limits)))
    inverse[np.isinf(limits)] = 0.0
    centre = float(year.mean())
    time = year - centre
    slope = float(np.polyfit(time, np.log(value), 1)[0])
    if slope <= 0:
        raise ValueError(
            f"share does not rise between {year.min():g} and {year.max():g}; a ceiling needs a rising share: "
            "choose other years"
        )
    # Start from the straight line through the logit under each ceiling; a share at or above the ceiling counts as
    # just below it, which is good enough for a start.
    gap = np.maximum(1 / value - inverse[:, np.newaxis], 0.02 / value)
    logit = -np.log(gap)
    k = (logit * time).sum(axis=1) / (time @ time)
    b = -logit.mean(axis=1)
    if not len(limits):
        raise ValueError("ceilings is empty; give at least one")
    damping = np.full(len(limits), 1e-4)
    error = value - _curve(inverse, b, k, time)
    sse = (error**2).sum(axis=1)
    settled = np.zeros(len(limits), dtype=bool)
    for _ in range(ITERATIONS):
        tail = np.exp(np.clip(b[:, np.newaxis] - k[:, np.newaxis] * time, -500, 500))
        by_b = -tail / (inverse[:, np.newaxis] + tail) ** 2
        by_k = -by_b * time
        bb, kk, bk = ((x * y).sum(axis=1) for x, y in ((by_b, by_b), (by_k, by_k), (by_b, by_k)))
        gb, gk = ((x * error).sum(axis=1) for x in (by_b, by_k))
        bb, kk = bb * (1 + damping), kk * (1 + damping)
        determinant = bb * kk - bk**2
        step_b, step_k = (kk * gb - bk * gk) / determinant, (bb * gk - bk * gb) / determinant
        trial = value - _curve(inverse, b + step_b, k + step_k, time)
        trial_sse = (trial**2).sum(axis=1)
        better = trial_sse <= sse
        settled |= np.abs(trial_sse - sse) <= TOLERANCE * sse
        b, k = np.where(better, b + step_b, b), np.where(better, k + step_k, k)
        error = np.where(better[:, np.newaxis], trial, error)
        sse = np.minimum(sse, trial_sse)
        damping = np.where(better, damping / 10, damping * 10)
        if settled.all():
            break
    else:
        raise ValueError(f"the curve under ceiling {limits[~settled][0]:g} does not settle; choose other years")
    floor = max(float(sse.min()), len(year) * np.finfo(float).eps ** 2)
    return CeilingProfile(limits, k, sse, len(year) * np.log(np.maximum(sse, floor) / floor), len(year), centre, b)


def _curve(inverse: FloatArray, log_scale: FloatArray, rate: FloatArray, time: FloatArray) -> FloatArray:
    exponent = np.clip(log_scale[:, np.newaxis] - rate[:, np.newaxis] * time, -500, 500)
    return np.asarray(1 / (inverse[:, np.newaxis] + np.exp(exponent)))
