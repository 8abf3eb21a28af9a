"""The integrated economy from 2000 to 2050, for many draws of its parameters at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray
from symbiosis.economy.markets import Base, Year, open_markets, tier_productivity
from symbiosis.economy.parameters import PARAMETERS, POLICY, POLICY_START
from symbiosis.economy.people import TURNING_60, Flows, next_people, next_skill
from symbiosis.economy.places import CHILDREN, CITIES, OLD, URBAN, VILLAGES, YOUNG
from symbiosis.economy.start import FIRST_YEAR, LAST_YEAR, start_people
from symbiosis.parameters import ParameterError

SERVICES_SHARE_2000 = 0.47
"""Services in non-farm output of 2000 (World Development Indicators: 39.8 of 85.3 percent of output)."""
FARM_CAPITAL_WEARS = 0.05
"""Share of public farm capital lost in a year (assumption); it is counted in years of farm output."""
FERTILITY_FALLS_UNTIL = 2025


@dataclass(frozen=True)
class Paths:
    """Yearly outcomes, each of shape (years, runs); shares are fractions, money in non-farm goods of coastal cities.

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
        """Every outcome in one year, each (runs,)."""
        return {f.name: getattr(self, f.name)[year - FIRST_YEAR] for f in fields(self)}


@dataclass(frozen=True)
class YearRecord:
    """One year in full, for those who check its accounts; flows lead to the next year, and are None in the last."""

    year: int
    people: FloatArray
    markets: Year
    flows: Flows | None


def simulate(
    parameters: Mapping[str, npt.ArrayLike] | None = None,
    *,
    last_year: int = LAST_YEAR,
    strict: bool = True,
    record: list[YearRecord] | None = None,
) -> Paths:
    """Run the economy from 2000 to last_year.

    parameters: by name (see PARAMETERS), numbers or arrays of one length (runs,); what is not given has its default.
    strict: EquilibriumError where farms cannot feed everybody, rather than NaN from that year on in these runs.
    record: a list that is given every year in full. ParameterError for an unknown, misshapen or impossible parameter.
    """
    p = _checked(parameters or {}, last_year)
    runs = len(p["response"])
    people = np.repeat(start_people()[..., None], runs, axis=3)
    skill = np.ones((4, runs))
    technology, farm_technology = np.ones(runs), p["farm_productivity"].copy()
    farm_capital = np.zeros(runs)
    services_share = np.full(runs, SERVICES_SHARE_2000)
    odds_2000 = SERVICES_SHARE_2000 / (1 - SERVICES_SHARE_2000)
    none = {name: np.zeros(runs) for name in (q.name for q in POLICY)}
    chosen = {name: p[name] for name in none}
    price = np.full(runs, 0.3)
    base = start_base(people, skill, p)
    years = last_year - FIRST_YEAR + 1
    found = {f.name: np.empty((years, runs)) for f in fields(Paths)}
    first_price = first_output = price
    for step in range(years):
        year = FIRST_YEAR + step
        now = {**p, "village_attachment": p["village_attachment"] + p["attachment_change"] * min(step, 25)}
        transfers = p["village_transfers"] * np.clip((year - 2004) / 16, 0, 1)
        policy = {**(chosen if year >= POLICY_START else none), "transfers": transfers}
        improved = farm_technology * (1 + farm_capital) ** p["farm_investment_effect"]
        markets = open_markets(people, skill, technology, improved, price, base, now, policy, strict=strict)
        price = markets.price
        if step == 0:
            base = replace(base, services=mean_services(markets, people))
            first_price = price
        real_output = markets.money.output + first_price * markets.food
        if step == 0:
            first_output = real_output
        _note(found, step, people, markets, p, services_share, real_output / first_output, first_price)
        if step == years - 1:
            if record is not None:
                record.append(YearRecord(year, people, markets, None))
            break
        fade = np.exp(-step / p["growth_fade"])
        growth = p["growth_end"] + (p["growth_start"] - p["growth_end"]) * fade - p["services_gap"] * services_share
        relative_price = np.exp(p["services_gap"] * (step + 1))
        odds = odds_2000 * relative_price ** (1 - p["modern_elasticity"])
        progress = min(1.0, step / (FERTILITY_FALLS_UNTIL - FIRST_YEAR))
        fertility = p["fertility_start"] + progress * (p["fertility_end"] - p["fertility_start"])
        skill_next = next_skill(people, skill, markets, technology, base, p["schooling_effect"])
        people_next, flows = next_people(people, markets, fertility, turning_60(year, p), now, policy)
        if record is not None:
            record.append(YearRecord(year, people, markets, flows))
        people, skill = people_next, skill_next
        technology = technology * np.exp(growth)
        farm_technology = farm_technology * np.exp(p["farm_growth"])
        services_share = odds / (1 + odds)
        farm_capital = (
            1 - FARM_CAPITAL_WEARS
        ) * farm_capital + markets.money.farm_investment / markets.money.farm_value
    return Paths(**found)


def turning_60(year: int, p: Mapping[str, FloatArray]) -> FloatArray:
    """Share of people aged 40 to 59 who turn 60 in a year, (runs,)."""
    even = np.full_like(p["ageing_2000"], TURNING_60)
    knots = ((2000, p["ageing_2000"]), (2025, p["ageing_2025"]), (2035, p["ageing_2025"]), (2050, even))
    (before, low), (after, high) = next(pair for pair in pairwise(knots) if year <= pair[1][0])
    return np.asarray(low + (year - before) / (after - before) * (high - low))


