"""Where the integrated economy starts: China in 2000, as shares of its people then."""

from __future__ import annotations

import numpy as np

from symbiosis.checks import FloatArray
from symbiosis.economy.places import CITIES, TOWNS, VILLAGES

FIRST_YEAR, LAST_YEAR = 2000, 2050

URBAN_SHARE = 0.3622
"""Official series, revised."""
REGISTERED_URBAN_SHARE = 0.26
"""Recalled, about a quarter; the published series begins later."""
COAST_SHARE = 0.356
"""Ten eastern provinces, census of 2000 (recalled: the census of 2010 reports 2.41 points more)."""
COAST_URBAN_SHARE = 0.45
"""Assumption between the census figures of 2010 and the national share of 2000."""
CITY_SHARE = 0.63
"""Cities proper among urban people, census of 2000 (recalled)."""
AGE_SHARES = np.array([0.229, 0.442, 0.224, 0.105])
"""0-14 and 60+ as the census of 2000 has them (recalled); between, an assumption."""
INLAND_ON_COAST = 0.025
"""People on the coast with an inland registration, as a share of all (assumption)."""
MIGRANTS_YOUTH = 1.5
"""Young adults among migrants, relative to their share in the whole (assumption)."""


def start_people() -> FloatArray:
    """People of 2000, shape (places 6, registrations 4, ages 4), all together one."""
    regions = np.array([COAST_SHARE, 1 - COAST_SHARE])
    urban = np.array([COAST_SHARE * COAST_URBAN_SHARE, URBAN_SHARE - COAST_SHARE * COAST_URBAN_SHARE])
    registered = REGISTERED_URBAN_SHARE * urban / urban.sum()
    from_inland = np.array([INLAND_ON_COAST, 0.0])
    from_home = urban - registered - from_inland
    tiers = ((CITIES, CITY_SHARE), (TOWNS, 1 - CITY_SHARE))
    by_age = np.tile(AGE_SHARES[:, None], 2)
    youth = np.ones(4)
    youth[1] = MIGRANTS_YOUTH
    migrant_ages = AGE_SHARES * youth / (AGE_SHARES * youth).sum()
    people = np.zeros((6, 4, 4))
    for region in range(2):
        for places, share in tiers:
            people[places[region], 2 + region] = share * registered[region] * by_age[:, region]
            people[places[region], region] = share * from_home[region] * migrant_ages
            people[places[region], 1] += share * from_inland[region] * migrant_ages
        people[VILLAGES[region], region] = (regions[region] - urban[region]) * AGE_SHARES
    # Villages keep the ages that migrants lack, so that the whole has the age shares of the census.
    missing = AGE_SHARES - people.sum(axis=(0, 1))
    villagers = people[VILLAGES].sum()
    for region in range(2):
        people[VILLAGES[region], region] += missing * people[VILLAGES[region], region].sum() / villagers
    return people
