"""What a picture draws, as rows of numbers: every line, dot, bar, area and coloured place, in the units of its axes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.ticker import FixedLocator

HEAD = ("part", "drawn as", "name", "at", "x", "y", "x end", "y end", "value")
"""at: the words of the axis at this place; value: what colour shows; ends: of segments, bars and areas."""
Row = tuple[Any, ...]


def rows(figure: Figure, places: Mapping[Axes, Mapping[str, float]] | None = None) -> list[Row]:
    """The rows of a figure under HEAD; places: for axes with a map, the values of its places by code."""
    found: list[Row] = []
    axes = [one for one in figure.axes if one.get_visible() and one.get_label() != "<colorbar>"]
    for number, one in enumerate(axes, start=1):
        part = _title(one) or str(number)
        across, up = _words(one.xaxis), _words(one.yaxis)
        for what, name, points in _of_axes(one):
            found += [(part, what, name, _at(up, y) or _at(across, x), *_plain(x, y, *rest)) for x, y, *rest in points]
        for code, value in (places or {}).get(one, {}).items():
            found.append((part, "place", code, "", *_plain("", "", "", "", value)))
    return found


def _title(axes: Axes) -> str:
    return next((" ".join(t.split()) for side in ("left", "center", "right") if (t := axes.get_title(loc=side))), "")


def _of_axes(axes: Axes) -> Iterator[tuple[str, str, list[Row]]]:
    """Kind, name and points of each artist that stands for data, in the order in which they were drawn."""
    for artist in axes.get_children():
        # Of dots their places count in the axes, of all else the artist itself.
        moved = artist.get_offset_transform() if isinstance(artist, PathCollection) else artist.get_transform()
        if not artist.get_visible() or not moved.contains_branch(axes.transData):
            continue
        name = str(artist.get_label())
        name = "" if name.startswith("_") else name
        if isinstance(artist, Line2D):
            yield "line" if artist.get_linestyle() not in ("None", "") else "dots", name, _line(artist)
        elif isinstance(artist, PathCollection):
            yield "dots", name, _dots(artist)
        elif isinstance(artist, LineCollection):
            yield "segment", name, [(*s[0], *s[-1], "") for s in artist.get_segments() if len(s) == 2]
        elif isinstance(artist, PolyCollection):
            yield "area", name, [row for path in artist.get_paths() for row in _area(path.vertices)]
        elif isinstance(artist, Polygon):
            yield "area", name, [(x, y, "", "", "") for x, y in artist.get_xy()]
        elif isinstance(artist, Rectangle) and artist is not axes.patch:
            x, y, wide, high = artist.get_x(), artist.get_y(), artist.get_width(), artist.get_height()
            yield "bar", name, [(x, y, x + wide, y + high, "")]


def _line(line: Line2D) -> list[Row]:
    x, y = line.get_xdata(orig=False), line.get_ydata(orig=False)
    return [(a, b, "", "", "") for a, b in zip(np.ravel(x), np.ravel(y), strict=True) if np.isfinite([a, b]).all()]


def _dots(dots: PathCollection) -> list[Row]:
    offsets = np.ma.filled(np.ma.asarray(dots.get_offsets(), float), np.nan)
    shown = dots.get_array()
    values = [""] * len(offsets) if shown is None or len(shown) != len(offsets) else list(np.ma.filled(shown, np.nan))
    return [(x, y, "", "", v) for (x, y), v in zip(offsets, values, strict=True) if np.isfinite([x, y]).all()]


def _area(vertices: Any) -> list[Row]:
    """An area between two curves over x as its lower and upper end at each x."""
    ends: dict[float, list[float]] = {}
    for x, y in vertices:
        ends.setdefault(float(x), []).append(float(y))
    return [(x, min(ys), x, max(ys), "") for x, ys in ends.items()]


def _words(axis: Axis) -> list[tuple[float, str]]:
    """Where words stand on an axis; nothing where it counts by numbers."""
    ticks = np.asarray(axis.get_majorticklocs(), float)
    if not isinstance(axis.get_major_locator(), FixedLocator) or (len(ticks) > 1 and np.diff(np.sort(ticks)).min() < 1):
        return []
    words = [" ".join(label.get_text().split()) for label in axis.get_majorticklabels()]
    return list(zip(ticks.tolist(), words, strict=False))


def _at(words: list[tuple[float, str]], at: Any) -> str:
    """The words that stand at a place, if any."""
    found = next((text for tick, text in words if abs(tick - float(at)) < 0.5), "")
    return found if any(letter.isalpha() for letter in found) else ""


def _plain(*numbers: Any) -> Iterator[str]:
    """Numbers with seven digits, which is more than a picture shows; "" for what is not known."""
    for one in numbers:
        yield "" if isinstance(one, str) or not np.isfinite(one) else f"{float(one):.7g}"
