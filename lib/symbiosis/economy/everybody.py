"""Wellbeing with those of 60 and older counted too, who are left out of the gain of that name."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from symbiosis.checks import FloatArray
from symbiosis.economy.packages import Package
from symbiosis.economy.places import OLD, URBAN, YOUNG
from symbiosis.economy.simulation import YearRecord, simulate
from symbiosis.economy.start import LAST_YEAR

WORKING_AGES = (YOUNG, YOUNG + 1)
"""Ages 15 to 39 and 40 to 59."""
ADULT_AGES = (*WORKING_AGES, OLD)


def wellbeing(
    draws: Mapping[str, FloatArray],
    one: Package,
    *,
    levy: float,
    ages: tuple[int, ...] = ADULT_AGES,
    year: int = LAST_YEAR,
) -> FloatArray:
    """Mean log income at the cost of food and rent, plus services, of all people of these ages, (runs,).

    An old person counts as much as one of working age, and lives as those of working age with the same registration
    live at the same place (assumption: families share). ages: WORKING_AGES gives the gain "wellbeing".
    """
    record: list[YearRecord] = []
    simulate({**draws, **one.settings(levy)}, last_year=year, strict=False, record=record)
    people, markets, money = record[-1].people, record[-1].markets, record[-1].markets.money
    counted = np.asarray(people[:, :, list(ages)].sum(axis=2))
    with np.errstate(divide="ignore"):
        life = np.where(counted > 0, np.log(np.maximum(markets.incomes, 1e-12)), 0.0)
    life = life + draws["service_weight"] * np.log(markets.services)
    life[URBAN] -= (draws["housing_share"] * markets.rent)[:, None]
    food_share = money.food_spending / money.household_income
    dearer = food_share * np.log(markets.price / record[0].markets.price)
    return np.asarray((life * counted).sum(axis=(0, 1)) / counted.sum(axis=(0, 1)) - dearer)
