"""Wellbeing with the old counted."""

import numpy as np
import pytest

from symbiosis import tables
from symbiosis.economy.model import Economy
from symbiosis.economy.mutual_benefit import gains_of
from symbiosis.economy.outcomes import ADULT_AGES, WORKING_AGES
from symbiosis.economy.packages import PACKAGES, package
from symbiosis.economy.parameters import POLICY
from symbiosis.economy.places import OLD, YOUNG


@pytest.fixture(scope="module")
def world():
    return Economy.from_columns(tables.load("policy_draws").head(12), **POLICY.defaults())


@pytest.mark.parametrize("one", PACKAGES[:3], ids=lambda one: one.name)
def test_of_working_ages_it_is_the_gain_of_that_name(world, one):
    found = one.applied_to(world, 0.04).wellbeing(ages=WORKING_AGES)
    assert found == pytest.approx(gains_of(world, one, levy=0.04)["wellbeing"], abs=1e-12)


def test_everybody_lies_between_the_ages(world):
    economy = package("countryside_only").applied_to(world, 0.04)
    parts = np.stack([economy.wellbeing(ages=(age,)) for age in (YOUNG, YOUNG + 1, OLD)])
    together = economy.wellbeing(ages=ADULT_AGES)
    assert (parts.min(axis=0) < together).all()
    assert (together < parts.max(axis=0)).all()


def test_an_earlier_year_is_another_number(world):
    early, late = (PACKAGES[0].applied_to(world, 0.04).wellbeing(year) for year in (2030, 2050))
    assert (late > early).all()
