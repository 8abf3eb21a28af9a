import numpy as np
import pytest
import statsmodels.api as sm

from symbiosis.evidence import urban_scaling as scaling


def test_e_09_a_city_of_twice_the_size():
    factor = 2.0**scaling.SOCIOECONOMIC_EXPONENT
    assert factor == pytest.approx(2.244924, abs=1e-6)


def _cities(rng, n=200, beta=7 / 6):
    people = np.exp(rng.normal(13, 1, n))
    return people, 3 * people**beta * np.exp(rng.normal(0, 0.1 + 0.2 * (people > np.median(people)), n))


def test_scaling_exponent_is_unbiased_and_covered():
    rng = np.random.default_rng(9)
    fits = [scaling.fit_urban_scaling(*_cities(rng)) for _ in range(400)]
    assert np.mean([fit.slope.value for fit in fits]) == pytest.approx(7 / 6, abs=0.003)
    assert np.mean([not fit.slope.excludes(7 / 6) for fit in fits]) == pytest.approx(0.95, abs=0.035)


def test_fit_agrees_with_statsmodels():
    people, output = _cities(np.random.default_rng(0))
    fit = scaling.fit_urban_scaling(people, output)
    model = sm.OLS(np.log(output), sm.add_constant(np.log(people))).fit(cov_type="HC1")
    assert (fit.slope.value, fit.standard_error) == pytest.approx((model.params[1], model.bse[1]), rel=1e-8)
    assert (fit.intercept, fit.r2) == pytest.approx((model.params[0], model.rsquared), rel=1e-8)
    assert fit.residuals == pytest.approx(model.resid, abs=1e-9)


def test_counting_registered_people_only_changes_the_exponent():
    # Large cities hold most unregistered migrants: leaving them out makes scaling look steeper.
    people, output = _cities(np.random.default_rng(7), n=2000)
    registered = people * (people / people.max()) ** -0.1
    steeper = scaling.fit_urban_scaling(registered, output).slope.value
    assert steeper == pytest.approx(scaling.fit_urban_scaling(people, output).slope.value / 0.9, rel=1e-9)


@pytest.mark.parametrize(
    ("people", "total", "level", "message"),
    [
        ([1.0, 2, 3], [1.0, 2, 3], 0.95, "at least 4"),
        ([1.0, 2, 3, 4], [1.0, 2, 3], 0.95, "holds 3"),
        ([1.0, 2, 3, 0], [1.0, 2, 3, 4], 0.95, "population is 0"),
        ([2.0, 2, 2, 2], [1.0, 2, 3, 4], 0.95, "one size only"),
        ([1.0, 2, 3, 4], [1.0, 2, 3, 4], 95, "level is 95"),
    ],
)
def test_bad_input_is_named(people, total, level, message):
    with pytest.raises(ValueError, match=message):
        scaling.fit_urban_scaling(people, total, level=level)
