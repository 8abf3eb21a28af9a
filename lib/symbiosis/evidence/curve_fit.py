"""Fitting the logistic urbanization curve, with the ceiling given or estimated.

A good fit does not identify a ceiling: a series that has not bent yet is compatible with any ceiling far
above it. The fit of the curve therefore reports a profile-likelihood interval, and says so where that
interval has no upper end. All ceilings are fitted at once, fast enough to follow a slider.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, finite_number, fraction_array, same_length

_ITERATIONS = 60
_TOLERANCE = 1e-10
_CEILINGS_TRIED = 52


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
        value = fraction_array("share", finite_array("share", share, ndim=1, min_size=minimum), open_interval=True)
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
            raise NoCurveError(
                f"share does not rise between {first:g} and {last:g}; a ceiling needs a rising share: "
                "choose other years"
            )
        return series

    @property
    def centre(self) -> float:
        return float(self.year.mean())

    @property
    def time(self) -> FloatArray:
        return np.asarray(self.year - self.centre)


def _lag_one_correlation(residuals: FloatArray) -> float:
    centred = residuals - residuals.mean()
    total = float(centred @ centred)
    return float(centred[1:] @ centred[:-1]) / total if total > 0 else 0.0


@dataclass(frozen=True)
class LogitLine:
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


def fit_logit_line(years: npt.ArrayLike, share: npt.ArrayLike, *, ceiling: float = 1.0) -> LogitLine:
    """Fit a logistic curve with a known ceiling: least squares on ln(u / (c - u)).

    years: distinct, at least three; share: fractions in (0, ceiling). ValueError where a share reaches the
    ceiling.
    """
    import scipy.stats

    stats: Any = scipy.stats
    series = _Series.checked(years, share, 3)
    limit = _above(ceiling, series.share)
    logit = np.log(series.share / (limit - series.share))
    # Centring on the mean year keeps the intercept's digits; linregress is exact about the slope either way.
    line = stats.linregress(series.time, logit)
    slope, level = float(line.slope), float(line.intercept)
    return LogitLine(
        slope=slope,
        slope_se=float(line.stderr),
        intercept=level - slope * series.centre,
        midpoint=series.centre - level / slope if slope != 0 else math.nan,
        r2=float(line.rvalue) ** 2,
        ceiling=limit,
        first_year=float(series.year[0]),
        last_year=float(series.year[-1]),
        n_obs=len(series.year),
        residual_autocorrelation=_lag_one_correlation(logit - level - slope * series.time),
    )


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


def _profile(series: _Series, inverse: FloatArray) -> CeilingProfile:
    """As profile_ceilings, for every 1/c: smooth through 0, where the curve is exponential."""
    time, value = series.time, series.share
    # Start from the straight line through the logit under each ceiling; a share at or above the ceiling counts as
    # just below it, which is good enough for a start.
    logit = -np.log(np.maximum(1 / value - inverse[:, np.newaxis], 0.02 / value))
    k = (logit * time).sum(axis=1) / (time @ time)
    b = -logit.mean(axis=1)
    damping = np.full(len(inverse), 1e-4)
    error = value - _curve(inverse, b, k, time)
    sse = (error**2).sum(axis=1)
    settled = np.zeros(len(inverse), dtype=bool)
    for _ in range(_ITERATIONS):
        by_b, by_k = _slopes(inverse, b, k, time)
        bb, kk, bk = ((x * y).sum(axis=1) for x, y in ((by_b, by_b), (by_k, by_k), (by_b, by_k)))
        gb, gk = ((x * error).sum(axis=1) for x in (by_b, by_k))
        bb, kk = bb * (1 + damping), kk * (1 + damping)
        determinant = bb * kk - bk**2
        step_b, step_k = (kk * gb - bk * gk) / determinant, (bb * gk - bk * gb) / determinant
        trial = value - _curve(inverse, b + step_b, k + step_k, time)
        trial_sse = (trial**2).sum(axis=1)
        better = trial_sse <= sse
        settled |= np.abs(trial_sse - sse) <= _TOLERANCE * sse
        b, k = np.where(better, b + step_b, b), np.where(better, k + step_k, k)
        error = np.where(better[:, np.newaxis], trial, error)
        sse = np.minimum(sse, trial_sse)
        damping = np.where(better, damping / 10, damping * 10)
        if settled.all():
            break
    else:
        raise NoCurveError(f"the curve under ceiling {1 / inverse[~settled][0]:g} does not settle; choose other years")
    with np.errstate(divide="ignore"):
        return CeilingProfile(1 / inverse, k, sse, series.centre, b)


def _tail(b: FloatArray, k: FloatArray, time: FloatArray) -> FloatArray:
    return np.asarray(np.exp(np.clip(b[:, np.newaxis] - k[:, np.newaxis] * time, -500, 500)))


def _curve(inverse: FloatArray, b: FloatArray, k: FloatArray, time: FloatArray) -> FloatArray:
    return np.asarray(1 / (inverse[:, np.newaxis] + _tail(b, k, time)))


def _slopes(inverse: FloatArray, b: FloatArray, k: FloatArray, time: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Of the curve, by b and by k."""
    tail = _tail(b, k, time)
    by_b = -tail / (inverse[:, np.newaxis] + tail) ** 2
    return by_b, -by_b * time


