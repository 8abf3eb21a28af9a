"""Policies tried on draws of the economy: each draw runs once to the year of policy, then with each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from symbiosis.checks import FloatArray
from symbiosis.economy.ages import LAST_YEAR
from symbiosis.economy.calibration import fit_weights
from symbiosis.economy.model import Economy, End, Start
from symbiosis.economy.packages import Package
from symbiosis.economy.parameters import POLICY, PURPOSES
from symbiosis.economy.welfare import WORKING_AGES
from symbiosis.evidence.weighted_draws import equal_draws
from symbiosis.parameters import ParameterError

BASELINES: Mapping[str, str] = {"no_levy": "No levy", "cash": "Money handed back"}
"""What a policy is compared with: nothing is levied, or what is levied goes back to everybody alike."""


def with_doses(doses: Mapping[str, float], *, added_barrier: float = 0.0) -> dict[str, float]:
    """Policy parameters by name for a mix of doses, each a share of non-farm output; unknown purposes are refused.

    doses: by purpose; "cash" is handed back to everybody alike. The levy is their sum.
    """
    unknown = sorted(set(doses) - {*PURPOSES, "cash"})
    if unknown:
        raise ParameterError(f"unknown purposes {', '.join(unknown)}; known: {', '.join(PURPOSES)}, cash")
    levy = sum(doses.values())
    shares = {name: doses.get(name, 0.0) / levy if levy else 0.0 for name in PURPOSES}
    return {**POLICY.defaults(), **shares, "levy": levy, "added_barrier": added_barrier}


@dataclass(frozen=True)
class Laboratory:
    """Draws of the economy, what they weigh, and where they stand when a policy can begin.

    economy: without a policy; weights (draws,) add up to one; year: in which lives and outcomes are compared; ages: of
    those whose lives count.
    """

    economy: Economy
    weights: FloatArray
    start: Start
    year: int = LAST_YEAR
    ages: tuple[str, ...] = WORKING_AGES

    @classmethod
    def of(cls, economy: Economy, weights: FloatArray | None = None, *, year: int = LAST_YEAR,
           ages: tuple[str, ...] = WORKING_AGES) -> Laboratory:  # fmt: skip
        """Bring draws (runs,) to the year of policy; weights: alike unless given."""
        (runs,) = economy.shape
        weight = np.full(runs, 1 / runs) if weights is None else np.asarray(weights) / np.sum(weights)
        return cls(economy, weight, economy.start(), year, ages)

    def end(self, policy: Mapping[str, float] | None = None) -> End:
        """The last year with a policy, given by its parameters (none: no policy)."""
        return self.economy.replace(**(policy or {})).end(self.year, ages=self.ages, start=self.start)

    def with_package(self, one: Package, levy: float, strength: float = 1.0) -> End:
        """The last year with a package."""
        return self.end(one.settings(levy, strength))

    def baseline(self, name: str, levy: float) -> End:
        """The last year without a levy ("no_levy"), or with it handed back ("cash")."""
        if name not in BASELINES:
            raise ParameterError(f"unknown baseline {name!r}; known: {', '.join(BASELINES)}")
        return self.end(with_doses({"cash": levy}) if name == "cash" else None)


def weighted_economy(draws: pd.DataFrame, count: int | None = None) -> tuple[Economy, FloatArray]:
    """The economy of the table policy_draws with the weights of its draws, or so many draws that count alike.

    count: of equal draws; a draw that weighs much comes up more than once.
    """
    weights = fit_weights(draws["chi_square"].to_numpy())
    if count is not None:
        chosen = equal_draws(weights, count)
        draws, weights = draws.iloc[chosen], np.full(count, 1 / count)
    names = set(draws.columns)
    fixed = {p.name: p.default for p in Economy.parameters() if p.name not in names}
    return Economy.from_columns(draws, **fixed), weights
