from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from symbiosis.measures.modernizations import (
    CITIES,
    CITY_COLUMNS,
    COUNTRY_COLUMNS,
    COUNTY_COLUMNS,
    MEASURES,
    SYSTEMS,
    USUAL,
    Indicator,
    between_quantiles,
    country_modernizations,
    county_modernizations,
    prefecture_modernizations,
    scaled,
    uneven_quarter,
)


def countries() -> pd.DataFrame:
    """Two states at three dates, one that doubles and one that halves every ten years, and what is left out."""
    rows = []
    for code, factor in (("AAA", 2.0), ("BBB", 0.5), ("TNY", 1.0), ("DEP", 1.0)):
        for n, year in enumerate((1990, 2000, 2010)):
            row = dict.fromkeys(COUNTRY_COLUMNS, 50.0) | {"country_code": code, "year": year, "country": code}
            row |= {"world_6region": "here", "is_un_state": code != "DEP", "population": 5e5 if code == "TNY" else 2e6}
            row |= {"gdp_per_person": 1000.0, "gdp_per_person_ppp": 1000.0 * factor**n, "mobile_subscriptions": 130.0}
            rows.append(row | {"agricultural_output": 6e6, "agricultural_labour": 2e3})
    return pd.DataFrame(rows).sample(frac=1, random_state=1, ignore_index=True)


def test_countries_have_their_indicators_and_their_growth_before_and_after() -> None:
    found = country_modernizations(countries()).sort_values(["country_code", "year"]).reset_index(drop=True)
    assert found["country_code"].tolist() == ["AAA"] * 3 + ["BBB"] * 3
    step = 10 * np.log(2)
    np.testing.assert_allclose(found["growth"], [step, step, np.nan, -step, -step, np.nan])
    np.testing.assert_allclose(found["past_growth"], [np.nan, step, step, np.nan, -step, -step])
    np.testing.assert_allclose(found["income_before"][1:3], np.log([1000, 2000]))
    assert np.exp(found["industrial_output"]).tolist() == pytest.approx([500] * 6)
    assert np.exp(found["farm_output"]).tolist() == pytest.approx([3000] * 6)
    assert found["phones"].tolist() == [100] * 6
    assert {one.column for ways in MEASURES.values() for one in ways.values()} | {CITIES.column} <= set(found)
    assert found["region_year"].nunique() == 3
    assert country_modernizations(countries(), since=2000)["year"].min() == 2000


def test_indices_are_scaled_within_their_group_and_places_with_gaps_left_out() -> None:
    places = pd.DataFrame({"a": [0.0, 5, 10, 100, 200, np.nan], "b": 1.0, "year": [1, 1, 1, 2, 2, 2]})
    places = places.assign(b=np.arange(6.0), c=np.arange(6.0) ** 2, d=-np.arange(6.0))
    four = [Indicator(name, -10, 40) for name in "abcd"]
    found = scaled(places, four, "rank", by="year")
    assert found["industry"].tolist() == pytest.approx([1 / 6, 0.5, 5 / 6, 0.25, 0.75])
    assert found["farming"].tolist() == pytest.approx([5 / 6, 0.5, 1 / 6, 0.75, 0.25])
    fixed = scaled(places, four, "goalposts")
    assert fixed["industry"].tolist() == pytest.approx([0.2, 0.3, 0.4, 1, 1])
    assert list(fixed.index) == [0, 1, 2, 3, 4]
    low, high = between_quantiles(places, four[0], 0.25)[1:]
    assert (low, high) == (5, 100)


def test_the_uneven_quarter_is_that_of_its_year_and_told_by_its_median_growth() -> None:
    spread = np.array([0, 1, 2, 9, 0, 1, 2, 30], dtype=float)
    places = pd.DataFrame({"year": [1] * 4 + [2] * 4, "growth": [1, 2, 3, 4, 4, 3, 2, 1.0], "industry": spread})
    places = places.assign(information=0.0, cities=0.0, farming=0.0)
    found = uneven_quarter(places)
    assert (found.index.tolist(), found["outgrew"].tolist()) == ([3, 7], [True, False])
    gap = places.assign(growth=places["growth"].where(places.index != 3))
    assert uneven_quarter(gap).index.tolist() == [2, 7]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda d: scaled(d, USUAL[:3], "rank"), "3 indicators; give one for each of industry"),
        (lambda d: scaled(d, USUAL, "rank"), "no column"),
        (lambda d: country_modernizations(d), "no column"),
        (lambda d: prefecture_modernizations(d, d, (2010, 2020)), "no column"),
    ],
)
def test_bad_input_is_named(call, message) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call(pd.DataFrame({"a": [1.0]}))


def test_counties_and_prefectures() -> None:
    county = {"employed_sample": 100.0, "employed_agriculture": 40.0, "employed_industry": 30.0, "employed_ict": 2.0}
    county |= {"population": 1000.0, "urban": 600.0, "urban_share": 60.0}
    wide = pd.DataFrame({f"{name}_2010": [value, value] for name, value in county.items()})
    table = county_modernizations(wide, 2010)
    assert list(table.columns) == list(SYSTEMS)
    assert table.iloc[0].tolist() == pytest.approx([0.5, 0.5, 0.6, 0.6])

    assert set(county) == set(COUNTY_COLUMNS)
    counties = pd.DataFrame([
        county | {"prefecture_code": code, "year": year} for code in (1, 1, 2, 3) for year in (2010, 2020)
    ])  # fmt: skip
    cities = pd.DataFrame([
        dict.fromkeys(CITY_COLUMNS, False)
        | {"city_code": code, "year": year, "province": "P", "gdp": 2e6 * (np.e if year == 2020 else 1)}
        | {"gdp_industry": 1e6, "gdp_agriculture": 8e5, "industry_share_of_gdp": 50.0, "mobile_subscribers": 500.0}
        | {"resident_jump": code == 3}
        for code in (1, 2, 3) for year in (2010, 2020)
    ])  # fmt: skip
    found = prefecture_modernizations(cities, counties, (2010, 2020))
    assert list(found.index) == [1, 2]
    assert found["growth"].tolist() == pytest.approx([10, 10])
    assert found.loc[1, ["population", "phones", "urban_share", "left_farming"]].tolist() == [2000, 25, 60, 60]
    money = found.loc[1, ["industrial_output", "farm_output"]].astype(float)
    assert np.exp(money).tolist() == pytest.approx([500, 1000])
