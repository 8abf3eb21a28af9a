"""How much of a rule's skill is left when whole neighbourhoods are held out: one row per rule, one mark per fold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from symbiosis.charts.style import COLOURS, styled

Estimate = tuple[float, float, float]
"""(skill, low, high), as fractions."""

_MARKS = (("muted", "#5d6771", "o"), ("rural", "#8a5a10", "s"), ("urban", COLOURS["urban"], "D"))


@styled
def draw_fold_skill(
    axes: Axes, rules: Sequence[str], skills: Mapping[str, Sequence[Estimate]], *, xlabel: str, title: str = ""
) -> None:
    """Rules from the top down; skills: kind of fold -> one estimate per rule. Up to three kinds, named on the first."""
    if not 1 <= len(skills) <= len(_MARKS):
        raise ValueError(f"skills holds {len(skills)} kinds of fold; give one to {len(_MARKS)}")
    rows = np.arange(len(rules))[::-1].astype(float)
    axes.axvline(0, color=COLOURS["ink"], linewidth=1.2)
    for k, (kind, estimates) in enumerate(skills.items()):
        if len(estimates) != len(rules):
            raise ValueError(f"{len(rules)} rules and {len(estimates)} estimates for {kind!r}; give one for each")
        role, ink, marker = _MARKS[k]
        at = rows + 0.25 * ((len(skills) - 1) / 2 - k)
        middle, low, high = (np.array(part, float) for part in zip(*estimates, strict=True))
        axes.hlines(at, low, high, color=COLOURS[role], linewidth=2.6)
        axes.scatter(middle, at, s=70, marker=marker, color=COLOURS[role], edgecolor="white", linewidth=0.8, zorder=3)
        axes.annotate(
            kind, (high[0], at[0]), xytext=(8, 0), textcoords="offset points", va="center", size=12, color=ink,
            weight="bold",
        )  # fmt: skip
    axes.set_yticks(rows, list(rules))
    axes.set_ylim(-0.6, len(rules) - 0.4)
    axes.grid(axis="y", visible=False)
    axes.set(xlabel=xlabel, title=title)
