"""Least squares, one regression or thousands at once: fixed effects, instruments, and errors that fit the data.

Errors of a regression are classical, robust (White 1980; HC3 of MacKinnon and White 1985), clustered one or two ways
(Liang and Zeger 1986; Cameron, Gelbach and Miller 2011), robust to serial correlation (Newey and West 1987), to
dependence between places as well (Driscoll and Kraay 1998) or between neighbours (Conley 1999). Small-sample factors
are those of Stata.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, confidence_level, finite_array, known_columns, one_of, positive_array
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.fixed_effects import FixedEffects, Groups
from symbiosis.measures.great_circles import distance_matrix_km

Errors = Literal["classical", "HC0", "HC1", "HC3", "cluster", "HAC", "Driscoll-Kraay", "Conley"]
Reference = Literal["t", "normal"]
_Tied = tuple[Groups, int] | FloatArray | None
"""Times and lags, or a matrix of rows, or neither."""

CONSTANT = "constant"
_ABSORBED = 1e-10
"""A column is taken as absorbed or collinear where this share of its length, or less, is left of it."""


class CollinearError(ValueError):
    """A regressor does not vary beyond the others and the effects."""


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """One regression, or one for each leading index (...) of the outcome, the regressors or the weights.

    names: of the k coefficients; coefficients: (..., k); covariance: (..., k, k); degrees: of Student's t for intervals
    and p-values, infinite for the normal distribution, (...); residual_degrees: rows less coefficients and effects,
    (...); n: rows used, (...); clusters: how many there are, an array (...) for each way; r2: of the outcome,
    r2_within: of the outcome less its effects, both (...); residuals: (..., rows), times the square root of the weight
    where there are weights; first_stage_f: for each instrumented regressor the F of its instruments, with the errors of
    the fit; errors: their kind; dropped: rows left out, by reason; level: of intervals.
    """

    names: tuple[str, ...]
    coefficients: FloatArray
    covariance: FloatArray = field(repr=False)
    degrees: FloatArray
    residual_degrees: FloatArray
    n: FloatArray
    clusters: tuple[FloatArray, ...]
    r2: FloatArray
    r2_within: FloatArray
    residuals: FloatArray = field(repr=False)
    first_stage_f: Mapping[str, FloatArray]
    errors: Errors
    level: float
    dropped: Mapping[str, int] = field(default_factory=dict)

    @property
    def standard_errors(self) -> FloatArray:
        """(..., k); nan where a two-way clustered variance is negative, as can happen with few clusters."""
        variance = np.diagonal(self.covariance, axis1=-2, axis2=-1)
        return np.sqrt(np.where(variance >= 0, variance, np.nan))

    @property
    def critical(self) -> FloatArray:
        """Half width of the intervals in standard errors, (...)."""
        return quantile(self.level, self.degrees)

    @property
    def t(self) -> FloatArray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.coefficients / self.standard_errors)

    def position(self, name: str) -> int:
        """Where a coefficient stands; ValueError for an unknown name."""
        if name not in self.names:
            raise ValueError(f"there is no coefficient {name!r}; there are {', '.join(self.names)}")
        return self.names.index(name)

    def table(self) -> pd.DataFrame:
        """Index 'regressor'; columns estimate, standard_error, low, high, t, p; of a single regression."""
        self._single()
        value, error, t = self.coefficients, self.standard_errors, self.t
        half = self.critical * error
        columns = {"estimate": value, "standard_error": error, "low": value - half, "high": value + half, "t": t}
        index = pd.Index(self.names, name="regressor")
        return pd.DataFrame({**columns, "p": two_sided_p(t, self.degrees)}, index=index)

    def estimate(self, name: str, *, unit: str = "", display: str = ".2f") -> Estimate:
        """A coefficient of a single regression with its interval."""
        self.position(name)
        return self.combination({name: 1.0}, unit=unit, display=display)

    def combination(self, weights: Mapping[str, float], *, unit: str = "", display: str = ".2f") -> Estimate:
        """A weighted sum of coefficients of a single regression, such as a whole effect over several years."""
        self._single()
        w = np.zeros(len(self.names))
        for name, weight in weights.items():
            w[self.position(name)] = weight
        variance = float(w @ self.covariance @ w)
        value, half = float(w @ self.coefficients), float(self.critical) * (variance**0.5 if variance >= 0 else np.nan)
        return Estimate(value, value - half, value + half, unit, display, self.level)

    def joint_test(self, names: Sequence[str]) -> tuple[FloatArray, FloatArray]:
        """F (...) and p-value (...) of the test that all of these coefficients are zero, as for leads of an event."""
        at = [self.position(name) for name in names]
        b, v = self.coefficients[..., at], self.covariance[..., at, :][..., at]
        f = np.asarray((b * np.linalg.solve(v, b[..., None])[..., 0]).mean(axis=-1))
        return f, f_tail(f, len(at), self.degrees)

    def _single(self) -> None:
        if self.coefficients.ndim != 1:
            raise ValueError(f"there are {self.coefficients.shape[:-1]} regressions; this is asked of a single one")


@dataclass(frozen=True)
class Neighbours:
    """Places within cutoff kilometres, whose errors may depend on each other (Conley 1999, J. Econometrics 92:1).

    longitude, latitude: columns, in degrees. kernel: "bartlett" falls from 1 at no distance to 0 at the cutoff,
    "uniform" is 1 up to the cutoff (and can give a negative variance, shown as nan). Rows of one place at several times
    lie at no distance, so they may depend on each other as in a cluster.
    """

    longitude: str
    latitude: str
    cutoff: float
    kernel: Literal["bartlett", "uniform"] = "bartlett"

    def dependence(self, rows: pd.DataFrame) -> FloatArray:
        """How far the errors of two rows may depend on each other, shape (rows, rows)."""
        if self.kernel not in ("bartlett", "uniform") or not self.cutoff > 0:
            raise ValueError(f"kernel is {self.kernel!r}, cutoff {self.cutoff}; give 'bartlett' or 'uniform', and km")
        place = (rows[self.longitude], rows[self.latitude])
        apart = distance_matrix_km(*place) / self.cutoff
        return np.asarray(np.maximum(1 - apart, 0) if self.kernel == "bartlett" else (apart <= 1) * 1.0)


def normal_interval(
    value: float, error: float, *, level: float = 0.95, unit: str = "", display: str = ".2f"
) -> Estimate:
    """A value with the interval of a normal error."""
    half = float(quantile(level, np.inf)) * error
    return Estimate(value, value - half, value + half, unit, display, level)


def quantile(level: float, degrees: npt.ArrayLike) -> FloatArray:
    """Half width, in standard errors, of a two-sided interval with Student's t; infinite degrees for the normal."""
    from scipy.special import ndtri, stdtrit

    confidence_level(level)
    d, tail = np.asarray(degrees, dtype=np.float64), (1 + level) / 2
    return np.asarray(np.where(np.isinf(d), ndtri(tail), stdtrit(np.where(np.isinf(d), 1.0, d), tail)))


