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

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, positive_array, time_steps
from symbiosis.models.equilibrium import refuse
from symbiosis.parameters import FRACTION, NON_NEGATIVE, POSITIVE, Model, Values, model, parameter

_ASSUMED = "assumption; no data set measures it"


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


@model
class BurdenShifting(Model):
    """A problem treated at its symptom, and the capability to cure it that the treatment displaces."""

    # fmt: off
    inflow: Values = parameter(default=1.0, label="New problem a year", range=(0.1, 5.0, 0.1), unit="problem",
        domain=POSITIVE, display=".1f", source="assumption; sets the unit",
        meaning="d: how fast the problem grows with nothing against it.")
    relief: Values = parameter(default=0.10, label="Relief s", range=(0.0, 0.5, 0.01), unit="per year",
        domain=NON_NEGATIVE, display=".2f", source=_ASSUMED,
        meaning="s: part of the problem that full treatment of the symptom removes in a year.")
    cure: Values = parameter(default=0.08, label="Cure f", range=(0.01, 0.5, 0.01), unit="per year", domain=POSITIVE,
        display=".2f", source=_ASSUMED, meaning="f: problem that one unit of capability removes in a year.")
    build_up: Values = parameter(default=0.25, label="Build-up b", range=(0.01, 1.0, 0.01), unit="per year",
        domain=POSITIVE, display=".2f", source=_ASSUMED,
        meaning="b: capability built in a year per unit of problem, when nothing is spent on the symptom.")
    erosion: Values = parameter(default=0.20, label="Erosion g", range=(0.0, 0.25, 0.01), unit="per year",
        domain=NON_NEGATIVE, display=".2f", source=_ASSUMED,
        meaning="g: part of the build-up that full treatment of the symptom displaces.")
    decay: Values = parameter(default=0.10, label="Decay \u03b4", range=(0.01, 0.5, 0.01), unit="per year",
        domain=POSITIVE, display=".2f", source=_ASSUMED,
        meaning="delta: part of the capability that is lost in a year.")
    effort: Values = parameter(default=0.5, label="Treatment of the symptom q", range=(0.0, 1.0, 0.05), domain=FRACTION,
        display=".0%", source="choice of the reader", meaning="q: effort on the symptom, from none to full.")
    delay: Values = parameter(default=0.0, label="Delay of the build-up", range=(0.0, 8.0, 0.5), unit="years",
        domain=NON_NEGATIVE, display=".1f", source=_ASSUMED, meaning="Mean time until build-up works as capability.")
    # fmt: on

    def harm_and_relief(self, discount_rate: npt.ArrayLike = 0.0) -> tuple[FloatArray, FloatArray]:
        """f g and s (delta + r), the two sides of the condition; discount_rate: r, per year."""
        s, f, g, wear = self.arrays("relief", "cure", "erosion", "decay")
        rate = positive_array("discount_rate", discount_rate, zero_allowed=True)
        return np.asarray(f * g), np.asarray(s * (wear + rate))

    def backfire_ratio(self, discount_rate: npt.ArrayLike = 0.0) -> FloatArray:
        """f g / [s (delta + r)]: above one, treatment makes the problem larger (in the end, where r is zero).

        inf where relief is zero and erosion is not; NaN where both are zero, for then treatment does nothing.
        """
        harm, relief = self.harm_and_relief(discount_rate)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(harm / relief)

    def admissible(self) -> npt.NDArray[np.bool_]:
        """Which draws have an equilibrium with treatment that is stable."""
        net, strength = self._net_and_strength()
        return np.asarray((net >= 0) & (strength > 0) & (self._decay_rate() > 0))

    def equilibrium(self) -> BurdenEquilibrium:
        """The equilibrium in closed form.

        EquilibriumError where treatment displaces more than is built (g q > b): capability would be negative, or the
        problem would grow without end.
        """
        inflow, decay, erosion, effort, built = self.arrays("inflow", "decay", "erosion", "effort", "build_up")
        net, strength = self._net_and_strength()
        text = "no equilibrium with a positive problem and capability in {cases}: treatment displaces {:.3g} of a "
        text += "build-up of {:.3g}; lower erosion or effort, or raise build_up"
        refuse((net < 0) | (strength <= 0), text, erosion * effort, built)
        problem = inflow * decay / strength
        rate = self._decay_rate()
        return BurdenEquilibrium(problem, np.asarray(net * problem / decay), rate, np.asarray(rate > 0))

    def path(self, *, horizon: float, step: float = 0.25) -> BurdenPath:
        """Treatment from year 0 on, begun in the untreated equilibrium; exact at every step (matrix exponential).

        horizon, step: years. EquilibriumError where there is no treated equilibrium, or where it is not stable.
        """
        times, width = time_steps(horizon, step)
        treated, before = self.equilibrium(), self.replace(effort=np.zeros(self.shape)).equilibrium()
        text = "the treated equilibrium is not stable in {cases}; shorten the delay or raise decay"
        refuse(~treated.stable, text)
        under_way = self.arrays("build_up")[0] * before.problem
        state = np.stack([before.problem, before.capability, under_way, np.ones_like(before.problem)], -1)
        forward = _exponential(self._system() * width)
        states = np.empty((*state.shape[:-1], len(times), 4))
        states[..., 0, :] = state
        for k in range(1, len(times)):
            state = np.einsum("...ij,...j->...i", forward, state)
            states[..., k, :] = state
        problem, capability, untreated = states[..., 0], states[..., 1], before.problem
        gap = problem / untreated[..., None] - 1
        deepest = np.asarray(1 + gap.min(axis=-1))
        return BurdenPath(times, problem, capability, untreated, _first_above(times, gap), deepest)

    def _net_and_strength(self) -> tuple[FloatArray, FloatArray]:
        """b - g q, and what holds the problem down: s q delta + f (b - g q)."""
        s, f, b, g, decay, q = self.arrays("relief", "cure", "build_up", "erosion", "decay", "effort")
        net = b - g * q
        # Rounding must not refuse the border, where nothing is built and treatment alone is left.
        net = np.where(np.abs(net) < 1e-12, 0.0, net)
        return net, s * q * decay + f * net

    def _decay_rate(self) -> FloatArray:
        return np.asarray(-np.linalg.eigvals(self._system()[..., :3, :3]).real.max(axis=-1))

    def _system(self) -> FloatArray:
        """Rates of change of (problem, capability, build-up under way, 1); without a delay the third moves nothing.

        It then fades at the sum of the other two rates, faster than the slower of them, so that it decides no
        stability.
        """
        inflow, s, f, b, g, decay, q, delay = self.arrays()
        net = b - g * q
        late = delay > 0
        pace = 1 / np.where(late, delay, 1.0)
        system = np.zeros((*self.shape, 4, 4))
        system[..., 0, 0], system[..., 0, 1], system[..., 0, 3] = -s * q, -f, inflow
        system[..., 1, 0], system[..., 1, 1] = np.where(late, 0.0, net), -decay
        system[..., 1, 2] = np.where(late, 1.0, 0.0)
        system[..., 2, 0] = np.where(late, net * pace, 0.0)
        system[..., 2, 2] = np.where(late, -pace, system[..., 0, 0] + system[..., 1, 1])
        return system


