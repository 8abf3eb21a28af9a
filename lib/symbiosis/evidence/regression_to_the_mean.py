"""Followed groups: how much of their catching up would have happened to any group picked for being behind?

Places picked for low values at one date come out nearer to the mean at another, forwards and backwards in time,
whenever ranks mix at all (Galton 1886). Only a spread that shrinks is convergence (Friedman 1992, Quah 1993).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from symbiosis.checks import finite_array, same_length


@dataclass(frozen=True)
class FollowedGroup:
    """A group picked at the first date, against all places; gaps are group mean minus overall mean.

    second_gap - first_gap = mixing + shrinking + own, exactly. mixing: what the shuffling of ranks does to any group as
    far out, with the spread unchanged; shrinking: what the change of the overall spread adds; own: what this group did
    beyond places that started equally far behind.
    """

    first_gap: float
    second_gap: float
    mixing: float
    shrinking: float
    own: float
    correlation: float
    spread_ratio: float
    n_selected: int
    n: int

    @property
    def change(self) -> float:
        return self.second_gap - self.first_gap

    @property
    def mixing_share(self) -> float:
        """The part of the change that is mixing; NaN where nothing changed."""
        return self.mixing / self.change if self.change != 0 else float("nan")


def follow_group(first: npt.ArrayLike, second: npt.ArrayLike, selected: npt.ArrayLike) -> FollowedGroup:
    """Take the change of a group's gap apart.

    first, second: one value per place at two dates; selected: True for the group. The change at a given start is the
    least-squares line through all places; swap the dates to follow a group backwards. ValueError unless both dates vary
    and the group is neither empty nor everybody.
    """
    x, y = finite_array("first", first, ndim=1, min_size=3), finite_array("second", second, ndim=1)
    chosen = np.asarray(selected)
    if chosen.dtype != bool:
        raise ValueError("selected must hold True or False for each place; compare with a limit first")
    same_length(first=x, second=y, selected=chosen.astype(float))
    if not 0 < chosen.sum() < len(x):
        raise ValueError(f"selected holds {int(chosen.sum())} of {len(x)} places; the rule picks nobody or everybody")
    spread, later = float(x.std()), float(y.std())
    if spread == 0 or later == 0:
        raise ValueError("all places are equal at one of the dates; there is no gap to follow")
    r = float(np.corrcoef(x, y)[0, 1])
    first_gap, second_gap = float(x[chosen].mean() - x.mean()), float(y[chosen].mean() - y.mean())
    ratio = later / spread
    parts = ((r - 1) * first_gap, r * (ratio - 1) * first_gap, second_gap - r * ratio * first_gap)
    return FollowedGroup(first_gap, second_gap, *parts, r, ratio, int(chosen.sum()), len(x))
