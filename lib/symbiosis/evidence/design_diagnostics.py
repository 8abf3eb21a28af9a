"""What a reading of a design needs to know: its placebo, its clusters, and whether a single one carries it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from symbiosis.checks import FloatArray
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.fixed_effects import Groups
from symbiosis.evidence.least_squares import batched_least_squares, least_squares, prepared_rows


@dataclass(frozen=True)
class Diagnostics:
    """placebo_passed: None without a placebo; clusters: how many the estimate rests on; fragile: None if not tried."""

    placebo_passed: bool | None
    clusters: int
    fragile: bool | None

    @property
    def sentence(self) -> str:
        """The three in words."""
        said = {None: "no placebo", True: "placebo passed", False: "placebo failed"}[self.placebo_passed]
        firm = {None: "not tried without single groups", True: "hangs on one group", False: "hangs on no single group"}
        return f"{said}; {self.clusters} clusters; {firm[self.fragile]}"


def side(estimate: Estimate, reference: float = 0.0) -> int:
    """1 where the interval lies above the reference, -1 below, 0 where it holds it."""
    return int(estimate.low > reference) - int(estimate.high < reference)


@dataclass(frozen=True)
class LeaveOneOut:
    """An estimate beside those without one group each: estimates, in the order of groups."""

    full: Estimate
    groups: tuple[Any, ...]
    estimates: tuple[Estimate, ...] = field(repr=False)

    @property
    def range(self) -> tuple[float, float]:
        """Least and greatest estimate."""
        values = [e.value for e in self.estimates]
        return min(values), max(values)

    @property
    def most_influential(self) -> Any:
        """The group without which the estimate moves farthest."""
        return self.groups[int(np.argmax([abs(e.value - self.full.value) for e in self.estimates]))]

    def fragile(self, reference: float = 0.0) -> bool:
        """Whether the side of the reference on which the interval lies changes when one group is left out."""
        return any(side(e, reference) != side(self.full, reference) for e in self.estimates)


def leave_one_out(
    frame: pd.DataFrame,
    outcome: str,
    regressors: Sequence[str],
    *,
    tested: str,
    by: str,
    effects: Sequence[str | tuple[str, ...]] = (),
    cluster: str | Sequence[str] = (),
    unit: str = "",
    display: str = "+.1f",
) -> LeaveOneOut:
    """The coefficient of tested (among regressors), again and again without one of the groups in column by.

    frame, effects, cluster: as in least_squares; at least three groups. ValueError as least_squares.
    """
    ways = [cluster] if isinstance(cluster, str) else list(cluster)
    full = least_squares(frame, outcome, regressors, effects=effects, cluster=ways)
    rows, labels, _ = prepared_rows(frame, [outcome, *regressors], effects, [*ways, by])
    groups, names = Groups(rows[by]), tuple(sorted(rows[by].unique()))
    if groups.count < 3:
        raise ValueError(f"{by} has {groups.count} groups; at least 3 are needed to leave one out")
    kept: FloatArray = (groups.codes != np.arange(groups.count)[:, None]).astype(float)
    fit = batched_least_squares(
        rows[outcome], rows[list(regressors)], names=regressors, effects=labels,
        clusters=[rows[c] for c in ways], weights=kept,
    )  # fmt: skip
    at = fit.position(tested)
    value, half = fit.coefficients[:, at], (fit.critical * fit.standard_errors[:, at])
    estimates = tuple(Estimate(v, v - w, v + w, unit, display) for v, w in zip(value, half, strict=True))
    return LeaveOneOut(full.estimate(tested, unit=unit, display=display), names, estimates)
