"""Maps: the right place gets the right colour, what has no figure is counted, and recolouring moves nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba

from symbiosis import tables
from symbiosis.charts.maps import DrawnMap, draw_dot_map, draw_map
from symbiosis.charts.style import RAMPS, map_form, new_figure, png_bytes
from symbiosis.measures.map_projections import albers


def square(longitude: float, latitude: float, side: float = 2.0) -> np.ndarray:
    corner = np.array([longitude, latitude])
    return corner + side * np.array([[0, 0], [1, 0], [1, 1], [0, 1]])


SHAPES = {"a": (square(100, 30),), "b": (square(102, 30),), "c": (square(110, 40), square(115, 40, 0.5))}
SCALE = {"limit": 10.0, "colour_label": "Change (%)"}


def axes() -> Axes:
    return new_figure()[1][0]


def face_colours(drawn: DrawnMap) -> dict[str, tuple[float, ...]]:
    """Colour of each place of SHAPES as drawn."""
    drawn.figure.canvas.draw()
    coloured = drawn.moving[0]
    return dict(zip(SHAPES, map(tuple, coloured.get_facecolor().tolist()), strict=True))  # type: ignore[attr-defined]


def test_each_place_gets_the_colour_of_its_figure() -> None:
    drawn = draw_map(axes(), SHAPES, {"c": 99.0, "a": -10.0, "b": 0.0}, **SCALE)
    found = face_colours(drawn)
    low, middle, high = (RAMPS["change"][i] for i in (0, 2, 4))
    for place, colour in (("a", low), ("b", middle), ("c", high)):
        assert found[place] == pytest.approx(to_rgba(colour), abs=0.02), place
    assert drawn.without_figure == 0


def test_levels_run_from_low_to_high() -> None:
    drawn = draw_map(axes(), SHAPES, {"a": 0, "b": 50, "c": 100}, low=0, high=100, colour_label="Share (%)")
    found = face_colours(drawn)
    assert found["a"] == pytest.approx(to_rgba(RAMPS["level"][0]), abs=0.02)
    assert found["c"] == pytest.approx(to_rgba(RAMPS["level"][-1]), abs=0.02)


@pytest.mark.parametrize("form", ["shapes", "dots"])
def test_places_without_a_figure_and_figures_without_a_place_are_counted(form: str) -> None:
    a = axes()
    drawn = draw_map(a, SHAPES, {"a": 1.0, "b": np.nan, "x": 3.0, "y": np.nan}, form=form, **SCALE)
    assert drawn.without_figure == 2
    assert drawn.without_outline == ("x",)
    legend = a.get_legend()
    assert legend is not None
    assert legend.get_texts()[0].get_text() == "no figure: 2; not drawn, without an outline: 1"
    drawn.update({"a": 1.0, "b": 2.0, "c": 3.0}, "2020")
    assert (drawn.without_figure, drawn.without_outline) == (0, ())
    assert legend.get_texts()[0].get_text() == "no figure: 0"


@pytest.mark.parametrize("form", ["shapes", "dots"])
def test_recolouring_gives_the_picture_of_drawing_anew(form: str) -> None:
    first, second = {"a": 5.0, "b": np.nan, "c": 1.0}, pd.Series({"c": -4.0, "a": np.nan, "b": 2.0})
    figure, (a,) = new_figure(dpi=60)
    drawn = draw_map(a, SHAPES, first, form=form, caption="2010", **SCALE)
    png_bytes(figure)
    before = drawn.update(first, "2010")
    assert drawn.update(second, "2020") != before, "other places lack a figure: what lies behind is another picture"
    other, (b,) = new_figure(dpi=60)
    draw_map(b, SHAPES, second, form=form, caption="2020", **SCALE)
    assert png_bytes(figure) == png_bytes(other)


def test_what_lies_over_the_places_moves_with_them() -> None:
    a = axes()
    drawn = draw_map(a, SHAPES, {"a": 1.0}, outlines=SHAPES, label={"Here": (101, 31)}, **SCALE)
    kinds = [type(artist).__name__ for artist in drawn.moving]
    assert kinds == ["PathCollection", "LineCollection", "Line2D", "Annotation", "Text"]


@pytest.mark.parametrize("form", ["shapes", "dots"])
def test_only_places_that_lack_a_figure_change_what_lies_behind(form: str) -> None:
    drawn = draw_map(axes(), SHAPES, {"a": 1.0}, form=form, **SCALE)
    first = drawn.update({"a": 1.0, "b": np.nan, "c": 2.0})
    assert drawn.update({"a": 9.0, "b": np.nan, "c": -2.0}, "other colours") == first
    second = drawn.update({"a": 9.0, "b": 1.0, "c": np.nan})
    assert second != first
    assert drawn.update({"a": 9.0, "b": 1.0}) == second
    assert drawn.update({"a": 9.0, "b": 1.0, "x": 3.0}) not in (first, second), "one more is said not to be drawn"
    assert drawn.update({"a": 1.0, "c": 2.0}) == first


def test_the_dots_only_form_has_no_outline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMBIOSIS_MAPS", "dots")
    a = axes()
    drawn = draw_map(a, SHAPES, {"a": 1.0, "b": 2.0, "c": 3.0}, outlines=SHAPES, **SCALE)
    assert not [c for c in a.collections if isinstance(c, LineCollection)]
    offsets = np.asarray(drawn.moving[0].get_offsets())  # type: ignore[attr-defined]
    # The middle of the largest ring, so that an island does not pull the dot into the sea.
    assert np.allclose(offsets.T, albers([101, 103, 111], [31, 31, 41]))
    b = axes()
    draw_dot_map(b, [100, 101], [30, 31], [1, 2], size=[1, 2], outlines=SHAPES, **SCALE)
    assert not [c for c in b.collections if isinstance(c, LineCollection)]
    monkeypatch.setenv("SYMBIOSIS_MAPS", "shapes")
    draw_dot_map(b, [100, 101], [30, 31], [1, 2], size=[1, 2], outlines=SHAPES, **SCALE)
    assert [c for c in b.collections if isinstance(c, LineCollection)]


def test_the_form_of_maps_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SYMBIOSIS_MAPS", raising=False)
    assert map_form() == "shapes"
    monkeypatch.setenv("SYMBIOSIS_MAPS", "globe")
    with pytest.raises(ValueError, match="SYMBIOSIS_MAPS is 'globe'; set it to shapes or dots"):
        map_form()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"limit": None}, "limit > 0 for changes, or low < high"),
        ({"limit": 0}, "limit > 0"),
        ({"low": 1, "high": 2}, "limit > 0"),
        ({"limit": None, "low": 2, "high": 1}, "low 2, high 1"),
        ({"area": "moon"}, "no area 'moon' to draw; known: china, world"),
        ({"form": "cubes"}, "form 'cubes'"),
        (
            {"values": {"zz": 1.0}},
            r"none of the 1 codes has an outline \(first 'zz'\); outlines have codes such as 'a'",
        ),
        ({"values": {}}, "none of the 0 codes"),
    ],
)
def test_a_map_refuses_what_it_cannot_show(change: dict[str, object], message: str) -> None:
    given = {"values": {"a": 1.0}, **SCALE, **change}
    with pytest.raises(ValueError, match=message):
        draw_map(axes(), SHAPES, **given)  # type: ignore[arg-type]


def test_maps_of_the_real_outlines_show_no_degrees_and_keep_their_aspect() -> None:
    prefectures = tables.load("china_prefectures").query("year == 2020").set_index("prefecture_code")["urban_share"]
    world = tables.load("countries").query("year == 2020").set_index("country_code")["urban_share"]
    for name, values, area, missing in (("china_prefectures", prefectures, "china", 34), ("world", world, "world", 6)):
        a = axes()
        drawn = draw_map(a, tables.shapes(name), values, low=0, high=100, colour_label="Urban share (%)", area=area)
        assert drawn.without_figure == missing
        assert not a.axison
        assert a.get_aspect() == 1
        a.figure.canvas.draw()
        # Everything but the islets far south lies in the frame.
        corners = np.vstack([path.vertices for path in drawn.moving[0].get_paths()])  # type: ignore[attr-defined]
        inside = (corners > [a.get_xlim()[0], a.get_ylim()[0]]) & (corners < [a.get_xlim()[1], a.get_ylim()[1]])
        assert inside.all(axis=1).mean() > 0.998


def test_outlines_of_countries_do_not_cross_the_map() -> None:
    for code, rings in tables.shapes("world").items():
        for ring in rings:
            assert np.abs(np.diff(ring[:, 0], append=ring[:1, 0])).max() < 90, code
