"""Fitting the logistic urbanization curve, with the ceiling given or estimated.

A good fit does not identify a ceiling: a series that has not bent yet is compatible with any ceiling far
above it. The fit of the curve therefore reports a profile-likelihood interval, and says so where that
interval has no upper end. All ceilings are fitted at once, fast enough to follow a slider.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, confidence_level, finite_array, finite_number, fraction_array, same_length
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.straight_line import straight_line

_ITERATIONS, _SEARCHING_ITERATIONS = 2000, 60
_TOLERANCE = 1e-11
_CEILINGS_TRIED = 52
_GRID = 24


class NoCurveError(ValueError):
    """The series does not rise, or a curve through it does not settle: other years are needed."""


@dataclass(frozen=True)
class _Series:
    """A share by year, in order; time: years from their mean, centre."""

    year: FloatArray
    share: FloatArray

    @classmethod
    def checked(cls, years: npt.ArrayLike, share: npt.ArrayLike, minimum: int) -> _Series:
        year = finite_array("years", years, ndim=1, min_size=minimum)
        value = fraction_array("share", share, ndim=1, min_size=minimum, open_interval=True)
        same_length(years=year, share=value)
        order = np.argsort(year, kind="stable")
        year, value = year[order], value[order]
        repeated = year[1:][np.diff(year) == 0]
        if repeated.size:
            raise ValueError(f"years holds {repeated[0]:g} twice; give one value per year (one vintage)")
        if np.ptp(value) == 0:
            raise ValueError(f"share is {value[0]:g} in every year; a curve needs a share that changes")
        return cls(year, value)

    @classmethod
    def rising(cls, years: npt.ArrayLike, share: npt.ArrayLike) -> _Series:
        series = cls.checked(years, share, 5)
        if np.polyfit(series.time, np.log(series.share), 1)[0] <= 0:
            first, last = series.year[[0, -1]]
            raise NoCurveError(f"share does not rise between {first:g} and {last:g}; choose other years")
        return series

    @property
    def centre(self) -> float:
        return float(self.year.mean())

    @property
    def time(self) -> FloatArray:
        return np.asarray(self.year - self.centre)

    def span(self, residuals: FloatArray) -> tuple[float, float, int, float]:
        """First and last year, how many there are, and the correlation of residuals a year apart."""
        centred = residuals - residuals.mean()
        total = float(centred @ centred)
        correlation = float(centred[1:] @ centred[:-1]) / total if total > 0 else 0.0
        return float(self.year[0]), float(self.year[-1]), len(self.year), correlation


@dataclass(frozen=True)
class _Fit:
    """What every fit says of its series."""

    first_year: float
    last_year: float
    n_obs: int
    residual_autocorrelation: float


@dataclass(frozen=True)
class LogitLine(_Fit):
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

    def predict(self, years: npt.ArrayLike) -> FloatArray:
        """Fitted share in the given years, as a fraction."""
        time = finite_array("years", years) - self.midpoint
        return np.asarray(self.ceiling / (1 + np.exp(-self.slope * time)))


def fit_logit_line(years: npt.ArrayLike, share: npt.ArrayLike, *, ceiling: float = 1.0) -> LogitLine:
    """Fit a logistic curve with a known ceiling: least squares on ln(u / (c - u)).

    years: distinct, at least three; share: fractions in (0, ceiling). ValueError where a share reaches the
    ceiling.
    """
    series = _Series.checked(years, share, 3)
    limit = _above(ceiling, series.share)
    logit = np.log(series.share / (limit - series.share))
    line = straight_line(series.time, logit)
    slope, level, error = line.slope.value, line.intercept, line.naive_standard_error
    midpoint = series.centre - level / slope if slope != 0 else math.nan
    found = (slope, error, level - slope * series.centre, midpoint, line.r2, limit)
    return LogitLine(*series.span(line.residuals), *found)


def _above(ceiling: float, share: FloatArray) -> float:
    limit = finite_number("ceiling", ceiling)
    if limit <= share.max():
        raise ValueError(f"ceiling is {limit:g}, but share reaches {share.max():g}; give a ceiling above every share")
    return limit


@dataclass(frozen=True)
class CeilingProfile:
    """The best curve under each ceiling, by least squares on the share.

    ceilings: fractions, infinite for an exponential; rates: per year; sse: sum of squared errors of the share.
    """

    ceilings: FloatArray
    rates: FloatArray
    sse: FloatArray
    _centre: float = field(repr=False)
    _log_scale: FloatArray = field(repr=False)

    def predict(self, years: npt.ArrayLike) -> FloatArray:
        """Shares under each ceiling, shape (ceilings, years); above 1 where a ceiling allows it."""
        time = finite_array("years", years, ndim=1) - self._centre
        return _curve(1 / self.ceilings, self._log_scale, self.rates, time)


def profile_ceilings(years: npt.ArrayLike, share: npt.ArrayLike, ceilings: npt.ArrayLike) -> CeilingProfile:
    """Fit u = 1 / (1/c + exp(b - k t)) by least squares on the share for every ceiling c.

    years: distinct, at least five; share: fractions in (0, 1), rising overall; ceilings: positive, infinite allowed.
    NoCurveError where the share does not rise, or where a fit does not settle.
    """
    series = _Series.rising(years, share)
    limits = np.atleast_1d(np.asarray(ceilings, dtype=np.float64))
    if not limits.size or not (limits > 0).all():
        raise ValueError(f"ceilings is {ceilings!r}; give positive fractions, infinite for no ceiling")
    return _profile(series, 1 / limits)


def _profile(series: _Series, inverse: FloatArray, *, searching: bool = False) -> CeilingProfile:
    """As profile_ceilings, for every 1/c: smooth through 0, where the curve is exponential.

    Under a ceiling below the last shares the best curve may be a step, which no search reaches: while searching for
    better ceilings, such a curve is left as far as it came, since it fits badly in any case.
    """
    time, value = series.time, series.share
    # Start from the straight line through the logit under each ceiling; a share at or above the ceiling counts as
    # just below it, which is good enough for a start.
    logit = -np.log(np.maximum(1 / value - inverse[:, np.newaxis], 0.02 / value))
    k = (logit * time).sum(axis=1) / (time @ time)
    b = -logit.mean(axis=1)
    damping = np.full(len(inverse), 1e-4)
    sse = ((value - _curve(inverse, b, k, time)) ** 2).sum(axis=1)
    settled = np.zeros(len(inverse), dtype=bool)
    for _ in range(_SEARCHING_ITERATIONS if searching else _ITERATIONS):
        # Newton's step, since Gauss and Newton's creeps where a curve fits badly; damped until it goes down.
        tail = _tail(b, k, time)
        share = 1 / (inverse[:, np.newaxis] + tail)
        by_b, error = -tail * share**2, value - share
        bent = by_b**2 - error * by_b * (1 - 2 * tail * share)
        bb, kk = (((bent + damping[:, np.newaxis] * by_b**2) * w).sum(axis=1) for w in (1.0, time**2))
        bk = -(bent * time).sum(axis=1)
        gb, gk = (by_b * error).sum(axis=1), -(by_b * error * time).sum(axis=1)
        determinant = bb * kk - bk**2
        downhill = (bb > 0) & (determinant > 0)
        movable = np.where(downhill, determinant, np.inf)
        step_b, step_k = (np.clip(x / movable, -100, 100) for x in (kk * gb - bk * gk, bb * gk - bk * gb))
        trial_sse = ((value - _curve(inverse, b + step_b, k + step_k, time)) ** 2).sum(axis=1)
        better = downhill & (trial_sse <= sse)
        # Small steps, or nothing left to gain but rounding.
        small = np.abs(step_b) + np.abs(step_k) * np.ptp(time) <= _TOLERANCE
        settled |= downhill & (small | (np.abs(trial_sse - sse) <= 1e-15 * sse))
        b, k = np.where(better, b + step_b, b), np.where(better, k + step_k, k)
        sse = np.where(better, trial_sse, sse)
        damping = np.where(better, damping / 10, damping * 10)
        if settled.all():
            break
    if not (settled.all() or searching):
        raise NoCurveError(f"the curve under ceiling {1 / inverse[~settled][0]:g} does not settle; choose other years")
    with np.errstate(divide="ignore"):
        return CeilingProfile(1 / inverse, k, sse, series.centre, b)


def _tail(b: FloatArray, k: FloatArray, time: FloatArray) -> FloatArray:
    return np.asarray(np.exp(np.clip(b[:, np.newaxis] - k[:, np.newaxis] * time, -500, 500)))


def _curve(inverse: FloatArray, b: FloatArray, k: FloatArray, time: FloatArray) -> FloatArray:
    return np.asarray(1 / (inverse[:, np.newaxis] + _tail(b, k, time)))


@dataclass(frozen=True)
class LogisticCurve(_Fit):
    """A logistic curve by nonlinear least squares on the share, with the ceiling estimated unless it was given.

    ceiling: fraction, above 1 where the data ask for it, infinite where the best curve is exponential
    (bounded False); ceiling_se: delta-method standard error, infinite where unbounded, 0 where given; rate: per
    year; midpoint: year, NaN where unbounded; r2: of the share.
    interval: profile-likelihood interval of the ceiling at level, upper end infinite where even an
    exponential is not rejected. It takes the residuals as independent; where residual_autocorrelation is
    high it is too narrow.
    best: the curve itself; not_rejected: curves under ceilings from end to end of the interval, the best among them.
    """

    ceiling: float
    ceiling_se: float
    rate: float
    midpoint: float
    sse: float
    r2: float
    bounded: bool
    interval: tuple[float, float]
    level: float
    best: CeilingProfile = field(repr=False)
    not_rejected: CeilingProfile = field(repr=False)

    def written(self, display: str = ".0%", unit: str = "") -> Estimate:
        """The ceiling with its interval as an Estimate, infinite where there is no end."""
        return Estimate(self.ceiling, *self.interval, unit, display, self.level)

    def predict(self, years: npt.ArrayLike) -> FloatArray:
        """Fitted share in the given years, one number or a list; above 1 where an unbounded fit is carried too far."""
        year = finite_array("years", years)
        return np.asarray(self.best.predict(year.ravel())[0].reshape(year.shape))

    def band(self, years: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Lowest and highest share of the curves not rejected in each of the years."""
        curves = self.not_rejected.predict(years)
        return curves.min(axis=0), curves.max(axis=0)


