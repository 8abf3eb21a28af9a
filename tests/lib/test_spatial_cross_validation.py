import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiosis.evidence.spatial_cross_validation import (
    block_folds,
    cross_validate,
    group_folds,
    nearest_mean,
    random_folds,
    ridge,
)


class Country:
    """400 places on a plane of 10 by 10 degrees at the equator, with spatially smooth fields drawn from one law."""

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        self.rng, self.x, self.y = rng, rng.uniform(0, 10, 400), rng.uniform(0, 10, 400)
        self.distance = np.hypot(self.x[:, None] - self.x, self.y[:, None] - self.y)
        self.root = np.linalg.cholesky(np.exp(-self.distance / 2) + 1e-9 * np.eye(400))

    def field(self, count):
        return self.root @ self.rng.normal(size=(400, count))


def skills(country, features, outcome, rule=None):
    folds = {"random": random_folds(400, 10, rng=country.rng), "blocks": block_folds(country.x, country.y, side=380)}
    return {name: cross_validate(features, outcome, f, rule=rule or ridge()).skill for name, f in folds.items()}


def test_random_folds_flatter_features_that_have_nothing_to_do_with_the_outcome():
    """Twenty smooth fields, an outcome independent of all: true skill is zero at best. 20 replications."""
    found = {"random": [], "blocks": []}
    for seed in range(20):
        country = Country(seed)
        for name, skill in skills(country, country.field(20), country.field(1)[:, 0]).items():
            found[name].append(skill)
    mean = {name: np.mean(v) for name, v in found.items()}
    error = {name: np.std(v, ddof=1) / np.sqrt(20) for name, v in found.items()}
    assert mean["random"] > 0.1 + 3 * error["random"]
    assert mean["blocks"] < 0 + 3 * error["blocks"]


def test_copying_neighbours_looks_clever_only_where_neighbours_are_at_hand():
    found = {"random": [], "blocks": []}
    for seed in range(8):
        country = Country(100 + seed)
        places = np.column_stack([country.x, country.y])
        for name, skill in skills(country, places, country.field(1)[:, 0], nearest_mean(5)).items():
            found[name].append(skill)
    assert np.mean(found["random"]) > 0.5
    assert np.mean(found["blocks"]) < np.mean(found["random"]) - 0.3


def test_folds_agree_on_what_is_true_everywhere():
    """An outcome that follows a feature with noise, nothing spatial: both estimate the true skill of one half."""
    found = {"random": [], "blocks": []}
    for seed in range(20):
        country = Country(200 + seed)
        feature = country.rng.normal(size=(400, 1))
        for name, skill in skills(country, feature, feature[:, 0] + country.rng.normal(size=400)).items():
            found[name].append(skill)
    for name, values in found.items():
        assert abs(np.mean(values) - 0.5) < 4 * np.std(values, ddof=1) / np.sqrt(20) + 0.005, name


def test_the_interval_covers_the_true_skill():
    """Independent rows, 25 folds, 300 replications: nominal 95 %, Monte Carlo error 1.3 points."""
    rng = np.random.default_rng(4)
    hits = 0
    for _ in range(300):
        feature = rng.normal(size=(250, 1))
        outcome = feature[:, 0] + rng.normal(size=250)
        found = cross_validate(feature, outcome, random_folds(250, 25, rng=rng), rule=ridge())
        low, high = found.interval(rng=rng, resamples=400)
        hits += low <= 0.5 <= high
    assert 0.90 <= hits / 300 <= 0.99


def test_a_buffer_takes_the_neighbours_away():
    country = Country(7)
    places, outcome = np.column_stack([country.x, country.y]), country.field(1)[:, 0]
    folds = random_folds(400, 20, rng=country.rng)
    options = {"rule": nearest_mean(5), "distance": country.distance}
    plain = cross_validate(places, outcome, folds, **options)
    guarded = cross_validate(places, outcome, folds, buffer=1.0, **options)
    assert plain.in_buffer == 0
    assert guarded.in_buffer > 50
    assert guarded.smallest_training < plain.smallest_training
    assert guarded.skill < plain.skill - 0.2


def test_ridge_without_penalty_is_least_squares():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(40, 3)) * [1, 10, 100], rng.normal(size=40)
    slopes = np.linalg.lstsq(np.column_stack([np.ones(40), x]), y, rcond=None)[0]
    np.testing.assert_allclose(ridge(penalty=0)(x, y, x), np.column_stack([np.ones(40), x]) @ slopes, rtol=1e-8)


