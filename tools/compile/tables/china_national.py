# ruff: noqa: E501  (declarations read best on one line)
"""Official national series of China, with vintages and confidence marks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from ..declare import Column, Table, rate, text, with_source
from ..errors import check
from ..sources import Raw

TRANSCRIBED = Path(__file__).resolve().parents[1] / "transcribed"
WAN = 10_000
SOURCE = (
    "National Bureau of Statistics of China and ministries, quoted from published and secondary sources (see the marks)"
)

MARKS = (
    "L: found in a published source. W: quoted from secondary sources and confirmed by the World Bank's series for China. "
    "V: quoted from secondary sources, not yet compared with the yearbook, but adding up exactly with the others. R-h, "
    "R-m, R-l: quoted from secondary sources with high, medium or low confidence, not yet compared with the yearbook."
)

TABLE = Table(
    name="china_national",
    title="Official series of China, with vintages and confidence marks",
    description=(
        "One row per series, year and vintage: official statistics, transcribed by this project. Where a figure is shown "
        "as fact, show its mark. " + MARKS
    ),
    key=("series", "year", "vintage"),
    columns=with_source(
        SOURCE,
        "CC BY 4.0",
        (
            text(
                "series",
                "Series",
                required=True,
                enum=(
                    "cities_5_to_10_million",
                    "cities_above_10_million",
                    "floating_population",
                    "migrant_workers",
                    "migrant_workers_across_provinces",
                    "migrant_workers_living_in_towns",
                    "migrant_workers_local",
                    "migrant_workers_out",
                    "military_personnel",
                    "natural_growth_rate",
                    "primary_sector_share_of_employment",
                    "primary_sector_share_of_gdp",
                    "registered_urban_share",
                    "residence_registration_separated",
                    "resident_minus_registered_share",
                    "rural_income_per_person",
                    "rural_population",
                    "total_population",
                    "urban_income_per_person",
                    "urban_population",
                    "urban_rural_income_ratio",
                    "urban_share",
                ),
                description="What is measured; `registered` means by household registration (hukou), otherwise residents. "
                "Migrant workers (nongmingong) are rural registered workers in non-farm jobs: `out` beyond their own "
                "township, `local` within it.",
            ),
            Column(
                "year",
                "integer",
                "Year",
                "year",
                "Year-end for populations.",
                required=True,
                minimum=1949,
                maximum=2025,
            ),
            text(
                "vintage",
                "Vintage",
                required=True,
                enum=(
                    "World Bank",
                    "as published",
                    "census",
                    "census communique",
                    "final census tabulation",
                    "first published",
                    "new caliber",
                    "old caliber",
                    "old definition",
                    "preliminary",
                    "revised",
                ),
                description="Which publication or definition. `revised` is the yearbook series after the 2020 census; "
                "`first published` the communique of the day. Income: `old caliber` is urban disposable and rural net "
                "income from separate surveys, `new caliber` disposable income of both from one survey.",
            ),
            rate("value", "Value", "see column unit", "In the unit of the column `unit`.", digits=2, required=True),
            text(
                "unit",
                "Unit",
                "Unit of the value.",
                required=True,
                enum=("cities", "per 1,000 people", "percent", "percentage points", "persons", "ratio", "yuan"),
            ),
            text("mark", "Confidence mark", MARKS, required=True, enum=("L", "R-h", "R-l", "R-m", "V", "W")),
            text("note", "Note", "What to know about this figure."),
        ),
    ),
    traps=(
        "Never mix vintages: from 2019 to 2020 the urban share rises 3.29 points if the first-published and the revised "
        "figure are mixed, 1.18 points on one basis.",
        "The revised series contains straight lines: annual steps are -0.12 in 1966-71, +0.52 or +0.53 in 1991-95 and "
        "+1.43 or +1.44 in 1996-2003. Degrees of freedom are far fewer than years.",
        "The year in which rural population peaks depends on the vintage: 1995 revised, later on the old definition.",
        "Income: 2013 has both calibers (ratio 3.03 old, 2.81 new); a splice removes 0.22 overnight. Nominal yuan.",
        "No official registered urban share was found for 2024.",
        "The population of 2010 in `final census tabulation` goes with 50.27 percent, not with the 49.68 of the communique.",
    ),
)


def read(name: str) -> pd.DataFrame:
    """One of the project's own transcriptions."""
    return pd.read_csv(TRANSCRIBED / f"{name}.csv", keep_default_na=False, na_values=[""])


def check_population(frame: pd.DataFrame) -> None:
    """Total is urban plus rural, and the stated percent belongs to them, in every year."""
    broken = frame[frame["total_wan"] != frame["urban_wan"] + frame["rural_wan"]]
    check("china_national: total = urban + rural", broken.empty, f"years {broken['year'].tolist()}")
    gap = (100 * frame["urban_wan"] / frame["total_wan"] - frame["urban_percent"]).abs()
    worst = frame.loc[gap.idxmax(), "year"]
    check("china_national: stated urban share within 0.005", gap.max() <= 0.005 + 1e-9, f"{gap.max():.4f} in {worst}")


