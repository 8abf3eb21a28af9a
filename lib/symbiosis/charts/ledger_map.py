"""The live picture of the ledger: the argument map, marked by verdicts that change with the rules of judging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.artist import Artist

from symbiosis.charts.argument_map import MARKS, draw_argument_map, draw_boxes
from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled
from symbiosis.lesson.argument import Category, Claim, Relation


@dataclass(frozen=True)
class LedgerMap:
    """What the picture shows: the category of every claim by key; changed: those judged otherwise in their notebook."""

    categories: Mapping[str, Category]
    changed: frozenset[str]


class LedgerMapPicture:
    """Draws a LedgerMap over the map of the notebooks' own verdicts: those judged otherwise get a frame."""

    @styled
    def __init__(
        self, claims: Sequence[Claim], relations: Sequence[Relation], verdicts: Mapping[str, Category]
    ) -> None:
        self.figure, (axes,) = new_figure(height=4.6, dpi=SCREEN_DPI)
        draw_argument_map(axes, claims, relations, verdicts=verdicts)
        key = "     ".join(f"{mark} {category.value}" for category, mark in MARKS.items())
        axes.text(-0.5, 4.72, key, size=12.5, color=COLOURS["ink"], va="center")
        self._changed = draw_boxes(axes, claims, above=10)
        for box in self._changed.values():
            box.patch.set(edgecolor=COLOURS["china"], linewidth=3.0)
        self.moving: list[Artist] = [artist for box in self._changed.values() for artist in box.artists]

    def update(self, result: LedgerMap) -> bool:
        """Show the boxes of the claims judged otherwise; nothing else moves."""
        for key, box in self._changed.items():
            box.show(result.categories[key])
            for artist in box.artists:
                artist.set_visible(key in result.changed)
        return False
