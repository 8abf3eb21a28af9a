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
from symbiosis.economy.parameters import PURPOSES
from symbiosis.economy.places import OLD, OLDER, STRANGER, URBAN, URBAN_REGION, VILLAGES, YOUNG
from symbiosis.models.equilibrium import EquilibriumError

Parameters = Mapping[str, FloatArray]
"""Parameters of a year by name, each (runs,); with transfers, the share of taxes that is paid to villagers."""

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
class State:
    """What a year begins with.

    people: (places, registrations, ages, runs), against all of 2000; skill: of adults, (registrations, runs);
    technology and farm_technology; farm_capital: public, in years of farm output; services_share: of non-farm output;
    the last four (runs,).
    """

    people: FloatArray
    skill: FloatArray
    technology: FloatArray
    farm_technology: FloatArray
    farm_capital: FloatArray
    services_share: FloatArray


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
class Heads:
    """Who is where.

    adults of working age and everybody: (places, registrations, runs); residents and strangers (people without local
    registration): by place (6, runs); hands (villagers able to farm, in full-time terms) and urban_share: by region
    (2, runs).
    """

    adults: FloatArray
    everybody: FloatArray
    residents: FloatArray
    strangers: FloatArray
    hands: FloatArray
    urban_share: FloatArray


@dataclass(frozen=True)
class Farms:
    """The cleared food market: its price (runs,); workers and output by region (2, runs); output in food units."""

    price: FloatArray
    workers: FloatArray
    by_region: FloatArray
    food: FloatArray


@dataclass(frozen=True)
class Year:
    """What a year brings.

    incomes: per adult, (places, registrations, runs); services: per person, of the same shape; rent: log of the rent
    of housing against 2000 and crowding: log of residents against 2000, by urban place (4, runs); place_income: income
    of the residents and output_by_place: non-farm output, (6, runs); new_citizens: people whom the policy registers.
    """

    heads: Heads
    farms: Farms
    money: Money
    incomes: FloatArray
    services: FloatArray
    rent: FloatArray
    crowding: FloatArray
    place_income: FloatArray
    output_by_place: FloatArray
    new_citizens: FloatArray


@dataclass(frozen=True)
class _Work:
    """Non-farm work: labour, wage per skilled worker, output, wages and land money by urban place (4, runs).

    village_wage: by region (2, runs); kept: what output leaves for wages, (runs,).
    """

    labour: FloatArray
    wage: FloatArray
    output: FloatArray
    wages: FloatArray
    land_money: FloatArray
    village_wage: FloatArray
    kept: FloatArray


@dataclass(frozen=True)
class _Public:
    """Public money: paid for services by place (6, runs) and received per person; new citizens; to whom the rest goes.

    back: to everybody alike; to_villagers: cash for those who live in villages; settling: spent on registration.
    """

    paid: FloatArray
    received: FloatArray
    settling: FloatArray
    new_citizens: FloatArray
    back: FloatArray
    to_villagers: FloatArray


def tier_productivity(p: Parameters) -> FloatArray:
    """Productivity of each urban place relative to coastal cities in 2000, (4, runs)."""
    one = np.ones_like(p["town_wage"])
    return np.stack([one, p["town_wage"], p["inland_wage"], p["inland_wage"] * p["town_wage"]])


def tier_effect(p: Parameters, of_cities: str, of_towns: str) -> FloatArray:
    """An effect that differs between cities and towns, by urban place (4, runs)."""
    city = p[of_cities]
    town = city * p[of_towns]
    return np.stack([city, town, city, town])


def base_year(state: State, p: Parameters) -> Base:
    """The state of 2000 against which rents, crowding and village wages are measured; services follow its markets."""
    heads = _count(state.people, p)
    labour = (heads.adults * state.skill)[URBAN].sum(axis=1)
    wages = tier_productivity(p) * labour * (1 - p["tax_rate"]) * (1 - p["capital_share"])
    residents = state.people.sum(axis=(1, 2))
    urban_share = _urban_share(residents)
    return Base(labour, residents[URBAN], heads.hands, urban_share, wages, np.ones_like(state.technology))


