"""One JupyterLab for the browser tests of a process, on a copy of the notebooks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from tools.lab import Lab, jupyterlab
from tools.notebooks import paths
from xdist.scheduler import LoadScopeScheduling


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab on a copy, so that nothing it saves reaches the repository."""
    folder = tmp_path_factory.mktemp("lab")
    for path in paths():
        shutil.copy(path, folder)
    with jupyterlab(folder) as running:
        yield running


class ByNotebook(LoadScopeScheduling):
    """One process has all tests of a notebook in a file, for they share its page and keep their order."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        _, bracket, parameters = test.partition("[")
        return f"{file}[{parameters}" if bracket else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    """Tests that are spread by scope are spread by notebook."""
    return ByNotebook(config, log) if config.getvalue("dist") == "loadscope" else None
