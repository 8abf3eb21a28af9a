"""Fitting the logistic urbanization curve, with the ceiling given or estimated.

A good fit does not identify a ceiling: a series that has not bent yet is compatible with any ceiling far
above it. The free-ceiling fit therefore reports a profile-likelihood interval, and says so where that
interval has no upper end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, finite_array, finite_number, fraction_array, same_length


def _series(years: npt.ArrayLike, share: npt.ArrayLike, minimum: int) -> tuple[FloatArray, FloatArray]:
    year = finite_array("years", years, ndim=1, min_size=minimum)
    value = fraction_array("share", finite_array("share", share, ndim=1, min_size=minimum), open_interval=True)
    same_length(years=year, share=value)
    order = np.argsort(year, kind="stable")
    year, value = year[order], value[order]
    repeated = year[1:][np.diff(year) == 0]
    if repeated.size:
        raise ValueError(f"years holds {repeated[0]:g} twice; give one value per year (one vintage)")
    if np.ptp(value) == 0:
        raise ValueError(f"share is {value[0]:g} in every year; a curve needs a share that changes")
    return year, value


def _lag_one_correlation(residuals: FloatArray) -> float:
    centred = residuals - residuals.mean()
    total = float(centred @ centred)
    return float(centred[1:] @ centred[:-1]) / total if total > 0 else 0.0


@dataclass(frozen=True)
class FixedCeilingFit:
    """A straight line through logit(share / ceiling) by least squares.

    slope: per year; slope_se: its conventional standard error, too small where residual_autocorrelation is
    high; midpoint: year in which the fitted share is half the ceiling; r2: of the logit, not of the share.
    """

    slope: float
    slope_se: float
    intercept: float
    midpoint: float
    r2: float
    ceiling: float
    first_year: float
    last_year: float
    n_obs: int
    residual_autocorrelation: float

    def predict(self, years: npt.ArrayLike) -> FloatArray:
        """Fitted share in the given years, as a fraction."""
        time = finite_array("years", years) - self.midpoint
        return np.asarray(self.ceiling / (1 + np.exp(-self.slope * time)))


def fit_logistic_fixed_ceiling(years: npt.ArrayLike, share: npt.ArrayLike, *, ceiling: float = 1.0) -> FixedCeilingFit:
    """Fit a logistic curve with a known ceiling: least squares on ln(u / (c - u)).

    years: distinct, at least three; share: fractions in (0, ceiling). ValueError where a share reaches the
    ceiling.
    """
    import scipy.stats

    stats: Any = scipy.stats
    year, value = _series(years, share, 3)
    limit = finite_number("ceiling", ceiling)
    if limit <= value.max():
        raise ValueError(f"ceiling is {limit:g}, but share reaches {value.max():g}; give a ceiling above every share")
    logit = np.log(value / (limit - value))
    # Centring on the mean year keeps the intercept's digits; linregress is exact about the slope either way.
    centre = float(year.mean())
    line = stats.linregress(year - centre, logit)
    slope, level = float(line.slope), float(line.intercept)
    return FixedCeilingFit(
        slope=slope,
        slope_se=float(line.stderr),
        intercept=level - slope * centre,
        midpoint=centre - level / slope if slope != 0 else math.nan,
        r2=float(line.rvalue) ** 2,
        ceiling=limit,
        first_year=float(year[0]),
        last_year=float(year[-1]),
        n_obs=len(year),
        residual_autocorrelation=_lag_one_correlation(logit - level - slope * (year - centre)),
    )


@dataclass(frozen=True)
class FreeCeilingFit:
    """A logistic curve with the ceiling estimated by nonlinear least squares on the share.

    ceiling: fraction, above 1 where the data ask for it, infinite where the best curve is exponential
    (bounded False); ceiling_se: delta-method standard error, infinite where unbounded; rate: per year;
    midpoint: year, NaN where unbounded.
    interval: profile-likelihood interval of the ceiling at level, upper end infinite where even an
    exponential is not rejected. It takes the residuals as independent; where residual_autocorrelation is
    high it is too narrow.
    profile: one row per ceiling tried: ceiling, rate, sse, log_likelihood_ratio (0 at the best fit).
    """

    ceiling: float
    ceiling_se: float
    rate: float
    midpoint: float
    sse: float
    bounded: bool
    interval: tuple[float, float]
    level: float
    profile: pd.DataFrame
    first_year: float
    last_year: float
    n_obs: int
    residual_autocorrelation: float
    _curve: tuple[float, float, float, float]

    def predict(self, years: npt.ArrayLike) -> FloatArray:
        """Fitted share in the given years; above 1 where an unbounded fit is carried too far."""
        centre, inverse, log_scale, rate = self._curve
        return np.asarray(1 / (inverse + np.exp(log_scale - rate * (finite_array("years", years) - centre))))


def fit_logistic_free_ceiling(years: npt.ArrayLike, share: npt.ArrayLike, *, level: float = 0.95) -> FreeCeilingFit:
    """Fit a logistic curve with an unknown ceiling: least squares on the share itself.

    years: distinct, at least five; share: fractions in (0, 1), rising overall. ValueError where the share
    does not rise.
    """
    import scipy.optimize
    import scipy.stats

    optimize: Any = scipy.optimize
    stats: Any = scipy.stats
    year, value = _series(years, share, 5)
    if not 0 < level < 1:
        raise ValueError(f"level is {level!r}; give a fraction between 0 and 1, such as 0.95")
    centre = float(year.mean())
    time = year - centre
    spread = float(np.ptp(time))
    # With a = 1/c the curve is u = 1 / (a + exp(b - k t)): smooth through a = 0, where it is exponential,
    # so that an unbounded ceiling is an ordinary boundary point instead of a search that runs away.
    slope, negative_b = np.polyfit(time, np.log(value), 1)
    if slope <= 0:
        raise ValueError(f"share does not rise between {year[0]:g} and {year[-1]:g}; a ceiling needs a rising share")

    def curve(a: float, b: float, k: float) -> FloatArray:
        return np.asarray(1 / (a + np.exp(np.clip(b - k * time, -500, 500))))

    def jacobian(a: float, b: float, k: float) -> FloatArray:
        tail = np.exp(np.clip(b - k * time, -500, 500))
        squared = -1 / (a + tail) ** 2
        return np.column_stack([squared, squared * tail, -squared * tail * time])

    def fit_given(a: float, start: tuple[float, float]) -> tuple[float, float, float]:
        found = optimize.least_squares(
            lambda p: curve(a, p[0], p[1]) - value,
            start,
            jac=lambda p: jacobian(a, p[0], p[1])[:, 1:],
            x_scale=(1.0, 1.0 / spread),
            xtol=1e-12,
            ftol=1e-12,
            gtol=1e-12,
        )
        return 2 * float(found.cost), float(found.x[0]), float(found.x[1])

    def start_given(a: float) -> tuple[float, float]:
        gap = 1 / value - a
        use = gap > 0
        if use.sum() < 2:
            return -float(negative_b), float(slope)
        k, minus_b = np.polyfit(time[use], -np.log(gap[use]), 1)
        return -float(minus_b), float(k)

    highest = 1 / float(value.max())
    grid = np.linspace(0.0, highest * 1.02, 52)
    profiled = [(a, *fit_given(float(a), start_given(float(a)))) for a in grid]
    rough = min(profiled, key=lambda row: row[1])
    joint = optimize.least_squares(
        lambda p: curve(*p) - value,
        (max(rough[0], 1e-9), rough[2], rough[3]),
        jac=lambda p: jacobian(*p),
        bounds=([0.0, -np.inf, -np.inf], np.inf),
        x_scale=(highest, 1.0, 1.0 / spread),
        xtol=1e-14,
        ftol=1e-14,
        gtol=1e-14,
    )
    a, b, k = (float(x) for x in joint.x)
    sse = 2 * float(joint.cost)
    # A bounded search stops short of its bound: take the bound where it fits at least as well.
    bounded = sse < profiled[0][1] * (1 - 1e-9) and a > 1e-6 * highest
    if not bounded:
        a, (sse, b, k) = 0.0, profiled[0][1:]

    n = len(year)
    residuals = value - curve(a, b, k)
    errors: Any = np.full(3, np.inf)
    if bounded:
        gradient = jacobian(a, b, k)
        errors = np.sqrt(np.diag(np.linalg.inv(gradient.T @ gradient)) * sse / (n - 3))

    threshold = float(stats.chi2.ppf(level, 1))
    # Residuals at rounding level mean an exact curve; the floor keeps the likelihood ratio finite.
    floor = max(sse, n * np.finfo(float).eps ** 2)

    def excess(inverse: float) -> float:
        trial = fit_given(inverse, start_given(inverse))[0]
        return n * math.log(max(trial, floor) / floor) - threshold

    low = high = math.inf
    if excess(0.0) > 0:
        high = 1 / float(optimize.brentq(excess, 0.0, a, xtol=1e-10))
    upper = max(a, highest)
    while excess(upper) < 0:
        upper *= 1.05
    low = 1 / float(optimize.brentq(excess, a, upper, xtol=1e-10))

    profile = pd.DataFrame(profiled, columns=["inverse", "sse", "log_scale", "rate"])
    with np.errstate(divide="ignore"):
        profile["ceiling"] = 1 / profile["inverse"]
    profile["log_likelihood_ratio"] = n * np.log(np.maximum(profile["sse"], floor) / floor)
    return FreeCeilingFit(
        ceiling=1 / a if bounded else math.inf,
        ceiling_se=float(errors[0]) / a**2 if bounded else math.inf,
        rate=k,
        # Half the ceiling is reached where exp(b - k t) equals a.
        midpoint=centre + (b - math.log(a)) / k if bounded else math.nan,
        sse=sse,
        bounded=bounded,
        interval=(low, high),
        level=level,
        profile=profile[["ceiling", "rate", "sse", "log_likelihood_ratio"]].iloc[::-1].reset_index(drop=True),
        first_year=float(year[0]),
        last_year=float(year[-1]),
        n_obs=n,
        residual_autocorrelation=_lag_one_correlation(residuals),
        _curve=(centre, a, b, k),
    )
