"""A spatial equilibrium in levels, by simple iteration: what the model in exact changes is tested against."""

from typing import Any

import numpy as np

ELASTICITIES = dict(agglomeration=0.05, congestion=0.05, housing_share=0.25, dispersion=1.5)


def wedges_of(places: int, cost: float) -> Any:
    """1 at home and 1 / (1 - cost) elsewhere."""
    return np.where(np.eye(places, dtype=bool), 1.0, 1 / (1 - cost))


def country_of(seed: int, places: int = 5, cost: float = 0.5) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return dict(
        productivity=rng.uniform(0.5, 2, places), amenity=rng.uniform(0.7, 1.4, places),
        home=rng.uniform(0.2, 3, places), wedges=wedges_of(places, cost),
    )  # fmt: skip


def utility_of(people: Any, country: dict[str, Any], e: dict[str, Any]) -> tuple[Any, Any]:
    """Wage and ln V of places with so many people, from what a person eats and lives in; one unit of land a place."""
    wage = country["productivity"] * people ** e["agglomeration"]
    b = e["housing_share"]
    congestion = e["congestion"] + country.get("extra_congestion", 0.0)
    return wage, np.log(country["amenity"]) - congestion * np.log(people) + (1 - b) * np.log(wage) - b * np.log(people)


def welfare_of(flows: Any, country: dict[str, Any], e: dict[str, Any]) -> Any:
    """Mean log utility by origin of given flows, with wedges and tastes."""
    _, log_v = utility_of(flows.sum(axis=0), country, e)
    split = flows / flows.sum(axis=1, keepdims=True)
    taste = np.log(np.where(split > 0, split, 1.0)) / e["dispersion"]
    return (split * (log_v - np.log(country["wedges"]) - taste)).sum(axis=1)


def equilibrium(country: dict[str, Any], e: dict[str, Any]) -> dict[str, Any]:
    """population, flows, wage, welfare (by origin) and output where people choose in proportion to (V / wedge)^k."""
    home = country["home"]
    b = e["housing_share"]
    crowding = b + e["congestion"] + np.max(country.get("extra_congestion", 0.0)) - e["agglomeration"] * (1 - b)
    step = 1 / (1 + max(0.0, e["dispersion"] * crowding))
    x = np.log(np.full(len(home), home.mean()))
    for _ in range(5_000):
        wage, log_v = utility_of(np.exp(x), country, e)
        pull = np.exp(e["dispersion"] * (log_v - np.log(country["wedges"]) - log_v.max()))
        flows = home[:, None] * pull / pull.sum(axis=1, keepdims=True)
        miss = np.log(flows.sum(axis=0)) - x
        if np.abs(miss).max() < 1e-12:
            break
        x = x + step * miss
    return dict(
        population=flows.sum(axis=0), flows=flows, wage=wage, welfare=welfare_of(flows, country, e),
        output=float((wage * flows.sum(axis=0)).sum()),
    )  # fmt: skip
