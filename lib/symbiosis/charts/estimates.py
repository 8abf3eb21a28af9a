"""Estimates with their intervals, one under another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from symbiosis.charts.style import COLOURS, styled

_LABEL_SIZE = 12.5
# Width of one letter or digit of that size, with some room to spare.
_LETTER_INCHES = 0.65 * _LABEL_SIZE / 72


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
    number: str = "{:+.2f}",
) -> None:
    """Dots with interval bars, first name on top; filled where the interval leaves the reference out.

    number: format of the estimates, which stand right of their bars, or left where the reference line would cross them.
    """
    middle, low, high = (np.asarray(v, float) for v in (estimates, lows, highs))
    rows = np.arange(len(names))[::-1]
    axes.axvline(reference, color=COLOURS["ink"], linewidth=1.2)
    axes.hlines(rows, low, high, color=COLOURS["urban"], linewidth=3)
    clear = (low > reference) | (high < reference)
    for chosen, face in ((clear, COLOURS["urban"]), (~clear, COLOURS["paper"])):
        axes.scatter(
            middle[chosen], rows[chosen], s=110, facecolor=face, edgecolor=COLOURS["urban"], linewidth=2.2, zorder=3
        )
    axes.set_yticks(rows, names)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.margins(x=0.12)
    left, right = axes.get_xlim()
    per_letter = _LETTER_INCHES * axes.figure.dpi * (right - left) / axes.bbox.width
    for row, value, start, end in zip(rows, middle, low, high, strict=True):
        text = number.format(value) + unit
        crossed = end <= reference <= end + per_letter * (len(text) + 1)
        axes.annotate(
            text, (start if crossed else end, row), xytext=(-8 if crossed else 8, 0), textcoords="offset points",
            va="center", ha="right" if crossed else "left", size=_LABEL_SIZE,
            bbox={"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 1.5},
        )  # fmt: skip
    axes.grid(axis="y", visible=False)
    axes.set(xlabel=xlabel, title=title)
