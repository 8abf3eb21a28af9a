"""A closed economy with a food need, substitution and two sectors of decreasing returns.

Food is A x^alpha, goods are M n^alpha, x + n = 1. Of spending beyond the need, food takes a constant-elasticity share
(the preferences of Herrendorf, Rogerson and Valentinyi 2013), so that with p = A x^(alpha-1) / (M n^(alpha-1))

    A x^alpha - need = weight / (1 - weight) p^elasticity M n^alpha .

Elasticity 1 is the closed economy of Matsuyama 1992; alpha near 1 with no need that of Ngai and Pissarides 2007.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, fraction_array, positive_array, same_shape
from symbiosis.models.equilibrium import EquilibriumError, increasing_root
from symbiosis.parameters import Parameter, ParameterSet

PARAMETERS = ParameterSet(
    (
        Parameter(
            name="subsistence",
            label="Food need",
            unit="",
            default=0.5,
            lower=0.0,
            upper=0.8,
            step=0.01,
            meaning="Food that each person must have first, over the harvest of year 0 if everyone farmed.",
            source="assumption",
            display=".0%",
        ),
        Parameter(
            name="elasticity",
            label="Elasticity of substitution",
            unit="",
            default=0.5,
            lower=0.1,
            upper=3.0,
            step=0.05,
            meaning="Elasticity of substitution between goods and food beyond the need.",
            source="assumption; most estimates lie below 1 (Comin, Lashkari and Mestieri 2021)",
            display=".2f",
        ),
        Parameter(
            name="farm_growth",
            label="Farming improves (a year)",
            unit="per year",
            default=0.02,
            lower=0.0,
            upper=0.04,
            step=0.001,
            meaning="Growth rate of productivity in farming.",
            source="assumption",
            display=".1%",
        ),
        Parameter(
            name="industry_growth",
            label="Industry improves (a year)",
            unit="per year",
            default=0.01,
            lower=0.0,
            upper=0.04,
            step=0.001,
            meaning="Growth rate of productivity outside farming.",
            source="assumption",
            display=".1%",
        ),
        Parameter(
            name="alpha",
            label="Labour elasticity of output",
            unit="",
            default=0.6,
            lower=0.3,
            upper=0.9,
            step=0.01,
            meaning="Percent of output that one percent more labour adds, in both sectors.",
            source="assumption",
            display=".2f",
        ),
        Parameter(
            name="weight",
            label="Weight of food beyond need",
            unit="",
            default=0.1,
            lower=0.01,
            upper=0.5,
            step=0.01,
            meaning="Share of spending beyond the need that goes to food at equal prices.",
            source="assumption",
            display=".0%",
        ),
    )
)


def industrial_share(
    *,
    farm_productivity: npt.ArrayLike,
    industrial_productivity: npt.ArrayLike,
    subsistence: npt.ArrayLike,
    weight: npt.ArrayLike,
    alpha: npt.ArrayLike,
    elasticity: npt.ArrayLike,
) -> FloatArray:
    """Share of labour outside farming; shapes broadcast, exact to 1e-14.

    Unique, since both sides of the condition are monotone. EquilibriumError where all hands cannot grow the need.
    """
    a, m, need, food, exponent, sigma = same_shape(
        farm_productivity=positive_array("farm_productivity", farm_productivity),
        industrial_productivity=positive_array("industrial_productivity", industrial_productivity),
        subsistence=positive_array("subsistence", subsistence, zero_allowed=True),
        weight=fraction_array("weight", weight, open_interval=True),
        alpha=fraction_array("alpha", alpha, open_interval=True),
        elasticity=positive_array("elasticity", elasticity),
    )
    starving = need >= a
    if starving.any():
        raise EquilibriumError(
            f"subsistence is {need[starving].flat[0]:g} and farm_productivity {a[starving].flat[0]:g}: without trade "
            "all hands on the farm cannot feed all; raise productivity"
        )
    bend = sigma * (1 - exponent)
    pull = food / (1 - food) * (a / m) ** (sigma - 1)
    # The condition over A times x^bend, which is finite at x = 0 and changes sign at the same root.
    farmers = increasing_root(
        lambda x: x ** (exponent + bend) - need / a * x**bend - pull * (1 - x) ** (exponent + bend),
        np.zeros_like(a),
        np.ones_like(a),
        what="share of labour on the farm",
    )
    return np.asarray(1 - farmers)


def relative_price(
    industrial_share: npt.ArrayLike,
    *,
    farm_productivity: npt.ArrayLike,
    industrial_productivity: npt.ArrayLike,
    alpha: npt.ArrayLike,
) -> FloatArray:
    """Price of goods in terms of food at which wages agree, (A / M) (n / x)^(1 - alpha); shapes broadcast."""
    n, a, m, exponent = same_shape(
        industrial_share=fraction_array("industrial_share", industrial_share, open_interval=True),
        farm_productivity=positive_array("farm_productivity", farm_productivity),
        industrial_productivity=positive_array("industrial_productivity", industrial_productivity),
        alpha=fraction_array("alpha", alpha, open_interval=True),
    )
    return np.asarray(a / m * (n / (1 - n)) ** (1 - exponent))
