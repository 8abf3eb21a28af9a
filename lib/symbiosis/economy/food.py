"""Farming and eating: how many farm at a price, how much each income group eats.

Demand is price-independent generalized linear (Muellbauer 1975; Boppart 2014) beyond a need that comes first: of the
money x beyond it a person spends food_level price^food_price_effect x^(1 - engel) on food. So its share falls with
income, and how much food a country wants depends on how income is spread. With engel and food_price_effect zero, the
demand is that of Stone (1954) and Geary (1950).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray
from symbiosis.economy.records import Parameters

COAST_LAND = 0.3
"""Share of farm land on the coast, land being measured by what it yields (assumption)."""
LAND = np.array([[COAST_LAND], [1 - COAST_LAND]])
MOST_FOOD = 0.95
"""The largest part of the money beyond the need that goes to food; no group of a calibrated economy is near it."""
_EDGE = 4.0
"""How sharply farming fills up near the limit of hands."""


def farmers(pays: FloatArray, hands: FloatArray, land_share: FloatArray) -> FloatArray:
    """Farm workers by region, (2, runs).

    pays: what the first farmer earns, relative to the village wage. Without a limit farmers are as many as make farm
    and non-farm work pay alike; with few hands the number goes over smoothly into all of them.
    """
    wanted = pays ** (1 / land_share)
    return np.asarray(wanted / (1 + (wanted / hands) ** _EDGE) ** (1 / _EDGE))


def eaten(
    income: FloatArray, people: FloatArray, price: FloatArray, p: Parameters
) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Food eaten by every income group, (groups, runs), and whether all can pay their need, (runs,).

    income, people: of a group together, (groups, runs).
    """
    beyond = income / people - price * p["subsistence"]
    fed = np.asarray((beyond > 0).all(axis=0))
    beyond = np.maximum(beyond, 1e-12)
    share = p["food_level"] * np.exp(p["food_price_effect"] * np.log(price) - p["engel"] * np.log(beyond))
    return people * (p["subsistence"] + np.minimum(share, MOST_FOOD) * beyond / price), fed
