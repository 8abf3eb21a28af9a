"""Samples of countries: one year, complete in the columns asked for, with what was left out counted."""

from __future__ import annotations

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
