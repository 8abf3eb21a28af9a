"""One year of the integrated economy, people given: production, food market, public money, incomes, services, trade.

Non-farm output is Cobb-Douglas in capital, which goes where it earns most, and skilled labour, with agglomeration.
Villagers divide their work between farms and non-farm work until both pay the same, as far as there are hands. The
price of food clears its market, with imports at a given share. Profits are invested or paid out. Exports pay for
imports; what trade is worth is the formula of Arkolakis, Costinot and Rodriguez-Clare (2012): goods cost
(1 - share of imports)^(1 / trade elasticity).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray
from symbiosis.economy.ages import Ages
from symbiosis.economy.food import LAND, eaten, farmers
from symbiosis.economy.incomes import by_group, farmer_part, income_per_skill, incomes, property_income
from symbiosis.economy.places import STRANGER, URBAN, VILLAGES
from symbiosis.economy.public_money import PublicMoney, public_money
from symbiosis.economy.records import Base, Farms, Heads, Money, Parameters, Search, State, Work, Year
from symbiosis.models.equilibrium import EquilibriumError

_STRANGER = STRANGER[:, :, None].astype(float)
_TOLERANCE = 1e-9
_ROUNDS = 60


@dataclass(frozen=True)
class _Trial:
    """A year as it would be at a price of food; excess: demand for food, in logs; fed: if all can pay their need."""

    farms: Farms
    public: PublicMoney
    wage: FloatArray
    village_wages: FloatArray
    output: FloatArray
    incomes: FloatArray
    excess: FloatArray
    fed: npt.NDArray[np.bool_]


def tier_productivity(p: Parameters) -> FloatArray:
    """Productivity of each urban place relative to coastal cities in 2000, (4, runs)."""
    one = np.ones_like(p["town_wage"])
    inland = p["inland_wage"] * np.exp(p["inland_shock"])
    return np.stack([one, p["town_wage"], inland, inland * p["town_wage"]])


def tier_effect(p: Parameters, of_cities: str, of_towns: str) -> FloatArray:
    """An effect that differs between cities and towns, by urban place (4, runs)."""
    city = p[of_cities]
    town = city * p[of_towns]
    return np.stack([city, town, city, town])


def base_year(state: State, ages: Ages, p: Parameters) -> Base:
    """The state of 2000 against which things are measured; services and capital follow from its markets."""
    heads = count(state, ages, p)
    labour = (heads.adults * heads.mean_skill)[URBAN].sum(axis=1)
    effective = tier_productivity(p) * labour
    wages = effective * (1 - p["tax_rate"]) * (1 - p["capital_share"])
    one = np.ones_like(state.technology)
    return Base(
        labour, heads.residents[URBAN], heads.hands, heads.urban_share, effective.sum(axis=0), wages, one, one
    )  # fmt: skip


def count(state: State, ages: Ages, p: Parameters) -> Heads:
    """Who is where at the beginning of a year."""
    people = state.people
    everybody = people.sum(axis=2)
    adults = np.einsum("prcn,c->prn", people, ages.adult)
    by_cohort = people.sum(axis=0) * ages.adult[:, None]
    mean_skill = (by_cohort * state.skill).sum(axis=1) / by_cohort.sum(axis=1)
    old = np.einsum("prcn,c->pn", people[VILLAGES], ages.old)
    residents = everybody.sum(axis=1)
    hands = adults[VILLAGES].sum(axis=1) + p["old_farm_work"] * old
    urban = np.stack([residents[at : at + 2].sum(axis=0) / residents[at : at + 3].sum(axis=0) for at in (0, 3)])
    return Heads(adults, everybody, mean_skill, residents, (everybody * _STRANGER).sum(axis=1), hands, urban)


def open_markets(state: State, ages: Ages, search: Search, base: Base, p: Parameters, *, strict: bool = True) -> Year:
    """Clear the markets of a year.

    search: where that of the year before ended; p: the parameters of the year. strict: EquilibriumError where the
    farms cannot feed everybody, rather than NaN in these runs.
    """
    heads = count(state, ages, p)
    work = _non_farm_work(heads, state, base, p)
    search, trial = _food_market(heads, work, state, search, base, p, strict=strict)
    public, farms, output = trial.public, trial.farms, trial.output.sum(axis=0)
    profits = (1 - p["tax_rate"] - p["levy"]) * p["capital_share"] * output
    wages_paid = trial.wage * work.labour
    land_money = p["land_finance"] * p["housing_share"] * wages_paid
    farm_value = farms.price * farms.by_region
    food_spending = farms.price * farms.eaten.sum(axis=0)
    by_region = np.stack([trial.output[:3].sum(axis=0), trial.output[3:].sum(axis=0)])
    exports = p["export_share"] * by_region
    sold = exports.sum(axis=0)
    food_imports = food_spending - farm_value.sum(axis=0)
    place_income = (trial.incomes * heads.adults).sum(axis=1)
    money = Money(
        output=output,
        farm_value=farm_value.sum(axis=0),
        farm_tax=(farm_value - farms.net_value).sum(axis=0),
        wages=wages_paid.sum(axis=0) + trial.village_wages.sum(axis=0),
        profits=profits,
        taxes=p["tax_rate"] * output,
        levy=p["levy"] * output,
        land_money=land_money.sum(axis=0),
        services=public.paid,
        settling=public.settling,
        farm_investment=p["to_farm_investment"] * p["levy"] * output,
        given_back=public.back + public.to_villagers,
        investment=p["reinvested"] * profits,
        dividends=(1 - p["reinvested"]) * profits,
        household_income=place_income.sum(axis=0),
        food_spending=food_spending,
        food_imports=food_imports,
        goods_imports=sold - food_imports,
        exports=sold,
    )
    imported = p["export_share"] * (money.goods_imports / sold)
    return Year(
        heads=heads,
        farms=farms,
        money=money,
        incomes=trial.incomes,
        owned=property_income(heads, trial.wage, money.dividends, p),
        per_skill=income_per_skill(trial.wage, p),
        services=public.received,
        rent=np.log(wages_paid / base.rent_base) / (1 + p["housing_supply"]),
        crowding=np.log(heads.residents[URBAN] / base.residents),
        goods_cost=np.log(1 - imported) / p["trade_elasticity"],
        place_income=place_income,
        output_by_place=trial.output,
        new_citizens=public.new_citizens,
        search=search,
    )


def _non_farm_work(heads: Heads, state: State, base: Base, p: Parameters) -> Work:
    """Labour and productivity of cities, towns and of the non-farm work in villages."""
    skill = heads.mean_skill
    labour = (heads.adults[URBAN] * skill).sum(axis=1)
    spread = tier_effect(p, "agglomeration", "town_agglomeration")
    productivity = tier_productivity(p) * (labour / base.labour) ** spread
    adults = heads.adults[VILLAGES]
    village_skill = (adults * skill).sum(axis=1) / adults.sum(axis=1)
    nearness = (heads.urban_share / base.urban_share) ** p["market_reach"]
    lift = nearness * (base.hands / heads.hands) ** p["scarcity"]
    village = productivity[[1, 3]] * p["village_wage"] * lift * village_skill
    capital_share = p["capital_share"]
    return Work(labour, productivity, village, state.technology * state.capital**capital_share)


def _food_market(
    heads: Heads, work: Work, state: State, search: Search, base: Base, p: Parameters, *, strict: bool
) -> tuple[Search, _Trial]:
    """The food price, in wages, at which farms and imports feed everybody: secant steps within a bracket."""
    begin = np.log(search.price)
    log_price, slope, lost = begin + search.growth, search.slope, np.isnan(begin)
    lowest, highest = log_price - 50, log_price + 50
    before: tuple[FloatArray, FloatArray] | None = None
    for _ in range(_ROUNDS):
        trial = _try_price(np.exp(log_price), heads, work, state, base, p)
        excess = trial.excess
        if before is not None:
            with np.errstate(divide="ignore", invalid="ignore"):
                found = (before[1] - excess) / (log_price - before[0])
            slope = np.where((found > 0.2) & (found < 20), found, slope)
        # Each run stops where it has cleared, so that its last bit does not hang on the runs beside it.
        moving = ~(np.abs(excess) <= _TOLERANCE) & ~lost
        if not moving.any():
            break
        before = log_price, excess
        step = log_price + np.clip(excess / slope, -0.5, 0.5)
        # Excess demand falls with the price: keep the bracket, and halve it where the step leaves it.
        lowest, highest = np.where(excess > 0, log_price, lowest), np.where(excess < 0, log_price, highest)
        outside = ~((step > lowest) & (step < highest))
        log_price = np.where(moving, np.where(outside, (lowest + highest) / 2, step), log_price)
    hungry = moving | lost | ~trial.fed
    ended = Search(np.where(hungry, np.nan, np.exp(log_price)), np.where(hungry, 0.0, log_price - begin), slope)
    if not hungry.any():
        return ended, trial
    if strict:
        raise EquilibriumError(
            f"no food price clears the market in {int(hungry.sum())} of {hungry.size} runs: the farms cannot feed "
            "everybody; raise farm_productivity or lower subsistence"
        )
    return ended, _without(hungry, trial)


def _without(hungry: npt.NDArray[np.bool_], trial: _Trial) -> _Trial:
    """The trial with NaN in the runs that cannot feed their people."""

    def blank(values: FloatArray) -> FloatArray:
        return np.where(hungry, np.nan, values)

    farms = Farms(**{name: blank(value) for name, value in vars(trial.farms).items()})
    public = PublicMoney(**{name: blank(value) for name, value in vars(trial.public).items()})
    return replace(
        trial,
        farms=farms,
        public=public,
        wage=blank(trial.wage),
        village_wages=blank(trial.village_wages),
        output=blank(trial.output),
        incomes=blank(trial.incomes),
    )


def _try_price(relative: FloatArray, heads: Heads, work: Work, state: State, base: Base, p: Parameters) -> _Trial:
    """The year at a price of food in wages, whether or not the market clears."""
    land_share, capital_share = p["land_share"], p["capital_share"]
    kept = 1 - p["tax_rate"] - p["levy"]
    improved = state.farm_technology * (1 + state.farm_capital) ** p["farm_investment_effect"]
    reach = LAND**land_share * improved
    after_tax = 1 - p["farm_tax"]
    workers = farmers(farmer_part(p) * after_tax * relative * reach / work.village, heads.hands, land_share)
    other_hands = heads.hands - workers

    # Capital goes where it earns most, so that output goes to places as their effective labour does.
    effective = np.zeros_like(heads.residents)
    effective[URBAN], effective[VILLAGES] = work.productivity * work.labour, work.village * other_hands
    whole = effective.sum(axis=0)
    per_unit = work.scale * (base.effective / whole) ** capital_share
    output, unit_wage = per_unit * effective, kept * (1 - capital_share) * per_unit
    price, wage = relative * unit_wage, work.productivity * unit_wage

    by_region = reach * workers ** (1 - land_share)
    food = by_region.sum(axis=0)
    farm_value = price * by_region
    net_value = after_tax * farm_value
    wages = wage * work.labour
    land_money = p["land_finance"] * p["housing_share"] * wages
    mean_wage = wages.sum(axis=0) / work.labour.sum(axis=0)
    public = public_money(heads, output, land_money, farm_value - net_value, mean_wage, p)
    village_wages = unit_wage * work.village * other_hands
    dividends = (1 - p["reinvested"]) * kept * capital_share * output.sum(axis=0)
    found = incomes(heads, wage, village_wages, net_value, dividends, public, p)
    food_eaten, fed = eaten(by_group(found * heads.adults), by_group(heads.everybody), price, p)
    excess = np.log((1 - p["food_imports"]) * food_eaten.sum(axis=0) / food)
    farms = Farms(price, workers, by_region, food, net_value, food_eaten)
    return _Trial(farms, public, wage, village_wages, output, found, excess, fed)
