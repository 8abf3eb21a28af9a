"""Moments, calibration and the test of mutual benefit."""

from dataclasses import replace

import numpy as np
import pytest

from symbiosis import tables
from symbiosis.economy import mutual_benefit as benefit
from symbiosis.economy import packages
from symbiosis.economy.calibration import calibrate, fit_weights, mean_by_outcome
from symbiosis.economy.china_moments import Moment, china_moments
from symbiosis.economy.laboratory import BASELINES, Laboratory, weighted_economy, with_doses
from symbiosis.economy.model import Economy
from symbiosis.economy.parameters import CALIBRATED, POLICY, PURPOSES, UNCERTAIN
from symbiosis.economy.validation import residents_per_output
from symbiosis.evidence.proportions import share_of, share_positive


@pytest.fixture(scope="module")
def china():
    return [tables.load(name) for name in ("china_national", "china_provinces", "countries")]


@pytest.fixture(scope="module")
def moments(china):
    return china_moments(*china)


def test_moments_are_the_official_figures(moments):
    found = {(m.outcome, m.year): m for m in moments}
    assert found["urban_share", 2020].value == pytest.approx(0.6389)
    assert found["coast_urban_share", 2010].value == pytest.approx(0.597, abs=0.001)
    assert found["inland_urban_share", 2010].value == pytest.approx(0.445, abs=0.001)
    assert found["registered_urban_share", 2020].value == pytest.approx(0.454)
    assert found["old_share", 2020].value == pytest.approx(0.187, abs=0.001)
    assert found["coast_share", 2010].value == pytest.approx(0.3798, abs=1e-4)
    assert found["income_ratio", 2020].value == pytest.approx(2.56)
    # Before 2013 brought to the newer definition: 2.81 against 3.03 in that year.
    assert found["income_ratio", 2000].value == pytest.approx(2.79 * 2.81 / 3.03)
    assert found["rural_population", 2024].value == pytest.approx(464.78 / 1267.43)
    assert not found["urban_share", 2024].fitted
    assert all(m.fitted == (m.year <= 2012) for m in moments if m.outcome in ("urban_share", "income_ratio"))
    # Population and ages are inputs: never fitted, always shown.
    assert not any(m.fitted for m in moments if m.outcome in ("population", "old_share", "child_share"))
    assert len(found) == len(moments), "a moment stands there twice"
    assert [m.fitted for m in moments] == sorted((m.fitted for m in moments), reverse=True)


def test_a_missing_figure_is_named(china):
    national, provinces, countries = china
    without = (national["series"] != "total_population") | (national["year"] != 2010)
    with pytest.raises(ValueError, match="0 values of total_population, revised, 2010"):
        china_moments(national[without], provinces, countries)
    with pytest.raises(ValueError, match="no agriculture_share_of_employment of China for 2000"):
        china_moments(national, provinces, countries[countries["year"] != 2000])


def test_calibration_finds_an_economy_that_made_the_figures(moments):
    rng = np.random.default_rng(8)
    drawn = {
        p.name: rng.uniform(0.7 * p.default + 0.3 * p.lower, 0.7 * p.default + 0.3 * p.upper, 3) for p in UNCERTAIN
    }
    truth = {p.name: p.default * 1.05 for p in CALIBRATED if p.default}
    unknown = Economy(**{name: v[:1] for name, v in drawn.items()})
    made = unknown.replace(**truth).simulate(2024)
    figures = [
        Moment(m.outcome, m.year, float(getattr(made, m.outcome)[0, m.year - 2000]), m.tolerance, True, "simulated")
        for m in moments
        if m.fitted
    ]
    found = calibrate(unknown, figures, rounds=25)
    assert found.misfit[0] < 0.1
    for p in CALIBRATED:
        assert p.lower <= getattr(found.economy, p.name)[0] <= p.upper
    for name in drawn:
        np.testing.assert_array_equal(getattr(found.economy, name), getattr(unknown, name))


def test_calibration_needs_something_to_fit(moments):
    with pytest.raises(ValueError, match="none that is fitted"):
        calibrate(Economy(), [m for m in moments if not m.fitted])


def test_an_outcome_counts_once_whatever_its_years(moments):
    fitted = [m for m in moments if m.fitted]
    values = np.array([[float(m.year)] for m in fitted])
    means = mean_by_outcome(values, fitted)
    assert len(means) == len({m.outcome for m in fitted})
    assert means[0, 0] == np.mean([m.year for m in fitted if m.outcome == fitted[0].outcome])
    weights = fit_weights(np.array([3.0, 3.0, 5.0]))
    assert weights.sum() == pytest.approx(1)
    assert weights[2] / weights[0] == pytest.approx(np.exp(-1))
    # Large misses are small weights, never a division by nothing.
    assert fit_weights(np.array([1e5, 1e5 + 2000.0])).tolist() == [1.0, 0.0]


