"""Whose problem is it? How much of each problem goes back to which cause, when problems feed each other.

Problems obey x = A x + c: links A (problem i per unit of problem j) and causes c from outside. Then x = (I - A)^-1 c,
and the part of x_i that goes back to cause j is [(I - A)^-1]_ij c_j; the parts add up to the problem exactly. The
inverse is that of input-output analysis (Leontief 1936, Review of Economics and Statistics 18:105). Where causes
interact, no such split exists; Shapley values (Shapley 1953, in Contributions to the Theory of Games II) are the one
fair rule.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, finite_number
from symbiosis.models.equilibrium import refuse

MOST_PLAYERS = 12
"""Shapley values ask for every subset: with more players than this, over four thousand."""


@dataclass(frozen=True)
class Attribution:
    """Problems x, shape (..., n), and contributions, shape (..., n, n): problem i that goes back to cause j."""

    problems: FloatArray
    contributions: FloatArray
    spectral_radius: FloatArray

    def share_from_other_side(self, sides: Sequence[str]) -> FloatArray:
        """Share of each problem whose cause lies on another side; sides: one name for each problem. Shape (..., n).

        ValueError where a problem is zero, or where names and problems differ in number.
        """
        n = self.problems.shape[-1]
        if len(sides) != n:
            raise ValueError(f"sides holds {len(sides)} names for {n} problems; give one for each")
        if (self.problems == 0).any():
            raise ValueError("a problem is zero: it has no shares; leave it out or give it a cause")
        elsewhere = np.array([[one != other for other in sides] for one in sides])
        return np.asarray(np.where(elsewhere, self.contributions, 0.0).sum(axis=-1) / self.problems)


def attribute(links: npt.ArrayLike, causes: npt.ArrayLike) -> Attribution:
    """Attribute problems to causes; links: (..., n, n) with row i fed by column j, causes: (..., n); both broadcast.

    EquilibriumError unless the spectral radius of links is below one: otherwise problems feed each other without end.
    """
    matrix, given = finite_array("links", links), finite_array("causes", causes)
    if matrix.ndim < 2 or matrix.shape[-1] != matrix.shape[-2]:
        raise ValueError(f"links has shape {matrix.shape}; give a square matrix, one row and column per problem")
    n = matrix.shape[-1]
    if given.ndim < 1 or given.shape[-1] != n:
        raise ValueError(f"causes has shape {given.shape}; give one cause for each of {n} problems")
    radius = np.abs(np.linalg.eigvals(matrix)).max(axis=-1)
    text = "the links have spectral radius {:.3g}: problems would feed each other without end; weaken the links until "
    refuse(np.asarray(radius >= 1), text + "it is below 1", np.max(radius))
    inverse = np.linalg.inv(np.eye(n) - matrix)
    contributions = np.asarray(inverse * given[..., None, :])
    return Attribution(contributions.sum(axis=-1), contributions, np.asarray(radius))


def shapley_values(value: Callable[[tuple[bool, ...]], float], players: int) -> FloatArray:
    """Share of each player in value(all) - value(none), exactly: its mean contribution over all orders of arrival.

    value: takes one flag per player (present or not) and returns a finite number. players: 1 to 12.
    """
    if not 1 <= players <= MOST_PLAYERS:
        raise ValueError(f"players is {players}; give 1 to {MOST_PLAYERS}")
    groups = sorted(product((True, False), repeat=players), key=sum)
    worth = {present: finite_number(f"value({present})", value(present)) for present in groups}
    shares = np.zeros(players)
    for present, player in product(groups, range(players)):
        if not present[player]:
            orders = math.factorial(sum(present)) * math.factorial(players - sum(present) - 1)
            gain = worth[*present[:player], True, *present[player + 1 :]] - worth[present]
            shares[player] += orders / math.factorial(players) * gain
    return shares
