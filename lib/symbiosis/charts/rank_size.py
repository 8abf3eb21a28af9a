"""City sizes against their rank: a still picture of several lists, and the live one with the exponent by cut-off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from symbiosis.charts.lines import Series, draw_lines
from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled

SMALLEST, LARGEST = 100_000.0, 40_000_000.0
"""Range of the size axis, persons."""
LOWEST_EXPONENT, HIGHEST_EXPONENT = 0.4, 2.4
MOST_DOTS = 160

_SIZES = (100_000, 300_000, 1_000_000, 3_000_000, 10_000_000, 30_000_000)


def people(value: float) -> str:
    """A number of people in as few letters as it takes: 300,000 is 300k, 3,000,000 is 3m."""
    return f"{value / 1e6:g}m" if value >= 1_000_000 else f"{value / 1e3:g}k"


def size_axis(axes: Axes, *, low: float = SMALLEST, high: float = LARGEST) -> None:
    """Make the horizontal axis a logarithmic one of city sizes, from low to high persons."""
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.xaxis.set_major_locator(FixedLocator([s for s in _SIZES if low <= s <= high]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: people(value)))


def _rank_axis(axes: Axes, highest: float) -> None:
    axes.set_yscale("log")
    axes.set_ylim(0.8, highest)
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))


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
        lines.append(
            Series(one.name, sizes[at], at + 1, role=one.role, offset=one.offset, style=one.style, width=one.width)
        )
    draw_lines(axes, lines, xlabel="Inhabitants", ylabel="Rank", title=title, legend=legend)
    size_axis(axes)
    _rank_axis(axes, highest_rank)


@dataclass(frozen=True)
class Tail:
    """One list of cities, largest first, and what an estimator says of it.

    sizes: persons, all above the list's own lower end; line_sizes, line_ranks: the two ends of the fitted line;
    cutoffs, exponents, lows, highs: the exponent and its interval at each cut-off where there are enough cities;
    exponent, low, high, n_obs: the same at the cut-off chosen; naive_error: NaN where the method has none.
    """

    sizes: npt.NDArray[np.float64]
    line_sizes: npt.NDArray[np.float64]
    line_ranks: npt.NDArray[np.float64]
    cutoffs: npt.NDArray[np.float64]
    exponents: npt.NDArray[np.float64]
    lows: npt.NDArray[np.float64]
    highs: npt.NDArray[np.float64]
    exponent: float
    low: float
    high: float
    standard_error: float
    naive_error: float
    n_obs: int


@dataclass(frozen=True)
class RankSizeView:
    """What the live picture shows: the cities, as many simulated ones, the cut-off (persons), the true exponent."""

    name: str
    cities: Tail
    simulated: Tail
    cutoff: float
    true_exponent: float


class RankSizePicture:
    """Draws a RankSizeView; the axes never change."""

    @styled
    def __init__(self) -> None:
        self.figure, (ranks, exponents) = new_figure(2, height=3.7, dpi=SCREEN_DPI)
        ranks.set(title="Rank and size", xlabel="Inhabitants", ylabel="Rank")
        size_axis(ranks)
        _rank_axis(ranks, 9_000)
        exponents.set(
            title="The exponent, cut-off by cut-off", xlabel="Smallest city counted", ylabel="Exponent",
            ylim=(LOWEST_EXPONENT, HIGHEST_EXPONENT),
        )  # fmt: skip
        size_axis(exponents, high=3_000_000)
        exponents.axhline(1, color=COLOURS["ink"], linewidth=1.2)
        dots = {"linestyle": "none", "markeredgewidth": 0}
        (self._simulated,) = ranks.plot([], [], marker="o", markersize=4, color=COLOURS["muted"], **dots)  # type: ignore[arg-type]
        (self._cities,) = ranks.plot([], [], marker="o", markersize=5, color=COLOURS["urban"], **dots)  # type: ignore[arg-type]
        (self._line,) = ranks.plot([], [], color=COLOURS["rural"], linewidth=2.6)
        self._cuts = [
            axes.plot([], [], color=COLOURS["ink"], linewidth=1.4, linestyle=(0, (2, 2)))[0]
            for axes in (ranks, exponents)
        ]
        (self._band,) = exponents.fill([1, 1, 2], [0, 1, 1], color=COLOURS["urban"], alpha=0.15, linewidth=0)
        (self._by_simulation,) = exponents.plot([], [], color=COLOURS["muted"])
        (self._by_cutoff,) = exponents.plot([], [], color=COLOURS["urban"], linewidth=3)
        (self._chosen,) = exponents.plot(
            [], [], marker="o", markersize=10, linestyle="none", color=COLOURS["rural"],
            markeredgecolor=COLOURS["ink"], zorder=5,
        )  # fmt: skip
        self._name = ranks.text(
            0.98, 0.97, "", transform=ranks.transAxes, ha="right", va="top", color=COLOURS["urban"], weight="bold"
        )
        self._grey = ranks.text(0.98, 0.87, "", transform=ranks.transAxes, ha="right", va="top", color="#5d6771")
        self.moving: list[Artist] = [
            self._simulated, self._cities, self._line, *self._cuts, self._band, self._by_simulation,
            self._by_cutoff, self._chosen, self._name, self._grey,
        ]  # fmt: skip

    def update(self, result: RankSizeView) -> bool:
        """Move dots, lines and names."""
        for line, tail in ((self._simulated, result.simulated), (self._cities, result.cities)):
            at = thinned(len(tail.sizes))
            line.set_data(tail.sizes[at], at + 1.0)
        cities = result.cities
        self._line.set_data(cities.line_sizes, cities.line_ranks)
        for cut, ends in zip(self._cuts, ((0.8, 9_000.0), (LOWEST_EXPONENT, HIGHEST_EXPONENT)), strict=True):
            cut.set_data([result.cutoff, result.cutoff], ends)
        self._band.set_xy(
            np.column_stack(
                [
                    np.concatenate([cities.cutoffs, cities.cutoffs[::-1]]),
                    np.concatenate([cities.lows, cities.highs[::-1]]),
                ]
            )
        )
        self._by_cutoff.set_data(cities.cutoffs, cities.exponents)
        self._by_simulation.set_data(result.simulated.cutoffs, result.simulated.exponents)
        self._chosen.set_data([result.cutoff], [cities.exponent])
        self._name.set_text(f"{result.name}: {len(cities.sizes):,}")
        self._grey.set_text(f"simulated, exponent {result.true_exponent:.2f}")
        return False
