"""Do several things raise each other's worth? Supermodularity, interactions, and what imbalance costs.

For indices z with mean m and variance v over n systems, sum of z_i z_j over pairs = (n / 2) [(n - 1) m^2 - v]: at a
given mean, a penalty on imbalance *is* one common interaction. What a regression of this kind identifies is an
association in the data at hand, and curvature in one index looks like an interaction with another that rises with it:
hence the squares, on by default.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, at_least, finite_array, known_columns
from symbiosis.evidence.estimate import Estimate, WithInterval
from symbiosis.evidence.least_squares import batched_least_squares, quantile
from symbiosis.evidence.panel_regression import PanelEstimate, PanelMethod, panel_regression
from symbiosis.evidence.permutation import ExposurePermutation, permute_within
from symbiosis.evidence.proportions import wilson
from symbiosis.measures.coupling_coordination import ImbalanceMeasure, imbalance


def least_cross_difference(values: npt.ArrayLike) -> float:
    """The smallest cross difference of a function on a grid: 0 or more exactly where it is supermodular.

    values: the function on a grid of two or more axes, each in ascending order with at least 2 points. Of
    f(x', z') - f(x', z) - f(x, z') + f(x, z) for neighbours on every pair of axes, the smallest is returned; on a grid
    pairs decide (Topkis 1978).
    """
    grid = finite_array("values", values)
    if grid.ndim < 2 or min(grid.shape) < 2:
        raise ValueError(f"values has shape {grid.shape}; give a grid of two or more axes with at least 2 points each")
    return float(min(np.diff(np.diff(grid, axis=a), axis=b).min() for a, b in combinations(range(grid.ndim), 2)))


def _rows(
    frame: pd.DataFrame, outcome: str, names: list[str], others: Sequence[str], labels: list[str]
) -> tuple[pd.DataFrame, pd.Series[bool]]:
    """The columns of a regression, with names as floats, and which rows have no missing value in them."""
    columns = [outcome, *names, *others]
    known_columns("frame", frame, [*columns, *labels])
    rows = frame[[*labels, *columns]].astype(dict.fromkeys(names, float))
    return rows, rows[columns].notna().all(axis=1)


@dataclass(frozen=True)
class Interactions:
    """Coefficients of products of standardized inputs.

    pairs: index 'first x second'; columns estimate, standard_error, low, high, t, p; average: the same columns for the
    mean of all pairs' coefficients, from a regression of its own. Both are per standard deviation of each input.
    """

    pairs: pd.DataFrame = field(repr=False, compare=False)
    average: pd.Series = field(repr=False, compare=False)
    panel: PanelEstimate

    def written(self, display: str = ".2f", unit: str = "") -> Estimate:
        """The mean of all pairs with its interval."""
        value, low, high = (self.average[name] for name in ("estimate", "low", "high"))
        return Estimate(value, low, high, unit, display, self.panel.level)


def interactions(
    frame: pd.DataFrame,
    outcome: str,
    inputs: Sequence[str],
    *,
    entity: str,
    time: str,
    controls: Sequence[str] = (),
    squares: bool = True,
    method: PanelMethod = "fixed_effects",
    time_effects: bool | None = None,
    level: float = 0.95,
) -> Interactions:
    """Regress outcome on inputs, their squares and all products of two; a positive product speaks for complementarity.

    frame: one row per entity and time; names as in evidence.panel_regression, whose errors (clustered by entity) and
    drops are used. Inputs are standardized over the rows without missing values. squares=False leaves the squares out,
    which takes a bend in one input for an interaction with another that goes with it.
    """
    names = list(inputs)
    if len(names) < 2:
        raise ValueError(f"inputs names {len(names)} columns; interactions need at least 2")
    rows, complete = _rows(frame, outcome, names, controls, [entity, time])
    used = rows.loc[complete, names]
    if len(used) < 2 or (used.std(ddof=0) == 0).any():
        raise ValueError("an input does not vary over the rows without missing values; leave it out")
    rows[names] = (rows[names] - used.mean()) / used.std(ddof=0)
    bends = {f"{name} squared": rows[name] ** 2 for name in names if squares}
    products = pd.DataFrame({f"{a} x {b}": rows[a] * rows[b] for a, b in combinations(names, 2)})
    *others, last = pairs = list(products)
    # Products as their sum and differences from the last: the sum's coefficient is the mean of the pairs'.
    whole = {"all products": products.sum(axis=1, skipna=False)}
    apart = {f"{pair} apart": products[pair] - products[last] for pair in others}
    base = [*names, *controls, *bends]
    panel, together = (
        panel_regression(
            rows.assign(**bends, **terms), outcome, [*base, *terms],
            entity=entity, time=time, method=method, time_effects=time_effects, level=level,
        )
        for terms in (dict(products), {**whole, **apart})
    )  # fmt: skip
    return Interactions(panel.coefficients.loc[pairs], together.coefficients.T["all products"], panel)


def mean_product(
    frame: pd.DataFrame,
    outcome: str,
    inputs: Sequence[str],
    *,
    entity: str,
    time: str,
    unit: str = "",
    display: str = ".2f",
) -> Estimate:
    """The average of interactions() with squares and fixed effects, alone and quickly, for many specifications.

    time: may be any label, such as one of a year in a region.
    """
    names = list(inputs)
    rows, complete = _rows(frame, outcome, names, [], [entity, time])
    rows = rows[complete]
    who, when = (_codes(rows[name]) for name in (entity, time))
    kept = _never_alone([who, when], len(rows))
    if not kept.any():
        raise ValueError("no row has the outcome and every input, and shares its labels with another one")
    fit = batched_least_squares(
        rows[outcome].to_numpy(dtype=np.float64)[kept], _products(rows[names].to_numpy())[kept],
        effects=[who[kept], when[kept]], clusters=[who[kept]], count_nested=True,
    )  # fmt: skip
    value, half = float(fit.coefficients[0]), float(fit.critical * fit.standard_errors[0])
    return Estimate(value, value - half, value + half, unit, display)


def exchanged_products(
    frame: pd.DataFrame,
    outcome: str,
    inputs: Sequence[str],
    *,
    entity: str,
    time: str,
    rng: np.random.Generator,
    draws: int = 199,
) -> ExposurePermutation:
    """The mean product beside those that the histories of strangers would have given.

    Whole paths of the outcome are dealt out anew among the entities: trends stay, and no input can have caused what it
    is set beside. Only entities without a gap take part, so that the estimate can differ from mean_product().
    ValueError for fewer than 3 such entities, or draws below 99.
    """
    at_least(99, draws=draws)
    names = list(inputs)
    rows, complete = _rows(frame, outcome, names, [], [entity, time])
    rows = rows[complete].sort_values([entity, time])
    times = rows[time].nunique()
    rows = rows[rows.groupby(entity, observed=True)[time].transform("size") == times]
    count = len(rows) // max(times, 1)
    if count < 3:
        raise ValueError(f"{count} entities have all of {times} times; exchanging paths needs at least 3")
    orders = np.vstack([np.arange(count), permute_within(np.zeros(count), draws=draws, rng=rng)])
    paths = rows[outcome].to_numpy(dtype=np.float64).reshape(count, times)[orders].reshape(len(orders), -1)
    who, when = np.divmod(np.arange(len(rows)), times)
    columns = _products(rows[names].to_numpy())
    fit = batched_least_squares(paths, columns, effects=[who, when], clusters=[who], count_nested=True)
    return ExposurePermutation.of(fit.coefficients[:, 0], fit.t[:, 0])


def _products(inputs: FloatArray) -> FloatArray:
    """Regressors of which the first has the mean of the pairs' coefficients, from inputs (rows, inputs)."""
    x = (inputs - inputs.mean(axis=0)) / inputs.std(axis=0)
    *others, last = [x[:, i] * x[:, j] for i, j in combinations(range(x.shape[1]), 2)]
    return np.column_stack([sum(others, last), *(one - last for one in others), x, x**2])


