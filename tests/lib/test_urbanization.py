import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.measures.urbanization import annual_growth_rate, urban_rural_growth_difference

people = st.floats(1.0, 1e9)


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
