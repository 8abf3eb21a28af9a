"""How well people live: at the same place and status, by who is where, and by what they can expect."""

import numpy as np
import pytest

from symbiosis import tables
from symbiosis.economy.laboratory import Laboratory, weighted_economy
from symbiosis.economy.packages import PACKAGES, package
from symbiosis.economy.people import expected_utility
from symbiosis.economy.welfare import ADULT_AGES, WORKING_AGES, Lives, compare


@pytest.fixture(scope="module")
def world():
    return Laboratory.of(*weighted_economy(tables.load("policy_draws").head(12)))


def lives(standard, people, expected, *, skill=1.0, owned=0.0):
    """Lives of one registration at several places; incomes are one, wages a unit of skill."""
    people = np.asarray(people, float)[:, :, None]
    life, hope = np.asarray(standard, float)[:, :, None], np.asarray(expected, float)[:, None]
    flat = np.ones_like(people)
    return Lives(
        standard=life, people=people, expected=hope, registered=people.sum(axis=0), incomes=flat * (skill + owned),
        owned=flat * owned, per_skill=flat, adults=people, skill=np.full((1, 1), skill),
    )  # fmt: skip


def test_who_joins_takes_nothing_from_those_who_are_there():
    """Three citizens of skill 2 who own 0.5 each; a fourth joins with skill 1: averages fall, no income does."""
    before = lives([[np.log(2.5)]], [[3]], [0.0], skill=2.0, owned=0.5)
    joined = (3 * 2 + 1) / 4
    average = joined + 3 * 0.5 / 4
    after = lives([[np.log(average)]], [[4]], [0.0], skill=joined, owned=3 * 0.5 / 4)
    change = compare(before, after)
    assert average < 2.5
    assert change.within == pytest.approx(0, abs=1e-14)
    assert change.composition == pytest.approx(np.log(average / 2.5))


def test_a_move_to_where_life_is_better_is_composition():
    before = lives([[1.0], [2.0]], [[3], [1]], [1.5])
    moved = compare(before, lives([[1.0], [2.0]], [[1], [3]], [1.5]))
    assert moved.within == pytest.approx(0)
    assert moved.composition == pytest.approx(0.5)
    better = compare(before, lives([[1.2], [2.2]], [[3], [1]], [1.9]))
    assert better.within == pytest.approx(0.2)
    assert better.composition == pytest.approx(0, abs=1e-15)
    assert better.expected == pytest.approx(0.4)


def test_a_place_where_nobody_lived_has_no_life_of_its_own():
    before = lives([[1.0], [-np.inf]], [[4], [0]], [1.0])
    change = compare(before, lives([[1.0], [3.0]], [[2], [2]], [1.0]))
    assert change.within == pytest.approx(0)
    assert change.composition == pytest.approx(1)


def test_what_people_expect_is_the_logsum():
    value = np.log(np.array([1.0, 2.0, 3.0]))[:, None, None] * np.ones((3, 2, 1))
    assert expected_utility(value, np.array([1.0])) == pytest.approx(np.log(6))
    # Who responds without limit gets the best place; one more equal place is worth its taste.
    assert expected_utility(value, np.array([500.0])) == pytest.approx(np.log(3))
    twice = np.concatenate([value, value])
    assert expected_utility(twice, np.array([2.0])) - expected_utility(value, np.array([2.0])) == pytest.approx(
        np.log(2) / 2
    )
    shut = np.where(np.arange(3)[:, None, None] == 2, -np.inf, value)
    assert expected_utility(shut, np.array([1.0])) == pytest.approx(np.log(3))


@pytest.mark.parametrize("one", PACKAGES[:3], ids=lambda one: one.name)
def test_of_working_ages_the_mean_is_the_outcome_wellbeing(world, one):
    found = world.with_package(one, 0.04)
    assert found.lives.mean == pytest.approx(found.outcomes["wellbeing"], abs=1e-12)


def test_the_parts_are_the_change_of_the_mean(world):
    before, after = world.baseline("cash", 0.04), world.with_package(package("both"), 0.04)
    change = compare(before.lives, after.lives)
    assert change.within + change.composition == pytest.approx(after.lives.mean - before.lives.mean, abs=1e-13)


def test_everybody_lies_between_the_ages(world):
    economy = world.economy.replace(**package("countryside_only").settings(0.04))
    of = {
        ages: economy.end(ages=ages, start=world.start).lives.mean for ages in (*((a,) for a in ADULT_AGES), ADULT_AGES)
    }
    parts = np.stack([of[(age,)] for age in ADULT_AGES])
    assert (parts.min(axis=0) < of[ADULT_AGES]).all()
    assert (of[ADULT_AGES] < parts.max(axis=0)).all()
    assert ADULT_AGES[:2] == WORKING_AGES


def test_an_earlier_year_is_another_number(world):
    early, late = (world.economy.end(year, start=world.start).lives.mean for year in (2030, 2050))
    assert (late > early).all()


def test_a_barrier_costs_expectation_at_once():
    """What nobody has to bear who stays at home still lowers what they can expect."""
    world = Laboratory.of(*weighted_economy(tables.load("policy_draws").head(12)), year=2025)
    barrier = world.end({"added_barrier": 0.5})
    change = compare(world.baseline("no_levy", 0.0).lives, barrier.lives)
    assert (change.expected < 0).all()
    assert change.within == pytest.approx(0, abs=1e-12)
    assert change.composition == pytest.approx(0, abs=1e-12)
