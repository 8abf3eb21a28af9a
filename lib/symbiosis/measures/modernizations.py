"""Four modernizations of a place: how industry, information, cities and farming are measured and scaled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd

from symbiosis.checks import FloatArray, known_columns
from symbiosis.measures.composite_index import Normalization, normalize
from symbiosis.measures.coupling_coordination import imbalance

SYSTEMS = ("industry", "information", "cities", "farming")
LARGE = 1_000_000
"""Fewest people of a country that is looked at."""
COUNTRY_COLUMNS = (
    "country", "world_6region", "is_un_state", "population", "urban_share", "gdp_per_person", "gdp_per_person_ppp",
    "industry_share_of_gdp", "industry_share_of_employment", "agriculture_share_of_employment", "agricultural_output",
    "agricultural_labour", "internet_users", "mobile_subscriptions",
)  # fmt: skip
COUNTY_COLUMNS = (
    "population", "urban", "urban_share", "employed_sample", "employed_agriculture", "employed_industry",
    "employed_ict",
)  # fmt: skip
CITY_COLUMNS = (
    "province", "gdp", "gdp_industry", "gdp_agriculture", "industry_share_of_gdp", "mobile_subscribers",
    "resident_off_census", "resident_jump", "resident_implausible", "shares_disagree",
)  # fmt: skip


class Indicator(NamedTuple):
    """A column that stands for one of the four, and its fixed goalposts: the values that count as 0 and as 1."""

    column: str
    low: float = 0.0
    high: float = 100.0


CITIES = Indicator("urban_share")
MEASURES: Mapping[str, Mapping[str, Indicator]] = MappingProxyType(
    {
        "industry": {
            "output per person": Indicator("industrial_output", float(np.log(50)), float(np.log(20_000))),
            "share of output": Indicator("industry_share_of_gdp"),
            "share of jobs": Indicator("industry_share_of_employment", 0.0, 50.0),
        },
        "information": {"internet": Indicator("internet_users"), "phones": Indicator("phones")},
        "farming": {
            "output per worker": Indicator("farm_output", float(np.log(300)), float(np.log(150_000))),
            "share of jobs left": Indicator("left_farming"),
        },
    }
)
"""What may stand for three of the four in the table of countries; cities are always the urban share."""
USUAL = (
    MEASURES["industry"]["output per person"], MEASURES["information"]["internet"], CITIES,
    MEASURES["farming"]["output per worker"],
)  # fmt: skip
"""One choice of four indicators, in the order of SYSTEMS."""


def country_modernizations(countries: pd.DataFrame, since: int = 1980) -> pd.DataFrame:
    """The indicators of MEASURES for states of the United Nations with a million people, by country and year.

    countries: with COUNTRY_COLUMNS. Money is in natural logarithms. Beside the indicators stand income (log of output
    per person at purchasing power), growth and past_growth (of it in the next and in the last ten years, percent a
    year), income_before (ten years earlier) and region_year (one number for each year in each region).
    """
    known_columns("countries", countries, ["country_code", "year", *COUNTRY_COLUMNS])
    large = countries["is_un_state"].astype(bool) & (countries["population"] >= LARGE)
    rows = countries[large & (countries["year"] >= since)].reset_index(drop=True)
    income = np.log(rows["gdp_per_person_ppp"])
    by_place = pd.Series(income.to_numpy(), index=pd.MultiIndex.from_frame(rows[["country_code", "year"]]))

    def at(ahead: int) -> FloatArray:
        there = pd.MultiIndex.from_arrays([rows["country_code"], rows["year"] + ahead])
        return by_place.reindex(there).to_numpy(dtype=np.float64)

    # Few labels on many rows: as categories they are compared by number.
    labels = {name: rows[name].astype("category") for name in ("country_code", "world_6region")}
    kept = ["country", "year", "population", "urban_share", "industry_share_of_gdp", "industry_share_of_employment"]
    return rows[[*kept, "internet_users"]].assign(
        **labels,
        industrial_output=np.log(rows["gdp_per_person"] * rows["industry_share_of_gdp"] / 100),
        farm_output=np.log(rows["agricultural_output"] / rows["agricultural_labour"]),
        left_farming=100 - rows["agriculture_share_of_employment"],
        phones=rows["mobile_subscriptions"].clip(upper=100),
        income=income,
        growth=10 * (at(10) - income),
        past_growth=10 * (income - at(-10)),
        income_before=at(-10),
        region_year=rows.groupby(["world_6region", "year"], dropna=False).ngroup(),
    )


def scaled(
    places: pd.DataFrame, indicators: Sequence[Indicator], scaling: Normalization, *, by: str | None = None
) -> pd.DataFrame:
    """Places that have four indicators, with columns SYSTEMS added, each on one scale.

    scaling: as in composite_index.normalize, whose goalposts are those of the indicators; by: the column within whose
    groups places are compared (years, say), None for all of them together.
    """
    columns = [one.column for one in indicators]
    if len(columns) != len(SYSTEMS):
        raise ValueError(f"{len(columns)} indicators; give one for each of {', '.join(SYSTEMS)}")
    known_columns("places", places, [*columns, *([by] if by else [])])
    rows = places.dropna(subset=columns)
    values = rows[columns].to_numpy(dtype=np.float64)
    posts = [(one.low, one.high) for one in indicators]
    group = np.zeros(len(rows)) if by is None else pd.factorize(rows[by])[0]
    table = np.empty_like(values)
    for one in np.unique(group):
        table[group == one] = normalize(values[group == one], scaling, goalposts=posts)
    return rows.assign(**dict(zip(SYSTEMS, table.T, strict=True)))


def uneven_quarter(places: pd.DataFrame) -> pd.DataFrame:
    """The most uneven quarter of each year, with a column outgrew: whether growth was above that year's median.

    places: with year, growth and SYSTEMS, such as scaled() gives; rows without growth are left out.
    """
    known_columns("places", places, ["year", "growth", *SYSTEMS])
    rows = places[places["growth"].notna()]
    growth = rows["growth"].to_numpy(dtype=np.float64)
    uneven = imbalance(rows[list(SYSTEMS)].to_numpy(dtype=np.float64))
    year = rows["year"].to_numpy()
    most, outgrew = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
    for one in np.unique(year):
        at = year == one
        most[at] = uneven[at] > np.quantile(uneven[at], 0.75)
        outgrew[at] = growth[at] > np.median(growth[at])
    return rows[most].assign(outgrew=outgrew[most])


def county_modernizations(places: pd.DataFrame, year: int) -> pd.DataFrame:
    """Indices of counties in a census year, with columns SYSTEMS, from samples.two_dates of COUNTY_COLUMNS.

    Two are proxies: making information instead of using it, leaving farming instead of improving it. The goalposts are
    six in ten workers in industry, four in a hundred in information, and everybody in cities or out of farming.
    """
    work = places[f"employed_sample_{year}"]
    shares = pd.DataFrame({
        "industry": places[f"employed_industry_{year}"] / work,
        "information": places[f"employed_ict_{year}"] / work,
        "cities": places[f"urban_share_{year}"] / 100,
        "farming": 1 - places[f"employed_agriculture_{year}"] / work,
    })  # fmt: skip
    posts = [(0, 0.6), (0, 0.04), (0, 1), (0, 1)]
    return pd.DataFrame(normalize(shares, "goalposts", goalposts=posts), index=places.index, columns=list(SYSTEMS))


def prefecture_modernizations(cities: pd.DataFrame, counties: pd.DataFrame, years: tuple[int, int]) -> pd.DataFrame:
    """The indicators of China's prefectures at the first of two census years, and their growth to the second.

    cities: with CITY_COLUMNS (output in current prices); counties: with COUNTY_COLUMNS and prefecture_code, whose sums
    give people and workers, of whom the census asked one in ten. Rows that the table of cities marks as doubtful are
    left out, and places without all figures at both dates. Columns: industrial_output and farm_output (logarithms, per
    person and per farm worker), industry_share_of_gdp and left_farming (percent), phones (per hundred people),
    urban_share, income (log of output per person), growth (percent a year), province, population.
    """
    known_columns("cities", cities, ["city_code", "year", *CITY_COLUMNS])
    known_columns("counties", counties, ["prefecture_code", "year", *COUNTY_COLUMNS])
    count = [name for name in COUNTY_COLUMNS if name != "urban_share"]
    census = counties.groupby(["prefecture_code", "year"], as_index=False)[count].sum()
    rows = cities.merge(census, left_on=["city_code", "year"], right_on=["prefecture_code", "year"])
    doubtful = rows[["resident_off_census", "resident_jump", "resident_implausible", "shares_disagree"]]
    rows = rows[~doubtful.fillna(False).astype(bool).any(axis=1) & (rows["employed_agriculture"] > 0)]
    people = rows["population"]
    rows = rows.assign(
        industrial_output=np.log(rows["gdp_industry"] / people),
        farm_output=np.log(rows["gdp_agriculture"] / (10 * rows["employed_agriculture"])),
        left_farming=100 * (1 - rows["employed_agriculture"] / rows["employed_sample"]),
        phones=100 * rows["mobile_subscribers"] / people,
        urban_share=100 * rows["urban"] / people,
        income=np.log(rows["gdp"] / people),
    ).dropna(subset=["industrial_output", "farm_output", "left_farming", "phones", "urban_share", "income"])
    first, last = (rows[rows["year"] == year].set_index("city_code") for year in years)
    both = first.index.intersection(last.index)
    span = years[1] - years[0]
    return first.loc[both].assign(growth=100 / span * (last.loc[both, "income"] - first.loc[both, "income"]))


def between_quantiles(places: pd.DataFrame, indicator: Indicator, share: float = 0.01) -> Indicator:
    """The indicator with goalposts at the lowest and the highest percent (or another share) of these places."""
    low, high = places[indicator.column].quantile([share, 1 - share])
    return indicator._replace(low=float(low), high=float(high))
