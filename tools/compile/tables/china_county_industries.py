# ruff: noqa: E501  (declarations read best on one line)
"""People employed in each of twenty industries, by county-level unit, in the censuses of 2010 and 2020."""

from __future__ import annotations

import pandas as pd

from .. import census
from ..declare import Column, Table, flag, percent, persons, text, with_source
from ..sources import Raw
from .china_counties import CENSUS, units

TITLES = {
    "agriculture": "agriculture, forestry and fishing",
    "mining": "mining",
    "manufacturing": "manufacturing",
    "utilities": "electricity, heat, gas and water",
    "construction": "construction",
    "transport": "transport, storage and post",
    "ict": "information services and software",
    "trade": "wholesale and retail trade",
    "hospitality": "hotels and catering",
    "finance": "finance",
    "real_estate": "real estate",
    "business_services": "leasing and business services",
    "science": "research and technical services",
    "public_facilities": "water, environment and public facilities",
    "resident_services": "services to households and repair",
    "education": "education",
    "health": "health and social work",
    "culture": "culture, sports and entertainment",
    "government": "public administration and social organizations",
    "international": "international organizations",
}
USABLE = (4.0, 20.0)
"""Percent of the people aged 15 and over. Outside, the sample does not stand for the unit's people."""

TABLE = Table(
    name="china_county_industries",
    title="Twenty industries by county-level unit, censuses of 2010 and 2020",
    description=(
        "One row per unit and census, the units of china_counties. Counts are of the long form, which about a tenth of "
        "households fill in: multiply by 100 / `sampling_rate` for people, or by the national rate where "
        "`sampling_rate_usable` is false. Shares need no scaling."
    ),
    key=("year", "unit_id"),
    columns=with_source(
        CENSUS,
        "MIT",
        (
            Column("year", "integer", "Census year", "year", required=True, minimum=2010, maximum=2020),
            text("unit_id", "Unit", "As in china_counties.", required=True),
            persons("employed_sample", "Employed people in the sample", "Long-form count.", required=True),
            *(
                persons(f"employed_{name}", f"Employed in {TITLES[name]}", "Long-form count.", required=True)
                for name in census.INDUSTRIES
            ),
            persons("sample_15_plus", "People aged 15 and over in the sample", "Long-form count.", required=True),
            persons("population_15_plus", "People aged 15 and over", "Of the full count.", required=True),
            percent(
                "sampling_rate",
                "Sampling rate of the long form",
                "People aged 15 and over in the sample, of all in the full count.",
                digits=3,
                required=True,
            ),
            flag(
                "sampling_rate_usable",
                "Sampling rate usable",
                f"The rate lies between {USABLE[0]:g} and {USABLE[1]:g} percent.",
            ),
        ),
    ),
    traps=(
        "Industries follow the classification of 2002 in 2010 and of 2017 in 2020: growth of business services and science is partly relabelling.",
        "International organizations employ a few hundred people of the sample in 2010: add them to government unless they are the subject.",
        "The 2010 workbook's industry headers from transport to trade are garbled; the values follow the yearbook's order.",
    ),
)


def build(raw: Raw) -> tuple[pd.DataFrame, list[str]]:
    """The table, and the national sampling rates."""
    parts, notes = [], []
    for year in (2010, 2020):
        frame = units(raw, year)
        adults = [f"age_{band}_{sex}" for band in census.AGES[4:] for sex in ("male", "female")]
        frame["population_15_plus"] = frame[adults].sum(axis=1)
        frame["sampling_rate"] = 100 * frame["sample_15_plus"] / frame["population_15_plus"]
        frame["sampling_rate_usable"] = frame["sampling_rate"].between(*USABLE)
        national = 100 * frame["sample_15_plus"].sum() / frame["population_15_plus"].sum()
        outside = int((~frame["sampling_rate_usable"]).sum())
        notes.append(f"{year}: the sampling rate is {national:.3f} percent nationally; not usable in {outside} units.")
        parts.append(frame[[column.name for column in TABLE.columns]])
    return pd.concat(parts, ignore_index=True), notes
