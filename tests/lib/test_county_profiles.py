import numpy as np
import pandas as pd
import pytest

from symbiosis import tables
from symbiosis.measures.county_profiles import FEATURES, county_profiles, feature_percentiles, rural_counties


def unit(match_id, year, kind="county", later="", **changes):
    row = {
        "match_id": match_id, "year": year, "name": f"Place {match_id}", "kind_2010": kind, "kind_2020": later or kind,
        "district_by": None, "province": "P", "prefecture": "Q", "prefecture_code": "1", "longitude": 110.0,
        "latitude": 30.0, "coordinate_source": "place name", "boundary_change_suspected": False, "population": 100_000,
        "urban": 30_000, "rural": 70_000, "agriculture_share_of_employment": 60.0, "employed_manufacturing": 10,
        "employed_sample": 100, "schooling_years": 8.0, "tap_water_share": 40.0, "toilet_share": 50.0,
        "floor_space_per_person": 30.0, "age_0_14": 20_000, "age_60_64": 4_000, "age_65_79": 5_000,
        "age_80_plus": 1_000, "birth_rate": 12.0, "death_rate": 7.0,
    }  # fmt: skip
    return {**row, **changes}


COUNTIES = pd.DataFrame([
    unit("a", 2010), unit("a", 2020, population=80_000, urban=40_000, rural=40_000, birth_rate=np.nan),
    unit("b", 2010, kind="district", latitude=31.0), unit("b", 2020, kind="district", latitude=31.0),
    unit("c", 2010, schooling_years=np.nan), unit("c", 2020),
    unit("", 2020), unit("d", 2020),
])  # fmt: skip
PREFECTURES = pd.DataFrame({"year": [2010, 2010, 2020], "population": [3e6, np.nan, 9e9], "longitude": [110.0] * 3,
                            "latitude": [30.0, 31.0, 31.0]})  # fmt: skip
CITIES = pd.DataFrame({"country_code": ["CHN", "CHN", "IND"], "source_name": ["place"] * 3,
                       "population": [2_000_000, 900_000, 9_000_000], "longitude": [110.0] * 3,
                       "latitude": [32.0, 30.0, 30.0]})  # fmt: skip


def test_a_profile_by_hand():
    profiles = county_profiles(COUNTIES, PREFECTURES, CITIES)
    row = profiles.frame.loc["a"]
    assert row["growth"] == pytest.approx(np.log(0.8))
    assert row["urban_share"] == pytest.approx(0.3)
    assert row["farm_share"] == pytest.approx(0.6)
    assert row["manufacturing_share"] == pytest.approx(0.1)
    assert row["aged"] == pytest.approx(0.1)
    assert row["children"] == pytest.approx(0.2)
    assert row["natural_rate"] == pytest.approx(0.005)
    assert row["tap_water"] == pytest.approx(0.4)
    # The only prefecture of 2010 with a figure stands where the county does: counted at 30 km.
    assert row["market_access"] == pytest.approx(np.log(3e6 / 30))
    assert row["city_km"] == pytest.approx(2 * 111.195, abs=0.01)
    assert row["city_distance"] == pytest.approx(np.log(row["city_km"]))


def test_what_cannot_be_followed_is_counted():
    profiles = county_profiles(COUNTIES, PREFECTURES, CITIES)
    assert sorted(profiles.frame.index) == ["a", "b"]
    assert profiles.frame["in_city"].tolist() == [False, True]
    assert profiles.left_out == {
        "not matched between the dates": 1, "without figures at both dates": 1, "without a full profile in 2010": 1,
    }  # fmt: skip


def test_a_county_that_became_a_district_is_judged_by_what_it_was():
    later = [unit("e", year, later="district") for year in (2010, 2020)]
    profiles = county_profiles(pd.concat([COUNTIES, pd.DataFrame(later)]), PREFECTURES, CITIES).frame
    assert not profiles.loc["e", "in_city"]
    assert sorted(rural_counties(profiles).index) == ["a", "e"]
    assert sorted(rural_counties(profiles, districts=True).index) == ["a", "b", "e"]
    assert sorted(rural_counties(profiles.assign(boundary_change_suspected=True), moved_borders=True).index) == [
        "a",
        "e",
    ]
    with pytest.raises(ValueError, match="no unit had under 10%"):
        rural_counties(profiles, most_urban=0.1)


def test_no_city_to_be_near_to():
    with pytest.raises(ValueError, match="no prefecture or no big city to be near to"):
        county_profiles(COUNTIES, PREFECTURES, CITIES.iloc[1:])


def test_the_tables_of_the_project_give_finite_profiles():
    profiles = county_profiles(*(tables.load(n) for n in ("china_counties", "china_prefectures", "world_cities")))
    values = profiles.frame[list(FEATURES)].to_numpy(float)
    assert np.isfinite(values).all()
    assert len(values) > 2_700
    shares = profiles.frame[["urban_share", "farm_share", "manufacturing_share", "tap_water", "toilet", "aged"]]
    assert ((shares >= 0) & (shares <= 1)).all(axis=None)


def test_percentiles_lie_evenly_around_the_middle():
    frame = pd.DataFrame({name: [3.0, 1.0, 2.0, 2.0] for name in FEATURES})
    found = feature_percentiles(frame)
    assert found.shape == (4, len(FEATURES))
    assert found[:, 0] == pytest.approx([87.5, 12.5, 50, 50])
