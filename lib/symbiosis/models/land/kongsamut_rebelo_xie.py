"""Structural change beside balanced growth: needs that cancel (Kongsamut, Rebelo and Xie 2001).

Where the value of the food need equals that of the services made at home, p_A Abar = p_S Sbar = z Y, total spending
is that of a homothetic consumer, while the shares in consumption are (beta + z, gamma, theta - z): manufacturing
stays constant and z falls as income grows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array
from symbiosis.models.equilibrium import refuse
from symbiosis.parameters import FRACTION, Model, Values, model, parameter


@model
class KongsamutRebeloXie(Model):
    """Shares of agriculture, manufacturing and services in consumption as needs lose weight."""

    # fmt: off
    beta: Values = parameter(default=0.1, label="Agriculture in the long run", range=(0.01, 0.3, 0.01), domain=FRACTION,
        display=".0%", source="Kongsamut, Rebelo and Xie 2001 for the form; the value is a worked example",
        meaning="Share of agriculture in consumption when needs no longer matter.")
    gamma: Values = parameter(default=0.15, label="Manufacturing", range=(0.05, 0.4, 0.01), domain=FRACTION,
        display=".0%", source="Kongsamut, Rebelo and Xie 2001 for the form; the value is a worked example",
        meaning="Share of manufacturing in consumption, at every income.")
    need: Values = parameter(default=0.25, label="Value of needs at the start", range=(0.0, 0.3, 0.01), domain=FRACTION,
        display=".0%", source="assumption",
        meaning="Value of the food need, and of services made at home, per unit of income in year 0.")
    growth: Values = parameter(default=0.02, label="Income growth", range=(0.0, 0.1, 0.005), unit="per year",
        display=".1%", source="assumption", meaning="Growth rate of income per person.")
    # fmt: on

    def admissible(self) -> npt.NDArray[np.bool_]:
        """Where the long-run share of services, 1 - beta - gamma, is at least the need of year 0."""
        beta, gamma, need = self.arrays("beta", "gamma", "need")
        # A need that equals it is admissible; forgive the rounding of the difference.
        return np.asarray((beta + gamma <= 1) & (need <= 1 - beta - gamma + 1e-12))

    def consumption_shares(self, times: npt.ArrayLike = 0.0) -> FloatArray:
        """Shares of the three sectors at times (years from the start), shape (draws..., times, 3).

        A single time has no axis. EquilibriumError where beta and gamma sum to more than 1, or where the need exceeds
        the long-run share of services: people would sell services made at home.
        """
        t = finite_array("times", times)
        beta, gamma, start, growth = self.arrays(axes=t.ndim)
        refuse(beta + gamma > 1, "beta and gamma sum to {:g}; together they may not exceed 1", beta + gamma)
        b, g, z = np.broadcast_arrays(beta, gamma, start * np.exp(-growth * t))
        theta = 1 - b - g
        text = "need is {:g}, above the long-run share of services {:g}: spending on services would be negative; lower "
        refuse(z > theta + 1e-12, text + "need", z, theta)
        return np.stack([b + z, g, np.maximum(theta - z, 0.0)], axis=-1)
