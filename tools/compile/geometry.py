"""Centroids of boundaries in well-known text."""

from __future__ import annotations

import re
from itertools import pairwise

_RING = re.compile(r"\(([^()]+)\)")


def centroid(shape: str) -> tuple[float, float]:
    """Area centroid (longitude, latitude) of a POLYGON or MULTIPOLYGON in degrees, on the plane.

    Outer rings and holes count by their signed area relative to the first ring of their polygon.
    """
    area = x_moment = y_moment = 0.0
    for polygon in shape.split(")),(("):
        for index, ring in enumerate(_RING.findall("(" + re.sub(r"^[A-Z (]+|[) ]+$", "", polygon) + ")")):
            points = [tuple(map(float, pair.split()[:2])) for pair in ring.split(",")]
            cross = [a[0] * b[1] - b[0] * a[1] for a, b in pairwise(points)]
            ring_area = sum(cross) / 2
            sign = (1 if index == 0 else -1) * (1 if ring_area >= 0 else -1)
            steps = [(a, b, c) for (a, b), c in zip(pairwise(points), cross, strict=True)]
            area += sign * ring_area
            x_moment += sign * sum((a[0] + b[0]) * c for a, b, c in steps) / 6
            y_moment += sign * sum((a[1] + b[1]) * c for a, b, c in steps) / 6
    return x_moment / area, y_moment / area
