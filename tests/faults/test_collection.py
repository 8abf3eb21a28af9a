"""A parallel run refuses tests whose names differ between its processes, as the order of a set does by chance."""

import difflib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def collected(hash_seed: int) -> list[str]:
    pytest = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "-p", "no:nbval"]
    run = subprocess.run(
        [*pytest, "tests/lib", "tests/notebooks"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    return [line for line in run.stdout.splitlines() if "::" in line]


def test_names_of_tests_do_not_depend_on_the_order_of_a_set() -> None:
    """Seeds 1 and 3 order the set of two kinds of evidence differently, which once had different names for a test."""
    first, second = collected(1), collected(3)
    assert len(first) > 1000
    assert not list(difflib.unified_diff(first, second, lineterm="", n=0))
