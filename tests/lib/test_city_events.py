"""The events in China's cities on the project's tables, and the figures of an independent earlier calculation.

Tolerances say how far the two may differ: samples and degrees of freedom were not the same to a city.
"""

import numpy as np
import pandas as pd
import pytest

from symbiosis import tables
from symbiosis.evidence.city_events import (
    CLASSES,
    WINDOWS,
    bust_event_study,
    bust_window,
    growth_on_size,
    hubei,
    mining_design,
    pass_through,
    registration_classes,
)
from symbiosis.evidence.design_diagnostics import side
from symbiosis.evidence.difference_in_differences import group_differences
from symbiosis.evidence.local_projections import local_projections
from symbiosis.measures.mining_bust import (
    COLUMNS,
    TERRITORY_CHANGES,
    CityPanel,
    census_code,
    city_panel,
    mining_exposure,
    registered_growth,
    urban_district_population,
)

OPEN = mining_design(province_effects=False)


@pytest.fixture(scope="module")
def loaded():
    return {
        n: tables.load(n) for n in ("china_cities", "china_counties", "china_prefectures", "china_county_industries")
    }


@pytest.fixture(scope="module")
def panel(loaded):
    return city_panel(*list(loaded.values())[:3])


@pytest.fixture(scope="module")
def classes(loaded):
    return registration_classes(loaded["china_cities"], loaded["china_counties"])


def near(found, value, low, high, tolerance):
    assert (found.value, found.low, found.high) == pytest.approx((value, low, high), abs=tolerance), str(found)


# The panel.


def test_every_city_of_the_design_has_its_exposure(panel, loaded) -> None:
    assert len(panel.units) + sum(panel.left_out.values()) == loaded["china_cities"]["city_code"].nunique()
    assert panel.units["exposure"].notna().all()
    assert panel.units["exposure"].between(0, 2).all()
    assert panel.logs["census population"].notna().all(axis=None)
    assert panel.units["exports"].dropna().between(0, 1).all()
    assert set(TERRITORY_CHANGES) <= set(loaded["china_cities"]["city_code"])
    assert panel.units["province"].nunique() == 30


def test_mining_alone_is_nearly_mining_and_utilities(loaded) -> None:
    both = mining_exposure(loaded["china_counties"])
    alone = mining_exposure(loaded["china_counties"], loaded["china_county_industries"], measure="mining")
    assert both["exposure"].corr(alone["exposure"]) == pytest.approx(0.992, abs=0.005)
    assert (alone["exposure"] <= both["exposure"] + 1e-12).all()
    with pytest.raises(ValueError, match="'mining' with industries"):
        mining_exposure(loaded["china_counties"], measure="mining")
    with pytest.raises(ValueError, match="nonfarm employed"):
        mining_exposure(loaded["china_counties"], of="everybody")


def test_exposure_of_made_up_counties() -> None:
    rows = pd.DataFrame({
        "year": 2010, "unit_id": ["1", "2", "3"], "prefecture_code": ["a", "a", "b"], "population": 1000.0,
        "age_0_14": 200.0, "schooling_junior_college": 30.0, "schooling_university": 10.0,
        "employed_sample": [100.0, 100, 100], "employed_agriculture": [50.0, 50, 0],
        "employed_industry": [40.0, 20, 90],
        "employed_manufacturing": [10.0, 10, 5], "employed_construction": [10.0, 10, 5],
    })  # fmt: skip
    found = mining_exposure(rows)
    # 20 of 200 are miners in a; in b 80 of 100, capped.
    assert found["exposure"].to_dict() == pytest.approx({"a": 1.0, "b": 2.0})
    assert found.loc["a", "manufacturing"] == pytest.approx(10)
    assert found.loc["a", "graduates"] == pytest.approx(5)
    of_nonfarm = mining_exposure(rows, of="nonfarm employed")["exposure"]
    assert of_nonfarm.to_dict() == pytest.approx({"a": 2.0, "b": 8.0})


def test_growth_of_registered_people_is_clean(loaded) -> None:
    growth = registered_growth(loaded["china_cities"])
    assert growth.abs().max().max() <= 12
    assert not (growth == 0).any().any()
    assert growth.loc["340100", [2011]].isna().all()
    assert growth.loc["410100", list(range(2010, 2017))].isna().all()


def test_codes_of_the_census() -> None:
    given = pd.Series(["110000", "520600", "320100"])
    assert census_code(given).tolist() == ["110100", "522200", "320100"]


