"""The twenty slowest tests, and how long each part of the tests takes: what `start.py test` would run, part by part.

    python -m bench.slow_tests [PART ...]

Writes bench/results/slow_tests.json and prints it as tables in Markdown. With names, the other parts keep what was
last measured on this machine with these versions.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import start

from bench import record
from bench.record import ROOT
from bench.report import table_lines
from bench.sections import SLOWEST, slow_tests

PACKAGES = ("hypothesis", "numpy", "pandas", "pytest", "pytest-xdist")


def slow(report: Path, part: str) -> list[dict[str, Any]]:
    """The tests of a JUnit report with their seconds, slowest first."""
    found = [
        {
            "part": part,
            "test": f"{str(case.get('classname')).rpartition('.')[2]}::{case.get('name')}",
            "seconds": round(float(case.get("time", 0)), 2),
        }
        for case in ET.parse(report).iter("testcase")
    ]
    return sorted(found, key=lambda one: -one["seconds"])[:SLOWEST]


def measured(part: str) -> dict[str, Any]:
    """Run a part: whether it passed, its seconds of wall and processor, the load before it, and its slowest tests."""
    load, passed, found = os.getloadavg()[0], True, []
    before, started = os.times(), time.perf_counter()
    for number, (module, *arguments) in enumerate(start.PARTS[part]):
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / f"{number}.xml"
            options = [f"--junitxml={report}"] if module == "pytest" else []
            command = [sys.executable, "-m", module, *arguments, *options]
            passed &= subprocess.call(command, cwd=ROOT, env=start.keeping_bytecode()) == 0
            found += slow(report, part) if report.is_file() else []
    after = os.times()
    processor = sum(after[2:4]) - sum(before[2:4])
    seconds = {"wall_seconds": round(time.perf_counter() - started, 1), "processor_seconds": round(processor, 1)}
    return {**seconds, "load_before": round(load, 2), "passed": passed, "slowest": found}


def main() -> int:
    chosen = sys.argv[1:] or list(start.PARTS)
    if unknown := [name for name in chosen if name not in start.PARTS]:
        print(f"error: no part {unknown[0]!r}; there are {', '.join(start.PARTS)}", file=sys.stderr)
        return 2
    loads = [record.load()]
    parts = {**record.kept("slow_tests", PACKAGES), **{name: measured(name) for name in chosen}}
    figures = {name: parts[name] for name in start.PARTS if name in parts}
    record.save("slow_tests", PACKAGES, figures, [*loads, record.load()])
    for found in slow_tests({"figures": figures}).tables:
        print("\n".join(table_lines(found)))
    return 0 if all(figures[name]["passed"] for name in chosen) else 1


if __name__ == "__main__":
    raise SystemExit(main())
