"""The exponent of the city size distribution, with standard errors that are not too small.

P(S > s) = (s_min / s)^zeta. Least squares of ln(rank - 1/2) on ln size has the standard error zeta sqrt(2/n), many
times the one that least squares reports, since ranks are correlated (Gabaix and Ibragimov 2011). Hill's estimator
(Hill 1975) is the likelihood answer. Neither makes the distribution Pareto: a lognormal body (Eeckhout 2004) gives
an exponent that depends on the cut-off.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, confidence_level, positive_array, positive_number, same_length
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.least_squares import normal_interval, quantile
from symbiosis.evidence.straight_line import straight_line


@dataclass(frozen=True)
class ZipfEstimate:
    """Exponent zeta of the tail with its interval; n_obs: cities used; n_below: left out by the cutoff.

    naive_standard_error: the one least squares reports, which is wrong (NaN for Hill); r2, intercept likewise NaN.
    smallest: size of the smallest city used.
    """

    method: str
    exponent: Estimate
    standard_error: float
    naive_standard_error: float
    intercept: float
    r2: float
    n_obs: int
    n_below: int
    smallest: float

    def ranks(self, sizes: FloatArray) -> FloatArray:
        """Rank of a city of each size by this law: by least squares' own line, or through the smallest city used."""
        zeta = self.exponent.value
        line = self.intercept - zeta * float(np.log(self.smallest))
        height = float(np.log(self.n_obs)) if np.isnan(line) else line
        return np.asarray(np.exp(height - zeta * np.log(sizes / self.smallest)))


@dataclass(frozen=True)
class LognormalFit:
    """Lognormal fit to all sizes: mean and standard deviation of ln size, and the largest distance (Kolmogorov and
    Smirnov) between the distribution and the fit, without a p-value, since mu and sigma are fitted."""

    mu: float
    sigma: float
    distance: float
    n_obs: int


@dataclass(frozen=True)
class GibratRegression:
    """Growth on initial ln size: slope 0 is Gibrat's law for the mean. groups: by initial size, mean and standard
    deviation of growth (a law for the variance too would keep them equal). Growth is per year."""

    slope: Estimate
    standard_error: float
    mean_growth: float
    n_obs: int
    groups: pd.DataFrame


def _tail(sizes: npt.ArrayLike, cutoff: float | None, at_least: int) -> tuple[FloatArray, int]:
    values = np.sort(positive_array("sizes", sizes, ndim=1))[::-1]
    kept = values if cutoff is None else values[values >= cutoff]
    if len(kept) < at_least:
        raise ValueError(f"{len(kept)} of {len(values)} sizes reach the cutoff; lower it, {at_least} are needed")
    if kept[0] == kept[-1]:
        raise ValueError(f"sizes are all {kept[0]:g}; the exponent of equal sizes is not defined")
    return kept, len(values) - len(kept)


def rank_size_regression(
    sizes: npt.ArrayLike, *, cutoff: float | None = None, shift: float = 0.5, level: float = 0.95
) -> ZipfEstimate:
    """Least squares of ln(rank - shift) on ln size, standard error zeta sqrt(2/n).

    sizes: shape (n,), positive; cutoff: smallest size used; shift: 1/2 removes the leading bias, 0 is the
    traditional regression. Ties are ranked in order, so that ranks run from 1 to n.
    """
    values, below = _tail(sizes, cutoff, 3)
    if not 0 <= shift < 1:
        raise ValueError(f"shift is {shift:g}; give at least 0 and less than 1, so that the first rank stays positive")
    n = len(values)
    line = straight_line(np.log(values), np.log(np.arange(1, n + 1) - shift), level=level)
    zeta, name = -line.slope.value, "rank" if shift == 0 else f"rank - {shift:g}"
    error = zeta * float(np.sqrt(2 / n))
    exponent, naive = normal_interval(zeta, error, level=level), line.naive_standard_error
    return ZipfEstimate(name, exponent, error, naive, line.intercept, line.r2, n, below, float(values[-1]))


def hill_estimator(sizes: npt.ArrayLike, *, cutoff: float | None = None, level: float = 0.95) -> ZipfEstimate:
    """Hill's estimator in its unbiased form, (n - 2) / sum_i ln(S_i / S_n), S_n the smallest city used.

    In an exact Pareto tail its mean is zeta and its standard deviation zeta / sqrt(n - 3); the interval inverts the
    exact gamma distribution of the sum. Arguments as in rank_size_regression; at least 4 cities.
    """
    from scipy.special import gammaincinv

    values, below = _tail(sizes, cutoff, 4)
    confidence_level(level)
    n = len(values)
    total = float(np.log(values / values[-1]).sum())
    zeta = (n - 2) / total
    # zeta times the sum is Gamma(n - 1, 1).
    low, high = (float(gammaincinv(n - 1, p)) / total for p in ((1 - level) / 2, (1 + level) / 2))
    nan, exponent = float("nan"), Estimate(zeta, low, high, level=level)
    return ZipfEstimate("Hill", exponent, zeta / float(np.sqrt(n - 3)), nan, nan, nan, n, below, float(values[-1]))


