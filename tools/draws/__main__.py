"""``python -m tools.draws [--engine processes] [--out DIR]``: compute model_runs/ anew."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tools.compile.errors import BuildError
from tools.compile.write import as_csv, descriptor, dictionary, write_all

from . import build
from .declared import BENEFIT, DRAWS, EFFECTS, PACKAGE, SENSITIVITY

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Compute the tables and write them, all or none."""
    # One thread a worker: linear algebra with many threads adds up in another order.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    parser = argparse.ArgumentParser(prog="python -m tools.draws", description=__doc__)
    parser.add_argument("--engine", choices=("serial", "processes", "dask"), default="processes")
    parser.add_argument("--out", type=Path, default=ROOT / "model_runs")
    given = parser.parse_args(arguments)
    kept = build.draws(given.engine, print)
    made = {
        DRAWS: kept,
        EFFECTS: build.effects(kept),
        BENEFIT: build.benefit(kept),
        SENSITIVITY: build.sensitivity(kept),
    }
    files = {f"{table.name}.csv": as_csv(table, frame) for table, frame in made.items()}
    files["datapackage.json"] = descriptor(made, files, PACKAGE)
    files["README.md"] = dictionary(made, files, PACKAGE)
    try:
        write_all(given.out, files)
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"written to {given.out}: {sum(map(len, files.values())):,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
