"""The lecture as a live deck in JupyterLab, where panels move on the slide: python start.py slides --live [NAME ...]

build/live holds a copy of each notebook whose slide types say what the deck shows: a slide for each heading, picture,
card and panel of the lecture; what computes and prints nothing, and all that goes deeper, runs and is skipped. Open one
in JupyterLab, run it, and press the deck's button in its toolbar (jupyterlab-slideshow).
"""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tools.editions.slides.deck import CARDS, TEACHES
from tools.lecture import SILENT, heading_of, tags, tracks
from tools.notebooks import ROOT

TARGET = ROOT / "build" / "live"
OWN_SLIDE = CARDS | {"panel", "predict"}


def slide_type(cell: NotebookNode, track: str, *, first: bool) -> str:
    """What the deck does with a cell: "slide" begins one, "" goes on, "skip" runs without being shown."""
    if track == "exercises" and "**Exercise" in cell.source:
        return "slide"
    if track != "lecture" or tags(cell) & SILENT or cell.metadata.get("slideshow", {}).get("slide_type") == "skip":
        return "skip"
    if cell.cell_type == "markdown":
        return "slide" if first or heading_of(cell) is not None else ""
    outputs = cell.get("outputs", [])
    if any("image/png" in output.get("data", {}) for output in outputs) or tags(cell) & OWN_SLIDE:
        return "slide"
    if tags(cell) & TEACHES and not cell.metadata.get("jupyter", {}).get("source_hidden"):
        return "slide"
    return "" if outputs else "skip"


def live(notebook: NotebookNode) -> NotebookNode:
    """The notebook with the slide types of its live deck; code that teaches nothing is hidden."""
    for place, cell, track in tracks(notebook):
        kind = slide_type(cell, track, first=place == 0)
        cell.metadata.pop("slideshow", None)  # An explicit "-" hides a cell from the deck.
        if kind:
            cell.metadata["slideshow"] = {"slide_type": kind}
        if cell.cell_type == "code" and kind != "skip" and not tags(cell) & TEACHES:
            cell.metadata.setdefault("jupyter", {})["source_hidden"] = True
    return notebook


def make(chosen: list[Path], target: Path = TARGET) -> list[Path]:
    """Write the live decks of these notebooks into target, which is emptied before."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for path in chosen:
        nbformat.write(live(nbformat.read(path, as_version=4)), target / path.name)
    return [target / path.name for path in chosen]
