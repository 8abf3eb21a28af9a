"""The live picture of the Kuznets process: inequality over the urban share, and the Lorenz curve of everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist

from symbiosis.charts.scales import ladder_limit
from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled

LOWEST_TOP = 0.3
"""The axis of inequality reaches at least as far, so that most settings compare."""


@dataclass(frozen=True)
class KuznetsCurve:
    """What the picture shows; shares are fractions.

    measure: its name; share, total, between: inequality of everybody, and of the two means alone, over the urban share;
    here: (urban share, total) now, between_here: of the two means; peak: urban share at which the total is greatest;
    path, path_years: a country's own course, (urban share, inequality between) per year; lorenz, lorenz_between:
    (people, income) cumulated, of everybody and of the two means alone.
    """

    measure: str
    share: npt.NDArray[np.float64]
    total: npt.NDArray[np.float64]
    between: npt.NDArray[np.float64]
    here: tuple[float, float]
    between_here: float
    peak: float
    path: npt.NDArray[np.float64]
    path_years: tuple[int, ...]
    lorenz: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]
    lorenz_between: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


class KuznetsPicture:
    """Draws a KuznetsCurve; only the top of the left axis changes, and rarely."""

    @styled
    def __init__(self, *, path_name: str) -> None:
        self.figure, (curve, lorenz) = new_figure(2, height=3.7, dpi=SCREEN_DPI, width_ratios=[1.45, 1])
        self._axes = curve
        curve.set(xlabel="Urban share (%)", ylabel="Inequality", xlim=(0, 100), ylim=(0, LOWEST_TOP))
        curve.set_title("Over the urban share")
        lorenz.set(xlabel="People, poorest first (%)", ylabel="Their income (%)", xlim=(0, 100), ylim=(0, 100))
        lorenz.set_title("Lorenz curve")
        lorenz.set_xticks(range(0, 101, 25))
        lorenz.set_yticks(range(0, 101, 25))
        lorenz.plot([0, 100], [0, 100], color=COLOURS["muted"], linewidth=1.4, linestyle=(0, (4, 2.5)))
        lorenz.text(45, 49, "all equal", size=11.5, color="#5d6771", ha="right", va="bottom")
        (self._peak,) = curve.plot([], [], color=COLOURS["muted"], linewidth=1.6, linestyle=(0, (1, 2)), zorder=1)
        dashed: dict[str, Any] = {"color": COLOURS["urban"], "linewidth": 2.0, "linestyle": (0, (4, 2)), "zorder": 2}
        (self._between,) = curve.plot([], [], **dashed)
        (self._lorenz_between,) = lorenz.plot([], [], **dashed)
        (self._total,) = curve.plot([], [], color=COLOURS["ink"], linewidth=3, zorder=3)
        (self._lorenz,) = lorenz.plot([], [], color=COLOURS["ink"], linewidth=3, zorder=3)
        (self._path,) = curve.plot(
            [], [], color=COLOURS["china"], marker="o", markersize=4.5, linewidth=1.2, alpha=0.85, zorder=4
        )
        (self._here,) = curve.plot(
            [], [], marker="o", linestyle="none", markersize=12, color=COLOURS["rural"],
            markeredgecolor=COLOURS["ink"], markeredgewidth=1.6, zorder=6,
        )  # fmt: skip
        plate = {"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 1.0, "alpha": 0.85}
        small: dict[str, Any] = {"size": 11.5, "zorder": 5, "bbox": plate}
        self._peak_name = curve.text(0, 0, "greatest", color="#5d6771", ha="center", va="bottom", **small)
        self._first = curve.text(0, 0, "", color=COLOURS["china"], ha="right", va="center", **small)
        self._last = curve.text(0, 0, "", color=COLOURS["china"], ha="left", va="center", **small)
        curve.legend(
            [self._total, self._between, self._path],
            ["everybody", "city and country means only", path_name],
            loc="upper right", bbox_to_anchor=(1.01, 1.03), borderaxespad=0.1, handlelength=1.6, labelspacing=0.25,
            fontsize=11.5, frameon=True, facecolor=COLOURS["paper"], edgecolor="none", framealpha=0.9,
        )  # fmt: skip
        self.moving: list[Artist] = [
            self._peak, self._between, self._lorenz_between, self._total, self._lorenz, self._path, self._here,
            self._peak_name, self._first, self._last,
        ]  # fmt: skip

    def update(self, result: KuznetsCurve) -> bool:
        """Move the curves and dots; True where the top of the axis or its name changed."""
        for line, values in ((self._total, result.total), (self._between, result.between)):
            line.set_data(100 * result.share, values)
        self._here.set_data([100 * result.here[0]], [result.here[1]])
        for line, (people, income) in (
            (self._lorenz, result.lorenz),
            (self._lorenz_between, result.lorenz_between),
        ):
            line.set_data(100 * people, 100 * income)
        # Room above the curves for the legend.
        highest = max(float(result.total.max()), float(result.path[:, 1].max(initial=0.0)))
        top = max(ladder_limit(1.35 * highest), 4 / 3 * LOWEST_TOP) if highest > 0 else 4 / 3 * LOWEST_TOP
        self._peak.set_data([100 * result.peak] * 2, [0, float(result.total.max())])
        self._peak_name.set_position((min(max(100 * result.peak, 9), 91), 0.01 * top))
        self._path.set_data(100 * result.path[:, 0], result.path[:, 1])
        for name, at, dx in ((self._first, 0, -1.6), (self._last, -1, 1.6)):
            if len(result.path):
                name.set_position((100 * result.path[at, 0] + dx, float(result.path[at, 1])))
                name.set_text(str(result.path_years[at]))
        changed = bool(self._axes.get_ylim()[1] != top or self._axes.get_ylabel() != result.measure)
        self._axes.set_ylim(0, top)
        self._axes.set_ylabel(result.measure)
        return changed
