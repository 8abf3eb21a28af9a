"""Inequality among people or places, weighted by people, and its exact split between and within nested groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, positive_array, same_length

EntropyIndex = Literal["T", "L"]


def _sample(
    values: npt.ArrayLike, weights: npt.ArrayLike | None, *, zero_allowed: bool
) -> tuple[FloatArray, FloatArray]:
    """Incomes, and each unit's share of the population (positive, sums to 1)."""
    income = positive_array("values", values, ndim=1, zero_allowed=zero_allowed)
    people = np.ones_like(income) if weights is None else positive_array("weights", weights, ndim=1)
    same_length(values=income, weights=people)
    if not income.any():
        raise ValueError("values are all zero; inequality needs some income")
    return income, people / people.sum()


def lorenz_curve(values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> tuple[FloatArray, FloatArray]:
    """Cumulated shares of people and of income, from the poorest unit on; both begin at 0 and end at 1.

    values: income per person of each unit, zero or more; weights: persons in each unit (None: one each). Lorenz 1905.
    """
    income, share = _sample(values, weights, zero_allowed=True)
    order = np.argsort(income, kind="stable")
    people = np.concatenate([[0.0], np.cumsum(share[order])])
    held = np.concatenate([[0.0], np.cumsum(share[order] * income[order])])
    return people / people[-1], held / held[-1]


def gini(values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Gini index, 0 (equal) to below 1: mean absolute difference between two people over twice the mean.

    values: income per person, zero or more; weights: persons (None: one each). Persons of one unit count as equal.
    """
    income, share = _sample(values, weights, zero_allowed=True)
    mean = float(share @ income)
    # With R the share of people up to the middle of a unit, G is the mean of (y/m - 1) (2 R - 1).
    if weights is None:
        income = np.sort(income)
        ranks = (2 * np.arange(len(income)) + 1) / len(income) - 1
    else:
        # Units of equal income may come in any order: together they add the same.
        order = np.argsort(income)
        income, share = income[order], share[order]
        ranks = 2 * np.cumsum(share) - share - 1
    income -= mean
    ranks *= income
    return max(0.0, float(share @ ranks) / mean)


def theil_t(values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Theil's T, the mean of (y/m) ln(y/m) over people, 0 where equal (Theil 1967).

    values: income per person, zero or more; weights: persons (None: one each).
    """
    income, share = _sample(values, weights, zero_allowed=True)
    relative = income / (share @ income)
    safe = np.where(relative > 0, relative, 1.0)
    return float(share @ (relative * np.log(safe)))


def theil_l(values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Theil's L, the mean of ln(m/y) over people (mean logarithmic deviation), 0 where equal (Theil 1967).

    values: income per person, more than zero; weights: persons (None: one each).
    """
    income, share = _sample(values, weights, zero_allowed=False)
    return float(np.log(share @ income) - share @ np.log(income))


def williamson_coefficient(values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Coefficient of variation of income per person between regions, weighted by their people.

    values: income per person of each region, zero or more; weights: persons (None: regions count alike, Williamson's
    unweighted version). Source: Williamson 1965, V_w.
    """
    income, share = _sample(values, weights, zero_allowed=True)
    mean = share @ income
    return float(np.sqrt(share @ (income - mean) ** 2) / mean)


@dataclass(frozen=True)
class TheilDecomposition:
    """Theil's T or L split exactly: total == sum(between.values()) + within.

    between: by level, the inequality between its groups within each group of the level above (the first level: within
    the whole); within: what is left inside the lowest groups. groups: one row per lowest group with population_share,
    income_share, relative_mean (mean over the whole mean) and inequality (inside the group).
    """

    index: EntropyIndex
    total: float
    between: Mapping[str, float]
    within: float
    groups: pd.DataFrame = field(repr=False, compare=False)


def theil_decomposition(
    values: npt.ArrayLike,
    levels: Mapping[str, Sequence[Any] | npt.NDArray[Any] | pd.Series],
    *,
    weights: npt.ArrayLike | None = None,
    index: EntropyIndex = "T",
) -> TheilDecomposition:
    """Split Theil's T or L over nested groups; T weighs groups by INCOME shares, L by population shares.

    values: income per person of each unit (T: zero or more; L: more than zero); levels: name -> one label per unit,
    coarsest first, each level's groups inside those of the level before; weights: persons (None: one each).
    T = sum_g s_g T_g + sum_g s_g ln(m_g/m) with s_g shares of income; L the same with shares of people and ln(m/m_g)
    (Shorrocks 1980). ValueError for a missing label or for groups that are not nested.
    """
    if index not in ("T", "L"):
        raise ValueError(f"index is {index!r}; choose 'T' or 'L'")
    income, share = _sample(values, weights, zero_allowed=index == "T")
    codes = _nested_codes(levels, len(income))
    measure = theil_t if index == "T" else theil_l
    mean = share @ income
    total = measure(income, share)

    # Inequality between the groups of a level, summed over all levels down to it; its steps are the parts.
    above = [0.0]
    for group in codes.values():
        people = np.bincount(group, share)
        means = np.bincount(group, share * income) / people
        above.append(measure(means, people))
    parts = dict(zip(codes, np.diff(above).tolist(), strict=True))

    lowest = group
    inside = np.array(
        [measure(income[lowest == g], share[lowest == g]) if means[g] > 0 else 0.0 for g in range(len(people))]
    )
    labels = pd.Series(np.asarray(list(levels.values())[-1])).groupby(lowest).first()
    shares = {"population_share": people, "income_share": people * means / mean}
    columns = {**shares, "relative_mean": means / mean, "inequality": inside}
    table = pd.DataFrame(columns, index=pd.Index(labels, name=list(levels)[-1]))
    within = float(shares["income_share" if index == "T" else "population_share"] @ inside)
    return TheilDecomposition(index, total, parts, within, table)


def _nested_codes(levels: Mapping[str, Any], units: int) -> dict[str, npt.NDArray[np.intp]]:
    """Group numbers of each level, after checking labels and nesting."""
    if not levels:
        raise ValueError("levels is empty; give at least one level of groups")
    codes: dict[str, npt.NDArray[np.intp]] = {}
    for name, labels in levels.items():
        column = pd.Series(np.asarray(labels))
        if len(column) != units:
            raise ValueError(f"{name} holds {len(column)} labels for {units} values; give one per value")
        missing = int(column.isna().sum())
        if missing:
            raise ValueError(f"{name} is missing for {missing} values; label or leave out every unit")
        code = np.asarray(pd.factorize(column, sort=True)[0], np.intp)
        for coarser, above in list(codes.items())[-1:]:
            parents = pd.Series(above).groupby(code)
            split = parents.min() < parents.max()
            if split.any():
                label = column[code == split.idxmax()].iloc[0]
                raise ValueError(
                    f"{name} {label!r} lies in more than one group of {coarser}; give levels that are nested, "
                    "coarsest first"
                )
        codes[name] = code
    return codes