@dataclass(frozen=True)
class Announcements:
    """share: of simulated worlds in which a complementarity is announced; error: its Monte Carlo standard error."""

    share: float
    error: float
    worlds: int

    def written(self, display: str = ".1%", unit: str = "") -> Estimate:
        """The share with its interval (Wilson 1927), which stays between 0 and 1."""
        return wilson(self.share * self.worlds, self.worlds, display=display, unit=unit)


def announcements(
    outcome: npt.ArrayLike,
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    squares: bool = True,
    level: float = 0.95,
) -> Announcements:
    """How often interactions() finds the product of two inputs above 0 in many simulated panels, all at once.

    outcome, first, second: shape (worlds, entities, times), balanced, no gaps. The estimator is that of interactions()
    with fixed effects of entity and time and errors clustered by entity. ValueError for fewer than 2 worlds, 3 entities
    or 2 times.
    """
    y, a, b = (finite_array(n, v, ndim=3) for n, v in (("outcome", outcome), ("first", first), ("second", second)))
    if not y.shape == a.shape == b.shape or y.shape[0] < 2 or y.shape[1] < 3 or y.shape[2] < 2:
        raise ValueError(
            f"outcome, first and second have shapes {y.shape}, {a.shape} and {b.shape}; give the same "
            "(worlds, entities, times) with at least 2 worlds, 3 entities and 2 times"
        )
    a, b = ((v - v.mean(axis=(1, 2), keepdims=True)) / v.std(axis=(1, 2), keepdims=True) for v in (a, b))
    columns = [a * b, a, b, *([a**2, b**2] if squares else [])]

    worlds, entities, times = y.shape
    entity, time = np.divmod(np.arange(entities * times), times)
    regressors = np.stack(columns, axis=-1).reshape(worlds, entities * times, -1)
    # As panel_regression, which counts the effects.
    options: dict[str, Any] = {"effects": [entity, time], "clusters": [entity], "count_nested": True, "level": level}
    fit = batched_least_squares(y.reshape(worlds, -1), regressors, **options)
    found = (fit.coefficients[:, 0] > fit.critical * fit.standard_errors[:, 0]).astype(float)
    return Announcements(float(found.mean()), float(found.std(ddof=1) / np.sqrt(worlds)), worlds)