def outcomes_2050(parameters: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Every outcome of the last year, each (runs,): the form in which a sweep runs the model."""
    return simulate(parameters, strict=False).at(LAST_YEAR)


def start_base(people: FloatArray, skill: FloatArray, p: Mapping[str, FloatArray]) -> Base:
    """The state of 2000 against which rents, crowding and village wages are measured; services follow its markets."""
    adults = people[:, :, YOUNG] + people[:, :, YOUNG + 1]
    labour = (adults * skill)[URBAN].sum(axis=1)
    residents = people.sum(axis=(1, 2))
    urban = residents[URBAN]
    share = np.stack(
        [urban[:2].sum(axis=0) / residents[:3].sum(axis=0), urban[2:].sum(axis=0) / residents[3:].sum(axis=0)]
    )
    wages = tier_productivity(p) * labour * (1 - p["tax_rate"]) * (1 - p["capital_share"])
    hands = adults[VILLAGES].sum(axis=1) + p["old_farm_work"] * people[VILLAGES, :, OLD].sum(axis=1)
    return Base(labour, urban, hands, share, wages, np.ones_like(skill[0]))


def mean_services(markets: Year, people: FloatArray) -> FloatArray:
    """Services per person over all people, (runs,)."""
    everybody = people.sum(axis=2)
    return np.asarray((markets.services * everybody).sum(axis=(0, 1)) / everybody.sum(axis=(0, 1)))


def _note(
    found: dict[str, FloatArray],
    step: int,
    people: FloatArray,
    markets: Year,
    p: Mapping[str, FloatArray],
    services_share: FloatArray,
    growth: FloatArray,
    first_price: FloatArray,
) -> None:
    by_place_who = people.sum(axis=2)
    residents = by_place_who.sum(axis=1)
    total = residents.sum(axis=0)
    urban, rural = residents[URBAN].sum(axis=0), residents[VILLAGES].sum(axis=0)
    ages = people[VILLAGES].sum(axis=(0, 1))
    income = markets.place_income
    urban_income, rural_income = income[URBAN].sum(axis=0) / urban, income[VILLAGES].sum(axis=0) / rural
    money = markets.money
    public = money.services
    adults = people[:, :, YOUNG] + people[:, :, YOUNG + 1]
    with np.errstate(divide="ignore"):
        log_income = np.where(adults > 0, np.log(np.maximum(markets.incomes, 1e-12)), 0.0)
    log_services = np.log(markets.services)
    life = log_income + p["service_weight"] * log_services
    life[URBAN] -= (p["housing_share"] * markets.rent)[:, None]
    food_share = money.food_spending / money.household_income
    cost_of_food = (markets.price / first_price) ** food_share
    weight = adults / adults.sum(axis=(0, 1))
    values = {
        "urban_share": urban / total,
        "registered_urban_share": by_place_who[:, 2:].sum(axis=(0, 1)) / total,
        "coast_share": residents[:3].sum(axis=0) / total,
        "city_share": residents[CITIES].sum(axis=0) / urban,
        "old_share": people[:, :, OLD].sum(axis=(0, 1)) / total,
        "child_share": people[:, :, CHILDREN].sum(axis=(0, 1)) / total,
        "population": total,
        "rural_population": rural,
        "income_ratio": urban_income / rural_income,
        "farm_employment_share": markets.farm_workers.sum(axis=0)
        / (adults[URBAN].sum(axis=(0, 1)) + markets.hands.sum(axis=0)),
        "farm_output_share": money.farm_value / (money.farm_value + money.output),
        "services_share": services_share,
        "output_per_person": growth / total,
        "services_ratio": public[URBAN].sum(axis=0) / urban / (public[VILLAGES].sum(axis=0) / rural),
        "services": (log_services * by_place_who).sum(axis=(0, 1)) / total,
        "young_per_old": ages[YOUNG] / ages[OLD],
        "wellbeing": (life * weight).sum(axis=(0, 1)) - np.log(cost_of_food),
        "rural_income": rural_income / cost_of_food,
        "urban_income": urban_income / cost_of_food,
        "stranger_share": markets.strangers.sum(axis=0) / total,
        "food_price": markets.price,
    }
    for name, value in values.items():
        found[name][step] = value


def _checked(given: Mapping[str, npt.ArrayLike], last_year: int) -> dict[str, FloatArray]:
    if not FIRST_YEAR < last_year <= LAST_YEAR:
        raise ParameterError(f"last_year is {last_year}; give a year from {FIRST_YEAR + 1} to {LAST_YEAR}")
    known = PARAMETERS.defaults()
    for name in given:
        PARAMETERS[name]
    values = {
        name: np.atleast_1d(np.asarray(given.get(name, default), dtype=np.float64)) for name, default in known.items()
    }
    lengths = {len(v) for v in values.values() if v.ndim == 1 and len(v) != 1}
    if len(lengths) > 1 or any(v.ndim != 1 for v in values.values()):
        raise ParameterError(
            f"parameters have shapes {sorted({v.shape for v in values.values()})}; give numbers or one length"
        )
    runs = lengths.pop() if lengths else 1
    for name, value in values.items():
        PARAMETERS[name].validate(float(value.min()))
        PARAMETERS[name].validate(float(value.max()))
        if not np.isfinite(value).all():
            raise ParameterError(f"parameter {name!r} holds values that are not finite")
        values[name] = np.ascontiguousarray(np.broadcast_to(value, runs))
    spent = np.sum([values[name] for name in _PURPOSES], axis=0)
    if spent.max() > 1 + 1e-9:
        raise ParameterError(f"the purposes of the levy add up to {spent.max():.0%}; give no more than 100%")
    return values


_PURPOSES = ("to_migrants", "to_new_citizens", "to_village_services", "to_farm_investment", "to_villagers")
