"""Put faults into the library, one at a time, and count those that the tests catch.

    python -m tools.mutants [--seed 1] [--number 600] [--workers 2] [--module NAME ...] [--near 2] [--again] [--list]
        [--write]

Each fault is compiled in a process of its own; the files stay as they are. Which tests run against it comes from a
first run of all of them (some minutes, kept in build/mutants). The first failing test ends a run; a fault that no test
sees within its time counts as survived, one that makes the tests hang counts as caught. Results are kept in
build/mutants/results.jsonl, so that a run that was stopped goes on; --again runs once more what survived or hung.
--list shows the survivors without running anything. equivalent.toml holds the faults that change nothing, with the
reason; --write puts the figures into bench/results/mutants.json. Needs a system that can fork (Linux, macOS).
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tools.mutants import equivalent
from tools.mutants.child import LIBRARY, ROOT, start_calls, start_tests
from tools.mutants.choose import Calls, distances, library_digest, test_files
from tools.mutants.faults import LAYERS, Fault, faults_of, modules, sampled

KEPT = ROOT / "build" / "mutants"
WRITTEN = ROOT / "bench" / "results" / "mutants.json"
HANGS = 20.0
"""Seconds of processor time that a run may take beyond five times what its tests take without a fault."""
BUSY = 20
"""How much longer a clock may take for it on a busy machine: only what waits for nothing gets there."""
SLOW_IMPORTS = (
    "pandas", "scipy.stats", "scipy.optimize", "scipy.sparse.linalg", "scipy.spatial", "scipy.special",
    "matplotlib.figure", "matplotlib.backends.backend_agg", "matplotlib.colors", "ipywidgets", "IPython.display",
    "statsmodels.api", "linearmodels.panel", "linearmodels.iv", "hypothesis.extra.numpy",
)  # fmt: skip


@dataclass
class Running:
    """A process that runs tests. until: when it is given up, by time.monotonic."""

    process: int
    until: float
    done: Callable[[int | None], Iterator[Running]]


def in_turns(waiting: Iterator[Running], workers: int) -> None:
    """Run processes side by side; what one's end starts goes before what is waiting. None is the status of a hang."""
    running: list[Running] = []
    ahead: list[Iterator[Running]] = []
    try:
        while True:
            while len(running) < workers:
                following = _next(ahead, waiting)
                if following is None:
                    break
                running.append(following)
            if not running:
                return
            time.sleep(0.02)
            for one in list(running):
                ended, status = os.waitpid(one.process, os.WNOHANG)
                if not ended and time.monotonic() < one.until:
                    continue
                running.remove(one)
                _kill(one.process)  # what it may have started, too
                if not ended:
                    os.waitpid(one.process, 0)
                ahead.append(one.done(os.waitstatus_to_exitcode(status) if ended else None))
    finally:
        for one in running:
            _kill(one.process)


def _next(ahead: list[Iterator[Running]], waiting: Iterator[Running]) -> Running | None:
    while ahead:
        found = next(ahead[0], None)
        if found is not None:
            return found
        ahead.pop(0)
    return next(waiting, None)


