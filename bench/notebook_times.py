"""How long each notebook takes from a fresh kernel to its last cell: the median of three runs.

    python -m bench.notebook_times [NAME ...]

Writes bench/results/notebook_times.json. With names, the other notebooks keep the times last measured
on this machine with these versions; times of another machine are dropped, and said to be.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

import nbformat
from tools.notebooks import execute, paths

from bench.panel_latency import RESULTS, machine

RUNS = 3


def measured_here(file: Path) -> dict[str, float]:
    """The times in an earlier result, in seconds by notebook, if it came from this machine; else none."""
    if not file.exists():
        return {}
    earlier = json.loads(file.read_text())
    if earlier["machine"] != machine():
        print(f"{file.name}: earlier times came from another machine or other versions, and are dropped")
        return {}
    return dict(earlier["median_seconds"])


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
    file = RESULTS / "notebook_times.json"
    kept = measured_here(file)
    together = dict(sorted({**kept, **found}.items()))
    text = json.dumps({"machine": machine(), "median_seconds": together}, indent=2)
    file.write_text(text + "\n")
    for name, median in found.items():
        print(f"{name}: {median:.1f} s (of {', '.join(f'{s:.1f}' for s in seconds[name])})")


if __name__ == "__main__":
    main()
