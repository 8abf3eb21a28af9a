"""Births and deaths of the integrated economy: against the tables they come from, and against the two censuses."""

import numpy as np
import pytest

from symbiosis import tables
from symbiosis.economy import demography as inputs
from symbiosis.economy import measured
from symbiosis.economy.ages import COHORTS, ages_in, by_cohort, filled, older_by_a_year
from symbiosis.economy.china_moments import EASTERN
from symbiosis.economy.demography import demography, life_expectancy, national
from symbiosis.economy.model import Economy
from symbiosis.economy.parameters import UNCERTAIN

BANDS = [*(f"{age}_{age + 4}" for age in range(0, 85, 5)), "85_plus"]


@pytest.fixture(scope="module")
def china():
    return tables.load("countries").query("country_code == 'CHN'").set_index("year")


@pytest.fixture(scope="module")
def counties():
    return tables.load("china_counties")


def line(frame, outcome, share):
    """A weighted line of an outcome on a share in percent: its values at none and at all."""
    rows = frame[frame[[outcome, share]].notna().all(axis=1)]
    root = np.sqrt(rows["population"].to_numpy(float))
    design = np.column_stack([np.ones(len(rows)), rows[share] / 100]) * root[:, None]
    (none, slope), *_ = np.linalg.lstsq(design, rows[outcome].to_numpy(float) * root, rcond=None)
    return none, none + slope


def test_census_ages_are_those_of_the_table():
    ages = tables.load("china_county_ages").groupby("year").sum(numeric_only=True)
    for year, kept in ((2010, inputs.CENSUS_2010), (2020, inputs.CENSUS_2020)):
        counted = [ages.loc[year, [f"male_{band}", f"female_{band}"]].sum() / 1e6 for band in BANDS]
        np.testing.assert_allclose(kept, counted, atol=1e-6)


def test_official_figures_are_those_of_the_tables(china):
    national_table = tables.load("china_national")
    chosen = national_table["series"].eq("total_population") & national_table["vintage"].eq("revised")
    official = national_table[chosen].set_index("year")["value"]
    for year, millions in inputs.OFFICIAL_MILLIONS.items():
        assert official[year] / 1e6 == pytest.approx(millions)
    for year, expected in inputs.LIFE_EXPECTANCY.items():
        both = china.loc[year, ["life_expectancy_female", "life_expectancy_male"]].mean()
        assert both == pytest.approx(expected, abs=1e-3)
    for year, deaths in inputs.INFANT_DEATHS.items():
        assert china.loc[year, "infant_mortality"] / 1000 == pytest.approx(deaths)


def test_measured_changes_are_those_of_the_tables(counties):
    cities = tables.load("china_cities")
    known = cities[cities[["exports", "gdp", "gdp_agriculture"]].notna().all(axis=1) & (cities["exports"] >= 0)]
    sums = known.groupby([known["province"].isin(EASTERN), "year"])[["exports", "gdp", "gdp_agriculture"]].sum()
    share = sums["exports"] / (sums["gdp"] - sums["gdp_agriculture"])
    np.testing.assert_allclose(measured.EXPORTS_COAST, share[True], atol=5e-4)
    np.testing.assert_allclose(measured.EXPORTS_INLAND, share[False], atol=5e-4)
    for year, (villages, towns) in measured.HOMES.items():
        rows = counties[counties["year"] == year]
        ends = np.array([line(rows, f"{name}_share", "urban_share") for name in ("tap_water", "toilet", "bath")])
        assert np.minimum(ends, 100).mean(axis=0) / 100 == pytest.approx([villages, towns], abs=0.005)
    rural, urban = line(counties[counties["year"] == 2010], "schooling_years", "nonagricultural_registered_share")
    assert urban - rural == pytest.approx(measured.URBAN_SCHOOLING, abs=0.05)


def test_schooling_of_a_cohort_is_what_people_gained_between_the_censuses():
    years = {"primary": 6, "junior_secondary": 9, "senior_secondary": 12, "junior_college": 15, "university": 16}
    provinces = tables.load("china_provinces")
    mean = {}
    for year, rows in provinces.groupby("year"):
        all_years = sum(length * rows[f"schooling_{name}"].sum() for name, length in years.items())
        pupils = tables.load("china_county_ages").query("year == @year").sum(numeric_only=True)
        children = sum(pupils[f"{sex}_{band}"] for sex in ("male", "female") for band in ("5_9", "10_14"))
        mean[year] = (all_years - 3 * children * 0.9) / (rows["population"].sum() - rows["age_0_14"].sum())
    assert (mean[2020] - mean[2010]) / 10 == pytest.approx(measured.SCHOOLING_A_COHORT, abs=0.01)
    before, after = measured.schooling(2000), measured.schooling(2005)
    np.testing.assert_allclose(after[1:], before[:-1])
    np.testing.assert_allclose(after[1:8] - after[2:9], 5 * measured.SCHOOLING_A_COHORT)


