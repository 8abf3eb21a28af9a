import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis import tables
from symbiosis.measures.urbanization import urban_rural_growth_difference
from symbiosis.models.urbanization.logistic_urbanization import LogisticUrbanization
from symbiosis.models.urbanization.un_method import project_share


@pytest.fixture(scope="module")
def china():
    table = tables.load("china_national")
    revised = table[table["vintage"] == "revised"]
    return revised.pivot_table(index="year", columns="series", values="value", observed=True)


def difference(china, start, end):
    u, r = china["urban_population"], china["rural_population"]
    return urban_rural_growth_difference(u[start], r[start], u[end], r[end], end - start)


def test_c_01_published_form_of_the_method():
    assert project_share(0.25, 0.04, 25) == pytest.approx(0.475367, abs=1e-6)


def test_c_03_the_decade_to_2020_overshoots_2025(china):
    u, r = china.loc[2020, ["urban_population", "rural_population"]]
    projected = 100 * project_share(u / (u + r), difference(china, 2010, 2020), 5)
    assert projected == pytest.approx(70.20, abs=0.01)
    assert projected - china.loc[2025, "urban_share"] == pytest.approx(2.3, abs=0.05)


def test_c_04_the_five_years_to_2025_carried_to_2035(china):
    recent = difference(china, 2020, 2025)
    assert recent == pytest.approx(0.035641, abs=1e-6)
    u, r = china.loc[2025, ["urban_population", "rural_population"]]
    assert 100 * project_share(u / (u + r), recent, 10) == pytest.approx(75.12, abs=0.01)


@given(st.floats(0.01, 0.99), st.floats(0.001, 0.1), st.floats(-50, 50))
def test_it_is_the_logistic_with_ceiling_one(share, k, years):
    assert project_share(share, k, years) == pytest.approx(
        float(LogisticUrbanization(k=k, u0=share).urban_share(years)), rel=1e-9
    )


@given(st.floats(0.01, 0.99), st.floats(-0.1, 0.1), st.floats(0, 50))
def test_there_and_back_again(share, rate, years):
    assert project_share(float(project_share(share, rate, years)), rate, -years) == pytest.approx(share, rel=1e-6)


def test_a_recovered_difference_is_the_one_put_in():
    u, r = 25.0, 75.0
    later = float(project_share(0.25, 0.03, 12))
    assert urban_rural_growth_difference(u, r, later, 1 - later, 12) == pytest.approx(0.03, abs=1e-12)


@pytest.mark.parametrize("share", [0.0, 1.0, 25.0, float("nan")])
def test_shares_at_the_ends_in_percent_or_missing_are_refused(share):
    with pytest.raises(ValueError, match=r"^share"):
        project_share(share, 0.04, 25)


def test_paths_broadcast():
    assert project_share(np.array([[0.2], [0.4]]), 0.03, [0, 10, 20]).shape == (2, 3)
