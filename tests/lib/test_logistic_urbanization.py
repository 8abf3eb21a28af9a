import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.models.urbanization.logistic_urbanization import LogisticUrbanization
from symbiosis.parameters import ParameterError

growth = st.floats(-0.02, 0.04)
speed = st.floats(0.005, 0.12)
ceilings = st.floats(0.3, 1.0)
starts = st.floats(0.05, 0.95)


def test_c_05_the_rural_population_peaks_at_n_over_k():
    path = LogisticUrbanization(n=0.01, k=0.05, ceiling=1.0, u0=0.05).rural_trajectory()
    assert path.kind == "peaks"
    assert path.peak_share == pytest.approx(0.20, abs=1e-12)
    assert path.peak_time == pytest.approx(31.1629, abs=1e-4)
    assert path.peak_ratio == pytest.approx(1.150019, abs=1e-6)
    assert path.trough_share is None
    assert LogisticUrbanization(n=0.01, k=0.05).rural_peak_share() == pytest.approx(0.20, abs=1e-12)


@given(speed, st.floats(0.01, 0.99))
def test_peak_share_is_n_over_k_at_ceiling_one(k, ratio):
    assert LogisticUrbanization(n=ratio * k, k=k).rural_peak_share() == pytest.approx(ratio, rel=1e-9)
    assert np.isnan(LogisticUrbanization(n=ratio * k, k=k).rural_trough_share())


@pytest.mark.parametrize(("k", "c", "u0"), [(0.05, 1.0, 0.05), (0.09, 0.8, 0.3), (0.02, 0.5, 0.49)])
def test_closed_form_against_numerical_integration(k, c, u0):
    t = np.linspace(0, 120, 25)
    solved = solve_ivp(lambda _, u: k * u * (1 - u / c), (0, 120), [u0], t_eval=t, rtol=1e-10, atol=1e-12)
    assert LogisticUrbanization(k=k, ceiling=c, u0=u0).urban_share(t) == pytest.approx(solved.y[0], abs=1e-8)


def test_populations_add_up_and_rural_growth_is_the_identity():
    t = np.linspace(0, 100, 11)
    model = LogisticUrbanization(n=0.013, k=0.06, ceiling=0.8, u0=0.2)
    path = model.path(t)
    assert path.urban + path.rural == pytest.approx(np.exp(0.013 * t), rel=1e-12)
    assert path.urban[0] == pytest.approx(0.2)
    step = 1e-4
    ahead, back = model.path(t + step).rural, model.path(t - step).rural
    u = model.urban_share(t)
    growth = 0.013 - model.share_change_rate(u) / (1 - u)
    assert growth == pytest.approx((np.log(ahead) - np.log(back)) / (2 * step), abs=1e-8)


@given(speed, ceilings, starts, st.floats(0.01, 0.99))
def test_time_at_share_inverts_the_path(k, c, start, target):
    u0, share = start * c, target * c
    model = LogisticUrbanization(k=k, ceiling=c, u0=u0)
    assert model.urban_share(float(model.time_at_share(share))) == pytest.approx(share, rel=1e-7)


@given(growth, speed, ceilings, starts)
def test_kind_and_turns_agree_with_a_fine_grid(n, k, c, start):
    u0 = start * c
    # Curves that only graze zero growth turn on rounding alone.
    assume(abs(n) > 1e-5)
    discriminant = (k - n) ** 2 - 4 * k * n * (1 - c) / c
    assume(abs(discriminant) > 1e-3 * k**2)
    assume(c == 1.0 or c < 0.995)
    model = LogisticUrbanization(n=n, k=k, ceiling=c, u0=u0)
    path = model.rural_trajectory()
    for turn in (path.peak_share, path.trough_share):
        assume(turn is None or u0 < 0.99 * turn < 0.98 * c)
    for turn in (model.rural_peak_share(), model.rural_trough_share()):
        assume(np.isnan(turn) or abs(float(turn) - u0) > 1e-3)
    u = np.linspace(u0, c, 20001)[:-1]
    g = n - k * u * (1 - u / c) / (1 - u)
    signs = np.sign(g)
    pattern = [signs[0], *signs[1:][np.diff(signs) != 0]]
    expected = {
        "rises": [1],
        "falls": [-1],
        "peaks": [1, -1],
        "falls_then_rises": [-1, 1],
        "peaks_then_rises": [1, -1, 1],
    }
    assert pattern == expected[path.kind]
    turns = [t for t in (path.peak_share, path.trough_share) if t is not None]
    assert turns == pytest.approx(u[1:][np.diff(signs) != 0].tolist(), abs=2e-4)
    assert path.initial_growth == pytest.approx(g[0], abs=1e-12)


@given(st.floats(0.001, 0.03), st.floats(0.04, 0.12), st.floats(0.5, 0.98), st.floats(0.01, 0.3))
def test_the_peak_is_a_local_maximum_and_the_trough_a_minimum(n, k, c, start):
    model = LogisticUrbanization(n=n, k=k, ceiling=c, u0=start * c)
    path = model.rural_trajectory()
    if path.peak_time is not None and path.trough_time is not None:
        assume(path.trough_time - path.peak_time > 1)
    for time, ratio, extreme in ((path.peak_time, path.peak_ratio, max), (path.trough_time, path.trough_ratio, min)):
        if time is None:
            continue
        rural = model.path([time - 0.5, time, time + 0.5]).rural
        near = rural / (1 - start * c)
        assert near[1] == pytest.approx(ratio, rel=1e-9)
        assert near[1] == pytest.approx(extreme(near), rel=1e-12)


