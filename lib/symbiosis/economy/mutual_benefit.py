"""Do help for the city and for the countryside help each other? Gains of policies, and what exceeds their sum.

Each gain is larger where life is better. Both together minus each alone plus neither is zero where two policies only
add up, positive where each makes the other worth more (supermodularity, Topkis 1978; Milgrom and Roberts 1990).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from symbiosis.checks import FloatArray
from symbiosis.economy.laboratory import Laboratory
from symbiosis.economy.model import End
from symbiosis.economy.packages import CELLS
from symbiosis.economy.welfare import compare

GAINS: Mapping[str, str] = {
    "within": "Life, same place and status",
    "composition": "Life, by who is where",
    "expected": "Expected utility",
    "rural_income": "Income of villagers",
    "gap": "A smaller income gap",
    "services": "Public services, mean log",
    "services_level": "Public services, mean",
    "vitality": "Young people in villages",
    "output": "Output per person",
}
"""Gains and what they are called. The first two add up to the mean standard of life; the third counts all that moves
people, attachment, barriers and crowding too. All are differences of logs."""
DOSES = (0.01, 0.02, 0.04, 0.08)
"""Levies of the dose curve, as shares of non-farm output."""
Gains = dict[str, FloatArray]


def gains(after: End, before: End) -> Gains:
    """What is gained from one end to another, each (draws,), in log points."""
    change = compare(before.lives, after.lives)
    found = {"within": change.within, "composition": change.composition, "expected": change.expected}
    for name, outcome, sign in _LOGS:
        found[name] = sign * np.log(after.outcomes[outcome] / before.outcomes[outcome])
    found["services"] = after.outcomes["services"] - before.outcomes["services"]
    return {name: found[name] for name in GAINS}


_LOGS = (
    ("rural_income", "rural_income", 1),
    ("gap", "income_ratio", -1),
    ("services_level", "services_mean", 1),
    ("vitality", "young_per_old", 1),
    ("output", "output_per_person", 1),
)


@dataclass(frozen=True)
class MutualBenefit:
    """By gain, each (draws,): together minus the sum of each alone; what rural policy adds in three settings.

    complementarity: both - city alone - countryside alone; beside_city, alone, where_slowed: what the money for the
    countryside adds beside money for the city, without it, and where the city is slowed. All are against the same money
    handed back, so that neither is zero.
    """

    complementarity: Gains
    beside_city: Gains
    alone: Gains
    where_slowed: Gains


def mutual_benefit(laboratory: Laboratory, levy: float) -> MutualBenefit:
    """The test of mutual benefit: six courses of every draw, each with the same levy."""
    ends = {cell.name: laboratory.with_package(cell, levy) for cell in CELLS}
    cells = {name: gains(end, ends["neither"]) for name, end in ends.items()}
    beside = _less(cells["both_halves"], cells["city_half"])
    alone = cells["countryside_half"]
    slowed = _less(cells["slow_countryside_half"], cells["slow_half"])
    return MutualBenefit(_less(beside, alone), beside, alone, slowed)


def dose_curve(laboratory: Laboratory, doses: Sequence[float] = DOSES) -> dict[float, MutualBenefit]:
    """The test at every levy."""
    return {levy: mutual_benefit(laboratory, levy) for levy in doses}


def percent(log_points: FloatArray) -> FloatArray:
    """Differences of logs as percent."""
    return np.asarray(100 * np.expm1(log_points))


def _less(one: Gains, other: Gains) -> Gains:
    return {name: one[name] - other[name] for name in GAINS}
