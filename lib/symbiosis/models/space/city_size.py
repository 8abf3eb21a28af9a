"""Why cities are big, and why they stop: agglomeration against congestion in a round city (Henderson 1974).

Output per worker is A N^g, for workers learn from, share with and find each other (agglomeration). All work in the
centre and live around it at D people per square kilometre, so that the edge lies at R = sqrt(N / (pi D)). A worker
at r pays t r for the way and the rent t (R - r), which makes all places as dear as the edge: on average the way costs
2 t R / 3 and the rent is t R / 3. Residents get back the part s of the rent that is not paid to strangers:

    net income  V(N) = A N^g - t R (1 - s / 3)

A and t are in one unit, output per worker in a city of one million; N counts millions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, positive_array
from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.parameters import FRACTION, NON_NEGATIVE, POSITIVE, Domain, Model, Values, model, parameter


@dataclass(frozen=True)
class CityAccounts:
    """What a worker makes, pays and keeps in a city of each size; arrays of one shape, output of one million = 1.

    output: per worker; commuting, rent: average per worker; net: output less both, with the rent that comes back.
    """

    output: FloatArray
    commuting: FloatArray
    rent: FloatArray
    net: FloatArray


@model
class CitySize(Model):
    """A round city whose workers all go to its centre."""

    productivity: Values = parameter(
        default=1.0, label="Productivity of the place", range=(0.5, 2.0, 0.05), domain=POSITIVE, display=".2f",
        meaning="Output per worker in a city of one million; the unit.", source="assumption; the unit",
    )  # fmt: skip
    agglomeration: Values = parameter(
        default=0.05, label="Agglomeration", range=(0.0, 0.15, 0.005), domain=Domain(0, 0.5, high_open=True),
        display=".1%", meaning="Output per worker gains so many percent where a city is one percent larger.",
        source="Combes and Gobillon 2015 (0.02 to 0.1)",
    )  # fmt: skip
    commuting_cost: Values = parameter(
        default=0.01, label="Cost of a kilometre", range=(0.002, 0.03, 0.001), domain=NON_NEGATIVE, display=".1%",
        meaning="Part of a worker's output that living one kilometre further out costs, time included.",
        source="assumption",
    )  # fmt: skip
    density: Values = parameter(
        default=0.01, label="Homes on the ground", unit="million people per km²", range=(0.002, 0.04, 0.001),
        domain=POSITIVE, display=".3f",
        meaning="How many people housing holds on a square kilometre: height of buildings, and rules that limit it.",
        source="assumption; ten thousand people per square kilometre",
    )  # fmt: skip
    shared_rent: Values = parameter(
        default=0.5, label="Rent that residents keep", range=(0.0, 1.0, 0.05), domain=FRACTION, display=".0%",
        meaning="Part of the rent of land that residents get back; the rest goes to owners elsewhere.",
        source="assumption",
    )  # fmt: skip

    def _edge_cost(self, size: FloatArray) -> FloatArray:
        """t R: what living at the edge costs."""
        cost, density = self.arrays("commuting_cost", "density")
        return np.asarray(cost * np.sqrt(size / (np.pi * density)))

    def accounts(self, size: npt.ArrayLike) -> CityAccounts:
        """What a worker makes and keeps; size in million people, positive, broadcasts against the parameters."""
        people = positive_array("size", size)
        a, g, shared = self.arrays("productivity", "agglomeration", "shared_rent")
        output, edge = a * people**g, self._edge_cost(people)
        return CityAccounts(
            *(np.asarray(x) for x in (output, 2 * edge / 3, edge / 3, output - edge * (1 - shared / 3)))
        )

    def best_size(self) -> FloatArray:
        """Size (millions) with the greatest net income, (2 g A / k)^(1 / (1/2 - g)), k = t (1 - s/3) / sqrt(pi D).

        EquilibriumError where kilometres cost nothing, so that no size is best; 0 without agglomeration.
        """
        a, g, shared = self.arrays("productivity", "agglomeration", "shared_rent")
        cost = self._edge_cost(np.ones(1)).reshape(self.shape) * (1 - shared / 3)
        if (cost <= 0).any():
            raise EquilibriumError("commuting_cost is 0: nothing holds a city back and no size is best; raise it")
        return np.asarray((2 * g * a / cost) ** (1 / (0.5 - g)))

    def nearly_best(self, loss: float = 0.01) -> tuple[FloatArray, FloatArray]:
        """The smallest and the largest size (millions) whose net income is within this part of the greatest.

        loss: between 0 and 1, both left out. EquilibriumError as best_size, and where nobody gains from size.
        """
        if not 0 < loss < 1:
            raise ValueError(f"loss is {loss:g}; give a part between 0 and 1")
        best = self.best_size()
        if (best <= 0).any():
            raise EquilibriumError("agglomeration is 0: the smallest city is best; raise it")
        wanted = (1 - loss) * self.accounts(best).net
        ends = []
        for far in (1e-9, 1e9):
            near, off = np.log(best), np.log(best * far)
            # Net income falls all the way from the best size: halve in logarithms until the ends agree.
            for _ in range(80):
                middle = (near + off) / 2
                inside = self.accounts(np.exp(middle)).net >= wanted
                near, off = np.where(inside, middle, near), np.where(inside, off, middle)
            ends.append(np.asarray(np.exp(near)))
        return ends[0], ends[1]
