from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from tests.lib.level_economy import ELASTICITIES, country_of, equilibrium, welfare_of

from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.models.migration.moving_costs import MovingCosts, moving_costs_from_margins
from symbiosis.models.space.rosen_roback import RosenRoback
from symbiosis.models.space.spatial_equilibrium import Settlement

THE_FOUR = ("agglomeration", "congestion", "housing_share", "dispersion")


def _observed(country, elasticities, **more):
    """The settlement that the economy in levels is in, with its costs."""
    state = equilibrium(country, elasticities)
    log_wedge = elasticities["dispersion"] * np.log(country["wedges"])
    costs = MovingCosts(state["flows"], np.zeros(len(country["home"])), log_wedge)
    return state, Settlement(costs=costs, wage=state["wage"], **elasticities, **more)


def test_b_11_rosen_roback_prices():
    nicer = RosenRoback(amenity=1.1, housing_share=0.3, land_share=0.1).prices()
    assert np.exp(nicer.log_rent) == pytest.approx(1.26091, abs=1e-5)
    assert np.exp(nicer.log_wage) == pytest.approx(0.97457, abs=1e-5)
    better = RosenRoback(productivity=1.1, housing_share=0.3, land_share=0.1).prices()
    assert better.log_rent == pytest.approx(0.257595, abs=1e-6)
    assert better.log_wage == pytest.approx(0.077279, abs=1e-6)


@given(st.floats(0.2, 5), st.floats(0.2, 5), st.floats(0.01, 0.9), st.floats(0.01, 0.9))
def test_rosen_roback_leaves_people_and_firms_indifferent(a, p, b, g):
    prices = RosenRoback(amenity=a, productivity=p, housing_share=b, land_share=g).prices()
    assert np.log(a) + prices.log_wage - b * prices.log_rent == pytest.approx(0, abs=1e-9)
    assert (1 - g) * prices.log_wage + g * prices.log_rent == pytest.approx(np.log(p), abs=1e-9)


def test_no_prices_without_land():
    with pytest.raises(EquilibriumError, match="both 0"):
        RosenRoback(housing_share=0, land_share=0).prices()
    assert RosenRoback(housing_share=[0.0, 0.1], land_share=0.0).admissible().tolist() == [False, True]


@settings(deadline=None, max_examples=25)
@given(
    st.integers(0, 10_000), st.integers(2, 9), st.floats(0.1, 0.95), st.floats(0, 0.3), st.floats(0, 0.4),
    st.floats(0.05, 0.6), st.floats(0.5, 4.0), st.floats(0.0, 3.0), st.booleans(),
)  # fmt: skip
def test_exact_changes_are_the_ratio_of_two_economies_in_levels(seed, places, cost, a, c, b, k, ease, better):
    """Neither productivity, nor amenity, nor the cost itself is known to the model, and yet every change is right."""
    elasticities = dict(zip(THE_FOUR, (a, c, b, k), strict=True))
    if k * (b + c - a * (1 - b)) <= -0.7:
        return
    country = country_of(seed, places, cost)
    before, model = _observed(country, elasticities)
    lift = np.random.default_rng(seed).uniform(0.8, 1.3, places) if better else np.ones(places)
    # Moving that is never worth it: a cost so high that nobody goes.
    cost_now = np.where(np.eye(places, dtype=bool), 1.0, country["wedges"] / max(ease, 1e-60))
    changed = country | {"productivity": country["productivity"] * lift, "wedges": cost_now}
    after = equilibrium(changed, elasticities)
    found = model.replace(ease=ease).equilibrium(productivity=lift)
    assert found.residents == pytest.approx(after["population"], rel=1e-7)
    assert found.wage == pytest.approx(after["wage"], rel=1e-7)
    assert found.output == pytest.approx(after["output"] / before["output"] - 1, abs=1e-8)
    assert np.log1p(found.by_origin) == pytest.approx(after["welfare"] - before["welfare"], abs=1e-7)
    stayed = np.diag(after["flows"])
    assert found.stayers == pytest.approx(stayed, rel=1e-7)
    assert found.away == pytest.approx(1 - stayed.sum() / country["home"].sum(), abs=1e-8)


def test_free_movement_has_a_closed_form():
    # Where nobody is held, l_j is proportional to a_j^((1 - b) k / (1 + k lambda)).
    country = country_of(2, cost=0.0)
    before, model = _observed(country, ELASTICITIES)
    lift = np.array([1.3, 1.0, 0.8, 1.1, 1.0])
    crowding = 0.25 + 0.05 - 0.05 * 0.75
    assert model.crowding() == pytest.approx(np.full(5, crowding))
    appeal = lift ** (0.75 * 1.5 / (1 + 1.5 * crowding)) * before["population"]
    found = model.equilibrium(productivity=lift).residents
    assert found == pytest.approx(country["home"].sum() * appeal / appeal.sum(), rel=1e-9)


@given(st.integers(0, 10_000))
def test_a_better_place_draws_people(seed):
    before, model = _observed(country_of(seed), ELASTICITIES)
    change = model.equilibrium(productivity=[1.2, 1, 1, 1, 1]).residents - before["population"]
    assert change[0] > 0
    assert (change[1:] < 0).all()
    assert change.sum() == pytest.approx(0, abs=1e-9)


