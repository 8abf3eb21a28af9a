"""The Kuznets process: inequality when people move between a poor countryside and a rich city.

The rural mean income is 1, the urban one is the income ratio r, x is the urban share of people. With r held constant
inequality first rises and then falls (Kuznets 1955, Robinson 1976, Anand and Kanbur 1993); the four measures disagree
about where it turns. Incomes inside a group are lognormal; its spread is the standard deviation of log income.
Without spread everyone has the mean income of the group, and all inequality lies between the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from scipy.special import ndtr, ndtri

from symbiosis.checks import FloatArray, at_least, one_of
from symbiosis.parameters import FRACTION, NON_NEGATIVE, POSITIVE, Model, Values, model, parameter

Measure = Literal["gini", "theil_t", "theil_l", "variance_of_logs"]
MEASURES: tuple[Measure, ...] = ("gini", "theil_t", "theil_l", "variance_of_logs")


@dataclass(frozen=True)
class SectorInequality:
    """Inequality of all people; total == between + within + overlap, arrays of one shape.

    between: of the two means (variance of logs: of the two mean logs); within: inside the groups; overlap: only the
    Gini index has one, zero for the others.
    """

    between: FloatArray
    within: FloatArray
    overlap: FloatArray

    @property
    def total(self) -> FloatArray:
        """Inequality of all people."""
        return np.asarray(self.between + self.within + self.overlap)


@dataclass(frozen=True)
class InequalityChange:
    """A change of inequality between city and countryside and its two parts: change == composition + ratio.

    composition: from the move of people (urban share), ratio: from the change of the income ratio, each the mean over
    the two orders in which the changes can be made (Shapley value); composition_range: the same part under either
    order, low and high, as wide as the split is arbitrary.
    """

    change: FloatArray
    composition: FloatArray
    ratio: FloatArray
    composition_range: tuple[FloatArray, FloatArray]


@model
class KuznetsProcess(Model):
    """City and countryside at one moment, as far as inequality depends on them."""

    # fmt: off
    urban_share: Values = parameter(default=0.10, label="Urban share", range=(0.02, 0.98, 0.01), domain=FRACTION,
        display=".0%", source="choice of the reader", meaning="Part of the people who live in the city.")
    income_ratio: Values = parameter(default=2.0, label="Urban over rural income", range=(1.0, 5.0, 0.01),
        domain=POSITIVE, display=".2f", source="choice of the reader",
        meaning="Mean income in the city over mean income in the countryside.")
    urban_spread: Values = parameter(default=0.0, label="Spread inside the city", range=(0.0, 1.2, 0.05),
        domain=NON_NEGATIVE, display=".2f", source="assumption",
        meaning="Standard deviation of log income among city people; 0.6 is a Gini of about a third.")
    rural_spread: Values = parameter(default=0.0, label="Spread in the countryside", range=(0.0, 1.2, 0.05),
        domain=NON_NEGATIVE, display=".2f", source="assumption",
        meaning="Standard deviation of log income among country people; 0.6 is a Gini of about a third.")
    # fmt: on

    def inequality(self, measure: Measure = "gini") -> SectorInequality:
        """Inequality of everybody by one measure, and its parts."""
        one_of("measure", measure, MEASURES)
        x, r, city, country = self.arrays()
        mean = 1 - x + x * r
        overlap = np.zeros_like(mean)
        if measure == "gini":
            one = np.ones_like(r)
            apart = x * (1 - x) / mean
            between = apart * np.abs(r - 1)
            inside = x**2 * _mean_difference(r, city, r, city)
            inside = inside + (1 - x) ** 2 * _mean_difference(one, country, one, country)
            within = inside / (2 * mean)
            overlap = np.maximum(apart * _mean_difference(r, city, one, country) - between, 0.0)
        elif measure == "theil_t":
            income_share = x * r / mean
            between = income_share * np.log(r) - np.log(mean)
            within = (income_share * city**2 + (1 - income_share) * country**2) / 2
        elif measure == "theil_l":
            between = np.log(mean) - x * np.log(r)
            within = (x * city**2 + (1 - x) * country**2) / 2
        else:
            # A lognormal's mean log lies half its variance below the log of its mean.
            between = x * (1 - x) * (np.log(r) - (city**2 - country**2) / 2) ** 2
            within = x * city**2 + (1 - x) * country**2
        return SectorInequality(*(np.asarray(part) for part in (between, within, overlap)))

    def peak_share(self, measure: Measure = "gini") -> FloatArray:
        """Urban share at which inequality between the groups is greatest, the income ratio held constant.

        Gini 1/(1+sqrt r); Theil T [r ln r/(r-1) - 1]/(r-1); Theil L [(r-1)/ln r - 1]/(r-1); variance of logs 1/2.
        Where r = 1 there is no inequality between them at any share, and the limit 1/2 is returned.
        """
        one_of("measure", measure, MEASURES)
        (r,) = self.arrays("income_ratio")
        if measure == "gini":
            return np.asarray(1 / (1 + np.sqrt(r)))
        if measure == "variance_of_logs":
            return np.full_like(r, 0.5)
        d = r - 1
        # Near r = 1 the closed forms divide nought by nought: the series is exact to about 1e-12 there.
        near = np.abs(d) < 1e-4
        ratio = np.where(near, 2.0, r)
        log_over = ratio * np.log(ratio) / (ratio - 1) if measure == "theil_t" else (ratio - 1) / np.log(ratio)
        series = 0.5 - d / 6 + d**2 / 12 if measure == "theil_t" else 0.5 - d / 12 + d**2 / 24
        return np.asarray(np.where(near, series, (log_over - 1) / (ratio - 1)))

    def split_change(self, end: Self, measure: Measure = "gini") -> InequalityChange:
        """The change of inequality between the means up to end, split into composition and ratio.

        By the Shapley value (Shorrocks 2013). Spreads inside the groups are left aside.
        """

        def between(share: Self, ratio: Self) -> FloatArray:
            shares = {"urban_share": share.urban_share, "income_ratio": ratio.income_ratio}
            return self.replace(**shares, urban_spread=0.0, rural_spread=0.0).inequality(measure).between

        change = between(end, end) - between(self, self)
        moved_first = between(end, self) - between(self, self)
        moved_last = between(end, end) - between(self, end)
        composition = np.asarray((moved_first + moved_last) / 2)
        orders = np.minimum(moved_first, moved_last), np.maximum(moved_first, moved_last)
        return InequalityChange(np.asarray(change), composition, np.asarray(change - composition), orders)

    def incomes(self, slices: int = 200) -> tuple[FloatArray, FloatArray]:
        """Income per person and people of equal slices of each group, poorest to richest: country, then city.

        Shapes (draws..., 2 slices); people sum to 1. The income of a slice is its exact mean, so that group means are
        kept whatever the number of slices.
        """
        at_least(1, slices=slices)
        x, r, city, country = self.arrays(axes=1)
        z = ndtri(np.linspace(0, 1, slices + 1))
        income = [mean * slices * np.diff(ndtr(z - spread)) for mean, spread in ((1.0, country), (r, city))]
        return np.concatenate(income, axis=-1), np.repeat(np.concatenate([1 - x, x], axis=-1) / slices, slices, axis=-1)


def _mean_difference(mean: FloatArray, spread: FloatArray, other: FloatArray, other_spread: FloatArray) -> FloatArray:
    """E|X - Y| of two independent lognormals with these means and spreads of logs."""
    joint = np.hypot(spread, other_spread)
    equal = joint == 0
    safe = np.where(equal, 1.0, joint)
    distance = np.log(mean / other) / safe
    smooth = mean * (2 * ndtr(distance + safe / 2) - 1) - other * (2 * ndtr(distance - safe / 2) - 1)
    return np.asarray(np.where(equal, np.abs(mean - other), smooth))
