"""Two values per place, joined: how far apart are they?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from symbiosis.charts.style import COLOURS, styled


@styled
def draw_dumbbells(
    axes: Axes,
    names: Sequence[str],
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    first_name: str,
    second_name: str,
    xlabel: str,
    title: str = "",
) -> None:
    """One row per name, first on top; the first value as a square, the second as a dot."""
    left, right = np.asarray(first, float), np.asarray(second, float)
    rows = np.arange(len(names))[::-1]
    axes.hlines(rows, left, right, color=COLOURS["muted"], linewidth=3, zorder=1)
    axes.scatter(left, rows, marker="s", s=150, color=COLOURS["rural"], edgecolor="white", label=first_name, zorder=2)
    axes.scatter(right, rows, s=90, color=COLOURS["urban"], edgecolor="white", label=second_name, zorder=3)
    axes.set_yticks(rows, names)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.grid(axis="y", visible=False)
    axes.set(xlabel=xlabel, title=title)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, borderaxespad=0.2, handletextpad=0.3)
