"""How people are spread over cities: primacy, the share in large cities, concentration, the exact rank-size rule."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, finite_number, positive_array


def _descending(sizes: npt.ArrayLike, at_least: int) -> FloatArray:
    values = positive_array("sizes", finite_array("sizes", sizes, ndim=1, min_size=at_least))
    return np.sort(values)[::-1]


def primacy_share(sizes: npt.ArrayLike, *, among: int | None = None) -> float:
    """Largest city over the sum of the largest `among` cities (all of them where None); a fraction."""
    if among is not None and among < 1:
        raise ValueError(f"among is {among}; give the number of cities to compare, at least 1")
    largest = _descending(sizes, among or 1)[:among]
    return float(largest[0] / largest.sum())


def primacy_ratio(sizes: npt.ArrayLike, *, following: int = 1) -> float:
    """Largest city over the sum of the next `following` ones (1: P1/P2; 3: P1/(P2+P3+P4))."""
    if following < 1:
        raise ValueError(f"following is {following}; give a number of cities of at least 1")
    largest = _descending(sizes, following + 1)
    return float(largest[0] / largest[1 : following + 1].sum())


def share_above(sizes: npt.ArrayLike, threshold: float, *, total: float | None = None) -> float:
    """Share of people in cities of at least threshold, of total (of all the cities where None); a fraction.

    ValueError where the cities hold more than total.
    """
    values = _descending(sizes, 1)
    limit = finite_number("threshold", threshold)
    whole = float(values.sum()) if total is None else finite_number("total", total)
    inside = float(values[values >= limit].sum())
    if whole <= 0 or inside > whole * (1 + 1e-12):
        raise ValueError(
            f"total is {whole:g} but cities above the threshold hold {inside:g}; give the population that contains "
            "them, in the same unit"
        )
    return inside / whole


def herfindahl_index(sizes: npt.ArrayLike) -> float:
    """Sum of squared shares, from 1/n (equal cities) to 1 (a single one): the chance that two people share a city."""
    values = _descending(sizes, 1)
    return float(((values / values.sum()) ** 2).sum())


def rank_size_cities(n: int, *, largest: float = 1.0, exponent: float = 1.0) -> FloatArray:
    """Sizes that follow the rank-size rule exactly, largest * rank^(-1/exponent), shape (n,), in descending order.

    exponent: the Pareto (Zipf) exponent, 1 for Zipf's law.
    """
    if n < 1:
        raise ValueError(f"n is {n}; give a number of cities of at least 1")
    top = float(positive_array("largest", finite_number("largest", largest)))
    zeta = float(positive_array("exponent", finite_number("exponent", exponent)))
    return np.asarray(top * np.arange(1, n + 1, dtype=np.float64) ** (-1 / zeta))
