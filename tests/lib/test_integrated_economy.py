"""The accounts of the integrated economy hold exactly, its parts agree with the models they come from."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import brentq

from symbiosis.economy import markets, model, people, places
from symbiosis.economy.model import Economy
from symbiosis.economy.parameters import CALIBRATED, PURPOSES, UNCERTAIN
from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.models.land.ngai_pissarides import NgaiPissarides
from symbiosis.models.migration import logit_migration
from symbiosis.parameters import ParameterError

RUNS = 40


@pytest.fixture(scope="module")
def draws():
    """Uncertain parameters drawn from their bounds, policies of every kind among them."""
    rng = np.random.default_rng(20)
    drawn = {p.name: rng.uniform(p.lower, p.upper, RUNS) for p in UNCERTAIN}
    purposes = rng.dirichlet(np.ones(6), RUNS).T
    return Economy(
        **drawn,
        **dict(zip(PURPOSES, purposes, strict=False)),
        levy=rng.uniform(0, 0.08, RUNS),
        added_barrier=rng.uniform(-0.5, 1, RUNS),
        village_transfers=rng.uniform(0, 0.2, RUNS),
        farm_productivity=2.0,
    )


@pytest.fixture(scope="module")
def history(draws):
    return draws.simulate(), list(draws.years())


def test_the_start_is_the_china_of_2000():
    begin = people.start_people()
    assert begin.sum() == pytest.approx(1, abs=1e-15)
    assert begin.min() >= 0
    np.testing.assert_allclose(begin.sum(axis=(0, 1)), people.AGE_SHARES, atol=1e-15)
    assert begin[places.URBAN].sum() == pytest.approx(people.URBAN_SHARE)
    assert begin[:, 2:].sum() == pytest.approx(people.REGISTERED_URBAN_SHARE)
    assert begin[:3].sum() == pytest.approx(people.COAST_SHARE)
    assert begin[~places.ALLOWED].sum() == 0


def test_nobody_gets_lost(history):
    _, record = history
    assert len(record) == 51
    for now, later in pairwise(record):
        assert now.state.people.min() >= 0
        change = later.state.people.sum(axis=(0, 1, 2)) - now.state.people.sum(axis=(0, 1, 2))
        np.testing.assert_allclose(change, (now.flows.born - now.flows.died).sum(axis=0), atol=1e-13)
        assert later.state.people[~places.ALLOWED].max() == 0


def test_registrations_change_only_by_birth_death_and_registration(history):
    _, record = history
    for now, later in pairwise(record):
        change = (
            later.state.people.sum(axis=(0, 2)) - now.state.people.sum(axis=(0, 2)) - now.flows.born + now.flows.died
        )
        np.testing.assert_allclose(change[:2].sum(axis=0), -now.flows.registered, atol=1e-13)
        np.testing.assert_allclose(change[2:].sum(axis=0), now.flows.registered, atol=1e-13)


def test_every_yuan_that_is_paid_is_received(history, draws):
    """Output is wages, profits, taxes and levy; what each of them buys adds up to output again."""
    _, record = history
    for year in record:
        m = year.markets.money
        np.testing.assert_allclose(m.wages + m.profits + m.taxes + m.levy, m.output, rtol=1e-12)
        np.testing.assert_allclose(year.markets.output_by_place.sum(axis=0), m.output, rtol=1e-12)
        paid = m.services.sum(axis=0) + m.settling + m.farm_investment + m.given_back
        np.testing.assert_allclose(paid, m.taxes + m.levy + m.land_money, rtol=1e-12)
        np.testing.assert_allclose(year.markets.place_income.sum(axis=0), m.household_income, rtol=1e-12)
        np.testing.assert_allclose(m.household_income, m.wages - m.land_money + m.farm_value + m.given_back, rtol=1e-12)
        # Walras: non-farm goods bought at home and sent abroad for food are those that were made.
        bought = m.household_income - m.food_spending + m.services.sum(axis=0) + m.settling + m.farm_investment
        np.testing.assert_allclose(bought + m.profits + m.food_imports, m.output, rtol=1e-12)


def test_services_received_are_services_paid(history):
    _, record = history
    for year in record:
        received = (year.markets.services * year.state.people.sum(axis=2)).sum(axis=1)
        np.testing.assert_allclose(received, year.markets.money.services, rtol=1e-12)


def test_food_is_imported_at_the_given_share(history, draws):
    _, record = history
    for year in record:
        m = year.markets.money
        np.testing.assert_allclose(m.food_imports / m.food_spending, draws.food_imports, atol=1e-8)


def test_food_price_is_the_one_a_scalar_solver_finds():
    year = next(Economy(food_imports=0.1).years(2001))
    p = Economy.parameters().defaults()
    begin = people.start_people()
    hands = begin[places.VILLAGES][:, :, 1:3].sum(axis=(1, 2)) + p["old_farm_work"] * begin[places.VILLAGES][
        :, :, 3
    ].sum(axis=1)
    kept = (1 - p["tax_rate"]) * (1 - p["capital_share"])
    wage = kept * np.array([1, p["town_wage"], p["inland_wage"], p["inland_wage"] * p["town_wage"]])
    labour = begin[places.URBAN][:, :, 1:3].sum(axis=(1, 2))
    village_wage = wage[[1, 3]] * p["village_wage"]
    land = np.array([markets.COAST_LAND, 1 - markets.COAST_LAND])
    part = 1 - p["land_share"] * (1 - p["family_sharing"])

    def excess(price):
        wanted = (part * price * land ** p["land_share"] * p["farm_productivity"] / village_wage) ** (
            1 / p["land_share"]
        )
        farmers = wanted / (1 + (wanted / hands) ** 4) ** 0.25
        food = p["farm_productivity"] * (land ** p["land_share"] * farmers ** (1 - p["land_share"])).sum()
        income = (wage * labour).sum() * (1 - p["land_finance"] * p["housing_share"]) + price * food
        income += (village_wage * (hands - farmers)).sum()
        # Stone-Geary: the need first, and a fixed part of what is left.
        need = price * p["subsistence"]
        spent = need + p["food_weight"] * (income - need)
        return (1 - 0.1) * spent / price - food

    assert float(year.markets.farms.price[0]) == pytest.approx(brentq(excess, 1e-3, 10), rel=1e-8)


def test_people_choose_as_in_the_model_of_migration():
    value = np.log(np.array([1.3, 0.7, 1.0, 2.0, 1.5, 0.4]))[:, None, None] * np.ones((6, 4, 1))
    mine = people.chances(value, np.array([1.5]))[:, 0, 0]
    theirs = logit_migration.choice_shares(np.exp(value[:, 0, 0]), dispersion=1.5)
    np.testing.assert_allclose(mine, np.ravel(theirs), rtol=1e-12)


def test_services_replace_industry_as_in_ngai_and_pissarides():
    paths = Economy(services_gap=0.02, modern_elasticity=0.3).simulate(2030)
    theirs = NgaiPissarides(
        initial_consumption_shares=[0.0, 0.53, 0.47], growth_manufacturing=0.03, growth_services=0.01, elasticity=0.3
    )
    np.testing.assert_allclose(paths.services_share, theirs.consumption_shares(np.arange(31.0))[:, 2], rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "outcome", "sign"),
    [
        ("added_barrier", "urban_share", -1),
        ("village_attachment", "urban_share", -1),
        ("region_cost", "coast_share", -1),
        ("city_pull", "city_share", 1),
        ("farm_growth", "food_price", -1),
        ("mortality_old", "old_share", -1),
        ("growth_end", "output_per_person", 1),
        ("reclassification", "urban_share", 1),
    ],
)
def test_each_lever_pulls_its_way(draws, name, outcome, sign):
    parameter = Economy.parameter(name)
    # Ends at which every draw still eats.
    low, high = {"farm_growth": (0.02, 0.05), "region_cost": (0.0, 4.0)}.get(name, (parameter.lower, parameter.upper))
    low, high = (-2.0, 4.0) if name == "village_attachment" else (low, high)
    small, large = (getattr(draws.replace(**{name: v}).simulate(), outcome)[:, -1] for v in (low, high))
    assert (sign * (large - small) > 0).all()


def test_money_for_one_side_is_not_there_for_the_other(draws):
    even = draws.replace(levy=0.03, added_barrier=0.0, **dict.fromkeys(PURPOSES, 0.0))
    villages = even.replace(to_village_services=1.0).simulate()
    migrants = even.replace(to_migrants=1.0).simulate()
    assert (villages.services_ratio[:, 25] < migrants.services_ratio[:, 25]).all()
    np.testing.assert_array_equal(villages.urban_share[:, :26], migrants.urban_share[:, :26])
    assert (villages.urban_share[:, -1] < migrants.urban_share[:, -1]).all()


def test_a_run_does_not_depend_on_the_runs_beside_it(draws):
    together = draws.simulate()
    some = slice(3, 10)
    alone = Economy(**{name: v if np.ndim(v) == 0 else v[some] for name, v in draws.values().items()}).simulate()
    for outcome, values in together.at(2050).items():
        np.testing.assert_allclose(alone.at(2050)[outcome], values[some], rtol=1e-9, err_msg=outcome)


def test_outcomes_are_plausible(history):
    paths, _ = history
    for name in (
        "urban_share",
        "registered_urban_share",
        "coast_share",
        "city_share",
        "old_share",
        "farm_output_share",
    ):
        values = getattr(paths, name)
        assert ((values > 0) & (values < 1)).all(), name
    assert all(np.isfinite(getattr(paths, name)).all() for name in paths.at(2050))


def test_hunger_is_an_error_or_a_gap_but_never_a_number():
    hungry = {"farm_productivity": np.array([0.2, 2.0])}
    with pytest.raises(EquilibriumError, match="in 1 of 2 runs: the farms cannot feed everybody"):
        Economy(**hungry).simulate()
    with np.errstate(invalid="ignore"):
        found = model.outcomes_2050(hungry)
        wellbeing = Economy(**hungry).wellbeing(2030)
    assert np.isnan(found["urban_share"]).tolist() == [True, False]
    assert np.isnan(wellbeing).tolist() == [True, False]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"hope": 1.0}, "Economy has no hope"),
        ({"levy": 1.5}, "parameter 'levy' is 1.5; give between 0 and 1"),
        ({"response": [1.0, np.nan]}, r"parameter 'response' is not finite: nan \(1 of 2 values\)"),
        ({"response": [1.0, 2.0], "levy": [0.01, 0.02, 0.03]}, r"'levy' has shape \(3,\), which does not fit \(2,\)"),
        ({"response": 0.0}, "parameter 'response' is 0; give more than 0"),
    ],
)
def test_bad_parameters_are_named(arguments, words):
    with pytest.raises(ParameterError, match=words):
        Economy().replace(**arguments)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"to_migrants": [0.7, 0.2], "to_villagers": 0.7}, "the purposes of the levy add up to 140%; give no more"),
        ({"levy": [0.8, 0.0]}, "levy and taxes leave -2% of output; lower levy or tax_rate"),
    ],
)
def test_a_budget_that_cannot_be_is_an_error_where_it_is_not_masked(arguments, words):
    economy = Economy(**arguments)
    assert economy.admissible().tolist() == [False, True]
    with pytest.raises(EquilibriumError, match=words):
        economy.simulate(2030)
    kept = {name: np.broadcast_to(v, 2)[economy.admissible()] for name, v in economy.values().items()}
    assert np.isfinite(Economy(**kept).simulate(2030).urban_share).all()


def test_draws_of_any_shape_keep_it():
    flat = {"response": np.array([1.0, 1.5, 2.0, 2.5, 0.7, 0.9]), "levy": 0.02}
    square = {name: np.reshape(v, (2, 3)) if np.ndim(v) else v for name, v in flat.items()}
    paths, others = Economy(**square).simulate(2030), Economy(**flat).simulate(2030)
    assert paths.urban_share.shape == (2, 3, 31)
    np.testing.assert_array_equal(paths.urban_share.reshape(6, 31), others.urban_share)
    assert Economy(**square).wellbeing(2030).shape == paths.at(2030)["wellbeing"].shape == (2, 3)
    assert Economy().simulate(2030).urban_share.shape == (31,)


def test_the_last_year_must_lie_within():
    with pytest.raises(ValueError, match="last_year is 2060; give a year from 2001 to 2050"):
        Economy().simulate(2060)


def test_every_parameter_matters(draws):
    """A parameter that changes nothing would be a stub."""
    names = [p.name for p in (*CALIBRATED, *UNCERTAIN)]
    common = Economy(levy=0.04, to_farm_investment=0.3, to_new_citizens=0.3, village_transfers=0.05)
    base = common.simulate().at(2050)
    for name in names:
        parameter = Economy.parameter(name)
        nudged = parameter.default + 0.2 * (parameter.upper - parameter.default)
        nudged = nudged if nudged != parameter.default else parameter.default - parameter.step
        other = common.replace(**{name: nudged}).simulate().at(2050)
        assert any(abs(other[k] - base[k]) > 1e-9 for k in base), name


def test_at_the_ends_of_every_range_people_eat_or_the_run_says_that_they_do_not():
    ends = [(p.name, end) for p in Economy.parameters() for end in (p.lower, p.upper)]
    default = Economy.parameters().defaults()
    draws = {
        name: np.array([end if name == moved else value for moved, end in ends]) for name, value in default.items()
    }
    economy = Economy(**draws)
    assert economy.admissible().all()
    with np.errstate(invalid="ignore"):
        found = economy.simulate(strict=False).at(2050)
    hungry = np.isnan(found["urban_share"])
    assert {moved for (moved, _), h in zip(ends, hungry, strict=True) if h} <= {"farm_productivity", "farm_growth"}
    for name, values in found.items():
        assert np.isfinite(values[~hungry]).all(), name
