"""The live picture of a country settled anew: where people would go, and which origins would gain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled

MULTIPLES = (1 / 4, 4.0)
"""Ends of the axis of residents beside today; what lies beyond stands at the edge."""
GAINS = (-30.0, 60.0)
"""Ends of the axis of gains, percent."""
INCOME_TICKS = (40, 60, 80, 100, 150)


@dataclass(frozen=True)
class Settlement:
    """Per place, in one order: residents as a multiple of today's, and the gain of its origin (a fraction).

    output, welfare: changes beside today for the country, fractions; away: share of people who live away from home;
    losing: share whose origin loses; planner_gain: what a planner adds to the market; planned: a planner decides.
    """

    residents: npt.NDArray[np.float64]
    gain: npt.NDArray[np.float64]
    output: float
    welfare: float
    away: float
    losing: float
    planner_gain: float
    planned: bool


class SettlementPicture:
    """Draws a Settlement of the places given once; the axes never change.

    income: output per resident, thousand yuan; people: residents today; sends: more left than came; label: names to
    write.
    """

    @styled
    def __init__(
        self,
        names: Sequence[str],
        income: npt.ArrayLike,
        people: npt.ArrayLike,
        sends: npt.ArrayLike,
        *,
        label: Sequence[str] = (),
    ) -> None:
        self._names = list(names)
        if missing := [name for name in label if name not in self._names]:
            raise ValueError(f"cannot label {', '.join(missing)}: not among the places drawn")
        self._income = np.asarray(income, float)
        sizes = 30 + 260 * np.asarray(people, float) / np.max(people)
        # Large dots first, so that no small one is hidden under them.
        self._order = np.argsort(-sizes, kind="stable")
        colours = np.where(np.asarray(sends, bool), COLOURS["rural"], COLOURS["urban"]).tolist()
        self.figure, (where, gains) = new_figure(2, height=3.7, dpi=SCREEN_DPI)
        where.set(title="Where people would live", ylabel="Residents beside today", yscale="log", ylim=MULTIPLES)
        gains.set(title="Who would gain", ylabel="Gain, by home province (%)", ylim=GAINS)
        where.yaxis.set_major_locator(FixedLocator([1 / 4, 1 / 2, 1, 2, 4]))
        where.yaxis.set_minor_locator(NullLocator())
        words = {0.25: "1/4", 0.5: "half", 1.0: "same", 2.0: "twice", 4.0: "4 times"}
        where.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.get(value, "")))
        where.axhline(1, color=COLOURS["ink"], linewidth=1.2)
        gains.axhline(0, color=COLOURS["ink"], linewidth=1.2)
        dots: dict[str, Any] = {
            "s": sizes[self._order],
            "color": [colours[i] for i in self._order],
            "edgecolors": "white",
            "linewidths": 0.8,
            "zorder": 3,
        }
        for axes in (where, gains):
            _income_axis(axes)
        flat = np.ones(len(self._income))
        self._where = where.scatter(self._income[self._order], flat, clip_on=False, **dots)
        self._gains = gains.scatter(self._income[self._order], 0 * flat, clip_on=False, **dots)
        kind: dict[str, Any] = {"transform": where.transAxes, "weight": "bold", "size": 12}
        where.text(0.02, 0.03, "sends more people", color="#8a5a10", **kind)
        where.text(0.99, 0.03, "receives more", color=COLOURS["urban"], ha="right", **kind)
        text: dict[str, Any] = {"size": 11.5, "ha": "center", "zorder": 6}
        self._above = {name: bool(np.asarray(sends)[self._names.index(name)]) for name in label}
        self._texts = {name: (where.text(0, 1, name, **text), gains.text(0, 0, name, **text)) for name in label}
        self.moving: list[Artist] = [self._where, self._gains, *(t for pair in self._texts.values() for t in pair)]

    def update(self, result: Settlement) -> bool:
        """Move the dots and the names above them."""
        multiple = np.clip(result.residents, *MULTIPLES)
        gain = np.clip(100 * result.gain, *GAINS)
        self._where.set_offsets(np.column_stack([self._income, multiple])[self._order])
        self._gains.set_offsets(np.column_stack([self._income, gain])[self._order])
        for name, (left, right) in self._texts.items():
            i = self._names.index(name)
            # Away from the crowd: on the side to which a place moved; on the right, senders above, receivers below.
            for artist, above in ((left, multiple[i] >= 1), (right, self._above[name])):
                artist.set_verticalalignment("bottom" if above else "top")
            left.set_position(
                (self._income[i], np.clip(multiple[i] * (1.17 if multiple[i] >= 1 else 1 / 1.17), 0.33, 3.3))
            )
            right.set_position((self._income[i], np.clip(gain[i] + (5.0 if self._above[name] else -5.0), -22, 53)))
        return False


def _income_axis(axes: Axes) -> None:
    axes.set(xlabel="Output per resident (thousand yuan)", xscale="log", xlim=(33, 195))
    axes.xaxis.set_major_locator(FixedLocator(list(INCOME_TICKS)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
