import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.models.land import (
    kongsamut_rebelo_xie,
    ngai_pissarides,
    nonhomothetic_ces,
    stone_geary,
    subsistence_economy,
)

SHARES = [0.5, 0.2, 0.3]
GROWTH = [0.024, 0.014, 0.004]
CLM = dict(prices=[1.0, 1.0, 1.0], weights=[0.3, 0.3, 0.4], income_parameters=[0.05, 1.0, 1.2], sigma=0.5)
ECONOMY = dict(farm_productivity=1.0, subsistence=0.3, weight=0.1, alpha=0.7)
TRADE = dict(farm_productivity=1.0, industrial_productivity=1.0, price=1.0, alpha=0.7)


# Stone-Geary


def test_b_01_labour_needed_for_subsistence():
    assert stone_geary.agricultural_labour_share(weight=0, subsistence=0.6, productivity=1) == 0.6
    with pytest.raises(EquilibriumError, match="cannot feed all"):
        stone_geary.agricultural_labour_share(weight=0, subsistence=0.6, productivity=0.5)


def test_b_02_stone_geary_labour_share():
    share = stone_geary.agricultural_labour_share(
        weight=[0.05, 0.01, 0.05], subsistence=[0.6, 0.65, 0.3], productivity=1
    )
    assert share == pytest.approx([0.62, 0.6535, 0.335], abs=1e-12)


def test_b_02_follows_from_spending():
    # Wage 1, food price 1 / productivity: the labour in food is the spending on food.
    spent = stone_geary.expenditure(1.0, prices=[1 / 2.0, 1.0], weights=[0.05, 0.95], shifters=[-0.6, 0.0])
    labour = stone_geary.agricultural_labour_share(weight=0.05, subsistence=0.6, productivity=2.0)
    assert spent[0] == pytest.approx(labour, abs=1e-12)


def test_b_05_final_expenditure_preferences():
    spent = stone_geary.expenditure(
        10_000, prices=[1, 1, 1], weights=[0.02, 0.17, 0.81], shifters=[-1350.38, 0, 11237.40], elasticity=0.85
    )
    assert spent == pytest.approx([1748.12, 3380.79, 4871.09], abs=0.01)
    assert spent.sum() == pytest.approx(10_000, abs=1e-9)


def test_b_06_leontief_spending_follows_prices():
    common = dict(weights=[0.002, 0.15, 0.848], shifters=[-138.68, 0.0, 4261.82], elasticity=0.002)
    base = stone_geary.expenditure(20_000, prices=[1, 1, 1], **common)
    dearer = stone_geary.expenditure(20_000, prices=[1, 1.2, 1], **common)
    assert dearer[1] / dearer.sum() > base[1] / base.sum()


@given(st.floats(0.0, 0.9), st.floats(0.05, 0.9), st.floats(1.0, 20.0), st.floats(1.01, 3.0))
def test_productivity_frees_labour_down_to_the_weight(weight, need, productivity, factor):
    before, after = stone_geary.agricultural_labour_share(
        weight=weight, subsistence=need, productivity=[productivity, productivity * factor]
    )
    assert weight <= after < before <= 1


@given(st.floats(2_000, 1e6), st.lists(st.floats(0.3, 3.0), min_size=3, max_size=3), st.floats(0.0, 2.0).filter(bool))
def test_spending_adds_up_and_is_homogeneous(total, prices, elasticity):
    common = dict(weights=[0.02, 0.17, 0.81], shifters=[-200.0, 0.0, 10.0], elasticity=elasticity)
    spent = stone_geary.expenditure(total, prices=prices, **common)
    assert spent.sum() == pytest.approx(total, rel=1e-12)
    doubled = stone_geary.expenditure(2 * total, prices=2 * np.array(prices), **common)
    assert doubled == pytest.approx(2 * spent, rel=1e-9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"total": 100.0}, "does not pay"),
        ({"weights": [0.1, 0.1, 0.1]}, "sum to 0.3"),
        ({"shifters": [-150.0, 0.0, 90_000.0]}, "good 2"),
        ({"prices": [1.0, -1.0, 1.0]}, "prices"),
        ({"elasticity": 0.0}, "elasticity"),
        ({"prices": [1.0, 1.0]}, "shapes"),
    ],
)
def test_impossible_budgets_are_named(change, message):
    values = dict(total=1000.0, prices=[1.0, 1.0, 1.0], weights=[0.02, 0.17, 0.81], shifters=[-150.0, 0.0, 10.0])
    values |= change
    if message == "does not pay":
        values["shifters"] = [-150.0, 0.0, 0.0]
    with pytest.raises(ValueError, match=message):
        stone_geary.expenditure(values.pop("total"), **values)


