"""Slider to picture, in JupyterLab in a real browser: a Panel, and the same picture by interact, bqplot and ipympl.

    python -m bench.panel_latency [--presses 24] [--rounds 3]

Writes bench/results/panel_latency.json. Each has a notebook and a kernel of its own, and presses alternate between
them in blocks, so that a busy moment of the machine hits each. A press counts from the browser's keydown to the frame
that shows the last change before a quarter of a second of rest: an image decoded, a path of an SVG changed, or a canvas
drawn on. The time to that change is kept too: a frame comes up to 17 ms later.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser
from tools.lab import Lab, NotebookPage, browser, jupyterlab

from bench import record

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
    top = 1.08 * max(rural.max(), min(urban.max(), 2.2 * rural.max()))
    b.text(0.93 * years, min(urban[280], 0.9 * top), "urban", ha="right")
    b.text(0.93 * years, min(rural[280], 0.9 * top), "rural", ha="right", weight="bold")
    b.set_ylim(0, top)
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

# The same in the other two, each in its own manner: what moves is given new data, and nothing is made anew.
_MODEL = """\
import numpy as np
from ipywidgets import FloatSlider, HBox, VBox
from symbiosis.models.urbanization.logistic_urbanization import LogisticUrbanization

ranges = dict(n=(-0.02, 0.04, 0.001), k=(0.005, 0.12, 0.001), ceiling=(0.3, 1, 0.01), u0=(0.01, 0.95, 0.01),
              years=(20, 400, 10))
start = dict(n=0.01, k=0.05, ceiling=1.0, u0=0.05, years=150.0)
sliders = {s: FloatSlider(start[s], min=a, max=b, step=c, description=s, readout_format=".3f")
           for s, (a, b, c) in ranges.items()}

def computed():
    given = {name: slider.value for name, slider in sliders.items()}
    years = given.pop("years")
    t, model = np.linspace(0, years, 301), LogisticUrbanization(**given)
    course, path = model.rural_trajectory(), model.path(t)
    share, rural, urban = path.urban_share, path.rural, path.urban
    peak = ([course.peak_time], [100 * course.peak_share], [course.peak_ratio * rural[0]]) \\
        if course.peak_time is not None and course.peak_time <= years else ([], [], [])
    words = [f"rural peak at {course.peak_share:.0%} urban"] if peak[0] else []
    top = 1.08 * max(rural.max(), min(urban.max(), 2.2 * rural.max()))
    return years, t, 100 * share, rural, urban, peak, words, top
"""

BQPLOT = (
    _MODEL
    + """
import bqplot as bq

x, y1, y2 = (bq.LinearScale(min=0, max=top) for top in (150, 101, 1))
left, right = {"x": x, "y": y1}, {"x": x, "y": y2}
share_line = bq.Lines(scales=left, colors=["#1b4f8a"])
people = bq.Lines(scales=right, colors=["#e0982f", "#1b4f8a"])
dots = [bq.Scatter(scales=scales, colors=["#e0982f"]) for scales in (left, right)]
peak_words = bq.Label(scales=left, colors=["#22303c"])
names = bq.Label(scales=right, text=["rural", "urban"], colors=["#e0982f", "#1b4f8a"])

def axes(scale, label):
    return [bq.Axis(scale=x, label="Years from the start"), bq.Axis(scale=scale, label=label, orientation="vertical")]

size = {"width": "500px", "height": "360px"}
figures = [
    bq.Figure(marks=[share_line, dots[0], peak_words], axes=axes(y1, "Urban share (%)"), layout=size,
              title="The share"),
    bq.Figure(marks=[people, dots[1], names], axes=axes(y2, "People (total at start = 1)"), layout=size,
              title="The number of people"),
]

def update(change=None):
    years, t, share, rural, urban, peak, words, top = computed()
    x.max, y2.max = years, top
    for mark, values in ((share_line, share), (people, np.array([rural, urban]))):
        with mark.hold_sync():
            mark.x, mark.y = t, values
    for mark, height in ((dots[0], peak[1]), (dots[1], peak[2])):
        with mark.hold_sync():
            mark.x, mark.y = np.array(peak[0]), np.array(height)
    with peak_words.hold_sync():
        peak_words.x, peak_words.y, peak_words.text = np.array(peak[0]), np.array(peak[1]), words
    with names.hold_sync():
        names.x, names.y = np.full(2, t[270]), np.minimum([rural[280], urban[280]], 0.9 * top)