def two_sided_p(t: npt.ArrayLike, degrees: npt.ArrayLike) -> FloatArray:
    """Two-sided p-value of t with these degrees of freedom; infinite degrees for the normal distribution."""
    from scipy.special import ndtr, stdtr

    size, d = -np.abs(np.asarray(t, dtype=np.float64)), np.asarray(degrees, dtype=np.float64)
    return np.asarray(2 * np.where(np.isinf(d), ndtr(size), stdtr(np.where(np.isinf(d), 1.0, d), size)))


def f_tail(f: npt.ArrayLike, restrictions: int, degrees: npt.ArrayLike) -> FloatArray:
    """p-value of F statistics of so many restrictions; infinite degrees for the limit of large samples."""
    from scipy.special import chdtrc, fdtrc

    d, f = np.asarray(degrees, dtype=np.float64), np.asarray(f, dtype=np.float64)
    normal, bounded = np.isinf(d), np.where(np.isinf(d), 1.0, d)
    return np.asarray(np.where(normal, chdtrc(restrictions, restrictions * f), fdtrc(restrictions, bounded, f)))


def least_squares(
    frame: pd.DataFrame,
    outcome: str | Sequence[str],
    regressors: Sequence[str],
    *,
    effects: Sequence[str | tuple[str, ...]] = (),
    cluster: str | Sequence[str] = (),
    weights: str | None = None,
    instruments: Sequence[str] = (),
    time: str | None = None,
    neighbours: Neighbours | None = None,
    **options: Any,
) -> LeastSquares:
    """Regress a column of a frame on others; as batched_least_squares, by names.

    outcome: a column, or several, which are then the first axis of the fit and share its rows. effects: one or two
    columns, or tuples of columns for the effects of their combinations; cluster: one or two columns; neighbours: for
    Conley errors; options: errors, endogenous, lags, constant, reference, level, as there.
    Rows with missing values, and rows alone in a level of an effect (which tell nothing), are left out and counted in
    dropped. ValueError for unknown columns, infinite values, or no rows left.
    """
    ways = [cluster] if isinstance(cluster, str) else list(cluster)
    space = [neighbours.longitude, neighbours.latitude] if neighbours else []
    outcomes = [outcome] if isinstance(outcome, str) else list(outcome)
    first, last = len(outcomes), len(outcomes) + len(regressors) + len(instruments)
    numbers = [*outcomes, *regressors, *instruments, *([weights] if weights else [])]
    rows, labels, dropped = prepared_rows(frame, numbers, effects, [*ways, *([time] if time else []), *space])
    values = rows[numbers].to_numpy(dtype=np.float64)
    y, stop = values[:, 0] if isinstance(outcome, str) else values[:, :first].T, first + len(regressors)
    return batched_least_squares(
        y, values[:, first:stop], names=regressors, effects=labels,
        clusters=[rows[name] for name in ways], weights=values[:, -1] if weights else None,
        instruments=values[:, stop:last] if instruments else None,
        time=None if time is None else rows[time],
        dependence=None if neighbours is None else neighbours.dependence(rows), dropped=dropped, **options,
    )  # fmt: skip


