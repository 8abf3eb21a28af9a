"""Panel: the world year by year, urban share against income, to practise with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.patheffects import withStroke

from symbiosis.charts.scatter import income_axis
from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled
from symbiosis.checks import FloatArray
from symbiosis.panels.panel import Choice, Panel, Preset, Readout
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
_FOLLOWED = ("China", "India", "USA", "Nigeria", "South Korea", "Vietnam", "Haiti", "Poland", "Gabon", "Ethiopia")


@dataclass(frozen=True)
class WorldView:
    """What the picture shows: per country urban share (percent), income per person, people; which stand out.

    trail_share, trail_income: the path of the chosen country up to the year, if one is chosen.
    """

    year: int
    names: tuple[str, ...]
    urban_share: FloatArray
    income: FloatArray
    population: FloatArray
    chosen: npt.NDArray[np.bool_]
    followed: str
    trail_share: FloatArray
    trail_income: FloatArray


class WorldPicture:
    """Draws a WorldView; bubble area is proportional to population."""

    _LARGEST_PEOPLE = 1.5e9

    @styled
    def __init__(self, *, xlabel: str, ylabel: str) -> None:
        self.figure, (axes,) = new_figure(1, height=3.7, dpi=SCREEN_DPI)
        axes.set(xlabel=xlabel, ylabel=ylabel, xlim=(0, 101))
        income_axis(axes, low=400, high=160_000)
        rim: dict[str, Any] = {"edgecolors": COLOURS["paper"], "linewidths": 0.7}
        self._rest = axes.scatter([], [], color=COLOURS["muted"], alpha=0.75, zorder=2, **rim)
        self._chosen = axes.scatter([], [], color=COLOURS["urban"], alpha=0.85, zorder=3, **rim)
        (self._trail,) = axes.plot([], [], color=COLOURS["china"], linewidth=2.2, zorder=4)
        self._followed = axes.scatter([], [], color=COLOURS["china"], alpha=0.75, zorder=5, **rim)
        self._name = axes.text(
            0, 1, "", color=COLOURS["china"], weight="bold", va="bottom", zorder=6,
            path_effects=[withStroke(linewidth=3, foreground=COLOURS["paper"])],
        )  # fmt: skip
        self._year = axes.text(
            0.995,
            0.04,
            "",
            transform=axes.transAxes,
            ha="right",
            va="bottom",
            size=34,
            color=COLOURS["muted"],
            weight="bold",
        )
        self.moving: list[Artist] = [
            self._year, self._rest, self._chosen, self._trail, self._followed, self._name,
        ]  # fmt: skip

    def update(self, result: WorldView) -> bool:
        """Move the bubbles; the axes never change."""
        points = np.column_stack([result.urban_share, result.income])
        area = 14 + 1_200 * result.population / self._LARGEST_PEOPLE
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


def _presets(recent: float) -> tuple[Preset, ...]:
    """What to look at in the latest year with figures for most countries."""
    return (
        Preset(
            "China now",
            "The red path: since the eighties up and to the right at the same time.",
            {"year": recent},
        ),
        Preset(
            "Towns without income",
            "Haiti moves to the right and not up: towns, but no income.",
            {"year": recent, "followed": "Haiti"},
        ),
        Preset(
            "Income without towns",
            "Poland, after 1990: up, and a little to the left.",
            {"year": recent, "followed": "Poland"},
        ),
        Preset(
            "Africa in blue",
            "Sub-Saharan Africa: many shares rise, fewer incomes do.",
            {"year": recent, "followed": "Nigeria", "region": "sub_saharan_africa"},
        ),
    )


def world_history_panel(countries: pd.DataFrame, *, xlabel: str, ylabel: str) -> Panel[WorldView]:
    """Countries of one year as bubbles; countries: the table of that name, labels: those of its columns."""
    columns = ["urban_share", "gdp_per_person_ppp", "population"]
    # The most populous are drawn first, so that they hide nobody.
    complete = countries.dropna(subset=columns).sort_values("population", ascending=False)
    by_year = {year: complete[complete["year"] == year] for year in sorted(set(complete["year"].astype(int)))}
    trails = {name: complete[complete["country"] == name].sort_values("year") for name in _FOLLOWED}
    first, last = min(by_year), max(by_year)
    recent = float(min(2023, last))

    def compute(settings: dict[str, Any]) -> WorldView:
        year = int(settings["year"])
        rows = by_year[year]
        trail = trails[settings["followed"]]
        trail = trail[trail["year"] <= year]
        return WorldView(
            year=year,
            names=tuple(rows["country"]),
            urban_share=rows["urban_share"].to_numpy(float),
            income=rows["gdp_per_person_ppp"].to_numpy(float),
            population=rows["population"].to_numpy(float),
            chosen=(rows["world_6region"] == settings["region"]).to_numpy(bool),
            followed=settings["followed"],
            trail_share=trail["urban_share"].to_numpy(float),
            trail_income=trail["gdp_per_person_ppp"].to_numpy(float),
        )

    def readout(view: WorldView) -> Readout:
        world = float(np.average(view.urban_share, weights=view.population))
        place = view.names.index(view.followed) if view.followed in view.names else None
        where = (
            "no figures this year"
            if place is None
            else f"{view.urban_share[place]:.1f} % urban, ${view.income[place]:,.0f} per person"
        )
        return Readout(
            numbers=(
                ("Year", str(view.year)),
                (view.followed, where),
                (f"People in the {len(view.names)} countries shown who live in towns", f"{world:.1f} %"),
            ),
            alt=f"Bubbles for {len(view.names)} countries in {view.year}, urban share to the right, income upwards, "
            f"larger for more people, with the path of {view.followed}: {where}.",
        )

    return Panel(
        controls=(
            Parameter(
                "year", "Year", "", float(first), float(first), float(last), 1.0,
                "The year that is shown.", "range of the data", ".0f",
            ),
            Choice("followed", "Follow", {name: name for name in _FOLLOWED}, "China"),
            Choice("region", "Colour", _REGIONS, "no region"),
        ),
        compute=compute,
        picture=WorldPicture(xlabel=xlabel, ylabel=ylabel),
        readout=readout,
        play="year",
        presets=_presets(recent),
    )  # fmt: skip
