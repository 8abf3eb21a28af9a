"""Cities of one size rule from county-level units, and what three definitions of a big city say of their growth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, finite_number, known_columns, one_of, positive_array, same_shape
from symbiosis.measures.county_profiles import CITY_DISTRICTS, YEARS
from symbiosis.measures.samples import COLUMNS_ARE_LISTED

Unit = Literal["city", "district or county", "prefecture"]
UNITS: tuple[Unit, ...] = ("city", "district or county", "prefecture")
Boundaries = Literal["2020", "each census"]
Definition = Literal["one_rule", "last_list", "first_list"]
COLUMNS = ("match_id", "kind", "kind_2020", "prefecture_code", "province", "population", "urban")
"""Columns of the table of counties that cities are made of, besides its key."""


def city_units(counties: pd.DataFrame, *, unit: Unit = "city", boundaries: Boundaries = "2020") -> pd.DataFrame:
    """City people and residents of every unit in the censuses of 2010 and 2020; one that is new or gone holds nobody.

    counties: the table china_counties with COLUMNS. unit: "city" takes the districts and development zones of a
    prefecture as one and every other county or county-level city alone; "district or county" takes all alone;
    "prefecture" all of a prefecture together. boundaries: which units were districts, by 2020 where a unit was found
    again, or as each census has it (so that a county that became a district adds to its city).
    Columns: urban_2010, urban_2020, population_2010, population_2020 (persons), province. ValueError for an unknown
    option or a missing column.
    """
    one_of("unit", unit, UNITS)
    known_columns("counties", counties, ("year", "unit_id", *COLUMNS), remedy=COLUMNS_ARE_LISTED)
    found = counties["match_id"].fillna("") != ""
    alone = counties["match_id"].where(found, counties["unit_id"]).astype(str)
    prefecture = prefecture_of_2020(counties)
    kind = counties["kind"].astype(object)
    if boundaries == "2020":
        kind = counties["kind_2020"].astype(object).where(found, kind)
    whole = "city of " + prefecture
    inside = (kind.isin(CITY_DISTRICTS) & (unit == "city")) | (unit == "prefecture")
    named = alone.where(~inside, whole)
    held = counties.assign(unit=named).pivot_table(
        index="unit", columns="year", values=["urban", "population"], aggfunc="sum", fill_value=0
    )
    frame = pd.DataFrame({f"{c}_{y}": held[(c, y)].astype(float) for c in ("urban", "population") for y in YEARS})
    return frame.assign(province=counties.assign(unit=named).groupby("unit")["province"].last())


def prefecture_of_2020(counties: pd.DataFrame) -> pd.Series[str]:
    """The code of the prefecture that a county of either census belonged to in 2020; its own where it was not found.

    counties: columns year, match_id, prefecture_code. Codes and borders of some prefectures have changed since 2010.
    """
    known_columns("counties", counties, ("year", "match_id", "prefecture_code"), remedy=COLUMNS_ARE_LISTED)
    found = counties["match_id"].fillna("") != ""
    later = counties[found & (counties["year"] == YEARS[1])].set_index("match_id")["prefecture_code"]
    return counties["match_id"].map(later).fillna(counties["prefecture_code"]).astype(str)


@dataclass(frozen=True)
class BigCityGains:
    """What cities above a line gained of all new city people, by three definitions; shares of all new city people.

    one_rule: city people above the line at the end less those above it at the start; last_list: the gain of the
    cities that are above it at the end; first_list: of those that were above it at the start; crossed: people who
    already lived in cities that passed the line (less those in cities that fell below it), which the first counts and
    the others do not. share_first, share_last: of city people above the line, start and end; cities_first, cities_last:
    how many such cities; new: all new city people, persons.
    """

    one_rule: float
    last_list: float
    first_list: float
    crossed: float
    share_first: float
    share_last: float
    cities_first: int
    cities_last: int
    new: float

    @property
    def entered(self) -> float:
        """The gain of cities that passed the line, less that of cities that fell below it: last_list - first_list."""
        return self.last_list - self.first_list


def big_at(
    first: npt.ArrayLike, last: npt.ArrayLike, definition: Definition, *, line: float = 1e6
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which cities are big at the first and at the last date; first, last: city people, line: persons.

    definition: "one_rule" draws the line at each date; "last_list" and "first_list" once. ValueError for another one.
    """
    start, end = _both(first, last)
    size = finite_number("line", line)
    before, after = start >= size, end >= size
    ways = {"one_rule": (before, after), "last_list": (after, after), "first_list": (before, before)}
    one_of("definition", definition, ways)
    return ways[definition]


def big_city_gains(first: npt.ArrayLike, last: npt.ArrayLike, *, line: float = 1e6) -> BigCityGains:
    """Split the growth of cities at a line of size (persons); first, last: city people at two dates, shape (n,).

    ValueError unless there were city people and their total grew, for a share of no growth says nothing.
    """
    start, end = _both(first, last)
    new = float(end.sum() - start.sum())
    if new <= 0 or start.sum() <= 0:
        raise ValueError(f"city people changed by {new:,.0f}; shares of growth need a total that grew from some")
    before, after = big_at(start, end, "one_rule", line=line)

    def gained(definition: Definition) -> float:
        was, now = big_at(start, end, definition, line=line)
        return float(end[now].sum() - start[was].sum()) / new

    return BigCityGains(
        one_rule=gained("one_rule"),
        last_list=gained("last_list"),
        first_list=gained("first_list"),
        crossed=float(start[after & ~before].sum() - start[before & ~after].sum()) / new,
        share_first=float(start[before].sum() / start.sum()),
        share_last=float(end[after].sum() / end.sum()),
        cities_first=int(before.sum()),
        cities_last=int(after.sum()),
        new=new,
    )


def big_share_change(cities: pd.DataFrame, definition: Definition, *, line: float = 1e6) -> float:
    """Change from 2010 to 2020 of the share of all residents who are city people of big cities, in points.

    cities: as city_units gives them.
    """
    first, last = cities["urban_2010"].to_numpy(), cities["urban_2020"].to_numpy()
    was, now = big_at(first, last, definition, line=line)
    return float(
        100 * (last[now].sum() / cities["population_2020"].sum() - first[was].sum() / cities["population_2010"].sum())
    )


def grown_alike(first: npt.ArrayLike, last: npt.ArrayLike) -> FloatArray:
    """The cities of the second date had each grown at the rate of all: no advantage of size, and the same total."""
    start, end = _both(first, last)
    return np.asarray(start * (end.sum() / start.sum()))


def _both(first: npt.ArrayLike, last: npt.ArrayLike) -> tuple[FloatArray, ...]:
    return same_shape(
        first=positive_array("first", first, zero_allowed=True), last=positive_array("last", last, zero_allowed=True)
    )