def _kill(process: int) -> None:
    try:
        os.killpg(process, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def calls(files: list[Path], workers: int) -> Calls:
    """What the tests run when nothing is wrong; files of tests that changed, or all if the library did, run anew."""
    folder = KEPT / "calls"
    folder.mkdir(parents=True, exist_ok=True)
    found = Calls()

    def kept(file: Path) -> Path:
        return folder / f"{file.stem}-{sha256(file.read_bytes()).hexdigest()[:12]}-{library_digest()}.json"

    def waiting() -> Iterator[Running]:
        for file in files:
            if not kept(file).exists():
                for old in folder.glob(f"{file.stem}-????????????-*.json"):
                    old.unlink()
                print(f"noting what {file.name} runs", flush=True)
                process = start_calls(str(file.relative_to(ROOT)), kept(file), folder / f"{file.stem}.txt")
                yield Running(process, time.monotonic() + 1200, lambda status: iter(()))

    in_turns(waiting(), workers)
    for file in files:
        if not kept(file).exists():
            sys.exit(f"error: {file.name} cannot be run: see {folder / file.stem}.txt")
        found.add(kept(file))
    if found.failed:
        print(f"left out, for they do not pass: {', '.join(found.failed)}")
    return found


def earlier() -> dict[str, str]:
    """The outcome of each fault by its key, as far as it was run; the last one counts."""
    file = KEPT / "results.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return {one["key"]: one["outcome"] for one in map(json.loads, lines)}


def run(faults: list[Fault], found: Calls, workers: int) -> None:
    """Run the tests against each fault, and keep the outcome of each as a line of a file."""
    output = KEPT / "output"
    output.mkdir(parents=True, exist_ok=True)
    left = [len(faults)]

    def keep(fault: Fault, outcome: str, began: float) -> None:
        left[0] -= 1
        about = {"key": fault.key, "outcome": outcome, "module": fault.module, "function": fault.function}
        about |= {"kind": fault.kind, "line": fault.line, "becomes": fault.becomes}
        about |= {"seconds": round(time.monotonic() - began, 1)}
        with (KEPT / "results.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(about, ensure_ascii=False) + "\n")
        print(f"{left[0]:5} {outcome:9} {about['seconds']:5} s  {fault.module}:{fault.number}", flush=True)

    def rounds(fault: Fault, tests: list[list[str]], began: float) -> Iterator[Running]:
        if not tests:
            keep(fault, "survived", began)
            return
        path = output / f"{fault.key}.txt"
        limit = int(HANGS + 5 * sum(found.seconds[t] for t in tests[0]))

        def done(status: int | None) -> Iterator[Running]:
            if status in (0, 5):  # all passed, or there was none
                path.unlink(missing_ok=True)
                yield from rounds(fault, tests[1:], began)
            else:
                path.unlink(missing_ok=True)
                keep(fault, "hung" if status in (None, -signal.SIGXCPU) else "caught", began)

        yield Running(start_tests(fault, tests[0], path, limit), time.monotonic() + BUSY * limit, done)

    in_turns((one for fault in faults for one in rounds(fault, found.chosen(fault), time.monotonic())), workers)


def check_unharmed(found: Calls) -> None:
    """End with an error where the tests fail without a fault when they are run as they are for one."""
    quick = sorted((t for t in found.ran if found.ran[t]), key=lambda t: found.seconds[t])[:400]
    output = KEPT / "unharmed.txt"
    statuses: list[int | None] = []

    def done(status: int | None) -> Iterator[Running]:
        statuses.append(status)
        return iter(())

    in_turns(iter([Running(start_tests(None, quick, output, 600), time.monotonic() + 6000, done)]), 1)
    if statuses != [0]:
        sys.exit(f"error: tests fail without any fault: see {output}")


def figures(faults: list[Fault], outcomes: dict[str, str], same: dict[str, str]) -> dict[str, Any]:
    """Counts of what was run, in all and by layer and kind of fault. same: the equivalent ones."""

    def counted(some: Iterable[Fault]) -> dict[str, Any]:
        ran = [f for f in some if f.key in outcomes or f.key in same]
        count = Counter("equivalent" if f.key in same else outcomes[f.key] for f in ran)
        meant = len(ran) - count["equivalent"]
        caught = count["caught"] + count["hung"]
        rate = round(100 * caught / meant, 1) if meant else None
        return {
            "mutants": meant, "caught": caught, "of_these_hung": count["hung"], "survived": count["survived"],
            "equivalent": count["equivalent"], "percent_caught": rate,
        }  # fmt: skip

    kinds = sorted({f.kind for f in faults})
    return {
        "all": counted(faults),
        "layers": {layer: counted(f for f in faults if f.layer == layer) for layer in LAYERS},
        "kinds": {kind: counted(f for f in faults if f.kind == kind) for kind in kinds},
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--number", type=int, default=600, help="how many faults (600)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--module", nargs="*", default=[], help="only modules whose name ends so")
    parser.add_argument("--near", type=int, default=2, help="tests so many imports away from a module, or nearer (2)")
    parser.add_argument("--again", action="store_true", help="run survivors and those that hung once more")
    parser.add_argument("--list", action="store_true", help="show survivors, run nothing")
    parser.add_argument("--write", action="store_true", help="write bench/results/mutants.json")
    wanted = parser.parse_args(arguments)
    if not hasattr(os, "fork"):
        sys.exit("error: this needs a system that can fork; on Windows use WSL")
    every = [fault for module, path in modules(LIBRARY).items() for fault in faults_of(module, path)]
    same = equivalent.read(every)
    names = tuple(wanted.module)
    faults = sampled([f for f in every if not names or f.module.endswith(names)], wanted.seed, wanted.number)
    if not wanted.list:
        os.environ |= {"CI": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MPLBACKEND": "agg"}
        for name in SLOW_IMPORTS:
            import_module(name)
        inside = {f.module for f in faults}
        near = [p for p in test_files() if any(d <= wanted.near for m, d in distances(p).items() if m in inside)]
        found = calls(near, wanted.workers)
        check_unharmed(found)
        known = earlier()
        done = {key for key, outcome in known.items() if not (wanted.again and outcome in ("survived", "hung"))}
        run([f for f in faults if f.key not in done and f.key not in same], found, wanted.workers)
    outcomes = earlier()
    for fault in sorted(faults, key=lambda f: (f.module, f.number)):
        if outcomes.get(fault.key) == "survived" and fault.key not in same:
            print(fault.told())
    told = figures(faults, outcomes, same)
    print(json.dumps(told["all"]), *(f"\n  {layer}: {json.dumps(told['layers'][layer])}" for layer in LAYERS))
    if wanted.write:
        libraries = {name: version(name) for name in ("numpy", "pandas", "scipy", "pytest", "hypothesis")}
        about = {"date": date.today().isoformat(), "seed": wanted.seed, "possible": len(every)}
        about |= {"sampled": len(faults), "modules": wanted.module or "all", "near": wanted.near}
        about |= {"python": ".".join(map(str, sys.version_info[:3])), **libraries}
        WRITTEN.write_text(json.dumps({**about, **told}, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