update()
for slider in sliders.values():
    slider.observe(update, "value")
VBox([*sliders.values(), HBox(figures)])"""
)

IPYMPL = (
    _MODEL
    + """
from ipympl.backend_nbagg import Canvas, FigureManager
from matplotlib.figure import Figure

figure = Figure(figsize=(10, 3.6), dpi=100)
canvas = Canvas(figure)
manager = FigureManager(canvas, 0)
canvas.header_visible = canvas.footer_visible = canvas.toolbar_visible = False
a, b = figure.subplots(1, 2)
a.set(title="The share", xlabel="Years from the start", ylabel="Urban share (%)", ylim=(0, 101))
b.set(title="The number of people", xlabel="Years from the start", ylabel="People (total at start = 1)")
(share_line,) = a.plot([0], [0])
(urban_line,) = b.plot([0], [0], "--")
(rural_line,) = b.plot([0], [0], linewidth=3)
dots = [axes.plot([], [], "o")[0] for axes in (a, b)]
peak_words = a.text(0, 0, "")
names = [b.text(0, 0, "rural", ha="right", weight="bold"), b.text(0, 0, "urban", ha="right")]
for axes in (a, b):
    axes.grid(True)
    axes.spines[["top", "right"]].set_visible(False)

def update(change=None):
    years, t, share, rural, urban, peak, words, top = computed()
    for line, values in ((share_line, share), (urban_line, urban), (rural_line, rural)):
        line.set_data(t, values)
    for dot, height in zip(dots, peak[1:]):
        dot.set_data(peak[0], height)
    peak_words.set(text="".join(words), position=(peak[0][0], peak[1][0]) if words else (0, 0))
    for name, values in zip(names, (rural, urban)):
        name.set_position((t[280], min(values[280], 0.9 * top)))
    a.set_xlim(0, years)
    b.set(xlim=(0, years), ylim=(0, top))
    canvas.draw_idle()

update()
figure.tight_layout()
for slider in sliders.values():
    slider.observe(update, "value")
