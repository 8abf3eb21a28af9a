import numpy as np
import pytest

from symbiosis.evidence.simulated_moments import fit_moments

LOWER, UPPER = np.array([0.0, 0.0]), np.array([4.0, 4.0])


def bent(values):
    """Three moments of two parameters, far from linear."""
    a, b = values
    return np.stack([a * np.exp(-b), a + b**2, np.sqrt(1 + a * b)])


def fit(moments, start, targets, **more):
    return fit_moments(moments, start, LOWER, UPPER, np.asarray(targets), np.full(len(targets), 0.01), **more)


def test_true_parameters_are_found_from_everywhere():
    truth = np.array([[1.7], [0.6]])
    rng = np.random.default_rng(3)
    found = fit(bent, rng.uniform(0.2, 3.5, (2, 50)), bent(truth)[:, 0], rounds=40)
    np.testing.assert_allclose(found.parameters, np.repeat(truth, 50, axis=1), atol=1e-6)
    np.testing.assert_allclose(found.misses, 0, atol=1e-4)
    np.testing.assert_allclose(found.moments, bent(found.parameters), rtol=1e-12)


def test_least_squares_of_a_linear_model():
    design = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0], [1.0, 3.0]])
    targets = np.array([0.9, 1.4, 2.3, 2.4])
    found = fit(lambda v: design @ v, np.full((2, 1), 2.0), targets, rounds=30)
    exact = np.linalg.lstsq(design, targets, rcond=None)[0]
    np.testing.assert_allclose(found.parameters[:, 0], exact, rtol=1e-6)
    assert found.loss[0] == pytest.approx((((design @ exact - targets) / 0.01) ** 2).sum(), rel=1e-6)


def test_a_run_does_not_depend_on_the_runs_beside_it():
    start = np.random.default_rng(4).uniform(0.2, 3.5, (2, 30))
    targets = [0.9, 2.0, 1.4]
    together = fit(bent, start, targets, rounds=6)
    alone = fit(bent, start[:, 7:9], targets, rounds=6)
    np.testing.assert_array_equal(alone.parameters, together.parameters[:, 7:9])


def test_bounds_hold_and_a_prior_decides_what_moments_do_not():
    outside = fit(lambda v: v, np.full((2, 1), 2.0), [9.0, -3.0], rounds=30)
    np.testing.assert_allclose(outside.parameters[:, 0], [4.0, 0.0])
    only_sum = fit(lambda v: v.sum(axis=0, keepdims=True), np.array([[1.0], [1.5]]), [4.5], prior_weight=0.1, rounds=40)
    # Of all pairs with this sum, the one nearest to the start.
    np.testing.assert_allclose(only_sum.parameters[:, 0], [2.0, 2.5], atol=1e-3)


def test_where_the_model_breaks_the_search_goes_round_it():
    def broken(values):
        found = bent(values)
        return np.where(values[0] > 3, np.nan, found)

    found = fit(broken, np.array([[2.8], [0.4]]), bent(np.array([1.7, 0.6])), rounds=40)
    np.testing.assert_allclose(found.parameters[:, 0], [1.7, 0.6], atol=1e-5)


def test_bad_bounds_and_tolerances_are_named():
    with pytest.raises(ValueError, match="give lower < upper"):
        fit_moments(bent, np.ones((2, 1)), UPPER, LOWER, np.ones(3), np.ones(3))
    with pytest.raises(ValueError, match="every tolerance must be positive"):
        fit_moments(bent, np.ones((2, 1)), LOWER, UPPER, np.ones(3), np.zeros(3))


def one_moment(start, target, **more):
    """A single parameter between -2 and 6 that is its own moment, with tolerance one half."""
    bounds = np.array([-2.0]), np.array([6.0])
    return fit_moments(lambda v: v, np.array([[start]]), *bounds, np.array([target]), np.array([0.5]), **more)


@pytest.mark.parametrize("weight", [0.0, 1.0, 64.0, 400.0])
def test_the_prior_is_a_weighted_mean_of_start_and_target(weight):
    """((x - 3) / .5)^2 + w ((x - 1) / 8)^2 is least at x = (4 * 3 + w / 64) / (4 + w / 64)."""
    pull = weight / 64
    best = (4 * 3 + pull * 1) / (4 + pull)
    found = one_moment(1.0, 3.0, prior_weight=weight, rounds=20)
    assert found.parameters[0, 0] == pytest.approx(best, abs=1e-8)
    assert found.loss[0] == pytest.approx(4 * (best - 3) ** 2 + pull * (best - 1) ** 2, abs=1e-8)
    assert found.misses.shape == (1, 1)
    assert found.misses[0, 0] == pytest.approx((best - 3) / 0.5, abs=1e-7)


def test_without_being_asked_no_prior_counts_and_bounds_hold():
    assert one_moment(1.0, 3.0).parameters[0, 0] == pytest.approx(3.0, abs=1e-9)
    assert one_moment(1.0, 9.0).parameters[0, 0] == 6.0
    assert one_moment(1.0, 9.0).loss[0] == pytest.approx(36.0)
    assert one_moment(1.0, -9.0).parameters[0, 0] == -2.0
    assert one_moment(99.0, 9.0, rounds=0).parameters[0, 0] == 6.0


def test_every_run_is_drawn_to_its_own_start():
    """Two parameters, three runs: each parameter of each run is the weighted mean of its start and its target."""
    start = np.array([[0.5, 1.0, 3.5], [2.0, 0.1, 1.0]])
    found = fit_moments(
        lambda v: v, start, LOWER, UPPER, np.array([2.0, 3.0]), np.array([1.0, 2.0]), prior_weight=16.0, rounds=20
    )
    # The bounds are 4 wide, so a weight of 16 pulls by one: ((x - t) / s)^2 + (x - start)^2.
    precision, target = np.array([[1.0], [0.25]]), np.array([[2.0], [3.0]])
    np.testing.assert_allclose(found.parameters, (precision * target + start) / (precision + 1), atol=1e-7)
