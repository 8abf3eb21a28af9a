"""One date, several groups or a threshold: differences in differences, and differences in discontinuities.

With one date of adoption for all, the difference of two groups' changes is what two-way fixed effects and the estimator
of Callaway and Sant'Anna (2021, J. Econometrics 225:200) give. At a threshold the jump in changes, not in levels, is
the difference in discontinuities (Grembi, Nannicini and Troiano 2016, AEJ: Applied 8(3):1). Both are empty where the
groups compared were treated otherwise: look at the placebos, and at what the comparison group did.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from math import comb
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, at_least, finite_array, same_length
from symbiosis.evidence.design_diagnostics import Diagnostics, LeaveOneOut, side
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.least_squares import LeastSquares, batched_least_squares, least_squares, normal_interval
from symbiosis.evidence.permutation import AT_ONCE, share_as_far

Alternative = Literal["two-sided", "less", "greater"]


@dataclass(frozen=True, eq=False)
class GroupDifferences:
    """Mean change of each group less that of the reference, with HC3 errors; members: places of every group."""

    effects: Mapping[Hashable, Estimate]
    reference: Hashable
    members: Mapping[Hashable, int]
    fit: LeastSquares = field(repr=False)
    change: pd.Series[float] = field(repr=False)
    labels: pd.Series = field(repr=False)

    @property
    def joint_p(self) -> float:
        """Of the F test that all groups changed alike: of earlier periods, a placebo."""
        return float(self.fit.joint_test([str(g) for g in self.effects])[1])

    def permutation(self, rng: np.random.Generator, draws: int = 9999) -> pd.DataFrame:
        """Two-sided p-values with labels shuffled: index group; columns p (of the difference), p_studentized."""
        at_least(99, draws=draws)
        x, y = _dummies(self.labels, list(self.effects)), self.change.to_numpy(float)
        slopes, ratios, k = [self.fit.coefficients[None]], [self.fit.t[None]], len(self.effects)
        at_once = max(1, AT_ONCE // x.size)
        for start in range(0, draws, at_once):
            # To shuffle the changes over fixed labels is the same.
            shuffled = rng.permuted(np.tile(y, (min(at_once, draws - start), 1)), axis=1)
            fit = batched_least_squares(shuffled, x, errors="HC3")
            slopes.append(fit.coefficients)
            ratios.append(fit.t)
        shares = [share_as_far(np.concatenate(parts)[:, :k]) for parts in (slopes, ratios)]
        return pd.DataFrame(dict(zip(("p", "p_studentized"), shares, strict=True)), index=list(self.effects))

    def leave_one_out(self, group: Hashable) -> LeaveOneOut:
        """The effect of a group without one place each, of this group or of the reference."""
        if group not in self.effects:
            raise ValueError(f"there is no effect of {group!r}; there are {', '.join(map(str, self.effects))}")
        ours = self.labels.isin([group, self.reference])
        found = [
            group_differences(self.change.drop(place), self.labels.drop(place), reference=self.reference).effects[group]
            for place in self.change.index[ours]
        ]
        return LeaveOneOut(self.effects[group], tuple(self.change.index[ours]), tuple(found))

    def diagnostics(self, group: Hashable, placebo: GroupDifferences | None = None) -> Diagnostics:
        """placebo: the same in earlier periods, passed where the interval of this group's effect holds zero.

        clusters: places in the smaller of the two groups.
        """
        passed = None if placebo is None else side(placebo.effects[group]) == 0
        fewest = min(self.members[group], self.members[self.reference])
        return Diagnostics(passed, fewest, self.leave_one_out(group).fragile())


def change_of_means(growth: pd.DataFrame, before: npt.ArrayLike, after: npt.ArrayLike) -> pd.Series[float]:
    """Mean of the columns after less mean of the columns before, years each; gaps of single years are passed over."""
    parts = []
    for name, years in (("before", before), ("after", after)):
        absent = [str(y) for y in np.atleast_1d(years) if y not in growth.columns]
        if absent:
            raise ValueError(f"growth has no year {', '.join(absent)} ({name}); give years of its columns")
        parts.append(growth[list(np.atleast_1d(years))].mean(axis=1))
    return parts[1] - parts[0]


def group_differences(
    change: pd.Series[float], labels: pd.Series, *, reference: Hashable, unit: str = "", display: str = "+.2f",
    level: float = 0.95,
) -> GroupDifferences:  # fmt: skip
    """Compare changes over one window between groups: change and labels by place, joined by their index.

    Places without either are left out. ValueError for an unknown reference or a group of fewer than two places.
    """
    both = pd.DataFrame({"change": change, "group": labels.astype(object)}).dropna()
    members = both["group"].value_counts()
    if reference not in members.index or len(members) < 2:
        raise ValueError(f"reference {reference!r} and groups {', '.join(map(str, members.index))}; give two at least")
    if members.min() < 2:
        raise ValueError(f"group {members.idxmin()!r} has a single place; at least 2 are needed")
    groups = [g for g in sorted(members.index, key=str) if g != reference]
    fit = batched_least_squares(
        both["change"], _dummies(both["group"], groups), names=[str(g) for g in groups], errors="HC3", level=level
    )
    effects = {g: fit.estimate(str(g), unit=unit, display=display) for g in groups}
    return GroupDifferences(effects, reference, members.to_dict(), fit, both["change"], both["group"])


def exact_p(change: pd.Series[float], chosen: Collection[Hashable], *, alternative: Alternative = "two-sided") -> float:
    """Share of all choices of as many places whose mean change, less that of the rest, is as extreme as the chosen's.

    ValueError for an unknown place, none or all chosen, or over a million choices.
    """
    inside = change.index.isin(list(chosen))
    n, k = len(change), int(inside.sum())
    if k != len(set(chosen)) or not 0 < k < n or comb(n, k) > 1_000_000:
        raise ValueError(f"{k} of {len(set(chosen))} chosen places are among {n}; give known ones, not all, and few")
    if alternative not in ("two-sided", "less", "greater"):
        raise ValueError(f"alternative is {alternative!r}; choose 'two-sided', 'less' or 'greater'")
    y = finite_array("change", change, ndim=1) - float(change.mean())
    sums = y[np.array(list(combinations(range(n), k)))].sum(axis=1)
    extreme = {"two-sided": np.abs, "less": np.negative, "greater": np.positive}[alternative]
    own = extreme(y[inside].sum())
    return float((extreme(sums) >= own - 1e-9 * np.abs(y).max()).mean())


def break_position(series: npt.ArrayLike) -> int:
    """Where a second mean begins: the position that leaves the least sum of squares, at least two values a side."""
    y = finite_array("series", series, ndim=1, min_size=4)
    rest = [y[:i].var() * i + y[i:].var() * (len(y) - i) for i in range(2, len(y) - 1)]
    return 2 + int(np.argmin(rest))


def _dummies(labels: pd.Series, groups: list[Hashable]) -> FloatArray:
    return np.column_stack([(labels == g).to_numpy(float) for g in groups])


@dataclass(frozen=True, eq=False)
class Discontinuity:
    """A jump at a threshold: estimate; below, above: places used; density: log jump of their density (McCrary 2008)."""

    estimate: Estimate
    below: int
    above: int
    bandwidth: float
    donut: float
    density: Estimate
    fit: LeastSquares = field(repr=False)

    def diagnostics(self, donut: Discontinuity, placebo: Discontinuity | None = None) -> Diagnostics:
        """donut: the same without the places closest by; fragile where it lies on another side of zero.

        placebo: at a made-up threshold or in earlier periods; with it, and in density, no jump must be seen.
        """
        tried = [e for e in (self.density, *([placebo.estimate] if placebo else [])) if np.isfinite(e.value)]
        passed = not any(e.excludes() for e in tried) if tried else None
        return Diagnostics(passed, min(self.below, self.above), side(donut.estimate) != side(self.estimate))


def discontinuity(
    outcome: npt.ArrayLike, running: npt.ArrayLike, *, bandwidth: float, donut: float = 0.0, unit: str = "",
    display: str = "+.2f", level: float = 0.95,
) -> Discontinuity:  # fmt: skip
    """The jump of outcome where running crosses zero: a line on either side, triangular kernel, HC3 errors.

    running: distance from the threshold, zero and more is above; bandwidth: how far places count; donut: how far from
    the threshold they are left out. No correction for curvature: see how it moves with the bandwidth (Calonico,
    Cattaneo and Titiunik 2014, Econometrica 82:2295). ValueError for fewer than 3 places on a side.
    """
    y, s = finite_array("outcome", outcome, ndim=1), finite_array("running", running, ndim=1)
    same_length(outcome=y, running=s)
    if not 0 <= donut < bandwidth:
        raise ValueError(f"bandwidth is {bandwidth} and donut {donut}; give 0 <= donut < bandwidth")
    near = (np.abs(s) < bandwidth) & (np.abs(s) >= donut)
    above = s >= 0
    sides = int((near & ~above).sum()), int((near & above).sum())
    if min(sides) < 3:
        raise ValueError(f"{sides[0]} places below and {sides[1]} above the threshold; widen the bandwidth")
    rows = pd.DataFrame({"y": y, "jump": above * 1.0, "slope": s, "bend": above * s, "w": 1 - np.abs(s) / bandwidth})
    fit = least_squares(rows[near], "y", ["jump", "slope", "bend"], weights="w", errors="HC3", level=level)
    estimate = fit.estimate("jump", unit=unit, display=display)
    return Discontinuity(estimate, *sides, bandwidth, donut, density_jump(s, bandwidth=bandwidth, level=level), fit)


def density_jump(running: npt.ArrayLike, *, bandwidth: float, level: float = 0.95) -> Estimate:
    """Log of the density just above zero less that just below (McCrary 2008, J. Econometrics 142:698).

    Counts of bins, 2 sd n^(-1/2) wide, smoothed by a line on either side with a triangular kernel. A jump says that
    places chose their side. Not a number where a density is not positive or a side has fewer than three bins.
    """
    s = finite_array("running", running, ndim=1)
    if not bandwidth > 0 or s.size < 10:
        raise ValueError(f"bandwidth is {bandwidth} with {s.size} places; give a positive one, and 10 places")
    width = 2 * float(s.std(ddof=1)) / s.size**0.5
    first, last = (int(np.floor(v / width)) for v in (s.min(), s.max()))
    counts = np.bincount(np.floor(s / width).astype(int) - first, minlength=last - first + 1)
    middle, height = (np.arange(first, last + 1) + 0.5) * width, counts / (s.size * width)
    heights = []
    for sign in (-1, 1):
        w = np.where(sign * middle > 0, np.maximum(1 - np.abs(middle) / bandwidth, 0), 0)
        if (w > 0).sum() < 3:
            return Estimate(np.nan)
        fit = batched_least_squares(height, middle[:, None], weights=w, errors="classical")
        heights.append(float(fit.coefficients[1]))
    below, above = heights
    if min(heights) <= 0:
        return Estimate(np.nan)
    error = (4.8 / (s.size * bandwidth) * (1 / above + 1 / below)) ** 0.5
    return normal_interval(float(np.log(above / below)), error, level=level)
