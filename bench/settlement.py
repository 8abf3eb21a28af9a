"""The equilibrium of many places: China's counties settled anew, from 25 of them to 2,500, a hundredfold.

    python -m bench.settlement

Writes bench/results/settlement.json. Residents and registered people of the census of 2010, output as
measures.city_accounts shares it out; people move as freely as distance between counties lets them in the model of
moving costs. Each size has a fresh process; the largest counties come first.
Of some 2,850 counties 2,504 have all figures.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from bench import record
from symbiosis import tables
from symbiosis.measures.city_accounts import county_accounts
from symbiosis.models.migration.moving_costs import moving_costs_from_margins
from symbiosis.models.space.spatial_equilibrium import Settlement

SIZES = (25, 80, 250, 800, 2500)
EASE = 1.5
STAY = 0.02
"""Of the people of a county, at least so many are taken to have come, and to have left."""


def counties() -> pd.DataFrame:
    """Population, registered people and output of every county that has them, largest first."""
    rows = tables.load("china_counties")
    cities = tables.load("china_cities")
    frame = county_accounts(cities[cities["year"] == 2010], rows[rows["year"] == 2010]).frame
    frame = frame[(frame["population"] > 0) & (frame["registered"] > 0) & (frame["output"] > 0)]
    return frame.sort_values("population", ascending=False)[["population", "registered", "output"]]


def settlement(frame: pd.DataFrame) -> Settlement:
    """The counties of a frame as a country of their own."""
    people = frame["population"].to_numpy(float)
    home = frame["registered"].to_numpy(float) * (people.sum() / frame["registered"].sum())
    arrivals = np.maximum(people - home + STAY * home, STAY * people)
    costs = moving_costs_from_margins(people, home, arrivals)
    return Settlement(costs=costs, wage=frame["output"].to_numpy(float) / people, ease=EASE)


def once(size: int) -> dict[str, float]:
    """Seconds and megabytes of preparing and of solving a country of so many places."""
    frame = counties().head(size)
    made = record.cost(settlement, frame)
    solved = record.cost(made.value.equilibrium)
    return {
        "places": len(frame),
        "prepare_seconds": round(made.processor_seconds, 4),
        "solve_seconds": round(solved.processor_seconds, 4),
        "solve_wall_seconds": round(solved.seconds, 4),
        "megabytes": round(made.megabytes + solved.megabytes, 1),
        "away": float(solved.value.away),
    }


def main() -> None:
    loads, rows = [record.load()], []
    for size in SIZES:
        rows.append(record.alone(once, size))
        print(rows[-1], flush=True)
    record.save("settlement", ("numpy", "pandas"), rows, [*loads, record.load()])


if __name__ == "__main__":
    main()
