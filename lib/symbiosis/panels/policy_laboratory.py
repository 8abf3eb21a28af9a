"""Panel: what a policy changes by 2050, from runs computed beforehand: one outcome with its band, and six gains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist

from symbiosis import tables
from symbiosis.charts.scales import ladder_limit
from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled
from symbiosis.checks import FloatArray
from symbiosis.economy.model import Economy
from symbiosis.economy.mutual_benefit import GAINS
from symbiosis.economy.packages import PACKAGES
from symbiosis.economy.policy_table import Band, PolicyTable
from symbiosis.panels.panel import Choice, Panel, Preset, Readout
from symbiosis.parameters import Parameter

_OUTCOMES = {
    "Urban share (%)": "urban_share",
    "Income, city over countryside": "income_ratio",
    "Villagers' income (2000 = 1)": "rural_income",
    "Services, city over countryside": "services_ratio",
    "Villagers of 15-39 per one over 60": "young_per_old",
    "Output per person (2000 = 1)": "output_per_person",
    "Without registration where they live (%)": "stranger_share",
}
_LEVY = Economy.parameter("levy").narrowed(label="Money (of output)", default=0.04)
_STRENGTH = Parameter(
    "strength", "Part of it that is used", "", 1.0, 0.0, 1.0, 0.05,
    "The part of the money, and of an added barrier, that goes into the policy; the rest is given back.",
    "choice of the reader", ".0%",
)  # fmt: skip
_LARGEST_GAIN = 60.0
"""Half the width of the axis of gains, in percent; a longer bar runs out of the picture, its number does not."""


@dataclass(frozen=True)
class PolicyPaths:
    """What the picture shows: an outcome by year with the policy and without, and gains in the last year in percent."""

    years: FloatArray
    outcome: str
    policy: Band
    without: Band
    package: str
    gains: Band


class PolicyPathsPicture:
    """Draws PolicyPaths; gain_names: what the gains are called, first on top."""

    @styled
    def __init__(self, gain_names: Sequence[str]) -> None:
        self.figure, (path, gain) = new_figure(2, height=3.7, dpi=SCREEN_DPI, width_ratios=[1.05, 1])
        path.set(xlabel="Year", xlim=(2000, 2051), xticks=[2000, 2010, 2020, 2030, 2040, 2050])
        self._path_axes = path
        path.axvspan(2025, 2051, color=COLOURS["grid"], alpha=0.5, zorder=0, linewidth=0)
        self._title = path.set_title("")
        self._bands = [
            path.fill([0, 0, 0], [0, 0, 0], color=colour, alpha=alpha, linewidth=0, zorder=1)[0]
            for colour, alpha in ((COLOURS["muted"], 0.5), (COLOURS["urban"], 0.3))
        ]
        (self._without,) = path.plot([], [], color=COLOURS["ink"], linestyle=(0, (4, 2)), linewidth=2)
        (self._policy,) = path.plot([], [], color=COLOURS["urban"], linewidth=3)
        place: dict[str, Any] = {"transform": path.transAxes, "size": 13.5, "weight": "bold", "zorder": 6}
        self._names = [
            path.text(0.03, y, text, color=colour, **place)
            for y, text, colour in ((0.92, "", COLOURS["urban"]), (0.83, "- - money given back", COLOURS["ink"]))
        ]
        rows = np.arange(len(gain_names))[::-1].astype(float)
        gain.set(
            title="Gains in 2050, 8 of 10 draws", xlabel="Against money given back (%)",
            xlim=(-_LARGEST_GAIN, _LARGEST_GAIN), ylim=(-0.6, len(gain_names) - 0.4),
        )  # fmt: skip
        gain.set_yticks(rows, list(gain_names))
        gain.tick_params(axis="y", labelsize=12)
        gain.grid(axis="y", visible=False)
        gain.axvline(0, color=COLOURS["ink"], linewidth=1.2)
        self._rows = rows
        self._lines = [gain.plot([], [], color=COLOURS["muted"], linewidth=6, zorder=2)[0] for _ in rows]
        (self._better,) = gain.plot([], [], "o", color=COLOURS["urban"], markersize=10, zorder=4)
        (self._worse,) = gain.plot([], [], "o", color=COLOURS["china"], markersize=10, zorder=4)
        (self._unclear,) = gain.plot(
            [], [], "o", markerfacecolor=COLOURS["paper"], markeredgecolor=COLOURS["ink"], markersize=10, zorder=4
        )
        self.moving: list[Artist] = [
            *self._bands, self._without, self._policy, *self._names, *self._lines, self._unclear, self._better,
            self._worse,
        ]  # fmt: skip
        self._shown: tuple[str, float] | None = None

    def update(self, result: PolicyPaths) -> bool:
        """Move curves, bands and dots; True where the outcome or the limits changed."""
        ends = np.concatenate([b for band in (result.policy, result.without) for b in (band.low, band.high)])
        top = ladder_limit(1.15 * float(ends.max()))
        shown = (result.outcome, top)
        changed = shown != self._shown
        if changed:
            self._shown = shown
            self._title.set_text(result.outcome)
            self._path_axes.set_ylim(0, top)
        along = np.concatenate([result.years, result.years[::-1]])
        for band, values in zip(self._bands, (result.without, result.policy), strict=True):
            band.set_xy(np.column_stack([along, np.concatenate([values.low, values.high[::-1]])]))
        self._without.set_data(result.years, result.without.median)
        self._policy.set_data(result.years, result.policy.median)
        # In the corner where the curves are not.
        rising = result.policy.high[0] < result.policy.high[-1]
        for label in self._names:
            label.set_x(0.03 if rising else 0.97)
            label.set_horizontalalignment("left" if rising else "right")
        self._names[0].set_text(f"\u2014 {result.package}")
        gains = result.gains
        for line, low, high, y in zip(self._lines, gains.low, gains.high, self._rows, strict=True):
            line.set_data([low, high], [y, y])
        inside = np.clip(gains.median, -_LARGEST_GAIN, _LARGEST_GAIN)
        better, worse = gains.low > 0, gains.high < 0
        for dots, chosen in ((self._better, better), (self._worse, worse), (self._unclear, ~better & ~worse)):
            dots.set_data(inside[chosen], self._rows[chosen])
        return changed


def policy_laboratory_panel() -> Panel[PolicyPaths]:
    """Choose a package, the money and how much of it is used; see one outcome to 2050 and six gains."""
    table = PolicyTable(tables.load("policy_paths"))
    titles = {one.name: one.title for one in PACKAGES}
    labels = {name: label for label, name in _OUTCOMES.items()}

    def compute(settings: dict[str, Any]) -> PolicyPaths:
        package, outcome = settings["package"], settings["outcome"]
        used = {"levy": settings["levy"], "strength": settings["strength"]}
        return PolicyPaths(
            years=table.years(outcome),
            outcome=labels[outcome],
            policy=table.path(package, outcome, **used),
            without=table.path("laissez_faire", outcome, **used),
            package=titles[package],
            gains=table.gains(package, **used),
        )

    def readout(result: PolicyPaths) -> Readout:
        policy, without = result.policy, result.without
        better = [name for name, low in zip(GAINS.values(), result.gains.low, strict=True) if low > 0]
        worse = [name for name, high in zip(GAINS.values(), result.gains.high, strict=True) if high < 0]
        clearly_better, clearly_worse = (", ".join(names).lower() or "nothing" for names in (better, worse))
        numbers = (
            (f"{result.outcome}, 2050", f"{policy.median[-1]:.3g} ({policy.low[-1]:.3g} to {policy.high[-1]:.3g})"),
            ("Money given back", f"{without.median[-1]:.3g} ({without.low[-1]:.3g} to {without.high[-1]:.3g})"),
            ("Clearly better", clearly_better),
            ("Clearly worse", clearly_worse),
        )
        words = (
            f"{result.package}: {result.outcome} from 2000 to 2050, {policy.median[-1]:.3g} in 2050 against "
            f"{without.median[-1]:.3g} where the money is given back. Clearly better: {clearly_better}. Clearly worse: "
            f"{clearly_worse}."
        )
        return Readout(numbers, words)

    return Panel(
        controls=(
            Choice("package", "Package", {one.title: one.name for one in PACKAGES[1:]}, "Both together"),
            Choice("outcome", "Show to 2050", _OUTCOMES, "Villagers' income (2000 = 1)"),
            _LEVY,
            _STRENGTH,
        ),
        compute=compute,
        picture=PolicyPathsPicture(list(GAINS.values())),
        readout=readout,
        presets=(
            Preset("Slow the city", "It keeps the young in villages. Look right at what it costs: all other gains, "
                   "villagers' income too.", {"package": "slow_city", "outcome": "rural_income"}),
            Preset("Only the city", "More citizens, more output. Villagers have less than with cash; new citizens send "
                   "no money home.", {"package": "city_led", "outcome": "rural_income"}),
            Preset("Only the countryside", "The gap in services halves by 2050 and the young stay; wellbeing at "
                   "working age is higher with cash.", {"package": "countryside_only", "outcome": "services_ratio"}),
            Preset("Both, with twice the money", "Of what was unclear at four percent, one thing turns clear: the "
                   "young. Wellbeing slips below zero.", {"package": "both", "levy": 0.08, "outcome": "income_ratio"}),
        ),
    )  # fmt: skip
