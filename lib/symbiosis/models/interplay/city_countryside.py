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

from dataclasses import dataclass

import numpy as np

from symbiosis.checks import FloatArray, finite_number
from symbiosis.parameters import FRACTION, NON_NEGATIVE, POSITIVE, Domain, Model, Values, model, parameter

_ASSUMED = "assumption; illustrative"
_POSITIVE_FRACTION = Domain(0, 1, low_open=True)

START = (0.55, 0.15, 0.30)
"""Rural people, migrants and registered city people at the start, as shares of all: an assumption."""


@dataclass(frozen=True)
class CityCountrysidePath:
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


@model
class CityCountryside(Model):
    """A city and its countryside: people who move, incomes, services and the money for them."""

    review: Values = parameter(
        0.06, "People who think again", range=(0.01, 0.2, 0.01), unit="per year", domain=_POSITIVE_FRACTION,
        display=".0%", meaning="Part of rural people and migrants who reconsider in a year where to live.",
        source=_ASSUMED,
    )  # fmt: skip
    response: Values = parameter(
        2.0, "Response to living well", range=(0.5, 5.0, 0.1), domain=POSITIVE, display=".1f",
        meaning="k: how strongly people follow the better place.", source=_ASSUMED,
    )  # fmt: skip
    urban_income: Values = parameter(
        1.6, "City income of a migrant", range=(0.8, 3.0, 0.1), domain=POSITIVE, display=".1f",
        meaning="What a migrant earns after the costs of living unregistered; a farm: one.", source=_ASSUMED,
    )  # fmt: skip
    farm_elasticity: Values = parameter(
        0.6, "Output elasticity of farmers", range=(0.1, 0.95, 0.05), domain=_POSITIVE_FRACTION, display=".2f",
        meaning="Farm income goes with rural people to the power of this less one.", source=_ASSUMED,
    )  # fmt: skip
    service_weight: Values = parameter(
        0.5, "Weight of services", range=(0.0, 1.5, 0.1), domain=NON_NEGATIVE, display=".1f",
        meaning="sigma: how much services count beside income.", source=_ASSUMED,
    )  # fmt: skip
    registration: Values = parameter(
        0.02, "Migrants registered", range=(0.0, 0.3, 0.01), unit="per year", domain=NON_NEGATIVE, display=".0%",
        meaning="Part of the migrants who become registered city people in a year.", source=_ASSUMED,
    )  # fmt: skip
    returning: Values = parameter(
        0.005, "City people who go back", range=(0.0, 0.05, 0.001), unit="per year", domain=NON_NEGATIVE, display=".1%",
        meaning="Part of the registered city people who move to the countryside in a year.", source=_ASSUMED,
    )  # fmt: skip
    urban_tax: Values = parameter(
        0.085, "City tax for services", range=(0.02, 0.2, 0.005), unit="per person", domain=POSITIVE, display=".3f",
        meaning="Yearly tax per city person; one unit of money builds services for one person.", source=_ASSUMED,
    )  # fmt: skip
    rural_tax: Values = parameter(
        0.05, "Rural tax for services", range=(0.01, 0.2, 0.005), unit="per person", domain=POSITIVE, display=".3f",
        meaning="The same per rural person.", source=_ASSUMED,
    )  # fmt: skip
    fixed_cost: Values = parameter(
        0.005, "Fixed cost of village services", range=(0.0, 0.02, 0.001), unit="per year", domain=NON_NEGATIVE,
        display=".3f",
        meaning="Part of the rural money that goes on buildings and roads, however many people are left.",
        source=_ASSUMED,
    )  # fmt: skip
    land_revenue: Values = parameter(
        0.5, "Land sold per newcomer", range=(0.0, 2.0, 0.1), unit="money", domain=NON_NEGATIVE, display=".1f",
        meaning="Money that the city gets from land for each person who arrives.", source=_ASSUMED,
    )  # fmt: skip
    rural_share: Values = parameter(
        0.0, "Land money for villages", range=(0.0, 1.0, 0.05), domain=FRACTION, display=".0%",
        meaning="Part of the land money that is spent on rural services.", source=_ASSUMED,
    )  # fmt: skip
    upkeep: Values = parameter(
        0.1, "Services that wear out", range=(0.02, 0.3, 0.01), unit="per year", domain=POSITIVE, display=".0%",
        meaning="Part of the services that has to be renewed in a year.", source=_ASSUMED,
    )  # fmt: skip
    to_city: Values = parameter(
        0.0, "Extra money for the city", range=(0.0, 0.05, 0.001), unit="per year", domain=NON_NEGATIVE, display=".3f",
        meaning="Yearly money from outside for city services, per person of the whole.", source="choice of the reader",
    )  # fmt: skip
    to_countryside: Values = parameter(
        0.0, "Extra money for villages", range=(0.0, 0.05, 0.001), unit="per year", domain=NON_NEGATIVE, display=".3f",
        meaning="The same for rural services.", source="choice of the reader",
    )  # fmt: skip

    def path(
        self, *, horizon: float = 40.0, step: float = 0.25, countryside_inside: bool = True
    ) -> CityCountrysidePath:
        """Follow the system for horizon years, in steps of step years, by Runge-Kutta of fourth order.

        countryside_inside: False draws the boundary around the city, as Forrester did: the countryside is an unlimited
        reservoir whose people, services and incomes stay as they were, and nobody counts its problems (its shortfall
        stays at the start). Inside, people are conserved. Services start where taxes alone would keep them.
        """
        years, width = finite_number("horizon", horizon), finite_number("step", step)
        if not 0 < width <= years:
            raise ValueError(f"step is {width:g} and horizon {years:g} years; give 0 < step <= horizon")
        times = np.asarray(width * np.arange(round(years / width) + 1), dtype=np.float64)
        rural, migrants, registered = (np.full(self.shape, part) for part in START)
        services = (self.urban_tax * (migrants + registered) / self.upkeep, self._rural_taxes(rural) / self.upkeep)
        state = np.stack([rural, migrants, registered, *services])
        states = np.empty((*self.shape, len(times), 5))
        moves = np.empty((*self.shape, len(times)))
        for k in range(len(times)):
            states[..., k, :] = np.moveaxis(state, 0, -1)
            slope1, moves[..., k] = self._rates(state, countryside_inside)
            slope2, _ = self._rates(state + width / 2 * slope1, countryside_inside)
            slope3, _ = self._rates(state + width / 2 * slope2, countryside_inside)
            slope4, _ = self._rates(state + width * slope3, countryside_inside)
            state = state + width / 6 * (slope1 + 2 * slope2 + 2 * slope3 + slope4)
        rural, migrants, registered, in_city, in_villages = (states[..., i] for i in range(5))
        return CityCountrysidePath(
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

    def _rural_taxes(self, rural: FloatArray) -> FloatArray:
        """What rural taxes leave for services once the fixed cost is paid."""
        return np.asarray(np.maximum(self.rural_tax * rural - self.fixed_cost, 0.0))

    def _rates(self, state: FloatArray, inside: bool) -> tuple[FloatArray, FloatArray]:
        """Rates of change of the five stocks, and moves to the city a year."""
        rural, migrants, registered, in_city, in_villages = state
        farm_income = (rural / START[0]) ** (self.farm_elasticity - 1)
        city = self.urban_income * (in_city / (migrants + registered)) ** self.service_weight
        village = farm_income * (in_villages / rural) ** self.service_weight
        chance = 1 / (1 + (village / city) ** self.response)
        leaving = self.review * chance * rural
        going_back = self.review * (1 - chance) * migrants
        newly = self.registration * migrants
        retiring = self.returning * registered
        land = self.land_revenue * leaving
        urban_money = self.urban_tax * (migrants + registered) + (1 - self.rural_share) * land + self.to_city
        rural_money = self._rural_taxes(rural) + self.rural_share * land + self.to_countryside
        change = np.stack(
            [
                going_back + retiring - leaving,
                leaving - going_back - newly,
                newly - retiring,
                urban_money - self.upkeep * in_city,
                rural_money - self.upkeep * in_villages,
            ]
        )
        if not inside:
            change[[0, 4]] = 0.0
        return change, np.asarray(leaving)
