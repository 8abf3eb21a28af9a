"""Arrow key to picture for the panel of every notebook, in the notebook itself, in JupyterLab in a real browser.

    python -m bench.notebook_panels [NAME ...]

Writes bench/results/notebook_panels.json, where the other notebooks keep what was last measured on this machine with
these versions. Each slider of a panel is pressed in turn; a panel without sliders is
switched on and off.
"""

from __future__ import annotations

import itertools
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import TimeoutError as NoPicture
from tools.lab import NotebookPage, browser, jupyterlab
from tools.notebooks import paths
from tools.panel_page import PanelPage

from bench import record

PRESSES = 6
PACKAGES = ("jupyterlab", "ipywidgets", "ipykernel", "matplotlib", "numpy", "playwright")
_WATCH = """() => {
    const image = document.querySelector('.symbiosis-presets').closest('.jp-Cell').querySelector('img');
    const cell = image.closest('.jp-Cell');
    const source = () => cell.querySelector('img')?.getAttribute('src');
    window.bench = {pressed: 0, shown: 0, last: source()};
    window.benchObserver?.disconnect();
    window.benchObserver = new MutationObserver(() => {
        const now = source();
        if (now && now !== window.bench.last && !window.bench.shown) {
            window.bench.last = now;
            cell.querySelector('img').decode().catch(() => 0).then(() => { window.bench.shown = performance.now(); });
        }
    });
    window.benchObserver.observe(cell, {subtree: true, childList: true, attributes: true, attributeFilter: ['src']});
    const pressed = () => { window.bench.pressed = performance.now(); };
    document.addEventListener('keydown', pressed, {capture: true, once: true});
}"""


def latencies(opened: NotebookPage) -> list[float]:
    """Milliseconds from key presses on every control to the decoded picture; keys that change nothing do not count."""
    page, cell = opened.page, PanelPage(opened).cell
    page.wait_for_timeout(2500)  # widgets connect after the last cell has run
    controls = cell.get_by_role("slider").all() or cell.get_by_role("checkbox").all()
    keys = ("ArrowRight", "ArrowLeft") if cell.get_by_role("slider").count() else ("Space", "Space")
    found: list[float] = []
    for control in controls:
        control.focus()
        for press, key in zip(range(PRESSES), itertools.cycle(keys), strict=False):
            page.evaluate(_WATCH)
            page.keyboard.press(key)
            try:
                page.wait_for_function("() => window.bench.shown > 0", timeout=3000, polling=20)
            except NoPicture:
                continue
            spent = page.evaluate("() => window.bench.shown - window.bench.pressed")
            if press > 0:  # the first warms caches
                found.append(spent)
            page.wait_for_timeout(250)
    return found


def main() -> None:
    found: dict[str, dict[str, float]] = {}
    loads = [record.load()]
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        for path in paths(sys.argv[1:]):
            shutil.copy(path, folder)
        with jupyterlab(Path(folder)) as lab:
            for path in paths(sys.argv[1:]):
                opened = NotebookPage.open(chromium, lab, path.name)
                opened.run_all()
                found[path.stem] = record.spread(latencies(opened))
                opened.close()
                print(path.stem, found[path.stem], flush=True)
    together = dict(sorted({**record.kept("notebook_panels", PACKAGES), **found}.items()))
    record.save("notebook_panels", PACKAGES, together, [*loads, record.load()])


if __name__ == "__main__":
    main()
