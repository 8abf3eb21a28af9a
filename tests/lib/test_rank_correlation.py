"""Spearman's correlation of places, within groups and beside chance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from symbiosis.evidence.rank_correlation import (
    exchanged_rank_correlation,
    rank_correlation,
    without_each_group,
)


def _places(seed: int, groups: int = 20, each: int = 8, link: float = 0.0, shared: float = 0.0):
    rng = np.random.default_rng(seed)
    of = np.repeat(np.arange(groups), each)
    x = rng.normal(size=groups * each) + shared * rng.normal(size=groups)[of]
    y = link * x + rng.normal(size=groups * each) + shared * rng.normal(size=groups)[of]
    return x, y, of


@given(st.integers(0, 10_000), st.floats(-2, 2))
def test_the_value_is_spearmans(seed: int, link: float) -> None:
    x, y, of = _places(seed, link=link)
    found = rank_correlation(x, y, groups=of)
    assert found.value == pytest.approx(spearmanr(x, y).statistic)
    assert -1 <= found.low <= found.value <= found.high <= 1
    # Only the order counts, and a weight of one for each place is no weight.
    same = rank_correlation(np.exp(x), 3 * y, groups=of, weights=np.full(len(x), 2.0))
    assert same.value == pytest.approx(found.value)


def test_ties_and_a_perfect_order() -> None:
    x = np.array([1.0, 1, 2, 2, 3, 3, 4, 4, 5])
    of = np.repeat([0, 1, 2], 3)
    found = rank_correlation(x, x, groups=of)
    assert found.value == pytest.approx(1)
    y = np.array([1.0, 2, 2, 4, 3, 3, 5, 9, 8])
    assert rank_correlation(x, y, groups=of).value == pytest.approx(spearmanr(x, y).statistic)


def test_what_groups_share_is_taken_out_within_them() -> None:
    rng = np.random.default_rng(4)
    of = np.repeat(np.arange(30), 8)
    level = rng.normal(size=30)[of]
    x, y = 5 * level + rng.normal(size=240), 5 * level + rng.normal(size=240)
    assert rank_correlation(x, y, groups=of).value > 0.8
    assert abs(rank_correlation(x, y, groups=of, within=True).value) < 0.25


def test_size_with_places_that_are_alike_and_power() -> None:
    """Where groups share a shock in both, the interval holds zero in nearly 95 % of draws; a link is found."""
    inside = [rank_correlation(*p[:2], groups=p[2]) for p in (_places(s, shared=1.0) for s in range(200))]
    covered = np.mean([one.low <= 0 <= one.high for one in inside])
    assert 0.89 <= covered <= 0.99
    found = [rank_correlation(*p[:2], groups=p[2]).excludes(0) for p in (_places(s, link=0.5) for s in range(50))]
    assert np.mean(found) > 0.9


def test_chance_is_centred_on_zero_and_a_link_lies_outside() -> None:
    x, y, of = _places(1, link=1.0)
    for within in (False, True):
        null = exchanged_rank_correlation(x, y, groups=of, within=within, rng=np.random.default_rng(2))
        assert abs(null.value) < 0.05
        assert null.low < 0 < null.high < 0.3 < rank_correlation(x, y, groups=of, within=within).value


def test_each_group_is_left_out_in_turn() -> None:
    x, y, _ = _places(3, groups=5, link=1.0)
    names = np.repeat(["a", "b", "c", "d", "e"], 8)
    found = without_each_group(x, y, groups=names)
    assert list(found) == ["a", "b", "c", "d", "e"]
    kept = names != "c"
    assert found["c"].value == pytest.approx(spearmanr(x[kept], y[kept]).statistic)


def test_bad_input_is_named() -> None:
    x, y, of = _places(0)
    with pytest.raises(ValueError, match="groups holds 1"):
        rank_correlation(x, y, groups=np.zeros(len(x)))
    with pytest.raises(ValueError, match="y is 1 in every place"):
        rank_correlation(x, np.ones(len(x)), groups=of)
    with pytest.raises(ValueError, match="one of y for each of x"):
        rank_correlation(x, y[:-1], groups=of)
    with pytest.raises(ValueError, match="weights"):
        rank_correlation(x, y, groups=of, weights=-np.ones(len(x)))
    with pytest.raises(ValueError, match="draws"):
        exchanged_rank_correlation(x, y, groups=of, rng=np.random.default_rng(0), draws=5)
