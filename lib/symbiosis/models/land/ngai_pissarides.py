"""Structural change by prices: labour moves to the sectors whose productivity grows slowly (Ngai and Pissarides 2007).

Sectors share one capital intensity, so relative prices are inverse relative productivities. With an elasticity of
substitution eps, the share of sector i in consumption is proportional to share_i(0) exp((eps - 1) growth_i t).
Investment is made by one sector (manufacturing); on the aggregate balanced growth path its share is constant.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array
from symbiosis.models.equilibrium import softmax
from symbiosis.parameters import BELOW_ONE, NON_NEGATIVE, Model, ParameterError, Values, model, parameter


@model
class NgaiPissarides(Model):
    """Shares of agriculture, manufacturing and services as their productivities grow apart.

    initial_consumption_shares: of the three at time 0, zero or more, summing to 1 (a zero leaves a sector out).
    """

    # fmt: off
    elasticity: Values = parameter(default=0.3, label="Elasticity of substitution", range=(0.0, 2.0, 0.05),
        domain=NON_NEGATIVE, display=".2f", source="Ngai and Pissarides 2007 argue for a value well below 1",
        meaning="Elasticity of substitution between the goods of the sectors.")
    growth_agriculture: Values = parameter(default=0.024, label="Productivity growth in agriculture",
        range=(-0.01, 0.08, 0.001), unit="per year", display=".1%", source="assumption",
        meaning="Growth rate of total factor productivity in agriculture.")
    growth_manufacturing: Values = parameter(default=0.014, label="Productivity growth in manufacturing",
        range=(-0.01, 0.08, 0.001), unit="per year", display=".1%", source="assumption",
        meaning="Growth rate of total factor productivity in manufacturing.")
    growth_services: Values = parameter(default=0.004, label="Productivity growth in services",
        range=(-0.01, 0.08, 0.001), unit="per year", display=".1%", source="assumption",
        meaning="Growth rate of total factor productivity in services.")
    investment_share: Values = parameter(default=0.2, label="Investment", range=(0.0, 0.5, 0.01), domain=BELOW_ONE,
        display=".0%", source="assumption",
        meaning="Share of output that is invested, all of it made by manufacturing.")
    # fmt: on
    initial_consumption_shares: FloatArray

    def __post_init__(self) -> None:
        super().__post_init__()
        shares = finite_array("initial_consumption_shares", self.initial_consumption_shares, ndim=1)
        if len(shares) != 3 or (shares < 0).any():
            cause = f"initial_consumption_shares are {shares.tolist()}"
            raise ParameterError(f"{cause}; give three, zero or more: agriculture, manufacturing, services")
        if abs(shares.sum() - 1) > 1e-8:
            raise ParameterError(f"initial_consumption_shares sum to {shares.sum():g}; divide them by their sum")
        self._keep(initial_consumption_shares=shares)

    def consumption_shares(self, times: npt.ArrayLike = 0.0) -> FloatArray:
        """Shares of the sectors in consumption at times (years from the start), shape (draws..., times, 3).

        A single time has no axis.
        """
        t = finite_array("times", times)
        eps, *growth, _ = self.arrays(axes=t.ndim)
        with np.errstate(divide="ignore"):
            start = np.log(self.initial_consumption_shares)
        exponent = start + ((eps - 1) * t)[..., np.newaxis] * np.stack(growth, axis=-1)
        return softmax(exponent)

    def employment_shares(self, times: npt.ArrayLike = 0.0) -> FloatArray:
        """Shares of the sectors in employment, shape (draws..., times, 3).

        Employment follows spending: each sector has (1 - investment_share) of its share in consumption, and
        manufacturing the investment_share besides.
        """
        (invested,) = self.arrays("investment_share", axes=np.ndim(times) + 1)
        return np.asarray((1 - invested) * self.consumption_shares(times) + invested * np.array([0.0, 1.0, 0.0]))
