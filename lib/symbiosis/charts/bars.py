"""One number per place as a bar, positive and negative apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from symbiosis.charts.style import COLOURS, styled


@styled
def draw_bars(
    axes: Axes,
    names: Sequence[str],
    values: npt.ArrayLike,
    *,
    xlabel: str,
    title: str = "",
    number: str = "{:+.0f}",
    highlight: Sequence[str] = (),
) -> None:
    """Horizontal bars, first name on top, each with its number (a format string) at its end."""
    heights = np.asarray(values, float)
    if len(heights) != len(names):
        raise ValueError(f"{len(names)} names for {len(heights)} values; give one value per name")
    rows = np.arange(len(names))[::-1]
    colours = [
        COLOURS["china"] if name in highlight else COLOURS["rural"] if value < 0 else COLOURS["urban"]
        for name, value in zip(names, heights, strict=True)
    ]
    axes.barh(rows, heights, color=colours, height=0.72)
    axes.axvline(0, color=COLOURS["ink"], linewidth=1.2)
    for row, value in zip(rows, heights, strict=True):
        axes.annotate(
            number.format(value), (value, row), xytext=(5 if value >= 0 else -5, 0), textcoords="offset points",
            va="center", ha="left" if value >= 0 else "right", size=12,
        )  # fmt: skip
    axes.set_yticks(rows, names)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.margins(x=0.14)
    axes.grid(axis="y", visible=False)
    axes.set(xlabel=xlabel, title=title)


@styled
def draw_columns(
    axes: Axes, names: Sequence[str], values: npt.ArrayLike, *, xlabel: str, ylabel: str, title: str = ""
) -> None:
    """Upright bars in the order given, for counts along a scale whose steps have names."""
    heights = np.asarray(values, float)
    if len(heights) != len(names):
        raise ValueError(f"{len(names)} names for {len(heights)} values; give one value per name")
    axes.bar(range(len(names)), heights, color=COLOURS["urban"], width=0.8)
    axes.set_xticks(range(len(names)), names, rotation=35, ha="right")
    axes.grid(axis="x", visible=False)
    axes.set(xlabel=xlabel, ylabel=ylabel, title=title)
