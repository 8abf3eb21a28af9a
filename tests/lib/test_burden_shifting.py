import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.models.interplay import burden_shifting
from symbiosis.models.interplay.burden_shifting import BurdenShifting
from symbiosis.parameters import ParameterError

ROW_I_01 = {"inflow": 1.0, "relief": 0.1, "cure": 0.2, "build_up": 0.3, "erosion": 0.25, "decay": 0.1}
rates = st.floats(0.01, 0.5)


def discounted_problem(system, rate):
    """The problem summed over all time at a discount rate, over the untreated sum, without delay: Laplace transform."""
    s, f, b, g, decay, q = system.arrays("relief", "cure", "build_up", "erosion", "decay", "effort")
    wear = rate + decay
    return 1 + q * (f * g / wear - s) / (rate + s * q + f * (b - g * q) / wear)


def test_i_01_problem_and_capability():
    state = BurdenShifting(**ROW_I_01, effort=[0.0, 0.5, 1.0]).equilibrium()
    np.testing.assert_allclose(state.problem, [1.666667, 2.5, 5.0], atol=1e-6)
    np.testing.assert_allclose(state.capability, [5.0, 4.375, 2.5], atol=1e-6)
    assert state.stable.all()


@given(rates, rates, rates, rates, st.floats(0, 0.8), st.floats(0.05, 0.2))
def test_i_01_more_treatment_raises_the_problem_exactly_where_fg_exceeds_s_delta(s, f, g, decay, effort, more):
    ratio = float(BurdenShifting(relief=s, cure=f, erosion=g, decay=decay).backfire_ratio())
    assume(abs(ratio - 1) > 1e-6)
    fixed = {"inflow": 1.0, "relief": s, "cure": f, "build_up": g, "erosion": g, "decay": decay}
    less, treated = BurdenShifting(**fixed, effort=[effort, effort + more]).equilibrium().problem
    assert (treated > less) == (ratio > 1)


def test_the_border_case_changes_nothing():
    fixed = {"inflow": 1.0, "relief": 0.2, "cure": 0.1, "build_up": 0.5, "erosion": 0.2, "decay": 0.1}
    assert BurdenShifting(relief=0.2, cure=0.1, erosion=0.2, decay=0.1).backfire_ratio() == pytest.approx(1)
    np.testing.assert_allclose(BurdenShifting(**fixed, effort=[0, 0.4, 1]).equilibrium().problem, 2.0, rtol=1e-12)


@given(rates, rates, rates, rates, st.floats(0.05, 1), st.floats(0.001, 0.3))
def test_discounting_moves_the_condition_by_s_r(s, f, g, decay, effort, rate):
    ratio = float(BurdenShifting(relief=s, cure=f, erosion=g, decay=decay).backfire_ratio(discount_rate=rate))
    assume(abs(ratio - 1) > 1e-6)
    fixed = {"inflow": 1.0, "relief": s, "cure": f, "build_up": 1.1 * g, "erosion": g, "decay": decay}
    assert (discounted_problem(BurdenShifting(**fixed, effort=effort), rate) > 1) == (ratio > 1)


def test_discounted_problem_is_the_integral_of_the_path():
    rate = 0.05
    run = BurdenShifting(**ROW_I_01, effort=0.5).path(horizon=400, step=0.05)
    weight = np.exp(-rate * run.times)
    total = np.trapezoid(weight * run.problem, run.times) / np.trapezoid(weight * run.untreated, run.times)
    assert discounted_problem(BurdenShifting(**ROW_I_01, effort=0.5), rate) == pytest.approx(total, rel=1e-4)


