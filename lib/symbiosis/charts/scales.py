"""Axes: logarithmic ones with words at their ticks, and limits that change rarely, for few full redraws."""

import math
from collections.abc import Callable, Sequence
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

_STEPS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0)


def log_axis(
    axes: Axes, which: Literal["x", "y"], *, words: Callable[[float], str], ticks: Sequence[float] | None = None
) -> None:
    """Make an axis logarithmic, with words for a value at its ticks; ticks: instead of the powers of ten."""
    axes.set(**{f"{which}scale": "log"})
    axis = axes.xaxis if which == "x" else axes.yaxis
    if ticks is not None:
        axis.set_major_locator(FixedLocator(list(ticks)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: words(value)))


def ladder_limit(value: float) -> float:
    """The smallest of 1, 1.5, 2, 3, 5, 7.5, 10 times a power of ten that is at least value (value > 0)."""
    if not math.isfinite(value) or value <= 0:
        raise ValueError(f"value is {value!r}; an axis limit needs a positive, finite number")
    power = 10.0 ** math.floor(math.log10(value))
    return power * next((step for step in _STEPS if step * power >= value * (1 - 1e-12)), 10.0)
