"""Panel: when does the countryside begin to empty? The share on the left, the number of rural people on the right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.text import Text

from symbiosis.charts.scales import ladder_limit
from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled
from symbiosis.models.urbanization.logistic_urbanization import LogisticUrbanization, RuralTrajectory, UrbanizationPath
from symbiosis.panels.panel import Panel, Preset, Readout
from symbiosis.parameters import Parameter, SettingsError


@dataclass(frozen=True)
class RuralPath:
    """What the picture shows: years from the start, and what the model says of them."""

    years: npt.NDArray[np.float64]
    path: UrbanizationPath
    trajectory: RuralTrajectory


class RuralPathPicture:
    """Draws a RuralPath; people are counted in units of the total population at the start."""

    @styled
    def __init__(self) -> None:
        self.figure, (share, people) = new_figure(2, height=3.6, dpi=SCREEN_DPI)
        share.set(title="The share", xlabel="Years from the start", ylabel="Urban share (%)", ylim=(0, 101))
        people.set(title="The number of people", xlabel="Years from the start", ylabel="People (total at start = 1)")
        self._share_axes, self._people_axes = share, people
        (self._share,) = share.plot([], [], color=COLOURS["urban"])
        (self._urban,) = people.plot([], [], color=COLOURS["urban"], linestyle=(0, (4, 2)))
        (self._rural,) = people.plot([], [], color=COLOURS["rural"], linewidth=3.2)
        dot: dict[str, Any] = {"linestyle": "none", "markersize": 11, "markeredgecolor": COLOURS["ink"], "zorder": 5}
        (self._share_peak,) = share.plot([], [], marker="o", color=COLOURS["rural"], **dot)
        (self._rural_peak,) = people.plot([], [], marker="o", color=COLOURS["rural"], **dot)
        self._share_label = share.text(0, 0, "", va="top", zorder=6)
        self._urban_label = people.text(0, 0, "urban", color=COLOURS["urban"], ha="right", va="bottom", zorder=6)
        self._rural_label = people.text(
            0, 0, "rural", color=COLOURS["ink"], weight="bold", ha="right", va="bottom", zorder=6
        )
        self.moving: list[Artist] = [
            self._share, self._urban, self._rural, self._share_peak, self._rural_peak,
            self._share_label, self._urban_label, self._rural_label,
        ]  # fmt: skip
        self._limits: tuple[float, float] | None = None

    def update(self, result: RuralPath) -> bool:
        """Move the curves and the dots; True where the limits of the axes had to change."""
        span = float(result.years[-1])
        rural, urban = result.path.rural, result.path.urban
        top = ladder_limit(1.08 * float(max(rural.max(), min(urban.max(), 2.2 * rural.max()))))
        limits = (span, top)
        changed = limits != self._limits
        if changed:
            self._limits = limits
            self._share_axes.set_xlim(0, span)
            self._people_axes.set_xlim(0, span)
            self._people_axes.set_ylim(0, top)
        self._share.set_data(result.years, 100 * result.path.urban_share)
        self._urban.set_data(result.years, urban)
        self._rural.set_data(result.years, rural)
        turn = result.trajectory
        self._share_peak.set_data([], [])
        self._rural_peak.set_data([], [])
        self._share_label.set_text("")
        if turn.peak_time is not None and turn.peak_time <= span and turn.peak_share and turn.peak_ratio:
            self._share_peak.set_data([turn.peak_time], [100 * turn.peak_share])
            self._rural_peak.set_data([turn.peak_time], [turn.peak_ratio * float(rural[0])])
            left = turn.peak_time < 0.6 * span
            self._share_label.set_position(
                (turn.peak_time + (0.03 if left else -0.03) * span, 100 * turn.peak_share - 2)
            )
            self._share_label.set_horizontalalignment("left" if left else "right")
            self._share_label.set_text(f"rural peak\nat {turn.peak_share:.0%} urban")
        _name_line(self._rural_label, result.years, rural, top)
        _name_line(self._urban_label, result.years, urban, top)
        return changed


def _name_line(label: Text, years: npt.NDArray[np.float64], values: npt.NDArray[np.float64], top: float) -> None:
    """Put the name of a line near its right end, above it, inside the axes."""
    inside = np.flatnonzero(values <= 0.9 * top)
    index = min(int(0.93 * (len(years) - 1)), int(inside[-1]) if len(inside) else 0)
    label.set_position((float(years[index]) - 0.01 * float(years[-1]), float(values[index]) + 0.02 * top))


_YEARS = Parameter(
    name="years",
    label="Years shown",
    unit="years",
    default=150.0,
    lower=20.0,
    upper=400.0,
    step=10.0,
    meaning="Length of the path that is drawn; no effect on the model.",
    source="choice of the reader",
    display=".0f",
)


def _compute(settings: dict[str, Any]) -> RuralPath:
    model = LogisticUrbanization(**{name: value for name, value in settings.items() if name != "years"})
    if not model.admissible():
        start, limit = (f"'{model.parameter(name).label}'" for name in ("u0", "ceiling"))
        raise SettingsError(
            f"{start} is {model.u0:.0%}, not below {limit}, {model.ceiling:.0%}; lower the one or raise the other"
        )
    years = np.linspace(0.0, settings["years"], 301)
    return RuralPath(years, model.path(years), model.rural_trajectory())


def _readout(result: RuralPath) -> Readout:
    course = result.trajectory
    if course.peak_share is None or course.peak_time is None or course.peak_ratio is None:
        peak, when, size = "none", "never", "no peak"
    else:
        peak, when = f"{course.peak_share:.1%} urban", f"year {course.peak_time:.0f}"
        size = f"{course.peak_ratio - 1:+.1%}"
    share, rural = result.path.urban_share, result.path.rural
    last = rural[-1] / rural[0] - 1
    return Readout(
        numbers=(
            ("Rural population peaks at", peak),
            ("Peak reached in", when),
            ("Rural people at the peak, against the start", size),
            (f"After {result.years[-1]:.0f} years", f"{last:+.1%}"),
        ),
        alt=f"Two curves over {result.years[-1]:.0f} years. Left, the urban share rises from {share[0]:.0%} "
        f"to {share[-1]:.0%}. Right, the number of rural people. {course.description}",
    )


def rural_peak_panel() -> Panel[RuralPath]:
    """The logistic model of urbanization in a growing population, with its rural peak at n/k."""
    return Panel(
        controls=(*LogisticUrbanization.parameters(), _YEARS),
        compute=_compute,
        picture=RuralPathPicture(),
        readout=_readout,
        presets=(
            Preset("A young country grows fast", "Population grows by 2.5 % a year: cities fill, and so does the "
                   "countryside, for decades.", {"n": 0.025, "k": 0.04, "u0": 0.15}),
            Preset("China, 1978 to 2024 on average", "With the average rates of the whole period, n/k lies below the "
                   "share at the start: no growth at all.", {"n": 0.008, "k": 0.049, "u0": 0.18, "years": 100.0}),
            Preset("Growth as fast as urbanization", "n equals k: every percent that cities win is made up by births. "
                   "There is no peak at all.", {"n": 0.03, "k": 0.03}),
            Preset("A ceiling below one", "The share stops at 70 %, the population does not: the countryside fills up "
                   "again.", {"n": 0.01, "k": 0.05, "ceiling": 0.7, "years": 250.0}),
            Preset("A shrinking population", "Population falls: the countryside empties from the first year, however "
                   "slowly cities grow.", {"n": -0.005, "k": 0.03, "u0": 0.6, "years": 100.0}),
        ),
    )  # fmt: skip
