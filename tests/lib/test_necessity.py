from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from symbiosis.evidence import necessity
from symbiosis.evidence.necessity import Ceiling, Scope, ce_fdh, chance_effect_sizes, cr_fdh, drop_one_influence

# Every corner is analysed as the upper left one after turning the axes by these signs of x and y.
SIGNS = {"upper-left": (1, 1), "upper-right": (-1, 1), "lower-left": (1, -1), "lower-right": (-1, -1)}
BOTH = (ce_fdh, cr_fdh)


def limit(ceiling: Ceiling, x):
    """Highest outcome that the line allows at condition x, within the scope."""
    box, at = ceiling.scope, np.asarray(x, float)
    if ceiling.method == "ce_fdh":
        px, py = ceiling.peer_points.T
        return np.append(box.y_min, py)[np.searchsorted(px, at, side="right")]
    return np.clip(ceiling.intercept + ceiling.slope * at, box.y_min, box.y_max)


whole = st.integers(-20, 20).map(float)


@st.composite
def clouds(draw, minimum=4):
    n = draw(st.integers(minimum, 25))
    x = np.array(draw(st.lists(whole, min_size=n, max_size=n)))
    y = np.array(draw(st.lists(whole, min_size=n, max_size=n)))
    assume(np.ptp(x) > 0 and np.ptp(y) > 0)
    return x, y


@pytest.fixture(scope="module")
def example():
    return pd.read_csv(Path(__file__).parent / "fixtures" / "individualism_innovation.csv")


def test_f_01_ceiling_envelopment_of_the_published_example(example):
    ceiling = ce_fdh(example["individualism"], example["innovation_performance"])
    assert ceiling.n_obs == 28
    assert ceiling.scope.area == pytest.approx(15563.6, abs=1e-4)
    assert ceiling.zone == pytest.approx(6466.8, abs=1e-4)
    assert ceiling.effect_size == pytest.approx(0.415508, abs=1e-6)
    assert ceiling.accuracy == 1.0
    assert ceiling.slope is None
    deciding = example["country"][list(ceiling.peers)].tolist()
    assert deciding == ["South Korea", "Japan", "Finland", "Sweden", "United States"]


def test_f_01_ceiling_regression_of_the_published_example(example):
    ceiling = cr_fdh(example["individualism"], example["innovation_performance"])
    assert ceiling.slope == pytest.approx(2.230230, abs=1e-6)
    assert ceiling.intercept == pytest.approx(28.352709, abs=1e-6)
    assert ceiling.zone == pytest.approx(4772.54, abs=0.01)
    assert ceiling.effect_size == pytest.approx(0.306648, abs=1e-6)
    assert ceiling.accuracy == pytest.approx(0.9286, abs=1e-4)
    assert ceiling.size_label == "large"


BOX = Scope(1, 6, 2, 6)
# Where the line lies beyond the scope on the corner's side the reference implementation returns no number; nothing
# of the scope is empty there, so the area is 0.
ZONES = [
    ("upper-left", 2 / 3, 4, 4 / 3),
    ("upper-left", 0, 3, 15),
    ("upper-left", 0, 5, 5),
    ("upper-left", 4 / 3, 0, 8),
    ("upper-left", 2 / 3, 0, 17),
    ("upper-left", 0, 0, 20),
    ("upper-left", 1, 8, 0),
    ("upper-right", -2 / 3, 8, 3),
    ("upper-right", -4 / 3, 8, 12),
    ("upper-right", 0, 3, 15),
    ("upper-right", -2 / 3, 4, 56 / 3),
    ("upper-right", -1, 0, 20),
    ("lower-right", 1, 8, 20),
    ("lower-right", 2 / 3, 4, 56 / 3),
    ("lower-right", 0, 3, 5),
    ("lower-right", 0, 5, 15),
    ("lower-right", 4 / 3, 0, 12),
    ("lower-right", 2 / 3, 0, 3),
    ("lower-left", -2 / 3, 8, 17),
    ("lower-left", -4 / 3, 8, 8),
    ("lower-left", -2 / 3, 4, 4 / 3),
    ("lower-left", 0, 8, 20),
]


