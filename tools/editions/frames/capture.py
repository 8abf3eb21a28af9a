"""The panels of a notebook with its own data: its cells are run, and nothing is painted or shown on the way."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import nbformat

from symbiosis.lesson import Lesson
from symbiosis.panels.panel import Panel


@dataclass(frozen=True)
class Captured:
    """A panel as a notebook shows it: its name (number of the notebook and place among its panels) and its cell."""

    name: str
    cell: int
    panel: Panel[Any]


def panel_cells(notebook: nbformat.NotebookNode) -> list[int]:
    """Where the panels of a notebook stand: the code cells with the tag "panel"."""
    return [
        place for place, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and "panel" in cell.metadata.get("tags", [])
    ]  # fmt: skip


def panel_name(stem: str, place: int) -> str:
    """The name of the panel at a place (from 1) of a notebook: "02-1"."""
    return f"{stem[:2]}-{place}"


def captured(path: Path) -> list[Captured]:
    """Run a notebook up to its last panel, and keep the panels that it hands to lesson.panel.

    ValueError where a cell with the tag "panel" shows none, or more than one.
    """
    notebook = nbformat.read(path, as_version=4)
    places = panel_cells(notebook)
    found: list[Captured] = []
    kept: list[Panel[Any]] = []

    def keep(self: Lesson, panel: Panel[Any], *, source: Any) -> Panel[Any]:
        kept.append(panel)
        return panel

    with _silent(path.parent), mock.patch.object(Lesson, "panel", keep):
        namespace: dict[str, Any] = {"__name__": "__main__"}
        for place, cell in enumerate(notebook.cells[: places[-1] + 1] if places else []):
            if cell.cell_type != "code":
                continue
            kept.clear()
            exec(compile(cell.source, f"{path.name}, cell {place}", "exec"), namespace)
            if place not in places:
                continue
            if len(kept) != 1:
                raise ValueError(f"{path.name}, cell {place}: {len(kept)} panels in one cell with the tag, not one")
            found.append(Captured(panel_name(path.stem, len(found) + 1), place, kept[0]))
    return found


@contextlib.contextmanager
def _silent(folder: Path) -> Iterator[None]:
    """In the notebook's folder, with nothing displayed, drawn for display, or printed."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        with (
            mock.patch("IPython.display.display", return_value=None),
            mock.patch.object(Lesson, "show", return_value=None),
            contextlib.redirect_stdout(io.StringIO()),
        ):
            yield
    finally:
        os.chdir(before)
