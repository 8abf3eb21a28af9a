"""Panel: what happens to inequality when people move from the countryside to the city?"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from symbiosis.charts.scales import ladder_limit
from symbiosis.charts.style import COLOURS
from symbiosis.checks import FloatArray
from symbiosis.measures.inequality import lorenz_curve
from symbiosis.models.land.kuznets_process import KuznetsProcess, Measure, SectorInequality
from symbiosis.panels.panel import Choice, Panel, Preset, Readout
from symbiosis.panels.picture import DASHED, LivePicture

LOWEST_TOP = 0.3
"""The axis of inequality reaches at least as far, so that most settings compare."""
_GRID = np.linspace(0, 1, 201)
MEASURES: dict[str, Measure] = {
    "Gini index": "gini",
    "Theil's T": "theil_t",
    "Theil's L": "theil_l",
    "Variance of logs": "variance_of_logs",
}
_NAMES = {measure: name for name, measure in MEASURES.items()}


@dataclass(frozen=True)
class KuznetsCurve:
    """What the picture shows; shares are fractions.

    measure: its name; curve: inequality over the urban shares of the grid, and after these at the present share and
    with ten points more in the city (ends); path: a country's own course, named path_name, (urban share, inequality
    between) per year of path_years; lorenz, lorenz_between: (people, income) cumulated, of everybody and of the two
    means alone.
    """

    measure: str
    curve: SectorInequality
    ends: tuple[float, float]
    path: FloatArray
    path_name: str
    path_years: Sequence[int]
    lorenz: tuple[FloatArray, FloatArray]
    lorenz_between: tuple[FloatArray, FloatArray]

    @property
    def total(self) -> FloatArray:
        """Inequality of everybody over the grid."""
        return self.curve.total[:-2]

    @property
    def here(self) -> tuple[float, float]:
        """Urban share and inequality of everybody, now."""
        return self.ends[0], float(self.curve.total[-2])

    @property
    def peak(self) -> float:
        """Urban share at which the total is greatest."""
        return float(_GRID[np.argmax(self.total)])


class KuznetsPicture(LivePicture):
    """Draws a KuznetsCurve; only the top of the left axis and the name of the course change, and rarely."""

    def __init__(self) -> None:
        curve, lorenz = self.new_axes(width_ratios=[1.45, 1])
        curve.set(title="Over the urban share", xlabel="Urban share (%)", ylabel="Inequality", xlim=(0, 100))
        curve.set_ylim(0, LOWEST_TOP)
        lorenz.set(title="Lorenz curve", xlabel="People, poorest first (%)", ylabel="Their income (%)")
        lorenz.set(xlim=(0, 100), ylim=(0, 100), xticks=range(0, 101, 25), yticks=range(0, 101, 25))
        lorenz.plot([0, 100], [0, 100], color=COLOURS["muted"], linewidth=1.4, linestyle=(0, (4, 2.5)))
        lorenz.text(45, 49, "all equal", size=11.5, color=COLOURS["ink"], ha="right", va="bottom")
        self._peak = self.line(curve, "muted", linewidth=1.6, linestyle=(0, (1, 2)), zorder=1)
        self._between, self._lorenz_between = (
            self.line(axes, "urban", linewidth=2.0, linestyle=DASHED) for axes in self.axes
        )
        self._total, self._lorenz = (self.line(axes, "ink", linewidth=3, zorder=3) for axes in self.axes)
        self._path = self.line(curve, "china", marker="o", markersize=4.5, linewidth=1.2, alpha=0.85, zorder=4)
        self._here = self.dots(curve, "rural", 12, markeredgecolor=COLOURS["ink"], markeredgewidth=1.6, zorder=6)
        plate = {"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 1.0, "alpha": 0.85}
        small: dict[str, Any] = {"size": 11.5, "zorder": 5, "bbox": plate}
        self._peak_name = self.words(curve, "greatest", ha="center", va="bottom", **small)
        self._ends = [self.words(curve, role="china", ha=ha, va="center", **small) for ha in ("right", "left")]
        box: dict[str, Any] = {"frameon": True, "facecolor": COLOURS["paper"], "edgecolor": "none", "framealpha": 0.9}
        room: dict[str, Any] = {"borderaxespad": 0.1, "handlelength": 1.6, "labelspacing": 0.25, "fontsize": 11.5}
        names = ["everybody", "the two means only", " "]
        lines = [self._total, self._between, self._path]
        legend = curve.legend(lines, names, loc="upper right", bbox_to_anchor=(1.01, 1.03), **room, **box)
        self._path_name = legend.get_texts()[-1]

    def update(self, result: KuznetsCurve) -> Hashable:
        """Move the curves and dots."""
        self._total.set_data(100 * _GRID, result.total)
        self._between.set_data(100 * _GRID, result.curve.between[:-2])
        self._here.set_data([100 * result.here[0]], [result.here[1]])
        self._lorenz.set_data(*(100 * values for values in result.lorenz))
        self._lorenz_between.set_data(*(100 * values for values in result.lorenz_between))
        # Room above the curves for the legend.
        highest = max(float(result.total.max()), float(result.path[:, 1].max(initial=0.0)))
        top = max(ladder_limit(1.35 * highest), 4 / 3 * LOWEST_TOP) if highest > 0 else 4 / 3 * LOWEST_TOP
        self._peak.set_data([100 * result.peak] * 2, [0, float(result.total.max())])
        self._peak_name.set_position((min(max(100 * result.peak, 9), 91), 0.01 * top))
        self._path.set_data(100 * result.path[:, 0], result.path[:, 1])
        for name, at, dx in zip(self._ends, (0, -1), (-1.6, 1.6), strict=True):
            if len(result.path):
                share, unequal = result.path[at]
                name.set(position=(100 * share + dx, unequal), text=str(result.path_years[at]))
        self._path_name.set_text(result.path_name)
        self.axes[0].set(ylim=(0, top), ylabel=result.measure)
        return top, result.measure, result.path_name


def _curve(settings: dict[str, Any], courses: Mapping[str, pd.DataFrame]) -> KuznetsCurve:
    path = courses[settings["course"]]
    now = KuznetsProcess(**{p.name: settings[p.name] for p in KuznetsProcess.parameters()})
    measure: Measure = settings["measure"]
    share, moved = settings["urban_share"], min(settings["urban_share"] + 0.1, 1.0)
    curve = now.replace(urban_share=np.append(_GRID, [share, moved])).inequality(measure)
    means = now.replace(urban_spread=0.0, rural_spread=0.0)
    course = KuznetsProcess.from_columns(path, urban_spread=0, rural_spread=0).inequality(measure).between
    own, years = np.column_stack([path["urban_share"], course]), path.index.tolist()
    lorenz = lorenz_curve(*now.incomes()), lorenz_curve(*means.incomes(slices=1))
    return KuznetsCurve(_NAMES[measure], curve, (share, moved), own, settings["course"], years, *lorenz)


def _readout(result: KuznetsCurve) -> Readout:
    (share, now), change = result.here, float(result.curve.total[-1] - result.curve.total[-2])
    peak = "no share" if float(np.ptp(result.total)) < 1e-9 else f"{result.peak:.0%}"
    part = f"{result.curve.between[-2] / now:.0%}" if now > 1e-9 else "none"
    effect = f"{change:+.3f}" + (f" ({change / now:+.0%})" if now > 1e-9 else "")
    more = f"{100 * (result.ends[1] - share):.0f} points more urban, same ratio"
    return Readout(
        numbers=(
            (result.measure, f"{now:.3f}"),
            ("Of it between the two means", part),
            ("Greatest at an urban share of", peak),
            (more, effect),
        ),
        alt=f"Two pictures. Left, {result.measure} over the urban share, an arch that is highest at {peak}; at "
        f"{share:.0%} it is {now:.3f}, of which {part} lies between the means of city and countryside. {more}: {effect}"
        ". Red dots show a country's own course. Right, the Lorenz curve of everybody.",
    )


def kuznets_panel(
    courses: Mapping[str, pd.DataFrame], *, stops: Mapping[str, Mapping[int, str]]
) -> Panel[KuznetsCurve]:
    """Inequality between and within city and countryside over the urban share, beside countries' own courses.

    courses: name -> by year (index), columns urban_share (fraction) and income_ratio; stops: name of a course -> year
    of it -> a sentence that says what to look at, each a scenario.
    """
    columns = ["urban_share", "income_ratio"]
    presets = []
    for course, sentences in stops.items():
        if course not in courses:
            raise ValueError(f"stops are on {course!r}, no course; the courses are {', '.join(courses)}")
        path = courses[course]
        missing = [year for year in sentences if year not in path.index]
        if missing:
            raise ValueError(f"stops {', '.join(map(str, missing))} are no years of {course!r}; choose from its index")
        for year, sentence in sentences.items():
            now = {name: round(float(path[name][year]), 2) for name in columns}
            presets.append(Preset(f"{course}, {year}", sentence, {**now, "course": course}))
    choices = (
        Choice("measure", "Measure", MEASURES, "Gini index"),
        Choice("course", "Red dots", {name: name for name in courses}, next(iter(courses))),
    )
    return Panel(
        controls=(*KuznetsProcess.parameters(), *choices),
        compute=lambda settings: _curve(settings, courses),
        picture=KuznetsPicture(),
        readout=_readout,
        presets=(
            *presets,
            Preset("Unequal inside as well", "Spread inside both groups: by this measure more than half of inequality "
                   "is no longer between city and country, whatever the arch does.",
                   {"urban_share": 0.5, "urban_spread": 0.6, "rural_spread": 0.6, "measure": "theil_t"}),
            Preset("Unequal cities", "The city is the more unequal place: the peak moves right, for moving there means "
                   "moving into it.", {"urban_share": 0.5, "urban_spread": 0.8, "rural_spread": 0.4}),
            Preset("Another measure", "The same two means by the variance of logs: the arch turns at one half. At this "
                   "share the Gini falls already.", {"urban_share": 0.42, "measure": "variance_of_logs"}),
        ),
    )  # fmt: skip
