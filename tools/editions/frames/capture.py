"""The panels of a notebook with its own data, and what its pictures draw: its cells are run, and nothing is shown."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import nbformat
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from symbiosis.charts.maps import DrawnMap
from symbiosis.lesson import Lesson
from symbiosis.panels.panel import Panel
from tools.editions.frames.drawn import Row, rows


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


@dataclass(frozen=True)
class Run:
    """What a run of a notebook showed: its panels, and by cell what each picture draws (a panel: at its defaults)."""

    panels: list[Captured]
    drawn: dict[int, list[list[Row]]]


def captured(path: Path) -> list[Captured]:
    """The panels of a notebook, which is run up to its last one; ValueError as run has it."""
    return run(path, whole=False).panels


def run(path: Path, *, whole: bool = True) -> Run:
    """Run a notebook, or only up to its last panel, and keep what it hands to lesson.panel and lesson.show.

    ValueError where a cell with the tag "panel" shows none, or more than one.
    """
    notebook = nbformat.read(path, as_version=4)
    places = panel_cells(notebook)
    end = len(notebook.cells) if whole else places[-1] + 1 if places else 0
    found: list[Captured] = []
    drawn: dict[int, list[list[Row]]] = {}
    kept: list[Panel[Any]] = []
    shown: list[list[Row]] = []
    maps: dict[Axes, Mapping[str, float]] = {}
    update = DrawnMap.update

    def keep(self: Lesson, panel: Panel[Any], *, source: Any) -> Panel[Any]:
        kept.append(panel)
        return panel

    def draw(self: Lesson | None, figure: Figure, **told: Any) -> None:
        shown.append(rows(figure, maps))
        maps.clear()

    def recolour(self: DrawnMap, values: Mapping[str, float], caption: str = "") -> Hashable:
        maps[self._axes] = {str(code): float(value) for code, value in values.items() if str(code) in self._codes}
        return update(self, values, caption)

    with (
        _silent(path.parent),
        mock.patch.object(Lesson, "panel", keep),
        mock.patch.object(Lesson, "show", draw),
        mock.patch.object(DrawnMap, "update", recolour),
    ):
        namespace: dict[str, Any] = {"__name__": "__main__"}
        for place, cell in enumerate(notebook.cells[:end]):
            if cell.cell_type != "code":
                continue
            kept.clear()
            shown.clear()
            exec(compile(cell.source, f"{path.name}, cell {place}", "exec"), namespace)
            if shown:
                drawn[place] = list(shown)
            if place not in places:
                continue
            if len(kept) != 1:
                raise ValueError(f"{path.name}, cell {place}: {len(kept)} panels in one cell with the tag, not one")
            panel = kept[0]
            found.append(Captured(panel_name(path.stem, len(found) + 1), place, panel))
            panel.render()
            draw(None, panel._picture.figure)
            drawn[place] = list(shown)
    return Run(found, drawn)


@contextlib.contextmanager
def _silent(folder: Path) -> Iterator[None]:
    """In the notebook's folder, with nothing displayed, drawn for display, or printed."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        with (
            mock.patch("IPython.display.display", return_value=None),
            contextlib.redirect_stdout(io.StringIO()),
        ):
            yield
    finally:
        os.chdir(before)
