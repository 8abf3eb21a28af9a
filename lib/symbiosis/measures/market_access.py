"""How near a place is to people: its market potential (Harris 1954)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_number, positive_array, positive_number


def market_access(
    population: npt.ArrayLike,
    distance: npt.ArrayLike,
    *,
    exponent: float = 1.0,
    internal_distance: float | None = None,
    own: npt.ArrayLike | None = None,
) -> FloatArray:
    """Sum over destinations of population / distance**exponent, shape (places,): Harris's market potential.

    population: people at each destination, zero or more; distance: shape (places, destinations), kilometres.
    internal_distance: shorter distances count as this one, which says how far apart people of one place live; without
    it a distance of zero is refused. own: for each place the position of the destination that is the place itself and
    is left out, -1 for none. Unit: persons per kilometre**exponent. Only ratios between places mean anything.
    """
    people = positive_array("population", population, ndim=1, zero_allowed=True)
    apart = positive_array("distance", distance, ndim=2, zero_allowed=True)
    power = finite_number("exponent", exponent)
    if power < 0:
        raise ValueError(f"exponent is {power:g}; nearer people count more, so give zero or more")
    if apart.shape[1] != len(people):
        raise ValueError(f"distance has {apart.shape[1]} destinations and population {len(people)}; give one for each")
    left_out = np.zeros(apart.shape, bool)
    if own is not None:
        positions = np.asarray(own)
        if positions.shape != apart.shape[:1] or not np.issubdtype(positions.dtype, np.integer):
            raise ValueError("own must hold one whole number per place: the position of itself, or -1 for none")
        if positions.min() < -1 or positions.max() >= len(people):
            raise ValueError(f"own must lie between -1 and {len(people) - 1}; it names a destination that is not there")
        rows = np.flatnonzero(positions >= 0)
        left_out[rows, positions[rows]] = True
    if internal_distance is not None:
        apart = np.maximum(apart, positive_number("internal_distance", internal_distance))
    if power > 0 and (apart[~left_out] == 0).any():
        raise ValueError("distance is 0 for some place; leave it out with own, or give an internal_distance")
    weight = np.where(left_out, 0.0, np.where(left_out, 1.0, apart) ** -power)
    access: FloatArray = weight @ people
    return access
