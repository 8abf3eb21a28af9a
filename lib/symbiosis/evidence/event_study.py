"""An event study with one exposure: did places differ before the event by how exposed they were, and how after?

    y_it - y_i,base = effect of group and year + beta_t m_i + gamma_t' controls_i + e_it

The exposure m is fixed before the event. beta before the base year are leads, a placebo; later ones are the effect, if
the leads are flat. How far it survives if they are not: Rambachan and Roth (2023, Review of Economic Studies 90:2555).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from symbiosis.checks import FloatArray
from symbiosis.evidence.design_diagnostics import Diagnostics, LeaveOneOut, leave_one_out
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.fixed_effects import Groups
from symbiosis.evidence.least_squares import (
    LeastSquares,
    batched_least_squares,
    least_squares,
    partialled_out,
    prepared_rows,
)
from symbiosis.evidence.permutation import ExposurePermutation, permute_exposure, share_as_far
from symbiosis.evidence.wild_bootstrap import WildBootstrap, wild_cluster_bootstrap

_CHANGE = "change"


@dataclass(frozen=True)
class Exposure:
    """Columns of a frame of units: the exposure, controls held fixed beside it, and the groups errors cluster in.

    group_effects: whether each group has a change of its own, so that units are compared within groups only.
    """

    column: str
    controls: tuple[str, ...] = ()
    group: str = "province"
    group_effects: bool = True

    @property
    def regressors(self) -> tuple[str, ...]:
        return (self.column, *self.controls)

    @property
    def effects(self) -> tuple[str, ...]:
        return (self.group,) if self.group_effects else ()


@dataclass(frozen=True, eq=False)
class WindowEffect:
    """The effect of the exposure on the change of the outcome from year first to year last; rows: one per unit."""

    first: int
    last: int
    estimate: Estimate
    exposure: Exposure
    fit: LeastSquares = field(repr=False)
    rows: pd.DataFrame = field(repr=False)

    def permutation(self, rng: np.random.Generator, draws: int = 9999) -> ExposurePermutation:
        """The exposure shuffled within groups; studentized with errors robust to heteroskedasticity."""
        e = self.exposure
        return permute_exposure(
            self.rows, _CHANGE, e.column, e.controls, within=e.group, effects=e.effects, rng=rng, draws=draws
        )

    def wild_bootstrap(self, rng: np.random.Generator, draws: int = 9999) -> WildBootstrap:
        """The wild cluster bootstrap over groups, the null imposed."""
        e = self.exposure
        return wild_cluster_bootstrap(
            self.rows, _CHANGE, e.regressors, tested=e.column, cluster=e.group, effects=e.effects, rng=rng, draws=draws
        )

    def leave_one_out(self) -> LeaveOneOut:
        """The effect without one group each."""
        e, written = self.exposure, self.estimate
        return leave_one_out(
            self.rows, _CHANGE, e.regressors, tested=e.column, by=e.group, effects=e.effects, cluster=e.group,
            unit=written.unit, display=written.display,
        )  # fmt: skip

    def diagnostics(self, placebos: Sequence[WindowEffect] = ()) -> Diagnostics:
        """placebos: effects in windows before the event; passed where no interval leaves zero out."""
        passed = not any(p.estimate.excludes() for p in placebos) if placebos else None
        return Diagnostics(passed, int(self.fit.clusters[0]), self.leave_one_out().fragile())


@dataclass(frozen=True)
class Sensitivity:
    """How far an effect survives if groups would have drifted apart after the event as they did before it.

    steps: years from first to last; largest_step: of the leads from one year to the next.
    """

    effect: Estimate
    steps: int
    largest_step: float

    def bounds(self, relative: float) -> Estimate:
        """The effect if each later year may hide a step of at most relative times the largest earlier one.

        The interval adds this to the sampling error of the effect and takes the largest step as known.
        """
        if not relative >= 0:
            raise ValueError(f"relative is {relative}; give zero or more")
        drift = relative * self.steps * self.largest_step
        e = self.effect
        return Estimate(e.value, e.low - drift, e.high + drift, e.unit, e.display, e.level)

    def _breakdown(self, distance: float) -> float:
        most = self.steps * self.largest_step
        return max(distance, 0.0) / most if most > 0 else np.inf if distance > 0 else 0.0

    @property
    def breakdown(self) -> float:
        """The relative size of steps from which on the point estimate may be none: |effect| / (steps largest_step)."""
        return self._breakdown(abs(self.effect.value))

    @property
    def breakdown_of_interval(self) -> float:
        """The same for the interval; zero where it holds zero already."""
        return self._breakdown(max(self.effect.low, -self.effect.high))


@dataclass(frozen=True, eq=False)
class EventStudy:
    """effects: of one unit of exposure by year, relative to base (zero there); left_out: units without every year.

    fit: one coefficient a year with the covariance of all, so that any sum of years has its interval.
    """

    effects: Mapping[int, Estimate]
    base: int
    exposure: Exposure
    units: int
    left_out: int
    fit: LeastSquares = field(repr=False)
    _scores: FloatArray = field(repr=False)

    @property
    def clusters(self) -> int:
        return int(self.fit.clusters[0])

    @property
    def leads(self) -> tuple[int, ...]:
        """The years before the base."""
        return tuple(year for year in self.effects if year < self.base)

    def window(self, first: int, last: int) -> Estimate:
        """The effect on the change from one year to another."""
        for year in (first, last):
            if year not in self.effects:
                raise ValueError(f"year {year} is not of the study; it has {min(self.effects)} to {max(self.effects)}")
        weights = {self._name(last): 1.0} if last != self.base else {}
        if first != self.base:
            weights[self._name(first)] = weights.get(self._name(first), 0.0) - 1.0
        shown = self.effects[self.base]
        return self.fit.combination(weights, unit=shown.unit, display=shown.display)

    def leads_test(
        self, years: Sequence[int] | None = None, *, rng: np.random.Generator | None = None, draws: int = 9999
    ) -> tuple[float, float]:
        """F and p-value that the effects of these years (all leads by default) are zero together.

        Without rng by Hotelling's reference: F (clusters - q) / (clusters - 1) with q and clusters - q degrees, since
        the covariance of q effects is estimated from clusters. With many years and clusters of unequal exposure it
        rejects up to twice too often; with rng signs of whole clusters are drawn, the null imposed (Kline and Santos
        2012, J. Econometric Methods 1:23). ValueError unless there are fewer years than clusters.
        """
        from scipy.special import fdtrc

        chosen = self.leads if years is None else tuple(years)
        q, groups = len(chosen), self.clusters
        if not 0 < q < groups:
            raise ValueError(f"{q} leads with {groups} clusters; choose at least one and fewer years than clusters")
        names = [self._name(year) for year in chosen]
        f = float(self.fit.joint_test(names)[0])
        if rng is None:
            return f, float(fdtrc(q, groups - q, f * (groups - q) / (groups - 1)))
        scores = self._scores[:, [self.fit.position(name) for name in names]]
        # Signs change the sum of scores and not the sum of their squares: lengths in one metric are compared.
        whitened = np.linalg.qr(scores)[0]
        drawn = rng.choice([-1.0, 1.0], (draws, groups)) @ whitened
        observed = (whitened.sum(axis=0) ** 2).sum()
        return f, float(share_as_far(np.r_[observed, (drawn**2).sum(axis=1)]))

    def sensitivity(self, last: int, first: int | None = None) -> Sensitivity:
        """Of the effect from first (the base by default) to last, against the steps between the years up to first."""
        start = self.base if first is None else first
        before = [self.effects[year].value for year in self.effects if year <= start]
        if len(before) < 2 or last <= start:
            raise ValueError(f"from {start} to {last} with {len(before)} years up to {start}; give two and a later end")
        steps = sum(start < year <= last for year in self.effects)
        return Sensitivity(self.window(start, last), steps, float(np.abs(np.diff(before)).max()))

    def diagnostics(self, size: float = 0.05, rng: np.random.Generator | None = None) -> Diagnostics:
        """The leads test as placebo, passed where it does not reject at size; rng as there."""
        return Diagnostics(self.leads_test(rng=rng)[1] >= size if self.leads else None, self.clusters, None)

    def _name(self, year: int) -> str:
        return f"{self.exposure.column} {year}"


def window_effect(
    outcome: pd.DataFrame, units: pd.DataFrame, exposure: Exposure, *, first: int, last: int, unit: str = "",
    display: str = "+.1f", level: float = 0.95,
) -> WindowEffect:  # fmt: skip
    """Regress the change of the outcome between two years on the exposure, clustered by group.

    outcome: index unit, columns years, logarithms for instance; units: index unit, columns of the exposure; display:
    of the effect. Units without figures are left out and counted in fit.dropped. ValueError as least_squares.
    """
    _check(outcome, (first, last))
    rows = units.assign(**{_CHANGE: (outcome[last] - outcome[first]).reindex(units.index)})
    fit = least_squares(
        rows, _CHANGE, exposure.regressors, effects=exposure.effects, cluster=exposure.group, level=level
    )
    estimate = fit.estimate(exposure.column, unit=unit, display=display)
    return WindowEffect(first, last, estimate, exposure, fit, rows)


def event_study(
    outcome: pd.DataFrame, units: pd.DataFrame, exposure: Exposure, *, base: int, years: Sequence[int] | None = None,
    unit: str = "", display: str = "+.1f", level: float = 0.95,
) -> EventStudy:  # fmt: skip
    """The effect of the exposure year by year relative to base, controls and group effects free in every year.

    outcome, units, display: as in window_effect; years: the base among them, all columns by default. Units without a
    figure in one of the years are left out, so that all years compare the same. ValueError as least_squares.
    """
    chosen = sorted(int(year) for year in (outcome.columns if years is None else years))
    _check(outcome, [base, *chosen])
    if base not in chosen or len(chosen) < 2:
        raise ValueError(f"years are {chosen} and base {base}; the base must be among at least two years")
    columns = list(dict.fromkeys([*exposure.regressors, exposure.group]))
    joined = units[[c for c in columns if c in units.columns]].join(outcome[chosen].rename(columns=str), how="inner")
    others = [year for year in chosen if year != base]
    numbers = [*exposure.regressors, *map(str, chosen)]
    rows, effects, _ = prepared_rows(joined, numbers, exposure.effects, [exposure.group])
    x, groups = rows[list(exposure.regressors)].to_numpy(float), rows[exposure.group]
    changes = rows[[str(year) for year in others]].sub(rows[str(base)], axis=0).to_numpy(float).T
    by_year = batched_least_squares(
        changes, x, names=exposure.regressors, effects=effects, clusters=[groups], level=level
    )
    # Sums by cluster tie the years together: one covariance of all, with the factor of each year's own regression.
    rest, inside = partialled_out(x[:, 0], x[:, 1:], effects), Groups(groups)
    scores = inside.sums(rest * by_year.residuals)
    covariance, own = scores @ scores.T, by_year.covariance[:, 0, 0]
    covariance *= own.max() / covariance.diagonal().max()
    fit = replace(
        by_year, names=tuple(f"{exposure.column} {year}" for year in others), covariance=covariance,
        coefficients=by_year.coefficients[:, 0], degrees=by_year.degrees[0], n=by_year.n[0],
        residual_degrees=by_year.residual_degrees[0],
    )  # fmt: skip
    zero = Estimate(0.0, 0.0, 0.0, unit, display, level)
    found = {
        y: zero if y == base else fit.estimate(f"{exposure.column} {y}", unit=unit, display=display) for y in chosen
    }
    of_null = inside.sums(rest * partialled_out(changes, x[:, 1:], effects)).T
    return EventStudy(found, base, exposure, len(rows), len(units) - len(rows), fit, of_null)


def _check(outcome: pd.DataFrame, years: Sequence[int]) -> None:
    absent = sorted({str(year) for year in years if year not in outcome.columns})
    if absent:
        raise ValueError(f"outcome has no year {', '.join(absent)}; it has {', '.join(map(str, outcome.columns))}")
    if not outcome.index.is_unique:
        raise ValueError("outcome has two rows for one unit; give one")
