"""China's cities before and after coal prices fell in 2012-16: how exposed each was, and what then changed in it.

Exposure: employed in mining and utilities, as a share of all employed, census 2010. Beside it what else set cities on
different paths: income and exports before the fall, manufacturing. And what must be left out: cities whose territory
changed, series that jump.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import pandas as pd

from symbiosis.measures.county_profiles import CITY_DISTRICTS

MOST_EXPOSED = 0.2
"""Exposure is capped at this share of the employed: three prefectures lie above it."""

TERRITORY_CHANGES: Mapping[str, tuple[int, ...]] = {
    "220100": (2020,), "220300": (2020,), "340100": (2011,), "340200": (2011,), "340400": (2004, 2015),
    "340500": (2011,), "340700": (2015, 2016), "340800": (2015, 2016), "341400": (2010, 2011), "341500": (2015, 2016),
    "370100": (2018, 2019), "371200": tuple(range(2018, 2025)), "510100": (2016,), "512000": (2016,),
    "640300": (2003, 2004), "640400": (2004,), "640500": (2004, 2008), "650200": (2003,),
}  # fmt: skip
"""Years in which a city's territory changed, by code; no column of the tables marks them."""

REGISTERED_JUMPS: Mapping[str, tuple[int, ...]] = {"410100": tuple(range(2010, 2017)), "640100": (2014, 2015)}
"""Years in which the series of registered people of Zhengzhou and Yinchuan jump up and back."""

NOT_COMPARABLE = ("460300", "460400", "632500")
"""Sansha and Danzhou have no prefecture in the census of 2010; Hainan Tibetan Prefecture has no full series."""

CODES_2010: Mapping[str, str] = {
    "520500": "522400", "520600": "522200", "540200": "542300", "540300": "542100", "540400": "542600",
    "540600": "542400", "630200": "632100", "650400": "652100", "650500": "652200",
}  # fmt: skip
"""Prefectures that became cities under another code after 2010."""

Measure = Literal["mining and utilities", "mining"]
Base = Literal["employed", "nonfarm employed"]

COUNTY_COLUMNS = (
    "prefecture_code", "population", "age_0_14", "employed_sample", "employed_agriculture", "employed_industry",
    "employed_manufacturing", "employed_construction", "schooling_junior_college", "schooling_university",
)  # fmt: skip
"""What mining_exposure and city_panel read of the table china_counties, besides its key."""

OUTCOMES = ("gdp", "gdp_agriculture", "gdp_industry", "gdp_services", "budget_revenue", "education_spending")


COLUMNS: Mapping[str, tuple[str, ...]] = {
    "china_cities": ("city", "province", *OUTCOMES, "registered_population", "resident_population", "exports"),
    "china_counties": (
        "prefecture_code", "population", "age_0_14", "schooling_junior_college", "schooling_university",
        "employed_sample", "employed_agriculture", "employed_industry", "employed_manufacturing",
        "employed_construction",
    ),
    "china_prefectures": ("population", "urban_share"),
}  # fmt: skip
"""What city_panel reads of each table beside its key, in the order of its arguments."""


@dataclass(frozen=True)
class CityPanel:
    """The cities of the design.

    units: index city_code; columns city, province, exposure in units of 10 points of the employed; gdp_per_resident,
    100 times its logarithm, and exports, as a share of GDP and at most 1, of 2007; from the census of 2010
    manufacturing (percent of those that exposure counts), nonfarm (percent of the employed), graduates of colleges
    (percent of people of 15 and more), log_population (100 times it).
    logs: by outcome, index city_code, columns years, 100 times the natural logarithm, missing where not positive (and
    of the registered where the series jumps); "census population" and, in percent, "census urban_share" have the years
    2010 and 2020. left_out: number of cities by reason.
    """

    units: pd.DataFrame = field(repr=False)
    logs: Mapping[str, pd.DataFrame] = field(repr=False)
    left_out: Mapping[str, int]


def census_code(city_codes: pd.Series[str]) -> pd.Series[str]:
    """The code of a city's prefecture in the census of 2010: municipalities end in 0100, later cities had another."""
    return _prefecture_code(city_codes).replace(dict(CODES_2010))


def mining_exposure(
    counties: pd.DataFrame, industries: pd.DataFrame | None = None, *, measure: Measure = "mining and utilities",
    of: Base = "employed",
) -> pd.DataFrame:  # fmt: skip
    """Index prefecture_code; columns exposure, manufacturing, nonfarm, graduates, log_population, as in CityPanel.

    counties: table china_counties; "mining and utilities" is industry less manufacturing and construction. industries:
    table china_county_industries, needed for "mining" alone. of: all the employed, or those outside farming.
    ValueError where industries lacks, or for an unknown measure or base.
    """
    if measure not in get_args(Measure) or of not in get_args(Base) or (measure == "mining" and industries is None):
        raise ValueError(
            f"measure is {measure!r} of {of!r}; choose 'mining and utilities', or 'mining' with industries, and one of "
            f"{', '.join(get_args(Base))}"
        )
    rows = counties[counties["year"] == 2010]
    mined = rows["employed_industry"] - rows["employed_manufacturing"] - rows["employed_construction"]
    if measure == "mining" and industries is not None:
        mined = rows["unit_id"].map(industries[industries["year"] == 2010].set_index("unit_id")["employed_mining"])
    graduates = rows["schooling_junior_college"] + rows["schooling_university"]
    table = rows.assign(mined=mined, graduates=graduates, adults=rows["population"] - rows["age_0_14"])
    sums = table.groupby("prefecture_code").sum(numeric_only=True)
    nonfarm = sums["employed_sample"] - sums["employed_agriculture"]
    counted = sums["employed_sample"] if of == "employed" else nonfarm
    return pd.DataFrame({
        "exposure": 10 * (sums["mined"] / counted).clip(upper=MOST_EXPOSED if of == "employed" else None),
        "manufacturing": 100 * sums["employed_manufacturing"] / counted,
        "nonfarm": 100 * nonfarm / sums["employed_sample"],
        "graduates": 100 * sums["graduates"] / sums["adults"],
        "log_population": 100 * np.log(sums["population"]),
    })  # fmt: skip


