"""Shift-share designs: places exposed to the growth of industries elsewhere by their own mix of industries.

The instrument is a sum of shares times growth (Bartik 1991). It isolates a cause where shares are as good as random
(Goldsmith-Pinkham, Sorkin and Swift 2020, American Economic Review 110:2586), or where the shocks are, and are many
(Borusyak, Hull and Jaravel 2022, Review of Economic Studies 89:181). Places of like shares share errors however far
apart they lie, which the errors of Adao, Kolesar and Morales (2019, Quarterly Journal of Economics 134:1949) allow for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, at_least, finite_array, positive_array
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.least_squares import (
    CollinearError,
    LeastSquares,
    batched_least_squares,
    normal_interval,
    partialled_out,
    quantile,
    two_sided_p,
)
from symbiosis.evidence.permutation import ExposurePermutation
from symbiosis.evidence.weak_instruments import AndersonRubin

_ABSORBED = 1e-10
_COMPLETE = 1e-9
"""Shares that add up to the same everywhere within this are complete."""


@dataclass(frozen=True, eq=False)
class ShiftShareFit:
    """One coefficient with the errors of three schools.

    location_error: HC1, or clustered where the design has clusters, which overlook that shares are alike; akm_error:
    of Adao, Kolesar and Morales, biased down where shocks are few; akm0: all effects that their test with the null
    imposed does not reject, which may be the whole line, and first_stage_f (infinite without an endogenous regressor).
    """

    estimate: float
    location_error: float
    akm_error: float
    akm0: AndersonRubin = field(repr=False)
    level: float

    def location(self, display: str = ".2f", unit: str = "") -> Estimate:
        """With the interval of errors by location."""
        return normal_interval(self.estimate, self.location_error, level=self.level, unit=unit, display=display)

    def akm(self, display: str = ".2f", unit: str = "") -> Estimate:
        """With the interval of the AKM error."""
        return normal_interval(self.estimate, self.akm_error, level=self.level, unit=unit, display=display)


@dataclass(frozen=True)
class RandomShocks:
    """Share of draws in which growth made of noise has an effect by each test; a sound test has 1 - level."""

    location: float
    akm: float
    akm0: float
    draws: int


@dataclass(frozen=True, eq=False)
class ShiftShare:
    """A design: who is exposed to what, given which controls. Outcomes and regressors are asked of it.

    shares: one row per location, one column per industry. growth: one number per industry, or a row of them for each
    location (leave-one-out). controls: (locations, k) without a constant; effects: labels of the locations, one array
    or two; weights: of the locations; clusters: their labels, for location_error.
    control_share_sum: where shares add up to more here than there, an industry is left out and the sum would itself be
    an instrument, so it becomes a control; False leaves it in the instrument.
    Outcomes and regressors: one finite number per location, in the order of shares; a Series must have its index.
    ValueError for what does not fit or is not finite, and for collinear shares; CollinearError where controls and
    effects leave nothing of the instrument.
    """

    shares: pd.DataFrame
    growth: pd.Series[float] | pd.DataFrame
    controls: npt.ArrayLike | None = None
    effects: Sequence[npt.ArrayLike] = ()
    weights: npt.ArrayLike | None = None
    clusters: npt.ArrayLike | None = None
    control_share_sum: bool = True
    level: float = 0.95

    def __post_init__(self) -> None:
        if self.weights is not None and np.shape(self.weights) != (len(self.shares),):
            raise ValueError(f"weights has shape {np.shape(self.weights)}; give one for each location")
        positive_array("shares", finite_array("shares", self.shares, ndim=2), zero_allowed=True)
        empty = [str(name) for name in self.shares.columns[self._importance == 0]]
        if empty:
            raise ValueError(f"nobody works in {', '.join(empty)}; leave it out of shares and growth")
        labels = self.growth.index if isinstance(self.growth, pd.Series) else self.growth.columns
        if list(labels) != list(self.shares.columns):
            raise ValueError("growth and shares name different industries, or in another order; give the same columns")
        if isinstance(self.growth, pd.DataFrame) and not self.growth.index.equals(self.shares.index):
            raise ValueError("growth and shares name different locations, or in another order; give the same index")
        finite_array("growth", self.growth)
        rank = int(np.linalg.matrix_rank(self._w.T @ self._w, hermitian=True))
        if rank < self.shares.shape[1]:
            raise ValueError(
                f"{self.shares.shape[1]} industries in {len(self.shares)} locations have shares of rank {rank}; "
                "merge industries"
            )
        if np.linalg.norm(self._z) <= _ABSORBED * np.linalg.norm(self._root * self.instrument):
            raise CollinearError("controls and effects leave nothing of the instrument; leave one of them out")

    @cached_property
    def instrument(self) -> pd.Series[float]:
        """Sum over industries of share times growth, one per location (Bartik 1991)."""
        return pd.Series((self.shares.to_numpy(float) * self.growth.to_numpy(float)).sum(axis=1), self.shares.index)

    @property
    def incomplete(self) -> bool:
        """Whether shares add up to more in one location than in another."""
        total = self.shares.to_numpy(float).sum(axis=1)
        return bool(np.ptp(total) > _COMPLETE * total.max())

    @property
    def effective_shocks(self) -> float:
        """How many industries of equal weight would be as many: 1 / sum of squared weights; few are few shocks."""
        s = self._importance / self._importance.sum()
        return float(1 / (s**2).sum())

    def fit(self, outcome: npt.ArrayLike, regressor: npt.ArrayLike | None = None) -> ShiftShareFit:
        """Regress outcome on the instrument, or on a regressor that it stands in for (two-stage least squares)."""
        y, d, z = self._rest("outcome", outcome), self._endogenous(regressor), self._z
        located = self._by_location(y, d[:, None], z[:, None], endogenous=() if regressor is None else ["x1"])
        slope, error = self._slope(y, d), self._akm_error(y, d)
        first = np.inf if regressor is None else (self._slope(d, z) / self._akm_error(d, z)) ** 2
        return ShiftShareFit(
            slope, float(located.standard_errors[0]), error, self._akm0(y, d, float(first)), self.level
        )

    def rotemberg(
        self, outcome: npt.ArrayLike, regressor: npt.ArrayLike | None = None, *, demeaned: bool = False
    ) -> pd.DataFrame:
        """How much each industry weighs in the estimate (alpha) and what it says by itself (beta).

        Index: industries, largest weight first; columns alpha, which add up to 1, beta and growth (its mean over
        locations). The sum of alpha times beta is the estimate. demeaned: growth less its mean by importance; weights
        depend on its level, the estimate does not where shares are complete or their sum is controlled.
        """
        y, d = self._rest("outcome", outcome), self._endogenous(regressor)
        growth = np.broadcast_to(self.growth.to_numpy(float), self.shares.shape)
        if demeaned:
            growth = growth - (growth @ self._importance / self._importance.sum())[:, None]
        parts = partialled_out((self.shares.to_numpy(float) * growth).T, self._held, self.effects, self.weights)
        by_regressor, by_outcome = parts @ d, parts @ y
        with np.errstate(divide="ignore", invalid="ignore"):
            columns = {"alpha": by_regressor / by_regressor.sum(), "beta": by_outcome / by_regressor}
        table = pd.DataFrame({**columns, "growth": growth.mean(axis=0)}, index=self.shares.columns)
        return table.sort_values("alpha", key=np.abs, ascending=False, kind="stable")

    def industry_level(self, outcome: npt.ArrayLike, regressor: npt.ArrayLike | None = None) -> pd.DataFrame:
        """One row per industry, for the same coefficient by shocks (Borusyak, Hull and Jaravel 2022).

        Columns: outcome and regressor, means over locations given the controls, by their share of the industry (without
        regressor, the instrument's); growth; importance, the industry's weight. Two-stage least squares of outcome on
        regressor with instrument growth and weights importance gives the estimate, with errors that hold by shocks.
        """
        growth = self._common_growth()
        w = self._w / self._importance
        y, d = self._rest("outcome", outcome), self._endogenous(regressor)
        columns = {"outcome": y @ w, "regressor": d @ w, "growth": growth, "importance": self._importance}
        return pd.DataFrame(columns, index=self.shares.columns)

    def permutation(
        self, outcome: npt.ArrayLike, *, rng: np.random.Generator, draws: int = 9999
    ) -> ExposurePermutation:
        """What if growth had fallen on other industries? Coefficients of outcome on the instruments of all such orders.

        Studentized by the AKM error. It asks whether the instrument moves the outcome, whatever stands between.
        """
        at_least(99, draws=draws)
        growth = self._common_growth()
        shocks = np.vstack([growth, rng.permuted(np.tile(growth, (draws, 1)), axis=1)])
        slope, error, _ = self._of_shocks(self._rest("outcome", outcome), shocks)
        return ExposurePermutation.of(slope, slope / error)

    def random_shocks(self, outcome: npt.ArrayLike, *, rng: np.random.Generator, draws: int = 1000) -> RandomShocks:
        """Replace growth by standard normal noise again and again: how often does each test find an effect?"""
        at_least(1, draws=draws)
        y, shocks = self._rest("outcome", outcome), rng.standard_normal((draws, self.shares.shape[1]))
        exposures = shocks @ self._w_rest.T
        located = self._by_location(y, exposures[..., None])
        size, line = 1 - self.level, float(quantile(self.level, np.inf))
        slope, error, score = self._of_shocks(y, shocks)
        found = (two_sided_p(located.t[:, 0], located.degrees) <= size, np.abs(slope) > line * error, score > line)
        location, akm, akm0 = (float(f.mean()) for f in found)
        return RandomShocks(location, akm, akm0, draws)

    # All below is given the controls and effects, and times the root of the weights.

    @cached_property
    def _root(self) -> FloatArray:
        w = np.ones(len(self.shares)) if self.weights is None else self.weights
        return np.sqrt(positive_array("weights", w, zero_allowed=True))

    @cached_property
    def _held(self) -> FloatArray | None:
        held = None if self.controls is None else finite_array("controls", self.controls, ndim=2, min_size=0)
        if not (self.incomplete and self.control_share_sum):
            return held
        total = self.shares.to_numpy(float).sum(axis=1)[:, None]
        return total if held is None else np.concatenate([held, total], axis=1)

    def _rest(self, name: str, values: npt.ArrayLike) -> FloatArray:
        if isinstance(values, pd.Series) and not values.index.equals(self.shares.index):
            raise ValueError(f"{name} and shares name different locations, or in another order; give the same index")
        array = finite_array(name, values, ndim=1)
        if len(array) != len(self.shares):
            raise ValueError(f"{name} holds {len(array)} values for {len(self.shares)} locations; give one for each")
        return partialled_out(array, self._held, self.effects, self.weights)

    @cached_property
    def _z(self) -> FloatArray:
        return self._rest("instrument", self.instrument)

    def _endogenous(self, regressor: npt.ArrayLike | None) -> FloatArray:
        return self._z if regressor is None else self._rest("regressor", regressor)

    @cached_property
    def _w(self) -> FloatArray:
        """Shares as they are, (locations, industries): errors are shared along these."""
        return np.asarray(self.shares.to_numpy(float) * self._root[:, None])

    @cached_property
    def _w_rest(self) -> FloatArray:
        return partialled_out(self.shares.to_numpy(float).T, self._held, self.effects, self.weights).T

    @cached_property
    def _projection(self) -> FloatArray:
        """What an exposure (locations,) is made of, by industry: its regression on the shares."""
        return np.asarray(np.linalg.solve(self._w.T @ self._w, self._w.T))

    @cached_property
    def _importance(self) -> FloatArray:
        return np.asarray(self._root @ self._w)

    def _by_location(
        self, y: FloatArray, x: FloatArray, z: FloatArray | None = None, endogenous: Sequence[str] = ()
    ) -> LeastSquares:
        return batched_least_squares(
            y, x, constant=False, clusters=() if self.clusters is None else [self.clusters],
            endogenous=endogenous, instruments=z if endogenous else None,
        )  # fmt: skip

    def _slope(self, y: FloatArray, d: FloatArray) -> float:
        return float(self._z @ y / (self._z @ d))

    def _akm_error(self, y: FloatArray, d: FloatArray) -> float:
        """The formula of Adao, Kolesar and Morales (2019) with residuals at the estimate."""
        shared = (y - self._slope(y, d) * d) @ self._w
        return float(np.linalg.norm(self._projection @ self._z * shared) / abs(self._z @ d))

    def _akm0(self, y: FloatArray, d: FloatArray, first_stage_f: float) -> AndersonRubin:
        """Effects b with (z'(y - b d))^2 <= q sum_k X_k^2 R_k(b)^2: a quadratic in b."""
        made, q = self._projection @ self._z, float(quantile(self.level, np.inf)) ** 2
        score_y, score_d = float(self._z @ y), float(self._z @ d)
        shared_y, shared_d = made * (y @ self._w), made * (d @ self._w)
        a = score_d**2 - q * float(shared_d @ shared_d)
        half = score_y * score_d - q * float(shared_y @ shared_d)
        root2 = half**2 - a * (score_y**2 - q * float(shared_y @ shared_y))
        # The estimate itself is always in, so that an interval has ends.
        low, high = sorted((half + side * max(root2, 0.0) ** 0.5) / a for side in (-1, 1))
        if a <= 0 and root2 <= 0:
            pieces = [(-np.inf, np.inf)]
        else:
            pieces = [(low, high)] if a > 0 else [(-np.inf, low), (high, np.inf)]

        def p(effect: float) -> float:
            spread = float(np.linalg.norm(shared_y - effect * shared_d))
            return float(two_sided_p((score_y - effect * score_d) / spread, np.inf))

        return AndersonRubin(score_y / score_d, tuple(pieces), first_stage_f, self.level, p)

    def _of_shocks(self, y: FloatArray, shocks: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Slope, AKM error and size of the AKM0 statistic of no effect for growth (draws, industries)."""
        shared_y, score = y @ self._w, shocks @ (y @ self._w_rest)
        shared_z, spread = shocks @ (self._w_rest.T @ self._w), ((shocks @ self._w_rest.T) ** 2).sum(axis=1)
        made = shocks @ (self._projection @ self._w_rest).T
        slope = np.asarray(score / spread)
        error, imposed = (
            np.sqrt(((made * shared) ** 2).sum(axis=1)) for shared in (shared_y - slope[:, None] * shared_z, shared_y)
        )
        return slope, np.asarray(error / spread), np.asarray(np.abs(score) / imposed)

    def _common_growth(self) -> FloatArray:
        if isinstance(self.growth, pd.DataFrame):
            raise ValueError("growth differs between locations (leave-one-out); give one number for each industry here")
        return np.asarray(self.growth.to_numpy(float))


def leave_one_out_growth(before: pd.DataFrame, after: pd.DataFrame, totals: pd.DataFrame | None = None) -> pd.DataFrame:
    """Log growth of each industry everywhere but in the location itself, (locations, industries).

    before, after: jobs by location (index) and industry (columns); totals: rows 'before' and 'after' with the jobs of
    all places, where the locations are not all; by default their sums. ValueError where nothing is left elsewhere.
    """
    if not (before.index.equals(after.index) and before.columns.equals(after.columns)):
        raise ValueError("before and after name different locations or industries; give the same index and columns")
    left = []
    for name, jobs in (("before", before), ("after", after)):
        own = positive_array(name, finite_array(name, jobs, ndim=2), zero_allowed=True)
        every = own.sum(axis=0) if totals is None else totals.loc[name, list(before.columns)].to_numpy(float)
        elsewhere = every - own
        alone = np.argwhere(elsewhere <= _COMPLETE * every)
        if len(alone):
            place, industry = before.index[alone[0][0]], before.columns[alone[0][1]]
            raise ValueError(
                f"nobody works in {industry} outside {place} ({name}); leave the industry out, or merge it"
            )
        left.append(np.log(elsewhere))
    return pd.DataFrame(left[1] - left[0], before.index, before.columns)
