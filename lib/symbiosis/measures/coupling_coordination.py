"""The coupling coordination degree, what random numbers score on it, and how uneven several indices are.

n systems of one place have indices U in [0, 1]. With GM their geometric mean and T their (weighted) mean,
coupling is C = GM / mean, and the coupling coordination degree is D = sqrt(C T). With equal weights T is the mean,
so that D = sqrt(GM): the coupling cancels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, fraction_array, one_of

GRADES = (
    "extreme disorder", "severe disorder", "moderate disorder", "mild disorder", "near disorder",
    "bare coordination", "primary coordination", "intermediate coordination", "good coordination",
    "superior coordination",
)  # fmt: skip
"""The usual names for tenths of D, from [0, 0.1) to [0.9, 1]."""

COUPLING_STAGES = ("low coupling", "antagonism", "running-in", "high coupling")
"""The usual names for bands of C, cut at 0.3, 0.5 and 0.8."""

_STAGE_CUTS = (0.3, 0.5, 0.8)


def _systems(values: FloatArray) -> FloatArray:
    if values.ndim == 0 or values.shape[-1] < 2:
        raise ValueError(f"indices has shape {values.shape}; the last axis holds the systems, at least 2 of them")
    return values


def _indices(indices: npt.ArrayLike) -> FloatArray:
    return _systems(fraction_array("indices", indices))


def _weights(weights: npt.ArrayLike | None, systems: int) -> FloatArray:
    if weights is None:
        return np.full(systems, 1 / systems)
    values = fraction_array("weights", weights)
    if values.shape != (systems,):
        raise ValueError(f"weights has shape {values.shape}; give one weight for each of the {systems} systems")
    if abs(values.sum() - 1) > 1e-9:
        raise ValueError(f"weights sum to {values.sum():.6g}; divide them by their sum")
    return values


def _geometric_mean(values: FloatArray) -> FloatArray:
    # The root before the product: no underflow with many systems.
    return np.asarray(np.prod(values ** (1 / values.shape[-1]), axis=-1))


def coupling_degree(indices: npt.ArrayLike) -> FloatArray:
    """C: the geometric over the arithmetic mean, 1 where all systems are equal, 0 where one of them is 0.

    indices: (..., systems), fractions. Where every index is 0 the systems are equal and C is 1.
    """
    values = _indices(indices)
    mean = values.mean(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        degree = np.where(mean > 0, _geometric_mean(values) / mean, 1.0)
    return np.asarray(np.minimum(degree, 1.0))


def coupling_degree_without_coefficient(indices: npt.ArrayLike) -> FloatArray:
    """C as it is often misprinted, without the number of systems in front: never above 1 / systems.

    The mistake was named by Wang and others 2021; with it no place can reach the upper grades. indices: as above.
    """
    return np.asarray(coupling_degree(indices) / _indices(indices).shape[-1])


def modified_coupling_degree(indices: npt.ArrayLike) -> FloatArray:
    """C' = sqrt([1 - mean of |U_i - U_j| over pairs] x [product of U_i / max U]^(1 / (systems - 1))).

    It spreads over all of [0, 1], where C of most data lies near 1. indices: (..., systems), fractions; where every
    index is 0, C' is 1. Source: Wang and others 2021, Journal of Natural Resources 36:793 (in Chinese).
    """
    values = _indices(indices)
    systems = values.shape[-1]
    first, second = np.triu_indices(systems, k=1)
    apart = np.abs(values[..., first] - values[..., second]).mean(axis=-1)
    largest = values.max(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = np.where(largest > 0, values / largest, 1.0)
    balance = np.prod(relative ** (1 / (systems - 1)), axis=-1)
    return np.asarray(np.sqrt((1 - apart) * balance))


def leading_weights(first: float, systems: int) -> FloatArray:
    """Weights with sum 1 of which the first system's is given and the others share the rest equally.

    first: a fraction; systems: at least 2.
    """
    n = _count("systems", systems)
    share = float(fraction_array("first", first))
    return np.append(share, np.full(n - 1, (1 - share) / (n - 1)))


def coordination_level(indices: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> FloatArray:
    """T: the mean of the indices (..., systems); weights: one per system with sum 1, None for equal ones."""
    values = _indices(indices)
    return np.asarray(values @ _weights(weights, values.shape[-1]))


def coupling_coordination_degree(
    indices: npt.ArrayLike, weights: npt.ArrayLike | None = None, *, modified: bool = False
) -> FloatArray:
    """D = sqrt(C T); with equal weights and C not modified, the square root of the geometric mean.

    indices: (..., systems), fractions; weights: one per system with sum 1, None for equal ones, and they enter T
    alone, as is usual; modified: C' of Wang and others 2021 in place of C.
    """
    coupling = modified_coupling_degree(indices) if modified else coupling_degree(indices)
    return np.asarray(np.sqrt(coupling * coordination_level(indices, weights)))


def grade(degree: npt.ArrayLike) -> npt.NDArray[np.str_]:
    """The usual name of D, by tenths: element-wise; degree: fractions."""
    # A tiny step up: 0.3 in floating point must not fall below three tenths.
    tenth = np.minimum(np.floor(10 * fraction_array("degree", degree) + 1e-9).astype(int), 9)
    return np.asarray(np.asarray(GRADES)[tenth])


def coupling_stage(degree: npt.ArrayLike) -> npt.NDArray[np.str_]:
    """The usual name of C, by bands cut at 0.3, 0.5 and 0.8; degree: fractions."""
    band = np.searchsorted(_STAGE_CUTS, fraction_array("degree", degree), side="right")
    return np.asarray(np.asarray(COUPLING_STAGES)[band])


ImbalanceMeasure = Literal["standard deviation", "range", "coefficient of variation"]


def imbalance(indices: npt.ArrayLike, measure: ImbalanceMeasure = "standard deviation") -> FloatArray:
    """How far apart the indices of one place are, over the last axis; 0 where all are equal.

    indices: (..., systems), any finite numbers in one unit; standard deviation and coefficient of variation divide by
    the number of systems. ValueError for a coefficient of variation where the mean is not positive.
    """
    values = _systems(finite_array("indices", indices))
    one_of("measure", measure, get_args(ImbalanceMeasure))
    spread = np.ptp(values, axis=-1) if measure == "range" else values.std(axis=-1)
    if measure != "coefficient of variation":
        return np.asarray(spread)
    mean = values.mean(axis=-1)
    if (mean <= 0).any():
        raise ValueError("the mean of the indices is not positive somewhere; use the standard deviation there")
    return np.asarray(spread / mean)


def noise_mean(systems: int) -> float:
    """Expected D of systems independent uniform numbers: (2n / (2n + 1))^n, 0.64 for two, exp(-1/2) for very many."""
    n = _count("systems", systems)
    return float((2 * n / (2 * n + 1)) ** n)


def noise_exceedance(threshold: npt.ArrayLike, systems: int) -> FloatArray:
    """Probability that D of systems independent uniform numbers exceeds threshold (fractions).

    -2 n ln D is a sum of n standard exponentials, hence a gamma variable.
    """
    from scipy.special import gammainc

    n = _count("systems", systems)
    cut = fraction_array("threshold", threshold)
    with np.errstate(divide="ignore"):
        return np.asarray(gammainc(n, -2 * n * np.log(cut)))


@dataclass(frozen=True)
class NoiseFloor:
    """What pure noise scores: means over places, each with its Monte Carlo standard error.

    places: how many were simulated; above: share of them with D of at least the threshold.
    """

    places: int
    degree: float
    degree_error: float
    coupling: float
    coupling_error: float
    above: float
    above_error: float


def noise_floor(
    systems: int, *, rng: np.random.Generator, indicators: int = 1, places: int = 100_000, threshold: float = 0.6
) -> NoiseFloor:
    """Simulate places whose every indicator is uniform noise, independent of all others.

    Each system's index is the plain mean of its indicators, as in a composite index.
    """
    n, k, size = _count("systems", systems), _count("indicators", indicators, 1), _count("places", places)
    indices = rng.random((size, n, k)).mean(axis=-1)
    degree, coupling = coupling_coordination_degree(indices), coupling_degree(indices)
    scores = np.stack([degree, coupling, degree >= threshold])
    means, errors = scores.mean(axis=-1), scores.std(axis=-1, ddof=1) / np.sqrt(size)
    return NoiseFloor(size, *np.stack([means, errors], axis=-1).ravel().tolist())


def _count(name: str, value: int, least: int = 2) -> int:
    if int(value) != value or value < least:
        raise ValueError(f"{name} is {value}; give a whole number of at least {least}")
    return int(value)
