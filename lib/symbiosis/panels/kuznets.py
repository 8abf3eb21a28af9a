"""Panel: what happens to inequality when people move from the countryside to the city?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist

from symbiosis.charts.scales import ladder_limit
from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled
from symbiosis.checks import FloatArray
from symbiosis.measures.inequality import lorenz_curve
from symbiosis.models.land.kuznets_process import KuznetsProcess, Measure
from symbiosis.panels.panel import Choice, Panel, Preset, Readout

LOWEST_TOP = 0.3
"""The axis of inequality reaches at least as far, so that most settings compare."""
_GRID = np.linspace(0, 1, 201)
_STEP = 0.1
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

    measure: its name; share, total, between: inequality of everybody, and of the two means alone, over the urban share;
    here, moved: (urban share, total) now, and with ten points more in the city; between_here: of the two means; peak:
    urban share at which the total is greatest;
    path, path_years: a country's own course, (urban share, inequality between) per year; lorenz, lorenz_between:
    (people, income) cumulated, of everybody and of the two means alone.
    """

    measure: str
    share: FloatArray
    total: FloatArray
    between: FloatArray
    here: tuple[float, float]
    moved: tuple[float, float]
    between_here: float
    peak: float
    path: FloatArray
    path_years: tuple[int, ...]
    lorenz: tuple[FloatArray, FloatArray]
    lorenz_between: tuple[FloatArray, FloatArray]


