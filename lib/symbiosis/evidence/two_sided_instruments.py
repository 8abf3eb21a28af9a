"""Two things that cause each other: why a regression misleads, and what an instrument on either side does.

    y1 = b12 y2 + z1 + e1,    y2 = b21 y1 + z2 + e2.

y2 depends on e1 through y1, so the regression of y1 on y2 is biased (simultaneity; Haavelmo 1943, Econometrica 11:1).
z1 moves side one only and z2 side two only. Then z2 is an instrument for y2 in the first equation, and z1 for y1 in
the second: one instrument per side identifies both effects. With a weak instrument the intervals mislead (Staiger
and Stock 1997, Econometrica 65:557).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, finite_array, finite_number, same_length

WEAK = 10.0
"""The first-stage F below which an instrument is called weak (the rule of thumb of Staiger and Stock 1997)."""


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


def estimate_effect(
    outcome: npt.ArrayLike,
    cause: npt.ArrayLike,
    *,
    own_mover: npt.ArrayLike,
    instrument: npt.ArrayLike | None,
    level: float = 0.95,
) -> pd.Series:
    """Effect of cause on outcome, given the outcome's own mover; one-dimensional arrays.

    Two-stage least squares with heteroskedasticity-robust errors (linearmodels); without an instrument, ordinary least
    squares. Entries: estimate, standard_error, low, high, first_stage_f (NaN without an instrument).
    """
    from linearmodels.iv import IV2SLS
    from scipy.stats import norm

    y, x, w = (
        finite_array(n, v, ndim=1) for n, v in (("outcome", outcome), ("cause", cause), ("own_mover", own_mover))
    )
    given = {"outcome": y, "cause": x, "own_mover": w}
    if instrument is not None:
        given["instrument"] = finite_array("instrument", instrument, ndim=1)
    if same_length(**given) < 5:
        raise ValueError(f"{len(y)} observations; at least 5 are needed")
    frame = pd.DataFrame({**given, "constant": 1.0})
    if instrument is None:
        fit = IV2SLS(frame["outcome"], frame[["constant", "own_mover", "cause"]], None, None).fit(cov_type="robust")
        strength = np.nan
    else:
        fit = IV2SLS(frame["outcome"], frame[["constant", "own_mover"]], frame["cause"], frame["instrument"])
        fit = fit.fit(cov_type="robust")
        strength = float(fit.first_stage.diagnostics.loc["cause", "f.stat"])
    value, error = float(fit.params["cause"]), float(fit.std_errors["cause"])
    reach = norm.ppf((1 + level) / 2) * error
    return pd.Series(
        {"estimate": value, "standard_error": error, "low": value - reach, "high": value + reach,
         "first_stage_f": strength}
    )  # fmt: skip


def estimate_many(
    outcome: FloatArray, cause: FloatArray, *, own_mover: FloatArray, instrument: FloatArray | None
) -> pd.DataFrame:
    """The same for many systems at once, arrays (replications, n): columns estimate, standard_error, first_stage_f.

    One cause and one instrument have a closed form; it agrees with estimate_effect.
    """
    y, x, w = (
        finite_array(n, v, ndim=2) for n, v in (("outcome", outcome), ("cause", cause), ("own_mover", own_mover))
    )
    z = x if instrument is None else finite_array("instrument", instrument, ndim=2)
    y, x, z = (_without(w, v) for v in (y, x, z))
    moment = (z * x).sum(axis=1)
    value = (z * y).sum(axis=1) / moment
    residual = y - value[:, None] * x
    # Robust: the squared projected cause weighted by squared residuals.
    error = np.sqrt((z**2 * residual**2).sum(axis=1)) / np.abs(moment)
    pi = moment / (z**2).sum(axis=1)
    rest = x - pi[:, None] * z
    strength = moment**2 / (z**2 * rest**2).sum(axis=1) if instrument is not None else np.full(len(y), np.nan)
    return pd.DataFrame({"estimate": value, "standard_error": error, "first_stage_f": strength})


def _without(control: FloatArray, values: FloatArray) -> FloatArray:
    """What is left of each row of values once a constant and the control are taken out."""
    c = control - control.mean(axis=1, keepdims=True)
    v = values - values.mean(axis=1, keepdims=True)
    return np.asarray(v - c * ((c * v).sum(axis=1) / (c**2).sum(axis=1))[:, None])


def performance(estimates: pd.DataFrame, truth: float, *, level: float = 0.95) -> pd.Series:
    """Bias, spread and coverage of estimates over replications, with the Monte Carlo error of the coverage.

    Entries: mean_bias, median_bias, sd, coverage, coverage_error, first_stage_f (median). The mean of an instrumental
    estimate with one instrument does not exist, so read the median.
    """
    from scipy.stats import norm

    off = estimates["estimate"] - finite_number("truth", truth)
    covered = (off.abs() <= norm.ppf((1 + level) / 2) * estimates["standard_error"]).mean()
    return pd.Series({
        "mean_bias": off.mean(), "median_bias": off.median(), "sd": off.std(), "coverage": covered,
        "coverage_error": np.sqrt(covered * (1 - covered) / len(off)),
        "first_stage_f": estimates["first_stage_f"].median(),
    })  # fmt: skip
