"""Who lives where: the start, choice of place, ageing, births, registration. Nobody gets lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symbiosis.checks import FloatArray
from symbiosis.economy.markets import Base, Parameters, State, Year, tier_effect
from symbiosis.economy.places import (
    ALLOWED,
    CHILDREN,
    CITIES,
    OLD,
    OLDER,
    STRANGER,
    TOWNS,
    URBAN,
    URBAN_REGION,
    VILLAGES,
    YOUNG,
)

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
AGE_SHARES = np.array([0.229, 0.442, 0.224, 0.105])
"""0-14 and 60+ as the census of 2000 has them (secondary); between, an assumption."""
INLAND_ON_COAST = 0.025
"""People on the coast with an inland registration, as a share of all (assumption)."""
MIGRANTS_YOUTH = 1.5
"""Young adults among migrants, relative to their share in the whole (assumption)."""

MORTALITY = (0.001, 0.001, 0.004)
"""Deaths per person and year below 60, by age group (assumption; constant)."""
COMING_OF_AGE, TURNING_40, TURNING_60 = 1 / 15, 1 / 25, 1 / 20
"""Shares of an age group that leave it in a year where cohorts are even."""
_NOT_ALLOWED = np.where(ALLOWED, 0.0, -np.inf)[:, :, None]
_STRANGER = STRANGER[:, :, None].astype(float)
_AWAY = np.array([[place // 3 != who % 2 for who in range(4)] for place in range(6)], dtype=float)[:, :, None]


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
    """People of 2000, shape (places 6, registrations 4, ages 4), all together one."""
    regions = np.array([COAST_SHARE, 1 - COAST_SHARE])
    urban = np.array([COAST_SHARE * COAST_URBAN_SHARE, URBAN_SHARE - COAST_SHARE * COAST_URBAN_SHARE])
    registered = REGISTERED_URBAN_SHARE * urban / urban.sum()
    from_inland = np.array([INLAND_ON_COAST, 0.0])
    from_home = urban - registered - from_inland
    youth = np.ones(4)
    youth[YOUNG] = MIGRANTS_YOUTH
    migrant_ages = AGE_SHARES * youth / (AGE_SHARES * youth).sum()
    people = np.zeros((6, 4, 4))
    for region, village in enumerate(VILLAGES):
        for place, share in ((CITIES[region], CITY_SHARE), (TOWNS[region], 1 - CITY_SHARE)):
            people[place, 2 + region] = share * registered[region] * AGE_SHARES
            people[place, region] = share * from_home[region] * migrant_ages
            people[place, 1] += share * from_inland[region] * migrant_ages
        people[village, region] = (regions[region] - urban[region]) * AGE_SHARES
    # Villages keep the ages that migrants lack, so that the whole has the age shares of the census.
    missing = AGE_SHARES - people.sum(axis=(0, 1))
    villagers = people[VILLAGES].sum()
    for region, village in enumerate(VILLAGES):
        people[village, region] += missing * people[village, region].sum() / villagers
    return people


def utility(year: Year, p: Parameters) -> FloatArray:
    """Utility of living in each place for each registration, (places, registrations, runs); -inf where not allowed."""
    value = np.log(np.maximum(year.incomes, 1e-12)) + p["service_weight"] * np.log(year.services)
    crowded = tier_effect(p, "congestion", "town_congestion") * year.crowding
    value[URBAN] -= (p["housing_share"] * year.rent + crowded)[:, None]
    value[CITIES] += p["city_pull"]
    value[VILLAGES, :2] += p["village_attachment"]
    value -= _STRANGER * (p["hukou_barrier"] + p["added_barrier"])
    value -= _AWAY * p["region_cost"]
    return np.asarray(value + _NOT_ALLOWED)


def chances(value: FloatArray, response: FloatArray) -> FloatArray:
    """Logit choice among places, (places, registrations, runs): shares that add up to one over places."""
    scaled = response * value
    weight = np.exp(scaled - scaled.max(axis=0))
    return np.asarray(weight / weight.sum(axis=0))


def next_people(people: FloatArray, year: Year, p: Parameters) -> tuple[FloatArray, Flows]:
    """People a year later, and the flows between: choice, return, registration, reclassification, births, ageing.

    p: the parameters of the year; fertility and turning_60 among them.
    """
    after, moved = _relocated(people, chances(utility(year, p), p["response"]), p)

    # Registration of rural-registered people where they live.
    rural = after[URBAN, :2]
    rate = np.minimum(p["conversion"] + year.new_citizens / rural.sum(axis=(0, 1, 2)), 1.0)
    newly = rate * rural
    after[URBAN, :2] -= newly
    for k, place in enumerate(URBAN):
        after[place, 2 + URBAN_REGION[k]] += newly[k].sum(axis=0)

    # Villages that become part of a town.
    counted = p["reclassification"] * after[VILLAGES]
    after[VILLAGES] -= counted
    after[TOWNS] += counted

    born, died = _age(after, p)
    return after, Flows(moved, born, died, newly.sum(axis=(0, 1, 2)), counted.sum(axis=(0, 1, 2)))


def _relocated(people: FloatArray, chosen: FloatArray, p: Parameters) -> tuple[FloatArray, FloatArray]:
    """People after those who reconsider chose their place and old migrants went home; how many moved."""
    after = people.copy()
    with_parents = p["young_movers"] * (1 - p["left_behind"])
    moved = np.zeros_like(p["response"])
    for age, rate in ((CHILDREN, with_parents), (YOUNG, p["young_movers"]), (OLDER, p["older_movers"])):
        here = people[:, :, age]
        change = rate * (chosen * here.sum(axis=0) - here)
        after[:, :, age] += change
        moved += np.abs(change).sum(axis=(0, 1)) / 2
    for region, village in enumerate(VILLAGES):
        back = p["return_rate"] * after[URBAN, region, OLD]
        after[URBAN, region, OLD] -= back
        after[village, region, OLD] += back.sum(axis=0)
        moved += back.sum(axis=0)
    return after, moved


def _age(people: FloatArray, p: Parameters) -> tuple[FloatArray, FloatArray]:
    """Make people a year older in place: deaths, birthdays, births; who was born and died by registration (4, runs)."""
    dead = np.empty_like(people)
    for age, mortality in enumerate(MORTALITY):
        dead[:, :, age] = mortality * people[:, :, age]
    dead[:, :, OLD] = p["mortality_old"] * people[:, :, OLD]
    people -= dead
    rates = ((CHILDREN, COMING_OF_AGE), (YOUNG, TURNING_40), (OLDER, p["turning_60"]))
    leaving = [people[:, :, age] * rate for age, rate in rates]
    for age, people_leaving in enumerate(leaving):
        people[:, :, age] -= people_leaving
        people[:, :, age + 1] += people_leaving
    births = p["fertility"] * people[:, :, YOUNG]
    babies = births.copy()
    for region, village in enumerate(VILLAGES):
        left = p["left_behind"] * births[URBAN, region]
        babies[URBAN, region] -= left
        babies[village, region] += left.sum(axis=0)
    people[:, :, CHILDREN] += babies
    return births.sum(axis=0), dead.sum(axis=(0, 2))


def next_skill(state: State, year: Year, base: Base, p: Parameters) -> FloatArray:
    """Skill of adults by registration a year later, (registrations, runs).

    Children who come of age bring the skill that services where they live gave them, relative to those of 2000 and to
    technology; the others keep theirs.
    """
    children = state.people[:, :, CHILDREN]
    taught = (year.services / (base.services * state.technology)) ** p["schooling_effect"]
    of_age = COMING_OF_AGE * children.sum(axis=0)
    new_skill = (children * taught).sum(axis=0) / np.maximum(children.sum(axis=0), 1e-300)
    adults = (state.people[:, :, YOUNG] + state.people[:, :, OLDER]).sum(axis=0)
    return np.asarray(state.skill + of_age / adults * (new_skill - state.skill))
