"""A browser for the editions, that may reach nothing but this machine, and a measure of what it finds."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

for folder in (Path(__file__).resolve().parents[2], Path(__file__).resolve().parent):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from tools.editions import npm  # noqa: E402
from tools.lab import browser, find_chromium  # noqa: E402
from tools.notebooks import ROOT  # noqa: E402

AXE = ROOT / "build" / "cache" / "axe.min.js"
SCREENSHOTS = ROOT / "build" / "screenshots"


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


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of 1280 by 720 that asks for nothing outside: a test that makes it ask fails."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    opened = context.new_page()
    outside: list[str] = []

    def guard(route: Route) -> None:
        if route.request.url.startswith(("http://127.0.0.1:", "file:", "data:", "blob:")):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    opened.route("**/*", guard)
    yield opened
    context.close()
    assert not outside


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """What axe-core finds of serious and critical faults on a page, in words."""
    try:
        npm.take(npm.AXE, {"axe.min.js": AXE})
    except npm.UnavailableError as error:
        pytest.skip(f"NOT CHECKED FOR ACCESS: {error}")
    script = AXE.read_text(encoding="utf-8")

    def faults(opened: Page, within: str = "document") -> list[str]:
        opened.evaluate(script)
        found = opened.evaluate(f"async () => (await axe.run({within}, {{preload: false}})).violations")
        return [
            f"{one['id']} ({one['impact']}): {node['html'][:200]}"
            for one in found if one["impact"] in ("serious", "critical") for node in one["nodes"]
        ]  # fmt: skip

    return faults


@pytest.fixture(scope="session")
def screenshots() -> Path:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return SCREENSHOTS
