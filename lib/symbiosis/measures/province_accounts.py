"""Residents, home population and movers of provinces from a census and a table of cities.

A census of 2020 says who lives where and how many came from another province, not how many a province has sent out.
Cities report residents and registered people; their ratio carries the census over to a home population, and what
arrives, stays and is at home says who left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from symbiosis.checks import finite_number

FLAGS = (
    "resident_off_census", "resident_jump", "resident_repeated", "registered_repeated", "shares_disagree",
    "resident_implausible",
)  # fmt: skip
"""Columns of the table of cities that mark a figure as doubtful."""


@dataclass(frozen=True)
class ProvinceAccounts:
    """frame: a row per province in use (index), with population, home_population, arrivals, departures, stayers
    (persons), gdp_per_resident (yuan), density (persons per square kilometre) and cover (fraction of the census
    population that lives in the cities used).

    dropped: cities left out, by reason; left_out: provinces left out and their cover; scale: factor that makes home
    populations add up to residents, near 1 where the two sources agree.
    """

    frame: pd.DataFrame
    dropped: Mapping[str, int]
    left_out: Mapping[str, float]
    scale: float
    cities_used: int


def province_accounts(
    cities: pd.DataFrame, census: pd.DataFrame, *, flags: Sequence[str] = FLAGS, smallest_cover: float = 0.6
) -> ProvinceAccounts:
    """Accounts of one year. cities: one row per city with province, gdp, resident_population, registered_population,
    land_area and the flags; census: one row per province with population and migrants_other_province.

    GDP, registered people and land come from the cities of a province, per resident; cities that lack a figure or
    carry a flag are dropped and counted. A province whose cities hold less than smallest_cover (a fraction) of its
    people is left out. ValueError where fewer people than none would have left a province.
    """
    if not 0 < finite_number("smallest_cover", smallest_cover) <= 1:
        raise ValueError(f"smallest_cover is {smallest_cover}; give a fraction above 0 and at most 1")
    figures = ["gdp", "resident_population", "registered_population", "land_area"]
    needed = {"cities": ({"province", *figures, *flags}, cities)}
    needed["census"] = ({"province", "population", "migrants_other_province"}, census)
    for name, (columns, table) in needed.items():
        if missing := sorted(columns - set(table.columns)):
            raise ValueError(f"{name} lacks the columns {', '.join(missing)}; load them")
    if census["province"].duplicated().any():
        raise ValueError("census holds a province twice; give one year")
    lacking = cities[figures].isna().any(axis=1)
    doubtful = cities[list(flags)].astype("boolean").fillna(False).astype(bool)
    kept = cities[~lacking & ~doubtful.any(axis=1)]
    sums = kept.groupby("province")[figures].sum().reindex(census["province"]).fillna(0.0)
    people = census.set_index("province")
    cover = sums["resident_population"] / people["population"]
    use = cover.index[cover >= smallest_cover]
    if len(use) < 2:
        raise ValueError("fewer than two provinces are covered; lower smallest_cover or keep flagged cities")
    sums, population = sums.loc[use], people.loc[use, "population"].astype(float)
    home = population * sums["registered_population"] / sums["resident_population"]
    scale = float(population.sum() / home.sum())
    arrivals = people.loc[use, "migrants_other_province"].astype(float)
    frame = pd.DataFrame(
        {
            "population": population,
            "home_population": scale * home,
            "arrivals": arrivals,
            "departures": scale * home - (population - arrivals),
            "stayers": population - arrivals,
            "gdp_per_resident": sums["gdp"] / sums["resident_population"],
            "density": sums["resident_population"] / sums["land_area"],
            "cover": cover[use],
        }
    )
    few = (frame["departures"] < 0) | (frame["stayers"] < 0) | ~np.isfinite(frame.to_numpy()).all(axis=1)
    impossible = frame.index[few.to_numpy()]
    if len(impossible):
        raise ValueError(
            f"the figures of {', '.join(impossible)} cannot all be true: fewer than no people would have left; leave "
            "the province out or raise smallest_cover"
        )
    dropped = {"a figure is missing": int(lacking.sum())}
    dropped |= {flag: int((doubtful[flag] & ~lacking).sum()) for flag in flags}
    left_out = {str(name): float(cover[name]) for name in cover.index.difference(use)}
    cities_used = int(kept["province"].isin(use).sum())
    return ProvinceAccounts(frame, MappingProxyType(dropped), MappingProxyType(left_out), scale, cities_used)
