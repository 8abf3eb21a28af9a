# ruff: noqa: E501  (declarations read best on one line)
"""Men and women in five-year age bands, by county-level unit, in the censuses of 2010 and 2020."""

from __future__ import annotations

import pandas as pd

from .. import census
from ..declare import Column, Table, persons, text, with_source
from ..sources import Raw
from .china_counties import CENSUS, units

SEXES = {"male": "Men", "female": "Women"}
BANDS: dict[str, tuple[str, ...]] = {
    "0_4": ("0", "1-4"),
    **{band.replace("-", "_").replace("+", "_plus"): (band,) for band in census.AGES[2:]},
}
"""Our name of each band: the bands of the workbooks that make it up."""

TABLE = Table(
    name="china_county_ages",
    title="Five-year ages by county-level unit, censuses of 2010 and 2020",
    description="One row per unit and census, the units of china_counties: men and women in eighteen age bands, of the full count.",
    key=("year", "unit_id"),
    columns=with_source(
        CENSUS,
        "MIT",
        (
            Column("year", "integer", "Census year", "year", required=True, minimum=2010, maximum=2020),
            text("unit_id", "Unit", "As in china_counties.", required=True),
            *(
                persons(
                    f"{sex}_{band}",
                    f"{title} aged {band.replace('_plus', ' and over').replace('_', ' to ')}",
                    required=True,
                )
                for band in BANDS
                for sex, title in SEXES.items()
            ),
        ),
    ),
    traps=(
        "The bands of Shigu District add up to 6 people less than its population of 2010, in the source.",
        "Boundaries are those of each census: compare through `match_id` of china_counties.",
        "A cohort: people aged 10 to 24 in 2010 are 20 to 34 in 2020, less those who died or left.",
    ),
)


def build(raw: Raw) -> tuple[pd.DataFrame, list[str]]:
    """The table; nothing to note."""
    parts = []
    for year in (2010, 2020):
        frame = units(raw, year)
        made = {
            f"{sex}_{name}": frame[[f"age_{band}_{sex}" for band in bands]].sum(axis=1)
            for name, bands in BANDS.items()
            for sex in SEXES
        }
        parts.append(pd.DataFrame({"year": year, "unit_id": frame["unit_id"], **made}))
    return pd.concat(parts, ignore_index=True), []
