"""What decides a result of many draws, with sign: standardized coefficients of a regression of ranks.

Saltelli and Marivoet 1990. Where parameters were drawn independently, the square of a coefficient is the share of the
variance of ranks that the parameter decides by itself, and their sum falls short of r_squared only by chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray
from symbiosis.evidence.weighted_draws import effective_draws


@dataclass(frozen=True)
class SignedIndices:
    """table: columns parameter, index (-1 to 1), error (of having drawn so few); r_squared: what ranks explain."""

    table: pd.DataFrame
    r_squared: float


def signed_indices(inputs: pd.DataFrame, result: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> SignedIndices:
    """Signed indices of every column of inputs for a result, each (draws,).

    weights: of draws that count unequally. ValueError for too few draws, or a result that is the same in all of them.
    """
    y = np.asarray(result, dtype=float)
    w = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=float)
    effective, count = effective_draws(w), inputs.shape[1]
    if effective < count + 2:
        raise ValueError(
            f"{effective:.0f} effective draws for {count} parameters; give more draws, or fewer parameters"
        )
    if not np.isfinite(y).all():
        raise ValueError("the result is not finite in some draws; leave these out first")
    w = w / w.sum()
    x = np.column_stack([_standard(_ranks(column), w) for column in inputs.to_numpy(float).T])
    target = _standard(_ranks(y), w)
    root = np.sqrt(w)
    found, *_ = np.linalg.lstsq(x * root[:, None], target * root, rcond=None)
    explained = 1 - float((w * (target - x @ found) ** 2).sum())
    precision = np.linalg.inv((x * w[:, None]).T @ x).diagonal()
    error = np.sqrt(precision * (1 - explained) / (effective - count - 1))
    table = pd.DataFrame({"parameter": list(inputs.columns), "index": found, "error": error})
    return SignedIndices(table, explained)


def _ranks(values: FloatArray) -> FloatArray:
    """Ranks from 1, those of equal values their mean."""
    _, place, size = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(size)
    return np.asarray((last - (size - 1) / 2)[place])


def _standard(values: FloatArray, w: FloatArray) -> FloatArray:
    centred = values - (w * values).sum()
    spread = np.sqrt((w * centred**2).sum())
    if not spread > 0:
        raise ValueError("a result or a parameter is the same in all draws; it decides nothing")
    return np.asarray(centred / spread)
