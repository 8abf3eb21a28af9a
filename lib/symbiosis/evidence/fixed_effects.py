"""Fixed effects taken out by demeaning: one factor or two, exactly, with the count of what they use up.

With two factors the second is solved for once the first is out (Abowd, Creecy and Kramarz 2002): a small linear system,
singular once for each set of levels that no row connects to the others, which gives the exact degrees of freedom.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray

Codes = npt.NDArray[np.intp]


class Groups:
    """Rows sorted into groups by a label per row; sums over the groups run along any axis of rows."""

    def __init__(self, labels: npt.ArrayLike) -> None:
        codes, levels = pd.factorize(np.asarray(labels), sort=True)
        if (codes < 0).any():
            raise ValueError(f"a group label is missing in {int((codes < 0).sum())} rows; label or drop them first")
        self.codes: Codes = codes.astype(np.intp)
        self.count = len(levels)
        self._order = np.argsort(self.codes, kind="stable")
        self._starts = np.searchsorted(self.codes[self._order], np.arange(self.count))

    def sums(self, values: FloatArray, axis: int = -1) -> FloatArray:
        """Sums by group: the axis of rows becomes one of groups."""
        return np.asarray(np.add.reduceat(np.take(values, self._order, axis=axis), self._starts, axis=axis))

    def nested_in(self, other: Groups) -> bool:
        """Whether all rows of each group lie in one group of the other."""
        one_row_each = other.codes[self._order[self._starts]]
        return bool((other.codes == one_row_each[self.codes]).all())


class FixedEffects:
    """The effects of one or two factors over the same rows and one set of weights.

    factors: groups of the rows; weights: (rows,), zero for rows outside the sample, None for ones. rank: how many
    coefficients the effects use up, the constant included.
    """

    def __init__(self, factors: Sequence[Groups], weights: FloatArray | None = None) -> None:
        if not 1 <= len(factors) <= 2:
            raise ValueError(f"{len(factors)} effects; give one or two (join two columns into one for an interaction)")
        # The first factor is swept out, the second solved for: the smaller of the two.
        self.first, *rest = sorted(factors, key=lambda f: -f.count)
        self.weights = np.ones(len(self.first.codes)) if weights is None else weights
        self._mass = self.first.sums(self.weights)
        self._inverse_mass = np.divide(1.0, self._mass, out=np.zeros_like(self._mass), where=self._mass > 0)
        self.rank = int((self._mass > 0).sum())
        self.second = rest[0] if rest else None
        if self.second is not None:
            self._prepare(self.second)

    def _prepare(self, second: Groups) -> None:
        size = (self.first.count, second.count)
        cells = np.bincount(self.first.codes * size[1] + second.codes, self.weights, minlength=size[0] * size[1])
        cross: FloatArray = np.asarray(cells, dtype=np.float64).reshape(size)
        mass = cross.sum(axis=0)
        present = np.flatnonzero(mass > 0)
        # One level of each connected set stays at zero: nothing tells it apart from the first factor.
        parts = _connected(cross)[present]
        pinned = present[np.unique(parts, return_index=True)[1]]
        self._free = np.setdiff1d(present, pinned)
        shares = self._inverse_mass[:, None] * cross
        system = (np.diag(mass) - cross.T @ shares)[np.ix_(self._free, self._free)]
        self._solve = np.linalg.inv(system) if len(self._free) else np.zeros((0, 0))
        self._shares = shares[:, self._free]
        self.rank += len(self._free)

    def demean(self, values: FloatArray) -> FloatArray:
        """What is left of values, shape (..., rows), once the effects are out."""
        rest = self._once(values)
        # A second pass takes out what rounding left of large levels.
        return self._once(rest)

    def _once(self, values: FloatArray) -> FloatArray:
        rest = values - (self.first.sums(values * self.weights) * self._inverse_mass)[..., self.first.codes]
        if self.second is None:
            return np.asarray(rest)
        level = np.zeros((*values.shape[:-1], self.second.count))
        free = self.second.sums(rest * self.weights)[..., self._free] @ self._solve
        level[..., self._free] = free
        return np.asarray(rest - level[..., self.second.codes] + (free @ self._shares.T)[..., self.first.codes])

    def leverage(self) -> FloatArray:
        """The diagonal of the projection on the effects, shape (rows,)."""
        found = self._inverse_mass[self.first.codes]
        if self.second is not None and len(self._free):
            own = (self.second.codes[:, None] == self._free) - self._shares[self.first.codes]
            found = found + ((own @ self._solve) * own).sum(axis=1)
        return np.asarray(found * self.weights)


def _connected(cross: FloatArray) -> npt.NDArray[np.int32]:
    """For each column the number of the connected set of rows and columns that it belongs to."""
    if (cross > 0).all():
        return np.zeros(cross.shape[1], dtype=np.int32)
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    rows, columns = np.nonzero(cross)
    nodes = sum(cross.shape)
    edges = coo_matrix((np.ones(len(rows)), (rows, cross.shape[0] + columns)), shape=(nodes, nodes))
    return np.asarray(connected_components(edges, directed=False)[1][cross.shape[0] :])
