import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.models.land.lewis import Lewis, years_to_absorb

DEFAULTS = Lewis.parameters().defaults()


def test_a_06_growth_and_absorption_of_the_surplus():
    state = Lewis(institutional_wage=0.5, premium=0, saving_rate=0.25, depreciation=0).surplus_growth()
    assert state.labour_per_capital == pytest.approx(1.0, abs=1e-12)
    assert state.output_per_capital == pytest.approx(1.0, abs=1e-12)
    assert state.growth == pytest.approx(0.125, abs=1e-12)
    assert years_to_absorb(0.1, 0.5, growth=state.growth) == pytest.approx(12.8755, abs=1e-4)


def test_a_06_time_path_reaches_the_turning_point_on_time():
    # Institutional wage 0.5 and surplus until modern labour is 0.5: 1 - R (1 - w / m) = 0.5.
    values = DEFAULTS | dict(
        institutional_wage=0.5, premium=0.0, saving_rate=0.25, depreciation=0.0, peak_marginal_product=1.0,
        redundancy_threshold=1.0, modern_labour=0.1,
    )  # fmt: skip
    assert Lewis(**values).turning_points().second_time == pytest.approx(12.8755, abs=1e-4)
    path = Lewis(**values).path([0.0, 12.8755])
    assert path.modern_labour == pytest.approx([0.1, 0.5], abs=1e-5)


def _labour_at(capital, v):
    """Modern labour from the two wage conditions alone, found independently of the model's own inversion."""

    def gap(modern):
        product = v["peak_marginal_product"] * max(0.0, 1 - (1 - modern) / v["redundancy_threshold"])
        asked = (1 + v["premium"]) * max(v["institutional_wage"], product)
        return v["labour_share"] * v["productivity"] * (capital / modern) ** (1 - v["labour_share"]) - asked

    return 1.0 if gap(1.0) >= 0 else brentq(gap, 1e-9, 1.0, xtol=1e-13)


@pytest.mark.parametrize("change", [{}, {"depreciation": 0.0}, {"redundancy_threshold": 1.2}, {"saving_rate": 0.9}])
def test_path_against_integration_of_capital(change):
    v = DEFAULTS | change
    times = np.linspace(0, 60, 31)
    path = Lewis(**v).path(times)
    b = v["labour_share"]

    def motion(_, capital):
        modern = _labour_at(capital[0], v)
        output = v["productivity"] * capital[0] ** (1 - b) * modern**b
        return [v["saving_rate"] * (1 - b) * output - v["depreciation"] * capital[0]]

    solved = solve_ivp(motion, (0, 60), [path.capital[0]], t_eval=times, rtol=1e-8, atol=1e-10, max_step=0.5)
    assert path.capital == pytest.approx(solved.y[0], rel=2e-5)
    assert path.modern_labour == pytest.approx([_labour_at(k, v) for k in path.capital], rel=1e-6)


def test_path_conserves_labour_and_pays_the_premium():
    path = Lewis(**DEFAULTS).path(np.linspace(0, 100, 201))
    assert path.modern_labour + path.rural_labour == pytest.approx(np.ones(201), abs=1e-15)
    assert (path.rural_labour >= 0).all()
    some_rural = path.rural_labour > 0
    assert path.modern_wage[some_rural] == pytest.approx(1.3 * path.rural_wage[some_rural], rel=1e-9)
    assert (np.diff(path.modern_labour) >= 0).all()


def test_wage_is_flat_until_the_second_turning_point_and_rises_after_it():
    points = Lewis(**DEFAULTS).turning_points()
    first, second = float(points.first_time), float(points.second_time)
    assert 0 < first < second
    path = Lewis(**DEFAULTS).path([0.0, first, second, second + 5, second + 10])
    assert path.rural_marginal_product[1] == pytest.approx(0.0, abs=1e-12)
    assert path.rural_marginal_product[2] == pytest.approx(DEFAULTS["institutional_wage"], rel=1e-9)
    assert path.rural_wage[:3] == pytest.approx([0.4, 0.4, 0.4])
    assert (np.diff(path.rural_wage[2:]) > 0).all()
    # Up to the first turning point those who leave are not missed.
    assert path.rural_output[1] == pytest.approx(path.rural_output[0])
    assert path.rural_output[2] < path.rural_output[1]


