"""Panel: do more city jobs shorten the queue for them? How many stand in it, and how long it is beside the city."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist

from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled
from symbiosis.models.migration.harris_todaro import HarrisTodaro
from symbiosis.panels.panel import Panel, Preset, Readout

MOST_JOBS = 0.9
"""Right end of both axes of jobs, as a share of all workers."""


@dataclass(frozen=True)
class JobQueue:
    """What the picture shows, over the number of formal jobs; shares of all workers unless said otherwise.

    urban: workers in the city; outside: of these, without a formal job; rate: outside as a share of the city;
    here: the same four (jobs, urban, outside, rate) at the present number of jobs; outside_per_job: change of the
    number outside with one more job; paradox: that number rises.
    """

    jobs: npt.NDArray[np.float64]
    urban: npt.NDArray[np.float64]
    outside: npt.NDArray[np.float64]
    rate: npt.NDArray[np.float64]
    here: tuple[float, float, float, float]
    outside_per_job: float
    paradox: bool


class JobQueuePicture:
    """Draws a JobQueue; the axes never change."""

    @styled
    def __init__(self) -> None:
        self.figure, (people, rate) = new_figure(2, height=3.6, dpi=SCREEN_DPI)
        ends: dict[str, Any] = {"xlim": (0, 100 * MOST_JOBS), "ylim": (0, 101)}
        ends["xlabel"] = "Formal city jobs (% of all workers)"
        people.set(title="The number", ylabel="% of all workers", **ends)
        rate.set(title="The rate", ylabel="% of workers in the city", **ends)
        people.plot([0, 100], [0, 100], color=COLOURS["muted"], linewidth=1.4, linestyle=(0, (4, 2.5)))
        people.text(88, 92, "as many as jobs", color=COLOURS["ink"], size=11.5, ha="right", va="bottom")
        (self._urban,) = people.plot([], [], color=COLOURS["urban"])
        (self._outside,) = people.plot([], [], color=COLOURS["china"], linewidth=3.2)
        (self._rate,) = rate.plot([], [], color=COLOURS["china"], linewidth=3.2)
        dot: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": 10, "zorder": 5}
        (self._urban_dot,) = people.plot([], [], color=COLOURS["urban"], **dot)
        (self._outside_dot,) = people.plot([], [], color=COLOURS["china"], **dot)
        (self._rate_dot,) = rate.plot([], [], color=COLOURS["china"], **dot)
        name: dict[str, Any] = {"weight": "bold", "va": "bottom", "zorder": 6}
        self._urban_name = people.text(0, 0, "in the city", color=COLOURS["urban"], ha="right", **name)
        self._outside_name = people.text(0, 0, "without a formal job", color=COLOURS["china"], **name)
        self._rate_name = rate.text(0, 0, "without a formal job", color=COLOURS["china"], **name)
        self.moving: list[Artist] = [
            self._urban, self._outside, self._rate, self._urban_dot, self._outside_dot, self._rate_dot,
            self._urban_name, self._outside_name, self._rate_name,
        ]  # fmt: skip

    def update(self, result: JobQueue) -> bool:
        """Move the curves, the dots at the present number of jobs, and the names."""
        x = 100 * result.jobs
        for line, values in ((self._urban, result.urban), (self._outside, result.outside), (self._rate, result.rate)):
            line.set_data(x, 100 * values)
        jobs, urban, outside, rate = (100 * value for value in result.here)
        self._urban_dot.set_data([jobs], [urban])
        self._outside_dot.set_data([jobs], [outside])
        self._rate_dot.set_data([jobs], [rate])
        # The names stand above the curves; that of the city never on the other.
        at, left = (int(np.argmin(np.abs(x - place))) for place in (38, 28))
        low = min(93.0, 100 * float(result.outside[left]) + 3)
        self._outside_name.set_position((float(x[left]), low))
        high = min(93.0, 100 * float(result.urban[at]) + 3)
        self._urban_name.set_position((float(x[at]), max(high, low + 8)))
        self._rate_name.set_position((float(x[left]), min(93.0, 100 * float(result.rate[left]) + 3)))
        return False


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
    now, response = here.equilibrium(), here.job_response()
    state = here.replace(formal_jobs=_JOBS).equilibrium()
    return JobQueue(
        jobs=_JOBS,
        urban=state.urban_labour,
        outside=state.outside_formal,
        rate=state.outside_share,
        here=(settings["formal_jobs"], float(now.urban_labour), float(now.outside_formal), float(now.outside_share)),
        outside_per_job=float(response.outside_per_job),
        paradox=bool(response.paradox),
    )


def _readout(result: JobQueue) -> Readout:
    jobs, urban, outside, rate = result.here
    effect = f"{100 * result.outside_per_job:+.0f} people"
    queue = "fewer people wait" if outside > 0 else "nobody waits as it is"
    paradox = "more people wait" if result.paradox else queue
    return Readout(
        numbers=(
            ("Workers in the city", f"{urban:.1%}"),
            ("Of these without a formal job", f"{rate:.1%}"),
            ("A hundred more jobs: people without one", effect),
            ("So with more jobs", paradox),
        ),
        alt=f"Two pictures over the number of formal city jobs. Left, workers in the city and those of them without a "
        f"formal job; at jobs for {jobs:.0%} of all workers, {urban:.1%} are in the city and {outside:.1%} have no "
        f"formal job. Right, these as a share of the city, {rate:.1%}, which falls with jobs. A hundred more jobs "
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
            Preset("A high hukou cost", "Migrants lose half of what the city pays: few come, hardly anybody waits, and "
                   "the farms are full.", {"hukou_cost": 0.5}),
            Preset("Street work pays", "A living can be made without a formal job: the city fills with informal "
                   "workers.", {"informal_wage": 0.5, "dispersion": 20.0}),
            Preset("A better countryside", "Farms yield half as much again: people stay, and the queue in the city "
                   "gets shorter.", {"rural_productivity": 3.0}),
            Preset("People who follow their taste", "Money moves few, so a new job draws few, and it takes someone out "
                   "of the queue.", {"dispersion": 1.5, "urban_wage": 3.0}),
        ),
    )  # fmt: skip
