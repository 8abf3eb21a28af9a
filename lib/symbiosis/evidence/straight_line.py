"""Least squares of one variable on another, with errors that hold where the spread differs (White 1980)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from symbiosis.checks import FloatArray, finite_number
from symbiosis.evidence.estimate import Estimate


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


def normal_quantile(level: float) -> float:
    """Standard errors on either side of an estimate in its interval; ValueError unless level is a fraction."""
    from scipy.special import ndtri

    probability = finite_number("level", level)
    if not 0 < probability < 1:
        raise ValueError(f"level is {probability:g}; give a fraction between 0 and 1, such as 0.95")
    return float(ndtri((1 + probability) / 2))


def straight_line(x: FloatArray, y: FloatArray, *, level: float = 0.95) -> StraightLine:
    """The fit of y on x, each of shape (n,), checked by the caller: n at least 3, and x not all the same."""
    n, q = len(x), normal_quantile(level)
    xm, ym = x - x.mean(), y - y.mean()
    square, spread = float(xm @ xm), float(ym @ ym)
    slope = float(xm @ ym / square)
    residuals = ym - slope * xm
    error = float(np.sqrt(n / (n - 2) * ((xm * residuals) ** 2).sum()) / square)
    return StraightLine(
        slope=Estimate(slope, slope - q * error, slope + q * error, level=level),
        standard_error=error,
        naive_standard_error=float(np.sqrt(residuals @ residuals / (n - 2) / square)),
        intercept=float(y.mean() - slope * x.mean()),
        r2=1 - float(residuals @ residuals) / spread if spread > 0 else float("nan"),
        n_obs=n,
        residuals=residuals,
    )
