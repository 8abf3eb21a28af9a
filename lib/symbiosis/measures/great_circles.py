"""Distances over the globe, in kilometres along the sphere."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, same_length, same_shape

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""


def _angles(name: str, values: npt.ArrayLike, limit: float) -> FloatArray:
    degrees = finite_array(name, values)
    worst = float(np.abs(degrees).max())
    if worst > limit:
        raise ValueError(f"{name} reaches {worst:.6g}; give degrees between -{limit:g} and {limit:g}")
    return np.radians(degrees)


def great_circle_km(
    longitude: npt.ArrayLike, latitude: npt.ArrayLike, to_longitude: npt.ArrayLike, to_latitude: npt.ArrayLike
) -> FloatArray:
    """Distances from points to points by the haversine formula; shapes broadcast, as in x[:, None] against x.

    longitude, to_longitude: degrees east, -180 to 180.
    latitude, to_latitude: degrees north.
    ValueError for angles out of range, and for shapes that do not fit together.
    """
    x, y, to_x, to_y = same_shape(
        longitude=_angles("longitude", longitude, 180.0),
        latitude=_angles("latitude", latitude, 90.0),
        to_longitude=_angles("to_longitude", to_longitude, 180.0),
        to_latitude=_angles("to_latitude", to_latitude, 90.0),
    )
    half = np.sin((y - to_y) / 2) ** 2 + np.cos(y) * np.cos(to_y) * np.sin((x - to_x) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


def distance_matrix_km(
    longitude: npt.ArrayLike,
    latitude: npt.ArrayLike,
    to_longitude: npt.ArrayLike | None = None,
    to_latitude: npt.ArrayLike | None = None,
) -> FloatArray:
    """Distances from every place to every destination, shape (places, destinations).

    longitude, latitude: of the places, shape (places,), as in great_circle_km.
    to_longitude, to_latitude: of the destinations, shape (destinations,); without them the places themselves.
    """
    x, y = (finite_array(n, v, ndim=1) for n, v in (("longitude", longitude), ("latitude", latitude)))
    same_length(longitude=x, latitude=y)
    if to_longitude is None and to_latitude is None:
        return great_circle_km(x[:, np.newaxis], y[:, np.newaxis], x, y)
    to_x = finite_array("to_longitude", to_longitude, ndim=1)
    to_y = finite_array("to_latitude", to_latitude, ndim=1)
    same_length(to_longitude=to_x, to_latitude=to_y)
    return great_circle_km(x[:, np.newaxis], y[:, np.newaxis], to_x, to_y)
