import numpy as np
import pandas as pd
import pytest

from symbiosis.evidence.design_diagnostics import Diagnostics, leave_one_out, side
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.event_study import Exposure, Sensitivity, event_study, window_effect

DESIGN = Exposure("m", ("c",), "province")
YEARS = range(2005, 2013)


def world(rng, *, effect=0.0, drift=0.0, groups=24, each=10, years=YEARS, event=2009):
    """Random walks with shocks of group and year; the exposure moves the outcome by effect once, after the event."""
    n, t = groups * each, len(years)
    province = np.repeat(np.arange(groups), each)
    m = rng.gamma(1.0, size=n) + 0.3 * rng.normal(size=groups)[province]
    c = rng.normal(size=n) + 0.5 * m
    steps = rng.normal(size=(n, t)) + rng.normal(size=(groups, t))[province] + 0.2 * c[:, None] + drift * m[:, None]
    y = steps.cumsum(axis=1) + effect * m[:, None] * (np.array(years) > event)
    names = [f"u{i:03d}" for i in range(n)]
    units = pd.DataFrame({"m": m, "c": c, "province": [f"p{g:02d}" for g in province]}, index=names)
    return pd.DataFrame(y, index=names, columns=list(years)), units


def test_years_agree_with_separate_regressions_with_dummies() -> None:
    import statsmodels.formula.api as smf

    outcome, units = world(np.random.default_rng(0), effect=2.0)
    study = event_study(outcome, units, DESIGN, base=2009)
    for year in (2006, 2011):
        rows = units.assign(change=outcome[year] - outcome[2009])
        groups = rows["province"].astype("category").cat.codes
        fit = smf.ols("change ~ m + c + C(province)", rows).fit(cov_type="cluster", cov_kwds={"groups": groups})
        own = window_effect(outcome, units, DESIGN, first=2009, last=year).estimate
        assert study.effects[year].value == pytest.approx(fit.params["m"], abs=1e-10)
        assert own.value == pytest.approx(fit.params["m"], abs=1e-10)
        assert (study.effects[year].low, study.effects[year].high) == pytest.approx((own.low, own.high))


def test_a_window_is_a_difference_of_years_and_the_base_is_zero() -> None:
    outcome, units = world(np.random.default_rng(1), effect=2.0)
    study = event_study(outcome, units, DESIGN, base=2009, unit="points")
    window = study.window(2007, 2012)
    direct = window_effect(outcome, units, DESIGN, first=2007, last=2012).estimate
    assert window.value == pytest.approx(direct.value, abs=1e-10)
    assert (window.high - window.low) == pytest.approx(direct.high - direct.low)
    assert study.effects[2009].value == 0
    assert study.window(2009, 2009).value == 0
    moved = event_study(outcome, units, DESIGN, base=2006)
    assert moved.window(2007, 2012).value == pytest.approx(window.value, abs=1e-10)
    assert study.window(2009, 2012).unit == "points"


def test_a_true_effect_is_found_and_leads_are_flat() -> None:
    outcome, units = world(np.random.default_rng(2), effect=3.0)
    study = event_study(outcome, units, DESIGN, base=2009)
    assert study.effects[2010].low < 3 < study.effects[2010].high
    assert study.leads_test()[1] > 0.05
    assert study.diagnostics() == Diagnostics(True, 24, None)
    window = window_effect(outcome, units, DESIGN, first=2009, last=2010)
    placebo = window_effect(outcome, units, DESIGN, first=2006, last=2009)
    found = window.diagnostics([placebo])
    assert (found.placebo_passed, found.clusters, found.fragile) == (True, 24, False)
    assert found.sentence == "placebo passed; 24 clusters; hangs on no single group"
    assert window.diagnostics().placebo_passed is None


def test_a_drift_before_the_event_is_seen() -> None:
    outcome, units = world(np.random.default_rng(3), drift=1.0)
    study = event_study(outcome, units, DESIGN, base=2009)
    assert study.leads_test()[1] < 0.01
    assert study.diagnostics().placebo_passed is False
    # All of the effect is drift: steps as large as before take it away.
    assert study.sensitivity(2012).breakdown < 1.3


def test_tests_hold_their_size() -> None:
    rng = np.random.default_rng(4)
    leads, windows, shuffled, wild = [], [], [], []
    for draw in range(200):
        outcome, units = world(rng, years=range(2006, 2011), each=8)
        leads.append(event_study(outcome, units, DESIGN, base=2009).leads_test()[1] < 0.05)
        window = window_effect(outcome, units, DESIGN, first=2009, last=2010)
        windows.append(window.estimate.excludes())
        if draw < 60:
            shuffled.append(window.permutation(rng, 99).p_studentized <= 0.05)
            wild.append(window.wild_bootstrap(rng, 99).p <= 0.05)
    # Three standard errors of 200 draws are five points; clusters of unequal exposure reject a little too often.
    assert all(0.005 <= np.mean(r) <= 0.11 for r in (leads, windows))
    assert all(np.mean(r) <= 0.15 for r in (shuffled, wild))


