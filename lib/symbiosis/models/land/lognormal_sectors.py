"""City and countryside, each with lognormal incomes: inequality of everybody together, in closed form.

The Kuznets process with spread inside the two groups. The rural mean income is 1, the urban one is the income ratio;
the spread of a group is the standard deviation of its log income (Robinson 1976, Anand and Kanbur 1993).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from symbiosis.checks import FloatArray, fraction_array, positive_array, same_shape
from symbiosis.parameters import Parameter, ParameterSet

Measure = Literal["gini", "theil_t", "theil_l", "variance_of_logs"]
MEASURES: tuple[Measure, ...] = ("gini", "theil_t", "theil_l", "variance_of_logs")

PARAMETERS = ParameterSet(
    (
        Parameter(
            "urban_share", "Urban share", "", 0.35, 0.02, 0.98, 0.01,
            "Part of the people who live in the city.", "choice of the reader", ".0%",
        ),
        Parameter(
            "income_ratio", "Urban over rural income", "", 3.0, 1.0, 5.0, 0.01,
            "Mean income in the city over mean income in the countryside.", "choice of the reader", ".2f",
        ),
        Parameter(
            "urban_spread", "Spread inside the city", "", 0.0, 0.0, 1.2, 0.05,
            "Standard deviation of log income among city people; 0.6 is a Gini of about a third.",
            "assumption", ".2f",
        ),
        Parameter(
            "rural_spread", "Spread in the countryside", "", 0.0, 0.0, 1.2, 0.05,
            "Standard deviation of log income among country people; 0.6 is a Gini of about a third.",
            "assumption", ".2f",
        ),
    )
)  # fmt: skip


@dataclass(frozen=True)
class SectorInequality:
    """Inequality of all people; total == between + within + overlap, arrays of the arguments' common shape.

    between: of the two means (variance of logs: of the two mean logs); within: inside the groups; overlap: only the
    Gini index has one, zero for the others.
    """

    total: FloatArray
    between: FloatArray
    within: FloatArray
    overlap: FloatArray


def _groups(
    urban_share: npt.ArrayLike, income_ratio: npt.ArrayLike, urban_spread: npt.ArrayLike, rural_spread: npt.ArrayLike
) -> tuple[FloatArray, ...]:
    return same_shape(
        urban_share=fraction_array("urban_share", urban_share),
        income_ratio=positive_array("income_ratio", income_ratio),
        urban_spread=positive_array("urban_spread", urban_spread, zero_allowed=True),
        rural_spread=positive_array("rural_spread", rural_spread, zero_allowed=True),
    )


def _mean_difference(mean: FloatArray, spread: FloatArray, other: FloatArray, other_spread: FloatArray) -> FloatArray:
    """E|X - Y| of two independent lognormals with these means and spreads of logs."""
    joint = np.hypot(spread, other_spread)
    equal = joint == 0
    safe = np.where(equal, 1.0, joint)
    distance = np.log(mean / other) / safe
    smooth = mean * (2 * ndtr(distance + safe / 2) - 1) - other * (2 * ndtr(distance - safe / 2) - 1)
    return np.asarray(np.where(equal, np.abs(mean - other), smooth))


def inequality(
    *,
    urban_share: npt.ArrayLike,
    income_ratio: npt.ArrayLike,
    urban_spread: npt.ArrayLike,
    rural_spread: npt.ArrayLike,
    measure: Measure = "gini",
) -> SectorInequality:
    """Inequality of everybody by one measure, and its parts; arguments broadcast, urban_share is a fraction."""
    x, r, city, country = _groups(urban_share, income_ratio, urban_spread, rural_spread)
    mean = 1 - x + x * r
    nought = np.zeros_like(mean)
    overlap = nought
    if measure == "gini":
        one = np.ones_like(r)
        apart = x * (1 - x) / mean
        between = apart * np.abs(r - 1)
        inside = x**2 * _mean_difference(r, city, r, city) + (1 - x) ** 2 * _mean_difference(one, country, one, country)
        within = inside / (2 * mean)
        overlap = np.maximum(apart * _mean_difference(r, city, one, country) - between, 0.0)
    elif measure == "theil_t":
        income_share = x * r / mean
        between = income_share * np.log(r) - np.log(mean)
        within = (income_share * city**2 + (1 - income_share) * country**2) / 2
    elif measure == "theil_l":
        between = np.log(mean) - x * np.log(r)
        within = (x * city**2 + (1 - x) * country**2) / 2
    elif measure == "variance_of_logs":
        # A lognormal's mean log lies half its variance below the log of its mean.
        between = x * (1 - x) * (np.log(r) - (city**2 - country**2) / 2) ** 2
        within = x * city**2 + (1 - x) * country**2
    else:
        raise ValueError(f"measure is {measure!r}; choose one of {', '.join(MEASURES)}")
    return SectorInequality(
        total=np.asarray(between + within + overlap), between=np.asarray(between), within=np.asarray(within),
        overlap=np.asarray(overlap),
    )  # fmt: skip


def incomes(
    *, urban_share: float, income_ratio: float, urban_spread: float, rural_spread: float, slices: int = 200
) -> tuple[FloatArray, FloatArray]:
    """Income per person and people (sum 1) of equal slices of each group, poorest to richest: country, then city.

    The income of a slice is its exact mean, so that group means are kept whatever the number of slices.
    """
    if slices < 1:
        raise ValueError(f"slices is {slices}; give at least 1")
    x, r, city, country = (float(v) for v in _groups(urban_share, income_ratio, urban_spread, rural_spread))
    z = ndtri(np.linspace(0, 1, slices + 1))
    income = [mean * slices * np.diff(ndtr(z - spread)) for mean, spread in ((1.0, country), (r, city))]
    return np.concatenate(income), np.repeat([(1 - x) / slices, x / slices], slices)
