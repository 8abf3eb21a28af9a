"""A plugin of pytest: nbval, with Pyodide where its kernel is. What is compared, and how, stays with nbval.

pytest -p tools.editions.wasm.nbval_wasm --nbval-wasm --nbval-sanitize-with tests/notebooks/sanitize.cfg notebooks/
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from nbval.plugin import IPyNbFile

from tools.editions.wasm import runtime, wheels
from tools.environment import ROOT

TIMES = ROOT / "build" / "wasm_times"
PREPARED = pytest.StashKey[wheels.Prepared]()
MISSING = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--nbval-wasm", action="store_true", help="run notebooks in Pyodide under Node, strictly")


def pytest_configure(config: pytest.Config) -> None:
    """Prepare once, before the workers of pytest-xdist, which are told where everything lies."""
    if not config.getoption("--nbval-wasm"):
        return
    if hasattr(config, "workerinput"):
        prepared, missing = json.loads(config.workerinput["symbiosis_wasm"])
        if missing:
            config.stash[MISSING] = missing
        else:
            config.stash[PREPARED] = wheels.Prepared.from_json(prepared)
        return
    try:
        config.stash[PREPARED] = wheels.prepare()
    except runtime.Unavailable as missing:
        config.stash[MISSING] = f"NOT TESTED ON THE SECOND PLATFORM: {missing}"


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist what has been prepared."""
    if node.config.getoption("--nbval-wasm"):
        stash = node.config.stash
        prepared = stash.get(PREPARED, None)
        node.workerinput["symbiosis_wasm"] = json.dumps([prepared and prepared.to_json(), stash.get(MISSING, "")])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """A skip that nobody can overlook."""
    if missing := config.stash.get(MISSING, None):
        terminalreporter.write_line(missing, red=True, bold=True)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> WasmFile | None:
    """Every notebook, cell by cell."""
    if parent.config.getoption("--nbval-wasm") and file_path.suffix == ".ipynb":
        found: WasmFile = WasmFile.from_parent(parent, path=file_path)
        return found
    return None


class WasmFile(IPyNbFile):  # type: ignore[misc]
    """A notebook in a fresh interpreter of its own."""

    def setup(self) -> None:
        if missing := self.config.stash.get(MISSING, None):
            pytest.skip(missing)
        self.setup_sanitize_files()
        self.kernel = self.config.stash[PREPARED].kernel()

    def teardown(self) -> None:
        if self.kernel is not None:
            TIMES.mkdir(parents=True, exist_ok=True)
            seconds = {key: round(value, 1) for key, value in self.kernel.seconds.items()}
            (TIMES / f"{self.path.stem}.json").write_text(json.dumps(seconds) + os.linesep, encoding="utf-8")
            self.kernel.stop()
