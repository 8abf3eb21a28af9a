"""Urban shares and the growth rates that move them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, fraction_array, positive_array, same_shape


def urban_share(urban: npt.ArrayLike, rural: npt.ArrayLike) -> FloatArray:
    """Urban population as a fraction of the total.

    urban, rural: persons (any common unit), shapes that broadcast. ValueError where a count is negative or
    both are zero.
    """
    u = positive_array("urban", urban, zero_allowed=True)
    r = positive_array("rural", rural, zero_allowed=True)
    u, r = same_shape(urban=u, rural=r)
    empty = (u + r) == 0
    if empty.any():
        raise ValueError(f"urban and rural are both zero in {int(empty.sum())} places; leave out places without people")
    return np.asarray(u / (u + r))


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


def rural_growth_rate(
    share: npt.ArrayLike, share_change_rate: npt.ArrayLike, population_growth: npt.ArrayLike
) -> FloatArray:
    """Growth rate of the rural population, per year: n - (du/dt) / (1 - u).

    It follows from rural = total * (1 - u). share: urban share u as a fraction below 1; share_change_rate:
    du/dt, fraction per year; population_growth: n, per year.
    """
    u = fraction_array("share", share)
    if (u == 1).any():
        raise ValueError("share is 1; a place without rural people has no rural growth rate")
    u, du, n = same_shape(
        share=u,
        share_change_rate=finite_array("share_change_rate", share_change_rate),
        population_growth=finite_array("population_growth", population_growth),
    )
    return np.asarray(n - du / (1 - u))
