"""What a year of the integrated economy consists of. Arrays put runs last; all money is in non-farm goods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symbiosis.checks import FloatArray

Parameters = Mapping[str, FloatArray]
"""Parameters of a year by name, each (runs,)."""


@dataclass(frozen=True)
class State:
    """What a year begins with.

    people: (places, registrations, cohorts, runs), against all of 2000; skill: mean of a cohort's adults,
    (registrations, cohorts, runs); technology, farm_technology; capital: against that of 2000; farm_capital:
    public, in years of farm output; services_share: of non-farm output; births: mean factor of births over
    registrations; all these (runs,).
    """

    people: FloatArray
    skill: FloatArray
    technology: FloatArray
    farm_technology: FloatArray
    capital: FloatArray
    farm_capital: FloatArray
    services_share: FloatArray
    births: FloatArray


@dataclass(frozen=True)
class Base:
    """The year 2000, against which rents, crowding, services, capital and village wages are measured; runs last.

    labour, residents, rent_base: by urban place (4, runs); hands, urban_share: by region (2, runs); effective:
    skilled labour weighted by productivity, and capital: in goods, (runs,); services: per person, over non-farm
    output per person, by registration (4, runs).
    """

    labour: FloatArray
    residents: FloatArray
    hands: FloatArray
    urban_share: FloatArray
    effective: FloatArray
    rent_base: FloatArray
    capital: FloatArray
    services: FloatArray


@dataclass(frozen=True)
class Heads:
    """Who is where.

    adults of working age and everybody: (places, registrations, runs); mean_skill: of adults of each registration
    (registrations, runs), wherever they live; residents and strangers (people without local registration): by place
    (6, runs); hands (villagers able to farm, in full-time terms) and urban_share: by region (2, runs).
    """

    adults: FloatArray
    everybody: FloatArray
    mean_skill: FloatArray
    residents: FloatArray
    strangers: FloatArray
    hands: FloatArray
    urban_share: FloatArray


@dataclass(frozen=True)
class Work:
    """Non-farm work. labour: skilled, and productivity: per unit of it, by urban place (4, runs).

    village: productivity of a pair of hands by region (2, runs), both against coastal cities of 2000; scale: output per
    effective unit of labour when no capital per head is gained or lost, (runs,).
    """

    labour: FloatArray
    productivity: FloatArray
    village: FloatArray
    scale: FloatArray


@dataclass(frozen=True)
class Farms:
    """The cleared food market: its price (runs,); workers and output by region (2, runs); output in food units.

    net_value: by region, of what is left after the farm tax; eaten: food by income group (10, runs).
    """

    price: FloatArray
    workers: FloatArray
    by_region: FloatArray
    food: FloatArray
    net_value: FloatArray
    eaten: FloatArray


@dataclass(frozen=True)
class Money:
    """Every flow of money of a year, shape (runs,) unless said; each appears once as paid and once as received.

    output: non-farm; wages, profits, taxes, levy add up to it; farm_value: food output times its price, of which
    farm_tax goes to villages' services; services: public services by place (6, runs); land_money: paid by tenants to
    local governments; investment and dividends: what becomes of profits; goods_imports, food_imports: paid by exports.
    """

    output: FloatArray
    farm_value: FloatArray
    farm_tax: FloatArray
    wages: FloatArray
    profits: FloatArray
    taxes: FloatArray
    levy: FloatArray
    land_money: FloatArray
    services: FloatArray
    settling: FloatArray
    farm_investment: FloatArray
    given_back: FloatArray
    investment: FloatArray
    dividends: FloatArray
    household_income: FloatArray
    food_spending: FloatArray
    food_imports: FloatArray
    goods_imports: FloatArray
    exports: FloatArray


@dataclass(frozen=True)
class Search:
    """Where the search for the food price stands, each (runs,).

    price: of food, in wages of a unit of labour; growth: of it over the last year, in logs; slope: by how much excess
    demand falls, in logs, where the price rises by one percent.
    """

    price: FloatArray
    growth: FloatArray
    slope: FloatArray


@dataclass(frozen=True)
class Year:
    """What a year brings.

    incomes: per adult, (places, registrations, runs); of these owned: rents of homes and dividends, and per_skill: what
    a unit of skill earns; services: per person, of the same shape; rent: log of the rent
    of housing against 2000 and crowding: log of residents against 2000, by urban place (4, runs); goods_cost: log of
    the price of goods with imports among them, by region (2, runs); place_income: income of the residents and
    output_by_place: non-farm output, (6, runs); new_citizens: people whom the policy registers; search:
    where that for the food price ended.
    """

    heads: Heads
    farms: Farms
    money: Money
    incomes: FloatArray
    owned: FloatArray
    per_skill: FloatArray
    services: FloatArray
    rent: FloatArray
    crowding: FloatArray
    goods_cost: FloatArray
    place_income: FloatArray
    output_by_place: FloatArray
    new_citizens: FloatArray
    search: Search
