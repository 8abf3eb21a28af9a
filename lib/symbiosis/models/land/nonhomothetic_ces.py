"""Structural change by income and prices at once: non-homothetic CES (Comin, Lashkari and Mestieri 2021).

Spending that buys real consumption C is E = [sum_i w_i (C^(e_i) p_i)^(1-s)]^(1/(1-s)), so that the shares obey
ln(x_i / x_j) = ln(w_i / w_j) + (1-s) ln(p_i / p_j) + (1-s)(e_i - e_j) ln C at every income.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_number, positive_array, same_shape
from symbiosis.models.equilibrium import increasing_root
from symbiosis.parameters import Parameter, ParameterSet

PARAMETERS = ParameterSet(
    (
        Parameter(
            name="sigma",
            label="Elasticity of substitution",
            unit="",
            default=0.5,
            lower=0.1,
            upper=0.95,
            step=0.05,
            meaning="Elasticity of substitution between goods at a given real consumption.",
            source="assumption; Comin, Lashkari and Mestieri 2021 find values below 1",
            display=".2f",
        ),
        Parameter(
            name="income_agriculture",
            label="Income parameter of agriculture",
            unit="",
            default=0.05,
            lower=0.01,
            upper=2.0,
            step=0.01,
            meaning="Exponent of real consumption for agriculture; manufacturing has 1.",
            source="assumption in the range of Comin, Lashkari and Mestieri 2021",
            display=".2f",
        ),
        Parameter(
            name="income_services",
            label="Income parameter of services",
            unit="",
            default=1.2,
            lower=0.01,
            upper=2.0,
            step=0.01,
            meaning="Exponent of real consumption for services; manufacturing has 1.",
            source="assumption in the range of Comin, Lashkari and Mestieri 2021",
            display=".2f",
        ),
    )
)

# Utility is sought where ln C lies within this distance of 0.
_LOG_BOUND = 700.0


def _goods(
    prices: npt.ArrayLike, weights: npt.ArrayLike, income_parameters: npt.ArrayLike, sigma: float
) -> tuple[FloatArray, FloatArray, FloatArray, float]:
    p, w, e = same_shape(
        prices=positive_array("prices", prices),
        weights=positive_array("weights", weights),
        income_parameters=positive_array("income_parameters", income_parameters),
    )
    if p.ndim == 0:
        raise ValueError("prices, weights and income_parameters are single numbers; give one value for each good")
    s = finite_number("sigma", sigma)
    if s <= 0 or s == 1:
        raise ValueError(f"sigma is {s:g}; give a positive number other than 1 (income effects vanish at 1)")
    return p, w, e, s


def _log_parts(log_c: FloatArray, p: FloatArray, w: FloatArray, e: FloatArray, s: float) -> FloatArray:
    return np.asarray(np.log(w) + (1 - s) * (e * log_c[..., np.newaxis] + np.log(p)))


def _log_expenditure(log_c: FloatArray, p: FloatArray, w: FloatArray, e: FloatArray, s: float) -> FloatArray:
    parts = _log_parts(log_c, p, w, e, s)
    top = parts.max(axis=-1)
    return np.asarray((top + np.log(np.exp(parts - top[..., np.newaxis]).sum(axis=-1))) / (1 - s))


def expenditure(
    consumption: npt.ArrayLike,
    *,
    prices: npt.ArrayLike,
    weights: npt.ArrayLike,
    income_parameters: npt.ArrayLike,
    sigma: float,
) -> FloatArray:
    """Spending that buys real consumption C, shape (...).

    consumption: shape (...); prices, weights, income_parameters: positive, broadcast to (..., goods);
    sigma: positive, not 1.
    """
    p, w, e, s = _goods(prices, weights, income_parameters, sigma)
    return np.asarray(np.exp(_log_expenditure(np.log(positive_array("consumption", consumption)), p, w, e, s)))


def expenditure_shares(
    consumption: npt.ArrayLike,
    *,
    prices: npt.ArrayLike,
    weights: npt.ArrayLike,
    income_parameters: npt.ArrayLike,
    sigma: float,
) -> FloatArray:
    """Share of each good in spending at real consumption C, shape (..., goods); arguments as in expenditure."""
    p, w, e, s = _goods(prices, weights, income_parameters, sigma)
    parts = _log_parts(np.log(positive_array("consumption", consumption)), p, w, e, s)
    weights_ = np.exp(parts - parts.max(axis=-1, keepdims=True))
    return np.asarray(weights_ / weights_.sum(axis=-1, keepdims=True))


def real_consumption(
    total: npt.ArrayLike,
    *,
    prices: npt.ArrayLike,
    weights: npt.ArrayLike,
    income_parameters: npt.ArrayLike,
    sigma: float,
) -> FloatArray:
    """Real consumption C that total spending buys, shape (...); the inverse of expenditure.

    Unique, since spending rises in C; ln C is exact to 1e-12. EquilibriumError where ln C would lie beyond 700.
    """
    p, w, e, s = _goods(prices, weights, income_parameters, sigma)
    log_total = np.log(positive_array("total", total))
    shape = np.broadcast_shapes(log_total.shape, p.shape[:-1])
    bound = np.full(shape, _LOG_BOUND)
    root = increasing_root(
        lambda x: _log_expenditure(x, p, w, e, s) - log_total, -bound, bound, what="log of real consumption",
        tolerance=1e-16,
    )  # fmt: skip
    return np.asarray(np.exp(root))


def expenditure_elasticities(
    consumption: npt.ArrayLike,
    *,
    prices: npt.ArrayLike,
    weights: npt.ArrayLike,
    income_parameters: npt.ArrayLike,
    sigma: float,
) -> FloatArray:
    """Elasticity of each good's quantity to total spending, s + (1-s) e_i / ebar, shape (..., goods).

    ebar is the mean of e_i with the spending shares as weights; arguments as in expenditure.
    """
    _, _, e, s = _goods(prices, weights, income_parameters, sigma)
    shares = expenditure_shares(
        consumption, prices=prices, weights=weights, income_parameters=income_parameters, sigma=sigma
    )
    mean = (shares * e).sum(axis=-1, keepdims=True)
    return np.asarray(s + (1 - s) * e / mean)