@pytest.mark.parametrize("delay", [0.0, 0.7, 3.0])
def test_the_path_solves_the_equations(delay):
    p, q = ROW_I_01, 0.6
    net = p["build_up"] - p["erosion"] * q

    def rate(_, state):
        problem, capability, under_way = state
        arriving = under_way if delay else net * problem
        return [
            p["inflow"] - p["cure"] * capability - p["relief"] * q * problem,
            arriving - p["decay"] * capability,
            (net * problem - under_way) / delay if delay else 0.0,
        ]

    run = BurdenShifting(**p, effort=q, delay=delay).path(horizon=40, step=0.5)
    start = [1 / 0.6, 5.0, 0.5]
    exact = solve_ivp(rate, (0, 40), start, t_eval=run.times, rtol=1e-10, atol=1e-12).y
    np.testing.assert_allclose(run.problem, exact[0], rtol=1e-7)
    np.testing.assert_allclose(run.capability, exact[1], rtol=1e-7)


def test_the_path_ends_in_the_equilibrium_and_the_step_does_not_matter():
    coarse = BurdenShifting(**ROW_I_01, effort=0.5).path(horizon=300, step=5)
    fine = BurdenShifting(**ROW_I_01, effort=0.5).path(horizon=300, step=0.5)
    np.testing.assert_allclose(coarse.problem, fine.problem[::10], rtol=1e-9)
    assert fine.problem[-1] == pytest.approx(2.5, rel=1e-6)
    assert fine.capability[-1] == pytest.approx(4.375, rel=1e-6)


@given(rates, rates, rates, rates, st.floats(0.05, 1))
def test_treatment_always_helps_at_first(s, f, g, decay, effort):
    fixed = {"inflow": 1.0, "relief": s, "cure": f, "build_up": 1.2 * g, "erosion": g, "decay": decay}
    try:
        run = BurdenShifting(**fixed, effort=effort).path(horizon=1.0, step=0.01)
    except EquilibriumError:
        assume(False)
    assert run.problem[1] < run.untreated


def test_the_crossing_lies_where_the_path_crosses():
    run = BurdenShifting(**ROW_I_01, effort=[0.25, 0.5, 1.0]).path(horizon=60, step=0.05)
    for k, year in enumerate(run.first_worse):
        assert np.interp(year, run.times, run.problem[k]) == pytest.approx(run.untreated[k], abs=1e-4)
        assert (run.problem[k, (run.times > 0) & (run.times < year - 0.05)] < run.untreated[k]).all()
        assert run.deepest[k] == pytest.approx(run.problem[k].min() / run.untreated[k])
    fine = BurdenShifting(**ROW_I_01, effort=[0.25, 0.5, 1.0]).path(horizon=60, step=0.005)
    np.testing.assert_allclose(run.first_worse, fine.first_worse, atol=1e-3)


def test_a_monotone_system_in_the_safe_region_never_gets_worse():
    safe = {"inflow": 1.0, "relief": 0.5, "cure": 0.05, "build_up": 0.1, "erosion": 0.1, "decay": 0.3}
    run = BurdenShifting(**safe, effort=[0.2, 1.0]).path(horizon=200, step=0.5)
    assert np.isinf(run.first_worse).all()


def test_a_delay_keeps_the_equilibrium_and_postpones_the_crossing():
    delays = np.array([0.0, 1.0, 2.0, 4.0])
    run = BurdenShifting(**ROW_I_01, effort=1.0, delay=delays).path(horizon=60, step=0.05)
    assert (np.diff(run.first_worse) > 0).all()
    assert np.ptp(BurdenShifting(**ROW_I_01, effort=1.0, delay=delays).equilibrium().problem) == 0


def test_a_long_delay_makes_the_untreated_equilibrium_unstable_where_routh_and_hurwitz_say():
    """(1 + delta tau) delta against tau f b: with row I-01, stable up to a delay of two years."""
    state = BurdenShifting(**ROW_I_01, effort=0.0, delay=[1.99, 2.01]).equilibrium()
    assert state.stable.tolist() == [True, False]
    with pytest.raises(EquilibriumError, match=r"not stable in 1 of 1 cases; shorten the delay"):
        BurdenShifting(**ROW_I_01, effort=0.0, delay=2.5).path(horizon=10)


