"""Panel: the world since 1990, urban share against income, to practise with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from symbiosis.charts.bubbles import WorldPicture, WorldView
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


def world_history_panel(countries: pd.DataFrame, *, xlabel: str, ylabel: str) -> Panel[WorldView]:
    """Countries of one year as bubbles; countries: the table of that name, labels: those of its columns."""
    columns = ["urban_share", "gdp_per_person_ppp", "population"]
    complete = countries.dropna(subset=columns).sort_values(["country_code", "year"])
    by_year = {year: complete[complete["year"] == year] for year in sorted(set(complete["year"].astype(int)))}
    trails = {name: complete[complete["country"] == name] for name in _FOLLOWED}
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
        presets=(
            Preset(
                "China now",
                "The red path: up and to the right at the same time, for more than thirty years.",
                {"year": recent},
            ),
            Preset(
                "Towns without income",
                "Haiti moves to the right and not up: towns, but no income.",
                {"year": recent, "followed": "Haiti"},
            ),
            Preset(
                "Income without towns",
                "Poland moves up and a little to the left.",
                {"year": recent, "followed": "Poland"},
            ),
            Preset(
                "Africa in blue",
                "Sub-Saharan Africa: many shares rise, fewer incomes do.",
                {"year": recent, "followed": "Nigeria", "region": "sub_saharan_africa"},
            ),
        ),
    )  # fmt: skip
