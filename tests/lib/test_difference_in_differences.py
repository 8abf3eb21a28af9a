from math import comb

import numpy as np
import pandas as pd
import pytest

from symbiosis.evidence.difference_in_differences import (
    break_position,
    change_of_means,
    density_jump,
    discontinuity,
    exact_p,
    group_differences,
)
from symbiosis.evidence.least_squares import least_squares


def groups(rng, sizes=(40, 30, 15), effects=(0.0, 0.0, 0.0), spreads=(1.0, 1.0, 1.0)):
    labels = np.repeat(["a", "b", "z"], sizes)
    y = np.concatenate([e + s * rng.normal(size=n) for n, e, s in zip(sizes, effects, spreads, strict=True)])
    index = [f"p{i}" for i in range(len(y))]
    return pd.Series(y, index), pd.Series(labels, index)


def test_effects_are_differences_of_means_with_the_errors_of_hc3() -> None:
    change, labels = groups(np.random.default_rng(0), effects=(1.0, 0.5, 0.0))
    found = group_differences(change, labels, reference="z")
    for name in ("a", "b"):
        ours, theirs = change[labels == name], change[labels == "z"]
        assert found.effects[name].value == pytest.approx(ours.mean() - theirs.mean())
        # HC3 of a mean: squared residuals over (1 - 1/n)^2, summed over n^2.
        variance = sum(((g - g.mean()) ** 2).sum() / (len(g) - 1) ** 2 for g in (ours, theirs))
        half = found.effects[name].high - found.effects[name].value
        assert half == pytest.approx(variance**0.5 * float(found.fit.critical))
    assert dict(found.members) == {"a": 40, "b": 30, "z": 15}


def test_a_balanced_panel_gives_the_two_way_estimate() -> None:
    rng = np.random.default_rng(1)
    growth = pd.DataFrame(rng.normal(size=(30, 6)), columns=range(2000, 2006))
    treated = pd.Series(["t"] * 10 + ["c"] * 20)
    found = group_differences(change_of_means(growth, range(2000, 2004), [2004, 2005]), treated, reference="c")
    long = growth.rename_axis("place").reset_index().melt("place", var_name="year", value_name="y")
    long["x"] = ((long["place"] < 10) & (long["year"].astype(int) >= 2004)).astype(float)
    two_way = least_squares(long, "y", ["x"], effects=["place", "year"])
    assert found.effects["t"].value == pytest.approx(two_way.estimate("x").value)


def test_tests_of_groups_hold_their_size_where_spreads_differ() -> None:
    rng = np.random.default_rng(2)
    joint, single, student = [], [], []
    for draw in range(400):
        found = group_differences(*groups(rng, spreads=(1.0, 2.0, 3.0)), reference="z")
        joint.append(found.joint_p < 0.05)
        single.append(found.effects["a"].excludes())
        if draw < 100:
            student.append(found.permutation(rng, 99).loc["a", "p_studentized"] <= 0.05)
    assert all(0.01 <= np.mean(r) <= 0.095 for r in (joint, single))
    assert np.mean(student) <= 0.14


def test_permutation_agrees_with_counting() -> None:
    change, labels = groups(np.random.default_rng(3), sizes=(3, 0, 4), effects=(1.5, 0, 0))
    found = group_differences(change, labels, reference="z")
    drawn = found.permutation(np.random.default_rng(0), 20_000).loc["a", "p"]
    assert drawn == pytest.approx(exact_p(change, change.index[:3]), abs=0.015)


def test_exact_p_of_the_two_lowest_of_thirteen() -> None:
    values = pd.Series(np.arange(13.0), [f"c{i}" for i in range(13)])
    assert exact_p(values, ["c0", "c1"], alternative="less") == pytest.approx(1 / comb(13, 2))
    assert exact_p(values, ["c0", "c1"]) == pytest.approx(2 / 78)
    assert exact_p(values, ["c0", "c1"], alternative="greater") == 1
    with pytest.raises(ValueError, match="1 of 2 chosen"):
        exact_p(values, ["c0", "nowhere"])
    with pytest.raises(ValueError, match="alternative is 'up'"):
        exact_p(values, ["c0"], alternative="up")


def test_break_position() -> None:
    assert break_position([0, 0.1, 0, 3, 3.1, 2.9]) == 3
    with pytest.raises(ValueError, match="at least 4"):
        break_position([1, 2, 3])


def test_diagnostics_of_groups() -> None:
    rng = np.random.default_rng(4)
    change, labels = groups(rng, effects=(3.0, 0.0, 0.0))
    found, before = (group_differences(c, labels, reference="z") for c in (change, groups(rng)[0]))
    told = found.diagnostics("a", before)
    assert (told.placebo_passed, told.clusters, told.fragile) == (not before.effects["a"].excludes(), 15, False)
    left = found.leave_one_out("a")
    assert len(left.groups) == 55
    without = change.drop("p0")
    assert left.estimates[0].value == pytest.approx(without[labels == "a"].mean() - without[labels == "z"].mean())


def jumps(rng, n=400, jump=0.0):
    s = rng.uniform(-1, 1, size=n)
    return 0.5 * s + 0.8 * s * (s > 0) + jump * (s >= 0) + (0.5 + 0.5 * (s > 0)) * rng.normal(size=n), s


