"""Agglomeration against congestion, and the three definitions of a big city."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis import tables
from symbiosis.charts.blocks import draw_blocks
from symbiosis.charts.style import new_figure
from symbiosis.measures.city_units import (
    COLUMNS,
    big_city_gains,
    city_units,
    grown_alike,
    prefecture_of_2020,
)
from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.models.space.city_size import CitySize

SHARE, SMALL = st.floats(0, 1), st.floats(0.01, 0.3)


@given(SMALL, st.floats(0.002, 0.03), st.floats(0.002, 0.04), SHARE)
def test_no_size_is_better_than_the_best(agglomeration: float, cost: float, density: float, shared: float) -> None:
    city = CitySize(agglomeration=agglomeration, commuting_cost=cost, density=density, shared_rent=shared)
    best = city.best_size()
    around = city.accounts(best * np.array([0.5, 0.9, 1.1, 2.0])).net
    assert (around < city.accounts(best).net).all()


@given(SMALL, st.floats(0.002, 0.03), st.floats(0.002, 0.04))
def test_at_the_best_size_rent_pays_for_what_neighbours_gain(agglomeration: float, cost: float, density: float) -> None:
    """The theorem of Henry George (Arnott and Stiglitz 1979), where residents keep the rent."""
    city = CitySize(agglomeration=agglomeration, commuting_cost=cost, density=density, shared_rent=1.0)
    at = city.accounts(city.best_size())
    assert at.rent == pytest.approx(agglomeration * at.output)


def test_accounts_add_up_and_the_edge_is_where_it_should_be() -> None:
    city = CitySize(commuting_cost=0.01, density=0.01, shared_rent=0.0)
    at = city.accounts(np.pi)
    # R = sqrt(pi / (pi 0.01)) = 10 km, so the edge costs a tenth.
    assert at.commuting + at.rent == pytest.approx(0.1)
    assert at.net == pytest.approx(at.output - 0.1)
    assert at.commuting == pytest.approx(2 * at.rent)


def test_commuting_is_the_mean_over_a_disc() -> None:
    radius = np.sqrt(np.random.default_rng(1).random(200_000)) * np.sqrt(4 / (np.pi * 0.01))
    assert CitySize().accounts(4.0).commuting == pytest.approx(0.01 * radius.mean(), rel=5e-3)


def test_the_top_is_flat_and_denser_homes_make_it_larger() -> None:
    city = CitySize()
    low, high = city.nearly_best(0.01)
    assert low < city.best_size() < high
    assert city.accounts(np.array([low, high])).net == pytest.approx(0.99 * city.accounts(city.best_size()).net)
    assert high / low > 3
    assert CitySize(density=0.02).best_size() / city.best_size() == pytest.approx(2 ** (0.5 / 0.45))


def test_draws_have_the_shape_of_the_draws() -> None:
    many = CitySize(agglomeration=np.array([0.03, 0.05, 0.1]))
    assert many.best_size().shape == (3,)
    assert many.nearly_best()[0].shape == (3,)


def test_hostile_settings_are_refused() -> None:
    with pytest.raises(EquilibriumError, match="commuting_cost is 0"):
        CitySize(commuting_cost=0.0).best_size()
    with pytest.raises(EquilibriumError, match="agglomeration is 0"):
        CitySize(agglomeration=0.0).nearly_best()
    assert CitySize(agglomeration=0.0).best_size() == 0
    with pytest.raises(ValueError, match="loss is 1"):
        CitySize().nearly_best(1.0)


def test_three_definitions_by_hand() -> None:
    #       stays big, crosses, falls, small
    first, last = np.array([5.0, 0.8, 1.2, 0.2]), np.array([6.0, 1.4, 0.9, 0.7])
    gains = big_city_gains(first, last, line=1.0)
    assert gains.new == pytest.approx(1.8)
    assert gains.one_rule == pytest.approx((7.4 - 6.2) / 1.8)
    assert gains.last_list == pytest.approx((1.0 + 0.6) / 1.8)
    assert gains.first_list == pytest.approx((1.0 - 0.3) / 1.8)
    assert gains.crossed == pytest.approx((0.8 - 1.2) / 1.8)
    assert (gains.cities_first, gains.cities_last) == (2, 2)
    with pytest.raises(ValueError, match="need a total that grew"):
        big_city_gains(last, first)


@given(st.lists(st.tuples(st.floats(0, 20), st.floats(0, 20)), min_size=1, max_size=30), st.floats(0.1, 15))
def test_one_rule_is_the_last_list_and_people_who_were_there(pairs: list[tuple[float, float]], line: float) -> None:
    first, last = np.array(pairs).T
    if last.sum() - first.sum() < 1e-3 or first.sum() == 0:
        return
    gains = big_city_gains(first, last, line=line)
    assert gains.one_rule == pytest.approx(gains.last_list + gains.crossed, abs=1e-9)


def test_growing_alike_keeps_the_total_and_every_share() -> None:
    first, last = np.array([4.0, 1.0, 0.5]), np.array([4.0, 2.0, 2.0])
    alike = grown_alike(first, last)
    assert alike.sum() == pytest.approx(last.sum())
    assert alike / alike.sum() == pytest.approx(first / first.sum())
    assert big_city_gains(first, alike, line=0.9).first_list == pytest.approx(5 / 5.5)


def test_cities_of_china_hold_every_city_person_once() -> None:
    counties = tables.load("china_counties", ["year", "unit_id", *COLUMNS])
    totals = counties.groupby("year")["urban"].sum()
    for unit in ("city", "district or county", "prefecture"):
        for boundaries in ("2020", "each census"):
            cities = city_units(counties, unit=unit, boundaries=boundaries)
            assert cities["urban_2010"].sum() == totals[2010]
            assert cities["urban_2020"].sum() == totals[2020]
    cities = city_units(counties)
    gains = big_city_gains(cities["urban_2010"], cities["urban_2020"])
    assert (gains.one_rule, gains.last_list, gains.first_list) == pytest.approx((0.701, 0.532, 0.459), abs=0.001)


def test_hostile_tables_are_refused() -> None:
    with pytest.raises(ValueError, match="unit is 'town'"):
        city_units(pd.DataFrame(), unit="town")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no column year"):
        city_units(pd.DataFrame({"unit_id": []}))


def test_blocks_stand_side_by_side_with_their_total() -> None:
    _, (axes,) = new_figure()
    draw_blocks(axes, ["a", "b"], {"one": ([1, 2], "urban"), "two": ([3, 0], "rural")}, xlabel="x", reference=2)
    assert [bar.get_width() for bar in axes.patches] == [1, 2, 3, 0]
    assert [bar.get_x() for bar in axes.patches] == [0, 0, 1, 2]
    assert [text.get_text() for text in axes.texts] == ["4", "2"]
    with pytest.raises(ValueError, match="block 'one' has 1 lengths for 2 bars"):
        draw_blocks(axes, ["a", "b"], {"one": ([1], "urban")}, xlabel="x")


def test_the_prefecture_of_2020_follows_the_county() -> None:
    rows = pd.DataFrame({
        "year": [2010, 2010, 2010, 2020, 2020], "match_id": ["a", "b", "", "a", "b"],
        "prefecture_code": ["522200", "100", "200", "520600", "101"],
    })  # fmt: skip
    assert prefecture_of_2020(rows).tolist() == ["520600", "101", "200", "520600", "101"]
    with pytest.raises(ValueError, match="match_id"):
        prefecture_of_2020(rows.drop(columns="match_id"))


def test_nobody_is_lost_by_naming_prefectures_of_2020() -> None:
    counties = tables.load("china_counties", ["year", "unit_id", "match_id", "prefecture_code", "registered"])
    code, then = prefecture_of_2020(counties), counties["year"] == 2010
    assert counties[then].groupby(code)["registered"].sum().sum() == counties.loc[then, "registered"].sum()
    assert code[~then].tolist() == counties.loc[~then, "prefecture_code"].tolist()
