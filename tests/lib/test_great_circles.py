import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.measures.great_circles import EARTH_RADIUS_KM, distance_matrix_km, great_circle_km

QUARTER = EARTH_RADIUS_KM * np.pi / 2
longitudes = st.floats(-180, 180, allow_nan=False)
latitudes = st.floats(-90, 90, allow_nan=False)


def test_a_quarter_and_a_half_of_the_globe():
    found = distance_matrix_km([0.0], [0.0], [90.0, 180.0, 0.0, 0.0, 0.0], [0.0, 0.0, 90.0, -90.0, 0.0])
    np.testing.assert_allclose(found, [[QUARTER, 2 * QUARTER, QUARTER, QUARTER, 0.0]], rtol=1e-12)


def test_one_degree_of_latitude_is_111_km_and_of_longitude_shrinks_with_the_cosine():
    north = distance_matrix_km([10.0], [40.0], [10.0], [41.0])[0, 0]
    east = distance_matrix_km([10.0], [60.0], [10.001], [60.0])[0, 0]
    assert north == pytest.approx(111.195, abs=0.001)
    assert east == pytest.approx(0.111195 / 2, rel=1e-5)


@given(longitudes, latitudes, longitudes, latitudes, longitudes, latitudes)
def test_distance_is_symmetric_and_obeys_the_triangle_inequality(a, b, c, d, e, f):
    x, y = [a, c, e], [b, d, f]
    found = distance_matrix_km(x, y, x, y)
    np.testing.assert_array_equal(distance_matrix_km(x, y), found)
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
        distance_matrix_km(*arguments)


def test_shapes_broadcast_and_the_matrix_is_every_pair():
    x, y = np.array([0.0, 20.0, -70.0]), np.array([10.0, -30.0, 60.0])
    apart = distance_matrix_km(x, y)
    np.testing.assert_array_equal(great_circle_km(x, y, x[::-1], y[::-1]), np.diag(apart[:, ::-1]))
    np.testing.assert_array_equal(great_circle_km(0.0, 10.0, x, y), apart[0])
    assert great_circle_km(0.0, 0.0, 0.0, 90.0).shape == ()
    with pytest.raises(ValueError, match=r"shapes do not fit together: longitude \(3,\)"):
        great_circle_km(x, y, x[:2], y[:2])
    with pytest.raises(ValueError, match="to_longitude holds 2 values and to_latitude holds 3"):
        distance_matrix_km(x, y, x[:2], y)
    with pytest.raises(ValueError, match="to_latitude"):
        distance_matrix_km(x, y, x)


@pytest.mark.parametrize(
    ("name", "arguments", "limit"),
    [
        ("longitude", ([180.5], [0.0], [0.0], [0.0]), 180), ("latitude", ([0.0], [-90.5], [0.0], [0.0]), 90),
        ("to_longitude", ([0.0], [0.0], [-180.5], [0.0]), 180), ("to_latitude", ([0.0], [0.0], [0.0], [90.5]), 90),
    ],
)  # fmt: skip
def test_angles_end_at_the_date_line_and_the_poles(name, arguments, limit):
    with pytest.raises(ValueError, match=f"^{name} reaches {limit}.5; give degrees between -{limit} and {limit}"):
        distance_matrix_km(*arguments)
    # Every angle may lie on its limit: from the south pole to the north, wherever one counts from, is half the globe.
    assert distance_matrix_km([180.0], [-90.0], [-180.0], [90.0])[0, 0] == pytest.approx(2 * QUARTER, rel=1e-12)
