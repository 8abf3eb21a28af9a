"""Industries of China's cities and the countryside around them, censuses of 2010 and 2020: who was exposed to what.

A city is the districts of a prefecture within its boundaries of 2010; a rural county is a county, banner or
county-level city of 2010. Shares of industries in 2010, growth of industries elsewhere, and weights that carry them
from cities to counties are the parts of a shift-share design.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from symbiosis.checks import FloatArray, known_columns
from symbiosis.measures.county_profiles import CITY_DISTRICTS
from symbiosis.measures.great_circles import distance_matrix_km
from symbiosis.measures.market_access import market_access
from symbiosis.measures.mining_bust import CODES_2010
from symbiosis.measures.samples import COLUMNS_ARE_LISTED

NONFARM = (
    "mining", "manufacturing", "utilities", "construction", "transport", "ict", "trade", "hospitality", "finance",
    "real_estate", "business_services", "science", "public_facilities", "resident_services", "education", "health",
    "culture", "government",
)  # fmt: skip
INDUSTRIES = ("agriculture", *NONFARM)
"""Industries of both classifications; international organizations are counted with government."""
CHANGES = {
    "cohort_10_24": ((10, 25), (20, 35)),
    "cohort_0_9": ((0, 10), (10, 20)),
    "cohort_40_54": ((40, 55), (50, 65)),
    "cohort_55_69": ((55, 70), (65, 80)),
    "people_15_39": ((15, 40), (15, 40)),
}
"""Changes of people by age: ages (from, below) in 2010 and in 2020. Of the cohorts the young ones move most."""
LEAST_KM = 10.0
"""Shorter distances count as this one: many units have the coordinates of their prefecture."""

_COUNTY = ("county", "banner", "city")
# Prefectures by their codes of 2010; Laiwu is counted with Jinan, which took it in.
_CODES_2010 = {
    **CODES_2010, "540500": "542200", "371200": "370100",
    "110000": "110100", "120000": "120100", "310000": "310100", "500000": "500100",
}  # fmt: skip
_LAIWU, _CHAOHU = "371200", "341400"
# Handan, Xingtai, Xuanhua, Jiaonan and Tanghai were dissolved into districts: part of the city at both dates.
_DISSOLVED = ("130421", "130521", "130721", "370284", "130230")
# Cities whose districts took in parts of counties.
_ENLARGED = ("522200", "511700", "130900", "370800", "360700", "450400", "131100", "230700", "232700", "130300")
# Counties that took in or gave away parts, as documented.
_TRANSFERS = ("450421", "210421", "340722", "130306", "130427", "654003", "654002", "150781")
_CORPS = "659"
_CENSUS = 2020 + 10 / 12
# Cohorts of conversion: the last year of each.
_EARLY, _MIDDLE, _LATE = 2015, 2018, 2020
_BANDS = range(0, 85, 5)
_SUMMED = (
    "population", "rural", "registered", "age_0_14", "age_15_24", "age_25_39", "age_65_79", "age_80_plus",
    "migrants_same_province", "migrants_other_province", "schooling_university", "employed_sample",
    "employed_agriculture", "employed_industry", "employed_manufacturing", "employed_construction",
)  # fmt: skip
_DESCRIBED = (
    "year", "unit_id", "match_id", "kind", "kind_2010", "district_after", "district_by", "prefecture_code", "province",
    "name", "longitude", "latitude", "schooling_years", "minority_share",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class LocalIndustries:
    """Cities, rural counties and whole prefectures, by the prefecture's code of 2010 or the county's match_id.

    prefectures, cities, counties: province and the structure of 2010: log_population, nonfarm_share of employment;
    mining_share (with utilities) and manufacturing_share of nonfarm employment; graduates_share of people aged 15 and
    over (shares are fractions). cities, counties: changes 2010-20 in logs, named change_population, change_rural (nan
    where nobody was rural), change_jobs (nonfarm), and those of CHANGES. cities: longitude, latitude. prefectures:
    change_urban_share in points, change_population. counties: name, prefecture_code, longitude, latitude, registered,
    rural_share, aged_15_39, children, aged_65, migrants_share (from outside the county), minority_share (percent),
    schooling_years, log_market_access (to the cities of the sample), conversion to a district ("early" by 2015,
    "middle" by 2018, "late" by the census of 2020, "after" it, "" never) and district_years until the census (0 after
    it, nan never).
    city_jobs_2010, city_jobs_2020, county_jobs_2010: people employed, columns INDUSTRIES; national_jobs: rows 'before'
    and 'after', of all units; young: people aged 5 to 14 in 2010 by county. left_out: number of places by reason.
    """

    prefectures: pd.DataFrame = field(repr=False)
    cities: pd.DataFrame = field(repr=False)
    counties: pd.DataFrame = field(repr=False)
    city_jobs_2010: pd.DataFrame = field(repr=False)
    city_jobs_2020: pd.DataFrame = field(repr=False)
    county_jobs_2010: pd.DataFrame = field(repr=False)
    national_jobs: pd.DataFrame = field(repr=False)
    young: pd.Series[float] = field(repr=False)
    left_out: Mapping[str, int]

    @property
    def national_growth(self) -> pd.Series[float]:
        """Change of the log of each industry's jobs in China, 2010-20."""
        growth = self.national_jobs.loc["after"] / self.national_jobs.loc["before"]
        return pd.Series(np.log(growth.to_numpy(float)), growth.index)

    def exposure_weights(self, kind: Literal["own", "gravity"], *, exponent: float = 1.0) -> pd.DataFrame:
        """How much each county (row) is exposed to each city (column); rows add up to 1.

        "own": only to the city of its prefecture, for counties that have one in the sample. "gravity": by nonfarm jobs
        in 2010 over distance**exponent. Times the shares of cities they are the shares of a county's own design.
        """
        if kind == "own":
            code = self.counties["prefecture_code"]
            code = code[code.isin(self.cities.index)]
            same = code.to_numpy()[:, None] == self.cities.index.to_numpy()
            return pd.DataFrame(same.astype(float), code.index, self.cities.index)
        if kind != "gravity":
            raise ValueError(f"kind is {kind!r}; choose 'own' or 'gravity'")
        pull = self.city_jobs_2010[list(NONFARM)].sum(axis=1).to_numpy() / self._km() ** exponent
        return pd.DataFrame(pull / pull.sum(axis=1, keepdims=True), self.counties.index, self.cities.index)

    def rural_push(self, *, exponent: float = 1.0) -> pd.Series[float]:
        """Children of 5 to 14 per registered person in 2010 in the counties that a city draws on, by city.

        Counties count by their registered people times their gravity weight of the city: those born already cannot be
        moved by a boom to come (in the manner of Boustan 2010, Quarterly Journal of Economics 125:417).
        """
        registered = self.counties["registered"].to_numpy(float)
        drawn = self.exposure_weights("gravity", exponent=exponent).to_numpy() * registered[:, None]
        return pd.Series(self.young.to_numpy() / registered @ (drawn / drawn.sum(axis=0)), self.cities.index)

    def _km(self) -> FloatArray:
        return np.maximum(_distances(self.counties, self.cities), LEAST_KM)


