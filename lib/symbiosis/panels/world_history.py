"""Panel: the world year by year, urban share against income, to practise with."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from symbiosis.charts.scatter import income_axis
from symbiosis.charts.style import halo
from symbiosis.panels.panel import Choice, Panel, Preset, Readout
from symbiosis.panels.picture import LivePicture
from symbiosis.parameters import Parameter

_REGIONS = {
    "no region": "",
    "the Americas": "america",
    "East Asia and Pacific": "east_asia_pacific",
    "Europe and Central Asia": "europe_central_asia",
    "Middle East and North Africa": "middle_east_north_africa",
    "South Asia": "south_asia",
    "Sub-Saharan Africa": "sub_saharan_africa",
}
_SHARE, _INCOME, _REGION = "urban_share", "gdp_per_person_ppp", "world_6region"
_FOLLOWED = ("China", "India", "USA", "Nigeria", "South Korea", "Vietnam", "Haiti", "Poland", "Gabon", "Ethiopia")


@dataclass(frozen=True)
class WorldView:
    """What the picture shows: rows of the countries table, for the year and of the country followed up to then."""

    year: int
    rows: pd.DataFrame
    region: str
    followed: str
    trail: pd.DataFrame


class WorldPicture(LivePicture):
    """Draws a WorldView; bubble area is proportional to population."""

    _LARGEST_PEOPLE = 1.5e9

    def __init__(self, *, xlabel: str, ylabel: str) -> None:
        (axes,) = self.new_axes(1)
        axes.set(xlabel=xlabel, ylabel=ylabel, xlim=(0, 101))
        income_axis(axes, low=400, high=160_000)
        place: dict[str, Any] = {"transform": axes.transAxes, "ha": "right", "va": "bottom", "zorder": 3}
        self._year = self.words(axes, role="muted", at=(0.995, 0.04), size=34, weight="bold", **place)
        self._rest = self.cloud(axes, "muted", linewidths=0.7, alpha=0.75, zorder=2)
        self._chosen = self.cloud(axes, "urban", linewidths=0.7, alpha=0.85, zorder=3)
        self._trail = self.line(axes, "china", linewidth=2.2, zorder=4)
        self._followed = self.cloud(axes, "china", linewidths=0.7, alpha=0.75, zorder=5)
        self._name = self.words(axes, role="china", weight="bold", va="bottom", path_effects=halo())

    def update(self, result: WorldView) -> None:
        """Move the bubbles; the axes never change."""
        rows = result.rows
        named, chosen = ((rows[c] == v).to_numpy() for c, v in (("country", result.followed), (_REGION, result.region)))
        points = rows[[_SHARE, _INCOME]].to_numpy(float)
        area = 14 + 1_200 * rows["population"].to_numpy(float) / self._LARGEST_PEOPLE
        members = (~chosen & ~named, chosen & ~named, named)
        for dots, these in zip((self._rest, self._chosen, self._followed), members, strict=True):
            dots.set_offsets(points[these])
            dots.set_sizes(area[these])
        self._trail.set_data(result.trail[_SHARE], result.trail[_INCOME])
        self._name.set_text(result.followed if named.any() else "")
        if named.any():
            x, y = points[named][0]
            dx, ha = (1.5, "left") if x < 75 else (-1.5, "right")
            self._name.set(position=(x + dx, 1.25 * y), ha=ha)
        self._year.set_text(str(result.year))


def world_history_panel(countries: pd.DataFrame, *, xlabel: str, ylabel: str) -> Panel[WorldView]:
    """Countries of one year as bubbles; countries: the table of that name, labels: those of its columns."""
    # Within a year the most populous are drawn first, so that they hide nobody.
    complete = countries.dropna(subset=[_SHARE, _INCOME, "population"])
    complete = complete.sort_values(["year", "population"], ascending=[True, False])
    first, last = int(complete["year"].min()), int(complete["year"].max())
    recent = float(min(2023, last))

    def compute(settings: dict[str, Any]) -> WorldView:
        year, followed = int(settings["year"]), settings["followed"]
        trail = complete[(complete["country"] == followed) & (complete["year"] <= year)]
        return WorldView(year, complete[complete["year"] == year], settings["region"], followed, trail)

    def readout(view: WorldView) -> Readout:
        rows, where = view.rows, "no figures this year"
        world = float(np.average(rows[_SHARE], weights=rows["population"]))
        for share, income in rows.loc[rows["country"] == view.followed, [_SHARE, _INCOME]].to_numpy(float):
            where = f"{share:.1f} % urban, ${income:,.0f} per person"
        return Readout(
            numbers=(
                ("Year", str(view.year)),
                (view.followed, where),
                (f"People in the {len(rows)} countries shown who live in towns", f"{world:.1f} %"),
            ),
            alt=f"Bubbles for {len(rows)} countries in {view.year}, urban share to the right, income upwards, "
            f"larger for more people, with the path of {view.followed}: {where}.",
        )

    return Panel(
        controls=(
            Parameter("year", "Year", "", float(first), float(first), float(last), 1.0, "The year that is shown.",
                      "range of the data", ".0f"),
            Choice("followed", "Follow", {name: name for name in _FOLLOWED}, "China"),
            Choice("region", "Colour", _REGIONS, "no region"),
        ),
        compute=compute,
        picture=WorldPicture(xlabel=xlabel, ylabel=ylabel),
        readout=readout,
        play="year",
        presets=(
            Preset("China now", "The red path: since the eighties up and to the right at the same time.",
                   {"year": recent}),
            Preset("Towns without income", "Haiti moves to the right and not up: towns, but no income.",
                   {"year": recent, "followed": "Haiti"}),
            Preset("Income without towns", "Poland, after 1990: up, and a little to the left.",
                   {"year": recent, "followed": "Poland"}),
            Preset("Africa in blue", "Sub-Saharan Africa: many shares rise, fewer incomes do.",
                   {"year": recent, "followed": "Nigeria", "region": "sub_saharan_africa"}),
        ),
    )  # fmt: skip
