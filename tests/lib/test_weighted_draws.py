"""Draws that count unequally, and what decides a result of them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.evidence.rank_regression import signed_indices
from symbiosis.evidence.weighted_draws import (
    effective_draws,
    equal_draws,
    range_over_draws,
    share_of_draws,
    weighted_quantiles,
)


def test_kish_counts_equal_draws_once_and_a_single_one_as_one():
    assert effective_draws(np.ones(40)) == pytest.approx(40)
    assert effective_draws([0, 0, 3.0]) == pytest.approx(1)
    assert effective_draws([1.0, 1.0, 2.0]) == pytest.approx(16 / 6)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=8), st.integers(0, 100))
def test_whole_weights_are_draws_that_come_up_so_often(times, seed):
    values = np.random.default_rng(seed).normal(size=len(times))
    repeated = np.repeat(values, times)
    ours = weighted_quantiles(values, times, [0.5])
    # The middle lies between the neighbours of the median of the repeated draws.
    order = np.sort(repeated)
    middle, most = (len(order) - 1) / 2, max(times)
    low = order[max(int(np.floor(middle)) - most, 0)]
    high = order[min(int(np.ceil(middle)) + most, len(order) - 1)]
    assert low <= ours[0] <= high
    assert share_of_draws(values > 0, times) == pytest.approx((repeated > 0).mean())


def test_equal_weights_give_the_quantiles_of_hazen():
    values = np.random.default_rng(1).normal(size=(31, 4))
    levels = [0.1, 0.5, 0.9]
    theirs = np.quantile(values, levels, axis=0, method="hazen")
    np.testing.assert_allclose(weighted_quantiles(values, np.ones(31), levels), theirs)
    assert weighted_quantiles(values[:, 0], np.ones(31), 0.5) == pytest.approx(np.median(values[:, 0]))


def test_a_draw_without_weight_does_not_count():
    values = np.array([np.nan, 1.0, 2.0, 3.0])
    assert weighted_quantiles(values, [0, 1, 1, 1], 0.5) == 2
    found = range_over_draws(values[1:], [1, 1, 1], level=0.5)
    assert str(found) == "+2.0 % (+1.2 to +2.8)"


def test_equal_draws_come_up_as_often_as_they_weigh():
    weights = np.array([1.0, 4.0, 0.0, 3.0])
    np.testing.assert_array_equal(np.bincount(equal_draws(weights, 8), minlength=4), weights)
    chosen = equal_draws(np.random.default_rng(2).dirichlet(np.ones(300)), 60)
    assert len(chosen) == 60
    assert (np.diff(chosen) >= 0).all()


def test_bad_weights_and_draws_are_named():
    with pytest.raises(ValueError, match="not all zero"):
        effective_draws([0.0, 0.0])
    with pytest.raises(ValueError, match="not negative"):
        share_of_draws(np.array([True, False]), [1.0, -1.0])
    with pytest.raises(ValueError, match="one weight for each draw"):
        weighted_quantiles([1.0, 2.0], [1.0], 0.5)
    with pytest.raises(ValueError, match="not finite"):
        weighted_quantiles([1.0, np.inf], [1.0, 1.0], 0.5)
    with pytest.raises(ValueError, match="one truth value"):
        share_of_draws(np.ones(2), [1.0, 1.0])
    with pytest.raises(ValueError, match="count is 0"):
        equal_draws([1.0], 0)
    with pytest.raises(ValueError, match="level is 80"):
        range_over_draws([1.0], [1.0], level=80)


def test_signed_indices_find_what_decides_and_its_direction():
    rng = np.random.default_rng(3)
    inputs = pd.DataFrame(rng.uniform(size=(2000, 4)), columns=list("abcd"))
    result = 3 * inputs["a"] - 1.5 * inputs["b"] + 0.5 * rng.normal(size=2000)
    found = signed_indices(inputs, result)
    index = found.table.set_index("parameter")["index"]
    assert index["a"] > 0.7
    assert index["b"] < -0.35
    assert abs(index[["c", "d"]]).max() < 3 * found.table["error"].max()
    assert (index**2).sum() == pytest.approx(found.r_squared, abs=0.05)
    # Ranks: another monotone scale of the result changes nothing.
    np.testing.assert_allclose(signed_indices(inputs, np.exp(5 * result)).table["index"], index, rtol=1e-12)
    ordinary = np.corrcoef(pd.DataFrame({"a": inputs["a"].rank(), "y": result.rank()}).T)[0, 1]
    assert signed_indices(inputs[["a"]], result).table["index"][0] == pytest.approx(ordinary)


def test_errors_of_signed_indices_are_those_of_many_samples():
    def one(seed):
        rng = np.random.default_rng(seed)
        inputs = pd.DataFrame(rng.uniform(size=(200, 3)), columns=list("abc"))
        return signed_indices(inputs, inputs["a"] + 0.6 * rng.normal(size=200)).table

    samples = [one(seed) for seed in range(300)]
    spread = np.std([s["index"][1] for s in samples])
    assert spread == pytest.approx(np.mean([s["error"][1] for s in samples]), rel=0.15)


def test_too_few_draws_decide_nothing():
    inputs = pd.DataFrame(np.eye(3), columns=list("abc"))
    with pytest.raises(ValueError, match="3 effective draws for 3 parameters"):
        signed_indices(inputs, [1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="same in all draws"):
        signed_indices(pd.DataFrame({"a": np.arange(9.0)}), np.ones(9))
    with pytest.raises(ValueError, match="not finite in some draws"):
        signed_indices(pd.DataFrame({"a": np.arange(9.0)}), [np.nan] * 9)
