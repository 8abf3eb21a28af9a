"""Does the past of one series help to forecast another? And how often does the test say so of unrelated series?

Granger causality (Granger 1969, Econometrica 37:424): regress a series on its own past and on the past of the other,
and test the latter with an F test. The test assumes stationary series; on trending ones it rejects far too often
(Granger and Newbold 1974, Journal of Econometrics 2:111, for regressions in general). One extra lag that is not tested
restores the test for integrated series (Toda and Yamamoto 1995, Journal of Econometrics 66:225).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, finite_array, fraction_array
from symbiosis.evidence.least_squares import batched_least_squares

Treatment = Literal["levels", "trend", "differences", "extra lag"]
TREATMENTS: tuple[Treatment, ...] = ("levels", "trend", "differences", "extra lag")
Kind = Literal["no trend", "straight trends", "random walks with drift", "S-curves"]
KINDS: tuple[Kind, ...] = ("no trend", "straight trends", "random walks with drift", "S-curves")


@dataclass(frozen=True)
class GrangerTest:
    """One test per pair of series, shape (...): the F statistic, its p-value, and its degrees of freedom."""

    f: FloatArray
    p: FloatArray
    lags: int
    residual_degrees: int


def granger_test(
    cause: npt.ArrayLike, effect: npt.ArrayLike, *, lags: int = 2, treatment: Treatment = "levels"
) -> GrangerTest:
    """F test that lags of cause do not help to forecast effect; both (..., times), equally spaced, no gaps.

    treatment: 'levels' as they are, with a constant; 'trend' adds a straight trend; 'differences' takes first
    differences of both; 'extra lag' adds a lag of both that is not tested. ValueError for series too short.
    """
    if treatment not in TREATMENTS:
        raise ValueError(f"treatment is {treatment!r}; choose one of {', '.join(TREATMENTS)}")
    if lags < 1:
        raise ValueError(f"lags is {lags}; give at least 1")
    x, y = finite_array("cause", cause), finite_array("effect", effect)
    if x.shape != y.shape or x.ndim < 1:
        raise ValueError(f"cause has shape {x.shape} and effect {y.shape}; give two series over the same times")
    if treatment == "differences":
        x, y = np.diff(x), np.diff(y)
    order = lags + (treatment == "extra lag")
    rows = x.shape[-1] - order
    columns = 1 + 2 * order + (treatment == "trend")
    if rows - columns < 3:
        raise ValueError(f"{max(rows, 0)} usable times for {columns} coefficients; give longer series or fewer lags")

    def past(series: FloatArray, wanted: range) -> list[FloatArray]:
        return [series[..., order - k : series.shape[-1] - k] for k in wanted]

    ones = np.ones((*x.shape[:-1], rows))
    kept = [ones, *past(y, range(1, order + 1)), *past(x, range(lags + 1, order + 1))]
    if treatment == "trend":
        kept.append(ones * np.linspace(-1, 1, rows))
    restricted = _residual_squares(np.stack(kept, axis=-1), y[..., order:])
    full = _residual_squares(np.stack([*kept, *past(x, range(1, lags + 1))], axis=-1), y[..., order:])
    freedom = rows - columns
    f = (restricted - full) / lags / (full / freedom)
    from scipy.stats import f as f_distribution

    return GrangerTest(np.asarray(f), np.asarray(f_distribution.sf(f, lags, freedom)), lags, freedom)


def _residual_squares(regressors: FloatArray, outcome: FloatArray) -> FloatArray:
    fit = batched_least_squares(outcome, regressors, errors="classical", constant=False)
    return np.asarray((fit.residuals**2).sum(axis=-1))


def unrelated_series(
    kind: Kind, replications: int, periods: int, *, rng: np.random.Generator, noise: float = 0.02
) -> FloatArray:
    """Pairs of series that have nothing to do with each other: shape (2, replications, periods), in logarithms.

    'no trend' is autoregressive noise (0.8) with steps of standard deviation noise; 'straight trends' add a slope drawn
    from 0.01 to 0.1 a year; 'random walks with drift' add it to steps of noise; 'S-curves' are logistic with rates
    from 0.05 to 0.12 and midpoints from a quarter to three quarters of the way, plus the same noise.
    """
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}; choose one of {', '.join(KINDS)}")
    if replications < 1 or periods < 2:
        raise ValueError(f"{replications} replications of {periods} periods; give at least 1 of 2")
    shape = (2, replications, periods)
    steps = rng.normal(0, noise, shape)
    time = np.arange(periods)
    slope = rng.uniform(0.01, 0.1, (2, replications, 1))
    if kind == "random walks with drift":
        return np.asarray(np.cumsum(slope + steps, axis=-1))
    # Begun in the stationary distribution, so that there is no run-in.
    values = np.empty(shape)
    values[..., 0] = steps[..., 0] / np.sqrt(1 - 0.8**2)
    for t in range(1, periods):
        values[..., t] = 0.8 * values[..., t - 1] + steps[..., t]
    if kind == "straight trends":
        values = values + slope * time
    elif kind == "S-curves":
        rate = rng.uniform(0.05, 0.12, (2, replications, 1))
        middle = rng.uniform(0.25, 0.75, (2, replications, 1)) * periods
        values = values - np.log1p(np.exp(-rate * (time - middle)))
    return np.asarray(values)


def false_positive_rates(
    simulate: Callable[[str], FloatArray],
    kinds: Sequence[str] = KINDS,
    treatments: Sequence[Treatment] = TREATMENTS,
    *,
    lags: int = 2,
    size: float = 0.05,
) -> pd.DataFrame:
    """How often the test finds that one unrelated series causes the other.

    simulate: kind -> pairs of shape (2, replications, periods). size: the test's nominal error. Index (kind,
    treatment); columns rate, standard_error (Monte Carlo), one_way (in at least one of the two directions).
    """
    fraction_array("size", size, open_interval=True)
    rows = []
    for kind in kinds:
        first, second = simulate(kind)
        for treatment in treatments:
            there = granger_test(first, second, lags=lags, treatment=treatment).p < size
            back = granger_test(second, first, lags=lags, treatment=treatment).p < size
            rate, n = there.mean(), there.size
            rows.append((kind, treatment, rate, np.sqrt(rate * (1 - rate) / n), (there | back).mean()))
    frame = pd.DataFrame(rows, columns=["kind", "treatment", "rate", "standard_error", "one_way"])
    return frame.set_index(["kind", "treatment"])