# Kongsamut, Rebelo and Xie


def test_b_03_manufacturing_share_is_constant():
    shares = kongsamut_rebelo_xie.consumption_shares(beta=0.1, gamma=0.15, need=[0.4, 0.2])
    assert shares == pytest.approx(np.array([[0.5, 0.15, 0.35], [0.3, 0.15, 0.55]]), abs=1e-12)
    path = kongsamut_rebelo_xie.consumption_share_path(
        [0, np.log(2) / 0.02], beta=0.1, gamma=0.15, need=0.4, growth=0.02
    )
    assert path == pytest.approx(shares, abs=1e-12)


def test_b_03_follows_from_stone_geary_spending():
    spent = stone_geary.expenditure(
        2.0, prices=[1, 1, 1], weights=[0.1, 0.15, 0.75], shifters=[-0.8 / 0.9, 0, 0.8 / 0.9]
    )
    need = 0.8 / 0.9 / 2.0
    # A need p b adds (1 - beta) of itself to spending on food and takes beta-weighted free income away;
    # with needs that cancel free income is total, so food takes beta + need.
    expected = kongsamut_rebelo_xie.consumption_shares(beta=0.1, gamma=0.15, need=need)
    assert spent / 2.0 == pytest.approx(expected, abs=1e-12)


@given(st.floats(0, 0.3), st.floats(0, 0.4), st.floats(0, 0.3), st.floats(0, 0.1), st.floats(0, 200))
def test_krx_shares_add_up_and_agriculture_falls(beta, gamma, need, growth, time):
    path = kongsamut_rebelo_xie.consumption_share_path(
        [0, time, time + 1], beta=beta, gamma=gamma, need=need, growth=growth
    )
    assert path.sum(axis=-1) == pytest.approx(np.ones(3), abs=1e-12)
    assert (np.diff(path[:, 0]) <= 0).all()
    assert (np.diff(path[:, 1]) == 0).all()


@pytest.mark.parametrize(
    ("values", "message"),
    [((0.1, 0.15, 0.8), "need is 0.8"), ((0.7, 0.5, 0.0), "sum to 1.2"), ((10, 0.1, 0), "percent")],
)
def test_impossible_krx_parameters_are_named(values, message):
    beta, gamma, need = values
    with pytest.raises(ValueError, match=message):
        kongsamut_rebelo_xie.consumption_shares(beta=beta, gamma=gamma, need=need)


# Ngai and Pissarides


def _employment(times, **change):
    values = dict(consumption_shares=SHARES, growth=GROWTH, elasticity=0.3, investment_share=0.2) | change
    return ngai_pissarides.employment_shares(times, **values)


def test_relative_employment_grows_by_the_productivity_difference():
    path = _employment([0.0, 30.0])
    growth = np.log(path[1, 2] / path[1, 0]) - np.log(path[0, 2] / path[0, 0])
    assert growth / 30 == pytest.approx((1 - 0.3) * (0.024 - 0.004), abs=1e-12)


def test_employment_growth_is_the_gap_to_mean_productivity_growth():
    step = 1e-3
    before, now, after = _employment([10 - step, 10, 10 + step])
    consumed = ngai_pissarides.consumption_shares_at(10, consumption_shares=SHARES, growth=GROWTH, elasticity=0.3)[0]
    mean = consumed @ np.array(GROWTH)
    expected = (1 - 0.3) * (mean - np.array(GROWTH))
    assert ((after - before) / (2 * step) / now)[[0, 2]] == pytest.approx(expected[[0, 2]], abs=1e-8)


