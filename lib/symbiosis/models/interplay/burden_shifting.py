"""Treating a symptom while the capability to cure wastes away: shifting the burden (Senge 1990), in its smallest form.

A problem P is fed at rate d and cured by a capability F; treatment of the symptom with effort q takes P away as well,
but draws effort and attention from building the capability:

    dP/dt = d - f F - s q P,    dF/dt = (b - g q) P - delta F.

The equilibrium is P* = d delta / [s q delta + f (b - g q)], so more treatment raises it exactly where f g > s delta.
Own minimal model. Started from the equilibrium without treatment, the problem summed over time at a discount rate r is
larger with treatment exactly where f g > s (delta + r), whatever q: the Laplace transform of the deviation is
q P0 / r [f g / (r + delta) - s] over a positive number. A delay lets build-up reach the capability through one stage of
first order; it moves neither the equilibrium nor the first condition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_number, positive_array, same_shape
from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.parameters import Parameter, ParameterSet

_ASSUMED = "assumption; no data set measures it"

PARAMETERS = ParameterSet(
    (
        Parameter("inflow", "New problem a year", "problem", 1.0, 0.1, 5.0, 0.1,
                  "d: how fast the problem grows with nothing against it.", "assumption; sets the unit",
                  ".1f"),
        Parameter("relief", "Relief s", "per year", 0.10, 0.0, 0.5, 0.01,
                  "s: part of the problem that full treatment of the symptom removes in a year.", _ASSUMED, ".2f"),
        Parameter("cure", "Cure f", "per year", 0.08, 0.01, 0.5, 0.01,
                  "f: problem that one unit of capability removes in a year.", _ASSUMED, ".2f"),
        Parameter("build_up", "Build-up b", "per year", 0.25, 0.01, 1.0, 0.01,
                  "b: capability built in a year per unit of problem, when nothing is spent on the symptom.", _ASSUMED,
                  ".2f"),
        Parameter("erosion", "Erosion g", "per year", 0.20, 0.0, 0.25, 0.01,
                  "g: part of the build-up that full treatment of the symptom displaces.", _ASSUMED, ".2f"),
        Parameter("decay", "Decay \u03b4", "per year", 0.10, 0.01, 0.5, 0.01,
                  "delta: part of the capability that is lost in a year.", _ASSUMED, ".2f"),
        Parameter("effort", "Treatment of the symptom q", "", 0.5, 0.0, 1.0, 0.05,
                  "q: effort on the symptom, from none to full.", "choice of the reader", ".0%"),
        Parameter("delay", "Delay of the build-up", "years", 0.0, 0.0, 8.0, 0.5,
                  "Mean time until build-up works as capability.", _ASSUMED, ".1f"),
    )
)  # fmt: skip


@dataclass(frozen=True)
class BurdenEquilibrium:
    """Where the system rests; arrays of one shape. decay_rate: speed of return (per year), negative where unstable."""

    problem: FloatArray
    capability: FloatArray
    decay_rate: FloatArray
    stable: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class BurdenPath:
    """Paths from the untreated equilibrium; problem and capability have shape (..., times).

    untreated: the problem without treatment, shape (...). first_worse: years until the treated problem first exceeds
    it (inf: not within the horizon), by linear interpolation between steps. deepest: lowest treated problem over
    the untreated one.
    """

    times: FloatArray
    problem: FloatArray
    capability: FloatArray
    untreated: FloatArray
    first_worse: FloatArray
    deepest: FloatArray


def backfire_ratio(
    *,
    relief: npt.ArrayLike,
    cure: npt.ArrayLike,
    erosion: npt.ArrayLike,
    decay: npt.ArrayLike,
    discount_rate: npt.ArrayLike = 0.0,
) -> FloatArray:
    """f g / [s (delta + r)]: above one, treating the symptom makes the problem larger (in the end, where r is zero).

    inf where relief is zero and erosion is not; NaN where both are zero, for then treatment does nothing.
    """
    s, f, g, wear, rate = same_shape(
        relief=positive_array("relief", relief, zero_allowed=True),
        cure=positive_array("cure", cure),
        erosion=positive_array("erosion", erosion, zero_allowed=True),
        decay=positive_array("decay", decay),
        discount_rate=positive_array("discount_rate", discount_rate, zero_allowed=True),
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(f * g / (s * (wear + rate)))


def equilibrium(
    *,
    inflow: npt.ArrayLike,
    relief: npt.ArrayLike,
    cure: npt.ArrayLike,
    build_up: npt.ArrayLike,
    erosion: npt.ArrayLike,
    decay: npt.ArrayLike,
    effort: npt.ArrayLike,
    delay: npt.ArrayLike = 0.0,
) -> BurdenEquilibrium:
    """The equilibrium in closed form; all arguments broadcast.

    EquilibriumError where treatment displaces more than is built (g q > b): capability would be negative, or the
    problem would grow without end.
    """
    p = _parameters(locals())
    net = p["build_up"] - p["erosion"] * p["effort"]
    # Rounding must not refuse the border, where nothing is built and treatment alone is left.
    net = np.where(np.abs(net) < 1e-12, 0.0, net)
    strength = p["relief"] * p["effort"] * p["decay"] + p["cure"] * net
    bad = (net < 0) | (strength <= 0)
    if bad.any():
        first = tuple(np.argwhere(bad)[0])
        raise EquilibriumError(
            f"no equilibrium with a positive problem and capability in {int(bad.sum())} of {bad.size} cases: treatment "
            f"displaces {p['erosion'][first] * p['effort'][first]:.3g} of a build-up of {p['build_up'][first]:.3g}; "
            "lower erosion or effort, or raise build_up"
        )
    problem = p["inflow"] * p["decay"] / strength
    rate = -np.linalg.eigvals(_system(p)[..., :3, :3]).real.max(axis=-1)
    return BurdenEquilibrium(problem, np.asarray(net * problem / p["decay"]), np.asarray(rate), np.asarray(rate > 0))


def path(
    *,
    horizon: float,
    step: float = 0.25,
    inflow: npt.ArrayLike,
    relief: npt.ArrayLike,
    cure: npt.ArrayLike,
    build_up: npt.ArrayLike,
    erosion: npt.ArrayLike,
    decay: npt.ArrayLike,
    effort: npt.ArrayLike,
    delay: npt.ArrayLike = 0.0,
) -> BurdenPath:
    """Treatment from year 0 on, begun in the untreated equilibrium; exact at every step (matrix exponential).

    horizon, step: years. EquilibriumError where there is no untreated or treated equilibrium, or where the treated
    one is not stable.
    """
    from scipy.linalg import expm

    years, width = finite_number("horizon", horizon), finite_number("step", step)
    if not 0 < width <= years:
        raise ValueError(f"step is {width:g} and horizon {years:g} years; give 0 < step <= horizon")
    arguments = {k: v for k, v in locals().items() if k in PARAMETERS.defaults()}
    p = _parameters(arguments)
    treated, before = equilibrium(**p), equilibrium(**{**p, "effort": np.zeros_like(p["effort"])})
    if not treated.stable.all():
        raise EquilibriumError(
            f"the treated equilibrium is not stable in {int((~treated.stable).sum())} of {treated.stable.size} cases; "
            "shorten the delay or raise decay"
        )
    times = np.asarray(width * np.arange(round(years / width) + 1), dtype=np.float64)
    state = np.stack(
        [before.problem, before.capability, p["build_up"] * before.problem, np.ones_like(before.problem)], -1
    )
    forward = expm(_system(p) * width)
    states = np.empty((*state.shape[:-1], len(times), 4))
    states[..., 0, :] = state
    for k in range(1, len(times)):
        state = np.einsum("...ij,...j->...i", forward, state)
        states[..., k, :] = state
    problem = states[..., 0]
    gap = problem / before.problem[..., None] - 1
    return BurdenPath(
        times=times,
        problem=problem,
        capability=states[..., 1],
        untreated=before.problem,
        first_worse=_first_above(times, gap),
        deepest=np.asarray(1 + gap.min(axis=-1)),
    )


def discounted_problem(
    *,
    discount_rate: npt.ArrayLike,
    inflow: npt.ArrayLike,
    relief: npt.ArrayLike,
    cure: npt.ArrayLike,
    build_up: npt.ArrayLike,
    erosion: npt.ArrayLike,
    decay: npt.ArrayLike,
    effort: npt.ArrayLike,
) -> FloatArray:
    """The problem summed over all time at a discount rate, without delay, begun in the untreated equilibrium.

    In units of the untreated sum: above one, treatment makes it larger. Closed form (Laplace transform).
    """
    p = _parameters({k: v for k, v in locals().items() if k != "discount_rate"} | {"delay": 0.0})
    rate = positive_array("discount_rate", discount_rate)
    equilibrium(**p)
    s, f, g, q = p["relief"], p["cure"], p["erosion"], p["effort"]
    wear = rate + p["decay"]
    resistance = rate + s * q + f * (p["build_up"] - g * q) / wear
    return np.asarray(1 + q * (f * g / wear - s) / resistance)


def _parameters(given: Mapping[str, npt.ArrayLike]) -> dict[str, FloatArray]:
    zero = {"relief", "erosion", "effort", "delay"}
    checked = {name: positive_array(name, given[name], zero_allowed=name in zero) for name in PARAMETERS.defaults()}
    if checked["effort"].max() > 1:
        raise ValueError(f"effort is {checked['effort'].max():.6g}; it runs from 0 (none) to 1 (full)")
    return dict(zip(checked, same_shape(**checked), strict=True))


def _system(p: Mapping[str, FloatArray]) -> FloatArray:
    """Rates of change of (problem, capability, build-up under way, 1); without a delay the third moves nothing.

    It then fades at the sum of the other two rates, faster than the slower of them, so that it decides no stability.
    """
    net = p["build_up"] - p["erosion"] * p["effort"]
    late = p["delay"] > 0
    pace = 1 / np.where(late, p["delay"], 1.0)
    system = np.zeros((*net.shape, 4, 4))
    system[..., 0, 0], system[..., 0, 1], system[..., 0, 3] = -p["relief"] * p["effort"], -p["cure"], p["inflow"]
    system[..., 1, 0], system[..., 1, 1] = np.where(late, 0.0, net), -p["decay"]
    system[..., 1, 2] = np.where(late, 1.0, 0.0)
    system[..., 2, 0], system[..., 2, 2] = (
        np.where(late, net * pace, 0.0),
        np.where(late, -pace, system[..., 0, 0] + system[..., 1, 1]),
    )
    return system


def _first_above(times: FloatArray, gap: FloatArray) -> FloatArray:
    above = gap > 1e-9
    ever = above.any(axis=-1)
    at = np.maximum(np.argmax(above, axis=-1), 1)
    low = np.take_along_axis(gap, (at - 1)[..., None], axis=-1)[..., 0]
    high = np.take_along_axis(gap, at[..., None], axis=-1)[..., 0]
    share = -low / np.where(high > low, high - low, 1.0)
    return np.asarray(np.where(ever, times[at - 1] + share * (times[at] - times[at - 1]), np.inf))
