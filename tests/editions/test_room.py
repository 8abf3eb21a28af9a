"""A lecture in a real JupyterLab: our extension's buttons, what it mends for access, panels that move on a slide."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page
from tools.editions.slides.live import live, slide_type
from tools.lab import ROOM, Lab, NotebookPage, jupyterlab
from tools.lecture import tags, tracks
from tools.notebooks import NOTEBOOKS, paths

LAB_OWN = ("aria-allowed-attr", "aria-prohibited-attr", "aria-required-children")
"""What axe-core finds in JupyterLab 4.6 itself, outside of what a notebook puts out."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("room")
    shutil.copy(NOTEBOOKS / "02_the_emptying_countryside.ipynb", folder / "02.ipynb")
    path = next(path for path in paths() if path.stem.startswith("05"))
    nbformat.write(live(nbformat.read(path, as_version=4)), folder / "05.ipynb")
    with jupyterlab(folder) as running:
        yield running


def test_the_extension_is_one_that_jupyterlab_loads_without_a_build() -> None:
    described = json.loads((ROOM / "symbiosis-room" / "package.json").read_text(encoding="utf-8"))
    script = ROOM / "symbiosis-room" / described["jupyterlab"]["_build"]["load"]
    assert script.stat().st_size < 20_000
    assert "http" not in script.read_text(encoding="utf-8")


def test_a_lecture_is_run_shown_and_open_to_everybody(
    lab: Lab, chromium: Browser, axe: Callable[..., list[str]], screenshots: Path
) -> None:
    opened = NotebookPage.open(chromium, lab, "02.ipynb")
    page = opened.page
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("button", name="Run lecture").press("Enter")
    page.wait_for_function(
        """() => { const cells = jupyterapp.shell.currentWidget.content.widgets.filter(c => c.model.type === 'code');
                   return cells.at(-1).model.executionCount; }""",
        timeout=120_000,
    )
    page.wait_for_timeout(500)
    assert page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex") == 0
    assert page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTop") == 0
    code = page.locator(".jp-CodeCell > .jp-Cell-inputWrapper")
    assert code.first.is_visible()
    page.keyboard.press("Control+Alt+h")
    assert not code.first.is_visible()
    assert page.get_by_role("button", name="Code", exact=True).get_attribute("aria-pressed") == "false"
    before = page.locator(".jp-MarkdownOutput p").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    page.get_by_role("button", name="Project").press("Enter")
    after = page.locator(".jp-MarkdownOutput p").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert after >= 20 > before
    assert not page.locator(".jp-SideBar.jp-mod-left").is_visible()
    page.screenshot(path=screenshots / "room.png")
    pictures = page.locator(".jp-RenderedImage img")
    assert pictures.count() >= 6
    assert all(pictures.nth(at).get_attribute("alt") for at in range(pictures.count()))
    handles = page.get_by_role("slider")
    assert all(handles.nth(at).get_attribute("aria-label") for at in range(handles.count()))
    found = axe(page, "'.jp-NotebookPanel'")
    assert [words for words in found if not words.startswith(LAB_OWN)] == []
    assert opened.outside == []
    opened.close()


def test_a_slider_moves_its_panel_on_the_slide(lab: Lab, chromium: Browser, screenshots: Path) -> None:
    opened = NotebookPage.open(chromium, lab, "05.ipynb")
    page = opened.page
    if not page.evaluate("jupyterapp.commands.hasCommand('deck:start')"):
        words = "NO LIVE DECK: jupyterlab-slideshow is missing; python start.py environment"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    opened.run_all(120)
    page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex = 0")
    page.evaluate("jupyterapp.commands.execute('deck:start')")
    page.wait_for_timeout(1500)
    step = "jupyterapp.commands.execute('deck:forward')"
    for _ in range(40):
        page.evaluate(step)
        page.wait_for_timeout(250)
        if "panel" in (_active(page, "sharedModel.getMetadata('tags')") or []):
            break
    cell = page.locator(".jp-Cell:has(.symbiosis-presets)").first
    picture, slider = cell.locator("img").first, cell.get_by_role("slider").first
    before, place = picture.get_attribute("src"), page.evaluate(ACTIVE)
    assert not cell.locator(".jp-Cell-inputWrapper").is_visible()
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"document.querySelector('.jp-Cell:has(.symbiosis-presets) img').src !== {before!r}")
    assert page.evaluate(ACTIVE) == place, "the arrow key left the slide"
    box = picture.bounding_box()
    assert box
    assert box["y"] + box["height"] <= 720
    page.screenshot(path=screenshots / "live-deck.png")
    opened.close()


ACTIVE = "jupyterapp.shell.currentWidget.content.activeCellIndex"


def _active(page: Page, of_model: str) -> object:
    return page.evaluate(f"jupyterapp.shell.currentWidget.content.activeCell.model.{of_model}")


@pytest.mark.parametrize("path", paths(), ids=lambda p: p.stem)
def test_a_live_deck_shows_the_lecture_and_nothing_else(path: Path) -> None:
    notebook = live(nbformat.read(path, as_version=4))
    kinds = {"slide": 0, "": 0, "skip": 0}
    for place, cell, track in tracks(notebook):
        kind = cell.metadata.get("slideshow", {}).get("slide_type", "")
        kinds[kind] += 1
        assert kind != "-"
        assert (track == "lecture" or "**Exercise" in cell.source) or kind == "skip", f"cell {place}"
        if "panel" in tags(cell) and track == "lecture":
            assert kind == "slide"
    assert kinds["slide"] >= 8


def test_a_cell_that_prints_nothing_runs_without_a_slide() -> None:
    cell = nbformat.v4.new_code_cell("x = 1", metadata={"tags": ["evidence"]})
    assert slide_type(cell, "lecture", first=False) == "skip"
