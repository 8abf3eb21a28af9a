"""When a rural population was largest, and how far the answer can be trusted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import finite_array, known_columns, positive_array, same_length
from symbiosis.measures.samples import Sample


@dataclass(frozen=True)
class PopulationPeak:
    """The largest value of one series.

    peak_year: the latest of the years that share the largest value; tied_years: all of them, rising.
    interior: True where the series was lower both before the first and after the last tied year, so that
    the peak was seen and is not merely an end of the record.
    change_since_peak: last minus peak value, in the unit of the series; relative_change_since_peak: that
    over the peak.
    """

    peak_year: float
    peak_value: float
    first_year: float
    last_year: float
    last_value: float
    interior: bool
    tied_years: tuple[float, ...]

    @property
    def change_since_peak(self) -> float:
        return self.last_value - self.peak_value

    @property
    def relative_change_since_peak(self) -> float:
        return self.last_value / self.peak_value - 1


def rural_population_peak(years: npt.ArrayLike, values: npt.ArrayLike) -> PopulationPeak:
    """Find the peak of a population series.

    years: distinct, in any order; values: persons, positive, one per year. ValueError for repeated years, fewer than
    three of them, or values not finite.
    """
    year = finite_array("years", years, ndim=1, min_size=3)
    value = positive_array("values", values, ndim=1, min_size=3)
    same_length(years=year, values=value)
    order = np.argsort(year, kind="stable")
    year, value = year[order], value[order]
    repeated = np.diff(year) == 0
    if repeated.any():
        twice = year[:-1][repeated][0]
        raise ValueError(f"years holds {twice:g} twice; give one value per year (one vintage of the series)")

    tied = np.flatnonzero(value == value.max())
    first, last = int(tied[0]), int(tied[-1])
    interior = first > 0 and last < len(year) - 1
    peak_year, first_year, last_year = year[[last, 0, -1]].tolist()
    peak, end = value[[last, -1]].tolist()
    return PopulationPeak(peak_year, peak, first_year, last_year, end, interior, tuple(year[tied].tolist()))


_PEAK_COLUMNS = [
    "start_year", "peak_year", "last_year", "rural_start", "rural_peak", "rural_last", "change", "change_since_peak",
    "status", "share_start", "share_peak", "share_last",
]  # fmt: skip


def rural_peak_table(
    series: pd.DataFrame, *, entity: str, year: str, rural: str, urban: str, minimum_years: int = 30
) -> Sample:
    """Find the rural peak of every entity of a long table with one row per entity and year.

    rural, urban: columns in persons. Entities with fewer than minimum_years complete years are left out, as
    are those that had no rural people in some year: their names are in left_out. Index entity; start_year, peak_year,
    last_year, rural_start, rural_peak, rural_last (persons), change (last over start, less one), change_since_peak
    (likewise), status ("still rising", "peaked", "falling from the start"), share_start, share_peak, share_last (urban,
    fractions).
    """
    known_columns("series", series, (entity, year, rural, urban))
    complete = series.dropna(subset=[rural, urban]).sort_values(year)
    places = {str(name): one for name, one in complete.groupby(entity, sort=True)}
    short = tuple(name for name, one in places.items() if len(one) < minimum_years)
    cities = tuple(name for name, one in places.items() if name not in short and (one[rural] <= 0).any())
    rows = {}
    for name, one in places.items():
        if name in short or name in cities:
            continue
        peak = rural_population_peak(one[year], one[rural])
        at = [peak.first_year, peak.peak_year, peak.last_year]
        people = one.set_index(year)[[rural, urban]].loc[at].to_numpy(float)
        start, top, last = people[:, 0].tolist()
        share = people[:, 1] / people.sum(axis=1)
        falling = "falling from the start" if peak.peak_year == peak.first_year else "peaked"
        status = "still rising" if peak.peak_year == peak.last_year else falling
        changes = (last / start - 1, peak.relative_change_since_peak)
        rows[name] = (*map(int, at), start, top, last, *changes, status, *share)
    if not rows:
        raise ValueError(f"no entity has {minimum_years} years of {rural!r} and {urban!r}; lower minimum_years")
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=_PEAK_COLUMNS).rename_axis(entity)
    return Sample(frame, {f"fewer than {minimum_years} years": short, "no rural people in some year": cities})
