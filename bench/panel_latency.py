"""Slider to picture, in JupyterLab in a real browser: the Panel against interact drawing the same figure anew.

    python -m bench.panel_latency [--presses 24] [--rounds 3]

Writes bench/results/panel_latency.json and .md. One notebook holds both; presses alternate between them in
blocks, so that a busy moment of the machine hits both.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from tools.lab import NotebookPage, browser, jupyterlab

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results"

PANEL = """\
from symbiosis.panels.rural_peak import rural_peak_panel
rural_peak_panel().show()"""

# The same model, curves, dots, labels and size, drawn the way interact is usually used.
INTERACT = """\
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import FloatSlider, interact
from symbiosis.models.urbanization.logistic_urbanization import LogisticUrbanization

%matplotlib inline

def draw(n=0.01, k=0.05, ceiling=1.0, u0=0.05, years=150.0):
    t = np.linspace(0, years, 301)
    model = LogisticUrbanization(n=n, k=k, ceiling=ceiling, u0=u0)
    course, path = model.rural_trajectory(), model.path(t)
    share, rural, urban = path.urban_share, path.rural, path.urban
    fig, (a, b) = plt.subplots(1, 2, figsize=(10, 3.6), dpi=100)
    a.plot(t, 100 * share)
    a.set(title="The share", xlabel="Years from the start", ylabel="Urban share (%)", ylim=(0, 101))
    b.plot(t, urban, "--")
    b.plot(t, rural, linewidth=3)
    b.set(title="The number of people", xlabel="Years from the start", ylabel="People (total at start = 1)")
    if course.peak_time is not None and course.peak_time <= years:
        a.plot(course.peak_time, 100 * course.peak_share, "o")
        b.plot(course.peak_time, course.peak_ratio * rural[0], "o")
        a.text(course.peak_time, 100 * course.peak_share, f"rural peak\\nat {course.peak_share:.0%} urban")
    b.text(0.93 * years, urban[280], "urban", ha="right")
    b.text(0.93 * years, rural[280], "rural", ha="right", weight="bold")
    b.set_ylim(0, 1.08 * max(rural.max(), min(urban.max(), 2.2 * rural.max())))
    for axes in (a, b):
        axes.grid(True)
        axes.spines[["top", "right"]].set_visible(False)
    fig.tight_layout()
    plt.show()
    print(course.description)

