"""Ratios of sums over places, such as a world's share, with errors as if the places had been drawn (Cochran 1977)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, same_length
from symbiosis.evidence.estimate import Estimate


def _share(numerator: npt.ArrayLike, denominator: npt.ArrayLike) -> tuple[float, FloatArray]:
    """The ratio of the sums, and what each place moves it by."""
    above = finite_array("numerator", numerator, ndim=1, min_size=2)
    below = finite_array("denominator", denominator, ndim=1, min_size=2)
    same_length(numerator=above, denominator=below)
    total = float(below.sum())
    if total <= 0:
        raise ValueError(f"denominator sums to {total:g}; a ratio needs a positive sum")
    ratio = float(above.sum()) / total
    return ratio, (above - ratio * below) / total


def _estimate(value: float, influence: FloatArray, unit: str, display: str) -> Estimate:
    n = len(influence)
    return Estimate.from_error(value, float(np.sqrt(n / (n - 1) * (influence**2).sum())), unit=unit, display=display)


def ratio_of_sums(
    numerator: npt.ArrayLike, denominator: npt.ArrayLike, *, unit: str = "", display: str = ".0%"
) -> Estimate:
    """Sum of the numerator over that of the denominator, by the linearized error of a ratio; shape (places,) each.

    ValueError for fewer than two places or a denominator that does not sum to more than zero.
    """
    value, influence = _share(numerator, denominator)
    return _estimate(value, influence, unit, display)


def change_of_ratio(
    first: tuple[npt.ArrayLike, npt.ArrayLike], last: tuple[npt.ArrayLike, npt.ArrayLike], *, factor: float = 1.0,
    unit: str = "", display: str = "+.1f",
) -> Estimate:  # fmt: skip
    """Change of a ratio of sums between two dates, (numerator, denominator) of the same places in the same order.

    factor: 100 for a change in points. ValueError as ratio_of_sums.
    """
    before, was = _share(*first)
    after, now = _share(*last)
    same_length(first=was, last=now)
    return _estimate(factor * (after - before), factor * (now - was), unit, display)
