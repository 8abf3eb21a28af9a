"""Two populations that help or harm each other, against closed forms and limiting cases."""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from symbiosis.measures.interaction_modes import MODES, interaction_mode
from symbiosis.measures.symbiosis_degree import symbiosis_degree
from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.models.interplay.mutualism import Mutualism, blow_up_time
from symbiosis.parameters import ParameterError

EFFECT = st.floats(0.0, 0.95)
SATURATION = st.floats(0.05, 2.0)
RATE = st.floats(0.02, 1.0)


def symmetric_path(times: npt.ArrayLike, *, a: float, r: float, n_start: float) -> np.ndarray:
    """Either side of a symmetric pair without saturation: dn/dt = r n (1 + c n), c = a - 1; inf after the end."""
    t = np.asarray(times, float)
    left = 1 - (a - 1) * n_start * np.expm1(r * t)
    return np.where(left > 0, n_start * np.exp(r * t) / np.where(left > 0, left, 1), np.inf)


@pytest.mark.parametrize(
    ("effects", "sizes", "eigenvalues"),
    [
        ((0.5, 0.5), (2.0, 2.0), (-1.0, -3.0)),
        ((0.6, 0.2), (1.818182, 1.363636), (-1.0, -2.181818)),
        ((0.3, 0.0), (1.3, 1.0), (-1.0, -1.3)),
        ((0.5, -0.3), (1.304348, 0.608696), (-0.913043, -1.0)),
        ((-0.5, -0.5), (0.666667, 0.666667), (-1 / 3, -1.0)),
    ],
)  # fmt: skip
def test_resting_points_and_eigenvalues(
    effects: tuple[float, float], sizes: tuple[float, float], eigenvalues: tuple[float, float]
) -> None:
    """Row H-01 (the eigenvalues of (.5, -.3) follow from the trace and the determinant)."""
    rest = Mutualism(a12=effects[0], a21=effects[1], r1=1.0, r2=1.0).equilibrium()
    assert (float(rest.n1), float(rest.n2)) == pytest.approx(sizes, abs=1e-6)
    np.testing.assert_allclose(rest.eigenvalues, eigenvalues, atol=1e-6)
    assert bool(rest.stable)


@given(a12=EFFECT, a21=EFFECT, r1=RATE, r2=RATE)
def test_mutual_help_below_one_always_settles_above_one(a12: float, a21: float, r1: float, r2: float) -> None:
    rest = Mutualism(a12=a12, a21=a21, r1=r1, r2=r2).equilibrium()
    assert rest.n1 == pytest.approx((1 + a12) / (1 - a12 * a21))
    assert rest.stable
    assert rest.n1 >= 1
    assert rest.n2 >= 1
    np.testing.assert_allclose(Mutualism(a12=a12, a21=a21, r1=r1, r2=r2).growth(rest.n1, rest.n2), 0, atol=1e-11)


@given(a12=st.floats(0.2, 3.0), excess=st.floats(0.0, 2.0))
def test_mutual_help_of_product_one_or_more_has_no_resting_point(a12: float, excess: float) -> None:
    """Row H-01: stable exactly when a12 a21 < 1."""
    with pytest.raises(EquilibriumError, match="grows without bound; lower"):
        Mutualism(a12=a12, a21=(1 + excess) / a12 + 1e-9).equilibrium()


@given(a12=st.floats(-1.0, 1.5), a21=st.floats(-0.4, 1.5), h=SATURATION)
def test_resting_points_with_saturation_lie_on_both_isoclines(a12: float, a21: float, h: float) -> None:
    try:
        rest = Mutualism(a12=a12, a21=a21, saturation=h).equilibrium()
    except EquilibriumError:
        assert min(a12, a21) < 0
        return
    assert rest.n1 == pytest.approx(Mutualism(a12=a12, saturation=h).still_city(rest.n2), rel=1e-9)
    assert rest.n2 == pytest.approx(Mutualism(a21=a21, saturation=h).still_countryside(rest.n1), rel=1e-9)


@given(a12=st.floats(0.0, 3.0), a21=st.floats(0.0, 3.0), h=SATURATION, r1=RATE, r2=RATE)
def test_saturation_keeps_mutual_help_bounded_and_stable(
    a12: float, a21: float, h: float, r1: float, r2: float
) -> None:
    rest = Mutualism(a12=a12, a21=a21, saturation=h, r1=r1, r2=r2).equilibrium()
    assert rest.stable
    assert 1 - 1e-9 <= rest.n1 <= 1 + a12 / h + 1e-9
    assert 1 - 1e-9 <= rest.n2 <= 1 + a21 / h + 1e-9


