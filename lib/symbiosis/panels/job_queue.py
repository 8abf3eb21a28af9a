"""Panel: do more city jobs shorten the queue for them?"""

from __future__ import annotations

from typing import Any

import numpy as np

from symbiosis.charts.job_queue import MOST_JOBS, JobQueue, JobQueuePicture
from symbiosis.models.migration import harris_todaro_tastes as model
from symbiosis.panels.panel import Panel, Preset, Readout

_JOBS = np.linspace(0.01, MOST_JOBS, 90)
_CONTROLS = ("formal_jobs", "urban_wage", "informal_wage", "rural_productivity", "hukou_cost", "dispersion")


def _compute(settings: dict[str, Any]) -> JobQueue:
    chosen = {name: settings[name] for name in _CONTROLS if name != "formal_jobs"}
    jobs = np.append(_JOBS, settings["formal_jobs"])
    state = model.equilibrium(formal_jobs=jobs, alpha=model.PARAMETERS["alpha"].default, **chosen)
    return JobQueue(
        jobs=_JOBS,
        urban=state.urban[:-1],
        outside=state.outside_formal[:-1],
        rate=state.outside_share[:-1],
        here=(jobs[-1], float(state.urban[-1]), float(state.outside_formal[-1]), float(state.outside_share[-1])),
        outside_per_job=float(state.outside_per_job[-1]),
        paradox=bool(state.paradox[-1]),
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
        controls=tuple(model.PARAMETERS[name] for name in _CONTROLS),
        compute=_compute,
        picture=JobQueuePicture(),
        readout=_readout,
        presets=(
            Preset(
                "A few good jobs",
                "Few jobs, well paid: each new one draws more than one person to town, and the queue grows.",
                {"formal_jobs": 0.1, "urban_wage": 3.0},
            ),
            Preset(
                "Many good jobs",
                "The same wage, half of all workers have such a job: each new one now shortens the queue.",
                {"formal_jobs": 0.5, "urban_wage": 3.0},
            ),
            Preset(
                "A high hukou cost",
                "Migrants lose half of what the city pays: few come, hardly anybody waits, and the farms are full.",
                {"hukou_cost": 0.5},
            ),
            Preset(
                "Street work pays",
                "A living can be made without a formal job: the city fills with informal workers.",
                {"informal_wage": 0.5, "dispersion": 20.0},
            ),
            Preset(
                "A better countryside",
                "Farms yield half as much again: people stay, and the queue in the city gets shorter.",
                {"rural_productivity": 3.0},
            ),
            Preset(
                "People who follow their taste",
                "Money moves few, so a new job draws few, and it takes someone out of the queue.",
                {"dispersion": 1.5, "urban_wage": 3.0},
            ),
        ),
    )
