"""What a table of moves between places says: gross and net flows, and how far one direction prevails."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, positive_array


@dataclass(frozen=True)
class FlowSummary:
    """Flows by place, shape (places,), and of the whole system.

    net: arrivals less departures, which sum to 0; effectiveness: |net| over gross, by place (NaN without moves);
    system_effectiveness: sum |net| over sum (arrivals + departures), 0 (flows balance) to 1 (one way only), NaN
    without moves; movers: everyone who moved. Source: Shryock and Siegel 1976; Bell et al. 2002.
    """

    arrivals: FloatArray
    departures: FloatArray
    net: FloatArray
    effectiveness: FloatArray
    system_effectiveness: float
    movers: float


def flow_matrix(flows: npt.ArrayLike) -> FloatArray:
    """Return flows as a square array of people, from row to column; ValueError where one is negative or missing."""
    matrix = positive_array("flows", finite_array("flows", flows, ndim=2), zero_allowed=True)
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"flows has shape {matrix.shape}; give one row and one column for each place")
    return matrix


def flow_summary(flows: npt.ArrayLike) -> FlowSummary:
    """Summarize flows, shape (places, places), people from row to column; the diagonal (stayers) is not counted."""
    matrix = flow_matrix(flows)
    moves = matrix - np.diag(np.diag(matrix))
    arrivals, departures = moves.sum(axis=0), moves.sum(axis=1)
    net, gross = arrivals - departures, arrivals + departures
    total = float(gross.sum())
    return FlowSummary(
        arrivals=arrivals,
        departures=departures,
        net=net,
        effectiveness=np.where(gross > 0, np.abs(net) / np.where(gross > 0, gross, 1.0), np.nan),
        system_effectiveness=float(np.abs(net).sum() / total) if total > 0 else float("nan"),
        movers=float(moves.sum()),
    )


def migration_intensity(flows: npt.ArrayLike, population: npt.ArrayLike) -> float:
    """Movers over the population at risk, a fraction; population: shape (places,), at the start.

    ValueError where more people leave a place than live there.
    """
    summary = flow_summary(flows)
    people = positive_array("population", finite_array("population", population, ndim=1))
    if people.shape != summary.net.shape:
        raise ValueError(f"population holds {len(people)} places and flows {len(summary.net)}; give one for each")
    over = summary.departures > people * (1 + 1e-12)
    if over.any():
        place = int(np.flatnonzero(over)[0])
        raise ValueError(
            f"{summary.departures[place]:g} people leave place {place}, where {people[place]:g} live; give flows and "
            "population in the same unit"
        )
    return summary.movers / float(people.sum())


def net_migration_rate(flows: npt.ArrayLike, population: npt.ArrayLike) -> float:
    """Share of people that the moves redistribute, half the sum of |net| over population (Bell et al. 2002).

    It is the migration intensity times the system effectiveness; arguments as in migration_intensity.
    """
    intensity = migration_intensity(flows, population)
    return intensity * flow_summary(flows).system_effectiveness if intensity > 0 else 0.0
