"""Structural change by income and prices at once: non-homothetic CES (Comin, Lashkari and Mestieri 2021).

Spending that buys real consumption C is E = [sum_i w_i (C^(e_i) p_i)^(1-s)]^(1/(1-s)), so that the shares obey
ln(x_i / x_j) = ln(w_i / w_j) + (1-s) ln(p_i / p_j) + (1-s)(e_i - e_j) ln C at every income.
"""

from __future__ import annotations

from dataclasses import field

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, positive_array
from symbiosis.models.equilibrium import softmax
from symbiosis.parameters import POSITIVE, Model, ParameterError, Values, model, parameter


@model
class NonhomotheticCES(Model):
    """Demand for agriculture, manufacturing and services, in this order.

    weights, prices: of the three, positive, the same at every draw.
    """

    # fmt: off
    sigma: Values = parameter(default=0.5, label="Elasticity of substitution", range=(0.1, 0.95, 0.05), domain=POSITIVE,
        display=".2f", source="assumption; Comin, Lashkari and Mestieri 2021 find values below 1",
        meaning="Elasticity of substitution between goods at a given real consumption.")
    income_agriculture: Values = parameter(default=0.05, label="Income parameter of agriculture",
        range=(0.01, 2.0, 0.01), domain=POSITIVE, display=".2f",
        source="assumption in the range of Comin, Lashkari and Mestieri 2021",
        meaning="Exponent of real consumption for agriculture; manufacturing has 1.")
    income_services: Values = parameter(default=1.2, label="Income parameter of services", range=(0.01, 2.0, 0.01),
        domain=POSITIVE, display=".2f", source="assumption in the range of Comin, Lashkari and Mestieri 2021",
        meaning="Exponent of real consumption for services; manufacturing has 1.")
    # fmt: on
    weights: FloatArray
    prices: FloatArray = field(default_factory=lambda: np.ones(3))

    def __post_init__(self) -> None:
        super().__post_init__()
        if (np.asarray(self.sigma) == 1).any():
            raise ParameterError("sigma is 1, where income has no effect; give another positive number")
        for name in ("weights", "prices"):
            values = positive_array(name, getattr(self, name))
            if values.shape != (3,):
                cause = f"{name} has shape {values.shape}"
                raise ParameterError(f"{cause}; give three numbers: agriculture, manufacturing, services")
            self._keep(**{name: values})

    def expenditure_shares(self, consumption: npt.ArrayLike) -> FloatArray:
        """Share of each good in spending, shape (draws..., consumption, 3).

        consumption: levels of real consumption, positive; a single one has no axis.
        """
        c = positive_array("consumption", consumption)
        s, agriculture, services = self.arrays(axes=c.ndim + 1)
        exponents = np.concatenate([agriculture, np.ones_like(s), services], axis=-1)
        per_log = exponents * np.log(c)[..., np.newaxis] + np.log(self.prices)
        return softmax(np.log(self.weights) + (1 - s) * per_log)
