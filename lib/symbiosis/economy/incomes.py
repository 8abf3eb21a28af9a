"""Who gets what: work, housing, land, dividends, what families send home, and cash; and the groups of rich and poor."""

from __future__ import annotations

import numpy as np

from symbiosis.checks import FloatArray
from symbiosis.economy.places import RURAL_REGISTRATIONS, STRANGER, URBAN, URBAN_REGION, URBAN_REGISTRATIONS, VILLAGES
from symbiosis.economy.public_money import PublicMoney
from symbiosis.economy.records import Heads, Parameters

_OWNERS, _AT_HOME = 2 + URBAN_REGION, np.array([0, 1])
"""Registrations of the citizens of every urban place, and of the villagers of every region."""
GROUPS = 10
"""Migrants and citizens of four urban places, and the villagers of two regions."""


def farmer_part(p: Parameters) -> FloatArray:
    """Share of farm output that those who work the land get; the rest is rent."""
    return 1 - p["land_share"] * (1 - p["family_sharing"])


def incomes(
    heads: Heads,
    wage: FloatArray,
    village_wages: FloatArray,
    farm_value: FloatArray,
    dividends: FloatArray,
    public: PublicMoney,
    p: Parameters,
) -> FloatArray:
    """Income per adult, (places, registrations, runs), whether or not anybody of a registration lives at a place.

    wage: per unit of skill by urban place (4, runs); village_wages: non-farm, and farm_value: after tax, by region
    (2, runs); dividends (runs,) go to adults of urban registration alike.
    """
    adults, residents = heads.adults, heads.residents
    place_adults = adults.sum(axis=1)
    found = np.zeros_like(adults)
    found += (public.back / residents.sum(axis=0) * residents / place_adults)[:, None]
    earned = wage[:, None] * heads.mean_skill
    found[URBAN] += (1 - p["housing_share"]) * earned
    found += property_income(heads, wage, dividends, p)
    sent = p["remittances"] * earned[:, RURAL_REGISTRATIONS]
    found[URBAN, RURAL_REGISTRATIONS] -= sent
    part, portability = farmer_part(p), p["land_portability"]
    # Holders of land rights, at home and away; what follows is by region, (2, runs).
    absent, at_home = adults[URBAN, RURAL_REGISTRATIONS], adults[VILLAGES, _AT_HOME]
    rent = (1 - part) * farm_value / (at_home + portability * absent.sum(axis=0))
    found[URBAN, RURAL_REGISTRATIONS] += portability * rent
    cash = public.to_villagers / residents[VILLAGES].sum(axis=0) * residents[VILLAGES]
    found[VILLAGES] += ((part * farm_value + village_wages + cash) / place_adults[VILLAGES])[:, None]
    found[VILLAGES, _AT_HOME] += rent + (sent * absent).sum(axis=0) / at_home
    return found


def property_income(heads: Heads, wage: FloatArray, dividends: FloatArray, p: Parameters) -> FloatArray:
    """Rents of homes and dividends per adult, (places, registrations, runs); arguments as for incomes.

    Homes of a city or town belong to its citizens, profits that are paid out to adults of urban registration alike.
    """
    adults = heads.adults
    found = np.zeros_like(adults)
    rents = p["housing_share"] * wage * (adults[URBAN] * heads.mean_skill).sum(axis=1)
    found[URBAN, _OWNERS] = (1 - p["land_finance"]) * rents / adults[URBAN, _OWNERS]
    found[:, URBAN_REGISTRATIONS] += dividends / adults[:, URBAN_REGISTRATIONS].sum(axis=(0, 1))
    return found


def income_per_skill(wage: FloatArray, p: Parameters) -> FloatArray:
    """What a unit of skill earns after housing and money sent home, (places, registrations, runs); none in villages."""
    found = np.zeros((len(STRANGER), STRANGER.shape[1], *wage.shape[1:]))
    found[URBAN] = ((1 - p["housing_share"]) * wage)[:, None]
    found[URBAN, RURAL_REGISTRATIONS] -= p["remittances"] * wage[:, None]
    return found


def by_group(values: FloatArray) -> FloatArray:
    """Sums of (places, registrations, runs) over the income groups, (GROUPS, runs)."""
    rural, urban = values[:, RURAL_REGISTRATIONS].sum(axis=1), values[:, URBAN_REGISTRATIONS].sum(axis=1)
    return np.concatenate([rural[URBAN], urban[URBAN], rural[VILLAGES] + urban[VILLAGES]])
