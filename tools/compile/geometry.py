"""Boundaries: read from well-known text and TopoJSON, simplified with shared borders kept, written as integers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from .errors import check

GRID = 0.01
"""Degrees between the whole numbers of a stored path: about a kilometre, half a pixel of a map on a projector."""


def polygons(texts: Iterable[str]) -> NDArray[np.object_]:
    """The POLYGONs and MULTIPOLYGONs of well-known text, in degrees."""
    return np.asarray(shapely.from_wkt(np.asarray(list(texts), dtype=object)))


def centre(shape: shapely.Geometry) -> tuple[float, float]:
    """Centroid (longitude, latitude), on the plane of degrees, of the outline of the largest part, holes not cut out.

    So a prefecture's islands do not pull its point into the sea.
    """
    parts = shapely.get_parts(shape)
    largest = parts[int(np.argmax(shapely.area(parts)))]
    point = shapely.centroid(shapely.polygons(shapely.get_exterior_ring(largest)))
    return float(shapely.get_x(point)), float(shapely.get_y(point))


def simplified(shapes: NDArray[np.object_], tolerance: float, smallest: float) -> NDArray[np.object_]:
    """Fewer points, and the same ones on both sides of a shared border (coverage simplification, Visvalingam-Whyatt).

    Args:
        shapes: polygons that share their borders and do not overlap.
        tolerance: side in degrees of the square below whose area a corner is cut.
        smallest: parts below this area in square degrees are left out, but never a unit's largest.
    """
    check("shapes: borders are shared", bool(shapely.coverage_is_valid(shapes)), "the polygons overlap or leave gaps")
    return np.array([_without_islets(shape, smallest) for shape in shapely.coverage_simplify(shapes, tolerance)])


def _without_islets(shape: shapely.Geometry, smallest: float) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    areas = shapely.area(parts)
    return shapely.multipolygons(parts[(areas >= smallest) | (areas == areas.max())])


def merged(shapes: NDArray[np.object_], groups: Sequence[str]) -> dict[str, shapely.Geometry]:
    """The union of each group's shapes: borders between them go, the others stay as they are."""
    labels = np.asarray(groups)
    return {group: shapely.coverage_union_all(shapes[labels == group]) for group in dict.fromkeys(groups)}


def paths(shape: shapely.Geometry, grid: float = GRID) -> list[str]:
    """Each ring as whole numbers, ``x y`` of its first point and then the steps, in units of ``grid`` degrees.

    Outer rings run counter-clockwise, holes clockwise; the first point is not repeated at the end.
    """
    found = []
    for polygon in shapely.get_parts(shape):
        for index, ring in enumerate(shapely.get_rings(polygon)):
            points = np.rint(shapely.get_coordinates(ring)[:-1] / grid).astype(int)
            points = points[np.any(points != np.roll(points, 1, axis=0), axis=1)]
            if len(points) < 3:
                continue
            if (signed_area(points) > 0) != (index == 0):
                points = points[::-1]
            steps = np.vstack([points[:1], np.diff(points, axis=0)])
            found.append(" ".join(map(str, steps.ravel())))
    return found


def signed_area(points: NDArray[Any]) -> float:
    """Area of a ring, positive when it runs counter-clockwise (shoelace formula)."""
    x, y = points.T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) / 2)


def topojson(path: Path, layer: str) -> list[tuple[Mapping[str, Any], shapely.Geometry]]:
    """The (properties with ``id``, polygon) pairs of one layer of a quantized TopoJSON file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    scale, shift = (np.array(content["transform"][name]) for name in ("scale", "translate"))
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in content["arcs"]]

    def ring(numbers: Sequence[int]) -> NDArray[np.float64]:
        pieces = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
        return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])

    found = []
    for given in content["objects"][layer]["geometries"]:
        outlines = given["arcs"] if given["type"] == "MultiPolygon" else [given["arcs"]]
        parts = [
            part
            for rings in outlines
            for part in _cut_at_date_line(shapely.Polygon(ring(rings[0]), [ring(hole) for hole in rings[1:]]))
        ]
        found.append(({**given["properties"], "id": given.get("id")}, shapely.multipolygons(parts)))
    return found


def _cut_at_date_line(polygon: shapely.Polygon) -> list[shapely.Polygon]:
    """The parts of a polygon on either side of 180 degrees, where its outline steps from one edge to the other."""
    points = shapely.get_coordinates(polygon.exterior)
    turns = np.cumsum(-360.0 * np.rint(np.diff(points[:, 0], prepend=points[0, 0]) / 360.0))
    if not turns.any():
        return [polygon]
    whole = shapely.make_valid(shapely.Polygon(points + np.column_stack([turns, np.zeros(len(turns))])))
    found: list[shapely.Polygon] = []
    for shift in (-360.0, 0.0, 360.0):
        part = shapely.intersection(whole, shapely.box(shift - 180.0, -90.0, shift + 180.0, 90.0))
        moved = shapely.transform(part, lambda xy, shift=shift: xy - [shift, 0.0])
        found += [one for one in shapely.get_parts(moved) if one.geom_type == "Polygon" and one.area > 0]
    return found
