"""How long all tables take to load, each read and checked once in a fresh process: the median of five.

    python -m bench.load_tables

Writes bench/results/load_tables.json.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

from bench.panel_latency import RESULTS, machine

RUNS = 5
_CODE = """
import json, time
import pandas
from symbiosis import tables
found = {}
for name in tables.names():
    started = time.perf_counter()
    tables.load(name)
    found[name] = time.perf_counter() - started
print(json.dumps(found))
"""


def main() -> None:
    runs = [json.loads(subprocess.check_output([sys.executable, "-c", _CODE])) for _ in range(RUNS)]
    each = {name: round(statistics.median(run[name] for run in runs), 3) for name in runs[0]}
    whole = round(statistics.median(sum(run.values()) for run in runs), 3)
    RESULTS.mkdir(parents=True, exist_ok=True)
    found = {"machine": machine(), "median_seconds": each, "all_tables_seconds": whole}
    (RESULTS / "load_tables.json").write_text(json.dumps(found, indent=2) + "\n")
    print(f"all tables: {whole:.2f} s ({', '.join(f'{name} {s:.2f}' for name, s in each.items())})")


if __name__ == "__main__":
    main()
