"""Panel: when does the countryside begin to empty? The share on the left, the number of rural people on the right."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.text import Text

from symbiosis.charts.scales import ladder_limit
from symbiosis.charts.style import COLOURS
from symbiosis.checks import FloatArray
from symbiosis.models.urbanization.logistic_urbanization import LogisticUrbanization, RuralTrajectory, UrbanizationPath
from symbiosis.panels.panel import Panel, Preset, Readout
from symbiosis.panels.picture import DASHED, LivePicture
from symbiosis.parameters import Parameter, SettingsError


@dataclass(frozen=True)
class RuralPath:
    """What the picture shows: years from the start, and what the model says of them."""

    years: FloatArray
    path: UrbanizationPath
    trajectory: RuralTrajectory


class RuralPathPicture(LivePicture):
    """Draws a RuralPath; people are counted in units of the total population at the start."""

    def __init__(self) -> None:
        share, people = self.new_axes(height=3.6)
        share.set(title="The share", xlabel="Years from the start", ylabel="Urban share (%)", ylim=(0, 101))
        people.set(title="The number of people", xlabel="Years from the start", ylabel="People (total at start = 1)")
        self._share = self.line(share, "urban")
        self._urban = self.line(people, "urban", linestyle=DASHED)
        self._rural = self.line(people, "rural", linewidth=3.2)
        self._peaks = [self.dots(axes, "rural", 11, markeredgecolor=COLOURS["ink"]) for axes in self.axes]
        self._share_label = self.words(share, va="top")
        self._urban_label = self.words(people, "urban", "urban", ha="right", va="bottom")
        self._rural_label = self.words(people, "rural", weight="bold", ha="right", va="bottom")

    def update(self, result: RuralPath) -> Hashable:
        """Move the curves and the dots."""
        span, turn = float(result.years[-1]), result.trajectory
        rural, urban = result.path.rural, result.path.urban
        top = ladder_limit(1.08 * float(max(rural.max(), min(urban.max(), 2.2 * rural.max()))))
        self._share.set_data(result.years, 100 * result.path.urban_share)
        self._urban.set_data(result.years, urban)
        self._rural.set_data(result.years, rural)
        when, at, size = turn.peak_time, turn.peak_share, turn.peak_ratio
        if when is not None and when <= span and at and size:
            for dot, height in zip(self._peaks, (100 * at, size * float(rural[0])), strict=True):
                dot.set_data([when], [height])
            side, ha = (0.03, "left") if when < 0.6 * span else (-0.03, "right")
            self._share_label.set(position=(when + side * span, 100 * at - 2), ha=ha)
            self._share_label.set_text(f"rural peak\nat {at:.0%} urban")
        else:
            for dot in self._peaks:
                dot.set_data([], [])
            self._share_label.set_text("")
        _name_line(self._rural_label, result.years, rural, top)
        _name_line(self._urban_label, result.years, urban, top)
        share, people = self.axes
        share.set_xlim(0, span)
        people.set(xlim=(0, span), ylim=(0, top))
        return span, top


def _name_line(label: Text, years: FloatArray, values: FloatArray, top: float) -> None:
    """Put the name of a line near its right end, above it, inside the axes."""
    inside = np.flatnonzero(values <= 0.9 * top)
    index = min(int(0.93 * (len(years) - 1)), int(inside[-1]) if len(inside) else 0)
    label.set_position((float(years[index]) - 0.01 * float(years[-1]), float(values[index]) + 0.02 * top))


_YEARS = Parameter("years", "Years shown", "years", 150.0, 20.0, 400.0, 10.0,
                   "Length of the path that is drawn; no effect on the model.", "choice of the reader",
                   ".0f")  # fmt: skip


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
    course, share, rural = result.trajectory, result.path.urban_share, result.path.rural
    peak, when, size = "none", "never", "no peak"
    if course.peak_share is not None and course.peak_time is not None and course.peak_ratio is not None:
        peak, when = f"{course.peak_share:.1%} urban", f"year {course.peak_time:.0f}"
        size = f"{course.peak_ratio - 1:+.1%}"
    return Readout(
        numbers=(
            ("Rural population peaks at", peak),
            ("Peak reached in", when),
            ("Rural people at the peak, against the start", size),
            (f"After {result.years[-1]:.0f} years", f"{rural[-1] / rural[0] - 1:+.1%}"),
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
