"""A browser that may talk to nothing but this machine, the tools of the editions, and axe-core."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request

ROOT = Path(__file__).resolve().parents[2]
for folder in (ROOT, Path(__file__).resolve().parent):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from tools import environment  # noqa: E402
from tools.editions import npm  # noqa: E402
from tools.editions.frames import store  # noqa: E402
from tools.lab import refuse_outside  # noqa: E402


def _missing(words: str, *, ours: bool) -> None:
    """Skip with a loud reason; in continuous integration what is ours to provide fails instead."""
    if ours and os.environ.get("CI"):
        pytest.fail(words)
    pytest.skip(words)


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The source of axe-core."""
    try:
        archive = npm.fetched(npm.AXE)
    except npm.UnavailableError as error:
        _missing(f"NO AXE-CORE: {error}", ours=False)
    with tarfile.open(archive) as opened:
        source = opened.extractfile("package/axe.min.js")
        assert source is not None
        return source.read().decode()


@pytest.fixture(scope="session")
def editions_python() -> str:
    """The Python of the environment beside this one that has the tools of the editions."""
    python = environment.venv_python(Path(sys.prefix).parent / ".venv-editions")
    if not python.is_file():
        _missing(f"NO TOOLS: {python} is missing; `start.py book` makes the environment", ours=True)
    return str(python)


def _made(python: str, module: str, *arguments: str) -> str:
    """Run a tool of the editions with a Python; what it said of trouble. A tool that fails fails the tests."""
    path = os.pathsep.join([str(ROOT / "lib"), str(ROOT)])
    command, settings = [python, "-m", module, *arguments], {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stderr


@pytest.fixture(scope="session")
def frames() -> Path:
    """The folder with the frames of every panel: what is stale is made anew, once for all tests."""
    _made(sys.executable, "tools.editions.frames")
    return store.FOLDER


@pytest.fixture(scope="session")
def mathjax() -> None:
    """MathJax, or a loud reason why there is none."""
    try:
        npm.fetched(npm.MATHJAX)
    except npm.UnavailableError as error:
        _missing(f"NO MATHJAX: {error}", ours=False)


@pytest.fixture(scope="session")
def book(editions_python: str, mathjax: None, frames: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book, built from the committed notebooks and their frames."""
    output = tmp_path_factory.mktemp("editions") / "book"
    assert "WARNING" not in _made(editions_python, "tools.editions.book", "--output", str(output))
    return output


@pytest.fixture(scope="session")
def decks(mathjax: None, frames: Path) -> Path:
    """The decks of slides, with the frames on them."""
    _made(sys.executable, "tools.editions.slides")
    return ROOT / "build" / "slides"


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of 1280 by 720 that asks for nothing outside: a test that makes it ask fails."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    opened = context.new_page()
    outside = refuse_outside(opened, "http://127.0.0.1:", "file:", "data:", "blob:")
    yield opened
    context.close()
    assert not outside


@pytest.fixture(scope="session")
def axe(axe_source: str) -> Callable[[Page], list[str]]:
    """What axe-core finds of serious and critical faults on a page, in words."""

    def faults(opened: Page, within: str = "document") -> list[str]:
        opened.evaluate(axe_source)
        found = opened.evaluate(f"async () => (await axe.run({within}, {{preload: false}})).violations")
        return [
            f"{one['id']} ({one['impact']}): {node['html'][:200]}"
            for one in found if one["impact"] in ("serious", "critical") for node in one["nodes"]
        ]  # fmt: skip

    return faults


@dataclass
class Opened:
    """A page with what it asked for outside its files, and what its console said."""

    page: Page
    outside: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def axe(self, source: str) -> list[str]:
        """Serious and critical violations."""
        self.page.evaluate(source)
        found: list[dict[str, Any]] = self.page.evaluate(
            "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations)"
        )
        return [
            f"{one['impact']} {one['id']}: {one['nodes'][0]['html'][:200]}"
            for one in found if one["impact"] in ("serious", "critical")
        ]  # fmt: skip


Open = Callable[..., Opened]


@pytest.fixture
def open_file(chromium: Browser) -> Iterator[Open]:
    """Open a file in a page of its own; everything that is no file is refused and remembered."""
    with _opener(chromium) as opened:
        yield opened


@contextmanager
def _opener(chromium: Browser) -> Iterator[Open]:
    contexts = []

    def opened(path: Path, link: str = "", **options: Any) -> Opened:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 720}, **options})
        contexts.append(context)
        self = Opened(context.new_page())

        self.outside = refuse_outside(self.page, "file:", "data:", "blob:")
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        self.page.on(
            "console",
            lambda message: self.complaints.append(message.text) if message.type in ("error", "warning") else None,
        )
        self.page.goto(path.as_uri() + link, wait_until="load")
        return self

    try:
        yield opened
    finally:
        for context in contexts:
            context.close()
