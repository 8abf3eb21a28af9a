import numpy as np
import pytest

from symbiosis.evidence.spatial_autocorrelation import moran_test, nearest_neighbour_weights


def ring(n):
    """Each place has its two neighbours on a circle."""
    weights = np.zeros((n, n))
    for i in range(n):
        weights[i, (i + 1) % n] = weights[i, (i - 1) % n] = 1
    return weights


def test_alternating_values_on_a_ring_are_as_unlike_as_can_be():
    found = moran_test(np.tile([1.0, -1.0], 6), ring(12), rng=np.random.default_rng(1))
    assert found.statistic == pytest.approx(-1)
    assert found.p_value > 0.95


def test_a_wave_on_a_ring_in_closed_form():
    """Values cos(2 pi i / n) have z'Wz / z'z = 2 cos(2 pi / n), so I = cos(2 pi / n)."""
    n = 20
    found = moran_test(np.cos(2 * np.pi * np.arange(n) / n), ring(n), rng=np.random.default_rng(1))
    assert found.statistic == pytest.approx(np.cos(2 * np.pi / n), rel=1e-12)
    assert found.p_value == pytest.approx(0.001)


def test_the_mean_over_permutations_is_minus_one_over_n_minus_one():
    rng = np.random.default_rng(5)
    found = moran_test(rng.exponential(size=15), ring(15), rng=rng, permutations=20_000)
    error = found.permuted.std() / np.sqrt(found.permutations)
    assert found.expected == pytest.approx(-1 / 14)
    assert abs(found.permuted.mean() - found.expected) < 4 * error
    assert found.low < found.expected < found.high


def test_p_values_are_honest_where_nothing_is_spatial():
    rng = np.random.default_rng(8)
    p = np.array([moran_test(rng.normal(size=30), ring(30), rng=rng, permutations=99).p_value for _ in range(400)])
    error = np.sqrt(0.05 * 0.95 / 400)
    assert abs((p <= 0.05).mean() - 0.05) < 3.5 * error


def test_scale_and_origin_of_values_do_not_matter():
    rng = np.random.default_rng(2)
    values = rng.normal(size=25)
    one = moran_test(values, ring(25), rng=rng, permutations=99).statistic
    other = moran_test(7 - 3 * values, 5 * ring(25), rng=rng, permutations=99).statistic
    assert one == pytest.approx(other)


def test_weights_of_the_nearest_sum_to_one_and_skip_the_place_itself():
    x = np.array([0.0, 1.0, 3.0, 7.0])
    weights = nearest_neighbour_weights(np.abs(x[:, None] - x), count=2)
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    assert (np.diag(weights) == 0).all()
    assert np.flatnonzero(weights[3]).tolist() == [1, 2]


def test_weights_need_a_square_matrix_and_enough_places():
    with pytest.raises(ValueError, match="give a square matrix"):
        nearest_neighbour_weights(np.ones((2, 3)), count=1)
    with pytest.raises(ValueError, match="count is 3 for 3 places"):
        nearest_neighbour_weights(np.ones((3, 3)), count=3)


@pytest.mark.parametrize(
    ("values", "weights", "options", "message"),
    [
        ([1.0, 1.0, 1.0], ring(3), {}, "values are all the same"),
        ([1.0, 2.0, np.nan], ring(3), {}, "values holds 1 values that are not finite"),
        ([1.0, 2.0, 3.0], np.zeros((3, 3)), {}, "weights is all zero"),
        ([1.0, 2.0, 3.0], np.eye(3), {}, "entries on its diagonal"),
        ([1.0, 2.0, 3.0], ring(4), {}, r"weights has shape \(4, 4\)"),
        ([1.0, 2.0, 3.0], -ring(3), {}, "weights is -1"),
        ([1.0, 2.0, 3.0], ring(3), {"permutations": 10}, "permutations is 10"),
    ],
)
def test_hostile_input(values, weights, options, message):
    with pytest.raises(ValueError, match=message):
        moran_test(values, weights, rng=np.random.default_rng(1), **options)
