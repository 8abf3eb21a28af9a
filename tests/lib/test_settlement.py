import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.models.migration import moving_costs
from symbiosis.models.space.spatial_equilibrium import MOVING_COST_FALL, Settlement
from symbiosis.parameters import ParameterError

EQUAL = dict(agglomeration=0.05, congestion=0.1, housing_share=0.25, dispersion=1.5)


def _margins(seed=0, places=6):
    rng = np.random.default_rng(seed)
    home = rng.uniform(1, 10, places)
    leaving, pull = home * rng.uniform(0.02, 0.3, places), rng.uniform(0.2, 3, places)
    moves = leaving[:, None] * np.broadcast_to(pull, (places, places)) * (1 - np.eye(places))
    moves *= (leaving / moves.sum(axis=1))[:, None]
    arrivals = moves.sum(axis=0)
    return home - leaving + arrivals, home, arrivals, rng.uniform(0.5, 2.0, places)


def _country(seed=0, places=6, **elasticities):
    residents, home, arrivals, wage = _margins(seed, places)
    costs = moving_costs.moving_costs_from_margins(residents, home, arrivals)
    return Settlement(costs=costs, wage=wage, **(EQUAL | elasticities))


@settings(deadline=None)
@given(
    st.integers(0, 10_000), st.integers(3, 12), st.floats(0, 0.2), st.floats(0, 0.5), st.floats(0.05, 0.6),
    st.floats(0.5, 4.0),
)  # fmt: skip
def test_whatever_the_elasticities_the_observed_settlement_is_the_equilibrium(seed, places, a, c, b, k):
    residents, home, _, wage = _margins(seed, places)
    country = _country(seed, places, agglomeration=a, congestion=c, housing_share=b, dispersion=k)
    if k * (b + c - a * (1 - b)) <= -0.99:
        return
    state = country.equilibrium()
    assert state.residents == pytest.approx(residents, rel=1e-7)
    assert state.stayers == pytest.approx(np.diag(country.costs.flows), rel=1e-7)
    assert state.wage == pytest.approx(wage, rel=1e-9)
    assert country.home_population == pytest.approx(home, rel=1e-9)
    for change in (state.by_origin, state.welfare, state.output, state.losing):
        assert change == pytest.approx(0, abs=1e-7)


def test_output_with_everybody_at_home_has_a_closed_form():
    country = _country(agglomeration=0.1)
    home = country.home_population
    state = country.replace(ease=0.0).equilibrium()
    residents, _, _, wage = _margins()
    at_home = (wage * (home / residents) ** 0.1 * home).sum()
    assert state.output == pytest.approx(at_home / (wage * residents).sum() - 1, rel=1e-9)
    assert state.stayers == pytest.approx(home)
    assert state.away == pytest.approx(0, abs=1e-12)


@given(st.integers(0, 10_000))
def test_with_one_crowding_elasticity_the_market_is_best_and_home_is_worse(seed):
    country = _country(seed)
    assert country.planner_allocation().residents == pytest.approx(country.residents, rel=1e-7)
    assert country.replace(ease=0.0).equilibrium().welfare < 0


def test_with_differing_congestion_a_planner_moves_people_out_of_the_crowded_places():
    country = _country(density=[1, 2, 4, 8, 16, 32], congestion_by_density=0.05)
    best = country.planner_allocation()
    assert best.residents[-1] < country.residents[-1]
    assert best.residents[0] > country.residents[0]
    assert best.welfare > 0
    assert best.residents.sum() == pytest.approx(country.residents.sum(), rel=1e-9)


def test_congestion_by_density_is_centred_and_never_negative():
    costs = moving_costs.moving_costs_from_margins([10.0] * 3, [10.0] * 3, [2.0] * 3)
    country = Settlement(
        costs=costs, wage=np.ones(3), density=[1.0, np.e, np.e**2], agglomeration=0, congestion=0.1, housing_share=0.25,
        congestion_by_density=[0.2, 0.0],
    )  # fmt: skip
    assert country.crowding() - 0.25 == pytest.approx(np.array([[0.0, 0.1, 0.3], [0.1, 0.1, 0.1]]))
    # Centred with the weight of residents.
    country = _country(density=[1, 2, 4, 8, 16, 32], congestion_by_density=0.02)
    plain = country.replace(congestion_by_density=0.0)
    extra = country.crowding() - plain.crowding()
    assert np.average(extra, weights=country.residents) == pytest.approx(0, abs=1e-12)


@given(st.integers(0, 10_000))
def test_easier_moves_more_people_move_and_all_are_better_off_on_average(seed):
    country = _country(seed)
    found = [country.replace(ease=ease).equilibrium() for ease in (0.0, 0.5, 1.0, 1.5, 3.0)]
    assert found[2].welfare == pytest.approx(0, abs=1e-8)
    assert (np.diff([float(f.away) for f in found]) > 0).all()
    assert (np.diff([float(f.welfare) for f in found]) > 0).all()


def test_attachment_that_is_all_of_the_cost_leaves_nothing_to_gain():
    country = _country()
    none, some, everything = (country.replace(barrier=b).equilibrium() for b in (0.0, 0.5, 1.0))
    assert none.welfare == pytest.approx(0, abs=1e-8)
    assert 0 < some.welfare < everything.welfare
    # Without any cost nobody has a home: everybody chooses alike.
    chosen = everything.stayers / country.home_population
    assert chosen == pytest.approx(everything.residents / everything.residents.sum(), rel=1e-7)
    # Draws of the barrier agree with single runs.
    many = country.replace(barrier=[0.0, 0.5, 1.0]).equilibrium()
    assert many.welfare == pytest.approx([float(x.welfare) for x in (none, some, everything)], abs=1e-9)


