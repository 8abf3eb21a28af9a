import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.measures.components import residual_components, rural_loss

people = st.floats(1.0, 1e8)
rate = st.floats(-0.03, 0.05)


def test_residual_method_by_hand():
    # 100 urban and 300 rural become 200 and 250 in ten years; natural rate 1 per cent a year.
    result = residual_components(100, 300, 200, 250, 10, natural_rate=0.01)
    assert result.urban.natural_increase == pytest.approx(0.01 * 10 * 150)
    assert result.urban.residual == pytest.approx(85)
    assert result.urban.natural_share == pytest.approx(0.15)
    assert result.rural.residual == pytest.approx(-50 - 27.5)
    assert result.external_migration == pytest.approx(50 - 0.1 * 425)
    assert result.urban.net_migration is None
    assert result.urban.reclassification is None


def test_known_reclassification_is_taken_out_of_the_residual_on_both_sides():
    result = residual_components(100, 300, 200, 250, 10, natural_rate=0.01, reclassified=30)
    assert result.urban.net_migration == pytest.approx(55)
    assert result.rural.net_migration == pytest.approx(-77.5 + 30)
    assert result.rural.reclassification == -30


def test_simulated_truth_is_recovered():
    # Constant flows make each population linear in time, so the method's person-years are exact.
    years, natural_urban, natural_rural = 10, 0.006, 0.012
    u0, r0, u1, r1 = 1000.0, 3000.0, 1800.0, 2600.0
    urban_years, rural_years = years * (u0 + u1) / 2, years * (r0 + r1) / 2
    natural = (natural_urban * urban_years + natural_rural * rural_years) / (urban_years + rural_years)
    result = residual_components(
        u0, r0, u1, r1, years, natural_rate=natural, natural_rate_difference=natural_urban - natural_rural
    )
    assert result.urban_natural_rate == pytest.approx(natural_urban, abs=1e-15)
    assert result.rural_natural_rate == pytest.approx(natural_rural, abs=1e-15)
    assert result.urban.residual == pytest.approx(800 - natural_urban * urban_years)


@given(people, people, people, people, st.floats(1, 30), rate, rate, st.floats(-1e6, 1e6))
def test_everything_adds_up(u0, r0, u1, r1, years, natural, gap, moved):
    result = residual_components(
        u0, r0, u1, r1, years, natural_rate=natural, natural_rate_difference=gap, reclassified=moved
    )
    scale = (u0 + r0 + u1 + r1) * (1 + years) + abs(moved)
    for part, change in ((result.urban, u1 - u0), (result.rural, r1 - r0)):
        assert abs(part.natural_increase + part.residual - change) < 1e-11 * scale
        assert abs(part.net_migration + part.reclassification - part.residual) < 1e-11 * scale
    assert abs(result.urban.residual + result.rural.residual - result.external_migration) < 1e-11 * scale
    total_natural = natural * years * (u0 + u1 + r0 + r1) / 2
    assert abs(result.urban.natural_increase + result.rural.natural_increase - total_natural) < 1e-11 * scale
    assert abs(result.urban.net_migration + result.rural.net_migration - result.external_migration) < 1e-11 * scale


def test_a_closed_place_has_no_external_migration():
    result = residual_components([100, 50], [300, 10], [200, 40], [250, 5], 10)
    assert result.external_migration == pytest.approx([0, 0], abs=1e-12)
    assert result.urban.residual == pytest.approx(-result.rural.residual)


def test_a_share_of_no_change_is_missing_not_infinite():
    result = residual_components(100, 300, 100, 250, 10, natural_rate=0.01)
    assert np.isnan(result.urban.natural_share)
    assert result.urban.residual == pytest.approx(-10)


def test_rates_in_per_mille_or_percent_and_empty_places_are_refused():
    with pytest.raises(ValueError, match=r"natural_rate is 5\.2; .*divide per mille by 1000"):
        residual_components(100, 300, 200, 250, 10, natural_rate=5.2)
    with pytest.raises(ValueError, match="without people"):
        residual_components(0, 0, 0, 0, 10)
    with pytest.raises(ValueError, match="years is 0"):
        residual_components(1, 1, 1, 1, 0)
    with pytest.raises(ValueError, match="do not fit together"):
        residual_components([1, 2], [1, 2, 3], 1, 1, 10)


def test_rural_loss_by_hand():
    # One county whose residents left, one where they moved to town, one that grew as its villages emptied, one gainer.
    found = rural_loss([100, 100, 100, 50], [60, 60, 60, 70], [200, 200, 200, 80], [160, 190, 230, 90])
    assert found.lost.tolist() == [40, 40, 40, 0]
    assert found.left.tolist() == [40, 10, 0, 0]
    assert found.share_left == pytest.approx(50 / 120)
    assert found.nobody_missing.tolist() == [False, False, True, False]
    assert found.share_nobody_missing == pytest.approx(1 / 3)


def test_births_hide_people_who_left():
    plain = rural_loss([100.0], [60.0], [200.0], [200.0])
    with_births = rural_loss([100.0], [60.0], [200.0], [200.0], natural_increase=0.05)
    assert plain.share_left == 0
    assert with_births.left.tolist() == pytest.approx([10.0])
    assert with_births.lost.tolist() == pytest.approx([45.0])


@given(st.lists(st.tuples(*[st.integers(1, 10**6)] * 4), min_size=1, max_size=20))
def test_the_bound_lies_between_nothing_and_everything(places):
    r0, r1, more0, more1 = np.array(places, float).T
    r1[0], r0[0] = 1, 2
    found = rural_loss(r0, r1, r0 + more0, r1 + more1)
    assert 0 <= found.share_left <= 1
    assert (found.left <= found.lost).all()


def test_no_loss_at_all_is_refused():
    with pytest.raises(ValueError, match="no place lost rural people"):
        rural_loss([10], [20], [30], [40])