@dataclass(frozen=True)
class ImbalancePenalty(WithInterval):
    """What one standard deviation more imbalance goes with, at the same mean level.

    estimate, low, high, standard_error: in units of the outcome; one_sd: that standard deviation, in index points; n,
    clusters: rows and clusters used; dropped: rows left out, by reason.
    """

    standard_error: float
    one_sd: float
    n: int
    clusters: int
    dropped: Mapping[str, int]

    @property
    def detectable(self) -> float:
        """The smallest true effect that a test at this level would have found with a probability of 80 percent."""
        return detectable_effect(self.standard_error, degrees=self.clusters - 1, level=self.level)


def imbalance_penalty(
    frame: pd.DataFrame,
    outcome: str,
    indices: Sequence[str],
    *,
    cluster: str,
    effects: Sequence[str | tuple[str, ...]] = (),
    controls: Sequence[str] = (),
    measure: ImbalanceMeasure = "standard deviation",
    each_level: bool = False,
    level_squared: bool = True,
    level: float = 0.95,
) -> ImbalancePenalty:
    """Regress a later outcome on the imbalance of indices and on their mean.

    frame: one row per place and start; effects: one or two columns, or tuples of columns for the effects of their
    combinations, such as ("region", "year"). The mean enters with its square, because indices with a floor and a
    ceiling are uneven in the middle; each_level puts every index in, in place of the mean, so that imbalance does not
    stand for one index alone. Rows with missing values, and rows alone in a level of an effect, are counted in dropped.
    Errors are clustered: by place, for instance, where the outcomes of several starts overlap. ValueError for unknown
    columns, no complete row, or places that are all equally uneven.
    """
    known_columns("frame", frame, [*indices])
    found = imbalance_penalties(
        frame, outcome, {"": frame[list(indices)]}, cluster=cluster, effects=effects, controls=controls,
        measure=measure, each_level=each_level, level_squared=level_squared, level=level,
    )  # fmt: skip
    return found[""]


