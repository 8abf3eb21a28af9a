"""Intervals that hold however weak the instruments are (Anderson and Rubin 1949, Annals of Math. Statistics 20:46)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from symbiosis.checks import FloatArray
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.least_squares import f_tail, least_squares

_GRID = 4001


@dataclass(frozen=True, eq=False)
class AndersonRubin:
    """All effects that the instruments do not reject: they need not be one interval.

    estimate: of two-stage least squares; pieces: low and high of each part, in order, infinite where a part has no end:
    one interval, two rays, the whole line, or none (where several instruments contradict each other);
    first_stage_f: with the errors of the fit; level: of the set; p: p-value of an effect.
    """

    estimate: float
    pieces: tuple[tuple[float, float], ...]
    first_stage_f: float
    level: float
    p: Callable[[float], float]

    @property
    def bounded(self) -> bool:
        """Whether the set is one interval with two ends."""
        return len(self.pieces) == 1 and bool(np.isfinite(self.pieces[0]).all())

    def contains(self, effect: float) -> bool:
        """Whether an effect is not rejected."""
        return any(low <= effect <= high for low, high in self.pieces)

    def written(self, display: str = ".2f", unit: str = "") -> Estimate:
        """The estimate with the least interval that holds the set; without interval where the set is empty."""
        ends = (self.pieces[0][0], self.pieces[-1][1]) if self.pieces else (np.nan, np.nan)
        return Estimate(self.estimate, *ends, unit, display, self.level)

    def set_text(self, display: str = ".2f") -> str:
        """The set in words, as in "-∞ to -3.10 and 4.20 to ∞"."""
        return " and ".join(Estimate(0, low, high, "", display).interval for low, high in self.pieces) or "empty"


def anderson_rubin(
    frame: pd.DataFrame,
    outcome: str,
    regressors: Sequence[str],
    *,
    endogenous: str,
    instruments: Sequence[str],
    level: float = 0.95,
    **options: Any,
) -> AndersonRubin:
    """Every effect b of endogenous at which outcome - b endogenous is unrelated to the instruments, given the rest.

    frame, regressors (endogenous among them), options (effects, cluster, errors, ...): as in least_squares. The test is
    an F test with the errors of the fit, so that one instrument and clusters give the square of a clustered t.
    """
    options["level"] = level
    fit = least_squares(frame, outcome, regressors, endogenous=[endogenous], instruments=instruments, **options)
    at = fit.position(endogenous)
    centre, scale = float(fit.coefficients[at]), float(fit.standard_errors[at])
    others = [name for name in regressors if name != endogenous]
    kept = frame.dropna(subset=[outcome, *regressors, *instruments])
    # Effects turned into angles, b = centre + scale tan(angle), so that the ends of the line are points like others.
    base, slope, q = kept[outcome] - centre * kept[endogenous], scale * kept[endogenous], len(instruments)
    parts = {"_base": base, "_slope": slope, "_sum": base + slope}
    stage = least_squares(kept.assign(**parts), list(parts), [*instruments, *others], **options)
    moments, spreads = stage.coefficients[:, :q], stage.covariance[:, :q, :q]
    # Residuals are linear in the effect and variances of their sums quadratic: three fits give them all.
    mixed = (spreads[2] - spreads[0] - spreads[1]) / 2

    def wald(angle: FloatArray) -> FloatArray:
        c, s = np.cos(angle)[:, None], np.sin(angle)[:, None]
        moment = c * moments[0] - s * moments[1]
        c, s = c[..., None], s[..., None]
        variance = c**2 * spreads[0] - 2 * c * s * mixed + s**2 * spreads[1]
        solved = np.linalg.solve(variance, moment[..., None])[..., 0]
        return np.asarray((moment * solved).sum(axis=-1) / len(instruments))

    degrees = float(np.ravel(stage.degrees)[0])
    inside = _pieces(lambda angle: wald(angle) - _critical(len(instruments), degrees, level))

    def p(effect: float) -> float:
        return float(f_tail(wald(np.array([np.arctan((effect - centre) / scale)])), len(instruments), degrees)[0])

    pieces = tuple((centre + scale * low, centre + scale * high) for low, high in inside)
    return AndersonRubin(centre, pieces, float(fit.first_stage_f[endogenous]), level, p)


def _critical(q: int, degrees: float, level: float) -> float:
    from scipy.special import chdtri, fdtri

    return float(chdtri(q, 1 - level) / q if np.isinf(degrees) else fdtri(q, degrees, level))


def _pieces(excess: Callable[[FloatArray], FloatArray]) -> list[tuple[float, float]]:
    """Tangents of the ends of the stretches of angle where excess is not positive; infinite at a right angle."""
    grid = np.linspace(-np.pi / 2, np.pi / 2, _GRID)
    good = excess(grid) <= 0
    good[-1] = good[0]
    low, high = grid[:-1].copy(), grid[1:].copy()
    edge = good[:-1] != good[1:]
    low, high, left_good = low[edge], high[edge], good[:-1][edge]
    for _ in range(60):
        middle = (low + high) / 2
        as_left = (excess(middle) <= 0) == left_good
        low, high = np.where(as_left, middle, low), np.where(as_left, high, middle)
    ends = [float(t) for t in np.tan((low + high) / 2)]
    if good[0]:
        ends = [-np.inf, *ends, np.inf]
    return list(zip(ends[::2], ends[1::2], strict=True))
