"""The twenty slowest tests, and how long each part of the tests takes: what `start.py test` would run, part by part.

    python -m bench.slow_tests [PART ...]

Writes bench/results/slow_tests.json and prints it as a table in Markdown. With names, the other parts keep what was
last measured on this machine with these versions.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import start

from bench.panel_latency import RESULTS, ROOT, machine

SLOWEST = 20
FILE = RESULTS / "slow_tests.json"


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


def table(result: dict[str, Any]) -> str:
    """The result in Markdown."""
    rows = ["| part | wall, s | processor, s | load before | passed |", "|---|---:|---:|---:|---|"]
    for name, one in result["parts"].items():
        numbers = f"{one['wall_seconds']:.0f} | {one['processor_seconds']:.0f} | {one['load_before']:.1f}"
        rows.append(f"| {name} | {numbers} | {'yes' if one['passed'] else 'no'} |")
    rows += ["", "| slowest tests | part | s |", "|---|---|---:|"]
    # A bar in the name of a test would end its column.
    rows += [f"| `{one['test'].replace('|', '/')}` | {one['part']} | {one['seconds']:.1f} |" for one in result["tests"]]
    return "\n".join(rows)


def main() -> int:
    chosen = sys.argv[1:] or list(start.PARTS)
    if unknown := [name for name in chosen if name not in start.PARTS]:
        print(f"error: no part {unknown[0]!r}; there are {', '.join(start.PARTS)}", file=sys.stderr)
        return 2
    earlier = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    if earlier.get("machine") != machine():
        earlier = {"parts": {}}
    parts = {**earlier["parts"], **{name: measured(name) for name in chosen}}
    parts = {name: parts[name] for name in start.PARTS if name in parts}
    tests = sorted((one for part in parts.values() for one in part["slowest"]), key=lambda one: -one["seconds"])
    result = {"machine": machine(), "date": time.strftime("%Y-%m-%d"), "parts": parts, "tests": tests[:SLOWEST]}
    RESULTS.mkdir(parents=True, exist_ok=True)
    FILE.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(table(result))
    return 0 if all(parts[name]["passed"] for name in chosen) else 1


if __name__ == "__main__":
    raise SystemExit(main())