def fit_logistic_curve(
    years: npt.ArrayLike, share: npt.ArrayLike, *, ceiling: float | None = None, level: float = 0.95
) -> LogisticCurve:
    """Fit a logistic curve by least squares on the share itself, with a given ceiling or an unknown one (None).

    years: distinct, at least five; share: fractions in (0, 1), rising overall. NoCurveError where the share
    does not rise, ValueError where it reaches the given ceiling.
    """
    confidence_level(level)
    series = _Series.rising(years, share)
    if ceiling is not None:
        limit = _above(ceiling, series.share)
        best = not_rejected = _profile(series, np.array([1 / limit]))
        error, interval = 0.0, (limit, limit)
    else:
        best = _best_ceiling(series)
        a = 1 / best.ceilings
        low, high = _likelihood_interval(series, float(a[0]), float(best.sse[0]), level)
        not_rejected = _profile(series, np.union1d(np.linspace(low, high, _CEILINGS_TRIED), a))
        interval = (1 / high, 1 / low if low > 0 else math.inf)
        error = _ceiling_se(series, best)
    top, sse, rate = (float(x[0]) for x in (best.ceilings, best.sse, best.rates))
    fitted = best.predict(series.year)[0]
    # Half the ceiling c is reached where exp(b - k t) equals 1/c.
    bounded = math.isfinite(top)
    midpoint = series.centre + (float(best._log_scale[0]) + math.log(top)) / rate if bounded else math.nan
    r2 = 1 - sse / float(((series.share - series.share.mean()) ** 2).sum())
    found, curves = (top, error, rate, midpoint, sse, r2), (best, not_rejected)
    return LogisticCurve(*series.span(series.share - fitted), *found, bounded, interval, level, *curves)