VBox([*sliders.values(), canvas])"""
)

CELLS = {"Panel": PANEL, "interact": INTERACT, "bqplot": BQPLOT, "ipympl": IPYMPL}
PACKAGES = ("jupyterlab", "ipywidgets", "ipykernel", "matplotlib", "numpy", "playwright")

_WATCH = """
() => {
    const cell = document.querySelector('.jp-Notebook .jp-CodeCell');
    const images = () => [...cell.querySelectorAll('img')];
    const source = () => images().map(i => i.getAttribute('src')).join('|');
    window.bench = {changes: [], painted: [], last: source(), cell};
    window.benchChanged = () => {
        const bench = window.bench;
        bench.changes.push(performance.now());
        requestAnimationFrame(() => {  // What is posted in a frame comes after its layout and paint.
            const {port1, port2} = new MessageChannel();
            port1.onmessage = () => bench.painted.push(performance.now());
            port2.postMessage(0);
        });
    };
    window.benchObserver?.disconnect();
    // Counted when the browser has decoded the new picture, not when its bytes arrive.
    window.benchObserver = new MutationObserver(records => {
        if (records.some(r => r.attributeName === 'd')) window.benchChanged();
        const now = source();
        if (now && now !== window.bench.last) {
            window.bench.last = now;
            Promise.all(images().map(i => i.decode().catch(() => 0))).then(window.benchChanged);
        }
    });
    window.benchObserver.observe(
        cell, {subtree: true, childList: true, attributes: true, attributeFilter: ['src', 'd']});
    if (!window.benchKeys) {
        window.benchKeys = [];
        document.addEventListener('keydown', () => window.benchKeys.push(performance.now()), true);
        const draw = CanvasRenderingContext2D.prototype.drawImage;
        CanvasRenderingContext2D.prototype.drawImage = function (...given) {
            const done = draw.apply(this, given);
            if (window.bench.cell.contains(this.canvas)) window.benchChanged();
            return done;
        };
    }
    window.benchKeys.length = 0;
}
"""
REST = 250
"""Milliseconds without a change after which a picture is taken to be complete."""


def _slider(opened: NotebookPage) -> None:
    opened.page.bring_to_front()
    opened.page.locator(".jp-Notebook .jp-CodeCell").get_by_role("slider").first.focus()


def _single(opened: NotebookPage, presses: int, key: str) -> list[tuple[float, float]]:
    """Milliseconds from each of some key presses to the picture that it made, changed and painted."""
    page, found = opened.page, []
    _slider(opened)
    for _ in range(presses):
        page.evaluate(_WATCH)
        page.keyboard.press(key)
        page.wait_for_function(
            "rest => window.bench.painted.length && performance.now() - window.bench.painted.at(-1) > rest",
            arg=REST, timeout=20_000, polling=20,
        )  # fmt: skip
        ends = page.evaluate("() => [bench.changes, bench.painted].map(all => all.at(-1) - window.benchKeys[0])")
        found.append((ends[0], ends[1]))
    return found


def _drag(opened: NotebookPage, key: str, presses: int = 25, pause: float = 30) -> tuple[int, float]:
    """Pictures shown during a drag, and milliseconds from its last press to the last picture."""
    page = opened.page
    _slider(opened)
    page.evaluate(_WATCH)
    for _ in range(presses):
        page.keyboard.press(key)
        page.wait_for_timeout(pause)
    before = -1
    # What is painted within eight milliseconds is one picture: bqplot moves one line after another.
    shown = "() => window.bench.painted.filter((at, i, all) => i === 0 || at - all[i - 1] > 8).length"
    while (now := page.evaluate(shown)) != before:
        before = now
        page.wait_for_timeout(1500)
    last = page.evaluate("() => window.bench.painted.at(-1) - window.benchKeys.at(-1)")
    return before, last


def _opened(chromium: Browser, lab: Lab, name: str, code: str) -> NotebookPage:
    """A notebook of one cell, run, with its picture shown and its caches warm."""
    # Without a kernel's name JupyterLab would ask for one.
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=[new_code_cell(code)], metadata=kernel), lab.folder / f"{name}.ipynb")
    opened = NotebookPage.open(chromium, lab, f"{name}.ipynb", height=1600)
    opened.run_all()
    if opened.errors():
        raise SystemExit(f"the notebook of {name} fails: {opened.errors()}")
    opened.page.wait_for_timeout(3000)  # widgets connect after the last cell has run
    picture = opened.page.locator(".jp-Notebook .jp-CodeCell").locator("img, canvas, .bqplot svg").first
    if not picture.is_visible():
        # The Output widget of interact now and then loses its first picture; a key brings the next one.
        _slider(opened)
        opened.page.keyboard.press("ArrowRight")
    picture.wait_for()
    _single(opened, 2, "ArrowRight")
    return opened


def measure(presses: int, rounds: int, cells: dict[str, str]) -> dict[str, Any]:
    """Spread of milliseconds, and drags, by technique; cells: the code of each."""
    singles: dict[str, list[tuple[float, float]]] = {name: [] for name in cells}
    drags: dict[str, list[tuple[int, float]]] = {name: [] for name in cells}
    with tempfile.TemporaryDirectory() as folder, jupyterlab(Path(folder)) as lab, browser() as chromium:
        pages = {name: _opened(chromium, lab, name, code) for name, code in cells.items()}
        for turn in range(rounds):
            there, back = ("ArrowRight", "ArrowLeft") if turn % 2 == 0 else ("ArrowLeft", "ArrowRight")
            for name, opened in pages.items():
                singles[name] += _single(opened, presses // rounds, there)
            for name, opened in pages.items():
                drags[name].append(_drag(opened, back))
    return {
        name: {
            **record.spread([painted for _, painted in singles[name]]),
            "median_to_change": round(statistics.median(changed for changed, _ in singles[name]), 1),
            "drag_of_25_pictures": statistics.median(d[0] for d in drags[name]),
            "drag_last_key_to_last_picture_ms": round(statistics.median(d[1] for d in drags[name]), 1),
        }
        for name in cells
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--presses", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=3)
    given, loads = parser.parse_args(), [record.load()]
    peers = [name for name in ("bqplot", "ipympl") if find_spec(name)]
    cells = {name: code for name, code in CELLS.items() if name in ("Panel", "interact", *peers)}
    found = measure(given.presses, given.rounds, cells)
    record.save("panel_latency", (*PACKAGES, *peers), found, [*loads, record.load()])
    for name, figures in found.items():
        print(f"{name}: {figures}")


if __name__ == "__main__":
    main()