def test_exports_above_gdp_are_real(loaded) -> None:
    rows = loaded["china_cities"].query("year == 2007")
    shares = (100 * rows["exports"] / rows["gdp"]).groupby(rows["city"]).max()
    for city, share in {"Shenzhen": 189, "Dongguan": 143, "Mudanjiang": 140, "Heihe": 103}.items():
        assert shares[city] == pytest.approx(share, abs=0.5)


# B1, the fall of coal.


def test_economy_falls_with_the_price_rises_and_falls_again(panel) -> None:
    for outcome in ("gdp", "gdp_industry"):
        for design in (OPEN, mining_design()):
            signs = [side(bust_window(panel, outcome, window, design).estimate) for window in WINDOWS]
            assert signs == [0, 0, -1, 1, -1], outcome
    assert side(bust_window(panel, "budget_revenue").estimate) == -1
    for design in (OPEN, mining_design()):
        assert side(bust_window(panel, "census population", (2010, 2020), design).estimate) == -1


def test_services_lean_on_province_effects_and_farms_show_no_effect(panel) -> None:
    # Suggestive only: without province effects the placebo of services fails, with them one province carries it.
    assert side(bust_window(panel, "gdp_services", "placebo", OPEN).estimate) == -1
    services = bust_window(panel, "gdp_services").diagnostics([bust_window(panel, "gdp_services", "placebo")])
    assert (services.placebo_passed, services.fragile) == (True, True)
    for design in (OPEN, mining_design()):
        assert side(bust_window(panel, "gdp_agriculture", "bust", design).estimate) == 0
    near(bust_window(panel, "gdp_agriculture", "placebo", OPEN).estimate, 8.1, 1.1, 15.2, 0.25)


def test_plain_permutation_rejects_where_studentized_and_wild_do_not(panel) -> None:
    farms, rng = bust_window(panel, "gdp_agriculture"), np.random.default_rng(0)
    shuffled = farms.permutation(rng, 2999)
    # .046, .14 and .43 were found; four cities with codes of their own in 2010 are in this sample besides.
    assert shuffled.p == pytest.approx(0.046, abs=0.03)
    assert shuffled.p_studentized == pytest.approx(0.14, abs=0.06)
    assert farms.wild_bootstrap(rng, 2999).p == pytest.approx(0.43, abs=0.08)


def test_pass_through_excludes_one_for_one_and_not_zero(panel) -> None:
    for design in (OPEN, mining_design()):
        found = pass_through(panel, design=design)
        assert found.bounded
        assert found.contains(0)
        assert not found.contains(1)
        assert found.first_stage_f > 10


def test_the_declared_columns_are_all_that_the_panel_reads(panel) -> None:
    few = city_panel(*(tables.load(name, [*tables.key(name), *columns]) for name, columns in COLUMNS.items()))
    pd.testing.assert_frame_equal(few.units, panel.units)
    assert few.left_out == panel.left_out
    for name, logs in panel.logs.items():
        pd.testing.assert_frame_equal(few.logs[name], logs)


def test_growth_on_size_is_in_the_unit_of_yearly_growth(panel) -> None:
    """A city side that falls evenly, farms that lose a part of it: the closed form of a straight fall."""
    rng = np.random.default_rng(3)
    years = range(2012, 2017)
    fall = -18 * panel.units["exposure"] + rng.normal(0, 4, len(panel.units))
    city = pd.DataFrame({year: 700 + fall * (year - 2012) / 4 for year in years})
    farms = pd.DataFrame({year: 500 + 0.3 * fall * (year - 2012) / 4 for year in years})
    made = CityPanel(panel.units, {"nonfarm": city, "gdp_agriculture": farms}, {})
    found = growth_on_size(made)
    # Growth 0.3 fall/4 a year; the mean size at the four starts is 3/8 of the fall.
    assert found.estimate == pytest.approx(0.3 / 4 / (3 / 8) * 100 * np.log(1.1), rel=1e-6)
    assert growth_on_size(made, without="Hebei").estimate == pytest.approx(found.estimate, rel=1e-6)
    real, through = growth_on_size(panel), pass_through(panel)
    assert real.contains(0)
    assert np.sign(real.estimate) == np.sign(through.estimate)
    assert growth_on_size(panel, by=1.21).estimate == pytest.approx(2 * real.estimate, rel=1e-6)


def test_leads_reject_over_the_boom_and_are_flat_when_prices_are(panel) -> None:
    study = bust_event_study(panel, "gdp", OPEN, years=range(2006, 2017))
    f, _ = study.leads_test()
    assert f == pytest.approx(3.2, abs=0.15)
    assert study.fit.joint_test([f"exposure {y}" for y in study.leads])[1] == pytest.approx(0.01, abs=0.006)
    assert study.leads_test()[1] < 0.05
    assert study.clusters == 30
    # Industry's steps of the boom are as large in no year as those of the bust.
    assert study.sensitivity(2016).breakdown > 1


