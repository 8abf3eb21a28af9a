"""What the equilibrium models share: the error for no or several equilibria, and a vectorized root."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symbiosis.checks import FloatArray


class EquilibriumError(ValueError):
    """The parameters admit no equilibrium, or more than one, or the solver did not reach it."""


def increasing_root(
    function: Callable[[FloatArray], FloatArray],
    low: FloatArray,
    high: FloatArray,
    *,
    what: str,
    tolerance: float = 1e-14,
) -> FloatArray:
    """Root of a function that rises in each element, by bisection of every element at once.

    low, high: brackets of one shape; what: name of the unknown for the error; tolerance: width of the
    final bracket relative to the first. EquilibriumError where the bracket holds no sign change.
    """
    left, right = np.array(low, dtype=np.float64), np.array(high, dtype=np.float64)
    outside = ~((function(left) <= 0) & (function(right) >= 0))
    if outside.any():
        raise EquilibriumError(
            f"no {what} between {left[outside].flat[0]:g} and {right[outside].flat[0]:g} solves the equilibrium "
            f"condition in {int(outside.sum())} of {outside.size} cases; change the parameters"
        )
    for _ in range(int(np.ceil(-np.log2(tolerance)))):
        middle = (left + right) / 2
        below = function(middle) < 0
        left, right = np.where(below, middle, left), np.where(below, right, middle)
    return np.asarray((left + right) / 2)
