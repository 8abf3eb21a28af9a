"""What if the exposure had fallen on other places of the same group? Permutation tests of one coefficient.

The plain test compares coefficients; where exposed places vary more than others it rejects too often. The studentized
one compares t values, which mends that in large samples (Janssen 1997; DiCiccio and Romano 2017, Journal of the ASA
112:1211).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, at_least, one_row_each
from symbiosis.evidence.bootstrap import percentiles
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.fixed_effects import Groups
from symbiosis.evidence.least_squares import (
    batched_least_squares,
    least_squares,
    partialled_out,
    prepared_rows,
    quantile,
)

AT_ONCE = 2_000_000
"""Numbers held in memory at a time: draws times rows."""


@dataclass(frozen=True)
class ExposurePermutation:
    """A coefficient beside those of permuted exposures.

    p, p_studentized: two-sided, the observed order counted as one of the permutations; low, high: the middle 95 % of
    the permuted coefficients (the null's band, not an interval of the estimate); size: the share of permuted exposures
    that a five-percent t test takes for real; null: (draws,).
    """

    estimate: float
    p: float
    p_studentized: float
    low: float
    high: float
    draws: int
    size: float
    null: FloatArray = field(repr=False, compare=False)

    @classmethod
    def of(cls, slope: FloatArray, t: FloatArray) -> ExposurePermutation:
        """From coefficients and their t values, (1 + draws,), the observed ones first."""
        low, high = map(float, percentiles(slope[1:], 0.95))
        size = float((np.abs(t[1:]) > quantile(0.95, np.inf)).mean())
        p, studentized = float(share_as_far(slope)), float(share_as_far(t))
        return cls(float(slope[0]), p, studentized, low, high, len(slope) - 1, size, slope[1:])

    def band(self, display: str = ".2f", unit: str = "") -> Estimate:
        """The centre of the permuted coefficients with their middle 95 %."""
        return Estimate(float(np.median(self.null)), self.low, self.high, unit, display)


def permute_within(groups: npt.ArrayLike, *, draws: int, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    """Positions (draws, rows) that shuffle rows within groups, each order of a group as likely as any other."""
    codes = Groups(groups).codes
    positions = np.empty((draws, len(codes)), dtype=np.intp)
    positions[:, np.argsort(codes, kind="stable")] = sorted_at_random(codes, draws=draws, rng=rng)
    return positions


def sorted_at_random(codes: npt.NDArray[np.intp], *, draws: int, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    """Positions (draws, rows) that sort rows by the number of their group, and at random within it."""
    return np.argsort(codes + rng.random((draws, len(codes))), axis=1, kind="stable")


def permute_exposure(
    frame: pd.DataFrame,
    outcome: str,
    exposure: str,
    controls: Sequence[str] = (),
    *,
    within: str | None = None,
    effects: Sequence[str | tuple[str, ...]] = (),
    cluster: str | None = None,
    rng: np.random.Generator,
    draws: int = 9999,
) -> ExposurePermutation:
    """Regress outcome on exposure and controls again and again with the exposure shuffled within groups.

    frame, effects: as in least_squares. within: the column of groups; None shuffles over all rows. cluster: for the t
    of the studentized test, else HC1. Every group alone keeps its exposure. ValueError as least_squares.
    """
    at_least(99, draws=draws)
    ways = [name for name in (within, cluster) if name]
    least_squares(frame, outcome, [exposure, *controls], effects=effects, cluster=cluster or ())
    rows, labels, _ = prepared_rows(frame, [outcome, exposure, *controls], effects, ways)
    x, held = rows[exposure].to_numpy(float), rows[list(controls)].to_numpy(float)
    y = partialled_out(rows[outcome].to_numpy(float), held, labels)
    homes = np.zeros(len(rows)) if within is None else rows[within]
    slopes, ratios = [], []

    def take(exposures: FloatArray) -> None:
        rest = partialled_out(exposures, held, labels)
        clusters = [rows[cluster]] if cluster else []
        fit = batched_least_squares(y, rest[..., None], names=[exposure], clusters=clusters, constant=False)
        slopes.append(fit.coefficients[:, 0])
        ratios.append(fit.t[:, 0])

    take(x[None])
    at_once = max(1, AT_ONCE // len(rows))
    for first in range(0, draws, at_once):
        take(x[permute_within(homes, draws=min(at_once, draws - first), rng=rng)])
    return ExposurePermutation.of(np.concatenate(slopes), np.concatenate(ratios))


def exchange_histories(
    frame: pd.DataFrame,
    outcome: str,
    exposure: str,
    *,
    place: str,
    time: str,
    effects: Sequence[str | tuple[str, ...]] = (),
    rng: np.random.Generator,
    draws: int = 999,
) -> ExposurePermutation:
    """Regress outcome on exposure again and again with each place given the whole history of another place.

    What all places share over time is kept, and so is the course of each history: a trend that any history would seem
    to explain lies within the band of these coefficients. frame: one row per place and time, outcome missing where it
    is not known; effects: as in least_squares. Errors are clustered by place. Where the other place has no figure at a
    time, that row is no part of the sample. ValueError as least_squares, or for a repeated time of a place.
    """
    at_least(99, draws=draws)
    one_row_each("frame", frame, [place, time])
    least_squares(frame, outcome, [exposure], effects=effects, cluster=place)
    numbered = frame.assign(_time=pd.factorize(frame[time], sort=True)[0], _place=pd.factorize(frame[place])[0])
    histories = np.full((numbered["_place"].max() + 1, numbered["_time"].max() + 1), np.nan)
    histories[numbered["_place"], numbered["_time"]] = frame[exposure].to_numpy(float)
    rows, labels, _ = prepared_rows(numbered, [outcome, exposure, "_time", "_place"], effects, [place])
    at, home = rows["_time"].to_numpy(int), rows["_place"].to_numpy(int)
    places = np.unique(home)
    given = np.tile(np.arange(len(histories)), (draws + 1, 1))
    given[1:, places] = rng.permuted(np.tile(places, (draws, 1)), axis=1)
    exposures = histories[given[:, home], at]
    known = np.isfinite(exposures)
    fit = batched_least_squares(
        rows[outcome].to_numpy(float), np.where(known, exposures, 0.0)[..., None], names=[exposure], effects=labels,
        clusters=[rows[place]], weights=None if known.all() else known.astype(float),
    )  # fmt: skip
    return ExposurePermutation.of(fit.coefficients[:, 0], fit.t[:, 0])


def share_as_far(statistic: npt.ArrayLike) -> FloatArray:
    """Two-sided share of draws (first axis) at least as far from zero as the first, which is the observed one."""
    size = np.abs(statistic)
    # Orders that give the observed value again count, whatever its last bit.
    return np.asarray((size >= size[0] * (1 - 1e-9)).mean(axis=0))