@pytest.mark.parametrize(("corner", "slope", "intercept", "zone"), ZONES)
def test_f_04_zone_of_a_given_line(corner, slope, intercept, zone):
    sx, sy = SIGNS[corner]
    x, y = sorted([sx * BOX.x_min, sx * BOX.x_max]), sorted([sy * BOX.y_min, sy * BOX.y_max])
    found = necessity._line_zone(slope * sx * sy, intercept * sy, Scope(*x, *y))
    assert found == pytest.approx(zone, abs=1e-9)


@given(st.floats(0, 5), st.floats(-20, 20))
def test_zone_of_a_line_against_a_grid(slope, intercept):
    x = 1 + 5 * (np.arange(20000) + 0.5) / 20000
    empty = np.clip(6 - (intercept + slope * x), 0, 4).mean() * 5
    assert necessity._line_zone(slope, intercept, BOX) == pytest.approx(empty, abs=1e-3)


@pytest.mark.parametrize(
    ("size", "label"),
    [
        (0, "small"),
        (0.0999, "small"),
        (0.1, "medium"),
        (0.2999, "medium"),
        (0.3, "large"),
        (0.4999, "large"),
        (0.5, "very large"),
        (1, "very large"),
    ],
)
def test_f_05_benchmarks(size, label):
    assert necessity.effect_size_label(size) == label


def test_f_05_sizes_outside_the_unit_interval_are_refused():
    for size in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="effect_size"):
            necessity.effect_size_label(size)


def test_three_cases_by_hand():
    x, y = [0.0, 1.0, 1.0], [0.5, 1.0, 0.0]
    envelope, line = ce_fdh(x, y), cr_fdh(x, y)
    assert envelope.zone == pytest.approx(0.5)
    assert envelope.peers == (0, 1)
    assert (line.slope, line.intercept, line.zone) == pytest.approx((0.5, 0.5, 0.25))


def test_one_case_in_the_corner_ends_necessity():
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 1, 50)
    y = x * rng.uniform(0, 1, 50)
    scope = Scope(0, 1, 0, 1)
    assert ce_fdh(x, y, scope=scope).effect_size > 0.4
    assert ce_fdh(np.append(x, 0), np.append(y, 1), scope=scope).effect_size == 0
    assert cr_fdh(np.append(x, 0), np.append(y, 1), scope=scope).effect_size == 0


def test_a_full_square_has_no_empty_corner_and_a_line_half_of_it():
    corners = ([0, 0, 1, 1], [0, 1, 0, 1])
    line = ([0, 1, 2, 3, 4], [0, 1, 2, 3, 4])
    for sx, sy in SIGNS.values():
        assert ce_fdh(sx * np.array(corners[0]), sy * np.array(corners[1])).effect_size == 0
    assert cr_fdh(*line).effect_size == pytest.approx(0.5)
    assert cr_fdh(*(-np.array(line))).effect_size == pytest.approx(0.5)
    assert ce_fdh(line[0], -np.array(line[1])).effect_size == 0


def test_a_wider_scope_by_hand():
    # Cases in (0..1)^2, scope 0..2 by 0..2: the step line leaves 2*1 above y=1, and nothing below it from x=0 on.
    ceiling = ce_fdh([0, 0, 1], [1, 0, 0], scope=Scope(0, 2, 0, 2))
    assert ceiling.zone == pytest.approx(2.0)
    shifted = ce_fdh([1, 1, 2], [1, 0, 0], scope=Scope(0, 2, 0, 2))
    assert shifted.zone == pytest.approx(2.0 + 1.0)


@given(clouds())
def test_the_step_line_passes_above_every_case_and_its_zone_is_the_area_above_it(cloud):
    x, y = cloud
    ceiling = ce_fdh(x, y)
    assert (y <= limit(ceiling, x)).all()
    box = ceiling.scope
    cells = np.arange(box.x_min, box.x_max) + 0.5  # the data are whole numbers, so the line is flat within each cell
    assert ceiling.zone == pytest.approx(float((box.y_max - limit(ceiling, cells)).sum()))
    assert 0 <= ceiling.effect_size <= 1


