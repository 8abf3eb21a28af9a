"""What a year of the integrated economy means: shares, incomes, services, coast and inland, wellbeing."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from symbiosis.checks import FloatArray
from symbiosis.economy.ages import FIRST_YEAR, ages_in
from symbiosis.economy.people import Flows
from symbiosis.economy.places import CITIES, URBAN, VILLAGES
from symbiosis.economy.records import Parameters, State, Year
from symbiosis.economy.welfare import WORKING_AGES, cost_of_food, people_aged, standard_of_life


@dataclass(frozen=True)
class Paths:
    """Yearly outcomes, each (draws..., years); shares are fractions, money in non-farm goods of coastal cities.

    urban_share, registered_urban_share, coast_share, old_share (60 and older), child_share (younger than 15),
    stranger_share (in cities and towns without local registration): of all people; city_share: of urban people;
    population, rural_population: against all people of 2000; natural_growth: of the year that begins, per person;
    income_ratio: disposable income per person, urban over rural residents; rural_income, urban_income: the same per
    resident at the cost of food of 2000; farm_employment_share, farm_output_share; services_share: of non-farm
    output; output_per_person: at the prices of 2000, against 2000; capital_over_output: non-farm capital in years of
    output; services_ratio: public services per person, cities and towns over villages; services: mean over all
    people of the log of services per person, services_mean: of services per person over that of 2000;
    young_per_old: villagers of 15-39 per villager of 60 and older; wellbeing: mean over people of 15-59 of log
    income at the cost of food, goods and rent, plus services; food_price; coast_... and inland_...: urban_share,
    rural_income and output per person of one region (the last against the country of 2000).
    """

    urban_share: FloatArray
    registered_urban_share: FloatArray
    coast_share: FloatArray
    city_share: FloatArray
    old_share: FloatArray
    child_share: FloatArray
    population: FloatArray
    rural_population: FloatArray
    natural_growth: FloatArray
    income_ratio: FloatArray
    farm_employment_share: FloatArray
    farm_output_share: FloatArray
    services_share: FloatArray
    output_per_person: FloatArray
    capital_over_output: FloatArray
    services_ratio: FloatArray
    services: FloatArray
    services_mean: FloatArray
    young_per_old: FloatArray
    wellbeing: FloatArray
    rural_income: FloatArray
    urban_income: FloatArray
    stranger_share: FloatArray
    food_price: FloatArray
    coast_urban_share: FloatArray
    inland_urban_share: FloatArray
    coast_rural_income: FloatArray
    inland_rural_income: FloatArray
    coast_output: FloatArray
    inland_output: FloatArray

    def at(self, year: int) -> dict[str, FloatArray]:
        """Every outcome in one year, each (draws...)."""
        return {f.name: getattr(self, f.name)[..., year - FIRST_YEAR] for f in fields(self)}


@dataclass(frozen=True)
class YearRecord:
    """One year in full, runs last; flows lead to the next year. parameters: those of the year."""

    year: int
    state: State
    markets: Year
    flows: Flows
    parameters: Parameters


def outcomes(now: YearRecord, first: YearRecord) -> dict[str, FloatArray]:
    """The outcomes of a year by the names of Paths, each (runs,); first: the year 2000, whose prices count."""
    people, markets, ages = now.state.people, now.markets, ages_in(now.year)
    money, heads, farms = markets.money, markets.heads, markets.farms
    residents, total = heads.residents, heads.residents.sum(axis=0)
    urban, rural = residents[URBAN].sum(axis=0), residents[VILLAGES].sum(axis=0)
    income, public = markets.place_income, money.services
    urban_income, rural_income = income[URBAN].sum(axis=0) / urban, income[VILLAGES].sum(axis=0) / rural
    by_cohort, villagers = people.sum(axis=(0, 1)), people[VILLAGES].sum(axis=(0, 1))
    workers = heads.adults[URBAN].sum(axis=(0, 1)) + heads.hands.sum(axis=0)
    food_of_2000 = first.markets.farms.price
    first_output = first.markets.money.output + food_of_2000 * first.markets.farms.food
    food = cost_of_food(markets, first.markets)
    return {
        "urban_share": urban / total,
        "registered_urban_share": heads.everybody[:, 2:].sum(axis=(0, 1)) / total,
        "coast_share": residents[:3].sum(axis=0) / total,
        "city_share": residents[CITIES].sum(axis=0) / urban,
        "old_share": ages.old @ by_cohort / total,
        "child_share": ages.child @ by_cohort / total,
        "population": total,
        "rural_population": rural,
        "natural_growth": (now.flows.born - now.flows.died).sum(axis=0) / total,
        "income_ratio": urban_income / rural_income,
        "farm_employment_share": farms.workers.sum(axis=0) / workers,
        "farm_output_share": money.farm_value / (money.farm_value + money.output),
        "services_share": now.state.services_share,
        "output_per_person": (money.output + food_of_2000 * farms.food) / first_output / total,
        "capital_over_output": now.parameters["capital_output"]
        * now.state.capital
        * first.markets.money.output
        / money.output,
        "services_ratio": public[URBAN].sum(axis=0) / urban / (public[VILLAGES].sum(axis=0) / rural),
        "services": (np.log(markets.services) * heads.everybody).sum(axis=(0, 1)) / total,
        "services_mean": public.sum(axis=0) / total / first.markets.money.services.sum(axis=0),
        "young_per_old": (ages.young @ villagers) / (ages.old @ villagers),
        "wellbeing": _wellbeing(now, first),
        "rural_income": rural_income / food,
        "urban_income": urban_income / food,
        "stranger_share": heads.strangers.sum(axis=0) / total,
        "food_price": farms.price,
        **_regions(now, first_output, food_of_2000, food),
    }


def _wellbeing(now: YearRecord, first: YearRecord) -> FloatArray:
    life = standard_of_life(now.markets, first.markets, now.parameters)
    counted = people_aged(now.state.people, now.year, WORKING_AGES)
    return np.asarray((np.where(counted > 0, life, 0.0) * counted).sum(axis=(0, 1)) / counted.sum(axis=(0, 1)))


def _regions(
    now: YearRecord, first_output: FloatArray, food_of_2000: FloatArray, cost_of_food: FloatArray
) -> dict[str, FloatArray]:
    """What coast and inland are apart."""
    markets = now.markets
    residents, farms = markets.heads.residents, markets.farms
    found: dict[str, FloatArray] = {}
    for region, (name, village) in enumerate(zip(("coast", "inland"), VILLAGES, strict=True)):
        here = slice(3 * region, 3 * region + 3)
        people, output = residents[here].sum(axis=0), markets.output_by_place[here].sum(axis=0)
        found[f"{name}_urban_share"] = markets.heads.urban_share[region]
        found[f"{name}_rural_income"] = markets.place_income[village] / residents[village] / cost_of_food
        found[f"{name}_output"] = (output + food_of_2000 * farms.by_region[region]) / first_output / people
    return found
