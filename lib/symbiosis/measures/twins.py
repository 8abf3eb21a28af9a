"""The places most like a given one: its nearest neighbours in a table of features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, one_of

Metric = Literal["standardized", "mahalanobis"]


@dataclass(frozen=True)
class FeatureSpace:
    """Features rescaled so that plain distance between rows is the distance meant; NaN rows are incomplete.

    points: shape (places, features); incomplete: number of places with a feature missing, which are nobody's twins;
    metric: 'standardized' (each feature in standard deviations, all count alike) or 'mahalanobis' (correlated features
    share their weight; Mahalanobis 1936).
    """

    points: FloatArray
    incomplete: int
    metric: Metric


@dataclass(frozen=True)
class Twins:
    """The nearest places of one place, nearest first.

    positions: rows of the table; distances: in the feature space; candidates: places that could have been chosen;
    incomplete: places passed over for a missing feature; tied: places left out that are as near as the last one in.
    """

    positions: npt.NDArray[np.intp]
    distances: FloatArray
    candidates: int
    incomplete: int
    tied: int


def feature_space(features: npt.ArrayLike, *, metric: Metric = "standardized") -> FeatureSpace:
    """Rescale features, shape (places, features); NaN marks a missing one.

    ValueError where fewer than three places are complete, a feature does not vary, or (mahalanobis) one follows from
    the others.
    """
    table = np.asarray(features, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] == 0:
        raise ValueError(f"features has shape {table.shape}; give one row per place and one column per feature")
    if np.isinf(table).any():
        raise ValueError("features holds infinite values; give numbers, or NaN where a feature is missing")
    one_of("metric", metric, get_args(Metric))
    complete = ~np.isnan(table).any(axis=1)
    known = table[complete]
    if len(known) < 3:
        raise ValueError(f"features has {len(known)} complete places; at least 3 are needed")
    spread = known.std(axis=0)
    flat = np.flatnonzero(spread <= 1e-12 * np.abs(known).max(axis=0))
    if len(flat):
        raise ValueError(f"feature {flat[0]} is the same everywhere; leave it out, since it tells no places apart")
    points = (table - known.mean(axis=0)) / spread
    if metric == "mahalanobis":
        correlation = np.atleast_2d(np.corrcoef(known, rowvar=False))
        values, vectors = np.linalg.eigh(correlation)
        if values[0] < 1e-10:
            raise ValueError("some feature follows from the others; leave one out, or use metric 'standardized'")
        points = points @ (vectors / np.sqrt(values))
    return FeatureSpace(points, int((~complete).sum()), metric)


def nearest_twins(space: FeatureSpace, place: int, *, count: int, allowed: npt.ArrayLike | None = None) -> Twins:
    """The count places nearest to the one in row place, which is never its own twin.

    allowed: one boolean per place, for instance those of other provinces; None allows all. Equally near places are
    taken in the order of the table, and those that had to stay out are counted.
    """
    n = len(space.points)
    if not 0 <= place < n:
        raise ValueError(f"place is {place}; give a row between 0 and {n - 1}")
    if np.isnan(space.points[place]).any():
        raise ValueError(f"place {place} has a missing feature; choose a place with all of them")
    usable: npt.NDArray[np.bool_] = np.asarray(~np.isnan(space.points).any(axis=1))
    if allowed is not None:
        mask = np.asarray(allowed)
        if mask.shape != (n,) or mask.dtype != bool:
            raise ValueError(f"allowed has shape {mask.shape} and type {mask.dtype}; give one boolean for each of {n}")
        usable = usable & mask
    usable[place] = False
    candidates = np.flatnonzero(usable)
    if not 1 <= count <= len(candidates):
        raise ValueError(f"count is {count} of {len(candidates)} places to choose from; give between 1 and that")
    distance = np.sqrt(((space.points[candidates] - space.points[place]) ** 2).sum(axis=1))
    order = np.argsort(distance, kind="stable")
    chosen, rest = order[:count], order[count:]
    tied = int((distance[rest] <= distance[chosen[-1]] + 1e-12).sum())
    return Twins(candidates[chosen], distance[chosen], len(candidates), space.incomplete, tied)


def gaps_to_twins(
    space: FeatureSpace, places: npt.ArrayLike, values: npt.ArrayLike, *, count: int, allowed: npt.ArrayLike
) -> FloatArray:
    """What each place has more than the mean of its twins, in the unit of values, shape (places,).

    Args:
        space: the features that the twins are chosen by.
        places: rows whose twins are asked for, for instance those that something happened to.
        values: one for each row of the space, finite.
        count: of twins for each place.
        allowed: one boolean per row of the space: those that may be twins, for instance where nothing happened.

    Raises:
        ValueError: as nearest_twins, or values that do not fit the space.
    """
    outcome = finite_array("values", values, ndim=1)
    if len(outcome) != len(space.points):
        raise ValueError(f"values holds {len(outcome)} numbers for {len(space.points)} places; give one for each")
    twins = [nearest_twins(space, int(i), count=count, allowed=allowed).positions for i in np.asarray(places)]
    return np.array([outcome[i] - outcome[t].mean() for i, t in zip(np.asarray(places), twins, strict=True)])
