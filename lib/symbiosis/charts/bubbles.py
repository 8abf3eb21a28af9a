"""The live picture of the world in one year: urban share against income, bubbles by population."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.patheffects import withStroke

from symbiosis.charts.scatter import income_axis
from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled


@dataclass(frozen=True)
class WorldView:
    """What the picture shows: per country urban share (percent), income per person, people; which stand out.

    trail_share, trail_income: the path of the chosen country up to the year, if one is chosen.
    """

    year: int
    names: tuple[str, ...]
    urban_share: npt.NDArray[np.float64]
    income: npt.NDArray[np.float64]
    population: npt.NDArray[np.float64]
    chosen: npt.NDArray[np.bool_]
    followed: str
    trail_share: npt.NDArray[np.float64]
    trail_income: npt.NDArray[np.float64]


class WorldPicture:
    """Draws a WorldView; bubble area is proportional to population."""

    _LARGEST_PEOPLE = 1.5e9

    @styled
    def __init__(self, *, xlabel: str, ylabel: str) -> None:
        self.figure, (axes,) = new_figure(1, height=3.7, dpi=SCREEN_DPI)
        axes.set(xlabel=xlabel, ylabel=ylabel, xlim=(0, 101))
        income_axis(axes, low=400, high=160_000)
        rim: dict[str, Any] = {"edgecolors": "white", "linewidths": 0.7}
        self._rest = axes.scatter([], [], color=COLOURS["muted"], alpha=0.75, zorder=2, **rim)
        self._chosen = axes.scatter([], [], color=COLOURS["urban"], alpha=0.85, zorder=3, **rim)
        (self._trail,) = axes.plot([], [], color=COLOURS["china"], linewidth=2.2, zorder=4)
        self._followed = axes.scatter([], [], color=COLOURS["china"], zorder=5, **rim)
        self._name = axes.text(
            0, 1, "", color=COLOURS["china"], weight="bold", va="bottom", zorder=6,
            path_effects=[withStroke(linewidth=3, foreground=COLOURS["paper"])],
        )  # fmt: skip
        self._year = axes.text(
            0.995, 0.04, "", transform=axes.transAxes, ha="right", va="bottom", size=34, color="#c9ced4", weight="bold"
        )
        self.moving: list[Artist] = [
            self._year, self._rest, self._chosen, self._trail, self._followed, self._name,
        ]  # fmt: skip

    def update(self, result: WorldView) -> bool:
        """Move the bubbles; the axes never change."""
        points = np.column_stack([result.urban_share, result.income])
        area = 14 + 1_500 * result.population / self._LARGEST_PEOPLE
        named = np.array([name == result.followed for name in result.names])
        for dots, members in (
            (self._rest, ~result.chosen & ~named),
            (self._chosen, result.chosen & ~named),
            (self._followed, named),
        ):
            dots.set_offsets(points[members])
            dots.set_sizes(area[members])
        self._trail.set_data(result.trail_share, result.trail_income)
        self._name.set_text(result.followed if named.any() else "")
        if named.any():
            x, y = points[named][0]
            self._name.set_position((x + (1.5 if x < 75 else -1.5), 1.25 * y))
            self._name.set_horizontalalignment("left" if x < 75 else "right")
        self._year.set_text(str(result.year))
        return False
