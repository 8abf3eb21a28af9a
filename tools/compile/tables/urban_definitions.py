# ruff: noqa: E501  (declarations read best on one line)
"""What counts as urban: thresholds by country, and a harmonized definition against the national ones."""

from __future__ import annotations

import pandas as pd

from ..declare import Column, Table, amount, text, with_source
from ..errors import check
from ..nations import codes_by_name
from ..sources import Raw

UN = "UN World Urbanization Prospects 2018, assessed by Our World in Data"
ATLAS = "European Commission, Atlas of the Human Planet (degree of urbanisation), via Our World in Data"

# Region names of the atlas that differ from the long-run file.
REGIONS = {"Latin America & the Caribbean": "Latin America and the Caribbean", "North America": "Northern America"}

MEASURES = {
    "minimum_population": "Smallest number of inhabitants that the country's definition of urban asks for, 2018.",
    "countries_with_minimum": "Number of countries with that minimum (entity: the minimum, or `none`), 2018.",
    "degurba_urban_share": "Urban centres and clusters by the degree of urbanisation, one definition for all, 2015.",
    "national_urban_share": "Urban share by national definitions in the same region and year.",
}

TABLE = Table(
    name="urban_definitions",
    title="Definitions of urban: thresholds, and harmonized against national shares",
    description="One row per measure, entity and year. "
    + " ".join(f"`{name}`: {what}" for name, what in MEASURES.items()),
    key=("measure", "entity", "year"),
    columns=with_source(
        f"{UN}; {ATLAS}",
        "CC BY 4.0",
        (
            text("measure", "Measure", "What the value is.", required=True, enum=tuple(sorted(MEASURES))),
            text("entity", "Entity", "Country, region, or minimum number of inhabitants.", required=True),
            text("country_code", "Country code", "ISO 3166-1 alpha-3; empty for regions and minimums."),
            Column("year", "integer", "Year", "year", required=True, minimum=2015, maximum=2018),
            amount("value", "Value", "see column unit", digits=2, required=True),
            text("unit", "Unit", "Unit of the value.", required=True, enum=("countries", "percent", "persons")),
        ),
    ),
    traps=(
        "Many countries define urban without any minimum population (density, function, a list of places): they are absent "
        "from `minimum_population`, and counted as `none` in `countries_with_minimum`.",
        "The harmonized share counts urban clusters from 5,000 inhabitants as urban, which makes the world far more urban "
        "than national definitions do.",
    ),
)


def build(raw: Raw) -> tuple[pd.DataFrame, list[str]]:
    """The table, and notes."""
    codes = codes_by_name(raw)
    minimum = raw.csv("owid/urban_definition_threshold.csv").set_axis(["entity", "year", "value"], axis=1)
    minimum = minimum.assign(measure="minimum_population", unit="persons", country_code=minimum["entity"].map(codes))
    unmatched = minimum.loc[minimum["country_code"].isna(), "entity"].tolist()
    counts = raw.csv("owid/countries_by_threshold.csv").set_axis(["entity", "year", "value"], axis=1)
    counts["entity"] = counts["entity"].replace("No minimum population threshold", "none")
    counts = counts.assign(measure="countries_with_minimum", unit="countries")
    atlas = raw.csv("owid/degurba_atlas.csv").set_axis(["entity", "year", "value"], axis=1)
    atlas = atlas.assign(measure="degurba_urban_share", unit="percent")
    long_run = raw.csv("owid/urbanization_long_run.csv").set_index(["Entity", "Year"])
    national = atlas.assign(measure="national_urban_share")
    places = [(REGIONS.get(name, name), year) for name, year in zip(atlas["entity"], atlas["year"], strict=True)]
    national["value"] = long_run.loc[places, "Urban population (%) long-run to 2016 (OWID)"].to_numpy()
    held = minimum["value"].value_counts()
    stated = counts[counts["entity"] != "none"]
    agree = {int(entity): int(held.get(int(entity), 0)) for entity in stated["entity"]}
    differing = [
        f"{entity}: {int(value)} stated, {agree[int(entity)]} listed"
        for entity, value in zip(stated["entity"], stated["value"], strict=True)
        if agree[int(entity)] != value
    ]
    check(
        "urban_definitions: every region of the atlas has a national share",
        national["value"].notna().all(),
        str(places),
    )
    frame = pd.concat([minimum, counts, atlas, national], ignore_index=True)
    notes = [f"Countries without a code: {', '.join(unmatched) or 'none'}."]
    if differing:
        notes.append("Counts stated upstream that differ from the listed countries: " + "; ".join(differing) + ".")
    return frame, notes
