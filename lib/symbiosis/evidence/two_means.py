"""One mean (Student 1908), and the difference of two whose spreads need not agree (Welch 1947), in small samples."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import finite_array
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.least_squares import quantile


def mean_of(values: npt.ArrayLike, *, unit: str = "", display: str = "+.2f", level: float = 0.95) -> Estimate:
    """The mean with Student's interval, of at least two independent values. ValueError where all are the same."""
    v = finite_array("values", values, ndim=1, min_size=2)
    if np.ptp(v) == 0:
        raise ValueError("all values are the same; a mean without spread has no interval")
    reach = float(quantile(level, v.size - 1)) * float(v.std(ddof=1) / np.sqrt(v.size))
    value = float(v.mean())
    return Estimate(value, value - reach, value + reach, unit, display, level)


def difference_of_means(
    first: npt.ArrayLike, second: npt.ArrayLike, *, unit: str = "", display: str = "+.1f", level: float = 0.95
) -> Estimate:
    """Mean of the second sample less that of the first, with Welch's interval; at least two values each.

    ValueError for a smaller sample, or two without any spread.
    """
    samples = [finite_array(name, v, ndim=1, min_size=2) for name, v in (("first", first), ("second", second))]
    parts = np.array([sample.var(ddof=1) / len(sample) for sample in samples])
    if parts.sum() == 0:
        raise ValueError("all values of a sample are the same in both; a difference without spread has no interval")
    degrees = parts.sum() ** 2 / sum(p**2 / (len(s) - 1) for p, s in zip(parts, samples, strict=True))
    value = float(samples[1].mean() - samples[0].mean())
    reach = float(quantile(level, degrees)) * float(np.sqrt(parts.sum()))
    return Estimate(value, value - reach, value + reach, unit, display, level)
