"""What models share: the error for no or several equilibria, shares by logit choice, and a vectorized root."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray

_HALVINGS = 47  # ceil(-log2(1e-14))


class EquilibriumError(ValueError):
    """The parameters admit no equilibrium, or more than one, or the solver did not reach it."""


def refuse(bad: npt.NDArray[np.bool_], message: str, *values: FloatArray) -> None:
    """EquilibriumError if any case is bad.

    message: its fields are filled with the values in the first bad case, {cases} with how many of how many there are.
    """
    if bad.any():
        first = (np.broadcast_to(value, bad.shape)[bad][0] for value in values)
        raise EquilibriumError(message.format(*first, cases=f"{int(bad.sum())} of {bad.size} cases"))


def softmax(appeal: FloatArray) -> FloatArray:
    """exp(appeal) over its sum along the last axis; does not overflow."""
    parts = np.exp(appeal - appeal.max(axis=-1, keepdims=True))
    return np.asarray(parts / parts.sum(axis=-1, keepdims=True))


def increasing_root(
    function: Callable[[FloatArray], FloatArray], low: FloatArray, high: FloatArray, *, what: str
) -> FloatArray:
    """Root of a function that rises in each element, by bisection of every element at once.

    low, high: brackets of one shape, narrowed to 1e-14 of their width; what: name of the unknown for the error.
    EquilibriumError where a bracket holds no sign change.
    """
    left, right = np.array(low, dtype=np.float64), np.array(high, dtype=np.float64)
    text = "between {:g} and {:g} solves the equilibrium condition in {cases}; change the parameters"
    refuse(~((function(left) <= 0) & (function(right) >= 0)), f"no {what} {text}", left, right)
    for _ in range(_HALVINGS):
        middle = (left + right) / 2
        below = function(middle) < 0
        left, right = np.where(below, middle, left), np.where(below, right, middle)
    return np.asarray((left + right) / 2)
