"""Regressions on panels of places and years: pooled, fixed effects, first differences, between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

PanelMethod = Literal["fixed_effects", "pooled", "first_difference", "between"]
Covariance = Literal["clustered", "unadjusted", "robust", "driscoll-kraay"]

_METHOD_TEXT: dict[PanelMethod, str] = {
    "fixed_effects": "fixed effects of {entity}",
    "pooled": "pooled, no effects of {entity}",
    "first_difference": "first differences within {entity}",
    "between": "means of each {entity}",
}


@dataclass(frozen=True)
class PanelEstimate:
    """Coefficients of a panel regression.

    coefficients: index 'regressor'; columns estimate, standard_error, low, high, t, p (the constant is left
    out).
    r2: of the transformed data that the method fits; r2_within, r2_between, r2_overall: of the same
    coefficients applied to data demeaned by entity, to entity means, and to the data as they are.
    dropped: rows left out, by reason. description: one sentence that states method, sample and errors.
    """

    coefficients: pd.DataFrame = field(compare=False)
    n_obs: int
    n_entities: int
    n_periods: int
    r2: float
    r2_within: float
    r2_between: float
    r2_overall: float
    dropped: dict[str, int]
    level: float
    description: str


def panel_regression(
    frame: pd.DataFrame,
    outcome: str,
    regressors: Sequence[str],
    *,
    entity: str,
    time: str,
    method: PanelMethod = "fixed_effects",
    time_effects: bool | None = None,
    covariance: Covariance = "clustered",
    level: float = 0.95,
) -> PanelEstimate:
    """Regress an outcome on regressors over entities and times.

    frame: one row per entity and time; outcome, regressors, entity, time: names of its columns, time numeric.
    method: 'fixed_effects' compares each entity with itself; 'pooled' all rows with each other;
    'first_difference' changes between neighbouring times; 'between' entity means. time_effects: remove what
    is common to all entities at a time; None means yes for fixed_effects and first_difference, no for the
    others.
    covariance: 'clustered' by entity allows any dependence over time within an entity, with intervals from
    Student's t with one degree less than there are entities (Cameron and Miller 2015, Journal of Human
    Resources 50:317); 'driscoll-kraay' allows dependence between entities as well, and needs many times;
    'robust' and 'unadjusted' take rows as independent and are too narrow on most panels. With 'between'
    there is one row per entity, and 'clustered' means 'robust'.
    Rows with missing values, single observations under fixed effects, and differences over a gap longer
    than the shortest step of time are left out and counted in dropped. ValueError for unknown columns,
    infinite values, repeated rows, too few entities, or a regressor that the effects absorb.
    """
    if method not in _METHOD_TEXT:
        raise ValueError(f"method is {method!r}; choose one of {', '.join(_METHOD_TEXT)}")
    if covariance not in ("clustered", "unadjusted", "robust", "driscoll-kraay"):
        raise ValueError(
            f"covariance is {covariance!r}; choose 'clustered', 'driscoll-kraay', 'robust' or 'unadjusted'"
        )
    if not 0 < level < 1:
        raise ValueError(f"level is {level!r}; give a fraction between 0 and 1, such as 0.95")
    with_time = method in ("fixed_effects", "first_difference") if time_effects is None else time_effects
    if method == "between" and (with_time or covariance == "driscoll-kraay"):
        raise ValueError("method 'between' has one row per entity: leave out time_effects and driscoll-kraay")

    names = list(regressors)
    rows, dropped = _clean(frame, outcome, names, entity, time)
    if method == "fixed_effects":
        single = rows.groupby(entity)[outcome].transform("size") == 1
        _count(dropped, "only one observation of its entity", int(single.sum()))
        rows = rows[~single]
    elif method == "first_difference":
        rows = _differences(rows, outcome, names, entity, time, dropped)
    n_entities, n_periods = rows[entity].nunique(), rows[time].nunique()
    if n_entities < 2 or len(rows) <= len(names) + 1:
        raise ValueError(
            f"{len(rows)} rows of {n_entities} entities remain after dropping {dropped or 'none'}; "
            "too few to estimate: check for missing values"
        )

    result = _fit(rows.set_index([entity, time]), outcome, names, method, with_time, covariance)
    # Wald intervals from few clusters are too narrow with normal or residual degrees of freedom.
    degrees = {"clustered": n_entities - 1, "driscoll-kraay": n_periods - 1}.get(covariance, int(result.df_resid))
    if method == "between":
        degrees = int(result.df_resid)
    if degrees < 1:
        raise ValueError(f"covariance {covariance!r} needs at least 2 groups; there is {degrees + 1}")
    return PanelEstimate(
        coefficients=_coefficients(result, names, degrees, level),
        n_obs=int(result.nobs),
        n_entities=n_entities,
        n_periods=n_periods,
        r2=float(result.rsquared),
        r2_within=float(result.rsquared_within),
        r2_between=float(result.rsquared_between),
        r2_overall=float(result.rsquared_overall),
        dropped=dropped,
        level=level,
        description=_describe(
            outcome,
            names,
            entity,
            time,
            method,
            with_time,
            covariance,
            int(result.nobs),
            n_entities,
            n_periods,
            dropped,
        ),
    )


def _count(dropped: dict[str, int], reason: str, rows: int) -> None:
    if rows:
        dropped[reason] = rows


def _clean(
    frame: pd.DataFrame, outcome: str, regressors: list[str], entity: str, time: str
) -> tuple[pd.DataFrame, dict[str, int]]:
    columns = [outcome, *regressors, entity, time]
    if not regressors:
        raise ValueError("regressors is empty; name at least one column")
    twice = sorted({c for c in columns if columns.count(c) > 1})
    if twice:
        raise ValueError(f"columns used twice: {', '.join(twice)}; outcome, regressors, entity and time must differ")
    unknown = [c for c in columns if c not in frame.columns]
    if unknown:
        raise ValueError(f"frame has no column {', '.join(unknown)}; it has {', '.join(map(str, frame.columns))}")
    for name in [outcome, *regressors, time]:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            raise ValueError(f"column {name!r} is {frame[name].dtype}, not numeric; convert it first")
    rows = frame[columns].copy()
    rows[[outcome, *regressors]] = rows[[outcome, *regressors]].astype(float)
    for name in [outcome, *regressors]:
        infinite = int(np.isinf(rows[name]).sum())
        if infinite:
            raise ValueError(f"column {name!r} is infinite in {infinite} rows; was a logarithm of zero taken?")
    dropped: dict[str, int] = {}
    missing = rows.isna().any(axis=1)
    _count(dropped, "missing value", int(missing.sum()))
    rows = rows[~missing]
    repeated = rows.duplicated([entity, time])
    if repeated.any():
        first = rows.loc[repeated, [entity, time]].iloc[0]
        raise ValueError(
            f"frame has {int(repeated.sum())} repeated rows, the first for {first[entity]} in {first[time]}; "
            "keep one row per entity and time"
        )
    return rows.sort_values([entity, time]), dropped


def _differences(
    rows: pd.DataFrame, outcome: str, regressors: list[str], entity: str, time: str, dropped: dict[str, int]
) -> pd.DataFrame:
    grouped = rows.groupby(entity, sort=False)
    gap = grouped[time].diff()
    changes = rows.copy()
    changes[[outcome, *regressors]] = grouped[[outcome, *regressors]].diff()
    first = gap.isna()
    too_long = gap > gap.min()
    _count(dropped, "first observation of its entity", int(first.sum()))
    _count(dropped, "gap before this time", int(too_long.sum()))
    kept: pd.DataFrame = changes.loc[~first & ~too_long]
    return kept


def _fit(
    indexed: pd.DataFrame,
    outcome: str,
    regressors: list[str],
    method: PanelMethod,
    time_effects: bool,
    covariance: Covariance,
) -> Any:
    from linearmodels.panel import BetweenOLS, PanelOLS
    from linearmodels.panel.utility import AbsorbingEffectError

    exogenous = indexed[regressors]
    # A differenced equation without time effects has no constant: levels cancel.
    if method != "first_difference" or time_effects:
        exogenous = exogenous.assign(const=1.0)
    options: dict[str, Any] = {"cov_type": covariance}
    if covariance == "clustered":
        options = {"cov_type": "clustered", "cluster_entity": True, "group_debias": True}
    try:
        if method == "between":
            kind = "robust" if covariance == "clustered" else covariance
            return BetweenOLS(indexed[outcome], exogenous).fit(cov_type=kind)
        model = PanelOLS(
            indexed[outcome],
            exogenous,
            entity_effects=method == "fixed_effects",
            time_effects=time_effects,
        )
        return model.fit(**options)
    except (ValueError, ZeroDivisionError, np.linalg.LinAlgError, AbsorbingEffectError) as error:
        raise ValueError(
            f"regressors {', '.join(regressors)} cannot be told apart from each other or from the effects: "
            "each must vary beyond the others and the effects; leave out the one that does not"
        ) from error


def _coefficients(result: Any, regressors: list[str], degrees: int, level: float) -> pd.DataFrame:
    import scipy.stats

    stats: Any = scipy.stats
    estimate = result.params[regressors].to_numpy(dtype=float)
    error = result.std_errors[regressors].to_numpy(dtype=float)
    half = float(stats.t.ppf((1 + level) / 2, degrees)) * error
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = estimate / error
    return pd.DataFrame(
        {
            "estimate": estimate,
            "standard_error": error,
            "low": estimate - half,
            "high": estimate + half,
            "t": ratio,
            "p": 2 * stats.t.sf(np.abs(ratio), degrees),
        },
        index=pd.Index(regressors, name="regressor"),
    )


def _describe(
    outcome: str,
    regressors: list[str],
    entity: str,
    time: str,
    method: PanelMethod,
    time_effects: bool,
    covariance: Covariance,
    n_obs: int,
    n_entities: int,
    n_periods: int,
    dropped: dict[str, int],
) -> str:
    effects = _METHOD_TEXT[method].format(entity=entity) + (f" and effects of {time}" if time_effects else "")
    if covariance == "clustered" and method != "between":
        errors = f"errors clustered by {entity} ({n_entities} clusters)"
    else:
        errors = f"{'robust' if covariance == 'clustered' else covariance} errors"
    left_out = "; ".join(f"{count:,} rows left out: {reason}" for reason, count in dropped.items())
    return (
        f"{outcome} on {', '.join(regressors)}: {effects}; {n_obs:,} observations, {n_entities} entities, "
        f"{n_periods} times; {errors}" + (f"; {left_out}" if left_out else "") + "."
    )
