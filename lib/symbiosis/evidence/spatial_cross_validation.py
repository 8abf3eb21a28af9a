"""How well can a place be predicted from places elsewhere? Cross-validation that respects geography.

Neighbouring places are alike. Where folds are drawn at random, every place to be predicted has neighbours among those
learned from, and a rule that has only learned where it is looks clever. Folds of whole blocks or provinces, with a
buffer around them, ask for what a forecast of an unknown place needs (Roberts and others 2017).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, at_least, finite_array, positive_array, positive_number, same_length
from symbiosis.evidence.bootstrap import percentiles
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.fixed_effects import Groups
from symbiosis.measures.great_circles import EARTH_RADIUS_KM

Labels = npt.NDArray[np.intp]
Rule = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
"""(features learned from, their outcomes, features to predict) -> predictions."""


def random_folds(n: int, count: int, *, rng: np.random.Generator) -> Labels:
    """Deal n rows to count folds of equal size (to one) at random."""
    if not 2 <= count <= n:
        raise ValueError(f"count is {count} folds for {n} rows; give between 2 and {n}")
    return rng.permutation(np.arange(n) % count)


def group_folds(groups: npt.ArrayLike) -> Labels:
    """One fold per group, for instance per province; groups: a label per row, none missing."""
    labels = np.asarray(groups, dtype=object)
    if labels.ndim != 1 or not len(labels):
        raise ValueError(f"groups has shape {labels.shape}; give one label per row")
    missing = sum(label is None or label != label or label == "" for label in labels)
    if missing:
        raise ValueError(f"groups is missing in {missing} rows; label or drop them first")
    names, codes = np.unique(labels.astype(str), return_inverse=True)
    if len(names) < 2:
        raise ValueError(f"groups has a single label, {str(names[0])!r}; at least 2 are needed")
    return np.asarray(codes, dtype=np.intp)


def block_folds(longitude: npt.ArrayLike, latitude: npt.ArrayLike, *, side: float) -> Labels:
    """One fold per square block of side kilometres: bands of latitude, cut along each band's own middle parallel."""
    x, y = finite_array("longitude", longitude, ndim=1), finite_array("latitude", latitude, ndim=1)
    same_length(longitude=x, latitude=y)
    length = positive_number("side", side)
    degree = np.pi * EARTH_RADIUS_KM / 180
    band = np.floor(y * degree / length)
    middle = np.radians(np.clip((band + 0.5) * length / degree, -89.0, 89.0))
    column = np.floor(x * degree * np.cos(middle) / length)
    return group_folds([f"{b:.0f}/{c:.0f}" for b, c in zip(band, column, strict=True)])


def ridge(*, penalty: float = 0.001) -> Rule:
    """Linear regression on features in standard deviations, slopes shrunk (Hoerl and Kennard 1970).

    penalty: relative to the number of rows; 0 is least squares. A feature that is constant where the rule learns is
    not used.
    """
    at_least(0, penalty=penalty)

    def rule(features: FloatArray, outcome: FloatArray, elsewhere: FloatArray) -> FloatArray:
        spread = features.std(axis=0)
        used = spread > 1e-12 * (1 + np.abs(features).max(axis=0))
        centre, scale = features[:, used].mean(axis=0), spread[used]
        x, middle = (features[:, used] - centre) / scale, outcome.mean()
        rows = len(x)
        # Least norm, so that least squares with features that follow from each other still has one answer.
        slopes = np.linalg.lstsq(
            x.T @ x / rows + penalty * np.eye(x.shape[1]), x.T @ (outcome - middle) / rows, rcond=None
        )[0]
        predicted: FloatArray = middle + (elsewhere[:, used] - centre) / scale @ slopes
        return predicted

    return rule


def nearest_mean(count: int) -> Rule:
    """The mean outcome of the count nearest rows, features taken as plane coordinates."""
    at_least(1, count=count)

    def rule(features: FloatArray, outcome: FloatArray, elsewhere: FloatArray) -> FloatArray:
        apart = ((elsewhere[:, np.newaxis, :] - features) ** 2).sum(axis=2)
        near = np.argpartition(apart, min(count, len(features)) - 1, axis=1)[:, :count]
        predicted: FloatArray = outcome[near].mean(axis=1)
        return predicted

    return rule


