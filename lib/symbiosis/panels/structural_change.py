"""Panel: who leaves the land when farming improves, without trade and with it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.text import Text

from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled
from symbiosis.checks import FloatArray
from symbiosis.models.land.two_sector_economy import TwoSectorEconomy
from symbiosis.panels.panel import Panel, Preset, Readout, Switch
from symbiosis.parameters import Parameter

YEARS = 100.0
LOWEST, HIGHEST = 0.85, 2.0
"""Range of farm productivity in the right picture, over that of year 0."""
BETTER = 1.1
"""The improvement of farming whose effect the readout gives: ten percent."""
_CONTROLS = ("subsistence", "elasticity", "farm_growth", "industry_growth", "alpha")

_WORLD = Parameter(
    "world", "The world keeps pace", "", 0.0, 0.0, 1.0, 0.05,
    "How much of the change of prices at home, year by year, happens on the world market too: none where the world "
    "stands still, all where it improves in step.", "assumption", ".0%",
)  # fmt: skip
_NAMES = {False: "closed", True: "open"}
_INK = {False: COLOURS["ink"], True: COLOURS["urban"]}


@dataclass(frozen=True)
class FarmLabour:
    """What the picture shows; every share is a fraction of workers, in farming.

    closed, opened: over years; closed_at, opened_at: in year 0 at each farm productivity (year 0 is 1);
    closed_better, opened_better: in year 0 if farming were better by ten percent; is_open: which of the two is the
    economy at hand.
    """

    years: FloatArray
    closed: FloatArray
    opened: FloatArray
    productivity: FloatArray
    closed_at: FloatArray
    opened_at: FloatArray
    closed_better: float
    opened_better: float
    is_open: bool

    @property
    def start(self) -> float:
        """Farm share in year 0, the same under both."""
        return float(self.closed[0])


class FarmLabourPicture:
    """Draws a FarmLabour; the axes never change."""

    @styled
    def __init__(self) -> None:
        self.figure, (path, effect) = new_figure(2, height=3.6, dpi=SCREEN_DPI)
        path.set(
            title="As years pass", xlabel="Years from the start", ylabel="Workers in farming (%)",
            xlim=(0, YEARS), ylim=(0, 101),
        )  # fmt: skip
        effect.set(
            title="If farming were better today", xlabel="Farm productivity (today = 1)",
            xlim=(LOWEST, HIGHEST), ylim=(0, 101),
        )  # fmt: skip
        effect.axvline(1, color=COLOURS["muted"], linewidth=1.2)
        self._paths, self._effects = {}, {}
        self._names: dict[tuple[str, bool], Text] = {}
        for is_open, colour in ((False, COLOURS["rural"]), (True, COLOURS["urban"])):
            (self._paths[is_open],) = path.plot([], [], color=colour)
            (self._effects[is_open],) = effect.plot([], [], color=colour)
            for key, axes in (("path", path), ("effect", effect)):
                name = axes.text(0, 0, _NAMES[is_open], color=_INK[is_open], weight="bold", zorder=6)
                self._names[key, is_open] = name
        (self._today,) = effect.plot(
            [], [], marker="o", linestyle="none", markersize=10, color=COLOURS["ink"], zorder=5
        )
        self.moving: list[Artist] = [
            *self._paths.values(), *self._effects.values(), self._today, *self._names.values(),
        ]  # fmt: skip

    def update(self, result: FarmLabour) -> None:
        """Move the lines and their names; the economy at hand is drawn whole, the other dashed."""
        for is_open, path, effect in (
            (False, result.closed, result.closed_at),
            (True, result.opened, result.opened_at),
        ):
            chosen = is_open == result.is_open
            for line in (self._paths[is_open], self._effects[is_open]):
                line.set(linewidth=3.4 if chosen else 2.0, linestyle="solid" if chosen else (0, (4, 2.5)))
            self._paths[is_open].set_data(result.years, 100 * path)
            self._effects[is_open].set_data(result.productivity, 100 * effect)
        for key, x, closed, opened in (
            ("path", result.years, result.closed, result.opened),
            ("effect", result.productivity, result.closed_at, result.opened_at),
        ):
            _name_lines(self._names[key, False], self._names[key, True], x, 100 * closed, 100 * opened)
        self._today.set_data([1.0], [100 * result.start])


def _name_lines(
    closed: Text,
    opened: Text,
    x: FloatArray,
    low: FloatArray,
    high: FloatArray,
) -> None:
    """Put both names near the right end, the one of the upper line above it and the other below."""
    at = round(0.86 * (len(x) - 1))
    for text, own, other in ((closed, low, high), (opened, high, low)):
        above = bool(own[at] > other[at]) or (own[at] == other[at] and text is opened)
        # Inside the axes: near an edge the name changes sides.
        above = (above or own[at] < 12) and own[at] < 88
        text.set_position((float(x[at]), float(own[at]) + (3 if above else -3)))
        text.set(va="bottom" if above else "top", ha="center")


def _compute(settings: dict[str, Any]) -> FarmLabour:
    economy = TwoSectorEconomy(**{name: settings[name] for name in _CONTROLS})
    # The world buys and sells at the price of year 0, so that opening the border changes nothing at first.
    first = economy.autarky().price
    economy = economy.replace(price=first)
    years = np.linspace(0.0, YEARS, 101)
    # The range of the right picture, and ten percent better.
    productivity = np.append(np.linspace(LOWEST, HIGHEST, 116), BETTER)
    later, better = economy.after(years), economy.replace(farm_productivity=productivity)
    at_home = later.autarky()
    # A world that improves in step has, behind the border, the same price; one that stands still keeps the first.
    traded = later.replace(price=first * (at_home.price / first) ** settings["world"])
    closed_at, opened_at = 1 - better.autarky().industrial_share, 1 - better.open_industrial_share()
    return FarmLabour(
        years=years,
        closed=1 - at_home.industrial_share,
        opened=1 - traded.open_industrial_share(),
        productivity=productivity[:-1],
        closed_at=closed_at[:-1],
        opened_at=opened_at[:-1],
        closed_better=float(closed_at[-1]),
        opened_better=float(opened_at[-1]),
        is_open=bool(settings["open"]),
    )


def _readout(result: FarmLabour) -> Readout:
    own, other = (result.opened, result.closed) if result.is_open else (result.closed, result.opened)
    kind = ("open", "closed") if result.is_open else ("closed", "open")
    effects = [100 * (share - result.start) for share in (result.closed_better, result.opened_better)]
    return Readout(
        numbers=(
            ("Workers in farming at the start", f"{result.start:.0%}"),
            (f"After {YEARS:.0f} years ({kind[0]})", f"{own[-1]:.0%}"),
            (f"The same economy, {kind[1]}", f"{other[-1]:.0%}"),
            (f"Farming {BETTER - 1:.0%} better today", f"closed {effects[0]:+.1f}, open {effects[1]:+.1f} points"),
        ),
        alt=f"Left, the share of workers in farming over {YEARS:.0f} years: from {result.start:.0%} to "
        f"{result.closed[-1]:.0%} when closed and to {result.opened[-1]:.0%} when open to trade. Right, the same "
        f"share if farming were better today: ten percent better changes it by {effects[0]:+.1f} points when closed "
        f"and by {effects[1]:+.1f} when open.",
    )


def structural_change_panel() -> Panel[FarmLabour]:
    """Farm labour in a closed economy with a food need and substitution, and in the same economy open to trade."""
    return Panel(
        controls=(*TwoSectorEconomy.parameters().only(*_CONTROLS), _WORLD, Switch("open", "Open to trade")),
        compute=_compute,
        picture=FarmLabourPicture(),
        readout=_readout,
        presets=(
            Preset(
                "Farming improves, border closed",
                "One farmer feeds more people every year, so fewer are needed: better farming lets people go.",
                {"industry_growth": 0.0},
            ),
            Preset(
                "Farming improves, border open",
                "The same harvests, sold abroad: better farming pays better, and people go back to the land.",
                {"industry_growth": 0.0, "open": True},
            ),
            Preset(
                "The world improves too",
                "Open, but the world improves in step: its prices move as ours would, and the border hardly matters.",
                {"world": 1.0, "open": True},
            ),
            Preset(
                "Industry improves, border open",
                "Factories pay better than fields, and food can be bought abroad: industry pulls people out.",
                {"farm_growth": 0.005, "industry_growth": 0.02, "open": True},
            ),
            Preset(
                "Industry improves, border closed",
                "Goods become cheap, but nobody can eat them: the farms let nobody go, and even take people on.",
                {"farm_growth": 0.0, "industry_growth": 0.02},
            ),
            Preset(
                "No need, easy substitution",
                "Nobody is hungry and food replaces goods: cheaper food is bought in plenty, and farming grows.",
                {"subsistence": 0.0, "elasticity": 2.5, "industry_growth": 0.0},
            ),
        ),
    )
