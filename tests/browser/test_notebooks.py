"""Each notebook in JupyterLab, in a real browser, by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from playwright.sync_api import Browser
from tools.comparing import mismatches
from tools.lab import Lab, NotebookPage
from tools.lecture import heading_of, tracks
from tools.notebooks import paths
from tools.panel_page import PanelPage

NOTEBOOKS = paths()
# Settles when fonts and pictures are there and the browser has drawn three times since.
PAINTED = """async () => {
    await document.fonts.ready;
    await Promise.all([...document.images].map(image => image.decode().catch(() => {})));
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
}"""


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda p: p.stem)
def notebook(request: pytest.FixtureRequest, chromium: Browser, lab: Lab) -> Iterator[NotebookPage]:
    """A notebook, opened and run from the first cell to the last; one page serves its tests in their order."""
    opened = NotebookPage.open(chromium, lab, request.param.name)
    warned = opened.page.get_by_text("inline scripts").count()
    assert warned == 0, "JupyterLab warns of a script before the notebook is trusted"
    opened.run_all()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def ran(notebook: NotebookPage) -> list[list[NotebookNode]]:
    """The outputs of the code cells as the run left them, before anyone moved a control."""
    return notebook.outputs()


@pytest.fixture(scope="module")
def panel(notebook: NotebookPage) -> PanelPage:
    return PanelPage(notebook)


def test_runs_without_an_error(notebook: NotebookPage) -> None:
    assert notebook.errors() == []
    counts = notebook.page.evaluate(
        """() => jupyterapp.shell.currentWidget.content.model.sharedModel.cells
            .filter(c => c.cell_type === 'code').map(c => c.execution_count)"""
    )
    assert counts == list(range(1, len(counts) + 1))


def test_the_outputs_are_those_that_are_committed(
    ran: list[list[NotebookNode]], request: pytest.FixtureRequest
) -> None:
    """By nbval's strict rule: this is the execution, with its pictures painted, that vouches for what is stored."""
    wrong = mismatches(request.node.callspec.params["notebook"], ran, request.session)
    assert not wrong, "\n".join(wrong)


def test_what_goes_deeper_is_out_of_sight(notebook: NotebookPage, request: pytest.FixtureRequest) -> None:
    """The lecture is open; under a collapsed heading nothing shows, though it has run."""
    path = request.node.callspec.params["notebook"]
    hidden = notebook.page.evaluate("() => jupyterapp.shell.currentWidget.content.widgets.map(w => w.isHidden)")
    cells = list(tracks(nbformat.read(path, as_version=4)))
    assert len(hidden) == len(cells)
    headings = {place for place, cell, _ in cells if heading_of(cell)}
    assert not any(hidden[place] for place, _, track in cells if track == "lecture")
    deeper = [place for place, _, track in cells if track == "deeper" and place not in headings]
    assert deeper
    assert all(hidden[place] for place in deeper)


def test_screenshots(
    notebook: NotebookPage, panel: PanelPage, request: pytest.FixtureRequest, screenshots: Path
) -> None:
    """Pictures for people to look at, at lecture size: the top and the panel, in both themes."""
    stem = request.node.callspec.params["notebook"].stem
    page, taken = notebook.page, set()
    for theme in ("Dark", "Light"):
        page.evaluate("t => jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab ' + t})", theme)
        page.wait_for_function("t => document.body.dataset.jpThemeLight === String(t === 'Light')", arg=theme)
        for part in ("top", "panel"):
            page.evaluate(
                """async part => {
                    const content = jupyterapp.shell.currentWidget.content;
                    const at = content.widgets.findIndex(
                        w => w.model.type === 'code' && w.model.sharedModel.getMetadata('tags')?.includes('panel'));
                    await content.scrollToItem(part === 'top' ? 0 : at, 'start');
                }""",
                part,
            )
            page.evaluate(PAINTED)
            taken.add(page.screenshot(path=screenshots / f"{stem}-{theme.lower()}-{part}.png"))
    assert len(taken) == 4, "two screenshots are the same"


def test_a_slider_by_keyboard_changes_picture_and_readout(panel: PanelPage) -> None:
    picture, readout = panel.picture(), panel.readout()
    assert picture.startswith("data:image/png;base64,")
    assert readout
    # A single step may be too small for the rounded readout.
    panel.press(panel.sliders.first, *["ArrowRight", "ArrowLeft", "ArrowLeft", "PageDown"])
    panel.press(panel.sliders.first, "PageUp", "PageUp")
    panel.wait_for_new_picture(picture)
    panel.wait_until("text && text !== value", readout)


def test_every_slider_can_be_reached_and_says_its_name_and_value(panel: PanelPage) -> None:
    panel.menu.focus()
    assert panel.sliders.count() >= 1
    for slider in panel.sliders.all():
        assert slider.get_attribute("tabindex") == "0"
        row = slider.locator("xpath=ancestor::div[contains(@class, 'widget-slider')]")
        assert slider.get_attribute("aria-label") == row.locator("label").inner_text()
        slider.focus()
        assert slider.get_attribute("aria-valuetext") == row.locator(".widget-readout").inner_text()
    assert panel.cell.get_by_label("Scenario").count() == 1


