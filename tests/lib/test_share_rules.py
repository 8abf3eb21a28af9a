"""Rules that bend: damping, bounds, and the norm of the United Nations."""

import numpy as np
import pytest

from symbiosis.evidence.forecasts import (
    Norm,
    damped_drift,
    fit_norm,
    linear_drift,
    logit_drift,
    norm_drift,
    within_bounds,
)

YEARS = np.arange(1960.0, 1991)


def logistic(years, k=0.04, middle=1990.0):
    return 1 / (1 + np.exp(-k * (years - middle)))


def test_damping_near_one_is_the_straight_line_and_the_sum_of_all_steps_is_bounded():
    values, future = 0.2 + 0.01 * (YEARS - 1960), np.array([1991.0, 2000, 2020])
    line = linear_drift(10)(YEARS, values, future)
    np.testing.assert_allclose(damped_drift(10, 1 - 1e-9)(YEARS, values, future), line, rtol=1e-6)
    far = damped_drift(10, 0.9)(YEARS, values, np.array([1991.0, 3000]))
    np.testing.assert_allclose(far, values[-1] + 0.01 * np.array([0.9, 9.0]))


def test_bounds_change_only_what_is_outside():
    values, future = 0.2 + 0.025 * (YEARS - 1960), np.array([1991.0, 1995, 2000])
    np.testing.assert_allclose(within_bounds(linear_drift(10))(YEARS, values, future), [0.975, 1, 1])


def test_the_norm_of_one_logistic_curve_is_flat_at_its_rate():
    shares = np.column_stack([logistic(YEARS, middle=m) for m in (1950, 1970, 1990, 2010)])
    norm = fit_norm(shares, step=10)
    assert norm.intercept == pytest.approx(0.04)
    assert norm.slope == pytest.approx(0, abs=1e-9)


def test_a_norm_is_recovered_from_countries_that_follow_it():
    true, paths = Norm(0.04, -0.03), np.linspace(-2.5, 1.5, 40)[None]
    for _ in range(20):
        paths = np.vstack([paths, paths[-1] + true.intercept + true.slope / (1 + np.exp(-paths[-1]))])
    found = fit_norm(1 / (1 + np.exp(-paths)), step=1)
    assert (found.intercept, found.slope) == pytest.approx((0.04, -0.03))


def test_a_country_on_its_norm_stays_on_it_and_an_own_pace_for_ever_is_the_growth_difference():
    values, future = logistic(YEARS), np.array([1995.0, 2010, 2020])
    on_it = norm_drift(10, {1990.0: Norm(0.04, 0.0)})(YEARS, values, future)
    np.testing.assert_allclose(on_it, logistic(future))
    own = norm_drift(10, {1990.0: Norm(0.0, 0.0)}, over=1e9)(YEARS, values, future)
    np.testing.assert_allclose(own, logit_drift(10)(YEARS, values, future), rtol=1e-6)


def test_after_the_bend_only_the_norm_counts():
    values = logistic(YEARS)
    still = norm_drift(10, {1990.0: Norm(0.0, 0.0)}, over=25)(YEARS, values, np.array([2015.0, 2060]))
    assert still[0] == pytest.approx(still[1])
    assert still[0] > values[-1]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: damped_drift(10, 1.0), "damping"),
        (lambda: within_bounds(linear_drift(10), 1, 0), "rise"),
        (lambda: fit_norm(np.full((5, 3), 0.5), step=5), "more than 5 years"),
        (lambda: norm_drift(10, {})(YEARS, logistic(YEARS), np.array([1995.0])), "no norm for 1990"),
    ],
)
def test_rules_refuse_what_they_cannot_do(call, words):
    with pytest.raises(ValueError, match=words):
        call()
