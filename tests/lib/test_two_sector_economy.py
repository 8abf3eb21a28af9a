import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.models.land.ngai_pissarides import NgaiPissarides
from symbiosis.models.land.two_sector_economy import TwoSectorEconomy
from symbiosis.parameters import ParameterError

ECONOMY = TwoSectorEconomy(subsistence=0.3, weight=0.1, alpha=0.7, elasticity=0.5)
MATSUYAMA = ECONOMY.replace(elasticity=1.0)
TRADE = MATSUYAMA.replace(subsistence=0.0)
CONSTANT_RETURNS = TwoSectorEconomy(elasticity=1.0, alpha=1.0, weight=0.05, subsistence=0.6)
needs = st.floats(0.0, 0.45)
weights = st.floats(0.05, 0.5)
alphas = st.floats(0.3, 0.9)
elasticities = st.floats(0.1, 3.0)
productivities = st.floats(0.5, 4.0)


def industry(economy):
    return economy.autarky().industrial_share


def farm_labour(**values):
    """With constant returns and unit elasticity, the Stone-Geary economy."""
    return 1 - industry(CONSTANT_RETURNS.replace(**values))


# Constant returns and unit elasticity: Stone-Geary


def test_b_01_labour_needed_for_subsistence():
    assert farm_labour(weight=0, subsistence=0.6) == 0.6
    with pytest.raises(EquilibriumError, match="cannot feed all"):
        farm_labour(weight=0, subsistence=0.6, farm_productivity=0.5)


def test_b_02_stone_geary_labour_share():
    share = farm_labour(weight=[0.05, 0.01, 0.05], subsistence=[0.6, 0.65, 0.3])
    assert share == pytest.approx([0.62, 0.6535, 0.335], abs=1e-12)


def test_b_02_follows_from_spending():
    # Wage 1, food price 1 / productivity: the labour in food is the spending on food, the need and 5 percent beyond.
    spent = 0.6 / 2.0 + 0.05 * (1.0 - 0.6 / 2.0)
    assert spent == pytest.approx(float(farm_labour(farm_productivity=2.0)), abs=1e-12)


@given(st.floats(0.0, 0.9), st.floats(0.05, 0.9), st.floats(1.0, 20.0), st.floats(1.01, 3.0))
def test_productivity_frees_labour_down_to_the_weight(weight, need, productivity, factor):
    before, after = farm_labour(
        weight=weight, subsistence=need, farm_productivity=[productivity, productivity * factor]
    )
    assert weight - 1e-15 <= after < before <= 1


def test_closed_economy_nears_stone_geary_as_returns_become_constant():
    near = farm_labour(farm_productivity=2.0, alpha=1 - 1e-9)
    assert near == pytest.approx(float(farm_labour(farm_productivity=2.0)), abs=1e-8)


def test_constant_returns_leave_a_trading_economy_one_good():
    with pytest.raises(EquilibriumError, match="alpha is 1"):
        CONSTANT_RETURNS.open_industrial_share()


@given(weights, productivities, productivities, needs, elasticities)
def test_with_constant_returns_the_price_is_the_ratio_of_productivities(weight, a, m, need, elasticity):
    economy = TwoSectorEconomy(
        alpha=1.0, weight=weight, farm_productivity=a, industrial_productivity=m, subsistence=need,
        elasticity=elasticity,
    )  # fmt: skip
    closed = economy.autarky()
    assert closed.price == pytest.approx(a / m, rel=1e-12)
    food, goods = a * (1 - closed.industrial_share), m * closed.industrial_share
    assert (food - need) / goods == pytest.approx(weight / (1 - weight) * (a / m) ** elasticity, rel=1e-9)


# Without trade


@pytest.mark.parametrize("elasticity", [0.2, 0.5, 2.0])
@pytest.mark.parametrize("alpha", [1 - 1e-9, 1.0])
def test_without_need_constant_returns_give_ngai_pissarides(elasticity, alpha):
    time, growth = 30.0, [0.03, 0.01]
    economy = TwoSectorEconomy(
        farm_growth=growth[0], industry_growth=growth[1], subsistence=0.0, weight=0.4, alpha=alpha,
        elasticity=elasticity,
    )  # fmt: skip
    theirs = NgaiPissarides(
        initial_consumption_shares=[0.4, 0.0, 0.6], growth_agriculture=growth[0], growth_services=growth[1],
        elasticity=elasticity, investment_share=0.0,
    )  # fmt: skip
    assert industry(economy.after(time)) == pytest.approx(theirs.employment_shares(time)[2], abs=1e-7)


@given(a=productivities, m=productivities, need=needs, weight=weights, alpha=alphas, elasticity=elasticities)
def test_demand_meets_supply_at_the_price_at_which_wages_agree(a, m, need, weight, alpha, elasticity):
    economy = TwoSectorEconomy(
        farm_productivity=a, industrial_productivity=m, alpha=alpha, subsistence=need, weight=weight,
        elasticity=elasticity,
    )  # fmt: skip
    closed = economy.autarky()
    n, p = closed.industrial_share, closed.price
    food, goods = a * (1 - n) ** alpha, m * n**alpha
    assert (food - need) / goods == pytest.approx(weight / (1 - weight) * p**elasticity, rel=1e-6)
    assert economy.replace(price=p).open_industrial_share() == pytest.approx(n, rel=1e-7)


