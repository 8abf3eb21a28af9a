"""What it would have to cost to live away from home, for the numbers of movers to be as observed.

With logit choice (logit_migration) people from i in j number a_i b_j f_ij, where b_j = V_j^k is how much place j
appeals, f_ij a given effect of distance, and a_i what the origin adds. Arrivals and departures determine all a and b
up to a factor (iterative proportional fitting, balanced_flows); those who stay then determine the cost of leaving.
The cost is a residual: law, distance, dialect, family and attachment to home all end up in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, positive_array
from symbiosis.models.space.flows import balanced_flows


@dataclass(frozen=True)
class MovingCosts:
    """flows: people from row to column, stayers on the diagonal; appeal: k ln V, shape (places,), mean 0; cost: k ln
    of the wedge between home (row) and place (column), shape (places, places), 0 on the diagonal."""

    flows: FloatArray
    appeal: FloatArray
    cost: FloatArray


def moving_costs_from_margins(
    residents: npt.ArrayLike,
    home_population: npt.ArrayLike,
    arrivals: npt.ArrayLike,
    *,
    deterrence: npt.ArrayLike = 1.0,
) -> MovingCosts:
    """Flows, appeal and costs that fit who lives in a place, who is at home there and who came from elsewhere.

    residents, home_population, arrivals: persons, shape (places,), at least 3 places; deterrence: f, positive, shape
    (places, places) or 1, its diagonal ignored. ValueError where somewhere nobody stays, comes or leaves.
    """
    people = positive_array("residents", residents, ndim=1, min_size=3)
    home = positive_array("home_population", home_population, ndim=1, min_size=3)
    into = positive_array("arrivals", arrivals, ndim=1, min_size=3)
    n, *others = (len(values) for values in (people, home, into))
    if others != [n, n]:
        lengths = f"{n}, {len(home)} and {len(into)} places"
        raise ValueError(f"residents, home_population and arrivals hold {lengths}; give one for each")
    if not np.isclose(people.sum(), home.sum(), rtol=1e-9):
        sums = f"residents sum to {people.sum():g} and home_population to {home.sum():g}"
        raise ValueError(f"{sums}; people are neither lost nor made: scale one to the other")
    stay = people - into
    leave = home - stay
    for name, values in (("stay", stay), ("leave", leave)):
        if values.min() <= 0:
            place = int(np.argmin(values))
            raise ValueError(f"{values[place]:g} people are left as the number who {name} in place {place}; check it")
    given = positive_array("deterrence", deterrence)
    if given.ndim not in (0, 2) or (given.ndim == 2 and given.shape != (n, n)):
        raise ValueError(f"deterrence has shape {given.shape}; give 1 or ({n}, {n})")
    f = np.broadcast_to(given, (n, n)) * (1 - np.eye(n))
    moves = balanced_flows(leave, into * (leave.sum() / into.sum()), f, tolerance=1e-12)
    ratio = np.log(np.where(f > 0, moves, 1.0)) - np.log(np.where(f > 0, f, 1.0))
    # ln a_i + ln b_j off the diagonal: row 0 gives b up to a factor, row 1 its first entry.
    log_b = ratio[0].copy()
    log_b[0] = ratio[1, 0] - ratio[1, 2] + ratio[0, 2]
    log_b -= log_b.mean()
    nearby = (np.arange(n) + 1) % n
    log_a = ratio[np.arange(n), nearby] - log_b[nearby]
    cost = (np.log(stay) - log_a - log_b)[:, np.newaxis] - np.log(np.where(f > 0, f, 1.0))
    return MovingCosts(np.asarray(moves + np.diag(stay)), log_b, np.where(np.eye(n, dtype=bool), 0.0, cost))


def wedges(costs: MovingCosts, dispersion: npt.ArrayLike) -> FloatArray:
    """Factors by which leaving divides utility, shape (..., places, places); dispersion: shape (...)."""
    k = positive_array("dispersion", dispersion)[..., np.newaxis, np.newaxis]
    return np.asarray(np.exp(costs.cost / k))
