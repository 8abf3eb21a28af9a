"""Samples of countries: one year, complete in the columns asked for, with what was left out counted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from symbiosis.checks import known_columns

COLUMNS_ARE_LISTED = "see data/README.md for its columns"
"""What to do about a column that a table lacks: the remedy of checks.known_columns."""
TRANSITION_ECONOMIES = frozenset({
    "ALB", "ARM", "AZE", "BGR", "BIH", "BLR", "CZE", "EST", "GEO", "HRV", "HUN", "KAZ", "KGZ", "LTU", "LVA", "MDA",
    "MKD", "MNE", "MNG", "POL", "ROU", "RUS", "SRB", "SVK", "SVN", "TJK", "TKM", "UKR", "UZB",
})  # fmt: skip
"""Codes of countries of Europe and Asia that left central planning about 1990: output fell there for other reasons."""


@dataclass(frozen=True)
class Sample:
    """Places that have what was asked for, one row each; left_out: by reason how many were left out, or which."""

    frame: pd.DataFrame = field(repr=False)
    left_out: Mapping[str, Any]


@dataclass(frozen=True)
class CrossSection(Sample):
    """The countries of one year that have every column asked for.

    frame: one row per country, sorted by country_code; left_out: number of countries by reason.
    """

    year: int

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def sentence(self) -> str:
        """How many are in, how many out and why."""
        out = ", ".join(f"{count} {reason}" for reason, count in self.left_out.items() if count)
        return f"{len(self)} countries in {self.year}" + (f"; left out: {out}" if out else "")


def cross_section(
    countries: pd.DataFrame,
    year: int,
    columns: Sequence[str],
    *,
    minimum_population: float = 0,
    states_only: bool = False,
) -> CrossSection:
    """Countries of one year with every one of columns (names in the countries table), by size.

    minimum_population: persons in that year; states_only: United Nations member and observer states.
    ValueError where the year, a column or every country is missing.
    """
    known_columns("countries", countries, columns, remedy=COLUMNS_ARE_LISTED)
    rows = countries[countries["year"] == year]
    if rows.empty:
        first, last = countries["year"].min(), countries["year"].max()
        raise ValueError(f"no country has figures for year {year}; choose one from {first} to {last}")
    conditions = {"without figures": rows[list(columns)].notna().all(axis=1)}
    if states_only:
        conditions = {"not states of the United Nations": rows["is_un_state"].astype(bool), **conditions}
    if minimum_population > 0:
        conditions[f"with fewer than {minimum_population:,.0f} people"] = rows["population"] >= minimum_population
    left_out = {}
    for reason, met in conditions.items():
        before, rows = len(rows), rows[met.loc[rows.index]]
        left_out[reason] = before - len(rows)
    if rows.empty:
        raise ValueError(f"no country has {', '.join(columns)} in {year} under these conditions; relax one")
    return CrossSection(rows.sort_values("country_code").reset_index(drop=True), left_out, year)


@dataclass(frozen=True)
class TwoDates(Sample):
    """Places with every figure at both dates: columns named {column}_{year}; left_out: number of places by reason."""

    def change(self, column: str) -> pd.Series:
        """Change of a column from the first date to the second in percent; NaN where it was zero."""
        names = [name for name in self.frame if re.fullmatch(rf"{re.escape(column)}_\d+", str(name))]
        if len(names) != 2:
            raise ValueError(f"no column {column!r} at two dates; there are {', '.join(map(str, self.frame))}")
        before, after = (self.frame[name] for name in names)
        return 100 * (after / before.where(before != 0) - 1)


def two_dates(
    places: pd.DataFrame, *, key: str, columns: Sequence[str], years: tuple[int, int], describe: Sequence[str] = ()
) -> TwoDates:
    """Put two dates of a long table side by side, one row per place that has all columns at both: {column}_{year}.

    key: column that names the same place at both dates (places without one are left out); describe: columns
    taken from the later date as they are, for instance a name or coordinates.
    """
    known_columns("places", places, (key, "year", *columns, *describe), remedy=COLUMNS_ARE_LISTED)
    rows = places[places["year"].isin(years)]
    named = rows[rows[key].notna() & (rows[key] != "")]
    # Not pivot_table: it would average two rows of one place in silence, where pivot refuses.
    wide = named.pivot(index=key, columns="year", values=list(columns))  # noqa: PD010
    both = wide.columns.get_level_values("year").unique()
    absent = [y for y in years if y not in both]
    if absent:
        raise ValueError(f"no place has figures for {', '.join(map(str, absent))}; give two dates of the table")
    complete = wide.dropna()
    frame = pd.DataFrame({f"{column}_{year}": complete[(column, year)] for column in columns for year in years})
    later = named[named["year"] == years[1]].set_index(key)
    left_out = {"not matched between the dates": len(rows) - len(named)}
    left_out["without figures at both dates"] = len(wide) - len(complete)
    return TwoDates(frame.join(later[list(describe)]), left_out)


def ranked(frame: pd.DataFrame, columns: Sequence[str], *, within: str) -> pd.DataFrame:
    """The frame with columns replaced by their ranks within each group, stretched to the spread the values have there.

    A slope between two such columns is in the units of the values, but hangs on their order alone. Ties share a rank;
    missing values stay missing.
    """
    result = frame.copy()
    groups = frame.groupby(within)
    for column in columns:
        rank = groups[column].rank()
        spread = groups[column].transform("std", ddof=0) / rank.groupby(frame[within]).transform("std", ddof=0)
        middle = rank - rank.groupby(frame[within]).transform("mean")
        result[column] = groups[column].transform("mean") + middle * spread
    return result
