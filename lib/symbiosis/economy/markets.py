"""One year of the integrated economy, people given: production, food market, public money, incomes, services.

Non-farm output is linear in skilled labour, with agglomeration. Villagers divide their work between farms and non-farm
work until both pay the same, as far as there are hands. The price of food clears its market, with imports at a given
share. Taxes and land money pay for services; the levy of a policy pays for its purposes, the rest goes back to
everybody alike. All money is in non-farm goods; arrays put runs last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from symbiosis.checks import FloatArray
from symbiosis.economy.places import (
    OLD,
    OLDER,
    STRANGER,
    URBAN,
    URBAN_REGION,
    VILLAGES,
    YOUNG,
)
from symbiosis.models.equilibrium import EquilibriumError

COAST_LAND = 0.3
"""Share of farm land on the coast, land being measured by what it yields (assumption)."""
MOST_REGISTERED = 0.2
"""Share of the rural-registered people in cities and towns whom a year can register at most (assumption)."""
_STRANGER = STRANGER[:, :, None].astype(float)
_LAND = np.array([[COAST_LAND], [1 - COAST_LAND]])
_EDGE = 4.0
"""How sharply farming fills up near the limit of hands."""
_TOLERANCE = 1e-9
_ROUNDS = 60


@dataclass(frozen=True)
class Base:
    """The year 2000, against which rents, crowding, services and village wages are measured; runs last."""

    labour: FloatArray
    residents: FloatArray
    hands: FloatArray
    urban_share: FloatArray
    rent_base: FloatArray
    services: FloatArray


@dataclass(frozen=True)
class Money:
    """Every flow of money of a year, shape (runs,) unless said; each appears once as paid and once as received.

    output: non-farm; farm_output: farm_value in food units times the price; wages, profits, taxes, levy add up to
    output; services: public services by place (6, runs); land_money: paid by tenants to local governments.
    """

    output: FloatArray
    farm_value: FloatArray
    wages: FloatArray
    profits: FloatArray
    taxes: FloatArray
    levy: FloatArray
    land_money: FloatArray
    services: FloatArray
    settling: FloatArray
    farm_investment: FloatArray
    given_back: FloatArray
    household_income: FloatArray
    food_spending: FloatArray
    food_imports: FloatArray


@dataclass(frozen=True)
class Year:
    """What a year brings.

    incomes: per adult, (places, registrations, runs); services: per person, of the same shape; rent: log of the rent
    of housing against 2000 and crowding: log of residents against 2000, by urban place (4, runs); price: of food;
    farm_workers and hands (villagers able to farm, in full-time terms): (2, runs); strangers: people without local
    registration by place (6, runs); food: output in food units; place_income: income of the residents and
    output_by_place: non-farm output, (6, runs); new_citizens: people whom the policy registers.
    """

    money: Money
    incomes: FloatArray
    services: FloatArray
    rent: FloatArray
    crowding: FloatArray
    price: FloatArray
    farm_workers: FloatArray
    hands: FloatArray
    strangers: FloatArray
    food: FloatArray
    place_income: FloatArray
    output_by_place: FloatArray
    new_citizens: FloatArray


def labour_of(people: FloatArray, skill: FloatArray) -> FloatArray:
    """Skilled workers of each urban place, (4, runs)."""
    adults = people[URBAN, :, YOUNG] + people[URBAN, :, OLDER]
    return np.asarray((adults * skill).sum(axis=1))


def tier_productivity(p: Mapping[str, FloatArray]) -> FloatArray:
    """Productivity of each urban place relative to coastal cities in 2000, (4, runs)."""
    one = np.ones_like(p["town_wage"])
    return np.stack([one, p["town_wage"], p["inland_wage"], p["inland_wage"] * p["town_wage"]])


def tier_effect(p: Mapping[str, FloatArray], of_cities: str, of_towns: str) -> FloatArray:
    """An effect that differs between cities and towns, by urban place (4, runs)."""
    city = p[of_cities]
    town = city * p[of_towns]
    return np.stack([city, town, city, town])


def open_markets(
    people: FloatArray,
    skill: FloatArray,
    technology: FloatArray,
    farm_technology: FloatArray,
    price: FloatArray,
    base: Base,
    p: Mapping[str, FloatArray],
    policy: Mapping[str, FloatArray],
    *,
    strict: bool = True,
) -> Year:
    """Clear the markets of a year.

    people (places, registrations, ages, runs), skill (registrations, runs), technology and farm_technology (runs,);
    price (runs,): where the search for the food price begins; p and policy: parameters by name, each (runs,);
    policy holds transfers too, the share of taxes that is paid to villagers. strict: raise EquilibriumError where the
    farms cannot feed everybody, rather than mark these runs by NaN.
    """
    adults = people[:, :, YOUNG] + people[:, :, OLDER]
    residents_by = people.sum(axis=2)
    residents = residents_by.sum(axis=1)
    total = residents.sum(axis=0)
    urban_people = residents[URBAN]

    # Non-farm work in cities and towns.
    skilled = adults * skill
    labour = skilled[URBAN].sum(axis=1)
    spread = tier_effect(p, "agglomeration", "town_agglomeration")
    productivity = technology * tier_productivity(p) * (labour / base.labour) ** spread
    urban_output = productivity * labour
    kept = (1 - p["tax_rate"] - policy["levy"]) * (1 - p["capital_share"])
    wage = productivity * kept

    # Villages: what non-farm work pays there, and who farms at which food price.
    urban_share = np.stack(
        [
            urban_people[:2].sum(axis=0) / residents[:3].sum(axis=0),
            urban_people[2:].sum(axis=0) / residents[3:].sum(axis=0),
        ]
    )
    village_adults = adults[VILLAGES].sum(axis=1)
    hands = village_adults + p["old_farm_work"] * people[VILLAGES, :, OLD].sum(axis=1)
    lift = (urban_share / base.urban_share) ** p["market_reach"] * (base.hands / hands) ** p["scarcity"]
    village_wage = wage[[1, 3]] * p["village_wage"] * lift
    land_share = p["land_share"]
    farmer_part = 1 - land_share * (1 - p["family_sharing"])
    urban_wages = wage * labour
    land_money = p["land_finance"] * p["housing_share"] * urban_wages
    levy_rate = policy["levy"]
    # Of the levy, cash reaches households; a village's non-farm output pays the levy too.
    cash = policy["to_villagers"] + (
        1
        - policy["to_migrants"]
        - policy["to_new_citizens"]
        - policy["to_village_services"]
        - policy["to_farm_investment"]
        - policy["to_villagers"]
    )
    cash_rate = levy_rate * cash + p["tax_rate"] * policy["transfers"]
    fixed_income = (urban_wages - land_money).sum(axis=0) + cash_rate * urban_output.sum(axis=0)
    per_village_wage = 1 + cash_rate / kept
    needs = (1 - p["food_weight"]) * p["subsistence"] * total
    reach = _LAND**land_share * farm_technology
    log_price = np.log(price)
    lowest, highest = log_price - 50, log_price + 50
    for _ in range(_ROUNDS):
        price = np.exp(log_price)
        farmers, free = _farmers(price, reach, farmer_part, land_share, village_wage, hands)
        by_region = reach * farmers ** (1 - land_share)
        food = by_region.sum(axis=0)
        earned = fixed_income + per_village_wage * (village_wage * (hands - farmers)).sum(axis=0)
        demand = needs + p["food_weight"] * (earned / price + food)
        excess = np.log((1 - p["food_imports"]) * demand / food)
        # Each run stops where it has cleared, so that its last bit does not hang on the runs beside it.
        moving = np.abs(excess) > _TOLERANCE
        if not moving.any():
            break
        supply_slope = (1 - land_share) / land_share * (free * by_region).sum(axis=0) / food
        income_slope = p["food_weight"] * earned / price / demand
        step = log_price + np.clip(excess / (supply_slope + income_slope), -0.5, 0.5)
        # Excess demand falls with the price: keep the bracket, and halve it where Newton leaves it.
        lowest, highest = np.where(excess > 0, log_price, lowest), np.where(excess < 0, log_price, highest)
        outside = (step <= lowest) | (step >= highest)
        log_price = np.where(moving, np.where(outside, (lowest + highest) / 2, step), log_price)
    else:
        if strict:
            raise EquilibriumError(
                f"no food price clears the market in {int(moving.sum())} of {moving.size} runs: the farms cannot feed "
                "everybody; raise farm_productivity or lower subsistence"
            )
        price, farmers = np.where(moving, np.nan, price), np.where(moving, np.nan, farmers)
        food = np.where(moving, np.nan, food)
    village_hours = hands - farmers
    village_wages = village_wage * village_hours
    village_output = village_wages / kept

    # Money.
    output_by_place = np.zeros((6, *total.shape))
    output_by_place[URBAN], output_by_place[VILLAGES] = urban_output, village_output
    output = output_by_place.sum(axis=0)
    taxes = p["tax_rate"] * output
    levy = levy_rate * output
    farm_value = price * food
    household_spendable = (
        (urban_wages - land_money).sum(axis=0) + village_wages.sum(axis=0) + farm_value + cash_rate * output
    )
    food_demand = needs + p["food_weight"] * household_spendable / price
    given_back = (cash - policy["to_villagers"]) * levy
    transfers = policy["transfers"] * taxes
    to_villagers = policy["to_villagers"] * levy + transfers

    # Public services by place: local taxes and land money stay, the centre's pool goes out per resident.
    weights = residents.copy()
    weights[VILLAGES] *= p["village_weight"]
    for_services = 1 - policy["transfers"]
    pool = p["central_share"] * for_services * taxes
    public = (1 - p["central_share"]) * for_services * p["tax_rate"] * output_by_place + pool * weights / weights.sum(
        axis=0
    )
    public[URBAN] += land_money
    villagers = residents[VILLAGES]
    public[VILLAGES] += policy["to_village_services"] * levy * villagers / villagers.sum(axis=0)
    strangers = (residents_by * _STRANGER).sum(axis=1)
    entitled = residents - strangers + p["entitlement"] * strangers
    level = public / entitled
    services = level[:, None] * (1 - _STRANGER * (1 - p["entitlement"]))
    mean_wage = urban_wages.sum(axis=0) / labour.sum(axis=0)
    # A year registers no more than a part of those who wait; money beyond that goes to services for migrants.
    waiting = residents_by[URBAN, :2].sum(axis=(0, 1))
    price_of_citizen = p["citizen_cost"] * mean_wage
    most = np.maximum(MOST_REGISTERED - p["conversion"], 0) * waiting
    settling = np.minimum(policy["to_new_citizens"] * levy, most * price_of_citizen)
    for_migrants = policy["to_migrants"] * levy + policy["to_new_citizens"] * levy - settling
    per_stranger = for_migrants / strangers.sum(axis=0)
    services = services + _STRANGER * per_stranger
    public = public + per_stranger * strangers

    # Incomes per adult.
    place_adults = adults.sum(axis=1)
    incomes = np.zeros((6, 4, *total.shape))
    share = given_back / total
    incomes += (share * residents / place_adults)[:, None]
    incomes[URBAN] += wage[:, None] * skill
    housing_income = (1 - p["land_finance"]) * p["housing_share"] * urban_wages
    for k, place in enumerate(URBAN):
        owner = 2 + URBAN_REGION[k]
        incomes[place] -= p["housing_share"] * wage[k] * skill
        incomes[place, owner] += housing_income[k] / adults[place, owner]
    # Remittances, land rent.
    farm_rent = (1 - farmer_part) * price * by_region
    place_income = np.zeros((6, *total.shape))
    for region in range(2):
        village = VILLAGES[region]
        sent = p["remittances"] * wage * skill[region] * adults[URBAN, region]
        incomes[URBAN, region] -= p["remittances"] * wage * skill[region]
        absent = adults[URBAN, region].sum(axis=0)
        holders = adults[village, region] + p["land_portability"] * absent
        rent = farm_rent[region] / holders
        incomes[URBAN, region] += p["land_portability"] * rent
        at_home = farmer_part * price * by_region[region] + village_wages[region]
        cash_here = to_villagers * villagers[region] / villagers.sum(axis=0)
        incomes[village] += (at_home + cash_here) / place_adults[village]
        incomes[village, region] += rent + sent.sum(axis=0) / adults[village, region]
    place_income = (incomes * adults).sum(axis=1)

    supply = p["housing_supply"]
    rent_level = np.log(urban_wages / base.rent_base) / (1 + supply)
    crowding = np.log(urban_people / base.residents)
    return Year(
        money=Money(
            output=output,
            farm_value=farm_value,
            wages=urban_wages.sum(axis=0) + village_wages.sum(axis=0),
            profits=(1 - p["tax_rate"] - levy_rate) * p["capital_share"] * output,
            taxes=taxes,
            levy=levy,
            land_money=land_money.sum(axis=0),
            services=public,
            settling=settling,
            farm_investment=policy["to_farm_investment"] * levy,
            given_back=given_back + to_villagers,
            household_income=household_spendable,
            food_spending=price * food_demand,
            food_imports=price * (food_demand - food),
        ),
        incomes=incomes,
        services=services,
        rent=rent_level,
        crowding=crowding,
        price=price,
        farm_workers=farmers,
        hands=hands,
        strangers=strangers,
        food=food,
        place_income=place_income,
        output_by_place=output_by_place,
        new_citizens=settling / price_of_citizen,
    )


def _farmers(
    price: FloatArray,
    reach: FloatArray,
    farmer_part: FloatArray,
    land_share: FloatArray,
    village_wage: FloatArray,
    hands: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Farm workers by region, and how freely they respond (1: as if hands were without limit, 0: everybody farms).

    Without a limit farmers are as many as make farm and non-farm work pay alike; with few hands the number goes over
    smoothly into all of them.
    """
    wanted = (farmer_part * price * reach / village_wage) ** (1 / land_share)
    crowded = (wanted / hands) ** _EDGE
    return wanted / (1 + crowded) ** (1 / _EDGE), 1 / (1 + crowded)
