"""Panel: where would people live if moving were cheaper, and who would gain?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from symbiosis.charts.scales import log_axis
from symbiosis.charts.style import COLOURS
from symbiosis.checks import FloatArray
from symbiosis.evidence.estimate import Estimate
from symbiosis.models.migration.moving_costs import moving_costs_from_margins
from symbiosis.models.space.spatial_equilibrium import MOVING_COST_FALL, Comparison, Settlement
from symbiosis.panels.panel import Choice, Panel, Preset, Readout
from symbiosis.panels.picture import LivePicture

MULTIPLES = (1 / 4, 4.0)
"""Ends of the axis of residents beside today; what lies beyond stands at the edge."""
GAINS = (-30.0, 60.0)
"""Ends of the axis of gains, percent."""

_SLIDERS = ("agglomeration", "congestion", "congestion_by_density", "cut", "amenity_weight")


@dataclass(frozen=True)
class SettlementView:
    """What the picture shows.

    residents: of each place, as a multiple of today's; beside: the scenario beside today; away: share of people who
    live away from home; planner_gain: what a planner adds to the market, a fraction; planned: a planner decides.
    """

    residents: FloatArray
    beside: Comparison
    away: float
    planner_gain: float
    planned: bool


class SettlementPicture(LivePicture):
    """Draws a SettlementView of the places given once; the axes never change.

    income: output per resident, thousand yuan; people: residents today; sends: more left than came; label: names to
    write.
    """

    def __init__(
        self, names: Sequence[str], income: ArrayLike, people: ArrayLike, sends: ArrayLike, *, label: Sequence[str] = ()
    ) -> None:
        if missing := [name for name in label if name not in names]:
            raise ValueError(f"cannot label {', '.join(missing)}: not among the places drawn")
        where, gains = self.new_axes()
        where.set(title="Where people would live", ylabel="Residents beside today", ylim=MULTIPLES)
        gains.set(title="Who would gain", ylabel="Gain, by home province (%)", ylim=GAINS)
        words = {0.25: "1/4", 0.5: "half", 1.0: "same", 2.0: "twice", 4.0: "4 times"}
        log_axis(where, "y", ticks=list(words), words=lambda multiple: words.get(multiple, ""))
        for axes, today in ((where, 1), (gains, 0)):
            axes.axhline(today, color=COLOURS["ink"], linewidth=1.2)
            axes.set(xlabel="Output per resident (thousand yuan)", xlim=(33, 195))
            log_axis(axes, "x", ticks=(40, 60, 80, 100, 150), words=lambda value: f"{value:g}")
        sizes = 30 + 260 * np.asarray(people, float) / np.max(people)
        # Large dots first, so that no small one is hidden under them.
        self._order, self._income = np.argsort(-sizes, kind="stable"), np.asarray(income, float)
        colours = np.where(np.asarray(sends, bool), COLOURS["rural"], COLOURS["urban"])[self._order].tolist()
        self._dots = [self.cloud(axes, "urban", linewidths=0.8, zorder=3, clip_on=False) for axes in self.axes]
        for dots in self._dots:
            dots.set(sizes=sizes[self._order], facecolor=colours)
        for at, role, name in ((0.03, "rural", "sends more people"), (0.63, "urban", "receives more")):
            where.plot(at, 0.06, marker="o", markersize=8, color=COLOURS[role], transform=where.transAxes)
            where.text(at + 0.03, 0.06, name, transform=where.transAxes, va="center", weight="bold", size=12)
        # Position of each place named, whether it sends, and its names left and right.
        self._named = [
            (i, bool(np.asarray(sends)[i]), [self.words(axes, names[i], size=11.5, ha="center") for axes in self.axes])
            for i in (list(names).index(name) for name in label)
        ]

    def update(self, result: SettlementView) -> bool:
        """Move the dots and the names above them."""
        multiple = np.clip(result.residents, *MULTIPLES)
        gain = np.clip(100 * result.beside.by_origin, *GAINS)
        for dots, heights in zip(self._dots, (multiple, gain), strict=True):
            dots.set_offsets(np.column_stack([self._income, heights])[self._order])
        for i, sends, (left, right) in self._named:
            # Away from the crowd: on the side to which a place moved; on the right, senders above, receivers below.
            x, grows = self._income[i], multiple[i] >= 1
            height = np.clip(multiple[i] * (1.17 if grows else 1 / 1.17), 0.33, 3.3)
            left.set(position=(x, height), va="bottom" if grows else "top")
            height = np.clip(gain[i] + (5.0 if sends else -5.0), -22, 53)
            right.set(position=(x, height), va="bottom" if sends else "top")
        return False


def settlement_panel(accounts: pd.DataFrame) -> Panel[SettlementView]:
    """Places settled anew. accounts: the frame of measures.province_accounts, at least three places."""
    country = Settlement(
        costs=moving_costs_from_margins(accounts["population"], accounts["home_population"], accounts["arrivals"]),
        wage=accounts["gdp_per_resident"].to_numpy(float),
        density=accounts["density"].to_numpy(float),
    )
    names = [str(name) for name in accounts.index]

    def compute(settings: dict[str, Any]) -> SettlementView:
        changed = country.replace(**{name: settings[name] for name in _SLIDERS})
        market, best = changed.equilibrium(), changed.planner_allocation()
        state = best if settings["planned"] else market
        # Gains are felt in the amenities that hold in the scenario, also where these were changed.
        beside = state.beside(changed.replace(cut=0.0).observed())
        away, added = float(state.away / state.flows.sum()), float(best.beside(market).welfare)
        return SettlementView(state.population / country.residents, beside, away, added, bool(settings["planned"]))

    sends = country.home_population > country.residents
    label = [n for n in ("Henan", "Guangdong", "Shanghai") if n in names]
    controls = Settlement.parameters().only(*_SLIDERS)
    return Panel(
        controls=(
            *(p.narrowed(default=MOVING_COST_FALL) if p.name == "cut" else p for p in controls),
            Choice("planned", "Who decides", {"the people": False, "a planner": True}, "the people"),
        ),
        compute=compute,
        picture=SettlementPicture(names, country.wage / 1e3, country.residents, sends, label=label),
        readout=lambda result: _readout(result, names),
        presets=_PRESETS,
    )


def _readout(result: SettlementView, names: Sequence[str]) -> Readout:
    found, residents, gain = result.beside, result.residents, 100 * result.beside.by_origin
    most, least, top, bottom = (names[int(at(v))] for v in (residents, gain) for at in (np.argmax, np.argmin))
    outside = (residents > MULTIPLES[1]) | (residents < MULTIPLES[0]) | (gain > GAINS[1]) | (gain < GAINS[0])
    edge = f" {int(outside.sum())} places lie beyond the axes and stand at the edge." if outside.any() else ""

    def percent(fraction: Any, display: str = "+.1f") -> str:
        return Estimate(100 * float(fraction), unit="%", display=display).point

    return Readout(
        numbers=(
            ("Output", percent(found.output)),
            ("Welfare", percent(found.welfare)),
            ("Living away from home", f"{result.away:.0%}"),
            ("People whose origin loses", f"{found.losing:.0%}"),
            ("A planner would add", percent(result.planner_gain, "+.2f")),
        ),
        alt=f"Two pictures of provinces over their output per resident; "
        f"{'a planner decides' if result.planned else 'people decide'}. Left, residents beside today: {most} "
        f"grows most, to {residents.max():.1f} times today, {least} least, to {residents.min():.2f} times. Right, "
        f"gains by origin: the people of {top} gain most ({gain.max():+.0f} %), those of {bottom} least "
        f"({gain.min():+.0f} %).{edge}",
    )


_PRESETS = (
    Preset("Today", "Nothing is changed and nothing moves. Now drag agglomeration: still nothing, for amenities are "
           "inferred anew so that today comes out. A perfect fit is no evidence.", {"cut": 0.0}),
    Preset("Moving half as costly",
           "Look at the right: poor provinces gain most, and those at home in rich ones lose a little.", {"cut": 0.5}),
    Preset("A planner who may move anybody", "Nothing differs from what people choose: a person more crowds few people "
           "much or many people little, and with one elasticity everywhere both cost the same.",
           {"cut": 0.0, "planned": True}),
    Preset("A planner where density hurts more", "Now dense places crowd more, and the planner thins them out. Look at "
           "how little the country gains, and how many lose.",
           {"cut": 0.0, "planned": True, "congestion_by_density": 0.15}),
    Preset("Big places make people productive", "Strong agglomeration, and no congestion to spoil it: the same fall of "
           "the moving cost now yields about half as much output again. Move agglomeration back to 0.05 to see it "
           "shrink.", {"agglomeration": 0.25, "congestion": 0.0}),
    Preset("Nobody minds amenities", "Without the inferred amenities big provinces lose people, small ones fill, and "
           "output falls: much of what the inference calls amenity is that a place has room.",
           {"cut": 0.0, "amenity_weight": 0.0}),
)  # fmt: skip
