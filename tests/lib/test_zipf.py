import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.evidence import zipf


def rank_size_cities(n, exponent=1.0, largest=1.0):
    """Sizes that follow the rank-size rule exactly."""
    return largest * np.arange(1, n + 1) ** (-1 / exponent)


def test_e_02_standard_error_of_rank_minus_half():
    cities = rank_size_cities(135)
    fit = zipf.rank_size_regression(cities)
    assert fit.standard_error == pytest.approx(fit.exponent.value * np.sqrt(2 / 135), abs=1e-12)
    assert 1.05 * fit.standard_error / fit.exponent.value == pytest.approx(0.127802, abs=1e-5)
    assert fit.naive_standard_error < fit.standard_error / 5


@pytest.mark.parametrize("exponent", [0.7, 1.0, 1.6])
def test_exact_rank_size_rule_is_recovered(exponent):
    cities = rank_size_cities(500, exponent=exponent, largest=1e6)
    fit = zipf.rank_size_regression(cities, shift=0)
    assert fit.exponent.value == pytest.approx(exponent, abs=1e-10)
    assert fit.r2 == pytest.approx(1.0, abs=1e-12)
    assert fit.intercept == pytest.approx(exponent * np.log(1e6), rel=1e-10)


def test_regression_agrees_with_statsmodels():
    cities = np.sort(zipf.pareto_sample(80, exponent=1.2, rng=np.random.default_rng(3)))[::-1]
    fit = zipf.rank_size_regression(cities)
    reference = sm.OLS(np.log(np.arange(80) + 0.5), sm.add_constant(np.log(cities))).fit()
    assert fit.exponent.value == pytest.approx(-reference.params[1], rel=1e-10)
    assert fit.naive_standard_error == pytest.approx(reference.bse[1], rel=1e-10)
    assert (fit.intercept, fit.r2) == pytest.approx((reference.params[0], reference.rsquared), rel=1e-10)


def test_the_line_of_either_estimator_gives_the_ranks_of_an_exact_rule():
    cities = rank_size_cities(400, exponent=1.3, largest=1e6)
    line = zipf.rank_size_regression(cities, shift=0).ranks(cities)
    assert line == pytest.approx(np.arange(1, 401), rel=1e-9)
    hill = zipf.hill_estimator(cities)
    assert hill.ranks(cities[-1:]) == pytest.approx([400])
    assert hill.ranks(cities[-1:] * np.e) == pytest.approx([400 * np.exp(-hill.exponent.value)])


def test_small_sample_bias_and_coverage():
    # Gabaix and Ibragimov 2011: ranks bias the exponent down in small samples, rank - 1/2 nearly removes it, and the
    # reported standard error is several times too small.
    table = zipf.estimator_bias(50, exponent=1.0, replications=1500, rng=np.random.default_rng(11))
    noise = 3 * table["sd"] / np.sqrt(1500)
    assert table.loc["rank", "bias"] < -0.05
    assert abs(table.loc["rank - 0.5", "bias"]) < 0.02 + noise["rank - 0.5"]
    assert abs(table.loc["Hill", "bias"]) < noise["Hill"]
    assert table.loc["Hill", "sd"] == pytest.approx(1 / np.sqrt(47), rel=0.08)
    assert table.loc["rank - 0.5", "sd"] == pytest.approx(np.sqrt(2 / 50), rel=0.1)
    assert table.loc["rank - 0.5", "standard_error"] > 4 * table.loc["rank - 0.5", "naive_standard_error"]
    assert table.loc["Hill", "coverage"] == pytest.approx(0.95, abs=0.02)
    assert table.loc["rank - 0.5", "coverage"] > 0.88
    assert table.loc["rank", "naive_coverage"] < 0.5


def test_bias_of_plain_ranks_fades_with_the_sample():
    rng = np.random.default_rng(5)
    small, large = (
        zipf.estimator_bias(n, exponent=1.0, replications=400, rng=rng).loc["rank", "bias"] for n in (20, 500)
    )
    assert small < large < 0.02


@given(st.floats(0.1, 1e6), st.integers(0, 10_000))
def test_exponents_do_not_depend_on_the_unit(unit, seed):
    cities = zipf.pareto_sample(40, exponent=1.1, rng=np.random.default_rng(seed))
    for estimate in (zipf.rank_size_regression, zipf.hill_estimator):
        assert estimate(unit * cities).exponent.value == pytest.approx(estimate(cities).exponent.value, rel=1e-8)
        # Squared sizes have half the exponent.
        assert estimate(cities**2).exponent.value == pytest.approx(estimate(cities).exponent.value / 2, rel=1e-8)