def test_labour_ends_in_the_slowest_sector_and_in_investment():
    assert _employment([1e5])[0] == pytest.approx([0.0, 0.2, 0.8], abs=1e-12)
    assert _employment([1e5], elasticity=1.8)[0] == pytest.approx([0.8, 0.2, 0.0], abs=1e-12)
    assert _employment([0.0, 500.0], elasticity=1.0)[1] == pytest.approx(_employment([0.0])[0], abs=1e-12)


def test_a_sector_of_middling_growth_rises_before_it_falls():
    path = _employment(np.linspace(0, 600, 601), consumption_shares=[0.8, 0.15, 0.05])[:, 1]
    peak = int(path.argmax())
    assert 0 < peak < 600
    assert (np.diff(path[: peak + 1]) > 0).all()
    assert (np.diff(path[peak:]) < 0).all()


@given(
    st.lists(st.floats(-0.02, 0.08), min_size=3, max_size=3), st.floats(0, 2), st.floats(0, 0.6), st.floats(-300, 300)
)
def test_employment_shares_add_up(growth, elasticity, invested, time):
    path = _employment([time], growth=growth, elasticity=elasticity, investment_share=invested)
    assert path.sum() == pytest.approx(1.0, abs=1e-12)
    assert (path >= 0).all()


def test_spending_shares_match_the_ces_demand_at_the_relative_prices():
    times = np.array([0.0, 40.0])
    prices = ngai_pissarides.relative_prices(times, growth=GROWTH)
    shares = ngai_pissarides.consumption_shares_at(times, consumption_shares=SHARES, growth=GROWTH, elasticity=0.3)
    for price, share in zip(prices, shares, strict=True):
        spent = stone_geary.expenditure(1.0, prices=price, weights=SHARES, shifters=[0.0, 0, 0], elasticity=0.3)
        assert share == pytest.approx(spent, abs=1e-12)


def test_draws_come_first():
    draws = np.tile(GROWTH, (4, 1))
    path = _employment([0.0, 1.0], growth=draws)
    assert path.shape == (4, 2, 3)
    assert path[3] == pytest.approx(_employment([0.0, 1.0]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"consumption_shares": [0.5, 0.5, 0.5]}, "sum to 1.5"),
        ({"growth": [0.1, 0.1]}, "one rate per sector"),
        ({"elasticity": -0.1}, "elasticity"),
        ({"investment_share": 20}, "investment_share is 20"),
        ({"manufacturing": 3}, "manufacturing is 3"),
    ],
)
def test_bad_ngai_pissarides_input_is_named(change, message):
    with pytest.raises(ValueError, match=message):
        _employment([0.0], **change)


def test_an_unknown_numeraire_is_refused():
    with pytest.raises(ValueError, match="numeraire"):
        ngai_pissarides.relative_prices([0.0], growth=GROWTH, numeraire=5)


# Non-homothetic CES


def test_b_07_relative_shares_when_real_consumption_doubles():
    shares = nonhomothetic_ces.expenditure_shares([1.0, 2.0], **CLM)
    relative = np.log(shares / shares[:, 1:2])
    assert (relative[1] - relative[0])[[0, 2]] == pytest.approx([-0.329245, 0.069315], abs=1e-6)


def test_b_07_price_effect():
    dearer = CLM | {"prices": [2.0, 1.0, 1.0]}
    change = np.log(nonhomothetic_ces.expenditure_shares(1.0, **dearer)[:2])
    base = np.log(nonhomothetic_ces.expenditure_shares(1.0, **CLM)[:2])
    assert (change - base)[0] - (change - base)[1] == pytest.approx(0.5 * np.log(2), abs=1e-12)


@given(st.floats(-5, 5), st.sampled_from([0.3, 0.7, 1.5]))
def test_real_consumption_inverts_expenditure(log_c, sigma):
    values = CLM | {"sigma": sigma}
    total = nonhomothetic_ces.expenditure(np.exp(log_c), **values)
    assert np.log(nonhomothetic_ces.real_consumption(total, **values)) == pytest.approx(log_c, abs=1e-9)


