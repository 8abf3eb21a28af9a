"""One question asked in every defensible way: choices by name, every combination, one curve.

Specification curves: Simonsohn, Simmons and Nelson 2020, Nature Human Behaviour 4:1208; multiverse: Steegen and others
2016, Perspectives on Psychological Science 11:702.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from symbiosis.checks import FloatArray
from symbiosis.evidence.estimate import Estimate

_ENDS = ["estimate", "low", "high"]


@dataclass(frozen=True, eq=False)
class Multiverse:
    """Every specification with its estimate, smallest first.

    choices: the options of each choice, in the order given; specifications: one row each, a column for each choice and
    estimate, low, high; failed: one row for each specification without an estimate, with its reason; left_out: how many
    combinations were not asked for; unit, display, level: of the estimates.
    """

    choices: Mapping[str, tuple[str, ...]]
    specifications: pd.DataFrame = field(repr=False)
    failed: pd.DataFrame = field(repr=False)
    left_out: int
    unit: str
    display: str
    level: float

    def __len__(self) -> int:
        return len(self.specifications)

    @property
    def estimates(self) -> FloatArray:
        """The point estimates, smallest first, shape (specifications,)."""
        return self.specifications["estimate"].to_numpy(dtype=np.float64)

    @property
    def median(self) -> Estimate:
        """The estimate of the middle specification with its own interval.

        Of two, their mean, from the lower to the upper end of both: nothing hangs on which of them is taken.
        """
        lower, upper = self._at((len(self) - 1) // 2), self._at(len(self) // 2)
        value = (lower.value + upper.value) / 2
        ends = float(np.fmin(lower.low, upper.low)), float(np.fmax(lower.high, upper.high))
        return replace(lower, value=value, low=ends[0], high=ends[1])

    @property
    def middle(self) -> dict[str, str]:
        """What the middle specification chose, the option of each choice; of two, the lower one."""
        words = self.specifications.iloc[(len(self) - 1) // 2]
        return {name: str(words[name]) for name in self.choices}

    def median_of(self, choices: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """The options of the middle specification, from the choices that were asked, to ask it again."""
        return {name: choices[name][word] for name, word in self.middle.items()}

    def share_above(self, value: float = 0.0) -> float:
        """The share of specifications whose point estimate lies above value."""
        return float((self.estimates > value).mean())

    def share_below(self, value: float = 0.0) -> float:
        """The share of specifications whose point estimate lies below value."""
        return float((self.estimates < value).mean())

    def positions(self, **options: str) -> list[int]:
        """Where the specifications with these options stand, 0 for the smallest estimate."""
        kept = np.ones(len(self), dtype=bool)
        for name, option in options.items():
            if option not in self.choices.get(name, ()):
                known = "; ".join(f"{n}: {', '.join(o)}" for n, o in self.choices.items())
                raise ValueError(f"no specification with {name} {option!r}; the choices are {known}")
            kept &= (self.specifications[name] == option).to_numpy()
        return [int(i) for i in np.flatnonzero(kept)]

    def estimate(self, **options: str) -> Estimate:
        """The estimate of one specification, named by as many options as it takes."""
        found = self.positions(**options)
        if len(found) != 1:
            raise ValueError(f"{len(found)} specifications have {options}; name the options of one that did not fail")
        return self._at(found[0])

    def by(self, choice: str) -> pd.DataFrame:
        """What a choice does: index its options, columns specifications, median, share_above (zero)."""
        groups = self.specifications.groupby(choice, sort=False)["estimate"]
        columns = {"specifications": groups.size(), "median": groups.median()}
        table = pd.DataFrame({**columns, "share_above": groups.apply(lambda e: float((e > 0).mean()))})
        return table.reindex(pd.Index(self.choices[choice], name=choice))

    def deciding(self) -> pd.DataFrame:
        """How far each choice decides: index the choices, columns alone and with_others, shares of the variance.

        alone: of what the means of its options differ by; with_others: of what changes with it while every other choice
        stands, its part in interactions included (first-order and total index: Homma and Saltelli 1996, Reliability
        Engineering and System Safety 52:1). Exact where no specification failed. ValueError where all estimates agree.
        """
        value = self.specifications["estimate"]
        apart = value - value.mean()
        variance = float((apart**2).mean())
        if variance <= 1e-24 * float(np.max(np.abs(value))) ** 2:
            raise ValueError("all specifications give the same estimate; no choice decides anything")
        rows = {}
        for choice in self.choices:
            others = [name for name in self.choices if name != choice]
            own = apart.groupby(self.specifications[choice]).transform("mean")
            rest = apart.groupby([self.specifications[name] for name in others]).transform("mean") if others else 0.0
            rows[choice] = [float((own**2).mean()) / variance, float(((apart - rest) ** 2).mean()) / variance]
        return pd.DataFrame.from_dict(rows, orient="index", columns=["alone", "with_others"])

    def _at(self, position: int) -> Estimate:
        value, low, high = self.specifications[_ENDS].iloc[position].astype(float)
        return Estimate(value, low, high, self.unit, self.display, self.level)


def multiverse(
    choices: Mapping[str, Mapping[str, Any]],
    estimate: Callable[..., Estimate],
    *,
    where: Callable[..., bool] | None = None,
) -> Multiverse:
    """Call estimate with every combination of options.

    choices: for each argument of estimate its options, by the words they are shown with. where: the same arguments,
    False for a combination that makes no sense, which is counted and left out. A specification that raises ValueError,
    or whose estimate is not finite, has failed and is listed with its reason. ValueError where none is left, or where
    units, formats or levels differ.
    """
    empty = [name for name, options in choices.items() if not options]
    if not choices or empty:
        raise ValueError(f"choices without options: {', '.join(empty) or 'all'}; give each at least one")
    done: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    kinds: set[tuple[str, str, float]] = set()
    left_out = 0
    for words in product(*choices.values()):
        named = dict(zip(choices, words, strict=True))
        options = {name: choices[name][word] for name, word in named.items()}
        if where is not None and not where(**options):
            left_out += 1
            continue
        try:
            found = estimate(**options)
            if not np.isfinite(found.value):
                raise ValueError(f"the estimate is {found.value}")
        except ValueError as error:
            failed.append({**named, "reason": str(error)})
            continue
        kinds.add((found.unit, found.display, found.level))
        done.append({**named, "estimate": found.value, "low": found.low, "high": found.high})
    if not done:
        raise ValueError(f"no specification has an estimate; the first failed: {failed[0]['reason'] if failed else ''}")
    if len(kinds) > 1:
        raise ValueError(f"estimates differ in unit, display or level: {sorted(kinds)}; give all the same")
    table = pd.DataFrame(done).sort_values("estimate", kind="stable", ignore_index=True)
    unit, display, level = kinds.pop()
    return Multiverse(
        {name: tuple(options) for name, options in choices.items()}, table,
        pd.DataFrame(failed, columns=[*choices, "reason"]), left_out, unit, display, level,
    )  # fmt: skip
