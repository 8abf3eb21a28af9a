"""Compute the frames of every panel, and the rows that pictures draw: python start.py frames [NAME ...] [--all]

Only notebooks whose frames are stale are run, each in a process of its own, two at a time; --all runs every one.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from symbiosis.lesson.ledger import LedgerError
from tools.editions.frames import store
from tools.editions.frames.build import frames_of, weight
from tools.editions.frames.capture import run
from tools.notebooks import paths


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status; a notebook that fails leaves its former frames as they were."""
    parser = argparse.ArgumentParser(prog="start.py frames", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", help="how a notebook's file name starts, for instance 01")
    parser.add_argument("--all", action="store_true", help="run notebooks whose frames are fresh as well")
    parser.add_argument("--one", metavar="PATH", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.one:
        return one(Path(chosen.one))
    due = []
    for path in paths(chosen.names):
        if chosen.all or store.stale(path):
            due.append(path)
        else:
            print(f"{path.stem}: fresh", flush=True)
    command = [sys.executable, "-m", "tools.editions.frames", "--one"]
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as workers:
        statuses = workers.map(lambda path: subprocess.call([*command, str(path)], cwd=store.ROOT), due)
        failed = [path.stem for path, status in zip(due, statuses, strict=True) if status]
    if failed:
        print(f"error: no new frames for {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def one(path: Path) -> int:
    """Make the frames of one notebook in this process."""
    started = time.monotonic()
    try:
        found = run(path.resolve())
    except LedgerError as error:
        print(f"{path.stem}: {str(error).splitlines()[0]} Execute the notebooks first.", file=sys.stderr)
        return 1
    ran = time.monotonic() - started
    made = [frames_of(panel) for panel in found.panels]
    store.write(path, made, found.drawn)
    for panel in made:
        words = f"{len(panel['frames'])} frames, {len(panel['pictures'])} pictures, {weight(panel) / 1e6:.2f} MB"
        print(f"{path.stem}: panel {panel['name']}: {words}")
    print(f"{path.stem}: cells {ran:.0f} s, frames {time.monotonic() - started - ran:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
