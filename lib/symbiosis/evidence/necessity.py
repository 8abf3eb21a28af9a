"""Necessary condition analysis: is a corner of the scatter plot empty, how large, and which cases decide?

The corner is the upper left one: does a high outcome need a high condition? For another corner turn the signs of x or
y. Source: Dul 2016, Necessary Condition Analysis, Organizational Research Methods 19:10.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, at_least, finite_array, finite_number, one_of, same_length

Method = Literal["ce_fdh", "cr_fdh"]


@dataclass(frozen=True)
class Scope:
    """The rectangle of possible values, in the units of condition (x) and outcome (y)."""

    x_min: float
    x_max: float
    y_min: float
    y_max: float

    def __post_init__(self) -> None:
        for axis, low, high in (("x", self.x_min, self.x_max), ("y", self.y_min, self.y_max)):
            if not (math.isfinite(low) and math.isfinite(high) and low < high):
                raise ValueError(f"scope of {axis} is {low:g} to {high:g}; it must rise and be finite")

    @property
    def area(self) -> float:
        """Area of the rectangle."""
        return (self.x_max - self.x_min) * (self.y_max - self.y_min)


def empirical_scope(x: npt.ArrayLike, y: npt.ArrayLike) -> Scope:
    """The smallest rectangle that holds all cases; ValueError where all share one value of x or of y."""
    condition, outcome = _cases(x, y, 2)
    for name, values in (("x", condition), ("y", outcome)):
        if np.ptp(values) == 0:
            raise ValueError(f"{name} is {values[0]:g} in every case; a scope needs variation, or give scope")
    return Scope(*(float(end) for values in (condition, outcome) for end in (values.min(), values.max())))


def effect_size_label(effect_size: float) -> str:
    """Dul's words for an effect size: small below 0.1, medium below 0.3, large below 0.5, then very large."""
    size = finite_number("effect_size", effect_size)
    if not 0 <= size <= 1:
        raise ValueError(f"effect_size is {size:g}; it is a fraction of the scope, between 0 and 1")
    return ("small", "medium", "large", "very large")[sum(size >= bound for bound in (0.1, 0.3, 0.5))]


@dataclass(frozen=True)
class Ceiling:
    """A ceiling line and the empty zone above it.

    zone: area of the empty zone; effect_size: zone over the area of the scope; accuracy: fraction of cases
    on or under the line (1 for CE-FDH); slope, intercept: of the CR-FDH line in the units of x and y, None
    for CE-FDH and where all deciding cases coincide.
    peers: positions of the deciding cases, the ones that carry the line, from the left on; every
    other case could be left out without moving it (unless it spans the scope). peer_points: their x and y,
    shape (peers, 2).
    """

    method: Method
    scope: Scope
    zone: float
    effect_size: float
    accuracy: float
    slope: float | None
    intercept: float | None
    peers: tuple[int, ...]
    n_obs: int
    peer_points: FloatArray = field(repr=False, compare=False)

    @property
    def size_label(self) -> str:
        """Dul's word for the effect size."""
        return effect_size_label(self.effect_size)

    def line(self) -> tuple[FloatArray, FloatArray]:
        """Points (x, y) of the line to draw, within the scope: steps for CE-FDH, two ends for CR-FDH."""
        box = self.scope
        px, py = self.peer_points.T
        if self.method == "ce_fdh":
            return np.append(np.repeat(px, 2), box.x_max), np.concatenate([[box.y_min], np.repeat(py, 2)])
        if self.slope is None or self.intercept is None:
            return np.empty(0), np.empty(0)
        ends = np.array([(box.y_min - self.intercept) / self.slope, (box.y_max - self.intercept) / self.slope])
        x = np.clip(ends, box.x_min, box.x_max)
        return x, np.asarray(self.intercept + self.slope * x)

    def required(self, y: npt.ArrayLike) -> FloatArray:
        """Level of the condition without which the line does not allow outcome y.

        NaN where the condition is not necessary for that outcome; inf where no level within the scope is enough.
        """
        box, wanted = self.scope, finite_array("y", y)
        px, py = self.peer_points.T
        if self.method == "ce_fdh":
            result = np.append(px, np.inf)[np.searchsorted(py, wanted, side="left")]
        elif self.slope is None or self.intercept is None:
            return np.full(wanted.shape, np.nan)
        else:
            result = (wanted - self.intercept) / self.slope
            # A line through the scope's own corner must not miss it by rounding.
            result = np.where(result > box.x_max + 1e-9 * (box.x_max - box.x_min), np.inf, result)
        return np.asarray(np.where((result <= box.x_min) | (wanted <= box.y_min), np.nan, result))


