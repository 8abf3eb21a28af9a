"""Stocks and flows: what there is of people, capital and food, and what passes between."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from symbiosis.charts.style import COLOURS, ink_of, styled

_WIDTH, _HEIGHT = 2.2, 0.78


@dataclass(frozen=True)
class Flow:
    """What passes from one stock to another; place: where its words stand; role: its colour; bend: of the arrow."""

    start: str
    end: str
    words: str
    place: tuple[float, float]
    role: str = "ink"
    bend: float = 0.0


@dataclass(frozen=True)
class StocksAndFlows:
    """A diagram laid out by hand on a plane of 12 by 5; stocks: key -> (words, place, role)."""

    stocks: Mapping[str, tuple[str, tuple[float, float], str]]
    flows: tuple[Flow, ...]


INTEGRATED_ECONOMY = StocksAndFlows(
    stocks=MappingProxyType(
        {
            "village": ("villages\npeople by age", (1.5, 2.5), "rural"),
            "city": ("cities and towns\npeople by age", (7.0, 2.5), "urban"),
            "farm": ("land, farm\nproductivity", (1.5, 0.55), "rural"),
            "capital": ("capital", (7.0, 0.55), "urban"),
            "state": ("public money", (4.25, 4.4), "muted"),
            "world": ("the world", (10.9, 0.55), "muted"),
            "citizen": ("citizens\nskill by cohort", (10.9, 2.5), "urban"),
        }
    ),
    flows=(
        Flow("village", "city", "moving: income, services,\nrent, barriers, crowding", (4.25, 3.1), bend=-0.12),
        Flow("city", "village", "money sent home", (4.25, 1.9), "money", bend=-0.12),
        Flow("farm", "village", "food", (1.05, 1.52), "rural"),
        Flow("capital", "city", "profits invested", (8.05, 1.52), "urban"),
        Flow("city", "citizen", "registration", (8.95, 2.72)),
        Flow("state", "village", "services,\ncash", (2.1, 3.75), "money"),
        Flow("city", "state", "taxes,\nland money", (6.5, 3.75), "money"),
        Flow("capital", "world", "exports", (8.95, 0.77), "money"),
        Flow("farm", "capital", "goods for food at one price", (4.25, 0.77), "money"),
    ),
)
"""The economy of symbiosis.economy, of which there are two: coast and inland."""


@styled
def draw_stocks_and_flows(axes: Axes, diagram: StocksAndFlows = INTEGRATED_ECONOMY) -> None:
    """Draw the diagram: boxes for what there is, arrows with words for what passes."""
    axes.set_axis_off()
    axes.set(xlim=(0, 12.2), ylim=(0, 5))
    middle: dict[str, Any] = {"ha": "center", "va": "center"}
    for flow in diagram.flows:
        start, end = (diagram.stocks[name][1] for name in (flow.start, flow.end))
        colour = COLOURS["other" if flow.role == "money" else flow.role]
        look: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 20, "linewidth": 2.2, "color": colour}
        look |= {"connectionstyle": f"arc3,rad={flow.bend}", "shrinkA": 1, "shrinkB": 2, "zorder": 1}
        axes.add_patch(FancyArrowPatch(_edge(start, end), _edge(end, start), **look))
        words = ink_of("other" if flow.role == "money" else flow.role)
        axes.text(*flow.place, flow.words, size=12, color=words, zorder=5, **middle)
    box: dict[str, Any] = {"boxstyle": "round,pad=0,rounding_size=0.1", "linewidth": 1.6, "zorder": 3}
    for words, (x, y), role in diagram.stocks.values():
        look = {**box, "facecolor": COLOURS["paper"], "edgecolor": COLOURS[role]}
        axes.add_patch(FancyBboxPatch((x - _WIDTH / 2, y - _HEIGHT / 2), _WIDTH, _HEIGHT, **look))
        axes.text(x, y, words, size=12.5, zorder=4, **middle)


def _edge(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    """Where the line from the middle of one box to that of another leaves the first."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    reach = min(_WIDTH / 2 / abs(dx) if dx else 9.0, _HEIGHT / 2 / abs(dy) if dy else 9.0)
    return start[0] + reach * dx, start[1] + reach * dy
