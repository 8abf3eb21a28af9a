"""Panel: what a policy changes by 2050, from runs computed beforehand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from symbiosis import tables
from symbiosis.charts.policy_paths import Band, PolicyPaths, PolicyPathsPicture
from symbiosis.checks import FloatArray
from symbiosis.economy.mutual_benefit import GAINS
from symbiosis.economy.packages import PACKAGES
from symbiosis.panels.panel import Choice, Panel, Preset, Readout
from symbiosis.parameters import Parameter

GAIN_TITLES = {**GAINS, "wellbeing": "Wellbeing, ages 15 to 59"}
"""What the gains are called in words and pictures: wellbeing is that of people of working age."""

_OUTCOMES = {
    "Urban share (%)": "urban_share",
    "Income, city over countryside": "income_ratio",
    "Villagers' income (2000 = 1)": "rural_income",
    "Services, city over countryside": "services_ratio",
    "Villagers of 15-39 per one over 60": "young_per_old",
    "Output per person (2000 = 1)": "output_per_person",
    "Without registration where they live (%)": "stranger_share",
}
_LEVY = Parameter(
    "levy", "Money (% of output)", "", 4.0, 0.0, 8.0, 0.5,
    "Money for the policy every year from 2025 on, of output outside farming; what no purpose gets is given back.",
    "choice of the reader", ".1f",
)  # fmt: skip
_STRENGTH = Parameter(
    "strength", "Part of it that is used", "", 1.0, 0.0, 1.0, 0.05,
    "The part of the money, and of an added barrier, that goes into the policy; the rest is given back.",
    "choice of the reader", ".0%",
)  # fmt: skip


class _Grid:
    """Quantiles on the grid of levies and strengths; straight lines between."""

    def __init__(self, paths: pd.DataFrame) -> None:
        ordered = paths.sort_values(["package", "outcome", "levy", "strength", "year"])
        self.levies = np.sort(paths["levy"].unique())
        self.strengths = np.sort(paths["strength"].unique())
        self.years: dict[str, FloatArray] = {}
        self.values: dict[tuple[str, str], FloatArray] = {}
        for (package, outcome), part in ordered.groupby(["package", "outcome"]):
            years = np.sort(part["year"].unique()).astype(float)
            self.years[str(outcome)] = years
            shape = (len(self.levies), len(self.strengths), len(years), 3)
            self.values[str(package), str(outcome)] = part[["low", "median", "high"]].to_numpy().reshape(shape)

    def band(self, package: str, outcome: str, levy: float, strength: float) -> FloatArray:
        """Low, median and high by year, shape (years, 3)."""
        values = self.values[package, outcome]
        for places, at in ((self.levies, levy), (self.strengths, strength)):
            right = int(np.clip(np.searchsorted(places, at), 1, len(places) - 1))
            weight = (at - places[right - 1]) / (places[right] - places[right - 1])
            values = (1 - weight) * values[right - 1] + weight * values[right]
        return values


def _band(values: FloatArray) -> Band:
    return Band(values[:, 0], values[:, 1], values[:, 2])


def policy_laboratory_panel() -> Panel[PolicyPaths]:
    """Choose a package, the money and how much of it is used; see one outcome to 2050 and six gains."""
    grid = _Grid(tables.load("policy_paths"))
    titles = {one.name: one.title for one in PACKAGES}
    start = {name: float(grid.band("laissez_faire", name, 0.0, 0.0)[0, 1]) for name in ("rural_income",)}

    def compute(settings: dict[str, Any]) -> PolicyPaths:
        package, outcome = settings["package"], settings["outcome"]
        levy, strength = settings["levy"], 100 * settings["strength"]
        unit = start.get(outcome, 1.0)
        policy, without = (grid.band(name, outcome, levy, strength) / unit for name in (package, "laissez_faire"))
        # The table holds log points; quantiles stay quantiles in percent.
        points = np.concatenate([grid.band(package, f"gain_{gain}", levy, strength) for gain in GAIN_TITLES])
        gains = 100 * np.expm1(points / 100)
        title = next(label for label, name in _OUTCOMES.items() if name == outcome)
        return PolicyPaths(
            years=grid.years[outcome], outcome=title, policy=_band(policy), without=_band(without),
            package=titles[package], gains=_band(gains),
        )  # fmt: skip

    def readout(result: PolicyPaths) -> Readout:
        policy, without = result.policy, result.without
        better = [name for name, low in zip(GAIN_TITLES.values(), result.gains.low, strict=True) if low > 0]
        worse = [name for name, high in zip(GAIN_TITLES.values(), result.gains.high, strict=True) if high < 0]
        numbers = (
            (f"{result.outcome}, 2050", f"{policy.median[-1]:.3g} ({policy.low[-1]:.3g} to {policy.high[-1]:.3g})"),
            ("Money given back", f"{without.median[-1]:.3g} ({without.low[-1]:.3g} to {without.high[-1]:.3g})"),
            ("Clearly better", ", ".join(better).lower() or "nothing"),
            ("Clearly worse", ", ".join(worse).lower() or "nothing"),
        )
        words = (
            f"{result.package}: {result.outcome} from 2000 to 2050, {policy.median[-1]:.3g} in 2050 against "
            f"{without.median[-1]:.3g} where the money is given back. Clearly better: {numbers[2][1]}. Clearly worse: "
            f"{numbers[3][1]}."
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
        picture=PolicyPathsPicture(list(GAIN_TITLES.values())),
        readout=readout,
        presets=(
            Preset(
                "Slow the city",
                "It keeps the young in villages. Look right at what it costs: all other gains, villagers' income too.",
                {"package": "slow_city", "outcome": "rural_income"},
            ),
            Preset(
                "Only the city",
                "More citizens, more output. Villagers have less than with cash; new citizens send no money home.",
                {"package": "city_led", "outcome": "rural_income"},
            ),
            Preset(
                "Only the countryside",
                "The gap in services halves by 2050 and the young stay; wellbeing at working age is higher with cash.",
                {"package": "countryside_only", "outcome": "services_ratio"},
            ),
            Preset(
                "Both, with twice the money",
                "Of what was unclear at four percent, one thing turns clear: the young. Wellbeing slips below zero.",
                {"package": "both", "levy": 8.0, "outcome": "income_ratio"},
            ),
        ),
    )
