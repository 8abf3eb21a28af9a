import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.models.migration.harris_todaro import HarrisTodaro
from symbiosis.models.migration.logit_migration import LogitMigration, choice_shares
from symbiosis.models.migration.registering import Registering
from symbiosis.parameters import ParameterError

SHARED = ("hukou_cost", "dispersion")
drawn = st.fixed_dictionaries(
    dict(
        hukou_cost=st.floats(0.2, 0.6),
        fee=st.floats(0.05, 0.2),
        city_income=st.floats(1.5, 3.0),
        farm_income=st.floats(0.5, 0.9),
        dispersion=st.floats(0.5, 5.0),
        land_rent=st.floats(0.1, 0.5),
        land_kept=st.floats(0.0, 1.0),
    )
)


@pytest.mark.parametrize("model", [HarrisTodaro, LogitMigration, Registering])
def test_models_of_migration_share_one_declaration(model):
    for name in SHARED:
        assert model.parameter(name) == LogitMigration.parameter(name)


def test_shares_are_the_formula():
    one = Registering(
        hukou_cost=0.4, fee=0.1, city_income=2.0, farm_income=0.7, land_rent=0.3, land_kept=0.5, dispersion=2.0,
        harvest=1.1,
    )  # fmt: skip
    values = np.array([1.1 * 1.0, 1.2 + 0.33, 1.8 + 0.165])
    assert one.shares() == pytest.approx(values**2 / (values**2).sum(), abs=1e-14)
    assert one.registered() == pytest.approx(float(one.shares()[2]), abs=0)


@given(drawn, st.floats(0.5, 2.0))
def test_without_liquidity_the_cost_of_registering_is_what_it_was(values, harvest):
    one = Registering(**values, harvest=harvest)
    assert one.effective_fee() == values["fee"]
    rent = harvest * values["land_rent"]
    plain = [
        harvest * values["farm_income"] + rent,
        (1 - values["hukou_cost"]) * values["city_income"] + rent,
        (1 - values["fee"]) * values["city_income"] + values["land_kept"] * rent,
    ]
    assert one.shares() == pytest.approx(choice_shares(plain, dispersion=values["dispersion"])[0], abs=1e-14)


@given(drawn, st.floats(1.01, 1.5))
def test_without_liquidity_a_better_harvest_never_makes_citizens(values, harvest):
    assert Registering(**values).effect(harvest=harvest) < 0


@given(drawn)
def test_land_that_can_be_kept_makes_citizens(values):
    assert Registering(**(values | {"land_kept": 0.0})).effect(land_kept=1.0) > 0


@given(drawn, st.floats(1.01, 1.5), st.floats(0.1, 4.0))
def test_liquidity_helps_whoever_has_a_better_harvest(values, harvest, liquidity):
    one = Registering(**values)
    assert one.effect(harvest=harvest, liquidity=liquidity) > one.effect(harvest=harvest)
    # At today's harvest it is no matter.
    assert one.effect(liquidity=liquidity) == pytest.approx(0, abs=1e-12)


def test_with_liquidity_the_sign_can_turn():
    dear = Registering(fee=0.3, land_kept=1.0, land_rent=0.1)
    assert dear.effect(harvest=1.1) < 0 < dear.effect(harvest=1.1, liquidity=4.0)


@given(drawn, st.floats(0.02, 0.9), st.floats(0.7, 1.4))
def test_the_cost_at_which_a_share_registers_is_the_inverse(values, share, harvest):
    one = Registering(**values, harvest=harvest)
    fee = float(one.fee_at_share(share))
    if 0 <= fee < 1:
        assert one.replace(fee=fee).registered() == pytest.approx(share, rel=1e-9)
    assert one.fee_at_share(one.registered()) == pytest.approx(values["fee"], abs=1e-9)


def test_where_registering_is_dear_and_the_land_is_kept_the_sign_is_open():
    one = Registering(land_kept=1.0, dispersion=3.0)
    rare = one.replace(fee=one.fee_at_share(0.02))
    assert rare.fee > rare.hukou_cost
    assert one.effect(harvest=1.1) < 0 < rare.effect(harvest=1.1)
    # Land that is lost gives those who register nothing.
    assert rare.replace(land_kept=0.0).effect(harvest=1.1) < 0


def test_draws_come_first():
    one = Registering(dispersion=np.array([1.0, 2.0]), fee=np.array([0.1, 0.2]))
    assert one.shares().shape == (2, 3)
    assert one.shares().sum(axis=1) == pytest.approx(1.0)
    assert one.effect(harvest=np.array([1.1, 1.2])).shape == (2,)


def test_what_cannot_be_is_refused():
    with pytest.raises(EquilibriumError, match="cost of registering"):
        Registering(fee=0.4, harvest=0.5, liquidity=3.0).shares()
    with pytest.raises(EquilibriumError, match="hukou_cost is 1"):
        Registering(hukou_cost=1.0).shares()
    with pytest.raises(ParameterError, match="liquidity"):
        Registering(liquidity=-1.0)
    with pytest.raises(ParameterError, match="fee"):
        Registering(fee=1.0)
    with pytest.raises(ValueError, match="share"):
        Registering().fee_at_share(1.0)
    with pytest.raises(ParameterError, match="has no wealth"):
        Registering().effect(wealth=1.0)
