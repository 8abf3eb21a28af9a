import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.models.land.kongsamut_rebelo_xie import KongsamutRebeloXie
from symbiosis.models.land.ngai_pissarides import NgaiPissarides
from symbiosis.models.land.nonhomothetic_ces import NonhomotheticCES

SHARES = [0.5, 0.2, 0.3]
GROWTH = [0.024, 0.014, 0.004]
THREE = ("growth_agriculture", "growth_manufacturing", "growth_services")
PRICES = NgaiPissarides(initial_consumption_shares=SHARES)
CLM = NonhomotheticCES(weights=[0.3, 0.3, 0.4])


def ces_shares(prices, weights, elasticity):
    """Spending shares of homothetic CES preferences."""
    parts = np.asarray(weights) * np.asarray(prices) ** (1 - elasticity)
    return parts / parts.sum(axis=-1, keepdims=True)


# Kongsamut, Rebelo and Xie


def test_b_03_manufacturing_share_is_constant():
    shares = KongsamutRebeloXie(beta=0.1, gamma=0.15, need=[0.4, 0.2]).consumption_shares()
    assert shares == pytest.approx(np.array([[0.5, 0.15, 0.35], [0.3, 0.15, 0.55]]), abs=1e-12)
    path = KongsamutRebeloXie(beta=0.1, gamma=0.15, need=0.4, growth=0.02).consumption_shares([0, np.log(2) / 0.02])
    assert path == pytest.approx(shares, abs=1e-12)


def test_b_03_follows_from_stone_geary_spending():
    # A need of 0.8 / 0.9 for food and as much made at home of services, out of a total of 2.
    weights, home, total = np.array([0.1, 0.15, 0.75]), 0.8 / 0.9 * np.array([-1, 0, 1]), 2.0
    spent = weights * (total + home.sum()) - home
    # A need p b adds (1 - beta) of itself to spending on food and takes beta-weighted free income away;
    # with needs that cancel free income is total, so food takes beta + need.
    expected = KongsamutRebeloXie(beta=0.1, gamma=0.15, need=0.8 / 0.9 / total).consumption_shares()
    assert spent / total == pytest.approx(expected, abs=1e-12)


@given(st.floats(0, 0.3), st.floats(0, 0.4), st.floats(0, 0.3), st.floats(0, 0.1), st.floats(0, 200))
def test_krx_shares_add_up_and_agriculture_falls(beta, gamma, need, growth, time):
    economy = KongsamutRebeloXie(beta=beta, gamma=gamma, need=need, growth=growth)
    path = economy.consumption_shares([0, time, time + 1])
    assert path.sum(axis=-1) == pytest.approx(np.ones(3), abs=1e-12)
    assert (np.diff(path[:, 0]) <= 0).all()
    assert (np.diff(path[:, 1]) == 0).all()


def test_krx_times_come_after_draws():
    economy = KongsamutRebeloXie(need=[0.1, 0.2], growth=[[0.0], [0.02], [0.03]])
    path = economy.consumption_shares([0.0, 10.0, 20.0, 30.0])
    assert path.shape == (3, 2, 4, 3)
    one = KongsamutRebeloXie(need=0.2, growth=0.03).consumption_shares(20.0)
    assert path[2, 1, 2] == pytest.approx(one, abs=1e-15)


@pytest.mark.parametrize(
    ("values", "message"),
    [((0.1, 0.15, 0.8), "need is 0.8"), ((0.7, 0.5, 0.0), "sum to 1.2"), ((10, 0.1, 0), "beta' is 10")],
)
def test_impossible_krx_parameters_are_named(values, message):
    beta, gamma, need = values
    with pytest.raises(ValueError, match=message):
        KongsamutRebeloXie(beta=beta, gamma=gamma, need=need).consumption_shares()


def test_the_mask_keeps_the_draws_whose_needs_can_cancel():
    economy = KongsamutRebeloXie(beta=[0.1, 0.1, 0.7], gamma=[0.15, 0.15, 0.5], need=[0.75, 0.8, 0.0])
    assert economy.admissible().tolist() == [True, False, False]
    with pytest.raises(EquilibriumError):
        economy.consumption_shares()


