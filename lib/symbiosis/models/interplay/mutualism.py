"""Two populations that help or harm each other: Lotka-Volterra, and a form in which the benefit saturates.

dn1/dt = r1 n1 (1 - n1 + a12 n2/(1 + h n2)), dn2/dt = r2 n2 (1 - n2 + a21 n1/(1 + h n1)). Sizes n = N/K are relative to
what each side would reach alone. Here 1 is the city, 2 the countryside; a12 is what the countryside does to the city.
With h = 0 this is Lotka-Volterra (both equilibria closed forms); with h > 0 a partner can give at most a/h, after the
functional responses of Wright (1989, American Naturalist 134:664) and Holland and DeAngelis (2010, Ecology 91:1286).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, positive_array, same_shape
from symbiosis.models.equilibrium import EquilibriumError, refuse
from symbiosis.parameters import NON_NEGATIVE, POSITIVE, Model, Values, model, parameter

EXPLOSION = 1e6
"""Size (relative to the partner-free one) beyond which a path is no longer followed."""

_UNPINNED = "assumption; no estimate of this notebook's kind pins it down"
_RATE = "assumption; a speed, which changes neither the resting point nor whether both effects help"


@dataclass(frozen=True)
class MutualismEquilibrium:
    """The resting point where both live, arrays of the common shape of the parameters.

    n1, n2: sizes; eigenvalues: complex, last axis 2, the larger real part first (per year);
    stable: whether small disturbances die out.
    """

    n1: FloatArray
    n2: FloatArray
    eigenvalues: npt.NDArray[np.complex128]
    stable: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class MutualismPath:
    """Sizes over time; the last axis is time, those before it the draws.

    n1, n2: NaN from the time on at which a path became unbounded; blow_up_time: that time, inf where it never came.
    """

    times: FloatArray
    n1: FloatArray
    n2: FloatArray
    blow_up_time: FloatArray


@model
class Mutualism(Model):
    """Two sides that help or harm each other, begun at n1_start and n2_start."""

    # fmt: off
    a12: Values = parameter(default=0.5, label="Countryside helps the city", range=(-1.5, 1.5, 0.05), display=".2f",
        source=_UNPINNED,
        meaning="Effect of the countryside on the city's growth, relative to the city's own crowding.")
    a21: Values = parameter(default=0.5, label="City helps the countryside", range=(-1.5, 1.5, 0.05), display=".2f",
        source=_UNPINNED,
        meaning="Effect of the city on the countryside's growth, relative to the countryside's own crowding.")
    saturation: Values = parameter(default=0.0, label="Saturation of the effect", range=(0.0, 2.0, 0.1),
        domain=NON_NEGATIVE, display=".1f", source="form: Wright 1989, Holland and DeAngelis 2010; value: assumption",
        meaning="How soon an effect stops growing with the partner's size; 0 is Lotka-Volterra.")
    n1_start: Values = parameter(default=0.2, label="City at the start", range=(0.05, 3.0, 0.05), domain=POSITIVE,
        display=".2f", source="assumption",
        meaning="Size of the city in year 0, relative to what it would reach alone.")
    n2_start: Values = parameter(default=1.0, label="Countryside at the start", range=(0.05, 3.0, 0.05),
        domain=POSITIVE, display=".2f", source="assumption",
        meaning="Size of the countryside in year 0, relative to what it would reach alone.")
    r1: Values = parameter(default=0.1, label="City's own growth rate", range=(0.01, 1.0, 0.01), unit="per year",
        domain=POSITIVE, display=".2f", source=_RATE, meaning="Growth of the city while it is small and alone.")
    r2: Values = parameter(default=0.1, label="Countryside's own growth rate", range=(0.01, 1.0, 0.01), unit="per year",
        domain=POSITIVE, display=".2f", source=_RATE, meaning="Growth of the countryside while it is small and alone.")
    # fmt: on

    def still_city(self, n2: npt.ArrayLike) -> FloatArray:
        """The city's isocline: the size n1 at which the city stands still, beside a countryside of size n2 >= 0.

        n2 broadcasts against a12 and saturation. Negative where even a vanishing city would shrink.
        """
        return _isocline("n2", n2, self.a12, self.saturation)

    def still_countryside(self, n1: npt.ArrayLike) -> FloatArray:
        """The countryside's isocline: the size n2 at which it stands still, beside a city of size n1 >= 0."""
        return _isocline("n1", n1, self.a21, self.saturation)

    def growth(self, n1: npt.ArrayLike, n2: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Growth rates dln n1/dt and dln n2/dt (per year) at sizes n1, n2 >= 0, which broadcast against the model."""
        city, countryside = np.subtract(self.still_city(n2), n1), np.subtract(self.still_countryside(n1), n2)
        return np.asarray(self.r1 * city), np.asarray(self.r2 * countryside)

    def admissible(self) -> npt.NDArray[np.bool_]:
        """Which draws have one resting point at which both sides live."""
        n1, n2, several = self._rest()
        return np.asarray(_alive(n1, n2) & ~several)

    def equilibrium(self) -> MutualismEquilibrium:
        """The resting point at which both sides live, in closed form.

        Lotka-Volterra: n1 = (1 + a12)/(1 - a12 a21), n2 = (1 + a21)/(1 - a12 a21); with both effects positive it
        exists, and is stable, exactly when a12 a21 < 1. With saturation h > 0 it is the positive root of a quadratic,
        and two sides that help each other always have one. The rates only scale the eigenvalues; the starts are idle.
        EquilibriumError where one side dies out, or both grow without bound, or the resting points are a whole line
        (a12 a21 = 1 with both -1), or h > 0 with an effect below -(1 + h), for then there may be two.
        """
        b12, b21, h, rate1, rate2 = self.arrays("a12", "a21", "saturation", "r1", "r2")
        n1, n2, several = self._rest()
        text = "effects below -(1 + saturation) in {cases} allow two resting points; raise a12 and a21, or set "
        refuse(several, text + "saturation to 0")
        text = "no resting point with both sides alive in {cases}, the first at a12 = {:g}, a21 = {:g}: one side dies "
        text += (
            "out, or mutual help with a12 a21 >= 1 grows without bound; lower the harm or the help, or raise saturation"
        )
        refuse(~_alive(n1, n2), text, b12, b21)
        # Jacobian at rest: the own effect is -r n, the cross effect r n a/(1 + h n)^2.
        j11, j22 = -rate1 * n1, -rate2 * n2
        j12, j21 = rate1 * n1 * b12 / (1 + h * n2) ** 2, rate2 * n2 * b21 / (1 + h * n1) ** 2
        half = (j11 + j22) / 2
        # In units of the largest entry, whose square may be beyond what a number holds.
        unit = np.maximum.reduce([-j11, -j22, np.abs(j12), np.abs(j21)])
        gap = unit * np.sqrt(((j11 - j22) / (2 * unit)) ** 2 + (j12 / unit) * (j21 / unit) + 0j)
        eigenvalues = np.stack([half + gap, half - gap], axis=-1)
        return MutualismEquilibrium(n1=n1, n2=n2, eigenvalues=eigenvalues, stable=eigenvalues[..., 0].real < 0)

    def path(self, times: npt.ArrayLike, *, tolerance: float = 1e-8, largest: float = EXPLOSION) -> MutualismPath:
        """Follow both sides from their starts, all draws as one system (scipy's DOP853 on log sizes).

        times: increasing, the first is the start. tolerance: of log size, per step, relative and absolute.
        largest: a path that passes this size is stopped there, counts as unbounded, and the others go on; from there
        to infinity it is about 1/(r largest) years. EquilibriumError where the solver does not reach the end.
        """
        from scipy.integrate import solve_ivp

        grid = finite_array("times", times, ndim=1, min_size=2)
        if (np.diff(grid) <= 0).any():
            raise ValueError("times do not increase; sort them and drop repeated ones")
        if not 1e-12 <= tolerance <= 1e-2:
            raise ValueError(f"tolerance is {tolerance:g}; give one between 1e-12 and 1e-2")
        b12, b21, h, start1, start2, rate1, rate2 = (values.ravel() for values in self.arrays())
        cases = start1.size
        log_sizes = np.log(np.stack([start1, start2]))
        limit = float(np.log(positive_array("largest", largest)))
        if (log_sizes >= limit).any():
            raise ValueError(f"a start is {np.exp(log_sizes.max()):g}; give starts below largest = {largest:g}")
        alive = np.ones(cases, dtype=bool)
        ends = np.full(cases, np.inf)
        values = np.full((2, cases, grid.size), np.nan)
        values[:, :, 0] = np.exp(log_sizes)

        def change(_: float, state: FloatArray) -> FloatArray:
            # Trial steps of the solver may overshoot by far before they are rejected.
            n1, n2 = np.exp(np.minimum(state.reshape(2, cases), limit + 50))
            d1 = rate1 * (1 - n1 + b12 * n2 / (1 + h * n2))
            d2 = rate2 * (1 - n2 + b21 * n1 / (1 + h * n1))
            return np.where(alive, np.stack([d1, d2]), 0).ravel()

        def passes(_: float, state: FloatArray) -> float:
            return float(np.where(alive, state.reshape(2, cases), -np.inf).max() - limit) if alive.any() else -1.0

        event: Any = passes
        event.terminal, event.direction = True, 1
        # An estimate of the error can vanish by accident and let a step pass that is far too long; at one of order
        # eight this length keeps the error near the tolerance all the same.
        longest = (tolerance / 1e-8) ** (1 / 8) / max(rate1.max(), rate2.max())
        now = grid[0]
        while now < grid[-1] and alive.any():
            ahead = grid > now
            options = {"t_eval": grid[ahead], "events": event, "rtol": tolerance, "atol": tolerance}
            options["max_step"] = longest
            run = solve_ivp(change, (now, grid[-1]), log_sizes.ravel(), method="DOP853", **options)
            if run.status < 0:
                raise EquilibriumError(f"the path was not followed to year {grid[-1]:g}: {run.message}")
            reached = np.flatnonzero(ahead)[: len(run.t)]
            for at, state in zip(reached, np.reshape(run.y, (2 * cases, len(run.t))).T, strict=True):
                values[:, alive, at] = np.exp(state.reshape(2, cases)[:, alive])
            if run.status == 0:
                break
            now, log_sizes = float(run.t_events[0][-1]), run.y_events[0][-1].reshape(2, cases)
            gone = alive & (log_sizes.max(axis=0) >= limit - 1e-6)
            ends[gone], alive[gone] = now, False
        n1, n2 = values.reshape(2, *self.shape, grid.size)
        return MutualismPath(times=grid, n1=n1, n2=n2, blow_up_time=ends.reshape(self.shape))

    def _rest(self) -> tuple[FloatArray, FloatArray, npt.NDArray[np.bool_]]:
        """Sizes at rest, wherever they lie (nan or inf where there is none), and where there may be two such points."""
        b12, b21, h = self.arrays("a12", "a21", "saturation")
        # Substituting one isocline into the other leaves q2 n1^2 + q1 n1 + q0 = 0; q2 vanishes without saturation.
        q2 = h * (1 + h + b21)
        q1 = (1 + h) - q2 - b12 * (h + b21)
        q0 = -(1 + h + b12)
        # A tiny saturation may make q1 tiny: what overflows there is not chosen, or is no resting point.
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            straight = -q0 / q1
            root = np.sqrt(np.maximum(q1**2 - 4 * q2 * q0, 0))
            # The form that does not subtract nearly equal numbers.
            curved = np.where(q1 > 0, -2 * q0 / (q1 + root), (root - q1) / (2 * q2))
            n1 = np.where(q2 == 0, straight, curved)
            n2 = 1 + b21 * n1 / (1 + h * n1)
        return np.asarray(n1), np.asarray(n2), (h > 0) & ((b12 < -(1 + h)) | (b21 < -(1 + h)))


def _isocline(name: str, size: npt.ArrayLike, effect: Values, saturation: Values) -> FloatArray:
    partner = positive_array(name, size, zero_allowed=True)
    return np.asarray(1 + effect * partner / (1 + saturation * partner))


def _alive(n1: FloatArray, n2: FloatArray) -> npt.NDArray[np.bool_]:
    return np.asarray(np.isfinite(n1) & (n1 > 0) & (n2 > 0))


def blow_up_time(*, a: npt.ArrayLike, r: npt.ArrayLike, n_start: npt.ArrayLike) -> FloatArray:
    """When a symmetric pair without saturation becomes infinite; inf for a <= 1.

    (1/r) ln[(1 + c n0)/(c n0)] with c = a - 1. a, r (per year) and n_start broadcast.
    """
    effect, rate, start = same_shape(
        a=finite_array("a", a), r=positive_array("r", r), n_start=positive_array("n_start", n_start)
    )
    force = np.maximum(effect - 1, 0) * start
    with np.errstate(divide="ignore"):
        return np.asarray(np.log1p(1 / force) / rate)
