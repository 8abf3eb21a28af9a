"""Necessary condition analysis: is a corner of the scatter plot empty, how large, and which cases decide?

Source: Dul 2016, Necessary Condition Analysis, Organizational Research Methods 19:10.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, finite_array, finite_number, same_length

Corner = Literal["upper-left", "upper-right", "lower-left", "lower-right"]
Method = Literal["ce_fdh", "cr_fdh"]

# Every corner is analysed as the upper left one after turning the axes by these signs of x and y.
_SIGNS: dict[Corner, tuple[int, int]] = {
    "upper-left": (1, 1),
    "upper-right": (-1, 1),
    "lower-left": (1, -1),
    "lower-right": (-1, -1),
}


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
    return _scope_of(condition, outcome)


def effect_size_label(effect_size: float) -> str:
    """Dul's words for an effect size: small below 0.1, medium below 0.3, large below 0.5, then very large."""
    size = finite_number("effect_size", effect_size)
    if not 0 <= size <= 1:
        raise ValueError(f"effect_size is {size:g}; it is a fraction of the scope, between 0 and 1")
    for bound, label in ((0.1, "small"), (0.3, "medium"), (0.5, "large")):
        if size < bound:
            return label
    return "very large"


@dataclass(frozen=True)
class Ceiling:
    """A ceiling line and the empty zone that it bounds.

    zone: area of the empty zone; effect_size: zone over the area of the scope; accuracy: fraction of cases
    on or inside the line (1 for CE-FDH); slope, intercept: of the CR-FDH line in the units of x and y, None
    for CE-FDH and where all deciding cases coincide.
    peers: positions of the deciding cases, the ones that carry the line, from the corner's side on; every
    other case could be left out without moving it (unless it spans the scope). peer_points: their x and y,
    shape (peers, 2).
    """

    method: Method
    corner: Corner
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
        sx, sy = _SIGNS[self.corner]
        box = _turned(self.scope, self.corner)
        px, py = self.peer_points[:, 0] * sx, self.peer_points[:, 1] * sy
        if self.method == "ce_fdh":
            x = np.append(np.repeat(px, 2), box.x_max)
            y = np.concatenate([[box.y_min], np.repeat(py, 2)])
        elif self.slope is None or self.intercept is None:
            x, y = np.empty(0), np.empty(0)
        else:
            slope, intercept = self.slope * sx * sy, self.intercept * sy
            ends = np.array([(box.y_min - intercept) / slope, (box.y_max - intercept) / slope])
            x = np.clip(ends, box.x_min, box.x_max)
            y = intercept + slope * x
        return np.asarray(x * sx), np.asarray(y * sy)

    def limit(self, x: npt.ArrayLike) -> FloatArray:
        """Best outcome that the line allows at condition x: the highest y, or the lowest at a lower corner.

        Within the scope; NaN throughout where the line is undefined.
        """
        sx, sy = _SIGNS[self.corner]
        box = _turned(self.scope, self.corner)
        at = finite_array("x", x) * sx
        px, py = self.peer_points[:, 0] * sx, self.peer_points[:, 1] * sy
        if self.method == "ce_fdh":
            result = np.append(box.y_min, py)[np.searchsorted(px, at, side="right")]
        elif self.slope is None or self.intercept is None:
            result = np.full(at.shape, np.nan)
        else:
            result = np.clip(self.intercept * sy + self.slope * sx * sy * at, box.y_min, box.y_max)
        return np.asarray(result * sy)

    def required(self, y: npt.ArrayLike) -> FloatArray:
        """Level of the condition without which the line does not allow outcome y.

        The least x at a left corner, the greatest at a right one. NaN where the condition is not necessary
        for that outcome; infinite (minus at a right corner) where no level within the scope is enough.
        """
        sx, sy = _SIGNS[self.corner]
        box = _turned(self.scope, self.corner)
        wanted = finite_array("y", y) * sy
        px, py = self.peer_points[:, 0] * sx, self.peer_points[:, 1] * sy
        if self.method == "ce_fdh":
            result = np.append(px, np.inf)[np.searchsorted(py, wanted, side="left")]
        elif self.slope is None or self.intercept is None:
            return np.full(wanted.shape, np.nan)
        else:
            result = (wanted - self.intercept * sy) / (self.slope * sx * sy)
            # A line through the scope's own corner must not miss it by rounding.
            slack = 1e-9 * (box.x_max - box.x_min)
            result = np.where(result > box.x_max + slack, np.inf, result)
        unneeded = (result <= box.x_min) | (wanted <= box.y_min)
        return np.asarray(np.where(unneeded, np.nan, result * sx))