# Ngai and Pissarides


def _employment(times, **change):
    return PRICES.replace(**change).employment_shares(times)


def test_relative_employment_grows_by_the_productivity_difference():
    path = _employment([0.0, 30.0])
    growth = np.log(path[1, 2] / path[1, 0]) - np.log(path[0, 2] / path[0, 0])
    assert growth / 30 == pytest.approx((1 - 0.3) * (0.024 - 0.004), abs=1e-12)


def test_employment_growth_is_the_gap_to_mean_productivity_growth():
    step = 1e-3
    before, now, after = _employment([10 - step, 10, 10 + step])
    mean = PRICES.consumption_shares(10) @ np.array(GROWTH)
    expected = (1 - 0.3) * (mean - np.array(GROWTH))
    assert ((after - before) / (2 * step) / now)[[0, 2]] == pytest.approx(expected[[0, 2]], abs=1e-8)


def test_labour_ends_in_the_slowest_sector_and_in_investment():
    assert _employment([1e5])[0] == pytest.approx([0.0, 0.2, 0.8], abs=1e-12)
    assert _employment([1e5], elasticity=1.8)[0] == pytest.approx([0.8, 0.2, 0.0], abs=1e-12)
    assert _employment([0.0, 500.0], elasticity=1.0)[1] == pytest.approx(_employment([0.0])[0], abs=1e-12)


def test_a_sector_of_middling_growth_rises_before_it_falls():
    path = _employment(np.linspace(0, 600, 601), initial_consumption_shares=[0.8, 0.15, 0.05])[:, 1]
    peak = int(path.argmax())
    assert 0 < peak < 600
    assert (np.diff(path[: peak + 1]) > 0).all()
    assert (np.diff(path[peak:]) < 0).all()


@given(
    st.lists(st.floats(-0.02, 0.08), min_size=3, max_size=3), st.floats(0, 2), st.floats(0, 0.6), st.floats(-300, 300)
)
def test_employment_shares_add_up(growth, elasticity, invested, time):
    rates = dict(zip(THREE, growth, strict=True))
    path = _employment([time], **rates, elasticity=elasticity, investment_share=invested)
    assert path.sum() == pytest.approx(1.0, abs=1e-12)
    assert (path >= 0).all()


def test_spending_shares_match_the_ces_demand_at_the_relative_prices():
    times = np.array([0.0, 40.0])
    # Prices are inverse productivities.
    prices = np.exp(-times[:, np.newaxis] * np.array(GROWTH))
    assert PRICES.consumption_shares(times) == pytest.approx(ces_shares(prices, SHARES, 0.3), abs=1e-12)


def test_a_sector_without_a_share_is_left_out():
    two = PRICES.replace(initial_consumption_shares=[0.0, 0.4, 0.6]).consumption_shares([0.0, 40.0])
    assert (two[:, 0] == 0).all()
    prices = np.exp(-np.array([[0.0], [40.0]]) * np.array(GROWTH[1:]))
    assert two[:, 1:] == pytest.approx(ces_shares(prices, [0.4, 0.6], 0.3), abs=1e-12)


def test_draws_come_first():
    draws = {name: np.full(4, rate) for name, rate in zip(THREE, GROWTH, strict=True)}
    path = _employment([0.0, 1.0], **draws, investment_share=np.linspace(0.2, 0.5, 4))
    assert path.shape == (4, 2, 3)
    assert path[0] == pytest.approx(_employment([0.0, 1.0]))
    assert path[3] == pytest.approx(_employment([0.0, 1.0], investment_share=0.5))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"initial_consumption_shares": [0.5, 0.5, 0.5]}, "sum to 1.5"),
        ({"initial_consumption_shares": [0.5, 0.5]}, "give three"),
        ({"initial_consumption_shares": [0.5, -0.5, 1.0]}, "zero or more"),
        ({"initial_consumption_shares": [0.5, np.nan, 0.5]}, "not finite"),
        ({"elasticity": -0.1}, "elasticity"),
        ({"investment_share": 20}, "investment_share' is 20"),
    ],
)
def test_bad_ngai_pissarides_input_is_named(change, message):
    with pytest.raises(ValueError, match=message):
        _employment([0.0], **change)


