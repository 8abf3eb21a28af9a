"""One process of tests: started by fork from a parent that has imported what is slow, and the library not yet."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

import pytest
from hypothesis import Phase, settings

from tools.mutants.faults import Fault

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "lib" / "symbiosis"
MEMORY = 6 * 2**30
"""Bytes that a process of tests may take, so that a fault cannot fill the machine."""


class _Loader(SourceFileLoader):
    """Compiles another text than the file's, which stays as it is: checks of the files must not see the fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.module, str(fault.path))
        self.fault = fault

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.fault.text, str(self.fault.path), "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    """Finds the one module that has a fault."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != self.fault.module:
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is not None:
            spec.loader = _Loader(self.fault)
        return spec


class _Chosen:
    """Keeps the chosen tests, in their order; shrinking what fails would only take time."""

    def __init__(self, tests: Sequence[str]) -> None:
        self.rank = {test: i for i, test in enumerate(tests)}

    def pytest_configure(self) -> None:
        quick = settings(settings.get_profile("ci"), phases=[Phase.explicit, Phase.generate], database=None)
        settings.register_profile("quick", quick)
        settings.load_profile("quick")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((i for i in items if i.nodeid in self.rank), key=lambda item: self.rank[item.nodeid])


class _Calls:
    """Notes, per test, how long it took and which functions of the library ran, by module and outermost function.

    What a fixture of the whole file ran is noted for every test of the file.
    """

    def __init__(self) -> None:
        self.ran: set[CodeType] = set()
        self.shared: set[CodeType] = set()
        self.tests: dict[str, tuple[float, set[CodeType]]] = {}
        self.failed: set[str] = set()

    def _note(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            self.ran.add(frame.f_code)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.ran = set()
        started = time.perf_counter()
        sys.setprofile(self._note)
        yield
        sys.setprofile(None)
        self.tests[item.nodeid] = (time.perf_counter() - started, self.ran)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[None]:
        before, self.ran = self.ran, set()
        yield
        if fixturedef.scope != "function":
            self.shared |= self.ran
        self.ran |= before

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.passed:
            self.failed.add(report.nodeid)

    def found(self) -> dict[str, Any]:
        tests = {
            test: {"seconds": round(seconds, 3), "ran": sorted(_names(ran | self.shared))}
            for test, (seconds, ran) in self.tests.items()
            if test not in self.failed
        }
        return {"tests": tests, "failed": sorted(self.failed)}


def _names(codes: set[CodeType]) -> set[str]:
    """module:function of the code that stands in the library."""
    found = set()
    for code in codes:
        if code.co_filename.startswith(str(LIBRARY)):
            parts = Path(code.co_filename).relative_to(LIBRARY.parent).with_suffix("").parts
            function = code.co_qualname.split(".<locals>")[0]
            found.add(f"{'.'.join(parts)}:{'' if function.startswith('<') else function}")
    return found


def _fork(work: Callable[[], int], output: Path, seconds: int) -> int:
    """Start a process of its own group that does the work, ends with its status, and writes what it says to a file.

    seconds of processor time, not of a clock that also counts what else the machine does; SIGXCPU ends what needs more.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child
    status = 3
    try:
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        with open(output, "wb") as file, open(os.devnull, "rb") as nothing:
            for stream, number in ((nothing, 0), (file, 1), (file, 2)):
                os.dup2(stream.fileno(), number)
        status = int(work())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _pytest(files: Sequence[str], plugin: object, *options: str) -> int:
    for name in [n for n in sys.modules if n.split(".")[0] == "symbiosis"]:
        raise RuntimeError(f"{name} is imported already; the parent must not import the library")
    return int(pytest.main(["-q", "-p", "no:cacheprovider", "--tb=line", *options, *files], plugins=[plugin]))


def start_tests(fault: Fault | None, tests: Sequence[str], output: Path, seconds: int) -> int:
    """Start the tests against a fault (or none), the first failure ends them; the number of the process.

    seconds: of processor time that they may take.
    """

    def work() -> int:
        sys.dont_write_bytecode = True
        if fault is not None:
            sys.meta_path.insert(0, _Finder(fault))
        return _pytest(list(dict.fromkeys(t.split("::")[0] for t in tests)), _Chosen(tests), "-x")

    return _fork(work, output, seconds)


def start_calls(file: str, result: Path, output: Path) -> int:
    """Start the tests of one file and note into result what each runs; the number of the process."""

    def work() -> int:
        plugin = _Calls()
        status = _pytest([file], plugin)
        result.write_text(json.dumps(plugin.found()), encoding="utf-8")
        return status

    return _fork(work, output, 1200)