def ce_fdh(x: npt.ArrayLike, y: npt.ArrayLike, *, scope: Scope | None = None, corner: Corner = "upper-left") -> Ceiling:
    """Ceiling envelopment by free disposal hull: the step line that no case crosses.

    x: condition, y: outcome, one per case, at least three cases; scope: the possible values (None: the
    observed ones); corner: the corner that is expected to be empty. The default asks whether high y needs
    high x.
    ValueError for values not finite, a scope that leaves cases out, or a condition or outcome without
    variation.
    """
    return _ceiling(x, y, "ce_fdh", scope, corner)


def cr_fdh(x: npt.ArrayLike, y: npt.ArrayLike, *, scope: Scope | None = None, corner: Corner = "upper-left") -> Ceiling:
    """Ceiling regression: the least-squares line through the deciding cases of CE-FDH; some lie outside.

    Arguments and errors as in ce_fdh. Where all deciding cases coincide there is no line, and the zone is 0.
    """
    return _ceiling(x, y, "cr_fdh", scope, corner)


def ceiling_line_zone(slope: float, intercept: float, scope: Scope, *, corner: Corner = "upper-left") -> float:
    """Area of the scope that a straight ceiling line y = intercept + slope x leaves empty at a corner.

    ValueError where the slope cannot bound that corner (it rises for upper-left and lower-right, falls for
    the others).
    """
    sx, sy = _SIGNS[_known_corner(corner)]
    turned = finite_number("slope", slope) * sx * sy
    if turned < 0:
        direction = "rise" if sx * sy > 0 else "fall"
        raise ValueError(f"slope is {slope:g}; a line that bounds the {corner} corner must {direction}")
    return _line_zone(turned, finite_number("intercept", intercept) * sy, _turned(scope, corner))


def drop_one_influence(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    method: Method = "ce_fdh",
    labels: Sequence[str] | npt.ArrayLike | None = None,
    scope: Scope | None = None,
    corner: Corner = "upper-left",
) -> pd.DataFrame:
    """Effect size without each case in turn.

    labels: a name per case (None: its position). scope: None spans the remaining cases anew each time.
    Returns columns case, position, effect_without, change (effect_without minus the full effect), is_peer,
    sorted by the size of change; effect_without is NaN where the remaining cases span no area. At least
    four cases.
    """
    condition, outcome = _cases(x, y, 4)
    box = _resolved_scope(condition, outcome, scope)
    full = _ceiling(condition, outcome, method, box, corner)
    n = len(condition)
    names = np.arange(n) if labels is None else np.asarray(labels)
    if names.shape != (n,):
        raise ValueError(f"labels holds {names.size} names for {n} cases; give one per case")
    effects = np.full(n, full.effect_size)
    # Only deciding cases, and cases at the edge of an empirical scope, can change the effect.
    moving = set(full.peers)
    if scope is None:
        edge = (condition == box.x_min) | (condition == box.x_max) | (outcome == box.y_min) | (outcome == box.y_max)
        moving.update(int(i) for i in np.flatnonzero(edge))
    keep = np.ones(n, dtype=bool)
    for i in moving:
        keep[i] = False
        rest_x, rest_y = condition[keep], outcome[keep]
        if scope is None and (np.ptp(rest_x) == 0 or np.ptp(rest_y) == 0):
            effects[i] = np.nan
        else:
            effects[i] = _effect_size(rest_x, rest_y, method, scope or _scope_of(rest_x, rest_y), corner)
        keep[i] = True
    positions = np.arange(n)
    table = pd.DataFrame(
        {
            "case": names,
            "position": positions,
            "effect_without": effects,
            "change": effects - full.effect_size,
            "is_peer": np.isin(positions, full.peers),
        }
    )
    order = np.argsort(-np.nan_to_num(np.abs(table["change"].to_numpy()), nan=np.inf), kind="stable")
    return table.iloc[order].reset_index(drop=True)


