"""Serve every panel without code: python start.py dashboards [--make] [--port 8866]

build/dashboards holds a notebook for each panel, with what that panel needs and no more; Voila runs one for each reader
that opens it, on 127.0.0.1. --make writes the notebooks and serves nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from html import escape
from pathlib import Path

import nbformat

from tools.editions import colours
from tools.editions.dashboards.slices import slices
from tools.notebooks import ROOT, paths
from tools.reading import title_of

TARGET = ROOT / "build" / "dashboards"
ALWAYS_LIGHT = "@media not all { :root { %s } }"
"""Voila shows the light theme, whatever the system says."""
STYLE = """
html, body, body.jp-Notebook, #rendered_cells, #rendered_cells > div { margin: 0 !important; padding: 0 !important;
  border-radius: 0 !important; box-shadow: none !important; background: var(--symbiosis-ground) !important }
#rendered_cells { max-width: 1120px; margin: 0 auto !important }
.jp-Cell, .jp-OutputArea-child, .jp-OutputArea-output, .jp-Cell-outputWrapper { padding: 0 !important;
  margin: 0 !important; overflow: visible !important }
.jp-OutputPrompt, .jp-InputPrompt, .jp-Cell-inputWrapper, .jp-OutputCollapser { display: none !important }
h1.symbiosis-name { margin: 8px 0 6px !important; font: bold 24px/1.2 sans-serif !important;
  color: var(--symbiosis-accent) }
#rendered_cells img { display: block; width: auto; height: auto; max-height: var(--symbiosis-tallest, 400px);
  background: #fff }
"""
SCRIPT = """
(() => {
  // The picture takes what the controls and the numbers leave of the window.
  const fit = () => {
    const picture = document.querySelector('#rendered_cells img');
    if (!picture) return;
    const others = document.querySelector('#rendered_cells').scrollHeight - picture.clientHeight;
    const tallest = `${Math.max(200, window.innerHeight - others - 8)}px`;
    document.documentElement.style.setProperty('--symbiosis-tallest', tallest);
  };
  document.documentElement.lang = 'en';
  document.querySelector('#rendered_cells').setAttribute('role', 'main');
  window.addEventListener('resize', fit);
  new ResizeObserver(fit).observe(document.querySelector('#rendered_cells'));
  // The buttons of a player have pictures only, and the handles of sliders get their names late.
  const NAMES = {'fa-play': 'Play', 'fa-pause': 'Pause', 'fa-stop': 'Stop, back to the start', 'fa-retweet': 'Repeat'};
  const called = (node, words) => {
    if (words && node.getAttribute('aria-label') !== words) node.setAttribute('aria-label', words);
  };
  const name = () => {
    document.querySelectorAll('#rendered_cells button > i.fa').forEach((icon) => called(
      icon.parentElement, Object.entries(NAMES).find(([one]) => icon.classList.contains(one))?.[1]));
    document.querySelectorAll('#rendered_cells .widget-slider').forEach((row) => {
      const handle = row.querySelector('[role=slider]');
      if (handle) called(handle, row.querySelector('.widget-label')?.textContent);
    });
  };
  new MutationObserver(name).observe(document.querySelector('#rendered_cells'),
    {childList: true, subtree: true, attributes: true, attributeFilter: ['class']});
  new MutationObserver(fit).observe(document.querySelector('#rendered_cells'), {childList: true, subtree: true});
})();
"""
OPTIONS = [
    "--no-browser", "--Voila.ip=127.0.0.1", "--VoilaConfiguration.strip_sources=True",
    "--VoilaConfiguration.show_tracebacks=True", "--VoilaExecutor.timeout=120", "--template=symbiosis",
    "--MappingKernelManager.cull_idle_timeout=60", "--MappingKernelManager.cull_interval=20",
]  # fmt: skip
"""The last two end the kernels of readers who have left; one that a page is connected to stays."""


def notebook_of(code: str, title: str) -> nbformat.NotebookNode:
    """A dashboard: its name, our look, and the panel."""
    look = "<style>" + colours.stylesheet(ALWAYS_LIGHT) + STYLE + "</style>"
    head = f'{look}<h1 class="symbiosis-name">{escape(title)}</h1><script>{SCRIPT}</script>'
    show = f"from IPython.display import HTML, display\n\ndisplay(HTML({head!r}))"
    cells = [nbformat.v4.new_code_cell(show), nbformat.v4.new_code_cell(code)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel, "title": title})
    for number, cell in enumerate(made.cells):
        cell.id = f"cell-{number}"
    return made


def make(target: Path = TARGET) -> list[Path]:
    """Write the notebooks of all panels into target, which is emptied before."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    made = []
    for path in paths():
        notebook = nbformat.read(path, as_version=4)
        title = title_of(notebook)
        for number, code in enumerate(slices(notebook), start=1):
            file = target / f"{path.stem[:2]}-{number}_{path.stem[3:]}.ipynb"
            nbformat.write(notebook_of(code, title), file)
            made.append(file)
    return made


def command(port: int, target: Path = TARGET) -> list[str]:
    """The command that serves the dashboards."""
    return [sys.executable, "-m", "voila", *OPTIONS, f"--port={port}", str(target)]


def settings() -> dict[str, str]:
    """The environment in which Voila finds our template, and its own parts beside its Python."""
    found = os.pathsep.join([str(Path(__file__).with_name("share")), os.environ.get("JUPYTER_PATH", "")])
    return {**os.environ, "JUPYTER_PREFER_ENV_PATH": "1", "JUPYTER_PATH": found.strip(os.pathsep)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the dashboards and serve them until interrupted."""
    parser = argparse.ArgumentParser(prog="start.py dashboards", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--make", action="store_true", help="write the notebooks and serve nothing")
    parser.add_argument("--port", type=int, default=8866)
    given = parser.parse_args(arguments)
    made = make()
    print(f"{TARGET.relative_to(ROOT)}: {len(made)} panels", flush=True)
    if given.make:
        return 0
    print(f"http://127.0.0.1:{given.port}/ has them all; Ctrl+C ends it.", flush=True)
    try:
        return subprocess.call(command(given.port), env=settings())
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    raise SystemExit(main())
