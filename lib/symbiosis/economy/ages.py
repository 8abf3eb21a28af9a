"""Cohorts of five birth years: nobody changes cohort by growing older, so ages never blur from year to year.

At the end of year t the youngest cohort holds the births of one to five years, and cohort i those of the five years
before cohort i - 1; the last holds everybody older. Every five years a new cohort begins and the two oldest are joined.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np

from symbiosis.checks import FloatArray

FIRST_YEAR, LAST_YEAR = 2000, 2050
WIDTH, COHORTS, OLDEST = 5, 19, 110
"""Birth years of a cohort, number of cohorts, and an age that nobody reaches."""
CHILDHOOD, YOUTH, RETIREMENT = 15, 40, 60
"""Ages at which a child comes of age, a young adult turns an older one, and an older one retires."""
_SINGLE = np.arange(OLDEST)
_THINNING = 0.17
"""How fast the oldest, of 85 and more, thin out with age: about their force of mortality."""


@dataclass(frozen=True)
class Ages:
    """The part of every cohort at the end of a year that is in each age group, (cohorts,); they add up to one."""

    child: FloatArray
    young: FloatArray
    older: FloatArray
    old: FloatArray

    @property
    def adult(self) -> FloatArray:
        """The part aged 15 to 59."""
        return self.young + self.older


def filled(year: int) -> int:
    """How many birth years the youngest cohort holds at the end of a year, 1 to 5."""
    return (year - FIRST_YEAR - 1) % WIDTH + 1


def opens(year: int) -> bool:
    """Whether a new cohort begins in a year."""
    return filled(year) == 1


@cache
def _weights(years_filled: int) -> FloatArray:
    """The ages of every cohort as weights that add up to one, (cohorts, OLDEST)."""
    weights = np.zeros((COHORTS, OLDEST))
    weights[0, :years_filled] = 1 / years_filled
    for cohort in range(1, COHORTS - 1):
        first = years_filled + WIDTH * (cohort - 1)
        weights[cohort, first : first + WIDTH] = 1 / WIDTH
    last = years_filled + WIDTH * (COHORTS - 2)
    weights[-1, last:] = np.exp(-_THINNING * (_SINGLE[last:] - last))
    weights[-1] /= weights[-1].sum()
    return weights


def by_cohort(single: FloatArray, year: int) -> FloatArray:
    """The mean over the ages of each cohort at the end of a year, (cohorts,), of numbers by single age (OLDEST,)."""
    return np.asarray(_weights(filled(year)) @ single)


@cache
def ages_in(year: int) -> Ages:
    """The age groups of the cohorts at the end of a year."""
    edges = (0, CHILDHOOD, YOUTH, RETIREMENT, OLDEST)
    groups = ((low <= _SINGLE) & (high > _SINGLE) for low, high in pairwise(edges))
    return Ages(*(by_cohort(group.astype(float), year) for group in groups))


def older_by_a_year(people: FloatArray, year: int, *, axis: int) -> FloatArray:
    """The same people on the cohorts of year + 1: where a new cohort opens all move on, the two oldest joined.

    axis: of the cohorts, which is counted from the end.
    """
    if not opens(year + 1):
        return people
    front = np.moveaxis(people, axis, 0)
    moved = np.concatenate([np.zeros_like(front[:1]), front[:-2], front[-2:].sum(axis=0, keepdims=True)])
    return np.moveaxis(moved, 0, axis)
