"""Do city and countryside help each other grow, over many places and years: two-way fixed effects, fast.

dln x_it = mu_i + tau_gt + own ln x_it-1 + cross ln y_it-1 + e_it, and the same with x and y exchanged. The place effect
mu takes out what a place always has, the time effect tau what all places (of a group g) have in a year, inflation among
it. The panel is balanced, so that both come off by demeaning and thousands of variants can be fitted; for one estimate
on any panel evidence.panel_regression does the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, confidence_level, known_columns, one_row_each, positive_array
from symbiosis.evidence.bootstrap import percentiles
from symbiosis.evidence.interaction_growth import InteractionEstimate, both_sides, mode_shares
from symbiosis.evidence.interaction_nulls import autoregression, permuted_partners
from symbiosis.evidence.least_squares import quantile


@dataclass(frozen=True)
class BalancedPair:
    """Two sides of many places over the same years.

    places: names; years: whole years one apart; first, second: sizes, shape (places, years); groups: one label per
    place; dropped: places left out, by reason.
    """

    places: tuple[Any, ...]
    years: npt.NDArray[np.int64]
    first: FloatArray
    second: FloatArray
    groups: npt.NDArray[Any]
    dropped: dict[str, int]

    def keep(self, kept: npt.ArrayLike) -> BalancedPair:
        """Only these places (a truth value each), without those that are then alone in their group; both counted."""
        chosen = np.asarray(kept, dtype=bool)
        if chosen.shape != self.groups.shape:
            raise ValueError(
                f"kept has shape {chosen.shape}; give one truth value for each of {len(self.places)} places"
            )
        alone = chosen & ~np.isin(self.groups, _repeated(self.groups[chosen]))
        left = {"not kept": int((~chosen).sum()), "alone in its group": int(alone.sum())}
        dropped = self.dropped | {why: self.dropped.get(why, 0) + count for why, count in left.items() if count}
        places = np.flatnonzero(chosen & ~alone)
        names = tuple(self.places[i] for i in places)
        return replace(
            self, places=names, first=self.first[places], second=self.second[places], groups=self.groups[places],
            dropped=dropped,
        )  # fmt: skip

    def jumps(self, most: float = 0.4) -> npt.NDArray[np.bool_]:
        """Places one of whose sides moves by more than this within a year (log points / 100; 0.4 is by half)."""
        moved = [np.abs(np.diff(np.log(side))).max(axis=1) > most for side in (self.first, self.second)]
        return np.asarray(moved[0] | moved[1])

    def without_each(self, labels: npt.ArrayLike) -> Iterator[BalancedPair]:
        """The pair without the places of each label, in order: a country or a province, to see what hangs on one."""
        of_place = np.asarray(labels)
        for label in np.unique(of_place):
            yield self.keep(of_place != label)


def _repeated(labels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    names, counts = np.unique(labels, return_counts=True)
    return np.asarray(names[counts > 1])


def balanced_pair(
    frame: pd.DataFrame, *, entity: str, time: str, first: str, second: str, group: str, start: int, end: int
) -> BalancedPair:
    """The places of a frame (one row per place and year) with two positive sizes in every year from start to end.

    entity, time, first, second, group: columns. A place's group is its value in its last year. Places left out are
    counted: with a missing year or value, with a size of zero or less, alone in their group.
    """
    known_columns("frame", frame, (entity, time, first, second, group))
    if end - start < 2:
        raise ValueError(f"start is {start} and end {end}; give at least 3 years")
    rows = frame[(frame[time] >= start) & (frame[time] <= end)]
    one_row_each("frame", rows, [entity, time])
    every = frame[entity].dropna().nunique()
    span = pd.RangeIndex(start, end + 1)
    wide = {
        c: rows.pivot_table(index=entity, columns=time, values=c, dropna=False).reindex(columns=span).astype(float)
        for c in (first, second)
    }
    complete = wide[first].notna().all(axis=1) & wide[second].notna().all(axis=1)
    positive = complete & (wide[first] > 0).all(axis=1) & (wide[second] > 0).all(axis=1)
    label = rows.sort_values(time).groupby(entity)[group].last()
    kept = label.reindex(positive.index[positive]).dropna()
    alone = kept.map(kept.value_counts()) == 1
    names = kept.index[~alone]
    if len(names) < 3:
        raise ValueError(f"{len(names)} places have both series from {start} to {end}; choose other years or columns")
    dropped = {
        "a year missing": int(every - complete.sum()),
        "a size of zero or less": int(complete.sum() - positive.sum()),
        "no group": int(positive.sum() - len(kept)),
        "alone in its group": int(alone.sum()),
    }
    x, y = (wide[c].loc[names].to_numpy() for c in (first, second))
    dropped = {reason: count for reason, count in dropped.items() if count}
    years = span.to_numpy(dtype=np.int64)
    return BalancedPair(tuple(names), years, x, y, kept.loc[names].to_numpy(), dropped)


def panel_interaction(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    groups: npt.ArrayLike | None = None,
    time_effects: bool = True,
    place_effects: bool = True,
    level: float = 0.95,
) -> InteractionEstimate:
    """Both equations over places and years, with errors clustered by place.

    first, second: positive sizes, shape (..., places, years): one panel, or many along the leading axes. groups: a
    label per place for time effects of each group; None for common ones; time_effects=False for none.
    place_effects=False compares places with each other, and then two years are enough. A cross effect
    is in log points of yearly growth per log point of the partner's size at the start of the year. Intervals from
    Student's t with one degree less than there are places. The own effect is biased down in short panels (Nickell 1981,
    Econometrica 49:1417), and the cross effects with it where the two sides move together: see half_panel_jackknife.
    """
    x, y, effects = _prepared(first, second, groups, time_effects, place_effects)
    places, steps = x.shape[-2], x.shape[-1] - 1
    growth, sizes = (
        [v.reshape(*x.shape[:-2], places * steps) for v in pair]
        for pair in ((np.diff(x), np.diff(y)), (x[..., :-1], y[..., :-1]))
    )
    problem = "the two sides cannot be told apart from each other or from the effects; use other series"
    clusters = [np.repeat(np.arange(places), steps)]
    return both_sides(growth, sizes, problem, effects=effects, clusters=clusters, level=level)


def shared_growth(first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[tuple[float, float], float]:
    """The spread of each side's yearly log growth less the means of its place and year, and their correlation.

    first, second: positive sizes, (..., places, years); panels along leading axes are pooled.
    """
    rest = []
    for name, sizes in (("first", first), ("second", second)):
        g = np.diff(np.log(positive_array(name, sizes)))
        g = g - g.mean(axis=-1, keepdims=True)
        rest.append((g - g.mean(axis=-2, keepdims=True)).ravel())
    return (float(rest[0].std()), float(rest[1].std())), float(np.corrcoef(*rest)[0, 1])


def half_panel_jackknife(
    first: npt.ArrayLike, second: npt.ArrayLike, *, groups: npt.ArrayLike | None = None
) -> FloatArray:
    """Cross effects (..., 2) with the short-panel bias taken out to first order: 2 x whole - mean of the two halves.

    Dhaene and Jochmans (2015, Review of Economic Studies 82:991). The halves share their middle year where the years
    are odd in number. It costs precision; clustered_interaction gives intervals.
    """
    x, y = (np.asarray(v, dtype=np.float64) for v in (first, second))
    whole, early, late = (
        panel_interaction(x[..., part], y[..., part], groups=groups).cross for part in _halves(x.shape)
    )
    return np.asarray(2 * whole - (early + late) / 2)


def clustered_interaction(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    groups: npt.ArrayLike | None = None,
    jackknife: bool = False,
    level: float = 0.95,
) -> InteractionEstimate:
    """panel_interaction of one panel in less time, and with jackknife after half_panel_jackknife, own effects too.

    Errors are clustered by place. With jackknife, what a place adds to the error of each of the three regressions is
    combined as they are, so that no resampling is needed. groups, level: as in panel_interaction.
    """
    x, y = (np.asarray(v, dtype=np.float64) for v in (first, second))
    if x.ndim != 2:
        raise ValueError(f"first has {x.ndim} dimensions; give one panel, places by years")
    parts = _halves(x.shape) if jackknife else (slice(None),)
    whole, *halves = (_with_influence(x[:, part], y[:, part], groups) for part in parts)
    # Effects of shape (side, own and cross), and what each place adds to their error (side, own and cross, places).
    values, influence = whole
    if jackknife:
        values, influence = (2 * all_ - (start + end) / 2 for all_, start, end in zip(whole, *halves, strict=True))
    errors = np.sqrt((influence**2).sum(axis=-1))
    critical = float(quantile(confidence_level(level), len(x) - 1))
    return InteractionEstimate(
        values[:, 1], errors[:, 1], values[:, 0], errors[:, 0], critical=critical, level=level, n_obs=x.size - len(x)
    )


def _halves(shape: tuple[int, ...]) -> tuple[slice, slice, slice]:
    """All years, the first half and the second; ValueError where they are too few."""
    years = shape[-1] if shape else 0
    if years < 8:
        raise ValueError(f"first holds {years} years; at least 8 are needed to halve the panel")
    half = (years + 1) // 2
    return slice(None), slice(None, half), slice(years - half, None)


def _with_influence(
    first: FloatArray, second: FloatArray, groups: npt.ArrayLike | None
) -> tuple[FloatArray, FloatArray]:
    """Own and cross effects (side, 2), and what each place adds to their error (side, 2, places)."""
    x, y, _ = _prepared(first, second, groups, True, True)
    places, steps = x.shape[0], x.shape[1] - 1
    codes = _codes(groups, places)
    used = 2 + (codes.max() + 1) * (steps - 1) + 1
    # The small-sample factor of clustered errors; effects of places lie inside the clusters.
    factor = places / (places - 1) * (places * steps - 1) / (places * steps - used)
    values, influence = [], []
    for one, other in ((x, y), (y, x)):
        growth, *sizes = (_demeaned(v, codes) for v in (np.diff(one), one[:, :-1], other[:, :-1]))
        both = np.stack(sizes)
        moments = np.einsum("kit,lit->kl", both, both)
        effect = np.linalg.solve(moments, np.einsum("kit,it->k", both, growth))
        rest = growth - np.tensordot(effect, both, 1)
        values.append(effect)
        influence.append(np.linalg.solve(moments, np.einsum("kit,it->ki", both, rest)) * factor**0.5)
    return np.stack(values), np.stack(influence)


def _codes(groups: npt.ArrayLike | None, places: int) -> npt.NDArray[np.intp]:
    return np.zeros(places, dtype=np.intp) if groups is None else np.unique(groups, return_inverse=True)[1]


def _demeaned(values: FloatArray, codes: npt.NDArray[np.intp], place_effects: bool = True) -> FloatArray:
    """Values (places, steps) less the effects of every year of a group and of places: closed form, being balanced."""
    if place_effects:
        values = values - values.mean(axis=1, keepdims=True)
    members = np.eye(codes.max() + 1)[codes]
    means = (members.T @ values) / members.sum(axis=0)[:, None]
    return np.asarray(values - means[codes])


@dataclass(frozen=True)
class PartnerNull:
    """The cross effects with each place's own partner, and with others' partners.

    cross: (2,); null: (draws, 2), from permuted partners; p_value: (2,), two-sided: the share of
    draws at least as far from the mean of the null as the observed effect, that one counted in; low, high: (2,), the
    middle 95 % of null.
    """

    cross: FloatArray
    null: FloatArray = field(repr=False)
    p_value: FloatArray
    low: FloatArray
    high: FloatArray


def partner_null(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    groups: npt.ArrayLike,
    rng: np.random.Generator,
    draws: int = 1000,
    group_time_effects: bool = False,
    place_effects: bool = True,
    jackknife: bool = False,
) -> PartnerNull:
    """Cross effects beside those found when every place is paired with another place's partner of its group.

    first, second: (places, years); groups: a label per place. A partner that helps because it is *this* place's
    partner leaves the null; growth that a whole group shares stays in it. jackknife: of half_panel_jackknife instead
    of the plain effects, with the same strangers in the whole and in both halves.
    """
    x, y = (np.asarray(v, dtype=np.float64) for v in (first, second))
    if x.ndim != 2:
        raise ValueError(f"first has {x.ndim} dimensions; give one panel, places by years")
    both = np.concatenate([np.arange(len(x))[None], permuted_partners(groups, draws=draws, rng=rng)])
    of_groups = groups if group_time_effects else None

    def paired(part: slice) -> FloatArray:
        logs = _prepared(x[:, part], y[:, part], of_groups, True, place_effects)[:2]
        return _paired(*logs, _codes(of_groups, len(x)), both, place_effects)

    if jackknife:
        whole, early, late = (paired(part) for part in _halves(x.shape))
        found = 2 * whole - (early + late) / 2
    else:
        found = paired(slice(None))
    cross, null = found[0], found[1:]
    centre = null.mean(axis=0)
    beyond = (np.abs(null - centre) >= np.abs(cross - centre)).sum(axis=0)
    return PartnerNull(cross, null, (beyond + 1) / (draws + 1), *percentiles(null, 0.95))


def _paired(
    x: FloatArray, y: FloatArray, codes: npt.NDArray[np.intp], partners: npt.NDArray[np.intp], place_effects: bool
) -> FloatArray:
    """Both cross effects for each assignment of partners (assignments, places): shape (assignments, 2)."""
    units = np.arange(len(x))
    columns = []
    for one, other in ((x, y), (y, x)):
        growth, own, partner = (_demeaned(v, codes, place_effects) for v in (np.diff(one), one[:, :-1], other[:, :-1]))
        # All that changes with the partner are two sums of products, read off tables of every place with every other.
        with_growth, with_own = growth @ partner.T, own @ partner.T
        pp = (partner**2).sum()
        gp = with_growth[units, partners].sum(axis=1)
        op = with_own[units, partners].sum(axis=1)
        oo, go = (own**2).sum(), (own * growth).sum()
        columns.append((oo * gp - op * go) / (oo * pp - op**2))
    return np.stack(columns, axis=-1)


def simulate_panel(
    *,
    places: int,
    years: int,
    cross: tuple[float, float],
    own: tuple[float, float],
    noise: tuple[float, float],
    rng: np.random.Generator,
    shock_correlation: float = 0.0,
    replications: int = 1,
    burn_in: int = 50,
) -> tuple[FloatArray, FloatArray]:
    """Panels with known effects, two arrays of sizes of shape (replications, places, years).

    ln x_t = (1 + own_1) ln x_(t-1) + cross_1 ln y_(t-1) + e, the same for y: cross_1 is what y does to x. noise: sd of
    the yearly shocks of either side; shock_correlation: between the two sides of one place and year. The process runs
    burn_in years before the first that is kept. ValueError where it would not settle.
    """
    if min(noise) <= 0 or not -1 <= shock_correlation <= 1:
        raise ValueError(
            f"noise is {noise} and shock_correlation {shock_correlation:g}; give sds above 0, a correlation"
        )
    step = np.array([[1 + own[0], cross[0]], [cross[1], 1 + own[1]]])
    if np.abs(np.linalg.eigvals(step)).max() >= 1:
        raise ValueError(
            f"own effects {own} and cross effects {cross} do not settle: own effects must be negative, and the product "
            "of the cross effects below the product of the own ones"
        )
    spread = np.outer(noise, noise) * [[1, shock_correlation], [shock_correlation, 1]]
    root = np.asarray(np.linalg.cholesky(spread + 1e-15 * np.eye(2)), dtype=np.float64)
    kept = np.exp(autoregression(step, root, replications, places, years, burn_in=burn_in, rng=rng))
    return kept[..., 0], kept[..., 1]


def interaction_power(*, replications: int = 200, **panel: Any) -> pd.DataFrame:
    """How often a panel with known effects is given each mode: mode_shares of simulated panels.

    panel: as in simulate_panel. A side counts as affected where the 95 % interval of its cross effect leaves out zero.
    Two-way fixed effects with errors clustered by place, as panel_interaction.
    """
    simulated = simulate_panel(replications=replications, **panel)
    return mode_shares(panel_interaction(*simulated).modes(by="interval"))


def _prepared(
    first: npt.ArrayLike, second: npt.ArrayLike, groups: npt.ArrayLike | None, time_effects: bool, place_effects: bool
) -> tuple[FloatArray, FloatArray, list[npt.NDArray[np.int64]]]:
    """Log sizes, and the effects to take out: labels of the rows, places times steps."""
    x, y = (np.log(positive_array(name, v)) for name, v in (("first", first), ("second", second)))
    if x.shape != y.shape or x.ndim < 2:
        raise ValueError(f"first {x.shape} and second {y.shape} must have one shape, (..., places, years)")
    places, years = x.shape[-2:]
    fewest = 3 if place_effects else 2
    if places < 3 or years < fewest:
        raise ValueError(f"first has {places} places and {years} years; at least 3 and {fewest} are needed")
    if groups is not None and not time_effects:
        raise ValueError("groups are for time effects; leave them out or set time_effects=True")
    labels = np.zeros(places) if groups is None else np.asarray(groups)
    if labels.shape != (places,):
        raise ValueError(f"groups has shape {labels.shape}; give one label for each of the {places} places")
    place, step = np.divmod(np.arange(places * (years - 1)), years - 1)
    effects = [place] if place_effects else []
    if time_effects:
        effects.append(np.unique(labels, return_inverse=True)[1][place] * (years - 1) + step)
    return x, y, effects
