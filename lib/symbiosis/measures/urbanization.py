"""Growth rates of urban and rural people, and their difference, which moves the urban share."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, positive_array, same_shape


def annual_growth_rate(start: npt.ArrayLike, end: npt.ArrayLike, years: npt.ArrayLike) -> FloatArray:
    """Continuous rate of growth per year, ln(end / start) / years."""
    first, last, span = same_shape(
        start=positive_array("start", start),
        end=positive_array("end", end),
        years=positive_array("years", years),
    )
    return np.asarray(np.log(last / first) / span)


def urban_rural_growth_difference(
    urban_start: npt.ArrayLike,
    rural_start: npt.ArrayLike,
    urban_end: npt.ArrayLike,
    rural_end: npt.ArrayLike,
    years: npt.ArrayLike,
) -> FloatArray:
    """Urban minus rural continuous growth rate, per year (URGD).

    It equals the yearly change of logit(urban share), the quantity that the United Nations method carries
    forward (Panel on Urban Population Dynamics 2003, Cities Transformed, appendix D). Counts in persons,
    all positive.
    """
    u0, r0, u1, r1, span = same_shape(
        urban_start=positive_array("urban_start", urban_start),
        rural_start=positive_array("rural_start", rural_start),
        urban_end=positive_array("urban_end", urban_end),
        rural_end=positive_array("rural_end", rural_end),
        years=positive_array("years", years),
    )
    return np.asarray((np.log(u1 / r1) - np.log(u0 / r0)) / span)
