"""Panel: the race between births and cities, country by country and year by year, against the line n = k u."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.charts.style import COLOURS, halo, ink_of
from symbiosis.checks import FloatArray
from symbiosis.models.urbanization.logistic_urbanization import LogisticUrbanization
from symbiosis.panels.panel import Choice, Panel, Preset, Readout
from symbiosis.panels.picture import LivePicture
from symbiosis.parameters import Parameter

_FOLLOWED = ("China", "India", "Mexico", "Malaysia", "Nigeria", "Brazil", "South Korea", "USA", "Indonesia", "Poland")
_LIMITS = (-2.5, 5.5)
_SPEED = 0.015
"""The median speed of urbanization of the last decade, at which the line starts."""


@dataclass(frozen=True)
class RaceView:
    """What the picture shows: per country the urban share (percent) and population growth (percent per year).

    fell: whether its rural population did; right: whether the line n = k u says so too; rural_people: persons; speed:
    k, per year; trail: share and growth of the followed country up to the year, shape (years, 2).
    """

    year: int
    names: tuple[str, ...]
    share: FloatArray
    growth: FloatArray
    fell: npt.NDArray[np.bool_]
    right: npt.NDArray[np.bool_]
    rural_people: FloatArray
    speed: float
    followed: str
    trail: FloatArray


class RacePicture(LivePicture):
    """Draws a RaceView; bubble area is proportional to rural people, those beyond the frame stand at its edge."""

    def __init__(self) -> None:
        (axes,) = self.new_axes(1, height=3.9)
        what = {"xlabel": "Urban share ten years before (%)", "ylabel": "Population growth, n (% a year)"}
        axes.set(xlim=(0, 101), ylim=_LIMITS, **what)
        axes.axhline(0, color=COLOURS["ink"], linewidth=1.0)
        look: dict[str, Any] = {"transform": axes.transAxes, "weight": "bold", "path_effects": halo()}
        axes.text(0.01, 0.97, "countryside filled", color=ink_of("urban"), va="top", zorder=6, **look)
        axes.text(0.01, 0.04, "countryside emptied", color=ink_of("rural"), zorder=6, **look)
        self._year = self.words(
            axes, role="muted", at=(0.99, 0.97), ha="right", va="top", size=30, **look | {"zorder": 2}
        )
        self._line = self.line(axes, "ink", linewidth=2.2, linestyle=(0, (5, 2)), zorder=2)
        self._fills = self.cloud(axes, "urban", linewidths=1.0, alpha=0.85, zorder=3)
        self._empties = self.cloud(axes, "rural", linewidths=1.0, alpha=0.85, zorder=3)
        self._trail = self.line(axes, "china", linewidth=2.2, zorder=4)
        self._dot = self.cloud(axes, "china", marker="D", s=70, zorder=5)
        self._name = self.words(axes, role="china", weight="bold", va="bottom", path_effects=halo())

    def update(self, result: RaceView) -> None:
        """Move the bubbles and the line; the axes never change."""
        low, high = _LIMITS
        points = np.column_stack([result.share, np.clip(result.growth, low + 0.05, high - 0.05)])
        area = 18 + 900 * result.rural_people / 9e8
        rims = np.array([COLOURS["paper"] if right else COLOURS["ink"] for right in result.right])
        named = np.array([name == result.followed for name in result.names])
        for dots, members in ((self._fills, ~result.fell & ~named), (self._empties, result.fell & ~named)):
            dots.set_offsets(points[members])
            dots.set_sizes(area[members])
            dots.set_edgecolor(list(rims[members]))
        self._line.set_data([0, 100], [0, 100 * result.speed])
        self._trail.set_data(*np.clip(result.trail, [[0, low]], [[100, high]]).T)
        self._dot.set_offsets(points[named])
        self._name.set_text(result.followed if named.any() else "")
        if named.any():
            x, y = points[named][0]
            self._name.set_position((x + (1.5 if x < 75 else -1.5), y + 0.15))
            self._name.set_horizontalalignment("left" if x < 75 else "right")
        self._year.set_text(f"{result.year - 10} to {result.year}")


def rural_race_panel(rates: pd.DataFrame) -> Panel[RaceView]:
    """Countries in a decade against n = k u; rates: of measures.rural_change.rates_by_year."""
    by_year = {year: rates[rates["year"] == year] for year in sorted(set(rates["year"].astype(int)))}
    trails = {name: rates[rates["country"] == name].sort_values("year") for name in _FOLLOWED}
    first, last = min(by_year), max(by_year)

    def compute(settings: dict[str, Any]) -> RaceView:
        year, speed = int(settings["year"]), float(settings["k"])
        rows, trail = by_year[year], trails[settings["followed"]]
        trail = trail[trail["year"] <= year]
        fell = rows["fell"].to_numpy(bool)
        empties = (rows["growth"] < speed * rows["share"]).to_numpy(bool)
        return RaceView(
            year=year,
            names=tuple(rows["country"]),
            share=100 * rows["share"].to_numpy(float),
            growth=100 * rows["growth"].to_numpy(float),
            fell=fell,
            right=empties == fell,
            rural_people=rows["rural_people"].to_numpy(float),
            speed=speed,
            followed=settings["followed"],
            trail=100 * trail[["share", "growth"]].to_numpy(float),
        )

    def readout(view: RaceView) -> Readout:
        return Readout(
            numbers=(
                ("Decade", f"{view.year - 10} to {view.year}"),
                ("Countryside emptied in", f"{view.fell.sum()} of {len(view.fell)} countries"),
                (f"The line with k = {view.speed:.1%} sorts rightly", f"{view.right.mean():.0%}"),
            ),
            alt=f"Bubbles for {len(view.names)} countries from {view.year - 10} to {view.year}: urban share to the "
            f"right, population growth upwards, blue where the rural population grew, amber where it fell, with a "
            f"black rim where the rising line n = k u says otherwise ({(~view.right).sum()}). "
            f"A red path follows {view.followed}.",
        )

    return Panel(
        controls=(
            Parameter(
                "year", "Year", "", float(last), float(first), float(last), 1.0,
                "The last year of the decade that is shown.", "range of the data", ".0f",
            ),
            replace(LogisticUrbanization.parameter("k"), default=_SPEED),
            Choice("followed", "Follow", {name: name for name in _FOLLOWED}, "China"),
        ),
        compute=compute,
        picture=RacePicture(),
        readout=readout,
        presets=(
            Preset(
                "The sixties",
                "The world stands high on the left: births outrun cities that were growing twice as fast as now.",
                {"year": float(first), "k": 0.033},
            ),
            Preset(
                "China turns",
                "China slides down faster than it moves to the right: births fall before cities are large.",
                {"year": 2000.0, "k": 0.04},
            ),
            Preset(
                "Nigeria does not",
                "As urban as China, and still above the line: its population grows four times as fast.",
                {"followed": "Nigeria"},
            ),
            Preset(
                "A slower speed",
                "With a lower k the line lies flatter, and calls many emptying countries wrongly (black rims).",
                {"k": 0.008},
            ),
        ),
    )  # fmt: skip
