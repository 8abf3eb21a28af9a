"""The live picture of a necessary condition: a cloud of countries, the ceiling over it, the empty corner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.patheffects import withStroke

from symbiosis.charts.scatter import income_axis
from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled
from symbiosis.evidence.necessity import Ceiling

_LABELS = 9


@dataclass(frozen=True)
class NecessityView:
    """What the picture shows: urban share (percent) and income per person of each country, and the ceiling.

    income: in the unit of the axis label; ceiling: estimated on (urban share, natural log of income);
    income_cut, share_cut: the corner that should be empty; in_corner: the countries in it.
    """

    names: tuple[str, ...]
    urban_share: npt.NDArray[np.float64]
    income: npt.NDArray[np.float64]
    ceiling: Ceiling
    income_cut: float
    share_cut: float
    in_corner: npt.NDArray[np.bool_]
    left_out: tuple[str, ...]
    year: int


class NecessityPicture:
    """Draws a NecessityView."""

    @styled
    def __init__(self, *, xlabel: str, ylabel: str) -> None:
        self.figure, (axes,) = new_figure(1, height=3.7, dpi=SCREEN_DPI)
        axes.set(xlabel=xlabel, ylabel=ylabel, xlim=(0, 101))
        income_axis(axes, low=500, high=160_000)
        self._axes = axes
        (self._corner,) = axes.fill([0, 1, 1, 0], [1, 1, 2, 2], color=COLOURS["rural"], alpha=0.16, linewidth=0)
        (self._empty,) = axes.fill([0, 1, 1], [1, 1, 2], color=COLOURS["urban"], alpha=0.10, linewidth=0)
        (self._line,) = axes.plot([], [], color=COLOURS["urban"], linewidth=2.6)
        self._dots = axes.scatter([], [], s=40, color=COLOURS["muted"], edgecolors="white", linewidths=0.6, zorder=3)
        self._peers = axes.scatter([], [], s=64, color=COLOURS["urban"], edgecolors="white", linewidths=0.6, zorder=4)
        self._inside = axes.scatter(
            [], [], s=90, marker="D", color=COLOURS["china"], edgecolors="white", linewidths=0.6, zorder=5
        )
        halo = [withStroke(linewidth=3, foreground=COLOURS["paper"])]
        self._texts = [axes.text(0, 1, "", size=11.5, va="bottom", zorder=6, path_effects=halo) for _ in range(_LABELS)]
        self._year = axes.text(
            0.995, 0.04, "", transform=axes.transAxes, ha="right", va="bottom", size=34, color="#c9ced4", weight="bold"
        )
        self.moving: list[Artist] = [
            self._year, self._corner, self._empty, self._line, self._dots, self._peers, self._inside, *self._texts,
        ]  # fmt: skip

    def update(self, result: NecessityView) -> bool:
        """Move dots, ceiling, corner and names; the axes never change."""
        x, y, ceiling = result.urban_share, result.income, result.ceiling
        points = np.column_stack([x, y])
        peers = np.zeros(len(x), bool)
        peers[list(ceiling.peers)] = True
        self._dots.set_offsets(points[~peers & ~result.in_corner])
        self._peers.set_offsets(points[peers & ~result.in_corner])
        self._inside.set_offsets(points[result.in_corner])
        line_x, line_y = ceiling.line()
        top = float(np.exp(ceiling.scope.y_max))
        self._line.set_data(line_x, np.exp(line_y))
        left = ceiling.scope.x_min
        edge = list(zip(line_x, np.exp(line_y), strict=True))
        # One deciding case carries no straight ceiling: then nothing is known to be empty.
        self._empty.set_xy([(left, edge[0][1]), *edge, (edge[-1][0], top), (left, top)] if edge else np.empty((0, 2)))
        cut, share = result.income_cut, result.share_cut
        self._corner.set_xy([(0, cut), (share, cut), (share, 160_000), (0, 160_000)])
        self._year.set_text(str(result.year))
        self._name(result, peers)
        return False

    def _name(self, result: NecessityView, peers: npt.NDArray[np.bool_]) -> None:
        """Name the countries in the corner first, then the deciding ones, from the top; skip what would collide."""
        order = [*np.flatnonzero(result.in_corner), *np.flatnonzero(peers & ~result.in_corner)]
        order.sort(key=lambda i: (not result.in_corner[i], -result.income[i]))
        across, up = result.urban_share, np.log(result.income)
        marked = result.in_corner | peers
        taken: list[tuple[float, float, float, float]] = []
        texts = iter(self._texts)
        for i in order:
            # The room that a name needs, in the units of the axes: share points and log income.
            right, width = across[i] < 80, 1.15 * len(result.names[i])
            left = across[i] + (0.8 if right else -0.8 - width)
            box = (left, left + width, up[i] + 0.06, up[i] + 0.32)
            covers = marked & (across > box[0]) & (across < box[1]) & (up > box[2]) & (up < box[3])
            if covers.any() or any(box[0] < b[1] and b[0] < box[1] and box[2] < b[3] and b[2] < box[3] for b in taken):
                continue
            text = next(texts, None)
            if text is None:
                break
            taken.append(box)
            text.set_position((across[i] + (0.8 if right else -0.8), 1.06 * result.income[i]))
            text.set_horizontalalignment("left" if right else "right")
            text.set_text(result.names[i])
            text.set_color(COLOURS["china"] if result.in_corner[i] else COLOURS["ink"])
        for text in texts:
            text.set_text("")
