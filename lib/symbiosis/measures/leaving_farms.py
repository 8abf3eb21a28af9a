"""How farming's share of workers fell between two censuses: within places, and because farming places lost workers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import finite_array, one_of
from symbiosis.measures.county_profiles import YEARS

Coverage = Literal["followed", "suspected too", "pooled"]
COVERAGES: tuple[Coverage, ...] = ("followed", "suspected too", "pooled")
Unit = Literal["county", "prefecture", "province"]
COUNTED = ("employed_sample", "employed_agriculture", "population")
COLUMNS = ("match_id", "prefecture_code", "province", "boundary_change_suspected", *COUNTED)
"""Columns of the table of counties that are needed, besides its key."""


def followed_places(counties: pd.DataFrame, *, coverage: Coverage = "followed", unit: Unit = "county") -> pd.DataFrame:
    """Places of China in the censuses of 2010 and 2020, with columns {counted}_{year} and province.

    counties: the table china_counties with COLUMNS. coverage: "followed" takes units found in both censuses whose
    borders hardly moved, "suspected too" all that were found in both, "pooled" everybody: what is not followed becomes
    one place for each prefecture. unit: larger places are sums of these. ValueError for an unknown option.
    """
    one_of("coverage", coverage, COVERAGES)
    if unit not in ("county", "prefecture", "province"):
        raise ValueError(f"unit is {unit!r}; choose county, prefecture or province")
    rows = counties[counties["year"].isin(YEARS)]
    found = rows["match_id"].fillna("") != ""
    later = rows[found & (rows["year"] == YEARS[1])].set_index("match_id")
    prefecture = rows["match_id"].map(later["prefecture_code"]).fillna(rows["prefecture_code"]).astype(str)
    suspected = rows["match_id"].map(later["boundary_change_suspected"].astype(bool))
    kept = found & ((suspected == False) | (coverage == "suspected too"))  # noqa: E712  (missing is not False)
    place = rows["match_id"].astype(str).where(kept, "rest of " + prefecture)
    if coverage != "pooled":
        rows, place, prefecture = rows[kept], place[kept], prefecture[kept]
    name = {"county": place, "prefecture": prefecture, "province": rows["province"].astype(str)}[unit]
    held = rows.assign(place=name).pivot_table(index="place", columns="year", values=list(COUNTED), aggfunc="sum")
    frame = pd.DataFrame({f"{c}_{y}": held[(c, y)] for c in COUNTED for y in YEARS}).dropna().astype(float)
    frame = frame[(frame[[f"employed_sample_{y}" for y in YEARS]] > 0).all(axis=1)]
    return frame.assign(province=rows.assign(place=name).groupby("place")["province"].last())


@dataclass(frozen=True)
class ShareSplit:
    """The change of a share of workers, as a fraction: within places, and between them; they add up to it."""

    within: float
    between: float

    @property
    def part_between(self) -> float:
        """The part of the change that is between places."""
        return self.between / (self.within + self.between)


def split_share(workers: npt.ArrayLike, farmers: npt.ArrayLike) -> ShareSplit:
    """Split the change of farmers over workers, shape (places, 2) each, at the means of both dates (no residual).

    ValueError for a place without workers.
    """
    hands, farms = (finite_array(name, v, ndim=2) for name, v in (("workers", workers), ("farmers", farmers)))
    if hands.shape != farms.shape or hands.shape[1] != 2:
        raise ValueError(f"workers have shape {hands.shape}, farmers {farms.shape}; give (places, 2) for both")
    if (hands <= 0).any():
        raise ValueError(f"{int((hands <= 0).any(axis=1).sum())} places have no workers; leave them out")
    weight, share = hands / hands.sum(axis=0), farms / hands
    return ShareSplit(
        within=float((weight.mean(axis=1) * np.diff(share)[:, 0]).sum()),
        between=float((share.mean(axis=1) * np.diff(weight)[:, 0]).sum()),
    )
