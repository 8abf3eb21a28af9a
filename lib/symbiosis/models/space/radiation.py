"""Flows of people by the radiation model, which has no parameter to fit (Simini, Gonzalez, Maritan, Barabasi 2012).

The chance that someone who leaves i goes to j is m n / ((m + s)(m + n + s)), where m and n are the people of i and j
and s is the number of people nearer to i than j is, i and j not counted. In a finite country these chances sum to
1 - m / M, so they are divided by that (Masucci, Serras, Johansson and Batty 2013).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, positive_array
from symbiosis.models.space.gravity_flows import distance_matrix


def radiation_flows(
    departures: npt.ArrayLike, population: npt.ArrayLike, distance: npt.ArrayLike, *, finite_size: bool = True
) -> FloatArray:
    """People from row to column, shape (places, places); rows sum to departures where finite_size.

    departures: people who leave, shape (places,); population: positive, shape (places,); distance: shape (places,
    places), its diagonal ignored. Places at equal distance are taken in their order. Without finite_size the share
    m / M of departures goes nowhere.
    """
    people = positive_array("population", finite_array("population", population, ndim=1, min_size=2))
    leaving = positive_array("departures", finite_array("departures", departures, ndim=1), zero_allowed=True)
    n = len(people)
    if len(leaving) != n:
        raise ValueError(f"departures holds {len(leaving)} places and population {n}; give one for each")
    apart = distance_matrix(distance, n).copy()
    np.fill_diagonal(apart, -1.0)
    order = np.argsort(apart, axis=1, kind="stable")
    # People of i and of all places up to and including each, from the nearest on: m + n + s.
    reached = np.cumsum(people[order], axis=1)
    chance = np.zeros((n, n))
    home = people[:, np.newaxis]
    # m n / ((m + s)(m + n + s)) is the drop of m / reached from one place to the next.
    np.put_along_axis(chance, order[:, 1:], home / reached[:, :-1] - home / reached[:, 1:], axis=1)
    if finite_size:
        chance /= (1 - people / people.sum())[:, np.newaxis]
    return np.asarray(leaving[:, np.newaxis] * chance)