def test_decay_rate_without_delay_is_the_slower_root():
    q = 0.5
    p = ROW_I_01
    matrix = [[-p["relief"] * q, -p["cure"]], [p["build_up"] - p["erosion"] * q, -p["decay"]]]
    expected = -np.linalg.eigvals(matrix).real.max()
    assert BurdenShifting(**p, effort=q).equilibrium().decay_rate == pytest.approx(expected, rel=1e-12)
    fast = {**p, "decay": 30.0, "relief": 20.0, "cure": 0.01}
    assert BurdenShifting(**fast, effort=1.0).equilibrium().decay_rate == pytest.approx(20, rel=0.01)


def test_no_positive_equilibrium_is_an_error():
    with pytest.raises(EquilibriumError, match=r"1 of 2 cases: treatment displaces 0\.5 of a build-up of 0\.3"):
        BurdenShifting(**{**ROW_I_01, "erosion": [0.25, 0.5]}, effort=1.0).equilibrium()


wide = st.floats(0.01, 10)


@given(wide, wide, wide, st.floats(0, 0.999), st.floats(0.01, 3), st.sampled_from([0.0, 1.0, 5.0]))
def test_the_problem_stays_positive(s, f, build_up, displaced, decay, delay):
    fixed = {"inflow": 1.0, "relief": s, "cure": f, "build_up": build_up, "decay": decay, "delay": delay}
    try:
        run = BurdenShifting(**fixed, erosion=displaced * build_up, effort=1.0).path(horizon=60, step=0.5)
    except EquilibriumError:
        assume(False)
    assert run.problem.min() > 0
    assert run.capability.min() > 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"relief": -0.1}, r"'relief' is -0.1; give 0 or more \(per year\)"),
        ({"cure": 0.0}, "'cure' is 0; give more than 0"),
        ({"decay": np.nan}, "'decay' is not finite: nan"),
        ({"effort": 1.5}, "'effort' is 1.5; give between 0 and 1"),
        ({"inflow": [1, 2], "decay": [0.1, 0.1, 0.1]}, "'decay' has shape .* does not fit"),
    ],
)
def test_bad_parameters_are_named(change, words):
    with pytest.raises(ParameterError, match=words):
        BurdenShifting(**{**ROW_I_01, "effort": 0.5, **change}).equilibrium()


@pytest.mark.parametrize(("horizon", "step"), [(10, 0), (1, 2), (np.inf, 1)])
def test_bad_times_are_named(horizon, step):
    with pytest.raises(ValueError, match=r"step is|horizon is"):
        BurdenShifting(**ROW_I_01, effort=0.5).path(horizon=horizon, step=step)


def test_defaults_backfire_and_lie_within_their_bounds():
    assert BurdenShifting().backfire_ratio() > 1
    assert BurdenShifting().equilibrium().stable


def test_admissible_masks_what_would_raise():
    """Treatment that displaces more than is built, and a delay that makes the equilibrium unstable (see above)."""
    changed = {"erosion": [0.25, 0.5, 0.25], "effort": [1.0, 1.0, 0.0], "delay": [0.0, 0.0, 2.5]}
    system = BurdenShifting(**{**ROW_I_01, **changed})
    with pytest.raises(EquilibriumError):
        system.equilibrium()
    assert system.admissible().tolist() == [True, False, False]


def test_no_treatment_has_no_ratio():
    assert np.isnan(BurdenShifting(relief=0, cure=0.1, erosion=0, decay=0.1).backfire_ratio())
    assert np.isinf(BurdenShifting(relief=0, cure=0.1, erosion=0.1, decay=0.1).backfire_ratio())


@given(st.integers(0, 1_000), st.sampled_from([0.0, 0.01, 1.0, 8.0]))
def test_many_matrix_exponentials_are_those_of_scipy(seed, size):
    matrices = size * np.random.default_rng(seed).standard_normal((5, 4, 4))
    np.testing.assert_allclose(
        burden_shifting._exponential(matrices), expm(matrices), rtol=1e-9, atol=1e-10 * np.abs(expm(matrices)).max()
    )
