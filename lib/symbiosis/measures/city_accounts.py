"""Who is registered where, who lives where, and what is made there: in cities, and in the counties within them.

Cities report residents, registered people and output; the census says how many came from elsewhere, not how many left:
what arrives, stays and is at home says that. Of moves within a province the census does not say which crossed the
border of a prefecture. Registered people of counties are in the census of 2010 alone, their output in no table: it is
taken as what each sector of the prefecture makes per worker, times the workers of the county.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import fraction_array, known_columns, one_of, positive_array, same_shape
from symbiosis.measures.county_profiles import CITY_DISTRICTS
from symbiosis.measures.mining_bust import census_code
from symbiosis.measures.province_accounts import FLAGS
from symbiosis.measures.samples import COLUMNS_ARE_LISTED, Sample

MOVES = ("migrants_same_province", "migrants_other_province")
SECTORS = ("agriculture", "industry", "services")
COUNTY_COLUMNS = (
    "kind", "prefecture_code", "province", "population", "registered", *MOVES, *(f"employed_{s}" for s in SECTORS),
)  # fmt: skip
"""Columns of the table of counties that are needed here, besides its key."""
CITY_COLUMNS = (
    "city", "province", "gdp", "resident_population", "registered_population", "land_area",
    *(f"gdp_{s}" for s in SECTORS), *FLAGS,
)  # fmt: skip
"""Columns of the table of cities that are needed here, besides its key."""

Unit = Literal["province", "city", "county"]
UNITS: tuple[Unit, ...] = ("province", "city", "county")

_FIGURES = ["gdp", "resident_population", "registered_population", "land_area"]
_FEWEST = 0.005
# Of a home's people at least so many are taken to have left, where the figures would have fewer.


def city_accounts(
    cities: pd.DataFrame, counties: pd.DataFrame, *, flags: Sequence[str] = FLAGS, crossed: float = 1.0
) -> Sample:
    """Accounts of the cities of one year, 2020 for instance; both tables with rows of that year alone.

    crossed: fraction of the moves within a province that crossed a border between prefectures (1: an upper bound); more
    where a city could not have its residents otherwise. Registered people are scaled to add up to residents.
    frame: index city_code, with city, province, prefecture_code (as in the shapes), population, home_population,
    arrivals, departures, stayers (persons), gdp_per_resident (yuan), density (persons per square kilometre); left_out:
    number of cities by reason. ValueError for missing columns or a crossed outside 0 to 1.
    """
    known_columns("cities", cities, ("city_code", "city", "province", *_FIGURES, *flags), remedy=COLUMNS_ARE_LISTED)
    known_columns("counties", counties, ("prefecture_code", "population", *MOVES), remedy=COLUMNS_ARE_LISTED)
    within = float(fraction_array("crossed", crossed))
    lacking = cities[_FIGURES].isna().any(axis=1)
    doubtful = cities[list(flags)].astype("boolean").fillna(False).astype(bool).any(axis=1)
    kept = cities[~lacking & ~doubtful].set_index("city_code")
    code = kept.index.to_series().str.replace(r"0000$", "0100", regex=True)
    # Chongqing's counties bear a code of their own.
    home_of = counties["prefecture_code"].astype(str).replace("500200", "500100")
    census = counties.groupby(home_of)[["population", *MOVES]].sum().reindex(code).set_axis(kept.index)
    found = census["population"].notna()
    kept, census, code = kept[found], census[found], code[found]
    people = kept["resident_population"].astype(float)
    home = kept["registered_population"] * (people.sum() / kept["registered_population"].sum())
    moved = census["migrants_other_province"] + within * census["migrants_same_province"]
    arrivals = np.maximum(people * moved / census["population"], people - home + _FEWEST * home)
    frame = pd.DataFrame(
        {
            "city": kept["city"],
            "province": kept["province"],
            "prefecture_code": code,
            "population": people,
            "home_population": home,
            "arrivals": arrivals,
            "departures": home - (people - arrivals),
            "stayers": people - arrivals,
            "gdp_per_resident": kept["gdp"] / people,
            "density": people / kept["land_area"],
        }
    )
    left_out = {"a figure is missing": int(lacking.sum()), "flagged": int((doubtful & ~lacking).sum())}
    return Sample(frame, left_out | {"not in the census": int((~found).sum())})


def county_accounts(cities: pd.DataFrame, counties: pd.DataFrame) -> Sample:
    """Residents, registered people and output of every county in 2010; both tables with rows of that year alone.

    Output is that of the prefecture by sector, shared out by where the workers of each sector live: what a worker of a
    sector makes is the same all over a prefecture, so that gaps within sectors are missed.
    frame: a row for each county of a prefecture with figures: population, registered (persons), output (yuan),
    province, city (prefecture code), county (the districts of a prefecture together, as moves between them are moves
    across town); left_out: number of counties by reason. ValueError for missing columns.
    """
    sectors = [f"gdp_{s}" for s in SECTORS]
    workers = [f"employed_{s}" for s in SECTORS]
    known_columns("cities", cities, ("city_code", *sectors, "shares_disagree"), remedy=COLUMNS_ARE_LISTED)
    needed = ("unit_id", "kind", "province", "prefecture_code", "population", "registered", *workers)
    known_columns("counties", counties, needed, remedy=COLUMNS_ARE_LISTED)
    clear = cities.loc[~cities["shares_disagree"].astype("boolean").fillna(False).astype(bool)]
    made = clear.assign(code=census_code(clear["city_code"])).dropna(subset=sectors).set_index("code")[sectors]
    code = counties["prefecture_code"].astype(str)
    output = pd.Series(0.0, counties.index)
    for gdp, employed in zip(sectors, workers, strict=True):
        output += code.map(made[gdp]) * counties[employed] / counties[employed].groupby(code).transform("sum")
    known = output.notna() & counties["registered"].notna()
    unit = counties["unit_id"].astype(str).where(~counties["kind"].isin(CITY_DISTRICTS), "districts of " + code)
    columns = {"population": counties["population"].astype(float), "registered": counties["registered"].astype(float)}
    frame = pd.DataFrame({**columns, "output": output, "province": counties["province"], "city": code, "county": unit})
    return Sample(frame[known], {"without output or registered people": int((~known).sum())})


def summed(counties: pd.DataFrame, unit: Unit) -> pd.DataFrame:
    """The frame of county_accounts added up by a unit: population, registered, output; ValueError for another unit."""
    one_of("unit", unit, UNITS)
    return counties.groupby(unit)[["population", "registered", "output"]].sum()


def output_at_home(
    output: npt.ArrayLike, residents: npt.ArrayLike, home: npt.ArrayLike, *, agglomeration: float = 0.0
) -> float:
    """By how many percent all output would change if everybody lived where they are at home.

    output, residents, home: of each place, zero or more (residents positive), shape (places,); home is scaled to add up
    to residents. agglomeration: percent more output per person where a place has one percent more people; below 0 where
    machines and land stay behind. No flows between places are needed.
    """
    made = positive_array("output", output, zero_allowed=True)
    people, registered = positive_array("residents", residents), positive_array("home", home, zero_allowed=True)
    made, people, registered = same_shape(output=made, residents=people, home=registered)
    ratio = registered * (people.sum() / registered.sum()) / people
    return float(100 * ((made * ratio ** (1 + agglomeration)).sum() / made.sum() - 1))


def away(residents: npt.ArrayLike, home: npt.ArrayLike) -> float:
    """The fewest people, as a fraction, who must live away from home for places to have the residents they have."""
    people, registered = positive_array("residents", residents), positive_array("home", home, zero_allowed=True)
    scaled = registered * (people.sum() / registered.sum())
    return float(np.maximum(people - scaled, 0).sum() / people.sum())
