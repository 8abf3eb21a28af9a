"""The wild cluster bootstrap: p-values and intervals that hold with few clusters.

Signs are drawn for whole clusters of residuals of the regression with the tested effect imposed (Cameron, Gelbach and
Miller 2008, Review of Economics and Statistics 90:414). All that a draw needs are sums by cluster, so that thousands
cost little (Roodman and others 2019, Stata Journal 19:4).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
import pandas as pd

from symbiosis.checks import FloatArray, at_least, one_of
from symbiosis.evidence.estimate import WithInterval
from symbiosis.evidence.fixed_effects import Groups
from symbiosis.evidence.least_squares import least_squares, partialled_out, prepared_rows

Weights = Literal["rademacher", "webb"]

_FEW = 12
"""With so few clusters, draws of two signs are too few different ones (Webb 2014)."""
_FARTHEST = 1e4
"""Where an interval does not end within so many standard errors, it is taken to have no end on that side."""


@dataclass(frozen=True)
class WildBootstrap(WithInterval):
    """A coefficient with its bootstrap p-value and interval, infinite where an end was not found.

    t: clustered, of the null; draws: of weights; every_sign: whether these are all there are.
    """

    p: float
    t: float
    clusters: int
    weights: Weights
    draws: int
    every_sign: bool


def wild_cluster_bootstrap(
    frame: pd.DataFrame,
    outcome: str,
    regressors: Sequence[str],
    *,
    tested: str,
    cluster: str,
    rng: np.random.Generator,
    effects: Sequence[str | tuple[str, ...]] = (),
    null: float = 0.0,
    weights: Weights | None = None,
    draws: int = 9999,
    level: float = 0.95,
) -> WildBootstrap:
    """Test that the coefficient of tested (among regressors) is null; the interval holds what is not rejected.

    frame, effects: as in least_squares. weights: "rademacher" gives each cluster's residuals one of two signs; where
    two to the number of clusters is no more than draws, every combination is used once and nothing is drawn. "webb" has
    six values, for few clusters. None: every combination or, with at most 12 clusters, Webb's, else Rademacher's.
    p-values are two-sided, from absolute t. ValueError as least_squares.
    """
    at_least(99, draws=draws)
    fit = least_squares(frame, outcome, regressors, effects=effects, cluster=cluster, level=level)
    at = fit.position(tested)
    rows, labels, _ = prepared_rows(frame, [outcome, *regressors], effects, [cluster])
    groups = Groups(rows[cluster])
    others = rows[[name for name in regressors if name != tested]].to_numpy(float)
    x, y = partialled_out(rows[[tested, outcome]].to_numpy(float).T, others, labels)
    inside = (groups.codes == np.arange(groups.count)[:, None]).astype(float)
    # Row g, column h: what residuals of cluster h add to the score of cluster g.
    from_y, from_x = (groups.sums(x * partialled_out(v * inside, others, labels)).T for v in (y, x))
    by_x = groups.sums(x * x)
    scores_y, scores_x = groups.sums(x * y), by_x
    v, kind, every = _draws(groups.count, weights, draws, rng)
    parts = (v @ from_y.T, v @ from_x.T, v @ scores_y, v @ scores_x)
    slope = float(scores_y.sum() / by_x.sum())

    spread = np.sqrt(((scores_y - slope * by_x) ** 2).sum())

    def p_of(value: float) -> float:
        moved = (parts[2] - value * parts[3]) / by_x.sum()
        scores = parts[0] - value * parts[1] - moved[:, None] * by_x
        size = np.abs(moved * by_x.sum()) / np.sqrt((scores**2).sum(axis=1))
        # Without small-sample factors, which all draws share. Equal signs give the observed t again, up to rounding.
        beyond = int((size >= abs(slope - value) * by_x.sum() / spread * (1 - 1e-9)).sum())
        return beyond / len(v) if every else (beyond + 1) / (len(v) + 1)

    error = float(fit.standard_errors[at])
    low, high = (_end(p_of, slope, side * error, 1 - level) for side in (-1, 1))
    t = (slope - null) / error
    return WildBootstrap(slope, low, high, level, p_of(null), t, groups.count, kind, len(v), every)


def _draws(
    clusters: int, weights: Weights | None, draws: int, rng: np.random.Generator
) -> tuple[FloatArray, Weights, bool]:
    """Weights (draws, clusters), their kind, and whether they are all there are."""
    one_of("weights", weights, ("rademacher", "webb", None))
    if weights != "webb" and 2**clusters <= draws:
        return np.array(list(product([1.0, -1.0], repeat=clusters))), "rademacher", True
    if weights == "webb" or (weights is None and clusters <= _FEW):
        values = np.sqrt([0.5, 1.0, 1.5])
        return rng.choice(np.concatenate([-values, values]), (draws, clusters)), "webb", False
    return rng.choice([-1.0, 1.0], (draws, clusters)), "rademacher", False


def _end(p_of: Callable[[float], float], centre: float, step: float, size: float) -> float:
    """Where p falls to size, going from the estimate by steps that double, then halving."""
    near, reach = 0.0, 1.0
    while p_of(centre + reach * step) > size:
        near, reach = reach, 2 * reach
        if reach > _FARTHEST:
            return float(np.copysign(np.inf, step))
    for _ in range(30):
        middle = (near + reach) / 2
        near, reach = (middle, reach) if p_of(centre + middle * step) > size else (near, middle)
    return centre + (near + reach) / 2 * step
