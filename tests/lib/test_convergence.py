import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.tsa.filters.hp_filter import hpfilter

from symbiosis.evidence import convergence as cv

YEARS = 20


def world(rng, *, speed, n=80, shock=0.1):
    """Log incomes that approach a common path with this speed, at two dates YEARS apart."""
    start = rng.normal(9, 1, n)
    end = 9.4 + np.exp(-speed * YEARS) * (start - 9) + rng.normal(0, shock, n)
    return np.exp(start), np.exp(end)


def decay_panel(rng, *, alpha, n=50, periods=40, clubs=(1.0,)):
    """Phillips and Sul's own form: units at distance sigma / (ln(t+1) t^alpha) from the level of their club."""
    t = np.arange(1, periods + 1)
    level = np.repeat(clubs, -(-n // len(clubs)))[:n]
    distance = rng.uniform(0.05, 0.2, n)[:, None] * rng.normal(size=(n, periods))
    return np.maximum(level[:, None] + distance / (np.log(t + 1) * t**alpha), 0.05)


@pytest.mark.parametrize("speed", [0.0, 0.02, 0.05])
def test_beta_recovers_the_speed_with_honest_intervals(speed):
    rng = np.random.default_rng(3)
    fits = [cv.beta_convergence(*world(rng, speed=speed), YEARS) for _ in range(400)]
    found = np.array([fit.speed for fit in fits])
    assert found.mean() == pytest.approx(speed, abs=4 * found.std() / 20 + 1e-4)
    covered = np.mean([fit.speed_low <= speed <= fit.speed_high for fit in fits])
    assert covered == pytest.approx(0.95, abs=0.035)  # three Monte Carlo errors of 0.011


def test_beta_agrees_with_statsmodels():
    rng = np.random.default_rng(8)
    start, end = world(rng, speed=0.03, n=31)
    extra = rng.normal(size=(31, 2))
    fit = cv.beta_convergence(start, end, YEARS, controls=extra)
    design = sm.add_constant(np.column_stack([np.log(start), extra]))
    reference = sm.OLS(np.log(end / start) / YEARS, design).fit(cov_type="HC3", use_t=True)
    assert (fit.slope, fit.standard_error) == pytest.approx((reference.params[1], reference.bse[1]), rel=1e-9)
    assert (fit.low, fit.high) == pytest.approx(tuple(reference.conf_int()[1]), rel=1e-9)
    assert fit.r2 == pytest.approx(reference.rsquared, rel=1e-9)


def test_clustered_beta_agrees_with_statsmodels_and_widens_where_neighbours_share_their_luck():
    rng = np.random.default_rng(8)
    province = np.repeat(np.arange(12), 10)
    start, end = world(rng, speed=0.02, n=120)
    start = start * np.exp(rng.normal(0, 1, 12))[province]
    end = end * np.exp(rng.normal(0, 0.5, 12))[province]
    found = cv.beta_convergence(start, end, YEARS, cluster=province)
    oracle = sm.OLS(np.log(end / start) / YEARS, sm.add_constant(np.log(start)))
    fitted = oracle.fit(cov_type="cluster", cov_kwds={"groups": province}, use_t=True)
    assert (found.slope, found.standard_error) == pytest.approx((fitted.params[1], fitted.bse[1]))
    alone = cv.sigma_convergence(start, end, rng=np.random.default_rng(1))
    together = cv.sigma_convergence(start, end, rng=np.random.default_rng(1), cluster=province)
    assert together.high - together.low > alone.high - alone.low
    assert together.change == pytest.approx(alone.change)


def test_half_life_follows_the_speed():
    start = np.exp(np.linspace(7, 10, 30))
    end = np.exp(9 + 0.5 * (np.log(start) - 9) + 0.01 * np.tile([1, -1, 0], 10))
    fit = cv.beta_convergence(start, end, YEARS)
    assert fit.half_life == pytest.approx(YEARS, rel=0.02)  # half the gap went in the whole period
    assert fit.half_life_low < fit.half_life < fit.half_life_high
    apart = cv.beta_convergence(end, start, YEARS)
    assert apart.speed < 0
    assert apart.half_life == apart.half_life_high == np.inf


def test_galtons_fallacy_beta_without_sigma():
    """A spread that never changes, and yet the poor grow faster in every sample."""
    rng = np.random.default_rng(4)
    keep = 0.6
    slopes, changes = [], []
    for _ in range(60):
        start = rng.normal(0, 1, 200)
        end = keep * start + np.sqrt(1 - keep**2) * rng.normal(0, 1, 200)
        fit = cv.beta_convergence(np.exp(start), np.exp(end), YEARS)
        slopes.append(fit.high)
        changes.append(np.log(end.std() / start.std()))
    assert max(slopes) < 0
    assert np.mean(changes) == pytest.approx(0, abs=3 * np.std(changes) / np.sqrt(60))


def test_sigma_interval_covers_the_truth():
    rng = np.random.default_rng(6)
    covered = []
    for _ in range(200):
        start = rng.normal(0, 1, 60)
        end = 0.5 * start + rng.normal(0, 0.4, 60)
        result = cv.sigma_convergence(np.exp(start), np.exp(end), rng=rng, resamples=200)
        covered.append(result.low <= np.log(np.hypot(0.5, 0.4)) <= result.high)
    # The percentile bootstrap of a standard deviation is a little narrow in samples of 60.
    assert 0.86 <= np.mean(covered) <= 0.985


def test_sigma_by_hand_and_with_people():
    rng = np.random.default_rng(1)
    start, end = np.exp(np.arange(12.0)), np.exp(np.arange(12.0) / 2)
    plain = cv.sigma_convergence(start, end, rng=rng, resamples=100)
    assert plain.sd_start == pytest.approx(np.arange(12).std())
    assert plain.change == pytest.approx(np.log(0.5))
    weights = np.arange(1, 13)
    weighted = cv.sigma_convergence(start, end, rng=rng, resamples=100, weights=weights)
    assert weighted.sd_start == pytest.approx(np.repeat(np.arange(12), weights).std())


def test_the_log_t_slope_is_twice_the_speed_of_decay():
    rng = np.random.default_rng(2)
    slopes = [cv.log_t_test(decay_panel(rng, alpha=0.4)).slope for _ in range(150)]
    # ln(t + 1) of the truth against ln t of the regression: a known bias of a few hundredths at these lengths.
    assert np.mean(slopes) == pytest.approx(0.8, abs=0.1)


@pytest.mark.parametrize(("alpha", "lowest", "highest"), [(0.3, 0.0, 0.05), (0.0, 0.05, 0.24)])
def test_size_of_the_log_t_test(alpha, lowest, highest):
    """Convergence that is true is rejected rarely inside the null; at its border (alpha 0) three times too often.

    300 replications: Monte Carlo error 0.013 at 0.05. Phillips and Sul 2007 report the same for short panels.
    """
    rng = np.random.default_rng(9)
    rejected = [not cv.log_t_test(decay_panel(rng, alpha=alpha)).converges for _ in range(300)]
    assert lowest <= np.mean(rejected) <= highest


def test_power_of_the_log_t_test():
    rng = np.random.default_rng(10)
    rejected = [not cv.log_t_test(decay_panel(rng, alpha=0.4, clubs=(1.0, 0.8))).converges for _ in range(100)]
    assert np.mean(rejected) > 0.95


def test_clubs_are_found():
    rng = np.random.default_rng(12)
    agreement = []
    for _ in range(20):
        result = cv.convergence_clubs(decay_panel(rng, alpha=0.6, n=30, clubs=(1.5, 1.0)))
        assert not result.whole.converges
        members = sorted(i for club in result.clubs for i in club) + list(result.alone)
        assert sorted(members) == list(range(30))
        first = set(result.clubs[0])
        agreement.append(len(first & set(range(15))) / 15 - len(first - set(range(15))) / 15)
        assert all(test.converges for test in result.tests)
    assert np.mean(agreement) > 0.9


def test_one_club_where_all_converge():
    rng = np.random.default_rng(13)
    result = cv.convergence_clubs(decay_panel(rng, alpha=0.6, n=20))
    assert len(result.clubs) == 1
    assert result.alone == ()
    table = cv.club_table(result, [f"p{i}" for i in range(20)])
    assert table.loc[1, "units"] == 20
    assert set(table.loc[1, "members"]) == {f"p{i}" for i in range(20)}


def test_units_on_paths_of_their_own_form_no_club():
    t = np.arange(1, 31)
    apart = np.exp(np.outer(np.linspace(0.01, 0.2, 6), t))
    result = cv.convergence_clubs(apart)
    assert result.clubs == ()
    assert set(result.alone) == set(range(6))
    assert cv.club_table(result, list("abcdef")).empty


def test_the_unit_of_money_matters_for_logs_only():
    rng = np.random.default_rng(14)
    levels = np.exp(9 + decay_panel(rng, alpha=0.2))
    assert cv.log_t_test(levels).t == pytest.approx(cv.log_t_test(1000 * levels).t, rel=1e-9)
    growing = np.log(levels * np.exp(0.05 * np.arange(40)))
    assert abs(cv.log_t_test(growing).slope - cv.log_t_test(growing - np.log(1000)).slope) > 0.01


def test_long_run_variance_of_white_noise_and_of_an_ar_1():
    rng = np.random.default_rng(15)
    noise = rng.normal(size=4000)
    assert cv._long_run_variance(noise) == pytest.approx(1, abs=0.15)
    ar = np.empty(20_000)
    ar[0] = 0
    for i, shock in enumerate(rng.normal(size=19_999), start=1):
        ar[i] = 0.5 * ar[i - 1] + shock
    assert cv._long_run_variance(ar) == pytest.approx(4, rel=0.12)  # 1 / (1 - 0.5)^2


def test_trend_agrees_with_statsmodels():
    rows = np.random.default_rng(16).normal(size=(3, 25)).cumsum(axis=1)
    for found, row in zip(cv.trend(rows, smoothing=400), rows, strict=True):
        np.testing.assert_allclose(found, hpfilter(row, 400)[1], rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(cv.trend(rows, smoothing=0), rows, atol=1e-12)


GOOD = np.exp(np.arange(20.0) / 10)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: cv.beta_convergence(GOOD, GOOD[:-1], 10), "one of end for each of start"),
        (lambda: cv.beta_convergence(GOOD, -GOOD, 10), "end is"),
        (lambda: cv.beta_convergence(GOOD, GOOD, 0), "years is 0"),
        (lambda: cv.beta_convergence(GOOD, GOOD, 10, level=95), "level is 95"),
        (lambda: cv.beta_convergence(GOOD[:4], GOOD[:4], 10), "start holds 4 places"),
        (lambda: cv.beta_convergence(np.ones(20), GOOD, 10), "cannot carry 2 coefficients"),
        (lambda: cv.beta_convergence(GOOD, 1 / GOOD, 10), "no speed follows"),
        (lambda: cv.sigma_convergence(np.ones(9), GOOD[:9], rng=np.random.default_rng(0)), "no spread to compare"),
        (lambda: cv.sigma_convergence(GOOD[:2], GOOD[:2], rng=np.random.default_rng(0)), "at least 3"),
        (lambda: cv.log_t_test(np.ones((1, 20))), "1 units and 20 periods"),
        (lambda: cv.log_t_test(np.ones((5, 20))), "all units are equal"),
        (lambda: cv.log_t_test(np.outer([1, 2], GOOD), discard=0.9), "discard is 0.9"),
        (lambda: cv.log_t_test(np.zeros((5, 20))), "panel is 0"),
        (lambda: cv.convergence_clubs(np.full((5, 20), np.nan)), "not finite"),
        (lambda: cv.trend(np.ones((2, 2))), "at least 3 are needed"),
        (lambda: cv.trend(np.ones((2, 20)), smoothing=-1), "smoothing is -1"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
