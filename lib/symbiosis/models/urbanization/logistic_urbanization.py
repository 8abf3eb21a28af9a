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

from symbiosis.checks import FloatArray, finite_array
from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.parameters import (
    OPEN_FRACTION,
    POSITIVE,
    POSITIVE_FRACTION,
    Model,
    ParameterError,
    Values,
    model,
    parameter,
)

TrajectoryKind = Literal["rises", "falls", "peaks", "peaks_then_rises", "falls_then_rises"]

_DESCRIPTIONS: dict[TrajectoryKind, str] = {
    "rises": "rises throughout",
    "falls": "falls from the start and never recovers",
    "peaks": "rises, peaks once, and falls ever after",
    "peaks_then_rises": "rises, peaks, falls, and rises again once urbanization nears its ceiling",
    "falls_then_rises": "falls from the start, and rises again once urbanization nears its ceiling",
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
        return f"The rural population {_DESCRIPTIONS[self.kind]}."


@dataclass(frozen=True)
class UrbanizationPath:
    """Urban share (fraction), urban and rural people (the total at the start is 1); shape (draws..., times)."""

    urban_share: FloatArray
    urban: FloatArray
    rural: FloatArray


@model
class LogisticUrbanization(Model):
    """The urban share on its way to a ceiling, in a population that grows at a constant rate.

    Times are years from the start, one number or a list; results have the shape (draws..., times). Methods that start
    from u0 raise EquilibriumError where it does not lie below the ceiling.
    """

    # fmt: off
    n: Values = parameter(default=0.01, label="Population growth", range=(-0.02, 0.04, 0.001), unit="per year",
        display=".1%", source="assumption; the bounds span national growth rates since 1960",
        meaning="Growth rate of the total population, urban and rural together.")
    k: Values = parameter(default=0.05, label="Speed of urbanization", range=(0.005, 0.12, 0.001), unit="per year",
        domain=POSITIVE, display=".1%",
        source="assumption; logit slope of the official Chinese share 1978-2024 is close to 0.05",
        meaning="Growth difference between urban and rural population while the ceiling is far away.")
    ceiling: Values = parameter(default=1.0, label="Ceiling of the urban share", range=(0.3, 1.0, 0.01),
        domain=POSITIVE_FRACTION, display=".0%", meaning="Urban share at which urbanization ends.",
        source="assumption; not identified by the data (see evidence.curve_fit)")
    u0: Values = parameter(default=0.05, label="Urban share at the start", range=(0.01, 0.95, 0.01),
        domain=OPEN_FRACTION, display=".0%", source="assumption",
        meaning="Urban share in year 0; it must lie below the ceiling.")
    # fmt: on

    def admissible(self) -> npt.NDArray[np.bool_]:
        """Which draws start below their ceiling."""
        start, limit = self.arrays("u0", "ceiling")
        return np.asarray(start < limit)

    def urban_share(self, t: npt.ArrayLike) -> FloatArray:
        """Urban share at times t, c / (1 + (c/u0 - 1) exp(-k t))."""
        time, (speed, limit, start) = self._along("t", t, "k", "ceiling", "u0")
        self._refuse_a_share_at_the_ceiling("u0", start, limit)
        # Far in the past the exponential overflows to infinity and the share is 0, which is its limit.
        with np.errstate(over="ignore"):
            return np.asarray(limit / (1 + (limit / start - 1) * np.exp(-speed * time)))

    def path(self, t: npt.ArrayLike) -> UrbanizationPath:
        """Share and people at times t."""
        share = self.urban_share(t)
        time, (growth,) = self._along("t", t, "n")
        total = np.exp(growth * time)
        return UrbanizationPath(share, np.asarray(total * share), np.asarray(total * (1 - share)))

    def share_change_rate(self, share: npt.ArrayLike) -> FloatArray:
        """du/dt = k u (1 - u/c) at a share, fraction per year; share: one number or a list."""
        u, (speed, limit) = self._along("share", share, "k", "ceiling")
        self._refuse_a_share_at_the_ceiling("share", u, limit)
        return np.asarray(speed * u * (1 - u / limit))

    def time_at_share(self, share: npt.ArrayLike) -> FloatArray:
        """Time at which the path passes a share, negative before the start; share: one number or a list."""
        u, (speed, limit, start) = self._along("share", share, "k", "ceiling", "u0")
        self._refuse_a_share_at_the_ceiling("share", u, limit)
        self._refuse_a_share_at_the_ceiling("u0", start, limit)
        return np.asarray((np.log(u / (limit - u)) - np.log(start / (limit - start))) / speed)

    def rural_peak_share(self) -> FloatArray:
        """Urban share at which the rural population peaks: n/k where the ceiling is 1, else the smaller zero.

        NaN where it has no peak: it falls throughout (n <= 0) or rises throughout (n >= k, or a ceiling at or below
        4kn/(k+n)^2).
        """
        return self._turning_shares()[0]

    def rural_trough_share(self) -> FloatArray:
        """Urban share at which the rural population stops falling and turns up again; NaN where it never does."""
        return self._turning_shares()[1]

    def rural_trajectory(self) -> RuralTrajectory:
        """Whether the rural population rises, falls, peaks, or turns up again, and when; ParameterError for draws."""
        if self.shape:
            raise ParameterError(f"{self!r} holds draws; give single numbers for one trajectory")
        growth, speed, limit, start = (float(a) for a in self.arrays("n", "k", "ceiling", "u0"))
        self._refuse_a_share_at_the_ceiling("u0", np.asarray(start), np.asarray(limit))
        peak, trough = (float(share) for share in self._turning_shares())

        def turn(share: float) -> tuple[float | None, float | None, float | None]:
            if math.isnan(share) or share <= start:
                return None, None, None
            time = float(self.time_at_share(share))
            return share, time, math.exp(growth * time) * (1 - share) / (1 - start)

        kind: TrajectoryKind
        if peak > start:
            kind = "peaks" if math.isnan(trough) else "peaks_then_rises"
        elif trough > start:
            kind = "falls_then_rises"
        else:
            # A share beyond the only peak falls; beyond peak and trough it rises for good.
            falls = growth <= 0 or not math.isnan(peak)
            kind = "falls" if falls and math.isnan(trough) else "rises"
        initial = growth - float(self.share_change_rate(start)) / (1 - start)
        return RuralTrajectory(kind, *turn(peak), *turn(trough), initial, growth if limit < 1 else growth - speed)

    def _turning_shares(self) -> tuple[FloatArray, FloatArray]:
        growth, speed, limit = self.arrays("n", "k", "ceiling")
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

    def _along(self, name: str, values: npt.ArrayLike, *parameters: str) -> tuple[FloatArray, tuple[FloatArray, ...]]:
        """The values, and the parameters with a last axis for them where they are a list."""
        given = finite_array(name, values)
        if given.ndim > 1:
            raise ValueError(f"{name} has {given.ndim} dimensions; give one number or a list")
        return given, self.arrays(*parameters, axes=given.ndim)

    @staticmethod
    def _refuse_a_share_at_the_ceiling(name: str, share: FloatArray, ceiling: FloatArray) -> None:
        if share.min() <= 0:
            raise ValueError(f"{name} is {share.min():g}; give a share above 0 (a logistic never leaves 0)")
        share, ceiling = np.broadcast_arrays(share, ceiling)
        outside = share >= ceiling
        if outside.any():
            value, limit = float(share[outside].flat[0]), float(ceiling[outside].flat[0])
            remedy = "divide percent by 100" if value > 1 else f"raise the ceiling or lower {name}"
            raise EquilibriumError(f"{name} is {value:g}, not below the ceiling {limit:g}; {remedy}")
