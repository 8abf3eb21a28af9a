import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.models.migration import logit_migration
from symbiosis.models.space.rosen_roback import RosenRoback
from symbiosis.models.space.spatial_equilibrium import SpatialEconomy

ELASTICITIES = dict(agglomeration=0.05, congestion=0.05, housing_share=0.25, dispersion=1.5)


def _wedges(places, cost):
    """1 at home and 1 / (1 - cost) elsewhere."""
    return np.where(np.eye(places, dtype=bool), 1.0, 1 / (1 - cost))


def _country(seed, places=5, cost=0.5):
    rng = np.random.default_rng(seed)
    return dict(
        productivity=rng.uniform(0.5, 2, places),
        amenity=rng.uniform(0.7, 1.4, places),
        housing=rng.uniform(0.5, 2, places),
        home_population=rng.uniform(0.2, 3, places),
        wedges=_wedges(places, cost),
    )


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


def test_equal_places_share_people_equally_and_draws_come_first():
    state = SpatialEconomy(
        productivity=np.ones(4), amenity=1.0, housing=2.0, home_population=np.full(4, 3.0), **ELASTICITIES
    ).equilibrium()
    assert state.population == pytest.approx(np.full(4, 3.0), rel=1e-10)
    draws = SpatialEconomy(
        **_country(1), agglomeration=[0.0, 0.1, 0.2], congestion=0.1, housing_share=0.3, dispersion=[1.0, 1.5, 2.0]
    ).equilibrium()
    assert draws.population.shape == (3, 5)
    single = SpatialEconomy(
        **_country(1), agglomeration=0.1, congestion=0.1, housing_share=0.3, dispersion=1.5
    ).equilibrium()
    assert draws.population[1] == pytest.approx(single.population, rel=1e-9)


def test_free_movement_has_a_closed_form():
    # L_j is proportional to S_j^(k / (1 + k lambda)), S_j utility at one person.
    c = _country(2) | {"wedges": 1.0}
    state = SpatialEconomy(**c, **ELASTICITIES).equilibrium()
    crowding = SpatialEconomy(**c, **ELASTICITIES).crowding()
    assert crowding == pytest.approx(0.25 + 0.05 - 0.05 * 0.75)
    appeal = (c["amenity"] * c["productivity"] ** 0.75 * c["housing"] ** 0.25) ** (1.5 / (1 + 1.5 * crowding))
    assert state.population == pytest.approx(c["home_population"].sum() * appeal / appeal.sum(), rel=1e-9)


def test_nearly_free_of_tastes_utilities_are_equal():
    state = SpatialEconomy(**(_country(3) | {"wedges": 1.0}), **(ELASTICITIES | {"dispersion": 500.0})).equilibrium()
    assert np.ptp(state.log_utility) < 0.02


economies = st.tuples(
    st.integers(0, 10_000), st.integers(2, 12), st.floats(0, 0.95), st.floats(0, 0.3), st.floats(0, 0.5),
    st.floats(0.01, 0.6), st.floats(0.5, 4.0),
)  # fmt: skip


@settings(deadline=None)
@given(economies)
def test_equilibrium_conserves_people_clears_markets_and_is_chosen(values):
    seed, places, cost, a, c, b, k = values
    country = _country(seed, places, cost)
    elasticities = dict(agglomeration=a, congestion=c, housing_share=b, dispersion=k)
    if k * (b + c - a * (1 - b)) <= -0.999:
        return
    state = SpatialEconomy(**country, **elasticities).equilibrium()
    home = country["home_population"]
    assert state.flows.sum(axis=1) == pytest.approx(home, rel=1e-12)
    assert state.flows.sum(axis=0) == pytest.approx(state.population, rel=1e-12)
    # The published utility, recomputed from what a person eats and lives in.
    assert state.wage == pytest.approx(country["productivity"] * state.population**a, rel=1e-9)
    space = country["housing"] / state.population
    utility = country["amenity"] * state.population**-c * state.wage ** (1 - b) * space**b
    assert np.exp(state.log_utility) == pytest.approx(utility, rel=1e-9)
    # Income is wage and rent; of it the share b goes to housing, so goods eaten are goods made.
    income = state.wage + state.rent * space
    assert state.rent * space == pytest.approx(b * income, rel=1e-9)
    assert state.output == pytest.approx(float((state.wage * state.population).sum()), rel=1e-12)
    shares = logit_migration.choice_shares(utility, wedges=country["wedges"], dispersion=k)
    assert state.flows == pytest.approx(home[:, np.newaxis] * shares, rel=1e-7, abs=1e-12)
    # The mean of log utility before tastes are known, ln(sum_j (V_j / m_ij)^k) / k (McFadden 1974).
    welfare = np.log(((utility / country["wedges"]) ** k).sum(axis=-1)) / k
    assert state.welfare == pytest.approx(welfare, abs=1e-7)


