"""One visit to the browser edition in a real browser: what it fetches and how long it takes.

python -m tools.editions.site.visit         measure a visit to build/site and write bench/results/site.json
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Request

from tools.editions.site import serve
from tools.environment import ROOT
from tools.lab import browser, refuse_outside

SITE = ROOT / "build" / "site"
FIRST_PICTURE = """() => {
    const content = jupyterapp.shell.currentWidget.content;
    window.symbiosisPicture = null;
    window.symbiosisRan = null;
    const code = content.model.sharedModel.cells.filter(cell => cell.cell_type === 'code');
    const drawn = () => code.some(cell => cell.getOutputs().some(output => output.data?.['image/png']));
    const watch = setInterval(() => {
        if (!window.symbiosisPicture && drawn()) { window.symbiosisPicture = Date.now(); clearInterval(watch); }
    }, 20);
    jupyterapp.commands.execute('notebook:clear-all-cell-outputs').then(() =>
        jupyterapp.commands.execute('notebook:run-all-cells')).finally(() => { window.symbiosisRan = Date.now(); });
}"""
OPENED = """async () => {
    const widget = jupyterapp.shell.currentWidget;
    await widget.context.ready; await widget.sessionContext.ready; await widget.revealed;
}"""
PRINTED = """async (code) => {
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const said = [];
    const asked = kernel.requestExecute({ code });
    asked.onIOPub = ({ content }) => said.push(content.text ?? content.evalue ?? '');
    await asked.done;
    return said.join('');
}"""


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """Serve a site until the block ends; its port."""
    server = serve.server(folder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Visit:
    """A notebook of the site, open in a page, with all that it asked for and said."""

    page: Page
    port: int
    outside: list[Request] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    sizes: dict[str, float] = field(default_factory=dict)

    @classmethod
    def begin(cls, chromium: Browser, port: int, *allowed: str, **options: Any) -> Visit:
        """A fresh profile on the start page, where the keeper of files is set up.

        allowed: other addresses that may be asked; options: of the browser's context, as dark colours.
        """
        context = chromium.new_context(viewport={"width": 1280, "height": 720}, **options)
        self = cls(context.new_page(), port)

        self.outside = refuse_outside(context, f"http://127.0.0.1:{port}/", "data:", "blob:", *allowed)
        context.on("requestfinished", lambda done: self.requests.append(done))
        self.page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        context.on("response", lambda got: got.status >= 400 and self.errors.append(f"{got.status} {got.url}"))
        self.page.goto(f"http://127.0.0.1:{port}/")
        self.page.evaluate("async () => { await navigator.serviceWorker.ready; }")
        return self

    def open(self, notebook: str, timeout_seconds: float = 120) -> None:
        """Open a notebook and wait until it can be run."""
        address = f"http://127.0.0.1:{self.port}/notebooks/?path=notebooks/{notebook}.ipynb"
        self.follow(lambda: self.page.goto(address, wait_until="domcontentloaded"), timeout_seconds)

    def follow(self, go: Callable[[], Any], timeout_seconds: float = 120) -> None:
        """Go to a notebook by a link or a key, and wait until it can be run."""
        self.requests.clear()
        started = time.monotonic()
        go()
        ready = "() => window.jupyterapp && jupyterapp.shell.currentWidget"
        self.page.wait_for_function(ready, timeout=timeout_seconds * 1000)
        self.page.evaluate(OPENED)
        self.seconds["open"] = time.monotonic() - started

    def run_all(self, timeout_seconds: float = 300) -> None:
        """Run all cells; how long it takes to the first picture and to the end counts from the opening on."""
        started = time.monotonic()
        self.page.evaluate(FIRST_PICTURE)
        for name, flag in (("first_picture", "symbiosisPicture"), ("all", "symbiosisRan")):
            self.page.wait_for_function(f"() => window.{flag}", timeout=timeout_seconds * 1000)
            self.seconds[name] = self.seconds["open"] + time.monotonic() - started
            self.sizes[name] = self.megabytes()

    def printed(self, code: str) -> str:
        """What some lines of Python print in the notebook's kernel, or the words of their error."""
        found: str = self.page.evaluate(PRINTED, code)
        return found

    def failures(self) -> list[str]:
        """The errors among the outputs."""
        found: list[str] = self.page.evaluate(
            """() => jupyterapp.shell.currentWidget.content.model.sharedModel.cells
                .filter(cell => cell.cell_type === 'code').flatMap(cell => cell.getOutputs())
                .filter(output => output.output_type === 'error').map(output => output.ename + ': ' + output.evalue)"""
        )
        return found

    def megabytes(self) -> float:
        """What went over the line since the notebook was opened, compressed as it was sent."""
        return sum(max(0, request.sizes()["responseBodySize"]) for request in self.requests) / 1e6

    def record(self) -> dict[str, Any]:
        """Megabytes to the first picture and in all, seconds, on what machine, how busy that was, and when."""
        seconds = {f"{name}_seconds": round(value, 1) for name, value in self.seconds.items()}
        sizes = {"megabytes": round(self.sizes["first_picture"], 1), "all_megabytes": round(self.sizes["all"], 1)}
        load = round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
        when = datetime.now(UTC).date().isoformat()
        return {**sizes, **seconds, "processors": os.cpu_count(), "load_average": load, "date": when}


def main() -> int:
    """Measure one visit."""
    with served(SITE) as port, browser() as chromium:
        visit = Visit.begin(chromium, port)
        visit.open("02_the_emptying_countryside")
        visit.run_all()
        text = json.dumps(visit.record(), indent=1)
    (ROOT / "bench" / "results" / "site.json").write_text(text + "\n", encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
