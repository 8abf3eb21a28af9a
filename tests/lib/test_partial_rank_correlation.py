"""Rank correlations against scipy, a closed form for partial ones, simulated truth and hostile input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from symbiosis.evidence.partial_rank_correlation import partial_rank_correlation, partial_rank_placebo, standard_ranks


def drawn(seed: int, n: int = 200, link: float = 0.5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    third, first = rng.standard_normal((2, n))
    second = link * first + third + rng.standard_normal(n)
    return pd.DataFrame({"a": first, "b": second, "c": third, "group": rng.integers(0, 10, n)})


@given(st.integers(0, 10_000))
def test_over_all_rows_it_is_spearmans(seed: int) -> None:
    frame = drawn(seed, 60).round(1)
    assert partial_rank_correlation(frame, "a", "b").value == pytest.approx(spearmanr(frame["a"], frame["b"])[0])


def test_the_partial_one_has_its_closed_form() -> None:
    frame = drawn(1)
    r = frame[["a", "b", "c"]].corr(method="spearman")
    ab, ac, bc = r.loc["a", "b"], r.loc["a", "c"], r.loc["b", "c"]
    expected = (ab - ac * bc) / np.sqrt((1 - ac**2) * (1 - bc**2))
    assert partial_rank_correlation(frame, "a", "b", given=["c"]).value == pytest.approx(expected)


def test_within_groups_no_difference_between_groups_matters() -> None:
    frame = drawn(2)
    moved = frame.assign(a=frame["a"] + 50 * frame["group"], b=np.exp(frame["b"] - 3 * frame["group"]))
    found = [partial_rank_correlation(one, "a", "b", within="group") for one in (frame, moved)]
    assert found[0].value == pytest.approx(found[1].value)
    assert abs(partial_rank_correlation(moved, "a", "b").value - found[1].value) > 0.3


def test_the_order_of_the_two_and_any_rising_scale_change_nothing() -> None:
    frame = drawn(3)
    here = partial_rank_correlation(frame, "a", "b").value
    assert partial_rank_correlation(frame, "b", "a").value == pytest.approx(here)
    assert partial_rank_correlation(frame.assign(a=np.exp(frame["a"])), "a", "b").value == pytest.approx(here)


@pytest.mark.parametrize("how", [{}, {"within": "group"}, {"cluster": "group"}, {"given": ["c"]}])
def test_unrelated_columns_are_told_apart_in_one_of_twenty(how: dict[str, object]) -> None:
    found = [partial_rank_correlation(drawn(seed, 120, link=0.0), "a", "b", **how).excludes() for seed in range(250)]  # type: ignore[arg-type]
    # With ten clusters only, errors are a little small.
    assert 0.015 < np.mean(found) < (0.12 if "cluster" in how else 0.085)


def test_a_real_link_is_found_and_exchange_kills_it() -> None:
    frame = drawn(4)
    found = partial_rank_correlation(frame, "a", "b", within="group")
    chance = partial_rank_placebo(frame, "a", "b", within="group", rng=np.random.default_rng(0))
    assert found.low > 0
    assert chance.estimate == pytest.approx(found.value)
    assert chance.low < 0 < chance.high < found.value


def test_groups_alone_and_missing_values_are_left_out() -> None:
    frame = drawn(5, 30).assign(group=np.arange(30) % 3)
    frame.loc[0, "group"] = 99
    frame.loc[1, "a"] = np.nan
    assert len(standard_ranks(frame, "a", "b", within="group")) == 28


@pytest.mark.parametrize(
    ("frame", "how", "words"),
    [
        (drawn(6), {"given": ["z"]}, "no column z"),
        (drawn(6, 4), {}, "4 rows without missing values"),
        (drawn(6).assign(b=1.0), {}, "b does not vary"),
    ],
)
def test_bad_input_is_named(frame: pd.DataFrame, how: dict[str, list[str]], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        partial_rank_correlation(frame, "a", "b", **how)  # type: ignore[arg-type]
