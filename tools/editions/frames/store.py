"""Where frames lie (build/frames, a file a panel and one a notebook), and whether they are what it would show."""

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

Drawn = Mapping[int, Sequence[Sequence[Sequence[Any]]]]
"""By cell, of each of its pictures the rows."""
ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "build" / "frames"
OWN = tuple(f"tools.editions.frames.{name}" for name in ("build", "capture", "drawn", "stops"))


def marks(path: Path, modules: Sequence[str] | None = None) -> dict[str, Any]:
    """What the frames of a notebook depend on: its code, the tables, and the modules that its panels loaded.

    modules: their names; those that this program has loaded, without any.
    """
    notebook = nbformat.read(path, as_version=4)
    loaded = [name for name in sys.modules if name.startswith("symbiosis.")] if modules is None else modules
    return {**_rests_on(notebook, path.parent), "modules": digests.digests({*loaded, *OWN})}


def _rests_on(notebook: NotebookNode, folder: Path) -> dict[str, str]:
    return {"code": code_digest(notebook.cells), "tables": _tables(), "verdicts": _verdicts(notebook, folder)}


def write(path: Path, made: Sequence[Mapping[str, Any]], drawn: Drawn, folder: Path = FOLDER) -> None:
    """Keep the frames of a notebook's panels, what its pictures draw, and what both depend on."""
    folder.mkdir(parents=True, exist_ok=True)
    made_from = marks(path)
    for one in [*made, {"name": _drawn_name(path), "cells": drawn}]:
        temporary = folder / f"{one['name']}.tmp"
        temporary.write_text(json.dumps({"notebook": path.stem, "made_from": made_from, **one}, ensure_ascii=False))
        os.replace(temporary, folder / f"{one['name']}.json")


def _drawn_name(path: Path) -> str:
    return f"{path.stem[:2]}-drawn"


def names(path: Path) -> list[str]:
    """The names of a notebook's panels, in order."""
    return _names(nbformat.read(path, as_version=4), path)


def _names(notebook: NotebookNode, path: Path) -> list[str]:
    return [panel_name(path.stem, place) for place, _ in enumerate(panel_cells(notebook), start=1)]


def read(name: str, folder: Path = FOLDER) -> dict[str, Any] | None:
    """The frames of a panel; None where there are none, or none that can be read."""
    try:
        found: dict[str, Any] = json.loads((folder / f"{name}.json").read_text())
    except (OSError, ValueError):
        return None
    return found


def stale(path: Path, folder: Path = FOLDER) -> list[str]:
    """Why the frames of a notebook have to be made anew; empty where they are fresh."""
    return [f"{name}: {why}" for name, (_, why) in _found(path, folder).items() if why]


def fresh(path: Path, folder: Path = FOLDER) -> tuple[dict[str, dict[str, Any]], Drawn]:
    """What still is what a notebook would show: the frames of its panels by name, and what its pictures draw."""
    found = {name: kept for name, (kept, why) in _found(path, folder).items() if kept and not why}
    drawn = found.pop(_drawn_name(path), {"cells": {}})
    return found, {int(cell): pictures for cell, pictures in drawn["cells"].items()}


def _found(path: Path, folder: Path) -> dict[str, tuple[dict[str, Any] | None, str]]:
    """For each panel of a notebook its frames, for its pictures what they draw, and why that is stale."""
    notebook = nbformat.read(path, as_version=4)
    now = _rests_on(notebook, path.parent)
    found: dict[str, tuple[dict[str, Any] | None, str]] = {}
    for name in [*_names(notebook, path), _drawn_name(path)]:
        kept = read(name, folder)
        if kept is None:
            found[name] = None, "no frames"
            continue
        before = kept["made_from"]
        differs = [what for what, mark in now.items() if before[what] != mark]
        differs += digests.changed(before["modules"])
        found[name] = kept, f"changed since: {', '.join(differs)}" if differs else ""
    return found


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
