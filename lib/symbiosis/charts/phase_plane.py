"""City and countryside against each other: the phase plane of two sides that live together."""

import numpy as np
from matplotlib.axes import Axes

from symbiosis.charts.style import COLOURS, styled
from symbiosis.checks import FloatArray
from symbiosis.models.interplay.mutualism import Mutualism, MutualismPath

LARGEST = 4.0
"""End of both axes of size, in units of what a side reaches alone."""

_SIZES = np.linspace(0, LARGEST, 81)


def isoclines(pair: Mutualism) -> tuple[tuple[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]:
    """The lines on which the city, and the countryside, stands still, as far as the axes reach."""
    return (pair.still_city(_SIZES), _SIZES), (_SIZES, pair.still_countryside(_SIZES))


def axes_of_sizes(axes: Axes, title: str) -> None:
    """Give axes the range and the labels of a phase plane."""
    axes.set(title=title, xlabel="City (alone = 1)", ylabel="Countryside (alone = 1)")
    axes.set(xlim=(0, LARGEST), ylim=(0, LARGEST), xticks=range(5), yticks=range(5))


@styled
def draw_phase_plane(axes: Axes, pair: Mutualism, paths: MutualismPath, *, title: str = "") -> None:
    """Both isoclines, and paths that end where their dots are.

    pair: with one number for each effect; paths: of this pair, one draw per line.
    Blue, solid: the city stands still; orange, dashed: the countryside does.
    """
    city, countryside = isoclines(pair)
    axes.plot(*city, color=COLOURS["urban"])
    axes.plot(*countryside, color=COLOURS["rural"], linestyle=(0, (5, 2)))
    for one, other in zip(np.atleast_2d(paths.n1), np.atleast_2d(paths.n2), strict=True):
        seen = np.isfinite(one) & np.isfinite(other)
        x, y = np.minimum(one[seen], 3 * LARGEST), np.minimum(other[seen], 3 * LARGEST)
        axes.plot(x, y, color=COLOURS["ink"], linewidth=1.4)
        axes.plot(x[0], y[0], marker="o", markersize=4, color=COLOURS["ink"], linestyle="none")
        if max(x[-1], y[-1]) < LARGEST:
            axes.plot(x[-1], y[-1], marker="o", markersize=9, color=COLOURS["china"], linestyle="none", zorder=5)
    axes_of_sizes(axes, title)
