"""Panel: what a policy changes by 2050, from runs computed beforehand: one outcome with its band, and six gains."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symbiosis import tables
from symbiosis.charts.rows import name_rows
from symbiosis.charts.scales import ladder_limit
from symbiosis.charts.style import COLOURS
from symbiosis.checks import FloatArray
from symbiosis.economy.model import Economy
from symbiosis.economy.mutual_benefit import GAINS
from symbiosis.economy.packages import PACKAGES
from symbiosis.economy.policy_table import Band, PolicyTable
from symbiosis.panels.panel import Choice, Panel, Preset, Readout
from symbiosis.panels.picture import DASHED, LivePicture, spread
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
_STRENGTH = Parameter("strength", "Part of it that is used", "", 1.0, 0.0, 1.0, 0.05,
                      "The part of the money, and of an added barrier, that goes into the policy; the rest is given "
                      "back.", "choice of the reader", ".0%")  # fmt: skip
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


class PolicyPathsPicture(LivePicture):
    """Draws PolicyPaths; gain_names: what the gains are called, first on top."""

    def __init__(self, gain_names: Sequence[str]) -> None:
        path, gain = self.new_axes(width_ratios=[1.05, 1])
        path.set(xlabel="Year", xlim=(2000, 2051), xticks=[2000, 2010, 2020, 2030, 2040, 2050])
        self._title = path.set_title("")
        path.axvspan(2025, 2051, color=COLOURS["grid"], alpha=0.5, zorder=0, linewidth=0)
        self._bands = self.area(path, "muted", alpha=0.5), self.area(path, "urban", alpha=0.3)
        self._paths = self.line(path, "ink", linestyle=DASHED, linewidth=2), self.line(path, "urban", linewidth=3)
        place: dict[str, Any] = {"transform": path.transAxes, "size": 13.5, "weight": "bold"}
        self._package = self.words(path, role="urban", at=(0.03, 0.92), **place)
        self._cash = self.words(path, "- - money given back", at=(0.03, 0.83), **place)
        heads = {"title": "Gains in 2050, 8 of 10 draws", "xlabel": "Against money given back (%)"}
        self._rows = name_rows(gain, gain_names, size=12, **heads)
        gain.set_xlim(-_LARGEST_GAIN, _LARGEST_GAIN)
        gain.axvline(0, color=COLOURS["ink"], linewidth=1.2)
        self._lines = [self.line(gain, "muted", linewidth=6) for _ in self._rows]
        self._dots = [self.dots(gain, role, 10, zorder=4) for role in ("paper", "urban", "china")]
        self._dots[0].set_markeredgecolor(COLOURS["ink"])

    def update(self, result: PolicyPaths) -> bool:
        """Move curves, bands and dots; True where the outcome or the limits changed."""
        for area, line, band in zip(self._bands, self._paths, (result.without, result.policy), strict=True):
            spread(area, result.years, band.low, band.high)
            line.set_data(result.years, band.median)
        # In the corner where the curves are not.
        x, ha = (0.03, "left") if result.policy.high[0] < result.policy.high[-1] else (0.97, "right")
        self._package.set(x=x, ha=ha, text=f"— {result.package}")
        self._cash.set(x=x, ha=ha)
        gains = result.gains
        for line, low, high, y in zip(self._lines, gains.low, gains.high, self._rows, strict=True):
            line.set_data([low, high], [y, y])
        inside = np.clip(gains.median, -_LARGEST_GAIN, _LARGEST_GAIN)
        better, worse = gains.low > 0, gains.high < 0
        for dots, chosen in zip(self._dots, (~better & ~worse, better, worse), strict=True):
            dots.set_data(inside[chosen], self._rows[chosen])
        path = self.axes[0]
        highest = max(float(band.high.max()) for band in (result.policy, result.without))
        shown, before = (result.outcome, ladder_limit(1.15 * highest)), (self._title.get_text(), path.get_ylim()[1])
        self._title.set_text(result.outcome)
        path.set_ylim(0, shown[1])
        return shown != before


def policy_laboratory_panel() -> Panel[PolicyPaths]:
    """Choose a package, the money and how much of it is used; see one outcome to 2050 and six gains."""
    table = PolicyTable(tables.load("policy_paths"))
    titles = {one.name: one.title for one in PACKAGES}
    labels = {name: label for label, name in _OUTCOMES.items()}

    def compute(settings: dict[str, Any]) -> PolicyPaths:
        package, outcome = settings["package"], settings["outcome"]
        used = {"levy": settings["levy"], "strength": settings["strength"]}
        policy, without = (table.path(one, outcome, **used) for one in (package, "laissez_faire"))
        gains = table.gains(package, **used)
        return PolicyPaths(table.years(outcome), labels[outcome], policy, without, titles[package], gains)

    def readout(result: PolicyPaths) -> Readout:
        policy, without = (
            (f"{band.median[-1]:.3g}", f"({band.low[-1]:.3g} to {band.high[-1]:.3g})")
            for band in (result.policy, result.without)
        )
        better, worse = (
            ", ".join(name for name, sure in zip(GAINS.values(), clear, strict=True) if sure).lower() or "nothing"
            for clear in (result.gains.low > 0, result.gains.high < 0)
        )
        numbers = (
            (f"{result.outcome}, 2050", " ".join(policy)),
            ("Money given back", " ".join(without)),
            ("Clearly better", better),
            ("Clearly worse", worse),
        )
        words = (
            f"{result.package}: {result.outcome} from 2000 to 2050, {policy[0]} in 2050 against {without[0]} where the "
            f"money is given back. Clearly better: {better}. Clearly worse: {worse}."
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