@given(st.integers(0, 10_000), st.floats(0.1, 0.9))
def test_the_planner_agrees_with_the_market_where_crowding_is_the_same_everywhere(seed, cost):
    before, model = _observed(country_of(seed, cost=cost), ELASTICITIES)
    assert model.planner_allocation().residents == pytest.approx(before["population"], rel=1e-8)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_planner_allocation_is_the_best_that_a_search_finds(seed):
    places, slope = 3, 0.2
    density = np.exp([1.0, 0.0, -0.5])
    elasticities = ELASTICITIES | {"agglomeration": 0.3, "congestion": 0.35}
    country = country_of(seed, places)
    # The mean of extra congestion is weighted by residents, who hang on it: a few rounds settle both.
    weights = np.ones(places)
    for _ in range(200):
        country["extra_congestion"] = slope * (np.log(density) - np.average(np.log(density), weights=weights))
        weights = equilibrium(country, elasticities)["population"]
    _, model = _observed(country, elasticities, density=density, congestion_by_density=slope)
    planner, home = model.planner_allocation(), country["home"][:, None]
    today = welfare_of(model.costs.flows, country, elasticities)

    def loss(x):
        parts = np.exp(np.concatenate([x.reshape(places, places - 1), np.zeros((places, 1))], axis=1))
        flows = home * parts / parts.sum(axis=1, keepdims=True)
        return -float(home[:, 0] @ (welfare_of(flows, country, elasticities) - today)) / home.sum()

    best = minimize(loss, np.zeros(places * (places - 1)), method="BFGS", options={"gtol": 1e-9})
    assert -best.fun == pytest.approx(float(np.log1p(planner.welfare)), abs=1e-8)
    assert planner.welfare > 1e-5
    # The place where one more person crowds little gets more, the crowded one fewer.
    assert planner.residents[2] > model.residents[2]
    assert planner.residents[0] < model.residents[0]


def test_a_real_number_of_places_and_people():
    rng = np.random.default_rng(7)
    home = rng.uniform(0.5, 10, 300) * 1e6
    arrivals = home * rng.uniform(0.05, 0.5, 300)
    leave = home * rng.uniform(0.1, 0.4, 300)
    leave *= arrivals.sum() / leave.sum()
    costs = moving_costs_from_margins(home - leave + arrivals, home, arrivals)
    model = Settlement(costs=costs, wage=rng.uniform(3e4, 2e5, 300), ease=[0.0, 1.0, 3.0])
    state = model.equilibrium()
    assert state.residents.sum(axis=1) == pytest.approx(np.full(3, home.sum()), rel=1e-9)
    assert state.residents[0] == pytest.approx(home, rel=1e-9)
    assert state.residents[1] == pytest.approx(model.residents, rel=1e-9)


def test_every_setting_of_the_sliders_is_unique_or_refused_and_published_values_are_all_unique():
    """dispersion * (b + congestion - agglomeration (1 - b)) > -1, read at every corner of the ranges."""
    _, model = _observed(country_of(1), ELASTICITIES)
    declared = Settlement.parameters()
    ends = [(declared[n].lower, declared[n].upper) for n in THE_FOUR]
    refused = []
    for values in product(*ends):
        setting = dict(zip(THE_FOUR, values, strict=True))
        a, c, b, k = values
        unique = k * (b + c - a * (1 - b)) > -1
        one = model.replace(**setting, ease=2.0)
        assert bool(one.admissible()) is unique
        if unique:
            assert np.isfinite(one.equilibrium().welfare)
        else:
            refused.append(setting)
    assert refused == [dict(agglomeration=0.3, congestion=0.0, housing_share=0.01, dispersion=4.0)]
    # With land at its default, and within what is published of agglomeration, every corner is unique.
    for k, c in product(ends[3], ends[1]):
        assert model.replace(dispersion=k, congestion=c, agglomeration=0.3, housing_share=0.25).admissible()
        assert model.replace(dispersion=k, congestion=c, agglomeration=0.1, housing_share=0.01).admissible()


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10_000), st.floats(0.0, 0.3), st.floats(0.5, 4.0))
def test_where_the_bound_holds_every_start_comes_to_one_equilibrium(seed, agglomeration, dispersion):
    _, model = _observed(country_of(seed, cost=0.6), ELASTICITIES)
    changed = model.replace(agglomeration=agglomeration, dispersion=dispersion, congestion=0.02, ease=1.4)
    if not changed.admissible() or float(changed._strength().min()) < -0.8:
        return
    one = changed.equilibrium()
    start = np.random.default_rng(seed).uniform(0.05, 5, 5)
    assert changed.equilibrium(start=start).residents == pytest.approx(one.residents, rel=1e-7)
    assert not changed.replace(ease=1.0).unstable()


def test_beyond_the_bound_there_really_are_several_equilibria():
    # Three equal places, strong agglomeration: whichever is a little larger at the start ends up with most people.
    costs = moving_costs_from_margins([10.0] * 3, [10.0] * 3, [6.0] * 3)
    model = Settlement(
        costs=costs, wage=np.ones(3), agglomeration=1.5, congestion=0.0, housing_share=0.05, dispersion=2.0
    )
    assert not model.admissible()
    assert model.unstable()
    ends = [model.equilibrium(start=np.where(np.arange(3) == i, 1.1, 1.0)).residents for i in range(3)]
    for i, residents in enumerate(ends):
        assert residents.argmax() == i
        assert residents.max() > 15
        assert residents.sum() == pytest.approx(30)
    with pytest.raises(EquilibriumError, match="several equilibria"):
        model.equilibrium()
    with pytest.raises(EquilibriumError, match="several equilibria"):
        model.planner_allocation()


def test_draws_that_may_have_several_equilibria_are_told_apart():
    _, model = _observed(country_of(0), ELASTICITIES)
    both = model.replace(agglomeration=[0.05, 1.5], housing_share=0.1, congestion=0.0, dispersion=3.0)
    assert both.admissible().tolist() == [True, False]
    with pytest.raises(EquilibriumError, match="several equilibria"):
        both.equilibrium()
    assert not model.unstable()
