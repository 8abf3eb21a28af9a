"""What all tests share: reproducible properties, a browser, and tools/ to import."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

# New examples at every desk, the same ones in CI, and no verdict from a slow machine.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser; without one the tests are skipped, in continuous integration they fail."""
    from tools.lab import browser, find_chromium

    if find_chromium() is None:
        words = "NO BROWSER: install Chromium (Debian: apt-get install chromium) or set SYMBIOSIS_CHROMIUM to its path"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    with browser() as found:
        yield found


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where pictures for people to look at are kept."""
    folder = ROOT / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
