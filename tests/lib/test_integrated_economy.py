"""The accounts of the integrated economy hold exactly, its parts agree with the models they come from."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from symbiosis import tables
from symbiosis.economy import food, model, people, places
from symbiosis.economy.ages import ages_in
from symbiosis.economy.demography import demography
from symbiosis.economy.model import Economy, outcomes_2050
from symbiosis.economy.parameters import CALIBRATED, PURPOSES, SCENARIO, UNCERTAIN
from symbiosis.economy.public_money import public_money
from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.models.land.ngai_pissarides import NgaiPissarides
from symbiosis.models.land.two_sector_economy import TwoSectorEconomy
from symbiosis.models.migration import logit_migration
from symbiosis.parameters import ParameterError
from symbiosis.sweeps.run import run_sweep

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
        drift_continues=rng.integers(0, 2, RUNS).astype(float),
        inland_shock=rng.uniform(-0.2, 0.2, RUNS),
        farm_productivity=2.0,
    )


@pytest.fixture(scope="module")
def history(draws):
    return draws.simulate(), list(draws.years())


def test_the_start_is_the_china_of_2000():
    begin = people.start_people()
    assert begin.sum() == pytest.approx(1, abs=1e-15)
    assert begin.min() >= 0
    np.testing.assert_allclose(begin.sum(axis=(0, 1)), demography().start, atol=1e-15)
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


def test_registration_makes_no_skill(history):
    """Whoever is registered brings the skill they have: that of all adults together stays what it was."""
    _, record = history
    for now in record[::5]:
        moved = now.state.people.copy()
        skill, registered = people._register(moved, now.state.skill, now.markets, now.parameters)
        assert registered.min() > 0
        before = (now.state.people.sum(axis=0) * now.state.skill).sum(axis=0)
        after = (moved.sum(axis=0) * skill).sum(axis=0)
        np.testing.assert_allclose(after, before, rtol=1e-13)
        # Nor do those change who keep their registration.
        np.testing.assert_array_equal(skill[:2], now.state.skill[:2])


def test_cohorts_keep_their_skill_once_they_are_of_age(draws):
    still = draws.replace(conversion=0.0, levy=0.0)
    now, later = list(still.years(2002))[:2]
    # The cohorts of 2000 stand one further on from 2001, where a new one began.
    np.testing.assert_allclose(later.state.skill[:, 5:18], now.state.skill[:, 4:17], rtol=1e-14)


def test_services_of_migrants_are_never_better_than_those_of_citizens(draws):
    rich = draws.replace(levy=0.08, **{**dict.fromkeys(PURPOSES, 0.0), "to_migrants": 1.0})
    for year in list(rich.years())[24::5]:
        services, heads = year.markets.services, year.markets.heads
        for k, place in enumerate(places.URBAN):
            citizens = services[place, 2 + places.URBAN_REGION[k]]
            assert (services[place] <= citizens * (1 + 1e-12)).all()
        reached = services[0, 0] / services[0, 2]
        assert heads.strangers[0].min() > 0
    # With so much money the cap binds somewhere, and what is left goes back.
    assert (reached > 1 - 1e-12).any()
    money = year.markets.money
    capped = reached > 1 - 1e-12
    assert (money.given_back > draws.village_transfers * money.taxes * (1 + 1e-6))[capped].all()


def test_more_money_than_services_can_take_is_handed_back():
    now = next(Economy(levy=0.5, to_migrants=1.0).years(2001))
    p = {**now.parameters, "levy": np.array([0.5]), "to_migrants": np.array([1.0])}
    heads = now.markets.heads
    found = public_money(heads, now.markets.output_by_place, np.zeros((4, 1)), np.zeros((2, 1)), np.ones(1), p)
    np.testing.assert_allclose(found.received[0, 0], found.received[0, 2])
    whole = now.markets.output_by_place.sum(axis=0)
    spent = found.paid.sum(axis=0) + found.back + found.to_villagers + found.settling
    np.testing.assert_allclose(spent, (p["tax_rate"] + 0.5) * whole)


def test_capital_is_what_was_invested_and_has_not_worn_out(history, draws):
    _, record = history
    in_goods = [year.state.capital * draws.capital_output * record[0].markets.money.output for year in record]
    for k, (now, later) in enumerate(pairwise(in_goods)):
        kept = (1 - draws.depreciation) * now + record[k].markets.money.investment
        np.testing.assert_allclose(later, kept, rtol=1e-12)


def test_nothing_invested_is_nothing_left(draws):
    idle = draws.replace(reinvested=0.0, depreciation=0.1).simulate(2010)
    with_it = draws.replace(reinvested=1.0, depreciation=0.1).simulate(2010)
    assert (idle.capital_over_output[:, -1] < with_it.capital_over_output[:, -1]).all()
    assert (idle.output_per_person[:, -1] < with_it.output_per_person[:, -1]).all()


def test_every_yuan_that_is_paid_is_received(history, draws):
    """Output is wages, profits, taxes and levy; what each of them buys adds up to output again."""
    _, record = history
    for year in record:
        m = year.markets.money
        np.testing.assert_allclose(m.wages + m.profits + m.taxes + m.levy, m.output, rtol=1e-12)
        np.testing.assert_allclose(m.investment + m.dividends, m.profits, rtol=1e-12)
        np.testing.assert_allclose(year.markets.output_by_place.sum(axis=0), m.output, rtol=1e-12)
        paid = m.services.sum(axis=0) + m.settling + m.farm_investment + m.given_back
        np.testing.assert_allclose(paid, m.taxes + m.farm_tax + m.levy + m.land_money, rtol=1e-12)
        np.testing.assert_allclose(year.markets.place_income.sum(axis=0), m.household_income, rtol=1e-12)
        earned = m.wages - m.land_money + m.farm_value - m.farm_tax + m.dividends + m.given_back
        np.testing.assert_allclose(m.household_income, earned, rtol=1e-12)
        # Exports pay for imports.
        np.testing.assert_allclose(m.exports, m.goods_imports + m.food_imports, rtol=1e-12)
        # Walras: goods bought at home and sold abroad are those that were made and those that were imported.
        goods = m.household_income - m.food_spending
        bought = goods + m.services.sum(axis=0) + m.settling + m.farm_investment + m.investment
        np.testing.assert_allclose(bought + m.exports, m.output + m.goods_imports, rtol=1e-12)


def test_every_grain_that_is_grown_or_imported_is_eaten(history):
    _, record = history
    for year in record:
        m, farms = year.markets.money, year.markets.farms
        np.testing.assert_allclose(farms.eaten.sum(axis=0), farms.food + m.food_imports / farms.price, rtol=1e-9)
        np.testing.assert_allclose(farms.by_region.sum(axis=0), farms.food, rtol=1e-14)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10**6))
def test_people_money_food_goods_and_capital_add_up_for_any_draw_and_policy(seed):
    rng = np.random.default_rng(seed)
    drawn = {p.name: rng.uniform(p.lower, p.upper, 3) for p in UNCERTAIN}
    purposes = dict(zip(PURPOSES, rng.dirichlet(np.ones(6), 3).T, strict=False))
    economy = Economy(**drawn, **purposes, levy=rng.uniform(0, 0.1, 3), farm_productivity=2.0)
    record = list(economy.years(2032))
    capital = economy.capital_output * record[0].markets.money.output
    for now, later in pairwise(record):
        m = now.markets.money
        people_then, people_now = (year.state.people.sum(axis=(0, 1, 2)) for year in (later, now))
        np.testing.assert_allclose(people_then - people_now, (now.flows.born - now.flows.died).sum(axis=0), atol=1e-13)
        bought = m.household_income - m.food_spending + m.services.sum(axis=0) + m.settling + m.farm_investment
        np.testing.assert_allclose(bought + m.investment + m.exports, m.output + m.goods_imports, rtol=1e-12)
        received = (now.markets.services * now.state.people.sum(axis=2)).sum(axis=1)
        np.testing.assert_allclose(received, m.services, rtol=1e-12)
        eaten = now.markets.farms.eaten.sum(axis=0) * now.markets.farms.price
        np.testing.assert_allclose(eaten, m.farm_value + m.food_imports, rtol=1e-9)
        kept = (1 - economy.depreciation) * now.state.capital * capital + m.investment
        np.testing.assert_allclose(later.state.capital * capital, kept, rtol=1e-12)


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
    """One year anew, in plain numbers: farms, work, incomes of groups and what they eat."""
    found = next(Economy(food_imports=0.1).years(2001))
    p = {k: float(np.ravel(v)[0]) for k, v in found.parameters.items() if np.size(v) == 1}
    begin, ages = people.start_people(), ages_in(2000)
    adult = begin @ ages.adult
    skill = np.exp(0.08 * (np.array([0, 0, 4.8, 4.8])[:, None] + people.schooling(2000)))
    by_cohort = begin.sum(axis=0) * ages.adult
    mean_skill = (by_cohort * skill).sum(axis=1) / by_cohort.sum(axis=1)
    hands = adult[places.VILLAGES].sum(axis=1) + p["old_farm_work"] * (begin[places.VILLAGES] @ ages.old).sum(axis=1)
    relative = np.array([1, p["town_wage"], p["inland_wage"], p["inland_wage"] * p["town_wage"]])
    labour = adult[places.URBAN] @ mean_skill
    villagers = adult[places.VILLAGES]
    village = relative[[1, 3]] * p["village_wage"] * (villagers @ mean_skill) / villagers.sum(axis=1)
    part = 1 - p["land_share"] * (1 - p["family_sharing"])
    after_tax, kept = 1 - p["farm_tax"], (1 - p["tax_rate"]) * (1 - p["capital_share"])

    def excess(relative_price):
        wanted = (
            part * after_tax * relative_price * food.LAND[:, 0] ** p["land_share"] * p["farm_productivity"] / village
        ) ** (1 / p["land_share"])
        farmers = wanted / (1 + (wanted / hands) ** 4) ** 0.25
        grown = p["farm_productivity"] * food.LAND[:, 0] ** p["land_share"] * farmers ** (1 - p["land_share"])
        effective = (relative * labour).sum() + (village * (hands - farmers)).sum()
        per_unit = ((relative * labour).sum() / effective) ** p["capital_share"]
        unit_wage = kept * per_unit
        price = relative_price * unit_wage
        wages = unit_wage * relative * labour
        dividends = (1 - p["reinvested"]) * (1 - p["tax_rate"]) * p["capital_share"] * per_unit * effective
        total = np.zeros((6, 4))
        earned = unit_wage * relative[:, None] * mean_skill * adult[places.URBAN]
        total[places.URBAN] = (1 - p["housing_share"]) * earned
        for k, place in enumerate(places.URBAN):
            total[place, 2 + places.URBAN_REGION[k]] += (1 - p["land_finance"]) * p["housing_share"] * wages[k]
        total[:, 2:] += dividends * adult[:, 2:] / adult[:, 2:].sum()
        for region, home in enumerate(places.VILLAGES):
            sent = p["remittances"] * earned[:, region]
            total[places.URBAN, region] -= sent
            value = after_tax * price * grown[region]
            absent = adult[places.URBAN, region]
            rent = (1 - part) * value / (adult[home, region] + p["land_portability"] * absent.sum())
            total[places.URBAN, region] += p["land_portability"] * rent * absent
            total[home, region] += rent * adult[home, region] + sent.sum()
            total[home] += (part * value + unit_wage * village[region] * (hands - farmers)[region]) * (
                adult[home] / adult[home].sum()
            )
        everybody = begin.sum(axis=2)
        group = [(slice(place, place + 1), who) for place in places.URBAN for who in (slice(0, 2), slice(2, 4))]
        group += [(slice(place, place + 1), slice(0, 4)) for place in places.VILLAGES]
        eaten = 0.0
        for where in group:
            heads, money = everybody[where].sum(), total[where].sum()
            beyond = money / heads - price * p["subsistence"]
            share = p["food_level"] * price ** p["food_price_effect"] * beyond ** -p["engel"]
            eaten += heads * (p["subsistence"] + share * beyond / price)
        return (1 - 0.1) * eaten - grown.sum()

    assert float(found.markets.search.price[0]) == pytest.approx(brentq(excess, 0.05, 1.0), rel=1e-8)


def test_demand_without_tastes_for_luxury_is_that_of_stone_and_geary():
    """With engel and food_price_effect at zero a group spends a fixed part of what is beyond its need."""
    rng = np.random.default_rng(3)
    income, heads, price = rng.uniform(1, 3, (10, 5)), rng.uniform(0.5, 1, (10, 5)), rng.uniform(0.2, 1, 5)
    p = {"subsistence": 0.3, "food_level": 0.2, "engel": 0.0, "food_price_effect": 0.0}
    eaten, fed = food.eaten(income, heads, price, {name: np.full(5, v) for name, v in p.items()})
    need = 0.3 * price * heads
    np.testing.assert_allclose(price * eaten, need + 0.2 * (income - need), rtol=1e-13)
    assert fed.all()
    # Then only the sum of incomes counts; otherwise it matters who has them.
    even = np.broadcast_to(income.sum(axis=0) / heads.sum(axis=0) * heads, income.shape)
    same, _ = food.eaten(even, heads, price, {name: np.full(5, v) for name, v in p.items()})
    np.testing.assert_allclose(same.sum(axis=0), eaten.sum(axis=0), rtol=1e-13)
    p["engel"] = 0.6
    unequal, _ = food.eaten(income, heads, price, {name: np.full(5, v) for name, v in p.items()})
    equal, _ = food.eaten(even, heads, price, {name: np.full(5, v) for name, v in p.items()})
    assert (equal.sum(axis=0) > unequal.sum(axis=0)).all()


def test_the_poor_spend_a_larger_part_of_their_income_on_food(history):
    _, record = history
    now = record[10]
    heads = now.markets.heads
    income = np.stack([(now.markets.incomes * heads.adults)[place].sum(axis=0) for place in places.VILLAGES])
    spent = now.markets.farms.price * now.markets.farms.eaten[8:]
    citizens = (now.markets.incomes * heads.adults)[places.URBAN, 2:].sum(axis=1)
    city_spent = now.markets.farms.price * now.markets.farms.eaten[4:8]
    poorer = income.sum(axis=0) / heads.residents[places.VILLAGES].sum(axis=0) < citizens.sum(axis=0) / heads.everybody[
        places.URBAN, 2:
    ].sum(axis=(0, 1))
    assert poorer.mean() > 0.9
    shares = spent.sum(axis=0) / income.sum(axis=0), city_spent.sum(axis=0) / citizens.sum(axis=0)
    assert (shares[0] > shares[1])[poorer].all()


def test_with_one_labour_market_and_no_state_it_is_the_closed_economy_of_two_sectors():
    """Elasticity 1, equal workers everywhere, no taxes, rents paid, profits paid out: farm labour and price of theirs.

    Few enough farm that the limit of hands is far.
    """
    for need, weight, farm_productivity in ((0.0, 0.1, 1.5), (0.05, 0.04, 2.0), (0.1, 0.02, 3.0)):
        alone = dict.fromkeys(
            ("farm_tax", "food_imports", "land_finance", "agglomeration", "market_reach", "scarcity",
             "schooling_return", "old_farm_work", "family_sharing", "reinvested", "engel", "food_price_effect",
             "village_transfers"), 0.0,
        )  # fmt: skip
        equal = dict.fromkeys(("town_wage", "inland_wage", "village_wage"), 1.0)
        economy = Economy(
            **alone, **equal, tax_rate=1e-9, subsistence=need, food_level=weight, farm_productivity=farm_productivity,
            capital_share=0.4, land_share=0.4,
        )  # fmt: skip
        now = next(economy.years(2001))
        urban = now.markets.heads.adults[places.URBAN].sum()
        hands = now.markets.heads.hands.sum()
        everybody = urban + hands
        theirs = TwoSectorEconomy(
            alpha=0.6, elasticity=1.0, weight=weight, subsistence=need,
            farm_productivity=farm_productivity * everybody**0.6, industrial_productivity=urban**0.4 * everybody**0.6,
        ).autarky()  # fmt: skip
        farmers = now.markets.farms.workers.sum() / everybody
        assert farmers == pytest.approx(1 - float(theirs.industrial_share), rel=2e-3)
        assert float(now.markets.farms.price[0]) == pytest.approx(1 / float(theirs.price), rel=2e-3)


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
        ("mortality_decline", "old_share", 1),
        ("fertility_2050", "child_share", 1),
        ("drift", "urban_share", 1),
        ("drift_continues", "urban_share", 1),
        ("home_weight", "urban_share", -1),
        ("inland_shock", "coast_share", -1),
        ("growth_end", "output_per_person", 1),
        ("reclassification", "urban_share", 1),
    ],
)
def test_each_lever_pulls_its_way(draws, name, outcome, sign):
    parameter = Economy.parameter(name)
    # Ends at which every draw still eats.
    ends = {
        "farm_growth": (0.02, 0.05),
        "region_cost": (0.0, 4.0),
        "city_pull": (-1.5, 1.5),
        "added_barrier": (0.0, 1.0),
    }
    low, high = ends.get(name, (parameter.lower, parameter.upper))
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
        wellbeing = Economy(**hungry).end(2030).lives.mean
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
    assert Economy(**square).end(2030).outcomes["wellbeing"].shape == paths.at(2030)["wellbeing"].shape == (2, 3)
    assert Economy().simulate(2030).urban_share.shape == (31,)


def test_the_last_year_must_lie_within():
    with pytest.raises(ValueError, match="last_year is 2060; give a year from 2001 to 2050"):
        Economy().simulate(2060)


def test_every_parameter_matters(draws):
    """A parameter that changes nothing would be a stub."""
    names = [p.name for p in (*CALIBRATED, *UNCERTAIN, *SCENARIO)]
    common = Economy(levy=0.04, to_farm_investment=0.3, to_new_citizens=0.3, inland_shock=-0.1)
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
    hungry = np.isnan(found["output_per_person"])
    may = {"farm_productivity", "farm_growth", "food_level"}
    assert {moved for (moved, _), h in zip(ends, hungry, strict=True) if h} <= may
    for name, values in found.items():
        assert np.isfinite(values[~hungry]).all(), name


def test_a_sweep_of_it_keeps_parameters_and_outcomes_apart() -> None:
    sample = tables.load("policy_draws").drop(columns=["draw", "misfit", "chi_square"]).head(3)
    table = run_sweep(outcomes_2050, sample, block_rows=2, progress=False, engine="serial").table
    assert len(table) == 3
    assert table[list(sample)].equals(sample.reset_index(drop=True))
    assert table["urban_share"].between(0, 1).all()