sliders = dict(n=(-0.02, 0.04, 0.001), k=(0.005, 0.12, 0.001), ceiling=(0.3, 1, 0.01), u0=(0.01, 0.95, 0.01))
start = dict(n=0.01, k=0.05, ceiling=1.0, u0=0.05)
moved = {s: FloatSlider(start[s], min=a, max=b, step=c, readout_format=".3f") for s, (a, b, c) in sliders.items()}
interact(draw, years=FloatSlider(150, min=20, max=400, step=10), **moved);"""

_WATCH = """
(which) => {
    const cell = document.querySelectorAll('.jp-Notebook .jp-CodeCell')[which];
    const source = () => [...cell.querySelectorAll('img')].map(i => i.getAttribute('src')).join('|');
    window.bench = {changes: [], last: source()};
    window.benchObserver?.disconnect();
    // Counted when the browser has decoded the new picture, not when its bytes arrive.
    window.benchObserver = new MutationObserver(() => {
        const now = source();
        if (now && now !== window.bench.last) {
            window.bench.last = now;
            const images = [...cell.querySelectorAll('img')];
            Promise.all(images.map(i => i.decode().catch(() => 0)))
                .then(() => window.bench.changes.push(performance.now()));
        }
    });
    window.benchObserver.observe(cell, {subtree: true, childList: true, attributes: true, attributeFilter: ['src']});
    if (!window.benchKeys) {
        window.benchKeys = [];
        document.addEventListener('keydown', () => window.benchKeys.push(performance.now()), true);
    }
    window.benchKeys.length = 0;
}
"""


def _slider(opened: NotebookPage, which: int) -> None:
    opened.page.locator(".jp-Notebook .jp-CodeCell").nth(which).get_by_role("slider").first.focus()


def _single(opened: NotebookPage, which: int, presses: int, key: str) -> list[float]:
    """Milliseconds from each of some key presses to the picture that it made."""
    page, found = opened.page, []
    _slider(opened, which)
    for _ in range(presses):
        page.evaluate(_WATCH, which)
        page.keyboard.press(key)
        page.wait_for_function("() => window.bench.changes.length > 0", timeout=20_000, polling=20)
        found.append(page.evaluate("() => window.bench.changes[0] - window.benchKeys[0]"))
        page.wait_for_timeout(250)
    return found


def _drag(opened: NotebookPage, which: int, key: str, presses: int = 25, pause: float = 30) -> tuple[int, float]:
    """Pictures shown during a drag, and milliseconds from its last press to the last picture."""
    page = opened.page
    _slider(opened, which)
    page.evaluate(_WATCH, which)
    for _ in range(presses):
        page.keyboard.press(key)
        page.wait_for_timeout(pause)
    before = -1
    while (now := page.evaluate("() => window.bench.changes.length")) != before:
        before = now
        page.wait_for_timeout(1500)
    last = page.evaluate("() => window.bench.changes.at(-1) - window.benchKeys.at(-1)")
    return before, last


def machine() -> dict[str, Any]:
    """What the figures depend on, and nothing that names the machine."""
    packages = ("jupyterlab", "ipywidgets", "ipykernel", "matplotlib", "numpy", "playwright")
    return {
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        **{name: version(name) for name in packages},
    }


def _summary(singles: list[float], drags: list[tuple[int, float]]) -> dict[str, Any]:
    tenths = statistics.quantiles(singles, n=10)
    return {
        "presses": len(singles),
        "median_ms": round(statistics.median(singles), 1),
        "p10_ms": round(tenths[0], 1),
        "p90_ms": round(tenths[-1], 1),
        "drag_of_25_pictures": statistics.median(d[0] for d in drags),
        "drag_last_key_to_last_picture_ms": round(statistics.median(d[1] for d in drags), 1),
    }


def measure(presses: int, rounds: int) -> dict[str, Any]:
    names = ("Panel", "interact")
    singles: dict[str, list[float]] = {name: [] for name in names}
    drags: dict[str, list[tuple[int, float]]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as folder:
        # Without a kernel's name JupyterLab would ask for one.
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        notebook = new_notebook(cells=[new_code_cell(PANEL), new_code_cell(INTERACT)], metadata=kernel)
        nbformat.write(notebook, Path(folder) / "bench.ipynb")
        with jupyterlab(Path(folder)) as lab, browser() as chromium:
            opened = NotebookPage.open(chromium, lab, "bench.ipynb", height=1600)
            opened.run_all()
            if opened.errors():
                raise SystemExit(f"the notebook of the benchmark fails: {opened.errors()}")
            opened.page.wait_for_timeout(3000)  # widgets connect after the last cell has run
            for which in (0, 1):
                # The Output widget of interact now and then loses its first picture; a key brings the next one.
                image = opened.page.locator(".jp-Notebook .jp-CodeCell").nth(which).locator("img").first
                if not image.is_visible():
                    _slider(opened, which)
                    opened.page.keyboard.press("ArrowRight")
                image.wait_for()
                _single(opened, which, 2, "ArrowRight")  # the first pictures warm caches
            for turn in range(rounds):
                key = "ArrowRight" if turn % 2 == 0 else "ArrowLeft"
                for which, name in enumerate(names):
                    singles[name] += _single(opened, which, presses // rounds, key)
                for which, name in enumerate(names):
                    drags[name].append(_drag(opened, which, "ArrowLeft" if key == "ArrowRight" else "ArrowRight"))
    results = {name: _summary(singles[name], drags[name]) for name in names}
    ratio = results["interact"]["median_ms"] / results["Panel"]["median_ms"]
    return {"machine": machine(), "results": results, "interact_over_panel": round(ratio, 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--presses", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    found = measure(given.presses, given.rounds)
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "panel_latency.json").write_text(json.dumps(found, indent=2) + "\n")
    rows = [
        f"| {name} | {r['median_ms']:.0f} ({r['p10_ms']:.0f} to {r['p90_ms']:.0f}) | {r['drag_of_25_pictures']:.0f} | "
        f"{r['drag_last_key_to_last_picture_ms']:.0f} |"
        for name, r in found["results"].items()
    ]
    about = ", ".join(f"{key} {value}" for key, value in found["machine"].items())
    words = "\n".join(
        [
            "# Slider to picture", "",
            "| technique | arrow key to new picture, ms: median (p10 to p90) | pictures in a drag of 25 steps | "
            "last key to last picture, ms |",
            "|---|---|---|---|", *rows, "",
            f"interact takes {found['interact_over_panel']:.1f} times as long. {about}.", "",
        ]
    )  # fmt: skip
    (RESULTS / "panel_latency.md").write_text(words)
    print(words)


if __name__ == "__main__":
    main()