def test_the_effect_is_largest_when_the_price_is_lowest(panel) -> None:
    for design in (OPEN, mining_design()):
        study = bust_event_study(panel, "gdp", design)
        path = {year: estimate.value for year, estimate in study.effects.items()}
        assert min((y for y in path if y <= 2021), key=path.__getitem__) == 2016
        assert path[2022] > path[2020]
        assert path[2024] < path[2022]


def test_the_other_exposure_gives_its_figures(loaded) -> None:
    other = city_panel(*list(loaded.values())[:3], of="nonfarm employed")
    short, window = mining_design(("nonfarm", "manufacturing", "log_population")), (2011, 2016)
    long = mining_design((*short.controls, "graduates"))

    def percent(outcome, design=short):
        return 100 * np.expm1(bust_window(other, outcome, window, design).estimate.value / 100)

    assert percent("gdp") == pytest.approx(-14, abs=1)
    assert percent("gdp_services") == pytest.approx(-5, abs=1)
    assert bust_window(other, "gdp", window, long).estimate.value == pytest.approx(-15, abs=1)
    # One more control takes the effect on people from -3.5 to 0.1 and leaves that on GDP.
    people = [bust_window(other, "census population", (2010, 2020), d).estimate for d in (short, long)]
    assert people[0].value == pytest.approx(-3.5, abs=0.4)
    assert people[1].value == pytest.approx(0.1, abs=0.4)
    assert (side(people[0]), side(people[1])) == (-1, 0)


# B2, the lockdown of Hubei.


def test_hubei_lost_in_2020_and_later_years_are_within_the_placebos(panel) -> None:
    found, earlier = hubei(panel), hubei(panel, first=2017, last=2019)
    assert len(found.placebos) == 19
    assert found.p == pytest.approx(1 / 20)
    assert found.estimate.high < 0
    assert not earlier.estimate.excludes()
    told = found.diagnostics(earlier)
    assert (told.placebo_passed, told.clusters, told.fragile) == (True, 1, False)
    for year in (2021, 2022):
        assert hubei(panel, first=year, last=year).p > 0.1
    assert (panel.units["province"] == "Hubei").sum() == 12


# A, the size classes of the rule on registration.


def test_sizes_of_classes(classes, loaded) -> None:
    # 287 cities and 107 of the smallest were found: one city had another code in the census of 2010.
    assert [int((classes.units["class"] == c).sum()) for c in CLASSES] == [108, 102, 52, 12, 14]
    later = urban_district_population(loaded["china_counties"], 2020)
    codes = loaded["china_cities"]["city_code"].drop_duplicates()
    size = pd.Series(np.where(codes.str.endswith("0000"), codes.str[:2] + "0100", codes), codes).map(later)
    assert int((size >= 5e6).sum()) == 24
    edges = [0, 5e5, 1e6, 3e6, 5e6, np.inf]
    both = pd.DataFrame({"old": classes.units["size"], "new": size}).dropna().astype(float)
    between = np.exp(0.6 * np.log(both["old"]) + 0.4 * np.log(both["new"]))
    old, middle, new = (pd.cut(v, edges, right=False, labels=False) for v in (both["old"], between, both["new"]))
    assert (old != middle).mean() == pytest.approx(0.21, abs=0.005)
    assert (old != new).mean() == pytest.approx(0.45, abs=0.005)


def test_flat_before_and_the_wrong_sign_after(classes) -> None:
    after, before = classes.differences(), classes.placebo()
    assert before.joint_p > 0.5
    for name in CLASSES[:-1]:
        assert side(after.effects[name]) == -1
        told = after.diagnostics(name, before)
        assert (told.placebo_passed, told.fragile) == (True, name == "3-5 m" and told.fragile)
    assert classes.break_year() == 2017
    assert classes.kept_ceilings_p() == pytest.approx(1 / 78)
    shuffled = after.permutation(np.random.default_rng(0), 999)
    assert (shuffled["p_studentized"] < 0.05).all()