def local_industries(
    counties: pd.DataFrame, industries: pd.DataFrame, ages: pd.DataFrame, prefectures: pd.DataFrame
) -> LocalIndustries:
    """From the tables china_counties, china_county_industries, china_county_ages and china_prefectures.

    ValueError for a column that a table lacks.
    """
    units = _units(counties, industries, ages)
    before, after = (units[units["year"] == year] for year in (2010, 2020))
    matched = before[before["match_id"] != ""].set_index("match_id")["prefecture_code"]
    after = after.assign(prefecture_code=after["match_id"].map(matched).fillna(after["prefecture_code"]))
    cities, city_jobs, enlarged = _cities(before, after)
    rural, left_out = _rural_counties(before, after, cities)
    by_county = before.set_index("match_id").loc[rural.index]
    national = pd.DataFrame({"before": _jobs(before).sum(), "after": _jobs(after).sum()}).T
    return LocalIndustries(
        _prefectures(before, prefectures), cities, rural, *city_jobs, _jobs(by_county), national,
        by_county[["age_5", "age_10"]].sum(axis=1), {**enlarged, **left_out},
    )  # fmt: skip


def city_growth(
    cities: pd.DataFrame, column: str, start: int, end: int, *, largest_jump: float = 0.9
) -> pd.Series[float]:
    """Change of the log of a column of china_cities between two years, by the prefecture's code of 2010.

    Only cities with a positive figure in every year of the table and no change from one year to the next above
    largest_jump in logs, which is a break of the series. Laiwu is left out. ValueError for an unknown column or year.
    """
    known_columns("cities", cities, ("city_code", "year", column), remedy=COLUMNS_ARE_LISTED)
    wide = _by_year(cities, "city_code", column)
    absent = [year for year in (start, end) if year not in wide.columns]
    if absent:
        raise ValueError(f"cities has no year {absent[0]}; give one from {wide.columns.min()} to {wide.columns.max()}")
    logs = wide.where(wide > 0).apply(np.log)
    sound = logs.notna().all(axis=1) & (logs.diff(axis=1).abs().max(axis=1) <= largest_jump)
    change: pd.Series[float] = (logs[end] - logs[start])[sound].rename(f"change_{column}")
    return change