def test_keys_in_a_menu_stay_in_the_menu(notebook: NotebookPage, panel: PanelPage) -> None:
    """JupyterLab would move to the next cell on an arrow and add a cell on 'a' or 'b'."""
    count = "() => jupyterapp.shell.currentWidget.content.model.cells.length"
    before = notebook.page.evaluate(count)
    panel.press(panel.menu, "a", "b", "ArrowDown", "x")
    assert notebook.page.evaluate(count) == before
    assert notebook.page.evaluate("() => document.activeElement.tagName") == "SELECT"
    panel.press(panel.reset_button, "Enter")


def test_reset_brings_the_default_readout_back(panel: PanelPage) -> None:
    panel.press(panel.reset_button, "Enter")
    panel.settle()
    default, picture = panel.readout(), panel.picture()
    # One scenario may be the default, or follow another country and leave the numbers: on to one that changes them.
    for _ in panel.menu.locator("option").all()[1:]:
        panel.press(panel.menu, "ArrowDown")
        panel.settle()
        if panel.readout() != default:
            break
    panel.wait_until("text && text !== value", default)
    panel.wait_for_new_picture(picture)
    panel.press(panel.reset_button, "Enter")
    # As long as it takes: a kernel in a busy moment is no reset that was lost.
    panel.wait_until("text === value", default)
    panel.settle()
    assert panel.readout() == default
    assert panel.picture() == picture
    assert panel.menu.input_value() == "Choose a scenario"


def test_a_scenario_says_what_to_look_at(panel: PanelPage) -> None:
    panel.settle()
    picture = panel.picture()
    panel.press(panel.menu, "ArrowDown", "ArrowDown")
    panel.wait_for_new_picture(picture)
    sentence = panel.cell.locator(".widget-html-content").first
    assert sentence.inner_text().strip().endswith(".")
    panel.press(panel.reset_button, "Enter")


def test_a_prediction_is_committed(notebook: NotebookPage) -> None:
    page = notebook.page
    page.evaluate(
        """async () => {
            const content = jupyterapp.shell.currentWidget.content;
            const at = content.widgets.findIndex(w => w.model.sharedModel.getMetadata('tags')?.includes('predict'));
            await content.scrollToItem(at, 'start');
        }"""
    )
    cell = page.locator(".jp-Cell:has(.symbiosis-panel):not(:has(.symbiosis-presets))").first
    cell.wait_for()
    cell.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    button = cell.get_by_role("button", name="Commit")
    button.focus()
    page.keyboard.press("Enter")
    cell.get_by_text("You committed to").wait_for(timeout=10_000)
    assert button.is_disabled()
    said = page.evaluate(
        """() => JSON.stringify(jupyterapp.shell.currentWidget.content.model.sharedModel.toJSON())
            .includes('You said ')"""
    )
    assert said, "the answer further down does not compare with the guess"


def test_nothing_was_asked_for_outside(notebook: NotebookPage, panel: PanelPage) -> None:
    assert notebook.outside == []
    assert [line for line in notebook.console if line.startswith("error")] == []


def test_an_output_that_is_not_the_committed_one_is_caught(
    chromium: Browser, lab: Lab, request: pytest.FixtureRequest
) -> None:
    """The comparison above can fail: a changed result, and one that nobody stored."""
    source = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    source.cells = [nbformat.v4.new_code_cell(code, execution_count=1) for code in ("6 * 7", "1 + 1", "print('more')")]
    for cell, stored in zip(source.cells, ("42", "3"), strict=False):
        cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": stored}, execution_count=1)]
    nbformat.write(source, lab.folder / "small.ipynb")
    opened = NotebookPage.open(chromium, lab, "small.ipynb")
    opened.run_all()
    wrong = mismatches(lab.folder / "small.ipynb", opened.outputs(), request.session)
    opened.close()
    assert [f"Cell {place}" in words for words, place in zip(wrong, (1, 2), strict=True)] == [True, True], wrong


def test_settings_that_make_no_sense_are_explained(chromium: Browser, lab: Lab) -> None:
    """Start above the ceiling in the panel of the rural peak: the text says so, the picture stays."""
    source = nbformat.read(next(path for path in NOTEBOOKS if path.stem.startswith("02")), as_version=4)
    wanted = ("import Lesson", "rural_peak_panel")
    source.cells = [cell for cell in source.cells if any(word in cell.source for word in wanted)]
    source.cells[-1].metadata["tags"] = ["panel"]
    nbformat.write(source, lab.folder / "rural_peak.ipynb")
    opened = NotebookPage.open(chromium, lab, "rural_peak.ipynb")
    opened.run_all()
    panel = PanelPage(opened)
    panel.press(panel.slider("Ceiling of the urban share"), "Home")
    panel.settle()
    picture = panel.picture()
    panel.press(panel.slider("Urban share at the start"), "End")
    panel.wait_until("text.includes(value)", "not below")
    panel.settle()
    assert panel.picture() != "", "the last good picture is gone"
    panel.press(panel.slider("Urban share at the start"), "Home")
    panel.wait_until("text && !text.includes(value)", "not below")
    panel.wait_for_new_picture(picture)
    opened.close()
