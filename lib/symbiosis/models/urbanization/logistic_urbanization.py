"""Logistic urbanization in a population of constant growth, and what it does to the rural population.

du/dt = k u (1 - u/c), dN/dt = n N, rural R = N (1 - u), so rural growth is g_R = n - k u (1 - u/c) / (1 - u).
With ceiling c = 1 the rural population peaks at the share u* = n/k. With c < 1 and n > 0 the share stops
rising in the end while the total does not, so the rural population turns up again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, finite_number, positive_array, same_shape
from symbiosis.parameters import Parameter, ParameterSet

PARAMETERS = ParameterSet(
    (
        Parameter(
            name="n",
            label="Population growth",
            unit="per year",
            default=0.01,
            lower=-0.02,
            upper=0.04,
            step=0.001,
            meaning="Growth rate of the total population, urban and rural together.",
            source="assumption; the bounds span national growth rates since 1960",
            display=".1%",
        ),
        Parameter(
            name="k",
            label="Speed of urbanization",
            unit="per year",
            default=0.05,
            lower=0.005,
            upper=0.12,
            step=0.001,
            meaning="Growth difference between urban and rural population while the ceiling is far away.",
            source="assumption; logit slope of the official Chinese share 1978-2024 is close to 0.05",
            display=".1%",
        ),
        Parameter(
            name="ceiling",
            label="Ceiling of the urban share",
            unit="",
            default=1.0,
            lower=0.3,
            upper=1.0,
            step=0.01,
            meaning="Urban share at which urbanization ends.",
            source="assumption; not identified by the data (see evidence.curve_fit)",
            display=".0%",
        ),
        Parameter(
            name="u0",
            label="Urban share at the start",
            unit="",
            default=0.05,
            lower=0.01,
            upper=0.95,
            step=0.01,
            meaning="Urban share in year 0; it must lie below the ceiling.",
            source="assumption",
            display=".0%",
        ),
        Parameter(
            name="years",
            label="Years shown",
            unit="years",
            default=150.0,
            lower=20.0,
            upper=400.0,
            step=10.0,
            meaning="Length of the path that is drawn; no effect on the model.",
            source="assumption",
            display=".0f",
        ),
    )
)


def _speed_and_ceiling(k: npt.ArrayLike, ceiling: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    speed = positive_array("k", k)
    limit = positive_array("ceiling", ceiling)
    if limit.max() > 1:
        raise ValueError(f"ceiling is {limit.max():g}; it is a share: give a fraction of at most 1")
    return speed, limit


def _below_ceiling(name: str, share: FloatArray, ceiling: FloatArray) -> None:
    if share.min() <= 0:
        raise ValueError(f"{name} is {share.min():g}; give a share above 0 (a logistic never leaves 0)")
    outside = share >= ceiling
    if outside.any():
        value, limit = float(share[outside].flat[0]), float(ceiling[outside].flat[0])
        remedy = "divide percent by 100" if value > 1 else f"raise the ceiling or lower {name}"
        raise ValueError(f"{name} is {value:g}, not below the ceiling {limit:g}; {remedy}")


def urban_share_path(t: npt.ArrayLike, *, k: npt.ArrayLike, ceiling: npt.ArrayLike, u0: npt.ArrayLike) -> FloatArray:
    """Urban share at times t (years from the start), c / (1 + (c/u0 - 1) exp(-k t)); shapes broadcast.

    ValueError unless k > 0 and 0 < u0 < ceiling <= 1.
    """
    speed, limit = _speed_and_ceiling(k, ceiling)
    time, speed, limit, start = same_shape(t=finite_array("t", t), k=speed, ceiling=limit, u0=finite_array("u0", u0))
    _below_ceiling("u0", start, limit)
    # Far in the past the exponential overflows to infinity and the share is 0, which is its limit.
    with np.errstate(over="ignore"):
        return np.asarray(limit / (1 + (limit / start - 1) * np.exp(-speed * time)))


def urban_share_change_rate(share: npt.ArrayLike, *, k: npt.ArrayLike, ceiling: npt.ArrayLike) -> FloatArray:
    """du/dt = k u (1 - u/c), fraction per year."""
    speed, limit = _speed_and_ceiling(k, ceiling)
    u, speed, limit = same_shape(share=finite_array("share", share), k=speed, ceiling=limit)
    _below_ceiling("share", u, limit)
    return np.asarray(speed * u * (1 - u / limit))


def time_at_share(share: npt.ArrayLike, *, k: npt.ArrayLike, ceiling: npt.ArrayLike, u0: npt.ArrayLike) -> FloatArray:
    """Time, in years from the start, at which the path passes a share; negative before the start."""
    speed, limit = _speed_and_ceiling(k, ceiling)
    u, speed, limit, start = same_shape(
        share=finite_array("share", share), k=speed, ceiling=limit, u0=finite_array("u0", u0)
    )
    _below_ceiling("share", u, limit)
    _below_ceiling("u0", start, limit)
    return np.asarray((np.log(u / (limit - u)) - np.log(start / (limit - start))) / speed)


def total_population_path(t: npt.ArrayLike, *, n: npt.ArrayLike, population: npt.ArrayLike = 1.0) -> FloatArray:
    """Total population, population * exp(n t), in the unit of population."""
    time, growth, size = same_shape(
        t=finite_array("t", t), n=finite_array("n", n), population=positive_array("population", population)
    )
    return np.asarray(size * np.exp(growth * time))


def urban_population_path(
    t: npt.ArrayLike,
    *,
    n: npt.ArrayLike,
    k: npt.ArrayLike,
    ceiling: npt.ArrayLike,
    u0: npt.ArrayLike,
    population: npt.ArrayLike = 1.0,
) -> FloatArray:
    """Urban population, total times share, in the unit of population (the total at the start)."""
    return np.asarray(
        total_population_path(t, n=n, population=population) * urban_share_path(t, k=k, ceiling=ceiling, u0=u0)
    )


def rural_population_path(
    t: npt.ArrayLike,
    *,
    n: npt.ArrayLike,
    k: npt.ArrayLike,
    ceiling: npt.ArrayLike,
    u0: npt.ArrayLike,
    population: npt.ArrayLike = 1.0,
) -> FloatArray:
    """Rural population, total times (1 - share), in the unit of population (the total at the start)."""
    return np.asarray(
        total_population_path(t, n=n, population=population) * (1 - urban_share_path(t, k=k, ceiling=ceiling, u0=u0))
    )


def _turning_shares(n: npt.ArrayLike, k: npt.ArrayLike, ceiling: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    speed, limit = _speed_and_ceiling(k, ceiling)
    growth, speed, limit = same_shape(n=finite_array("n", n), k=speed, ceiling=limit)
    # Zeros of f(u) = (k/c) u^2 - (k+n) u + n, which has the sign of rural growth. Since f(0) = n and f(c) =
    # n (1-c), there are two in (0, c) or none where c < 1 and n > 0, and one where c = 1. The discriminant
    # is written so that it is an exact square at c = 1, and the smaller zero as a quotient that keeps its
    # digits when n is small.
    discriminant = (speed - growth) ** 2 - 4 * speed * growth * (1 - limit) / limit
    exists = (growth > 0) & (growth < speed) & (discriminant > 0)
    larger = (speed + growth + np.sqrt(np.where(exists, discriminant, 0.0))) / 2
    peak = np.where(exists, growth / np.where(exists, larger, 1.0), np.nan)
    trough = np.where(exists & (limit < 1), larger * limit / speed, np.nan)
    return np.asarray(peak), np.asarray(trough)


def rural_peak_share(n: npt.ArrayLike, k: npt.ArrayLike, ceiling: npt.ArrayLike = 1.0) -> FloatArray:
    """Urban share at which the rural population peaks: n/k where the ceiling is 1, else the smaller zero.

    NaN where it has no peak: it falls throughout (n <= 0) or rises throughout (n >= k, or a ceiling at or
    below 4kn/(k+n)^2).
    """
    return _turning_shares(n, k, ceiling)[0]


def rural_trough_share(n: npt.ArrayLike, k: npt.ArrayLike, ceiling: npt.ArrayLike = 1.0) -> FloatArray:
    """Urban share at which the rural population stops falling and turns up again; NaN where it never does."""
    return _turning_shares(n, k, ceiling)[1]


TrajectoryKind = Literal["rises", "falls", "peaks", "peaks_then_rises", "falls_then_rises"]

_DESCRIPTIONS: dict[TrajectoryKind, str] = {
    "rises": "The rural population rises throughout.",
    "falls": "The rural population falls from the start and never recovers.",
    "peaks": "The rural population rises, peaks once, and falls ever after.",
    "peaks_then_rises": (
        "The rural population rises, peaks, falls, and rises again once urbanization nears its ceiling."
    ),
    "falls_then_rises": (
        "The rural population falls from the start, and rises again once urbanization nears its ceiling."
    ),
}


@dataclass(frozen=True)
class RuralTrajectory:
    """The course of the rural population from the start on.

    Shares are fractions, times are years from the start, ratios are rural population over its value at the
    start; all None where there is no such turn ahead. initial_growth and final_growth: rural growth per
    year at the start and in the limit.
    """

    kind: TrajectoryKind
    peak_share: float | None
    peak_time: float | None
    peak_ratio: float | None
    trough_share: float | None
    trough_time: float | None
    trough_ratio: float | None
    initial_growth: float
    final_growth: float

    @property
    def description(self) -> str:
        """One plain sentence."""
        return _DESCRIPTIONS[self.kind]


def rural_trajectory(*, n: float, k: float, ceiling: float, u0: float) -> RuralTrajectory:
    """Say whether the rural population rises, falls, peaks, or turns up again, and when.

    n, k per year, ceiling and u0 fractions; ValueError unless k > 0 and 0 < u0 < ceiling <= 1.
    """
    growth, speed = finite_number("n", n), finite_number("k", k)
    limit, start = finite_number("ceiling", ceiling), finite_number("u0", u0)
    _speed_and_ceiling(speed, limit)
    _below_ceiling("u0", np.asarray(start), np.asarray(limit))
    change = float(urban_share_change_rate(start, k=speed, ceiling=limit))
    peak, trough = (float(share) for share in _turning_shares(growth, speed, limit))

    def turn(share: float) -> tuple[float, float, float] | tuple[None, None, None]:
        if math.isnan(share) or share <= start:
            return None, None, None
        time = float(time_at_share(share, k=speed, ceiling=limit, u0=start))
        return share, time, math.exp(growth * time) * (1 - share) / (1 - start)

    peak_share, peak_time, peak_ratio = turn(peak)
    trough_share, trough_time, trough_ratio = turn(trough)
    kind: TrajectoryKind
    if peak_share is not None:
        kind = "peaks" if trough_share is None else "peaks_then_rises"
    elif trough_share is not None:
        kind = "falls_then_rises"
    elif growth <= 0 or not math.isnan(peak):
        # A share beyond the only peak falls; beyond peak and trough it rises for good.
        kind = "falls" if math.isnan(trough) else "rises"
    else:
        kind = "rises"
    return RuralTrajectory(
        kind=kind,
        peak_share=peak_share,
        peak_time=peak_time,
        peak_ratio=peak_ratio,
        trough_share=trough_share,
        trough_time=trough_time,
        trough_ratio=trough_ratio,
        initial_growth=growth - change / (1 - start),
        final_growth=growth if limit < 1 else growth - speed,
    )
