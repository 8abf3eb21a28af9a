"""Samples of countries: one year, complete in the columns asked for, with what was left out counted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd


@dataclass(frozen=True)
class CrossSection:
    """The countries of one year that have every column asked for.

    frame: one row per country, sorted by country_code; left_out: number of countries by reason.
    """

    frame: pd.DataFrame = field(repr=False)
    year: int
    left_out: Mapping[str, int]

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
    unknown = [c for c in columns if c not in countries.columns]
    if unknown:
        raise ValueError(f"countries has no column {', '.join(unknown)}; see data/README.md for its columns")
    rows = countries[countries["year"] == year]
    if rows.empty:
        first, last = countries["year"].min(), countries["year"].max()
        raise ValueError(f"no country has figures for year {year}; choose one from {first} to {last}")
    left_out = {}
    if states_only:
        kept = rows[rows["is_un_state"].astype(bool)]
        left_out["not states of the United Nations"] = len(rows) - len(kept)
        rows = kept
    kept = rows.dropna(subset=list(columns))
    left_out["without figures"] = len(rows) - len(kept)
    rows = kept
    if minimum_population > 0:
        kept = rows[rows["population"] >= minimum_population]
        left_out[f"with fewer than {minimum_population:,.0f} people"] = len(rows) - len(kept)
        rows = kept
    if rows.empty:
        raise ValueError(f"no country has {', '.join(columns)} in {year} under these conditions; relax one")
    return CrossSection(rows.sort_values("country_code").reset_index(drop=True), year, left_out)


@dataclass(frozen=True)
class TwoDates:
    """Places with every figure at both dates: columns named {column}_{year}; left_out: number of places by reason."""

    frame: pd.DataFrame = field(repr=False)
    left_out: Mapping[str, int]

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
    """Put two dates of a long table side by side, one row per place that has all columns at both.

    key: column that names the same place at both dates (places without one are left out); describe: columns
    taken from the later date as they are, for instance a name or coordinates.
    """
    unknown = [c for c in (key, "year", *columns, *describe) if c not in places.columns]
    if unknown:
        raise ValueError(f"places has no column {', '.join(unknown)}; see data/README.md for its columns")
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
    return TwoDates(
        frame.join(later[list(describe)]),
        {
            "not matched between the dates": len(rows) - len(named),
            "without figures at both dates": len(wide) - len(complete),
        },
    )