def _exponential(matrices: FloatArray) -> FloatArray:
    """Matrix exponentials, shape (..., n, n), all at once: a Taylor series of halved matrices, squared back.

    Halved until the largest row sum is at most one half, where fourteen terms leave less than a rounding error.
    """
    largest = float(np.abs(matrices).sum(axis=-1).max(initial=0.0))
    halvings = max(0, int(np.ceil(np.log2(2 * largest)))) if largest > 0 else 0
    small = matrices / 2.0**halvings
    result = np.broadcast_to(np.eye(matrices.shape[-1]), matrices.shape)
    for k in range(14, 0, -1):
        result = np.eye(matrices.shape[-1]) + small @ result / k
    for _ in range(halvings):
        result = result @ result
    return np.asarray(result)


def _first_above(times: FloatArray, gap: FloatArray) -> FloatArray:
    above = gap > 1e-9
    ever = above.any(axis=-1)
    at = np.maximum(np.argmax(above, axis=-1), 1)
    low = np.take_along_axis(gap, (at - 1)[..., None], axis=-1)[..., 0]
    high = np.take_along_axis(gap, at[..., None], axis=-1)[..., 0]
    share = -low / np.where(high > low, high - low, 1.0)
    return np.asarray(np.where(ever, times[at - 1] + share * (times[at] - times[at - 1]), np.inf))
