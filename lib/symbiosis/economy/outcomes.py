"""What a year of the integrated economy means: shares, incomes, services, wellbeing."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from symbiosis.checks import FloatArray
from symbiosis.economy.markets import Parameters, State, Year
from symbiosis.economy.people import Flows
from symbiosis.economy.places import CHILDREN, CITIES, OLD, OLDER, URBAN, VILLAGES, YOUNG

FIRST_YEAR, LAST_YEAR = 2000, 2050
WORKING_AGES = (YOUNG, OLDER)
"""Ages 15 to 39 and 40 to 59."""
ADULT_AGES = (*WORKING_AGES, OLD)


@dataclass(frozen=True)
class Paths:
    """Yearly outcomes, each (draws..., years); shares are fractions, money in non-farm goods of coastal cities.

    urban_share, registered_urban_share, coast_share, old_share (60 and older), child_share (younger than 15),
    stranger_share (in cities and towns without local registration): of all people; city_share: of urban people;
    population, rural_population: against all people of 2000; income_ratio: disposable income per person, urban over
    rural residents; rural_income, urban_income: the same per resident at the cost of food of 2000;
    farm_employment_share, farm_output_share; services_share: of non-farm output; output_per_person: at the prices of
    2000, against 2000; services_ratio: public services per person, cities and towns over villages; services: mean over
    all people of the log of services per person; young_per_old: villagers of 15-39 per villager of 60 and older;
    wellbeing: mean over people of 15-59 of log income at the cost of food and rent, plus services; food_price.
    """

    urban_share: FloatArray
    registered_urban_share: FloatArray
    coast_share: FloatArray
    city_share: FloatArray
    old_share: FloatArray
    child_share: FloatArray
    population: FloatArray
    rural_population: FloatArray
    income_ratio: FloatArray
    farm_employment_share: FloatArray
    farm_output_share: FloatArray
    services_share: FloatArray
    output_per_person: FloatArray
    services_ratio: FloatArray
    services: FloatArray
    young_per_old: FloatArray
    wellbeing: FloatArray
    rural_income: FloatArray
    urban_income: FloatArray
    stranger_share: FloatArray
    food_price: FloatArray

    def at(self, year: int) -> dict[str, FloatArray]:
        """Every outcome in one year, each (draws...)."""
        return {f.name: getattr(self, f.name)[..., year - FIRST_YEAR] for f in fields(self)}


@dataclass(frozen=True)
class YearRecord:
    """One year in full, runs last; flows lead to the next year, and are None in the last."""

    year: int
    state: State
    markets: Year
    flows: Flows | None


def outcomes(now: YearRecord, first: YearRecord, p: Parameters) -> dict[str, FloatArray]:
    """The outcomes of a year by the names of Paths, each (runs,); first: the year 2000, whose prices count."""
    people, markets = now.state.people, now.markets
    money, heads, farms = markets.money, markets.heads, markets.farms
    residents, total = heads.residents, heads.residents.sum(axis=0)
    urban, rural = residents[URBAN].sum(axis=0), residents[VILLAGES].sum(axis=0)
    income, public = markets.place_income, money.services
    urban_income, rural_income = income[URBAN].sum(axis=0) / urban, income[VILLAGES].sum(axis=0) / rural
    village_ages = people[VILLAGES].sum(axis=(0, 1))
    workers = heads.adults[URBAN].sum(axis=(0, 1)) + heads.hands.sum(axis=0)
    first_price = first.markets.farms.price
    first_output = first.markets.money.output + first_price * first.markets.farms.food
    cost_of_food = _cost_of_food(now, first)
    return {
        "urban_share": urban / total,
        "registered_urban_share": heads.everybody[:, 2:].sum(axis=(0, 1)) / total,
        "coast_share": residents[:3].sum(axis=0) / total,
        "city_share": residents[CITIES].sum(axis=0) / urban,
        "old_share": people[:, :, OLD].sum(axis=(0, 1)) / total,
        "child_share": people[:, :, CHILDREN].sum(axis=(0, 1)) / total,
        "population": total,
        "rural_population": rural,
        "income_ratio": urban_income / rural_income,
        "farm_employment_share": farms.workers.sum(axis=0) / workers,
        "farm_output_share": money.farm_value / (money.farm_value + money.output),
        "services_share": now.state.services_share,
        "output_per_person": (money.output + first_price * farms.food) / first_output / total,
        "services_ratio": public[URBAN].sum(axis=0) / urban / (public[VILLAGES].sum(axis=0) / rural),
        "services": (np.log(markets.services) * heads.everybody).sum(axis=(0, 1)) / total,
        "young_per_old": village_ages[YOUNG] / village_ages[OLD],
        "wellbeing": wellbeing(now, first, p, WORKING_AGES),
        "rural_income": rural_income / cost_of_food,
        "urban_income": urban_income / cost_of_food,
        "stranger_share": heads.strangers.sum(axis=0) / total,
        "food_price": farms.price,
    }


def wellbeing(now: YearRecord, first: YearRecord, p: Parameters, ages: tuple[int, ...]) -> FloatArray:
    """Mean log income at the cost of food and rent, plus services, of all people of these ages, (runs,).

    An old person lives as those of working age with the same registration live at the same place (assumption:
    families share).
    """
    counted = now.state.people[:, :, list(ages)].sum(axis=2)
    life = np.where(counted > 0, np.log(np.maximum(now.markets.incomes, 1e-12)), 0.0)
    life = life + p["service_weight"] * np.log(now.markets.services)
    life[URBAN] -= (p["housing_share"] * now.markets.rent)[:, None]
    weight = counted / counted.sum(axis=(0, 1))
    return np.asarray((life * weight).sum(axis=(0, 1)) - np.log(_cost_of_food(now, first)))


def _cost_of_food(now: YearRecord, first: YearRecord) -> FloatArray:
    """The cost of living against 2000 as far as food decides it: its price to the power of its share in spending."""
    share = now.markets.money.food_spending / now.markets.money.household_income
    return np.asarray((now.markets.farms.price / first.markets.farms.price) ** share)
