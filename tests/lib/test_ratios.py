"""Ratios of sums, and readings with one place left out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from symbiosis.evidence.bootstrap import bootstrap_interval
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.ratios import change_of_ratio, ratio_of_sums
from symbiosis.lesson.claims import ArgumentError, claim
from symbiosis.lesson.leave_out import fragile


def test_the_error_of_a_ratio_is_that_of_the_bootstrap() -> None:
    rng = np.random.default_rng(4)
    below = rng.gamma(3, 1, 200)
    above = below * rng.beta(2, 3, 200)
    ours = ratio_of_sums(above, below)
    frame = pd.DataFrame({"a": above, "b": below})
    drawn = bootstrap_interval(frame, lambda rows: rows["a"].sum() / rows["b"].sum(), rng=rng, resamples=2000)
    assert ours.value == pytest.approx(above.sum() / below.sum())
    assert ours.high - ours.low == pytest.approx(drawn.high - drawn.low, rel=0.08)


def test_intervals_of_a_change_hold_the_truth() -> None:
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        n0 = rng.gamma(3, 1, 80)
        n1 = n0 * rng.uniform(1, 2, 80)
        a0, a1 = n0 * rng.beta(4, 6, 80), n1 * rng.beta(5, 5, 80)
        change = change_of_ratio((a0, n0), (a1, n1), factor=100)
        held += change.low < 10 < change.high
    assert 0.91 < held / 400 < 0.98


def test_no_change_and_exact_ratios() -> None:
    assert ratio_of_sums([1, 2, 3], [2, 4, 6]).interval == "50% to 50%"
    same = ([1.0, 2.0], [3.0, 9.0])
    assert change_of_ratio(same, same).value == 0


def test_hostile_sums_are_refused() -> None:
    with pytest.raises(ValueError, match="sums to 0"):
        ratio_of_sums([1, 2], [1, -1])
    with pytest.raises(ValueError, match="numerator"):
        ratio_of_sums([1.0], [1.0])


def test_a_reading_that_hangs_on_one_place_is_found() -> None:
    cities = claim("big_cities")
    sure = Estimate(0.7, 0.66, 0.74)
    assert not fragile(cities, "especially", sure, [Estimate(0.69, 0.64, 0.74)])
    assert fragile(cities, "especially", sure, [sure, Estimate(0.53, 0.5, 0.56)])
    with pytest.raises(ArgumentError, match="no part 'nothing'"):
        fragile(cities, "nothing", sure, [])
