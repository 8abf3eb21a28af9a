"""Panel: did cities that lived on mining part from others when prices fell, and what does the answer hang on?"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from symbiosis.charts.style import COLOURS
from symbiosis.checks import FloatArray
from symbiosis.evidence.city_events import CONTROLS, bust_event_study, bust_window, mining_design
from symbiosis.evidence.event_study import EventStudy
from symbiosis.evidence.least_squares import partialled_out
from symbiosis.measures.mining_bust import CityPanel
from symbiosis.panels.panel import Choice, Panel, Preset, Readout, Switch
from symbiosis.panels.picture import LivePicture, spread
from symbiosis.parameters import Parameter, SettingsError

_OUTCOMES = {
    "GDP": "gdp",
    "Industry": "gdp_industry",
    "Services": "gdp_services",
    "Farms": "gdp_agriculture",
    "Revenue of the city": "budget_revenue",
    "Registered people": "registered_population",
}
_CONTROLS: dict[str, tuple[str, ...]] = {
    "Income, exports, factories": CONTROLS,
    "None": (),
    "The three and graduates": (*CONTROLS, "graduates"),
    "Nonfarm, factories, size": ("nonfarm", "manufacturing", "log_population"),
    "The same and graduates": ("nonfarm", "manufacturing", "log_population", "graduates"),
}
_YEARS = range(2005, 2025)
_LEADS = 3
_LIMITS = (-62.0, 42.0)
_NARROW = (-12.0, 8.0)
_ACROSS, _UP = 1.5, 60.0


@dataclass(frozen=True, eq=False)
class EventStudyView:
    """What the picture shows: the study, its window, and what the window compares.

    across, up: exposure and change in the window by city, each given controls and province effects; leads_p: of the
    years just before the base, by signs of provinces.
    """

    outcome: str
    study: EventStudy
    last: int
    across: FloatArray
    up: FloatArray
    leads: tuple[int, ...]
    leads_p: float


class EventStudyPicture(LivePicture):
    """Draws an EventStudyView."""

    def __init__(self) -> None:
        years, cities = self.new_axes(width_ratios=(1.7, 1))
        years.set(title="Year by year", xlabel="Year", ylabel="Effect (log points)")
        years.set(xlim=(_YEARS[0] - 0.6, _YEARS[-1] + 0.6), ylim=_LIMITS, xticks=range(2006, 2025, 3))
        cities.set(title="City by city, in the window", xlabel="Mining (10 points), less controls")
        cities.set(ylabel="Change (log points)", xlim=(-_ACROSS, _ACROSS), ylim=(-_UP, _UP))
        for axes in self.axes:
            axes.axhline(0, color=COLOURS["ink"], linewidth=1.2)
        self._window = self.area(years, "rural", alpha=0.22)
        self._band = self.area(years, "urban", alpha=0.18)
        self._path = self.line(years, "urban", linewidth=2.2)
        self._dots = self.dots(years, "urban", 7)
        self._base = self.dots(years, "ink", 9)
        self._cities = self.dots(cities, "muted", 4, markeredgewidth=0, zorder=2)
        self._slope = self.line(cities, "urban", linewidth=3)
        self._name = self.words(
            years, role="urban", at=(0.02, 0.97), weight="bold", transform=years.transAxes, va="top"
        )

    def update(self, result: EventStudyView) -> Hashable:
        """Move the path, its band, the window and the cities."""
        effects = result.study.effects
        x, value = np.array(list(effects)), np.array([e.value for e in effects.values()])
        spread(self._band, x, [e.low for e in effects.values()], [e.high for e in effects.values()])
        self._path.set_data(x, value)
        self._dots.set_data(x, value)
        self._base.set_data([result.study.base], [0])
        limits = _NARROW if result.outcome == "Registered people" else _LIMITS
        spread(self._window, [result.study.base, result.last], [limits[0]] * 2, [limits[1]] * 2)
        self._cities.set_data(result.across.clip(-_ACROSS, _ACROSS), result.up.clip(-_UP, _UP))
        ends = np.array([-_ACROSS, _ACROSS])
        self._slope.set_data(ends, ends * (result.across @ result.up / (result.across @ result.across)))
        self._name.set_text(f"{result.outcome}, {result.study.units} cities")
        self.axes[0].set_ylim(limits)
        return limits


def event_study_panel(panels: Mapping[str, CityPanel]) -> Panel[EventStudyView]:
    """The event study of the mining bust: exposure, controls, province effects, window and province left out.

    panels: cities by the name of their exposure; the first is shown first, and there must be two at least.
    """
    if len(panels) < 2:
        raise ValueError(f"{len(panels)} exposures; give at least two to choose from")
    default = next(iter(panels))
    provinces = sorted(set(panels[default].units["province"]))

    def compute(settings: dict[str, Any]) -> EventStudyView:
        base, last = int(settings["base"]), int(settings["last"])
        if last <= base:
            raise SettingsError(f"the window ends in {last}, not after its start, {base}; choose a later end")
        panel = panels[settings["exposure"]]
        if settings["without"]:
            panel = replace(panel, units=panel.units[panel.units["province"] != settings["without"]])
        design = mining_design(_CONTROLS[settings["controls"]], province_effects=settings["province_effects"])
        outcome = _OUTCOMES[settings["outcome"]]
        study = bust_event_study(panel, outcome, design, base=base, years=_YEARS)
        window = bust_window(panel, outcome, (base, last), design)
        rows = window.rows.dropna(subset=["change", *design.regressors])
        held = rows[list(design.controls)].to_numpy(float) if design.controls else None
        labels = [rows[name].to_numpy() for name in design.effects]
        # Without effects the mean goes, which a single label for all takes out.
        both = rows[[design.column, "change"]].to_numpy(float).T
        across, up = partialled_out(both, held, labels or [np.zeros(len(rows), dtype=int)])
        leads = study.leads[-_LEADS:]
        p = study.leads_test(leads, rng=np.random.default_rng(0), draws=999)[1]
        return EventStudyView(settings["outcome"], study, last, across, up, leads, p)

    return Panel(
        controls=(
            Choice("outcome", "What changes", {name: name for name in _OUTCOMES}, "GDP"),
            Choice("exposure", "Exposure", {name: name for name in panels}, default),
            Choice("controls", "Held fixed", {name: name for name in _CONTROLS}, next(iter(_CONTROLS))),
            Switch("province_effects", "Within provinces only", True),
            Parameter("base", "Window from", "", 2012.0, 2007.0, 2022.0, 1.0,
                      "The year with which all others are compared.", "assumption", ".0f"),
            Parameter("last", "Window to", "", 2016.0, 2009.0, 2024.0, 1.0,
                      "The last year of the window whose effect is read out.", "assumption", ".0f"),
            Choice("without", "Leave out", {"no province": "", **{name: name for name in provinces}}, "no province"),
        ),
        compute=compute,
        picture=EventStudyPicture(),
        readout=_readout,
        presets=(
            Preset("Before the bust", "A placebo: from 2009 to 2012 mining cities should move like others.",
                   {"base": 2009.0, "last": 2012.0}),
            Preset("Prices up again", "The same cities gain when prices rise.", {"base": 2020.0, "last": 2022.0}),
            Preset("Between provinces too", "The fall is deeper, and more has to be believed: mining provinces may "
                   "differ in other ways.", {"province_effects": False}),
            Preset("Farms between provinces", "Left of the black dot farms in mining cities rise, before the bust. "
                   "What follows cannot be told from what went before.",
                   {"outcome": "Farms", "province_effects": False}),
            Preset("The register", "On its own scale: registered people hardly move in the bust, whatever residents "
                   "do.", {"outcome": "Registered people"}),
        ),
    )  # fmt: skip


def _readout(view: EventStudyView) -> Readout:
    base, leads = view.study.base, view.leads
    effect = view.study.window(base, view.last).written("+.1f", "")
    return Readout(
        numbers=(
            (f"{view.outcome}, {base} to {view.last} (95 %)", str(effect)),
            (f"p of leads {leads[0]} to {leads[-1]}", f"{view.leads_p:.2f}"),
            ("Gone with drift, in earlier steps", f"{view.study.sensitivity(view.last).breakdown:.1f}"),
            ("Cities, provinces", f"{view.study.units}, {view.study.clusters}"),
        ),
        alt=f"Left, the effect of 10 points more mining on {view.outcome} year by year relative to {base}, with its "
        f"interval: {effect} log points by {view.last}. Right, the change of {len(view.up)} cities in the window "
        "against their mining, both less controls, with a line.",
    )
