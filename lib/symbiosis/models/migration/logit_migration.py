"""Where people live when tastes differ: logit choice between places under a cost of moving.

A person from i who lives in j gets V_j / m_ij times a taste that is Frechet with dispersion k (the logarithm of the
taste is Gumbel), so the share of i's people in j is (V_j / m_ij)^k over the sum of that over places. m_ij >= 1 is the
wedge of moving; a hukou cost tau, the share of income forgone in a place without registration there, is the wedge
1 / (1 - tau). Source: McFadden 1974; Tombe and Zhu 2019.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, fraction_array, positive_array, same_shape
from symbiosis.parameters import Parameter, ParameterSet

PARAMETERS = ParameterSet(
    (
        Parameter(
            name="rural_income",
            label="Rural income",
            unit="",
            default=1.0,
            lower=0.2,
            upper=5.0,
            step=0.05,
            meaning="Real income in the countryside.",
            source="assumption; the unit of income",
            display=".2f",
        ),
        Parameter(
            name="urban_income",
            label="Urban income",
            unit="",
            default=2.3,
            lower=0.2,
            upper=5.0,
            step=0.05,
            meaning="Real income in the city.",
            source="assumption, near the ratio of urban to rural income in China in 2024",
            display=".2f",
        ),
        Parameter(
            name="hukou_cost",
            label="Cost of living without local registration",
            unit="",
            default=0.3,
            lower=0.0,
            upper=0.95,
            step=0.01,
            meaning="Share of urban income that a person with rural registration forgoes in the city.",
            source="assumption",
            display=".0%",
        ),
        Parameter(
            name="dispersion",
            label="Response to income",
            unit="",
            default=1.5,
            lower=0.5,
            upper=10.0,
            step=0.1,
            meaning="How strongly people follow income: high where tastes for places hardly differ.",
            source="Tombe and Zhu 2019 for the form; the value is an assumption",
            display=".1f",
        ),
    )
)

_CHUNK = 100_000


def urban_share(
    *, rural_income: npt.ArrayLike, urban_income: npt.ArrayLike, hukou_cost: npt.ArrayLike, dispersion: npt.ArrayLike
) -> FloatArray:
    """Share of people with rural registration who live in the city, 1 / (1 + (V_r / ((1 - tau) V_u))^k).

    Shapes broadcast. ValueError unless incomes and dispersion are positive and hukou_cost is in [0, 1].
    """
    rural, urban, cost, k = same_shape(
        rural_income=positive_array("rural_income", rural_income),
        urban_income=positive_array("urban_income", urban_income),
        hukou_cost=fraction_array("hukou_cost", hukou_cost),
        dispersion=positive_array("dispersion", dispersion),
    )
    with np.errstate(divide="ignore", over="ignore"):
        return np.asarray(1 / (1 + (rural / ((1 - cost) * urban)) ** k))


def hukou_cost_at_share(
    share: npt.ArrayLike, *, rural_income: npt.ArrayLike, urban_income: npt.ArrayLike, dispersion: npt.ArrayLike
) -> FloatArray:
    """Hukou cost at which that share lives in the city, the inverse of urban_share; negative where it takes a subsidy.

    share: fraction strictly between 0 and 1; shapes broadcast.
    """
    u, rural, urban, k = same_shape(
        share=fraction_array("share", share, open_interval=True),
        rural_income=positive_array("rural_income", rural_income),
        urban_income=positive_array("urban_income", urban_income),
        dispersion=positive_array("dispersion", dispersion),
    )
    return np.asarray(1 - rural / urban * (u / (1 - u)) ** (1 / k))


def _log_appeal(
    values: npt.ArrayLike, wedges: npt.ArrayLike, dispersion: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    v = positive_array("values", values)
    if v.ndim == 0:
        raise ValueError("values is a single number; give one value for each place")
    m = positive_array("wedges", wedges)
    if m.ndim == 1:
        raise ValueError("wedges has 1 dimension; give a row for each origin and a column for each place")
    k = positive_array("dispersion", dispersion)[..., np.newaxis, np.newaxis]
    value, wedge, k = same_shape(values=v[..., np.newaxis, :], wedges=m, dispersion=k)
    return np.asarray(k * (np.log(value) - np.log(wedge))), k[..., 0]


def choice_shares(values: npt.ArrayLike, *, dispersion: npt.ArrayLike, wedges: npt.ArrayLike = 1.0) -> FloatArray:
    """Share of each origin's people in each place, shape (..., origins, places); rows sum to 1.

    values: V, positive, shape (..., places); dispersion: positive, shape (...); wedges: positive, shape (...,
    origins, places), or 1 (the single row is then that of any origin).
    """
    appeal, _ = _log_appeal(values, wedges, dispersion)
    parts = np.exp(appeal - appeal.max(axis=-1, keepdims=True))
    return np.asarray(parts / parts.sum(axis=-1, keepdims=True))


def expected_log_utility(
    values: npt.ArrayLike, *, dispersion: npt.ArrayLike, wedges: npt.ArrayLike = 1.0
) -> FloatArray:
    """Mean of the logarithm of utility by origin before tastes are known, ln(sum_j (V_j / m_ij)^k) / k.

    Shape (..., origins); less the constant (Euler's over k) that does not depend on incomes. As choice_shares.
    """
    appeal, k = _log_appeal(values, wedges, dispersion)
    top = appeal.max(axis=-1)
    return np.asarray((top + np.log(np.exp(appeal - top[..., np.newaxis]).sum(axis=-1))) / k)


def migration_flows(population: npt.ArrayLike, shares: npt.ArrayLike) -> FloatArray:
    """People from each origin in each place, population times shares, shape (..., origins, places).

    population: shape (..., origins); shares: rows that sum to 1, so that nobody is lost.
    """
    people = positive_array("population", population, zero_allowed=True)
    split = fraction_array("shares", shares)
    if people.ndim == 0 or split.ndim < 2 or split.shape[-2] not in (1, people.shape[-1]):
        raise ValueError(
            f"population has shape {people.shape} and shares {split.shape}; give one row of shares for each origin"
        )
    sums = split.sum(axis=-1)
    if not np.allclose(sums, 1, rtol=0, atol=1e-9):
        raise ValueError(f"shares of an origin sum to {sums[np.abs(sums - 1) > 1e-9].flat[0]:g}; they must sum to 1")
    return np.asarray(people[..., np.newaxis] * split)


def simulate_choices(
    origins: npt.ArrayLike,
    values: npt.ArrayLike,
    *,
    dispersion: float,
    rng: np.random.Generator,
    wedges: npt.ArrayLike = 1.0,
) -> npt.NDArray[np.intp]:
    """Place that each of many people chooses when everyone draws tastes, shape (people,).

    origins: position of each person's origin, integers, shape (people,); values: shape (places,); wedges: shape
    (origins, places) or 1. The shares converge to choice_shares as people grow, with an error of the order of
    people^(-1/2).
    """
    start = np.asarray(origins)
    if start.ndim != 1 or start.size == 0 or not np.issubdtype(start.dtype, np.integer):
        raise ValueError("origins must be a non-empty list of integer positions, one for each person")
    places = finite_array("values", values, ndim=1)
    appeal, _ = _log_appeal(places, wedges, float(positive_array("dispersion", dispersion)))
    one_row = appeal.shape[0] == 1
    if start.min() < 0 or (not one_row and start.max() >= appeal.shape[0]):
        raise ValueError(
            f"origins runs from {start.min()} to {start.max()}; give positions from 0 to {appeal.shape[0] - 1}"
        )
    chosen = np.empty(start.size, dtype=np.intp)
    # In parts, so that a million people with hundreds of places do not fill the memory.
    for first in range(0, start.size, _CHUNK):
        part = start[first : first + _CHUNK]
        rows = appeal[np.zeros_like(part) if one_row else part]
        chosen[first : first + _CHUNK] = (rows + rng.gumbel(size=rows.shape)).argmax(axis=1)
    return chosen
