"""Projections of maps: equal areas, and the values of their authors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.measures.map_projections import albers, equal_earth

Projection = Callable[..., tuple[np.ndarray, np.ndarray]]


@pytest.mark.parametrize("project", [albers, equal_earth])
@given(longitude=st.floats(75, 135), latitude=st.floats(-55, 75))
def test_equal_ground_takes_equal_ink(project: Projection, longitude: float, latitude: float) -> None:
    step = 1e-4
    east, north = (np.array(project(longitude + dx, latitude + dy)) for dx, dy in ((step, 0), (0, step)))
    west, south = (np.array(project(longitude - dx, latitude - dy)) for dx, dy in ((step, 0), (0, step)))
    (a, b), (c, d) = (east - west) / (2 * step), (north - south) / (2 * step)
    sphere = np.deg2rad(1) ** 2 * np.cos(np.deg2rad(latitude))
    assert abs(a * d - b * c) == pytest.approx(sphere, rel=1e-5)


def test_albers_is_true_along_its_parallels() -> None:
    x, y = albers([104.9, 105.1], [25.0, 25.0])
    assert np.hypot(np.diff(x), np.diff(y))[0] == pytest.approx(np.deg2rad(0.2) * np.cos(np.deg2rad(25)), rel=1e-6)
    assert np.allclose(albers(105, 36), 0)


def test_albers_repeats_snyders_example() -> None:
    # Snyder (1987), page 291: unit sphere, parallels 29.5 and 45.5, origin 23 N 96 W, point 35 N 75 W.
    x, y = albers(-75, 35, parallels=(29.5, 45.5), centre=(-96, 23))
    assert (float(x), float(y)) == pytest.approx((0.2952720, 0.2416774), abs=1e-7)


def test_equal_earth_covers_the_sphere() -> None:
    # Its authors: the pole line is 0.59 as long as the equator.
    x, _ = equal_earth([180, 180], [0, 90])
    assert x[1] / x[0] == pytest.approx(0.5925, abs=1e-3)
    latitude = np.linspace(-90, 90, 4001)
    edge, height = equal_earth(np.full(4001, 180.0), latitude)
    assert np.trapezoid(2 * edge, height) == pytest.approx(4 * np.pi, rel=1e-6)
