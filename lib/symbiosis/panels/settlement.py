"""Panel: where would people live if moving were cheaper, and who would gain?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from symbiosis.charts.settlement import GAINS, MULTIPLES, Settlement, SettlementPicture
from symbiosis.models.migration.moving_costs import moving_costs_from_margins
from symbiosis.models.space import settlement as model
from symbiosis.panels.panel import Choice, Panel, Preset, Readout

_SLIDERS = ("agglomeration", "congestion", "congestion_by_density", "cut", "amenity_weight")


def _percent(fraction: float, digits: int) -> str:
    # Adding zero turns a rounded -0.0 into 0.0.
    return f"{round(100 * fraction, digits) + 0.0:+.{digits}f} %"


def settlement_panel(accounts: pd.DataFrame) -> Panel[Settlement]:
    """Places settled anew. accounts: the frame of measures.province_accounts, at least three places."""
    costs = moving_costs_from_margins(accounts["population"], accounts["home_population"], accounts["arrivals"])
    wage = accounts["gdp_per_resident"].to_numpy(float)
    people = accounts["population"].to_numpy(float)
    names = [str(name) for name in accounts.index]
    fixed = {name: model.PARAMETERS[name].default for name in ("housing_share", "dispersion")}

    def compute(settings: dict[str, Any]) -> Settlement:
        congestion = model.congestion_by_density(
            accounts["density"], congestion=settings["congestion"], slope=settings["congestion_by_density"],
            weights=people,
        )  # fmt: skip
        country = model.calibrate(costs, wage, agglomeration=settings["agglomeration"], congestion=congestion, **fixed)
        today = model.observed(country)
        changed = model.weighted_amenities(model.cheaper_moving(country, settings["cut"]), settings["amenity_weight"])
        market, best = model.chosen(changed), model.planned(changed)
        state = best if settings["planned"] else market
        # Gains are felt in the amenities that hold in the scenario, also where these were changed.
        base = (
            today
            if settings["amenity_weight"] == 1
            else model.observed(model.weighted_amenities(country, settings["amenity_weight"]))
        )
        found = model.compare(state, base)
        away = 1 - np.trace(state.flows) / people.sum()
        return Settlement(
            residents=state.population / people,
            gain=found.by_origin,
            output=float(found.output),
            welfare=float(found.welfare),
            away=float(away),
            losing=float(found.losing),
            planner_gain=float(model.compare(best, market).welfare),
            planned=bool(settings["planned"]),
        )

    def readout(result: Settlement) -> Readout:
        most, least = names[int(np.argmax(result.residents))], names[int(np.argmin(result.residents))]
        top, bottom = names[int(np.argmax(result.gain))], names[int(np.argmin(result.gain))]
        outside = (result.residents > MULTIPLES[1]) | (result.residents < MULTIPLES[0])
        outside |= (100 * result.gain > GAINS[1]) | (100 * result.gain < GAINS[0])
        edge = f" {int(outside.sum())} places lie beyond the axes and stand at the edge." if outside.any() else ""
        return Readout(
            numbers=(
                ("Output", _percent(result.output, 1)),
                ("Welfare", _percent(result.welfare, 1)),
                ("Living away from home", f"{result.away:.0%}"),
                ("People whose origin loses", f"{result.losing:.0%}"),
                ("A planner would add", _percent(result.planner_gain, 2)),
            ),
            alt=f"Two pictures of provinces over their output per resident; "
            f"{'a planner decides' if result.planned else 'people decide'}. Left, residents beside today: {most} "
            f"grows most, to {result.residents.max():.1f} times today, {least} least, to "
            f"{result.residents.min():.2f} times. Right, gains by origin: the people of {top} gain most "
            f"({100 * result.gain.max():+.0f} %), those of {bottom} least ({100 * result.gain.min():+.0f} %).{edge}",
        )

    return Panel(
        controls=(
            *(model.PARAMETERS[name] for name in _SLIDERS),
            Choice("planned", "Who decides", {"the people": False, "a planner": True}, "the people"),
        ),
        compute=compute,
        picture=SettlementPicture(
            names,
            wage / 1e3,
            people,
            accounts["home_population"] > accounts["population"],
            label=[n for n in ("Henan", "Guangdong", "Shanghai") if n in names],
        ),
        readout=readout,
        presets=(
            Preset(
                "Today",
                "Nothing is changed and nothing moves. Now drag agglomeration: still nothing, for amenities are "
                "inferred anew so that today comes out. A perfect fit is no evidence.",
                {"cut": 0.0},
            ),
            Preset(
                "Moving half as costly",
                "Look at the right: poor provinces gain most, and those at home in rich ones lose a little.",
                {"cut": 0.5},
            ),
            Preset(
                "A planner who may move anybody",
                "Nothing differs from what people choose: a person more crowds few people much or many people "
                "little, and with one elasticity everywhere both cost the same.",
                {"cut": 0.0, "planned": True},
            ),
            Preset(
                "A planner where density hurts more",
                "Now dense places crowd more, and the planner thins them out. Look at how little the country gains, "
                "and how many lose.",
                {"cut": 0.0, "planned": True, "congestion_by_density": 0.15},
            ),
            Preset(
                "Big places make people productive",
                "Strong agglomeration, and no congestion to spoil it: the same fall of the moving cost now yields "
                "about half as much output again. Move agglomeration back to 0.05 to see it shrink.",
                {"agglomeration": 0.25, "congestion": 0.0},
            ),
            Preset(
                "Nobody minds amenities",
                "Without the inferred amenities big provinces lose people, small ones fill, and output falls: much of "
                "what the inference calls amenity is that a place has room.",
                {"cut": 0.0, "amenity_weight": 0.0},
            ),
        ),
    )
