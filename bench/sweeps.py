"""How sweeps scale: the same runs on one core, in one process of a local Dask cluster, and in two.

    python -m bench.sweeps [--runs 200000] [--rounds 2]

Writes bench/results/sweeps.md. The model is a stand-in: a thousand small steps of a two-place economy on a whole
block at once. Engines alternate, and the fastest round counts: on a shared machine the others say who else was busy.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from symbiosis.sweeps.designs import latin_hypercube
from symbiosis.sweeps.run import run_sweep

RESULTS = Path(__file__).resolve().parent / "results"
MILLION = 1_000_000
YEARLY = 20
STEPS = 50 * YEARLY
INTERVALS = {
    "growth": (0.0, 0.06),
    "rural_growth": (0.0, 0.04),
    "labour_elasticity": (0.3, 0.8),
    "agglomeration": (0.0, 0.08),
    "congestion": (0.0, 0.4),
    "mobility": (0.02, 0.5),
    "moving_cost": (0.0, 0.6),
    "initial_share": (0.1, 0.5),
}
ENGINES: dict[str, dict[str, Any]] = {
    "serial": {"engine": "serial"},
    "processes, 1 worker": {"engine": "processes", "workers": 1},
    "processes, 2 workers": {"engine": "processes", "workers": 2},
}


def two_places(columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """A thousand steps of people moving to where they earn more, less a cost, with agglomeration and congestion."""
    share = columns["initial_share"].copy()
    urban, rural = np.ones_like(share), np.full_like(share, 0.5)
    moved = np.zeros_like(share)
    for _ in range(STEPS):
        urban_wage = urban * share ** columns["agglomeration"] * np.exp(-columns["congestion"] * share)
        rural_wage = rural * (1 - share) ** (columns["labour_elasticity"] - 1)
        gap = np.log(urban_wage) - np.log(rural_wage) - columns["moving_cost"]
        step = columns["mobility"] / YEARLY * np.tanh(gap) * share * (1 - share)
        share = share + step
        moved += np.abs(step)
        urban *= 1 + columns["growth"] / YEARLY
        rural *= 1 + columns["rural_growth"] / YEARLY
    output = share * urban_wage + (1 - share) * rural_wage
    return {"urban_share": share, "moved": moved, "output": output, "gap": urban_wage / rural_wage}


def seconds(sample: pd.DataFrame, checkpoint: bool, **engine: Any) -> tuple[float, float, pd.DataFrame]:
    """Wall and processor time of a sweep with everything that belongs to it, starting workers included."""
    # By its importable name, also where this file is the program.
    from bench.sweeps import two_places as model

    with tempfile.TemporaryDirectory() as folder:
        started, before = time.perf_counter(), sum(os.times()[:4])
        result = run_sweep(model, sample, checkpoint=folder if checkpoint else None, progress=False, **engine)
        return time.perf_counter() - started, sum(os.times()[:4]) - before, result.table


def main() -> None:
    arguments = argparse.ArgumentParser(description="How sweeps scale.")
    arguments.add_argument("--runs", type=int, default=200_000, help="runs of the larger of the two sweeps")
    arguments.add_argument("--rounds", type=int, default=2, help="sweeps of each engine and size")
    given = arguments.parse_args()
    sizes = (given.runs // 5, given.runs)
    samples = {runs: latin_hypercube(INTERVALS, runs, rng=np.random.default_rng(1)) for runs in sizes}
    taken: dict[tuple[str, int, bool], list[tuple[float, float]]] = {}
    expected: dict[int, pd.DataFrame] = {}
    for _ in range(given.rounds):
        for runs, sample in samples.items():
            for name, engine in ENGINES.items():
                for checkpoint in (False, True) if runs == given.runs else (False,):
                    spent, busy, table = seconds(sample, checkpoint, **engine)
                    pd.testing.assert_frame_equal(table, expected.setdefault(runs, table), check_exact=True)
                    taken.setdefault((name, runs, checkpoint), []).append((spent, busy))
    best = {key: min(spent for spent, _ in values) for key, values in taken.items()}
    work = {key: min(busy for _, busy in values) for key, values in taken.items()}
    rows = []
    one_core = best["serial", sizes[1], False]
    for name in ENGINES:
        small, large = best[name, sizes[0], False], best[name, sizes[1], False]
        per_run = (large - small) / (sizes[1] - sizes[0])
        million = large + per_run * (MILLION - sizes[1])
        rows.append(
            f"| {name} | {small:.1f} | {large:.1f} | {best[name, sizes[1], True]:.1f} | {one_core / large:.2f} | "
            f"{work[name, sizes[1], False]:.1f} | "
            f"{per_run * 1e6:.0f} | {million:.0f} |"
        )
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pyarrow", "dask", "distributed"))
    text = (
        "# Sweeps\n\n"
        f"| engine | s, {sizes[0]:,} runs | s, {sizes[1]:,} runs | the same with checkpoint "
        "| speed over serial | processor s | microseconds a further run | s, a million runs (extrapolated) |\n"
        "|---|---|---|---|---|---|---|---|\n"
        + "\n".join(rows)
        + f"\n\nThe fastest of {given.rounds}, with the start of the workers in them, while others used the "
        f"machine too (load average at the end {os.getloadavg()[0]:.1f}); every engine gave the same bits. "
        "The million is not measured: it adds the cost of a further run to the larger sweep.\n"
        f"{STEPS:,} steps of a stand-in model with {len(INTERVALS)} parameters, blocks of 512 runs. "
        f"cores {os.cpu_count()}, system {platform.system()}, python {platform.python_version()}, {packages}.\n"
    )
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "sweeps.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