@dataclass(frozen=True)
class CrossValidation:
    """Predictions of every row from rows of other folds.

    baseline: the naive prediction, the mean of the rows learned from; smallest_training: fewest rows learned from;
    in_buffer: mean number of rows per fold left out of the learning because they lie within the buffer.
    """

    outcome: FloatArray = field(repr=False)
    prediction: FloatArray = field(repr=False)
    baseline: FloatArray = field(repr=False)
    folds: Labels = field(repr=False)
    n_folds: int
    smallest_training: int
    in_buffer: float

    @property
    def skill(self) -> float:
        """One minus the squared error over that of the naive prediction: 1 perfect, 0 no better, negative worse."""
        errors, naive = self._fold_errors()
        return 1 - float(errors.sum() / naive.sum())

    @property
    def without_each(self) -> FloatArray:
        """The skill with the errors of one fold left out of both sums, for each fold, in the order of their labels."""
        errors, naive = self._fold_errors()
        return np.asarray(1 - (errors.sum() - errors) / (naive.sum() - naive))

    @property
    def skill_within(self) -> float:
        """The skill for differences inside folds: outcome and prediction both less their mean in the fold.

        What is left is who does better or worse than others of the fold: its level is given, and helps no more.
        """
        outcome, prediction = (self._inside(v) for v in (self.outcome, self.prediction))
        return 1 - float(((outcome - prediction) ** 2).sum() / (outcome**2).sum())

    @property
    def between(self) -> float:
        """The share of the outcome's variance that lies between the means of the folds."""
        return 1 - float((self._inside(self.outcome) ** 2).mean() / self.outcome.var())

    def interval(self, *, rng: np.random.Generator, level: float = 0.95, resamples: int = 2000) -> tuple[float, float]:
        """Percentile interval of the skill, whole folds resampled. It treats folds as independent of each other."""
        if self.n_folds < 5:
            raise ValueError(f"only {self.n_folds} folds; at least 5 are needed for an interval by resampling folds")
        errors, naive = self._fold_errors()
        drawn = rng.integers(0, self.n_folds, (resamples, self.n_folds))
        draws = 1 - errors[drawn].sum(axis=1) / naive[drawn].sum(axis=1)
        low, high = percentiles(draws, level)
        return float(low), float(high)

    def estimate(
        self, *, rng: np.random.Generator, level: float = 0.95, display: str = "+.2f", unit: str = ""
    ) -> Estimate:
        """The skill with its interval."""
        return Estimate(self.skill, *self.interval(rng=rng, level=level), unit, display, level)

    def _inside(self, values: FloatArray) -> FloatArray:
        groups = Groups(self.folds)
        return np.asarray(values - (groups.sums(values) / groups.sums(np.ones_like(values)))[self.folds])

    def _fold_errors(self) -> tuple[FloatArray, FloatArray]:
        groups = Groups(self.folds)
        prediction, baseline = (groups.sums((self.outcome - g) ** 2) for g in (self.prediction, self.baseline))
        return prediction, baseline


def cross_validate(
    features: npt.ArrayLike,
    outcome: npt.ArrayLike,
    folds: npt.ArrayLike,
    *,
    rule: Rule,
    distance: npt.ArrayLike | None = None,
    buffer: float = 0.0,
) -> CrossValidation:
    """Predict each fold from the others; features: shape (rows, features), outcome: (rows,), folds: a label per row.

    distance: shape (rows, rows); with a buffer, rows nearer than it to any row of the fold are not learned from.
    ValueError for gaps, fewer than two folds, an outcome that does not vary, or a fold with too little to learn from.
    """
    x = finite_array("features", features, ndim=2)
    y = finite_array("outcome", outcome, ndim=1, min_size=4)
    same_length(outcome=y, features=x)
    labels = np.asarray(folds)
    if labels.shape != y.shape:
        raise ValueError(f"folds has shape {labels.shape}; give one label for each of the {len(y)} rows")
    codes = np.asarray(np.unique(labels, return_inverse=True)[1], dtype=np.intp)
    count = int(codes.max()) + 1
    if count < 2:
        raise ValueError("folds has a single label; at least 2 are needed")
    if np.ptp(y) == 0:
        raise ValueError("outcome is the same in every row; there is nothing to predict")
    apart: FloatArray | None = None
    if not buffer >= 0 or (buffer > 0 and distance is None):
        raise ValueError(f"buffer is {buffer:g}; give zero or more, and the distance between rows with it")
    if distance is not None:
        apart = positive_array("distance", distance, ndim=2, zero_allowed=True)
        if apart.shape != (len(y), len(y)):
            raise ValueError(f"distance has shape {apart.shape}; give ({len(y)}, {len(y)})")
    prediction, baseline = np.empty_like(y), np.empty_like(y)
    sizes, buffered = [], []
    for fold in range(count):
        test = codes == fold
        learn = ~test
        if apart is not None and buffer > 0:
            learn &= ~(apart[test] < buffer).any(axis=0)
        sizes.append(int(learn.sum()))
        buffered.append(int((~test).sum()) - sizes[-1])
        if sizes[-1] < 2:
            raise ValueError(f"fold {fold} leaves {sizes[-1]} rows to learn from; give smaller folds or buffer")
        prediction[test] = rule(x[learn], y[learn], x[test])
        baseline[test] = y[learn].mean()
    return CrossValidation(y, prediction, baseline, codes, count, min(sizes), float(np.mean(buffered)))
