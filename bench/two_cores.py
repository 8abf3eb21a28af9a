"""Why a second process gains what it gains: the integrated economy in one process and in two at once, without Dask.

    python -m bench.two_cores

Writes bench/results/two_cores.json. Each workload runs alone and beside a copy of itself, in fresh processes that begin
together: arithmetic in the first cache (slower beside a copy where two "cores" share one), copying of arrays larger
than every cache (slower where they share the way to memory), and the economy in blocks of several sizes, with the
memory of a block kept by the process, left to the C library, or returned at once, which is what Dask asks of its
workers. Then what else a sweep costs: starting the workers, and packing a block and its results for the way.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import time
from typing import Any

import numpy as np

from bench import record
from bench.sweeps import random_policies
from symbiosis.economy.model import outcomes_2050
from symbiosis.sweeps.blocks import Block, compute
from symbiosis.sweeps.engines import KEEP_MEMORY
from symbiosis.sweeps.model_identity import identify
from symbiosis.sweeps.run import run_sweep

RUNS = 2048
ROWS = (64, 512, 2048)
KEPT, LEFT = "kept", "left to the C library"
MEMORY: dict[str, dict[str, str]] = {
    KEPT: {name: str(size) for name, size in KEEP_MEMORY.items()},
    LEFT: {},
    "returned at once": {"MALLOC_TRIM_THRESHOLD_": "65536"},
}


def _blocks(rows: int) -> list[dict[str, Any]]:
    sample = {name: values.to_numpy() for name, values in random_policies(RUNS).items()}
    return [{n: v[first : first + rows].copy() for n, v in sample.items()} for first in range(0, RUNS, rows)]


def work(what: str, rows: int) -> dict[str, float]:
    """Do one workload when told to on the standard input; microseconds a run (or a step), and pages fetched a run."""
    import resource

    if what == "economy":
        blocks = _blocks(rows)
        outcomes_2050(blocks[0])
        steps: Any = [lambda block=block: outcomes_2050(block) for block in blocks]
        count = RUNS
    else:
        values = np.linspace(0, 1, 2_000 if what == "arithmetic" else 16_000_000)
        target = np.empty_like(values)
        act = (lambda: np.sin(values, out=target)) if what == "arithmetic" else (lambda: np.copyto(target, values))
        steps = [act] * (20_000 if what == "arithmetic" else 30)
        act()
        count = len(steps)
    print("ready", flush=True)
    sys.stdin.readline()
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    for step in steps:
        step()
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF)
    user, system = after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime
    found = {"wall": 1e6 * wall, "processor": 1e6 * (user + system), "system": 1e6 * system}
    return {**{k: v / count for k, v in found.items()}, "pages": (after.ru_minflt - before.ru_minflt) / count}


def at_once(copies: int, what: str, rows: int, environment: dict[str, str]) -> dict[str, float]:
    """The mean of copies of a workload that run at the same time, each in a fresh process."""
    settings = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", **environment}
    command = [sys.executable, "-m", "bench.two_cores", what, str(rows)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(command, env=settings, **pipes) for _ in range(copies)]
    for process in started:
        process.stdout.readline()
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()
    found = [json.loads(process.communicate()[0]) for process in started]
    return {name: round(float(np.mean([one[name] for one in found])), 1) for name in found[0]}


def packing(rows: int) -> float:
    """Microseconds a run to pack a block and its results and unpack them again."""
    block = Block(0, 0, _blocks(rows)[0])
    outcome = compute(identify(outcomes_2050), block)
    started = time.process_time()
    for _ in range(20):
        for thing in (block, outcome):
            pickle.loads(pickle.dumps(thing, protocol=5))
    return round(1e6 * (time.process_time() - started) / 20 / rows, 2)


def starting() -> float:
    """Seconds of a sweep of one small block in two processes: next to all of it is their start."""
    started = time.perf_counter()
    run_sweep(outcomes_2050, random_policies(16), engine="processes", workers=2, progress=False)
    return round(time.perf_counter() - started, 1)


def main() -> None:
    if len(sys.argv) == 3:
        print(json.dumps(work(sys.argv[1], int(sys.argv[2]))))
        return
    loads, rows = [record.load()], []
    kinds = [("arithmetic", 0, KEPT), ("copying", 0, KEPT)]
    kinds += [("economy", size, memory) for size in ROWS for memory in MEMORY if size == 512 or memory == KEPT]
    for what, size, memory in kinds:
        alone, pair = (at_once(copies, what, size, MEMORY[memory]) for copies in (1, 2))
        rows.append({"what": what, "rows": size, "memory": memory, "alone": alone, "pair": pair})
        print(rows[-1], flush=True)
    figures = {"workloads": rows, "start_seconds": starting(), "packing_microseconds": packing(512)}
    packages = ("numpy", "pandas", "dask", "distributed")
    record.save("two_cores", packages, figures, [*loads, record.load()])
    print({name: figures[name] for name in ("start_seconds", "packing_microseconds")})


if __name__ == "__main__":
    main()
