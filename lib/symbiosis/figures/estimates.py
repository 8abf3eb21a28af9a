"""Estimates with their intervals, one under another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from symbiosis.figures.style import COLOURS, styled


@styled
def draw_estimates(
    axes: Axes,
    names: Sequence[str],
    estimates: npt.ArrayLike,
    lows: npt.ArrayLike,
    highs: npt.ArrayLike,
    *,
    xlabel: str,
    title: str = "",
    reference: float = 0.0,
    unit: str = "",
) -> None:
    """Dots with interval bars, first name on top; filled where the interval leaves the reference out."""
    middle, low, high = (np.asarray(v, float) for v in (estimates, lows, highs))
    rows = np.arange(len(names))[::-1]
    axes.axvline(reference, color=COLOURS["ink"], linewidth=1.2)
    axes.hlines(rows, low, high, color=COLOURS["urban"], linewidth=3)
    clear = (low > reference) | (high < reference)
    for chosen, face in ((clear, COLOURS["urban"]), (~clear, COLOURS["paper"])):
        axes.scatter(
            middle[chosen], rows[chosen], s=110, facecolor=face, edgecolor=COLOURS["urban"], linewidth=2.2, zorder=3
        )
    for row, value, end in zip(rows, middle, high, strict=True):
        axes.annotate(
            f"{value:+.2f}{unit}", (end, row), xytext=(8, 0), textcoords="offset points", va="center", size=12.5
        )
    axes.set_yticks(rows, names)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.margins(x=0.12)
    axes.grid(axis="y", visible=False)
    axes.set(xlabel=xlabel, title=title)
