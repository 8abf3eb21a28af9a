"""The panel of a notebook open in the browser, driven by keyboard only."""

from __future__ import annotations

from playwright.sync_api import Locator

from tools.lab import NotebookPage


class PanelPage:
    """The first panel of the page: its controls, its readout and its picture."""

    def __init__(self, notebook: NotebookPage) -> None:
        self.page = notebook.page
        # JupyterLab attaches a cell once it comes near the window.
        self.page.evaluate(
            """async () => {
                const content = jupyterapp.shell.currentWidget.content;
                const at = content.widgets.findIndex(
                    w => w.model.type === 'code' && w.model.sharedModel.getMetadata('tags')?.includes('panel'));
                await content.scrollToItem(at, 'start');
            }"""
        )
        self.cell = self.page.locator(".jp-Cell:has(.symbiosis-presets)").first
        self.cell.wait_for()
        self.menu = self.cell.locator(".symbiosis-presets select")
        self.reset_button = self.cell.get_by_role("button", name="Reset")
        self.sliders = self.cell.get_by_role("slider")

    def slider(self, label: str) -> Locator:
        """The handle of the slider whose row carries this label."""
        return self.cell.locator(".widget-slider", has_text=label).get_by_role("slider")

    def picture(self) -> str:
        return self.cell.locator("img").first.get_attribute("src") or ""

    def readout(self) -> str:
        return self.cell.locator("[role=status], [role=alert]").first.inner_text()

    def press(self, target: Locator, *keys: str) -> None:
        """Focus a control and press keys on it."""
        target.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def wait_until(self, condition: str, value: str) -> None:
        """Wait for a JavaScript condition on (text, picture, value)."""
        self.page.wait_for_function(
            """([condition, value]) => {
                const cell = document.querySelector('.symbiosis-presets').closest('.jp-Cell');
                const text = cell.querySelector('[role=status], [role=alert]')?.innerText ?? '';
                const picture = cell.querySelector('img')?.getAttribute('src') ?? '';
                return new Function('text', 'picture', 'value', `return ${condition}`)(text, picture, value);
            }""",
            arg=[condition, value],
            timeout=30_000,
        )

    def settle(self) -> None:
        """Wait until nothing has changed for half a second."""
        before = None
        while (now := (self.readout(), self.picture())) != before:
            before = now
            self.page.wait_for_timeout(500)

    def wait_for_new_picture(self, before: str) -> None:
        self.wait_until("picture && picture !== value", before)
