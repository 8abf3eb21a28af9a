"""The Kuznets process: inequality between city and countryside when everyone in each has its mean income.

x is the urban share of people, r the urban over the rural income. People move from the poor to the rich group, so with
r held constant inequality between the groups first rises and then falls (Kuznets 1955, Robinson 1976, Anand and
Kanbur 1993). The four measures disagree about where it turns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, fraction_array, positive_array, same_shape

Measure = Literal["gini", "theil_t", "theil_l", "variance_of_logs"]


def _inputs(urban_share: npt.ArrayLike, income_ratio: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    x, r = same_shape(
        urban_share=fraction_array("urban_share", urban_share),
        income_ratio=positive_array("income_ratio", income_ratio),
    )
    return x, r


def between_gini(urban_share: npt.ArrayLike, income_ratio: npt.ArrayLike) -> FloatArray:
    """Gini index between the two groups, x(1-x)|r-1| / (1-x+xr); shapes broadcast."""
    x, r = _inputs(urban_share, income_ratio)
    return np.asarray(x * (1 - x) * np.abs(r - 1) / (1 - x + x * r))


def between_theil_t(urban_share: npt.ArrayLike, income_ratio: npt.ArrayLike) -> FloatArray:
    """Theil's T between the two groups, x r ln(r)/m - ln(m) with m = 1-x+xr; shapes broadcast."""
    x, r = _inputs(urban_share, income_ratio)
    mean = 1 - x + x * r
    return np.asarray(x * r * np.log(r) / mean - np.log(mean))


def between_theil_l(urban_share: npt.ArrayLike, income_ratio: npt.ArrayLike) -> FloatArray:
    """Theil's L between the two groups, ln(m) - x ln(r) with m = 1-x+xr; shapes broadcast."""
    x, r = _inputs(urban_share, income_ratio)
    return np.asarray(np.log(1 - x + x * r) - x * np.log(r))


def between_variance_of_logs(urban_share: npt.ArrayLike, income_ratio: npt.ArrayLike) -> FloatArray:
    """Variance of log income between the two groups, x(1-x)(ln r)^2; shapes broadcast (Robinson 1976)."""
    x, r = _inputs(urban_share, income_ratio)
    return np.asarray(x * (1 - x) * np.log(r) ** 2)


_BETWEEN: Mapping[Measure, Callable[[npt.ArrayLike, npt.ArrayLike], FloatArray]] = MappingProxyType(
    {
        "gini": between_gini,
        "theil_t": between_theil_t,
        "theil_l": between_theil_l,
        "variance_of_logs": between_variance_of_logs,
    }
)


def between_inequality(
    urban_share: npt.ArrayLike, income_ratio: npt.ArrayLike, *, measure: Measure = "gini"
) -> FloatArray:
    """Inequality between the two groups by the measure named."""
    if measure not in _BETWEEN:
        raise ValueError(f"measure is {measure!r}; choose one of {', '.join(_BETWEEN)}")
    return _BETWEEN[measure](urban_share, income_ratio)


def peak_share(income_ratio: npt.ArrayLike, *, measure: Measure = "gini") -> FloatArray:
    """Urban share at which inequality between the groups is greatest, the ratio held constant.

    Gini 1/(1+sqrt r); Theil T [r ln r/(r-1) - 1]/(r-1); Theil L [(r-1)/ln r - 1]/(r-1); variance of logs 1/2. Where
    r = 1 there is no inequality at any share, and the limit 1/2 is returned.
    """
    r = positive_array("income_ratio", income_ratio)
    if measure == "gini":
        return np.asarray(1 / (1 + np.sqrt(r)))
    if measure == "variance_of_logs":
        return np.full_like(r, 0.5)
    if measure not in _BETWEEN:
        raise ValueError(f"measure is {measure!r}; choose one of {', '.join(_BETWEEN)}")
    d = r - 1
    # Near r = 1 the closed forms divide nought by nought: the series is exact to about 1e-12 there.
    near = np.abs(d) < 1e-4
    ratio = np.where(near, 2.0, r)
    if measure == "theil_t":
        closed = (ratio * np.log(ratio) / (ratio - 1) - 1) / (ratio - 1)
        series = 0.5 - d / 6 + d**2 / 12
    else:
        closed = ((ratio - 1) / np.log(ratio) - 1) / (ratio - 1)
        series = 0.5 - d / 12 + d**2 / 24
    return np.asarray(np.where(near, series, closed))


@dataclass(frozen=True)
class InequalityChange:
    """A change of inequality between city and countryside and its two parts: change == composition + ratio.

    composition: from the move of people (urban share), ratio: from the change of the income ratio, each the mean over
    the two orders in which the changes can be made (Shapley value); composition_range: the same part under either
    order, low and high, as wide as the split is arbitrary.
    """

    change: FloatArray
    composition: FloatArray
    ratio: FloatArray
    composition_range: tuple[FloatArray, FloatArray]


def split_change(
    urban_share: tuple[npt.ArrayLike, npt.ArrayLike],
    income_ratio: tuple[npt.ArrayLike, npt.ArrayLike],
    *,
    measure: Measure = "gini",
) -> InequalityChange:
    """Split a change of inequality between the groups into composition and ratio (Shapley; Shorrocks 2013).

    urban_share, income_ratio: (start, end), each a number or an array; shapes broadcast.
    """
    (x0, x1), (r0, r1) = urban_share, income_ratio
    start = between_inequality(x0, r0, measure=measure)
    end = between_inequality(x1, r1, measure=measure)
    moved_first = between_inequality(x1, r0, measure=measure) - start
    moved_last = end - between_inequality(x0, r1, measure=measure)
    composition = (moved_first + moved_last) / 2
    return InequalityChange(
        change=np.asarray(end - start),
        composition=np.asarray(composition),
        ratio=np.asarray(end - start - composition),
        composition_range=(np.minimum(moved_first, moved_last), np.maximum(moved_first, moved_last)),
    )
