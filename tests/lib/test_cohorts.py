import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiosis import tables
from symbiosis.measures.cohorts import AGE_COLUMNS, BANDS, county_ages, follow_cohorts

SURVIVAL = np.array([np.linspace(0.99, 0.4, 16), np.linspace(0.995, 0.5, 16)])


def aged(first, survival=SURVIVAL):
    """People ten years later where nobody moves; the youngest two bands are born since."""
    second = np.zeros_like(first)
    second[..., 2:17] = first[..., :15] * survival[:, :15]
    second[..., 17] = first[..., 15:].sum(axis=-1) * survival[:, 15]
    return second


def a_country(seed, places=6):
    rng = np.random.default_rng(seed)
    first = rng.uniform(50, 1000, size=(places, 2, len(BANDS)))
    return rng, np.array([first, aged(first)])


def test_where_nobody_moves_nobody_is_missing():
    _, people = a_country(1)
    found = follow_cohorts(people, people.sum(axis=1))
    np.testing.assert_allclose(found.arrivals(), 0, atol=1e-9)
    np.testing.assert_allclose(found.ratio("15_19"), 1)
    np.testing.assert_allclose(found.ratios, SURVIVAL)
    assert found.bands[-1] == "75_plus"


def test_movers_are_found_in_full_by_cohort():
    """Thirty women aged 20 to 24 leave place 0 for place 1, before they turn 30: both are seen, to the person."""
    _, people = a_country(2)
    people[1, 0, 1, BANDS.index("30_34")] -= 30
    people[1, 1, 1, BANDS.index("30_34")] += 30
    found = follow_cohorts(people, people.sum(axis=1))
    np.testing.assert_allclose(found.arrivals(), [-30, 30, 0, 0, 0, 0], atol=1e-9)
    np.testing.assert_allclose(found.arrivals("20_24"), [-30, 30, 0, 0, 0, 0], atol=1e-9)
    np.testing.assert_allclose(found.arrivals("25_29"), 0, atol=1e-9)
    np.testing.assert_allclose(found.arrivals("0_4", "20_24"), [-30, 30, 0, 0, 0, 0], atol=1e-9)
    np.testing.assert_allclose(found.arrivals("0_4", "15_19"), 0, atol=1e-9)
    at = found.bands.index("20_24")
    both = people[1, :2, :, at + 2].sum() / (people[0, :2, :, at] * found.ratios[:, at]).sum()
    assert found.by_age([0, 1])[at] == pytest.approx(both)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_arrivals_of_all_places_add_up_to_nothing(seed):
    rng, people = a_country(seed)
    people[1] *= rng.uniform(0.5, 1.5, size=people[1].shape)
    assert follow_cohorts(people, people.sum(axis=1)).arrivals("15_19").sum() == pytest.approx(0, abs=1e-6)


def test_worse_survival_in_a_place_passes_for_leaving():
    """The method's known weakness: two percent more deaths than in the whole read as two percent who left."""
    _, people = a_country(3)
    whole = people.sum(axis=1)
    people[1, 0] *= 0.98
    np.testing.assert_allclose(follow_cohorts(people, whole).ratio()[0], 0.98)


@pytest.mark.parametrize(
    ("people", "whole", "message"),
    [
        (np.ones((2, 3, 2, 17)), np.ones((2, 2, 18)), "people has shape"),
        (np.ones((2, 3, 2, 18)), np.ones((2, 2, 17)), "whole has shape"),
        (np.ones((2, 3, 36)), np.ones((2, 2, 18)), "people has 3 dimensions"),
        (-np.ones((2, 3, 2, 18)), np.ones((2, 2, 18)), "people is -1"),
        (np.ones((2, 3, 2, 18)), np.zeros((2, 2, 18)), "has nobody at the first census"),
    ],
)
def test_hostile_input(people, whole, message):
    with pytest.raises(ValueError, match=message):
        follow_cohorts(people, whole)


def test_a_cohort_that_is_not_followed():
    _, people = a_country(1)
    with pytest.raises(ValueError, match="no cohort '85_plus'"):
        follow_cohorts(people, people.sum(axis=1)).arrivals("85_plus")
    with pytest.raises(ValueError, match="ages run from 20_24 down to 0_4"):
        follow_cohorts(people, people.sum(axis=1)).ratio("20_24", "0_4")


def test_the_tables_of_the_project_close_and_give_the_published_totals():
    counties, ages = tables.load("china_counties"), tables.load("china_county_ages")
    matched = counties[counties["match_id"].fillna("") != ""]
    units = matched.loc[matched["year"] == 2010, "match_id"].tolist()[:50]
    people, whole = county_ages(counties, ages, units)
    assert people.shape == (2, 50, 2, 18)
    # Without military personnel, as the tables are.
    np.testing.assert_allclose(whole.sum(axis=(1, 2)), [1_332_810_869, 1_409_778_724], rtol=1e-7)
    row = matched[(matched["year"] == 2020) & (matched["match_id"] == units[7])]
    assert people[1, 7].sum() == pytest.approx(row["population"].iloc[0], abs=10)
    found = follow_cohorts(people, whole)
    assert 0.9 < (whole[1, :, 5:].sum() / whole[0, :, 3:].sum()) < 0.92
    assert ((found.ratios > 0.2) & (found.ratios < 1.2)).all()


def test_a_unit_without_ages_is_named():
    ages = pd.DataFrame([dict.fromkeys(AGE_COLUMNS, 1) | {"year": y, "unit_id": "1"} for y in (2010, 2020)])
    counties = pd.DataFrame({"year": [2010, 2020], "unit_id": ["1", "1"], "match_id": ["1", "1"]})
    assert county_ages(counties, ages, ["1"])[0].shape == (2, 1, 2, 18)
    with pytest.raises(ValueError, match="1 units have no ages, the first is '9'"):
        county_ages(counties, ages, ["9"])
