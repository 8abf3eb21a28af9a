"""Paths and gains of the packages computed beforehand, between whose levies and strengths lie straight lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from symbiosis.checks import FloatArray
from symbiosis.economy.mutual_benefit import GAINS


@dataclass(frozen=True)
class Band:
    """Median over draws, and the ends between which eight of ten lie; one shape."""

    low: FloatArray
    median: FloatArray
    high: FloatArray


class PolicyTable:
    """The table policy_paths as functions of levy (share of output) and strength, both fractions within its grid.

    paths: the table, every package and outcome at every levy and strength (in percent).
    """

    def __init__(self, paths: pd.DataFrame) -> None:
        ordered = paths.sort_values(["package", "outcome", "levy", "strength", "year"])
        self._grid = tuple(np.sort(paths[name].unique()) for name in ("levy", "strength"))
        self._years: dict[str, FloatArray] = {}
        self._values: dict[tuple[str, str], FloatArray] = {}
        for (package, outcome), part in ordered.groupby(["package", "outcome"]):
            years = self._years[str(outcome)] = np.sort(part["year"].unique()).astype(float)
            shape = (*map(len, self._grid), len(years), 3)
            self._values[str(package), str(outcome)] = part[["low", "median", "high"]].to_numpy().reshape(shape)

    def years(self, outcome: str) -> FloatArray:
        """The years for which an outcome is there."""
        return self._years[outcome]

    def path(self, package: str, outcome: str, levy: float, strength: float) -> Band:
        """An outcome by year, as in the table; villagers' income against its median of 2000."""
        unit = self._quantiles("laissez_faire", outcome, 0.0, 0.0)[0, 1] if outcome == "rural_income" else 1.0
        return Band(*(self._quantiles(package, outcome, levy, strength) / unit).T)

    def gains(self, package: str, levy: float, strength: float) -> Band:
        """Every gain of the last year, in percent, in the order of GAINS."""
        points = [self._quantiles(package, f"gain_{gain}", levy, strength) for gain in GAINS]
        # The table holds log points; quantiles stay quantiles in percent.
        return Band(*(100 * np.expm1(np.concatenate(points) / 100)).T)

    def _quantiles(self, package: str, outcome: str, levy: float, strength: float) -> FloatArray:
        """Low, median and high by year, shape (years, 3)."""
        values = self._values[package, outcome]
        for places, at in zip(self._grid, (100 * levy, 100 * strength), strict=True):
            right = int(np.clip(np.searchsorted(places, at), 1, len(places) - 1))
            weight = (at - places[right - 1]) / (places[right] - places[right - 1])
            values = (1 - weight) * values[right - 1] + weight * values[right]
        return values
