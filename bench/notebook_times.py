"""How long each notebook takes from a fresh kernel to its last cell: the median of three runs.

    python -m bench.notebook_times [NAME ...]

Writes bench/results/notebook_times.json. With names, the other notebooks keep the times last measured
on this machine with these versions; times of another machine are dropped, and said to be.
"""

from __future__ import annotations

import statistics
import sys
import time

import nbformat
from tools.notebooks import execute, paths

from bench import record

RUNS = 3
PACKAGES = ("ipykernel", "ipywidgets", "matplotlib", "numpy", "pandas", "scipy")


def main() -> None:
    chosen, loads = paths(sys.argv[1:]), [record.load()]
    seconds: dict[str, list[float]] = {path.stem: [] for path in chosen}
    for _ in range(RUNS):
        for path in chosen:
            notebook = nbformat.read(path, as_version=4)
            started = time.perf_counter()
            execute(notebook, path.parent)
            seconds[path.stem].append(time.perf_counter() - started)
    found = {name: round(statistics.median(runs), 2) for name, runs in seconds.items()}
    together = dict(sorted({**record.kept("notebook_times", PACKAGES), **found}.items()))
    record.save("notebook_times", PACKAGES, together, [*loads, record.load()])
    for name, median in found.items():
        print(f"{name}: {median:.1f} s (of {', '.join(f'{s:.1f}' for s in seconds[name])})")


if __name__ == "__main__":
    main()
