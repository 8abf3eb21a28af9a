"""Do help for the city and for the countryside help each other? Gains of packages, and what exceeds their sum.

Each gain is larger where life is better. Both together minus each alone plus neither is zero where two policies only
add up, positive where each makes the other worth more (supermodularity, Topkis 1978; Milgrom and Roberts 1990).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array
from symbiosis.economy.packages import CELLS, Package, package
from symbiosis.economy.simulation import simulate
from symbiosis.economy.start import LAST_YEAR
from symbiosis.evidence.proportions import share_of

GAINS: Mapping[str, str] = {
    "wellbeing": "Wellbeing at working age",
    "rural_income": "Income of villagers",
    "gap": "A smaller income gap",
    "services": "Public services",
    "vitality": "Young people in villages",
    "output": "Output per person",
}
"""Gains and what they are called; each is in logs, so that 0.01 is about one percent."""


def gains(outcomes: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """The gains of a year from the outcomes of simulate(...).at(year), each (runs,), in log points."""
    return {
        "wellbeing": outcomes["wellbeing"],
        "rural_income": np.log(outcomes["rural_income"]),
        "gap": -np.log(outcomes["income_ratio"]),
        "services": outcomes["services"],
        "vitality": np.log(outcomes["young_per_old"]),
        "output": np.log(outcomes["output_per_person"]),
    }


def gains_of(
    draws: Mapping[str, FloatArray], one: Package, *, levy: float, strength: float = 1.0, year: int = LAST_YEAR
) -> dict[str, FloatArray]:
    """The gains of one package for many draws of the parameters, each (runs,); NaN where a run cannot feed people."""
    paths = simulate({**draws, **one.settings(levy, strength)}, last_year=year, strict=False)
    return gains(paths.at(year))


@dataclass(frozen=True)
class MutualBenefit:
    """By gain, each (runs,): together minus the sum of each alone; what rural policy adds in three settings.

    complementarity: both - city alone - countryside alone + neither; beside_city, alone, where_slowed: what the money
    for the countryside adds beside money for the city, without it, and where the city is slowed.
    """

    complementarity: dict[str, FloatArray]
    beside_city: dict[str, FloatArray]
    alone: dict[str, FloatArray]
    where_slowed: dict[str, FloatArray]


def mutual_benefit(draws: Mapping[str, FloatArray], *, levy: float, year: int = LAST_YEAR) -> MutualBenefit:
    """The test of mutual benefit: six simulations of every draw, each with the same levy."""
    cells = {cell.name: gains_of(draws, cell, levy=levy, year=year) for cell in CELLS}

    def added(with_it: str, without: str) -> dict[str, FloatArray]:
        return {name: cells[with_it][name] - cells[without][name] for name in GAINS}

    beside, alone = added("both_halves", "city_half"), added("countryside_half", "neither")
    return MutualBenefit(
        complementarity={name: beside[name] - alone[name] for name in GAINS},
        beside_city=beside,
        alone=alone,
        where_slowed=added("slow_countryside_half", "slow_half"),
    )


def advantage(
    draws: Mapping[str, FloatArray], first: str, second: str, *, levy: float, year: int = LAST_YEAR
) -> dict[str, FloatArray]:
    """Gains of one package minus those of another with the same levy, by gain, each (runs,)."""
    one, other = (gains_of(draws, package(name), levy=levy, year=year) for name in (first, second))
    return {name: one[name] - other[name] for name in GAINS}


@dataclass(frozen=True)
class Share:
    """How often something holds in a sample of draws: share, and a Wilson interval for a larger sample like it."""

    share: float
    low: float
    high: float
    holds: int
    runs: int


def share_where(holds: npt.ArrayLike, *, level: float = 0.95) -> Share:
    """The share of true values, with its Wilson (1927) interval; ValueError for an empty or untrue array."""
    found = share_of(holds, level=level)
    return Share(found.value, found.low, found.high, int(np.sum(holds)), np.size(holds))


def share_positive(values: npt.ArrayLike, *, level: float = 0.95, at_least: float = 0.0) -> Share:
    """share_where for values above at_least."""
    return share_where(finite_array("values", values, ndim=1) > at_least, level=level)
