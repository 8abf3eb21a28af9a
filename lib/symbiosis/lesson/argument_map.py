"""The claims as boxes and how they bear on each other as arrows."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle
from matplotlib.text import Text

from symbiosis.charts.style import COLOURS, styled
from symbiosis.lesson.argument_layout import COLUMNS, HEIGHT, ROWS, WIDTH, places
from symbiosis.lesson.claims import Claim, Relation
from symbiosis.lesson.rule import Verdict

_FACES: Mapping[Verdict | None, str] = {
    None: COLOURS["soft"],
    Verdict.HOLDS: COLOURS["soft_for"],
    Verdict.LEANS_FOR: COLOURS["soft_partly_for"],
    Verdict.SPLITS: COLOURS["soft_cannot_tell"],
    Verdict.NOT_SHOWN: COLOURS["soft_cannot_tell"],
    Verdict.LEANS_AGAINST: COLOURS["soft_against"],
    Verdict.REFUTED: COLOURS["soft_against"],
    Verdict.NOT_TESTABLE: COLOURS["soft_cannot_tell"],
}
_ARROWS: Mapping[str, dict[str, Any]] = {
    "supports": {"color": COLOURS["urban"], "linestyle": "solid"},
    "requires": {"color": COLOURS["ink"], "linestyle": (0, (1, 1.5))},
    "strains": {"color": COLOURS["china"], "linestyle": (0, (5, 2))},
}
MARKS: Mapping[Verdict, str] = {
    Verdict.HOLDS: "✔",
    Verdict.LEANS_FOR: "(✔)",
    Verdict.SPLITS: "±",
    Verdict.NOT_SHOWN: "?",
    Verdict.LEANS_AGAINST: "(✘)",
    Verdict.REFUTED: "✘",
    Verdict.NOT_TESTABLE: "–",
}
"""A sign for each verdict, for those who do not tell the colours apart."""


@dataclass(frozen=True)
class MapBox:
    """A claim on the map: its box, its name, and the sign of its verdict on a badge."""

    patch: FancyBboxPatch
    name: Text
    badge: Rectangle
    mark: Text

    @property
    def artists(self) -> tuple[Artist, ...]:
        return self.patch, self.name, self.badge, self.mark

    def show(self, verdict: Verdict | None) -> None:
        """Colour and sign of a verdict; plain where there is none."""
        self.patch.set_facecolor(_FACES[verdict])
        self.mark.set_text(MARKS[verdict] if verdict else "")
        for artist in (self.badge, self.mark):
            artist.set_visible(verdict is not None)


def _where(claims: Sequence[Claim], relations: Sequence[Relation]) -> Mapping[str, tuple[float, float]]:
    return places(tuple(c.key for c in claims), tuple((r.source, r.target) for r in relations))


def _edge(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    """Where the line from the middle of one box to that of another leaves the first."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    reach = min(WIDTH / 2 / abs(dx) if dx else 9.0, HEIGHT / 2 / abs(dy) if dy else 9.0)
    return start[0] + reach * dx, start[1] + reach * dy


@styled
def draw_argument_map(
    axes: Axes,
    claims: Sequence[Claim],
    relations: Sequence[Relation],
    *,
    verdicts: Mapping[str, Verdict] | None = None,
) -> None:
    """Draw the map, foundations left and conclusion right; verdicts: claim key -> verdict, marks the boxes."""
    where = _where(claims, relations)
    axes.set_axis_off()
    axes.set(xlim=(-0.55, COLUMNS - 0.4), ylim=(-0.75, ROWS - 0.5))
    for relation in relations:
        start, end = where[relation.source], where[relation.target]
        axes.add_patch(
            FancyArrowPatch(
                _edge(start, end), _edge(end, start), arrowstyle="-|>", mutation_scale=16, linewidth=1.8,
                shrinkA=0, shrinkB=1, zorder=1, **_ARROWS[relation.kind],
            )
        )  # fmt: skip
    for key, box in draw_boxes(axes, claims, relations).items():
        box.show((verdicts or {}).get(key))
    for kind, look in _ARROWS.items():
        axes.plot([], [], label=kind, linewidth=2, **look)
    axes.legend(loc="lower right", ncols=3, handlelength=2.6, bbox_to_anchor=(1.0, -0.04))


@styled
def draw_boxes(
    axes: Axes, claims: Sequence[Claim], relations: Sequence[Relation], *, above: float = 0.0
) -> dict[str, MapBox]:
    """The boxes of the map alone, by claim; above: added to their zorder, for boxes over those of a map."""
    boxes = {}
    where = _where(claims, relations)
    for one in claims:
        x, y = where[one.key]
        patch = FancyBboxPatch(
            (x - WIDTH / 2, y - HEIGHT / 2), WIDTH, HEIGHT, boxstyle="round,pad=0,rounding_size=0.06",
            edgecolor=COLOURS["muted"], linewidth=1.2, zorder=above + 2,
        )  # fmt: skip
        words = "\n".join(textwrap.wrap(f"{one.number} {one.title}", 16))
        name = axes.text(x, y, words, ha="center", va="center", size=12.5, zorder=above + 3)
        left, low = x + WIDTH / 2 - 0.21, y + HEIGHT / 2 - 0.05
        badge = Rectangle(
            (left, low), 0.2, 0.2, facecolor=COLOURS["paper"], edgecolor=COLOURS["muted"], zorder=above + 4
        )
        middle = (left + 0.1, low + 0.09)
        mark = axes.text(*middle, "", ha="center", va="center", size=11.5, weight="bold", zorder=above + 5)
        for shape in (patch, badge):
            axes.add_patch(shape)
        boxes[one.key] = MapBox(patch, name, badge, mark)
    return boxes
