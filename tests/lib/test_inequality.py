from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.measures import inequality as iq

incomes = st.lists(st.floats(0.1, 1e6), min_size=2, max_size=30)


def sample(seed, units=40):
    rng = np.random.default_rng(seed)
    income = rng.lognormal(0, 0.8, units)
    people = rng.uniform(0.1, 5, units)
    province = rng.integers(0, 12, units)
    return income, people, province, province // 4


@pytest.mark.parametrize("index", ["T", "L"])
@pytest.mark.parametrize("seed", range(5))
def test_d_05_theil_parts_add_up_exactly(index, seed):
    income, people, province, region = sample(seed)
    split = iq.theil_decomposition(income, {"region": region, "province": province}, weights=people, index=index)
    assert split.total == pytest.approx((iq.theil_t if index == "T" else iq.theil_l)(income, people), abs=1e-12)
    assert sum(split.between.values()) + split.within == pytest.approx(split.total, abs=1e-12)
    assert min(*split.between.values(), split.within) >= -1e-12


def test_d_05_weights_are_income_shares_for_t_and_population_shares_for_l():
    income, people, province, _ = sample(3)
    for index, column, sign in (("T", "income_share", 1), ("L", "population_share", -1)):
        split = iq.theil_decomposition(income, {"province": province}, weights=people, index=index)
        weight = split.groups[column]
        by_hand = weight @ split.groups["inequality"] + sign * weight @ np.log(split.groups["relative_mean"])
        assert by_hand == pytest.approx(split.total, abs=1e-12)
        other = split.groups["population_share" if index == "T" else "income_share"]
        wrong = other @ split.groups["inequality"] + sign * other @ np.log(split.groups["relative_mean"])
        assert abs(wrong - split.total) > 0.01
    assert split.groups[["population_share", "income_share"]].sum().tolist() == pytest.approx([1, 1])


def test_gini_is_half_the_relative_mean_difference():
    income, people, _, _ = sample(1)
    share = people / people.sum()
    difference = share @ np.abs(income[:, None] - income) @ share
    assert iq.gini(income, people) == pytest.approx(difference / (2 * share @ income), abs=1e-12)


@pytest.mark.parametrize("spread", [1.0, 1e-7], ids=["unequal", "nearly equal"])
@pytest.mark.parametrize("weighted", [True, False])
def test_gini_agrees_with_exact_fractions_to_the_last_digits(spread, weighted):
    income, people, _, _ = sample(2, units=300)
    income = 1 + spread * income
    weights = people if weighted else np.ones(300)
    ordered = sorted((Fraction(y), Fraction(w)) for y, w in zip(income.tolist(), weights.tolist(), strict=True))
    everybody, below, total = sum(w for _, w in ordered), Fraction(0), Fraction(0)
    for y, w in ordered:
        total += w * y * (2 * below + w - everybody)
        below += w
    exact = float(total / (everybody * sum(w * y for y, w in ordered)))
    assert iq.gini(income, weights if weighted else None) == pytest.approx(exact, rel=1e-14 / spread, abs=0)


def test_gini_leaves_its_arguments_as_they_are():
    income, people, _, _ = sample(4)
    before = income.copy(), people.copy()
    iq.gini(income), iq.gini(income, people)
    np.testing.assert_array_equal((income, people), before)


@given(incomes, st.floats(0.01, 100))
def test_measures_do_not_depend_on_the_unit_of_money_and_vanish_when_equal(values, factor):
    for measure in (iq.gini, iq.theil_t, iq.theil_l, iq.williamson_coefficient):
        scaled = measure([v * factor for v in values])
        assert scaled == pytest.approx(measure(values), rel=1e-6, abs=1e-9)
        assert measure([values[0]] * 3) == pytest.approx(0, abs=1e-12)