@given(st.floats(-3, 3), st.sampled_from([0.3, 0.7, 1.5]))
def test_expenditure_elasticities_are_derivatives_and_average_to_one(log_c, sigma):
    values = CLM | {"sigma": sigma}
    step = 1e-5
    around = np.exp([log_c - step, log_c + step])
    total = nonhomothetic_ces.expenditure(around, **values)
    shares = nonhomothetic_ces.expenditure_shares(around, **values)
    slope = np.diff(np.log(shares), axis=0)[0] / np.diff(np.log(total))
    elasticities = nonhomothetic_ces.expenditure_elasticities(np.exp(log_c), **values)
    assert elasticities == pytest.approx(1 + slope, abs=1e-6)
    weights = nonhomothetic_ces.expenditure_shares(np.exp(log_c), **values)
    assert weights @ elasticities == pytest.approx(1.0, abs=1e-12)


def test_equal_income_parameters_are_the_homothetic_limit():
    values = CLM | {"income_parameters": [1.0, 1.0, 1.0], "prices": [1.0, 2.0, 0.5]}
    shares = nonhomothetic_ces.expenditure_shares([0.1, 1.0, 10.0], **values)
    assert shares[0] == pytest.approx(shares[2], abs=1e-12)
    spent = stone_geary.expenditure(
        1.0, prices=values["prices"], weights=values["weights"], shifters=[0.0, 0, 0], elasticity=0.5
    )
    assert shares[1] == pytest.approx(spent, abs=1e-12)


@pytest.mark.parametrize("sigma", [1.0, 0.0, -0.5, np.nan])
def test_sigma_without_meaning_is_refused(sigma):
    with pytest.raises(ValueError, match="sigma"):
        nonhomothetic_ces.expenditure_shares(1.0, **(CLM | {"sigma": sigma}))


# Closed and open subsistence economy


@given(st.floats(0.5, 4.0), st.floats(1.05, 2.0), st.floats(0.01, 0.45), st.floats(0.01, 0.9), st.floats(0.2, 0.95))
def test_the_effect_of_farm_productivity_on_industry_flips_with_trade(a, factor, need, weight, alpha):
    farms = np.array([a, a * factor])
    closed = subsistence_economy.closed_industrial_share(
        farm_productivity=farms, subsistence=need, weight=weight, alpha=alpha
    )
    opened = subsistence_economy.open_industrial_share(
        farm_productivity=farms, industrial_productivity=1.0, price=1.0, alpha=min(alpha, 0.9)
    )
    assert closed[1] > closed[0]
    assert opened[1] < opened[0]


@given(st.floats(0.5, 4.0), st.floats(0.0, 0.45), st.floats(0.05, 0.9), st.floats(0.2, 0.95))
def test_closed_markets_clear(a, need, weight, alpha):
    n = subsistence_economy.closed_industrial_share(farm_productivity=a, subsistence=need, weight=weight, alpha=alpha)
    x = 1 - n
    price = (a * x ** (alpha - 1)) / n ** (alpha - 1)  # wages equal, M = 1
    food, goods = a * x**alpha, n**alpha
    income = food + price * goods
    assert food == pytest.approx(float(need + weight * (income - need)), rel=1e-8)
    assert price * goods == pytest.approx(float((1 - weight) * (income - need)), rel=1e-8)


def test_closed_economy_nears_stone_geary_as_returns_become_constant():
    n = subsistence_economy.closed_industrial_share(farm_productivity=2.0, subsistence=0.6, weight=0.05, alpha=1 - 1e-9)
    assert 1 - n == pytest.approx(
        float(stone_geary.agricultural_labour_share(weight=0.05, subsistence=0.6, productivity=2.0)), abs=1e-8
    )


def test_without_need_farm_productivity_does_not_matter_in_a_closed_economy():
    n = subsistence_economy.closed_industrial_share(**(ECONOMY | {"subsistence": 0.0, "farm_productivity": [1.0, 3.0]}))
    assert n == pytest.approx([0.9, 0.9], abs=1e-12)


