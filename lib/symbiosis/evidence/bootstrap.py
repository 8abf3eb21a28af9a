"""Bootstrap intervals for any statistic of rows, or of whole clusters of rows."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, at_least, confidence_level, finite_array, one_of
from symbiosis.evidence.estimate import WithInterval


@dataclass(frozen=True)
class BootstrapInterval(WithInterval):
    """A statistic with its bootstrap interval; draws: the statistic of each resample, shape (resamples,).

    n_rows, n_clusters: what was resampled, n_clusters None where it was rows.
    """

    n_rows: int
    n_clusters: int | None
    draws: FloatArray = field(repr=False)

    @property
    def standard_error(self) -> float:
        """The standard deviation of the draws."""
        return float(self.draws.std(ddof=1))


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
        size = n if groups is None else len(groups)
        picks = (rng.integers(0, size, size) for _ in range(resamples))
        samples = picks if groups is None else (np.concatenate([groups[g] for g in pick]) for pick in picks)
        draws = np.array([evaluate(rows) for rows in samples])
        low, high = map(float, percentiles(draws, level))
    n_clusters = None if groups is None else len(groups)
    return BootstrapInterval(estimate, low, high, level, n, n_clusters, draws)


def percentiles(draws: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """The ends of the middle share of draws, resamples on the first axis; ValueError unless level is a fraction."""
    confidence_level(level)
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


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
    confidence_level(level)
    at_least(100, resamples=resamples)
    one_of("method", method, ("percentile", "bca"))
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
    options = {"n_resamples": resamples, "confidence_level": level, "vectorized": False, seed: rng}
    result = stats.bootstrap((np.arange(n),), lambda rows: evaluate(rows), method="BCa", **options)
    low, high = (float(end) for end in result.confidence_interval)
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError("statistic does not vary between samples; BCa has no interval: use 'percentile'")
    return np.asarray(result.bootstrap_distribution), low, high
