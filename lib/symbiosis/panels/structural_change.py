"""Panel: who leaves the land when farming improves, without trade and with it?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.text import Text

from symbiosis.charts.style import COLOURS
from symbiosis.checks import FloatArray
from symbiosis.models.land.two_sector_economy import TwoSectorEconomy
from symbiosis.panels.panel import Panel, Preset, Readout, Switch
from symbiosis.panels.picture import LivePicture

YEARS = 100.0
LOWEST, HIGHEST = 0.85, 2.0
"""Range of farm productivity in the right picture, over that of year 0."""
BETTER = 1.1
"""The improvement of farming whose effect the readout gives: ten percent."""
_CONTROLS = ("subsistence", "elasticity", "farm_growth", "industry_growth", "alpha")

_YEARS = np.linspace(0.0, YEARS, 101)
_PRODUCTIVITY = np.linspace(LOWEST, HIGHEST, 116)


@dataclass(frozen=True)
class FarmLabour:
    """What the picture shows; every share is a fraction of workers, in farming.

    closed, opened: over years; closed_at, opened_at: in year 0 at each farm productivity (year 0 is 1);
    closed_better, opened_better: in year 0 if farming were better by ten percent; is_open: which of the two is the
    economy at hand.
    """

    closed: FloatArray
    opened: FloatArray
    closed_at: FloatArray
    opened_at: FloatArray
    closed_better: float
    opened_better: float
    is_open: bool

    @property
    def start(self) -> float:
        """Farm share in year 0, the same under both."""
        return float(self.closed[0])


class FarmLabourPicture(LivePicture):
    """Draws a FarmLabour; the axes never change."""

    def __init__(self) -> None:
        path, effect = self.new_axes(height=3.6)
        path.set(title="As years pass", xlabel="Years from the start", xlim=(0, YEARS), ylim=(0, 101))
        path.set_ylabel("Workers in farming (%)")
        effect.set(title="If farming were better today", xlabel="Farm productivity (today = 1)", ylim=(0, 101))
        effect.set_xlim(LOWEST, HIGHEST)
        effect.axvline(1, color=COLOURS["muted"], linewidth=1.2)
        self._lines = [[self.line(axes, role) for role in ("rural", "urban")] for axes in self.axes]
        self._today = self.dots(effect, "ink", 10)
        self._names = [
            [self.words(axes, name, role, weight="bold") for name, role in (("closed", "ink"), ("open", "urban"))]
            for axes in self.axes
        ]

    def update(self, result: FarmLabour) -> bool:
        """Move the lines and their names; the economy at hand is drawn whole, the other dashed."""
        shares = (
            (_YEARS, result.closed, result.opened),
            (_PRODUCTIVITY, result.closed_at, result.opened_at),
        )
        for lines, names, (x, closed, opened) in zip(self._lines, self._names, shares, strict=True):
            for line, share, is_open in zip(lines, (closed, opened), (False, True), strict=True):
                chosen = is_open == result.is_open
                line.set(linewidth=3.4 if chosen else 2.0, linestyle="solid" if chosen else (0, (4, 2.5)))
                line.set_data(x, 100 * share)
            _name_lines(names, x, 100 * closed, 100 * opened)
        self._today.set_data([1.0], [100 * result.start])
        return False


def _name_lines(names: Sequence[Text], x: FloatArray, closed: FloatArray, opened: FloatArray) -> None:
    """Put both names near the right end, the one of the upper line above it and the other below."""
    at = round(0.86 * (len(x) - 1))
    for text, own, other in zip(names, (closed, opened), (opened, closed), strict=True):
        above = bool(own[at] > other[at]) or (own[at] == other[at] and own is opened)
        # Inside the axes: near an edge the name changes sides.
        above = (above or own[at] < 12) and own[at] < 88
        place = float(x[at]), float(own[at]) + (3 if above else -3)
        text.set(position=place, va="bottom" if above else "top", ha="center")


def _compute(settings: dict[str, Any]) -> FarmLabour:
    economy = TwoSectorEconomy(**{name: settings[name] for name in _CONTROLS})
    # The world buys and sells at the price of year 0, so that opening the border changes nothing at first.
    economy = economy.replace(price=economy.autarky().price)
    later, better = economy.after(_YEARS), economy.replace(farm_productivity=np.append(_PRODUCTIVITY, BETTER))
    closed, closed_at = (1 - one.autarky().industrial_share for one in (later, better))
    opened, opened_at = (1 - one.open_industrial_share() for one in (later, better))
    ends = float(closed_at[-1]), float(opened_at[-1])
    return FarmLabour(closed, opened, closed_at[:-1], opened_at[:-1], *ends, is_open=bool(settings["open"]))


def _readout(result: FarmLabour) -> Readout:
    own, other, kind, rest = result.closed, result.opened, "closed", "open"
    if result.is_open:
        own, other, kind, rest = other, own, rest, kind
    closed, opened = (100 * (share - result.start) for share in (result.closed_better, result.opened_better))
    return Readout(
        numbers=(
            ("Workers in farming at the start", f"{result.start:.0%}"),
            (f"After {YEARS:.0f} years ({kind})", f"{own[-1]:.0%}"),
            (f"The same economy, {rest}", f"{other[-1]:.0%}"),
            (f"Farming {BETTER - 1:.0%} better today", f"closed {closed:+.1f}, open {opened:+.1f} points"),
        ),
        alt=f"Left, the share of workers in farming over {YEARS:.0f} years: from {result.start:.0%} to "
        f"{result.closed[-1]:.0%} when closed and to {result.opened[-1]:.0%} when open to trade. Right, the same "
        f"share if farming were better today: ten percent better changes it by {closed:+.1f} points when closed "
        f"and by {opened:+.1f} when open.",
    )


def structural_change_panel() -> Panel[FarmLabour]:
    """Farm labour in a closed economy with a food need and substitution, and in the same economy open to trade."""
    return Panel(
        controls=(*TwoSectorEconomy.parameters().only(*_CONTROLS), Switch("open", "Open to trade")),
        compute=_compute,
        picture=FarmLabourPicture(),
        readout=_readout,
        presets=(
            Preset("Farming improves, border closed", "One farmer feeds more people every year, so fewer are needed: "
                   "better farming lets people go.", {"industry_growth": 0.0}),
            Preset("Farming improves, border open", "The same harvests, sold abroad: better farming pays better, and "
                   "people go back to the land.", {"industry_growth": 0.0, "open": True}),
            Preset("Industry improves, border open", "Factories pay better than fields, and food can be bought abroad: "
                   "industry pulls people out.", {"farm_growth": 0.005, "industry_growth": 0.02, "open": True}),
            Preset("Industry improves, border closed", "Goods become cheap, but nobody can eat them: the farms let "
                   "nobody go, and even take people on.", {"farm_growth": 0.0, "industry_growth": 0.02}),
            Preset("No need, easy substitution", "Nobody is hungry and food replaces goods: cheaper food is bought in "
                   "plenty, and farming grows.", {"subsistence": 0.0, "elasticity": 2.5, "industry_growth": 0.0}),
        ),
    )  # fmt: skip
