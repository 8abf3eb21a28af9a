"""A city, its countryside and the people between them: stocks, flows, and money for services on either side.

People: rural R, migrants M (in the city, registered in the countryside), registered city people U. Every year a part mu
of rural people and of migrants thinks again and takes the city with probability V_c^k / (V_c^k + V_r^k); a part of the
migrants is registered, and a part of the registered goes back. Life in a place is worth income times adequacy^sigma,
where adequacy is services over people; the income of a farm falls with the number of farmers. Services are paid from
taxes and, in the city, from the land sold for newcomers; they wear out. Village services have a fixed cost, so fewer
people pay more for less. Own illustrative model in the manner of Forrester
1969 (Urban Dynamics): it shows what such a system can do, and measures nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_number, positive_array, same_shape
from symbiosis.parameters import Parameter, ParameterSet

_ASSUMED = "assumption; illustrative"

PARAMETERS = ParameterSet(
    (
        Parameter("review", "People who think again", "per year", 0.06, 0.01, 0.2, 0.01,
                  "Part of rural people and migrants who reconsider in a year where to live.", _ASSUMED, ".0%"),
        Parameter("response", "Response to living well", "", 2.0, 0.5, 5.0, 0.1,
                  "k: how strongly people follow the better place.", _ASSUMED, ".1f"),
        Parameter("urban_income", "City income of a migrant", "", 1.6, 0.8, 3.0, 0.1,
                  "What a migrant earns after the costs of living unregistered; a farm: one.", _ASSUMED, ".1f"),
        Parameter("farm_elasticity", "Output elasticity of farmers", "", 0.6, 0.1, 0.95, 0.05,
                  "Farm income goes with rural people to the power of this less one.", _ASSUMED, ".2f"),
        Parameter("service_weight", "Weight of services", "", 0.5, 0.0, 1.5, 0.1,
                  "sigma: how much services count beside income.", _ASSUMED, ".1f"),
        Parameter("registration", "Migrants registered", "per year", 0.02, 0.0, 0.3, 0.01,
                  "Part of the migrants who become registered city people in a year.", _ASSUMED, ".0%"),
        Parameter("returning", "City people who go back", "per year", 0.005, 0.0, 0.05, 0.001,
                  "Part of the registered city people who move to the countryside in a year.", _ASSUMED, ".1%"),
        Parameter("urban_tax", "City tax for services", "per person", 0.085, 0.02, 0.2, 0.005,
                  "Yearly tax per city person; one unit of money builds services for one person.", _ASSUMED, ".3f"),
        Parameter("rural_tax", "Rural tax for services", "per person", 0.05, 0.01, 0.2, 0.005,
                  "The same per rural person.", _ASSUMED, ".3f"),
        Parameter("fixed_cost", "Fixed cost of village services", "per year", 0.005, 0.0, 0.02, 0.001,
                  "Part of the rural money that goes on buildings and roads, however many people are left.", _ASSUMED,
                  ".3f"),
        Parameter("land_revenue", "Land sold per newcomer", "money", 0.5, 0.0, 2.0, 0.1,
                  "Money that the city gets from land for each person who arrives.", _ASSUMED, ".1f"),
        Parameter("rural_share", "Land money for villages", "", 0.0, 0.0, 1.0, 0.05,
                  "Part of the land money that is spent on rural services.", _ASSUMED, ".0%"),
        Parameter("upkeep", "Services that wear out", "per year", 0.1, 0.02, 0.3, 0.01,
                  "Part of the services that has to be renewed in a year.", _ASSUMED, ".0%"),
        Parameter("to_city", "Extra money for the city", "per year", 0.0, 0.0, 0.05, 0.001,
                  "Yearly money from outside for city services, per person of the whole.", "choice of the reader",
                  ".3f"),
        Parameter("to_countryside", "Extra money for villages", "per year", 0.0, 0.0, 0.05, 0.001,
                  "The same for rural services.", "choice of the reader", ".3f"),
    )
)  # fmt: skip

START = (0.55, 0.15, 0.30)
"""Rural people, migrants and registered city people at the start, as shares of all: an assumption."""


@dataclass(frozen=True)
class CityCountryside:
    """Paths, each of shape (..., times); people as shares of those alive at the start, services as people served.

    urban_shortfall, rural_shortfall: people without adequate services on each side; arrivals: moves to the city a year.
    """

    times: FloatArray
    rural: FloatArray
    migrants: FloatArray
    registered: FloatArray
    urban_services: FloatArray
    rural_services: FloatArray
    urban_shortfall: FloatArray
    rural_shortfall: FloatArray
    arrivals: FloatArray

    @property
    def city(self) -> FloatArray:
        """Everyone in the city."""
        return np.asarray(self.migrants + self.registered)

    @property
    def shortfall(self) -> FloatArray:
        """People without adequate services anywhere."""
        return np.asarray(self.urban_shortfall + self.rural_shortfall)


def simulate(
    *,
    horizon: float = 40.0,
    step: float = 0.25,
    countryside_inside: bool = True,
    **parameters: npt.ArrayLike,
) -> CityCountryside:
    """Follow the system for horizon years; parameters: any of PARAMETERS, arrays broadcast, defaults for the rest.

    countryside_inside: False draws the boundary around the city, as Forrester did: the countryside is an unlimited
    reservoir whose people, services and incomes stay as they were, and nobody counts its problems (its shortfall stays
    at the start). Inside, people are conserved. Services start where taxes alone would keep them. Runge-Kutta of
    fourth order. ValueError for unknown or impossible parameters.
    """
    years, width = finite_number("horizon", horizon), finite_number("step", step)
    if not 0 < width <= years:
        raise ValueError(f"step is {width:g} and horizon {years:g} years; give 0 < step <= horizon")
    p = _parameters(parameters)
    times = np.asarray(width * np.arange(round(years / width) + 1), dtype=np.float64)
    shape = p["review"].shape
    rural, migrants, registered = (np.full(shape, part) for part in START)
    services = (p["urban_tax"] * (migrants + registered) / p["upkeep"], _rural_taxes(rural, p) / p["upkeep"])
    state = np.stack([rural, migrants, registered, *services])
    states = np.empty((*shape, len(times), 5))
    moves = np.empty((*shape, len(times)))
    for k in range(len(times)):
        states[..., k, :] = np.moveaxis(state, 0, -1)
        slope1, moves[..., k] = _rates(state, p, countryside_inside)
        slope2, _ = _rates(state + width / 2 * slope1, p, countryside_inside)
        slope3, _ = _rates(state + width / 2 * slope2, p, countryside_inside)
        slope4, _ = _rates(state + width * slope3, p, countryside_inside)
        state = state + width / 6 * (slope1 + 2 * slope2 + 2 * slope3 + slope4)
    rural, migrants, registered, in_city, in_villages = (states[..., i] for i in range(5))
    return CityCountryside(
        times=times,
        rural=rural,
        migrants=migrants,
        registered=registered,
        urban_services=in_city,
        rural_services=in_villages,
        urban_shortfall=np.asarray(np.maximum(migrants + registered - in_city, 0.0)),
        rural_shortfall=np.asarray(np.maximum(rural - in_villages, 0.0)),
        arrivals=moves,
    )


def _parameters(given: Mapping[str, npt.ArrayLike]) -> dict[str, FloatArray]:
    zero = {p.name for p in PARAMETERS if p.lower == 0}
    values = {**PARAMETERS.defaults(), **{PARAMETERS[name].name: value for name, value in given.items()}}
    checked = {name: positive_array(name, value, zero_allowed=name in zero) for name, value in values.items()}
    for name in ("review", "rural_share", "farm_elasticity"):
        if checked[name].max() > 1:
            raise ValueError(f"{name} is {checked[name].max():.6g}; it is a fraction: give at most 1")
    return dict(zip(checked, same_shape(**checked), strict=True))


def _rural_taxes(rural: FloatArray, p: Mapping[str, FloatArray]) -> FloatArray:
    """What rural taxes leave for services once the fixed cost is paid."""
    return np.asarray(np.maximum(p["rural_tax"] * rural - p["fixed_cost"], 0.0))


def _rates(state: FloatArray, p: Mapping[str, FloatArray], inside: bool) -> tuple[FloatArray, FloatArray]:
    """Rates of change of the five stocks, and moves to the city a year."""
    rural, migrants, registered, in_city, in_villages = state
    farm_income = (rural / START[0]) ** (p["farm_elasticity"] - 1)
    city = p["urban_income"] * (in_city / (migrants + registered)) ** p["service_weight"]
    village = farm_income * (in_villages / rural) ** p["service_weight"]
    chance = 1 / (1 + (village / city) ** p["response"])
    leaving = p["review"] * chance * rural
    going_back = p["review"] * (1 - chance) * migrants
    newly = p["registration"] * migrants
    retiring = p["returning"] * registered
    land = p["land_revenue"] * leaving
    urban_money = p["urban_tax"] * (migrants + registered) + (1 - p["rural_share"]) * land + p["to_city"]
    rural_money = _rural_taxes(rural, p) + p["rural_share"] * land + p["to_countryside"]
    change = np.stack(
        [
            going_back + retiring - leaving,
            leaving - going_back - newly,
            newly - retiring,
            urban_money - p["upkeep"] * in_city,
            rural_money - p["upkeep"] * in_villages,
        ]
    )
    if not inside:
        change[[0, 4]] = 0.0
    return change, np.asarray(leaving)
