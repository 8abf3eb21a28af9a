import math

import numpy as np
import pytest

from symbiosis import tables
from symbiosis.evidence.curve_fit import NoCurveError, fit_logistic_curve, fit_logit_line, profile_ceilings


@pytest.fixture(scope="module")
def china():
    table = tables.load("china_national")
    share = table[(table["series"] == "urban_share") & (table["vintage"] == "revised")]
    return share.set_index("year")["value"].astype(float) / 100


def window(china, first, last):
    part = china.loc[first:last]
    return part.index.to_numpy(float), part.to_numpy()


def logistic(t, ceiling=0.8, rate=0.06, midpoint=2000.0):
    return ceiling / (1 + np.exp(-rate * (t - midpoint)))


def test_c_08_logit_line_through_the_official_series(china):
    fit = fit_logit_line(*window(china, 1978, 2024))
    assert fit.slope == pytest.approx(0.049895, abs=1e-6)
    assert fit.r2 == pytest.approx(0.9906, abs=1e-4)
    assert fit.midpoint == pytest.approx(2009.93, abs=0.01)
    assert (fit.first_year, fit.last_year, fit.n_obs) == (1978, 2024, 47)


@pytest.mark.parametrize(
    ("first", "last", "ceiling", "error"),
    [(1978, 2024, 1.384, 0.141), (1978, 2019, 3.38, 1.48), (1996, 2024, 0.871, 0.015)],
)
def test_c_09_the_ceiling_depends_on_the_window(china, first, last, ceiling, error):
    fit = fit_logistic_curve(*window(china, first, last))
    assert fit.bounded
    assert fit.ceiling == pytest.approx(ceiling, rel=0.01)
    assert fit.ceiling_se == pytest.approx(error, rel=0.03)
    assert fit.interval[0] < fit.ceiling < fit.interval[1]


def test_c_09_no_ceiling_at_all_until_2010(china):
    fit = fit_logistic_curve(*window(china, 1978, 2010))
    assert not fit.bounded
    assert fit.ceiling == math.inf
    assert fit.ceiling_se == math.inf
    assert fit.interval[1] == math.inf
    assert fit.interval[0] > 1
    assert str(fit.written()).startswith("∞ (")
    assert str(fit.written()).endswith("% to ∞)")
    assert math.isnan(fit.midpoint)


def test_c_09_forecasts_for_2035_from_the_same_series(china):
    low = fit_logistic_curve(*window(china, 1996, 2024)).predict(2035)
    high = fit_logistic_curve(*window(china, 1978, 2019)).predict(2035)
    assert 100 * low == pytest.approx(76.5, rel=0.01)
    assert 100 * high == pytest.approx(97.7, rel=0.01)


@pytest.mark.parametrize(("ceiling", "r2"), [(0.7, 0.9368), (0.8, 0.9779), (0.9, 0.9870), (1.0, 0.9906)])
def test_c_10_the_fit_hardly_tells_ceilings_apart(china, ceiling, r2):
    fit = fit_logit_line(*window(china, 1978, 2024), ceiling=ceiling)
    assert fit.r2 == pytest.approx(r2, abs=5e-4)
    assert fit.residual_autocorrelation > 0.8


@pytest.mark.parametrize("ceiling", [0.5, 0.8, 1.0])
def test_an_exact_curve_is_recovered(ceiling):
    t = np.arange(1960.0, 2030.0)
    fixed = fit_logit_line(t, logistic(t, ceiling), ceiling=ceiling)
    assert (fixed.slope, fixed.midpoint, fixed.r2) == pytest.approx((0.06, 2000.0, 1.0), rel=1e-9)
    free = fit_logistic_curve(t, logistic(t, ceiling))
    assert (free.ceiling, free.rate, free.midpoint) == pytest.approx((ceiling, 0.06, 2000.0), rel=1e-6)
    assert free.predict([1990, 2050]) == pytest.approx(logistic(np.array([1990.0, 2050.0]), ceiling), rel=1e-6)


def test_an_exponential_has_no_ceiling():
    t = np.arange(1960.0, 2000.0)
    fit = fit_logistic_curve(t, 0.1 * np.exp(0.03 * (t - 1960)) + 0.001 * np.sin(t))
    assert fit.interval[1] == math.inf
    assert fit.rate == pytest.approx(0.03, abs=0.003)


def test_ordinary_least_squares_agrees_with_statsmodels(china):
    import statsmodels.api as sm

    year, share = window(china, 1978, 2024)
    other = sm.OLS(np.log(share / (1 - share)), sm.add_constant(year)).fit()
    fit = fit_logit_line(year, share)
    assert (fit.intercept, fit.slope) == pytest.approx(tuple(other.params), rel=1e-8)
    assert fit.slope_se == pytest.approx(other.bse[1], rel=1e-8)
    assert fit.predict(year) == pytest.approx(1 / (1 + np.exp(-other.fittedvalues)), rel=1e-8)


