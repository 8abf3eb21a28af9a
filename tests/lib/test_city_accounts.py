"""Accounts of cities and counties, and what output would be with everybody at home."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis import tables
from symbiosis.measures.city_accounts import (
    FLAGS,
    UNITS,
    away,
    city_accounts,
    county_accounts,
    output_at_home,
    summed,
)

CITIES = pd.DataFrame(
    {
        "city_code": ["110000", "130100", "130200", "500000"],
        "city": ["A", "B", "C", "D"],
        "province": ["P", "Q", "Q", "R"],
        "gdp": [400.0, 100.0, 100.0, 150.0],
        "resident_population": [200.0, 100.0, 90.0, 110.0],
        "registered_population": [120.0, 130.0, 130.0, 120.0],
        "land_area": [10.0, 10.0, 10.0, 10.0],
        **{flag: False for flag in FLAGS},
    }
)
COUNTIES = pd.DataFrame(
    {
        "prefecture_code": ["110100", "130100", "130200", "500100", "500200"],
        "population": [200.0, 100.0, 90.0, 60.0, 50.0],
        "migrants_same_province": [10.0, 8.0, 6.0, 6.0, 4.0],
        "migrants_other_province": [90.0, 6.0, 4.0, 5.0, 5.0],
    }
)


def test_what_stays_leaves_and_arrives_adds_up() -> None:
    frame = city_accounts(CITIES, COUNTIES).frame
    assert frame.loc["110000", "prefecture_code"] == "110100"
    assert frame["arrivals"].tolist() == pytest.approx([100, 14, 10, 20])
    assert frame["home_population"].sum() == pytest.approx(frame["population"].sum())
    assert (frame["stayers"] + frame["arrivals"]).tolist() == pytest.approx(frame["population"].tolist())
    assert (frame["stayers"] + frame["departures"]).tolist() == pytest.approx(frame["home_population"].tolist())
    assert frame["departures"].sum() == pytest.approx(frame["arrivals"].sum())
    assert frame["gdp_per_resident"].tolist() == pytest.approx([2, 1, 100 / 90, 150 / 110])


def test_fewer_moves_across_a_border_but_never_fewer_than_it_takes() -> None:
    half = city_accounts(CITIES, COUNTIES, crossed=0.5).frame
    assert half["arrivals"].tolist() == pytest.approx([95, 10, 7, 15])
    # With no moves at all in the census a city that has more residents than registered people still got them.
    none = city_accounts(CITIES, COUNTIES.assign(migrants_same_province=0.0, migrants_other_province=0.0)).frame
    got = none.loc["110000"]
    assert got["arrivals"] == pytest.approx(got["population"] - 0.995 * got["home_population"])
    assert (none["departures"] > 0).all()


def test_what_is_left_out_is_counted() -> None:
    flagged = CITIES.assign(resident_jump=[False, True, False, None])
    found = city_accounts(flagged.assign(gdp=[400.0, 1.0, np.nan, 150.0]), COUNTIES)
    assert found.left_out == {"a figure is missing": 1, "flagged": 1, "not in the census": 0}
    assert city_accounts(CITIES, COUNTIES.iloc[1:]).left_out["not in the census"] == 1
    with pytest.raises(ValueError, match="land_area"):
        city_accounts(CITIES.drop(columns="land_area"), COUNTIES)
    with pytest.raises(ValueError, match="crossed"):
        city_accounts(CITIES, COUNTIES, crossed=50)


def test_output_of_counties_adds_up_to_the_prefecture() -> None:
    cities = pd.DataFrame(
        {"city_code": ["130100"], "gdp_agriculture": [10.0], "gdp_industry": [60.0], "gdp_services": [30.0],
         "shares_disagree": [False]}
    )  # fmt: skip
    counties = pd.DataFrame(
        {"unit_id": ["1", "2", "3", "4"], "kind": ["district", "district", "county", "county"], "province": "Q",
         "prefecture_code": ["130100"] * 3 + ["139900"], "population": [50.0, 50.0, 100.0, 9.0],
         "registered": [40.0, 40.0, 120.0, 9.0], "employed_agriculture": [1.0, 0.0, 9.0, 1.0],
         "employed_industry": [2.0, 2.0, 2.0, 1.0], "employed_services": [5.0, 4.0, 1.0, 1.0]}
    )  # fmt: skip
    found = county_accounts(cities, counties)
    assert found.left_out == {"without output or registered people": 1}
    assert found.frame["output"].tolist() == pytest.approx([1 + 20 + 15, 20 + 12, 9 + 20 + 3])
    both = summed(found.frame, "county")
    assert both["output"].tolist() == pytest.approx([32, 68])
    assert summed(found.frame, "city")["output"].tolist() == pytest.approx([100])
    with pytest.raises(ValueError, match="unit"):
        summed(found.frame, "village")  # type: ignore[arg-type]


@given(st.integers(0, 10_000), st.floats(-0.4, 0.2))
def test_output_at_home_in_closed_form(seed: int, agglomeration: float) -> None:
    rng = np.random.default_rng(seed)
    people, home, pay = (rng.uniform(1, 10, 8) for _ in range(3))
    scaled = home * people.sum() / home.sum()
    by_hand = (pay * (scaled / people) ** agglomeration * scaled).sum() / (pay * people).sum() - 1
    found = output_at_home(pay * people, people, 7 * home, agglomeration=agglomeration)
    assert found == pytest.approx(100 * by_hand)
    assert output_at_home(pay * people, people, people) == pytest.approx(0)
    # Where everybody makes the same, nothing hangs on who lives where.
    assert output_at_home(people, people, home) == pytest.approx(0)
    assert 0 <= away(people, home) <= 1
    assert away(people, 3 * people) == pytest.approx(0)


def test_the_finer_the_map_the_more_people_are_away() -> None:
    """On the real tables; adding places up can only hide moves."""
    cities, counties = (tables.load(name).query("year == 2010") for name in ("china_cities", "china_counties"))
    frame = county_accounts(cities, counties).frame
    found = [away(s["population"], s["registered"]) for s in (summed(frame, unit) for unit in UNITS)]
    assert found == sorted(found)
    with pytest.raises(ValueError, match="residents"):
        output_at_home([1.0, 2.0], [0.0, 1.0], [1.0, 1.0])
