"""Points in a plane, with a few of them named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from symbiosis.charts.scales import log_axis
from symbiosis.charts.style import COLOURS, name_point, styled

INCOME_TICKS = (500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)


@dataclass(frozen=True)
class Line:
    """A line through a cloud of points, with its name."""

    x: npt.ArrayLike
    y: npt.ArrayLike
    name: str


@styled
def draw_scatter(
    axes: Axes,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    xlabel: str,
    ylabel: str,
    title: str = "",
    names: Sequence[str] = (),
    label: Mapping[str, tuple[float, float]] | None = None,
    highlight: Sequence[str] = (),
    line: Line | None = None,
    size: float = 42,
) -> None:
    """Points x against y (same length). label: name -> offset in points of its text from its dot.

    highlight: names drawn in the colour of the case at hand, above the others.
    """
    xs, ys = np.asarray(x, float), np.asarray(y, float)
    known = {name: i for i, name in enumerate(names)}
    for name in [*(label or {}), *highlight]:
        if name not in known:
            raise ValueError(f"cannot label {name!r}: it is not among the points drawn")
    special = [known[name] for name in highlight]
    named = [known[name] for name in (label or {}) if name not in highlight]
    plain = np.setdiff1d(np.arange(len(xs)), [*special, *named])
    dot: dict[str, Any] = {"s": size, "edgecolors": COLOURS["paper"], "linewidths": 0.6}
    axes.scatter(xs[plain], ys[plain], color=COLOURS["muted"], **dot)
    axes.scatter(xs[named], ys[named], color=COLOURS["urban"], zorder=3, **{**dot, "s": 1.5 * size})
    axes.scatter(xs[special], ys[special], color=COLOURS["china"], marker="D", zorder=4, **{**dot, "s": 1.9 * size})
    if line is not None:
        axes.plot(line.x, line.y, color=COLOURS["ink"], linewidth=1.8, linestyle=(0, (5, 2)))
        name_point(axes, line.name, (np.asarray(line.x)[-1], np.asarray(line.y)[-1]), (-4, -6), va="top")
    for name, offset in (label or {}).items():
        colour, weight = (COLOURS["china"], "bold") if name in highlight else (COLOURS["ink"], "normal")
        at = xs[known[name]], ys[known[name]]
        name_point(axes, name, at, offset, color=colour, weight=weight)
    axes.set(xlabel=xlabel, ylabel=ylabel, title=title)


def income_axis(axes: Axes, which: Literal["x", "y"] = "y", *, low: float = 500, high: float = 150_000) -> None:
    """Make an axis a logarithmic one of income per person, with dollars written out."""
    log_axis(axes, which, words="${:,.0f}".format, ticks=[t for t in INCOME_TICKS if low <= t <= high])
    axes.set(**{f"{which}lim": (low, high)})