def prepared_rows(
    frame: pd.DataFrame, numbers: Sequence[str], effects: Sequence[str | tuple[str, ...]], labels: Sequence[str]
) -> tuple[pd.DataFrame, list[npt.NDArray[Any]], dict[str, int]]:
    """The rows that least_squares uses, their labels for each effect, and how many were left out, by reason.

    ValueError for unknown columns, infinite values, or no rows left.
    """
    factors = {" x ".join(f): list(f) for f in ((e,) if isinstance(e, str) else e for e in effects)}
    rows, dropped = complete_rows(frame, numbers, [*(c for f in factors.values() for c in f), *labels])
    codes = {name: rows.groupby(columns, sort=False).ngroup() for name, columns in factors.items()}
    rows, alone = _without_singletons(rows, codes)
    dropped.update(alone)
    if rows.empty:
        raise ValueError(f"no rows remain; left out: {dropped or 'none'}")
    return rows, [codes[name].loc[rows.index].to_numpy() for name in factors], dropped


def complete_rows(
    frame: pd.DataFrame, numbers: Sequence[str], labels: Sequence[str]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """The rows of a frame with a finite number in each of some columns and a label in others, newly numbered.

    Also how many were left out for a missing value. ValueError for unknown columns, columns that hold no numbers, or
    infinite values.
    """
    columns = list(dict.fromkeys([*numbers, *labels]))
    known_columns("frame", frame, columns)
    for name in numbers:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            raise ValueError(f"column {name!r} is {frame[name].dtype}, not numeric; convert it first")
        infinite = int(np.isinf(frame[name].astype(float)).sum())
        if infinite:
            raise ValueError(f"column {name!r} is infinite in {infinite} rows; was a logarithm of zero taken?")
    missing = frame[columns].isna().any(axis=1)
    dropped = {"missing value": int(missing.sum())} if missing.any() else {}
    return frame.loc[~missing, columns].reset_index(drop=True), dropped


def _without_singletons(rows: pd.DataFrame, codes: Mapping[str, pd.Series[int]]) -> tuple[pd.DataFrame, dict[str, int]]:
    """Rows less those alone in a level of an effect; to leave one out can leave another alone, hence the rounds."""
    alone: dict[str, int] = {}
    while True:
        before = len(rows)
        for name, code in codes.items():
            here = code.loc[rows.index]
            single = here.map(here.value_counts()) == 1
            if single.any():
                reason = f"alone in a level of {name}"
                alone[reason] = alone.get(reason, 0) + int(single.sum())
                rows = rows[~single]
        if len(rows) == before:
            return rows, alone


def batched_least_squares(
    outcome: npt.ArrayLike,
    regressors: npt.ArrayLike,
    *,
    names: Sequence[str] | None = None,
    effects: Sequence[npt.ArrayLike] = (),
    clusters: Sequence[npt.ArrayLike] = (),
    errors: Errors | None = None,
    weights: npt.ArrayLike | None = None,
    endogenous: Sequence[str] = (),
    instruments: npt.ArrayLike | None = None,
    time: npt.ArrayLike | None = None,
    lags: int | None = None,
    dependence: npt.ArrayLike | None = None,
    constant: bool = True,
    count_nested: bool = False,
    reference: Reference = "t",
    level: float = 0.95,
    dropped: Mapping[str, int] | None = None,
) -> LeastSquares:
    """Least squares of outcome (..., rows) on regressors (..., rows, k), or two-stage least squares with instruments.

    Leading axes broadcast: many outcomes on one set of regressors, one outcome on many, or one of each with many
    weights. names: of the regressors, x1, x2, ... by default; constant: add one, last, unless there are effects.
    effects: labels of the rows, one array or two, whose effects are taken out. clusters: labels of the rows, one array
    or two. weights: (..., rows), inverse to the variance of a row's error; a row of weight zero is no part of a sample.
    errors: "cluster" where clusters are given, "Conley" where dependence is, a matrix of how far errors of two rows may
    depend on each other, from 0 to 1, else "HC1"; "HC0", "HAC" and "Conley" carry no small-sample factor; "HAC" takes
    rows as ordered in time, "Driscoll-Kraay" sums over the rows of each time first. lags: of these two, 4 (T/100)^(2/9)
    by default. endogenous: names of the regressors that instruments (..., rows, q) stand in for.
    Intervals: Student's t with one degree less than there are clusters (than times for Driscoll-Kraay), else with the
    residual degrees; or normal. Effects nested in clusters are not counted, unless count_nested.
    CollinearError names the first column that does not vary beyond those before it and the effects. ValueError for
    shapes that do not fit, missing labels, fewer than two clusters, or no degrees of freedom.
    """
    confidence_level(level)
    y = finite_array("outcome", outcome)
    x = finite_array("regressors", regressors, min_size=0)
    if y.ndim < 1 or x.ndim < 2 or x.shape[-2] != y.shape[-1]:
        raise ValueError(f"outcome {y.shape} and regressors {x.shape} do not fit; give (..., rows) and (..., rows, k)")
    rows, kind = y.shape[-1], errors or ("cluster" if clusters else "HC1" if dependence is None else "Conley")
    labels = [f"x{i + 1}" for i in range(x.shape[-1])] if names is None else [str(n) for n in names]
    _check_choices(labels, x.shape[-1], kind, clusters, endogenous, instruments)
    tied = _tied(kind, rows, time, lags, dependence)
    w = None if weights is None else positive_array("weights", weights, zero_allowed=True)
    z = None if instruments is None else finite_array("instruments", instruments)
    ways, factors = [Groups(c) for c in clusters], [Groups(e) for e in effects]
    sizes = {"weights": w, "instruments": None if z is None else z[..., 0]} | {
        f"{group} {i + 1}": g.codes
        for group, kinds in (("effect", factors), ("cluster", ways))
        for i, g in enumerate(kinds)
    }
    for name, array in sizes.items():
        if array is not None and array.shape[-1] != rows:
            raise ValueError(f"{name} has {array.shape[-1]} rows and outcome {rows}; give one for each")
    if constant and not factors:
        x, labels = np.concatenate([x, np.ones((*x.shape[:-1], 1))], axis=-1), [*labels, CONSTANT]

    first_stage: dict[str, FloatArray] = {}
    if z is not None:
        # All of the first stage: the regressors that stand for themselves, and the instruments.
        own = [i for i, name in enumerate(labels) if name not in endogenous]
        batch = np.broadcast_shapes(x.shape[:-1], z.shape[:-1])
        z = np.concatenate([np.broadcast_to(v, (*batch, v.shape[-1])) for v in (x[..., own], z)], axis=-1)
        stage_names = [f"instrument {i + 1}" for i in range(z.shape[-1])]
        for name in endogenous:
            fit = batched_least_squares(
                x[..., labels.index(name)], z, names=stage_names, effects=effects, clusters=clusters, errors=kind,
                weights=w, time=time, lags=lags, dependence=dependence, constant=False, count_nested=count_nested,
            )  # fmt: skip
            first_stage[name] = fit.joint_test(stage_names[len(own) :])[0]
    sweep = _Sweep(factors, w, rows)
    return _solved(
        sweep, y, x, z, labels, kind, ways, tied, first_stage, reference, level,
        centred=constant or bool(factors), count_nested=count_nested, dropped=dropped or {},
    )  # fmt: skip


def partialled_out(
    values: npt.ArrayLike,
    controls: npt.ArrayLike | None = None,
    effects: Sequence[npt.ArrayLike] = (),
    weights: npt.ArrayLike | None = None,
) -> FloatArray:
    """What is left of values, shape (..., rows), once controls (rows, k), effects or else a constant are taken out.

    A regression of one such rest on another has the slope of the regression on both (Frisch and Waugh 1933). weights:
    (rows,); rests are then times their square roots.
    """
    y = finite_array("values", values)
    x = np.empty((y.shape[-1], 0)) if controls is None else finite_array("controls", controls, ndim=2, min_size=0)
    return batched_least_squares(y, x, effects=effects, errors="classical", weights=weights).residuals


def _check_choices(
    labels: list[str], k: int, kind: str, clusters: Any, endogenous: Sequence[str], instruments: Any
) -> None:
    if len(labels) != k or len(set(labels)) != k:
        raise ValueError(f"names are {', '.join(labels)} for {k} regressors; give one of its own for each")
    one_of("errors", kind, get_args(Errors))
    if (kind == "cluster") != bool(len(clusters)) or len(clusters) > 2:
        raise ValueError(
            f"errors {kind!r} with {len(clusters)} clusters; clustered errors take one or two, others none"
        )
    unknown = [name for name in endogenous if name not in labels]
    if unknown:
        raise ValueError(f"endogenous names {', '.join(unknown)}, no regressor; there are {', '.join(labels)}")
    count = 0 if instruments is None else np.shape(instruments)[-1]
    if count < len(endogenous) or (count and not endogenous):
        raise ValueError(f"{count} instruments for {len(endogenous)} endogenous regressors; give at least as many")
    if count and kind == "HC3":
        raise ValueError("errors 'HC3' has no meaning with instruments; choose 'HC1' or clusters")


def _tied(
    kind: str, rows: int, time: npt.ArrayLike | None, lags: int | None, dependence: npt.ArrayLike | None
) -> _Tied:
    """How rows' errors depend on each other beyond clusters: by time with lags, or by a matrix."""
    if kind == "Conley":
        matrix = np.asarray(0.0 if dependence is None else dependence, dtype=np.float64)
        if matrix.shape != (rows, rows):
            raise ValueError(f"errors 'Conley' needs dependence of shape ({rows}, {rows}); it is {matrix.shape}")
        return matrix
    if kind not in ("HAC", "Driscoll-Kraay"):
        return None
    if kind == "Driscoll-Kraay" and time is None:
        raise ValueError("errors 'Driscoll-Kraay' needs time, a label per row")
    times = Groups(np.arange(rows) if time is None else time)
    reach = int(4 * (times.count / 100) ** (2 / 9)) if lags is None else lags
    if not 0 <= reach < times.count:
        raise ValueError(f"lags is {reach}; give a number from 0 to {times.count - 1}")
    return times, reach


class _Sweep:
    """Effects and weights, shared by all regressions or one set for each."""

    def __init__(self, factors: list[Groups], weights: FloatArray | None, rows: int) -> None:
        self.weights, self.rows = weights, rows
        self.batch = () if weights is None else weights.shape[:-1]
        flat = [None] if weights is None else list(weights.reshape(-1, rows))
        self.effects = [FixedEffects(factors, w) for w in flat] if factors else []
        self.factors = factors

    def used(self, groups: Groups | None = None) -> FloatArray:
        """How many rows, or groups, carry weight; shape (...)."""
        inside = np.ones(self.rows) if self.weights is None else (self.weights > 0).astype(float)
        counted = inside if groups is None else (groups.sums(inside) > 0)
        return np.asarray(counted.sum(axis=-1), dtype=np.float64)

    @property
    def rank(self) -> FloatArray:
        if not self.effects:
            return np.asarray(0.0)
        return np.array([e.rank for e in self.effects], dtype=np.float64).reshape(self.batch)

    def leverage(self) -> FloatArray:
        if not self.effects:
            return np.zeros(self.rows)
        return np.stack([e.leverage() for e in self.effects]).reshape(*self.batch, self.rows)

    def out(self, values: FloatArray) -> FloatArray:
        """values (..., rows) without effects, times the square root of the weights."""
        if self.effects and not self.batch:
            values = self.effects[0].demean(values)
        elif self.effects:
            values = np.broadcast_to(values, np.broadcast_shapes(values.shape, (*self.batch, self.rows))).copy()
            for place, effects in zip(np.ndindex(self.batch), self.effects, strict=True):
                # One set of weights for all where its axis has one entry.
                one = tuple(slice(None) if size == 1 else i for i, size in zip(place, self.batch, strict=True))
                values[(..., *one, slice(None))] = effects.demean(values[(..., *one, slice(None))])
        return values if self.weights is None else np.asarray(values * np.sqrt(self.weights))

    def columns_out(self, values: FloatArray) -> FloatArray:
        """The same for values (..., rows, k)."""
        parts = [self.out(values[..., i]) for i in range(values.shape[-1])]
        return np.stack(parts, axis=-1) if parts else values

    def lengths(self, values: FloatArray) -> FloatArray:
        """Length of each column of values (..., rows, k) before the effects are out."""
        weighted = values if self.weights is None else values * np.sqrt(self.weights)[..., None]
        return np.asarray(np.sqrt((weighted**2).sum(axis=-2)))


def _basis(swept: FloatArray, lengths: FloatArray, labels: Sequence[str]) -> tuple[FloatArray, FloatArray]:
    """Q and R of the columns; CollinearError names the first that the others or the effects absorb."""
    if swept.shape[-2] < swept.shape[-1]:
        raise ValueError(f"{swept.shape[-2]} rows for {swept.shape[-1]} coefficients; give more rows")
    q, r = np.linalg.qr(swept)
    left = np.abs(np.diagonal(r, axis1=-2, axis2=-1)) <= _ABSORBED * lengths
    if left.any():
        name = labels[int(np.argmax(left.reshape(-1, left.shape[-1]).any(axis=0)))]
        raise CollinearError(f"{name} cannot be told apart from the effects or the other regressors: leave it out")
    return q, r


def _solved(
    sweep: _Sweep, outcome: FloatArray, regressors: FloatArray, stage: FloatArray | None, labels: list[str],
    kind: Errors, ways: list[Groups], tied: _Tied, first_stage: Mapping[str, FloatArray],
    reference: Reference, level: float, *, centred: bool, count_nested: bool, dropped: Mapping[str, int],
) -> LeastSquares:  # fmt: skip
    """Coefficients and all that belongs to them."""
    y, x, lengths = sweep.out(outcome), sweep.columns_out(regressors), sweep.lengths(regressors)
    fitted = x
    if stage is not None:
        q = _basis(sweep.columns_out(stage), sweep.lengths(stage), ["a regressor or instrument"] * stage.shape[-1])[0]
        fitted = q @ (np.swapaxes(q, -1, -2) @ x)
    q, r = _basis(fitted, lengths, labels)
    coefficients: FloatArray = np.asarray(np.linalg.solve(r, np.swapaxes(q, -1, -2) @ y[..., None])[..., 0])
    residuals = y - (x @ coefficients[..., None])[..., 0]
    n, k = sweep.used(), len(labels)
    freedom = n - k - sweep.rank
    if (freedom < 1).any():
        raise ValueError(f"{n.min():.0f} rows for {k} coefficients and {sweep.rank.max():.0f} effects; give more rows")
    counted = freedom
    nested = [f for f in sweep.factors if ways and not count_nested and all(f.nested_in(c) for c in ways)]
    if nested:
        counted = freedom + sum(sweep.used(f) for f in nested) - 1
    inverse = np.linalg.inv(r)
    scale = n / freedom if kind in ("HC1", "Driscoll-Kraay") else np.asarray(1.0)
    if kind == "classical":
        meat = np.eye(k) * ((residuals**2).sum(axis=-1) / freedom)[..., None, None]
    else:
        shrunk = residuals
        if kind == "HC3":
            shrunk = residuals / np.maximum(1 - (q**2).sum(axis=-1) - sweep.leverage(), 1e-12)
        meat = _meat(sweep, q * shrunk[..., None], ways, tied, (n - 1) / counted)
    covariance = scale[..., None, None] * (inverse @ meat @ np.swapaxes(inverse, -1, -2))
    groups = tuple(sweep.used(c) for c in ways)
    if any((g < 2).any() for g in groups):
        raise ValueError("a sample has fewer than 2 clusters; choose other clusters or other errors")
    degrees = np.minimum.reduce(groups) - 1 if groups else freedom
    if kind == "Driscoll-Kraay" and isinstance(tied, tuple):
        degrees = sweep.used(tied[0]) - 1
        if (degrees < 1).any():
            raise ValueError("errors 'Driscoll-Kraay' need at least 2 times")
    batch = coefficients.shape[:-1]
    squares = (residuals**2).sum(axis=-1)
    whole = _total(outcome, sweep.weights, centred)
    within = (y**2).sum(axis=-1) if sweep.factors else whole
    with np.errstate(divide="ignore", invalid="ignore"):
        r2, r2_within = (1 - squares / total for total in (whole, within))
    return LeastSquares(
        names=tuple(labels), coefficients=coefficients, covariance=covariance,
        degrees=np.broadcast_to(np.inf if reference == "normal" else degrees, batch),
        residual_degrees=np.broadcast_to(freedom, batch), n=np.broadcast_to(n, batch), clusters=groups,
        r2=r2, r2_within=r2_within, residuals=residuals, first_stage_f=first_stage, errors=kind, level=level,
        dropped=dropped,
    )  # fmt: skip


def _meat(sweep: _Sweep, scores: FloatArray, ways: list[Groups], tied: _Tied, factor: FloatArray) -> FloatArray:
    """Sum of the products of scores (..., rows, k) that may depend on each other."""

    def square(v: FloatArray, w: FloatArray | None = None) -> FloatArray:
        return np.asarray(np.swapaxes(v, -1, -2) @ (v if w is None else w))

    if isinstance(tied, tuple):
        times, lags = tied
        by_time = times.sums(scores, axis=-2)
        total = square(by_time)
        for lag in range(1, lags + 1):
            cross = square(by_time[..., lag:, :], by_time[..., :-lag, :])
            total = total + (1 - lag / (lags + 1)) * (cross + np.swapaxes(cross, -1, -2))
        return total
    if not ways:
        return square(scores, None if tied is None else tied @ scores)

    def clustered(groups: Groups) -> FloatArray:
        count = sweep.used(groups)
        share = count / np.maximum(count - 1, 1) * factor
        return np.asarray(share[..., None, None] * square(groups.sums(scores, axis=-2)))

    if len(ways) == 1:
        return clustered(ways[0])
    both = Groups(ways[0].codes * ways[1].count + ways[1].codes)
    return clustered(ways[0]) + clustered(ways[1]) - clustered(both)


def _total(outcome: FloatArray, weights: FloatArray | None, centred: bool) -> FloatArray:
    w = np.ones(outcome.shape[-1]) if weights is None else weights
    middle = (w * outcome).sum(axis=-1, keepdims=True) / w.sum(axis=-1, keepdims=True) if centred else 0.0
    return np.asarray((w * (outcome - middle) ** 2).sum(axis=-1))
