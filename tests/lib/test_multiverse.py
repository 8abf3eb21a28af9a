from __future__ import annotations

import numpy as np
import pytest

from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.multiverse import multiverse

CHOICES = {"start": {"1990": 1990, "2000": 2000}, "sample": {"all": 1.0, "large": 2.0, "none": np.nan}}


def ask(start: int, sample: float) -> Estimate:
    if start == 1990 and sample == 2.0:
        raise ValueError("too few places")
    value = sample * (1 if start == 1990 else -3)
    return Estimate(value, value - 1, value + 1, "points", ".1f", 0.9)


def test_every_specification_is_asked_and_none_is_lost() -> None:
    found = multiverse(CHOICES, ask)
    assert len(found) == 3
    assert found.estimates.tolist() == [-6, -3, 1]
    assert found.failed.to_dict("records") == [
        {"start": "1990", "sample": "large", "reason": "too few places"},
        {"start": "1990", "sample": "none", "reason": "the estimate is nan"},
        {"start": "2000", "sample": "none", "reason": "the estimate is nan"},
    ]
    assert str(found.median) == "-3.0 points (-4.0 to -2.0)"
    assert found.median.level == 0.9
    assert found.median_of(CHOICES) == {"start": 2000, "sample": 1.0}
    assert ask(**found.median_of(CHOICES)) == found.median
    assert (found.share_above(0), found.share_below(-3), found.share_above(-3)) == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert found.estimate(start="1990").value == 1
    assert found.positions(start="2000") == [0, 1]
    by = found.by("start")
    assert by.index.tolist() == ["1990", "2000"]
    assert by["median"].tolist() == [1, -4.5]
    assert by["share_above"].tolist() == [1, 0]


def test_combinations_without_sense_are_counted() -> None:
    found = multiverse(CHOICES, ask, where=lambda start, sample: start == 2000 or sample == 1)
    assert (len(found), len(found.failed), found.left_out) == (3, 1, 2)


def test_nothing_hangs_on_which_of_two_in_the_middle_is_taken() -> None:
    points = multiverse({"x": {str(i): i for i in range(4)}}, lambda x: Estimate(x))
    assert points.median.value == 1.5
    assert np.isnan(points.median.low)
    ranges = {"a": (1.0, 0.0, 1.5), "b": (2.0, 1.0, 9.0), "c": (3.0, 2.5, 4.0), "d": (4.0, 3.0, 5.0)}
    found = multiverse({"x": ranges}, lambda x: Estimate(*x)).median
    assert (found.value, found.low, found.high) == (2.5, 1.0, 9.0)
    one_end = multiverse({"x": {"a": (1.0,), "b": (2.0, 1.5, 2.5)}}, lambda x: Estimate(*x)).median
    assert (one_end.value, one_end.low, one_end.high) == (1.5, 1.5, 2.5)


def test_the_middle_specification_is_named() -> None:
    found = multiverse(CHOICES, ask)
    assert found.middle == {"start": "2000", "sample": "all"}
    assert found.estimate(**found.middle) == found.median


def test_choices_decide_by_themselves_and_with_each_other() -> None:
    options = {name: {str(i): i for i in (-1, 0, 1)} for name in "abc"}
    share = multiverse(options, lambda a, b, c: Estimate(2 * a + a * b)).deciding()
    # Variances: of a 4 * 2/3, of a b 4/9; c does nothing.
    total = 8 / 3 + 4 / 9
    assert share["alone"].tolist() == pytest.approx([8 / 3 / total, 0, 0], abs=1e-12)
    assert share["with_others"].tolist() == pytest.approx([1, 4 / 9 / total, 0], abs=1e-12)
    single = multiverse({"a": {"x": 1, "y": 2}}, lambda a: Estimate(a)).deciding()
    assert single.loc["a"].tolist() == pytest.approx([1, 1])
    with pytest.raises(ValueError, match="no choice decides"):
        multiverse(options, lambda a, b, c: Estimate(5)).deciding()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: multiverse({}, ask), "choices without options: all"),
        (lambda: multiverse({"start": {}}, ask), "choices without options: start"),
        (lambda: multiverse({**CHOICES, "sample": {"none": np.nan}}, ask), "no specification .* the estimate is nan"),
        (lambda: multiverse({"u": {"a": "a", "b": "b"}}, lambda u: Estimate(1, unit=u)), "differ in unit"),
        (lambda: multiverse(CHOICES, ask).estimate(start="2000"), "2 specifications have"),
        (lambda: multiverse(CHOICES, ask).positions(start="1980"), "no specification with start '1980'; .* 1990, 2000"),
    ],
)
def test_bad_input_is_named(call, message) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()
