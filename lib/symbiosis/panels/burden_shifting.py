"""Panel: when does treating a symptom make the problem larger?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist

from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled
from symbiosis.checks import FloatArray
from symbiosis.models.interplay.burden_shifting import BurdenShifting
from symbiosis.panels.panel import Panel, Preset, Readout

YEARS = 60.0
HIGHEST = 200.0
"""Top of both axes, in percent of the untreated level; what is higher leaves the picture and is in the readout."""

_CONTROLS = ("effort", "erosion", "relief", "cure", "decay", "delay")


@dataclass(frozen=True)
class TreatedSymptom:
    """What the picture shows; problem and capability over those without treatment, at times in years.

    end: the problem in equilibrium, over the untreated one; harm, relief: f g and s delta; first_worse: years until
    the treated problem exceeds the untreated one (inf: not within the picture); deepest: lowest problem.
    """

    times: FloatArray
    problem: FloatArray
    capability: FloatArray
    end: float
    harm: float
    relief: float
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


def _compute(settings: dict[str, Any]) -> TreatedSymptom:
    system = BurdenShifting(**settings)
    run, treated, untreated = system.path(horizon=YEARS), system.equilibrium(), system.replace(effort=0).equilibrium()
    harm, relief = system.harm_and_relief()
    return TreatedSymptom(
        times=run.times,
        problem=np.asarray(run.problem / run.untreated),
        capability=np.asarray(run.capability / untreated.capability),
        end=float(treated.problem / untreated.problem),
        harm=float(harm),
        relief=float(relief),
        first_worse=float(run.first_worse),
        deepest=float(run.deepest),
    )


def _readout(result: TreatedSymptom) -> Readout:
    worse = "not in the picture" if np.isinf(result.first_worse) else f"from year {result.first_worse:.1f}"
    sign = ">" if result.harm > result.relief else "\u2264"
    condition = f"{result.harm:.4f} {sign} {result.relief:.4f}"
    return Readout(
        numbers=(
            ("f g and s \u03b4", condition),
            ("Problem in the end (untreated 100)", f"{100 * result.end:.0f}"),
            ("At its lowest", f"{100 * result.deepest:.0f}"),
            ("Worse than untreated", worse),
        ),
        alt=f"Two pictures over {YEARS:.0f} years, untreated at 100. Left, the treated problem falls to "
        f"{100 * result.deepest:.0f} at its lowest and tends to {100 * result.end:.0f}; worse than untreated: {worse}. "
        f"Right, the capability to cure stands at {100 * result.capability[-1]:.0f} at the end. f g against s delta: "
        f"{condition}.",
    )


_PRESETS = (
    Preset("Better, then worse", "Look where the red line crosses: until then, every review says success.", {}),
    Preset("The safe region", "Treatment twice as strong, nothing else changed: the problem is smaller, and stays so.",
           {"relief": 0.2}),
    Preset("On the border", "f g equals s δ: in the end treatment has changed the problem by nothing at all.",
           {"relief": 0.16}),
    Preset("A harmless painkiller", "Treatment that displaces little of the cure: capability falls only because there "
           "is less to cure.", {"erosion": 0.05, "effort": 1.0}),
    Preset("Full dose", "All effort goes to the symptom: the relief is deepest, and so is the price.", {"effort": 1.0}),
    Preset("A slow cure", "Build-up takes years to work, so its loss takes years to show: the illusion lasts longer.",
           {"delay": 8.0}),
)  # fmt: skip


def burden_shifting_panel() -> Panel[TreatedSymptom]:
    """A problem treated at its symptom while the capability to cure it wastes away."""
    return Panel(
        controls=tuple(BurdenShifting.parameters().only(*_CONTROLS)),
        compute=_compute,
        picture=BurdenPicture(),
        readout=_readout,
        presets=_PRESETS,
    )
