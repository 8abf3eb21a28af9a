"""When a rural population was largest, and how far the answer can be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import finite_array, positive_array, same_length


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
    change_since_peak: float
    relative_change_since_peak: float
    tied_years: tuple[float, ...]


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
    return PopulationPeak(
        peak_year=float(year[last]),
        peak_value=float(value[last]),
        first_year=float(year[0]),
        last_year=float(year[-1]),
        last_value=float(value[-1]),
        interior=first > 0 and last < len(year) - 1,
        change_since_peak=float(value[-1] - value[last]),
        relative_change_since_peak=float(value[-1] / value[last] - 1),
        tied_years=tuple(float(y) for y in year[tied]),
    )


@dataclass(frozen=True)
class PeakTable:
    """When each place had most rural people.

    frame: index entity; start_year, peak_year, last_year, rural_start, rural_peak, rural_last (persons),
    change (last over start, less one), change_since_peak (likewise), status ("still rising", "peaked",
    "falling from the start"), share_start, share_peak, share_last (urban, fractions).
    left_out: names by reason.
    """

    frame: pd.DataFrame = field(repr=False)
    left_out: Mapping[str, tuple[str, ...]]


def rural_peak_table(
    series: pd.DataFrame, *, entity: str, year: str, rural: str, urban: str, minimum_years: int = 30
) -> PeakTable:
    """Find the rural peak of every entity of a long table with one row per entity and year.

    rural, urban: columns in persons. Entities with fewer than minimum_years complete years are left out, as
    are those that had no rural people in some year: their names are in left_out.
    """
    for needed in (entity, year, rural, urban):
        if needed not in series.columns:
            raise ValueError(f"series has no column {needed!r}; it has {', '.join(map(str, series.columns[:8]))} ...")
    short, cities, rows = [], [], {}
    for name, one in series.dropna(subset=[rural, urban]).sort_values(year).groupby(entity, sort=True):
        if len(one) < minimum_years:
            short.append(str(name))
            continue
        if (one[rural] <= 0).any():
            cities.append(str(name))
            continue
        peak = rural_population_peak(one[year], one[rural])
        share = (one[urban] / (one[urban] + one[rural])).to_numpy(float)
        at_peak = int(np.flatnonzero(one[year].to_numpy() == peak.peak_year)[0])
        start = float(one[rural].iloc[0])
        if peak.peak_year == peak.last_year:
            status = "still rising"
        else:
            status = "falling from the start" if peak.peak_year == peak.first_year else "peaked"
        rows[str(name)] = {
            "start_year": int(peak.first_year),
            "peak_year": int(peak.peak_year),
            "last_year": int(peak.last_year),
            "rural_start": start,
            "rural_peak": peak.peak_value,
            "rural_last": peak.last_value,
            "change": peak.last_value / start - 1,
            "change_since_peak": peak.relative_change_since_peak,
            "status": status,
            "share_start": share[0],
            "share_peak": share[at_peak],
            "share_last": share[-1],
        }
    if not rows:
        raise ValueError(f"no entity has {minimum_years} years of {rural!r} and {urban!r}; lower minimum_years")
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis(entity)
    reasons = {f"fewer than {minimum_years} years": tuple(short), "no rural people in some year": tuple(cities)}
    return PeakTable(frame, reasons)