@dataclass(frozen=True)
class LogisticCurve:
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
    first_year: float
    last_year: float
    n_obs: int
    residual_autocorrelation: float

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
    if not 0 < level < 1:
        raise ValueError(f"level is {level!r}; give a fraction between 0 and 1, such as 0.95")
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
    return LogisticCurve(
        ceiling=top,
        ceiling_se=error,
        rate=rate,
        midpoint=series.centre + (float(best._log_scale[0]) + math.log(top)) / rate if bounded else math.nan,
        sse=sse,
        r2=1 - sse / float(((series.share - series.share.mean()) ** 2).sum()),
        bounded=bounded,
        interval=interval,
        level=level,
        best=best,
        not_rejected=not_rejected,
        first_year=float(series.year[0]),
        last_year=float(series.year[-1]),
        n_obs=len(series.year),
        residual_autocorrelation=_lag_one_correlation(series.share - fitted),
    )


def _best_ceiling(series: _Series) -> CeilingProfile:
    """The best of all curves, by a search from the best of a grid of ceilings."""
    import scipy.optimize

    optimize: Any = scipy.optimize
    smallest = 1 / float(series.share.max())
    inverse = np.linspace(0.0, smallest * 1.02, _CEILINGS_TRIED)
    profile = _profile(series, inverse)
    rough = int(profile.sse.argmin())
    start = (max(inverse[rough], 1e-9), profile._log_scale[rough], profile.rates[rough])

    def curve(p: FloatArray) -> FloatArray:
        return np.asarray(_curve(p[:1], p[1:2], p[2:], series.time)[0])

    def jacobian(p: FloatArray) -> FloatArray:
        return _jacobian(p[:1], p[1:2], p[2:], series.time)

    joint = optimize.least_squares(
        lambda p: curve(p) - series.share,
        start,
        jac=jacobian,
        bounds=([0.0, -np.inf, -np.inf], np.inf),
        x_scale=(smallest, 1.0, 1.0 / float(np.ptp(series.time))),
        xtol=1e-14,
        ftol=1e-14,
        gtol=1e-14,
    )
    a, b, k = (np.array([x]) for x in joint.x)
    sse = 2 * float(joint.cost)
    # A bounded search stops short of its bound: take the bound where it fits at least as well.
    if sse < profile.sse[0] * (1 - 1e-9) and a[0] > 1e-6 * smallest:
        return CeilingProfile(1 / a, k, np.array([sse]), series.centre, b)
    return _profile(series, np.zeros(1))


def _jacobian(inverse: FloatArray, b: FloatArray, k: FloatArray, time: FloatArray) -> FloatArray:
    """Slopes of one curve by 1/c, b and k, shape (times, 3)."""
    return np.column_stack([-(_curve(inverse, b, k, time)[0] ** 2), *(s[0] for s in _slopes(inverse, b, k, time))])


def _ceiling_se(series: _Series, best: CeilingProfile) -> float:
    a = 1 / float(best.ceilings[0])
    if a == 0:
        return math.inf
    gradient = _jacobian(1 / best.ceilings, best._log_scale, best.rates, series.time)
    variance = np.linalg.inv(gradient.T @ gradient) * best.sse[0] / (len(series.year) - 3)
    return float(np.sqrt(variance[0, 0])) / a**2


def _likelihood_interval(series: _Series, best: float, sse: float, level: float) -> tuple[float, float]:
    """The values of 1/c, lowest and highest, at which a likelihood-ratio test at level just rejects; 0 for no end."""
    import scipy.optimize
    from scipy.special import chdtri

    optimize: Any = scipy.optimize
    n, threshold = len(series.year), float(chdtri(1, 1 - level))
    # Residuals at rounding level mean an exact curve; the floor keeps the likelihood ratio finite.
    floor = max(sse, n * np.finfo(float).eps ** 2)

    def excess(inverse: float) -> float:
        trial = float(_profile(series, np.array([inverse])).sse[0])
        return n * math.log(max(trial, floor) / floor) - threshold

    low = float(optimize.brentq(excess, 0.0, best, xtol=1e-10)) if excess(0.0) > 0 else 0.0
    high = max(best, 1 / float(series.share.max()))
    while excess(high) < 0:
        high *= 1.05
    return low, float(optimize.brentq(excess, best, high, xtol=1e-10))
