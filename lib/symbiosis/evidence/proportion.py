"""How often something holds in a sample: a share with its Wilson interval."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from symbiosis.checks import finite_array
from symbiosis.evidence.estimate import Estimate


def share_where(holds: npt.ArrayLike, *, level: float = 0.95) -> Estimate:
    """The share of true values, with the interval of Wilson (1927) for a larger sample like it.

    ValueError for an empty or untrue array, or a level outside (0, 1).
    """
    truth = np.asarray(holds)
    if truth.dtype != np.bool_ or truth.ndim != 1 or not truth.size:
        raise ValueError(f"holds is {truth.dtype} of shape {truth.shape}; give one truth value for each run")
    if not 0 < level < 1:
        raise ValueError(f"level is {level:g}; give a share between 0 and 1, such as 0.95")
    count, runs = int(truth.sum()), truth.size
    share, square = count / runs, NormalDist().inv_cdf((1 + level) / 2) ** 2
    middle = (share + square / (2 * runs)) / (1 + square / runs)
    half = (square * (share * (1 - share) / runs + square / (4 * runs**2))) ** 0.5 / (1 + square / runs)
    # Where none or all hold, an end is exactly 0 or 1.
    low, high = middle - half if count else 0.0, middle + half if count < runs else 1.0
    return Estimate(share, low, high, display=".0%", level=level)


def share_positive(values: npt.ArrayLike, *, level: float = 0.95, at_least: float = 0.0) -> Estimate:
    """share_where for values above at_least; ValueError for values that are not finite."""
    return share_where(finite_array("values", values, ndim=1) > at_least, level=level)
