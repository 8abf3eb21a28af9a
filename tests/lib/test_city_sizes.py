import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.measures.city_sizes import primacy_ratio

samples = st.lists(st.floats(1.0, 1e7), min_size=5, max_size=40)


def test_e_07_exact_rank_size_rule():
    cities = 3e6 / np.arange(1, 101)
    assert primacy_ratio(cities, following=3) == pytest.approx(12 / 13, abs=1e-9)
    assert primacy_ratio(cities) == pytest.approx(2.0, abs=1e-9)


@given(samples, st.floats(0.01, 100.0), st.randoms())
def test_primacy_ignores_order_and_unit(sizes, factor, random):
    shuffled = list(sizes)
    random.shuffle(shuffled)
    assert primacy_ratio(factor * np.array(shuffled)) == pytest.approx(primacy_ratio(sizes), rel=1e-9)


@pytest.mark.parametrize(
    ("sizes", "following", "message"),
    [
        ([5.0], 1, "at least 2"),
        ([5.0, 1.0], 0, "following is 0"),
        ([5.0, np.nan], 1, "not finite"),
        ([5.0, 0.0], 1, "sizes is 0"),
    ],
)
def test_bad_input_is_named(sizes, following, message):
    with pytest.raises(ValueError, match=message):
        primacy_ratio(sizes, following=following)
