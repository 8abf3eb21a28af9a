"""Panel: when does treating a symptom make the problem larger?"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from symbiosis.charts.style import COLOURS
from symbiosis.checks import FloatArray
from symbiosis.models.interplay.burden_shifting import BurdenPath, BurdenShifting
from symbiosis.panels.panel import Panel, Preset, Readout
from symbiosis.panels.picture import LivePicture

YEARS = 60.0
HIGHEST = 200.0
"""Top of both axes, in percent of the untreated level; what is higher leaves the picture and is in the readout."""


@dataclass(frozen=True)
class TreatedSymptom:
    """What the picture shows.

    run: the course under treatment; capability: over that without treatment, by year of the run; end: the problem in
    equilibrium, over the untreated one; harm, relief: f g and s delta.
    """

    run: BurdenPath
    capability: FloatArray
    end: float
    harm: float
    relief: float


class BurdenPicture(LivePicture):
    """Draws a TreatedSymptom; the axes never change."""

    def __init__(self) -> None:
        problem, capability = self.new_axes(height=3.6)
        for axes, title in zip(self.axes, ("The problem", "The capability to cure it"), strict=True):
            axes.set(title=title, xlabel="Years of treatment", xlim=(0, YEARS))
            axes.set(ylabel="Untreated = 100", ylim=(0, HIGHEST))
            axes.axhline(100, color=COLOURS["ink"], linewidth=1.8, linestyle=(0, (5, 2)))
            axes.text(YEARS - 1, 96, "untreated", ha="right", va="top", size=12)
        self._problem = self.line(problem, "china", linewidth=3.2)
        self._capability = self.line(capability, "urban", linewidth=3.2)
        self._crossing = self.dots(problem, "ink", 11)
        self._year = self.words(problem, weight="bold", va="top")

    def update(self, result: TreatedSymptom) -> None:
        """Move the two paths and the mark where the treated problem becomes the larger one."""
        run, when = result.run, float(result.run.first_worse)
        self._problem.set_data(run.times, 100 * run.problem / run.untreated)
        self._capability.set_data(run.times, 100 * result.capability)
        crosses = bool(np.isfinite(when))
        self._crossing.set_data([when] if crosses else [], [100.0] if crosses else [])
        year, height = min(when, 0.55 * YEARS) if crosses else 0.0, 78.0 if not crosses or run.deepest > 0.8 else 60.0
        self._year.set(position=(year + 1.2, height), text=f"worse from year {when:.1f}" if crosses else "")


def _compute(settings: dict[str, Any]) -> TreatedSymptom:
    system = BurdenShifting(**settings)
    run, treated, untreated = system.path(horizon=YEARS), system.equilibrium(), system.replace(effort=0).equilibrium()
    end, (harm, relief) = float(treated.problem / untreated.problem), system.harm_and_relief()
    return TreatedSymptom(run, run.capability / untreated.capability, end, float(harm), float(relief))


def _readout(result: TreatedSymptom) -> Readout:
    when, deepest = result.run.first_worse, f"{100 * result.run.deepest:.0f}"
    worse = "not in the picture" if np.isinf(when) else f"from year {when:.1f}"
    condition = f"{result.harm:.4f} {'>' if result.harm > result.relief else '≤'} {result.relief:.4f}"
    return Readout(
        numbers=(
            ("f g and s δ", condition),
            ("Problem in the end (untreated 100)", f"{100 * result.end:.0f}"),
            ("At its lowest", deepest),
            ("Worse than untreated", worse),
        ),
        alt=f"Two pictures over {YEARS:.0f} years, untreated at 100. Left, the treated problem falls to {deepest} at "
        f"its lowest and tends to {100 * result.end:.0f}; worse than untreated: {worse}. Right, the capability to cure "
        f"stands at {100 * result.capability[-1]:.0f} at the end. f g against s delta: {condition}.",
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
        controls=tuple(BurdenShifting.parameters().only("effort", "erosion", "relief", "cure", "decay", "delay")),
        compute=_compute,
        picture=BurdenPicture(),
        readout=_readout,
        presets=_PRESETS,
    )
