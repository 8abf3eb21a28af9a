import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.measures.twins import feature_space, gaps_to_twins, nearest_twins

LINE = np.array([[0.0], [1.0], [3.0], [6.0], [10.0]])


def test_nearest_on_a_line():
    twins = nearest_twins(feature_space(LINE), 1, count=3)
    assert twins.positions.tolist() == [0, 2, 3]
    np.testing.assert_allclose(twins.distances * LINE.std(), [1, 2, 5])
    assert (twins.candidates, twins.incomplete, twins.tied) == (4, 0, 0)


def test_ties_are_taken_in_order_and_counted():
    table = np.array([[0.0], [1.0], [-1.0], [1.0], [9.0]])
    twins = nearest_twins(feature_space(table), 0, count=1)
    assert twins.positions.tolist() == [1]
    assert twins.tied == 2
    assert nearest_twins(feature_space(table), 0, count=3).tied == 0


def test_incomplete_places_are_nobodys_twins():
    table = np.column_stack([[0.0, 0.1, 5.0, 6.0], [1.0, np.nan, 2.0, 3.0]])
    space = feature_space(table)
    twins = nearest_twins(space, 0, count=2)
    assert 1 not in twins.positions
    assert (twins.incomplete, twins.candidates) == (1, 2)
    with pytest.raises(ValueError, match="place 1 has a missing feature"):
        nearest_twins(space, 1, count=1)


def test_allowed_places_only():
    twins = nearest_twins(feature_space(LINE), 1, count=2, allowed=LINE[:, 0] > 2)
    assert twins.positions.tolist() == [2, 3]


@given(st.integers(0, 10_000))
def test_mahalanobis_twins_do_not_change_when_features_are_mixed(seed):
    """Distances by Mahalanobis are the same after any invertible linear map of the features."""
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(30, 3))
    mixed = table @ (np.eye(3) + 0.4 * rng.uniform(-1, 1, (3, 3))) + rng.normal(size=3)
    one, other = (nearest_twins(feature_space(t, metric="mahalanobis"), 4, count=6) for t in (table, mixed))
    np.testing.assert_allclose(one.distances, other.distances, rtol=1e-6)


def test_mahalanobis_distance_in_closed_form():
    rng = np.random.default_rng(2)
    table = rng.multivariate_normal([0, 0], [[1, 0.9], [0.9, 1]], 200)
    space = feature_space(table, metric="mahalanobis")
    gap = table[7] - table[3]
    expected = gap @ np.linalg.inv(np.cov(table, rowvar=False, bias=True)) @ gap
    assert ((space.points[7] - space.points[3]) ** 2).sum() == pytest.approx(expected, rel=1e-9)


@given(st.integers(0, 10_000), st.floats(0.01, 100))
def test_units_do_not_matter(seed, factor):
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(20, 2))
    plain = nearest_twins(feature_space(table), 0, count=5)
    scaled = nearest_twins(feature_space(table * [1, factor]), 0, count=5)
    np.testing.assert_allclose(plain.distances, scaled.distances, rtol=1e-8)


@pytest.mark.parametrize(
    ("table", "options", "message"),
    [
        ([[1.0, 2.0], [1.0, 3.0], [1.0, 4.0]], {}, "feature 0 is the same everywhere"),
        ([[1.0], [2.0]], {}, "2 complete places; at least 3"),
        ([1.0, 2.0, 3.0], {}, "one row per place and one column per feature"),
        ([[1.0], [np.inf], [2.0]], {}, "infinite values"),
        ([[1.0], [2.0], [4.0]], {"metric": "cosine"}, "metric is 'cosine'"),
        ([[1.0, 2.0], [2.0, 4.0], [4.0, 8.0]], {"metric": "mahalanobis"}, "some feature follows from the others"),
    ],
)
def test_tables_that_tell_no_places_apart(table, options, message):
    with pytest.raises(ValueError, match=message):
        feature_space(table, **options)


@pytest.mark.parametrize(
    ("place", "options", "message"),
    [
        (9, {"count": 1}, "place is 9; give a row between 0 and 4"),
        (0, {"count": 5}, "count is 5 of 4 places"),
        (0, {"count": 0}, "count is 0 of 4 places"),
        (0, {"count": 1, "allowed": [True]}, "one boolean for each of 5"),
        (0, {"count": 1, "allowed": [1, 1, 1, 1, 1]}, "one boolean for each of 5"),
    ],
)
def test_twins_that_cannot_be_chosen(place, options, message):
    with pytest.raises(ValueError, match=message):
        nearest_twins(feature_space(LINE), place, **options)


def test_gaps_are_to_the_mean_of_the_twins_that_are_allowed():
    space = feature_space([[0.0], [1.0], [2.0], [10.0], [11.0]])
    values, allowed = [5.0, 1.0, 3.0, 7.0, 0.0], [False, True, True, True, False]
    found = gaps_to_twins(space, [0, 4], values, count=2, allowed=allowed)
    np.testing.assert_allclose(found, [5 - 2, 0 - 5])
    with pytest.raises(ValueError, match="values holds 2 numbers for 5 places"):
        gaps_to_twins(space, [0], [1.0, 2.0], count=1, allowed=allowed)


def test_gaps_to_twins_find_a_simulated_effect_and_no_other():
    """Twenty treated places of 400, an outcome that follows the features: 100 replications, effect 0.5 and none."""
    rng = np.random.default_rng(12)
    found = {0.0: [], 0.5: []}
    for effect in found:
        for _ in range(100):
            features = rng.normal(size=(400, 2))
            treated = np.arange(400) < 20
            outcome = features.sum(axis=1) + effect * treated + rng.normal(0, 0.3, 400)
            space = feature_space(features)
            found[effect].append(gaps_to_twins(space, range(20), outcome, count=5, allowed=~treated).mean())
    for effect, means in found.items():
        assert abs(np.mean(means) - effect) < 4 * np.std(means, ddof=1) / 10 + 0.02