def _best_ceiling(series: _Series) -> CeilingProfile:
    """The best of all curves: where the sum of squares along the profile neither falls nor rises with the ceiling."""
    inverse = np.linspace(0.0, 1.02 / float(series.share.max()), _CEILINGS_TRIED)
    rough = int(_profile(series, inverse, searching=True).sse.argmin())
    low, high = inverse[max(rough - 1, 0)], inverse[min(rough + 1, len(inverse) - 1)]

    def slope(a: FloatArray) -> FloatArray:
        # Half that of the sum of squares by a = 1/c; the other parameters drop out, being at their best.
        share = _profile(series, a, searching=True).predict(series.year)
        return np.asarray(((series.share - share) * share**2).sum(axis=1))

    best = _crossing(slope, low, high) if slope(np.array([low])) < 0 else 0.0
    return _profile(series, np.array([best if best > 1e-6 * inverse[-1] else 0.0]))


def _crossing(function: Callable[[FloatArray], FloatArray], start: float, end: float) -> float:
    """Where a function that is negative at start comes to zero on the way to end or beyond, by grids within grids."""
    while function(np.array([end])) < 0:
        start, end = end, 1.05 * end
    for _ in range(3):
        grid = np.linspace(start, end, _GRID)
        values = function(grid)
        at = max(1, int((values >= 0).argmax()))
        start, end = grid[at - 1], grid[at]
    return float(start - values[at - 1] * (end - start) / (values[at] - values[at - 1]))


def _ceiling_se(series: _Series, best: CeilingProfile) -> float:
    a = 1 / float(best.ceilings[0])
    if a == 0:
        return math.inf
    share = best.predict(series.year)[0]
    by_b = -share * (1 - a * share)
    gradient = np.column_stack([-(share**2), by_b, -by_b * series.time])
    variance = np.linalg.inv(gradient.T @ gradient) * best.sse[0] / (len(series.year) - 3)
    return float(np.sqrt(variance[0, 0])) / a**2


def _likelihood_interval(series: _Series, best: float, sse: float, level: float) -> tuple[float, float]:
    """The values of 1/c nearest to the best, below and above, that a likelihood-ratio test rejects; 0 for no end."""
    from scipy.special import chdtri

    n, threshold = len(series.year), float(chdtri(1, 1 - level))
    # Residuals at rounding level mean an exact curve; the floor keeps the likelihood ratio finite.
    floor = max(sse, n * np.finfo(float).eps ** 2)

    def excess(inverse: FloatArray) -> FloatArray:
        trial = _profile(series, inverse, searching=True).sse
        return np.asarray(n * np.log(np.maximum(trial, floor) / floor) - threshold)

    low = _crossing(excess, best, 0.0) if excess(np.zeros(1)) > 0 else 0.0
    return low, _crossing(excess, best, max(1.05 * best, 1 / float(series.share.max())))
