"""Food and goods, closed or open to trade: better farming frees labour in the one and binds it in the other.

Food is A x^alpha, goods are M n^alpha, x + n = 1. Of spending beyond a food need, food takes a constant-elasticity
share (the preferences of Herrendorf, Rogerson and Valentinyi 2013), so that with p = A x^(alpha-1) / (M n^(alpha-1))

    A x^alpha - need = weight / (1 - weight) p^elasticity M n^alpha    without trade,
    (x / n)^(1 - alpha) = A / (price M)                                at a world price of goods in terms of food.

Elasticity 1 is the economy of Matsuyama 1992. With alpha 1 and no need the closed economy is that of Ngai and
Pissarides 2007; with alpha 1 and elasticity 1 its farm labour is weight + (1 - weight) need / A (Stone-Geary), and
need / A where the weight is 0 (Gollin, Parente and Rogerson 2002).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array
from symbiosis.models.equilibrium import increasing_root, refuse
from symbiosis.parameters import BELOW_ONE, NON_NEGATIVE, POSITIVE, POSITIVE_FRACTION, Model, Values, model, parameter


@dataclass(frozen=True)
class Autarky:
    """The economy without trade: labour outside farming, and the price of goods in terms of food."""

    industrial_share: FloatArray
    price: FloatArray


@model
class TwoSectorEconomy(Model):
    """Labour between food and goods, all of it at work; food is counted in harvests of year 0 if everyone farmed."""

    # fmt: off
    subsistence: Values = parameter(default=0.5, label="Food need", range=(0.0, 0.8, 0.01), domain=NON_NEGATIVE,
        display=".0%", source="assumption",
        meaning="Food that each person must have first, over the harvest of year 0 if everyone farmed.")
    elasticity: Values = parameter(default=0.5, label="Elasticity of substitution", range=(0.1, 3.0, 0.05),
        domain=POSITIVE, display=".2f", meaning="Elasticity of substitution between goods and food beyond the need.",
        source="assumption; most estimates lie below 1 (Comin, Lashkari and Mestieri 2021)")
    farm_growth: Values = parameter(default=0.02, label="Farming improves (a year)", range=(0.0, 0.04, 0.001),
        unit="per year", display=".1%", source="assumption",
        meaning="Growth rate of productivity in farming.")
    industry_growth: Values = parameter(default=0.01, label="Industry improves (a year)", range=(0.0, 0.04, 0.001),
        unit="per year", display=".1%", source="assumption",
        meaning="Growth rate of productivity outside farming.")
    alpha: Values = parameter(default=0.6, label="Labour elasticity of output", range=(0.3, 0.9, 0.01),
        domain=POSITIVE_FRACTION, display=".2f", source="assumption",
        meaning="Percent of output that one percent more labour adds, in both sectors.")
    weight: Values = parameter(default=0.1, label="Weight of food beyond need", range=(0.01, 0.5, 0.01),
        domain=BELOW_ONE, display=".0%", source="assumption",
        meaning="Share of spending beyond the need that goes to food at equal prices.")
    farm_productivity: Values = parameter(default=1.0, label="Agricultural productivity", range=(0.5, 4.0, 0.05),
        unit="food", domain=POSITIVE, display=".2f", source="Matsuyama 1992 for the form; 1 is the start",
        meaning="Food made when everyone farms.")
    industrial_productivity: Values = parameter(default=1.0, label="Industrial productivity", range=(0.5, 4.0, 0.05),
        unit="goods", domain=POSITIVE, display=".2f", source="Matsuyama 1992 for the form; 1 is the start",
        meaning="Goods made when everyone works in industry.")
    price: Values = parameter(default=1.0, label="World price of goods", range=(0.25, 4.0, 0.05), unit="food per good",
        domain=POSITIVE, display=".2f", source="assumption",
        meaning="Price of industrial goods in terms of food on the world market.")
    # fmt: on

    def after(self, years: npt.ArrayLike) -> Self:
        """The same economy years later, both productivities grown: shape (draws...) and then that of years."""
        t = finite_array("years", years)
        draws = {name: value for name, value in self.values().items() if np.ndim(value)}
        now = self.replace(**{name: np.reshape(v, np.shape(v) + (1,) * t.ndim) for name, v in draws.items()})
        return now.replace(
            farm_productivity=now.farm_productivity * np.exp(now.farm_growth * t),
            industrial_productivity=now.industrial_productivity * np.exp(now.industry_growth * t),
        )

    def admissible(self) -> npt.NDArray[np.bool_]:
        """Where all hands on the farm grow more than the need, so that the economy lives without trade."""
        harvest, need = self.arrays("farm_productivity", "subsistence")
        return np.asarray(need < harvest)

    def autarky(self) -> Autarky:
        """Labour and price without trade; exact to 1e-14.

        Unique, since both sides of the condition are monotone. EquilibriumError where all hands cannot grow the need.
        """
        a, m, need, food = self.arrays("farm_productivity", "industrial_productivity", "subsistence", "weight")
        alpha, sigma = self.arrays("alpha", "elasticity")
        text = "subsistence is {:g} and farm_productivity {:g}: without trade all hands on the farm cannot feed all; "
        refuse(~self.admissible(), text + "raise productivity", need, a)
        bend = sigma * (1 - alpha)
        pull = food / (1 - food) * (a / m) ** (sigma - 1)

        # The condition over A times x^bend, which is finite at x = 0 and changes sign at the same root.
        def excess(x: FloatArray) -> FloatArray:
            return np.asarray(x ** (alpha + bend) - need / a * x**bend - pull * (1 - x) ** (alpha + bend))

        farmers = increasing_root(excess, np.zeros_like(a), np.ones_like(a), what="share of labour on the farm")
        # With constant returns the condition is linear.
        share = 1 - np.where(alpha == 1, (need / a + pull) / (1 + pull), farmers)
        with np.errstate(divide="ignore"):
            return Autarky(np.asarray(share), np.asarray(a / m * (share / (1 - share)) ** (1 - alpha)))

    def open_industrial_share(self) -> FloatArray:
        """Share of labour outside farming at the world price, 1 / (1 + (A / (price M))^(1 / (1 - alpha))).

        EquilibriumError where national income does not buy the food need, or where returns are constant (alpha 1), so
        that only one of the two is made.
        """
        a, m, p = self.arrays("farm_productivity", "industrial_productivity", "price")
        need, alpha = self.arrays("subsistence", "alpha")
        text = "alpha is 1: with constant returns a trading economy makes only food or only goods; lower alpha"
        refuse(alpha == 1, text)
        # The logistic function by the hyperbolic tangent, which does not overflow.
        share = 0.5 * (1 + np.tanh(np.log(p * m / a) / (1 - alpha) / 2))
        income = a * (1 - share) ** alpha + p * m * share**alpha
        text = "national income is {:g} and subsistence {:g}, both in food; raise a productivity"
        refuse(income <= need, text, income, need)
        return np.asarray(share)