def _melted(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    series = (
        ("total_population", "total_wan", "total_mark", WAN, "persons"),
        ("urban_population", "urban_wan", "urban_mark", WAN, "persons"),
        ("rural_population", "rural_wan", "rural_mark", WAN, "persons"),
        ("urban_share", "urban_percent", "urban_percent_mark", 1, "percent"),
    )
    yield from _rows(frame, series, lambda _: "revised")


def _rows(frame: pd.DataFrame, series: Any, vintage: Any) -> Iterator[dict[str, Any]]:
    for record in frame.to_dict("records"):
        for name, value, mark, factor, unit in series:
            yield {
                "series": name,
                "year": record["year"],
                "vintage": vintage(record),
                "value": record[value] * factor,
                "unit": unit,
                "mark": record[mark],
                "note": None,
            }


def world_bank(raw: Raw) -> pd.DataFrame:
    """China's row of the World Bank: urban share, population (urban + rural) and agriculture's share of GDP, by year."""
    parts = {
        name: raw.csv(f"gapminder/{indicator}.csv").set_axis(["geo", "year", name], axis=1)
        for name, indicator in (
            ("urban_share", "urban_population_percent_of_total"),
            ("urban", "urban_population"),
            ("rural", "rural_population"),
            ("primary_sector_share_of_gdp", "agriculture_percent_of_gdp"),
        )
    }
    frame = pd.concat([part[part["geo"] == "chn"].set_index("year")[name] for name, part in parts.items()], axis=1)
    return frame.assign(population=frame["urban"] + frame["rural"])


def _differences(frame: pd.DataFrame, bank: pd.DataFrame) -> dict[str, pd.Series]:
    """Official figure less the World Bank's, by year, for each series that both have."""
    revised = frame[frame["vintage"] == "revised"].pivot_table(index="year", columns="series", values="value")
    total = revised["total_population"]
    gdp = frame[frame["series"] == "primary_sector_share_of_gdp"].set_index("year")["value"]
    return {
        "urban_share": (revised["urban_share"] - bank["urban_share"]).dropna(),
        # The World Bank's is the population of mid-year, the mean of two year-ends.
        "total_population": ((total + total.shift()) / 2 - bank["population"]).dropna(),
        "primary_sector_share_of_gdp": (gdp - bank["primary_sector_share_of_gdp"]).dropna(),
    }


TOLERANCE = {"urban_share": 0.0101, "total_population": WAN, "primary_sector_share_of_gdp": 0.05}


def confirmed(frame: pd.DataFrame, bank: pd.DataFrame) -> pd.Series:
    """Whether the World Bank's series confirms each figure."""
    agree = {name: gap.abs() <= TOLERANCE[name] for name, gap in _differences(frame, bank).items()}
    shares = set(agree["urban_share"].index[agree["urban_share"]])
    means = agree["total_population"]
    # A year-end stands in the mean of its own year and of the next: it needs each that exists.
    totals = {
        year
        for year in range(int(means.index.min()) - 1, int(means.index.max()) + 1)
        if means.reindex([year, year + 1]).dropna().all()
    }
    years = {"urban_share": shares, "total_population": totals} | dict.fromkeys(
        ("urban_population", "rural_population"), shares & totals
    )
    sector = agree["primary_sector_share_of_gdp"]
    return pd.Series(
        [
            (vintage == "revised" and year in years.get(series, ()))
            or (series == "primary_sector_share_of_gdp" and bool(sector.get(year, False)))
            for series, year, vintage in zip(frame["series"], frame["year"], frame["vintage"], strict=True)
        ],
        index=frame.index,
    )


def differing_years(frame: pd.DataFrame, bank: pd.DataFrame) -> list[int]:
    """Years in which the World Bank's urban share is not the official one."""
    gap = _differences(frame, bank)["urban_share"].abs()
    return gap.index[gap > TOLERANCE["urban_share"]].tolist()


def build(raw: Raw) -> tuple[pd.DataFrame, list[str]]:
    """The table, and how many marks the World Bank's series lifts."""
    population = read("national_population")
    check_population(population)
    income = read("income")
    gap = (income["urban_yuan"] / income["rural_yuan"] - income["ratio"]).abs()
    check(
        "china_national: stated income ratio",
        gap.max() <= 0.01,
        f"{gap.max():.4f} in {income.loc[gap.idxmax(), 'year']}",
    )
    workers = read("migrant_workers")
    broken = workers[workers["total_wan"] != workers["out_wan"] + workers["local_wan"]]
    check("china_national: migrant workers = out + local", broken.empty, f"years {broken['year'].tolist()}")
    records = [
        *_melted(population),
        *_rows(
            income,
            (
                ("urban_income_per_person", "urban_yuan", "urban_mark", 1, "yuan"),
                ("rural_income_per_person", "rural_yuan", "rural_mark", 1, "yuan"),
                ("urban_rural_income_ratio", "ratio", "ratio_mark", 1, "ratio"),
            ),
            lambda record: f"{record['caliber']} caliber",
        ),
        *_rows(
            workers,
            (
                ("migrant_workers", "total_wan", "total_mark", WAN, "persons"),
                ("migrant_workers_out", "out_wan", "out_mark", WAN, "persons"),
                ("migrant_workers_local", "local_wan", "local_mark", WAN, "persons"),
            ),
            lambda _: "as published",
        ),
    ]
    frame = pd.concat([pd.DataFrame(records), read("single_figures")], ignore_index=True)
    lifted = confirmed(frame, world_bank(raw)) & ~frame["mark"].isin(["L"])
    frame.loc[lifted, "mark"] = "W"
    return frame, [
        f"The World Bank's series for China confirms {int(lifted.sum())} figures (mark W): urban shares to 0.01 point, "
        "populations as the mean of two year-ends to 10,000 people, urban and rural people where both hold, agriculture in "
        "GDP to 0.05 points. Its urban share differs by more in "
        + ", ".join(str(year) for year in differing_years(frame, world_bank(raw)))
        + "."
    ]