def test_cutoff_leaves_out_and_counts():
    cities = np.arange(1.0, 101.0)
    fit = zipf.rank_size_regression(cities, cutoff=51)
    assert (fit.n_obs, fit.n_below, fit.smallest) == (50, 50, 51)
    assert zipf.hill_estimator(cities, cutoff=51).n_below == 50


def test_exponent_by_cutoff_matches_the_estimators():
    cities = zipf.pareto_sample(300, exponent=1.0, rng=np.random.default_rng(8))
    table = zipf.exponent_by_cutoff(cities, [50, 300])
    top = np.sort(cities)[::-1][:50]
    assert table.loc[0, "rank_size"] == zipf.rank_size_regression(top).exponent.value
    assert table.loc[1, "hill"] == zipf.hill_estimator(cities).exponent.value
    assert list(table["n_obs"]) == [50, 300]


def test_lognormal_cities_have_an_exponent_made_by_the_cutoff():
    cities = np.exp(np.random.default_rng(2).normal(8, 1.5, 20_000))
    fit = zipf.fit_lognormal(cities)
    assert fit.mu == pytest.approx(8, abs=0.05)
    assert fit.sigma == pytest.approx(1.5, abs=0.03)
    assert fit.distance < 0.01
    found = zipf.exponent_by_cutoff(cities, [100, 1000, 5000, 15_000])["hill"]
    assert (np.diff(found) < -0.1).all()


def test_pareto_cities_are_not_lognormal():
    cities = zipf.pareto_sample(5000, exponent=1.0, rng=np.random.default_rng(4))
    assert zipf.fit_lognormal(cities).distance > 0.1


def _growing(slope, rng, n=400):
    start = np.exp(rng.normal(10, 1, n))
    return start, start * np.exp(10 * (0.02 + slope * (np.log(start) - 10) + rng.normal(0, 0.01, n)))


def test_gibrat_slope_covers_the_truth():
    rng = np.random.default_rng(6)
    fits = [zipf.gibrat_regression(*_growing(-0.003, rng), 10) for _ in range(400)]
    assert np.mean([fit.slope.value for fit in fits]) == pytest.approx(-0.003, abs=1e-4)
    assert np.mean([not fit.slope.excludes(-0.003) for fit in fits]) == pytest.approx(0.95, abs=0.035)


def test_gibrat_agrees_with_statsmodels_and_groups_add_up():
    start, end = _growing(0.0, np.random.default_rng(1))
    fit = zipf.gibrat_regression(start, end, 10)
    model = sm.OLS(np.log(end / start) / 10, sm.add_constant(np.log(start))).fit(cov_type="HC1")
    assert (fit.slope.value, fit.standard_error) == pytest.approx((model.params[1], model.bse[1]), rel=1e-8)
    assert fit.groups["n_obs"].sum() == 400
    assert np.average(fit.groups["mean"], weights=fit.groups["n_obs"]) == pytest.approx(fit.mean_growth)
    assert (fit.groups["largest"].to_numpy()[:-1] <= fit.groups["smallest"].to_numpy()[1:]).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: zipf.rank_size_regression([5.0, 4.0, 3.0], cutoff=4), "2 of 3 sizes reach the cutoff"),
        (lambda: zipf.rank_size_regression([5.0, 5.0, 5.0]), "all 5"),
        (lambda: zipf.rank_size_regression([5.0, 4.0, 3.0], shift=1), "shift is 1"),
        (lambda: zipf.rank_size_regression([5.0, 4.0, 3.0], level=95), "level is 95"),
        (lambda: zipf.hill_estimator([5.0, 4.0, 3.0, 0.0]), "sizes is 0"),
        (lambda: zipf.hill_estimator([5.0, 4.0, 3.0, np.nan]), "not finite"),
        (lambda: zipf.exponent_by_cutoff([5.0, 4.0, 3.0, 2.0], [5]), "counts holds 5"),
        (lambda: zipf.estimator_bias(3, exponent=1, replications=5, rng=np.random.default_rng(0)), "n is 3"),
        (lambda: zipf.pareto_sample(3, exponent=0, rng=np.random.default_rng(0)), "exponent"),
        (lambda: zipf.gibrat_regression([1.0, 2, 3, 4], [1.0, 2, 3], 10), "holds 3"),
        (lambda: zipf.gibrat_regression([1.0, 2, 3, 4], [1.0, 2, 3, 4], 0), "years"),
        (lambda: zipf.gibrat_regression([1.0, 2, 3, 4], [1.0, 2, 3, 4], 10, groups=3), "groups is 3"),
        (lambda: zipf.gibrat_regression([2.0, 2, 2, 2], [1.0, 2, 3, 4], 10, groups=2), "one size only"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