@given(clouds(), st.floats(0.1, 10), st.floats(-50, 50), st.sampled_from(BOTH))
def test_effect_size_does_not_depend_on_units(cloud, scale, shift, method):
    x, y = cloud
    changed = method(scale * x + shift, 3 * y - 7)
    same = method(x, y)
    assert changed.effect_size == pytest.approx(same.effect_size, abs=1e-9)


@given(clouds(), whole, whole)
def test_another_case_never_enlarges_the_zone_within_a_given_scope(cloud, new_x, new_y):
    x, y = cloud
    scope = Scope(-20, 20, -20, 20)
    more = ce_fdh(np.append(x, new_x), np.append(y, new_y), scope=scope)
    assert more.zone <= ce_fdh(x, y, scope=scope).zone + 1e-9


@given(clouds(), st.sampled_from(BOTH), st.sampled_from(list(SIGNS.values())))
def test_influence_equals_leaving_each_case_out_by_hand(cloud, method, signs):
    x, y = (sign * axis for sign, axis in zip(signs, cloud, strict=True))
    name = "ce_fdh" if method is ce_fdh else "cr_fdh"
    table = drop_one_influence(x, y, method=name)
    full = method(x, y).effect_size
    for row in table.itertuples():
        rest_x, rest_y = np.delete(x, row.position), np.delete(y, row.position)
        if np.ptp(rest_x) == 0 or np.ptp(rest_y) == 0:
            assert np.isnan(row.effect_without)
            continue
        expected = method(rest_x, rest_y).effect_size
        assert row.effect_without == pytest.approx(expected, abs=1e-12)
        assert row.change == pytest.approx(expected - full, abs=1e-12)
    sizes = table["change"].abs().fillna(np.inf).to_numpy()
    assert (np.diff(sizes) <= 0).all()
    assert sorted(table["position"]) == list(range(len(x)))


def test_influence_names_the_deciding_cases_of_the_example(example):
    table = drop_one_influence(example["individualism"], example["innovation_performance"], labels=example["country"])
    assert table["case"].tolist()[:2] == ["Japan", "United States"]
    assert table["is_peer"].sum() == 5
    assert (table.loc[~table["is_peer"] & (table["case"] != "Mexico"), "change"] == 0).all()


def test_required_levels_by_hand():
    x, y = [0.0, 5.0, 10.0, 10.0], [20.0, 60.0, 100.0, 0.0]
    envelope, line = ce_fdh(x, y).required([0, 20, 40, 60, 80, 100]), cr_fdh(x, y).required([0, 20, 40, 60, 80, 100])
    assert np.isnan(envelope[1])
    assert envelope[2:].tolist() == [5, 5, 10, 10]
    # The line through the three deciding cases is y = 20 + 8 x.
    assert line[2:].tolist() == pytest.approx([2.5, 5, 7.5, 10])
    assert cr_fdh(x, y).required([60.0, 84.0]).tolist() == pytest.approx([5, 8])


def test_required_marks_outcomes_beyond_the_line():
    needed = ce_fdh([0, 1, 1], [0, 1, 0], scope=Scope(0, 2, 0, 2)).required([0.0, 1.0, 2.0])
    assert np.isnan(needed[0])
    assert needed[1] == 1
    assert np.isinf(needed[2])


def test_required_and_limit_agree(example):
    for method in BOTH:
        ceiling = method(example["individualism"], example["innovation_performance"])
        wanted = np.array([80.0, 100.0, 150.0])
        needed = ceiling.required(wanted)
        assert (limit(ceiling, needed + 1e-9) >= wanted - 1e-6).all()
        assert (limit(ceiling, needed - 0.01) < wanted).all()


@pytest.mark.parametrize("corner", SIGNS)
def test_the_drawn_line_stays_in_the_scope_and_meets_the_deciding_cases(example, corner):
    sx, sy = SIGNS[corner]
    x, y = sx * example["individualism"].to_numpy(float), sy * example["innovation_performance"].to_numpy()
    for method in BOTH:
        ceiling = method(x, y)
        line_x, line_y = ceiling.line()
        assert len(line_x) == len(line_y)
        # A single deciding case, here the United States in the upper right corner, carries no regression line.
        assert (len(line_x) == 0) == (method is cr_fdh and len(ceiling.peers) == 1)
        box = ceiling.scope
        assert ((box.x_min - 1e-9 <= line_x) & (line_x <= box.x_max + 1e-9)).all()
        assert ((box.y_min - 1e-9 <= line_y) & (line_y <= box.y_max + 1e-9)).all()
    envelope = ce_fdh(x, y)
    drawn = set(zip(*(points.tolist() for points in envelope.line()), strict=True))
    assert {(x[i], y[i]) for i in envelope.peers} <= drawn


