"""Arrow key to picture for the panel of every notebook, in the notebook itself, in JupyterLab in a real browser.

    python -m bench.notebook_panels [NAME ...]

Writes bench/results/notebook_panels.json, where the other notebooks keep what was last measured on this machine with
these versions. Each slider and each switch of a panel is pressed in turn.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page
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


def pressed(page: Page, key: str) -> float | None:
    """Milliseconds from a key to the decoded picture; None where it brings no other picture."""
    page.evaluate(_WATCH)
    page.keyboard.press(key)
    try:
        page.wait_for_function("() => window.bench.shown > 0", timeout=2000, polling=20)
    except NoPicture:
        return None
    spent: float = page.evaluate("() => window.bench.shown - window.bench.pressed")
    page.wait_for_timeout(250)
    return spent


def latencies(opened: NotebookPage) -> list[float]:
    """Milliseconds of key presses on every control; where a step changes nothing that is seen, from end to end."""
    page, cell = opened.page, PanelPage(opened).cell
    page.wait_for_timeout(2500)  # widgets connect after the last cell has run
    found: list[float] = []
    for role, ways in (("slider", (("ArrowRight", "ArrowLeft"), ("End", "Home"))), ("checkbox", (("Space", "Space"),))):
        for control in cell.get_by_role(role).all():
            control.focus()
            for keys in ways:
                pressed(page, keys[0]), pressed(page, keys[1])  # the first warm caches
                spent = [pressed(page, key) for key in keys * (PRESSES // 2)]
                found += [one for one in spent if one is not None]
                if None not in spent:
                    break
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
