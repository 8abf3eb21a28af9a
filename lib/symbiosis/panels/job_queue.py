"""Panel: do more city jobs shorten the queue for them? How many stand in it, and how long it is beside the city."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from symbiosis.charts.style import COLOURS
from symbiosis.checks import FloatArray
from symbiosis.models.migration.harris_todaro import HarrisTodaro, HarrisTodaroEquilibrium, JobResponse
from symbiosis.panels.panel import Panel, Preset, Readout
from symbiosis.panels.picture import LivePicture

MOST_JOBS = 0.9
"""Right end of both axes of jobs, as a share of all workers."""


@dataclass(frozen=True)
class JobQueue:
    """What the picture shows; shares of all workers.

    over: the equilibrium at each number of jobs; jobs, now, response: the present number, its equilibrium, and what
    one more job does.
    """

    over: HarrisTodaroEquilibrium
    jobs: float
    now: HarrisTodaroEquilibrium
    response: JobResponse


class JobQueuePicture(LivePicture):
    """Draws a JobQueue; the axes never change."""

    def __init__(self) -> None:
        people, rate = self.new_axes(height=3.6)
        for axes in self.axes:
            axes.set(xlabel="Formal city jobs (% of all workers)", xlim=(0, 100 * MOST_JOBS), ylim=(0, 101))
        people.set(title="The number", ylabel="% of all workers")
        rate.set(title="The rate", ylabel="% of workers in the city")
        people.plot([0, 100], [0, 100], color=COLOURS["muted"], linewidth=1.4, linestyle=(0, (4, 2.5)))
        people.text(88, 92, "as many as jobs", color=COLOURS["ink"], size=11.5, ha="right", va="bottom")
        # Workers in the city, those without a formal job, and these as a share of the city.
        places = ((people, "urban", 2.4), (people, "china", 3.2), (rate, "china", 3.2))
        self._lines = [self.line(axes, role, linewidth=width) for axes, role, width in places]
        self._dots = [self.dots(axes, role, 10) for axes, role, _ in places]
        texts = ("in the city", "without a formal job", "without a formal job")
        self._names = [
            self.words(axes, text, role, weight="bold", va="bottom")
            for (axes, role, _), text in zip(places, texts, strict=True)
        ]
        self._names[0].set_horizontalalignment("right")

    def update(self, result: JobQueue) -> None:
        """Move the curves, the dots at the present number of jobs, and the names."""
        x = 100 * _JOBS
        curves = [100 * values for values in _three(result.over)]
        for line, dot, curve, now in zip(self._lines, self._dots, curves, _three(result.now), strict=True):
            line.set_data(x, curve)
            dot.set_data([100 * result.jobs], [100 * float(now)])
        # The names stand above the curves; that of the city never on the other.
        at = [int(np.argmin(np.abs(x - place))) for place in (38, 28, 28)]
        city, outside, rate = (min(93.0, float(curve[i]) + 3) for i, curve in zip(at, curves, strict=True))
        for name, i, height in zip(self._names, at, (max(city, outside + 8), outside, rate), strict=True):
            name.set_position((float(x[i]), height))


def _three(state: HarrisTodaroEquilibrium) -> tuple[FloatArray, FloatArray, FloatArray]:
    return state.urban_labour, state.outside_formal, state.outside_share


_JOBS = np.linspace(0.01, MOST_JOBS, 90)
_PARAMETERS = HarrisTodaro.parameters()
_CONTROLS = (
    *_PARAMETERS.only("formal_jobs", "urban_wage", "informal_wage"),
    _PARAMETERS["rural_productivity"].narrowed(lower=1.0, upper=4.0),
    _PARAMETERS["hukou_cost"].narrowed(label="Hukou cost"),
    _PARAMETERS["dispersion"],
)


def _compute(settings: dict[str, Any]) -> JobQueue:
    here = HarrisTodaro(**settings)
    over = here.replace(formal_jobs=_JOBS).equilibrium()
    return JobQueue(over, settings["formal_jobs"], here.equilibrium(), here.job_response())


def _readout(result: JobQueue) -> Readout:
    urban, outside, rate = (float(values) for values in _three(result.now))
    effect = f"{100 * float(result.response.outside_per_job):+.0f} people"
    queue = "fewer people wait" if outside > 0 else "nobody waits as it is"
    return Readout(
        numbers=(
            ("Workers in the city", f"{urban:.1%}"),
            ("Of these without a formal job", f"{rate:.1%}"),
            ("A hundred more jobs: people without one", effect),
            ("So with more jobs", "more people wait" if result.response.paradox else queue),
        ),
        alt=f"Two pictures over the number of formal city jobs. Left, workers in the city and those of them without a "
        f"formal job; at jobs for {result.jobs:.0%} of all workers, {urban:.1%} are in the city and {outside:.1%} have "
        f"no formal job. Right, these as a share of the city, {rate:.1%}, which falls with jobs. A hundred more jobs "
        f"change the number without one by {effect}.",
    )


def job_queue_panel() -> Panel[JobQueue]:
    """Harris and Todaro's lottery for city jobs, with an informal sector, a hukou cost and tastes."""
    return Panel(
        controls=_CONTROLS,
        compute=_compute,
        picture=JobQueuePicture(),
        readout=_readout,
        presets=(
            Preset("A few good jobs", "Few jobs, well paid: each new one draws more than one person to town, and the "
                   "queue grows.", {"formal_jobs": 0.1, "urban_wage": 3.0}),
            Preset("Many good jobs", "The same wage, half of all workers have such a job: each new one now shortens "
                   "the queue.", {"formal_jobs": 0.5, "urban_wage": 3.0}),
            Preset("A high hukou cost", "Migrants lose six tenths of what the city pays: fewer come, a shorter queue "
                   "waits, and the farms are fuller.", {"hukou_cost": 0.6}),
            Preset("Street work pays", "A living can be made without a formal job, and money decides: the city fills "
                   "with informal workers.", {"informal_wage": 0.5, "dispersion": 20.0, "hukou_cost": 0.0}),
            Preset("A better countryside", "Farms yield half as much again: people stay, and the queue in the city "
                   "gets shorter.", {"rural_productivity": 3.0}),
            Preset("People who follow the money", "Taste matters little and registration costs nothing: now a new job "
                   "draws more than one person to town.", {"dispersion": 8.0, "hukou_cost": 0.0}),
        ),
    )  # fmt: skip