# Non-homothetic CES


def test_b_07_relative_shares_when_real_consumption_doubles():
    shares = CLM.expenditure_shares([1.0, 2.0])
    relative = np.log(shares / shares[:, 1:2])
    assert (relative[1] - relative[0])[[0, 2]] == pytest.approx([-0.329245, 0.069315], abs=1e-6)


def test_b_07_price_effect():
    change = np.log(CLM.replace(prices=[2.0, 1.0, 1.0]).expenditure_shares(1.0)[:2])
    base = np.log(CLM.expenditure_shares(1.0)[:2])
    assert (change - base)[0] - (change - base)[1] == pytest.approx(0.5 * np.log(2), abs=1e-12)


@given(st.floats(-3, 3), st.sampled_from([0.3, 0.7, 1.5]), st.floats(0.3, 3.0))
def test_relative_shares_obey_the_demand_system_at_every_income(log_c, sigma, price):
    shares = CLM.replace(sigma=sigma, prices=[price, 1.0, 2.0]).expenditure_shares(np.exp(log_c))
    assert shares.sum() == pytest.approx(1.0, abs=1e-12)
    relative = np.log(0.3 / 0.4) + (1 - sigma) * (np.log(price / 2.0) + (0.05 - 1.2) * log_c)
    assert np.log(shares[0] / shares[2]) == pytest.approx(relative, abs=1e-9)


def test_equal_income_parameters_are_the_homothetic_limit():
    prices = [1.0, 2.0, 0.5]
    homothetic = CLM.replace(income_agriculture=1.0, income_services=1.0, prices=prices)
    shares = homothetic.expenditure_shares([0.1, 1.0, 10.0])
    assert shares[0] == pytest.approx(shares[2], abs=1e-12)
    assert shares[1] == pytest.approx(ces_shares(prices, [0.3, 0.3, 0.4], 0.5), abs=1e-12)


def test_levels_of_consumption_come_after_draws():
    shares = CLM.replace(sigma=[0.3, 0.5]).expenditure_shares([1.0, 2.0, 4.0])
    assert shares.shape == (2, 3, 3)
    assert shares[1, 2] == pytest.approx(CLM.expenditure_shares(4.0), abs=1e-15)


@pytest.mark.parametrize("sigma", [1.0, 0.0, -0.5, np.nan])
def test_sigma_without_meaning_is_refused(sigma):
    with pytest.raises(ValueError, match="sigma"):
        CLM.replace(sigma=sigma)


@pytest.mark.parametrize(
    ("change", "message"),
    [({"weights": [0.5, 0.5]}, "weights has shape"), ({"prices": [1.0, -1.0, 1.0]}, "prices is -1")],
)
def test_bad_goods_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        CLM.replace(**change)


def test_declared_parameters_are_accepted_at_their_bounds():
    for bound in ("lower", "default", "upper"):
        needs = {p.name: getattr(p, bound) for p in KongsamutRebeloXie.parameters()}
        assert KongsamutRebeloXie(**needs).consumption_shares(10.0).sum() == pytest.approx(1.0)
        rates = {p.name: getattr(p, bound) for p in NgaiPissarides.parameters()}
        assert _employment(10.0, **rates).sum() == pytest.approx(1.0)
        tastes = {p.name: getattr(p, bound) for p in NonhomotheticCES.parameters()}
        assert CLM.replace(**tastes).expenditure_shares(4.0).sum() == pytest.approx(1.0)
    assert [p.name for p in NonhomotheticCES.parameters()] == ["sigma", "income_agriculture", "income_services"]
    assert NgaiPissarides.parameter("elasticity").lower == 0
