"""Do help for the city and for the countryside help each other? Gains of packages, and what exceeds their sum.

Each gain is larger where life is better. Both together minus each alone plus neither is zero where two policies only
add up, positive where each makes the other worth more (supermodularity, Topkis 1978; Milgrom and Roberts 1990).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from symbiosis.checks import FloatArray
from symbiosis.economy.model import Economy
from symbiosis.economy.outcomes import LAST_YEAR
from symbiosis.economy.packages import CELLS, Package, package
from symbiosis.evidence.estimate import Estimate

GAINS: Mapping[str, str] = {
    "wellbeing": "Wellbeing, ages 15 to 59",
    "rural_income": "Income of villagers",
    "gap": "A smaller income gap",
    "services": "Public services",
    "vitality": "Young people in villages",
    "output": "Output per person",
}
"""Gains and what they are called; each is in logs, so that 0.01 is about one percent."""
Gains = dict[str, FloatArray]


def gains(outcomes: Mapping[str, FloatArray]) -> Gains:
    """The gains of a year from the outcomes of Economy.simulate().at(year), each (draws...), in log points."""
    return {
        "wellbeing": outcomes["wellbeing"],
        "rural_income": np.log(outcomes["rural_income"]),
        "gap": -np.log(outcomes["income_ratio"]),
        "services": outcomes["services"],
        "vitality": np.log(outcomes["young_per_old"]),
        "output": np.log(outcomes["output_per_person"]),
    }


def gains_of(economy: Economy, one: Package, *, levy: float, strength: float = 1.0, year: int = LAST_YEAR) -> Gains:
    """The gains of one package in every draw of the economy, each (draws...); NaN where it cannot feed its people."""
    return gains(one.applied_to(economy, levy, strength).simulate(year, strict=False).at(year))


def typical_change(log_points: FloatArray) -> Estimate:
    """The median draw of a gain, and the ends between which eight of ten lie, in percent; ValueError for none."""
    return Estimate.of_draws(100 * np.expm1(log_points), level=0.8, display="+.1f", unit="%")


@dataclass(frozen=True)
class MutualBenefit:
    """By gain, each (draws...): together minus the sum of each alone; what rural policy adds in three settings.

    complementarity: both - city alone - countryside alone + neither; beside_city, alone, where_slowed: what the money
    for the countryside adds beside money for the city, without it, and where the city is slowed.
    """

    complementarity: Gains
    beside_city: Gains
    alone: Gains
    where_slowed: Gains


def mutual_benefit(economy: Economy, *, levy: float, year: int = LAST_YEAR) -> MutualBenefit:
    """The test of mutual benefit: six simulations of every draw, each with the same levy."""
    cells = {cell.name: gains_of(economy, cell, levy=levy, year=year) for cell in CELLS}
    beside = _less(cells["both_halves"], cells["city_half"])
    alone = _less(cells["countryside_half"], cells["neither"])
    return MutualBenefit(
        complementarity=_less(beside, alone),
        beside_city=beside,
        alone=alone,
        where_slowed=_less(cells["slow_countryside_half"], cells["slow_half"]),
    )


def advantage(economy: Economy, first: str, second: str, *, levy: float, year: int = LAST_YEAR) -> Gains:
    """Gains of one package minus those of another with the same levy, by gain, each (draws...)."""
    return _less(*(gains_of(economy, package(name), levy=levy, year=year) for name in (first, second)))


def _less(one: Gains, other: Gains) -> Gains:
    return {name: one[name] - other[name] for name in GAINS}
