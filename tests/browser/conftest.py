"""One JupyterLab and one browser for all browser tests, on a copy of the notebooks."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

for folder in (Path(__file__).resolve().parents[2], Path(__file__).resolve().parent):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from tools.lab import Lab, browser, find_chromium, jupyterlab  # noqa: E402
from tools.notebooks import ROOT, paths  # noqa: E402

SCREENSHOTS = ROOT / "build" / "screenshots"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Several workers share the notebooks: the tests of one stay together and in order on its one page."""
    for item in items:
        given = getattr(item, "callspec", None)
        path = given and (given.params.get("notebook") or given.params.get("path"))
        if path:
            item.add_marker(pytest.mark.xdist_group(f"{path.stem} {item.path.stem}"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser; without one the tests are skipped, in continuous integration they fail."""
    if find_chromium() is None:
        words = "NO BROWSER: install Chromium (Debian: apt-get install chromium) or set SYMBIOSIS_CHROMIUM to its path"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    with browser() as found:
        yield found


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab on a copy, so that nothing it saves reaches the repository."""
    folder = tmp_path_factory.mktemp("lab")
    for path in paths():
        shutil.copy(path, folder)
    with jupyterlab(folder) as running:
        yield running


@pytest.fixture(scope="session")
def screenshots() -> Path:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return SCREENSHOTS
