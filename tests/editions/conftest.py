"""What the tests of the editions share: importable tools, one browser, and words that cannot be overlooked."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

for folder in (Path(__file__).resolve().parents[2], Path(__file__).resolve().parents[1] / "browser"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from tools.lab import browser, find_chromium  # noqa: E402


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
