"""Execute the notebooks and leave them as they are committed: outputs kept, what is random or private removed.

python -m tools.notebooks [NAME ...]      execute these (all, without a name) and write them back
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from symbiosis.lesson.ledger import STAMP, code_digest
from tools.course.terms import linked
from tools.lecture import timed

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
SECONDS_PER_CELL = 120
FOLDED = {"claim-card", "map", "predict", "panel", "say", "draw", "finding", "verdict", "solution", "check", "sources"}
"""Tags of cells whose code teaches nothing: they say, show or draw, and open with a click."""


def paths(names: Sequence[str] = (), folder: Path = NOTEBOOKS) -> list[Path]:
    """The notebooks in order, or those whose file name starts with one of the names."""
    found = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    chosen = [p for p in found if not names or any(p.name.startswith(name) for name in names)]
    if not chosen:
        raise SystemExit(f"no notebook in {folder} starts with {', '.join(names) or 'two digits'}")
    return chosen


def execute(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """Run every cell in a fresh kernel in folder; the notebook comes back with its outputs."""
    NotebookClient(
        notebook, timeout=SECONDS_PER_CELL, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    return notebook


def stamp(notebook: NotebookNode) -> NotebookNode:
    """Say in the metadata which code ran, so that a stale verdict can be told."""
    notebook.metadata[STAMP] = {"code": code_digest(notebook.cells)}
    return notebook


def fold(notebook: NotebookNode) -> NotebookNode:
    """Hide the source of the cells that only say, show or draw, as their tags tell; show every other."""
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        settings = dict(cell.metadata.get("jupyter", {}))
        settings.pop("source_hidden", None)
        if FOLDED & set(cell.metadata.get("tags", [])):
            settings["source_hidden"] = True
        cell.metadata.pop("jupyter", None)
        if settings:
            cell.metadata["jupyter"] = settings
    return notebook


def tidy(notebook: NotebookNode) -> NotebookNode:
    """Remove what differs from run to run: widget state and views, timings, the interpreter's version."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)
            output.pop("transient", None)
    return notebook


def main(arguments: Sequence[str] | None = None) -> int:
    """Execute and tidy; a notebook that fails is left as it was."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", help="how a notebook's file name starts, for instance 01")
    failed = []
    for path in paths(parser.parse_args(arguments).names):
        started = time.monotonic()
        notebook = nbformat.read(path, as_version=4)
        try:
            execute(notebook, path.parent)
        except CellExecutionError as error:
            print(f"{path.name}: {error}", file=sys.stderr)
            failed.append(path.name)
            continue
        stamp(fold(timed(linked(tidy(notebook)))))
        temporary = path.with_suffix(".tmp")
        nbformat.write(notebook, temporary)
        os.replace(temporary, path)
        print(f"{path.name}: {len(notebook.cells)} cells in {time.monotonic() - started:.1f} s")
    if failed:
        print(f"failed, and left as they were: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