def open_markets(state: State, price: FloatArray, base: Base, p: Parameters, *, strict: bool = True) -> Year:
    """Clear the markets of a year.

    price: where the search for the food price begins, (runs,); p: the parameters of the year. strict: EquilibriumError
    where the farms cannot feed everybody, rather than NaN in these runs.
    """
    heads = _count(state.people, p)
    work = _non_farm_work(heads, state, base, p)
    farms = _food_market(heads, work, state, price, p, strict=strict)
    village_wages = work.village_wage * (heads.hands - farms.workers)
    output_by_place = np.zeros_like(heads.residents)
    output_by_place[URBAN], output_by_place[VILLAGES] = work.output, village_wages / work.kept
    public = _public_money(heads, work, output_by_place, p)
    incomes = _incomes(heads, state.skill, work, farms, village_wages, public, p)

    output, farm_value = output_by_place.sum(axis=0), farms.price * farms.food
    levy, taxes, land_money = p["levy"] * output, p["tax_rate"] * output, work.land_money.sum(axis=0)
    profits = (1 - p["tax_rate"] - p["levy"]) * p["capital_share"] * output
    wages = work.wages.sum(axis=0) + village_wages.sum(axis=0)
    household_income = (work.wages - work.land_money).sum(axis=0) + village_wages.sum(axis=0)
    household_income = household_income + farm_value + _cash_rate(p) * output
    demand = _needs(heads, p) + p["food_weight"] * household_income / farms.price
    food_spending, food_imports = farms.price * demand, farms.price * (demand - farms.food)
    investment, given_back = p["to_farm_investment"] * levy, public.back + public.to_villagers
    earned = (output, farm_value, wages, profits, taxes, levy, land_money)
    spent = (public.paid, public.settling, investment, given_back, household_income, food_spending, food_imports)
    rent = np.log(work.wages / base.rent_base) / (1 + p["housing_supply"])
    crowding, place_income = np.log(heads.residents[URBAN] / base.residents), (incomes * heads.adults).sum(axis=1)
    by_place = (incomes, public.received, rent, crowding, place_income, output_by_place)
    return Year(heads, farms, Money(*earned, *spent), *by_place, public.new_citizens)


def _count(people: FloatArray, p: Parameters) -> Heads:
    adults = people[:, :, YOUNG] + people[:, :, OLDER]
    everybody = people.sum(axis=2)
    residents = everybody.sum(axis=1)
    strangers = (everybody * _STRANGER).sum(axis=1)
    hands = adults[VILLAGES].sum(axis=1) + p["old_farm_work"] * people[VILLAGES, :, OLD].sum(axis=1)
    return Heads(adults, everybody, residents, strangers, hands, _urban_share(residents))


def _urban_share(residents: FloatArray) -> FloatArray:
    """Share of each region's people who live in its city and town, (2, runs)."""
    return np.stack([residents[at : at + 2].sum(axis=0) / residents[at : at + 3].sum(axis=0) for at in (0, 3)])


def _non_farm_work(heads: Heads, state: State, base: Base, p: Parameters) -> _Work:
    """Work in cities and towns, and what non-farm work pays in villages."""
    labour = (heads.adults * state.skill)[URBAN].sum(axis=1)
    spread = tier_effect(p, "agglomeration", "town_agglomeration")
    productivity = state.technology * tier_productivity(p) * (labour / base.labour) ** spread
    kept = (1 - p["tax_rate"] - p["levy"]) * (1 - p["capital_share"])
    wage = productivity * kept
    wages = wage * labour
    nearness = (heads.urban_share / base.urban_share) ** p["market_reach"]
    lift = nearness * (base.hands / heads.hands) ** p["scarcity"]
    land_money, village_wage = p["land_finance"] * p["housing_share"] * wages, wage[[1, 3]] * p["village_wage"] * lift
    return _Work(labour, wage, productivity * labour, wages, land_money, village_wage, kept)


