"""Calibration by simulated moments (McFadden 1989 for the idea), for many draws of the other parameters at once.

Each run has its own parameters to find: a Levenberg-Marquardt search with finite differences that moves all runs
together, so that a vectorized model is called a few times with many runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from symbiosis.checks import FloatArray

Moments = Callable[[FloatArray], FloatArray]
"""Parameters (parameters, runs) -> moments (moments, runs)."""

_STEP = 1e-4
_MOST_DAMPING = 1e8
_TRIALS = 4


@dataclass(frozen=True)
class MomentFit:
    """parameters (parameters, runs); moments (moments, runs); misses (moments, runs): from target, in tolerances.

    loss (runs,): the sum of squared misses and what the prior adds.
    """

    parameters: FloatArray
    moments: FloatArray
    misses: FloatArray
    loss: FloatArray


def fit_moments(
    moments: Moments,
    start: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    targets: FloatArray,
    tolerances: FloatArray,
    *,
    prior_weight: float = 0.0,
    rounds: int = 12,
) -> MomentFit:
    """Parameters within bounds whose moments come nearest to targets, in units of tolerances.

    start (parameters, runs); lower, upper (parameters,); targets, tolerances (moments,). prior_weight: how strongly a
    parameter is drawn to its start, per width of its bounds; a small one decides where the moments do not. A run whose
    moments are not finite keeps its last good parameters. ValueError for shapes or bounds that do not fit.
    """
    count, runs = start.shape
    if lower.shape != (count,) or upper.shape != (count,) or not (lower < upper).all():
        raise ValueError(f"bounds have shapes {lower.shape} and {upper.shape}; give lower < upper, ({count},) each")
    if targets.shape != tolerances.shape or not (tolerances > 0).all():
        raise ValueError("targets and tolerances must have one shape, and every tolerance must be positive")
    width = (upper - lower)[:, None]
    first = np.clip((start - lower[:, None]) / width, 0, 1)
    prior = np.sqrt(prior_weight)

    def misses(unit: FloatArray, anchor: FloatArray) -> tuple[FloatArray, FloatArray]:
        found = moments(lower[:, None] + width * unit)
        miss = (found - targets[:, None]) / tolerances[:, None]
        return np.concatenate([np.where(np.isfinite(miss), miss, 1e6), prior * (unit - anchor)]), found

    unit = first.copy()
    miss, found = misses(unit, first)
    loss = (miss**2).sum(axis=0)
    damping = np.full(runs, 1e-2)
    for _ in range(rounds):
        # A step inwards, so that it stays within the bounds.
        steps = np.where(unit > 0.5, -_STEP, _STEP)
        bent = np.repeat(unit[:, None], count, axis=1)
        bent[np.arange(count), np.arange(count)] += steps
        many, _ = misses(bent.reshape(count, -1), np.repeat(first[:, None], count, axis=1).reshape(count, -1))
        slope = (many.reshape(-1, count, runs) - miss[:, None]) / steps
        slope = np.moveaxis(slope, 2, 0)
        curvature = np.einsum("rmk,rml->rkl", slope, slope)
        diagonal = np.einsum("rkk->rk", curvature)
        # Always as many trials, so that no run depends on the runs beside it; one slope often serves for several steps.
        for _ in range(_TRIALS):
            gradient = np.einsum("rmk,mr->rk", slope, miss)
            damped = curvature + np.einsum("r,rk,kl->rkl", damping, diagonal + 1e-9, np.eye(count))
            change = -np.linalg.solve(damped, gradient[..., None])[..., 0].T
            trial = np.clip(unit + np.clip(change, -0.2, 0.2), 0, 1)
            new_miss, new_found = misses(trial, first)
            new_loss = (new_miss**2).sum(axis=0)
            better = new_loss < loss
            unit, miss = np.where(better, trial, unit), np.where(better, new_miss, miss)
            found, loss = np.where(better, new_found, found), np.where(better, new_loss, loss)
            damping = np.where(better, damping / 5, np.minimum(damping * 5, _MOST_DAMPING))
    return MomentFit(lower[:, None] + width * unit, found, miss[: len(targets)], loss)
