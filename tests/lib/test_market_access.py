import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.measures.market_access import EARTH_RADIUS_KM, great_circle_distance, market_access

QUARTER = EARTH_RADIUS_KM * np.pi / 2
longitudes = st.floats(-180, 180, allow_nan=False)
latitudes = st.floats(-90, 90, allow_nan=False)


def test_a_quarter_and_a_half_of_the_globe():
    found = great_circle_distance([0.0], [0.0], [90.0, 180.0, 0.0, 0.0, 0.0], [0.0, 0.0, 90.0, -90.0, 0.0])
    np.testing.assert_allclose(found, [[QUARTER, 2 * QUARTER, QUARTER, QUARTER, 0.0]], rtol=1e-12)


def test_one_degree_of_latitude_is_111_km_and_of_longitude_shrinks_with_the_cosine():
    north = great_circle_distance([10.0], [40.0], [10.0], [41.0])[0, 0]
    east = great_circle_distance([10.0], [60.0], [10.001], [60.0])[0, 0]
    assert north == pytest.approx(111.195, abs=0.001)
    assert east == pytest.approx(0.111195 / 2, rel=1e-5)


@given(longitudes, latitudes, longitudes, latitudes, longitudes, latitudes)
def test_distance_is_symmetric_and_obeys_the_triangle_inequality(a, b, c, d, e, f):
    x, y = [a, c, e], [b, d, f]
    found = great_circle_distance(x, y, x, y)
    np.testing.assert_allclose(found, found.T, atol=1e-6)
    assert found[0, 2] <= found[0, 1] + found[1, 2] + 1e-3
    assert found.max() <= 2 * QUARTER + 1e-6


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([181.0], [0.0], [0.0], [0.0]), "longitude reaches 181; give degrees between -180 and 180"),
        (([0.0], [0.0], [0.0], [95.0]), "to_latitude reaches 95"),
        (([0.0], [np.nan], [0.0], [0.0]), "latitude holds 1 values that are not finite"),
        (([0.0, 1.0], [0.0], [0.0], [0.0]), "longitude holds 2 values and latitude holds 1"),
    ],
)
def test_angles_that_are_none_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        great_circle_distance(*arguments)


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