def ce_fdh(x: npt.ArrayLike, y: npt.ArrayLike, *, scope: Scope | None = None) -> Ceiling:
    """Ceiling envelopment by free disposal hull: the step line that no case crosses.

    x: condition, y: outcome, one per case, at least three cases; scope: the possible values (None: the observed ones).
    ValueError for values not finite, a scope that leaves cases out, or a condition or outcome without variation.
    """
    return _ceiling(x, y, "ce_fdh", scope)


def cr_fdh(x: npt.ArrayLike, y: npt.ArrayLike, *, scope: Scope | None = None) -> Ceiling:
    """Ceiling regression: the least-squares line through the deciding cases of CE-FDH; some lie outside.

    Arguments and errors as in ce_fdh. Where all deciding cases coincide there is no line, and the zone is 0.
    """
    return _ceiling(x, y, "cr_fdh", scope)


def drop_one_influence(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    method: Method = "ce_fdh",
    labels: Sequence[str] | npt.ArrayLike | None = None,
) -> pd.DataFrame:
    """Effect size without each case in turn; the remaining cases span the scope anew each time.

    labels: a name per case (None: its position).
    Returns columns case, position, effect_without, change (effect_without minus the full effect), is_peer,
    sorted by the size of change; effect_without is NaN where the remaining cases span no area. At least
    four cases.
    """
    condition, outcome = _cases(x, y, 4)
    full = _ceiling(condition, outcome, method, None)
    n, box = len(condition), full.scope
    names = np.arange(n) if labels is None else np.asarray(labels)
    if names.shape != (n,):
        raise ValueError(f"labels holds {names.size} names for {n} cases; give one per case")
    effects = np.full(n, full.effect_size)
    # Only deciding cases, and cases at the edge of the scope, can change the effect.
    edge = (condition == box.x_min) | (condition == box.x_max) | (outcome == box.y_min) | (outcome == box.y_max)
    for i in {*full.peers, *np.flatnonzero(edge)}:
        rest = np.delete(condition, i), np.delete(outcome, i)
        flat = min(map(np.ptp, rest)) == 0
        effects[i] = np.nan if flat else _ceiling(*rest, method, None).effect_size
    position, change = np.arange(n), effects - full.effect_size
    table = pd.DataFrame({"case": names, "position": position, "effect_without": effects, "change": change})
    table["is_peer"] = np.isin(position, full.peers)
    order = np.argsort(-np.nan_to_num(np.abs(change), nan=np.inf), kind="stable")
    return table.iloc[order].reset_index(drop=True)


def chance_effect_sizes(
    x: npt.ArrayLike, y: npt.ArrayLike, *, rng: np.random.Generator, draws: int = 500, method: Method = "ce_fdh"
) -> FloatArray:
    """Effect sizes of clouds that follow the fitted line and are otherwise shuffled: in them nothing is necessary.

    Residuals of the least-squares line are dealt anew to the cases, so every cloud has the slope and the spread of the
    observed one; spread must not depend on x for this to be a fair comparison. Arguments and errors as in ce_fdh;
    draws at least 99. Shape (draws,).
    """
    condition, outcome = _cases(x, y, 3)
    at_least(99, draws=draws)
    empirical_scope(condition, outcome)
    slope, intercept = np.polyfit(condition, outcome, 1)
    line = intercept + slope * condition
    rest = rng.permuted(np.tile(outcome - line, (draws, 1)), axis=1)
    return np.array([_ceiling(condition, line + one, method, None).effect_size for one in rest])


