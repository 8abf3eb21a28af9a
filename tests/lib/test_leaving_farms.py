"""Farmers between two censuses, and means with different spreads."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from symbiosis import tables
from symbiosis.evidence.two_means import difference_of_means, mean_of
from symbiosis.measures.leaving_farms import COLUMNS, COVERAGES, followed_places, split_share

SHARES = st.lists(st.tuples(st.floats(1, 9), st.floats(1, 9), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=9)


@given(SHARES)
def test_within_and_between_add_up(places: list[tuple[float, float, float, float]]) -> None:
    table = np.array(places)
    workers, farmers = table[:, :2], table[:, :2] * table[:, 2:]
    split = split_share(workers, farmers)
    change = np.diff(farmers.sum(axis=0) / workers.sum(axis=0))[0]
    assert split.within + split.between == pytest.approx(change, abs=1e-12)


def test_a_split_by_hand() -> None:
    moved = split_share([[10, 5], [10, 15]], [[8, 4], [2, 3]])
    assert moved.within == 0
    assert moved.part_between == 1
    with pytest.raises(ValueError, match="1 places have no workers"):
        split_share([[1, 0]], [[1, 0]])
    with pytest.raises(ValueError, match="shape"):
        split_share([[1, 2]], [[1, 2], [1, 2]])


def test_pooled_places_hold_everybody() -> None:
    counties = tables.load("china_counties", ["year", "unit_id", *COLUMNS])
    total = counties.groupby("year")["population"].sum()
    sizes = {}
    for coverage in COVERAGES:
        frame = followed_places(counties, coverage=coverage)
        sizes[coverage] = frame["population_2020"].sum() / total[2020]
    assert sizes["followed"] < sizes["suspected too"] < sizes["pooled"]
    assert sizes["pooled"] > 0.985
    assert len(followed_places(counties, unit="province")) == 31
    with pytest.raises(ValueError, match="coverage is 'some'"):
        followed_places(counties, coverage="some")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="unit is 'town'"):
        followed_places(counties, unit="town")  # type: ignore[arg-type]


def test_a_mean_has_the_interval_of_student() -> None:
    values = np.array([0.4, -0.3, 1.1, 0.2])
    theirs = stats.ttest_1samp(values, 0).confidence_interval()
    ours = mean_of(values)
    assert (ours.value, ours.low, ours.high) == pytest.approx((values.mean(), theirs.low, theirs.high), rel=1e-12)
    with pytest.raises(ValueError, match="same"):
        mean_of([2.0, 2.0])
    with pytest.raises(ValueError, match="2"):
        mean_of([2.0])


def test_the_interval_of_a_mean_covers_with_three_values() -> None:
    rng = np.random.default_rng(1)
    covered = [mean_of(sample).low <= 1 <= mean_of(sample).high for sample in rng.normal(1, 2, (1000, 3))]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.025)


def test_the_difference_of_means_is_that_of_welch() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.normal(0, 1, 6), rng.normal(1, 4, 11)
    ours, theirs = difference_of_means(first, second), stats.ttest_ind(second, first, equal_var=False)
    low, high = theirs.confidence_interval()
    assert (ours.low, ours.high) == pytest.approx((low, high))
    with pytest.raises(ValueError, match="without spread"):
        difference_of_means([1, 1], [1, 1])
