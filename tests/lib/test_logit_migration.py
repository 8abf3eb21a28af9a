import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.models.migration import logit_migration as model

TWO = model.LogitMigration(rural_income=1.0, urban_income=2.3, hukou_cost=0.3, dispersion=1.5)
incomes = st.floats(0.2, 5.0)


def test_two_places_are_the_general_formula():
    shares = model.choice_shares([1.0, 2.3], wedges=[[1.0, 1 / 0.7]], dispersion=1.5)
    assert shares[0, 1] == pytest.approx(float(TWO.urban_share()), abs=1e-14)
    assert TWO.urban_share() == pytest.approx(1 / (1 + (1 / (0.7 * 2.3)) ** 1.5), abs=1e-14)


def test_limits():
    assert TWO.replace(**{"hukou_cost": 1.0}).urban_share() == 0
    assert TWO.replace(**{"dispersion": 1e4}).urban_share() == pytest.approx(1.0)
    assert TWO.replace(**{"hukou_cost": 1 - 1 / 2.3}).urban_share() == pytest.approx(0.5, abs=1e-12)


@given(incomes, incomes, st.floats(0, 0.9), st.floats(0.5, 5))
def test_hukou_cost_inverts_the_share(rural, urban, cost, k):
    places = model.LogitMigration(rural_income=rural, urban_income=urban, hukou_cost=cost, dispersion=k)
    assert places.hukou_cost_at_share(places.urban_share()) == pytest.approx(cost, abs=1e-6)


@given(incomes, incomes, st.floats(0, 0.9), st.floats(0.5, 5))
def test_the_urban_share_is_monotone(rural, urban, cost, k):
    places = model.LogitMigration(rural_income=rural, urban_income=urban, hukou_cost=cost, dispersion=k)
    base = places.urban_share()
    assert places.replace(hukou_cost=cost + 0.05).urban_share() < base
    assert places.replace(urban_income=urban + 0.1).urban_share() > base
    assert places.replace(rural_income=rural + 0.1).urban_share() < base


@given(st.integers(0, 10_000), st.integers(2, 8), st.floats(0.3, 20))
def test_everybody_lives_somewhere(seed, places, k):
    rng = np.random.default_rng(seed)
    people = rng.integers(0, 10**7, places).astype(float)
    shares = model.choice_shares(
        rng.uniform(0.1, 9, places), wedges=1 + rng.exponential(2, (places, places)), dispersion=k
    )
    flows = people[:, None] * shares
    assert flows.sum(axis=1) == pytest.approx(people, rel=1e-12)
    assert flows.sum() == pytest.approx(people.sum(), rel=1e-12)


def test_extreme_values_do_not_overflow():
    shares = model.choice_shares([1e-200, 1e200], dispersion=5.0)
    assert shares[0] == pytest.approx([0.0, 1.0])


def test_draws_come_first():
    draws = model.choice_shares([[1.0, 2.0], [1.0, 3.0], [2.0, 1.0]], dispersion=[1.0, 2.0, 3.0])
    assert draws.shape == (3, 1, 2)
    assert draws[1, 0, 1] == pytest.approx(9 / 10)


def test_people_who_choose_one_by_one_converge_to_the_closed_form():
    rng = np.random.default_rng(12)
    values, wedges = [1.0, 2.3, 1.7], np.array([[1.0, 1.4, 1.4], [1.4, 1.0, 1.4]])
    exact = model.choice_shares(values, wedges=wedges, dispersion=1.5)
    for people in (1_000, 100_000, 250_001):
        origins = rng.integers(0, 2, people)
        appeal = 1.5 * np.log(values / wedges)[origins]
        chosen = (appeal + rng.gumbel(size=appeal.shape)).argmax(axis=1)
        for origin in (0, 1):
            here = chosen[origins == origin]
            found = np.bincount(here, minlength=3) / len(here)
            assert np.abs(found - exact[origin]).max() < 5 * np.sqrt(0.25 / len(here))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: TWO.replace(hukou_cost=30), "'hukou_cost' is 30; give between 0 and 1"),
        (lambda: TWO.replace(rural_income=0), "rural_income"),
        (lambda: TWO.hukou_cost_at_share(1.0), "share"),
        (lambda: model.choice_shares(1.0, dispersion=1), "values is a single number"),
        (lambda: model.choice_shares([1.0, 2.0], wedges=[1.0, 2.0], dispersion=1), "wedges has 1 dimension"),
        (lambda: model.choice_shares([1.0, 2.0], wedges=np.ones((2, 3)), dispersion=1), "shapes"),
        (lambda: model.choice_shares([1.0, 2.0], dispersion=0), "dispersion"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_shares_are_shares_over_the_declared_ranges():
    corners = {p.name: np.array([p.lower, p.upper]) for p in TWO.parameters()}
    share = TWO.replace(**dict(zip(corners, np.meshgrid(*corners.values()), strict=True))).urban_share()
    assert ((share >= 0) & (share <= 1)).all()
