"""How long the editions take to build, what they weigh, and how fast a panel's frames answer on a page.

    python -m bench.editions [frames] [book] [slides] [site] [dashboards]

Writes bench/results/editions.json and, of the book alone, bench/results/book.json; what is not named keeps what was
measured last. Builds go where start.py puts them. Their environments have to be there: start.py book makes the second.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools import environment
from tools.lab import browser, free_port

from bench import record
from bench.record import ROOT

EDITIONS = str(environment.venv_python(ROOT / ".venv-editions"))
BUILD = ROOT / "build"
PRESSES = 40
PACKAGES = ("matplotlib", "nbformat", "numpy", "playwright")
_PRESS = """async () => {
    const picture = document.querySelector('.symbiosis-frames img'), before = picture.src;
    const pressed = await new Promise((done) => {
        document.addEventListener('input', () => done(performance.now()), { capture: true, once: true });
        setTimeout(() => done(0), 500);
    });
    if (!pressed) return null;
    await new Promise((done) => setTimeout(done, 0));
    if (picture.src === before) return null;
    await picture.decode();
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
    return performance.now() - pressed;
}"""


def built(python: str, module: str, *arguments: str) -> float:
    """Seconds that a build takes; what it says goes on to the screen."""
    started = time.perf_counter()
    subprocess.run([python, "-m", module, *arguments], cwd=ROOT, check=True)
    return time.perf_counter() - started


def megabytes(folder: Path) -> float:
    """What the files of a folder weigh together."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def frames() -> dict[str, Any]:
    seconds = built(sys.executable, "tools.editions.frames", "--all")
    panels = [file.stat().st_size / 1e6 for file in (BUILD / "frames").glob("??-[0-9]*.json")]
    return {"seconds": seconds, "megabytes": megabytes(BUILD / "frames"), "heaviest_panel_megabytes": max(panels)}


def book() -> dict[str, Any]:
    seconds = built(EDITIONS, "tools.editions.book")
    answers = frame_milliseconds(BUILD / "book" / "notebooks" / "02_the_emptying_countryside.html")
    return {"seconds": seconds, "megabytes": megabytes(BUILD / "book"), **answers}


def slides() -> dict[str, Any]:
    seconds = built(sys.executable, "tools.editions.slides")
    return {"seconds": seconds, "megabytes": megabytes(BUILD / "slides")}


def site() -> dict[str, Any]:
    return {"seconds": built(EDITIONS, "tools.editions.site"), "megabytes": megabytes(BUILD / "site")}


def dashboards() -> dict[str, Any]:
    """From the command to the first page."""
    port, started = free_port(), time.perf_counter()
    command = [EDITIONS, "-m", "tools.editions.dashboards", f"--port={port}"]
    with subprocess.Popen(command, cwd=ROOT, start_new_session=True) as server:
        try:
            while server.poll() is None and time.perf_counter() - started < 120:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2).close()
                    return {"seconds_to_first_page": time.perf_counter() - started}
                except OSError:
                    time.sleep(0.1)
            raise RuntimeError("the dashboards did not start")
        finally:
            os.killpg(server.pid, signal.SIGTERM)


def frame_milliseconds(page_file: Path) -> dict[str, float]:
    """Milliseconds from a slider's input event to the picture that is decoded and painted, on a page of the book."""
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": 1280, "height": 720})
        page.goto(page_file.as_uri())
        panel = page.locator(".symbiosis-frames").first
        panel.scroll_into_view_if_needed()
        slider = panel.locator("input[type=range]").first
        slider.wait_for()
        page.evaluate(f"() => {{ window.press = {_PRESS}; }}")
        slider.focus()
        page.keyboard.press("Home")
        found = []
        for at in range(PRESSES):
            page.evaluate("() => { window.benchResult = press(); }")
            page.keyboard.press("ArrowRight" if at % 20 < 10 else "ArrowLeft")
            spent = page.evaluate("() => window.benchResult")
            if spent is not None:
                found.append(spent)
    tenths = statistics.quantiles(found, n=10)
    return {"frame_milliseconds_median": statistics.median(found), "frame_milliseconds_p90": tenths[-1],
            "frame_presses": len(found)}  # fmt: skip


PARTS: dict[str, Callable[[], dict[str, Any]]] = {
    "frames": frames, "book": book, "slides": slides, "site": site, "dashboards": dashboards,
}  # fmt: skip


def main() -> int:
    chosen = sys.argv[1:] or list(PARTS)
    if unknown := set(chosen) - set(PARTS):
        print(f"error: no edition {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    for name in chosen:
        before, loads = os.times(), [record.load()]
        measured = PARTS[name]()
        after = os.times()
        worked = after.children_user + after.children_system - before.children_user - before.children_system
        values = {key: value if isinstance(value, int) else round(value, 2) for key, value in measured.items()}
        # A load above the number of cores stretches the seconds; those of the processor say how far.
        found = {**values, "processor_seconds": round(worked, 1), "load_before": loads[0]}
        together = {**record.kept("editions", PACKAGES), name: found}
        record.save("editions", PACKAGES, together, [*loads, record.load()])
        print(f"{name}: {values}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
