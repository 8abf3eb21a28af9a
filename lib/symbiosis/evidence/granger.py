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

from symbiosis.checks import FloatArray, at_least, finite_array, fraction_array, one_of
from symbiosis.evidence.interaction_nulls import KINDS, Kind
from symbiosis.evidence.least_squares import batched_least_squares

Treatment = Literal["levels", "trend", "differences", "extra lag"]
TREATMENTS: tuple[Treatment, ...] = ("levels", "trend", "differences", "extra lag")


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
    one_of("treatment", treatment, TREATMENTS)
    at_least(1, lags=lags)
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

    past = {
        f"{name} {k} before": series[..., order - k : series.shape[-1] - k]
        for name, series in (("cause", x), ("effect", y))
        for k in range(1, order + 1)
    }
    if treatment == "trend":
        past["trend"] = np.broadcast_to(np.linspace(-1, 1, rows), (*x.shape[:-1], rows))
    regressors = np.stack(list(past.values()), axis=-1)
    fit = batched_least_squares(y[..., order:], regressors, names=list(past), errors="classical")
    return GrangerTest(*fit.joint_test(list(past)[:lags]), lags, rows - columns)


def false_positive_rates(
    simulate: Callable[[Kind], npt.ArrayLike],
    kinds: Sequence[Kind] = KINDS,
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
        first, second = np.asarray(simulate(kind), dtype=np.float64)
        for treatment in treatments:
            there = granger_test(first, second, lags=lags, treatment=treatment).p < size
            back = granger_test(second, first, lags=lags, treatment=treatment).p < size
            rate, n = there.mean(), there.size
            rows.append((kind, treatment, rate, np.sqrt(rate * (1 - rate) / n), (there | back).mean()))
    frame = pd.DataFrame(rows, columns=["kind", "treatment", "rate", "standard_error", "one_way"])
    return frame.set_index(["kind", "treatment"])
