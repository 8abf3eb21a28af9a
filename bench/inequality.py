"""Gini and Theil's T of ten million incomes, and of a million: ours, and those of PySAL (its package inequality).

    python -m bench.inequality [--incomes 10000000]

Writes bench/results/inequality.json. Each call has a fresh process, and they take turns. PySAL has no weights, so those
of ours with weights stand alone.
"""

from __future__ import annotations

import argparse
import statistics
from importlib.util import find_spec
from typing import Any

import numpy as np

from bench import record
from symbiosis.measures import inequality as measures

TURNS = 3
KINDS = ("ours", "ours, weighted", "PySAL")


def once(who: str, index: str, incomes: int) -> record.Cost:
    """One index of lognormal incomes; value: the index."""
    rng = np.random.default_rng(1)
    values = rng.lognormal(0, 0.8, incomes)
    weights = rng.uniform(0.1, 5, incomes) if "weighted" in who else None
    if who == "PySAL":
        from inequality.gini import Gini
        from inequality.theil import Theil

        call = (lambda: Gini(values).g) if index == "Gini" else (lambda: Theil(values).T)
        return record.cost(lambda: float(call()))
    measure = measures.gini if index == "Gini" else measures.theil_t
    return record.cost(measure, values, weights)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--incomes", type=int, default=10_000_000)
    given, loads, rows = parser.parse_args(), [record.load()], []
    kinds = [kind for kind in KINDS if kind != "PySAL" or find_spec("inequality")]
    for incomes in (given.incomes // 10, given.incomes):
        for index in ("Gini", "Theil's T"):
            found: dict[str, list[record.Cost]] = {kind: [] for kind in kinds}
            for _ in range(TURNS):
                for kind in kinds:
                    found[kind].append(record.alone(once, kind, index, incomes))
            for kind, runs in found.items():
                rows.append({"index": index, "who": kind, "incomes": incomes, **_figures(runs)})
                print(rows[-1], flush=True)
    packages = ("numpy", *(["inequality"] if "PySAL" in kinds else []))
    record.save("inequality", packages, rows, [*loads, record.load()])


def _figures(runs: list[record.Cost]) -> dict[str, Any]:
    return {
        "seconds": round(statistics.median(run.seconds for run in runs), 3),
        "processor_seconds": round(statistics.median(run.processor_seconds for run in runs), 3),
        "megabytes": round(statistics.median(run.megabytes for run in runs)),
        "value": runs[0].value,
    }


if __name__ == "__main__":
    main()