def test_a_discontinuity_is_the_gap_of_two_weighted_lines() -> None:
    y, s = jumps(np.random.default_rng(5), jump=1.0)
    found = discontinuity(y, s, bandwidth=0.45)
    ends = []
    for inside in ((s < 0) & (s > -0.45), (s >= 0) & (s < 0.45)):
        weight = np.sqrt(1 - np.abs(s[inside]) / 0.45)
        ends.append(np.polyfit(s[inside], y[inside], 1, w=weight)[1])
    assert found.estimate.value == pytest.approx(ends[1] - ends[0])
    assert found.estimate.low < 1 < found.estimate.high
    assert (found.below, found.above) == (int(((s < 0) & (s > -0.45)).sum()), int(((s >= 0) & (s < 0.45)).sum()))
    donut = discontinuity(y, s, bandwidth=0.45, donut=0.1)
    assert donut.below + donut.above == int(((np.abs(s) >= 0.1) & (np.abs(s) < 0.45)).sum())
    assert found.diagnostics(donut).fragile == (donut.estimate.excludes() != found.estimate.excludes())


# What rdrobust 2.1.1 (Calonico, Cattaneo, Farrell and Titiunik 2017) gives for these data, triangular kernel, hc3:
# half bandwidth, jump, its standard error, places below and above. Its dependencies do not go with our lock.
RDROBUST = (
    (0.3, 1.3652560315014535, 0.4486827158963799, 56, 58),
    (0.45, 1.4827853302491625, 0.3185191821058261, 78, 83),
    (0.7, 1.5049562539186725, 0.21766518420764613, 131, 142),
)


@pytest.mark.parametrize(("bandwidth", "jump", "error", "below", "above"), RDROBUST)
def test_a_discontinuity_is_that_of_rdrobust(
    bandwidth: float, jump: float, error: float, below: int, above: int
) -> None:
    ours = discontinuity(*jumps(np.random.default_rng(6), jump=1.0), bandwidth=bandwidth)
    assert ours.estimate.value == pytest.approx(jump, abs=1e-6)
    assert float(ours.fit.standard_errors[0]) == pytest.approx(error, rel=1e-6)
    assert (ours.below, ours.above) == (below, above)


def test_sizes_at_a_threshold() -> None:
    rng = np.random.default_rng(7)
    jump, density = [], []
    for _ in range(300):
        found = discontinuity(*jumps(rng), bandwidth=0.45)
        jump.append(found.estimate.excludes())
        density.append(found.density.excludes())
    assert 0.01 <= np.mean(jump) <= 0.1
    assert 0.005 <= np.mean(density) <= 0.1


def test_sorting_shows_in_the_density() -> None:
    rng = np.random.default_rng(8)
    s = rng.uniform(-1, 1, 1000)
    moved = np.where((s < 0) & (s > -0.2) & (rng.random(1000) < 0.7), -s, s)
    assert density_jump(moved, bandwidth=0.45).low > 0
    # Three quarters of all lie above: the log of their odds.
    uneven = np.where(np.arange(4000) % 4 > 0, 1, -1) * rng.uniform(0, 1, 4000)
    assert density_jump(uneven, bandwidth=0.5).value == pytest.approx(np.log(3), abs=0.2)


def test_a_density_of_none_is_no_placebo() -> None:
    # Nothing right below the threshold: the line through the counts below ends under zero.
    s = np.r_[-(np.linspace(0.3, 1, 200) ** 0.5), np.linspace(0.01, 1, 200)]
    found = discontinuity(np.sin(s * 7), s, bandwidth=0.9)
    assert np.isnan(found.density.value)
    assert found.diagnostics(found).placebo_passed is None
    assert np.isnan(density_jump(s, bandwidth=0.1).value)


def test_bad_input_is_named() -> None:
    change, labels = groups(np.random.default_rng(9))
    with pytest.raises(ValueError, match="reference 'q'"):
        group_differences(change, labels, reference="q")
    with pytest.raises(ValueError, match="has a single place"):
        group_differences(change, labels.where(labels.index != "p0", "alone"), reference="z")
    with pytest.raises(ValueError, match="give at least 99"):
        group_differences(change, labels, reference="z").permutation(np.random.default_rng(0), 5)
    with pytest.raises(ValueError, match="no effect of 'q'"):
        group_differences(change, labels, reference="z").leave_one_out("q")
    with pytest.raises(ValueError, match="no year 1999"):
        change_of_means(pd.DataFrame({2000: [1.0]}), [1999], [2000])
    with pytest.raises(ValueError, match="0 <= donut < bandwidth"):
        discontinuity([1.0, 2], [0.1, -0.1], bandwidth=0.1, donut=0.2)
    with pytest.raises(ValueError, match="widen the bandwidth"):
        discontinuity(np.arange(10.0), np.arange(10.0) + 1, bandwidth=5)
    with pytest.raises(ValueError, match="running holds"):
        discontinuity(np.arange(10.0), np.full(10, np.nan), bandwidth=5)
    with pytest.raises(ValueError, match="give a positive one, and 10 places"):
        density_jump(np.linspace(-1, 1, 9), bandwidth=0.1)
