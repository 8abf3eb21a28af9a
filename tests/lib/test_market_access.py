import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.measures.market_access import market_access


def test_the_closed_form_on_three_cities():
    people, apart = [100.0, 200.0, 300.0], [[10.0, 20.0, 100.0]]
    assert market_access(people, apart)[0] == pytest.approx(10 + 10 + 3)
    assert market_access(people, apart, exponent=2)[0] == pytest.approx(1 + 0.5 + 0.03)
    assert market_access(people, apart, exponent=0)[0] == pytest.approx(600)
    assert market_access(people, apart, own=[1])[0] == pytest.approx(13)
    assert market_access(people, apart, internal_distance=25)[0] == pytest.approx(4 + 8 + 3)


@given(st.floats(0.1, 3), st.floats(0.1, 10), st.integers(0, 1000))
def test_units_persons_per_kilometre_to_the_exponent(exponent, factor, seed):
    rng = np.random.default_rng(seed)
    people, apart = rng.uniform(1, 100, 4), rng.uniform(1, 50, (3, 4))
    base = market_access(people, apart, exponent=exponent)
    np.testing.assert_allclose(market_access(factor * people, apart, exponent=exponent), factor * base, rtol=1e-9)
    stretched = market_access(people, factor * apart, exponent=exponent)
    np.testing.assert_allclose(stretched, base / factor**exponent, rtol=1e-9)


def test_a_place_at_no_distance_from_itself_has_to_be_dealt_with():
    apart = [[0.0, 5.0], [5.0, 0.0]]
    with pytest.raises(ValueError, match="distance is 0 for some place; leave it out with own"):
        market_access([10, 20], apart)
    np.testing.assert_allclose(market_access([10, 20], apart, own=[0, 1]), [4, 2])
    np.testing.assert_allclose(market_access([10, 20], apart, internal_distance=2.5), [8, 10])
    np.testing.assert_allclose(market_access([10, 20], [[1.0, 5.0]], own=[-1]), [14])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"exponent": -1}, "exponent is -1; nearer people count more"),
        ({"internal_distance": 0}, "internal_distance is 0"),
        ({"own": [2]}, "own must lie between -1 and 1"),
        ({"own": [0.5]}, "own must hold one whole number per place"),
        ({"own": [0, 1]}, "own must hold one whole number per place"),
    ],
)
def test_options_that_make_no_sense(options, message):
    with pytest.raises(ValueError, match=message):
        market_access([1, 2], [[1.0, 2.0]], **options)


def test_shapes_and_signs_are_checked():
    with pytest.raises(ValueError, match="distance has 2 destinations and population 3"):
        market_access([1, 2, 3], [[1.0, 2.0]])
    with pytest.raises(ValueError, match="population is -1"):
        market_access([-1, 2], [[1.0, 2.0]])


def test_what_is_left_out_may_be_first_or_last_and_without_weight_distance_does_not_matter():
    people, apart = [10.0, 0.0, 30.0], [[0.0, 2.0, 3.0], [4.0, 1.0, 0.0]]
    np.testing.assert_allclose(market_access(people, apart, own=[0, 2]), [10.0, 2.5], rtol=1e-12)
    np.testing.assert_allclose(market_access(people, apart, exponent=0), [40.0, 40.0], rtol=1e-12)
    np.testing.assert_allclose(market_access(people, apart, exponent=0, own=[0, -1]), [30.0, 40.0], rtol=1e-12)
    with pytest.raises(ValueError, match="own must lie between -1 and 2"):
        market_access(people, apart, own=[-2, 2])
