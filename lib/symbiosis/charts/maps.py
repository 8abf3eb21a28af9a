"""Maps: places coloured by a figure, as outlines or as dots, drawn once and recoloured.

Every map has a form without outlines (``form="dots"``, or SYMBIOSIS_MAPS=dots for all of them). Outlines are drawn as
their source has them and state nothing on borders. Projections are equal-area; no degrees are written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from symbiosis.charts.style import COLOURS, map_form, ramp, styled
from symbiosis.measures.map_projections import albers, equal_earth

FloatArray = npt.NDArray[np.float64]
Outlines = Mapping[str, Sequence[FloatArray]]
"""Code of a place -> rings of shape (points, 2): longitude and latitude in degrees (symbiosis.tables.shapes)."""

_GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))


@dataclass(frozen=True)
class Area:
    """A part of the world: its projection, its frame in Earth radii, and what the frame leaves out."""

    project: Callable[[npt.ArrayLike, npt.ArrayLike], tuple[FloatArray, FloatArray]]
    left: float
    right: float
    bottom: float
    top: float
    bar: tuple[float, float, float, float]
    note: str = ""


AREAS = MappingProxyType(
    {
        "china": Area(
            albers, -0.425, 0.358, -0.345, 0.337, (0.03, 0.13, 0.27, 0.028),
            "Mainland\nand Hainan;\nislands further\nsouth not shown",
        ),
        "world": Area(equal_earth, -2.72, 2.72, -1.32, 1.34, (0.03, 0.115, 0.22, 0.028)),
    }
)  # fmt: skip


def fan_out(longitude: FloatArray, latitude: FloatArray, *, spacing: float = 0.16) -> tuple[FloatArray, FloatArray]:
    """Move places that share their coordinates apart, on a spiral around them; spacing in degrees."""
    groups: dict[tuple[float, float], list[int]] = {}
    for i, place in enumerate(zip(longitude.tolist(), latitude.tolist(), strict=True)):
        groups.setdefault(place, []).append(i)
    lon, lat = longitude.copy(), latitude.copy()
    for members in groups.values():
        for rank, i in enumerate(members):
            radius = spacing * np.sqrt(rank)
            lon[i] += radius * np.cos(rank * _GOLDEN_ANGLE)
            lat[i] += radius * np.sin(rank * _GOLDEN_ANGLE)
    return lon, lat


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
        x, y = area.project(ring[:, 0], ring[:, 1])
        corners.append(np.column_stack([np.append(x, x[0]), np.append(y, y[0])]))
        codes.append([Path.MOVETO, *[Path.LINETO] * (len(ring) - 1), Path.CLOSEPOLY])
    return Path(np.concatenate(corners), np.concatenate(codes).astype(np.uint8))


def _middle(rings: Sequence[FloatArray]) -> FloatArray:
    """Centroid in degrees of the largest ring (shoelace formula)."""
    best, most = np.zeros(2), -1.0
    for ring in rings:
        after = np.roll(ring, -1, axis=0)
        cross = ring[:, 0] * after[:, 1] - after[:, 0] * ring[:, 1]
        if abs(cross.sum()) > most:
            most = abs(float(cross.sum()))
            best = ((ring + after) * cross[:, None]).sum(axis=0) / (3 * cross.sum())
    return best


def _frame(axes: Axes, area: Area, title: str, label: Mapping[str, tuple[float, float]]) -> list[Artist]:
    """Set the axes up and name a few cities; returns what names them."""
    axes.set(xlim=(area.left, area.right), ylim=(area.bottom, area.top), title=title)
    axes.set_aspect("equal")
    axes.set_axis_off()
    halo = [withStroke(linewidth=3, foreground=COLOURS["paper"])]
    names: list[Artist] = []
    for name, place in label.items():
        x, y = (float(v) for v in area.project(*place))
        point = {"markersize": 4.5, "color": COLOURS["ink"], "markeredgecolor": COLOURS["paper"], "zorder": 5}
        names += axes.plot([x], [y], "o", **point)  # type: ignore[arg-type]
        names.append(
            axes.annotate(
                name, (x, y), xytext=(6, 4), textcoords="offset points", size=12, color=COLOURS["ink"], zorder=6,
                path_effects=halo,
            )
        )  # fmt: skip
    if area.note:
        axes.text(0.995, 0.0, area.note, transform=axes.transAxes, ha="right", va="bottom", size=10, linespacing=1.1)
    return names


def _outline(axes: Axes, outlines: Outlines, area: Area) -> Artist:
    lines = [
        np.column_stack(area.project(*np.append(ring, ring[:1], axis=0).T))
        for rings in outlines.values()
        for ring in rings
    ]
    look = {"colors": COLOURS["ink"], "linewidths": 0.5, "alpha": 0.55, "zorder": 2}
    return axes.add_collection(LineCollection(lines, **look), autolim=False)  # type: ignore[arg-type]


def _bar(axes: Axes, coloured: PathCollection, area: Area, label: str) -> None:
    inset = axes.inset_axes(area.bar)
    bar = axes.figure.colorbar(coloured, cax=inset, orientation="horizontal", extend="both")
    bar.outline.set_visible(False)
    inset.set_title(label, size=12, weight="normal", pad=5)
    inset.tick_params(labelsize=11.5)
    inset.locator_params(nbins=4)


class DrawnMap:
    """A map on its axes; ``update`` recolours it and moves nothing else."""

    def __init__(
        self,
        axes: Axes,
        codes: Sequence[str],
        coloured: PathCollection,
        empty: PathCollection,
        above: Sequence[Artist] = (),
    ) -> None:
        self._codes = tuple(codes)
        self._coloured, self._empty, self._above = coloured, empty, tuple(above)
        self._paths = coloured.get_paths()
        self._offsets = np.asarray(coloured.get_offsets())
        self._dots = len(self._offsets) == len(codes)
        look = {"color": COLOURS["paper"], "markeredgecolor": COLOURS["muted"], "markersize": 7.0}
        handle: Artist = (
            Line2D([], [], linestyle="", marker="o", label=" ", **look)  # type: ignore[arg-type]
            if self._dots
            else Patch(facecolor=COLOURS["paper"], edgecolor=COLOURS["muted"], hatch="////", label=" ")
        )
        self._legend: Legend = axes.legend(
            handles=[handle],
            loc="lower left",
            bbox_to_anchor=(0.02, -0.01),
            borderpad=0,
            handlelength=1.6,
            fontsize=11.5,
        )
        self._caption: Text = axes.text(
            0.02, 0.98, "", transform=axes.transAxes, ha="left", va="top", size=22, weight="bold"
        )
        self._axes = axes
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
        """The artists that ``update`` changes and those that lie over them, in the order of drawing."""
        return self._coloured, self._empty, *self._above, self._legend, self._caption

    def update(self, values: Mapping[str, float], caption: str = "") -> None:
        """Colour each place by its figure; one without (absent or NaN) is hatched and counted.

        Args:
            values: code of a place -> figure, a mapping or a pandas Series.
            caption: what is shown now, such as a year.

        Raises:
            ValueError: no code has an outline.
        """
        given = {str(code): float(value) for code, value in values.items()}
        known = set(self._codes)
        if not known & set(given):
            raise ValueError(
                f"none of the {len(given)} codes has an outline (first {next(iter(given), None)!r}); "
                f"outlines have codes such as {self._codes[0]!r}"
            )
        figures = np.array([given.get(code, np.nan) for code in self._codes])
        missing = ~np.isfinite(figures)
        if self._dots:
            self._coloured.set_offsets(self._offsets[~missing])
            self._coloured.set_array(figures[~missing])
            self._empty.set_offsets(self._offsets[missing])
        else:
            self._coloured.set_array(np.ma.masked_array(figures, missing))
            # One path of all: hatching is drawn once, not place by place.
            lacking = [path for path, lacks in zip(self._paths, missing, strict=True) if lacks]
            self._empty.set_paths([Path.make_compound_path(*lacking)] if lacking else [])
        self.without_figure = int(missing.sum())
        self.without_outline = tuple(c for c, v in given.items() if c not in known and np.isfinite(v))
        note = f"no figure: {self.without_figure}"
        if self.without_outline:
            note += f"; not drawn, without an outline: {len(self.without_outline)}"
        self._legend.get_texts()[0].set_text(note)
        self._caption.set_text(caption)


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
    look: dict[str, Any] = {"cmap": colours, "norm": norm, "edgecolors": COLOURS["paper"], "linewidths": 0.3}
    hollow: dict[str, Any] = {"facecolors": COLOURS["paper"], "edgecolors": COLOURS["muted"], "linewidths": 0.3}
    if form == "shapes":
        paths = [_path(rings, where) for rings in shapes.values()]
        coloured = PathCollection(paths, **look)
        empty = PathCollection([], hatch="////", **hollow)
        for collection in (empty, coloured):
            axes.add_collection(collection, autolim=False)
    else:
        x, y = where.project(*np.array([_middle(rings) for rings in shapes.values()]).T)
        look |= {"edgecolors": COLOURS["ink"]}
        coloured = axes.scatter(x, y, c=np.zeros(len(x)), s=42, **look)
        empty = axes.scatter(x[:0], y[:0], s=36, **(hollow | {"linewidths": 1.0}))
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
    longitude: npt.ArrayLike,
    latitude: npt.ArrayLike,
    value: npt.ArrayLike,
    *,
    size: npt.ArrayLike,
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
    dots = axes.scatter(
        x[order], y[order], c=v[order], s=9 + largest_dot * s[order] / s.max(), cmap=colours, norm=norm,
        edgecolors=COLOURS["ink"], linewidths=0.3, zorder=3,
    )  # fmt: skip
    _frame(axes, where, title, label or {})
    if outlines is not None and map_form() == "shapes":
        _outline(axes, outlines, where)
    _bar(axes, dots, where, colour_label)
