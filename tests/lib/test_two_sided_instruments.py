import numpy as np
import pandas as pd
import pytest

from symbiosis.evidence import two_sided_instruments as sides

TRUTH = {"effect_on_first": 0.3, "effect_on_second": 0.5}


def _both(system):
    """(outcome, cause, own mover, instrument, truth) of either equation."""
    return (
        (system.first, system.second, system.moves_first, system.moves_second, 0.3),
        (system.second, system.first, system.moves_second, system.moves_first, 0.5),
    )


def test_the_simulated_system_obeys_its_equations():
    s = sides.simulate_two_sides((3, 2000), **TRUTH, strength_first=2, common=0.6, rng=np.random.default_rng(1))
    e1 = s.first - 0.3 * s.second - 2 * s.moves_first
    e2 = s.second - 0.5 * s.first - s.moves_second
    assert (e1.std(), e2.std()) == pytest.approx((1, 1), abs=0.03)
    assert np.corrcoef(e1.ravel(), e2.ravel())[0, 1] == pytest.approx(0.6, abs=0.03)
    assert abs(np.corrcoef(e1.ravel(), s.moves_first.ravel())[0, 1]) < 0.04


@pytest.mark.parametrize("common", [0.0, 0.5])
def test_instruments_recover_both_effects_and_cover_them(common):
    replications = 2000
    system = sides.simulate_two_sides((replications, 250), **TRUTH, common=common, rng=np.random.default_rng(2))
    for outcome, cause, own, instrument, truth in _both(system):
        least_squares = sides.performance(sides.estimate_many(outcome, cause, own_mover=own, instrument=None), truth)
        two_stage = sides.performance(sides.estimate_many(outcome, cause, own_mover=own, instrument=instrument), truth)
        assert least_squares["median_bias"] > 0.1
        assert least_squares["coverage"] < 0.3
        assert abs(two_stage["median_bias"]) < 4 * two_stage["sd"] / np.sqrt(replications)
        assert two_stage["coverage"] == pytest.approx(0.95, abs=0.01 + 4 * two_stage["coverage_error"])
        assert two_stage["first_stage_f"] > 50


def test_the_simultaneity_bias_is_the_one_that_algebra_gives():
    """Given its own mover, OLS tends to cov(y1, y2 | z1) / var(y2 | z1) in large samples."""
    b12, b21, n = 0.3, 0.5, 400_000
    s = sides.simulate_two_sides((1, n), **TRUTH, rng=np.random.default_rng(3))
    found = sides.estimate_many(s.first, s.second, own_mover=s.moves_first, instrument=None)["estimate"].iloc[0]
    # Shocks: e1 to y1, and v = z2 + e2 with variance 2 to y2.
    expected = (b21 * 1 + b12 * 2) / (b21**2 * 1 + 2)
    assert found == pytest.approx(expected, abs=0.01)


def test_a_weak_instrument_covers_too_little_and_leans_to_least_squares():
    system = sides.simulate_two_sides(
        (3000, 150), **TRUTH, strength_second=0.05, common=0.9, rng=np.random.default_rng(4)
    )
    outcome, cause, own, instrument, truth = _both(system)[0]
    weak = sides.performance(sides.estimate_many(outcome, cause, own_mover=own, instrument=instrument), truth)
    assert weak["first_stage_f"] < 10
    assert weak["coverage"] < 0.93
    assert weak["median_bias"] > 0.1
    assert weak["sd"] > 0.3


@pytest.mark.parametrize("with_instrument", [True, False])
def test_many_systems_agree_with_linearmodels(with_instrument):
    from linearmodels.iv import IV2SLS

    system = sides.simulate_two_sides((3, 80), **TRUTH, common=0.4, rng=np.random.default_rng(5))
    outcome, cause, own, instrument, _ = _both(system)[0]
    table = sides.estimate_many(outcome, cause, own_mover=own, instrument=instrument if with_instrument else None)
    for k in range(3):
        frame = pd.DataFrame({"y": outcome[k], "cause": cause[k], "own": own[k], "z": instrument[k], "constant": 1.0})
        if with_instrument:
            fit = IV2SLS(frame["y"], frame[["constant", "own"]], frame["cause"], frame["z"]).fit(cov_type="robust")
            strength = fit.first_stage.diagnostics.loc["cause", "f.stat"]
            assert table["first_stage_f"][k] == pytest.approx(strength, rel=1e-6)
        else:
            fit = IV2SLS(frame["y"], frame[["constant", "own", "cause"]], None, None).fit(cov_type="robust")
            assert np.isnan(table["first_stage_f"][k])
        assert table["estimate"][k] == pytest.approx(fit.params["cause"], rel=1e-9)
        assert table["standard_error"][k] == pytest.approx(fit.std_errors["cause"], rel=1e-9)


@pytest.mark.parametrize("strength", [0.0, 0.1, 1.0])
def test_anderson_and_rubin_keep_their_promise_however_weak_the_instrument(strength):
    system = sides.simulate_two_sides(
        (2_000, 200), **TRUTH, common=0.5, strength_second=strength, rng=np.random.default_rng(5)
    )
    given = {"own_mover": system.moves_first, "instrument": system.moves_second}
    held = sides.anderson_rubin_coverage(system.first, system.second, **given, truth=TRUTH["effect_on_first"])
    assert held == pytest.approx(0.95, abs=0.02)
    if strength == 1:
        wrong = sides.anderson_rubin_coverage(system.first, system.second, **given, truth=2.0)
        assert wrong < 0.01


ONES = np.ones((1, 9))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: sides.simulate_two_sides(9, effect_on_first=2, effect_on_second=0.5, rng=np.random.default_rng()),
            "multiply to 1; the sides would drive each other",
        ),
        (
            lambda: sides.simulate_two_sides(9, **TRUTH, common=2, rng=np.random.default_rng()),
            "common is 2; it is a correlation",
        ),
        (
            lambda: sides.estimate_many(ONES, ONES[:, :8], own_mover=ONES, instrument=None),
            r"outcome \(1, 9\) and cause \(1, 8\) and own_mover \(1, 9\) must have one shape",
        ),
        (
            lambda: sides.estimate_many(ONES[:, :3], ONES[:, :3], own_mover=ONES[:, :3], instrument=None),
            "3 observations; at least 5",
        ),
        (
            lambda: sides.estimate_many(np.nan * ONES, ONES, own_mover=ONES, instrument=None),
            "outcome holds 9 values that are not finite",
        ),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
