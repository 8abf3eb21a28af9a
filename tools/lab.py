"""A JupyterLab of our own on 127.0.0.1, and a browser that may talk to nothing else."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode, from_dict
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, sync_playwright

ROOM = Path(__file__).with_name("room") / "labextensions"
"""Our extension of JupyterLab: buttons for a lecture, alternative texts, names of sliders."""
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """The browser to drive: SYMBIOSIS_CHROMIUM, or Chromium or Chrome on the path."""
    named = os.environ.get("SYMBIOSIS_CHROMIUM")
    candidates = [named] if named else ["chromium", "chromium-browser", "google-chrome", "chrome"]
    return next((found for name in candidates if (found := shutil.which(name))), None)


def free_port() -> int:
    """A port on the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Lab:
    """A running JupyterLab."""

    port: int
    token: str
    folder: Path

    def url(self, notebook: str) -> str:
        return f"http://127.0.0.1:{self.port}/doc/tree/{notebook}?token={self.token}"


@contextmanager
def jupyterlab(folder: Path) -> Iterator[Lab]:
    """Serve folder until the block ends; RuntimeError with the server's words when it does not start."""
    lab = Lab(free_port(), secrets.token_hex(16), folder)
    log = folder / "jupyterlab.log"
    with log.open("w", encoding="utf-8") as sink:
        server = subprocess.Popen(
            [
                sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
                "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={lab.port}", "--ServerApp.port_retries=0",
                f"--IdentityProvider.token={lab.token}", f"--ServerApp.root_dir={folder}",
                "--LabApp.expose_app_in_browser=True", "--LabApp.news_url=",
                f"--LabApp.extra_labextensions_path={ROOM}",
            ],
            stdout=sink, stderr=subprocess.STDOUT,
            env={
                **os.environ,
                "JUPYTER_PREFER_ENV_PATH": "1",
                "JUPYTERLAB_SETTINGS_DIR": str(folder / ".settings"),
                # What other sessions had open is asked for on start, and answered with 404 here.
                "JUPYTERLAB_WORKSPACES_DIR": str(folder / ".workspaces"),
            },
        )  # fmt: skip
        try:
            deadline = time.monotonic() + 60
            while True:
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(
                        f"JupyterLab did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}"
                    )
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{lab.port}/api?token={lab.token}", timeout=2).close()
                    break
                except OSError:
                    time.sleep(0.2)
            yield lab
        finally:
            server.terminate()
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium with a fresh profile."""
    path = find_chromium()
    if path is None:
        raise RuntimeError("no Chromium found: apt-get install chromium, or set SYMBIOSIS_CHROMIUM to its path")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        try:
            yield chromium
        finally:
            chromium.close()


def refuse_outside(where: Page | BrowserContext, *allowed: str) -> list[Request]:
    """Let a page ask for nothing but addresses that begin so; the list fills with what else it asked for in vain."""
    refused: list[Request] = []

    def guard(route: Route) -> None:
        if route.request.url.startswith(allowed):
            route.continue_()
        else:
            refused.append(route.request)
            route.abort()

    where.route("**/*", guard)
    return refused


@dataclass
class NotebookPage:
    """One notebook open in the browser, with what it asked for outside 127.0.0.1 and what its console said."""

    page: Page
    outside: list[Request] = field(default_factory=list)
    console: list[str] = field(default_factory=list)

    @classmethod
    def open(
        cls, chromium: Browser, lab: Lab, notebook: str, *, width: int = 1280, height: int = 720, dark: bool = False
    ) -> NotebookPage:
        """Open a notebook and wait until its kernel answers."""
        page = chromium.new_page(viewport={"width": width, "height": height})
        self = cls(page)

        self.outside = refuse_outside(page, f"http://127.0.0.1:{lab.port}/", "data:", "blob:")
        page.on("console", lambda message: self.console.append(f"{message.type}: {message.text}"))
        page.goto(lab.url(notebook), wait_until="domcontentloaded")
        page.wait_for_function("() => window.jupyterapp && jupyterapp.shell.currentWidget", timeout=60_000)
        page.evaluate(
            """async (dark) => {
                const w = jupyterapp.shell.currentWidget;
                await w.context.ready; await w.sessionContext.ready; await w.revealed;
                await w.sessionContext.session.kernel.info;
                await jupyterapp.commands.execute('apputils:change-theme',
                    {theme: dark ? 'JupyterLab Dark' : 'JupyterLab Light'});
            }""",
            dark,
        )
        return self

    def run_all(self, timeout_seconds: float = 90) -> None:
        """Run all cells and wait for the end: JupyterLab's command settles when the last cell has run."""
        self.page.evaluate(
            """() => {
                window.symbiosisRan = false;
                jupyterapp.commands.execute('notebook:run-all-cells').finally(() => { window.symbiosisRan = true; });
            }"""
        )
        self.page.wait_for_function("() => window.symbiosisRan", timeout=timeout_seconds * 1000)

    def outputs(self) -> list[list[NotebookNode]]:
        """The outputs of every code cell in order, as JupyterLab would store them now."""
        found = self.page.evaluate(
            """() => jupyterapp.shell.currentWidget.content.model.sharedModel.cells
                .filter(c => c.cell_type === 'code').map(c => c.getOutputs ? c.getOutputs() : c.outputs)"""
        )
        return [[from_dict(output) for output in outputs] for outputs in found]

    def errors(self) -> list[str]:
        """The error outputs of the notebook."""
        every = (output for outputs in self.outputs() for output in outputs)
        return [f"{o.ename}: {o.evalue}" for o in every if o.output_type == "error"]

    def close(self) -> None:
        self.page.close()
