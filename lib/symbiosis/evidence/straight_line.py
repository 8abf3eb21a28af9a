"""Least squares of one variable on another, with errors that hold where the spread differs (White 1980)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from symbiosis.checks import FloatArray
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.least_squares import batched_least_squares


@dataclass(frozen=True)
class StraightLine:
    """y = intercept + slope x + residual.

    slope: with a normal interval; standard_error: robust (HC1); naive_standard_error: the one for equal, independent
    errors; residuals: shape (n,); r2: NaN where y does not vary.
    """

    slope: Estimate
    standard_error: float
    naive_standard_error: float
    intercept: float
    r2: float
    n_obs: int
    residuals: FloatArray = field(repr=False)


def straight_line(x: FloatArray, y: FloatArray, *, level: float = 0.95) -> StraightLine:
    """The fit of y on x, each of shape (n,), checked by the caller: n at least 3, and x not all the same."""
    # Deviations from the mean keep the digits of large numbers.
    n, centred = len(x), x - x.mean()
    fit = batched_least_squares(y, centred[:, None], names=["x"], reference="normal", level=level)
    slope, middle = fit.coefficients
    naive = np.sqrt(fit.residuals @ fit.residuals / (n - 2) / (centred @ centred))
    intercept, r2 = float(middle - slope * x.mean()), float(fit.r2) if np.ptp(y) > 0 else float("nan")
    error = float(fit.standard_errors[0])
    return StraightLine(fit.estimate("x"), error, float(naive), intercept, r2, n, fit.residuals)
