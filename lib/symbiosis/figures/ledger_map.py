"""The live picture of the ledger: the argument map, marked by verdicts that change with the rules of judging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.artist import Artist

from symbiosis.argument import Category, Claim, Relation
from symbiosis.figures.argument_map import MARKS, draw_argument_map
from symbiosis.figures.style import COLOURS, SCREEN_DPI, new_figure, styled


@dataclass(frozen=True)
class LedgerMap:
    """What the picture shows: the category of every claim by key; changed: those judged otherwise in their notebook."""

    categories: Mapping[str, Category]
    changed: frozenset[str]


class LedgerMapPicture:
    """Draws a LedgerMap; claims whose category differs from that of their notebook get a thick frame."""

    @styled
    def __init__(self, claims: Sequence[Claim], relations: Sequence[Relation]) -> None:
        self.figure, (axes,) = new_figure(height=4.6, dpi=SCREEN_DPI)
        self._boxes = draw_argument_map(axes, claims, relations)
        key = "     ".join(f"{mark} {category.value}" for category, mark in MARKS.items())
        axes.text(-0.5, 4.62, key, size=12.5, color=COLOURS["ink"], va="center")
        self.moving: list[Artist] = [
            artist for box in self._boxes.values() for artist in (box.patch, box.name, box.mark)
        ]

    def update(self, result: LedgerMap) -> bool:
        """Colour, mark and frame the boxes; nothing else moves."""
        for key, box in self._boxes.items():
            box.show(result.categories[key])
            changed = key in result.changed
            box.patch.set_edgecolor(COLOURS["china" if changed else "muted"])
            box.patch.set_linewidth(3.0 if changed else 1.2)
        return False
