"""The same question asked in many ways: every estimate with its interval, in order (Simonsohn and others 2020)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from symbiosis.charts.style import COLOURS, styled


@styled
def draw_specification_curve(
    axes: Axes,
    estimates: npt.ArrayLike,
    lows: npt.ArrayLike,
    highs: npt.ArrayLike,
    *,
    ylabel: str,
    xlabel: str = "Ways to ask, sorted by their answer",
    title: str = "",
    mark: Sequence[int] = (),
    mark_name: str = "",
) -> None:
    """Estimates with interval bars, smallest first; dark where the interval leaves zero out.

    mark: positions, in the order given, of estimates to set off with a diamond, named mark_name.
    """
    middle, low, high = (np.asarray(v, float) for v in (estimates, lows, highs))
    if not len(middle) == len(low) == len(high):
        raise ValueError(f"{len(middle)} estimates, {len(low)} lows and {len(high)} highs; give one of each")
    order = np.argsort(middle, kind="stable")
    place = np.empty(len(order))
    place[order] = np.arange(1, len(order) + 1)
    below, above = high < 0, low > 0
    for chosen, colour in (
        (~below & ~above, COLOURS["muted"]),
        (below, COLOURS["urban"]),
        (above, COLOURS["rural"]),
    ):
        axes.vlines(place[chosen], low[chosen], high[chosen], color=colour, linewidth=3, alpha=0.55)
        axes.scatter(place[chosen], middle[chosen], s=34, color=colour, zorder=3)
    axes.axhline(0, color=COLOURS["ink"], linewidth=1.2)
    for i in mark:
        axes.scatter(
            [place[i]], [middle[i]], s=130, marker="D", color=COLOURS["china"], edgecolor="white", zorder=4
        )  # fmt: skip
        axes.annotate(
            mark_name, (place[i], high[i]), xytext=(place[i], 0.98), textcoords=("data", "axes fraction"),
            ha="left", va="top", color=COLOURS["china"], weight="bold",
            arrowprops={"arrowstyle": "-", "color": COLOURS["china"], "linestyle": (0, (2, 2))},
        )  # fmt: skip
    axes.grid(axis="x", visible=False)
    axes.set(xlabel=xlabel, ylabel=ylabel, title=title)
