"""Causal loops: what raises or lowers what, and which circles that makes."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from symbiosis.charts.style import COLOURS, styled

_WIDTH, _HEIGHT = 1.9, 0.76
_TURN = 0.17
"""Radius of the turning arrow over the name of a loop."""


@dataclass(frozen=True)
class Link:
    """More of start means more (sign 1) or less (sign -1) of end."""

    start: str
    end: str
    sign: int


@dataclass(frozen=True)
class Loop:
    """A circle of links by the nodes on it, its name, and where the name stands."""

    name: str
    nodes: tuple[str, ...]
    place: tuple[float, float]


@dataclass(frozen=True)
class CausalLoops:
    """A diagram laid out by hand on a plane of 10 by 5; nodes: key -> (words, place)."""

    nodes: Mapping[str, tuple[str, tuple[float, float]]]
    links: tuple[Link, ...]
    loops: tuple[Loop, ...]

    def reinforces(self, loop: Loop) -> bool:
        """Whether the signs around a loop multiply to plus; ValueError where two of its nodes are not linked."""
        sign = 1
        for start, end in zip(loop.nodes, loop.nodes[1:] + loop.nodes[:1], strict=True):
            found = [link.sign for link in self.links if (link.start, link.end) == (start, end)]
            if not found:
                raise ValueError(f"loop {loop.name!r}: no link from {start!r} to {end!r}; add it or correct the loop")
            sign *= found[0]
        return sign > 0

    def turns_left(self, loop: Loop) -> bool:
        """Whether the nodes of a loop follow each other against the clock as they are laid out."""
        x, y = np.array([self.nodes[name][1] for name in loop.nodes]).T
        return bool((x * np.roll(y, -1) - y * np.roll(x, -1)).sum() > 0)


CITY_COUNTRYSIDE = CausalLoops(
    nodes=MappingProxyType(
        {
            "moves": ("moves to\nthe city", (5.3, 2.5)),
            "city": ("people in\nthe city", (8.8, 0.7)),
            "urban": ("city services\nper head", (8.8, 4.3)),
            "land": ("land money", (5.3, 4.3)),
            "rural": ("people in the\ncountryside", (1.2, 2.5)),
            "farm": ("farm income", (2.9, 0.7)),
            "village": ("village services\nper head", (2.9, 4.3)),
        }
    ),
    links=(
        Link("moves", "land", 1),
        Link("land", "urban", 1),
        Link("urban", "moves", 1),
        Link("moves", "city", 1),
        Link("city", "urban", -1),
        Link("moves", "rural", -1),
        Link("rural", "farm", -1),
        Link("farm", "moves", -1),
        Link("rural", "village", 1),
        Link("village", "moves", -1),
    ),
    loops=(
        Loop("land\nfinance", ("moves", "land", "urban"), (5.83, 3.25)),
        Loop("crowding", ("moves", "city", "urban"), (7.75, 2.5)),
        Loop("hollowing", ("moves", "rural", "village"), (3.0, 3.0)),
        Loop("fewer farmers,\nbetter incomes", ("moves", "rural", "farm"), (3.0, 1.62)),
    ),
)
"""The loops of models.city_countryside."""

SHIFTED_BURDEN = CausalLoops(
    nodes=MappingProxyType(
        {
            "problem": ("the problem", (1.3, 2.5)),
            "relief": ("relief", (4.6, 4.4)),
            "treatment": ("treatment of\nthe symptom", (8.6, 3.7)),
            "built": ("what is built\nfor the cure", (8.6, 1.3)),
            "cure": ("capability\nto cure", (4.6, 0.6)),
        }
    ),
    links=(
        Link("problem", "treatment", 1),
        Link("treatment", "relief", 1),
        Link("relief", "problem", -1),
        Link("problem", "built", 1),
        Link("built", "cure", 1),
        Link("cure", "problem", -1),
        Link("treatment", "built", -1),
    ),
    loops=(
        Loop("relief", ("problem", "treatment", "relief"), (4.6, 3.3)),
        Loop("cure", ("problem", "built", "cure"), (4.6, 1.2)),
        Loop("the trap", ("problem", "treatment", "built", "cure"), (7.0, 2.4)),
    ),
)
"""The loops of models.burden_shifting."""


@styled
def draw_causal_loops(axes: Axes, diagram: CausalLoops = CITY_COUNTRYSIDE) -> None:
    """Draw the diagram: + arrows whole, - arrows dashed, R for loops that reinforce and B for those that balance.

    Over each name a small arrow turns the way its loop runs.
    """
    axes.set_axis_off()
    axes.set(xlim=(0, 10), ylim=(0, 5))
    middle: dict[str, Any] = {"ha": "center", "va": "center"}
    plate = {"boxstyle": "circle,pad=0.12", "facecolor": COLOURS["paper"], "edgecolor": "none"}
    for link in diagram.links:
        start, end = diagram.nodes[link.start][1], diagram.nodes[link.end][1]
        role, dash, mark = ("urban", "solid", "+") if link.sign > 0 else ("china", (0, (5, 2)), "−")
        (x0, y0), (x1, y1) = _edge(start, end), _edge(end, start)
        look: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 22, "linewidth": 2.2, "linestyle": dash}
        look |= {"color": COLOURS[role], "shrinkA": 1, "shrinkB": 2, "zorder": 1}
        axes.add_patch(FancyArrowPatch((x0, y0), (x1, y1), **look))
        words: dict[str, Any] = {"size": 17, "weight": "bold", "color": COLOURS[role], "zorder": 2, "bbox": plate}
        axes.text(x0 + 0.62 * (x1 - x0), y0 + 0.62 * (y1 - y0), mark, **words, **middle)
    box: dict[str, Any] = {"boxstyle": "round,pad=0,rounding_size=0.1", "linewidth": 1.2, "zorder": 3}
    box |= {"facecolor": COLOURS["grid"], "edgecolor": COLOURS["muted"]}
    for name, (x, y) in diagram.nodes.values():
        axes.add_patch(FancyBboxPatch((x - _WIDTH / 2, y - _HEIGHT / 2), _WIDTH, _HEIGHT, **box))
        axes.text(x, y, name, size=12.5, zorder=4, **middle)
    for loop in diagram.loops:
        kind = "R" if diagram.reinforces(loop) else "B"
        axes.text(*loop.place, f"{kind}: {loop.name}", size=12.5, style="italic", zorder=4, **middle)
        lines = loop.name.count("\n") + 1
        _turn(axes, loop.place[0], loop.place[1] + 0.13 * lines + 1.25 * _TURN, left=diagram.turns_left(loop))


def _turn(axes: Axes, x: float, y: float, *, left: bool) -> None:
    """A small arrow that turns the way its loop runs, open at the top."""
    way = 1 if left else -1
    angle = np.pi / 2 + way * np.linspace(0.5, 5.5, 60)
    axes.plot(x + _TURN * np.cos(angle), y + _TURN * np.sin(angle), color=COLOURS["ink"], linewidth=1.6, zorder=4)
    end = x + _TURN * np.cos(angle[-1]), y + _TURN * np.sin(angle[-1])
    # A triangle points up when it is not turned, and the circle's tangent runs a quarter ahead of its radius.
    tip = np.degrees(angle[-1]) + (0 if left else 180)
    axes.plot(*end, marker=(3, 0, tip), markersize=9, color=COLOURS["ink"], zorder=4)


def _edge(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    """Where the line from the middle of one box to that of another leaves the first."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    reach = min(_WIDTH / 2 / abs(dx) if dx else 9.0, _HEIGHT / 2 / abs(dy) if dy else 9.0)
    return start[0] + reach * dx, start[1] + reach * dy