def test_many_leads_need_signs_of_clusters() -> None:
    rng = np.random.default_rng(14)
    signs, plain, drifting = [], [], []
    for _ in range(200):
        study = event_study(*world(rng, years=range(2003, 2013), each=6, event=2011), DESIGN, base=2011)
        signs.append(study.leads_test(rng=rng, draws=299)[1] <= 0.05)
        plain.append(study.fit.joint_test([f"m {y}" for y in study.leads])[1] < 0.05)
    # Eight leads of 24 clusters: the usual F test rejects a true null in one draw of four.
    assert np.mean(signs) <= 0.11
    assert np.mean(plain) > 0.15
    for _ in range(20):
        study = event_study(*world(rng, drift=0.8, each=6), DESIGN, base=2009)
        drifting.append(study.leads_test(rng=rng, draws=299)[1] <= 0.05)
        assert study.diagnostics(rng=rng).placebo_passed is not None
    assert np.mean(drifting) > 0.8


def test_bounds_and_breakdown_in_closed_form() -> None:
    s = Sensitivity(Estimate(-12.0, -16.0, -8.0), steps=4, largest_step=1.5)
    assert s.breakdown == pytest.approx(12 / 6)
    assert s.breakdown_of_interval == pytest.approx(8 / 6)
    assert (s.bounds(0).low, s.bounds(0).high) == (-16, -8)
    assert s.bounds(1).high == pytest.approx(-2)
    assert s.bounds(s.breakdown_of_interval).high == pytest.approx(0, abs=1e-12)
    assert Sensitivity(Estimate(1.0, -1.0, 3.0), 1, 1.0).breakdown_of_interval == 0
    assert Sensitivity(Estimate(1.0, 0.5, 1.5), 2, 0.0).breakdown == np.inf
    with pytest.raises(ValueError, match="relative is -1"):
        s.bounds(-1)


def test_sensitivity_reads_the_largest_step_before() -> None:
    outcome, units = world(np.random.default_rng(5), effect=5.0)
    study = event_study(outcome, units, DESIGN, base=2009)
    path = [study.effects[y].value for y in range(2005, 2010)]
    found = study.sensitivity(2012)
    assert found.steps == 3
    assert found.largest_step == pytest.approx(np.abs(np.diff(path)).max())
    assert study.sensitivity(2012, first=2007).effect.value == pytest.approx(study.window(2007, 2012).value)
    with pytest.raises(ValueError, match="give two and a later end"):
        study.sensitivity(2005)


def test_leave_one_out_is_the_regression_without_the_group() -> None:
    outcome, units = world(np.random.default_rng(6), effect=2.0, groups=6)
    window = window_effect(outcome, units, DESIGN, first=2009, last=2012)
    left = window.leave_one_out()
    for group, found in zip(left.groups, left.estimates, strict=True):
        own = window_effect(outcome, units[units["province"] != group], DESIGN, first=2009, last=2012).estimate
        assert (found.value, found.low, found.high) == pytest.approx((own.value, own.low, own.high))
    low, high = left.range
    assert low <= left.full.value <= high
    assert left.most_influential in left.groups


def test_an_effect_of_one_group_is_fragile() -> None:
    outcome, units = world(np.random.default_rng(7), groups=8)
    driven = units["province"] == "p00"
    outcome.loc[driven, range(2010, 2013)] += 40 * units.loc[driven, ["m"]].to_numpy()
    window = window_effect(outcome, units, Exposure("m", (), "province"), first=2009, last=2010)
    assert window.leave_one_out().most_influential == "p00"
    values = {side(e) for e in window.leave_one_out().estimates}
    assert window.leave_one_out().fragile() == (values != {side(window.estimate)})
    assert side(Estimate(1, 0.5, 2)) == 1
    assert side(Estimate(1, 0.5, 2), 3) == -1
    assert side(Estimate(1, 0.5, 2), 1) == 0


def test_units_with_gaps_are_counted() -> None:
    outcome, units = world(np.random.default_rng(8))
    outcome.iloc[0, 0] = np.nan
    study = event_study(outcome, units, DESIGN, base=2009)
    assert (study.units, study.left_out) == (239, 1)
    assert event_study(outcome, units, DESIGN, base=2009, years=range(2006, 2013)).left_out == 0


def test_without_group_effects_one_constant_a_year() -> None:
    outcome, units = world(np.random.default_rng(9), effect=2.0)
    open_design = Exposure("m", (), "province", group_effects=False)
    study = event_study(outcome, units, open_design, base=2009)
    slope = np.polyfit(units["m"], outcome[2011] - outcome[2009], 1)[0]
    assert study.effects[2011].value == pytest.approx(slope)


def test_bad_input_is_named() -> None:
    outcome, units = world(np.random.default_rng(10), groups=4, each=5)
    with pytest.raises(ValueError, match="no year 1999"):
        window_effect(outcome, units, DESIGN, first=1999, last=2010)
    with pytest.raises(ValueError, match="base must be among"):
        event_study(outcome, units, DESIGN, base=2009, years=[2005, 2006])
    with pytest.raises(ValueError, match="no rows remain"):
        event_study(outcome * np.nan, units, DESIGN, base=2009)
    with pytest.raises(ValueError, match="two rows for one unit"):
        window_effect(pd.concat([outcome, outcome]), units, DESIGN, first=2009, last=2010)
    with pytest.raises(ValueError, match="4 leads with 4 clusters"):
        event_study(outcome, units, DESIGN, base=2009).leads_test()
    with pytest.raises(ValueError, match="no column wealth"):
        window_effect(outcome, units, Exposure("m", ("wealth",)), first=2009, last=2010)
    with pytest.raises(ValueError, match="year 1999 is not of the study"):
        event_study(outcome, units, DESIGN, base=2009).window(1999, 2010)
    with pytest.raises(ValueError, match="at least 3 are needed"):
        leave_one_out(units.assign(half=["a", "b"] * 10), "c", ["m"], tested="m", by="half")
