"""Structural change beside balanced growth: needs that cancel (Kongsamut, Rebelo and Xie 2001).

Where the value of the food need equals that of the services made at home, p_A Abar = p_S Sbar = z Y, total spending
is that of a homothetic consumer, while the shares in consumption are (beta + z, gamma, theta - z): manufacturing
stays constant and z falls as income grows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, fraction_array, same_shape
from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.parameters import Parameter, ParameterSet

PARAMETERS = ParameterSet(
    (
        Parameter(
            name="beta",
            label="Agriculture in the long run",
            unit="",
            default=0.1,
            lower=0.01,
            upper=0.3,
            step=0.01,
            meaning="Share of agriculture in consumption when needs no longer matter.",
            source="Kongsamut, Rebelo and Xie 2001 for the form; the value is a worked example",
            display=".0%",
        ),
        Parameter(
            name="gamma",
            label="Manufacturing",
            unit="",
            default=0.15,
            lower=0.05,
            upper=0.4,
            step=0.01,
            meaning="Share of manufacturing in consumption, at every income.",
            source="Kongsamut, Rebelo and Xie 2001 for the form; the value is a worked example",
            display=".0%",
        ),
        Parameter(
            name="need",
            label="Value of needs at the start",
            unit="",
            default=0.25,
            lower=0.0,
            upper=0.3,
            step=0.01,
            meaning="Value of the food need, and of services made at home, per unit of income in year 0.",
            source="assumption",
            display=".0%",
        ),
        Parameter(
            name="growth",
            label="Income growth",
            unit="per year",
            default=0.02,
            lower=0.0,
            upper=0.1,
            step=0.005,
            meaning="Growth rate of income per person.",
            source="assumption",
            display=".1%",
        ),
    )
)


def consumption_shares(*, beta: npt.ArrayLike, gamma: npt.ArrayLike, need: npt.ArrayLike) -> FloatArray:
    """Shares of agriculture, manufacturing and services, shape (..., 3), where need is z; shapes broadcast.

    The long-run share of services is 1 - beta - gamma. EquilibriumError where need exceeds it: people would sell
    services made at home.
    """
    b, g, z = same_shape(
        beta=fraction_array("beta", beta), gamma=fraction_array("gamma", gamma), need=fraction_array("need", need)
    )
    theta = 1 - b - g
    if (theta < 0).any():
        raise ValueError(f"beta and gamma sum to {(b + g).max():g}; together they may not exceed 1")
    # A need that equals theta is admissible; forgive the rounding of 1 - beta - gamma.
    over = z > theta + 1e-12
    if over.any():
        raise EquilibriumError(
            f"need is {z[over].flat[0]:g}, above the long-run share of services {theta[over].flat[0]:g}: spending on "
            "services would be negative; lower need"
        )
    return np.stack([b + z, g, np.maximum(theta - z, 0.0)], axis=-1)


def consumption_share_path(
    times: npt.ArrayLike,
    *,
    beta: npt.ArrayLike,
    gamma: npt.ArrayLike,
    need: npt.ArrayLike,
    growth: npt.ArrayLike,
) -> FloatArray:
    """Shares at times (years from the start), shape (..., 3): need falls as exp(-growth t); shapes broadcast."""
    t, z, g = same_shape(
        times=finite_array("times", times), need=fraction_array("need", need), growth=finite_array("growth", growth)
    )
    return consumption_shares(beta=beta, gamma=gamma, need=z * np.exp(-g * t))
