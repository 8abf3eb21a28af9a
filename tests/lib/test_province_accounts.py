import numpy as np
import pandas as pd
import pytest

from symbiosis import tables
from symbiosis.measures.province_accounts import FLAGS, province_accounts


def _cities(**changes):
    table = pd.DataFrame(
        {
            "province": ["A", "A", "B", "C"],
            "gdp": [100.0, 300.0, 120.0, 10.0],
            "resident_population": [10.0, 10.0, 10.0, 1.0],
            "registered_population": [9.0, 6.0, 14.0, 1.0],
            "land_area": [5.0, 5.0, 20.0, 1.0],
        }
    ).assign(**dict.fromkeys(FLAGS, False))
    return table.assign(**changes)


CENSUS = pd.DataFrame(
    {"province": ["A", "B", "C"], "population": [20, 12, 10], "migrants_other_province": [6, 1, 1]}
)  # fmt: skip


def test_accounts_add_up():
    found = province_accounts(_cities(), CENSUS)
    frame = found.frame
    assert list(frame.index) == ["A", "B"]
    assert dict(found.left_out) == {"C": pytest.approx(0.1)}
    assert found.cities_used == 3
    # A: 15 registered per 20 residents; B: 14 per 10, of 12 residents: 16.8. Scaled from 31.8 to 32.
    assert found.scale == pytest.approx(32 / 31.8)
    assert frame["home_population"].tolist() == pytest.approx([15 * 32 / 31.8, 16.8 * 32 / 31.8])
    assert frame["home_population"].sum() == pytest.approx(frame["population"].sum())
    assert frame["departures"].sum() == pytest.approx(frame["arrivals"].sum())
    assert frame["stayers"].tolist() == [14, 11]
    assert frame.loc["A", "gdp_per_resident"] == pytest.approx(20)
    assert frame.loc["A", "density"] == pytest.approx(2)


def test_flagged_and_missing_cities_are_dropped_and_counted():
    found = province_accounts(_cities(gdp=[100.0, np.nan, 120.0, 10.0]), CENSUS, smallest_cover=0.4)
    assert found.dropped["a figure is missing"] == 1
    flagged = province_accounts(_cities(resident_jump=[False, True, False, None]), CENSUS, smallest_cover=0.4)
    assert flagged.dropped["resident_jump"] == 1
    assert flagged.frame.loc["A", "gdp_per_resident"] == pytest.approx(10)
    kept = province_accounts(_cities(resident_jump=[False, True, False, None]), CENSUS, flags=(), smallest_cover=0.4)
    assert kept.frame.loc["A", "gdp_per_resident"] == pytest.approx(20)


def test_impossible_figures_and_bad_input_are_named():
    with pytest.raises(ValueError, match="figures of A"):
        province_accounts(_cities(registered_population=[1.0, 1.0, 14.0, 1.0]), CENSUS)
    with pytest.raises(ValueError, match="cities lacks the columns gdp"):
        province_accounts(_cities().drop(columns="gdp"), CENSUS)
    with pytest.raises(ValueError, match="census lacks"):
        province_accounts(_cities(), CENSUS.drop(columns="population"))
    with pytest.raises(ValueError, match="twice"):
        province_accounts(_cities(), pd.concat([CENSUS, CENSUS]))
    with pytest.raises(ValueError, match="smallest_cover"):
        province_accounts(_cities(), CENSUS, smallest_cover=60)
    with pytest.raises(ValueError, match="fewer than two"):
        province_accounts(_cities(), CENSUS.assign(population=[200, 120, 100]))


def test_the_tables_of_2020_agree_to_a_percent():
    found = province_accounts(
        tables.load("china_cities").query("year == 2020"), tables.load("china_provinces").query("year == 2020")
    )
    assert found.scale == pytest.approx(1, abs=0.01)
    assert set(found.left_out) == {"Hainan", "Xinjiang"}
    assert found.frame["departures"].min() > 0


def test_a_province_at_the_smallest_cover_is_in():
    at = CENSUS.assign(population=[20, 10, 10])  # A is covered whole, B whole, C to a tenth
    assert list(province_accounts(_cities(), at, smallest_cover=1.0).frame.index) == ["A", "B"]
    # Six of the ten residents of B live in its city: as declared, that is just enough.
    figures = {"resident_population": [10.0, 10.0, 6.0, 1.0], "registered_population": [9.0, 6.0, 9.0, 1.0]}
    assert list(province_accounts(_cities(**figures), at).frame.index) == ["A", "B"]
    with pytest.raises(ValueError, match="fewer than two"):
        province_accounts(_cities(**{**figures, "resident_population": [10.0, 10.0, 5.9, 1.0]}), at)


@pytest.mark.parametrize("cover", [0.0, -0.1, 1.01, np.nan])
def test_a_cover_is_a_fraction_above_zero(cover):
    with pytest.raises(ValueError, match="smallest_cover"):
        province_accounts(_cities(), CENSUS, smallest_cover=cover)


def test_a_province_without_cities_is_covered_to_nothing():
    more = pd.concat([CENSUS, pd.DataFrame({"province": ["D"], "population": [1], "migrants_other_province": [0]})])
    found = province_accounts(_cities(), more)
    assert found.left_out["D"] == 0
    assert list(found.frame.index) == ["A", "B"]