def test_thresholds(classes) -> None:
    # No jump above a half point at one million; no power at three; at five a jump that a donut kills.
    assert classes.at_threshold(1e6).estimate.high < 0.5
    assert side(classes.at_threshold(5e5).estimate) == side(classes.at_threshold(3e6).estimate) == 0
    assert classes.at_threshold(3e6).estimate.high > 1.5
    five, donut = classes.at_threshold(5e6), classes.at_threshold(5e6, donut=0.1)
    near(five.estimate, 2.5, 0.6, 5.5, 1.2)
    assert not donut.estimate.excludes()
    assert five.diagnostics(donut).fragile
    assert five.below + five.above < 20
    for size in (4e5, 1.5e6, 2.5e6):
        assert not classes.at_threshold(size).estimate.excludes()


def test_against_cities_in_the_middle(classes) -> None:
    """An independent calculation, city and year effects, 2006-23, found +1.34 (.76 to 1.92) and -.38 (-.62 to -.15)."""
    small = {"< 1 m": CLASSES[:2]}
    municipalities = ["110000", "120000", "310000", "500000"]
    after = {"before": range(2006, 2014), "after": range(2014, 2024)}
    theirs = classes.joined(small, without=municipalities).differences("1-3 m", **after)
    near(theirs.effects[">= 5 m"], 1.34, 0.76, 1.92, 0.12)
    near(theirs.effects["< 1 m"], -0.38, -0.62, -0.15, 0.06)
    # Their match of codes lost the four municipalities, which grew less.
    ours = classes.joined(small).differences("1-3 m", **after)
    near(ours.effects[">= 5 m"], 1.01, 0.45, 1.57, 0.12)
    assert classes.joined(small).placebo("1-3 m").joint_p > 0.4
    assert ours.members["< 1 m"] == sum((classes.units["class"] == c).sum() for c in CLASSES[:2]) - 4


def test_joining_classes_changes_no_city(classes) -> None:
    joined = classes.joined({"small": CLASSES[:2]})
    assert (joined.units["size"] == classes.units["size"]).all()
    large = [">= 5 m", "3-5 m", "1-3 m"]
    pd.testing.assert_frame_equal(joined.mean_growth()[large], classes.mean_growth()[large])
    assert len(classes.joined({}, without=["110000"]).units) == len(classes.units) - 1
    with pytest.raises(ValueError, match="huge"):
        classes.joined({"small": ["huge"]})
    with pytest.raises(ValueError, match="999999"):
        classes.joined({}, without=["999999"])


def test_cities_that_kept_their_ceilings(classes) -> None:
    assert classes.kept_ceilings().low > 1
    assert not classes.kept_ceilings(before=range(2006, 2010), after=range(2010, 2014)).excludes()


def test_windows_of_a_threshold(classes) -> None:
    default = classes.at_threshold(1e6).estimate
    assert classes.at_threshold(1e6, before=range(2006, 2014), after=range(2015, 2020)).estimate == default
    assert not classes.at_threshold(1e6, before=range(2006, 2010), after=range(2010, 2014)).estimate.excludes()


def test_small_cities_seem_to_fall_in_2015(classes, loaded) -> None:
    # GDP per resident by size class: the fall of coal, not the rule, for mining cities are small.
    cities = loaded["china_cities"].assign(y=lambda d: 100 * np.log(d["gdp"] / d["resident_population"]))
    growth = cities.pivot_table(index="city_code", columns="year", values="y").diff(axis=1)
    change = growth[2015] - growth[[2011, 2012, 2013]].mean(axis=1)
    found = group_differences(change, classes.units["class"], reference=CLASSES[-1])
    assert found.effects["< 0.5 m"].value == pytest.approx(-6.3, abs=0.6)


# C1, order in time between countries.


def test_income_growth_comes_before_urbanization_not_after() -> None:
    rows = tables.load("countries").query("is_un_state")
    large = rows.query("year == 2015 and population >= 1e6")["country_code"]
    rows = rows[rows["country_code"].isin(large)].assign(income=lambda d: 100 * np.log(d["income_per_person"]))
    found = local_projections(
        rows, "income", "urban_share", unit="country_code", time="year", region="world_6region",
        dates=range(1970, 2016, 5),
    )  # fmt: skip
    assert all(side(found.effects[h]) == 1 for h in (-20, -15, -10, -5, 0))
    assert all(side(found.effects[h]) == 0 for h in (5, 10, 15, 20))
    assert found.diagnostics().placebo_passed is False


def test_unknown_outcomes_and_windows_are_named(panel) -> None:
    with pytest.raises(ValueError, match="no outcome 'happiness'"):
        bust_window(panel, "happiness")
    with pytest.raises(ValueError, match="window is 'war'"):
        bust_window(panel, "gdp", "war")
    with pytest.raises(ValueError, match="not all of"):
        hubei(panel, "census population")