def test_the_standard_error_agrees_with_scipy(china):
    from scipy.optimize import curve_fit

    year, share = window(china, 1978, 2024)
    found, covariance = curve_fit(lambda t, c, k, m: c / (1 + np.exp(-k * (t - m))), year, share, p0=(1.2, 0.04, 2015))
    fit = fit_logistic_curve(year, share)
    assert (fit.ceiling, fit.rate, fit.midpoint) == pytest.approx(tuple(found), rel=1e-4)
    assert fit.ceiling_se == pytest.approx(math.sqrt(covariance[0, 0]), rel=1e-3)


def test_the_profile_is_lowest_at_the_fit_and_crosses_at_the_interval(china):
    year, share = window(china, 1978, 2024)
    fit = fit_logistic_curve(year, share)
    profile = profile_ceilings(year, share, 1 / np.linspace(1e-9, 1.02 / share.max(), 52)[::-1])
    assert (profile.sse >= fit.sse * (1 - 1e-9)).all()
    ratio = len(year) * np.log(profile.sse / fit.sse)
    inside = (profile.ceilings >= fit.interval[0]) & (profile.ceilings <= fit.interval[1])
    assert (ratio[inside] <= 3.8415).all()
    assert (ratio[~inside] >= 3.8414).all()
    wider = fit_logistic_curve(year, share, level=0.99)
    assert wider.interval[0] < fit.interval[0]
    assert wider.interval[1] > fit.interval[1]


def test_the_band_holds_the_curve_and_every_curve_not_rejected(china):
    year, share = window(china, 1978, 2024)
    fit = fit_logistic_curve(year, share)
    ahead = np.arange(1978.0, 2060.0)
    low, high = fit.band(ahead)
    best = fit.predict(ahead)
    assert ((low <= best) & (best <= high)).all()
    ends = profile_ceilings(year, share, fit.interval).predict(ahead)
    assert low[-1] == pytest.approx(ends[0, -1], rel=1e-9)
    assert high[-1] == pytest.approx(ends[1, -1], rel=1e-9)
    wider = fit_logistic_curve(year, share, level=0.99).band(ahead)
    assert wider[0][-1] < low[-1] < high[-1] < wider[1][-1]


def test_a_given_ceiling_is_kept_and_its_curve_is_the_best_under_it(china):
    from scipy.optimize import curve_fit

    year, share = window(china, 1978, 2024)
    fit = fit_logistic_curve(year, share, ceiling=0.8)
    found, _ = curve_fit(lambda t, k, m: 0.8 / (1 + np.exp(-k * (t - m))), year, share, p0=(0.06, 2005))
    assert (fit.ceiling, fit.interval, fit.ceiling_se, fit.bounded) == (0.8, (0.8, 0.8), 0.0, True)
    assert (fit.rate, fit.midpoint) == pytest.approx(tuple(found), rel=1e-6)
    free = fit_logistic_curve(year, share)
    assert free.r2 > fit.r2 > 0.98
    assert free.r2 == pytest.approx(1 - free.sse / ((share - share.mean()) ** 2).sum(), rel=1e-12)
    low, high = fit.band([2050])
    assert low == high == fit.predict([2050])
    with pytest.raises(ValueError, match="share reaches"):
        fit_logistic_curve(year, share, ceiling=0.6)


def test_a_series_that_rises_and_falls_has_a_best_curve_all_the_same():
    from scipy.optimize import least_squares

    t = np.arange(1960.0, 2000.0)
    share = 0.6 + 0.06 * np.sin((t - 1960) / 16)
    fit = fit_logistic_curve(t, share)
    assert fit.ceiling < share.max()

    def miss(p):
        return p[0] / (1 + np.exp(-p[1] * (t - p[2]))) - share

    other = least_squares(miss, (fit.ceiling, fit.rate, fit.midpoint), x_scale=(0.1, 0.1, 10), xtol=1e-15, ftol=1e-15)
    assert fit.sse == pytest.approx(2 * other.cost, rel=1e-9)
    assert (fit.ceiling, fit.rate, fit.midpoint) == pytest.approx(tuple(other.x), rel=1e-5)


def test_the_interval_covers_the_true_ceiling_as_often_as_it_says():
    rng = np.random.default_rng(20)
    t = np.arange(1970.0, 2030.0)
    hits = 0
    for _ in range(60):
        low, high = fit_logistic_curve(t, logistic(t) + rng.normal(0, 0.01, t.size)).interval
        hits += low < 0.8 < high
    # 60 draws at 95 per cent: fewer than 52 hits would happen about once in 200 runs of another seed.
    assert 52 <= hits <= 60


