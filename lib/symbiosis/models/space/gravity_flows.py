"""Flows of people by the gravity model, constrained at the origins or at both ends (Wilson 1970)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, finite_number, positive_array
from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.parameters import Parameter, ParameterSet

PARAMETERS = ParameterSet(
    (
        Parameter(
            name="distance_exponent",
            label="Deterrence of distance",
            unit="",
            default=1.0,
            lower=0.0,
            upper=3.0,
            step=0.05,
            meaning="Percent fewer moves for one percent more distance.",
            source="assumption; estimate it with evidence.gravity",
            display=".2f",
        ),
        Parameter(
            name="attraction_exponent",
            label="Attraction of people",
            unit="",
            default=1.0,
            lower=0.0,
            upper=2.0,
            step=0.05,
            meaning="Percent more moves to a place with one percent more people.",
            source="assumption; estimate it with evidence.gravity",
            display=".2f",
        ),
    )
)


def distance_matrix(distance: npt.ArrayLike, places: int) -> FloatArray:
    """Return distance as a square array; ValueError unless it is (places, places) and positive off the diagonal."""
    matrix = finite_array("distance", distance, ndim=2)
    if matrix.shape != (places, places):
        raise ValueError(f"distance has shape {matrix.shape}; give ({places}, {places}), a row for each place")
    off = ~np.eye(places, dtype=bool)
    if (matrix[off] <= 0).any():
        i, j = np.argwhere((matrix <= 0) & off)[0]
        raise ValueError(f"distance from {i} to {j} is {matrix[i, j]:g}; give positive distances between places")
    return matrix


def _place_array(name: str, values: npt.ArrayLike, *, zero_allowed: bool) -> FloatArray:
    return positive_array(name, finite_array(name, values, ndim=1, min_size=2), zero_allowed=zero_allowed)


def gravity_flows(
    departures: npt.ArrayLike,
    population: npt.ArrayLike,
    distance: npt.ArrayLike,
    *,
    distance_exponent: float,
    attraction_exponent: float = 1.0,
) -> FloatArray:
    """People from row to column, T_ij = O_i P_j^b d_ij^-g over the sum of P_k^b d_ik^-g; rows sum to departures.

    departures: people who leave, shape (places,); population: positive; distance: shape (places, places), its
    diagonal ignored. Nobody moves within a place.
    """
    leaving = _place_array("departures", departures, zero_allowed=True)
    people = _place_array("population", population, zero_allowed=False)
    if len(people) != len(leaving):
        raise ValueError(f"departures holds {len(leaving)} places and population {len(people)}; give one for each")
    apart = distance_matrix(distance, len(people))
    g, b = (
        finite_number("distance_exponent", distance_exponent),
        finite_number("attraction_exponent", attraction_exponent),
    )
    pull = b * np.log(people) - g * np.log(apart + np.diag(1 - np.diag(apart)))
    np.fill_diagonal(pull, -np.inf)
    parts = np.exp(pull - pull.max(axis=1, keepdims=True))
    return np.asarray(leaving[:, np.newaxis] * parts / parts.sum(axis=1, keepdims=True))


def balanced_flows(
    departures: npt.ArrayLike,
    arrivals: npt.ArrayLike,
    deterrence: npt.ArrayLike,
    *,
    tolerance: float = 1e-10,
    iterations: int = 10_000,
) -> FloatArray:
    """Flows a_i b_j f_ij with given departures (rows) and arrivals (columns), by iterative proportional fitting.

    deterrence: f, zero or more, shape (places, places), zero where no move is possible (the diagonal, if stayers are
    left out). Rows are met to rounding and columns to tolerance relative to all moves. EquilibriumError where the
    zeros of f leave no such flows; ValueError where departures and arrivals differ in sum.
    """
    out = _place_array("departures", departures, zero_allowed=True)
    into = _place_array("arrivals", arrivals, zero_allowed=True)
    f = positive_array("deterrence", finite_array("deterrence", deterrence, ndim=2), zero_allowed=True)
    if f.shape != (len(out), len(into)):
        raise ValueError(f"deterrence has shape {f.shape}; give ({len(out)}, {len(into)})")
    total = out.sum()
    if total == 0 or not np.isclose(total, into.sum(), rtol=1e-9):
        raise ValueError(
            f"departures sum to {total:g} and arrivals to {into.sum():g}; they must be equal and positive: people who "
            "leave arrive"
        )
    flows = f.copy()
    for _ in range(iterations):
        columns = flows.sum(axis=0)
        flows = flows * np.where(columns > 0, into / np.where(columns > 0, columns, 1.0), 0.0)
        rows = flows.sum(axis=1, keepdims=True)
        flows = flows * np.where(rows > 0, out[:, np.newaxis] / np.where(rows > 0, rows, 1.0), 0.0)
        if (
            np.abs(flows.sum(axis=0) - into).max() <= tolerance * total
            and np.abs(flows.sum(axis=1) - out).max() <= tolerance * total
        ):
            return np.asarray(flows)
    raise EquilibriumError(
        f"no flows with these departures and arrivals were found in {iterations} rounds; deterrence allows too few "
        "moves, or raise iterations"
    )
