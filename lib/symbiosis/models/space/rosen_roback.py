"""Wages and rents of cities between which people and firms move freely (Rosen 1979, Roback 1982)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray
from symbiosis.models.equilibrium import refuse
from symbiosis.parameters import FRACTION, POSITIVE, Model, Values, model, parameter


@dataclass(frozen=True)
class CityPrices:
    """Logarithms of wage and rent that leave people and firms indifferent between cities; arrays of one shape."""

    log_wage: FloatArray
    log_rent: FloatArray


@model
class RosenRoback(Model):
    """A city in a system of free mobility and free entry.

    People: amenity * wage * rent^-housing_share = 1. Firms: wage^(1 - land_share) rent^land_share = productivity.
    """

    # fmt: off
    amenity: Values = parameter(default=1.0, label="Amenity", range=(0.5, 2.0, 0.01), domain=POSITIVE, display=".2f",
        source="assumption; the unit", meaning="Quality of life beside that of other cities.")
    productivity: Values = parameter(default=1.0, label="Productivity", range=(0.5, 2.0, 0.01), domain=POSITIVE,
        display=".2f", source="assumption; the unit", meaning="Productivity beside that of other cities.")
    housing_share: Values = parameter(default=0.25, label="Spending on housing", range=(0.01, 0.6, 0.01),
        domain=FRACTION, display=".0%", source="assumption", meaning="Share of income spent on housing.")
    land_share: Values = parameter(default=0.1, label="Land in costs", range=(0.0, 0.5, 0.01), domain=FRACTION,
        display=".0%", source="assumption", meaning="Share of the costs of firms that is rent of land.")
    # fmt: on

    def admissible(self) -> npt.NDArray[np.bool_]:
        """Where somebody uses land, so that its rent is determined."""
        return np.asarray(self._land_weight() > 0)

    def _land_weight(self) -> FloatArray:
        housing, land = self.arrays("housing_share", "land_share")
        return np.asarray(housing * (1 - land) + land)

    def prices(self) -> CityPrices:
        """Wage and rent; EquilibriumError where nobody uses land."""
        amenity, productivity, housing, land = self.arrays()
        text = "housing_share and land_share are both 0: nobody uses land and rent is not determined"
        refuse(~self.admissible(), text)
        log_rent = (np.log(productivity) + (1 - land) * np.log(amenity)) / self._land_weight()
        return CityPrices(np.asarray(housing * log_rent - np.log(amenity)), np.asarray(log_rent))
