"""Where people live when tastes differ: logit choice between places under a cost of moving.

A person from i who lives in j gets V_j / m_ij times a taste that is Frechet with dispersion k (the logarithm of the
taste is Gumbel), so the share of i's people in j is (V_j / m_ij)^k over the sum of that over places. m_ij >= 1 is the
wedge of moving; a hukou cost tau, the share of income forgone in a place without registration there, is the wedge
1 / (1 - tau). Source: McFadden 1974; Tombe and Zhu 2019.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, fraction_array, positive_array, same_shape
from symbiosis.models.equilibrium import softmax
from symbiosis.models.migration.tastes import cost_of_no_hukou, response_to_income
from symbiosis.parameters import POSITIVE, Model, Values, model, parameter


@model
class LogitMigration(Model):
    """Countryside and city, for people with rural registration."""

    # fmt: off
    rural_income: Values = parameter(default=1.0, label="Rural income", range=(0.2, 5.0, 0.05), domain=POSITIVE,
        display=".2f", source="assumption; the unit of income", meaning="Real income in the countryside.")
    urban_income: Values = parameter(default=2.3, label="Urban income", range=(0.2, 5.0, 0.05), domain=POSITIVE,
        display=".2f", source="assumption, near the ratio of urban to rural income in China in 2024",
        meaning="Real income in the city.")
    # fmt: on
    hukou_cost: Values = cost_of_no_hukou()
    dispersion: Values = response_to_income()

    def urban_share(self) -> FloatArray:
        """Share of people with rural registration who live in the city, 1 / (1 + (V_r / ((1 - tau) V_u))^k)."""
        rural, urban, cost, k = self.arrays()
        with np.errstate(divide="ignore", over="ignore"):
            return np.asarray(1 / (1 + (rural / ((1 - cost) * urban)) ** k))

    def hukou_cost_at_share(self, share: npt.ArrayLike) -> FloatArray:
        """Hukou cost at which that share lives in the city, the inverse of urban_share; negative for a subsidy.

        share: fraction strictly between 0 and 1, broadcasts against the parameters, of which hukou_cost plays no part.
        """
        rural, urban, k = self.arrays("rural_income", "urban_income", "dispersion")
        u = fraction_array("share", share, open_interval=True)
        return np.asarray(1 - rural / urban * (u / (1 - u)) ** (1 / k))


def choice_shares(values: npt.ArrayLike, *, dispersion: npt.ArrayLike, wedges: npt.ArrayLike = 1.0) -> FloatArray:
    """Share of each origin's people in each place, shape (..., origins, places); rows sum to 1.

    values: V, positive, shape (..., places); dispersion: positive, shape (...); wedges: positive, shape (...,
    origins, places), or 1 (the single row is then that of any origin).
    """
    v = positive_array("values", values)
    if v.ndim == 0:
        raise ValueError("values is a single number; give one value for each place")
    m = positive_array("wedges", wedges)
    if m.ndim == 1:
        raise ValueError("wedges has 1 dimension; give a row for each origin and a column for each place")
    k = positive_array("dispersion", dispersion)[..., np.newaxis, np.newaxis]
    value, wedge, k = same_shape(values=v[..., np.newaxis, :], wedges=m, dispersion=k)
    return softmax(k * (np.log(value) - np.log(wedge)))