def _cash(p: Parameters) -> FloatArray:
    """Share of the levy that reaches households as cash: that for villagers, and what no purpose gets."""
    unspent = np.ones_like(p["levy"])
    for purpose in PURPOSES:
        unspent = unspent - p[purpose]
    return p["to_villagers"] + unspent


def _cash_rate(p: Parameters) -> FloatArray:
    """Cash from levy and taxes, as a share of non-farm output; that of villages pays the levy too."""
    return p["levy"] * _cash(p) + p["tax_rate"] * p["transfers"]


def _needs(heads: Heads, p: Parameters) -> FloatArray:
    """Food that is bought whatever it costs (Stone 1954, Geary 1950)."""
    return np.asarray((1 - p["food_weight"]) * p["subsistence"] * heads.residents.sum(axis=0))


def _farmer_part(p: Parameters) -> FloatArray:
    """Share of farm output that those who work the land get; the rest is rent."""
    return 1 - p["land_share"] * (1 - p["family_sharing"])


def _food_market(heads: Heads, work: _Work, state: State, price: FloatArray, p: Parameters, *, strict: bool) -> Farms:
    """The food price at which farms and imports feed everybody, by Newton's method within a bracket."""
    land_share = p["land_share"]
    improved = state.farm_technology * (1 + state.farm_capital) ** p["farm_investment_effect"]
    reach = _LAND**land_share * improved
    fixed_income = (work.wages - work.land_money).sum(axis=0) + _cash_rate(p) * work.output.sum(axis=0)
    per_village_wage = 1 + _cash_rate(p) / work.kept
    needs, part = _needs(heads, p), _farmer_part(p)
    log_price = np.log(price)
    lowest, highest = log_price - 50, log_price + 50
    for _ in range(_ROUNDS):
        price = np.exp(log_price)
        farmers, free = _farmers(part * price * reach / work.village_wage, heads.hands, land_share)
        by_region = reach * farmers ** (1 - land_share)
        food = by_region.sum(axis=0)
        earned = fixed_income + per_village_wage * (work.village_wage * (heads.hands - farmers)).sum(axis=0)
        demand = needs + p["food_weight"] * (earned / price + food)
        excess = np.log((1 - p["food_imports"]) * demand / food)
        # Each run stops where it has cleared, so that its last bit does not hang on the runs beside it.
        moving = np.abs(excess) > _TOLERANCE
        if not moving.any():
            return Farms(price, farmers, by_region, food)
        supply_slope = (1 - land_share) / land_share * (free * by_region).sum(axis=0) / food
        income_slope = p["food_weight"] * earned / price / demand
        step = log_price + np.clip(excess / (supply_slope + income_slope), -0.5, 0.5)
        # Excess demand falls with the price: keep the bracket, and halve it where Newton leaves it.
        lowest, highest = np.where(excess > 0, log_price, lowest), np.where(excess < 0, log_price, highest)
        outside = (step <= lowest) | (step >= highest)
        log_price = np.where(moving, np.where(outside, (lowest + highest) / 2, step), log_price)
    if strict:
        raise EquilibriumError(
            f"no food price clears the market in {int(moving.sum())} of {moving.size} runs: the farms cannot feed "
            "everybody; raise farm_productivity or lower subsistence"
        )
    return Farms(*(np.where(moving, np.nan, found) for found in (price, farmers, by_region, food)))


