"""Panel: who leaves the land when farming improves, without trade and with it?"""

from __future__ import annotations

from typing import Any

import numpy as np

from symbiosis.charts.structural_change import HIGHEST, LOWEST, YEARS, FarmLabour, FarmLabourPicture
from symbiosis.models.land import closed_ces_economy as closed_economy
from symbiosis.models.land.subsistence_economy import open_industrial_share
from symbiosis.panels.panel import Panel, Preset, Readout, Switch

BETTER = 1.1
"""The improvement of farming whose effect the readout gives: ten percent."""

_YEARS = np.linspace(0.0, YEARS, 101)
# Year 0, ten percent better, and the range of the right picture.
_PRODUCTIVITY = np.linspace(LOWEST, HIGHEST, 116)


def _compute(settings: dict[str, Any]) -> FarmLabour:
    taste = {name: settings[name] for name in ("subsistence", "elasticity", "alpha")}
    taste["weight"] = closed_economy.PARAMETERS["weight"].default
    # One solution for both pictures: the years, then the productivities of year 0.
    farm = np.concatenate([np.exp(settings["farm_growth"] * _YEARS), _PRODUCTIVITY])
    industry = np.concatenate([np.exp(settings["industry_growth"] * _YEARS), np.ones_like(_PRODUCTIVITY)])
    made = {"farm_productivity": farm, "industrial_productivity": industry, "alpha": settings["alpha"]}
    closed = closed_economy.industrial_share(**{**taste, **made})
    # The world buys and sells at the price of year 0, so that opening the border changes nothing at first.
    price = closed_economy.relative_price(
        closed[0], farm_productivity=1.0, industrial_productivity=1.0, alpha=settings["alpha"]
    )
    opened = open_industrial_share(price=price, **made)
    count = len(_YEARS)
    return FarmLabour(
        years=_YEARS,
        closed=1 - closed[:count],
        opened=1 - opened[:count],
        productivity=_PRODUCTIVITY,
        closed_at=1 - closed[count:],
        opened_at=1 - opened[count:],
        is_open=bool(settings["open"]),
    )


def _readout(result: FarmLabour) -> Readout:
    own, other = (result.opened, result.closed) if result.is_open else (result.closed, result.opened)
    kind = ("open", "closed") if result.is_open else ("closed", "open")
    effects = [
        100 * (float(np.interp(BETTER, result.productivity, shares)) - result.start)
        for shares in (result.closed_at, result.opened_at)
    ]
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
    names = ("subsistence", "elasticity", "farm_growth", "industry_growth", "alpha")
    return Panel(
        controls=(*(closed_economy.PARAMETERS[name] for name in names), Switch("open", "Open to trade")),
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
