import numpy as np
import pandas as pd
import pytest
from scipy import stats

from symbiosis.evidence.bootstrap import bootstrap_interval


def slope(rows):
    centred = rows[:, 0] - rows[:, 0].mean()
    return float(centred @ rows[:, 1] / (centred @ centred))


def test_percentile_and_bca_agree_with_scipy():
    data = np.random.default_rng(1).lognormal(size=60)
    for method, name in (("percentile", "percentile"), ("bca", "BCa")):
        ours = bootstrap_interval(data, np.mean, rng=np.random.default_rng(2), resamples=4000, method=method)
        other = stats.bootstrap((data,), np.mean, n_resamples=20000, method=name, vectorized=True)
        expected = other.confidence_interval
        assert ours.low == pytest.approx(expected.low, abs=0.05)
        assert ours.high == pytest.approx(expected.high, abs=0.08)
        assert ours.standard_error == pytest.approx(other.standard_error, rel=0.06)
    # The mean of a right-skewed sample: BCa shifts both ends up.
    plain = bootstrap_interval(data, np.mean, rng=np.random.default_rng(2), resamples=4000)
    shifted = bootstrap_interval(data, np.mean, rng=np.random.default_rng(2), resamples=4000, method="bca")
    assert shifted.low > plain.low
    assert shifted.high > plain.high


def test_standard_error_of_a_mean_is_the_known_one():
    data = np.random.default_rng(4).normal(size=200)
    result = bootstrap_interval(data, np.mean, rng=np.random.default_rng(5), resamples=4000)
    assert result.standard_error == pytest.approx(data.std() / np.sqrt(200), rel=0.05)
    assert result.estimate == data.mean()
    assert result.low < result.estimate < result.high


def test_rows_stay_together_and_frames_work_like_arrays():
    rng = np.random.default_rng(6)
    x = rng.normal(size=50)
    pairs = np.column_stack([x, 2 * x])
    array = bootstrap_interval(pairs, slope, rng=np.random.default_rng(1), resamples=100)
    assert array.low == pytest.approx(2)
    assert array.high == pytest.approx(2)
    frame = pd.DataFrame({"x": x, "y": x + rng.normal(size=50), "name": "a"})
    first = bootstrap_interval(
        frame, lambda f: slope(f[["x", "y"]].to_numpy()), rng=np.random.default_rng(1), resamples=200
    )
    second = bootstrap_interval(frame[["x", "y"]].to_numpy(), slope, rng=np.random.default_rng(1), resamples=200)
    assert first.low == pytest.approx(second.low, rel=1e-12)
    assert first.high == pytest.approx(second.high, rel=1e-12)
    assert first.n_rows == 50
    bca = bootstrap_interval(
        frame[["x", "y"]].to_numpy(), slope, rng=np.random.default_rng(1), resamples=200, method="bca"
    )
    assert bca.low < bca.estimate < bca.high


def test_the_seed_decides_everything():
    data = np.arange(30.0)
    draws = [bootstrap_interval(data, np.mean, rng=np.random.default_rng(s), resamples=100).draws for s in (1, 1, 2)]
    assert (draws[0] == draws[1]).all()
    assert (draws[0] != draws[2]).any()


def test_intervals_cover_the_truth():
    rng = np.random.default_rng(8)
    hits = 0
    for _ in range(200):
        result = bootstrap_interval(rng.normal(3, 1, 40), np.mean, rng=rng, resamples=200)
        hits += result.low < 3 < result.high
    # Percentile intervals of 40 rows cover about 93 per cent.
    assert 174 <= hits <= 198


def test_whole_clusters_cover_the_truth_where_single_rows_do_not():
    rng = np.random.default_rng(9)
    clusters, size, runs = 30, 10, 100
    labels = np.repeat(np.arange(clusters), size)
    hits = {"rows": 0, "clusters": 0}
    for _ in range(runs):
        data = rng.normal(size=clusters)[labels] + 0.5 * rng.normal(size=labels.size)
        for kind, cluster in (("rows", None), ("clusters", labels)):
            result = bootstrap_interval(data, np.mean, rng=rng, resamples=200, cluster=cluster)
            hits[kind] += result.low < 0 < result.high
            assert result.n_clusters == (None if cluster is None else clusters)
    assert hits["clusters"] >= 84
    assert hits["rows"] <= 65


def test_clusters_of_one_row_are_rows():
    data = np.random.default_rng(1).normal(size=40)
    plain = bootstrap_interval(data, np.mean, rng=np.random.default_rng(2), resamples=500)
    single = bootstrap_interval(data, np.mean, rng=np.random.default_rng(2), resamples=500, cluster=np.arange(40))
    assert (plain.draws == single.draws).all()


def test_unequal_clusters_with_names_keep_their_rows():
    data = np.array([1.0, 2.0, 30.0, 40.0, 50.0])
    result = bootstrap_interval(
        data, np.sum, rng=np.random.default_rng(1), resamples=300, cluster=["b", "b", "a", "a", "a"]
    )
    assert set(result.draws) == {6.0, 123.0, 240.0}


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        ([1.0, np.nan, 2.0], {}, "data holds 1 values that are not finite"),
        (pd.DataFrame({"x": [1.0, None, 2.0]}), {}, "missing values in 1 rows"),
        ([1.0], {}, "data has 1 rows"),
        (np.zeros((2, 2, 2)), {}, "3 dimensions"),
        ([1.0, 2.0], {"level": 95}, "level is 95"),
        ([1.0, 2.0], {"resamples": 10}, "resamples is 10"),
        ([1.0, 2.0], {"method": "basic"}, "method is 'basic'"),
        ([1.0, 2.0], {"cluster": [1]}, r"cluster has shape \(1,\)"),
        ([1.0, 2.0], {"cluster": [1, 1]}, "single label"),
        ([1.0, 2.0], {"cluster": ["a", None]}, "cluster is missing in 1 rows"),
        ([1.0, 2.0], {"cluster": [1, 2], "method": "bca"}, "knows no clusters"),
    ],
)
def test_bad_input_is_refused(data, options, message):
    with pytest.raises(ValueError, match=message):
        bootstrap_interval(data, np.mean, rng=np.random.default_rng(0), **options)


def test_a_statistic_that_fails_is_reported():
    with pytest.raises(ValueError, match="statistic is nan in a sample"):
        bootstrap_interval([1.0, 2.0, 3.0], lambda rows: float("nan"), rng=np.random.default_rng(0))


@pytest.mark.filterwarnings("ignore")
def test_bca_without_variation_is_reported():
    with pytest.raises(ValueError, match="does not vary between samples"):
        bootstrap_interval([1.0, 1.0, 1.0], np.mean, rng=np.random.default_rng(0), method="bca", resamples=100)
