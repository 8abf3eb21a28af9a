"""Rural people of countries at two dates: who urbanized, where they became fewer, and which rates did it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from symbiosis.checks import FloatArray
from symbiosis.measures.urbanization import annual_growth_rate

FEWEST = 10
"""With fewer countries a share of them says nothing."""
_COLUMNS = ("population", "urban_population", "rural_population", "urban_share")


@dataclass(frozen=True)
class RuralChange:
    """Rural people of the countries that urbanized between two dates.

    frame: index country; start, end (rural persons), share_start, share_end (urban, percent), people (all, at the end).
    """

    frame: pd.DataFrame = field(repr=False)
    first: int
    last: int

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def fallen(self) -> float:
        """The share of countries with fewer rural people at the end, a fraction."""
        return float((self.frame["end"] < self.frame["start"]).mean())

    @property
    def total(self) -> float:
        """Change of the rural population of all of them together, in percent."""
        return float(100 * (self.frame["end"].sum() / self.frame["start"].sum() - 1))

    @property
    def grown(self) -> pd.DataFrame:
        """The countries with more rural people at the end, most populous first; change: in percent."""
        more = self.frame[self.frame["end"] > self.frame["start"]]
        change = 100 * (more["end"] / more["start"] - 1)
        return more.assign(change=change).sort_values("people", ascending=False)

    def without_each(self, number: Callable[[RuralChange], float]) -> FloatArray:
        """A number of these countries with each of them left out in turn."""
        return np.array(
            [number(RuralChange(self.frame.drop(name), self.first, self.last)) for name in self.frame.index]
        )


def rural_change(
    series: pd.DataFrame, *, first: int, last: int, rise: float = 0.0, minimum_population: float = 0.0
) -> RuralChange:
    """Rural people at two dates in the countries whose urban share rose by more than a number of points.

    Args:
        series: a row per country and year with country, year, population, urban_population, rural_population (persons)
            and urban_share (percent); countries that lack one of them, or rural people, at a date are left out.
        first: the earlier year.
        last: the later year.
        rise: percentage points.
        minimum_population: persons, at the end.

    Raises:
        ValueError: a year without figures, or fewer than ten countries that qualify.
    """
    start, end = (_year(series, year) for year in (first, last))
    both = start.add_suffix("_first").join(end.add_suffix("_last"), how="inner")
    urbanized = both["urban_share_last"] - both["urban_share_first"] > rise
    kept = both[urbanized & (both["population_last"] >= minimum_population)]
    if len(kept) < FEWEST:
        raise ValueError(f"only {len(kept)} countries urbanized by {rise:g} points from {first} to {last}")
    names = {
        "rural_population_first": "start",
        "rural_population_last": "end",
        "urban_share_first": "share_start",
        "urban_share_last": "share_end",
        "population_last": "people",
    }
    return RuralChange(kept.rename(columns=names)[list(names.values())], first, last)


def rates_by_year(series: pd.DataFrame, *, years: int = 10) -> pd.DataFrame:
    """The two rates of every country in the years before each year of a series, one row per country and year.

    The result has country, year, share (urban, fraction, at the start), growth (of the population, per year, n),
    speed (urban less rural growth, per year, k), rural_growth (per year), rural_people (at the end), fell (whether the
    rural population did).
    """
    rows = series.dropna(subset=list(_COLUMNS))
    rows = rows[(rows["rural_population"] > 0) & (rows["urban_population"] > 0)]
    earlier = rows[["country", "year", *_COLUMNS]].assign(year=rows["year"] + years)
    both = rows[["country", "year", *_COLUMNS]].merge(earlier, on=["country", "year"], suffixes=("", "_start"))

    def rate(column: str) -> FloatArray:
        return annual_growth_rate(both[f"{column}_start"].to_numpy(float), both[column].to_numpy(float), years)

    rural = rate("rural_population")
    return pd.DataFrame(
        {
            "country": both["country"],
            "year": both["year"],
            "share": both["urban_share_start"] / 100,
            "growth": rate("population"),
            "speed": rate("urban_population") - rural,
            "rural_growth": rural,
            "rural_people": both["rural_population"],
            "fell": rural < 0,
        }
    )


def _year(series: pd.DataFrame, year: int) -> pd.DataFrame:
    rows = series[series["year"] == year].set_index("country")[list(_COLUMNS)].dropna()
    if rows.empty:
        raise ValueError(f"no country has figures for {year}; the series runs to {series['year'].max()}")
    return rows[rows["rural_population"] > 0]