def test_a_ceiling_below_one_brings_the_rural_population_back():
    model = LogisticUrbanization(n=0.01, k=0.05, ceiling=0.8, u0=0.05)
    path = model.rural_trajectory()
    assert path.kind == "peaks_then_rises"
    assert path.peak_share < path.trough_share < 0.8
    assert path.final_growth == 0.01
    late = model.path([400.0, 500.0]).rural
    assert late[1] > late[0] > 1


@pytest.mark.parametrize(
    ("n", "k", "c", "u0", "kind"),
    [
        (0.05, 0.05, 1.0, 0.1, "rises"),
        (0.03, 0.02, 1.0, 0.1, "rises"),
        (0.0, 0.05, 1.0, 0.1, "falls"),
        (-0.01, 0.05, 0.7, 0.1, "falls"),
        (0.01, 0.05, 1.0, 0.3, "falls"),
        (0.01, 0.05, 1.0, 0.1, "peaks"),
        (0.01, 0.05, 0.7, 0.4, "falls_then_rises"),
        (0.01, 0.05, 0.7, 0.69, "rises"),
        (0.03, 0.05, 0.5, 0.1, "rises"),
    ],
)
def test_the_five_kinds(n, k, c, u0, kind):
    path = LogisticUrbanization(n=n, k=k, ceiling=c, u0=u0).rural_trajectory()
    assert path.kind == kind
    assert path.description.startswith("The rural population")


def test_rural_peak_share_of_many_draws():
    n = np.array([-0.01, 0.0, 0.01, 0.05, 0.06])
    shares = LogisticUrbanization(n=n, k=0.05).rural_peak_share()
    assert np.isnan(shares).tolist() == [True, True, False, True, True]
    assert LogisticUrbanization(n=n[:, None], k=0.05, ceiling=[0.7, 1.0]).rural_peak_share().shape == (5, 2)


def test_times_come_after_draws():
    draws = LogisticUrbanization(n=[0.0, 0.01], u0=[0.1, 0.2])
    path = draws.path([0.0, 10.0, 20.0])
    assert path.rural.shape == (2, 3)
    for i, u0 in enumerate([0.1, 0.2]):
        one = LogisticUrbanization(n=[0.0, 0.01][i], u0=u0).path([0.0, 10.0, 20.0])
        np.testing.assert_array_equal(path.rural[i], one.rural)
    assert draws.urban_share(10.0).tolist() == path.urban_share[:, 1].tolist()
    assert draws.time_at_share(0.5).shape == (2,)
    with pytest.raises(ParameterError, match="give single numbers for one trajectory"):
        draws.rural_trajectory()
    with pytest.raises(ValueError, match="t has 2 dimensions"):
        draws.path([[1.0], [2.0]])


def test_limits_of_the_path():
    model = LogisticUrbanization(k=0.05, ceiling=0.8, u0=0.3)
    assert model.urban_share([-1e5, 1e5]) == pytest.approx([0, 0.8])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"u0": 0.8}, r"u0 is 0\.8, not below the ceiling 0\.8; raise the ceiling or lower u0"),
        ({"u0": 30.0}, "'u0' is 30; give between 0 and 1, without the ends"),
        ({"u0": 0.0}, "'u0' is 0; give between 0 and 1, without the ends"),
        ({"k": 0.0}, "'k' is 0"),
        ({"ceiling": 1.2}, r"'ceiling' is 1\.2"),
        ({"k": float("nan")}, "'k' is not finite"),
    ],
)
def test_bad_values_are_refused(changes, message):
    arguments = {"k": 0.05, "ceiling": 0.8, "u0": 0.2} | changes
    with pytest.raises(ValueError, match=message):
        LogisticUrbanization(**arguments).urban_share(10.0)
    with pytest.raises(ValueError, match=message):
        LogisticUrbanization(n=0.01, **arguments).rural_trajectory()


def test_a_draw_at_its_ceiling_is_masked_and_leaves_the_others():
    draws = LogisticUrbanization(ceiling=0.8, u0=[0.2, 0.8, 0.9])
    assert draws.admissible().tolist() == [True, False, False]
    with pytest.raises(EquilibriumError, match=r"u0 is 0\.8, not below the ceiling"):
        draws.path(1.0)
    with pytest.raises(ValueError, match=r"share is 45, .*divide percent by 100"):
        LogisticUrbanization().time_at_share(45)
    # What does not start from u0 needs no start below the ceiling.
    assert draws.rural_peak_share().shape == (3,)


def test_declared_parameters_run_the_model_at_their_defaults():
    model = LogisticUrbanization()
    assert model.rural_trajectory().kind == "peaks"
    assert np.isfinite(model.path(150.0).rural)
    with pytest.raises(ParameterError):
        model.parameters().validate({"ceiling": 1.01})
