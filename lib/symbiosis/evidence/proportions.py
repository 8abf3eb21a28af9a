"""How often something holds, with an interval that stays between 0 and 1."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import finite_array
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.least_squares import quantile


def wilson(successes: float, n: float, *, level: float = 0.95, unit: str = "", display: str = ".0%") -> Estimate:
    """The share successes / n, a fraction, with its interval (Wilson 1927, Journal of the ASA 22:209).

    ValueError unless n is positive and successes lie between 0 and n.
    """
    if not (n > 0 and 0 <= successes <= n):
        raise ValueError(f"successes is {successes} of n {n}; give a number from 0 to n, and n above 0")
    z, share = float(quantile(level, np.inf)), successes / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    # Exactly 0 and 1 at the ends, where rounding would leave a trace.
    low = 0.0 if successes == 0 else middle - half
    high = 1.0 if successes == n else middle + half
    return Estimate(share, float(low), float(high), unit, display, level)


def share_of(holds: npt.ArrayLike, *, level: float = 0.95, unit: str = "", display: str = ".0%") -> Estimate:
    """wilson for truth values, of any shape; ValueError where there are none."""
    truth = np.asarray(holds)
    if truth.dtype != np.bool_ or not truth.size:
        raise ValueError(f"holds is {truth.dtype} of shape {truth.shape}; give one truth value for each run")
    return wilson(int(truth.sum()), truth.size, level=level, unit=unit, display=display)


def share_positive(values: npt.ArrayLike, *, level: float = 0.95, at_least: float = 0.0) -> Estimate:
    """share_of for values above at_least; ValueError for values that are not finite."""
    return share_of(finite_array("values", values, ndim=1) > at_least, level=level)
