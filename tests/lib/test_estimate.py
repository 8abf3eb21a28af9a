import math

import pytest

from symbiosis.evidence.estimate import Estimate


def test_an_estimate_prints_value_unit_and_interval():
    assert str(Estimate(3.14, 2.0, 4.2, "points", ".1f")) == "3.1 points (2.0 to 4.2)"
    assert str(Estimate(0.62, 0.58, 0.66, display=".0%")) == "62% (58% to 66%)"
    assert str(Estimate(7, unit="countries", display=".0f")) == "7 countries"


def test_what_rounds_to_zero_has_no_sign():
    assert str(Estimate(-0.001, -0.2, 0.1, display=".1f")) == "0.0 (-0.2 to 0.1)"


def test_open_ends_are_words():
    assert Estimate(85, 36, math.inf, "years", ".0f").interval == "36 to ∞"
    assert Estimate(math.nan, unit="years").point == "none years"


def test_excludes_says_whether_the_interval_leaves_a_value_out():
    assert Estimate(1, 0.1, 2).excludes(0)
    assert not Estimate(1, -0.1, 2).excludes(0)
    assert Estimate(1, 0.1, 2).excludes(3)
    assert not Estimate(1).excludes(0)


def test_a_negative_factor_keeps_the_ends_in_order():
    turned = Estimate(1, 0.5, 2, "log points").times(-100, unit="%", display=".0f")
    assert str(turned) == "-100 % (-200 to -50)"


def test_an_interval_the_wrong_way_round_is_refused():
    with pytest.raises(ValueError, match="swap its ends"):
        Estimate(1, 2, 0)
