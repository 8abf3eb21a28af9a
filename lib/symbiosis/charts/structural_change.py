"""The live picture of leaving the land: farm labour over time, and what better farming does to it today."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.text import Text

from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled

YEARS = 100.0
LOWEST, HIGHEST = 0.85, 2.0
"""Range of farm productivity in the right picture, over that of year 0."""

_NAMES = {False: "closed", True: "open"}
_INK = {False: "#8a5a10", True: COLOURS["urban"]}


@dataclass(frozen=True)
class FarmLabour:
    """What the picture shows; every share is a fraction of workers, in farming.

    closed, opened: over years; closed_at, opened_at: in year 0 at each farm productivity (year 0 is 1);
    is_open: which of the two is the economy at hand.
    """

    years: npt.NDArray[np.float64]
    closed: npt.NDArray[np.float64]
    opened: npt.NDArray[np.float64]
    productivity: npt.NDArray[np.float64]
    closed_at: npt.NDArray[np.float64]
    opened_at: npt.NDArray[np.float64]
    is_open: bool

    @property
    def start(self) -> float:
        """Farm share in year 0, the same under both."""
        return float(self.closed[0])


class FarmLabourPicture:
    """Draws a FarmLabour; the axes never change."""

    @styled
    def __init__(self) -> None:
        self.figure, (path, effect) = new_figure(2, height=3.6, dpi=SCREEN_DPI)
        path.set(
            title="As years pass", xlabel="Years from the start", ylabel="Workers in farming (%)",
            xlim=(0, YEARS), ylim=(0, 101),
        )  # fmt: skip
        effect.set(
            title="If farming were better today", xlabel="Farm productivity (today = 1)",
            xlim=(LOWEST, HIGHEST), ylim=(0, 101),
        )  # fmt: skip
        effect.axvline(1, color=COLOURS["muted"], linewidth=1.2)
        self._paths, self._effects = {}, {}
        self._names: dict[tuple[str, bool], Text] = {}
        for is_open, colour in ((False, COLOURS["rural"]), (True, COLOURS["urban"])):
            (self._paths[is_open],) = path.plot([], [], color=colour)
            (self._effects[is_open],) = effect.plot([], [], color=colour)
            for key, axes in (("path", path), ("effect", effect)):
                name = axes.text(0, 0, _NAMES[is_open], color=_INK[is_open], weight="bold", zorder=6)
                self._names[key, is_open] = name
        (self._today,) = effect.plot(
            [], [], marker="o", linestyle="none", markersize=10, color=COLOURS["ink"], zorder=5
        )
        self.moving: list[Artist] = [
            *self._paths.values(), *self._effects.values(), self._today, *self._names.values(),
        ]  # fmt: skip

    def update(self, result: FarmLabour) -> bool:
        """Move the lines and their names; the economy at hand is drawn whole, the other dashed."""
        for is_open, path, effect in (
            (False, result.closed, result.closed_at),
            (True, result.opened, result.opened_at),
        ):
            chosen = is_open == result.is_open
            for line in (self._paths[is_open], self._effects[is_open]):
                line.set(linewidth=3.4 if chosen else 2.0, linestyle="solid" if chosen else (0, (4, 2.5)))
            self._paths[is_open].set_data(result.years, 100 * path)
            self._effects[is_open].set_data(result.productivity, 100 * effect)
        for key, x, closed, opened in (
            ("path", result.years, result.closed, result.opened),
            ("effect", result.productivity, result.closed_at, result.opened_at),
        ):
            _name_lines(self._names[key, False], self._names[key, True], x, 100 * closed, 100 * opened)
        self._today.set_data([1.0], [100 * result.start])
        return False


def _name_lines(
    closed: Text,
    opened: Text,
    x: npt.NDArray[np.float64],
    low: npt.NDArray[np.float64],
    high: npt.NDArray[np.float64],
) -> None:
    """Put both names near the right end, the one of the upper line above it and the other below."""
    at = round(0.86 * (len(x) - 1))
    for text, own, other in ((closed, low, high), (opened, high, low)):
        above = bool(own[at] > other[at]) or (own[at] == other[at] and text is opened)
        # Inside the axes: near an edge the name changes sides.
        above = (above or own[at] < 12) and own[at] < 88
        text.set_position((float(x[at]), float(own[at]) + (3 if above else -3)))
        text.set(va="bottom" if above else "top", ha="center")