def _by_year(table: pd.DataFrame, code: str, column: str) -> pd.DataFrame:
    """A column by prefecture (code of 2010) and year, without Laiwu."""
    rows = table[table[code] != _LAIWU]
    # Not pivot_table: it would average two rows of one place in silence, where pivot refuses.
    wide = rows.assign(code=rows[code].replace(_CODES_2010)).pivot(index="code", columns="year", values=column)  # noqa: PD010
    return wide


def _units(counties: pd.DataFrame, industries: pd.DataFrame, ages: pd.DataFrame) -> pd.DataFrame:
    """One row per unit and census: counts, jobs_ by industry in persons, age_ by the first year of each band."""
    jobs = [f"employed_{name}" for name in (*INDUSTRIES, "international")]
    bands = {f"age_{a}": [f"{sex}_{a}_{a + 4}" for sex in ("male", "female")] for a in _BANDS}
    rated = ("sample_15_plus", "population_15_plus", "sampling_rate", "sampling_rate_usable")
    known_columns("counties", counties, (*_DESCRIBED, *_SUMMED), remedy=COLUMNS_ARE_LISTED)
    known_columns("industries", industries, ("year", "unit_id", *jobs, *rated), remedy=COLUMNS_ARE_LISTED)
    known_columns(
        "ages", ages, ("year", "unit_id", *(c for pair in bands.values() for c in pair)), remedy=COLUMNS_ARE_LISTED
    )
    totals = industries.groupby("year")[["sample_15_plus", "population_15_plus"]].sum()
    national = industries["year"].map(totals["sample_15_plus"] / totals["population_15_plus"])
    rate = (industries["sampling_rate"] / 100).where(industries["sampling_rate_usable"].astype(bool), national)
    people = industries[jobs].astype(float).div(rate, axis=0).rename(columns=lambda c: c.replace("employed", "jobs"))
    people["jobs_government"] += people.pop("jobs_international")
    aged = pd.DataFrame({name: ages[list(pair)].sum(axis=1) for name, pair in bands.items()})
    keys = ["year", "unit_id"]
    units = counties[[*_DESCRIBED, *_SUMMED]].astype(dict.fromkeys(_SUMMED, float))
    for part, source in ((people, industries), (aged, ages)):
        units = units.merge(pd.concat([source[keys], part], axis=1), on=keys, validate="one_to_one")
    if len(units) != len(counties):
        raise ValueError(
            f"counties has {len(counties)} rows and {len(units)} of them have jobs and ages; give all rows"
        )
    text = ["match_id", "kind_2010", "district_after", "district_by"]
    units[text] = units[text].astype(object).fillna("")
    return units.assign(prefecture_code=units["prefecture_code"].replace(_CODES_2010))


def _jobs(units: pd.DataFrame) -> pd.DataFrame:
    return units[[f"jobs_{name}" for name in INDUSTRIES]].rename(columns=lambda c: c.removeprefix("jobs_"))


def _summed(units: pd.DataFrame) -> pd.DataFrame:
    counts = [*_SUMMED, *(c for c in units.columns if c.startswith("jobs_")), *(f"age_{a}" for a in _BANDS)]
    return units.groupby("prefecture_code")[counts].sum(min_count=1)


def _structure(sums: pd.DataFrame) -> pd.DataFrame:
    nonfarm = sums["employed_sample"] - sums["employed_agriculture"]
    # Industry less manufacturing and construction is mining and utilities.
    mining = sums["employed_industry"] - sums["employed_manufacturing"] - sums["employed_construction"]
    return pd.DataFrame(
        {
            "log_population": np.log(sums["population"]),
            "nonfarm_share": nonfarm / sums["employed_sample"],
            "mining_share": mining / nonfarm,
            "manufacturing_share": sums["employed_manufacturing"] / nonfarm,
            "graduates_share": sums["schooling_university"] / (sums["population"] - sums["age_0_14"]),
        }
    )


