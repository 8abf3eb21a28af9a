"""Are neighbours alike? Moran's I, with permutation inference (Moran 1950; Cliff and Ord 1973)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, at_least, finite_array, positive_array
from symbiosis.evidence.bootstrap import percentiles


@dataclass(frozen=True)
class MoranTest:
    """Moran's I: expected is its mean if values were dealt to places at random, -1 / (n - 1).

    p_value: share of permutations with an I at least as large, the observed one among them (one-sided, clustering);
    low, high: the middle 95 % of the permuted values.
    """

    statistic: float
    expected: float
    p_value: float
    low: float
    high: float
    permutations: int
    n_obs: int
    permuted: FloatArray = field(repr=False)


def nearest_neighbour_weights(distance: npt.ArrayLike, *, count: int) -> FloatArray:
    """Weights 1 / count for the count nearest places of each row, 0 elsewhere; shape (places, places).

    Rows sum to one. Places at the same distance are taken in the order of the table.
    """
    apart = positive_array("distance", distance, ndim=2, zero_allowed=True).copy()
    n = len(apart)
    if apart.shape != (n, n):
        raise ValueError(f"distance has shape {apart.shape}; give a square matrix of places")
    if not 1 <= count < n:
        raise ValueError(f"count is {count} for {n} places; give between 1 and {n - 1}")
    np.fill_diagonal(apart, np.inf)
    nearest = np.argsort(apart, axis=1, kind="stable")[:, :count]
    weights = np.zeros((n, n))
    np.put_along_axis(weights, nearest, 1 / count, axis=1)
    return weights


def moran_test(
    values: npt.ArrayLike, weights: npt.ArrayLike, *, rng: np.random.Generator, permutations: int = 999
) -> MoranTest:
    """Moran's I of values, shape (places,), under weights, shape (places, places), zero or more, zero diagonal.

    ValueError where values do not vary, weights are all zero, or there are fewer than 99 permutations.
    """
    y = finite_array("values", values, ndim=1, min_size=3)
    w = positive_array("weights", weights, ndim=2, zero_allowed=True)
    n = len(y)
    if w.shape != (n, n):
        raise ValueError(f"weights has shape {w.shape}; give ({n}, {n}), one row and column per value")
    if np.diag(w).any():
        raise ValueError("weights has entries on its diagonal; a place is not its own neighbour: set them to 0")
    total = float(w.sum())
    if total == 0:
        raise ValueError("weights is all zero; give some places neighbours")
    at_least(99, permutations=permutations)
    z = y - y.mean()
    square = float(z @ z)
    if square <= 1e-24 * max(1.0, float(np.abs(y).max()) ** 2) * n:
        raise ValueError("values are all the same; Moran's I needs some variation")
    scale = n / total / square
    observed = scale * float(z @ w @ z)
    shuffled = np.array([rng.permutation(z) for _ in range(permutations)])
    permuted = scale * np.einsum("pi,pi->p", shuffled, shuffled @ w.T)
    low, high = map(float, percentiles(permuted, 0.95))
    p_value = (1 + int((permuted >= observed - 1e-12).sum())) / (permutations + 1)
    return MoranTest(observed, -1 / (n - 1), p_value, low, high, permutations, n, permuted)
