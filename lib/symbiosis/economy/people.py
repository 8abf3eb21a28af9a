"""Who lives where: the start, choice of place, registration, births and deaths. Nobody gets lost, and no skill."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symbiosis.checks import FloatArray
from symbiosis.economy.ages import Ages, ages_in, older_by_a_year
from symbiosis.economy.demography import demography, infant_survival
from symbiosis.economy.markets import tier_effect
from symbiosis.economy.measured import URBAN_SCHOOLING, better_homes, schooling
from symbiosis.economy.places import (
    ALLOWED,
    CITIES,
    RURAL_REGISTRATIONS,
    STRANGER,
    TOWNS,
    URBAN,
    URBAN_REGION,
    VILLAGES,
)
from symbiosis.economy.records import Base, Parameters, State, Year

# China in 2000. "Secondary" figures are quoted from secondary sources, not yet compared with the census volumes.
URBAN_SHARE = 0.3622
"""Official series, revised."""
REGISTERED_URBAN_SHARE = 0.26
"""About a quarter (secondary); the published series begins later."""
COAST_SHARE = 0.356
"""Ten eastern provinces, census of 2000 (secondary: the census of 2010 reports 2.41 points more)."""
COAST_URBAN_SHARE = 0.45
"""Assumption between the census figures of 2010 and the national share of 2000."""
CITY_SHARE = 0.63
"""Cities proper among urban people, census of 2000 (secondary)."""
INLAND_ON_COAST = 0.025
"""People on the coast with an inland registration, as a share of all (assumption)."""
MIGRANTS_YOUTH = 1.5
"""Young adults among migrants, relative to their share in the whole (assumption)."""

_NOT_ALLOWED = np.where(ALLOWED, 0.0, -np.inf)[:, :, None]
_STRANGER = STRANGER[:, :, None].astype(float)
_AWAY = np.array([[place // 3 != who % 2 for who in range(4)] for place in range(6)], dtype=float)[:, :, None]
_RURAL = np.array([1.0, 1.0, 0.0, 0.0])[:, None]


@dataclass(frozen=True)
class Flows:
    """People who moved, were born and died by registration (4, runs), were registered in a city or town, and whose
    village became a town."""

    moved: FloatArray
    born: FloatArray
    died: FloatArray
    registered: FloatArray
    reclassified: FloatArray


def start_people() -> FloatArray:
    """People of 2000, shape (places 6, registrations 4, cohorts), all together one."""
    shares, ages = demography().start, ages_in(2000)
    regions = np.array([COAST_SHARE, 1 - COAST_SHARE])
    urban = np.array([COAST_SHARE * COAST_URBAN_SHARE, URBAN_SHARE - COAST_SHARE * COAST_URBAN_SHARE])
    registered = REGISTERED_URBAN_SHARE * urban / urban.sum()
    from_inland = np.array([INLAND_ON_COAST, 0.0])
    from_home = urban - registered - from_inland
    migrants = shares * (1 + (MIGRANTS_YOUTH - 1) * ages.young)
    migrants = migrants / migrants.sum()
    people = np.zeros((6, 4, len(shares)))
    for region, village in enumerate(VILLAGES):
        for place, share in ((CITIES[region], CITY_SHARE), (TOWNS[region], 1 - CITY_SHARE)):
            people[place, 2 + region] = share * registered[region] * shares
            people[place, region] = share * from_home[region] * migrants
            people[place, 1] += share * from_inland[region] * migrants
        people[village, region] = (regions[region] - urban[region]) * shares
    # Villages keep the ages that migrants lack, so that the whole has the ages of the country.
    missing = shares - people.sum(axis=(0, 1))
    villagers = people[VILLAGES].sum()
    for region, village in enumerate(VILLAGES):
        people[village, region] += missing * people[village, region].sum() / villagers
    return people


def start_skill(p: Parameters) -> FloatArray:
    """Skill by registration and cohort in 2000, (registrations, cohorts, runs): what schooling is worth."""
    ahead = np.array([0.0, 0.0, URBAN_SCHOOLING, URBAN_SCHOOLING])
    years = ahead[:, None] + schooling(2000)
    return np.asarray(np.exp(np.multiply.outer(years, p["schooling_return"])))


def utility(year: Year, p: Parameters) -> FloatArray:
    """Utility of living in each place for each registration, (places, registrations, runs); -inf where not allowed."""
    value = np.log(np.maximum(year.incomes, 1e-12)) + p["service_weight"] * np.log(year.services)
    crowded = tier_effect(p, "congestion", "town_congestion") * year.crowding
    value[URBAN] -= (p["housing_share"] * year.rent + crowded)[:, None]
    value[URBAN] += p["home_weight"] * p["better_homes"]
    value[CITIES] += p["city_pull"]
    value[VILLAGES, RURAL_REGISTRATIONS] += p["village_attachment"]
    value[:3] -= year.goods_cost[0]
    value[3:] -= year.goods_cost[1]
    value -= _STRANGER * (p["hukou_barrier"] + p["added_barrier"])
    value -= _AWAY * p["region_cost"]
    return np.asarray(value + _NOT_ALLOWED)


def chances(value: FloatArray, response: FloatArray) -> FloatArray:
    """Logit choice among places, (places, registrations, runs): shares that add up to one over places."""
    scaled = response * value
    weight = np.exp(scaled - scaled.max(axis=0))
    return np.asarray(weight / weight.sum(axis=0))


def expected_utility(value: FloatArray, response: FloatArray) -> FloatArray:
    """What people of each registration can expect who may choose, (registrations, runs), in units of log income.

    The logsum of McFadden 1978 (Small and Rosen 1981), without its constant.
    """
    scaled = response * value
    largest = scaled.max(axis=0)
    return np.asarray((largest + np.log(np.exp(scaled - largest).sum(axis=0))) / response)


def next_people(state: State, year: Year, calendar: int, base: Base, p: Parameters) -> tuple[State, Flows]:
    """People and their skill a year later, and the flows between: choice, return, registration, births, deaths.

    p: the parameters of the year; the rest of the state is left as it is.
    """
    ages = ages_in(calendar)
    people, moved = _relocated(state.people, chances(utility(year, p), p["response"]), ages, p)
    skill, registered = _register(people, state.skill, year, p)
    counted = p["reclassification"] * people[VILLAGES]
    people[VILLAGES] -= counted
    people[TOWNS] += counted
    people, births, born, died = _live_and_die(people, state.births, calendar, p)
    skill = _come_of_age(skill, state, year, calendar, base, p)
    after = State(**{**vars(state), "people": people, "skill": skill, "births": births})
    return after, Flows(moved, born, died, registered, counted.sum(axis=(0, 1, 2)))


def _relocated(people: FloatArray, chosen: FloatArray, ages: Ages, p: Parameters) -> tuple[FloatArray, FloatArray]:
    """People after those who reconsider chose their place and old migrants went home; how many moved."""
    with_parents, older = 1 - p["left_behind"], p["older_movers"]
    rate = ages.young[:, None] + np.multiply.outer(ages.child, with_parents) + np.multiply.outer(ages.older, older)
    rate = rate * p["young_movers"]
    going = people * rate
    coming = chosen[:, :, None] * going.sum(axis=0)
    moved = np.abs(coming - going).sum(axis=(0, 1, 2)) / 2
    after = people + (coming - going)
    returning = np.multiply.outer(ages.old, p["return_rate"])
    for region, village in enumerate(VILLAGES):
        back = returning * after[URBAN, region]
        after[URBAN, region] -= back
        after[village, region] += back.sum(axis=0)
        moved = moved + back.sum(axis=(0, 1))
    return after, moved


def _register(people: FloatArray, skill: FloatArray, year: Year, p: Parameters) -> tuple[FloatArray, FloatArray]:
    """Register migrants where they live, in place: their skill as citizens is what it was; how many they are."""
    rural = people[URBAN, RURAL_REGISTRATIONS]
    rate = np.minimum(p["conversion"] + year.new_citizens / rural.sum(axis=(0, 1, 2)), 1.0)
    newly = rate * rural
    skill = skill.copy()
    for region in (0, 1):
        arriving = newly[region == URBAN_REGION].sum(axis=0)
        citizens = people[:, 2 + region].sum(axis=0)
        brought = citizens * skill[2 + region] + (arriving * skill[RURAL_REGISTRATIONS]).sum(axis=0)
        together = citizens + arriving.sum(axis=0)
        skill[2 + region] = np.where(together > 0, brought / np.maximum(together, 1e-300), skill[2 + region])
    people[URBAN, RURAL_REGISTRATIONS] -= newly
    for k, place in enumerate(URBAN):
        people[place, 2 + URBAN_REGION[k]] += newly[k].sum(axis=0)
    return skill, newly.sum(axis=(0, 1, 2))


def _live_and_die(
    people: FloatArray, mean_births: FloatArray, calendar: int, p: Parameters
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """People a year older, the mean factor of births, and who was born and died by registration, (4, runs)."""
    inputs = demography()
    chance = inputs.births_per_person(calendar, p["fertility_2050"])
    expected = (people * chance).sum(axis=2)
    factor = 1 + _RURAL * (p["rural_fertility"] - 1)
    if calendar < 2024:
        # Until then all births are measured, and registrations only share them; afterwards they move the whole.
        mean_births = (expected * factor).sum(axis=(0, 1)) / expected.sum(axis=(0, 1))
    births = expected * factor / mean_births
    alive = people * inputs.survival(calendar, p["mortality_decline"])
    babies = births * infant_survival(calendar + 1)
    died = (people.sum(axis=2) - alive.sum(axis=2)).sum(axis=0) + (births - babies).sum(axis=0)
    people = older_by_a_year(alive, calendar, axis=-2)
    for region, village in enumerate(VILLAGES):
        left = p["left_behind"] * babies[URBAN, region]
        babies[URBAN, region] -= left
        babies[village, region] += left.sum(axis=0)
    people[:, :, 0] += babies
    return people, mean_births, births.sum(axis=0), died


def _come_of_age(skill: FloatArray, state: State, year: Year, calendar: int, base: Base, p: Parameters) -> FloatArray:
    """Skill of cohorts a year later, (registrations, cohorts, runs): those who come of age bring theirs.

    Their schooling is that of their birth years; services where they live as children make it worth more or less, as
    their share of output compares with that of 2000.
    """
    now, later = ages_in(calendar), ages_in(calendar + 1)
    skill = older_by_a_year(skill, calendar, axis=-2)
    was = older_by_a_year(1 - now.child, calendar, axis=0)
    new = np.where(later.child < 1, (1 - later.child) - was, 0.0)
    at = np.flatnonzero(new > 1e-12)
    children = np.einsum("prcn,c->prn", state.people, now.child)
    output = year.money.output / year.heads.residents.sum(axis=0)
    taught = (year.services / output / base.services) ** p["schooling_effect"]
    level = (children * taught).sum(axis=0) / np.maximum(children.sum(axis=0), 1e-300)
    ahead = np.array([0.0, 0.0, URBAN_SCHOOLING, URBAN_SCHOOLING])
    for cohort in at:
        years = ahead + schooling(calendar + 1)[cohort]
        brought = np.exp(np.multiply.outer(years, p["schooling_return"])) * level
        weight = new[cohort] / (1 - later.child[cohort])
        skill[:, cohort] += weight * (brought - skill[:, cohort])
    return skill


def homes(year: int) -> float:
    """By how much homes in towns are better than in villages, counted from 2000, whose gap the attachment holds."""
    return better_homes(year) - better_homes(2000)
