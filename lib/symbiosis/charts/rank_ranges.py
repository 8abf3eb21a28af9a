"""Ranks with their range over many recipes, best on top."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from symbiosis.charts.style import COLOURS, styled


@styled
def draw_rank_ranges(
    axes: Axes,
    names: Sequence[str],
    medians: npt.ArrayLike,
    lows: npt.ArrayLike,
    highs: npt.ArrayLike,
    *,
    xlabel: str,
    title: str = "",
    highlight: Sequence[str] = (),
) -> None:
    """One row per name, first on top: median rank as a dot, its range as a bar with the two ranks at its ends."""
    middle, low, high = (np.asarray(v, float) for v in (medians, lows, highs))
    if not len(names) == len(middle) == len(low) == len(high):
        raise ValueError(f"{len(names)} names for {len(middle)} ranks; give one median, low and high per name")
    rows = np.arange(len(names))[::-1]
    colours = [COLOURS["china"] if name in highlight else COLOURS["urban"] for name in names]
    axes.hlines(rows, low, high, color=colours, linewidth=5, alpha=0.45)
    axes.scatter(middle, rows, s=70, color=colours, edgecolor="white", zorder=3)
    for row, left, right in zip(rows, low, high, strict=True):
        for end, offset, side in ((left, -7, "right"), (right, 7, "left")):
            axes.annotate(
                f"{end:.0f}", (end, row), xytext=(offset, 0), textcoords="offset points", va="center", ha=side, size=11
            )
    axes.set_yticks(rows, names)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.grid(axis="y", visible=False)
    axes.set(xlabel=xlabel, title=title)
