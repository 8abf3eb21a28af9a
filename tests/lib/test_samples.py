"""A cross-section says who is in, who is out and why."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.measures.samples import cross_section, ranked, two_dates

FRAME = pd.DataFrame(
    {
        "country": ["Delta", "Alpha", "Beta", "Gamma", "Alpha"],
        "country_code": ["DDD", "AAA", "BBB", "CCC", "AAA"],
        "year": [2000, 2000, 2000, 2000, 2001],
        "population": [5e6, 2e6, 3e4, 9e6, 2e6],
        "urban_share": [50.0, 60.0, 70.0, np.nan, 61.0],
        "is_un_state": [True, True, False, True, True],
    }
)


def test_everyone_with_figures_in_order_of_code() -> None:
    sample = cross_section(FRAME, 2000, ["urban_share"])
    assert sample.frame["country_code"].tolist() == ["AAA", "BBB", "DDD"]
    assert sample.frame.index.tolist() == [0, 1, 2]
    assert len(sample) == 3
    assert dict(sample.left_out) == {"without figures": 1}
    assert sample.sentence.endswith("in 2000; left out: 1 without figures")


def test_conditions_are_counted_one_after_another() -> None:
    sample = cross_section(FRAME, 2000, ["urban_share"], minimum_population=3e6, states_only=True)
    assert sample.frame["country_code"].tolist() == ["DDD"]
    assert sum(sample.left_out.values()) == 3
    assert sample.left_out["not states of the United Nations"] == 1
    assert sample.left_out["with fewer than 3,000,000 people"] == 1


def test_the_limit_itself_counts() -> None:
    assert len(cross_section(FRAME, 2000, ["urban_share"], minimum_population=5e6)) == 1


@pytest.mark.parametrize(
    ("year", "columns", "options", "message"),
    [
        (1900, ["urban_share"], {}, "no country has figures for year 1900; choose one from 2000 to 2001"),
        (2000, ["urban"], {}, "countries has no column urban; see data/README.md"),
        (2000, ["urban_share"], {"minimum_population": 1e10}, "under these conditions; relax one"),
    ],
)
def test_nothing_left_is_an_error(year: int, columns: list[str], options: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cross_section(FRAME, year, columns, **options)


def test_the_table_itself_is_left_alone() -> None:
    before = FRAME.copy()
    cross_section(FRAME, 2000, ["urban_share"], states_only=True)
    pd.testing.assert_frame_equal(FRAME, before)


@given(
    st.lists(
        st.tuples(st.floats(1, 1e9), st.one_of(st.none(), st.floats(0, 100)), st.booleans()), min_size=1, max_size=30
    ),
    st.floats(0, 1e9),
    st.booleans(),
)
def test_nobody_gets_lost(rows: list[tuple[float, float | None, bool]], minimum: float, states: bool) -> None:
    frame = pd.DataFrame(
        {
            "country_code": [f"{i:03d}" for i in range(len(rows))], "year": 2000,
            "population": [r[0] for r in rows],
            "urban_share": np.array([np.nan if r[1] is None else r[1] for r in rows], float),
            "is_un_state": [r[2] for r in rows],
        }
    )  # fmt: skip
    wanted = sum(p >= minimum and u is not None and (s or not states) for p, u, s in rows)
    if wanted == 0:
        with pytest.raises(ValueError, match="relax one"):
            cross_section(frame, 2000, ["urban_share"], minimum_population=minimum, states_only=states)
        return
    sample = cross_section(frame, 2000, ["urban_share"], minimum_population=minimum, states_only=states)
    assert len(sample) == wanted
    assert len(sample) + sum(sample.left_out.values()) == len(rows)


def test_change_between_two_dates_in_percent():
    rows = pd.DataFrame({"place": ["a", "b"] * 2, "year": [2010, 2010, 2020, 2020], "rural": [100, 0, 80, 5]})
    both = two_dates(rows, key="place", columns=["rural"], years=(2010, 2020))
    change = both.change("rural")
    assert change["a"] == pytest.approx(-20)
    assert np.isnan(change["b"])
    with pytest.raises(ValueError, match="no column 'urban' at two dates"):
        both.change("urban")


def test_places_without_a_key_are_counted_and_those_without_figures_too():
    rows = pd.DataFrame({
        "place": ["a", "b", "", None, "a", "b", ""], "year": [2010, 2010, 2010, 2010, 2020, 2020, 2020],
        "rural": [100.0, 50.0, 7.0, 8.0, 80.0, np.nan, 9.0], "name": list("pqrstuv"),
    })  # fmt: skip
    both = two_dates(rows, key="place", columns=["rural"], years=(2010, 2020), describe=["name"])
    assert both.frame.to_dict("index") == {"a": {"rural_2010": 100.0, "rural_2020": 80.0, "name": "t"}}
    assert dict(both.left_out) == {"not matched between the dates": 3, "without figures at both dates": 1}
    with pytest.raises(ValueError, match="no place has figures for 2030"):
        two_dates(rows, key="place", columns=["rural"], years=(2010, 2030))


def test_as_declared_nobody_is_left_out_for_size_or_status() -> None:
    small = FRAME.assign(population=0.0, is_un_state=False)
    assert len(cross_section(small, 2000, ["urban_share"])) == 3
    assert set(cross_section(small, 2000, ["urban_share"]).left_out) == {"without figures"}


def test_ranks_are_stretched_to_the_spread_of_the_values() -> None:
    frame = pd.DataFrame({"year": [1, 1, 1, 2, 2], "x": [0.0, 1.0, 8.0, 5.0, 3.0]})
    found = ranked(frame, ["x"], within="year")["x"].to_numpy()
    spread = np.std([0, 1, 8]) / np.std([1, 2, 3])
    np.testing.assert_allclose(found, [3 - spread, 3, 3 + spread, 5, 3], rtol=1e-12)