def test_spending_in_proportion_to_output_that_just_pays_changes_nothing():
    country = _country()
    spending = 0.02 * country.wage * country.residents
    state = country.invested(spending, payoff=1.0)
    assert state.residents == pytest.approx(country.residents, rel=1e-9)
    assert state.output == pytest.approx(0, abs=1e-9)
    assert state.welfare == pytest.approx(0, abs=1e-9)
    assert state.by_origin == pytest.approx(0, abs=1e-9)
    assert country.invested(spending, payoff=2.0).welfare > 0
    assert country.invested(spending, payoff=0.0).welfare == pytest.approx(0.98**0.75 - 1, rel=1e-9)


def test_spending_draws_people_where_it_goes():
    country = _country()
    change = country.invested([0.5, 0, 0, 0, 0, 0], payoff=1.0).residents - country.residents
    assert change[0] > 0
    assert (change[1:] < 0).all()
    with pytest.raises(ValueError, match="all output"):
        country.invested(np.full(6, 1e9), payoff=0.0)


def test_draws_agree_with_single_runs():
    draws = dict(agglomeration=[0.02, 0.08], congestion=[0.1, 0.2], congestion_by_density=[0.0, 0.05],
                 housing_share=[0.2, 0.3], dispersion=[1.2, 3.0])  # fmt: skip
    many = _country(density=[1, 2, 4, 8, 16, 32], **draws)
    one = many.replace(**{name: values[1] for name, values in draws.items()})
    for change in (
        Settlement.planner_allocation, lambda c: c.replace(ease=0.0).equilibrium(),
        lambda c: c.replace(ease=1.4).equilibrium(), lambda c: c.replace(barrier=0.4).equilibrium(),
        lambda c: c.invested([0.1, 0.2, 0, 0, 0, 0], payoff=1.3),
    ):  # fmt: skip
        a, b = change(many), change(one)
        for name in ("output", "welfare", "losing", "away"):
            assert getattr(a, name).shape == (2,)
            assert getattr(a, name)[1] == pytest.approx(float(getattr(b, name)), rel=1e-6, abs=1e-9)
        assert a.by_origin[1] == pytest.approx(b.by_origin, rel=1e-6, abs=1e-9)


@given(st.integers(0, 10_000))
def test_welfare_at_home_has_a_closed_form_without_wages(seed):
    """Log gain of origin i: ln(share that stays) / k + lambda ln(residents / home population)."""
    residents, home, arrivals, _ = _margins(seed)
    country = _country(seed, agglomeration=0.08, congestion=0.15, housing_share=0.3, dispersion=2.5)
    found = country.replace(ease=0.0).equilibrium()
    crowding = 0.3 + 0.15 - 0.08 * 0.7
    by_hand = np.log((residents - arrivals) / home) / 2.5 + crowding * np.log(residents / home)
    assert np.log1p(found.by_origin) == pytest.approx(by_hand, abs=1e-9)


def test_other_wages_give_other_output_and_the_same_welfare():
    residents, home, arrivals, wage = _margins(1)
    costs = moving_costs.moving_costs_from_margins(residents, home, arrivals)
    countries = [Settlement(costs=costs, wage=pay, **EQUAL) for pay in (wage, wage**0.5)]
    for ease in (0.0, 1.7):
        one, other = (c.replace(ease=ease).equilibrium() for c in countries)
        assert one.by_origin == pytest.approx(other.by_origin, abs=1e-8)
        assert abs(one.output - other.output) > 1e-3


def test_b_14_the_fall_is_the_published_one_of_migration_costs():
    assert MOVING_COST_FALL == 0.45


def test_gains_of_origins_add_up_to_welfare():
    country = _country(3)
    found = country.replace(ease=0.0).equilibrium()
    home = country.home_population
    assert np.log1p(found.welfare) == pytest.approx((np.log1p(found.by_origin) * home).sum() / home.sum())
    assert found.losing == pytest.approx(home[found.by_origin < 0].sum() / home.sum())


def test_bad_input_is_named():
    residents, home, arrivals, wage = _margins()
    costs = moving_costs.moving_costs_from_margins(residents, home, arrivals)
    with pytest.raises(ValueError, match="wage holds 2"):
        Settlement(costs=costs, wage=[1.0, 2.0], **EQUAL)
    with pytest.raises(ValueError, match="density holds 2"):
        Settlement(costs=costs, wage=wage, density=[1.0, 2.0], **EQUAL)
    with pytest.raises(ParameterError, match="density is not given"):
        Settlement(costs=costs, wage=wage, congestion_by_density=0.1, **EQUAL)
    with pytest.raises(ParameterError, match="'barrier' is 50; give between 0 and 1"):
        _country().replace(barrier=50)
    with pytest.raises(ParameterError, match="ease"):
        _country().replace(ease=-1.0)
    with pytest.raises(ValueError, match="start"):
        _country().equilibrium(start=[-1.0] * 6)
    with pytest.raises(EquilibriumError, match="several"):
        _country(agglomeration=0.3, congestion=0.0, housing_share=0.01, dispersion=4.0).planner_allocation()
    several = _country(agglomeration=[0.05, 0.3], congestion=0.0, housing_share=0.01, dispersion=4.0)
    assert several.admissible().tolist() == [True, False]


def test_declared_parameters_are_solved_at_their_bounds():
    plain = _country(density=[1, 2, 4, 8, 16, 32]).replace(**Settlement.parameters().defaults())
    for parameter in Settlement.parameters():
        for value in (parameter.lower, parameter.upper):
            country = plain.replace(**{parameter.name: value})
            assert np.isfinite(country.equilibrium().welfare)
            assert np.isfinite(country.planner_allocation().welfare)
