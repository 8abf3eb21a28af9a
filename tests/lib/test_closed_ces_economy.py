import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.models.land import closed_ces_economy, ngai_pissarides, subsistence_economy

ECONOMY = dict(
    farm_productivity=1.0, industrial_productivity=1.0, subsistence=0.3, weight=0.1, alpha=0.7, elasticity=0.5
)
needs = st.floats(0.0, 0.45)
weights = st.floats(0.05, 0.5)
alphas = st.floats(0.3, 0.9)
elasticities = st.floats(0.1, 3.0)
productivities = st.floats(0.5, 4.0)


@given(a=productivities, m=productivities, need=needs, weight=weights, alpha=alphas)
def test_elasticity_one_is_the_economy_of_matsuyama(a, m, need, weight, alpha):
    ours = closed_ces_economy.industrial_share(
        farm_productivity=a, industrial_productivity=m, subsistence=need, weight=weight, alpha=alpha, elasticity=1.0
    )
    theirs = subsistence_economy.closed_industrial_share(
        farm_productivity=a, subsistence=need, weight=weight, alpha=alpha
    )
    assert ours == pytest.approx(theirs, abs=1e-10)


@pytest.mark.parametrize("elasticity", [0.2, 0.5, 2.0])
def test_without_need_constant_returns_give_ngai_pissarides(elasticity):
    time, growth = 30.0, [0.03, 0.01]
    share = closed_ces_economy.industrial_share(
        farm_productivity=np.exp(growth[0] * time), industrial_productivity=np.exp(growth[1] * time), subsistence=0.0,
        weight=0.4, alpha=1 - 1e-9, elasticity=elasticity,
    )  # fmt: skip
    theirs = ngai_pissarides.employment_shares(
        [time], consumption_shares=[0.4, 0.6], growth=growth, elasticity=elasticity
    )
    assert share == pytest.approx(theirs[0, 1], abs=1e-7)


@given(a=productivities, m=productivities, need=needs, weight=weights, alpha=alphas, elasticity=elasticities)
def test_demand_meets_supply_at_the_price_at_which_wages_agree(a, m, need, weight, alpha, elasticity):
    made = dict(farm_productivity=a, industrial_productivity=m, alpha=alpha)
    n = closed_ces_economy.industrial_share(subsistence=need, weight=weight, elasticity=elasticity, **made)
    p = closed_ces_economy.relative_price(n, **made)
    food, goods = a * (1 - n) ** alpha, m * n**alpha
    assert (food - need) / goods == pytest.approx(weight / (1 - weight) * p**elasticity, rel=1e-6)
    open_share = subsistence_economy.open_industrial_share(price=p, **made)
    assert open_share == pytest.approx(n, rel=1e-7)


@given(a=productivities, factor=st.floats(1.1, 3.0), need=needs, weight=weights, alpha=alphas, elasticity=elasticities)
def test_farm_productivity_frees_labour_when_goods_are_complements(a, factor, need, weight, alpha, elasticity):
    rest = dict(industrial_productivity=1.0, subsistence=need, weight=weight, alpha=alpha)
    low = min(elasticity, 0.95)
    before, after = (
        closed_ces_economy.industrial_share(farm_productivity=f, elasticity=low, **rest) for f in (a, a * factor)
    )
    assert after > before


def test_easy_substitution_without_need_keeps_labour_on_the_farm():
    shares = closed_ces_economy.industrial_share(
        **{**ECONOMY, "subsistence": 0.0, "elasticity": 2.0, "farm_productivity": [1.0, 2.0]}
    )
    assert shares[1] < shares[0]


def test_industrial_progress_frees_nobody_in_a_closed_economy_of_complements():
    shares = closed_ces_economy.industrial_share(**{**ECONOMY, "industrial_productivity": [1.0, 2.0]})
    assert shares[1] < shares[0]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"subsistence": 1.0}, EquilibriumError, "cannot feed all"),
        ({"elasticity": 0.0}, ValueError, "elasticity"),
        ({"weight": 1.0}, ValueError, "weight"),
        ({"alpha": np.nan}, ValueError, "alpha"),
        ({"industrial_productivity": -1.0}, ValueError, "industrial_productivity"),
    ],
)
def test_bad_economies_are_named(change, error, message):
    with pytest.raises(error, match=message):
        closed_ces_economy.industrial_share(**{**ECONOMY, **change})


def test_declared_parameters_are_accepted_at_their_bounds():
    for parameter in closed_ces_economy.PARAMETERS:
        for end in (parameter.lower, parameter.upper):
            values = {**closed_ces_economy.PARAMETERS.defaults(), parameter.name: end}
            share = closed_ces_economy.industrial_share(
                farm_productivity=np.exp(100 * values["farm_growth"]),
                industrial_productivity=np.exp(100 * values["industry_growth"]),
                **{name: values[name] for name in ("subsistence", "weight", "alpha", "elasticity")},
            )
            assert 0 < share < 1
