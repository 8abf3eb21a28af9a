"""How long each notebook takes from a fresh kernel to its last cell: the median of three runs.

    python -m bench.notebook_times [NAME ...]

Writes bench/results/notebook_times.json.
"""

from __future__ import annotations

import json
import statistics
import sys
import time

import nbformat
from tools.notebooks import execute, paths

from bench.panel_latency import RESULTS, machine

RUNS = 3


def main() -> None:
    chosen = paths(sys.argv[1:])
    seconds: dict[str, list[float]] = {path.stem: [] for path in chosen}
    for _ in range(RUNS):
        for path in chosen:
            notebook = nbformat.read(path, as_version=4)
            started = time.perf_counter()
            execute(notebook, path.parent)
            seconds[path.stem].append(time.perf_counter() - started)
    found = {name: round(statistics.median(runs), 2) for name, runs in seconds.items()}
    RESULTS.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"machine": machine(), "median_seconds": found}, indent=2)
    (RESULTS / "notebook_times.json").write_text(text + "\n")
    for name, median in found.items():
        print(f"{name}: {median:.1f} s (of {', '.join(f'{s:.1f}' for s in seconds[name])})")


if __name__ == "__main__":
    main()
