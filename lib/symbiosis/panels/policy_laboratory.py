"""Panel: any mix of policies and doses, tried live on draws of the integrated economy, against either baseline."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symbiosis import tables
from symbiosis.charts.rows import name_rows
from symbiosis.charts.scales import ladder_limit
from symbiosis.charts.style import COLOURS
from symbiosis.checks import FloatArray
from symbiosis.economy.ages import FIRST_YEAR, LAST_YEAR
from symbiosis.economy.laboratory import BASELINES, Laboratory, weighted_economy, with_doses
from symbiosis.economy.model import Economy, End
from symbiosis.economy.mutual_benefit import GAINS, gains, percent
from symbiosis.economy.outcomes import Paths
from symbiosis.economy.parameters import POLICY, POLICY_START, SCENARIO
from symbiosis.economy.welfare import Lives
from symbiosis.panels.panel import Choice, Panel, Preset, Readout, Switch
from symbiosis.panels.picture import DASHED, LivePicture, spread
from symbiosis.parameters import Parameter

DRAWS = 60
"""Draws that count alike, made from the weighted ones; what runs within a tenth of a second."""
_OUTCOMES: dict[str, tuple[str, float]] = {
    "Urban share (%)": ("urban_share", 100.0),
    "Income, city over countryside": ("income_ratio", 1.0),
    "Villagers' income, coast (2024 = 1)": ("coast_rural_income", 0.0),
    "Villagers' income, inland (2024 = 1)": ("inland_rural_income", 0.0),
    "Services, city over countryside": ("services_ratio", 1.0),
    "Villagers of 15-39 per one over 60": ("young_per_old", 1.0),
    "Output per person (2024 = 1)": ("output_per_person", 0.0),
    "Without registration where they live (%)": ("stranger_share", 100.0),
}
"""What can be shown: the name of the outcome, and by what it is multiplied (0: each draw over its own of 2024)."""
_SHOWN = tuple(name for name in GAINS if name != "services_level")
_DOSES: dict[str, str] = {
    "to_migrants": "Services for migrants",
    "to_new_citizens": "Registering migrants",
    "to_village_services": "Village services",
    "to_farm_investment": "Farm investment",
    "to_villagers": "Cash for villagers",
    "cash": "Cash for everybody",
}
_CONTINUES = SCENARIO["drift_continues"]


@dataclass(frozen=True)
class Band:
    """Median over draws, and the ends between which eight of ten lie; one shape."""

    low: FloatArray
    median: FloatArray
    high: FloatArray

    @classmethod
    def of(cls, draws: FloatArray) -> Band:
        """The band of equal draws along the first axis."""
        return cls(*np.quantile(draws, [0.1, 0.5, 0.9], axis=0))


@dataclass(frozen=True)
class PolicyMix:
    """What the picture shows: an outcome by year with a policy and with its baseline, and gains in the last year.

    levy: all doses together, a share of output; gains: in percent, in the order of the panel's rows.
    """

    years: FloatArray
    outcome: str
    policy: Band
    baseline: Band
    versus: str
    levy: float
    gains: Band


class PolicyMixPicture(LivePicture):
    """Draws a PolicyMix; gain_names: what the gains are called, first on top."""

    def __init__(self, gain_names: Sequence[str]) -> None:
        path, gain = self.new_axes(width_ratios=[1, 1.05])
        path.set(xlabel="Year", xlim=(FIRST_YEAR, LAST_YEAR + 1), xticks=[2000, 2010, 2020, 2030, 2040, 2050])
        self._title = path.set_title("")
        path.axvspan(POLICY_START, LAST_YEAR + 1, color=COLOURS["grid"], alpha=0.5, zorder=0, linewidth=0)
        self._bands = self.area(path, "muted", alpha=0.5), self.area(path, "urban", alpha=0.3)
        self._paths = self.line(path, "ink", linestyle=DASHED, linewidth=2), self.line(path, "urban", linewidth=3)
        place: dict[str, Any] = {"transform": path.transAxes, "size": 13.5, "weight": "bold"}
        self._words = (
            self.words(path, role="urban", at=(0.03, 0.92), **place),
            self.words(path, at=(0.03, 0.83), **place),
        )
        heads = {"title": f"Gains in {LAST_YEAR}, 8 of 10 draws", "xlabel": "Against the baseline (%)"}
        self._rows = name_rows(gain, gain_names, size=12, **heads)
        gain.axvline(0, color=COLOURS["ink"], linewidth=1.2)
        self._lines = [self.line(gain, "muted", linewidth=6) for _ in self._rows]
        self._dots = self.dots(gain, "urban", 10, zorder=4)

    def update(self, result: PolicyMix) -> Hashable:
        """Move curves, bands and dots."""
        for area, line, band in zip(self._bands, self._paths, (result.baseline, result.policy), strict=True):
            spread(area, result.years, band.low, band.high)
            line.set_data(result.years, band.median)
        # In the corner where the curves are not.
        x, ha = (0.03, "left") if result.policy.high[0] < result.policy.high[-1] else (0.97, "right")
        for words in self._words:
            words.set(x=x, ha=ha)
        self._words[0].set_text(f"— this mix, {result.levy:.1%} of output")
        self._words[1].set_text(f"- - {result.versus.lower()}")
        for line, low, high, y in zip(self._lines, result.gains.low, result.gains.high, self._rows, strict=True):
            line.set_data([low, high], [y, y])
        self._dots.set_data(result.gains.median, self._rows)
        path, gain = self.axes
        highest = max(float(band.high.max()) for band in (result.policy, result.baseline))
        widest = max(float(np.abs([result.gains.low, result.gains.high]).max()), 1.0)
        shown = (result.outcome, ladder_limit(1.1 * highest), ladder_limit(1.05 * widest))
        self._title.set_text(result.outcome)
        path.set_ylim(0, shown[1])
        gain.set_xlim(-shown[2], shown[2])
        return shown


_Half = tuple[Paths, End]
_Policy = Mapping[str, float]


def _half(paths: Paths, end: End, chosen: slice) -> _Half:
    """Some of the draws of a course; they come first in paths and last in lives."""
    lives = Lives(**{name: values[..., chosen] for name, values in vars(end.lives).items()})
    outcomes = {name: values[chosen] for name, values in end.outcomes.items()}
    return Paths(**{name: values[chosen] for name, values in vars(paths).items()}), End(outcomes, lives)


class _Runs:
    """The draws of the panel and their past, continued under policies."""

    def __init__(self) -> None:
        economy, weights = weighted_economy(tables.load("policy_draws"), DRAWS)
        self.past = economy.simulate(POLICY_START - 1, strict=False)
        twice = {name: np.tile(value, 2) for name, value in economy.values().items() if np.ndim(value)}
        self._one = Laboratory.of(economy, weights)
        self._two = Laboratory.of(Economy(**{**economy.values(), **twice}), np.tile(weights, 2))
        self._without: dict[float, _Half] = {}

    def with_and_without(self, policy: _Policy, drift: float) -> tuple[_Half, _Half]:
        """A policy, and no levy at all, which is run once for each drift."""
        if drift not in self._without:
            (self._without[drift],) = self._courses(self._one, [with_doses({})], drift)
        (found,) = self._courses(self._one, [policy], drift)
        return found, self._without[drift]

    def both(self, policy: _Policy, other: _Policy, drift: float) -> tuple[_Half, _Half]:
        """Two policies at once: many small arrays take as long as few large ones."""
        first, second = self._courses(self._two, [policy, other], drift)
        return first, second

    @staticmethod
    def _courses(laboratory: Laboratory, policies: Sequence[_Policy], drift: float) -> list[_Half]:
        settings = {name: np.repeat([policy[name] for policy in policies], DRAWS) for name in policies[0]}
        economy = laboratory.economy.replace(**settings, **{_CONTINUES.name: drift})
        paths, end = economy.course(LAST_YEAR, laboratory.start)
        return [_half(paths, end, slice(k * DRAWS, (k + 1) * DRAWS)) for k in range(len(policies))]

    def path(self, paths: Paths, label: str) -> FloatArray:
        """An outcome of every year from 2000 on, in the unit of its label, (draws, years)."""
        name, factor = _OUTCOMES[label]
        whole = np.concatenate([getattr(self.past, name), getattr(paths, name)], axis=1)
        unit = whole[:, [POLICY_START - 1 - FIRST_YEAR]] if factor == 0 else 1 / factor
        return np.asarray(whole / unit)


def _dose(name: str, label: str) -> Parameter:
    meaning = "handed back to everybody alike" if name == "cash" else POLICY[name].meaning
    return Parameter(name, label, "", 0.0, 0.0, 0.04, 0.005, f"Share of non-farm output; {meaning}",
                     "choice of the reader", ".1%")  # fmt: skip


def policy_laboratory_panel() -> Panel[PolicyMix]:
    """Set a dose for every purpose; see one outcome to 2050 and what is gained against either baseline."""
    runs = _Runs()
    names = {versus: name for name, versus in BASELINES.items()}

    def compute(settings: dict[str, Any]) -> PolicyMix:
        doses = {name: float(settings[name]) for name in _DOSES}
        levy, drift = sum(doses.values()), float(settings["drift_goes_on"])
        policy = with_doses(doses, added_barrier=float(settings["added_barrier"]))
        if settings["versus"] == "cash":
            (paths, end), (before_paths, before) = runs.both(policy, with_doses({"cash": levy}), drift)
        else:
            (paths, end), (before_paths, before) = runs.with_and_without(policy, drift)
        gained = gains(end, before)
        label = settings["outcome"]
        return PolicyMix(
            np.arange(FIRST_YEAR, LAST_YEAR + 1.0), label, Band.of(runs.path(paths, label)),
            Band.of(runs.path(before_paths, label)), BASELINES[settings["versus"]], levy,
            Band.of(percent(np.stack([gained[name] for name in _SHOWN], axis=-1))),
        )  # fmt: skip

    def readout(result: PolicyMix) -> Readout:
        policy, without = (
            f"{band.median[-1]:.3g} ({band.low[-1]:.3g} to {band.high[-1]:.3g})"
            for band in (result.policy, result.baseline)
        )
        sizes = {
            GAINS[name]: f"{result.gains.median[k]:+.1f} % ({result.gains.low[k]:+.1f} to {result.gains.high[k]:+.1f})"
            for k, name in enumerate(_SHOWN)
        }
        first = ("within", "expected", "rural_income")
        numbers = (
            (f"{result.outcome}, {LAST_YEAR}", policy),
            (result.versus, without),
            *((GAINS[name], sizes[GAINS[name]]) for name in first),
        )
        words = (
            f"A policy that costs {result.levy:.1%} of output. {result.outcome} in {LAST_YEAR}: {policy}, against "
            f"{without} ({result.versus.lower()}). Gains: "
            + "; ".join(f"{name.lower()} {size}" for name, size in sizes.items())
            + f". Medians of {DRAWS} draws, eight of ten between the ends."
        )
        return Readout(numbers, words)

    both = {"to_migrants": 0.01, "to_new_citizens": 0.01, "to_village_services": 0.01, "to_farm_investment": 0.01}
    return Panel(
        controls=(
            *(_dose(name, label) for name, label in _DOSES.items()),
            POLICY["added_barrier"].narrowed(lower=0.0, upper=1.0, label="Added barrier"),
            Choice("outcome", "Show to 2050", {label: label for label in _OUTCOMES}, "Urban share (%)"),
            Choice("versus", "Against", names, "No levy"),
            Switch("drift_goes_on", _CONTINUES.label + " goes on"),
        ),
        compute=compute,
        picture=PolicyMixPicture([GAINS[name] for name in _SHOWN]),
        readout=readout,
        presets=(
            Preset("Both sides", "Look at the first three gains: who is where counts for more than how people live "
                   "where they are.", {**both, "outcome": "Urban share (%)"}),
            Preset("The same money as cash", "What everybody gets alike is the rival of every package.",
                   {"cash": 0.04, "outcome": "Income, city over countryside"}),
            Preset("Slow the city", "No money, only a barrier: look at expected utility.",
                   {"added_barrier": 0.5, "outcome": "Villagers of 15-39 per one over 60"}),
            Preset("Only the countryside", "Compare coast and inland.",
                   {"to_village_services": 0.015, "to_farm_investment": 0.015, "to_villagers": 0.01,
                    "outcome": "Villagers' income, inland (2024 = 1)"}),
        ),
    )  # fmt: skip