def _known_corner(corner: Corner) -> Corner:
    if corner not in _SIGNS:
        raise ValueError(f"corner is {corner!r}; choose one of {', '.join(_SIGNS)}")
    return corner


def _turned(scope: Scope, corner: Corner) -> Scope:
    sx, sy = _SIGNS[corner]
    x = (scope.x_min, scope.x_max) if sx > 0 else (-scope.x_max, -scope.x_min)
    y = (scope.y_min, scope.y_max) if sy > 0 else (-scope.y_max, -scope.y_min)
    return Scope(*x, *y)


def _cases(x: npt.ArrayLike, y: npt.ArrayLike, minimum: int) -> tuple[FloatArray, FloatArray]:
    condition = finite_array("x", x, ndim=1, min_size=minimum)
    outcome = finite_array("y", y, ndim=1, min_size=minimum)
    same_length(x=condition, y=outcome)
    return condition, outcome


def _scope_of(x: FloatArray, y: FloatArray) -> Scope:
    for name, values in (("x", x), ("y", y)):
        if values.min() == values.max():
            raise ValueError(f"{name} is {values[0]:g} in every case; a scope needs variation, or give scope")
    return Scope(float(x.min()), float(x.max()), float(y.min()), float(y.max()))


def _resolved_scope(x: FloatArray, y: FloatArray, scope: Scope | None) -> Scope:
    if scope is None:
        return _scope_of(x, y)
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
    left = min(max((box.y_min - intercept) / slope, box.x_min), box.x_max)
    right = min(max((box.y_max - intercept) / slope, box.x_min), box.x_max)
    below_line = (right - left) * (box.y_max - intercept - slope * (left + right) / 2)
    return (left - box.x_min) * height + below_line


class _Fit(NamedTuple):
    zone: float
    slope: float | None
    intercept: float | None
    peers: npt.NDArray[np.intp]


def _fit_upper_left(x: FloatArray, y: FloatArray, method: Method, box: Scope) -> _Fit:
    peers = _peers(x, y)
    px, py = x[peers], y[peers]
    if method == "ce_fdh":
        edges = np.concatenate([[box.x_min], px, [box.x_max]])
        tops = np.concatenate([[box.y_min], py])
        return _Fit(float(np.diff(edges) @ (box.y_max - tops)), None, None, peers)
    centred = px - px.mean()
    spread = float(centred @ centred)
    if spread == 0:
        return _Fit(0.0, None, None, peers)
    slope = float(centred @ py) / spread
    intercept = float(py.mean()) - slope * float(px.mean())
    return _Fit(_line_zone(slope, intercept, box), slope, intercept, peers)


def _effect_size(x: FloatArray, y: FloatArray, method: Method, scope: Scope, corner: Corner) -> float:
    sx, sy = _SIGNS[corner]
    return _fit_upper_left(x * sx, y * sy, method, _turned(scope, corner)).zone / scope.area


def _ceiling(x: npt.ArrayLike, y: npt.ArrayLike, method: Method, scope: Scope | None, corner: Corner) -> Ceiling:
    if method not in ("ce_fdh", "cr_fdh"):
        raise ValueError(f"method is {method!r}; choose 'ce_fdh' or 'cr_fdh'")
    sx, sy = _SIGNS[_known_corner(corner)]
    condition, outcome = _cases(x, y, 3)
    box = _resolved_scope(condition, outcome, scope)
    fit = _fit_upper_left(condition * sx, outcome * sy, method, _turned(box, corner))
    accuracy, slope, intercept = 1.0, None, None
    if fit.slope is not None and fit.intercept is not None:
        excess = outcome * sy - fit.intercept - fit.slope * condition * sx
        # Deciding cases on the line must not fall beyond it by rounding.
        accuracy = float((excess <= 1e-9 * (box.y_max - box.y_min)).mean())
        slope, intercept = fit.slope * sx * sy, fit.intercept * sy
    return Ceiling(
        method=method,
        corner=corner,
        scope=box,
        zone=fit.zone,
        effect_size=fit.zone / box.area,
        accuracy=accuracy,
        slope=slope,
        intercept=intercept,
        peers=tuple(int(i) for i in fit.peers),
        n_obs=len(condition),
        peer_points=np.column_stack([condition[fit.peers], outcome[fit.peers]]),
    )