@pytest.mark.parametrize("one", [*packages.PACKAGES, *packages.CELLS], ids=lambda p: p.name)
def test_packages_spend_no_more_than_the_levy(one):
    assert 0 <= sum(one.purposes.values()) <= 1 + 1e-12
    assert set(one.purposes) <= {p.name for p in POLICY}
    full, half = one.settings(0.04), one.settings(0.04, 0.5)
    assert full["levy"] == half["levy"] == 0.04
    for purpose, share in one.purposes.items():
        assert half[purpose] == pytest.approx(share / 2)
    assert half["added_barrier"] == one.added_barrier / 2
    assert set(full) == {p.name for p in POLICY}


def test_every_package_costs_the_same():
    paths = {}
    for one in packages.PACKAGES:
        money = list(Economy(**one.settings(0.04)).years(2030))[-1].markets.money
        np.testing.assert_allclose(money.levy, 0.04 * money.output, rtol=1e-12)
        paths[one.name] = money
    assert len({float(m.output[0]) for m in paths.values()}) > 1


def test_bad_packages_are_named():
    with pytest.raises(ValueError, match="unknown package 'both_ways'; known: laissez_faire"):
        packages.package("both_ways")
    with pytest.raises(ValueError, match="strength is 2"):
        packages.package("both").settings(0.02, 2)
    with pytest.raises(ValueError, match=r"parameter 'levy': 0\.2 is outside"):
        packages.package("both").settings(0.2)


@pytest.fixture(scope="module")
def laboratory():
    return Laboratory.of(*weighted_economy(tables.load("policy_draws").iloc[:60]))


@pytest.fixture(scope="module")
def ends(laboratory):
    return {cell.name: laboratory.with_package(cell, 0.04) for cell in packages.CELLS}


def test_complementarity_is_what_is_more_than_the_sum(laboratory, ends):
    test = benefit.mutual_benefit(laboratory, 0.04)
    cells = {name: benefit.gains(end, ends["neither"]) for name, end in ends.items()}
    for name in benefit.GAINS:
        more = cells["both_halves"][name] - cells["city_half"][name] - cells["countryside_half"][name]
        np.testing.assert_allclose(test.complementarity[name], more, atol=1e-12)
        np.testing.assert_allclose(test.complementarity[name], test.beside_city[name] - test.alone[name], atol=1e-15)
        slowed = cells["slow_countryside_half"][name] - cells["slow_half"][name]
        np.testing.assert_allclose(test.where_slowed[name], slowed, atol=1e-15)


def test_without_money_nothing_adds_up_to_anything(laboratory):
    test = benefit.mutual_benefit(laboratory, 0.0)
    for part in (test.complementarity, test.alone, test.beside_city, test.where_slowed):
        for values in part.values():
            np.testing.assert_allclose(values, 0, atol=1e-12)


def test_what_exceeds_the_sum_is_of_second_order_in_the_dose(laboratory):
    """Half the money leaves about a quarter of it, but about half of what rural money does alone."""
    curve = benefit.dose_curve(laboratory, (0.0025, 0.005))
    small, large = curve.values()
    for gain in ("rural_income", "gap", "output", "services"):
        alone = np.median(small.alone[gain] / large.alone[gain])
        more = np.median(small.complementarity[gain] / large.complementarity[gain])
        assert alone == pytest.approx(0.5, abs=0.1), gain
        assert more == pytest.approx(0.25, abs=0.1), gain


def test_a_package_gains_nothing_over_itself(laboratory, ends):
    again = laboratory.with_package(packages.package("both"), 0.04)
    for values in benefit.gains(again, ends["both_halves"]).values():
        np.testing.assert_allclose(values, 0, atol=1e-12)


def test_the_baselines_are_no_levy_and_the_money_handed_back(laboratory, ends):
    cash, nothing = laboratory.baseline("cash", 0.04), laboratory.baseline("no_levy", 0.04)
    assert set(BASELINES) == {"cash", "no_levy"}
    for name, value in cash.outcomes.items():
        np.testing.assert_array_equal(value, ends["neither"].outcomes[name])
    untouched = laboratory.economy.simulate(strict=False).at(2050)
    for name, value in nothing.outcomes.items():
        np.testing.assert_allclose(value, untouched[name], rtol=1e-12)
    with pytest.raises(ValueError, match="unknown baseline 'tax'; known: no_levy, cash"):
        laboratory.baseline("tax", 0.04)