def test_open_economy_pays_equal_wages():
    values = TRADE | {"price": 1.3, "farm_productivity": 1.5}
    n = subsistence_economy.open_industrial_share(**values)
    assert 1.5 * (1 - n) ** -0.3 == pytest.approx(float(1.3 * n**-0.3), rel=1e-12)


def test_trade_at_the_autarky_price_changes_nothing():
    n = subsistence_economy.closed_industrial_share(**ECONOMY)
    price = ((1 - n) / n) ** (0.7 - 1)
    assert subsistence_economy.open_industrial_share(**(TRADE | {"price": price})) == pytest.approx(float(n), abs=1e-12)


def test_learning_drives_open_economies_apart_and_keeps_the_knife_edge():
    paths = subsistence_economy.open_industrial_path(
        np.linspace(0, 100, 11), share=[0.45, 0.5, 0.55], world_share=0.5, learning=0.05, alpha=0.7
    )
    assert (np.diff(paths[0]) < 0).all()
    assert paths[1] == pytest.approx(np.full(11, 0.5), abs=1e-9)
    assert (np.diff(paths[2]) > 0).all()
    assert paths[0] + paths[2] == pytest.approx(np.ones(11), abs=1e-6)


def test_learning_path_against_its_closed_form():
    # dn / (n (1-n) (n-w)) integrates to a sum of logarithms.
    w, rate, start = 0.4, 0.05 / 0.3, 0.5

    def clock(n):
        return -np.log(n) / w - np.log(1 - n) / (1 - w) + np.log(n - w) / (w * (1 - w))

    times = np.array([0.0, 10.0, 30.0])
    path = subsistence_economy.open_industrial_path(times, share=start, world_share=w, learning=0.05, alpha=0.7)
    assert (clock(path) - clock(start)) / rate == pytest.approx(times, abs=1e-4)


@pytest.mark.parametrize(
    ("call", "values", "message"),
    [
        ("closed_industrial_share", ECONOMY | {"subsistence": 1.0}, "cannot feed all"),
        ("closed_industrial_share", ECONOMY | {"alpha": 1.0}, "alpha"),
        ("open_industrial_share", TRADE | {"subsistence": 3.0}, "national income"),
        ("open_industrial_share", TRADE | {"price": 0.0}, "price"),
    ],
)
def test_bad_economies_are_named(call, values, message):
    with pytest.raises(ValueError, match=message):
        getattr(subsistence_economy, call)(**values)


@pytest.mark.parametrize("times", [[1.0, 0.0], [-1.0], []])
def test_bad_path_times_are_refused(times):
    with pytest.raises(ValueError, match="times"):
        subsistence_economy.open_industrial_path(times, share=0.5, world_share=0.4, learning=0.1, alpha=0.5)


def test_declared_parameters_are_accepted_at_their_bounds():
    for bound in ("lower", "default", "upper"):
        values = {p.name: getattr(p, bound) for p in subsistence_economy.PARAMETERS}
        closed = {k: values[k] for k in ("farm_productivity", "subsistence", "weight", "alpha")}
        opened = {k: values[k] for k in ("farm_productivity", "industrial_productivity", "price", "alpha")}
        assert 0 <= subsistence_economy.closed_industrial_share(**closed) < 1
        assert 0 < subsistence_economy.open_industrial_share(**opened) < 1
        needs = {p.name: getattr(p, bound) for p in stone_geary.PARAMETERS}
        if bound != "upper":
            assert 0 <= stone_geary.agricultural_labour_share(**needs) <= 1
        krx = {p.name: getattr(p, bound) for p in kongsamut_rebelo_xie.PARAMETERS}
        assert kongsamut_rebelo_xie.consumption_share_path(10.0, **krx).sum() == pytest.approx(1.0)
    assert [p.name for p in nonhomothetic_ces.PARAMETERS] == ["sigma", "income_agriculture", "income_services"]
    assert ngai_pissarides.PARAMETERS["elasticity"].lower == 0
