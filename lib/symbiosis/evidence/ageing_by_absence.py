"""How much of the ageing of places is that their people live elsewhere? A split of an age share into two factors.

    old / residents = (old per registered person) / (residents per registered person),

both for the registered wherever they live. Two factors multiply, so what one does hangs on the other; each gets the
mean of what it does over both orders (Shapley 1953, in Contributions to the Theory of Games II), and the two add up. It
needs one assumption, the share of the absent who are old: were it that of those who stayed, absence would do nothing.
It says what absence does to an age share, not why people left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray, at_least
from symbiosis.evidence.bootstrap import percentiles
from symbiosis.evidence.estimate import Estimate

COLUMNS = ("province", "registered", "population", "old")
"""What a frame of places must have: old, the residents over 64."""


@dataclass(frozen=True)
class AgeingByAbsence:
    """The places that people left most beside those they left least: gap of the old share of residents, in points.

    absence, age: what absence and the age of the registered make of it; part: absence over gap, a fraction. Intervals
    from provinces resampled.
    """

    gap: Estimate
    absence: Estimate
    age: Estimate
    part: Estimate


def tails(places: pd.DataFrame, cut: float, *, within_provinces: bool = False) -> pd.Series[int]:
    """0 for the part (cut) of the places with the least absence, 1 for that with the most, -1 between.

    within_provinces: the least and most of each province. ValueError for an unknown column or a cut outside 0 to 1/2.
    """
    missing = [name for name in COLUMNS if name not in places]
    if missing:
        raise ValueError(f"the places have no column {', '.join(missing)}; needed are {', '.join(COLUMNS)}")
    if not 0 < cut <= 0.5:
        raise ValueError(f"cut is {cut:g}; give a fraction above 0 and at most one half")
    absence = 1 - places["population"] / places["registered"]
    rank = absence.groupby(places["province"]).rank(pct=True) if within_provinces else absence.rank(pct=True)
    return pd.Series(np.select([rank <= cut, rank > 1 - cut], [0, 1], -1), places.index)


def ageing_by_absence(
    places: pd.DataFrame, *, cut: float = 0.25, absent_old: float = 0.0, within_provinces: bool = False,
    without: Sequence[str] = (), rng: np.random.Generator, resamples: int = 1000,
) -> AgeingByAbsence:  # fmt: skip
    """Split the gap between the two tails of absence (see tails).

    places: COLUMNS; absent_old: the fraction of the absent who are over 64; without: provinces left out. ValueError
    for a fraction outside 0 to 1 or a tail without places.
    """
    if not 0 <= absent_old <= 1:
        raise ValueError(f"absent_old is {absent_old!r}; give a fraction from 0 to 1")
    at_least(2, resamples=resamples)
    rows = places[~places["province"].isin(list(without))]
    tail = tails(rows, cut, within_provinces=within_provinces).to_numpy()
    codes, homes = pd.factorize(rows["province"])
    columns = rows[["old", "population", "registered"]].to_numpy(dtype=np.float64).T
    # Sums by province, of what (old, population, registered), and tail.
    sums = [[np.bincount(codes, column * (tail == t), len(homes)) for t in (0, 1)] for column in columns]
    table = np.moveaxis(np.array(sums), -1, 0)
    if not (table.sum(axis=0) > 0).all():
        raise ValueError("one of the tails holds no places; give more places or a larger cut")
    n = len(table)
    drawn = rng.multinomial(n, np.full(n, 1 / n), size=resamples)
    old, people, registered = np.moveaxis(np.einsum("rp,pkt->rkt", np.vstack([np.ones(n), drawn]), table), 1, 0)
    age, absence = _split(old, people, registered, absent_old)
    gap = age + absence
    points = {"unit": "points", "display": "+.1f"}
    return AgeingByAbsence(
        _resampled(gap, **points), _resampled(absence, **points), _resampled(age, **points),
        _resampled(absence / gap, unit="", display=".0%"),
    )  # fmt: skip


def old_if_at_home(places: pd.DataFrame, absent_old: npt.ArrayLike = 0.0) -> FloatArray:
    """The old share (percent) of all registered, wherever they live, of places taken together, by absent_old."""
    total = places[["old", "population", "registered"]].sum()
    away = total["registered"] - total["population"]
    return np.asarray(100 * (total["old"] + np.asarray(absent_old) * away) / total["registered"], dtype=np.float64)


def _split(
    old: FloatArray, people: FloatArray, registered: FloatArray, absent_old: float
) -> tuple[FloatArray, FloatArray]:
    """What age and absence make of the gap, in points; shape (resamples, two tails) each."""
    at_home = (old + absent_old * (registered - people)) / registered
    # Old per registered, over residents times the part of all old who stayed.
    below = at_home * people / old
    share = 100 * at_home[:, :, None] / below[:, None, :]
    age = (share[:, 1] - share[:, 0]).mean(axis=1)
    return age, (share[:, :, 1] - share[:, :, 0]).mean(axis=1)


def _resampled(draws: FloatArray, *, unit: str, display: str) -> Estimate:
    finite = draws[1:][np.isfinite(draws[1:])]
    low, high = map(float, percentiles(finite, 0.95))
    return Estimate(float(draws[0]), low, high, unit, display)