@given(st.integers(0, 10_000), st.sampled_from(["productivity", "amenity", "housing"]))
def test_a_better_place_draws_people(seed, what):
    country = _country(seed)
    better = country | {what: country[what] * np.array([1.2, 1, 1, 1, 1])}
    change = (
        SpatialEconomy(**better, **ELASTICITIES).equilibrium().population
        - SpatialEconomy(**country, **ELASTICITIES).equilibrium().population
    )
    assert change[0] > 0
    assert (change[1:] < 0).all()
    assert change.sum() == pytest.approx(0, abs=1e-9)


@given(st.integers(0, 10_000))
def test_moving_costs_keep_people_home_and_hurt(seed):
    movers, welfare = [], []
    for cost in (0.0, 0.3, 0.6, 0.9):
        state = SpatialEconomy(**_country(seed, cost=cost), **ELASTICITIES).equilibrium()
        movers.append(state.flows.sum() - np.trace(state.flows))
        welfare.append(float(state.total_welfare))
    assert (np.diff(movers) < 0).all()
    assert (np.diff(welfare) < 0).all()


@given(st.integers(0, 10_000), st.floats(0, 0.9))
def test_the_planner_agrees_with_the_market_where_crowding_is_the_same_everywhere(seed, cost):
    country = _country(seed, cost=cost)
    market = SpatialEconomy(**country, **ELASTICITIES).equilibrium()
    planner = SpatialEconomy(**country, **ELASTICITIES).planner_allocation()
    assert planner.population == pytest.approx(market.population, rel=1e-8)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_planner_allocation_is_the_best_that_a_search_finds(seed):
    places = 3
    country = _country(seed, places)
    elasticities = ELASTICITIES | {"agglomeration": 0.3, "congestion": 0.05}
    country["extra_congestion"] = [0.475, 0.1, 0.0]
    planner = SpatialEconomy(**country, **elasticities).planner_allocation()
    market = SpatialEconomy(**country, **elasticities).equilibrium()
    home = country["home_population"][:, None]

    def loss(x):
        parts = np.exp(np.concatenate([x.reshape(places, places - 1), np.zeros((places, 1))], axis=1))
        flows = home * parts / parts.sum(axis=1, keepdims=True)
        return -float(SpatialEconomy(**country, **elasticities).evaluate(flows).total_welfare)

    found = minimize(loss, np.zeros(places * (places - 1)), method="BFGS", options={"gtol": 1e-9})
    assert -found.fun <= planner.total_welfare + 1e-9
    assert -found.fun == pytest.approx(float(planner.total_welfare), abs=1e-8)
    assert planner.total_welfare > market.total_welfare + 1e-5
    # The place where one more person crowds little gets more, the crowded one fewer.
    assert planner.population[2] > market.population[2]
    assert planner.population[0] < market.population[0]


def test_everyone_at_home_is_worse_than_choice_and_evaluation_reproduces_equilibria():
    country = _country(5)
    market = SpatialEconomy(**country, **ELASTICITIES).equilibrium()
    same = SpatialEconomy(**country, **ELASTICITIES).evaluate(market.flows)
    for name in ("wage", "rent", "log_utility", "welfare", "total_welfare", "output"):
        assert getattr(same, name) == pytest.approx(getattr(market, name), rel=1e-9)
    home = SpatialEconomy(**country, **ELASTICITIES).evaluate(np.diag(country["home_population"]))
    assert home.population == pytest.approx(country["home_population"])
    assert home.welfare == pytest.approx(home.log_utility)
    assert home.total_welfare < market.total_welfare


def test_places_and_origins_without_people():
    country = _country(6, 3)
    state = SpatialEconomy(**country, **ELASTICITIES).evaluate([[1.0, 1.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 0.0]])
    assert np.isnan(state.log_utility[2])
    assert np.isnan(state.welfare[2])
    assert np.isfinite(state.total_welfare)
    assert state.rent[2] == 0
    empty = SpatialEconomy(**(country | {"home_population": [0.0, 1.0, 1.0]}), **ELASTICITIES).equilibrium()
    assert np.isnan(empty.welfare[0])
    assert (empty.population > 0).all()


def test_a_real_number_of_places_and_people():
    country = _country(7, places=300, cost=0.8)
    country["home_population"] = country["home_population"] * 4e6
    state = SpatialEconomy(**country, **ELASTICITIES).equilibrium()
    assert state.population.sum() == pytest.approx(country["home_population"].sum(), rel=1e-12)