def test_rural_output_is_the_integral_of_the_marginal_product():
    rural = np.linspace(0, 1, 2001)
    economy = Lewis(peak_marginal_product=1.5, redundancy_threshold=0.6)
    product = economy.rural_marginal_product(rural)
    trapezoid = np.concatenate([[0], np.cumsum((product[1:] + product[:-1]) / 2 * np.diff(rural))])
    assert economy.rural_output(rural) == pytest.approx(trapezoid, abs=1e-6)


@given(st.sampled_from(["saving_rate", "productivity"]), st.floats(0.01, 0.3))
def test_saving_and_productivity_bring_the_turning_points_forward(cause, rise):
    before = Lewis(**DEFAULTS).turning_points()
    after = Lewis(**(DEFAULTS | {cause: DEFAULTS[cause] + rise})).turning_points()
    assert after.second_time < before.second_time
    assert after.first_time < before.first_time


@given(st.floats(0.1, 0.8), st.floats(0.1, 0.8))
def test_a_higher_wage_delays_growth(low, high):
    assume(high > low + 1e-6)
    growth = Lewis(institutional_wage=[low, high]).surplus_growth().growth
    assert growth[1] < growth[0]


def test_surplus_that_is_never_absorbed_takes_forever():
    points = Lewis(**(DEFAULTS | {"depreciation": 0.5})).turning_points()
    assert points.second_time == np.inf
    assert years_to_absorb([0.2, 0.1, 0.2], [0.2, 0.3, 0.1], growth=[0.0, 0.0, -0.1]) == pytest.approx(
        [0.0, np.inf, np.log(2) / 0.1]
    )
    shrinking = Lewis(**(DEFAULTS | {"depreciation": 0.5})).path([0.0, 10.0])
    assert shrinking.modern_labour[1] < shrinking.modern_labour[0]


def test_labour_that_is_never_redundant_passed_the_first_point_long_ago():
    points = Lewis(**(DEFAULTS | {"redundancy_threshold": [0.7, 1.2]})).turning_points()
    assert points.first_labour == pytest.approx([0.3, 0.0])
    assert points.first_time[1] == -np.inf


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"peak_marginal_product": 0.3}, EquilibriumError, "never reaches"),
        ({"modern_labour": 0.9}, EquilibriumError, "surplus ends at"),
        ({"labour_share": 1.0}, ValueError, "labour_share"),
        ({"saving_rate": 30.0}, ValueError, "saving_rate' is 30; give between 0 and 1"),
        ({"institutional_wage": 0.0}, ValueError, "institutional_wage"),
    ],
)
def test_bad_input_is_named(change, error, message):
    with pytest.raises(error, match=message):
        Lewis(**(DEFAULTS | change)).turning_points()
    with pytest.raises(error, match=message):
        Lewis(**(DEFAULTS | change)).path([0.0, 1.0])


@pytest.mark.parametrize("times", [[1.0, 0.5], [-1.0, 0.0], [[0.0, 1.0]], []])
def test_bad_times_are_refused(times):
    with pytest.raises(ValueError, match="times"):
        Lewis(**DEFAULTS).path(times)


def test_paths_of_many_draws_are_those_of_each():
    times = np.linspace(0, 80, 41)
    savings = np.array([[0.2, 0.3, 0.9]])
    many = Lewis(saving_rate=savings, productivity=[[1.0], [1.2]]).path(times)
    assert many.capital.shape == (2, 3, 41)
    for row, productivity in enumerate((1.0, 1.2)):
        for column, saving in enumerate(savings[0]):
            one = Lewis(saving_rate=saving, productivity=productivity).path(times)
            for name in ("capital", "modern_labour", "rural_output", "modern_wage", "rural_wage"):
                assert getattr(many, name)[row, column] == pytest.approx(getattr(one, name), rel=1e-12), name


def test_the_mask_keeps_the_draws_that_have_turning_points():
    economy = Lewis(peak_marginal_product=[0.3, 1.2, 1.2], modern_labour=[0.1, 0.1, 0.9])
    assert economy.admissible().tolist() == [False, True, False]
    with pytest.raises(EquilibriumError):
        economy.turning_points()
    kept = {name: np.broadcast_to(v, economy.shape)[economy.admissible()] for name, v in economy.values().items()}
    assert Lewis(**kept).turning_points().second_time == pytest.approx([float(Lewis().turning_points().second_time)])