@given(st.floats(0.5, 4.0), productivities, st.floats(0.0, 0.45), st.floats(0.05, 0.9), st.floats(0.2, 0.95))
def test_closed_markets_of_matsuyama_clear_whatever_industry_makes(a, m, need, weight, alpha):
    economy = MATSUYAMA.replace(
        farm_productivity=a, subsistence=need, weight=weight, alpha=alpha, industrial_productivity=[1.0, m]
    )
    n, other = industry(economy)
    assert n == pytest.approx(other, abs=1e-10)
    x = 1 - n
    price = (a * x ** (alpha - 1)) / n ** (alpha - 1)  # wages equal, M = 1
    food, goods = a * x**alpha, n**alpha
    income = food + price * goods
    assert food == pytest.approx(float(need + weight * (income - need)), rel=1e-8)
    assert price * goods == pytest.approx(float((1 - weight) * (income - need)), rel=1e-8)


@given(a=productivities, factor=st.floats(1.1, 3.0), need=needs, weight=weights, alpha=alphas, elasticity=elasticities)
def test_farm_productivity_frees_labour_when_goods_are_complements(a, factor, need, weight, alpha, elasticity):
    economy = TwoSectorEconomy(
        farm_productivity=[a, a * factor], subsistence=need, weight=weight, alpha=alpha,
        elasticity=min(elasticity, 0.95),
    )  # fmt: skip
    before, after = industry(economy)
    assert after > before


def test_easy_substitution_without_need_keeps_labour_on_the_farm():
    shares = industry(ECONOMY.replace(subsistence=0.0, elasticity=2.0, farm_productivity=[1.0, 2.0]))
    assert shares[1] < shares[0]


def test_industrial_progress_frees_nobody_in_a_closed_economy_of_complements():
    shares = industry(ECONOMY.replace(industrial_productivity=[1.0, 2.0]))
    assert shares[1] < shares[0]


def test_without_need_farm_productivity_does_not_matter_at_unit_elasticity():
    n = industry(MATSUYAMA.replace(subsistence=0.0, farm_productivity=[1.0, 3.0]))
    assert n == pytest.approx([0.9, 0.9], abs=1e-12)


# With trade


@given(st.floats(0.5, 4.0), st.floats(1.05, 2.0), st.floats(0.01, 0.45), st.floats(0.01, 0.9), st.floats(0.2, 0.95))
def test_the_effect_of_farm_productivity_on_industry_flips_with_trade(a, factor, need, weight, alpha):
    closed = MATSUYAMA.replace(farm_productivity=[a, a * factor], subsistence=need, weight=weight, alpha=alpha)
    shares = industry(closed)
    opened = closed.replace(alpha=min(alpha, 0.9)).open_industrial_share()
    assert shares[1] > shares[0]
    assert opened[1] < opened[0]


def test_open_economy_pays_equal_wages():
    n = TRADE.replace(price=1.3, farm_productivity=1.5).open_industrial_share()
    assert 1.5 * (1 - n) ** -0.3 == pytest.approx(float(1.3 * n**-0.3), rel=1e-12)


def test_trade_at_the_autarky_price_changes_nothing():
    closed = MATSUYAMA.autarky()
    n = closed.industrial_share
    assert closed.price == pytest.approx(float(((1 - n) / n) ** (0.7 - 1)), rel=1e-12)
    opened = MATSUYAMA.replace(price=closed.price).open_industrial_share()
    assert opened == pytest.approx(float(n), abs=1e-12)


# Time, draws, bad input


def test_years_come_after_draws_and_each_is_its_own_economy():
    draws = ECONOMY.replace(subsistence=[[0.1], [0.3]], farm_growth=[0.0, 0.02, 0.03])
    later = draws.after([0.0, 10.0])
    assert later.shape == (2, 3, 2)
    one = ECONOMY.replace(subsistence=0.3, farm_productivity=np.exp(0.3), industrial_productivity=np.exp(0.1))
    assert industry(later)[1, 2, 1] == pytest.approx(float(industry(one)), abs=1e-13)
    assert industry(later)[..., 0] == pytest.approx(industry(draws), abs=1e-13)
    assert draws.after(10.0).shape == draws.shape


def test_the_mask_keeps_the_draws_that_can_feed_themselves():
    economy = ECONOMY.replace(subsistence=[0.3, 1.0, 1.2])
    assert economy.admissible().tolist() == [True, False, False]
    assert industry(ECONOMY.replace(subsistence=np.array([0.3, 1.0, 1.2])[economy.admissible()])).shape == (1,)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"subsistence": 1.0}, EquilibriumError, "cannot feed all"),
        ({"elasticity": 0.0}, ParameterError, "elasticity"),
        ({"weight": 1.0}, ParameterError, "weight"),
        ({"alpha": np.nan}, ParameterError, "alpha"),
        ({"alpha": 1.1}, ParameterError, "alpha"),
        ({"industrial_productivity": -1.0}, ParameterError, "industrial_productivity"),
        ({"price": 0.0}, ParameterError, "price"),
    ],
)
def test_bad_economies_are_named(change, error, message):
    with pytest.raises(error, match=message):
        ECONOMY.replace(**change).autarky()


def test_an_open_economy_that_cannot_buy_its_need_is_named():
    with pytest.raises(EquilibriumError, match="national income"):
        TRADE.replace(subsistence=3.0).open_industrial_share()


def test_declared_parameters_are_accepted_at_their_bounds():
    for parameter in TwoSectorEconomy.parameters():
        for end in (parameter.lower, parameter.upper):
            economy = TwoSectorEconomy(**{"subsistence": 0.3, parameter.name: end})
            assert 0 < industry(economy) < 1
            assert 0 < industry(economy.after(100)) < 1
            assert 0 < economy.open_industrial_share() < 1
    for bound in ("lower", "default", "upper"):
        economy = TwoSectorEconomy(**{p.name: getattr(p, bound) for p in TwoSectorEconomy.parameters()})
        assert 0 <= industry(economy) < 1
        assert 0 < economy.open_industrial_share() < 1
