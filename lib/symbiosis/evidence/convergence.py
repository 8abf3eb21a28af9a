"""Do poor places catch up? Beta, sigma and club convergence.

Beta: places that start poorer grow faster. Sigma: the spread between places shrinks. Beta does not imply sigma: with
shocks that fade, poor places grow faster on average while the spread stays what it is, as tall fathers have shorter
sons and heights never become equal (Galton 1886; Quah 1993, Scandinavian Journal of Economics 95:427).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, at_least, finite_array, positive_array, positive_number, same_length
from symbiosis.evidence.bootstrap import bootstrap_interval
from symbiosis.evidence.estimate import Estimate, WithInterval
from symbiosis.evidence.least_squares import CollinearError, batched_least_squares

LOG_T_CRITICAL = -1.65
"""One-sided 5 percent: convergence is rejected where the t value lies below (Phillips and Sul 2007)."""


@dataclass(frozen=True)
class BetaConvergence:
    """Growth a year regressed on the log of the start: slope with interval, and what it means as a speed.

    speed: b in slope = -(1 - exp(-b years))/years, per year; half_life: ln 2 / speed in years. half_life_low and
    half_life_high belong to the interval's ends; infinite where an end does not converge at all.
    """

    slope: float
    standard_error: float
    low: float
    high: float
    level: float
    speed: float
    speed_low: float
    speed_high: float
    half_life: float
    half_life_low: float
    half_life_high: float
    r2: float
    n_obs: int

    def speed_written(self, display: str = ".1%", unit: str = "a year") -> Estimate:
        """The speed with its interval."""
        return Estimate(self.speed, self.speed_low, self.speed_high, unit, display, self.level)

    def half_life_written(self, display: str = ".0f", unit: str = "years") -> Estimate:
        """The half-life with its interval."""
        return Estimate(self.half_life, self.half_life_low, self.half_life_high, unit, display, self.level)


def beta_convergence(
    start: npt.ArrayLike,
    end: npt.ArrayLike,
    years: float,
    *,
    controls: npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> BetaConvergence:
    """Regress ln(end/start)/years on ln(start), one row per place (Barro and Sala-i-Martin 1992).

    start, end: income per person, positive; controls: (places,) or (places, variables) for conditional convergence.
    cluster: a label per place, such as its province, where neighbours share their luck: errors are clustered by it,
    else HC3; interval from Student's t. An error in measuring the start alone already makes the slope negative.
    ValueError for too few places, or a slope so steep (below -1/years) that it is no speed.
    """
    first, last = positive_array("start", start, ndim=1), positive_array("end", end, ndim=1)
    n = same_length(start=first, end=last)
    span = positive_number("years", years)
    extra = np.empty((n, 0)) if controls is None else finite_array("controls", controls)
    same_length(start=first, controls=extra)
    columns = np.column_stack([np.log(first), extra])
    short = f"start holds {n} places that cannot carry {columns.shape[1] + 1} coefficients; give more, or vary"
    if n < columns.shape[1] + 4:
        raise ValueError(short)
    try:
        errors: dict[str, Any] = {"errors": "HC3"} if cluster is None else {"clusters": [cluster]}
        fit = batched_least_squares(np.log(last / first) / span, columns, level=level, **errors)
    except CollinearError as error:
        raise ValueError(short) from error
    found = fit.estimate("x1")
    slope, low, high = found.value, found.low, found.high
    if slope * span <= -1:
        raise ValueError(f"slope is {slope:.4g} over {span:g} years: start and end are unrelated; no speed follows")
    # A steeper slope is a higher speed and a shorter half-life: the ends change places.
    speed, fast, slow = (_speed(s, span) for s in (slope, low, high))
    life, shortest, longest = (_half_life(s) for s in (speed, fast, slow))
    slopes = (slope, float(fit.standard_errors[0]), low, high)
    return BetaConvergence(*slopes, level, speed, slow, fast, life, shortest, longest, float(fit.r2), n)


@dataclass(frozen=True)
class SigmaConvergence(WithInterval):
    """Standard deviation of log income at two dates, and the log of their ratio with its bootstrap interval.

    estimate, change: ln(sd_end / sd_start), negative where the spread shrank.
    """

    sd_start: float
    sd_end: float
    n_obs: int

    @property
    def change(self) -> float:
        return self.estimate

    def written(self, display: str = "+.2f", unit: str = "") -> Estimate:
        """The change of the spread, in logarithms, with its interval."""
        return super().written(display, unit)


def sigma_convergence(
    start: npt.ArrayLike,
    end: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    weights: npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
    resamples: int = 1000,
    level: float = 0.95,
) -> SigmaConvergence:
    """Did the spread of log income between the same places shrink? Places are resampled with both their dates.

    start, end: income per person, positive, shape (places,); weights: persons, to count people instead of places;
    cluster: a label per place: whole clusters are resampled.
    """
    first = positive_array("start", start, ndim=1, min_size=3)
    last = positive_array("end", end, ndim=1)
    n = same_length(start=first, end=last)
    people = np.ones(n) if weights is None else positive_array("weights", weights, ndim=1)
    same_length(start=first, weights=people)
    if np.ptp(first) == 0 or np.ptp(last) == 0:
        raise ValueError("start or end is the same everywhere; there is no spread to compare")
    rows = np.column_stack([np.log(first), np.log(last), people])

    def spreads(data: FloatArray) -> FloatArray:
        share = data[:, 2] / data[:, 2].sum()
        gaps = data[:, :2] - share @ data[:, :2]
        return np.asarray(np.sqrt(share @ gaps**2))

    def change(data: FloatArray) -> float:
        at = spreads(data)
        return float(np.log(at[1] / at[0]))

    interval = bootstrap_interval(rows, change, rng=rng, resamples=resamples, level=level, cluster=cluster)
    sd_start, sd_end = map(float, spreads(rows))
    return SigmaConvergence(interval.estimate, interval.low, interval.high, level, sd_start, sd_end, n)


@dataclass(frozen=True)
class LogTTest:
    """Slope b of the log t regression and its t value; converges: t above -1.65.

    b >= 2 would be convergence of levels, 0 <= b < 2 of growth rates (the slope is twice the speed of decay).
    """

    slope: float
    standard_error: float
    t: float
    converges: bool


def log_t_test(panel: npt.ArrayLike, *, discard: float = 0.3) -> LogTTest:
    """Test that all units of a panel converge to one path (Phillips and Sul 2007, Econometrica 75:1771).

    panel: positive values, shape (units, periods), at least 2 x 10, without cycles (see trend). With h_it the value
    over the mean of units and H_t the mean of (h_it - 1)^2, regress ln(H_1/H_t) - 2 ln ln t on ln t from period
    discard * T on; errors robust to serial correlation (quadratic spectral kernel, Andrews 1991 bandwidth). The null is
    convergence: failing to reject it, as with few or noisy years, is no proof. Where the values are logs of money the
    result depends on its unit; where they are levels it does not.
    """
    return _log_t(_panel(panel, discard), discard)


def trend(panel: npt.ArrayLike, *, smoothing: float = 400.0) -> FloatArray:
    """The trend of each row by the Hodrick-Prescott filter, which the log t test expects instead of raw years.

    panel: shape (units, periods), at least 3 periods; smoothing: 400 for yearly data in Phillips and Sul 2007. Filter
    logs and take exponentials where levels are wanted: the trend of levels can fall below zero.
    """
    values = finite_array("panel", panel, ndim=2)
    periods = values.shape[1]
    if periods < 3:
        raise ValueError(f"panel has {periods} periods; at least 3 are needed")
    at_least(0, smoothing=smoothing)
    bend = np.diff(np.eye(periods), 2, axis=0)
    return np.asarray(np.linalg.solve(np.eye(periods) + smoothing * bend.T @ bend, values.T).T)


Test = Callable[[Sequence[int]], LogTTest]
"""Row positions of some units -> their log t test."""


@dataclass(frozen=True)
class ConvergenceClubs:
    """Clubs of units that pass the log t test, richest first.

    clubs: row positions of each club; alone: positions that belong to none; tests: the log t test of each club; whole:
    of all units together.
    """

    clubs: tuple[tuple[int, ...], ...]
    alone: tuple[int, ...]
    tests: tuple[LogTTest, ...] = field(repr=False)
    whole: LogTTest


def convergence_clubs(panel: npt.ArrayLike, *, discard: float = 0.3) -> ConvergenceClubs:
    """Sort units into clubs with the log t test (Phillips and Sul 2007; merging of clubs: 2009).

    panel as in log_t_test. Units are ordered by their last value. A core of neighbours is chosen where t is greatest,
    units join it whose t with the core exceeds 0 (raised until the club passes), the rest begins anew; then
    neighbouring clubs that pass together are merged.
    """
    values = _panel(panel, discard)

    def test(units: Sequence[int]) -> LogTTest:
        return _log_t(values[list(units)], discard)

    clubs: list[list[int]] = []
    rest = [int(i) for i in np.argsort(-values[:, -1], kind="stable")]
    while len(rest) > 1:
        club = rest if test(rest).converges else _next_club(test, rest)
        if not club:
            break
        clubs.append(club)
        rest = [unit for unit in rest if unit not in club]
    found = tuple(tuple(club) for club in _merged(test, clubs))
    return ConvergenceClubs(found, tuple(rest), tuple(test(club) for club in found), _log_t(values, discard))


def club_table(result: ConvergenceClubs, names: Sequence[Any]) -> pd.DataFrame:
    """One row per club: units, slope, t, and the names of its members; index 'club', 1 for the richest."""
    found = zip(result.clubs, result.tests, strict=True)
    rows = [(len(club), test.slope, test.t, tuple(names[i] for i in club)) for club, test in found]
    index = pd.RangeIndex(1, len(rows) + 1, name="club")
    return pd.DataFrame(rows, columns=["units", "slope", "t", "members"], index=index)


def _panel(panel: npt.ArrayLike, discard: float) -> FloatArray:
    values = positive_array("panel", panel, ndim=2)
    if values.shape[0] < 2 or values.shape[1] < 10:
        raise ValueError(f"panel has {len(values)} units and {values.shape[1]} periods; give at least 2 and 10")
    if not 0 < discard <= 0.5:
        raise ValueError(f"discard is {discard!r}; give the fraction of periods left out, such as 0.3")
    return values


def _log_t(values: FloatArray, discard: float) -> LogTTest:
    periods = values.shape[1]
    # ln ln t needs t of 2 at least.
    first = max(int(discard * periods), 2)
    relative = values / values.mean(axis=0)
    spread = ((relative - 1) ** 2).mean(axis=0)
    if (spread == 0).any():
        raise ValueError("panel has a period in which all units are equal; leave such periods out")
    t = np.arange(first, periods + 1)
    outcome = np.log(spread[0] / spread[first - 1 :]) - 2 * np.log(np.log(t))
    x = np.log(t) - np.log(t).mean()
    slope = float(x @ outcome / (x @ x))
    residual = outcome - outcome.mean() - slope * x
    # A lone regressor: its sandwich variance needs the long-run variance of the scores only.
    error = float(np.sqrt(len(t) * _long_run_variance(x * residual)) / (x @ x))
    ratio = slope / error if error > 0 else float(np.sign(slope)) * np.inf
    return LogTTest(slope, error, ratio, ratio > LOG_T_CRITICAL)


def _long_run_variance(score: FloatArray) -> float:
    """Quadratic spectral kernel with the plug-in bandwidth of an AR(1) (Andrews 1991, equations 6.2 and 6.4)."""
    n = len(score)
    rho = float(score[1:] @ score[:-1]) / max(float(score[:-1] @ score[:-1]), 1e-300)
    rho = min(max(rho, -0.97), 0.97)
    bandwidth = 1.3221 * (4 * rho**2 / (1 - rho) ** 4 * n) ** 0.2
    total = float(score @ score) / n
    if bandwidth > 0:
        lags = np.arange(1, n)
        z = 6 * np.pi * (lags / bandwidth) / 5
        weight = 3 / z**2 * (np.sin(z) / z - np.cos(z))
        covariances = np.correlate(score, score, "full")[n:] / n
        total += 2 * float(weight @ covariances)
    return max(total, 0.0)


def _next_club(test: Test, rest: list[int]) -> list[int]:
    """The members of the next club; none where no two neighbours converge."""
    core = _core(test, rest)
    with_core = {unit: test([*core, unit]).t for unit in rest if core and unit not in core}
    limit = 0.0
    while True:
        joined = [unit for unit, t in with_core.items() if t > limit]
        club = [unit for unit in rest if unit in core or unit in joined]
        if not joined or test(club).converges:
            return club
        # The least fitting member goes first: the next limit is its t.
        limit = min(with_core[unit] for unit in joined)


def _core(test: Test, rest: list[int]) -> list[int]:
    """The first neighbours, richest first, that converge, extended to where their t value is greatest."""
    for start in range(len(rest) - 1):
        ends = range(start + 2, len(rest) + 1)
        passing = list(takewhile(lambda found: found[0].converges, ((test(rest[start:end]), end) for end in ends)))
        if passing:
            return rest[start : max(passing, key=lambda found: found[0].t)[1]]
    return []


def _merged(test: Test, clubs: list[list[int]]) -> list[list[int]]:
    merged = list(clubs)
    at = 0
    while at < len(merged) - 1:
        both = merged[at] + merged[at + 1]
        if test(both).converges:
            merged[at : at + 2] = [both]
        else:
            at += 1
    return merged


def _speed(slope: float, years: float) -> float:
    """Infinite beyond the steepest slope that any speed can give."""
    return -float(np.log1p(slope * years)) / years if slope * years > -1 else float("inf")


def _half_life(speed: float) -> float:
    return float(np.log(2) / speed) if speed > 0 else float("inf")
