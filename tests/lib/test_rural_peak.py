import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis import tables
from symbiosis.measures.rural_peak import rural_population_peak


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