def _changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Changes in logs; both frames have the same index."""

    def aged(sums: pd.DataFrame, ages: tuple[int, int]) -> pd.Series[float]:
        return sums[[f"age_{a}" for a in range(*ages, 5)]].sum(axis=1)

    pairs = {name: (before[name], after[name]) for name in ("population", "rural")}
    pairs["jobs"] = tuple(_jobs(sums)[list(NONFARM)].sum(axis=1) for sums in (before, after))  # type: ignore[assignment]
    pairs |= {name: (aged(before, then), aged(after, now)) for name, (then, now) in CHANGES.items()}
    return pd.DataFrame({f"change_{n}": np.log(b.where(b > 0)) - np.log(a.where(a > 0)) for n, (a, b) in pairs.items()})


def _province(before: pd.DataFrame) -> pd.Series:
    return before.drop_duplicates("prefecture_code").set_index("prefecture_code")["province"]


def _cities(
    before: pd.DataFrame, after: pd.DataFrame
) -> tuple[pd.DataFrame, tuple[pd.DataFrame, pd.DataFrame], dict[str, int]]:
    first = before[before["kind"].isin(CITY_DISTRICTS) | before["unit_id"].isin(_DISSOLVED)]
    second = after[after["kind"].isin(CITY_DISTRICTS) & ~after["kind_2010"].isin(_COUNTY)]
    sums, later = _summed(first), _summed(second)
    both = sums.index.intersection(later.index)
    kept = both[~both.isin([*_ENLARGED, _CHAOHU])]
    sums, later = sums.loc[kept], later.loc[kept]
    place = first.assign(**{c: first[c] * first["population"] for c in ("longitude", "latitude")})
    where = place.groupby("prefecture_code")[["longitude", "latitude"]].sum().loc[kept].div(sums["population"], axis=0)
    frame = _structure(sums).join([_changes(sums, later), where])
    frame.insert(0, "province", _province(before).loc[kept])
    dropped = {"cities that took in parts of counties, or were divided": len(both) - len(kept)}
    return frame, (_jobs(sums), _jobs(later)), dropped


def _rural_counties(
    before: pd.DataFrame, after: pd.DataFrame, cities: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, int]]:
    rows = before[before["kind"].isin(_COUNTY) & ~before["unit_id"].isin(_DISSOLVED)]
    reasons = {
        "counties without a partner in 2020": rows["match_id"] == "",
        "counties with a documented transfer": rows["unit_id"].isin(_TRANSFERS) | rows["match_id"].isin(_TRANSFERS),
        "cities of the Production and Construction Corps": rows["unit_id"].str.startswith(_CORPS),
        "counties without the share of minorities": rows["minority_share"].isna(),
    }
    left_out = {}
    for reason, gone in reasons.items():
        gone = gone.loc[rows.index]
        left_out[reason], rows = int(gone.sum()), rows[~gone]
    rows = rows.set_index("match_id")
    later = after[after["match_id"] != ""].set_index("match_id").loc[rows.index]
    people = rows["population"]
    added = {
        "rural_share": rows["rural"] / people,
        "aged_15_39": (rows["age_15_24"] + rows["age_25_39"]) / people,
        "children": rows["age_0_14"] / people,
        "aged_65": (rows["age_65_79"] + rows["age_80_plus"]) / people,
        "migrants_share": (rows["migrants_same_province"] + rows["migrants_other_province"]) / people,
    }
    described = ["name", "province", "prefecture_code", "longitude", "latitude", "registered", "minority_share",
                 "schooling_years"]  # fmt: skip
    frame = rows[described].assign(**added).join([_structure(rows), _changes(rows, later), _conversion(rows)])
    access = market_access(np.exp(cities["log_population"]), _distances(frame, cities), internal_distance=LEAST_KM)
    return frame.assign(log_market_access=np.log(access)), left_out


def _conversion(rows: pd.DataFrame) -> pd.DataFrame:
    """Cohort and years as a district; dated by the middle between the last list without and the first with it."""
    last, first = (
        pd.to_numeric(rows[c].str[:4].replace("", None)).astype(float)
        + pd.to_numeric(rows[c].str[5:].replace("", "12")).astype(float) / 12
        for c in ("district_after", "district_by")
    )
    cohorts = [first <= end + 1 for end in (_EARLY, _MIDDLE, _LATE)]
    cohort = np.select([*cohorts, first.notna()], ["early", "middle", "late", "after"], "")
    years = (_CENSUS - (last + first) / 2).clip(lower=0)
    return pd.DataFrame({"conversion": cohort, "district_years": years.where(cohort != "after", years * 0)}, rows.index)


def _prefectures(before: pd.DataFrame, prefectures: pd.DataFrame) -> pd.DataFrame:
    known_columns(
        "prefectures", prefectures, ("prefecture_code", "year", "population", "urban_share"), remedy=COLUMNS_ARE_LISTED
    )
    urban, people = (_by_year(prefectures, "prefecture_code", column) for column in ("urban_share", "population"))
    frame = _structure(_summed(before)).assign(
        change_urban_share=urban[2020] - urban[2010], change_population=np.log(people[2020] / people[2010])
    )
    frame.insert(0, "province", _province(before))
    return frame


def _distances(counties: pd.DataFrame, cities: pd.DataFrame) -> FloatArray:
    return distance_matrix_km(counties["longitude"], counties["latitude"], cities["longitude"], cities["latitude"])
