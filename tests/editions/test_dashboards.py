"""Dashboards: only what a panel needs, and a panel that moves under Voila on one screen, with the network cut."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from tools import environment
from tools.editions.dashboards.__main__ import OPTIONS, make, settings
from tools.editions.dashboards.slices import slices
from tools.lab import free_port
from tools.notebooks import ROOT, paths

from symbiosis.lesson import Lesson
from symbiosis.lesson.ledger import LedgerError

PYTHON = environment.venv_python(ROOT / ".venv-editions")


def notebook(*cells: tuple[str, str]) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(code, metadata={"tags": [tag] if tag else []}) for tag, code in cells]
    )


def test_a_slice_holds_what_its_panel_rests_on_and_no_more() -> None:
    (code,) = slices(
        notebook(
            ("claim-card", "from symbiosis.lesson import Lesson\nlesson = Lesson('emptying')"),
            ("", "import numpy as np\nfrom a import made\nunused = np.zeros(3)\nwide = lesson.table('countries')"),
            ("", "path = unused + 1\nframe = made(wide)\nframe['x'] = [row for row in frame]\nlesson.say('words')"),
            ("", "def scale(path, by=2):\n    local = path * by\n    return local\npath = scale(frame)"),
            ("panel", "panel = lesson.panel(shown(path), source='s')"),
        )
    )
    assert code == (
        "from symbiosis.lesson import Lesson\n\nlesson = Lesson()\nfrom a import made\n"
        "wide = lesson.table('countries')\nframe = made(wide)\nframe['x'] = [row for row in frame]\n"
        "def scale(path, by=2):\n    local = path * by\n    return local\npath = scale(frame)\n"
        "panel = lesson.panel(shown(path), source='s')"
    )


def test_the_names_of_places_that_are_asked_for_reach_the_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMBIOSIS_NAMES", "both")
    assert settings()["SYMBIOSIS_NAMES"] == "both"


@pytest.mark.parametrize("path", paths(), ids=lambda p: p.stem)
def test_every_dashboard_runs(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: list[bytes] = []
    monkeypatch.setattr(Lesson, "panel", lambda self, panel, *, source: rendered.append(panel.render().png) or panel)
    found = list(slices(nbformat.read(path, as_version=4)))
    for code in found:
        try:
            exec(code, {"__name__": "dashboard"})
        except LedgerError as error:
            pytest.skip(f"a verdict is stale, see tests/notebooks: {str(error)[:80]}")
    assert len(rendered) == len(found) >= 1


@pytest.fixture(scope="module")
def voila(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Voila that serves the dashboards."""
    if not PYTHON.exists():
        words = "NO VOILA: python start.py dashboards --make sets up its environment"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    folder = tmp_path_factory.mktemp("dashboards")
    make(folder)
    port = free_port()
    log = folder / "voila.log"
    with log.open("w") as sink:
        server = subprocess.Popen(
            [str(PYTHON), "-m", "voila", *OPTIONS, f"--port={port}", str(folder)],
            env=settings(), stdout=sink, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            deadline = time.monotonic() + 60
            while True:
                if server.poll() is not None or time.monotonic() > deadline:
                    pytest.fail(f"Voila did not start:\n{log.read_text()[-2000:]}")
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2).close()
                    break
                except OSError:
                    time.sleep(0.2)
            yield f"http://127.0.0.1:{port}/voila/render"
        finally:
            server.terminate()
            server.wait(15)


NAMES = [
    f"{path.stem[:2]}-{number}_{path.stem[3:]}"
    for path in paths()
    for number, _ in enumerate(slices(nbformat.read(path, as_version=4)), start=1)
]


@pytest.mark.parametrize("name", NAMES)
def test_a_dashboard_moves_on_one_screen(
    name: str, voila: str, page: Page, axe: Callable[[Page], list[str]], screenshots: Path
) -> None:
    page.goto(f"{voila}/{name}.ipynb")
    page.wait_for_selector(".symbiosis-presets", timeout=90_000)
    picture, readout = page.locator("#rendered_cells img").last, page.locator("[role=status]").first
    picture.wait_for()
    page.wait_for_timeout(500)
    assert "lesson.panel" not in page.locator("body").inner_text()
    tall, wide = page.evaluate("[document.scrollingElement.scrollHeight, document.scrollingElement.scrollWidth]")
    assert (tall, wide) == (720, 1280)
    assert page.get_by_text("Source:").last.bounding_box()["y"] < 710  # type: ignore[index]
    page.screenshot(path=screenshots / f"dashboard-{name}.png")
    shown = """() => document.querySelector('[role=status]')?.innerText
        + [...document.querySelectorAll('#rendered_cells img')].at(-1).src"""
    before = page.evaluate(shown)
    assert readout.inner_text()
    handles = page.get_by_role("slider")
    assert all(handles.nth(place).get_attribute("aria-label") for place in range(handles.count()))
    handles.first.focus()
    # From end to end: a single step may rightly change nothing that is seen; the second key is for one at its end.
    page.keyboard.press("End")
    moved = f"before => ({shown})() !== before"
    try:
        page.wait_for_function(moved, arg=before, timeout=5000)
    except PlaywrightTimeout:
        page.keyboard.press("Home")
        page.wait_for_function(moved, arg=before)
    assert axe(page) == []
    page.goto("about:blank")  # Leaving tells Voila to end the kernel; closing the page at once does not.
