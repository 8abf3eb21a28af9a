"""Who came and who left between two censuses, from ages alone: cohorts followed with census survival ratios.

People aged 15 to 19 are 25 to 29 ten years later. In a country that few enter or leave, those who are missing have
died; in a place of it, what differs from the country's ratio is migration. No births, deaths or registers are needed
(Hamilton and Henderson 1944; United Nations 1970, Manual VI). It is assumed that people of an age and sex
survive, and are counted, alike everywhere; short stays between the censuses are not seen.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, known_columns, positive_array

BANDS = ("0_4", "5_9", "10_14", "15_19", "20_24", "25_29", "30_34", "35_39", "40_44", "45_49", "50_54", "55_59",
         "60_64", "65_69", "70_74", "75_79", "80_84", "85_plus")  # fmt: skip
"""Five-year ages of the table china_county_ages; the last is open."""
SEXES = ("male", "female")
AGE_COLUMNS = tuple(f"{sex}_{band}" for sex in SEXES for band in BANDS)
"""Columns of that table, men first."""
_STEP = 2
"""Bands between censuses ten years apart."""


@dataclass(frozen=True)
class Cohorts:
    """Cohorts of places, by their age at the first date; the last one is open and holds all who are older.

    there: people counted at the second date, expected: those who would be there had the cohort survived as in the whole
    and nobody moved, both of shape (places, sexes, cohorts); ratios: of the whole, (sexes, cohorts); bands: the names
    of the cohorts.
    """

    there: FloatArray = field(repr=False)
    expected: FloatArray = field(repr=False)
    ratios: FloatArray
    bands: tuple[str, ...]

    def arrivals(self, youngest: str = "0_4", oldest: str = "75_plus") -> FloatArray:
        """Arrivals less departures of people who were of these ages at the first date, persons, shape (places,)."""
        ages = self._ages(youngest, oldest)
        return np.asarray((self.there - self.expected)[..., ages].sum(axis=(1, 2)))

    def ratio(self, youngest: str = "0_4", oldest: str = "75_plus") -> FloatArray:
        """The same people there as a ratio of those expected, shape (places,)."""
        ages = self._ages(youngest, oldest)
        return np.asarray(self.there[..., ages].sum(axis=(1, 2)) / self.expected[..., ages].sum(axis=(1, 2)))

    def by_age(self, places: npt.ArrayLike) -> FloatArray:
        """There over expected by cohort, both sexes and all of these places (a mask or positions) together."""
        chosen = np.asarray(places)
        return np.asarray(self.there[chosen].sum(axis=(0, 1)) / self.expected[chosen].sum(axis=(0, 1)))

    def _ages(self, youngest: str, oldest: str) -> slice:
        for name in (youngest, oldest):
            if name not in self.bands:
                raise ValueError(f"no cohort {name!r}; there are {', '.join(self.bands)}")
        first, last = self.bands.index(youngest), self.bands.index(oldest)
        if first > last:
            raise ValueError(f"ages run from {youngest} down to {oldest}; swap them")
        return slice(first, last + 1)


def follow_cohorts(people: npt.ArrayLike, whole: npt.ArrayLike) -> Cohorts:
    """Follow the cohorts of places over ten years.

    Args:
        people: at two censuses, shape (2, places, sexes, bands), in the order of SEXES and BANDS.
        whole: of the country that the ratios are taken from, shape (2, sexes, bands).

    Raises:
        ValueError: another shape, negative numbers, or a cohort of the whole without people at the first census.
    """
    bands = (len(SEXES), len(BANDS))
    counted = positive_array("people", people, ndim=4, zero_allowed=True)
    total = positive_array("whole", whole, ndim=3, zero_allowed=True)
    for name, shape in (("people", counted[:, 0].shape), ("whole", total.shape)):
        if shape != (2, *bands):
            raise ValueError(
                f"{name} has shape {shape} but for places; give 2 censuses, {bands[0]} sexes, {bands[1]} bands"
            )
    (young, there), (young_whole, old_whole) = _paired(counted), _paired(total)
    if not (young_whole > 0).all():
        raise ValueError("some cohort of the whole has nobody at the first census; give the whole country")
    ratios = old_whole / young_whole
    return Cohorts(there, young * ratios, ratios, (*BANDS[: -_STEP - 1], "75_plus"))


def county_ages(counties: pd.DataFrame, ages: pd.DataFrame, units: Sequence[Hashable]) -> tuple[FloatArray, FloatArray]:
    """Ages of county-level units at both censuses, shape (2, units, sexes, bands), and of all units together.

    Args:
        counties: year, unit_id and match_id of the table china_counties.
        ages: the table china_county_ages.
        units: match_ids, the order of the result.

    Raises:
        ValueError: a unit without ages at one of the censuses.
    """
    known_columns("ages", ages, AGE_COLUMNS, remedy="give the table china_county_ages")
    both = ages.merge(counties[["year", "unit_id", "match_id"]], on=["year", "unit_id"])
    found, whole = [], []
    for _, rows in both.groupby("year"):
        matched = rows[rows["match_id"].fillna("") != ""].set_index("match_id")
        absent = [unit for unit in units if unit not in matched.index]
        if absent:
            raise ValueError(f"{len(absent)} units have no ages, the first is {absent[0]!r}; leave them out")
        found.append(matched.loc[list(units), list(AGE_COLUMNS)].to_numpy(np.float64))
        whole.append(rows[list(AGE_COLUMNS)].to_numpy(np.float64).sum(axis=0))
    bands = (len(SEXES), len(BANDS))
    return np.array(found).reshape(len(found), len(units), *bands), np.array(whole).reshape(len(found), *bands)


def _paired(people: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Each cohort at both dates; those who pass the last but two bands meet in the open one."""
    (before, after), ends = people, -_STEP - 1
    young = np.concatenate([before[..., :ends], before[..., ends:].sum(axis=-1, keepdims=True)], axis=-1)
    return young, after[..., _STEP:]
