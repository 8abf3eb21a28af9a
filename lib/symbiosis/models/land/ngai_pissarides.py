"""Structural change by prices: labour moves to the sectors whose productivity grows slowly (Ngai and Pissarides 2007).

Sectors share one capital intensity, so relative prices are inverse relative productivities. With an elasticity of
substitution eps, the share of sector i in consumption is proportional to share_i(0) exp((eps - 1) growth_i t).
Investment is made by one sector (manufacturing); on the aggregate balanced growth path its share is constant.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, finite_number, positive_array
from symbiosis.parameters import Parameter, ParameterSet

PARAMETERS = ParameterSet(
    (
        Parameter(
            name="elasticity",
            label="Elasticity of substitution",
            unit="",
            default=0.3,
            lower=0.0,
            upper=2.0,
            step=0.05,
            meaning="Elasticity of substitution between the goods of the sectors.",
            source="Ngai and Pissarides 2007 argue for a value well below 1",
            display=".2f",
        ),
        Parameter(
            name="growth_agriculture",
            label="Productivity growth in agriculture",
            unit="per year",
            default=0.024,
            lower=-0.01,
            upper=0.08,
            step=0.001,
            meaning="Growth rate of total factor productivity in agriculture.",
            source="assumption",
            display=".1%",
        ),
        Parameter(
            name="growth_manufacturing",
            label="Productivity growth in manufacturing",
            unit="per year",
            default=0.014,
            lower=-0.01,
            upper=0.08,
            step=0.001,
            meaning="Growth rate of total factor productivity in manufacturing.",
            source="assumption",
            display=".1%",
        ),
        Parameter(
            name="growth_services",
            label="Productivity growth in services",
            unit="per year",
            default=0.004,
            lower=-0.01,
            upper=0.08,
            step=0.001,
            meaning="Growth rate of total factor productivity in services.",
            source="assumption",
            display=".1%",
        ),
        Parameter(
            name="investment_share",
            label="Investment",
            unit="",
            default=0.2,
            lower=0.0,
            upper=0.5,
            step=0.01,
            meaning="Share of output that is invested, all of it made by manufacturing.",
            source="assumption",
            display=".0%",
        ),
    )
)


def _shares_and_growth(
    consumption_shares: npt.ArrayLike, growth: npt.ArrayLike, elasticity: float
) -> tuple[FloatArray, FloatArray, float]:
    shares = positive_array("consumption_shares", finite_array("consumption_shares", consumption_shares, ndim=1))
    if abs(shares.sum() - 1) > 1e-8:
        raise ValueError(f"consumption_shares sum to {shares.sum():g}; divide them by their sum")
    rates = np.atleast_1d(finite_array("growth", growth))
    if rates.shape[-1] != len(shares):
        raise ValueError(
            f"growth holds {rates.shape[-1]} sectors and consumption_shares {len(shares)}; give one rate per sector"
        )
    eps = finite_number("elasticity", elasticity)
    if eps < 0:
        raise ValueError(f"elasticity is {eps:g}; give zero or more")
    return shares, rates, eps


def consumption_shares_at(
    times: npt.ArrayLike, *, consumption_shares: npt.ArrayLike, growth: npt.ArrayLike, elasticity: float
) -> FloatArray:
    """Shares of the sectors in consumption, shape (..., times, sectors).

    times: shape (times,), years from the start; consumption_shares: shape (sectors,), at time 0, summing to 1;
    growth: productivity growth per year, shape (..., sectors) (draws first); elasticity: zero or more.
    """
    shares, rates, eps = _shares_and_growth(consumption_shares, growth, elasticity)
    t = np.atleast_1d(finite_array("times", times))
    exponent = np.log(shares) + (eps - 1) * t[:, np.newaxis] * rates[..., np.newaxis, :]
    parts = np.exp(exponent - exponent.max(axis=-1, keepdims=True))
    return np.asarray(parts / parts.sum(axis=-1, keepdims=True))


def employment_shares(
    times: npt.ArrayLike,
    *,
    consumption_shares: npt.ArrayLike,
    growth: npt.ArrayLike,
    elasticity: float,
    investment_share: float = 0.0,
    manufacturing: int = 1,
) -> FloatArray:
    """Shares of the sectors in employment, shape (..., times, sectors); arguments as in consumption_shares_at.

    Employment follows spending: each sector has (1 - investment_share) of its share in consumption, and
    manufacturing (its position among the sectors) the investment_share besides.
    """
    consumed = consumption_shares_at(times, consumption_shares=consumption_shares, growth=growth, elasticity=elasticity)
    invested = finite_number("investment_share", investment_share)
    if not 0 <= invested < 1:
        raise ValueError(f"investment_share is {invested:g}; give a fraction of at least 0 and below 1")
    if not 0 <= manufacturing < consumed.shape[-1]:
        raise ValueError(f"manufacturing is {manufacturing}; give a position from 0 to {consumed.shape[-1] - 1}")
    employed = (1 - invested) * consumed
    employed[..., manufacturing] += invested
    return np.asarray(employed)


def relative_prices(times: npt.ArrayLike, *, growth: npt.ArrayLike, numeraire: int = 1) -> FloatArray:
    """Prices relative to the numeraire sector, 1 at time 0, shape (..., times, sectors): exp((g_num - g_i) t)."""
    rates = np.atleast_1d(finite_array("growth", growth))
    if not 0 <= numeraire < rates.shape[-1]:
        raise ValueError(f"numeraire is {numeraire}; give a position from 0 to {rates.shape[-1] - 1}")
    t = np.atleast_1d(finite_array("times", times))
    slower = rates[..., numeraire : numeraire + 1] - rates
    return np.asarray(np.exp(t[:, np.newaxis] * slower[..., np.newaxis, :]))
