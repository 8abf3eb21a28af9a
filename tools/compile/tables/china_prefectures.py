# ruff: noqa: E501  (declarations read best on one line)
"""Prefectures of China in 2010 and 2020, on the boundaries of 2020."""

from __future__ import annotations

import pandas as pd

from .. import geometry
from ..declare import Column, Table, amount, percent, persons, rate, text, with_source
from ..errors import check
from ..names import PROVINCES, PROVINCES_ZH, english
from ..sources import Raw

FILE = "census/census_city_2010-2020_v1.csv"
SOURCE = "Dong, Du and Liu, Mapping Evolving Population Geography in China, from census yearbook 2010 and local bulletins 2020"

TABLE = Table(
    name="china_prefectures",
    title="Prefectures of China in 2010 and 2020 on matched boundaries",
    description=(
        "One row per prefecture-level unit (or county-level unit directly under its province) and census year. The "
        "authors adjusted 2010 for boundary changes until 2020."
    ),
    key=("prefecture_code", "year"),
    columns=with_source(
        SOURCE,
        "MIT",
        (
            text("prefecture_code", "Prefecture code", "Official six-digit code of 2020.", required=True),
            Column("year", "integer", "Census year", "year", required=True, minimum=2010, maximum=2020),
            text("prefecture", "Prefecture", required=True),
            text("prefecture_zh", "Prefecture in Chinese", required=True),
            text("province", "Province", required=True, enum=tuple(sorted(PROVINCES.values()))),
            text("province_zh", "Province in Chinese", "Short name.", required=True),
            rate(
                "longitude",
                "Longitude",
                "degrees east",
                "Centroid of the outline of the largest part.",
                minimum=70,
                maximum=140,
                required=True,
            ),
            rate(
                "latitude",
                "Latitude",
                "degrees north",
                "Centroid of the outline of the largest part.",
                minimum=3,
                maximum=55,
                required=True,
            ),
            persons("population", "Population", "Residents."),
            persons("urban", "Urban population"),
            persons("rural", "Rural population"),
            percent("urban_share", "Urban share", "Urban in resident population."),
            amount("household_size", "Household size", "persons per household"),
            amount("sex_ratio", "Sex ratio", "men per 100 women"),
            percent("age_0_14_share", "Share aged 0 to 14", digits=2),
            percent("age_15_59_share", "Share aged 15 to 59", digits=2),
            percent("age_60_plus_share", "Share aged 60 and over", digits=2),
            percent("age_65_plus_share", "Share aged 65 and over", digits=2),
        ),
    ),
    traps=(
        "Ten cities of the Xinjiang Corps have no figures; 34 units lack a 2020 urban count and 14 a 2010 one.",
        "2020 comes from local bulletins, not the yearbook: sums differ slightly from the national total.",
    ),
)


def centroids(raw: Raw) -> dict[str, tuple[float, float]]:
    """(longitude, latitude) by prefecture code, to four decimals."""
    frame = raw.csv(FILE, dtype={"city_code": str})
    points = [geometry.centre(shape) for shape in geometry.polygons(frame["coord"])]
    return {code: (round(x, 4), round(y, 4)) for code, (x, y) in zip(frame["city_code"], points, strict=True)}


def build(raw: Raw) -> tuple[pd.DataFrame, list[str]]:
    """The table, and notes."""
    wide = raw.csv(FILE, dtype={"city_code": str, "province_code": str})
    centres = centroids(raw)
    # Hong Kong and Macao have censuses of their own.
    wide = wide[wide["city_code"].str[:2].isin(PROVINCES)].reset_index(drop=True)
    years = []
    for year in (2010, 2020):
        frame = pd.DataFrame(
            {
                "prefecture_code": wide["city_code"],
                "year": year,
                "prefecture": wide["city"].map(english),
                "prefecture_zh": wide["city"],
                "province": wide["city_code"].str[:2].map(PROVINCES),
                "province_zh": wide["city_code"].str[:2].map(PROVINCES).map(PROVINCES_ZH),
                "longitude": [centres[code][0] for code in wide["city_code"]],
                "latitude": [centres[code][1] for code in wide["city_code"]],
                "population": wide[f"popu_{year}"],
                "urban": wide[f"popu_urban_{year}"],
                "rural": wide[f"popu_rural_{year}"],
                "household_size": wide[f"household_{year}"],
                "sex_ratio": wide[f"male_female_{year}"],
                "age_0_14_share": wide[f"age_0_14_{year}"],
                "age_15_59_share": wide[f"age_15_59_{year}"],
                "age_60_plus_share": wide[f"age_60_{year}"],
                "age_65_plus_share": wide[f"age_65_{year}"],
            }
        )
        frame["urban_share"] = 100 * frame["urban"] / frame["population"]
        gap = (frame["urban"] + frame["rural"] - frame["population"]).abs()
        years.append(frame.assign(gap=gap))
    frame = pd.concat(years, ignore_index=True)
    # Some bulletins state only the share: the source then holds fractions of a person.
    frame[["population", "urban", "rural"]] = frame[["population", "urban", "rural"]].round()
    off = frame[frame["gap"] > 0.001 * frame["population"]]
    check(
        "china_prefectures: urban + rural = population within 0.1 percent, but for the known units",
        len(off) <= 30,
        off[["prefecture_zh", "year", "population", "gap"]].to_string(),
    )
    notes = (
        [
            f"urban + rural misses the population by more than 0.1 percent in {len(off)} rows: "
            + "; ".join(
                f"{english(n)} {y} ({g:,.0f})"
                for n, y, g in zip(off["prefecture_zh"], off["year"], off["gap"], strict=True)
            )
            + "."
        ]
        if len(off)
        else []
    )
    for year in (2010, 2020):
        part = frame[frame["year"] == year]
        notes.append(
            f"{year}: {int(part['population'].sum()):,} people in {int(part['population'].notna().sum())} units with a figure."
        )
    return frame.drop(columns="gap"), notes
