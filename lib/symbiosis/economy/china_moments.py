"""What the integrated economy is asked to repeat, China to 2012, and to forecast, China from 2013 to 2024."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import pandas as pd

EASTERN = (
    "Beijing", "Tianjin", "Hebei", "Shanghai", "Jiangsu", "Zhejiang", "Fujian", "Shandong", "Guangdong", "Hainan",
)  # fmt: skip
"""The ten eastern provinces of the census reports."""
_CITY_SHARE: Mapping[int, float] = {2010: 0.603, 2020: 0.637}
"""Residents of cities proper among urban residents, census (secondary sources, not compared with it yet)."""
LAST_FITTED = 2012
"""Figures of later years are forecast, not fitted."""
_OLD, _NEW = "old caliber", "new caliber"
_BUREAU = "census of 2010 and 2020, province tables"
_OFFICIAL = "China Statistical Yearbook, revised series"
_WDI = "World Development Indicators"

_Figure = Callable[[int], float]


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


@dataclass(frozen=True)
class _Figures:
    """The tables as figures of China by name and year."""

    national: pd.DataFrame
    world: pd.DataFrame
    shares: pd.DataFrame

    def series(self, name: str, year: int, vintage: str) -> float:
        table = self.national
        found = table.loc[(table["series"] == name) & (table["year"] == year) & (table["vintage"] == vintage), "value"]
        if len(found) != 1:
            raise ValueError(f"china_national holds {len(found)} values of {name}, {vintage}, {year}; it needs one")
        return float(found.iloc[0])

    def bank(self, column: str, year: int) -> float:
        value = self.world[column].get(year)
        if value is None or pd.isna(value):
            raise ValueError(f"countries holds no {column} of China for {year}; choose another year")
        return float(value)

    def urban(self, year: int) -> float:
        return self.series("urban_share", year, "revised") / 100

    def registered(self, year: int) -> float:
        return self.series("registered_urban_share", year, "as published") / 100

    def income_ratio(self, year: int) -> float:
        if year >= 2013:
            return self.series("urban_rural_income_ratio", year, _NEW)
        new, old = (self.series("urban_rural_income_ratio", 2013, vintage) for vintage in (_NEW, _OLD))
        return self.series("urban_rural_income_ratio", year, _OLD) * (new / old)

    def people(self, name: str, year: int) -> float:
        """A population against all people of 2000."""
        return self.series(name, year, "revised") / self.series("total_population", 2000, "revised")

    def output(self, year: int) -> float:
        return self.bank("gdp_per_person", year) / self.bank("gdp_per_person", 2000)


def _census_shares(provinces: pd.DataFrame) -> pd.DataFrame:
    """Shares of the old, of children and of the eastern provinces in all people, and urban shares of coast and inland,
    by year of the census."""
    old = provinces[["age_60_64", "age_65_79", "age_80_plus"]].sum(axis=1)
    east = provinces["province"].isin(EASTERN)
    counted = pd.DataFrame({"old_share": old, "child_share": provinces["age_0_14"]})
    for name, here in (("coast", east), ("inland", ~east)):
        counted[f"{name}_share"] = provinces["population"].where(here, 0)
        counted[f"{name}_urban_share"] = provinces["urban"].where(here, 0)
    sums = counted.groupby(provinces["year"]).sum()
    for name in ("coast", "inland"):
        sums[f"{name}_urban_share"] /= sums[f"{name}_share"] / provinces["population"].groupby(provinces["year"]).sum()
    return sums.div(provinces["population"].groupby(provinces["year"]).sum(), axis=0)


def china_moments(national: pd.DataFrame, provinces: pd.DataFrame, countries: pd.DataFrame) -> tuple[Moment, ...]:
    """All moments, fitted ones first.

    national, provinces, countries: the tables china_national, china_provinces and countries. ValueError where one
    lacks a figure. Incomes before 2013 are brought to the newer definition by the ratio of the two in 2013.
    """
    china = countries[countries["country_code"] == "CHN"].set_index("year")
    figures = _Figures(national, china, _census_shares(provinces))
    rows: list[Moment] = []

    def add(
        outcome: str, tolerance: float, source: str, figure: _Figure, years: Iterable[int], *, fit: bool = True
    ) -> None:
        rows.extend(
            Moment(outcome, year, float(figure(year)), tolerance, fit and year <= LAST_FITTED, source) for year in years
        )

    def percent(column: str) -> _Figure:
        return lambda year: figures.bank(column, year) / 100

    def census(outcome: str) -> _Figure:
        return lambda year: float(figures.shares[outcome].loc[year])

    years, counts = (2005, 2010, 2012, 2015, 2020, 2024), (2010, 2020)
    security, surveys = "Ministry of Public Security", "household surveys, spliced at 2013"
    add("urban_share", 0.005, _OFFICIAL, figures.urban, years)
    add("registered_urban_share", 0.01, security, figures.registered, (2012, 2016, 2020, 2023))
    # The two definitions of income differ by 0.22 in the one year that has both: no spliced figure is surer than that.
    add("income_ratio", 0.2, surveys, figures.income_ratio, (2000, *years))
    farm_work, farm_output = percent("agriculture_share_of_employment"), percent("agriculture_share_of_gdp")
    add("farm_employment_share", 0.02, _WDI, farm_work, (2000, 2005, 2010, 2012, 2015, 2020, 2023))
    add("farm_output_share", 0.01, _WDI, farm_output, (2000, *years))
    add("coast_share", 0.005, _BUREAU, census("coast_share"), counts)
    add("coast_urban_share", 0.02, _BUREAU, census("coast_urban_share"), counts)
    add("inland_urban_share", 0.02, _BUREAU, census("inland_urban_share"), counts)
    add("city_share", 0.02, "census, from secondary sources", lambda year: _CITY_SHARE[year], counts)
    add("output_per_person", 0.1, _WDI, figures.output, years)
    # Inputs of population, whatever the draw: shown, never fitted.
    add("population", 0.02, _OFFICIAL, partial(figures.people, "total_population"), years, fit=False)
    add("rural_population", 0.01, _OFFICIAL, partial(figures.people, "rural_population"), (*counts, 2024), fit=False)
    for outcome, tolerance in (("old_share", 0.005), ("child_share", 0.01)):
        add(outcome, tolerance, _BUREAU, census(outcome), counts, fit=False)
    return tuple(sorted(rows, key=lambda m: not m.fitted))