@given(a12=EFFECT, a21=EFFECT, more=st.floats(0.001, 0.05), h=st.floats(0.0, 2.0))
def test_more_help_makes_both_larger_and_more_saturation_smaller(a12: float, a21: float, more: float, h: float) -> None:
    base = Mutualism(a12=a12, a21=a21, saturation=h).equilibrium()
    helped = Mutualism(a12=a12 + more, a21=a21, saturation=h).equilibrium()
    damped = Mutualism(a12=a12, a21=a21, saturation=h + more).equilibrium()
    assert helped.n1 > base.n1
    assert helped.n2 >= base.n2 - 1e-12
    assert damped.n1 <= base.n1 + 1e-12
    assert damped.n2 <= base.n2 + 1e-12


def test_no_saturation_is_the_limit_of_little() -> None:
    plain = Mutualism(a12=0.6, a21=0.2).equilibrium()
    nearly = Mutualism(a12=0.6, a21=0.2, saturation=1e-10).equilibrium()
    assert float(nearly.n1) == pytest.approx(float(plain.n1), rel=1e-8)
    np.testing.assert_allclose(nearly.eigenvalues, plain.eigenvalues, rtol=1e-8)


@pytest.mark.parametrize("h", [5e-324, 1e-310, 1e-300, 1e-150])
def test_the_least_saturation_holds_help_of_exactly_one(h: float) -> None:
    """Both rest at about 1/sqrt(h), and no number overflows on the way."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rest = Mutualism(a12=1.0, a21=1.0, saturation=h, r1=1.0, r2=1.0).equilibrium()
    assert float(rest.n1) * np.sqrt(h) == pytest.approx(1, rel=0.3 if h < 1e-320 else 1e-6)
    assert np.isfinite(rest.eigenvalues).all()


def test_strong_competition_has_an_unstable_resting_point() -> None:
    assert not Mutualism(a12=-1.5, a21=-1.5).equilibrium().stable
    with pytest.raises(EquilibriumError, match="two resting points"):
        Mutualism(a12=-3.0, a21=0.5, saturation=0.5).equilibrium()


def test_eigenvalues_match_a_numerical_jacobian() -> None:
    chosen = {"a12": 0.9, "a21": -0.4, "saturation": 0.7, "r1": 0.3, "r2": 0.05}
    rest = Mutualism(**chosen).equilibrium()
    point, step = np.array([float(rest.n1), float(rest.n2)]), 1e-6

    def speed(n: np.ndarray) -> np.ndarray:
        return n * np.array(Mutualism(**chosen).growth(n[0], n[1]))

    jacobian = np.stack([(speed(point + d) - speed(point - d)) / (2 * step) for d in step * np.eye(2)], axis=1)
    np.testing.assert_allclose(
        np.sort_complex(rest.eigenvalues), np.sort_complex(np.linalg.eigvals(jacobian)), atol=1e-8
    )


def test_blow_up_in_closed_form() -> None:
    """Row H-03."""
    assert float(blow_up_time(a=1.5, r=0.1, n_start=0.2)) == pytest.approx(23.97895, rel=1e-6)
    assert float(symmetric_path(23.97, a=1.5, r=0.1, n_start=0.2)) == pytest.approx(2232.956, rel=1e-4)
    assert np.isinf(blow_up_time(a=[1.0, 0.5], r=0.1, n_start=0.2)).all()
    assert np.isinf(symmetric_path(24.0, a=1.5, r=0.1, n_start=0.2))


def test_a_path_reaches_the_resting_point() -> None:
    """Row H-05."""
    path = Mutualism(n1_start=0.1, n2_start=0.1, a12=0.5, a21=0.5, r1=0.3, r2=0.3).path(np.linspace(0, 120, 7))
    assert abs(path.n1[-1] - 2) < 1e-6
    assert abs(path.n2[-1] - 2) < 1e-6


@given(a=st.floats(-0.9, 0.95), start=st.floats(0.05, 3.0), r=RATE)
@example(a=0.6413802338912357, start=0.07082167919799498, r=0.677734375)
def test_paths_follow_the_closed_form_of_a_symmetric_pair(a: float, start: float, r: float) -> None:
    times = np.linspace(0, 20, 5)
    path = Mutualism(n1_start=start, n2_start=start, a12=a, a21=a, r1=r, r2=r).path(times)
    np.testing.assert_allclose(path.n1, symmetric_path(times, a=a, r=r, n_start=start), rtol=1e-6)


def test_draws_that_explode_do_not_disturb_the_others() -> None:
    times = np.array([0.0, 10.0, 23.97, 40.0])
    path = Mutualism(
        n1_start=0.2, n2_start=[0.2, 0.2, 0.4], a12=[1.5, 0.5, 1.2], a21=[1.5, 0.5, 1.3], r1=0.1, r2=0.1
    ).path(times)
    assert path.n1[0, 2] == pytest.approx(2232.956, rel=1e-4)
    assert path.blow_up_time[0] == pytest.approx(23.97895, abs=1e-3)
    assert np.isnan(path.n1[0, 3])
    assert np.isfinite(path.n1[1]).all()
    assert np.isinf(path.blow_up_time[1])
    assert path.blow_up_time[2] < 40
    np.testing.assert_allclose(path.n1[1], symmetric_path(times, a=0.5, r=0.1, n_start=0.2), rtol=1e-6)


def test_help_at_exactly_one_grows_for_ever_but_never_to_infinity() -> None:
    path = Mutualism(n1_start=0.2, n2_start=0.2, a12=1.0, a21=1.0, r1=0.1, r2=0.1).path(np.linspace(0, 50, 6))
    np.testing.assert_allclose(path.n1, 0.2 * np.exp(0.1 * path.times), rtol=1e-6)
    assert np.isinf(path.blow_up_time)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n1_start": 0.0}, "'n1_start' is 0; give more than 0"),
        ({"a12": np.nan}, "'a12' is not finite: nan"),
        ({"saturation": -0.1}, "'saturation' is -0.1; give 0 or more"),
        ({"r1": [0.1, 0.2], "r2": [0.1, 0.2, 0.3]}, "'r2' has shape .* does not fit"),
    ],
)
def test_bad_parameters_are_named(change: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        Mutualism(**change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "options", "message"),
    [
        (1e7, {}, "give starts below"),
        (0.2, {"times": [0, 2, 1]}, "times do not increase; sort them"),
        (0.2, {"tolerance": 1.0}, "tolerance is 1; give one between"),
    ],
)
def test_bad_input_is_named(start: float, options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Mutualism(n2_start=start).path(**{"times": [0, 1, 2], **options})  # type: ignore[arg-type]


def test_one_draw_without_a_resting_point_is_masked() -> None:
    """Too much help, a whole line of resting points, and two that saturation allows; the others are solved alone."""
    a12, a21, h = np.array([0.5, 1.2, -1.0, -3.0, 1.2]), np.array([0.5, 1.1, -1.0, 0.5, 1.1]), [0, 0, 0, 0.5, 0.5]
    every = Mutualism(a12=a12, a21=a21, saturation=h)
    assert every.admissible().tolist() == [True, False, False, False, True]
    kept = every.admissible()
    rest = Mutualism(a12=a12[kept], a21=a21[kept], saturation=np.array(h)[kept]).equilibrium()
    assert rest.n1[0] == pytest.approx(2)
    with pytest.raises(EquilibriumError):
        every.equilibrium()


def test_modes_by_sign() -> None:
    """Row H-02."""
    first, second = [0.5, 0.3, 0.5, 0.0, 0.0, -0.5, 0.3], [0.5, 0.0, -0.3, 0.0, -0.2, -0.5, 0.4]
    wanted = ["mutualism", "commensalism", "parasitism", "independence", "amensalism", "competition", "mutualism"]
    assert interaction_mode(first, second).tolist() == wanted
    assert interaction_mode(0.05, -0.05, tolerance=0.1).item() == "independence"
    with pytest.raises(ValueError, match="tolerance is -1; give zero or more"):
        interaction_mode(1, 1, tolerance=-1)


@given(st.floats(-2, 2), st.floats(-2, 2))
def test_the_mode_does_not_depend_on_who_is_first(one: float, other: float) -> None:
    assert interaction_mode(one, other) == interaction_mode(other, one)
    assert interaction_mode(one, other).item() in MODES


@given(st.lists(st.floats(0.01, 100), min_size=2, max_size=9, unique=True), st.integers(0, 2**32))
def test_the_two_degrees_are_each_others_inverse(values: list[float], seed: int) -> None:
    other = np.random.default_rng(seed).permutation(values)
    forward, backward = symbiosis_degree(values, other), symbiosis_degree(other, values)
    np.testing.assert_allclose(forward * backward, 1, rtol=1e-9)


def test_the_degree_of_two_trends_is_the_ratio_of_their_growth() -> None:
    years = np.arange(5)
    np.testing.assert_allclose(
        symbiosis_degree(np.exp(0.06 * years), np.exp(0.02 * years)), np.tanh(0.03) / np.tanh(0.01)
    )
    with pytest.raises(ValueError, match="second does not change in 1 of 2 steps"):
        symbiosis_degree([1, 2, 3], [1, 1, 2])
    with pytest.raises(ValueError, match="at least 2 are needed"):
        symbiosis_degree([1.0], [1.0])