class KuznetsPicture:
    """Draws a KuznetsCurve; only the top of the left axis changes, and rarely."""

    @styled
    def __init__(self, *, path_name: str) -> None:
        self.figure, (curve, lorenz) = new_figure(2, height=3.7, dpi=SCREEN_DPI, width_ratios=[1.45, 1])
        self._axes = curve
        curve.set(xlabel="Urban share (%)", ylabel="Inequality", xlim=(0, 100), ylim=(0, LOWEST_TOP))
        curve.set_title("Over the urban share")
        lorenz.set(xlabel="People, poorest first (%)", ylabel="Their income (%)", xlim=(0, 100), ylim=(0, 100))
        lorenz.set_title("Lorenz curve")
        lorenz.set_xticks(range(0, 101, 25))
        lorenz.set_yticks(range(0, 101, 25))
        lorenz.plot([0, 100], [0, 100], color=COLOURS["muted"], linewidth=1.4, linestyle=(0, (4, 2.5)))
        lorenz.text(45, 49, "all equal", size=11.5, color=COLOURS["ink"], ha="right", va="bottom")
        (self._peak,) = curve.plot([], [], color=COLOURS["muted"], linewidth=1.6, linestyle=(0, (1, 2)), zorder=1)
        dashed: dict[str, Any] = {"color": COLOURS["urban"], "linewidth": 2.0, "linestyle": (0, (4, 2)), "zorder": 2}
        (self._between,) = curve.plot([], [], **dashed)
        (self._lorenz_between,) = lorenz.plot([], [], **dashed)
        (self._total,) = curve.plot([], [], color=COLOURS["ink"], linewidth=3, zorder=3)
        (self._lorenz,) = lorenz.plot([], [], color=COLOURS["ink"], linewidth=3, zorder=3)
        (self._path,) = curve.plot(
            [], [], color=COLOURS["china"], marker="o", markersize=4.5, linewidth=1.2, alpha=0.85, zorder=4
        )
        (self._here,) = curve.plot(
            [], [], marker="o", linestyle="none", markersize=12, color=COLOURS["rural"],
            markeredgecolor=COLOURS["ink"], markeredgewidth=1.6, zorder=6,
        )  # fmt: skip
        plate = {"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 1.0, "alpha": 0.85}
        small: dict[str, Any] = {"size": 11.5, "zorder": 5, "bbox": plate}
        self._peak_name = curve.text(0, 0, "greatest", color=COLOURS["ink"], ha="center", va="bottom", **small)
        self._first = curve.text(0, 0, "", color=COLOURS["china"], ha="right", va="center", **small)
        self._last = curve.text(0, 0, "", color=COLOURS["china"], ha="left", va="center", **small)
        curve.legend(
            [self._total, self._between, self._path],
            ["everybody", "city and country means only", path_name],
            loc="upper right", bbox_to_anchor=(1.01, 1.03), borderaxespad=0.1, handlelength=1.6, labelspacing=0.25,
            fontsize=11.5, frameon=True, facecolor=COLOURS["paper"], edgecolor="none", framealpha=0.9,
        )  # fmt: skip
        self.moving: list[Artist] = [
            self._peak, self._between, self._lorenz_between, self._total, self._lorenz, self._path, self._here,
            self._peak_name, self._first, self._last,
        ]  # fmt: skip

    def update(self, result: KuznetsCurve) -> bool:
        """Move the curves and dots; True where the top of the axis or its name changed."""
        for line, values in ((self._total, result.total), (self._between, result.between)):
            line.set_data(100 * result.share, values)
        self._here.set_data([100 * result.here[0]], [result.here[1]])
        for line, (people, income) in (
            (self._lorenz, result.lorenz),
            (self._lorenz_between, result.lorenz_between),
        ):
            line.set_data(100 * people, 100 * income)
        # Room above the curves for the legend.
        highest = max(float(result.total.max()), float(result.path[:, 1].max(initial=0.0)))
        top = max(ladder_limit(1.35 * highest), 4 / 3 * LOWEST_TOP) if highest > 0 else 4 / 3 * LOWEST_TOP
        self._peak.set_data([100 * result.peak] * 2, [0, float(result.total.max())])
        self._peak_name.set_position((min(max(100 * result.peak, 9), 91), 0.01 * top))
        self._path.set_data(100 * result.path[:, 0], result.path[:, 1])
        for name, at, dx in ((self._first, 0, -1.6), (self._last, -1, 1.6)):
            if len(result.path):
                name.set_position((100 * result.path[at, 0] + dx, float(result.path[at, 1])))
                name.set_text(str(result.path_years[at]))
        changed = bool(self._axes.get_ylim()[1] != top or self._axes.get_ylabel() != result.measure)
        self._axes.set_ylim(0, top)
        self._axes.set_ylabel(result.measure)
        return changed


def _curve(settings: dict[str, Any], path: pd.DataFrame) -> KuznetsCurve:
    now = KuznetsProcess(**{p.name: settings[p.name] for p in KuznetsProcess.parameters()})
    measure: Measure = settings["measure"]
    share, moved = settings["urban_share"], min(settings["urban_share"] + _STEP, 1.0)
    curve = now.replace(urban_share=np.append(_GRID, [share, moved])).inequality(measure)
    means = now.replace(urban_spread=0.0, rural_spread=0.0)
    course = KuznetsProcess.from_columns(path, urban_spread=0, rural_spread=0).inequality(measure).between
    total = curve.total[:-2]
    return KuznetsCurve(
        measure=_NAMES[measure],
        share=_GRID,
        total=total,
        between=curve.between[:-2],
        here=(share, float(curve.total[-2])),
        moved=(moved, float(curve.total[-1])),
        between_here=float(curve.between[-2]),
        peak=float(_GRID[np.argmax(total)]),
        path=np.column_stack([path["urban_share"], course]),
        path_years=tuple(int(year) for year in path.index),
        lorenz=lorenz_curve(*now.incomes()),
        lorenz_between=lorenz_curve(*means.incomes(slices=1)),
    )


def _readout(result: KuznetsCurve) -> Readout:
    share, now = result.here
    moved, then = result.moved
    change = then - now
    flat = float(np.ptp(result.total)) < 1e-9
    peak = "no share" if flat else f"{result.peak:.0%}"
    part = f"{result.between_here / now:.0%}" if now > 1e-9 else "none"
    effect = f"{change:+.3f}" + (f" ({change / now:+.0%})" if now > 1e-9 else "")
    more = f"{100 * (moved - share):.0f} points more urban, same ratio"
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


def kuznets_panel(path: pd.DataFrame, *, path_name: str, stops: Mapping[int, str]) -> Panel[KuznetsCurve]:
    """Inequality between and within city and countryside over the urban share, beside a country's own course.

    path: by year (index), columns urban_share (fraction) and income_ratio; path_name: what it is called; stops: year of
    path -> a sentence that says what to look at, each a scenario.
    """
    path = path[["urban_share", "income_ratio"]]
    missing = [year for year in stops if year not in path.index]
    if missing:
        raise ValueError(f"stops {', '.join(map(str, missing))} are no years of path; choose from its index")
    presets = [
        Preset(f"{path_name}, {year}", sentence, {name: round(float(path[name][year]), 2) for name in path.columns})
        for year, sentence in stops.items()
    ]  # fmt: skip
    return Panel(
        controls=(*KuznetsProcess.parameters(), Choice("measure", "Measure", MEASURES, "Gini index")),
        compute=lambda settings: _curve(settings, path),
        picture=KuznetsPicture(path_name=path_name),
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