def imbalance_penalties(
    frame: pd.DataFrame,
    outcome: str,
    tables: Mapping[str, npt.ArrayLike],
    *,
    cluster: str,
    effects: Sequence[str | tuple[str, ...]] = (),
    controls: Sequence[str] = (),
    measure: ImbalanceMeasure = "standard deviation",
    each_level: bool = False,
    level_squared: bool = True,
    level: float = 0.95,
) -> dict[str, ImbalancePenalty]:
    """As imbalance_penalty, for the same indices scaled in several ways, all at once.

    tables: by name, indices (rows, systems) for the rows of the frame in their order; a row with a gap in one of them
    is left out of all.
    """
    combined = [(one,) if isinstance(one, str) else tuple(one) for one in effects]
    numbers, labels = [outcome, *controls], [cluster, *(c for one in combined for c in one)]
    known_columns("frame", frame, [*numbers, *labels])
    # Arrays from here on: thousands of such regressions make a multiverse.
    values = np.column_stack([frame[name].to_numpy(dtype=np.float64) for name in numbers])
    stack = np.stack([np.asarray(table, dtype=np.float64) for table in tables.values()])
    if stack.shape[1] != len(frame):
        raise ValueError(
            f"tables have {stack.shape[1]} rows and the frame {len(frame)}; give a row for each of its rows"
        )
    codes = {name: _codes(frame[name]) for name in dict.fromkeys(labels)}
    kept = ~np.isnan(values).any(axis=1) & ~np.isnan(stack).any(axis=(0, 2))
    kept &= np.all([code >= 0 for code in codes.values()], axis=0)
    if not kept.any():
        raise ValueError("no row has the outcome, every index and every control; check for missing values")
    codes = {name: code[kept] for name, code in codes.items()}
    factors = [_combination([codes[name] for name in one]) for one in combined]
    inside = _never_alone(factors, int(kept.sum()))
    out = {"missing value": int((~kept).sum()), "alone in a level of an effect": int((~inside).sum())}
    if not inside.any():
        raise ValueError("every row is alone in a level of an effect; compare with fewer effects")
    values, stack = values[kept][inside], stack[:, kept][:, inside]

    uneven, mean = imbalance(stack, measure), stack.mean(axis=-1, keepdims=True)
    one_sd = uneven.std(axis=-1)
    if (one_sd <= 1e-12 * np.maximum(1.0, np.abs(stack).max(axis=(1, 2)))).any():
        raise ValueError("every place is equally uneven; there is no imbalance to learn from")
    held = np.broadcast_to(values[:, 1:], (len(stack), len(values), len(controls)))
    levels = [stack if each_level else mean, *([mean**2] if level_squared else [])]
    fit = batched_least_squares(
        values[:, 0], np.concatenate([(uneven / one_sd[:, None])[..., None], *levels, held], axis=-1),
        effects=[factor[inside] for factor in factors], clusters=[codes[cluster][inside]], level=level,
    )  # fmt: skip
    dropped = {reason: number for reason, number in out.items() if number}
    value, error = fit.coefficients[:, 0], fit.standard_errors[:, 0]
    half = fit.critical * error
    columns = (value, value - half, value + half, error, one_sd)
    n, clusters = int(fit.n[0]), int(fit.clusters[0])
    return {
        name: ImbalancePenalty(v, low, high, level, e, sd, n, clusters, dropped)
        for name, v, low, high, e, sd in zip(tables, *(column.tolist() for column in columns), strict=True)
    }


def _codes(labels: pd.Series[Any]) -> npt.NDArray[np.intp]:
    """A number for each label, -1 where it is missing."""
    if isinstance(labels.dtype, pd.CategoricalDtype):
        return np.asarray(labels.cat.codes, dtype=np.intp)
    return np.asarray(pd.factorize(labels)[0], dtype=np.intp)


def _combination(codes: Sequence[npt.NDArray[np.intp]]) -> npt.NDArray[np.intp]:
    """A number for each combination of labels."""
    joint = codes[0]
    for code in codes[1:]:
        joint = np.unique(joint * (code.max() + 1) + code, return_inverse=True)[1]
    return joint


def _never_alone(codes: Sequence[npt.NDArray[np.intp]], rows: int) -> npt.NDArray[np.bool_]:
    """Which rows share every label with another row that is kept; to leave one out can leave another alone."""
    kept = np.ones(rows, dtype=bool)
    before = rows + 1
    while kept.sum() < before:
        before = int(kept.sum())
        for code in codes:
            kept &= np.bincount(code[kept], minlength=1 + code.max(initial=0))[code] > 1
    return kept


def detectable_effect(standard_error: float, *, degrees: int, level: float = 0.95, power: float = 0.8) -> float:
    """Smallest true effect that a two-sided test at this level finds with this power: (t + t) standard errors."""
    if not standard_error > 0 or degrees < 1:
        raise ValueError(f"standard_error is {standard_error} with {degrees} degrees; both must be positive")
    # The one-sided quantile of a power p is the two-sided one of 2p - 1.
    return float((quantile(level, degrees) + quantile(2 * power - 1, degrees)) * standard_error)
