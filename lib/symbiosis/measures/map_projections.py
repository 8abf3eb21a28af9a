"""Equal-area projections: a degree-free plane on which equal ground takes equal ink."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray

_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796


def albers(
    longitude: npt.ArrayLike,
    latitude: npt.ArrayLike,
    *,
    parallels: tuple[float, float] = (25.0, 47.0),
    centre: tuple[float, float] = (105.0, 36.0),
) -> tuple[FloatArray, FloatArray]:
    """x and y in Earth radii of Albers' equal-area conic projection of the sphere (Snyder 1987, eqs. 14-1 to 14-6).

    Args:
        longitude: degrees east.
        latitude: degrees north.
        parallels: latitudes of true shape in degrees; the default suits maps of China.
        centre: longitude and latitude in degrees of the origin.
    """
    first, second, origin = np.deg2rad([*parallels, centre[1]])
    n = (np.sin(first) + np.sin(second)) / 2
    c = np.cos(first) ** 2 + 2 * n * np.sin(first)
    radius = np.sqrt(c - 2 * n * np.sin(np.deg2rad(np.asarray(latitude, float)))) / n
    angle = n * np.deg2rad(np.asarray(longitude, float) - centre[0])
    middle = np.sqrt(c - 2 * n * np.sin(origin)) / n
    return np.asarray(radius * np.sin(angle)), np.asarray(middle - radius * np.cos(angle))


def equal_earth(longitude: npt.ArrayLike, latitude: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """x and y in Earth radii of the Equal Earth projection (Savric, Patterson and Jenny 2019, IJGIS 33:454).

    Args:
        longitude: degrees east, -180 to 180.
        latitude: degrees north.
    """
    theta = np.arcsin(np.sqrt(3) / 2 * np.sin(np.deg2rad(np.asarray(latitude, float))))
    slope = 9 * _A4 * theta**8 + 7 * _A3 * theta**6 + 3 * _A2 * theta**2 + _A1
    x = 2 * np.sqrt(3) * np.deg2rad(np.asarray(longitude, float)) * np.cos(theta) / (3 * slope)
    return np.asarray(x), np.asarray(_A4 * theta**9 + _A3 * theta**7 + _A2 * theta**3 + _A1 * theta)
