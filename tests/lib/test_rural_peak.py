import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis import tables
from symbiosis.measures.rural_peak import rural_peak_table, rural_population_peak


def test_an_interior_peak():
    peak = rural_population_peak([2000, 2001, 2002, 2003], [5, 9, 8, 6])
    assert (peak.peak_year, peak.peak_value, peak.interior) == (2001, 9, True)
    assert peak.change_since_peak == -3
    assert peak.relative_change_since_peak == pytest.approx(-1 / 3)
    assert (peak.first_year, peak.last_year, peak.last_value) == (2000, 2003, 6)


@pytest.mark.parametrize(("values", "year"), [([1, 2, 3], 2002), ([3, 2, 1], 2000)])
def test_a_peak_at_an_end_of_the_record_is_not_interior(values, year):
    peak = rural_population_peak([2000, 2001, 2002], values)
    assert peak.peak_year == year
    assert not peak.interior


def test_ties_give_the_latest_year_and_all_of_them():
    peak = rural_population_peak([2000, 2001, 2002, 2003], [5, 9, 9, 6])
    assert peak.tied_years == (2001, 2002)
    assert peak.peak_year == 2002
    assert peak.interior
    # A plateau that reaches the end of the record may still be rising.
    assert not rural_population_peak([2000, 2001, 2002], [5, 9, 9]).interior


def test_order_is_repaired():
    assert rural_population_peak([2005, 2000, 2001, 2002], [4, 5, 9, 8]).last_value == 4


def test_d_08_the_revised_series_of_china_peaks_in_1995():
    table = tables.load("china_national")
    rural = table[(table["series"] == "rural_population") & (table["vintage"] == "revised")]
    peak = rural_population_peak(rural["year"].to_numpy(), rural["value"].to_numpy(float))
    assert peak.peak_year == 1995
    assert peak.peak_value == pytest.approx(859.47e6)
    assert peak.interior


@given(st.lists(st.floats(1, 1e9), min_size=3, max_size=30), st.randoms())
def test_no_year_holds_more_and_order_does_not_matter(values, random):
    years = list(range(1950, 1950 + len(values)))
    peak = rural_population_peak(years, values)
    assert peak.peak_value == max(values)
    assert peak.change_since_peak <= 0
    pairs = list(zip(years, values, strict=True))
    random.shuffle(pairs)
    assert rural_population_peak([y for y, _ in pairs], [v for _, v in pairs]) == peak


@pytest.mark.parametrize(
    ("years", "values", "message"),
    [
        ([2000, 2001], [1, 2], "at least 3"),
        ([2000, 2000, 2001], [1, 2, 3], "2000 twice"),
        ([2000, 2001, 2002], [1, np.nan, 3], "values holds 1 values that are not finite"),
        ([2000, 2001, 2002], [1, -2, 3], "values is -2"),
        ([2000, 2001, 2002], [1, 2], "at least 3"),
        ([2000, 2001, 2002], [1, 2, 3, 4], "years holds 3 values and values holds 4"),
    ],
)
def test_bad_series_are_refused(years, values, message):
    with pytest.raises(ValueError, match=message):
        rural_population_peak(years, values)


def people(name, rural, urban):
    years = range(1990, 1990 + len(rural))
    return pd.DataFrame({"place": name, "year": years, "rural": rural, "urban": urban})


def test_the_table_of_peaks_by_hand():
    long = pd.concat([
        people("peaked", [80.0, 100, 60], [20, 100, 140]), people("rising", [10.0, 20, 40], [30, 30, 10]),
        people("falling", [50.0, 40, 30], [50, 60, 90]), people("short", [1.0, 2], [1, 1]),
        people("city", [5.0, 1, 0], [5, 9, 10]),
    ]).iloc[::-1]  # fmt: skip
    found = rural_peak_table(long, entity="place", year="year", rural="rural", urban="urban", minimum_years=3)
    assert dict(found.left_out) == {"fewer than 3 years": ("short",), "no rural people in some year": ("city",)}
    assert found.frame["status"].to_dict() == {
        "falling": "falling from the start", "peaked": "peaked", "rising": "still rising",
    }  # fmt: skip
    numbers = found.frame.drop(columns="status")
    expected = {
        "falling": [1990, 1990, 1992, 50, 50, 30, -0.4, -0.4, 0.5, 0.5, 0.75],
        "peaked": [1990, 1991, 1992, 80, 100, 60, -0.25, -0.4, 0.2, 0.5, 0.7],
        "rising": [1990, 1992, 1992, 10, 40, 40, 3, 0, 0.75, 0.2, 0.2],
    }
    np.testing.assert_allclose(numbers.to_numpy(float), list(expected.values()), rtol=1e-12)
    assert found.frame.index.tolist() == list(expected)


def test_thirty_years_are_enough_and_twenty_nine_are_not():
    names = {"entity": "place", "year": "year", "rural": "rural", "urban": "urban"}
    rural = np.linspace(50, 21, 30)
    assert len(rural_peak_table(people("a", rural, rural), **names).frame) == 1
    with pytest.raises(ValueError, match="no entity has 30 years of 'rural' and 'urban'"):
        rural_peak_table(people("a", rural[:-1], rural[:-1]), **names)


def test_two_equal_years_at_the_start_are_an_end_of_the_record():
    assert not rural_population_peak([2000, 2001, 2002], [9, 9, 5]).interior
    assert rural_population_peak([2000, 2001, 2002], [5, 9, 5]).interior
