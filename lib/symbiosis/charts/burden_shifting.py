"""The live picture of a treated symptom: the problem and the capability to cure it, beside the untreated path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist

from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled

YEARS = 60.0
HIGHEST = 200.0
"""Top of both axes, in percent of the untreated level; what is higher leaves the picture and is in the readout."""


@dataclass(frozen=True)
class TreatedSymptom:
    """What the picture shows; problem and capability over those without treatment, at times in years.

    end: the problem in equilibrium, over the untreated one; cross_product: f g; safe_product:
    s delta; first_worse: years until the treated problem exceeds the untreated one (inf: not within the
    picture); deepest: lowest problem.
    """

    times: npt.NDArray[np.float64]
    problem: npt.NDArray[np.float64]
    capability: npt.NDArray[np.float64]
    end: float
    cross_product: float
    safe_product: float
    first_worse: float
    deepest: float


class BurdenPicture:
    """Draws a TreatedSymptom; the axes never change."""

    @styled
    def __init__(self) -> None:
        self.figure, (problem, capability) = new_figure(2, height=3.6, dpi=SCREEN_DPI)
        both: dict[str, Any] = {"xlim": (0, YEARS), "ylim": (0, HIGHEST), "xlabel": "Years of treatment"}
        problem.set(title="The problem", ylabel="Untreated = 100", **both)
        capability.set(title="The capability to cure it", ylabel="Untreated = 100", **both)
        for axes in (problem, capability):
            axes.axhline(100, color=COLOURS["ink"], linewidth=1.8, linestyle=(0, (5, 2)))
            axes.text(YEARS - 1, 96, "untreated", ha="right", va="top", size=12)
        (self._problem,) = problem.plot([], [], color=COLOURS["china"], linewidth=3.2)
        (self._capability,) = capability.plot([], [], color=COLOURS["urban"], linewidth=3.2)
        (self._crossing,) = problem.plot(
            [], [], linestyle="none", marker="o", markersize=11, color=COLOURS["ink"], zorder=5
        )
        self._year = problem.text(0, 0, "", weight="bold", va="top", ha="left", zorder=6)
        self.moving: list[Artist] = [self._problem, self._capability, self._crossing, self._year]

    def update(self, result: TreatedSymptom) -> bool:
        """Move the two paths and the mark where the treated problem becomes the larger one."""
        self._problem.set_data(result.times, 100 * result.problem)
        self._capability.set_data(result.times, 100 * result.capability)
        crosses = bool(np.isfinite(result.first_worse))
        self._crossing.set_data([result.first_worse] if crosses else [], [100.0] if crosses else [])
        year = min(result.first_worse, 0.55 * YEARS) if crosses else 0.0
        self._year.set_position((year + 1.2, 78.0 if not crosses or result.deepest > 0.8 else 60.0))
        self._year.set_text(f"worse from year {result.first_worse:.1f}" if crosses else "")
        return False