def exponent_by_cutoff(
    sizes: npt.ArrayLike, counts: Sequence[int], *, shift: float = 0.5, level: float = 0.95
) -> pd.DataFrame:
    """Both estimators on the largest cities, for each number in counts.

    Columns: n_obs, smallest, rank_size, rank_size_se, hill, hill_se, hill_low, hill_high. ValueError where a count
    exceeds the number of cities or is below 4.
    """
    values = np.sort(positive_array("sizes", sizes, ndim=1))[::-1]
    rows = []
    for count in counts:
        if not 4 <= count <= len(values):
            raise ValueError(f"counts holds {count}; give numbers of cities from 4 to {len(values)}")
        rank = rank_size_regression(values[:count], shift=shift, level=level)
        hill = hill_estimator(values[:count], level=level)
        by_rank = (int(count), rank.smallest, rank.exponent.value, rank.standard_error)
        rows.append((*by_rank, hill.exponent.value, hill.standard_error, hill.exponent.low, hill.exponent.high))
    columns = "n_obs smallest rank_size rank_size_se hill hill_se hill_low hill_high"
    return pd.DataFrame(rows, columns=columns.split())


def pareto_sample(
    shape: int | tuple[int, ...], *, exponent: float, rng: np.random.Generator, smallest: float = 1.0
) -> FloatArray:
    """Independent draws from P(S > s) = (smallest / s)^exponent."""
    zeta = positive_number("exponent", exponent)
    scale = positive_number("smallest", smallest)
    return np.asarray(scale * np.exp(rng.standard_exponential(shape) / zeta))


def estimator_bias(
    n: int, *, exponent: float, replications: int, rng: np.random.Generator, level: float = 0.95
) -> pd.DataFrame:
    """Monte Carlo of the estimators in Pareto samples of n cities (at least 4).

    Index: rank, rank - 0.5, Hill. Columns: mean, bias, sd (of the estimates), standard_error (mean of the stated
    one), naive_standard_error (mean), coverage, naive_coverage (share of intervals that hold the true exponent).
    """
    if n < 4 or replications < 2:
        raise ValueError(f"n is {n} and replications {replications}; give at least 4 cities and 2 replications")
    samples = pareto_sample((replications, n), exponent=exponent, rng=rng)
    estimators: dict[str, Callable[[FloatArray], ZipfEstimate]] = {
        "rank": lambda sample: rank_size_regression(sample, shift=0.0, level=level),
        "rank - 0.5": lambda sample: rank_size_regression(sample, level=level),
        "Hill": lambda sample: hill_estimator(sample, level=level),
    }
    q, rows = quantile(level, np.inf), {}
    for name, estimator in estimators.items():
        fits = [estimator(sample) for sample in samples]
        found, naive = np.array([(fit.exponent.value, fit.naive_standard_error) for fit in fits]).T
        stated = np.mean([fit.standard_error for fit in fits])
        covers = np.mean([not fit.exponent.excludes(exponent) for fit in fits])
        naive_covers = np.nan if name == "Hill" else (np.abs(found - exponent) <= q * naive).mean()
        mean = found.mean()
        rows[name] = (mean, mean - exponent, found.std(ddof=1), stated, naive.mean(), covers, naive_covers)
    columns = "mean bias sd standard_error naive_standard_error coverage naive_coverage"
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns.split())


def fit_lognormal(sizes: npt.ArrayLike) -> LognormalFit:
    """Maximum likelihood lognormal fit to all sizes, shape (n,), n at least 2."""
    from scipy.special import ndtr

    values = np.sort(np.log(_tail(sizes, None, 2)[0]))
    n, mu, sigma = len(values), float(values.mean()), float(values.std())
    fitted = ndtr((values - mu) / sigma)
    steps = np.arange(n + 1) / n
    distance = float(max((steps[1:] - fitted).max(), (fitted - steps[:-1]).max()))
    return LognormalFit(mu, sigma, distance, n)


def gibrat_regression(
    start: npt.ArrayLike, end: npt.ArrayLike, years: float, *, level: float = 0.95, groups: int = 5
) -> GibratRegression:
    """Growth ln(end/start)/years on ln start, with heteroskedasticity-robust (HC1) standard errors.

    start, end: sizes of the same cities, shape (n,). A cut-off must be applied to start sizes only: choosing cities
    by their size at the end makes small ones look fast. Measurement error in start makes the slope too low.
    groups: number of groups of equal count by start size; its columns are smallest, largest, mean, sd, n_obs.
    """
    first = positive_array("start", start, ndim=1, min_size=4)
    last = positive_array("end", end, ndim=1)
    n = same_length(start=first, end=last)
    span = positive_number("years", years)
    if not 1 <= groups <= n // 2:
        raise ValueError(f"groups is {groups}; give from 1 to {n // 2}, so that each holds two cities or more")
    x, growth = np.log(first), np.log(last / first) / span
    if first.min() == first.max():
        raise ValueError("start holds one size only; growth cannot be related to size")
    line = straight_line(x, growth, level=level)
    rows = [
        (first[part].min(), first[part].max(), growth[part].mean(), growth[part].std(ddof=1), len(part))
        for part in np.array_split(np.argsort(first, kind="stable"), groups)
    ]
    by_size = pd.DataFrame(rows, columns=["smallest", "largest", "mean", "sd", "n_obs"])
    return GibratRegression(line.slope, line.standard_error, float(growth.mean()), n, by_size)