def test_cohorts_hold_every_age_once():
    for year in range(2000, 2051):
        ages = ages_in(year)
        np.testing.assert_allclose(ages.child + ages.young + ages.older + ages.old, 1)
        assert 1 <= filled(year) <= 5
        middle = by_cohort(np.arange(110.0), year)
        assert np.diff(middle)[1:-1] == pytest.approx(5)
        assert middle[0] == (filled(year) - 1) / 2
    assert ages_in(2000).child.sum() == 3
    people = np.arange(1.0, COHORTS + 1)
    np.testing.assert_array_equal(older_by_a_year(people, 2001, axis=0), people)
    moved = older_by_a_year(people, 2000, axis=0)
    assert moved.sum() == people.sum()
    assert moved[0] == 0
    assert moved[-1] == people[-1] + people[-2]


def test_population_and_ages_are_those_of_the_censuses():
    course, start = national(2024), demography()
    census = {2010: np.array(inputs.CENSUS_2010), 2020: np.array(inputs.CENSUS_2020)}
    official = {2010: 1340.91, 2020: 1412.12, 2024: 1408.28}
    for year, millions in official.items():
        assert course[year - 2000].sum() * start.millions == pytest.approx(millions, rel=0.02)
        # Against 2000, as the official series has it.
        assert course[year - 2000].sum() == pytest.approx(millions / 1267.43, rel=0.02)
    for year, counted in census.items():
        found = course[year - 2000] * start.millions
        found = np.append(found[:17], found[17:].sum())
        misses = np.abs(found / counted - 1)
        order = np.argsort(misses)
        weight = np.cumsum(counted[order]) / counted.sum()
        assert misses[order][np.searchsorted(weight, 0.5)] < 0.02
        # In groups of ages: the shares that decide births, work and pensions.
        for low, high in ((3, 8), (8, 12), (12, 18)):
            share = found[low:high].sum() / found.sum()
            assert share == pytest.approx(counted[low:high].sum() / counted.sum(), rel=0.02)
    # Children under five are what the census of 2010 missed most; those of 2020 are taken as counted.
    assert course[20][:3].sum() / course[20].sum() == pytest.approx(census[2020][:3].sum() / 1409.78, rel=0.02)


def test_cohorts_survive_as_between_the_censuses():
    course = national(2020)
    ours = course[20][3:17] / course[10][1:15]
    counted = np.array(inputs.CENSUS_2020)[3:17] / np.array(inputs.CENSUS_2010)[1:15]
    people = np.array(inputs.CENSUS_2010)[1:15]
    misses = np.abs(ours / counted - 1)
    order = np.argsort(misses)
    assert misses[order][np.searchsorted(np.cumsum(people[order]) / people.sum(), 0.5)] < 0.02
    broad = [(1, 8), (8, 12), (12, 15)]
    for low, high in broad:
        mine = course[20][low + 2 : high + 2].sum() / course[10][low:high].sum()
        theirs = sum(inputs.CENSUS_2020[low + 2 : high + 2]) / sum(inputs.CENSUS_2010[low:high])
        assert mine == pytest.approx(theirs, rel=0.02)


def test_natural_growth_has_the_official_sign_and_size():
    course = Economy().simulate(2025)
    official = tables.load("china_national").query("series == 'natural_growth_rate'").set_index("year")["value"]
    for year, rate in official.items():
        assert 1000 * float(course.natural_growth[year - 1 - 2000]) == pytest.approx(rate, abs=0.02)


def test_deaths_and_lives_are_near_figures_that_were_not_used(china):
    start = demography()
    for year in (2005, 2010, 2015):
        infant = (1 - inputs.infant_survival(year)) / 0.8
        both = china.loc[year, ["life_expectancy_female", "life_expectancy_male"]].mean()
        assert life_expectancy(start.force * start.mortality_level(year), infant) == pytest.approx(both, abs=1.2)
    course = Economy().years(2025)
    for now in course:
        year = now.year + 1
        if year in (2010, 2015, 2020, 2024):
            rate = 1000 * now.flows.died.sum() / now.markets.heads.residents.sum()
            assert rate == pytest.approx(china.loc[year, "death_rate"], rel=0.1)
    assert 0.9 < start.total_fertility(2024) < 1.2
    assert 1.2 < start.total_fertility(2008) < 1.8


def test_until_2024_all_draws_have_the_people_of_the_inputs():
    rng = np.random.default_rng(5)
    draws = Economy(**{p.name: rng.uniform(p.lower, p.upper, 6) for p in UNCERTAIN}, farm_productivity=2.0)
    course = national(2024)
    for now in draws.years(2025):
        if now.year <= 2024:
            everybody = now.state.people.sum(axis=(0, 1))
            np.testing.assert_allclose(
                everybody, np.broadcast_to(course[now.year - 2000][:, None], (19, 6)), rtol=1e-12
            )
    more = draws.replace(fertility_2050=1.4).simulate().population[:, -1]
    assert (more > draws.replace(fertility_2050=0.7).simulate().population[:, -1]).all()


def test_rural_registration_with_more_births_makes_a_country_with_fewer_citizens_grow():
    economy = Economy(rural_fertility=1.6)
    few, many = (economy.replace(conversion=rate).simulate() for rate in (0.0, 0.2))
    assert few.population[-1] > many.population[-1]
    np.testing.assert_allclose(few.population[:25], many.population[:25], rtol=1e-12)