@given(incomes)
def test_a_weight_of_two_is_a_unit_twice(values):
    weights = np.arange(1, len(values) + 1) % 3 + 1
    twice = np.repeat(values, weights)
    for measure in (iq.gini, iq.theil_t, iq.theil_l, iq.williamson_coefficient):
        assert measure(values, weights) == pytest.approx(measure(twice), rel=1e-9, abs=1e-10)


@given(incomes, st.data())
def test_a_transfer_from_rich_to_poor_lowers_gini_and_theil(values, data):
    poor, rich = int(np.argmin(values)), int(np.argmax(values))
    gap = values[rich] - values[poor]
    if gap < 0.01 * values[rich]:
        return
    given_away = gap * data.draw(st.floats(0.05, 0.45))
    after = list(values)
    after[poor] += given_away
    after[rich] -= given_away
    for measure in (iq.gini, iq.theil_t, iq.theil_l, iq.williamson_coefficient):
        assert measure(after) < measure(values) + 1e-12


def test_limits():
    n = 1000
    one = np.zeros(n)
    one[0] = 1.0
    assert iq.gini(one) == pytest.approx(1 - 1 / n)
    assert iq.theil_t(one) == pytest.approx(np.log(n))
    rng = np.random.default_rng(0)
    logs = rng.normal(0, 0.5, 200_000)
    assert iq.theil_t(np.exp(logs)) == pytest.approx(0.125, abs=0.002)
    assert iq.theil_l(np.exp(logs)) == pytest.approx(0.125, abs=0.002)


def test_williamson_by_hand():
    assert iq.williamson_coefficient([1, 3], [3, 1]) == pytest.approx(np.sqrt(0.75) / 1.5)
    assert iq.williamson_coefficient([1, 3]) == pytest.approx(0.5)


def test_lorenz_curve_begins_and_ends_and_bends_upwards():
    income, people, _, _ = sample(2)
    share, held = iq.lorenz_curve(income, people)
    assert (share[0], held[0], share[-1], held[-1]) == (0, 0, 1, 1)
    assert (np.diff(held) / np.diff(share))[1:].min() > 0
    assert (np.diff(np.diff(held) / np.diff(share)) >= -1e-9).all()


def test_group_extremes():
    income, people, _, _ = sample(5)
    all_between = iq.theil_decomposition(income, {"unit": np.arange(len(income))}, weights=people)
    assert all_between.within == pytest.approx(0, abs=1e-12)
    all_within = iq.theil_decomposition(income, {"whole": np.zeros(len(income))}, weights=people)
    assert all_within.between["whole"] == pytest.approx(0, abs=1e-12)
    assert all_within.within == pytest.approx(all_within.total, abs=1e-12)


def test_labels_name_the_rows():
    split = iq.theil_decomposition([1.0, 2.0, 4.0], {"province": pd.Series(["B", "A", "B"], index=[7, 8, 9])})
    assert split.groups.index.tolist() == ["A", "B"]
    assert split.groups.loc["B", "population_share"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: iq.gini([1, -1]), "values is -1"),
        (lambda: iq.gini([0, 0]), "values are all zero"),
        (lambda: iq.gini([1, np.nan]), "not finite"),
        (lambda: iq.gini([1, 2], [1]), "one of weights for each of values"),
        (lambda: iq.gini([1, 2], [1, 0]), "weights is 0"),
        (lambda: iq.gini([[1, 2]]), "2 dimensions"),
        (lambda: iq.theil_l([0, 1]), "values is 0"),
        (lambda: iq.theil_decomposition([1, 2], {}), "levels is empty"),
        (lambda: iq.theil_decomposition([1, 2], {"p": ["a"]}), "p holds 1 labels for 2 values"),
        (lambda: iq.theil_decomposition([1, 2], {"p": ["a", None]}), "p is missing for 1 values"),
        (lambda: iq.theil_decomposition([1, 2], {"p": [1, 2]}, index="G"), "choose 'T' or 'L'"),
        (lambda: iq.theil_decomposition([1, 2], {"r": ["x", "y"], "p": ["a", "a"]}), "p 'a' lies in more than one"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
