"""China's counties side by side in the censuses of 2010 and 2020: how many people, and what they were like before."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from symbiosis.checks import FloatArray
from symbiosis.measures.great_circles import distance_matrix_km
from symbiosis.measures.market_access import market_access
from symbiosis.measures.samples import Sample, two_dates

YEARS = (2010, 2020)
CITY_DISTRICTS = ("district", "development zone", "prefecture without counties")
"""Kinds of unit that are parts of a city; all others (county, banner, county-level city) have a countryside."""
INTERNAL_DISTANCE = 30.0
"""Kilometres that people of one place are taken to live apart; many counties stand at their prefecture's centre."""
BIG_CITY = 1_000_000

_COUNTED = ("population", "urban", "rural")
_DESCRIBED = ("name", "kind_2010", "kind_2020", "district_by", "province", "prefecture", "prefecture_code", "longitude",
              "latitude", "coordinate_source", "boundary_change_suspected")  # fmt: skip
_BEFORE = ("agriculture_share_of_employment", "employed_manufacturing", "employed_sample", "schooling_years",
           "tap_water_share", "toilet_share", "floor_space_per_person", "age_0_14", "age_60_64", "age_65_79",
           "age_80_plus", "birth_rate", "death_rate")  # fmt: skip
COLUMNS = ("match_id", *_COUNTED, *_DESCRIBED, *_BEFORE)
"""Columns of the table of counties that profiles are made of, besides its key."""

FEATURES: Mapping[str, tuple[str, str]] = {
    "market_access": ("near many people", "access"),
    "city_distance": ("far from a big city", "access"),
    "urban_share": ("living in towns", "jobs"),
    "farm_share": ("working on farms", "jobs"),
    "manufacturing_share": ("working in factories", "jobs"),
    "tap_water": ("with tap water", "amenities"),
    "toilet": ("with a toilet", "amenities"),
    "floor_space": ("floor space", "amenities"),
    "schooling": ("years of schooling", "schooling"),
    "aged": ("aged 60 and over", "age"),
    "children": ("children under 15", "age"),
    "natural_rate": ("births over deaths", "age"),
}
"""Features of 2010 by column: plain words, and the group they belong to."""


def county_profiles(counties: pd.DataFrame, prefectures: pd.DataFrame, cities: pd.DataFrame) -> Sample:
    """Profiles from the tables china_counties, china_prefectures and world_cities (any rows of it).

    One row per county-level unit with every figure at both censuses: name, kind_2010, kind_2020, district_by (when a
    county became a district, as far as known), province, prefecture, prefecture_code, longitude, latitude,
    coordinate_source, boundary_change_suspected, population, urban and rural of both years; growth (log of the ratio of
    populations), change_percent (the same in percent), in_city (district of a city in 2010), city_km (distance to the
    nearest big city), and the FEATURES of 2010 (shares as fractions, distance and access in logs, natural_rate per
    year). left_out: number of units by reason.
    Market access: people of every prefecture in 2010 over the distance to its centre, the own one included at
    INTERNAL_DISTANCE or more. Big cities: places in China with BIG_CITY people today, since the list of 2010 has six.
    """
    sides = two_dates(counties, key="match_id", columns=_COUNTED, years=YEARS, describe=_DESCRIBED)
    first = counties[(counties["year"] == YEARS[0]) & counties["match_id"].notna() & (counties["match_id"] != "")]
    before = first.set_index("match_id")[list(_BEFORE)].reindex(sides.frame.index)
    complete = before.notna().all(axis=1)
    frame, before = sides.frame[complete].copy(), before[complete]
    people = prefectures[(prefectures["year"] == YEARS[0])].dropna(subset=["population"])
    big = cities[(cities["country_code"] == "CHN") & (cities["source_name"] == "place")]
    big = big[big["population"] >= BIG_CITY]
    if people.empty or big.empty:
        raise ValueError("no prefecture or no big city to be near to; give the tables with China's rows")
    here = (frame["longitude"], frame["latitude"])
    residents = frame["population_2010"]
    apart = distance_matrix_km(*here, people["longitude"], people["latitude"])
    access = market_access(people["population"], apart, internal_distance=INTERNAL_DISTANCE)
    added = {
        "growth": np.log(frame["population_2020"] / residents),
        "change_percent": 100 * (frame["population_2020"] / residents - 1),
        "in_city": frame["kind_2010"].isin(CITY_DISTRICTS),
        "city_km": distance_matrix_km(*here, big["longitude"], big["latitude"]).min(axis=1),
        "market_access": np.log(access),
        "urban_share": frame["urban_2010"] / residents,
        "farm_share": before["agriculture_share_of_employment"] / 100,
        "manufacturing_share": before["employed_manufacturing"] / before["employed_sample"],
        "tap_water": before["tap_water_share"] / 100,
        "toilet": before["toilet_share"] / 100,
        "floor_space": before["floor_space_per_person"],
        "schooling": before["schooling_years"],
        "aged": before[["age_60_64", "age_65_79", "age_80_plus"]].sum(axis=1) / residents,
        "children": before["age_0_14"] / residents,
        "natural_rate": (before["birth_rate"] - before["death_rate"]) / 1000,
    }
    frame = frame.assign(**added)
    frame["city_distance"] = np.log(frame["city_km"].clip(lower=INTERNAL_DISTANCE))
    frame["boundary_change_suspected"] = frame["boundary_change_suspected"].astype(bool)
    return Sample(frame, {**sides.left_out, "without a full profile in 2010": int((~complete).sum())})


def rural_counties(
    profiles: pd.DataFrame, *, most_urban: float = 0.5, moved_borders: bool = False, districts: bool = False
) -> pd.DataFrame:
    """The units that were no part of a city in 2010 and had less than most_urban of their people in towns then.

    Chosen by 2010 alone: counties that became districts later are in, since they became so because they grew.

    Args:
        profiles: of county_profiles.
        most_urban: a fraction; above 1 lets all in.
        moved_borders: whether units are kept whose borders probably moved, so that they seem to grow or shrink.
        districts: whether parts of cities are kept.

    Raises:
        ValueError: no unit is left.
    """
    kept = profiles["urban_share"] < most_urban
    if not districts:
        kept &= ~profiles["in_city"]
    if not moved_borders:
        kept &= ~profiles["boundary_change_suspected"]
    if not kept.any():
        raise ValueError(f"no unit had under {most_urban:.0%} of its people in towns; raise most_urban")
    return profiles[kept]


def feature_percentiles(frame: pd.DataFrame) -> FloatArray:
    """Percentile of each row in each of FEATURES among the rows, from 0 to 100, shape (rows, features)."""
    return np.asarray(100 * (frame[list(FEATURES)].rank().to_numpy(np.float64) - 0.5) / len(frame))
