import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.evidence.regression_to_the_mean import follow_group


def two_dates(rng, correlation, ratio=1.0, n=20_000):
    first = rng.normal(size=n)
    return first, ratio * (correlation * first + np.sqrt(1 - correlation**2) * rng.normal(size=n))


def test_noise_catches_up_by_mixing_alone() -> None:
    """Two unrelated dates: a group at the bottom is average at the other one, forwards and backwards."""
    rng = np.random.default_rng(1)
    first, second = two_dates(rng, 0.0)
    for start, end in ((first, second), (second, first)):
        group = follow_group(start, end, start < np.quantile(start, 0.1))
        assert group.second_gap == pytest.approx(0, abs=0.08)
        assert group.mixing_share == pytest.approx(1, abs=0.05)
        assert group.own == pytest.approx(0, abs=0.08)


def test_a_shrinking_spread_is_told_from_mixing() -> None:
    rng = np.random.default_rng(2)
    first, second = two_dates(rng, 0.9, ratio=0.5)
    group = follow_group(first, second, first < -1)
    assert group.mixing == pytest.approx(-0.1 * group.first_gap, rel=0.05)
    assert group.shrinking == pytest.approx(-0.9 * 0.5 * group.first_gap, rel=0.05)
    assert group.own == pytest.approx(0, abs=0.02)
    assert group.spread_ratio == pytest.approx(0.5, rel=0.02)


def test_what_only_the_group_did_is_its_own() -> None:
    rng = np.random.default_rng(3)
    first, second = two_dates(rng, 0.9)
    helped = (first < 0) & (rng.random(first.size) < 0.05)
    group = follow_group(first, second + 0.5 * helped, helped)
    assert group.own == pytest.approx(0.5, abs=0.05)


@given(st.integers(0, 10_000), st.floats(-0.9, 0.9), st.floats(0.2, 3))
def test_the_parts_add_up(seed: int, correlation: float, ratio: float) -> None:
    rng = np.random.default_rng(seed)
    first, second = two_dates(rng, correlation, ratio, n=50)
    group = follow_group(first, second, first < np.median(first))
    assert group.mixing + group.shrinking + group.own == pytest.approx(group.change, abs=1e-10)


@pytest.mark.parametrize(
    ("first", "second", "selected", "message"),
    [
        ([1, 2, 3], [1, 2, 4], [1, 0, 0], "True or False for each place"),
        ([1, 2, 3], [1, 2, 4], [False] * 3, "picks nobody or everybody"),
        ([1, 2, 3], [1, 2], [True, False, False], "second holds 2"),
        ([1, 1, 1], [1, 2, 4], [True, False, False], "no gap to follow"),
        ([1, np.nan, 1], [1, 2, 4], [True, False, False], "not finite"),
    ],
)
def test_bad_input_is_refused(first, second, selected, message) -> None:
    with pytest.raises(ValueError, match=message):
        follow_group(first, second, np.array(selected))
