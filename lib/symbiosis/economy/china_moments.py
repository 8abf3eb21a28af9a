"""What the integrated economy is asked to repeat: China from 2000 to 2024, from the project's tables."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

EASTERN = (
    "Beijing", "Tianjin", "Hebei", "Shanghai", "Jiangsu", "Zhejiang", "Fujian", "Shandong", "Guangdong", "Hainan",
)  # fmt: skip
"""The ten eastern provinces of the census reports."""
_CITY_SHARE_2020 = 0.637
"""Residents of cities proper among urban residents, census of 2020 (recalled)."""
_OLD, _NEW = "old caliber", "new caliber"


@dataclass(frozen=True)
class Moment:
    """One figure: outcome is a name in Paths; value and tolerance in its unit; fitted: used to calibrate, or held out.

    tolerance: by how much the model may miss before it counts as much as one other moment missed by its own.
    """

    outcome: str
    year: int
    value: float
    tolerance: float
    fitted: bool
    source: str


def china_moments(national: pd.DataFrame, provinces: pd.DataFrame, countries: pd.DataFrame) -> tuple[Moment, ...]:
    """All moments, fitted ones first.

    national, provinces, countries: the tables china_national, china_provinces and countries. KeyError-like ValueError
    where one lacks a figure. Incomes before 2013 are brought to the newer definition by the ratio of the two in 2013.
    """
    world = countries[countries["country_code"] == "CHN"].set_index("year")

    def series(name: str, year: int, vintage: str) -> float:
        found = national[(national["series"] == name) & (national["year"] == year) & (national["vintage"] == vintage)][
            "value"
        ]
        if len(found) != 1:
            raise ValueError(f"china_national holds {len(found)} values of {name}, {vintage}, {year}; it needs one")
        return float(found.iloc[0])

    def bank(column: str, year: int) -> float:
        value = world[column].get(year)
        if value is None or pd.isna(value):
            raise ValueError(f"countries holds no {column} of China for {year}; choose another year")
        return float(value)

    def ratio(year: int) -> float:
        if year >= 2013:
            return series("urban_rural_income_ratio", year, _NEW)
        splice = series("urban_rural_income_ratio", 2013, _NEW) / series("urban_rural_income_ratio", 2013, _OLD)
        return series("urban_rural_income_ratio", year, _OLD) * splice

    people = {year: series("total_population", year, "revised") for year in (2000, 2005, 2010, 2015, 2020, 2024)}
    census = provinces.assign(old=provinces[["age_60_64", "age_65_79", "age_80_plus"]].sum(axis=1))
    shares = {
        year: {
            "old_share": here["old"].sum() / here["population"].sum(),
            "child_share": here["age_0_14"].sum() / here["population"].sum(),
            "coast_share": here.loc[here["province"].isin(EASTERN), "population"].sum() / here["population"].sum(),
        }
        for year, here in census.groupby("year")
    }
    official, bureau = "China Statistical Yearbook, revised series", "census of 2010 and 2020, province tables"
    wdi = "World Development Indicators"
    rows: list[Moment] = []

    def add(outcome: str, tolerance: float, source: str, values: dict[int, float], held_out: dict[int, float]) -> None:
        for years, fitted in ((values, True), (held_out, False)):
            rows.extend(Moment(outcome, year, float(v), tolerance, fitted, source) for year, v in years.items())

    def urban(*years: int) -> dict[int, float]:
        return {year: series("urban_share", year, "revised") / 100 for year in years}

    def registered(*years: int) -> dict[int, float]:
        return {year: series("registered_urban_share", year, "as published") / 100 for year in years}

    def wdi_share(column: str, *years: int) -> dict[int, float]:
        return {year: bank(column, year) / 100 for year in years}

    def output(*years: int) -> dict[int, float]:
        return {year: bank("gdp_per_person", year) / bank("gdp_per_person", 2000) for year in years}

    add("urban_share", 0.005, official, urban(2010, 2020), urban(2005, 2015, 2024))
    add("registered_urban_share", 0.01, "Ministry of Public Security", registered(2012, 2020), registered(2016, 2023))
    add(
        "income_ratio", 0.1, "household surveys, spliced at 2013", {y: ratio(y) for y in (2000, 2010, 2020)},
        {y: ratio(y) for y in (2005, 2015, 2024)},
    )  # fmt: skip
    employment, farming = "agriculture_share_of_employment", "agriculture_share_of_gdp"
    add(
        "farm_employment_share", 0.02, wdi, wdi_share(employment, 2000, 2010, 2020),
        wdi_share(employment, 2005, 2015, 2023),
    )  # fmt: skip
    add("farm_output_share", 0.01, wdi, wdi_share(farming, 2000, 2010, 2020), wdi_share(farming, 2005, 2015, 2024))
    add(
        "population", 0.005, official, {y: people[y] / people[2000] for y in (2010, 2020, 2024)},
        {y: people[y] / people[2000] for y in (2005, 2015)},
    )  # fmt: skip
    for outcome, tolerance in (("old_share", 0.005), ("child_share", 0.01), ("coast_share", 0.005)):
        add(outcome, tolerance, bureau, {year: shares[year][outcome] for year in (2010, 2020)}, {})
    add("city_share", 0.02, "census of 2020 (recalled)", {2020: _CITY_SHARE_2020}, {})
    add("output_per_person", 0.1, wdi, output(2010, 2020), output(2005, 2015, 2024))
    rural = {year: series("rural_population", year, "revised") / people[2000] for year in (2010, 2020, 2024)}
    add("rural_population", 0.01, official, {}, rural)
    return tuple(sorted(rows, key=lambda m: not m.fitted))