@pytest.mark.parametrize(
    ("years", "share", "message"),
    [
        ([1, 2, 3, 4, 5], [0.1, 0.2, 0.3, 0.4, 45.0], "divide percent by 100"),
        ([1, 2, 3, 4, 5], [0.0, 0.2, 0.3, 0.4, 0.5], "strictly between"),
        ([1, 2, 3, 4, 4], [0.1, 0.2, 0.3, 0.4, 0.5], "4 twice"),
        ([1, 2, 3, 4, 5], [0.3] * 5, "in every year"),
        ([1, 2, 3, 4, 5], [0.1, np.nan, 0.3, 0.4, 0.5], "not finite"),
        ([1, 2, 3, 4], [0.1, 0.2, 0.3, 0.4, 0.5], r"years holds 4 values"),
    ],
)
def test_bad_series_are_refused(years, share, message):
    with pytest.raises(ValueError, match=message):
        fit_logistic_curve(years, share)
    with pytest.raises(ValueError, match=message):
        fit_logit_line(years, share)


def test_a_falling_share_a_reached_ceiling_and_a_wrong_level_are_refused():
    with pytest.raises(NoCurveError, match="does not rise"):
        fit_logistic_curve([1, 2, 3, 4, 5], [0.5, 0.4, 0.3, 0.2, 0.1])
    with pytest.raises(ValueError, match=r"ceiling is 0\.3, but share reaches 0\.3"):
        fit_logit_line([1, 2, 3], [0.1, 0.2, 0.3], ceiling=0.3)
    with pytest.raises(ValueError, match="level is 95"):
        fit_logistic_curve([1, 2, 3, 4, 5], [0.1, 0.2, 0.3, 0.4, 0.5], level=95)


YEARS = np.arange(1960.0, 2011.0)
CURVE = 0.8 / (1 + np.exp(-0.06 * (YEARS - 1985)))


def test_of_many_ceilings_an_exact_curve_fits_best_under_its_own():
    profile = profile_ceilings(YEARS, CURVE, [0.75, 0.8, 0.9, np.inf])
    best = profile.sse.argmin()
    assert profile.ceilings[best] == 0.8
    assert profile.rates[best] == pytest.approx(0.06, rel=1e-7)
    later = np.array([2030.0, 2050.0])
    np.testing.assert_allclose(profile.predict(later)[best], 0.8 / (1 + np.exp(-0.06 * (later - 1985))), rtol=1e-7)


@pytest.mark.parametrize("last", [1985, 2010])
def test_all_ceilings_at_once_agree_with_one_at_a_time(last):
    from scipy.optimize import curve_fit

    use = last >= YEARS
    time, noisy = YEARS[use] - 1985, CURVE[use] + np.random.default_rng(1).normal(0, 0.004, use.sum())
    ceilings = 1 / np.linspace(0.4, 1 / noisy.max(), 20)
    together = profile_ceilings(YEARS[use], noisy, ceilings)
    for i, c in enumerate(ceilings):
        alone = curve_fit(lambda t, b, k, c=c: 1 / (1 / c + np.exp(b - k * t)), time, noisy, p0=(0.2, 0.05), xtol=1e-12)
        error = noisy - 1 / (1 / c + np.exp(alone[0][0] - alone[0][1] * time))
        assert together.sse[i] == pytest.approx(float(error @ error), rel=1e-6)
        assert together.rates[i] == pytest.approx(alone[0][1], rel=1e-4)


@pytest.mark.parametrize(
    ("years", "share", "ceilings", "words"),
    [
        (YEARS, CURVE[::-1], [1.0], "does not rise"),
        (YEARS, 100 * CURVE, [1.0], "fraction"),
        (YEARS[:3], CURVE[:3], [1.0], "years"),
        (YEARS, CURVE, [-1.0], "ceilings"),
        (YEARS, CURVE, [], "ceilings"),
    ],
)
def test_bad_profiles_are_named(years, share, ceilings, words):
    with pytest.raises(ValueError, match=words):
        profile_ceilings(years, share, ceilings)


def test_the_correlation_of_neighbouring_residuals_by_hand():
    """The pattern +, -, -, + has no mean and no trend, so a line leaves it as it is: (-1 + 1 - 1) / 4."""
    years = np.array([2000.0, 2010, 2020, 2030])
    logit = 0.03 * (years - 2015) + 0.1 * np.array([1, -1, -1, 1])
    found = fit_logit_line(years, 1 / (1 + np.exp(-logit)))
    assert found.slope == pytest.approx(0.03, rel=1e-9)
    assert found.residual_autocorrelation == pytest.approx(-0.25, abs=1e-9)
