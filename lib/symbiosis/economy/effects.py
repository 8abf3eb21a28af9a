"""The stored effects of policies as estimates: weighted medians, with the ends between which eight of ten draws lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from symbiosis.evidence.estimate import Estimate

LEVEL = 0.8
"""The part of the weight of draws that lies between low and high."""


@dataclass(frozen=True, eq=False)
class StoredEffects:
    """A table with low, median, high and share_better, and what tells its rows apart in the other columns."""

    table: pd.DataFrame

    def percent(self, *, display: str = "+.1f", **where: object) -> Estimate:
        """A difference of logs as percent; where: one value for each column that tells rows apart."""
        middle, low, high = (100 * np.expm1(end / 100) for end in self._ends(where))
        return Estimate(middle, low, high, "%", display, LEVEL)

    def as_stored(self, *, unit: str = "%", display: str = "+.1f", **where: object) -> Estimate:
        """The numbers as they stand in the table."""
        return Estimate(*self._ends(where), unit, display, LEVEL)

    def share(self, **where: object) -> float:
        """The weight of draws in which the effect is positive."""
        return float(self._row(where)["share_better"])

    def _ends(self, where: dict[str, object]) -> tuple[float, float, float]:
        row = self._row(where)
        return float(row["median"]), float(row["low"]), float(row["high"])

    def _row(self, where: dict[str, object]) -> pd.Series[float]:
        chosen = np.logical_and.reduce([self.table[name] == value for name, value in where.items()])
        found = self.table[chosen]
        if len(found) != 1:
            asked = ", ".join(f"{name} {value}" for name, value in where.items())
            raise ValueError(f"{len(found)} rows with {asked}; say which one by every column that tells rows apart")
        return found.iloc[0]