def test_several_possible_equilibria_are_refused():
    country = _country(0)
    with pytest.raises(EquilibriumError, match="several equilibria"):
        SpatialEconomy(**country, agglomeration=0.9, congestion=0.0, housing_share=0.1, dispersion=3.0).equilibrium()
    with pytest.raises(EquilibriumError, match="several equilibria"):
        SpatialEconomy(
            **country, agglomeration=0.9, congestion=0.0, housing_share=0.1, dispersion=3.0
        ).planner_allocation()


def test_draws_that_may_have_several_equilibria_are_told_apart():
    economy = SpatialEconomy(
        **_country(0), agglomeration=[0.05, 0.9], congestion=0.0, housing_share=0.1, dispersion=3.0
    )
    assert economy.admissible().tolist() == [True, False]
    with pytest.raises(EquilibriumError, match="several equilibria"):
        economy.equilibrium()
    kept = economy.replace(agglomeration=economy.agglomeration[economy.admissible()]).equilibrium()
    alone = economy.replace(agglomeration=0.05).equilibrium()
    assert kept.population[0] == pytest.approx(alone.population, rel=1e-9)
    assert RosenRoback(housing_share=[0.0, 0.1], land_share=0.0).admissible().tolist() == [False, True]


def test_draws_of_places_and_wedges_come_first_too():
    country = _country(2)
    wedges = np.array([_wedges(5, cost) for cost in (0.2, 0.7)])
    state = SpatialEconomy(**(country | {"wedges": wedges}), **ELASTICITIES)
    assert state.admissible().shape == (2,)
    for found in (state.equilibrium(), state.evaluate(np.diag(country["home_population"]))):
        assert found.population.shape == found.wage.shape == found.log_utility.shape == (2, 5)
        assert found.flows.shape == (2, 5, 5)
    one = SpatialEconomy(**(country | {"wedges": wedges[1]}), **ELASTICITIES).equilibrium()
    assert state.equilibrium().population[1] == pytest.approx(one.population, rel=1e-9)
    with pytest.raises(ValueError, match="read-only"):
        state.wedges[0] = 1


def test_beyond_the_bound_there_really_are_several_equilibria():
    # Two equal places, dispersion times crowding -2: choice repeated from either side ends at different ends.
    ends = []
    for start in (0.45, 0.55):
        people = np.array([start, 1 - start])
        for _ in range(8):
            people = logit_migration.choice_shares(people**0.5, dispersion=4.0)[0]
        ends.append(people[0])
    assert ends[0] < 0.01 < 0.99 < ends[1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"home_population": [0.0] * 5}, "home_population"),
        ({"home_population": 3.0}, "home_population"),
        ({"productivity": [1.0, 2.0]}, "shapes do not fit"),
        ({"wedges": np.ones((4, 5))}, "wedges has shape"),
        ({"amenity": [-1.0] * 5}, "amenity"),
        ({"housing_share": 25}, "'housing_share' is 25; give between 0 and 1"),
        ({"housing_share": 1.0}, "'housing_share' is 1; give"),
        ({"dispersion": 0.0}, "dispersion"),
        ({"dispersion": [1.0, 2.0], "home_population": np.ones((3, 5))}, "draws do not fit"),
        ({"productivity": 1.0, "amenity": 1.0, "housing": 1.0}, "single place"),
    ],
)
def test_bad_input_is_named(change, message):
    with pytest.raises(ValueError, match=message):
        SpatialEconomy(**(_country(0) | ELASTICITIES | change)).equilibrium()


def test_other_bad_input_is_named():
    country = _country(0)
    with pytest.raises(ValueError, match="columns"):
        SpatialEconomy(**(country | {"wedges": 1.0}), **ELASTICITIES).evaluate(np.ones((5, 4)))
    with pytest.raises(ValueError, match="dimensions"):
        SpatialEconomy(**country, **ELASTICITIES).evaluate(np.ones(5))
    with pytest.raises(EquilibriumError, match="both 0"):
        RosenRoback(housing_share=0, land_share=0).prices()


def test_declared_parameters_are_solved_or_refused_at_their_bounds():
    names = ("agglomeration", "congestion", "housing_share", "dispersion")
    declared, solved = SpatialEconomy.parameters(), 0
    for corner in np.ndindex(2, 2, 2, 2):
        values = {n: (declared[n].lower, declared[n].upper)[i] for n, i in zip(names, corner, strict=True)}
        for cost in (0.0, 0.95):
            try:
                state = SpatialEconomy(**_country(1, cost=cost), **values).equilibrium()
            except EquilibriumError:
                assert values["agglomeration"] == 0.3
                assert values["congestion"] == 0
            else:
                solved += 1
                assert np.isfinite(state.total_welfare)
    assert solved >= 28
