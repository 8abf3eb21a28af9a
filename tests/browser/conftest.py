"""One JupyterLab for all browser tests, on a copy of the notebooks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from tools.lab import Lab, jupyterlab
from tools.notebooks import paths


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab on a copy, so that nothing it saves reaches the repository."""
    folder = tmp_path_factory.mktemp("lab")
    for path in paths():
        shutil.copy(path, folder)
    with jupyterlab(folder) as running:
        yield running