def test_an_infinite_penalty_predicts_the_mean_and_constants_are_ignored():
    x, y = np.arange(6.0)[:, None], np.arange(6.0)
    np.testing.assert_allclose(ridge(penalty=1e12)(x, y, x), 2.5, atol=1e-9)
    both = np.column_stack([x, np.full(6, 3.0)])
    np.testing.assert_allclose(ridge(penalty=0)(both, y, both + np.array([0, 5])), y, atol=1e-9)


def test_the_skill_is_that_of_its_definition():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(30, 2)), rng.normal(size=30)
    found = cross_validate(x, y, np.arange(30) % 3, rule=ridge())
    expected = 1 - ((y - found.prediction) ** 2).sum() / ((y - found.baseline) ** 2).sum()
    assert found.skill == pytest.approx(expected)
    assert found.baseline[0] == pytest.approx(y[np.arange(30) % 3 != 0].mean())


def test_the_skill_without_a_fold_leaves_its_errors_out():
    rng = np.random.default_rng(1)
    x, y, folds = rng.normal(size=(30, 2)), rng.normal(size=30), np.arange(30) % 3
    found = cross_validate(x, y, folds, rule=ridge())
    kept = folds != 1
    expected = 1 - ((y - found.prediction)[kept] ** 2).sum() / ((y - found.baseline)[kept] ** 2).sum()
    assert found.without_each[1] == pytest.approx(expected)


def test_skill_within_folds_knows_nothing_of_their_levels():
    """A feature that tells folds apart and nothing else; then one that tells rows apart inside them."""
    rng = np.random.default_rng(5)
    folds = np.repeat(np.arange(30), 20)
    level, inside = rng.normal(size=30)[folds], rng.normal(size=600)
    outcome = 3 * level + inside
    found = cross_validate(level[:, None], outcome, folds, rule=ridge())
    assert found.skill > 0.8
    assert found.skill_within == pytest.approx(0, abs=1e-9)
    assert found.between == pytest.approx((3 * level).var() / outcome.var(), abs=0.05)
    assert cross_validate(inside[:, None], outcome, folds, rule=ridge()).skill_within > 0.8
    same = cross_validate(inside[:, None], inside, folds, rule=ridge(penalty=0))
    assert same.skill_within == pytest.approx(1)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.floats(50, 2000))
def test_blocks_hold_only_places_near_each_other(seed, side):
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform(75, 135, 50), rng.uniform(18, 53, 50)
    try:
        labels = block_folds(lon, lat, side=side)
    except ValueError:
        return
    for one in np.unique(labels):
        spread = np.ptp(lat[labels == one]) * 111.2
        assert spread <= side * 1.001


def test_a_group_is_a_fold():
    assert group_folds(["b", "a", "b", "c"]).tolist() == [1, 0, 1, 2]
    with pytest.raises(ValueError, match="groups is missing in 2 rows"):
        group_folds(["a", None, "b", ""])
    with pytest.raises(ValueError, match="single label, 'a'"):
        group_folds(["a", "a"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"outcome": np.ones(12)}, "outcome is the same in every row"),
        ({"outcome": np.ones(11)}, "outcome holds 11 values and features holds 12"),
        ({"folds": np.zeros(12)}, "folds has a single label"),
        ({"folds": np.zeros(3)}, "folds has shape"),
        ({"buffer": 5.0}, "give zero or more, and the distance"),
        ({"buffer": 9.0, "distance": np.ones((12, 12))}, "fold 0 leaves 0 rows to learn from"),
        ({"distance": np.ones((3, 3))}, "distance has shape"),
        ({"features": np.full((12, 1), np.nan)}, "features holds 12 values that are not finite"),
    ],
)
def test_hostile_input(change, message):
    arguments = {
        "features": np.arange(12.0)[:, None], "outcome": np.arange(12.0), "folds": np.arange(12) % 3, "rule": ridge()
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        cross_validate(**{**arguments, **change})


def test_few_folds_give_no_interval():
    found = cross_validate(np.arange(12.0)[:, None], np.arange(12.0), np.arange(12) % 3, rule=ridge())
    with pytest.raises(ValueError, match="only 3 folds; at least 5"):
        found.interval(rng=np.random.default_rng(1))


def test_folds_and_rules_that_make_no_sense():
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match="count is 1 folds for 5 rows"):
        random_folds(5, 1, rng=rng)
    with pytest.raises(ValueError, match="side is 0"):
        block_folds([1.0, 2.0], [1.0, 2.0], side=0)
    with pytest.raises(ValueError, match="penalty is -1"):
        ridge(penalty=-1)
    with pytest.raises(ValueError, match="count is 0"):
        nearest_mean(0)
