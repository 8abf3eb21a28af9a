import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from symbiosis.measures.composite_index import (
    composite_score,
    entropy_weights,
    indicator_weights,
    normalize,
    principal_component_weights,
    rank_uncertainty,
)

X = np.array([[3, 10], [5, 20], [2, 15], [7, 25]], float)
tables = arrays(np.float64, (6, 3), elements=st.floats(0, 100, width=16), unique=True)


def test_entropy_weights_of_raw_shares() -> None:  # G-09
    result = entropy_weights(X)
    np.testing.assert_allclose(result.entropy, [0.925613, 0.962087], atol=1e-6)
    np.testing.assert_allclose(result.weights, [0.662395, 0.337605], atol=1e-6)


def test_entropy_weights_after_min_max() -> None:  # G-10
    table = normalize(X, "min-max")
    result = entropy_weights(table)
    np.testing.assert_allclose(result.entropy, [0.675822, 0.729574], atol=1e-6)
    np.testing.assert_allclose(result.weights, [0.545200, 0.454800], atol=1e-6)
    np.testing.assert_allclose(composite_score(table, result.weights), [0.109040, 0.630320, 0.151600, 1], atol=1e-6)


def test_one_outlier_moves_entropy_weights() -> None:
    rng = np.random.default_rng(1)
    table = rng.uniform(1, 2, (30, 2))
    before = entropy_weights(table).weights
    after = entropy_weights(np.vstack([table, [50, 1.5]])).weights
    assert abs(before[0] - 0.5) < 0.25
    assert after[0] > 0.9


def test_a_flat_column_has_no_entropy_weight() -> None:
    result = entropy_weights(np.column_stack([np.full(5, 3.0), np.arange(5.0)]))
    np.testing.assert_allclose(result.weights, [0, 1], atol=1e-12)
    assert result.entropy[0] == pytest.approx(1, abs=1e-12)


def test_normalizations_by_hand() -> None:
    table = np.array([[1.0], [3.0], [3.0], [5.0]])
    np.testing.assert_allclose(normalize(table, "min-max").ravel(), [0, 0.5, 0.5, 1])
    np.testing.assert_allclose(normalize(table, "rank").ravel(), [1 / 8, 1 / 2, 1 / 2, 7 / 8])
    np.testing.assert_allclose(normalize(table, "z-score").ravel(), np.array([-2, 0, 0, 2]) / np.sqrt(2))
    np.testing.assert_allclose(normalize(table, "goalposts", goalposts=[[2, 4]]).ravel(), [0, 0.5, 0.5, 1])


@given(tables, st.floats(0.1, 10), st.floats(-50, 50))
def test_normalizations_ignore_unit_and_origin(table: np.ndarray, unit: float, origin: float) -> None:
    for method in ("min-max", "z-score"):
        np.testing.assert_allclose(
            normalize(unit * table + origin, method), normalize(table, method), rtol=1e-6, atol=1e-6
        )


def test_principal_component_weights_follow_what_goes_together() -> None:
    rng = np.random.default_rng(2)
    common = rng.normal(size=4000)
    table = np.column_stack([common + 0.1 * rng.normal(size=4000), common, rng.normal(size=4000)])
    weights = principal_component_weights(table)
    np.testing.assert_allclose(weights, [0.5, 0.5, 0.0], atol=0.03)
    assert weights.sum() == pytest.approx(1)


def test_means_by_hand() -> None:
    table = np.array([[0.25, 1.0], [0.0, 0.9]])
    np.testing.assert_allclose(composite_score(table, [3, 1], "arithmetic"), [0.4375, 0.225])
    np.testing.assert_allclose(composite_score(table, [1, 1], "geometric"), [0.5, 0.0])


def test_a_place_best_in_everything_is_first_in_every_recipe() -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.random((20, 4)), index=[f"p{i}" for i in range(20)], columns=list("abcd"))
    frame.loc["best"] = 1.5
    frame.loc["worst"] = -0.1
    result = rank_uncertainty(frame, goalposts=[[0, 2]] * 4, normalizations=("min-max", "z-score", "rank", "goalposts"))
    assert (result.ranks.loc["best"] == 1).all()
    assert (result.ranks.loc["worst"] == 22).all()
    # Three positive normalizations x 3 weights x 2 means and z-scores x 2 weights, each in 5 versions.
    assert result.recipes == (3 * 3 * 2 + 2) * 5
    assert result.skipped == {"entropy weights of z-scores": 10, "geometric mean of z-scores": 10}
    assert result.summary.loc["best", "width"] == 0


def test_ranks_are_uncertain_where_indicators_disagree() -> None:
    agree = pd.DataFrame({c: np.arange(15.0) for c in "abc"})
    against = pd.DataFrame({"a": np.arange(15.0), "b": np.arange(15.0)[::-1], "c": np.arange(15.0) ** 3})
    assert rank_uncertainty(agree).summary["width"].max() == 0
    assert rank_uncertainty(against).summary["width"].max() > 5
    only = rank_uncertainty(
        against, normalizations=("rank",), weightings=("equal",), aggregations=("arithmetic",), drop_one=False
    )
    assert only.recipes == 1
    # Ranks of a and b cancel, so c alone decides.
    np.testing.assert_array_equal(only.summary["median"], np.arange(15, 0, -1))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: normalize(X, "minmax"), "method is 'minmax'; choose"),
        (lambda: normalize(X, "goalposts"), "goalposts is missing"),
        (lambda: normalize(X, "goalposts", goalposts=[[0, 1]]), "a low and a higher value for each of 2 columns"),
        (lambda: normalize([[1.0, 2.0], [1.0, 3.0]], "min-max"), "column 0 is the same for every place"),
        (lambda: normalize([[1.0, 2.0]], "rank"), "at least 2"),
        (lambda: entropy_weights([[1.0, -2.0], [1.0, 3.0]]), "values is -2; every value must be zero or more"),
        (lambda: entropy_weights([[0.0, 1.0], [0.0, 3.0]]), "column 0 is 0 for every place"),
        (lambda: entropy_weights([[2.0, 1.0], [2.0, 1.0]]), "entropy has nothing to weigh"),
        (lambda: indicator_weights(X, "expert"), "weighting is 'expert'; choose"),
        (lambda: composite_score(X, [1, 1], "harmonic"), "aggregation is 'harmonic'"),
        (lambda: composite_score(-X, [1, 1], "geometric"), "negative somewhere"),
        (lambda: composite_score(X, [0, 0]), "not all 0"),
        (lambda: rank_uncertainty(pd.DataFrame(X, index=["a", "a", "b", "c"])), "names a place twice"),
        (
            lambda: rank_uncertainty(pd.DataFrame(X), normalizations=("z-score",), aggregations=("geometric",)),
            "no recipe remains",
        ),
    ],
)
def test_bad_input_is_refused(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()
