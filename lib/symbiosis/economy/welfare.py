"""How well people live: what they have where they are, who is where, and what those can expect who choose a place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symbiosis.checks import FloatArray
from symbiosis.economy.ages import ages_in
from symbiosis.economy.people import expected_utility, utility
from symbiosis.economy.places import URBAN
from symbiosis.economy.records import Parameters, Year

WORKING_AGES = ("young", "older")
"""Ages 15 to 39 and 40 to 59."""
ADULT_AGES = (*WORKING_AGES, "old")


@dataclass(frozen=True)
class Lives:
    """A year's lives, in units of log income.

    standard: log income at the cost of food, goods and rent plus services, and people of the ages that count, both
    (places, registrations, runs); expected: what people of each registration can expect who choose where to live, all
    that moves them counted, and registered: of these ages, both (registrations, runs). What incomes are made of, all of
    the first shape but skill: incomes, owned and per_skill as in Year, adults, and skill (registrations, runs).
    """

    standard: FloatArray
    people: FloatArray
    expected: FloatArray
    registered: FloatArray
    incomes: FloatArray
    owned: FloatArray
    per_skill: FloatArray
    adults: FloatArray
    skill: FloatArray

    @property
    def mean(self) -> FloatArray:
        """The mean standard of life, (runs,)."""
        return _mean(self.standard, self.people, (0, 1))

    @property
    def mean_expected(self) -> FloatArray:
        """The mean over people of what they can expect, (runs,)."""
        return _mean(self.expected, self.registered, (0,))

    def standard_of(self, before: Lives) -> FloatArray:
        """The standard of those who were there before, (places, registrations, runs), with their skill and property.

        Who joins them brings other skill and no property: the mean of all falls, and nobody's income.
        """
        more = np.where(before.adults > 0, self.adults / np.maximum(before.adults, 1e-300), 1.0)
        theirs = self.incomes + self.per_skill * (before.skill - self.skill) + self.owned * (more - 1)
        return np.asarray(self.standard + np.log(np.maximum(theirs, 1e-12) / np.maximum(self.incomes, 1e-12)))


@dataclass(frozen=True)
class Change:
    """What changes from one year's lives to another's, each (runs,), in units of log income.

    within: the standard of life at the same place and registration, with the same skill and property, weighted with
    the people of the first; composition: that people are at other places, registered or skilled otherwise; the two
    together are the change of the mean; expected: what people can expect.
    """

    within: FloatArray
    composition: FloatArray
    expected: FloatArray


def _mean(values: FloatArray, people: FloatArray, axes: tuple[int, ...]) -> FloatArray:
    """A mean over people; where there are none the value does not count, whatever it is."""
    return np.asarray((np.where(people > 0, values, 0.0) * people).sum(axis=axes) / people.sum(axis=axes))


def compare(before: Lives, after: Lives) -> Change:
    """The three measures of a change; cells where nobody lived before count as composition."""
    within = _mean(after.standard_of(before) - before.standard, before.people, (0, 1))
    return Change(within, after.mean - before.mean - within, after.mean_expected - before.mean_expected)


def lives(people: FloatArray, year: int, markets: Year, first: Year, p: Parameters, ages: tuple[str, ...]) -> Lives:
    """The lives of a year. people: (places, registrations, cohorts, runs); first: markets of 2000; ages: of groups.

    An old person lives as those of working age with the same registration live at the same place (assumption:
    families share).
    """
    counted = people_aged(people, year, ages)
    # Food costs the same everywhere: it moves nobody, and all of them fare by it.
    expected = expected_utility(utility(markets, p), p["response"]) - np.log(cost_of_food(markets, first))
    return Lives(
        standard=standard_of_life(markets, first, p),
        people=counted,
        expected=expected,
        registered=counted.sum(axis=0),
        incomes=markets.incomes,
        owned=markets.owned,
        per_skill=markets.per_skill,
        adults=markets.heads.adults,
        skill=markets.heads.mean_skill,
    )


def people_aged(people: FloatArray, year: int, ages: tuple[str, ...]) -> FloatArray:
    """People of some age groups, (places, registrations, runs)."""
    groups = ages_in(year)
    share = np.sum([getattr(groups, name) for name in ages], axis=0)
    return np.asarray(np.einsum("prcn,c->prn", people, share))


def standard_of_life(markets: Year, first: Year, p: Parameters) -> FloatArray:
    """Log income at the cost of food, goods and rent, plus services, (places, registrations, runs)."""
    life = np.log(np.maximum(markets.incomes, 1e-12)) + p["service_weight"] * np.log(markets.services)
    life[URBAN] -= (p["housing_share"] * markets.rent)[:, None]
    life[:3] -= markets.goods_cost[0]
    life[3:] -= markets.goods_cost[1]
    return np.asarray(life - np.log(cost_of_food(markets, first)))


def cost_of_food(markets: Year, first: Year) -> FloatArray:
    """The cost of living against 2000 as far as food decides it: its price to the power of its share in spending."""
    share = markets.money.food_spending / markets.money.household_income
    return np.asarray((markets.farms.price / first.farms.price) ** share)
