"""Series over time (or over income), each named at its end rather than in a legend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from symbiosis.charts.style import COLOURS, ink_of, name_point, styled


@dataclass(frozen=True)
class Series:
    """One line: its name, its points, a role of COLOURS, and where its name stands (offset in points)."""

    name: str
    x: npt.ArrayLike
    y: npt.ArrayLike
    role: str = "muted"
    style: str = "solid"
    offset: tuple[float, float] = (6, 0)
    marker: str = ""
    width: float = 2.4


_DASHES: Mapping[str, object] = {"solid": "solid", "dashed": (0, (5, 2)), "dotted": (0, (1, 1.6))}


@styled
def draw_lines(
    axes: Axes, series: Sequence[Series], *, xlabel: str, ylabel: str, title: str = "", legend: Any = ""
) -> None:
    """Draw series and name each at its last point in its own colour.

    legend: where lines end too close together for names, the place of a legend instead ("lower left" ...).
    """
    for one in series:
        xs, ys = np.asarray(one.x, float), np.asarray(one.y, float)
        look: dict[str, Any] = {"color": COLOURS[one.role], "linestyle": _DASHES[one.style], "linewidth": one.width}
        look |= {"marker": one.marker or None, "markersize": 7, "zorder": 3 if one.role != "muted" else 2}
        axes.plot(xs, ys, label=one.name, **look)
        if not legend and one.name and len(xs):
            words: dict[str, Any] = {"color": ink_of(one.role), "weight": "bold", "annotation_clip": False}
            name_point(axes, one.name, (xs[-1], ys[-1]), one.offset, **words)
    axes.set(xlabel=xlabel, ylabel=ylabel, title=title)
    if legend:
        axes.legend(loc=legend)


@styled
def draw_band(
    axes: Axes, x: npt.ArrayLike, low: npt.ArrayLike, middle: npt.ArrayLike, high: npt.ArrayLike, *, role: str
) -> None:
    """A line with dots and the band around it, in the colour of a role; a thin line where nothing would be."""
    axes.fill_between(x, low, high, color=COLOURS[role], alpha=0.25, linewidth=0)
    axes.plot(x, middle, color=COLOURS[role], linewidth=2.6, marker="o")
    axes.axhline(0, color=COLOURS["ink"], linewidth=1)
