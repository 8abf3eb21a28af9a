# ruff: noqa: E501  (declarations read best on one line)
"""Provinces of China in the censuses of 2010 and 2020."""

from __future__ import annotations

import pandas as pd

from .. import census
from ..declare import Column, Table, text, with_source
from ..errors import check
from ..names import PROVINCES
from ..sources import Raw
from .china_counties import CENSUS, FIGURES, figures
from .china_national import read

# The officially stated shares of these differ from the county tables' urban counts by 0.02, 0.01 and 0.01 points.
OTHERWISE_STATED: dict[int, tuple[str, ...]] = {2010: ("Zhejiang", "Guangdong", "Gansu"), 2020: ()}

TABLE = Table(
    name="china_provinces",
    title="Provinces of China, censuses of 2010 and 2020",
    description=(
        "One row per province and census, from the province rows of the county tables, checked against the official "
        "populations and urban shares. The populations add up to 1,332,810,869 in 2010 and 1,409,778,724 in 2020; "
        "both leave out military personnel, who belong to no province."
    ),
    key=("province_code", "year"),
    columns=with_source(
        CENSUS,
        "MIT",
        (
            text("province_code", "Province code", "Official six-digit code.", required=True),
            Column("year", "integer", "Census year", "year", required=True, minimum=2010, maximum=2020),
            text("province", "Province", "English name.", required=True, enum=tuple(sorted(PROVINCES.values()))),
            text("province_zh", "Province in Chinese", "Short name.", required=True),
            *FIGURES,
        ),
    ),
    traps=(
        "2010 urban shares are on the final tabulation (50.27 percent nationally), not on the communique (49.68).",
        "Shanghai's share is 89.30 in both censuses; that is no misprint.",
        "2010 urban shares of Zhejiang, Guangdong and Gansu differ by 0.02, 0.01 and 0.01 points from the official list.",
        "Sector employment and housing come from the 10 percent long form.",
    ),
)


def build(raw: Raw) -> tuple[pd.DataFrame, list[str]]:
    """The table, checked against the official figures."""
    official = read("provinces")
    parts = []
    for year in (2010, 2020):
        rows = census.workbook(raw, year)
        rows = rows[rows["level"] == "province"].reset_index(drop=True)
        frame = pd.concat([rows[["year"]], figures(rows)], axis=1)
        frame["province_code"] = rows["county_code"]
        frame["province"] = rows["county_code"].str[:2].map(PROVINCES)
        stated = official.set_index("province").reindex(frame["province"])
        frame["province_zh"] = stated["name_zh"].to_numpy()
        gap = (frame["population"].to_numpy() - stated[f"population_{year}"].to_numpy()).tolist()
        off = dict(zip(frame["province"], gap, strict=True))
        check(
            f"china_provinces {year}: populations as stated officially",
            all(value == 0 for value in off.values()),
            str({name: value for name, value in off.items() if value}),
        )
        shares = (frame["urban_share"].to_numpy() - stated[f"urban_percent_{year}"].to_numpy()).tolist()
        far = {
            name: round(value, 4) for name, value in zip(frame["province"], shares, strict=True) if abs(value) > 0.0051
        }
        check(
            f"china_provinces {year}: urban shares as stated officially, to 0.005, but for the known provinces",
            set(far) == set(OTHERWISE_STATED[year]),
            str(far),
        )
        total = int(frame["population"].sum())
        check(f"china_provinces {year}: add up to the country", total == census.TOTALS[year], f"{total:,}")
        parts.append(frame)
    return pd.concat(parts, ignore_index=True), []
