"""Maps: places coloured by a figure, as outlines or as dots, drawn once and recoloured.

Every map has a form without outlines (``form="dots"``, or SYMBIOSIS_MAPS=dots for all of them). Outlines are drawn as
their source has them and state nothing on borders. Projections are equal-area; no degrees are written.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.path import Path
from matplotlib.text import Text
from numpy.typing import ArrayLike

from symbiosis.charts.style import COLOURS, halo, map_form, name_point, ramp, styled
from symbiosis.checks import FloatArray
from symbiosis.measures.map_projections import albers, equal_earth

Outlines = Mapping[str, Sequence[FloatArray]]
"""Code of a place -> rings of shape (points, 2): longitude and latitude in degrees (symbiosis.tables.shapes)."""

_GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))


@dataclass(frozen=True)
class Area:
    """A part of the world: its projection, its frame in Earth radii, and what the frame leaves out."""

    project: Callable[[ArrayLike, ArrayLike], tuple[FloatArray, FloatArray]]
    x: tuple[float, float]
    y: tuple[float, float]
    bar: tuple[float, float, float, float]
    note: str = ""


_NOT_SHOWN = "Mainland\nand Hainan;\nislands further\nsouth not shown"
AREAS = MappingProxyType(
    {
        "china": Area(albers, (-0.425, 0.358), (-0.345, 0.337), (0.03, 0.13, 0.27, 0.028), _NOT_SHOWN),
        "world": Area(equal_earth, (-2.72, 2.72), (-1.32, 1.34), (0.03, 0.115, 0.22, 0.028)),
    }
)


def fan_out(longitude: FloatArray, latitude: FloatArray, *, spacing: float = 0.16) -> tuple[FloatArray, FloatArray]:
    """Move places that share their coordinates apart, on a spiral around them; spacing in degrees."""
    rank = pd.DataFrame({"lon": longitude, "lat": latitude}).groupby(["lon", "lat"], sort=False).cumcount().to_numpy()
    radius, angle = spacing * np.sqrt(rank), rank * _GOLDEN_ANGLE
    return longitude + radius * np.cos(angle), latitude + radius * np.sin(angle)


def _area(name: str) -> Area:
    if name not in AREAS:
        raise ValueError(f"no area {name!r} to draw; known: {', '.join(AREAS)}")
    return AREAS[name]


def _colours(limit: float | None, low: float | None, high: float | None) -> tuple[Normalize, Any]:
    """A scale centred on zero from a limit, or one from low to high."""
    if limit is not None and low is None and high is None and limit > 0:
        return Normalize(-limit, limit), ramp("change")
    if limit is None and low is not None and high is not None and low < high:
        return Normalize(low, high), ramp("level")
    raise ValueError(
        f"a map needs limit > 0 for changes, or low < high for levels; got limit {limit}, low {low}, high {high}"
    )


def _path(rings: Sequence[FloatArray], area: Area) -> Path:
    """One closed path of all rings, holes cut out by the way they run."""
    corners, codes = [], []
    for ring in rings:
        corners.append(np.column_stack(area.project(*np.append(ring, ring[:1], axis=0).T)))
        codes.append([Path.MOVETO, *[Path.LINETO] * (len(ring) - 1), Path.CLOSEPOLY])
    return Path(np.concatenate(corners), np.concatenate(codes).astype(np.uint8))


def _middle(rings: Sequence[FloatArray]) -> FloatArray:
    """Centroid in degrees of the largest ring (shoelace formula)."""
    crosses = [ring[:, 0] * np.roll(ring[:, 1], -1) - np.roll(ring[:, 0], -1) * ring[:, 1] for ring in rings]
    ring, cross = max(zip(rings, crosses, strict=True), key=lambda pair: abs(float(pair[1].sum())))
    middle: FloatArray = ((ring + np.roll(ring, -1, axis=0)) * cross[:, None]).sum(axis=0) / (3 * cross.sum())
    return middle


def _frame(axes: Axes, area: Area, title: str, label: Mapping[str, tuple[float, float]]) -> list[Artist]:
    """Set the axes up and name a few cities; returns what names them."""
    axes.set(xlim=area.x, ylim=area.y, title=title, aspect="equal")
    axes.set_axis_off()
    ink, names = COLOURS["ink"], list[Artist]()
    for name, place in label.items():
        x, y = (float(v) for v in area.project(*place))
        names += axes.plot(x, y, "o", markersize=4.5, color=ink, markeredgecolor=COLOURS["paper"], zorder=5)
        look: dict[str, Any] = {"size": 12, "color": ink, "zorder": 6, "path_effects": halo(), "va": "baseline"}
        names.append(name_point(axes, name, (x, y), (6, 4), **look))
    if area.note:
        axes.text(0.995, 0.0, area.note, transform=axes.transAxes, ha="right", va="bottom", size=10, linespacing=1.1)
    return names


def _outline(axes: Axes, outlines: Outlines, area: Area) -> Artist:
    closed = (np.append(ring, ring[:1], axis=0) for rings in outlines.values() for ring in rings)
    lines = [np.column_stack(area.project(*ring.T)) for ring in closed]
    look: dict[str, Any] = {"colors": COLOURS["ink"], "linewidths": 0.5, "alpha": 0.55, "zorder": 2}
    return axes.add_collection(LineCollection(lines, **look), autolim=False)


def _bar(axes: Axes, coloured: PathCollection, area: Area, label: str) -> None:
    inset = axes.inset_axes(area.bar)
    bar = axes.figure.colorbar(coloured, cax=inset, orientation="horizontal", extend="both")
    bar.outline.set_visible(False)
    inset.set_title(label, size=12, weight="normal", pad=5)
    inset.tick_params(labelsize=11.5)
    inset.locator_params(nbins=3)


class DrawnMap:
    """A map on its axes; ``update`` recolours it and moves nothing else."""

    def __init__(
        self, axes: Axes, codes: Sequence[str], coloured: PathCollection, empty: PathCollection, above: Sequence[Artist]
    ) -> None:
        self._axes, self._codes = axes, tuple(codes)
        self._coloured, self._empty, self._above = coloured, empty, tuple(above)
        self._paths, self._offsets = coloured.get_paths(), np.asarray(coloured.get_offsets())
        self._dots = len(self._offsets) == len(codes)
        paper, muted = COLOURS["paper"], COLOURS["muted"]
        handle: Artist = Patch(facecolor=paper, edgecolor=muted, hatch="////", label=" ")
        if self._dots:
            handle = Line2D([], [], ls="", marker="o", markersize=7.0, color=paper, markeredgecolor=muted, label=" ")
        place: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0.02, -0.01), "borderpad": 0}
        self._legend = axes.legend(handles=[handle], handlelength=1.6, fontsize=11.5, **place)
        corner: dict[str, Any] = {"transform": axes.transAxes, "ha": "left", "va": "top"}
        self._caption: Text = axes.text(0.02, 0.98, "", size=22, weight="bold", **corner)
        self._behind: tuple[str, bytes] | None = None
        self.without_figure = 0
        """How many places have an outline and no figure: hatched, or hollow dots."""
        self.without_outline: tuple[str, ...] = ()
        """Codes with a figure that no outline shows."""

    @property
    def figure(self) -> Figure:
        """The figure it is drawn on."""
        figure = self._axes.get_figure()
        assert isinstance(figure, Figure)
        return figure

    @property
    def moving(self) -> tuple[Artist, ...]:
        """What every ``update`` changes and what lies over it, in the order of drawing.

        Places without a figure and their note are no part of it: ``update`` names them.
        """
        return self._coloured, *self._above, self._caption

    def update(self, values: Mapping[str, float], caption: str = "") -> Hashable:
        """Colour each place by its figure; one without (absent or NaN) is hatched and counted.

        Returns a name for what lies behind: the places that have no figure, and the note on them.

        Args:
            values: code of a place -> figure, a mapping or a pandas Series.
            caption: what is shown now, such as a year.

        Raises:
            ValueError: no code has an outline.
        """
        given = {str(code): float(value) for code, value in values.items()}
        known, figures = set(self._codes), np.array([given.get(code, np.nan) for code in self._codes])
        if known.isdisjoint(given):
            raise ValueError(
                f"none of the {len(given)} codes has an outline (first {next(iter(given), None)!r}); "
                f"outlines have codes such as {self._codes[0]!r}"
            )
        missing = ~np.isfinite(figures)
        self.without_figure = int(missing.sum())
        self.without_outline = tuple(c for c, v in given.items() if np.isfinite(v) and c not in known)
        if self._dots:
            self._coloured.set_offsets(self._offsets[~missing])
            self._coloured.set_array(figures[~missing])
        else:
            self._coloured.set_array(np.ma.masked_array(figures, missing))
        self._caption.set_text(caption)
        beyond = len(self.without_outline)
        note = f"no figure: {self.without_figure}" + (f"; not drawn, without an outline: {beyond}" if beyond else "")
        behind = note, missing.tobytes()
        if behind == self._behind:
            return behind
        self._behind = behind
        self._legend.get_texts()[0].set_text(note)
        if self._dots:
            self._empty.set_offsets(self._offsets[missing])
        else:
            # One path of all: hatching is drawn once, not place by place.
            lacking = [path for path, lacks in zip(self._paths, missing, strict=True) if lacks]
            self._empty.set_paths([Path.make_compound_path(*lacking)] if lacking else [])
        return behind


@styled
def draw_map(
    axes: Axes,
    shapes: Outlines,
    values: Mapping[str, float],
    *,
    colour_label: str,
    limit: float | None = None,
    low: float | None = None,
    high: float | None = None,
    area: str = "china",
    outlines: Outlines | None = None,
    label: Mapping[str, tuple[float, float]] | None = None,
    title: str = "",
    caption: str = "",
    form: str | None = None,
) -> DrawnMap:
    """Colour places by a figure (a choropleth); the result recolours them.

    Args:
        shapes: outlines by code.
        values: code -> figure; a place without one, or with NaN, is hatched and counted.
        colour_label: what the colours mean, with the unit.
        limit: colours run from -limit (amber) over 0 to +limit (blue), clipped at both ends: for changes.
        low: with ``high``, the ends of a scale from little (pale) to much (dark): for levels.
        high: see ``low``.
        area: ``china`` (the mainland and Hainan) or ``world``.
        outlines: coarser outlines drawn over the places, such as provinces.
        label: name -> (longitude, latitude) of a few cities.
        title: title of the axes.
        caption: what is shown now, such as a year.
        form: ``shapes`` or ``dots`` (one dot a place, no outline at all); default: the style's map_form().

    Raises:
        ValueError: no scale, an unknown area or form, or no code with an outline.
    """
    where, (norm, colours) = _area(area), _colours(limit, low, high)
    form = form or map_form()
    if form not in ("shapes", "dots"):
        raise ValueError(f"form {form!r} of a map is not known; choose shapes or dots")
    look: dict[str, Any] = {"cmap": colours, "norm": norm, "linewidths": 0.3}
    hollow: dict[str, Any] = {"facecolors": COLOURS["paper"], "edgecolors": COLOURS["muted"]}
    if form == "shapes":
        paths = [_path(rings, where) for rings in shapes.values()]
        # Without edges: neighbours leave a hairline of paper between them, at a quarter of the time.
        coloured = PathCollection(paths, edgecolors="none", **look)
        empty = PathCollection([], hatch="////", linewidths=0.3, **hollow)
        for collection in (empty, coloured):
            axes.add_collection(collection, autolim=False)
    else:
        x, y = where.project(*np.array([_middle(rings) for rings in shapes.values()]).T)
        coloured = axes.scatter(x, y, c=np.zeros(len(x)), s=42, edgecolors=COLOURS["ink"], **look)
        empty = axes.scatter(x[:0], y[:0], s=36, linewidths=1.0, **hollow)
    above = _frame(axes, where, title, label or {})
    if outlines is not None and form == "shapes":
        above.insert(0, _outline(axes, outlines, where))
    drawn = DrawnMap(axes, list(shapes), coloured, empty, above)
    drawn.update(values, caption)
    _bar(axes, coloured, where, colour_label)
    return drawn


@styled
def draw_dot_map(
    axes: Axes,
    longitude: ArrayLike,
    latitude: ArrayLike,
    value: ArrayLike,
    *,
    size: ArrayLike,
    limit: float,
    colour_label: str,
    title: str = "",
    largest_dot: float = 160,
    label: Mapping[str, tuple[float, float]] | None = None,
    outlines: Outlines | None = None,
    area: str = "china",
) -> None:
    """Draw places as dots; value is coloured from -limit (amber) over 0 to +limit (blue), clipped at both ends.

    Places with the same coordinates are drawn side by side (fan_out).

    Args:
        longitude: degrees east, shape (places,).
        latitude: degrees north, shape (places,).
        value: shape (places,).
        size: any positive quantity, shown as area relative to its largest.
        limit: end of the colours.
        colour_label: what the colours mean, with the unit.
        title: title of the axes.
        largest_dot: area of the largest dot in square points.
        label: name -> (longitude, latitude) of a few cities.
        outlines: drawn under the dots, such as provinces; left out in the dots-only form.
        area: ``china`` (the mainland and Hainan) or ``world``.

    Raises:
        ValueError: arrays of different lengths, or numbers that are not finite.
    """
    lon, lat, v, s = (np.array(a, float) for a in (longitude, latitude, value, size))
    if not (len(lon) == len(lat) == len(v) == len(s)):
        raise ValueError(f"a dot map needs arrays of one length; got {len(lon)}, {len(lat)}, {len(v)}, {len(s)}")
    if not np.isfinite(np.concatenate([lon, lat, v, s])).all():
        raise ValueError("a dot map needs finite numbers: drop places without a figure first, and say how many")
    where, (norm, colours) = _area(area), _colours(limit, None, None)
    x, y = where.project(*fan_out(lon, lat))
    # Large dots first, so that no small one is hidden under them.
    order = np.argsort(-s, kind="stable")
    look: dict[str, Any] = {"cmap": colours, "norm": norm, "edgecolors": COLOURS["ink"], "linewidths": 0.3}
    areas = 9 + largest_dot * s[order] / s.max()
    dots = axes.scatter(x[order], y[order], c=v[order], s=areas, zorder=3, **look)
    _frame(axes, where, title, label or {})
    if outlines is not None and map_form() == "shapes":
        _outline(axes, outlines, where)
    _bar(axes, dots, where, colour_label)
