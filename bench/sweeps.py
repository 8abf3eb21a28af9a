"""How sweeps scale: the integrated economy on one core, in one process of a local Dask cluster, and in two.

    python -m bench.sweeps [--runs 100000] [--rounds 1]

Writes bench/results/sweeps.json. A run is the economy from 2000 to 2050 under a policy drawn at random. Engines
alternate, and the fastest round counts: on a shared machine the others say who else was busy.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from typing import Any

import numpy as np
import pandas as pd

from bench import record
from symbiosis import tables
from symbiosis.economy.model import outcomes_2050
from symbiosis.economy.parameters import PURPOSES
from symbiosis.sweeps.run import run_sweep

MILLION = 1_000_000
BLOCK_ROWS = 2048
ENGINES: dict[str, dict[str, Any]] = {
    "serial": {"engine": "serial"},
    "processes, 1 worker": {"engine": "processes", "workers": 1},
    "processes, 2 workers": {"engine": "processes", "workers": 2},
}
LAST = "processes, 2 workers"
"""The engine that is also run with a checkpoint."""


def random_policies(runs: int) -> pd.DataFrame:
    """Draws that fit China, each with a policy of its own."""
    rng = np.random.default_rng(1)
    draws = tables.load("policy_draws").drop(columns=["draw", "misfit", "chi_square"])
    sample = draws.iloc[rng.integers(len(draws), size=runs)].reset_index(drop=True)
    purposes = rng.dirichlet(np.ones(6), runs)
    policy = {name: purposes[:, k] for k, name in enumerate(PURPOSES)}
    return sample.assign(**policy, levy=rng.uniform(0, 0.08, runs), added_barrier=rng.uniform(-0.5, 1, runs))


def seconds(sample: pd.DataFrame, checkpoint: bool, **engine: Any) -> tuple[float, float, pd.DataFrame]:
    """Wall and processor time of a sweep with everything that belongs to it, starting workers included."""
    with tempfile.TemporaryDirectory() as folder:
        started, before = time.perf_counter(), sum(os.times()[:4])
        result = run_sweep(
            outcomes_2050,
            sample,
            block_rows=BLOCK_ROWS,
            checkpoint=folder if checkpoint else None,
            progress=False,
            **engine,
        )
        return time.perf_counter() - started, sum(os.times()[:4]) - before, result.table


def main() -> None:
    arguments = argparse.ArgumentParser(description="How sweeps scale.")
    arguments.add_argument("--runs", type=int, default=100_000, help="runs of the larger of the two sweeps")
    arguments.add_argument("--rounds", type=int, default=1, help="sweeps of each engine and size")
    given, loads = arguments.parse_args(), [record.load()]
    sizes = (given.runs // 5, given.runs)
    samples = {runs: random_policies(runs) for runs in sizes}
    taken: dict[tuple[str, int, bool], list[tuple[float, float]]] = {}
    expected: dict[int, pd.DataFrame] = {}
    for _ in range(given.rounds):
        for runs, sample in samples.items():
            for name, engine in ENGINES.items():
                for checkpoint in (False, True) if runs == given.runs and name == LAST else (False,):
                    spent, busy, table = seconds(sample, checkpoint, **engine)
                    pd.testing.assert_frame_equal(table, expected.setdefault(runs, table), check_exact=True)
                    taken.setdefault((name, runs, checkpoint), []).append((spent, busy))
    best = {key: min(spent for spent, _ in values) for key, values in taken.items()}
    work = {key: min(busy for _, busy in values) for key, values in taken.items()}
    rows = {}
    for name in ENGINES:
        small, large = best[name, sizes[0], False], best[name, sizes[1], False]
        per_run = (large - small) / (sizes[1] - sizes[0])
        rows[name] = {
            "seconds_small": round(small, 1),
            "seconds": round(large, 1),
            "seconds_with_checkpoint": round(best[name, sizes[1], True], 1) if name == LAST else None,
            "processor_seconds": round(work[name, sizes[1], False], 1),
            "microseconds_per_further_run": round(1e6 * per_run),
            "seconds_of_a_million": round(large + per_run * (MILLION - sizes[1])),
        }
        print(name, rows[name])
    figures = {"runs": sizes, "rounds": given.rounds, "block_rows": BLOCK_ROWS, "engines": rows}
    packages = ("numpy", "pandas", "pyarrow", "dask", "distributed")
    record.save("sweeps", packages, figures, [*loads, record.load()])


if __name__ == "__main__":
    main()
