"""Two things that cause each other: why a regression misleads, and what an instrument on either side does.

    y1 = b12 y2 + z1 + e1,    y2 = b21 y1 + z2 + e2.

y2 depends on e1 through y1, so the regression of y1 on y2 is biased (simultaneity; Haavelmo 1943, Econometrica 11:1).
z1 moves side one only and z2 side two only. Then z2 is an instrument for y2 in the first equation, and z1 for y1 in
the second: one instrument per side identifies both effects. With a weak instrument (a first-stage F
below ten, by the rule of thumb) the intervals mislead (Staiger and Stock 1997, Econometrica 65:557).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, finite_array, finite_number
from symbiosis.evidence.least_squares import batched_least_squares, quantile


@dataclass(frozen=True)
class TwoSides:
    """A simulated or observed two-sided system; arrays of shape (..., n): outcomes and their own movers."""

    first: FloatArray
    second: FloatArray
    moves_first: FloatArray
    moves_second: FloatArray


def simulate_two_sides(
    shape: int | tuple[int, ...],
    *,
    effect_on_first: float,
    effect_on_second: float,
    strength_first: float = 1.0,
    strength_second: float = 1.0,
    common: float = 0.0,
    rng: np.random.Generator,
) -> TwoSides:
    """Draw systems of the given shape, solved for their outcomes; shocks and movers are standard normal.

    strength_first, strength_second: what a mover does to its own side; common: correlation of the two shocks, from
    something that moves both. ValueError unless the product of the two effects is below one in size.
    """
    b12, b21 = finite_number("effect_on_first", effect_on_first), finite_number("effect_on_second", effect_on_second)
    if abs(b12 * b21) >= 1:
        raise ValueError(f"the effects multiply to {b12 * b21:g}; the sides would drive each other without end")
    if not -1 <= common <= 1:
        raise ValueError(f"common is {common:g}; it is a correlation between -1 and 1")
    z1, z2, e1, own = (rng.standard_normal(shape) for _ in range(4))
    e2 = common * e1 + np.sqrt(1 - common**2) * own
    in1, in2 = strength_first * z1 + e1, strength_second * z2 + e2
    whole = 1 - b12 * b21
    return TwoSides((in1 + b12 * in2) / whole, (in2 + b21 * in1) / whole, z1, z2)


def estimate_many(
    outcome: npt.ArrayLike, cause: npt.ArrayLike, *, own_mover: npt.ArrayLike, instrument: npt.ArrayLike | None
) -> pd.DataFrame:
    """Effect of cause on outcome given the outcome's own mover, for many systems at once; arrays (replications, n).

    Two-stage least squares with the instrument, ordinary least squares without; errors robust to heteroskedasticity,
    without small-sample factor. Columns estimate, standard_error, first_stage_f (nan without an instrument).
    """
    given = {"outcome": outcome, "cause": cause, "own_mover": own_mover, "instrument": instrument}
    arrays = {name: finite_array(name, values, ndim=2) for name, values in given.items() if values is not None}
    y, x, w, *z = arrays.values()
    if len({a.shape for a in arrays.values()}) > 1:
        raise ValueError(f"{' and '.join(f'{n} {a.shape}' for n, a in arrays.items())} must have one shape")
    if y.shape[1] < 5:
        raise ValueError(f"{y.shape[1]} observations; at least 5 are needed")
    fit = batched_least_squares(
        y, np.stack([x, w], axis=-1), names=["cause", "own_mover"], errors="HC0", reference="normal",
        endogenous=["cause"] * len(z), instruments=z[0][..., None] if z else None,
    )  # fmt: skip
    strength = fit.first_stage_f.get("cause", np.nan)
    return pd.DataFrame(
        {"estimate": fit.coefficients[:, 0], "standard_error": fit.standard_errors[:, 0], "first_stage_f": strength}
    )


def anderson_rubin_coverage(
    outcome: npt.ArrayLike, cause: npt.ArrayLike, *, own_mover: npt.ArrayLike, instrument: npt.ArrayLike, truth: float,
    level: float = 0.95,
) -> float:  # fmt: skip
    """How often Anderson and Rubin's set holds the true effect of cause on outcome; arrays (replications, n).

    It does where outcome - truth * cause is unrelated to the instrument given the own mover, by a robust test (Anderson
    and Rubin 1949, Annals of Mathematical Statistics 20:46): so its promise does not hang on a strong instrument.
    """
    given = {"outcome": outcome, "cause": cause, "own_mover": own_mover, "instrument": instrument}
    y, x, w, z = (finite_array(name, values, ndim=2) for name, values in given.items())
    rest = y - finite_number("truth", truth) * x
    fit = batched_least_squares(
        rest, np.stack([z, w], axis=-1), names=["instrument", "own_mover"], errors="HC0", reference="normal"
    )
    t = fit.coefficients[:, 0] / fit.standard_errors[:, 0]
    return float((np.abs(t) <= quantile(level, np.inf)).mean())


def performance(estimates: pd.DataFrame, truth: float, *, level: float = 0.95) -> pd.Series:
    """Bias, spread and coverage of estimates over replications, with the Monte Carlo error of the coverage.

    Entries: mean_bias, median_bias, sd, coverage, coverage_error, first_stage_f (median). The mean of an instrumental
    estimate with one instrument does not exist, so read the median.
    """
    off = estimates["estimate"] - finite_number("truth", truth)
    covered = (off.abs() <= quantile(level, np.inf) * estimates["standard_error"]).mean()
    return pd.Series({
        "mean_bias": off.mean(), "median_bias": off.median(), "sd": off.std(), "coverage": covered,
        "coverage_error": np.sqrt(covered * (1 - covered) / len(off)),
        "first_stage_f": estimates["first_stage_f"].dropna().median(),
    })  # fmt: skip