def city_panel(
    cities: pd.DataFrame, counties: pd.DataFrame, prefectures: pd.DataFrame, industries: pd.DataFrame | None = None,
    *, measure: Measure = "mining and utilities", of: Base = "employed", territory_from: int = 2009,
) -> CityPanel:  # fmt: skip
    """The cities of the design with exposure, controls and outcomes, from the tables of these names.

    Left out: Tibet, cities without a unit in the census of 2010 or a full series, and those whose territory
    changed from the year territory_from on.
    """
    first = cities.drop_duplicates("city_code").set_index("city_code")
    changed = [code for code, years in TERRITORY_CHANGES.items() if max(years) >= territory_from]
    reasons = {
        "in Tibet": first["province"] == "Tibet",
        "without census unit or full series": first.index.isin(NOT_COMPARABLE),
        f"of other territory since {territory_from}": first.index.isin(changed),
    }
    kept, left_out = np.ones(len(first), dtype=bool), {}
    for reason, where in reasons.items():
        left_out[reason] = int((kept & np.asarray(where)).sum())
        kept &= ~np.asarray(where)
    units = first.loc[kept, ["city", "province"]]
    codes = pd.Series(units.index, units.index)
    # The table of prefectures carries today's codes at both dates, that of counties those of the census.
    census, matched = census_code(codes), _prefecture_code(codes)
    for name, values in mining_exposure(counties, industries, measure=measure, of=of).items():
        units[name] = census.map(values)

    levels = {
        name: _wide(cities, "city_code", name).reindex(units.index)
        for name in (*OUTCOMES, "registered_population", "resident_population", "exports")
    }
    levels["nonfarm"] = levels["gdp"] - levels["gdp_agriculture"]
    units["exports"] = (levels.pop("exports")[2007] / levels["gdp"][2007]).clip(0, 1)
    logs = {name: _log(values) for name, values in levels.items()}
    logs["registered_population"] = logs["registered_population"].drop(list(REGISTERED_JUMPS)).reindex(units.index)
    logs["gap"] = logs["nonfarm"] - logs["gdp_agriculture"]
    units["gdp_per_resident"] = (logs["gdp"] - logs["resident_population"])[2007]
    # Residents between censuses are straight lines in the city series: people from the two censuses only.
    for name in ("population", "urban_share"):
        found = _wide(prefectures, "prefecture_code", name).reindex(matched).set_axis(units.index)
        logs["census " + name] = _log(found) if name == "population" else found
    return CityPanel(units, logs, left_out)


def urban_district_population(counties: pd.DataFrame, year: int = 2010) -> pd.Series[float]:
    """Urban people of districts, development zones and prefectures without counties, by prefecture_code.

    The size class of a city by the State Council's rule of 2014, as near as the census comes: too large by the towns
    inside districts.
    """
    rows = counties[(counties["year"] == year) & counties["kind"].isin(CITY_DISTRICTS)]
    return rows.groupby("prefecture_code")["urban"].sum()


def registered_growth(cities: pd.DataFrame) -> pd.DataFrame:
    """Growth of registered people, 100 times the change of the logarithm: index city_code, columns years.

    Missing where the territory changed, the series jumps, repeats the year before, or moves by over 12 log points.
    """
    levels = _wide(cities, "city_code", "registered_population").drop(index=list(NOT_COMPARABLE), errors="ignore")
    growth = _log(levels).diff(axis=1)
    growth = growth.where((growth != 0) & (growth.abs() <= 12))
    for code, years in (*TERRITORY_CHANGES.items(), *REGISTERED_JUMPS.items()):
        if code in growth.index:
            growth.loc[code, list(years)] = np.nan
    return growth


def _wide(table: pd.DataFrame, index: str, column: str) -> pd.DataFrame:
    """Years as columns. Not pivot_table: it would average two rows of one place in silence, where pivot refuses."""
    return table.pivot(index=index, columns="year", values=column)  # noqa: PD010


def _prefecture_code(city_codes: pd.Series[str]) -> pd.Series[str]:
    return city_codes.where(~city_codes.str.endswith("0000"), city_codes.str[:2] + "0100")


def _log(levels: pd.DataFrame) -> pd.DataFrame:
    return levels.where(levels > 0).apply(np.log) * 100
