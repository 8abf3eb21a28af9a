"""Public money of a year: local taxes and land money stay, the centre's pool goes out per resident, a levy buys policy.

Services for people without local registration never exceed those of citizens of the same place; what a purpose cannot
use goes back to everybody alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symbiosis.checks import FloatArray
from symbiosis.economy.parameters import PURPOSES
from symbiosis.economy.places import RURAL_REGISTRATIONS, STRANGER, URBAN, VILLAGES
from symbiosis.economy.records import Heads, Parameters

MOST_REGISTERED = 0.2
"""Share of the rural-registered people in cities and towns whom a year can register at most (assumption)."""
_STRANGER = STRANGER[:, :, None].astype(float)


@dataclass(frozen=True)
class PublicMoney:
    """paid: for services by place (6, runs); received: per person, (places, registrations, runs).

    back: to everybody alike; to_villagers: cash for those who live in villages; settling: spent on registering
    new_citizens; each (runs,).
    """

    paid: FloatArray
    received: FloatArray
    settling: FloatArray
    new_citizens: FloatArray
    back: FloatArray
    to_villagers: FloatArray


def public_money(
    heads: Heads, output: FloatArray, land_money: FloatArray, farm_tax: FloatArray, mean_wage: FloatArray, p: Parameters
) -> PublicMoney:
    """Collect and spend.

    output: non-farm, by place (6, runs); land_money: by urban place (4, runs); farm_tax: by region (2, runs);
    mean_wage: per adult in cities and towns (runs,), in which the cost of registering somebody is counted.
    """
    whole = output.sum(axis=0)
    taxes, levy = p["tax_rate"] * whole, p["levy"] * whole
    strangers, villagers = heads.strangers, heads.residents[VILLAGES]
    weights = heads.residents.copy()
    weights[VILLAGES] *= p["village_weight"]
    for_services = (1 - p["transfers"]) * p["tax_rate"]
    pool = p["central_share"] * for_services * whole
    paid = (1 - p["central_share"]) * for_services * output + pool * weights / weights.sum(axis=0)
    paid[URBAN] += land_money
    paid[VILLAGES] += farm_tax + p["to_village_services"] * levy * villagers / villagers.sum(axis=0)
    level = paid / (heads.residents - strangers + p["entitlement"] * strangers)

    # A year registers no more than a part of those who wait; money beyond that serves migrants.
    waiting = heads.everybody[URBAN, RURAL_REGISTRATIONS].sum(axis=(0, 1))
    price = p["citizen_cost"] * mean_wage
    most = np.maximum(MOST_REGISTERED - p["conversion"], 0) * waiting
    settling = np.minimum(p["to_new_citizens"] * levy, most * price)
    for_migrants = (p["to_migrants"] + p["to_new_citizens"]) * levy - settling
    missing = (1 - p["entitlement"]) * level
    added = np.minimum(for_migrants / strangers.sum(axis=0), missing)
    used = added * strangers
    paid = paid + used
    received = level[:, None] + _STRANGER * (added - missing)[:, None]
    unspent = 1 - sum(p[purpose] for purpose in PURPOSES)
    back = unspent * levy + for_migrants - used.sum(axis=0)
    to_villagers = p["to_villagers"] * levy + p["transfers"] * taxes
    return PublicMoney(paid, received, settling, settling / price, back, to_villagers)
