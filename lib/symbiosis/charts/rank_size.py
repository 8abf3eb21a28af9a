"""City sizes against their rank, both logarithmic."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from symbiosis.charts.lines import Series, draw_lines
from symbiosis.charts.scales import log_axis
from symbiosis.charts.style import styled

SMALLEST, LARGEST = 100_000.0, 40_000_000.0
"""Range of the size axis, persons."""
MOST_DOTS = 160

_SIZES = (100_000, 300_000, 1_000_000, 3_000_000, 10_000_000, 30_000_000)


def people(value: float) -> str:
    """A number of people in as few letters as it takes: 300,000 is 300k, 3,000,000 is 3m."""
    return f"{value / 1e6:g}m" if value >= 1_000_000 else f"{value / 1e3:g}k"


def size_axis(axes: Axes, *, low: float = SMALLEST, high: float = LARGEST) -> None:
    """Make the horizontal axis a logarithmic one of city sizes, from low to high persons."""
    log_axis(axes, "x", words=people, ticks=[s for s in _SIZES if low <= s <= high])
    axes.set_xlim(low, high)


def rank_axis(axes: Axes, highest: float) -> None:
    """Make the vertical axis a logarithmic one of ranks, from the first city down to rank highest."""
    log_axis(axes, "y", words="{:,.0f}".format)
    axes.set_ylim(0.8, highest)


def thinned(count: int, most: int = MOST_DOTS) -> npt.NDArray[np.int64]:
    """Positions 0 .. count - 1 for drawing: the first dozen all, then evenly on a logarithmic scale."""
    if count <= most:
        return np.arange(count)
    spread = np.unique(np.geomspace(1, count, most).round().astype(np.int64)) - 1
    return np.unique(np.concatenate([np.arange(12), spread]))


@styled
def draw_rank_size(
    axes: Axes, lists: Sequence[Series], *, title: str = "", highest_rank: float = 2_000, legend: str = ""
) -> None:
    """Rank against size, both logarithmic, of several lists; Series.x holds sizes in any order, y is not used."""
    lines = []
    for one in lists:
        sizes = np.sort(np.asarray(one.x, float))[::-1]
        at = thinned(len(sizes))[::-1]
        lines.append(replace(one, x=sizes[at], y=at + 1, marker=""))
    draw_lines(axes, lines, xlabel="Inhabitants", ylabel="Rank", title=title, legend=legend)
    size_axis(axes)
    rank_axis(axes, highest_rank)
