"""Composite indices: normalize indicators, weight them, add them up, and see how far the ranks depend on it.

The steps and their names follow Nardo and others 2008 (the handbook of the OECD and the Joint Research Centre).
Indicators point upwards: turn those of which less is better before the call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, finite_array, one_of, positive_array

Normalization = Literal["min-max", "z-score", "rank", "goalposts"]
Weighting = Literal["equal", "entropy", "principal component"]
Aggregation = Literal["arithmetic", "geometric"]


def _table(name: str, values: npt.ArrayLike) -> FloatArray:
    table = finite_array(name, values, ndim=2)
    if len(table) < 2:
        raise ValueError(f"{name} has {len(table)} row; give one row per place, at least 2")
    return table


def _constant(table: FloatArray) -> None:
    flat = np.flatnonzero(np.ptp(table, axis=0) == 0)
    if flat.size:
        raise ValueError(f"values: column {flat[0]} is the same for every place; leave it out, it ranks nobody")


def normalize(values: npt.ArrayLike, method: Normalization, *, goalposts: npt.ArrayLike | None = None) -> FloatArray:
    """Bring indicators (places, indicators) to one scale, column by column.

    'min-max': 0 for the lowest place of the sample, 1 for its highest; 'z-score': mean 0 and standard deviation 1 over
    the sample; 'rank': (rank - 1/2) / places, ties share their mean rank; 'goalposts': 0 and 1 at fixed values, shape
    (indicators, 2), which no sample moves, and nothing beyond them. Only the last gives a place the same number in
    every sample.
    """
    one_of("method", method, get_args(Normalization))
    table = _table("values", values)
    if method == "goalposts":
        if goalposts is None:
            raise ValueError("goalposts is missing; give (low, high) for every indicator, or choose 'min-max'")
        posts = finite_array("goalposts", goalposts)
        if posts.shape != (table.shape[1], 2) or (posts[:, 1] <= posts[:, 0]).any():
            raise ValueError(
                f"goalposts has shape {posts.shape}; give a low and a higher value for each of {table.shape[1]} columns"
            )
        return np.asarray(np.clip((table - posts[:, 0]) / (posts[:, 1] - posts[:, 0]), 0, 1))
    _constant(table)
    if method == "rank":
        return np.asarray((pd.DataFrame(table).rank().to_numpy(float) - 0.5) / len(table))
    average = method == "z-score"
    zero, unit = (table.mean(axis=0), table.std(axis=0)) if average else (table.min(axis=0), np.ptp(table, axis=0))
    return np.asarray((table - zero) / unit)


@dataclass(frozen=True)
class EntropyWeights:
    """entropy: of each indicator, 1 where all places share it equally; weights: fractions with sum 1."""

    entropy: FloatArray
    weights: FloatArray


def entropy_weights(values: npt.ArrayLike) -> EntropyWeights:
    """Shannon entropy weights of indicators (places, indicators), none negative: the less even, the heavier.

    p = x / sum(x), e = -sum(p ln p) / ln(places) with 0 ln 0 = 0, w = (1 - e) / sum(1 - e). ValueError where a column
    sums to 0 or no column varies.
    """
    table = positive_array("values", _table("values", values), zero_allowed=True)
    total = table.sum(axis=0)
    if (total == 0).any():
        raise ValueError(f"values: column {int(np.flatnonzero(total == 0)[0])} is 0 for every place; leave it out")
    share = table / total
    logs = np.log(np.where(share > 0, share, 1.0))
    entropy = -(share * logs).sum(axis=0) / np.log(len(table))
    diversity = 1 - entropy
    # A column of equal values has entropy 1 up to rounding, which must not weigh.
    diversity[np.ptp(table, axis=0) == 0] = 0.0
    if diversity.sum() <= 0:
        raise ValueError("values: every column is the same for all places; entropy has nothing to weigh")
    return EntropyWeights(entropy, diversity / diversity.sum())


def principal_component_weights(values: npt.ArrayLike) -> FloatArray:
    """Squared loadings of the first principal component of the correlations of (places, indicators); they sum to 1."""
    table = _table("values", values)
    _constant(table)
    _, vectors = np.linalg.eigh(np.corrcoef(table, rowvar=False).reshape(table.shape[1], -1))
    return np.asarray(vectors[:, -1] ** 2)


def indicator_weights(values: npt.ArrayLike, weighting: Weighting) -> FloatArray:
    """Weights of (places, indicators) by name of the method; they sum to 1."""
    one_of("weighting", weighting, get_args(Weighting))
    table = _table("values", values)
    if weighting == "equal":
        return np.full(table.shape[1], 1 / table.shape[1])
    return entropy_weights(table).weights if weighting == "entropy" else principal_component_weights(table)


def composite_score(
    values: npt.ArrayLike, weights: npt.ArrayLike, aggregation: Aggregation = "arithmetic"
) -> FloatArray:
    """Weighted arithmetic or geometric mean of normalized indicators (places, indicators) -> (places,).

    weights: one per indicator, none negative, of any sum. The geometric mean needs values of 0 or more, and is 0 where
    an indicator with weight is.
    """
    table = finite_array("values", values, ndim=2)
    given = positive_array("weights", weights, zero_allowed=True)
    if given.shape != (table.shape[1],) or given.sum() == 0:
        raise ValueError(f"weights has shape {given.shape}; give one for each of {table.shape[1]} columns, not all 0")
    shares = given / given.sum()
    one_of("aggregation", aggregation, get_args(Aggregation))
    if aggregation == "arithmetic":
        return np.asarray(table @ shares)
    if (table < 0).any():
        raise ValueError("values are negative somewhere; the geometric mean needs 0 or more: normalize otherwise")
    return np.asarray(np.prod(table**shares, axis=1))


@dataclass(frozen=True)
class RankUncertainty:
    """Ranks (1 is best) of places under many recipes.

    ranks: one row per place, one column per recipe (normalization, weighting, aggregation, left_out); left_out is the
    indicator dropped, or 'none'. summary: median, low, high and width of each place's ranks, low and high being the
    quantiles asked for. skipped: recipes that make no sense, by reason.
    """

    ranks: pd.DataFrame = field(repr=False)
    summary: pd.DataFrame = field(repr=False)
    skipped: dict[str, int]

    @property
    def recipes(self) -> int:
        return self.ranks.shape[1]


def rank_uncertainty(
    indicators: pd.DataFrame,
    *,
    normalizations: Sequence[Normalization] = ("min-max", "z-score", "rank"),
    weightings: Sequence[Weighting] = ("equal", "entropy", "principal component"),
    aggregations: Sequence[Aggregation] = ("arithmetic", "geometric"),
    drop_one: bool = True,
    goalposts: npt.ArrayLike | None = None,
    quantiles: tuple[float, float] = (0.05, 0.95),
) -> RankUncertainty:
    """Rank places by every combination of normalization, weighting and aggregation, and with each indicator left out.

    indicators: one row per place, its name as index, more is better in every column. z-scores have negative values, so
    they go with neither entropy weights nor a geometric mean; those recipes are counted in skipped. Ties share the
    better rank.
    """
    if not indicators.index.is_unique:
        raise ValueError("indicators names a place twice; give one row per place")
    left_out = ["none", *(indicators.columns if drop_one and indicators.shape[1] > 2 else [])]
    posts = None if goalposts is None else np.asarray(goalposts, float)
    columns: dict[tuple[str, str, str, str], FloatArray] = {}
    skipped: dict[str, int] = {}
    for dropped, how in product(left_out, normalizations):
        kept = [i for i, name in enumerate(indicators.columns) if name != dropped]
        table = normalize(indicators.iloc[:, kept], how, goalposts=None if posts is None else posts[kept])
        for weighting, aggregation in product(weightings, aggregations):
            reason = _unfit(how, weighting, aggregation)
            if reason:
                skipped[reason] = skipped.get(reason, 0) + 1
                continue
            score = composite_score(table, indicator_weights(table, weighting), aggregation)
            # Rounded, so that equal scores are ties on every machine.
            ranks = pd.Series(-score.round(12)).rank(method="min")
            columns[(how, weighting, aggregation, str(dropped))] = np.asarray(ranks, np.float64)
    if not columns:
        raise ValueError("no recipe remains; z-scores need arithmetic means and weights other than entropy")
    frame = pd.DataFrame(columns, index=indicators.index)
    frame.columns.names = ["normalization", "weighting", "aggregation", "left_out"]
    low, high = (frame.quantile(q, axis=1) for q in quantiles)
    summary = pd.DataFrame({"median": frame.median(axis=1), "low": low, "high": high, "width": high - low})
    return RankUncertainty(frame, summary, skipped)


def _unfit(how: str, weighting: str, aggregation: str) -> str:
    if how == "z-score" and weighting == "entropy":
        return "entropy weights of z-scores"
    if how == "z-score" and aggregation == "geometric":
        return "geometric mean of z-scores"
    return ""
