import numpy as np
import pandas as pd
import pytest

from symbiosis.evidence.synthetic_difference import _simplex, synthetic_difference


def world(rng, units=20, years=range(2000, 2013), event=2012, effect=0.0, treated=1):
    """Units that load on one common factor, with their own levels and noise."""
    t = len(years)
    factor = rng.normal(size=t).cumsum()
    y = (
        5 * rng.normal(size=(units, 1))
        + rng.normal(1, 0.5, size=(units, 1)) * factor
        + 0.3 * rng.normal(size=(units, t))
    )
    y[:treated, np.array(years) >= event] += effect
    return pd.DataFrame(y, index=[f"u{i:02d}" for i in range(units)], columns=list(years))


def test_weights_are_those_of_a_general_optimizer() -> None:
    import scipy.optimize

    rng = np.random.default_rng(0)
    for ridge in (0.01, 1.0):
        columns, target = rng.normal(size=(8, 5)), rng.normal(size=8)

        def loss(w, columns=columns, target=target, ridge=ridge):
            return ((columns @ w - target) ** 2).sum() + ridge**2 * (w**2).sum()

        simplex = {"type": "eq", "fun": lambda w: w.sum() - 1}
        best = scipy.optimize.minimize(
            loss, np.full(5, 0.2), bounds=[(0, 1)] * 5, constraints=simplex, tol=1e-14, options={"maxiter": 1000}
        )
        found = _simplex(columns, target, ridge)
        assert found.sum() == pytest.approx(1)
        assert found.min() >= 0
        assert found == pytest.approx(best.x, abs=1e-5)
        assert loss(found) <= best.fun + 1e-10


def test_a_twin_gets_the_weight_and_the_effect_is_exact() -> None:
    rng = np.random.default_rng(1)
    frame = world(rng, units=12)
    # The same path at another level: an intercept is free.
    frame.loc["u00"] = frame.loc["u05"] + 7
    frame.loc["u00", 2012] += 3
    found = synthetic_difference(frame, ["u00"], first=2012)
    assert found.unit_weights.idxmax() == "u05"
    assert found.gaps.loc[2012] == pytest.approx(found.estimate.value)
    assert found.estimate.value == pytest.approx(3, abs=0.6)


def test_equal_paths_make_it_a_difference_in_differences() -> None:
    rng = np.random.default_rng(2)
    years = list(range(2000, 2010))
    common = rng.normal(size=10).cumsum()
    frame = pd.DataFrame(common + rng.normal(size=(8, 1)), columns=years)
    frame.loc[0, [2008, 2009]] += 2
    found = synthetic_difference(frame, [0], first=2008)
    assert found.estimate.value == pytest.approx(2)
    assert found.placebos == pytest.approx(0, abs=1e-9)
    assert found.p == pytest.approx(1 / 8)


def test_levels_do_not_matter_and_units_of_measure_carry_over() -> None:
    rng = np.random.default_rng(3)
    frame = world(rng, effect=2.0)
    first = synthetic_difference(frame, ["u00"], first=2011).estimate.value
    shifted = synthetic_difference(frame.add(10 * rng.normal(size=20), axis=0), ["u00"], first=2011)
    assert shifted.estimate.value == pytest.approx(first)
    assert synthetic_difference(3 * frame, ["u00"], first=2011).estimate.value == pytest.approx(3 * first)


def test_size_and_power() -> None:
    rng = np.random.default_rng(4)
    null = [synthetic_difference(world(rng), ["u00"], first=2012).p for _ in range(200)]
    # Twenty places are exchangeable: the observed one is the farthest in one draw of twenty.
    assert np.mean(np.array(null) <= 0.05 + 1e-9) == pytest.approx(0.05, abs=0.05)
    assert np.mean(null) == pytest.approx(0.525, abs=0.08)
    strong = [synthetic_difference(world(rng, effect=4.0), ["u00"], first=2012) for _ in range(30)]
    assert np.mean([s.p <= 0.05 + 1e-9 for s in strong]) > 0.8
    assert np.mean([s.estimate.value for s in strong]) == pytest.approx(4, abs=0.4)


def test_placebo_in_time_and_one_donor_left_out() -> None:
    frame = world(np.random.default_rng(5), effect=6.0)
    found = synthetic_difference(frame, ["u00"], first=2012, unit="points")
    earlier = synthetic_difference(frame.drop(columns=2012), ["u00"], first=2010)
    told = found.diagnostics(earlier)
    assert told.placebo_passed == (earlier.p >= 0.05)
    assert (told.clusters, told.fragile) == (1, found.leave_one_out().fragile())
    left = found.leave_one_out()
    assert len(left.groups) == 19
    without = synthetic_difference(frame.drop(index="u03"), ["u00"], first=2012).estimate
    assert left.estimates[left.groups.index("u03")].value == pytest.approx(without.value)


def test_several_treated_draw_their_placebos() -> None:
    frame = world(np.random.default_rng(6), effect=5.0, treated=3)
    found = synthetic_difference(frame, ["u00", "u01", "u02"], first=2012, rng=np.random.default_rng(1), draws=100)
    assert found.treated == 3
    assert len(found.placebos) == 100
    assert found.estimate.excludes()


def test_bad_input_is_named() -> None:
    frame = world(np.random.default_rng(7), units=6)
    with pytest.raises(ValueError, match="1 units, 0 of them"):
        synthetic_difference(frame, ["nowhere"], first=2012)
    with pytest.raises(ValueError, match="0 after"):
        synthetic_difference(frame, ["u00"], first=2050)
    with pytest.raises(ValueError, match="1 years before"):
        synthetic_difference(frame, ["u00"], first=2001)
    with pytest.raises(ValueError, match="not finite"):
        synthetic_difference(frame.where(frame != frame.iloc[2, 2]), ["u00"], first=2012)
    with pytest.raises(ValueError, match="give rng"):
        synthetic_difference(frame, ["u00", "u01"], first=2012)
    with pytest.raises(ValueError, match="2 others for 4 treated"):
        synthetic_difference(frame, ["u00", "u01", "u02", "u03"], first=2012)
