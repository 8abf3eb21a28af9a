"""Axis limits that change rarely, so that a live picture seldom needs a full redraw."""

from __future__ import annotations

import math

_STEPS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0)


def ladder_limit(value: float) -> float:
    """The smallest of 1, 1.5, 2, 3, 5, 7.5, 10 times a power of ten that is at least value (value > 0)."""
    if not math.isfinite(value) or value <= 0:
        raise ValueError(f"value is {value!r}; an axis limit needs a positive, finite number")
    power = 10.0 ** math.floor(math.log10(value))
    for step in _STEPS:
        if step * power >= value * (1 - 1e-12):
            return step * power
    return 10.0 * power
