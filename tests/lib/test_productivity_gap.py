import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.measures.productivity_gap import adjusted_gap, agricultural_productivity_gap, gap_after_selection

inside = st.floats(0.01, 0.99)


def test_b_08_gap_from_shares():
    gap = agricultural_productivity_gap([0.10, 0.071, 0.068], [0.30, 0.228, 0.222])
    assert gap == pytest.approx([3.857143, 3.8643, 3.9109], abs=1e-4)


def test_b_09_hours_and_human_capital_close_part_of_the_gap():
    # A mean gap of 3.5 and of 2.2 after adjustment leave a factor of 1.59 to hours and skill together.
    assert adjusted_gap(3.5, hours_ratio=1.1, human_capital_ratio=3.5 / 2.2 / 1.1) == pytest.approx(2.2, abs=1e-12)


def test_b_10_what_individual_fixed_effects_leave():
    assert np.log(3.5) == pytest.approx(1.2528, abs=1e-4)
    assert gap_after_selection(3.5, keep_share=[0.08, 0.33]) == pytest.approx([1.105, 1.512], abs=1e-3)


@given(inside, inside)
def test_gap_is_one_at_equal_shares_and_inverts_when_sectors_swap(v, labour):
    assert agricultural_productivity_gap(v, v) == pytest.approx(1.0)
    swapped = agricultural_productivity_gap(1 - v, 1 - labour)
    assert agricultural_productivity_gap(v, labour) * swapped == pytest.approx(1.0, rel=1e-9)


@given(inside, inside, st.floats(0.001, 0.009))
def test_gap_rises_with_employment_and_falls_with_value_added(v, labour, more):
    base = agricultural_productivity_gap(v, labour)
    assert agricultural_productivity_gap(v, labour + more) > base
    assert agricultural_productivity_gap(v + more, labour) < base


@given(st.floats(0.2, 10), st.floats(0, 1))
def test_selection_lies_between_no_gap_and_the_raw_gap(gap, keep):
    low, high = sorted([1.0, gap])
    assert low - 1e-12 <= gap_after_selection(gap, keep_share=keep) <= high + 1e-12


@pytest.mark.parametrize(
    ("v", "labour", "message"),
    [
        (7.1, 0.2, "divide percent"),
        (0.0, 0.2, "value_added_share"),
        (0.1, 1.0, "employment_share"),
        (np.nan, 0.2, "finite"),
    ],
)
def test_bad_shares_are_named(v, labour, message):
    with pytest.raises(ValueError, match=message):
        agricultural_productivity_gap(v, labour)


def test_bad_ratios_are_named():
    with pytest.raises(ValueError, match="hours_ratio"):
        adjusted_gap(3.5, hours_ratio=0)
    with pytest.raises(ValueError, match="keep_share"):
        gap_after_selection(3.5, keep_share=8)
