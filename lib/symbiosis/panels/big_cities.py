"""Panel: how many of the new city people are in big cities? It depends on the list, the line and the edge of a city."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist

from symbiosis.charts.rank_size import people, size_axis
from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled
from symbiosis.checks import FloatArray
from symbiosis.measures.city_units import BigCityGains, big_city_gains, city_units, grown_alike
from symbiosis.panels.panel import Choice, Panel, Preset, Readout
from symbiosis.parameters import Parameter

DEFINITIONS: Mapping[str, str] = {
    "One size rule at both dates": "one_rule",
    "The list of the last date": "last_list",
    "The list of the first date": "first_list",
}
CITY_EDGES: Mapping[str, dict[str, str]] = {
    "Districts of a city together": {"unit": "city"},
    "Districts as each census drew them": {"unit": "city", "boundaries": "each census"},
    "Every district and county alone": {"unit": "district or county"},
    "All of a prefecture": {"unit": "prefecture"},
}
_LINES = np.geomspace(1e5, 1e7, 41)
_TOP = 125
_SHORT = ("one size rule", "last list", "first list")


@dataclass(frozen=True)
class BigCitiesView:
    """What the picture shows, for the cities as they are and had all grown alike.

    definition: the name of one; at, alike_at: gains at the line chosen (persons); curves, alike: each definition's
    share of new city people at each of a row of lines, in percent, shape (3, lines).
    """

    definition: str
    edge: str
    line: float
    at: BigCityGains
    alike_at: BigCityGains
    curves: FloatArray
    alike: FloatArray

    @property
    def share(self) -> float:
        """Of a hundred new city people, those in big cities by the definition chosen."""
        return 100 * float(getattr(self.at, DEFINITIONS[self.definition]))

    @property
    def share_alike(self) -> float:
        """The same, had all cities grown alike."""
        return 100 * float(getattr(self.alike_at, DEFINITIONS[self.definition]))


class BigCitiesPicture:
    """Draws a BigCitiesView; the axes never change."""

    @styled
    def __init__(self) -> None:
        self.figure, (lines, bars) = new_figure(2, height=3.9, dpi=SCREEN_DPI, width_ratios=[1.3, 1])
        lines.set(
            title="Wherever the line is drawn", xlabel="Smallest big city (city people)",
            ylabel="New city people in big cities (%)", ylim=(0, _TOP),
        )  # fmt: skip
        size_axis(lines, high=1e7)
        bars.set(
            title="At this line", xlabel="Of 100 new city people (amber: all alike)", xlim=(0, _TOP), ylim=(-0.6, 2.6)
        )
        bars.set_yticks([2, 1, 0], _SHORT)
        bars.grid(axis="y", visible=False)
        for axes in (lines, bars):
            {lines: axes.axhline, bars: axes.axvline}[axes](50, color=COLOURS["ink"], linewidth=1.1)
        self._others = [lines.plot([], [], color=COLOURS["faint"], linewidth=2)[0] for _ in DEFINITIONS]
        (self._alike,) = lines.plot([], [], color=COLOURS["rural"], linewidth=2.2, linestyle=(0, (4, 2)), zorder=4)
        (self._chosen,) = lines.plot([], [], color=COLOURS["urban"], linewidth=3.2, zorder=3)
        (self._cut,) = lines.plot([], [], color=COLOURS["ink"], linewidth=1.2, linestyle=(0, (2, 2)))
        self._bars = bars.barh([2, 1, 0], [0, 0, 0], height=0.62, color=COLOURS["faint"])
        (self._ticks,) = bars.plot(
            [], [], color=COLOURS["rural"], marker="|", markersize=34, markeredgewidth=3.2, linestyle="none", zorder=4
        )
        self._numbers = [
            bars.text(
                0,
                y,
                "",
                va="center",
                size=13,
                weight="bold",
                bbox={"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 1.5},
            )
            for y in (2, 1, 0)
        ]
        lines.legend(
            [self._chosen, self._alike, self._others[0]],
            ["the definition chosen", "had all cities grown alike", "the other definitions"],
            loc="upper right", fontsize=11.5, handlelength=1.6, labelspacing=0.25,
            frameon=True, facecolor=COLOURS["paper"], edgecolor="none", framealpha=1.0,
        )  # fmt: skip
        self.moving: list[Artist] = [
            *self._others, self._alike, self._chosen, self._cut, *self._bars, self._ticks, *self._numbers
        ]  # fmt: skip

    def update(self, result: BigCitiesView) -> None:
        """Move lines, bars and numbers."""
        chosen = list(DEFINITIONS).index(result.definition)
        for line, values in zip(self._others, result.curves, strict=True):
            line.set_data(_LINES, values)
        self._chosen.set_data(_LINES, result.curves[chosen])
        self._alike.set_data(_LINES, result.alike[chosen])
        self._cut.set_data([result.line] * 2, [0, _TOP])
        values = [100 * getattr(result.at, name) for name in DEFINITIONS.values()]
        alike = [100 * getattr(result.alike_at, name) for name in DEFINITIONS.values()]
        for place, (bar, number, value) in enumerate(zip(self._bars, self._numbers, values, strict=True)):
            bar.set_width(value)
            bar.set_color(COLOURS["urban" if place == chosen else "faint"])
            number.set_position((max(value, alike[place]) + 3, 2 - place))
            number.set_text(f"{value:.0f}")
        self._ticks.set_data(alike, [2, 1, 0])


def big_cities_panel(counties: pd.DataFrame) -> Panel[BigCitiesView]:
    """Of the new city people of two censuses, the share in big cities, by list, line and edge of a city.

    counties: the table china_counties with the columns of measures.city_units.COLUMNS.
    """
    made = {}
    for name, options in CITY_EDGES.items():
        cities = city_units(counties, **options)  # type: ignore[arg-type]
        first, last = cities["urban_2010"].to_numpy(), cities["urban_2020"].to_numpy()
        alike = grown_alike(first, last)
        made[name] = (first, last, alike, _curves(first, last), _curves(first, alike))

    def compute(settings: dict[str, Any]) -> BigCitiesView:
        first, last, alike, curves, curves_alike = made[settings["edge"]]
        line = 1_000 * settings["line"]
        return BigCitiesView(
            settings["definition"], settings["edge"], line, big_city_gains(first, last, line=line),
            big_city_gains(first, alike, line=line), curves, curves_alike,
        )  # fmt: skip

    return Panel(
        controls=(
            Choice("definition", "Big is", {name: name for name in DEFINITIONS}, next(iter(DEFINITIONS))),
            Parameter(
                "line", "Smallest big city", "1,000", 1_000.0, 100.0, 10_000.0, 100.0,
                "Cities with fewer city people are small.", "the essay says only big", ",.0f",
            ),
            Choice("edge", "A city is", {name: name for name in CITY_EDGES}, next(iter(CITY_EDGES))),
        ),
        compute=compute,
        picture=BigCitiesPicture(),
        readout=_readout,
        presets=_PRESETS,
    )  # fmt: skip


def _curves(first: FloatArray, last: FloatArray) -> FloatArray:
    rows = [big_city_gains(first, last, line=float(line)) for line in _LINES]
    return np.array([[100 * getattr(row, name) for row in rows] for name in DEFINITIONS.values()])


_PRESETS = (
    Preset(
        "A list fixed at the start",
        "The cities that were big in 2010, followed to 2020: no city enters because it grew.",
        {"definition": "The list of the first date"},
    ),
    Preset(
        "A list fixed at the end",
        "The cities that are big now, traced back, as international tables do: they are on the list because they grew.",
        {"definition": "The list of the last date"},
    ),
    Preset(
        "Only giants",
        "Draw the line at five million: here the blue line leaves the dashed one.",
        {"line": 5_000.0},
    ),
    Preset(
        "Every district alone",
        "Cut the cities into their districts and count again: the same people, and few big cities are left.",
        {"edge": "Every district and county alone"},
    ),
    Preset(
        "The whole prefecture",
        "What Chinese tables often call a city: nearly everybody is now in a big one.",
        {"edge": "All of a prefecture"},
    ),
)


def _readout(view: BigCitiesView) -> Readout:
    at = view.at
    return Readout(
        numbers=(
            ("Of 100 new city people, in big cities", f"{view.share:.0f}"),
            ("had all cities grown alike", f"{view.share_alike:.0f}"),
            ("City people in big cities, 2010 and 2020", f"{at.share_first:.0%} and {at.share_last:.0%}"),
            ("Big cities, 2010 and 2020", f"{at.cities_first} and {at.cities_last}"),
        ),
        alt=f"Share of new city people in big cities against the size from which a city counts. At {people(view.line)} "
        f"it is {100 * at.one_rule:.0f} percent by one size rule, {100 * at.last_list:.0f} by the list of 2020 and "
        f"{100 * at.first_list:.0f} by that of 2010. A dashed line, cities that all grew alike, runs close to the one "
        f"chosen: {view.definition.lower()}, {view.edge.lower()}.",
    )
