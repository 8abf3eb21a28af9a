"""Where frames lie (build/frames, a file a panel), and whether they still are what the notebook would show."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from symbiosis import tables
from symbiosis.lesson import digests
from symbiosis.lesson.ledger import code_digest
from symbiosis.lesson.verdict import VERDICT_MIME
from tools.editions.frames.capture import panel_cells, panel_name

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "build" / "frames"
OWN = tuple(f"tools.editions.frames.{name}" for name in ("build", "capture", "stops"))


def marks(path: Path, modules: Sequence[str] | None = None) -> dict[str, Any]:
    """What the frames of a notebook depend on: its code, the tables, and the modules that its panels loaded.

    modules: their names; those that this program has loaded, without any.
    """
    notebook = nbformat.read(path, as_version=4)
    loaded = [name for name in sys.modules if name.startswith("symbiosis.")] if modules is None else modules
    return {
        "code": code_digest(notebook.cells), "tables": _tables(), "verdicts": _verdicts(notebook, path.parent),
        "modules": digests.digests({*loaded, *OWN}),
    }  # fmt: skip


def write(path: Path, made: Sequence[Mapping[str, Any]], folder: Path = FOLDER) -> None:
    """Keep the frames of a notebook's panels, and what they depend on."""
    folder.mkdir(parents=True, exist_ok=True)
    made_from = marks(path)
    for one in made:
        temporary = folder / f"{one['name']}.tmp"
        temporary.write_text(json.dumps({"notebook": path.stem, "made_from": made_from, **one}, ensure_ascii=False))
        os.replace(temporary, folder / f"{one['name']}.json")


def names(path: Path) -> list[str]:
    """The names of a notebook's panels, in order."""
    cells = panel_cells(nbformat.read(path, as_version=4))
    return [panel_name(path.stem, place) for place in range(1, len(cells) + 1)]


def read(name: str, folder: Path = FOLDER) -> dict[str, Any] | None:
    """The frames of a panel; None where there are none, or none that can be read."""
    try:
        found: dict[str, Any] = json.loads((folder / f"{name}.json").read_text())
    except (OSError, ValueError):
        return None
    return found


def stale(path: Path, folder: Path = FOLDER) -> list[str]:
    """Why the frames of a notebook have to be made anew; empty where they are fresh."""
    why = []
    for name in names(path):
        kept = read(name, folder)
        if kept is None:
            why.append(f"{name}: no frames")
            continue
        before = kept["made_from"]
        now = marks(path, list(before["modules"]))
        changed = [m for m, mark in before["modules"].items() if now["modules"][m] != mark]
        differs = [what for what in ("code", "tables", "verdicts") if before[what] != now[what]]
        if changed or differs:
            why.append(f"{name}: changed since: {', '.join([*differs, *changed])}")
    return why


def _tables() -> str:
    described = [(tables.folder(package) / "datapackage.json").read_bytes() for package in tables.PACKAGES]
    return hashlib.sha256(b"".join(described)).hexdigest()[:16]


def _verdicts(notebook: NotebookNode, folder: Path) -> str:
    """A mark of all verdicts, for a notebook that reads them; "" for the others."""
    if not any("ledger" in cell.source for cell in notebook.cells if cell.cell_type == "code"):
        return ""
    found = [
        output["data"][VERDICT_MIME]
        for path in sorted(folder.glob("[0-9][0-9]_*.ipynb"))
        for cell in nbformat.read(path, as_version=4).cells
        for output in cell.get("outputs", [])
        if VERDICT_MIME in output.get("data", {})
    ]
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:16]
