"""What an audience and a network can do to a panel: fast drags, typed text, interrupts, restarts, reloads, copies.

What must be shown is computed beside the browser: the readout in words, the picture byte for byte.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from playwright.sync_api import Browser, Locator
from tools.lab import Lab, NotebookPage
from tools.panel_page import PanelPage

from symbiosis.panels.panel import Panel
from symbiosis.panels.rural_peak import rural_peak_panel

CELL = """from symbiosis.panels.rural_peak import rural_peak_panel
rural_peak_panel().show()"""
CEILING, YEARS = "Ceiling of the urban share", "Years shown"


def _write(lab: Lab, name: str, cells: int = 1) -> None:
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    made = nbformat.v4.new_notebook(metadata=kernel)
    made.cells = [new_code_cell(CELL, metadata={"tags": ["panel"]}) for _ in range(cells)]
    nbformat.write(made, lab.folder / name)


@pytest.fixture(scope="module")
def opened(chromium: Browser, lab: Lab) -> Iterator[NotebookPage]:
    """One notebook with one panel, run; the tests of this file leave it alive."""
    _write(lab, "walk.ipynb")
    found = NotebookPage.open(chromium, lab, "walk.ipynb")
    found.run_all()
    yield found
    found.close()


@pytest.fixture(scope="module")
def reference() -> Panel[object]:
    """The panel beside the browser that says what must be shown."""
    made: Panel[object] = rural_peak_panel()
    made.update()
    return made


@pytest.fixture
def panel(opened: NotebookPage) -> PanelPage:
    """The panel of that notebook, at its defaults."""
    found = PanelPage(opened)
    found.reset_button.click()
    found.page.wait_for_timeout(400)  # a late change after a press of Reset does not count
    return found


def box(panel: PanelPage, label: str) -> Locator:
    """The box with the number beside a slider."""
    return panel.cell.locator(".widget-slider", has_text=label).locator(".widget-readout").first


def shows(panel: PanelPage, reference: Panel[object], **settings: float) -> None:
    """Wait until readout and picture are those of these settings, which the reference takes at once."""
    reference.set(**{**reference.defaults(), **settings})
    src = "data:image/png;base64," + b64encode(reference.png()).decode()
    panel.page.wait_for_function(
        """([cell, src, words]) => {
            const text = cell.querySelector('[role=status], [role=alert]')?.innerText ?? '';
            return cell.querySelector('img')?.getAttribute('src')?.replace(/\\s/g, '') === src
                && words.every(word => text.includes(word));
        }""",
        arg=[panel.cell.element_handle(), src, [value for _, value in reference.readout.numbers]],
        timeout=10_000,
    )


def drag(panel: PanelPage, label: str, moves: int = 60, milliseconds: int = 500) -> float:
    """Drag a slider to and fro and let it go; its number at the end."""
    page, handle = panel.page, panel.slider(label)
    handle.scroll_into_view_if_needed()
    at, track = (
        handle.bounding_box(),
        handle.locator("xpath=ancestor::*[contains(@class,'noUi-target')]").bounding_box(),
    )
    assert at is not None
    assert track is not None
    y = at["y"] + at["height"] / 2
    page.mouse.move(at["x"] + at["width"] / 2, y)
    page.mouse.down()
    for k in range(moves):
        share = 0.2 + 0.6 * abs((k / 10) % 2 - 1)
        page.mouse.move(track["x"] + share * track["width"], y)
        page.wait_for_timeout(milliseconds / moves)
    page.mouse.move(track["x"] + 0.3 * track["width"], y)
    page.mouse.up()
    return float(box(panel, label).inner_text().rstrip("%")) / (100 if label == CEILING else 1)


def type_into(panel: PanelPage, label: str, text: str) -> None:
    field = box(panel, label)
    field.click()
    panel.page.keyboard.press("ControlOrMeta+a")
    panel.page.keyboard.type(text)
    panel.page.keyboard.press("Enter")


def test_the_last_value_of_a_fast_drag_arrives(panel: PanelPage, reference: Panel[object]) -> None:
    shows(panel, reference)
    years = drag(panel, YEARS)
    assert years != reference.defaults()["years"]
    shows(panel, reference, years=years)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("300", 300.0), ("9999", 400.0), ("-5", 20.0), ("nonsense", 150.0), ("", 150.0), ("33.4", 30.0)],
)
def test_text_typed_beside_a_slider(panel: PanelPage, reference: Panel[object], typed: str, meant: float) -> None:
    """A number counts, kept to the steps and the ends of its slider; nonsense changes nothing."""
    type_into(panel, YEARS, typed)
    shows(panel, reference, years=meant)
    assert float(box(panel, YEARS).inner_text()) == meant


@pytest.mark.parametrize(("typed", "meant"), [("50", 0.5), ("50%", 0.5), ("", 1.0)])
def test_percent_typed_beside_a_slider(panel: PanelPage, reference: Panel[object], typed: str, meant: float) -> None:
    """With or without its sign, and Enter on what stands there changes nothing."""
    type_into(panel, CEILING, typed)
    shows(panel, reference, ceiling=meant)


def test_text_typed_while_a_drag_is_still_computed(panel: PanelPage, reference: Panel[object]) -> None:
    ceiling = drag(panel, CEILING, milliseconds=200)
    type_into(panel, YEARS, "200")
    shows(panel, reference, ceiling=ceiling, years=200)


def test_an_interrupt_in_a_drag(panel: PanelPage, reference: Panel[object]) -> None:
    panel.page.evaluate(
        """() => {
            const k = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const after = t => new Promise(done => setTimeout(done, t)).then(() => k.interrupt());
            window.interrupted = Promise.all([50, 150, 250].map(after));
        }"""
    )
    years = drag(panel, YEARS)
    panel.page.evaluate("() => window.interrupted")
    assert years != reference.defaults()["years"]
    shows(panel, reference, years=years)
    type_into(panel, YEARS, "300")
    shows(panel, reference, years=300)


def test_a_connection_that_is_cut_and_comes_back(panel: PanelPage, reference: Panel[object]) -> None:
    """What was set in the meantime arrives. JupyterLab connects again by itself, after a while; its menu at once."""
    page, kernel = panel.page, "jupyterapp.shell.currentWidget.sessionContext.session.kernel"
    shows(panel, reference)
    page.context.set_offline(True)
    page.evaluate(f"() => {kernel}._ws.close()")
    page.wait_for_function(f"() => {kernel}.connectionStatus !== 'connected'")
    before = panel.picture()
    type_into(panel, YEARS, "300")
    page.wait_for_timeout(300)
    assert panel.picture() == before, "the connection was not cut"
    page.context.set_offline(False)
    page.evaluate("() => jupyterapp.commands.execute('kernelmenu:reconnect-to-kernel')")
    shows(panel, reference, years=300)
    page.add_locator_handler(page.locator("dialog.jp-Dialog"), lambda _: page.keyboard.press("Escape"))
    type_into(panel, YEARS, "200")
    shows(panel, reference, years=200)


def test_a_second_window_on_the_same_notebook(
    chromium: Browser, lab: Lab, opened: NotebookPage, panel: PanelPage, reference: Panel[object]
) -> None:
    """It has the saved picture at once, and running the cell there gives a live panel; the first window lives on."""
    type_into(panel, YEARS, "250")
    shows(panel, reference, years=250)
    opened.page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    second = NotebookPage.open(chromium, lab, "walk.ipynb")
    saved = second.page.locator(".jp-OutputArea img").first
    saved.wait_for()
    assert saved.get_attribute("src").replace("\n", "") == panel.picture().replace("\n", "")  # type: ignore[union-attr]
    second.run_all()
    other = PanelPage(second)
    type_into(other, YEARS, "300")
    shows(other, reference, years=300)
    second.close()
    type_into(panel, YEARS, "200")
    shows(panel, reference, years=200)


def test_a_page_that_is_loaded_again(opened: NotebookPage, panel: PanelPage, reference: Panel[object]) -> None:
    """The kernel lives on: the saved picture stays, and running the cell gives one live panel."""
    page = opened.page
    type_into(panel, YEARS, "250")
    shows(panel, reference, years=250)
    page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    saved = panel.picture()
    page.reload(wait_until="domcontentloaded")
    page.wait_for_function("() => window.jupyterapp && jupyterapp.shell.currentWidget", timeout=60_000)
    page.evaluate("async () => { const w = jupyterapp.shell.currentWidget; await w.context.ready; await w.revealed; "
                  "await w.sessionContext.ready; await w.sessionContext.session.kernel.info; }")  # fmt: skip
    page.locator(".jp-OutputArea img").first.wait_for()
    assert page.locator(".jp-OutputArea img").first.get_attribute("src") == saved
    opened.run_all()
    again = PanelPage(opened)
    assert page.locator(".symbiosis-panel").count() == 1
    type_into(again, YEARS, "300")
    shows(again, reference, years=300)


def test_a_restarted_kernel_gives_one_live_panel(
    opened: NotebookPage, panel: PanelPage, reference: Panel[object]
) -> None:
    before = panel.picture()
    opened.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    assert panel.picture() == before != ""
    opened.run_all()
    again = PanelPage(opened)
    assert opened.page.locator(".symbiosis-panel").count() == 1
    assert opened.errors() == []
    shows(again, reference)
    type_into(again, YEARS, "300")
    shows(again, reference, years=300)


def test_two_panels_in_a_copy_of_a_notebook(
    chromium: Browser, lab: Lab, panel: PanelPage, reference: Panel[object]
) -> None:
    """Three panels on two kernels: each moves alone."""
    _write(lab, "copy of walk.ipynb", cells=2)
    copy = NotebookPage.open(chromium, lab, "copy of walk.ipynb")
    copy.run_all()
    panels = {100: panel}
    for k, years in enumerate((200, 300)):
        panels[years] = PanelPage(copy)
        panels[years].cell = copy.page.locator(".jp-Cell:has(.symbiosis-presets)").nth(k)
    for years, one in panels.items():
        type_into(one, YEARS, str(years))
    for years, one in panels.items():
        shows(one, reference, years=years)
    copy.close()


def test_a_panel_shown_twice_moves_in_both_places(opened: NotebookPage, reference: Panel[object]) -> None:
    opened.page.evaluate(
        """source => {
            const cell = jupyterapp.shell.currentWidget.content.model.sharedModel.cells[0];
            cell.setSource(source);
        }""",
        "from symbiosis.panels.rural_peak import rural_peak_panel\np = rural_peak_panel()\np.show()\np.show()",
    )
    opened.run_all()
    both = PanelPage(opened)
    type_into(both, YEARS, "300")
    reference.set(**{**reference.defaults(), "years": 300})
    src = "data:image/png;base64," + b64encode(reference.png()).decode()
    opened.page.wait_for_function(
        """src => {
            const found = [...document.querySelectorAll('.jp-OutputArea img')].map(i => i.src.replace(/\\s/g, ''));
            return found.length === 2 && found.every(one => one === src);
        }""",
        arg=src,
        timeout=10_000,
    )
