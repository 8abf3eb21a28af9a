import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.measures import city_sizes as measure

samples = st.lists(st.floats(1.0, 1e7), min_size=5, max_size=40)


def test_e_07_exact_rank_size_rule():
    cities = measure.rank_size_cities(100, largest=3e6)
    assert measure.primacy_share(cities) == pytest.approx(0.192776, abs=1e-6)
    assert measure.primacy_ratio(cities, following=3) == pytest.approx(12 / 13, abs=1e-9)
    assert measure.primacy_ratio(cities) == pytest.approx(2.0, abs=1e-9)


@given(samples, st.floats(0.01, 100.0), st.randoms())
def test_measures_ignore_order_and_unit(sizes, factor, random):
    shuffled = list(sizes)
    random.shuffle(shuffled)
    scaled = factor * np.array(shuffled)
    for name in ("primacy_share", "primacy_ratio", "herfindahl_index"):
        assert getattr(measure, name)(scaled) == pytest.approx(getattr(measure, name)(sizes), rel=1e-9)


@given(samples, st.floats(1.0, 1e7), st.floats(1.01, 3.0))
def test_share_above_falls_with_the_threshold(sizes, threshold, factor):
    low = measure.share_above(sizes, threshold)
    assert 0 <= measure.share_above(sizes, threshold * factor) <= low <= 1
    assert measure.share_above(sizes, threshold, total=2 * sum(sizes)) == pytest.approx(low / 2)


@given(samples)
def test_concentration_lies_between_its_bounds(sizes):
    value = measure.herfindahl_index(sizes)
    assert 1 / len(sizes) - 1e-12 <= value <= 1
    assert measure.primacy_share(sizes, among=2) >= 0.5
    # Moving people from the smallest to the largest city concentrates.
    ordered = np.sort(sizes)
    ordered[-1] += ordered[0] / 2
    ordered[0] /= 2
    assert measure.herfindahl_index(ordered) > value


def test_equal_cities_and_a_single_one():
    assert measure.herfindahl_index(np.ones(8)) == pytest.approx(1 / 8)
    assert measure.herfindahl_index([7.0]) == 1
    assert measure.primacy_share([7.0]) == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: measure.primacy_ratio([5.0]), "at least 2"),
        (lambda: measure.primacy_ratio([5.0, 1.0], following=0), "following is 0"),
        (lambda: measure.primacy_share([5.0, 1.0], among=3), "at least 3"),
        (lambda: measure.primacy_share([5.0, 1.0], among=0), "among is 0"),
        (lambda: measure.primacy_share([5.0, np.nan]), "not finite"),
        (lambda: measure.herfindahl_index([5.0, 0.0]), "sizes is 0"),
        (lambda: measure.share_above([5.0, 4.0], 1.0, total=6.0), "total is 6"),
        (lambda: measure.rank_size_cities(0), "n is 0"),
        (lambda: measure.rank_size_cities(5, exponent=0), "exponent"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
