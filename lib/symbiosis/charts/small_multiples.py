"""One small picture for each place, on the same axes, so that shapes compare at a glance."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes

from symbiosis.charts.lines import Series, draw_lines
from symbiosis.charts.style import COLOURS, ink_of, name_point, styled


@styled
def draw_small_multiples(
    panels: Sequence[Axes],
    series: Sequence[Series],
    *,
    xlabel: str,
    ylabel: str,
    number: str = "{:.1f}",
    reference: float | None = None,
) -> None:
    """Draw each series in axes of its own (as many as there are series), under its name.

    Its first and its last value (number: their format) stand in the upper right corner, for which the limits of the
    axes should leave room. xlabel: at the lowest axes, ylabel: at those that begin a row. reference: height of a line
    across all.
    """
    if len(panels) != len(series):
        raise ValueError(f"{len(panels)} axes for {len(series)} series; give one for each")
    for axes, one in zip(panels, series, strict=True):
        xs, ys = np.asarray(one.x, float), np.asarray(one.y, float)
        draw_lines(axes, [replace(one, name="")], xlabel="", ylabel="", title=one.name)
        axes.scatter(xs[[0, -1]], ys[[0, -1]], s=34, color=COLOURS[one.role], zorder=4)
        if reference is not None:
            axes.axhline(reference, color=COLOURS["ink"], linewidth=1, zorder=1)
        words = "  →  ".join(number.format(ys[at]) for at in (0, -1))
        name_point(axes, words, (0.97, 0.97), (0, 0), xycoords="axes fraction", ha="right", va="top", size=15,
                   color=ink_of(one.role), weight="bold")  # fmt: skip
        spec = axes.get_subplotspec()
        axes.set_xlabel(xlabel if spec is None or spec.is_last_row() else "")
        axes.set_ylabel(ylabel if spec is None or spec.is_first_col() else "")