def leave_out_most_influential(
    x: npt.ArrayLike, y: npt.ArrayLike, count: int, *, labels: Sequence[str]
) -> tuple[npt.NDArray[np.bool_], tuple[str, ...]]:
    """Leave out one after another the case whose absence raises the effect size most, up to count of them.

    Returns which cases are kept, in the order given, and the labels of those left out; fewer than count where nobody's
    absence raises it any more. Arguments and errors as in drop_one_influence.
    """
    condition, outcome, names = np.asarray(x, float), np.asarray(y, float), np.asarray(labels, dtype=object)
    kept = np.ones(len(names), dtype=np.bool_)
    left_out: list[str] = []
    for _ in range(count):
        table = drop_one_influence(condition[kept], outcome[kept], labels=list(names[kept]))
        raising = table[table["change"] > 0]
        if raising.empty:
            break
        left_out.append(str(raising["case"].iloc[0]))
        kept &= names != left_out[-1]
    return kept, tuple(left_out)


def _cases(x: npt.ArrayLike, y: npt.ArrayLike, minimum: int) -> tuple[FloatArray, FloatArray]:
    condition = finite_array("x", x, ndim=1, min_size=minimum)
    outcome = finite_array("y", y, ndim=1, min_size=minimum)
    same_length(x=condition, y=outcome)
    return condition, outcome


def _resolved_scope(x: FloatArray, y: FloatArray, scope: Scope | None) -> Scope:
    if scope is None:
        return empirical_scope(x, y)
    outside = (x < scope.x_min) | (x > scope.x_max) | (y < scope.y_min) | (y > scope.y_max)
    if outside.any():
        i = int(np.flatnonzero(outside)[0])
        raise ValueError(
            f"scope leaves out {int(outside.sum())} cases, the first at position {i} "
            f"(x {x[i]:g}, y {y[i]:g}); widen the scope or leave those cases out"
        )
    return scope


def _peers(x: FloatArray, y: FloatArray) -> npt.NDArray[np.intp]:
    order = np.lexsort((-y, x))
    xs, ys = x[order], y[order]
    before = np.concatenate([[-np.inf], np.maximum.accumulate(ys)[:-1]])
    higher = ys > before
    # A case that coincides with a deciding case decides with it.
    same = np.concatenate([[False], (np.diff(xs) == 0) & (np.diff(ys) == 0)])
    group = np.cumsum(~same) - 1
    return np.asarray(order[higher[~same][group]])


def _line_zone(slope: float, intercept: float, box: Scope) -> float:
    height = box.y_max - box.y_min
    if slope == 0:
        return (box.x_max - box.x_min) * min(max(box.y_max - intercept, 0.0), height)
    left, right = (min(max((y - intercept) / slope, box.x_min), box.x_max) for y in (box.y_min, box.y_max))
    below_line = (right - left) * (box.y_max - intercept - slope * (left + right) / 2)
    return (left - box.x_min) * height + below_line


def _ceiling(x: npt.ArrayLike, y: npt.ArrayLike, method: Method, scope: Scope | None) -> Ceiling:
    one_of("method", method, get_args(Method))
    condition, outcome = _cases(x, y, 3)
    box = _resolved_scope(condition, outcome, scope)
    peers = _peers(condition, outcome)
    px, py = condition[peers], outcome[peers]
    centred = px - px.mean()
    spread = float(centred @ centred)
    zone, accuracy, slope, intercept = 0.0, 1.0, None, None
    if method == "ce_fdh":
        edges = np.concatenate([[box.x_min], px, [box.x_max]])
        tops = np.concatenate([[box.y_min], py])
        zone = float(np.diff(edges) @ (box.y_max - tops))
    elif spread > 0:
        slope = float(centred @ py) / spread
        intercept = float(py.mean()) - slope * float(px.mean())
        zone = _line_zone(slope, intercept, box)
        # Deciding cases on the line must not fall beyond it by rounding.
        beyond = outcome - intercept - slope * condition
        accuracy = float((beyond <= 1e-9 * (box.y_max - box.y_min)).mean())
    line, points = (accuracy, slope, intercept), np.column_stack([px, py])
    return Ceiling(method, box, zone, zone / box.area, *line, tuple(peers.tolist()), len(condition), points)
