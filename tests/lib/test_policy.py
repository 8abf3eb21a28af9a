"""Moments, calibration and the test of mutual benefit."""

import numpy as np
import pytest

from symbiosis import tables
from symbiosis.economy import mutual_benefit as benefit
from symbiosis.economy import packages
from symbiosis.economy.calibration import calibrate
from symbiosis.economy.china_moments import Moment, china_moments
from symbiosis.economy.model import Economy
from symbiosis.economy.parameters import CALIBRATED, POLICY, UNCERTAIN
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
    assert found["registered_urban_share", 2020].value == pytest.approx(0.454)
    assert found["old_share", 2020].value == pytest.approx(0.187, abs=0.001)
    assert found["coast_share", 2010].value == pytest.approx(0.3798, abs=1e-4)
    assert found["income_ratio", 2020].value == pytest.approx(2.56)
    # Before 2013 brought to the newer definition: 2.81 against 3.03 in that year.
    assert found["income_ratio", 2000].value == pytest.approx(2.79 * 2.81 / 3.03)
    assert found["rural_population", 2024].value == pytest.approx(464.78 / 1267.43)
    assert not found["urban_share", 2024].fitted
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
        money = list(one.applied_to(Economy(), 0.04).years(2030))[-1].markets.money
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
def draws():
    return Economy.from_columns(tables.load("policy_draws").iloc[:60], **POLICY.defaults())


def test_complementarity_is_what_is_more_than_the_sum(draws):
    test = benefit.mutual_benefit(draws, levy=0.04)
    cells = {c.name: benefit.gains_of(draws, c, levy=0.04) for c in packages.CELLS}
    for name in benefit.GAINS:
        more = cells["both_halves"][name] - cells["city_half"][name] - cells["countryside_half"][name]
        np.testing.assert_allclose(test.complementarity[name], more + cells["neither"][name], atol=1e-12)
        np.testing.assert_allclose(test.complementarity[name], test.beside_city[name] - test.alone[name], atol=1e-15)


def test_without_money_nothing_adds_up_to_anything(draws):
    test = benefit.mutual_benefit(draws, levy=0.0)
    for part in (test.complementarity, test.alone, test.beside_city, test.where_slowed):
        for values in part.values():
            np.testing.assert_array_equal(values, 0)


def test_a_typical_change_is_the_median_draw_in_percent():
    found = benefit.typical_change(np.log([0.9, 1.0, 1.1, 1.2, 1.5]))
    assert found.value == pytest.approx(10)
    assert (found.low, found.high) == pytest.approx((-6, 38))
    assert str(found) == "+10.0 % (-6.0 to +38.0)"


def test_a_package_has_no_advantage_over_itself(draws):
    for values in benefit.advantage(draws, "both", "both_halves", levy=0.03).values():
        np.testing.assert_array_equal(values, 0)


def test_gains_point_the_right_way():
    names = ("wellbeing", "rural_income", "services", "young_per_old", "output_per_person")
    outcomes = dict.fromkeys(names, np.ones(1))
    equal, unequal = (benefit.gains({**outcomes, "income_ratio": np.array([r])}) for r in (1.5, 3.0))
    assert equal["gap"] > unequal["gap"]
    assert set(equal) == set(benefit.GAINS)


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