def test_doses_are_a_levy_and_its_shares():
    found = with_doses({"to_migrants": 0.01, "cash": 0.03}, added_barrier=0.2)
    assert found["levy"] == pytest.approx(0.04)
    assert found["to_migrants"] == pytest.approx(0.25)
    assert found["added_barrier"] == 0.2
    assert sum(found[name] for name in PURPOSES) == pytest.approx(0.25)
    assert with_doses({})["levy"] == 0
    with pytest.raises(ValueError, match="unknown purposes bread; known: to_migrants"):
        with_doses({"bread": 0.01})


def test_from_the_year_of_policy_on_is_the_same_as_from_the_beginning(laboratory):
    one = packages.package("both").settings(0.04)
    whole = laboratory.economy.replace(**one).end()
    late = laboratory.end(one)
    for name, value in whole.outcomes.items():
        np.testing.assert_allclose(late.outcomes[name], value, rtol=1e-9, err_msg=name)
    paths, end = laboratory.economy.replace(**one).course(2050, laboratory.start)
    np.testing.assert_array_equal(paths.urban_share[:, -1], late.outcomes["urban_share"])
    np.testing.assert_array_equal(end.lives.standard, late.lives.standard)


def test_gains_point_the_right_way(laboratory, ends):
    end = ends["neither"]
    worse = replace(end, outcomes={**end.outcomes, "income_ratio": 2 * end.outcomes["income_ratio"]})
    assert benefit.gains(worse, end)["gap"] == pytest.approx(-np.log(2))
    richer = replace(end, outcomes={**end.outcomes, "rural_income": 1.1 * end.outcomes["rural_income"]})
    assert benefit.percent(benefit.gains(richer, end)["rural_income"]) == pytest.approx(10)
    assert set(benefit.gains(end, end)) == set(benefit.GAINS)


def test_equal_draws_stand_for_the_weighted_ones():
    table = tables.load("policy_draws")
    economy, weights = weighted_economy(table, 200)
    assert weights == pytest.approx(np.full(200, 1 / 200))
    whole, of_all = weighted_economy(table)
    for name in ("remittances", "response", "drift"):
        assert getattr(economy, name).mean() == pytest.approx((getattr(whole, name) * of_all).sum(), rel=0.1)


def test_where_earnings_fall_some_leave(laboratory):
    response = residents_per_output(laboratory.economy)
    assert (response > 0).all()
    assert (response < 1).all()
    # The more people respond to utility, the more of them leave.
    more = residents_per_output(laboratory.economy.replace(response=3.0))
    less = residents_per_output(laboratory.economy.replace(response=0.5))
    assert (more > less).mean() > 0.9
    with pytest.raises(ValueError, match="fall is 0; give a positive"):
        residents_per_output(laboratory.economy, fall=0.0)


def test_shares_have_wilson_intervals():
    half = share_of(np.array([True, False] * 5))
    assert half.value == 0.5
    # Wilson 1927: 5 of 10 gives 0.2366 to 0.7634, none of 10 gives 0 to 0.2775.
    assert (half.low, half.high) == (pytest.approx(0.2366, abs=1e-4), pytest.approx(0.7634, abs=1e-4))
    none = share_of(np.zeros(10, dtype=bool))
    assert (none.low, none.high) == (pytest.approx(0, abs=1e-12), pytest.approx(0.2775, abs=1e-4))
    assert share_positive([1.0, -1.0, 0.2], at_least=0.5).value == 1 / 3
    assert str(half) == "50% (24% to 76%)"
    with pytest.raises(ValueError, match="give one truth value for each run"):
        share_of(np.ones(3))
    with pytest.raises(ValueError, match="not finite"):
        share_positive([1.0, np.nan])
    with pytest.raises(ValueError, match="level is 95"):
        share_of(np.ones(3, dtype=bool), level=95)


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.999])
def test_wilson_intervals_are_those_of_statsmodels(level):
    from statsmodels.stats.proportion import proportion_confint

    for runs in (1, 2, 7, 40, 671):
        for holds in {0, 1, runs // 3, runs - 1, runs}:
            ours = share_of(np.arange(runs) < holds, level=level)
            theirs = proportion_confint(holds, runs, alpha=1 - level, method="wilson")
            assert (ours.low, ours.high) == pytest.approx(theirs, abs=1e-12)