def _farmers(pays: FloatArray, hands: FloatArray, land_share: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Farm workers by region, and how freely they respond (1: as if hands were without limit, 0: everybody farms).

    pays: what the first farmer earns, relative to the village wage. Without a limit farmers are as many as make farm
    and non-farm work pay alike; with few hands the number goes over smoothly into all of them.
    """
    wanted = pays ** (1 / land_share)
    crowded = (wanted / hands) ** _EDGE
    return wanted / (1 + crowded) ** (1 / _EDGE), 1 / (1 + crowded)


def _public_money(heads: Heads, work: _Work, output_by_place: FloatArray, p: Parameters) -> _Public:
    """Services by place: local taxes and land money stay, the centre's pool goes out per resident."""
    output = output_by_place.sum(axis=0)
    taxes, levy = p["tax_rate"] * output, p["levy"] * output
    weights = heads.residents.copy()
    weights[VILLAGES] *= p["village_weight"]
    for_services = 1 - p["transfers"]
    pool = p["central_share"] * for_services * taxes
    local = (1 - p["central_share"]) * for_services * p["tax_rate"] * output_by_place
    paid = local + pool * weights / weights.sum(axis=0)
    paid[URBAN] += work.land_money
    villagers = heads.residents[VILLAGES]
    paid[VILLAGES] += p["to_village_services"] * levy * villagers / villagers.sum(axis=0)
    strangers = heads.strangers
    level = paid / (heads.residents - strangers + p["entitlement"] * strangers)
    received = level[:, None] * (1 - _STRANGER * (1 - p["entitlement"]))
    # A year registers no more than a part of those who wait; money beyond that goes to services for migrants.
    waiting = heads.everybody[URBAN, :2].sum(axis=(0, 1))
    mean_wage = work.wages.sum(axis=0) / work.labour.sum(axis=0)
    price_of_citizen = p["citizen_cost"] * mean_wage
    most = np.maximum(MOST_REGISTERED - p["conversion"], 0) * waiting
    settling = np.minimum(p["to_new_citizens"] * levy, most * price_of_citizen)
    for_migrants = p["to_migrants"] * levy + p["to_new_citizens"] * levy - settling
    per_stranger = for_migrants / strangers.sum(axis=0)
    paid, received = paid + per_stranger * strangers, received + _STRANGER * per_stranger
    back, to_villagers = (_cash(p) - p["to_villagers"]) * levy, p["to_villagers"] * levy + p["transfers"] * taxes
    return _Public(paid, received, settling, settling / price_of_citizen, back, to_villagers)


def _incomes(
    heads: Heads,
    skill: FloatArray,
    work: _Work,
    farms: Farms,
    village_wages: FloatArray,
    public: _Public,
    p: Parameters,
) -> FloatArray:
    """Income per adult, (places, registrations, runs): work, housing, land, what families send home, and cash."""
    adults, residents = heads.adults, heads.residents
    place_adults = adults.sum(axis=1)
    incomes = np.zeros_like(adults)
    incomes += (public.back / residents.sum(axis=0) * residents / place_adults)[:, None]
    incomes[URBAN] += work.wage[:, None] * skill
    housing_income = (1 - p["land_finance"]) * p["housing_share"] * work.wages
    for k, place in enumerate(URBAN):
        owner = 2 + URBAN_REGION[k]
        incomes[place] -= p["housing_share"] * work.wage[k] * skill
        incomes[place, owner] += housing_income[k] / adults[place, owner]
    villagers = residents[VILLAGES]
    farm_rent = (1 - _farmer_part(p)) * farms.price * farms.by_region
    for region, village in enumerate(VILLAGES):
        sent = p["remittances"] * work.wage * skill[region]
        incomes[URBAN, region] -= sent
        absent = adults[URBAN, region]
        holders = adults[village, region] + p["land_portability"] * absent.sum(axis=0)
        rent = farm_rent[region] / holders
        incomes[URBAN, region] += p["land_portability"] * rent
        at_home = _farmer_part(p) * farms.price * farms.by_region[region] + village_wages[region]
        cash_here = public.to_villagers * villagers[region] / villagers.sum(axis=0)
        incomes[village] += (at_home + cash_here) / place_adults[village]
        incomes[village, region] += rent + (sent * absent).sum(axis=0) / adults[village, region]
    return incomes
