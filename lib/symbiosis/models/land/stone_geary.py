"""Structural change by income: needs that come first (Stone-Geary), with or without substitution.

Utility sum_i w_i^(1/s) (c_i + b_i)^((s-1)/s) gives p_i (c_i + b_i) = share_i (C + sum_j p_j b_j), where share_i is
proportional to w_i p_i^(1-s) (Herrendorf, Rogerson and Valentinyi 2013). b_i < 0 is a subsistence need, b_i > 0
an endowment at home; s = 1 is Stone-Geary. In a closed economy with linear technology, logarithmic utility and a
subsistence need of food, the share of labour in agriculture is weight + (1 - weight) need / productivity; with
weight 0 it is need / productivity (Gollin, Parente and Rogerson 2002).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, fraction_array, positive_array, same_shape
from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.parameters import Parameter, ParameterSet

PARAMETERS = ParameterSet(
    (
        Parameter(
            name="weight",
            label="Share of food in spending beyond need",
            unit="",
            default=0.02,
            lower=0.0,
            upper=0.3,
            step=0.01,
            meaning="Share of income beyond subsistence that is spent on food; the share of labour in the long run.",
            source="assumption; employment shares of rich countries are near 0.02",
            display=".0%",
        ),
        Parameter(
            name="subsistence",
            label="Food need",
            unit="food per person",
            default=0.6,
            lower=0.05,
            upper=0.95,
            step=0.01,
            meaning="Food that each person must have before anything else.",
            source="Gollin, Parente and Rogerson 2002; the value is an assumption",
            display=".2f",
        ),
        Parameter(
            name="productivity",
            label="Agricultural productivity",
            unit="food per worker",
            default=1.0,
            lower=1.0,
            upper=20.0,
            step=0.1,
            meaning="Food made by one worker in agriculture.",
            source="assumption; 1 is the start",
            display=".1f",
        ),
    )
)


def agricultural_labour_share(
    *, weight: npt.ArrayLike, subsistence: npt.ArrayLike, productivity: npt.ArrayLike
) -> FloatArray:
    """Share of labour in agriculture in a closed economy, weight + (1 - weight) need / productivity; shapes broadcast.

    EquilibriumError where the need exceeds what everyone together can grow.
    """
    share, need, output = same_shape(
        weight=fraction_array("weight", weight),
        subsistence=positive_array("subsistence", subsistence, zero_allowed=True),
        productivity=positive_array("productivity", productivity),
    )
    starving = need > output
    if starving.any():
        raise EquilibriumError(
            f"subsistence is {need[starving].flat[0]:g} food per person but productivity only "
            f"{output[starving].flat[0]:g} per worker: all hands in agriculture cannot feed all; raise productivity"
        )
    return np.asarray(share + (1 - share) * need / output)


def expenditure(
    total: npt.ArrayLike,
    *,
    prices: npt.ArrayLike,
    weights: npt.ArrayLike,
    shifters: npt.ArrayLike,
    elasticity: float = 1.0,
) -> FloatArray:
    """Spending by good, shape (..., goods); sums to total.

    total: spending, shape (...); prices, weights, shifters (b_i, negative for a need): broadcast to (..., goods);
    elasticity: of substitution, positive, 1 for Stone-Geary. ValueError unless weights are positive and sum to 1;
    EquilibriumError where needs cannot be paid for or an endowment at home would be sold.
    """
    spending = positive_array("total", total)[..., np.newaxis]
    p, w, b = same_shape(
        prices=positive_array("prices", prices),
        weights=positive_array("weights", weights),
        shifters=finite_array("shifters", shifters),
    )
    if p.ndim == 0:
        raise ValueError("prices, weights and shifters are single numbers; give one value for each good")
    sums = w.sum(axis=-1)
    if not np.allclose(sums, 1, atol=1e-8):
        raise ValueError(f"weights sum to {np.asarray(sums).flat[0]:g}; divide them by their sum")
    sigma = float(positive_array("elasticity", elasticity))
    parts = w * p ** (1 - sigma)
    free = spending + (p * b).sum(axis=-1, keepdims=True)
    if (free <= 0).any():
        raise EquilibriumError(
            f"total is {np.broadcast_to(spending, free.shape)[free <= 0].flat[0]:g}, which does not pay for the "
            "subsistence needs in shifters; raise it"
        )
    spent = parts / parts.sum(axis=-1, keepdims=True) * free - p * b
    if (spent < 0).any():
        good = int(np.argwhere(spent < 0)[0][-1])
        raise EquilibriumError(
            f"spending on good {good} is {spent[spent < 0].flat[0]:g}, below zero: its endowment at home exceeds what "
            "people want at this income; raise total or lower the shifter"
        )
    return np.asarray(spent)