def test_a_single_deciding_case_carries_no_regression_line():
    ceiling = cr_fdh([0, 1, 2], [3, 1, 2])
    assert (ceiling.zone, ceiling.slope, ceiling.intercept, ceiling.accuracy) == (0, None, None, 1)
    assert np.isnan(ceiling.required([2.0])).all()


def test_cases_that_coincide_with_a_deciding_case_decide_with_it():
    twice = ce_fdh([0, 1, 1, 2], [0, 1, 1, 0])
    assert sorted(twice.peers) == [0, 1, 2]
    table = drop_one_influence([0, 1, 1, 2], [0, 1, 1, 0])
    assert table.loc[table["position"].isin([1, 2]), "change"].tolist() == [0, 0]


@pytest.mark.parametrize("method", BOTH)
@pytest.mark.parametrize(
    ("x", "y", "options", "message"),
    [
        ([1, 2, np.nan], [1, 2, 3], {}, "x holds 1 values that are not finite"),
        ([1, 2, 3], [1, np.inf, 3], {}, "y holds 1 values that are not finite"),
        ([1, 2], [1, 2], {}, "at least 3"),
        ([1, 2, 3], [1, 2, 3, 4], {}, "x holds 3 values and y holds 4"),
        ([1, 1, 1], [1, 2, 3], {}, "x is 1 in every case"),
        ([1, 2, 3], [2, 2, 2], {}, "y is 2 in every case"),
        ([1, 2, 3], [1, 2, 3], {"scope": Scope(1, 2.5, 0, 5)}, "scope leaves out 1 cases, the first at position 2"),
    ],
)
def test_bad_input_is_refused(method, x, y, options, message):
    with pytest.raises(ValueError, match=message):
        method(x, y, **options)


def test_bad_tables_and_scopes_are_refused():
    with pytest.raises(ValueError, match="scope of x is 2 to 1"):
        Scope(2, 1, 0, 1)
    with pytest.raises(ValueError, match="labels holds 2 names for 4 cases"):
        drop_one_influence([0, 1, 2, 3], [0, 1, 2, 3], labels=["a", "b"])
    with pytest.raises(ValueError, match="method is 'qr'"):
        drop_one_influence([0, 1, 2, 3], [0, 1, 2, 3], method="qr")


def test_a_corner_that_is_empty_by_accident_is_not_taken_for_a_necessary_condition():
    """Size: in clouds with a slope alone the observed corner lies in the band as often as it should."""
    rng, inside = np.random.default_rng(5), 0
    for _ in range(200):
        x = rng.uniform(0, 1, 60)
        y = x + rng.normal(0, 0.4, 60)
        low, high = np.quantile(chance_effect_sizes(x, y, rng=rng, draws=199), [0.025, 0.975])
        inside += low <= ce_fdh(x, y).effect_size <= high
    assert 0.91 <= inside / 200 <= 0.99


def test_a_truly_empty_corner_is_larger_than_chance_makes_it():
    """Power: where y cannot exceed x, but may be anything below, the corner is emptier than that of shuffled clouds."""
    rng, found = np.random.default_rng(6), 0
    for _ in range(40):
        x = rng.uniform(0, 1, 150)
        y = x * rng.uniform(0, 1, 150)
        found += ce_fdh(x, y).effect_size > np.quantile(chance_effect_sizes(x, y, rng=rng, draws=199), 0.975)
    assert found / 40 > 0.9


def test_shuffled_clouds_need_enough_draws_and_a_spread():
    with pytest.raises(ValueError, match="at least 99"):
        chance_effect_sizes([0, 1, 2], [0, 1, 0], rng=np.random.default_rng(1), draws=9)
    with pytest.raises(ValueError, match="variation"):
        chance_effect_sizes([1, 1, 1], [0, 1, 0], rng=np.random.default_rng(1))
