"""One JupyterLab for the browser tests of a process, on a copy of the notebooks."""

from __future__ import annotations

import re
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
    """One process has all tests of a notebook in a file, and all others of that file: they share a page, in order."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        notebook = re.search(r"\[(\d\d_\w+)\]$", test)
        return f"{file}[{notebook[1]}]" if notebook else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    """Tests that are spread by scope are spread by notebook."""
    return ByNotebook(config, log) if config.getvalue("dist") == "loadscope" else None
