"""The split of an age gap against its closed form, its limits, simulated truth and hostile input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.evidence.ageing_by_absence import ageing_by_absence, old_if_at_home, tails
from symbiosis.models.interplay.cross_attribution import shapley_values


def two_places(old: float = 100.0, away: float = 0.5) -> pd.DataFrame:
    """In each of two provinces a place that nobody left and one that a part left; a tenth of all are old."""
    rows = [
        {"province": name, "registered": 1000.0, "population": population, "old": kept}
        for name in "AB"
        for population, kept in ((1000.0, 100.0), (1000 * (1 - away), old))
    ]
    return pd.DataFrame(rows)


def split(places: pd.DataFrame, **how: object):  # type: ignore[no-untyped-def]
    return ageing_by_absence(places, **{"cut": 0.5, "rng": np.random.default_rng(0), "resamples": 50, **how})  # type: ignore[arg-type]


def test_if_only_the_young_leave_absence_makes_all_of_the_gap() -> None:
    found = split(two_places())
    assert found.gap.value == pytest.approx(10.0)
    assert found.absence.value == pytest.approx(10.0)
    assert found.age.value == pytest.approx(0.0)
    assert found.part.value == pytest.approx(1.0)


@given(st.floats(0.05, 0.9), st.floats(0.01, 0.5))
def test_if_the_absent_are_as_old_as_the_stayers_absence_makes_nothing(away: float, share: float) -> None:
    places = two_places(old=1000 * (1 - away) * share, away=away)
    found = split(places, absent_old=share)
    assert found.absence.value == pytest.approx(0.0, abs=1e-9)
    assert found.age.value == pytest.approx(100 * share - 10)


@given(st.floats(10, 400), st.floats(0.05, 0.6), st.floats(0, 0.2))
def test_it_is_the_shapley_value_and_adds_up(old: float, away: float, absent_old: float) -> None:
    places = two_places(old, away)
    found = split(places, absent_old=absent_old)
    kept, people = np.array([100.0, old]), np.array([1000.0, 1000 * (1 - away)])
    at_home = (kept + absent_old * (1000 - people)) / 1000
    below = at_home * people / kept
    shares = shapley_values(lambda on: 100 * at_home[int(on[0])] / below[int(on[1])], 2)
    assert [found.age.value, found.absence.value] == pytest.approx(list(shares))
    assert found.gap.value == pytest.approx(100 * old / people[1] - 10)


def test_tails_are_taken_of_all_or_of_each_province() -> None:
    places = two_places().assign(province=list("AABB"))
    places.loc[places["province"] == "B", "population"] -= 400
    assert tails(places, 0.25).tolist() == [0, -1, -1, 1]
    assert tails(places, 0.5, within_provinces=True).tolist() == [0, 1, 0, 1]


def test_intervals_hold_the_truth_about_as_often_as_they_promise() -> None:
    rng, held = np.random.default_rng(7), []
    for _ in range(150):
        effect = np.repeat(rng.normal(0, 0.01, 30), 20)
        n = len(effect)
        registered, away = np.full(n, 1000.0), np.tile([0.0, 0.3], n // 2)
        old = 1000 * (0.1 + effect)
        frame = pd.DataFrame({"province": np.repeat(np.arange(30).astype(str), 20), "registered": registered})
        frame = frame.assign(population=registered * (1 - away), old=old)
        found = ageing_by_absence(frame, cut=0.5, within_provinces=True, rng=rng, resamples=200)
        held.append(found.absence.low <= 100 * 0.1 * (1 / 0.7 - 1) <= found.absence.high)
    assert 0.88 <= np.mean(held) <= 0.99


def test_at_home_the_absent_come_back_into_the_share() -> None:
    assert old_if_at_home(two_places(), [0.0, 0.1]) == pytest.approx([10.0, 12.5])


@pytest.mark.parametrize(
    ("places", "how", "words"),
    [
        (two_places().drop(columns="old"), {}, "no column old"),
        (two_places(), {"cut": 0.7}, "cut is 0.7"),
        (two_places(), {"absent_old": 5}, "absent_old is 5"),
        (two_places(), {"cut": 0.01}, "tails holds no places"),
    ],
)
def test_bad_input_is_named(places: pd.DataFrame, how: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        split(places, **how)
