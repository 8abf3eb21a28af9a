import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from symbiosis.models.interplay.city_countryside import CityCountryside

anything = st.fixed_dictionaries({p.name: st.floats(p.lower, p.upper) for p in CityCountryside.parameters()})


@settings(max_examples=40)
@given(anything)
def test_people_are_conserved_and_stocks_stay_positive(parameters):
    run = CityCountryside(**parameters).path(step=0.5)
    np.testing.assert_allclose(run.rural + run.city, 1.0, atol=1e-12)
    for stock in (run.rural, run.migrants, run.registered, run.arrivals):
        assert stock.min() > 0
    assert run.rural_services.min() >= 0
    assert run.urban_services.min() > 0
    np.testing.assert_allclose(run.shortfall, run.urban_shortfall + run.rural_shortfall)


@settings(max_examples=20)
@given(anything)
def test_the_step_does_not_matter(parameters):
    """The second bound holds at the kink too, where rural taxes cease to pay the fixed cost."""
    for fixed_cost, tolerance in ((0.0, 1e-3), (parameters["fixed_cost"], 1e-2)):
        economy = CityCountryside(**{**parameters, "fixed_cost": fixed_cost})
        coarse, fine = (economy.path(step=step) for step in (0.5, 0.125))
        np.testing.assert_allclose(coarse.rural, fine.rural[::4], rtol=tolerance)
        np.testing.assert_allclose(coarse.urban_services, fine.urban_services[::4], rtol=10 * tolerance)


def test_agrees_with_an_adaptive_solver():
    model = CityCountryside()
    run = model.path(step=0.25)
    start = [run.rural[0], run.migrants[0], run.registered[0], run.urban_services[0], run.rural_services[0]]
    exact = solve_ivp(lambda t, y: model._rates(y, True)[0], (0, 40), start, t_eval=run.times, rtol=1e-10, atol=1e-12).y
    np.testing.assert_allclose(run.rural, exact[0], rtol=1e-6)
    np.testing.assert_allclose(run.rural_services, exact[4], rtol=1e-6)


def test_without_response_half_of_those_who_think_again_choose_the_city():
    run = CityCountryside(response=1e-9, registration=0.0, returning=0.0).path(horizon=400, step=1.0)
    assert run.arrivals[0] == pytest.approx(0.06 * 0.5 * 0.55, rel=1e-6)
    total = 1 - run.registered[-1]
    assert run.rural[-1] == pytest.approx(total / 2, rel=1e-6)


def test_services_keep_their_level_where_nobody_moves():
    run = CityCountryside(review=1e-12, registration=0.0, returning=0.0).path()
    np.testing.assert_allclose(run.urban_services, 0.085 * 0.45 / 0.1, rtol=1e-9)
    np.testing.assert_allclose(run.rural_services, (0.05 * 0.55 - 0.005) / 0.1, rtol=1e-9)


def test_money_for_one_side_reaches_the_other_through_people():
    money = ({}, {"to_countryside": 0.01}, {"to_city": 0.01})
    base, village, city = (CityCountryside(**extra).path() for extra in money)
    assert (village.city[1:] < base.city[1:]).all()
    assert village.urban_shortfall[-1] < base.urban_shortfall[-1]
    assert (city.city[1:] > base.city[1:]).all()
    assert city.rural_shortfall[-1] < base.rural_shortfall[-1]


@settings(max_examples=30)
@given(anything, st.floats(0.05, 0.5))
def test_a_better_city_income_draws_more_people(parameters, more):
    base = CityCountryside(**parameters).path(horizon=5)
    richer = CityCountryside(**{**parameters, "urban_income": parameters["urban_income"] + more}).path(horizon=5)
    # Where the villages have no services at all, everybody who thinks again leaves, whatever the city pays.
    open_choice = base.rural_services.min() > 1e-6
    assert (richer.rural[1:] <= base.rural[1:]).all()
    assert (richer.rural[1:] < base.rural[1:]).all() or not open_choice


def test_a_boundary_around_the_city_keeps_the_countryside_as_it_was():
    run = CityCountryside().path(countryside_inside=False)
    assert np.ptp(run.rural) == 0
    assert np.ptp(run.rural_services) == 0
    assert run.rural[-1] + run.city[-1] > 1.1


def test_where_the_boundary_lies_decides_about_an_open_gate():
    """Easier lives for migrants: a loss when only the city counts, a gain when everybody does."""
    for inside, gain in ((True, True), (False, False)):
        closed, opened = (CityCountryside(urban_income=y).path(countryside_inside=inside) for y in (1.6, 1.92))
        assert opened.urban_shortfall[-1] > closed.urban_shortfall[-1]
        assert (opened.shortfall[-1] < closed.shortfall[-1]) == gain


def test_draws_run_together_as_they_do_alone():
    taxes = np.array([0.03, 0.05, 0.07])
    together = CityCountryside(rural_tax=taxes).path(horizon=10)
    assert together.rural.shape == (3, 41)
    for k, tax in enumerate(taxes):
        np.testing.assert_allclose(together.rural[k], CityCountryside(rural_tax=tax).path(horizon=10).rural, rtol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"hope": 1.0}, "has no hope; it has review"),
        ({"review": -0.1}, "'review' is -0.1; give between 0 and 1, without the first"),
        ({"review": 1.5}, "'review' is 1.5; give between 0 and 1"),
        ({"rural_tax": np.nan}, "'rural_tax' is not finite: nan"),
        ({"rural_share": 2.0}, "'rural_share' is 2; give between 0 and 1"),
    ],
)
def test_bad_parameters_are_named(arguments, words):
    with pytest.raises(ValueError, match=words):
        CityCountryside().replace(**arguments)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"step": 0.0}, "give 0 < step <= horizon"),
        ({"horizon": np.inf}, "horizon is inf; give a finite number"),
    ],
)
def test_bad_times_are_named(arguments, words):
    with pytest.raises(ValueError, match=words):
        CityCountryside().path(**arguments)
