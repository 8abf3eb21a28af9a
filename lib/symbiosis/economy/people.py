"""Who lives where: choice of place, ageing, births, registration. People move, are born and die; none gets lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from symbiosis.checks import FloatArray
from symbiosis.economy.markets import Base, Year, tier_effect
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


def utility(year: Year, p: Mapping[str, FloatArray], policy: Mapping[str, FloatArray]) -> FloatArray:
    """Utility of living in each place for each registration, (places, registrations, runs); -inf where not allowed."""
    value = np.log(np.maximum(year.incomes, 1e-12)) + p["service_weight"] * np.log(year.services)
    value[URBAN] -= (p["housing_share"] * year.rent + tier_effect(p, "congestion", "town_congestion") * year.crowding)[
        :, None
    ]
    value[CITIES] += p["city_pull"]
    value[VILLAGES, :2] += p["village_attachment"]
    value -= _STRANGER * (p["hukou_barrier"] + policy["added_barrier"])
    value -= _AWAY * p["region_cost"]
    return np.asarray(value + _NOT_ALLOWED)


def chances(value: FloatArray, response: FloatArray) -> FloatArray:
    """Logit choice among places, (places, registrations, runs): shares that add up to one over places."""
    scaled = response * value
    weight = np.exp(scaled - scaled.max(axis=0))
    return np.asarray(weight / weight.sum(axis=0))


def next_people(
    people: FloatArray,
    year: Year,
    fertility: FloatArray,
    turning_60: FloatArray,
    p: Mapping[str, FloatArray],
    policy: Mapping[str, FloatArray],
) -> tuple[FloatArray, Flows]:
    """People a year later, and the flows between: choice, return, registration, reclassification, births, ageing."""
    chosen = chances(utility(year, p, policy), p["response"])
    after = people.copy()
    rates = {
        CHILDREN: p["young_movers"] * (1 - p["left_behind"]),
        YOUNG: p["young_movers"],
        OLDER: p["older_movers"],
    }
    moved = np.zeros_like(p["response"])
    for age, rate in rates.items():
        here = people[:, :, age]
        change = rate * (chosen * here.sum(axis=0) - here)
        after[:, :, age] += change
        moved += np.abs(change).sum(axis=(0, 1)) / 2
    for region, village in enumerate(VILLAGES):
        back = p["return_rate"] * after[URBAN, region, OLD]
        after[URBAN, region, OLD] -= back
        after[village, region, OLD] += back.sum(axis=0)
        moved += back.sum(axis=0)

    # Registration of rural-registered people where they live.
    rural = after[URBAN, :2]
    waiting = rural.sum(axis=(0, 1, 2))
    rate = np.minimum(p["conversion"] + year.new_citizens / waiting, 1.0)
    newly = rate * rural
    after[URBAN, :2] -= newly
    for k, place in enumerate(URBAN):
        after[place, 2 + URBAN_REGION[k]] += newly[k].sum(axis=0)

    # Villages that become part of a town.
    counted = p["reclassification"] * after[VILLAGES]
    after[VILLAGES] -= counted
    after[TOWNS] += counted

    # A year older.
    dead = np.empty_like(after)
    for age, mortality in enumerate(MORTALITY):
        dead[:, :, age] = mortality * after[:, :, age]
    dead[:, :, OLD] = p["mortality_old"] * after[:, :, OLD]
    after -= dead
    leaving = [
        after[:, :, age] * rate for age, rate in ((CHILDREN, COMING_OF_AGE), (YOUNG, TURNING_40), (OLDER, turning_60))
    ]
    for age, people_leaving in enumerate(leaving):
        after[:, :, age] -= people_leaving
        after[:, :, age + 1] += people_leaving
    births = fertility * after[:, :, YOUNG]
    babies = births.copy()
    for region, village in enumerate(VILLAGES):
        left = p["left_behind"] * births[URBAN, region]
        babies[URBAN, region] -= left
        babies[village, region] += left.sum(axis=0)
    after[:, :, CHILDREN] += babies
    return after, Flows(
        moved=moved,
        born=births.sum(axis=0),
        died=dead.sum(axis=(0, 2)),
        registered=newly.sum(axis=(0, 1, 2)),
        reclassified=counted.sum(axis=(0, 1, 2)),
    )


def next_skill(
    people: FloatArray,
    skill: FloatArray,
    year: Year,
    technology: FloatArray,
    base: Base,
    schooling_effect: FloatArray,
) -> FloatArray:
    """Skill of adults by registration a year later, (registrations, runs).

    Children who come of age bring the skill that services where they live gave them, relative to those of 2000 and to
    technology; the others keep theirs.
    """
    children = people[:, :, CHILDREN]
    taught = (year.services / (base.services * technology)) ** schooling_effect
    of_age = COMING_OF_AGE * children.sum(axis=0)
    new_skill = (children * taught).sum(axis=0) / np.maximum(children.sum(axis=0), 1e-300)
    adults = (people[:, :, YOUNG] + people[:, :, OLDER]).sum(axis=0)
    return np.asarray(skill + of_age / adults * (new_skill - skill))
