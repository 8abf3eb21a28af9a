"""How long all tables take to load, each read and checked once in a fresh process: the median of five.

    python -m bench.load_tables

Writes bench/results/load_tables.json.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

from bench import record

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
    loads = [record.load()]
    runs = [json.loads(subprocess.check_output([sys.executable, "-c", _CODE])) for _ in range(RUNS)]
    each = {name: round(statistics.median(run[name] for run in runs), 3) for name in runs[0]}
    whole = round(statistics.median(sum(run.values()) for run in runs), 3)
    figures = {"median_seconds": each, "all_tables_seconds": whole}
    record.save("load_tables", ("numpy", "pandas"), figures, [*loads, record.load()])
    print(f"all tables: {whole:.2f} s ({', '.join(f'{name} {s:.2f}' for name, s in each.items())})")


if __name__ == "__main__":
    main()
