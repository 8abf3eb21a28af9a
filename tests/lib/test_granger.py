import numpy as np
import pytest
from statsmodels.tsa.api import VAR

from symbiosis.evidence import granger as var
from symbiosis.evidence.interaction_nulls import KINDS, unrelated_series


def _pair(seed=0, n=60):
    return np.random.default_rng(seed).normal(size=(2, n)).cumsum(axis=1)


@pytest.mark.parametrize(("treatment", "trend"), [("levels", "c"), ("trend", "ct")])
@pytest.mark.parametrize("lags", [1, 2, 3])
def test_agrees_with_statsmodels(treatment, trend, lags):
    x, y = _pair(3)
    fit = VAR(np.column_stack([x, y])).fit(lags, trend=trend)
    # statsmodels counts the residual degrees of both equations; the statistic is the same.
    expected = fit.test_causality(1, 0, kind="f").test_statistic
    found = var.granger_test(x, y, lags=lags, treatment=treatment)
    assert found.f == pytest.approx(expected, rel=1e-8)


def test_differences_are_the_test_on_differenced_series():
    x, y = _pair(4)
    direct = var.granger_test(np.diff(x), np.diff(y), lags=2)
    found = var.granger_test(x, y, lags=2, treatment="differences")
    assert (found.f, found.residual_degrees) == (direct.f, direct.residual_degrees)


def test_the_extra_lag_is_not_tested():
    x, y = _pair(5)
    fit = VAR(np.column_stack([x, y])).fit(3, trend="c")
    restrictions = np.zeros((2, fit.params.size))
    # The Wald test that lags one and two of x leave equation y, with lag three free.
    names = [f"L{lag}.y1" for lag in (1, 2)]
    for row, name in enumerate(names):
        restrictions[row, fit.exog_names.index(name) * 2 + 1] = 1
    estimate = restrictions @ fit.params.ravel()
    covariance = restrictions @ np.kron(np.linalg.inv(fit.endog_lagged.T @ fit.endog_lagged), fit.sigma_u)
    wald = estimate @ np.linalg.solve(covariance @ restrictions.T, estimate)
    assert var.granger_test(x, y, lags=2, treatment="extra lag").f == pytest.approx(wald / 2, rel=1e-8)


def test_many_pairs_are_tested_one_by_one():
    pairs = np.log(unrelated_series("S-curves", 4, 50, rng=np.random.default_rng(1)))
    together = var.granger_test(*pairs)
    for k in range(4):
        assert together.p[k] == pytest.approx(var.granger_test(pairs[0, k], pairs[1, k]).p, rel=1e-9)


def test_units_do_not_matter():
    x, y = _pair(6)
    for treatment in var.TREATMENTS:
        one = var.granger_test(x, y, treatment=treatment).f
        assert var.granger_test(7 + 1000 * x, 5 - 0.01 * y, treatment=treatment).f == pytest.approx(one, rel=1e-6)


def test_a_true_cause_is_found_and_only_that_way():
    rng = np.random.default_rng(7)
    x = rng.normal(size=(300, 80))
    y = rng.normal(size=(300, 80))
    y[:, 1:] += 0.8 * x[:, :-1]
    assert (var.granger_test(x, y).p < 0.05).mean() > 0.95
    assert (var.granger_test(y, x).p < 0.05).mean() < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 300)


def test_without_trends_the_test_keeps_its_promise_in_long_series():
    n = 4000
    pairs = np.log(unrelated_series("no trend", n, 400, rng=np.random.default_rng(8)))
    table = var.false_positive_rates(lambda kind: pairs, kinds=["no trend"], treatments=["levels"])
    assert table["rate"].iloc[0] == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / n))


def test_trends_fool_the_test_and_a_trend_term_undoes_straight_ones():
    rng = np.random.default_rng(9)
    table = var.false_positive_rates(lambda kind: np.log(unrelated_series(kind, 2000, 45, rng=rng)))
    rate = table["rate"]
    assert (table["standard_error"] < 0.012).all()
    for kind in KINDS[1:]:
        assert rate[kind, "levels"] > 0.10
    assert rate["straight trends", "trend"] < rate["straight trends", "levels"] / 1.5
    assert rate["random walks with drift", "differences"] == pytest.approx(0.05, abs=0.02)
    assert rate["random walks with drift", "extra lag"] < rate["random walks with drift", "levels"] / 1.5
    assert (table["one_way"] >= rate).all()


def test_unrelated_series_have_the_moments_they_declare():
    rng = np.random.default_rng(10)
    flat = np.log(unrelated_series("no trend", 5000, 40, rng=rng, noise=0.02))
    np.testing.assert_allclose(flat.std(axis=(0, 1)), 0.02 / 0.6, rtol=0.05)
    walks = np.diff(np.log(unrelated_series("random walks with drift", 5000, 40, rng=rng, noise=0.02)))
    assert walks.mean() == pytest.approx(0.055, abs=0.002)
    curves = np.log(unrelated_series("S-curves", 500, 40, rng=rng, noise=1e-9))
    assert (np.diff(curves) > 0).all()
    assert (curves < 0).all()
    assert abs(np.corrcoef(flat[0].ravel(), flat[1].ravel())[0, 1]) < 0.02


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: var.granger_test([1, 2, 3], [1, 2, 3]), "1 usable times for 5 coefficients"),
        (lambda: var.granger_test(np.ones(30), np.ones(29)), "two series over the same times"),
        (lambda: var.granger_test(*_pair(), lags=0), "lags is 0; give at least 1"),
        (lambda: var.granger_test(*_pair(), treatment="hope"), "treatment is 'hope'; choose one of levels"),
        (lambda: var.granger_test([np.nan] * 30, np.ones(30)), "cause holds 30 values that are not finite"),
        (lambda: unrelated_series("x", 1, 9, rng=np.random.default_rng()), "kind is 'x'; choose one of no trend"),
        (lambda: unrelated_series("no trend", 0, 9, rng=np.random.default_rng()), "replications is 0 and years is 9"),
        (lambda: var.false_positive_rates(lambda k: np.ones((2, 1, 9)), size=5), "shares are fractions"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
