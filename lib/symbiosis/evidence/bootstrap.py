"""Bootstrap intervals for any statistic of rows, or of whole clusters of rows."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, finite_array
from symbiosis.evidence.estimate import Estimate


@dataclass(frozen=True)
class BootstrapInterval:
    """A statistic with its bootstrap interval; draws: the statistic of each resample, shape (resamples,)."""

    estimate: float
    low: float
    high: float
    standard_error: float
    level: float
    method: str
    resamples: int
    n_rows: int
    n_clusters: int | None
    draws: FloatArray = field(repr=False)

    def written(self, display: str = ".2f", unit: str = "") -> Estimate:
        """The statistic with its interval as an Estimate."""
        return Estimate(self.estimate, self.low, self.high, unit, display, self.level)


def bootstrap_interval(
    data: npt.ArrayLike | pd.DataFrame,
    statistic: Callable[[Any], float],
    *,
    rng: np.random.Generator,
    resamples: int = 2000,
    level: float = 0.95,
    method: Literal["percentile", "bca"] = "percentile",
    cluster: npt.ArrayLike | None = None,
) -> BootstrapInterval:
    """Percentile or BCa bootstrap interval (Efron and Tibshirani 1993) of statistic(data).

    data: one- or two-dimensional array, or a frame; rows are resampled together. statistic: takes data of
    the same kind, returns one number. cluster: one label per row; whole clusters are resampled, for rows
    that depend on each other, such as the years of one country (percentile only). ValueError for missing
    values, fewer than two rows or clusters, or a statistic that is not finite in some resample.
    """
    table = _checked(data, resamples, level, method)
    n = len(table)

    def evaluate(rows: npt.NDArray[np.intp]) -> float:
        value = float(statistic(table.iloc[rows] if isinstance(table, pd.DataFrame) else table[rows]))
        if not np.isfinite(value):
            raise ValueError(f"statistic is {value} in a sample; make it finite for every sample of the rows")
        return value

    estimate = evaluate(np.arange(n))
    groups = None if cluster is None else _clusters(cluster, n, method)
    if method == "bca":
        draws, low, high = _bca(evaluate, n, resamples, level, rng)
    else:
        draws = np.empty(resamples)
        for i in range(resamples):
            if groups is None:
                rows = rng.integers(0, n, n)
            else:
                rows = np.concatenate([groups[g] for g in rng.integers(0, len(groups), len(groups))])
            draws[i] = evaluate(rows)
        low, high = (float(q) for q in np.quantile(draws, [(1 - level) / 2, 1 - (1 - level) / 2]))
    return BootstrapInterval(
        estimate=estimate,
        low=low,
        high=high,
        standard_error=float(draws.std(ddof=1)),
        level=level,
        method=method,
        resamples=resamples,
        n_rows=n,
        n_clusters=None if groups is None else len(groups),
        draws=draws,
    )


def _checked(
    data: npt.ArrayLike | pd.DataFrame, resamples: int, level: float, method: str
) -> pd.DataFrame | FloatArray:
    """The rows, with every choice checked."""
    table: pd.DataFrame | FloatArray
    if isinstance(data, pd.DataFrame):
        missing = data.isna().any(axis=1)
        if missing.any():
            raise ValueError(f"data has missing values in {int(missing.sum())} rows; drop or fill them before the call")
        table = data
    else:
        table = finite_array("data", data)
        if table.ndim not in (1, 2):
            raise ValueError(f"data has {table.ndim} dimensions; give one row per observation, in one or two")
    if len(table) < 2:
        raise ValueError(f"data has {len(table)} rows; at least 2 are needed")
    if not 0 < level < 1:
        raise ValueError(f"level is {level!r}; give a fraction between 0 and 1, such as 0.95")
    if resamples < 100:
        raise ValueError(f"resamples is {resamples}; at least 100 are needed for an interval")
    if method not in ("percentile", "bca"):
        raise ValueError(f"method is {method!r}; choose 'percentile' or 'bca'")
    return table


def _clusters(cluster: npt.ArrayLike, n: int, method: str) -> list[npt.NDArray[np.intp]]:
    """The rows of each cluster."""
    if method == "bca":
        raise ValueError("method 'bca' knows no clusters; use method 'percentile' or leave cluster out")
    labels = np.asarray(cluster)
    if labels.shape != (n,):
        raise ValueError(f"cluster has shape {labels.shape}; give one label for each of the {n} rows")
    if pd.isna(labels).any():
        raise ValueError(f"cluster is missing in {int(pd.isna(labels).sum())} rows; label every row")
    codes, names = pd.factorize(labels)
    if len(names) < 2:
        raise ValueError("cluster has a single label; at least 2 clusters are needed")
    return np.split(np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes))[:-1])


def _bca(
    evaluate: Callable[[npt.NDArray[np.intp]], float], n: int, resamples: int, level: float, rng: np.random.Generator
) -> tuple[FloatArray, float, float]:
    """Draws and both ends."""
    import scipy.stats

    stats: Any = scipy.stats
    # scipy renamed the argument random_state to rng in 1.15.
    seed = "rng" if "rng" in inspect.signature(stats.bootstrap).parameters else "random_state"
    # Row positions are resampled, so that frames and two-dimensional arrays need no special case.
    result = stats.bootstrap(
        (np.arange(n),),
        lambda rows: evaluate(rows),
        n_resamples=resamples,
        confidence_level=level,
        method="BCa",
        vectorized=False,
        **{seed: rng},
    )
    low, high = float(result.confidence_interval.low), float(result.confidence_interval.high)
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError("statistic does not vary between samples; BCa has no interval: use 'percentile'")
    return np.asarray(result.bootstrap_distribution), low, high
