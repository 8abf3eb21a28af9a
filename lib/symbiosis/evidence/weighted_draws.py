"""Draws of a model that count unequally, because they fit unequally: quantiles, shares, and equal draws from them.

Their spread says what the ranges of a model's parameters and its fit leave open. It is no error of sampling.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray
from symbiosis.evidence.estimate import Estimate


def effective_draws(weights: npt.ArrayLike) -> float:
    """How many draws of equal weight are worth as much (Kish 1965)."""
    w = _checked(weights)
    return float(w.sum() ** 2 / np.square(w).sum())


def weighted_quantiles(values: npt.ArrayLike, weights: npt.ArrayLike, levels: npt.ArrayLike) -> FloatArray:
    """Quantiles of draws along the first axis: shape of levels, then that of one draw.

    Args:
        values: draws first, (draws, ...), finite where the weight is positive.
        weights: (draws,), not negative; they need not add up to one.
        levels: fractions. Each draw stands in the middle of its weight, straight lines between.

    Raises:
        ValueError: shapes that do not fit, a negative weight, no weight at all, or a draw with weight and no number.
    """
    w, v, at = _checked(weights), np.asarray(values, dtype=float), np.asarray(levels, dtype=float)
    if v.shape[:1] != w.shape:
        raise ValueError(f"values have shape {v.shape} and weights {w.shape}; give one weight for each draw")
    v, w = v[w > 0], w[w > 0]
    if not np.isfinite(v).all():
        raise ValueError("a draw that counts is not finite; give it weight zero, or leave it out")
    flat = v.reshape(len(v), -1)
    order = np.argsort(flat, axis=0, kind="stable")
    ordered, weight = np.take_along_axis(flat, order, axis=0), w[order]
    middle = (np.cumsum(weight, axis=0) - weight / 2) / w.sum()
    found = np.array([np.interp(at, middle[:, k], ordered[:, k]) for k in range(flat.shape[1])])
    return np.asarray(np.moveaxis(found, 0, -1).reshape((*at.shape, *v.shape[1:])))


def range_over_draws(
    values: npt.ArrayLike, weights: npt.ArrayLike, *, level: float = 0.8, display: str = "+.1f", unit: str = "%"
) -> Estimate:
    """The weighted median of draws (draws,), and the ends of the middle part (level) of their weight."""
    if not 0 < level < 1:
        raise ValueError(f"level is {level!r}; give a fraction between 0 and 1, such as 0.8")
    middle, low, high = weighted_quantiles(values, weights, [0.5, (1 - level) / 2, (1 + level) / 2])
    return Estimate(float(middle), float(low), float(high), unit, display, level)


def share_of_draws(holds: npt.ArrayLike, weights: npt.ArrayLike) -> float:
    """The weight of the draws in which something holds, as a share of all; holds: (draws,) of truth values."""
    w, truth = _checked(weights), np.asarray(holds)
    if truth.dtype != np.bool_ or truth.shape != w.shape:
        raise ValueError(f"holds has {truth.dtype} of shape {truth.shape}; give one truth value for each draw")
    return float(w[truth].sum() / w.sum())


def equal_draws(weights: npt.ArrayLike, count: int) -> npt.NDArray[np.intp]:
    """Positions of draws that count alike, (count,): each comes up as often as it weighs (systematic resampling).

    No randomness: the points stand in the middle of equal steps (Kitagawa 1996). Heavy draws come up more than once.
    """
    if count < 1:
        raise ValueError(f"count is {count}; give at least 1")
    w = _checked(weights)
    points = (np.arange(count) + 0.5) / count
    return np.minimum(np.searchsorted(np.cumsum(w) / w.sum(), points), len(w) - 1)


def _checked(weights: npt.ArrayLike) -> FloatArray:
    w = np.asarray(weights, dtype=float)
    if w.ndim != 1 or not np.isfinite(w).all() or (w < 0).any() or not w.sum() > 0:
        raise ValueError("weights must be one axis of numbers that are not negative, and not all zero")
    return w
