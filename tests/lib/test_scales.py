"""Axis limits that move in few, large steps."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.charts.scales import ladder_limit

POSITIVE = st.floats(1e-12, 1e12)


@pytest.mark.parametrize(
    ("value", "limit"),
    [(1, 1), (1.01, 1.5), (2, 2), (2.1, 3), (4, 5), (7.5, 7.5), (7.6, 10), (99, 100), (0.012, 0.015)],
)
def test_steps(value: float, limit: float) -> None:
    assert ladder_limit(value) == pytest.approx(limit)


@given(POSITIVE)
def test_holds_the_value_without_wasting_half(value: float) -> None:
    assert value * (1 - 1e-9) <= ladder_limit(value) <= 5 / 3 * value * (1 + 1e-9)


@given(POSITIVE, POSITIVE)
def test_never_falls(one: float, other: float) -> None:
    low, high = sorted([one, other])
    assert ladder_limit(low) <= ladder_limit(high) * (1 + 1e-12)


@given(POSITIVE)
def test_a_limit_is_its_own_limit(value: float) -> None:
    limit = ladder_limit(value)
    assert ladder_limit(limit) == pytest.approx(limit, rel=1e-12)


def test_a_slow_rise_changes_the_limit_seldom() -> None:
    assert len({round(ladder_limit(v), 9) for v in np.linspace(1, 10, 1000)}) == 7


@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf, -math.inf])
def test_only_positive_finite_numbers(value: float) -> None:
    with pytest.raises(ValueError, match="an axis limit needs a positive, finite number"):
        ladder_limit(value)
