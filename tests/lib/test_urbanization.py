import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.measures.urbanization import (
    annual_growth_rate,
    rural_growth_rate,
    urban_rural_growth_difference,
    urban_share,
)

people = st.floats(1.0, 1e9)


def test_urban_share_of_counts():
    assert urban_share([20, 0, 5], [80, 5, 0]).tolist() == [0.2, 0.0, 1.0]


def test_a_place_without_people_is_refused():
    with pytest.raises(ValueError, match="both zero in 1 places"):
        urban_share([1, 0], [1, 0])
    with pytest.raises(ValueError, match="urban is -1"):
        urban_share(-1, 5)


def test_growth_rate_doubles_in_ln_two_years_at_rate_one():
    assert annual_growth_rate(100, 200, np.log(2)) == pytest.approx(1.0, abs=1e-12)


def test_c_02_growth_difference_of_china_2010_to_2020():
    difference = urban_rural_growth_difference(66978, 67113, 90220, 50992, 10)
    assert difference == pytest.approx(0.0572596, abs=1e-6)


@given(people, people, people, people, st.floats(0.5, 100))
def test_growth_difference_is_the_difference_of_growth_rates(u0, r0, u1, r1, years):
    difference = float(urban_rural_growth_difference(u0, r0, u1, r1, years))
    rates = float(annual_growth_rate(u0, u1, years) - annual_growth_rate(r0, r1, years))
    assert difference == pytest.approx(rates, abs=1e-9)


def test_rural_growth_identity_against_a_numerical_derivative():
    t, step = 7.0, 1e-4

    def share(time):
        return 0.1 + 0.4 * np.sin(time / 20)

    def rural(time):
        return np.exp(0.02 * time) * (1 - share(time))

    numeric = (np.log(rural(t + step)) - np.log(rural(t - step))) / (2 * step)
    slope = (share(t + step) - share(t - step)) / (2 * step)
    assert rural_growth_rate(share(t), slope, 0.02) == pytest.approx(numeric, abs=1e-8)


def test_rural_growth_without_urbanization_is_population_growth():
    assert rural_growth_rate([0.1, 0.9], 0.0, 0.013).tolist() == [0.013, 0.013]
    with pytest.raises(ValueError, match="without rural people"):
        rural_growth_rate(1.0, 0.0, 0.01)
    with pytest.raises(ValueError, match="divide percent by 100"):
        rural_growth_rate(63.9, 0.0, 0.01)
