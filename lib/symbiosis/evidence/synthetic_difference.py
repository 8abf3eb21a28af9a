"""Synthetic difference in differences (Arkhangelsky and others 2021, American Economic Review 111:4088).

A treated unit against a weighted mean of others whose path before ran parallel to its own, from a weighted mean of the
years before that foretells the years after: for few treated units and a sudden event.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, finite_array
from symbiosis.evidence.design_diagnostics import Diagnostics, LeaveOneOut
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.least_squares import normal_interval
from symbiosis.evidence.permutation import share_as_far


@dataclass(frozen=True, eq=False)
class SyntheticDifference:
    """The mean effect on the treated after the event.

    estimate: its interval from the spread of the placebos, normal; unit_weights: of the other units; time_weights: of
    the years before; gaps: treated less synthetic by year, zero in the weighted mean of the years before; placebos: the
    estimates with other units as if treated; p: two-sided, the rank of the estimate among them.
    """

    estimate: Estimate
    p: float
    treated: int
    unit_weights: pd.Series[float] = field(repr=False)
    time_weights: pd.Series[float] = field(repr=False)
    gaps: pd.Series[float] = field(repr=False)
    placebos: FloatArray = field(repr=False)
    _again: Callable[[Hashable], Estimate] = field(repr=False)

    def leave_one_out(self) -> LeaveOneOut:
        """The effect without one of the other units each."""
        others = tuple(self.unit_weights.index)
        return LeaveOneOut(self.estimate, others, tuple(self._again(name) for name in others))

    def diagnostics(self, in_time: SyntheticDifference | None = None) -> Diagnostics:
        """in_time: the same design with an event made up before the true one; passed where its p is at least 0.05.

        clusters: how many units were treated; fragile: whether the estimate hangs on one of the others.
        """
        passed = None if in_time is None else in_time.p >= 0.05
        return Diagnostics(passed, self.treated, self.leave_one_out().fragile())


def synthetic_difference(
    outcome: pd.DataFrame, treated: Collection[Hashable], *, first: int, rng: np.random.Generator | None = None,
    draws: int = 500, unit: str = "", display: str = "+.1f", level: float = 0.95,
) -> SyntheticDifference:  # fmt: skip
    """The effect of an event that meets the treated units from year first on.

    outcome: index unit, columns years, no gaps; treated: of its index. Placebos: with one treated unit every other one
    in turn, else draws of as many others, by rng. ValueError for fewer than two years before, none after, or fewer than
    two others beyond the number of treated.
    """
    inside = np.asarray(outcome.index.isin(list(treated)))
    years = np.array(sorted(outcome.columns))
    y, before = finite_array("outcome", outcome[years], ndim=2), years < first
    count, others = int(inside.sum()), int((~inside).sum())
    if count != len(set(treated)) or not count:
        raise ValueError(f"treated names {len(set(treated))} units, {count} of them in outcome; give known ones")
    if before.sum() < 2 or before.all() or others < count + 2:
        raise ValueError(
            f"{before.sum()} years before, {(~before).sum()} after, {others} others for {count} treated; "
            f"give 2, 1 and {count + 2} at least"
        )
    rest = y[~inside]
    omega, moments, gaps = _fit(y[inside].mean(axis=0), rest, before, count)
    if count == 1:
        sets = [np.array([i]) for i in range(others)]
    elif rng is None:
        raise ValueError("with several treated units placebos are drawn; give rng")
    else:
        sets = [rng.choice(others, count, replace=False) for _ in range(draws)]
    placebos = []
    for chosen in sets:
        without = np.delete(rest, chosen, axis=0)
        placebos.append(float(_fit(rest[chosen].mean(axis=0), without, before, count)[2][~before].mean()))
    found, spread = float(gaps[~before].mean()), np.array(placebos)
    return SyntheticDifference(
        normal_interval(found, float(spread.std()), level=level, unit=unit, display=display),
        float(share_as_far(np.r_[found, spread])),
        count,
        pd.Series(omega, outcome.index[~inside], name="weight"),
        pd.Series(moments, years[before], name="weight"),
        pd.Series(gaps, years, name="gap"),
        spread,
        lambda name: (
            synthetic_difference(
                outcome.drop(index=name),
                treated,
                first=first,
                rng=rng,
                draws=draws,
                unit=unit,
                display=display,
                level=level,
            ).estimate
        ),
    )


def _fit(
    treated: FloatArray, others: FloatArray, before: npt.NDArray[np.bool_], count: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Weights of units and of years before, and gaps by year less their weighted mean before."""
    pre, post = others[:, before], others[:, ~before]
    noise = float(np.diff(pre, axis=1).std(ddof=1))
    zeta = (count * post.shape[1]) ** 0.25 * noise
    # An intercept is free on both sides: paths need be parallel, not equal.
    target = treated[before]
    omega = _simplex((pre - pre.mean(axis=1, keepdims=True)).T, target - target.mean(), zeta * len(target) ** 0.5)
    after = post.mean(axis=1)
    moments = _simplex(pre - pre.mean(axis=0), after - after.mean(), 1e-6 * noise * len(pre) ** 0.5)
    gaps = treated - omega @ others
    return omega, moments, gaps - moments @ gaps[before]


def _simplex(columns: FloatArray, target: FloatArray, ridge: float) -> FloatArray:
    """Weights w >= 0 of sum 1 with the least |columns w - target|^2 + ridge^2 |w|^2.

    As the sum is 1 the first part is |(columns - target) w|^2, so that all is homogeneous, f(w): of s w the least of
    s^2 f(w) + (s - 1)^2 is f / (1 + f), which rises with f. So non-negative least squares finds the weights up to s.
    """
    from scipy.optimize import nnls

    homogeneous = np.vstack([columns - target[:, None], ridge * np.eye(columns.shape[1])])
    size = float(np.abs(homogeneous).max()) or 1.0
    system = np.vstack([homogeneous / size, np.ones(columns.shape[1])])
    w = nnls(system, np.r_[np.zeros(len(homogeneous)), 1.0])[0]
    return np.asarray(w / w.sum(), dtype=np.float64)
