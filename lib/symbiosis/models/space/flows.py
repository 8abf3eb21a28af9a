"""Flows of people between places: gravity (Wilson 1970), radiation, and flows balanced at both ends."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, positive_array, same_length
from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.parameters import Model, Values, model, parameter

_ROUNDS = 10_000


@model
class Gravity(Model):
    """Gravity, constrained at the origins: T_ij = O_i P_j^b d_ij^-g over the sum of P_k^b d_ik^-g (Wilson 1970)."""

    # fmt: off
    distance_exponent: Values = parameter(default=1.0, label="Deterrence of distance", range=(0.0, 3.0, 0.05),
        display=".2f", source="assumption", meaning="Percent fewer moves for one percent more distance.")
    attraction_exponent: Values = parameter(default=1.0, label="Attraction of people", range=(0.0, 2.0, 0.05),
        display=".2f", source="assumption", meaning="Percent more moves to a place with one percent more people.")
    # fmt: on

    def flows(self, departures: npt.ArrayLike, population: npt.ArrayLike, distance: npt.ArrayLike) -> FloatArray:
        """People from row to column, shape (..., places, places); rows sum to departures and nobody stays.

        departures: people who leave, zero or more, shape (places,).
        population: people of each place, positive, shape (places,).
        distance: positive between places, shape (places, places), its diagonal ignored.
        """
        leaving, people, apart = _country(departures, population, distance)
        g, b = self.arrays(axes=2)
        home = np.eye(len(people), dtype=bool)
        pull = np.where(home, -np.inf, b * np.log(people) - g * np.log(np.where(home, 1.0, apart)))
        parts = np.exp(pull - pull.max(axis=-1, keepdims=True))
        return np.asarray(leaving[:, np.newaxis] * parts / parts.sum(axis=-1, keepdims=True))


def radiation_flows(
    departures: npt.ArrayLike, population: npt.ArrayLike, distance: npt.ArrayLike, *, finite_size: bool = True
) -> FloatArray:
    """Flows of the radiation model, which has no parameter to fit (Simini, Gonzalez, Maritan, Barabasi 2012).

    The chance that someone who leaves i goes to j is m n / ((m + s)(m + n + s)), where m and n are the people of i and
    j and s is the number of people nearer to i than j is, i and j not counted. In a finite country these chances sum
    to 1 - m / M, so they are divided by that (Masucci, Serras, Johansson and Batty 2013).

    departures, population, distance: as in Gravity.flows; places at equal distance are taken in their order.
    finite_size: without it the share m / M of departures goes nowhere.
    """
    leaving, people, apart = _country(departures, population, distance)
    n = len(people)
    order = np.argsort(np.where(np.eye(n, dtype=bool), -1.0, apart), axis=1, kind="stable")
    # People of i and of all places up to and including each, from the nearest on: m + n + s.
    reached = np.cumsum(people[order], axis=1)
    chance = np.zeros((n, n))
    home = people[:, np.newaxis]
    # m n / ((m + s)(m + n + s)) is the drop of m / reached from one place to the next.
    np.put_along_axis(chance, order[:, 1:], home / reached[:, :-1] - home / reached[:, 1:], axis=1)
    if finite_size:
        chance /= (1 - people / people.sum())[:, np.newaxis]
    return np.asarray(leaving[:, np.newaxis] * chance)


def balanced_flows(
    departures: npt.ArrayLike, arrivals: npt.ArrayLike, deterrence: npt.ArrayLike, *, tolerance: float = 1e-10
) -> FloatArray:
    """Flows a_i b_j f_ij with given departures (rows) and arrivals (columns), by iterative proportional fitting.

    departures, arrivals: people, zero or more, shape (places,), with the same sum.
    deterrence: f, zero or more, shape (places, places), zero where no move is possible (the diagonal, if stayers are
    left out).
    Rows are met to rounding and columns to tolerance relative to all moves. EquilibriumError where the
    zeros of f leave no such flows; ValueError where departures and arrivals differ in sum.
    """
    out = positive_array("departures", departures, zero_allowed=True, ndim=1, min_size=2)
    into = positive_array("arrivals", arrivals, zero_allowed=True, ndim=1, min_size=2)
    f = positive_array("deterrence", deterrence, zero_allowed=True, ndim=2)
    if f.shape != (len(out), len(into)):
        raise ValueError(f"deterrence has shape {f.shape}; give ({len(out)}, {len(into)})")
    total = out.sum()
    if total == 0 or not np.isclose(total, into.sum(), rtol=1e-9):
        sums = f"departures sum to {total:g} and arrivals to {into.sum():g}"
        raise ValueError(f"{sums}; they must be equal and positive: people who leave arrive")
    flows = f.copy()
    for _ in range(_ROUNDS):
        columns = flows.sum(axis=0)
        flows = flows * np.where(columns > 0, into / np.where(columns > 0, columns, 1.0), 0.0)
        rows = flows.sum(axis=1, keepdims=True)
        flows = flows * np.where(rows > 0, out[:, np.newaxis] / np.where(rows > 0, rows, 1.0), 0.0)
        if max(np.abs(flows.sum(axis=0) - into).max(), np.abs(flows.sum(axis=1) - out).max()) <= tolerance * total:
            return flows
    cause = f"no flows with these departures and arrivals were found in {_ROUNDS} rounds"
    raise EquilibriumError(f"{cause}; deterrence allows too few moves")


def _country(
    departures: npt.ArrayLike, population: npt.ArrayLike, distance: npt.ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Departures, population and distance, checked against each other."""
    leaving = positive_array("departures", departures, zero_allowed=True, ndim=1, min_size=2)
    people = positive_array("population", population, ndim=1, min_size=2)
    n = same_length(population=people, departures=leaving)
    apart = finite_array("distance", distance, ndim=2)
    if apart.shape != (n, n):
        raise ValueError(f"distance has shape {apart.shape}; give ({n}, {n}), a row for each place")
    near = np.argwhere((apart <= 0) & ~np.eye(n, dtype=bool))
    if len(near):
        i, j = near[0]
        raise ValueError(f"distance from {i} to {j} is {apart[i, j]:g}; give positive distances between places")
    return leaving, people, apart
