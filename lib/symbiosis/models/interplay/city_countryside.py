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

from symbiosis.checks import FloatArray, time_steps
from symbiosis.parameters import FRACTION, NON_NEGATIVE, POSITIVE, POSITIVE_FRACTION, Model, Values, model, parameter

_ASSUMED = "assumption; illustrative"

START = (0.55, 0.15, 0.30)
"""Rural people, migrants and registered city people at the start, as shares of all: an assumption."""


@dataclass(frozen=True)
class CityCountrysidePath:
    """Paths, each of shape (..., times); people as shares of those alive at the start, services as people served.

    arrivals: moves to the city a year.
    """

    times: FloatArray
    rural: FloatArray
    migrants: FloatArray
    registered: FloatArray
    urban_services: FloatArray
    rural_services: FloatArray
    arrivals: FloatArray

    @property
    def city(self) -> FloatArray:
        """Everyone in the city."""
        return np.asarray(self.migrants + self.registered)

    @property
    def urban_shortfall(self) -> FloatArray:
        """People in the city without adequate services."""
        return np.asarray(np.maximum(self.city - self.urban_services, 0.0))

    @property
    def rural_shortfall(self) -> FloatArray:
        """People in the countryside without adequate services."""
        return np.asarray(np.maximum(self.rural - self.rural_services, 0.0))

    @property
    def shortfall(self) -> FloatArray:
        """People without adequate services anywhere."""
        return np.asarray(self.urban_shortfall + self.rural_shortfall)


@model
class CityCountryside(Model):
    """A city and its countryside: people who move, incomes, services and the money for them."""

    # fmt: off
    review: Values = parameter(default=0.06, label="People who think again", range=(0.01, 0.2, 0.01), unit="per year",
        domain=POSITIVE_FRACTION, display=".0%", source=_ASSUMED,
        meaning="Part of rural people and migrants who reconsider in a year where to live.")
    response: Values = parameter(default=2.0, label="Response to living well", range=(0.5, 5.0, 0.1), domain=POSITIVE,
        display=".1f", source=_ASSUMED, meaning="k: how strongly people follow the better place.")
    urban_income: Values = parameter(default=1.6, label="City income of a migrant", range=(0.8, 3.0, 0.1),
        domain=POSITIVE, display=".1f", source=_ASSUMED,
        meaning="What a migrant earns after the costs of living unregistered; a farm: one.")
    farm_elasticity: Values = parameter(default=0.6, label="Output elasticity of farmers", range=(0.1, 0.95, 0.05),
        domain=POSITIVE_FRACTION, display=".2f", source=_ASSUMED,
        meaning="Farm income goes with rural people to the power of this less one.")
    service_weight: Values = parameter(default=0.5, label="Weight of services", range=(0.0, 1.5, 0.1),
        domain=NON_NEGATIVE, display=".1f", source=_ASSUMED, meaning="sigma: how much services count beside income.")
    registration: Values = parameter(default=0.02, label="Migrants registered", range=(0.0, 0.3, 0.01), unit="per year",
        domain=NON_NEGATIVE, display=".0%", source=_ASSUMED,
        meaning="Part of the migrants who become registered city people in a year.")
    returning: Values = parameter(default=0.005, label="City people who go back", range=(0.0, 0.05, 0.001),
        unit="per year", domain=NON_NEGATIVE, display=".1%", source=_ASSUMED,
        meaning="Part of the registered city people who move to the countryside in a year.")
    urban_tax: Values = parameter(default=0.085, label="City tax for services", range=(0.02, 0.2, 0.005),
        unit="per person", domain=POSITIVE, display=".3f", source=_ASSUMED,
        meaning="Yearly tax per city person; one unit of money builds services for one person.")
    rural_tax: Values = parameter(default=0.05, label="Rural tax for services", range=(0.01, 0.2, 0.005),
        unit="per person", domain=POSITIVE, display=".3f", source=_ASSUMED, meaning="The same per rural person.")
    fixed_cost: Values = parameter(default=0.005, label="Fixed cost of village services", range=(0.0, 0.02, 0.001),
        unit="per year", domain=NON_NEGATIVE, display=".3f", source=_ASSUMED,
        meaning="Part of the rural money that goes on buildings and roads, however many people are left.")
    land_revenue: Values = parameter(default=0.5, label="Land sold per newcomer", range=(0.0, 2.0, 0.1), unit="money",
        domain=NON_NEGATIVE, display=".1f", source=_ASSUMED,
        meaning="Money that the city gets from land for each person who arrives.")
    rural_share: Values = parameter(default=0.0, label="Land money for villages", range=(0.0, 1.0, 0.05),
        domain=FRACTION, display=".0%", source=_ASSUMED,
        meaning="Part of the land money that is spent on rural services.")
    upkeep: Values = parameter(default=0.1, label="Services that wear out", range=(0.02, 0.3, 0.01), unit="per year",
        domain=POSITIVE, display=".0%", source=_ASSUMED,
        meaning="Part of the services that has to be renewed in a year.")
    to_city: Values = parameter(default=0.0, label="Extra money for the city", range=(0.0, 0.05, 0.001),
        unit="per year", domain=NON_NEGATIVE, display=".3f", source="choice of the reader",
        meaning="Yearly money from outside for city services, per person of the whole.")
    to_countryside: Values = parameter(default=0.0, label="Extra money for villages", range=(0.0, 0.05, 0.001),
        unit="per year", domain=NON_NEGATIVE, display=".3f", source="choice of the reader",
        meaning="The same for rural services.")
    # fmt: on

    def path(
        self, *, horizon: float = 40.0, step: float = 0.25, countryside_inside: bool = True
    ) -> CityCountrysidePath:
        """Follow the system for horizon years, in steps of step years, by Runge-Kutta of fourth order.

        countryside_inside: False draws the boundary around the city, as Forrester did: the countryside is an unlimited
        reservoir whose people, services and incomes stay as they were, and nobody counts its problems (its shortfall
        stays at the start). Inside, people are conserved. Services start where taxes alone would keep them.
        """
        times, width = time_steps(horizon, step)
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
        rural, migrants, registered, in_city, in_villages = np.moveaxis(states, -1, 0)
        return CityCountrysidePath(times, rural, migrants, registered, in_city, in_villages, moves)

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
        people = (going_back + retiring - leaving, leaving - going_back - newly, newly - retiring)
        change = np.stack([*people, urban_money - self.upkeep * in_city, rural_money - self.upkeep * in_villages])
        if not inside:
            change[[0, 4]] = 0.0
        return change, np.asarray(leaving)
