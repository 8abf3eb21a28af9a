"""Estimates beside what chance alone would give: a dot for each, on a band of its null."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from symbiosis.charts.style import COLOURS, styled


@styled
def draw_against_null(
    axes: Axes,
    names: Sequence[str],
    estimates: npt.ArrayLike,
    lows: npt.ArrayLike,
    highs: npt.ArrayLike,
    *,
    xlabel: str,
    title: str = "",
    number: str = "{:+.1f}",
) -> None:
    """A grey band from low to high of the null and the estimate as a dot, filled where it lies outside the band.

    First name on top; number: format of the estimates.
    """
    dots, low, high = (np.asarray(v, float) for v in (estimates, lows, highs))
    if not len(names) == len(dots) == len(low) == len(high):
        raise ValueError(
            f"{len(names)} names for {len(dots)} estimates, {len(low)} lows and {len(high)} highs; give one each"
        )
    rows = np.arange(len(names))[::-1]
    axes.axvline(0, color=COLOURS["ink"], linewidth=1.2)
    axes.barh(rows, high - low, left=low, height=0.5, color=COLOURS["muted"], zorder=2)
    outside = (dots < low) | (dots > high)
    for chosen, face in ((outside, COLOURS["china"]), (~outside, COLOURS["paper"])):
        axes.scatter(
            dots[chosen], rows[chosen], s=110, facecolor=face, edgecolor=COLOURS["china"], linewidth=2.2, zorder=4
        )
    for row, value, end in zip(rows, dots, np.maximum(dots, high), strict=True):
        axes.annotate(
            number.format(value), (end, row), xytext=(9, 0), textcoords="offset points", va="center", size=12.5
        )
    axes.set_yticks(rows, names)
    axes.set_ylim(-0.6, len(names) - 0.4)
    # Bars would otherwise end at the frame, and a band that is cut there looks open.
    axes.use_sticky_edges = False
    axes.margins(x=0.14)
    axes.grid(axis="y", visible=False)
    axes.set(xlabel=xlabel, title=title)
