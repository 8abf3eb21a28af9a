"""Regressions on panels of places and years: pooled, fixed effects, first differences, between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from symbiosis.checks import confidence_level, one_of, one_row_each
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.least_squares import CollinearError, Errors, batched_least_squares, complete_rows

PanelMethod = Literal["fixed_effects", "pooled", "first_difference", "between"]
Covariance = Literal["clustered", "unadjusted", "robust", "driscoll-kraay"]

_METHOD_TEXT: dict[PanelMethod, str] = {
    "fixed_effects": "fixed effects of", "pooled": "pooled, no effects of",
    "first_difference": "first differences within", "between": "means of each",
}  # fmt: skip
_ERRORS: dict[Covariance, Errors] = {
    "clustered": "cluster", "unadjusted": "classical", "robust": "HC1", "driscoll-kraay": "Driscoll-Kraay",
}  # fmt: skip


@dataclass(frozen=True)
class PanelEstimate:
    """Coefficients of a panel regression.

    coefficients: index 'regressor'; columns estimate, standard_error, low, high, t, p (the constant is left
    out).
    r2_within: of the data less their effects. dropped: rows left out, by reason. description: one sentence that states
    method, sample and errors.
    """

    coefficients: pd.DataFrame = field(compare=False)
    n_obs: int
    n_entities: int
    n_periods: int
    r2_within: float
    dropped: dict[str, int]
    level: float
    description: str

    def estimate(self, regressor: str, *, unit: str = "", display: str = ".2f") -> Estimate:
        """A coefficient with its interval; KeyError for an unknown regressor."""
        value, low, high = self.coefficients.loc[[regressor], ["estimate", "low", "high"]].to_numpy(float)[0]
        return Estimate(value, low, high, unit, display, self.level)


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
    one_of("method", method, _METHOD_TEXT)
    one_of("covariance", covariance, _ERRORS)
    confidence_level(level)
    with_time = method in ("fixed_effects", "first_difference") if time_effects is None else time_effects
    if method == "between" and (with_time or covariance == "driscoll-kraay"):
        raise ValueError("method 'between' has one row per entity: leave out time_effects and driscoll-kraay")

    names = list(regressors)
    rows, dropped = _sample(frame, outcome, names, entity, time, method)
    n_entities, n_periods = rows[entity].nunique(), rows[time].nunique()
    if method == "between":
        rows = rows.groupby(entity, as_index=False, observed=True)[[outcome, *names]].mean()
        covariance = "robust" if covariance == "clustered" else covariance

    try:
        fit = batched_least_squares(
            rows[outcome], rows[names], names=names,
            effects=[rows[entity]] * (method == "fixed_effects") + [rows[time] for _ in range(with_time)],
            clusters=[rows[entity]] if covariance == "clustered" else [], errors=_ERRORS[covariance],
            time=rows[time] if covariance == "driscoll-kraay" else None,
            # A differenced equation without time effects has no constant: levels cancel.
            constant=method != "first_difference", count_nested=with_time, level=level,
        )  # fmt: skip
    except CollinearError as error:
        raise ValueError(
            f"regressors {', '.join(names)} cannot be told apart from each other or from the effects: "
            "each must vary beyond the others and the effects; leave out the one that does not"
        ) from error
    clustered = covariance == "clustered"
    text = [
        f"{outcome} on {', '.join(names)}: {_METHOD_TEXT[method]} {entity}" + f" and effects of {time}" * with_time,
        f"{len(rows):,} observations, {n_entities} entities, {n_periods} times",
        f"errors clustered by {entity} ({n_entities} clusters)" if clustered else f"{covariance} errors",
        *(f"{count:,} rows left out: {reason}" for reason, count in dropped.items()),
    ]
    size = (len(rows), n_entities, n_periods)
    return PanelEstimate(fit.table().loc[names], *size, float(fit.r2_within), dropped, level, f"{'; '.join(text)}.")


def _sample(
    frame: pd.DataFrame, outcome: str, regressors: list[str], entity: str, time: str, method: PanelMethod
) -> tuple[pd.DataFrame, dict[str, int]]:
    """The rows that the method compares, and how many were left out for which reason."""
    columns = [outcome, *regressors, entity, time]
    if not regressors:
        raise ValueError("regressors is empty; name at least one column")
    twice = sorted({c for c in columns if columns.count(c) > 1})
    if twice:
        raise ValueError(f"columns used twice: {', '.join(twice)}; outcome, regressors, entity and time must differ")
    rows, dropped = complete_rows(frame, [outcome, *regressors, time], [entity])
    one_row_each("frame", rows, [entity, time])
    rows = rows.sort_values([entity, time])
    grouped, out = rows.groupby(entity, sort=False, observed=True), {}
    if method == "fixed_effects":
        out = {"only one observation of its entity": grouped[outcome].transform("size") == 1}
    elif method == "first_difference":
        gap = grouped[time].diff()
        rows = rows.assign(**grouped[[outcome, *regressors]].diff())
        out = {"first observation of its entity": gap.isna(), "gap before this time": gap > gap.min()}
    for reason, left in out.items():
        dropped |= {reason: int(left.sum())} if left.any() else {}
        rows = rows.loc[~left.loc[rows.index]]
    n_entities = rows[entity].nunique()
    if n_entities < 2 or len(rows) <= len(regressors) + 1:
        raise ValueError(
            f"{len(rows)} rows of {n_entities} entities remain after dropping {dropped or 'none'}; "
            "too few to estimate: check for missing values"
        )
    return rows, dropped
