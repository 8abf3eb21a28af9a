"""A map as dots: one dot per place at its coordinates, its size the people, its colour the change."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, TwoSlopeNorm

from symbiosis.charts.style import COLOURS, styled

_GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))


def fan_out(
    longitude: npt.NDArray[np.float64], latitude: npt.NDArray[np.float64], *, spacing: float = 0.16
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
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
) -> None:
    """Draw places; value is coloured from -limit (amber) over 0 (white) to +limit (blue), clipped at both ends.

    size: any positive quantity, shown as area relative to its largest; label: name -> (longitude, latitude).
    Places with the same coordinates are drawn side by side (fan_out).
    """
    lon, lat, v, s = (np.array(a, float) for a in (longitude, latitude, value, size))
    if not (len(lon) == len(lat) == len(v) == len(s)):
        raise ValueError(f"a dot map needs arrays of one length; got {len(lon)}, {len(lat)}, {len(v)}, {len(s)}")
    if not np.isfinite(np.concatenate([lon, lat, v, s])).all():
        raise ValueError("a dot map needs finite numbers: drop places without a figure first, and say how many")
    lon, lat = fan_out(lon, lat)

    ramp = LinearSegmentedColormap.from_list("rural_urban", ["#b86f0c", "#f0c98a", "#f7f7f4", "#8fb3d9", "#123c6d"])
    # Large dots first, so that no small one is hidden under them.
    order = np.argsort(-s, kind="stable")
    dots = axes.scatter(
        lon[order], lat[order], c=v[order], s=9 + largest_dot * s[order] / s.max(), cmap=ramp,
        norm=TwoSlopeNorm(0.0, -limit, limit), edgecolors="#6d7782", linewidths=0.4,
    )  # fmt: skip
    # One degree of longitude is shorter than one of latitude by the cosine of the latitude.
    axes.set_aspect(1 / np.cos(np.deg2rad(float(np.median(lat)))), adjustable="datalim")
    axes.set(xlabel="Longitude (degrees east)", ylabel="Latitude (degrees north)", title=title)
    for name, (x, y) in (label or {}).items():
        axes.annotate(name, (x, y), xytext=(7, 5), textcoords="offset points", size=11.5, color=COLOURS["ink"])
    bar = axes.figure.colorbar(dots, ax=axes, extend="both", shrink=0.85, pad=0.02)
    bar.set_label(colour_label)
    bar.outline.set_visible(False)
