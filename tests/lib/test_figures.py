"""Each figure draws on its axes what it was given, with labels, and refuses what it cannot show."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

import symbiosis.charts
from symbiosis.charts.blocks import blocks_in_words, draw_blocks
from symbiosis.charts.causal_loops import CITY_COUNTRYSIDE, SHIFTED_BURDEN, CausalLoops, Loop, draw_causal_loops
from symbiosis.charts.lines import Series, draw_band, draw_lines
from symbiosis.charts.maps import draw_dot_map, draw_map
from symbiosis.charts.model_fit import draw_model_fit
from symbiosis.charts.multiverse import draw_choices, draw_multiverse
from symbiosis.charts.phase_plane import draw_phase_plane
from symbiosis.charts.rank_size import draw_rank_size
from symbiosis.charts.rows import (
    draw_against_null,
    draw_bars,
    draw_columns,
    draw_dumbbells,
    draw_estimates,
    draw_fold_skill,
    draw_rank_ranges,
)
from symbiosis.charts.scatter import Line, draw_scatter, income_axis
from symbiosis.charts.small_multiples import draw_small_multiples
from symbiosis.charts.stocks_and_flows import INTEGRATED_ECONOMY, draw_stocks_and_flows
from symbiosis.charts.style import COLOURS, new_figure, png_bytes
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.multiverse import Multiverse, multiverse
from symbiosis.lesson.argument_layout import places
from symbiosis.lesson.argument_map import MARKS, draw_argument_map
from symbiosis.lesson.claims import Claim, Relation, claims, relations
from symbiosis.lesson.rule import Verdict
from symbiosis.measures.map_projections import albers
from symbiosis.models.interplay.mutualism import Mutualism

X, Y, NAMES = [1.0, 2.0, 3.0], [4.0, 9.0, 2.0], ["A", "B", "C"]
MAP: dict[str, Any] = {"size": [1, 2, 3], "limit": 5, "colour_label": "Change (%)"}
CHANGE: dict[str, Any] = {"limit": 5, "colour_label": "Change (%)"}

SKILLS = {
    "random": [Estimate(0.4, 0.3, 0.5), Estimate(0.2, 0.1, 0.3)],
    "provinces": [Estimate(0.1, -0.1, 0.2), Estimate(0.0, -0.2, 0.1)],
}
EFFECTS = {
    name: Estimate(*found, unit="%", display="+.2f")
    for name, found in zip(NAMES, [(1, 0.5, 2), (-2, -3, -1), (0.5, -1, 1)], strict=True)
}

DRAWN: dict[str, Callable[[Axes], None]] = {
    "draw_against_null": lambda a: draw_against_null(a, NAMES, [1, -2, 0], [-1, -1, -1], [2, 1, 1], xlabel="Effect"),
    "draw_argument_map": lambda a: draw_argument_map(a, claims(), relations()),
    "draw_band": lambda a: (
        draw_band(a, X, [0, 1, 1], [1, 2, 3], [2, 3, 5], role="urban"),
        a.set(xlabel="Dose (%)", ylabel="Gain (%)"),
    )[0],
    "draw_bars": lambda a: draw_bars(a, NAMES, [1, -2, 3], xlabel="Change (%)", title="T"),
    "draw_blocks": lambda a: draw_blocks(
        a, NAMES, {"moved": ([1, 2, 3], "urban"), "relabelled": ([2, 0, 1], "rural")}, xlabel="People (million)"
    ),
    "draw_causal_loops": draw_causal_loops,
    "draw_columns": lambda a: draw_columns(a, NAMES, Y, xlabel="Step", ylabel="Count", title="T"),
    "draw_dot_map": lambda a: draw_dot_map(a, [100, 110, 120], [20, 30, 40], [-9, 0, 9], title="T", **MAP),
    "draw_dumbbells": lambda a: draw_dumbbells(
        a, NAMES, X, Y, first_name="one", second_name="other", xlabel="Share (%)", title="T"
    ),
    "draw_estimates": lambda a: draw_estimates(a, EFFECTS, xlabel="Effect (%)"),
    "draw_fold_skill": lambda a: draw_fold_skill(a, ["one", "two"], SKILLS, xlabel="Skill (%)", title="T"),
    "draw_lines": lambda a: draw_lines(a, [Series("one", X, Y), Series("two", X, X)], xlabel="Year", ylabel="Share"),
    "draw_small_multiples": lambda a: draw_small_multiples(
        [a], [Series("one", X, Y)], xlabel="Year", ylabel="Share", reference=1
    ),
    "draw_map": lambda a: draw_map(a, {"p": [np.array([(100.0, 30.0), (110, 30), (110, 40)])]}, {"p": 3}, **CHANGE),
    "draw_model_fit": lambda a: draw_model_fit(
        a, X, [1, 2, 3], [2, 3, 4], [3, 4, 5], fitted=([1], [2.5]), held_out=([3], [3.5]), ylabel="Share (%)"
    ),
    "draw_phase_plane": lambda a: draw_phase_plane(
        a,
        Mutualism(),
        Mutualism(n1_start=[0.1, 2]).path([0, 5, 9]),
        title="T",  # type: ignore[arg-type]
    ),
    "draw_rank_ranges": lambda a: draw_rank_ranges(a, NAMES, [1, 2, 3], [1, 1, 2], [2, 3, 3], xlabel="Rank"),
    "draw_rank_size": lambda a: draw_rank_size(a, [Series("one", [4e6, 2e6, 1e6, 5e5], [])], title="T"),
    "draw_scatter": lambda a: draw_scatter(a, X, Y, xlabel="Share (%)", ylabel="Income ($)", names=NAMES),
    "draw_choices": lambda a: draw_choices(a, recipes(), xlabel="Effect (points)", smallest=0.3),
    "draw_stocks_and_flows": draw_stocks_and_flows,
    "draw_multiverse": lambda a: draw_multiverse(
        a, recipes(), ylabel="Effect (points)", smallest=0.3, mark={"start": "early", "sample": "all"}
    ),
}


def recipes() -> Multiverse:
    """Three estimates, smallest first (early, all), (late, all), (early, large), and a failure."""

    def ask(start: int, sample: int) -> Estimate:
        if start == 1 and sample == 1:
            raise ValueError("too few places")
        value = {(0, 0): -2.0, (1, 0): 0.5, (0, 1): 1.0}[start, sample]
        return Estimate(value, value - 0.9, value + 0.9)

    return multiverse({"start": {"early": 0, "late": 1}, "sample": {"all": 0, "large": 1}}, ask)


def axes() -> Axes:
    return new_figure()[1][0]


def texts(a: Axes) -> list[str]:
    return [t.get_text() for t in a.texts]


def offsets(a: Axes) -> np.ndarray:
    return np.concatenate([np.asarray(c.get_offsets()) for c in a.collections if isinstance(c, PathCollection)])


def test_no_figure_is_untested() -> None:
    found = set()
    parts = {"draw_boxes"}  # of the map
    for module in pkgutil.iter_modules(symbiosis.charts.__path__):
        loaded = importlib.import_module(f"symbiosis.charts.{module.name}")
        found |= {n for n, v in vars(loaded).items() if n.startswith("draw_") and inspect.isfunction(v)}
    found.add("draw_argument_map")
    assert found - parts == set(DRAWN)


@pytest.mark.parametrize("name", DRAWN)
def test_draws_and_leaves_no_trace(name: str) -> None:
    before = dict(mpl.rcParams)
    figure, (empty,) = new_figure()
    blank = png_bytes(new_figure()[0])
    DRAWN[name](empty)
    assert png_bytes(figure) != blank
    assert dict(mpl.rcParams) == before
    if name not in (
        "draw_argument_map",
        "draw_causal_loops",
        "draw_dot_map",
        "draw_map",
        "draw_multiverse",
        "draw_stocks_and_flows",
    ):
        assert empty.get_xlabel()
        assert empty.get_ylabel() or empty.get_yticklabels()


@pytest.mark.parametrize("name", DRAWN)
def test_the_same_input_gives_the_same_picture(name: str) -> None:
    pictures = set()
    for _ in range(2):
        figure, (empty,) = new_figure(dpi=50)
        DRAWN[name](empty)
        pictures.add(png_bytes(figure))
    assert len(pictures) == 1


def test_the_map_shows_every_claim_once_and_every_relation() -> None:
    a = axes()
    draw_argument_map(a, claims(), relations(), verdicts={"only_way": Verdict.SPLITS})
    words = [" ".join(t.split()) for t in texts(a) if t and t not in MARKS.values()]
    assert [t for t in texts(a) if t in MARKS.values()] == [MARKS[Verdict.SPLITS]]
    assert sorted(words) == sorted(f"{c.number} {c.title}" for c in claims())
    assert sum(isinstance(p, FancyArrowPatch) for p in a.patches) == len(relations())
    boxes = [p for p in a.patches if isinstance(p, FancyBboxPatch)]
    assert len({p.get_facecolor() for p in boxes}) == 2
    for i, one in enumerate(boxes):
        for other in boxes[i + 1 :]:
            assert abs(one.get_x() - other.get_x()) > 0.9 or abs(one.get_y() - other.get_y()) > 0.6, "boxes overlap"


def test_a_claim_more_finds_its_place_on_the_map() -> None:
    stray = Claim("stray", "99", "T", "S.", "F.", "99_stray")
    a = axes()
    draw_argument_map(a, [*claims(), stray], [*relations(), Relation("symbiosis", "stray", "supports")])
    boxes = [p for p in a.patches if isinstance(p, FancyBboxPatch)]
    assert len(boxes) == len(claims()) + 1
    assert len({(p.get_x(), p.get_y()) for p in boxes}) == len(boxes)


def test_the_map_runs_from_left_to_right_and_its_boxes_stay_apart() -> None:
    keys = tuple(c.key for c in claims())
    links = tuple((r.source, r.target) for r in relations())
    at = places(keys, links)
    assert all(at[target][0] - at[source][0] >= 0.5 for source, target in links)
    assert places(keys, links) == at
    chain = places(("a", "b", "c"), (("a", "b"), ("b", "c")))
    assert [chain[key][0] for key in "abc"] == [0, 2, 4]


def test_bars_have_their_lengths_and_numbers() -> None:
    a = axes()
    draw_bars(a, NAMES, [1, -2, 30], xlabel="x")
    assert [p.get_width() for p in a.patches] == [1, -2, 30]
    assert texts(a) == ["+1", "-2", "+30"]
    assert [t.get_text() for t in a.get_yticklabels()] == NAMES
    assert a.patches[0].get_y() > a.patches[2].get_y()  # first name on top


def test_blocks_stand_side_by_side_and_say_their_total() -> None:
    a = axes()
    draw_blocks(a, NAMES, {"moved": ([1, 2, 3], "urban"), "relabelled": ([2, 0, 1], "rural")}, xlabel="x")
    ends = sorted((round(p.get_x(), 6), round(p.get_width(), 6)) for p in a.patches)
    assert ends == sorted([(0, 1), (0, 2), (0, 3), (1, 2), (2, 0), (3, 1)])
    assert [t for t in texts(a) if t] == ["3", "2", "4"]
    with pytest.raises(ValueError, match="moved"):
        draw_blocks(axes(), NAMES, {"moved": ([1, 2], "urban")}, xlabel="x")


def test_blocks_in_words() -> None:
    blocks = {"for": ([1, 0, 0], "urban"), "against": ([2, 3, 0], "rural")}
    assert blocks_in_words(NAMES, blocks) == f"{NAMES[0]}: 1 for, 2 against; {NAMES[1]}: 3 against; {NAMES[2]}: nothing"
    assert blocks_in_words(NAMES[:1], {"for": ([0.26], "urban")}, "{:.1f}") == f"{NAMES[0]}: 0.3 for"


def test_columns_have_their_heights() -> None:
    a = axes()
    draw_columns(a, NAMES, Y, xlabel="x", ylabel="y")
    assert [p.get_height() for p in a.patches] == Y


@pytest.mark.parametrize("draw", [draw_bars, draw_columns])
def test_one_value_per_name(draw: Callable[..., None]) -> None:
    labels = {"xlabel": "x"} if draw is draw_bars else {"xlabel": "x", "ylabel": "y"}
    with pytest.raises(ValueError, match="3 names for 2 values"):
        draw(axes(), NAMES, [1, 2], **labels)


def test_dumbbells_join_the_two_values() -> None:
    a = axes()
    draw_dumbbells(a, NAMES, X, Y, first_name="one", second_name="other", xlabel="x")
    (bars,) = [c for c in a.collections if isinstance(c, LineCollection)]
    ends = [sorted(segment[:, 0]) for segment in bars.get_segments()]
    assert ends == [sorted(pair) for pair in zip(X, Y, strict=True)]
    legend = a.get_legend()
    assert legend is not None
    assert [t.get_text() for t in legend.get_texts()] == ["one", "other"]


def test_estimates_are_filled_where_the_interval_leaves_zero_out() -> None:
    a = axes()
    draw_estimates(a, EFFECTS, xlabel="x")
    clear, unclear = (c for c in a.collections if isinstance(c, PathCollection))
    np.testing.assert_allclose(np.asarray(clear.get_offsets())[:, 0], [1, -2])
    np.testing.assert_allclose(np.asarray(unclear.get_offsets())[:, 0], [0.5])
    assert texts(a) == ["+1.00 %", "-2.00 %", "+0.50 %"]


def test_the_number_of_an_estimate_does_not_stand_on_the_reference_line() -> None:
    a = axes()
    found = [Estimate(*e, display=".1f") for e in ((0.8, 0.7, 0.9), (2.0, 1.5, 2.5), (1.1, 0.6, 1.6))]
    draw_estimates(a, dict(zip(NAMES, found, strict=True)), xlabel="x", reference=1)
    assert texts(a) == ["0.8", "2.0", "1.1"]
    # Left of the interval that ends just before the line, right of those beyond it and across it.
    assert [t.get_horizontalalignment() for t in a.texts] == ["right", "left", "left"]
    a.figure.canvas.draw()
    line = a.transData.transform((1.0, 0.0))[0]
    boxes = [t.get_window_extent() for t in a.texts]
    assert not any(box.x0 <= line <= box.x1 for box in boxes)


def test_small_multiples_give_each_place_its_name_and_its_two_ends() -> None:
    _, panels = new_figure(2, rows=2)
    paths = [Series(name, X, np.asarray(Y) * k, role="urban") for k, name in enumerate("abcd", start=1)]
    draw_small_multiples(panels, paths, xlabel="Year", ylabel="Gap", number="{:.2f}", reference=1.0)
    assert [axes.get_title(loc="left") or axes.get_title() for axes in panels] == list("abcd")
    assert [axes.get_ylabel() for axes in panels] == ["Gap", "", "Gap", ""]
    assert [axes.get_xlabel() for axes in panels] == ["", "", "Year", "Year"]
    for axes, path in zip(panels, paths, strict=True):
        ys = np.asarray(path.y, float)
        assert [text.get_text() for text in axes.texts] == [f"{ys[0]:.2f}  →  {ys[-1]:.2f}"]
        np.testing.assert_allclose(axes.lines[0].get_ydata(), ys)
    with pytest.raises(ValueError, match="4 axes for 1 series"):
        draw_small_multiples(panels, paths[:1], xlabel="Year", ylabel="Gap")


def test_lines_are_named_at_their_ends() -> None:
    a = axes()
    draw_lines(a, [Series("one", X, Y), Series("two", X, X)], xlabel="x", ylabel="y")
    np.testing.assert_allclose([line.get_ydata() for line in a.lines], [Y, X])
    assert {t.get_text(): tuple(t.xy) for t in a.texts} == {"one": (3.0, 2.0), "two": (3.0, 3.0)}  # type: ignore[attr-defined]


def test_a_series_without_points_is_no_error() -> None:
    a = axes()
    draw_lines(a, [Series("none", [], [])], xlabel="x", ylabel="y")
    assert texts(a) == []


def test_ranks_are_counted_from_the_largest() -> None:
    a = axes()
    draw_rank_size(a, [Series("one", [1e6, 4e6, 2e6], [])])
    points = np.asarray(a.lines[0].get_xydata(), float)
    assert sorted(map(tuple, points)) == [(1e6, 3.0), (2e6, 2.0), (4e6, 1.0)]


def test_every_point_of_a_scatter_is_drawn_once() -> None:
    a = axes()
    line = Line([1, 3], [2, 2], "fit")
    draw_scatter(a, X, Y, xlabel="x", ylabel="y", names=NAMES, label={"B": (5, 5)}, highlight=["C"], line=line)
    assert sorted(map(tuple, offsets(a))) == sorted(zip(X, Y, strict=True))
    assert set(texts(a)) == {"B", "fit"}


def test_a_label_for_nobody_is_an_error() -> None:
    for options in ({"label": {"Z": (1, 1)}}, {"highlight": ["Z"]}):
        with pytest.raises(ValueError, match="cannot label 'Z': it is not among the points drawn"):
            draw_scatter(axes(), X, Y, xlabel="x", ylabel="y", names=NAMES, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("which", ["x", "y"])
def test_an_income_axis_writes_dollars(which: str) -> None:
    figure, (a,) = new_figure()
    income_axis(a, which, low=900, high=60_000)
    figure.canvas.draw()
    axis = a.yaxis if which == "y" else a.xaxis
    shown = [t.get_text() for t in axis.get_ticklabels()]
    assert shown == ["$1,000", "$2,000", "$5,000", "$10,000", "$20,000", "$50,000"]
    assert axis.get_scale() == "log"


def test_a_dot_map_keeps_places_and_areas() -> None:
    a = axes()
    draw_dot_map(a, [100, 110, 120], [20, 30, 40], [-9, 0, 2], label={"There": (110, 30)}, **MAP)
    dots = next(c for c in a.collections if isinstance(c, PathCollection))
    x, y = albers([100, 110, 120], [20, 30, 40])
    assert sorted(map(tuple, np.asarray(dots.get_offsets()))) == sorted(zip(x, y, strict=True))
    areas = dict(zip(map(float, np.asarray(dots.get_offsets())[:, 0]), dots.get_sizes(), strict=True))
    assert areas[x[0]] < areas[x[1]] < areas[x[2]]
    assert "There" in texts(a)
    assert a.child_axes[0].get_title(loc="left") == "Change (%)"


@pytest.mark.parametrize("at", range(4))
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_dot_map_refuses_gaps(at: int, bad: float) -> None:
    arrays = [[100.0, 110.0], [20.0, 30.0], [1.0, 2.0], [1.0, 2.0]]
    arrays[at][1] = bad
    with pytest.raises(ValueError, match="needs finite numbers: drop places without a figure first"):
        draw_dot_map(axes(), *arrays[:3], size=arrays[3], limit=5, colour_label="x")


def test_a_dot_map_refuses_unequal_arrays() -> None:
    with pytest.raises(ValueError, match="arrays of one length; got 2, 2, 1, 2"):
        draw_dot_map(axes(), [1, 2], [1, 2], [1], size=[1, 2], limit=5, colour_label="x")


def test_every_loop_is_named_with_the_sign_that_its_arrows_give() -> None:
    a = axes()
    draw_causal_loops(a)
    words = {" ".join(t.split()) for t in texts(a)}
    assert {"R: land finance", "R: hollowing", "B: crowding", "B: fewer farmers, better incomes"} <= words
    assert sum(isinstance(p, FancyArrowPatch) for p in a.patches) == len(CITY_COUNTRYSIDE.links)
    assert texts(a).count("+") == sum(link.sign > 0 for link in CITY_COUNTRYSIDE.links)


def test_treatment_makes_a_trap_of_two_balancing_loops() -> None:
    a = axes()
    draw_causal_loops(a, SHIFTED_BURDEN)
    assert {"B: relief", "B: cure", "R: the trap"} <= set(texts(a))
    turns = {loop.name: SHIFTED_BURDEN.turns_left(loop) for loop in SHIFTED_BURDEN.loops}
    assert turns == {"relief": True, "cure": False, "the trap": False}
    assert len(a.lines) == 2 * len(SHIFTED_BURDEN.loops)


def test_a_loop_without_its_arrows_is_named() -> None:
    broken = CausalLoops(CITY_COUNTRYSIDE.nodes, CITY_COUNTRYSIDE.links, (Loop("x", ("land", "rural"), (0, 0)),))
    with pytest.raises(ValueError, match="loop 'x': no link from 'land' to 'rural'"):
        draw_causal_loops(axes(), broken)


def test_every_rule_gets_its_mark_for_every_kind_of_fold() -> None:
    a = axes()
    draw_fold_skill(a, ["one", "two"], SKILLS, xlabel="Skill")
    assert sorted(offsets(a)[:, 0]) == [0.0, 0.1, 0.2, 0.4]
    assert [text.get_text() for text in a.get_legend().get_texts()] == ["random", "provinces"]
    with pytest.raises(ValueError, match="2 rules and 1 estimates for 'random'"):
        draw_fold_skill(axes(), ["one", "two"], {"random": [Estimate(0, 0, 0)]}, xlabel="Skill")
    with pytest.raises(ValueError, match="skills holds 0 kinds of fold"):
        draw_fold_skill(axes(), ["one"], {}, xlabel="Skill")


def test_rank_ranges_write_their_ends_and_refuse_a_misfit() -> None:
    a = axes()
    draw_rank_ranges(a, NAMES, [1, 2, 3], [1, 1, 2], [2, 4, 5], xlabel="Rank", highlight=["B"])
    assert texts(a) == ["1", "2", "1", "4", "2", "5"]
    np.testing.assert_array_equal(offsets(a), [[1, 2], [2, 1], [3, 0]])
    with pytest.raises(ValueError, match="3 names for 2 medians"):
        draw_rank_ranges(axes(), NAMES, [1, 2], [1, 1], [2, 3], xlabel="Rank")


def test_counts_without_intervals_are_coloured_by_their_side() -> None:
    counts = multiverse({"start": {"early": 0.2, "late": 0.8}}, lambda start: Estimate(start))
    a = axes()
    draw_multiverse(a, counts, ylabel="y", reference=0.5)
    drawn = [
        to_hex(c.get_facecolor()[0]) for c in a.collections if len(c.get_offsets()) == 1 and len(c.get_facecolor())
    ]
    assert COLOURS["urban"] in drawn
    assert COLOURS["rural"] in drawn


def test_a_multiverse_is_sorted_and_says_what_each_estimate_chose() -> None:
    a = axes()
    draw_multiverse(a, recipes(), ylabel="y", mark={"start": "late", "sample": "all"}, mark_name="ours")
    grid = a.figure.axes[1]
    points = offsets(a)
    assert sorted(map(tuple, points[:3])) == [(1, -2), (2, 0.5), (3, 1)]
    np.testing.assert_array_equal(points[3], [2, 0.5])
    assert texts(a) == ["ours"]
    labels = [label.get_text() for label in grid.get_yticklabels()]
    assert labels == ["early", "late", "all", "large", "start", "sample"]
    assert min(label.get_size() for label in grid.get_yticklabels()) * 100 / 72 > 14
    dots = [(c, tuple(p)) for c in grid.collections for p in c.get_offsets()]
    chosen = [point for c, point in dots if to_hex(c.get_facecolor()[0]) != COLOURS["grid"]]
    # Heads stand on rows 0 and 3; the late start with all places is the middle one, the early one the least.
    assert {(2, 2), (2, 4), (1, 1), (1, 4), (3, 1), (3, 5)} == set(chosen)
    assert "3 ways to ask, sorted by their answer; 1 gave none" in grid.get_xlabel()
    with pytest.raises(ValueError, match="0 specifications have"):
        draw_multiverse(axes(), recipes(), ylabel="y", mark={"start": "late", "sample": "large"})


def test_a_multiverse_shows_the_choices_asked_for_under_it() -> None:
    a = axes()
    draw_multiverse(a, recipes(), ylabel="y", under=["sample"])
    assert [label.get_text() for label in a.figure.axes[1].get_yticklabels()] == ["all", "large", "sample"]
    assert len(offsets(a)) == 3
    with pytest.raises(ValueError, match="no choice place; the choices are start, sample"):
        draw_multiverse(axes(), recipes(), ylabel="y", under=["place"])


def test_choices_stand_in_the_order_in_which_they_decide() -> None:
    ways = {"small": {"x": 0, "y": 1}, "large": {"low": -2, "high": 2}}
    curve = multiverse(ways, lambda small, large: Estimate(large + 0.5 * small))
    a = axes()
    draw_choices(a, curve, xlabel="x")
    labels = [label.get_text() for label in a.get_yticklabels()]
    assert labels == ["large (98%)", "low", "high", "small (2%)", "x", "y"]
    assert sorted(map(tuple, offsets(a))) == [(-1.75, 4), (0, 1), (0.5, 0), (2.25, 3)]
    assert [label.get_fontweight() for label in a.get_yticklabels()][::3] == ["bold", "bold"]


def test_estimates_above_their_null_are_filled_and_those_below_point_down() -> None:
    a = axes()
    draw_against_null(a, NAMES, [3, -0.5, -2], [-1, -1, -1], [2, 1, 1], xlabel="x")
    assert [(p.get_x(), p.get_width()) for p in a.patches] == [(-1, 3), (-1, 2), (-1, 2)]
    filled, hollow, below = (c for c in a.collections if isinstance(c, PathCollection))
    assert list(map(tuple, np.asarray(filled.get_offsets()))) == [(3, 2)]
    assert list(map(tuple, np.asarray(hollow.get_offsets()))) == [(-0.5, 1)]
    assert list(map(tuple, np.asarray(below.get_offsets()))) == [(-2, 0)]
    assert to_hex(below.get_facecolor()[0]) == to_hex(hollow.get_facecolor()[0]) != to_hex(filled.get_facecolor()[0])
    with pytest.raises(ValueError, match="3 names for 2 estimates"):
        draw_against_null(axes(), NAMES, [1, 2], [0, 0], [1, 1], xlabel="x")
    wide = axes()
    draw_against_null(wide, NAMES, [0, 1, 2], [-5, 0, 0], [1, 1, 1], xlabel="x")
    assert wide.get_xlim()[0] < -5  # a band that ends at the frame looks cut


def test_a_phase_plane_shows_where_paths_end_and_cuts_those_that_explode() -> None:
    a, times = axes(), np.linspace(0, 200, 401)
    pair = Mutualism(n1_start=np.array([0.1, 3]), n2_start=0.2, a12=0.5, a21=0.5, r1=0.2, r2=0.2)
    draw_phase_plane(a, pair, pair.path(times))
    ends = [line.get_xydata()[0] for line in a.lines if line.get_markersize() == 9]  # type: ignore[index]
    np.testing.assert_allclose(ends, [[2, 2], [2, 2]], atol=1e-6)
    b = axes()
    pair = Mutualism(n1_start=1.0, n2_start=1.0, a12=1.3, a21=1.3, r1=1.0, r2=1.0)
    draw_phase_plane(b, pair, pair.path(times))
    assert not [line for line in b.lines if line.get_markersize() == 9]
    assert all(np.isfinite(np.asarray(line.get_xydata(), float)).all() for line in b.lines)


def test_the_fit_shows_what_was_fitted_and_what_was_not() -> None:
    a = axes()
    draw_model_fit(a, X, [1, 2, 3], [2, 3, 4], [3, 4, 5], fitted=([1, 2], [2.5, 3]), held_out=([3], [3.5]), ylabel="y")
    fitted, held_out = (np.asarray(c.get_offsets()) for c in a.collections if isinstance(c, PathCollection))
    np.testing.assert_allclose(fitted, [[1, 2.5], [2, 3]])
    np.testing.assert_allclose(held_out, [[3, 3.5]])


def test_stocks_and_flows_name_what_is_there() -> None:
    a = axes()
    draw_stocks_and_flows(a)
    words = texts(a)
    assert {words_of for words_of, _, _ in INTEGRATED_ECONOMY.stocks.values()} <= set(words)
    assert {flow.words for flow in INTEGRATED_ECONOMY.flows} <= set(words)
    for flow in INTEGRATED_ECONOMY.flows:
        assert {flow.start, flow.end} <= set(INTEGRATED_ECONOMY.stocks)


def test_a_band_holds_its_line() -> None:
    a = axes()
    draw_band(a, X, [0, 1, 1], [1, 2, 3], [2, 3, 5], role="urban")
    assert list(a.lines[0].get_ydata()) == [1, 2, 3]
    assert len(a.collections) == 1
