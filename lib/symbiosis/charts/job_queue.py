"""The live picture of the queue for city jobs: how many stand in it, and how long it is beside the city."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist

from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled

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
        people.text(88, 92, "as many as jobs", color="#5d6771", size=11.5, ha="right", va="bottom")
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
