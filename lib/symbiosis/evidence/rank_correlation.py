"""Do places that are high in one thing stand high in another? Spearman's correlation, within groups and beside chance.

Within groups (provinces) ranks are taken there, as shares of the group, and no difference between groups counts. The
interval is the jackknife's over groups, on Fisher's scale (Efron and Stein 1981; Fisher 1921), so that places of one
group may be alike; the null comes from values exchanged, within groups where these are compared. What is correlated
with something else held equal is in partial_rank_correlation.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, at_least, finite_array, positive_array, same_length
from symbiosis.evidence.bootstrap import percentiles
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.fixed_effects import Groups
from symbiosis.evidence.least_squares import quantile
from symbiosis.evidence.permutation import permute_within

_FEWEST_GROUPS = 3
_NEARLY_ONE = 1 - 1e-12


def rank_correlation(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    groups: npt.ArrayLike,
    within: bool = False,
    weights: npt.ArrayLike | None = None,
    display: str = ".2f",
) -> Estimate:
    """Spearman's correlation of x and y with a 95 % interval for places that are alike within groups.

    x, y: a number for each place, finite, shape (places,). groups: a label for each place. within: compare places of
    one group alone. weights: of each place, positive; alike without them. ValueError for fewer than three groups, or
    where x or y does not vary.
    """
    a, b, codes, w = _prepared(x, y, groups, weights, within)
    value = _correlation(a, b, codes if within else None, w)
    names = np.unique(codes)
    without = [
        _correlation(a[kept], b[kept], codes[kept] if within else None, w[kept])
        for kept in (codes != name for name in names)
    ]
    z = np.arctanh(np.clip(without, -_NEARLY_ONE, _NEARLY_ONE))
    error = np.sqrt((len(names) - 1) / len(names) * ((z - z.mean()) ** 2).sum())
    middle = np.arctanh(np.clip(value, -_NEARLY_ONE, _NEARLY_ONE))
    reach = float(quantile(0.95, len(names) - 1)) * error
    low, high = np.tanh(middle - reach), np.tanh(middle + reach)
    return Estimate(value, float(min(low, value)), float(max(high, value)), display=display)


def without_each_group(
    x: npt.ArrayLike, y: npt.ArrayLike, *, groups: npt.ArrayLike, within: bool = False,
    weights: npt.ArrayLike | None = None,
) -> dict[object, Estimate]:  # fmt: skip
    """rank_correlation without each group in turn, by the group left out; arguments as there."""
    a, b, codes, w = _prepared(x, y, groups, weights, within)
    labels = np.asarray(groups, dtype=object)
    return {
        one: rank_correlation(a[kept], b[kept], groups=codes[kept], within=within, weights=w[kept])
        for one, kept in ((one, labels != one) for one in dict.fromkeys(labels.tolist()))
    }


def exchanged_rank_correlation(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    groups: npt.ArrayLike,
    within: bool = False,
    weights: npt.ArrayLike | None = None,
    rng: np.random.Generator,
    draws: int = 499,
) -> Estimate:
    """What chance gives: the median and the middle 95 % of the correlation with x exchanged between places.

    within: exchanged inside each group and compared there. The rest as in rank_correlation.
    """
    at_least(99, draws=draws)
    a, b, codes, w = _prepared(x, y, groups, weights, within)
    order = permute_within(codes if within else np.zeros(len(a)), draws=draws, rng=rng)
    null = np.array([_correlation(one, b, codes if within else None, w) for one in a[order]])
    low, high = percentiles(null, 0.95)
    return Estimate(float(np.median(null)), float(low), float(high))


def _prepared(
    x: npt.ArrayLike, y: npt.ArrayLike, groups: npt.ArrayLike, weights: npt.ArrayLike | None, within: bool
) -> tuple[FloatArray, FloatArray, npt.NDArray[np.intp], FloatArray]:
    a, b = finite_array("x", x, ndim=1, min_size=3), finite_array("y", y, ndim=1, min_size=3)
    w = np.ones(len(a)) if weights is None else positive_array("weights", weights, ndim=1)
    codes = Groups(groups).codes
    same_length(x=a, y=b, weights=w, groups=codes.astype(np.float64))
    if len(np.unique(codes)) < _FEWEST_GROUPS:
        raise ValueError(f"groups holds {len(np.unique(codes))} labels; give places of at least {_FEWEST_GROUPS}")
    for name, values in (("x", a), ("y", b)):
        if np.ptp(values) == 0:
            raise ValueError(f"{name} is {values[0]:g} in every place; a correlation needs values that differ")
    labels = codes if within else np.zeros(len(a), dtype=np.intp)
    # A share of the group, so that a step counts alike in large and small ones.
    first, second = (
        np.asarray(pd.Series(values).groupby(labels).rank(pct=True), dtype=np.float64) for values in (a, b)
    )
    return first, second, codes, w


def _correlation(a: FloatArray, b: FloatArray, codes: npt.NDArray[np.intp] | None, w: FloatArray) -> float:
    labels = np.zeros(len(a), dtype=np.intp) if codes is None else codes
    total = np.bincount(labels, w)

    def rest(values: FloatArray) -> FloatArray:
        means = np.bincount(labels, w * values) / np.where(total > 0, total, 1.0)
        return np.asarray(values - means[labels])

    p, q = rest(a), rest(b)
    spread = float(np.sqrt((w * p * p).sum() * (w * q * q).sum()))
    return float((w * p * q).sum() / spread) if spread > 0 else 0.0
