"""Do two sides help each other grow? Each side's growth regressed on its own size and on the other's.

dln x = r1 + b11 x + b12 y + e1 and dln y = r2 + b21 x + b22 y + e2: Lotka-Volterra, made linear in its coefficients.
Any number of pairs is fitted at once, so that a null of thousands of simulated pairs costs no more than a blink.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, confidence_level, one_of, positive_array, same_shape
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.least_squares import CollinearError, batched_least_squares
from symbiosis.measures.interaction_modes import MODES, interaction_mode

Timing = Literal["start", "middle", "end"]
Scale = Literal["level", "log"]


@dataclass(frozen=True)
class InteractionEstimate:
    """Cross effects and own effects; the last axis is (first side, second side), the axes before it the pairs.

    cross[..., 0]: what the second does to the growth of the first; cross[..., 1]: the reverse; own: what a side's own
    size does to its growth; cross_error, own_error: standard errors; critical: the quantile of Student's t for
    intervals at level; n_obs: years per pair.
    """

    cross: FloatArray
    cross_error: FloatArray
    own: FloatArray
    own_error: FloatArray
    critical: float
    level: float
    n_obs: int

    @property
    def low(self) -> FloatArray:
        return np.asarray(self.cross - self.critical * self.cross_error)

    @property
    def high(self) -> FloatArray:
        return np.asarray(self.cross + self.critical * self.cross_error)

    def estimate(
        self, side: int, *, at: tuple[int, ...] = (), factor: float = 1.0, display: str = "+.2f", unit: str = ""
    ) -> Estimate:
        """A cross effect times factor, with its interval; side: 0 for the effect on the first, 1 on the second.

        at: which pair, where there are many.
        """
        value, low, high = (float(v[(*at, side)]) for v in (self.cross, self.low, self.high))
        return Estimate(value, low, high, level=self.level).times(factor, unit=unit, display=display)

    def modes(self, *, by: Literal["sign", "interval"] = "sign") -> npt.NDArray[np.str_]:
        """The mode of each pair, from the signs alone, or counting an effect whose interval holds 0 as none."""
        one_of("by", by, ("sign", "interval"))
        clear = (self.low > 0) | (self.high < 0) | (by == "sign")
        cross = np.where(clear, self.cross, 0.0)
        return interaction_mode(cross[..., 0], cross[..., 1])


def interaction_growth(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    timing: Timing = "start",
    scale: Scale = "level",
    hac_lags: int | None = None,
    level: float = 0.95,
) -> InteractionEstimate:
    """Least squares of each side's yearly log growth on a constant, its own size and the other's.

    first, second: positive sizes, years on the last axis, one pair per leading index; each is divided by its own mean,
    which changes no sign. timing: sizes at the 'start', 'middle' or 'end' of the year of growth. scale: sizes as
    levels (Lotka-Volterra) or logs (Gompertz). hac_lags: None for classical errors, or the number of lags of Newey and
    West (1987, Econometrica 55:703) with Bartlett weights and no small-sample factor, as in statsmodels' HAC.
    ValueError where sizes are not positive, years are fewer than 6, or two regressors cannot be told apart.
    """
    one_of("timing", timing, get_args(Timing))
    one_of("scale", scale, get_args(Scale))
    confidence_level(level)
    x, y = same_shape(first=positive_array("first", first), second=positive_array("second", second))
    years = x.shape[-1] if x.ndim else 0
    if years < 6:
        raise ValueError(f"first holds {years} years; at least 6 are needed")
    if hac_lags is not None and not 0 <= hac_lags < years - 1:
        raise ValueError(f"hac_lags is {hac_lags}; give a number from 0 to {years - 2}, or None")
    sizes = [values / values.mean(axis=-1, keepdims=True) for values in (x, y)]
    regressors = [_at(np.log(s) if scale == "log" else s, timing) for s in sizes]
    problem = "the two sizes move exactly together (or one does not move) in some pair: leave that pair out"
    growth, errors = [np.diff(np.log(s)) for s in sizes], "classical" if hac_lags is None else "HAC"
    return both_sides(growth, regressors, problem, errors=errors, lags=hac_lags, level=level)


def both_sides(
    growth: Sequence[FloatArray], sizes: Sequence[FloatArray], problem: str, **options: Any
) -> InteractionEstimate:
    """Each side's growth (..., rows) regressed on its own size and its partner's, with the options of least squares.

    problem: the words of the ValueError where the sizes cannot be told apart.
    """
    pairs = [np.stack([sizes[own], sizes[1 - own]], axis=-1) for own in (0, 1)]
    try:
        fits = [batched_least_squares(y, x, **options) for y, x in zip(growth, pairs, strict=True)]
    except CollinearError as error:
        raise ValueError(problem) from error
    values, errors = (
        np.stack(v, axis=-2) for v in zip(*((f.coefficients, f.standard_errors) for f in fits), strict=True)
    )
    return InteractionEstimate(
        cross=values[..., 1], cross_error=errors[..., 1], own=values[..., 0], own_error=errors[..., 0],
        critical=float(fits[0].critical.flat[0]), level=fits[0].level, n_obs=int(fits[0].n.flat[0]),
    )  # fmt: skip


def mode_shares(modes: npt.ArrayLike) -> pd.DataFrame:
    """How often each mode was found: index mode; columns share, standard_error (of the share, from counting)."""
    found = np.asarray(modes).ravel()
    unknown = sorted(set(found.tolist()) - set(MODES))
    if unknown or not found.size:
        problem = f"unknown modes: {', '.join(map(str, unknown))}" if unknown else "modes is empty"
        raise ValueError(f"{problem}; known: {', '.join(MODES)}")
    share = np.array([(found == mode).mean() for mode in MODES])
    error = np.sqrt(share * (1 - share) / found.size)
    return pd.DataFrame({"share": share, "standard_error": error}, index=pd.Index(MODES, name="mode"))


def _at(sizes: FloatArray, timing: Timing) -> FloatArray:
    start, end = sizes[..., :-1], sizes[..., 1:]
    return {"start": start, "middle": (start + end) / 2, "end": end}[timing]
