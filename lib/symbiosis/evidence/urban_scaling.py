"""Urban scaling: how a city total grows with population, Y = c N^beta (Bettencourt 2013)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, finite_number, positive_array, same_length

# Bettencourt 2013: exponents that his theory of social contact in built space predicts.
SOCIOECONOMIC_EXPONENT = 7 / 6
INFRASTRUCTURE_EXPONENT = 5 / 6


@dataclass(frozen=True)
class ScalingFit:
    """Fit of ln Y on ln N. standard_error: robust (HC1); low, high: interval of the level (normal).

    residuals: ln Y less the fit, shape (n,): how far a city lies above what its size predicts.
    """

    exponent: float
    standard_error: float
    low: float
    high: float
    level: float
    intercept: float
    r2: float
    residuals: FloatArray
    n_obs: int


def scaling_factor(size_ratio: npt.ArrayLike, *, exponent: npt.ArrayLike) -> FloatArray:
    """Factor by which Y grows when N grows by size_ratio, size_ratio^exponent; shapes broadcast."""
    return np.asarray(positive_array("size_ratio", size_ratio) ** finite_array("exponent", exponent))


def fit_urban_scaling(population: npt.ArrayLike, total: npt.ArrayLike, *, level: float = 0.95) -> ScalingFit:
    """Least squares of ln total on ln population, each of shape (n,), n at least 4 and positive.

    population must be the people who live there: registered population gives cities of migrants too few people.
    """
    from scipy.special import ndtri

    people = positive_array("population", finite_array("population", population, ndim=1, min_size=4))
    output = positive_array("total", finite_array("total", total, ndim=1))
    n = same_length(population=people, total=output)
    probability = finite_number("level", level)
    if not 0 < probability < 1:
        raise ValueError(f"level is {probability:g}; give a fraction between 0 and 1, such as 0.95")
    x, y = np.log(people), np.log(output)
    xm, ym = x - x.mean(), y - y.mean()
    if not xm.any():
        raise ValueError("population holds one size only; the exponent is not defined")
    beta = float(xm @ ym / (xm @ xm))
    residual = ym - beta * xm
    error = float(np.sqrt(n / (n - 2) * ((xm * residual) ** 2).sum()) / (xm @ xm))
    q, spread = float(ndtri((1 + probability) / 2)), float(ym @ ym)
    return ScalingFit(
        exponent=beta,
        standard_error=error,
        low=beta - q * error,
        high=beta + q * error,
        level=probability,
        intercept=float(y.mean() - beta * x.mean()),
        r2=1 - float(residual @ residual) / spread if spread > 0 else float("nan"),
        residuals=residual,
        n_obs=n,
    )
