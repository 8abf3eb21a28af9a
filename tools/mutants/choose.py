"""Which tests can see a fault: those that run the function it stands in, then those that import its module."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tools.imports import named
from tools.mutants.child import LIBRARY, ROOT
from tools.mutants.faults import Fault

TESTS = ROOT / "tests" / "lib"
LONGEST = 45.0
"""Seconds of tests, as they take without a fault, that are spent on one fault at most; the cheapest go first."""


@cache
def library_digest() -> str:
    """A digest of all sources that tests run: the library and what the tests share."""
    sources = [*sorted(LIBRARY.rglob("*.py")), *sorted(p for p in TESTS.glob("*.py") if not p.stem.startswith("test_"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]


def test_files() -> list[Path]:
    """The files of tests of the library, without those that only read sources or start processes of their own."""
    return [p for p in sorted(TESTS.glob("test_*.py")) if imported(p)]


@cache
def imported(path: Path) -> frozenset[str]:
    """The modules of the package that a file imports, at any depth of its code."""
    return frozenset(name for name in named(path) if name.startswith("symbiosis.") and _path(name) is not None)


def _path(module: str) -> Path | None:
    bare = LIBRARY.parent.joinpath(*module.split("."))
    return next((p for p in (bare.with_suffix(".py"), bare / "__init__.py") if p.is_file()), None)


@cache
def distances(path: Path) -> dict[str, int]:
    """How many imports lead from a file to each module of the package; 1 for those that it names itself."""
    found: dict[str, int] = {}
    edge, steps = imported(path), 1
    while edge:
        found |= {name: steps for name in edge}
        paths = [p for name in edge if (p := _path(name)) is not None]
        edge = frozenset(name for p in paths for name in imported(p) if name not in found)
        steps += 1
    return found


@dataclass
class Calls:
    """What each test of the library ran when nothing was wrong. tests: seconds and functions; failed: left out."""

    seconds: dict[str, float] = field(default_factory=dict)
    ran: dict[str, frozenset[str]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def add(self, kept: Path) -> None:
        found = json.loads(kept.read_text(encoding="utf-8"))
        for test, about in found["tests"].items():
            self.seconds[test] = about["seconds"]
            self.ran[test] = frozenset(about["ran"])
        self.failed += found["failed"]

    def chosen(self, fault: Fault) -> list[list[str]]:
        """The tests for a fault in up to two rounds, each in the order in which they should run.

        First those that ran the function; at a module's level, where values are declared, those that ran any function
        of the module. Then the others of the same files, and the files that import the module, nearest first.
        """
        own = f"test_{fault.module.rsplit('.', 1)[1]}.py"
        at = f"{fault.module}:{fault.function}"
        direct = [t for t, ran in self.ran.items() if (at in ran if fault.function else _module_ran(fault.module, ran))]
        files = {t.split("::")[0] for t in direct}
        away = {f.name: distances(f).get(fault.module, 99) for f in test_files()}

        def order(test: str) -> tuple[bool, int, float]:
            name = Path(test.split("::")[0]).name
            return name != own, min(away.get(name, 99), 3), self.seconds[test]

        near = [t for t in self.ran if t not in set(direct) and (t.split("::")[0] in files or self._near(t, away))]
        first = list(_within(sorted(direct, key=order), self.seconds, LONGEST))
        left = LONGEST - sum(self.seconds[t] for t in first)
        second = list(_within(sorted(near, key=order), self.seconds, left))
        return [tests for tests in (first, second) if tests]

    @staticmethod
    def _near(test: str, away: dict[str, int]) -> bool:
        return away.get(Path(test.split("::")[0]).name, 99) <= 2


def _module_ran(module: str, ran: Iterable[str]) -> bool:
    return any(name.partition(":")[0] == module for name in ran)


def _within(tests: Iterable[str], seconds: dict[str, float], budget: float) -> Iterator[str]:
    """Tests in their order, without those that no longer fit."""
    for test in tests:
        if seconds[test] <= budget:
            budget -= seconds[test]
            yield test
