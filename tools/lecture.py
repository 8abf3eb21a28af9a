"""The lecture in a notebook: which cells it holds, how many words and pictures, and how long each section takes.

The lecture runs from the title to the verdict card and the sentence to take away; exercises, sources and what stands
under headings that begin with "Deeper:" are outside. Its clock is computed: words at reading pace, a minute a picture,
and fixed times for predicting, the panel, breaking it, the verdict and the exercises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from nbformat import NotebookNode

WORDS_PER_MINUTE = 130
FIXED = {"predict": 2.0, "panel": 8.0, "break-it": 4.0, "verdict": 4.0}
"""Minutes that a section takes because it holds a cell of this tag."""
EXERCISES = 10.0
DEEPER = "Deeper:"
COLLAPSED = "jp-MarkdownHeadingCollapsed"
SILENT = {"finding", "setup"}
"""Tags of folded cells that print nothing and are not projected."""
_UNCOUNTED = {"claim-card", "verdict", "panel", "predict"}
_HEADING = re.compile(r"^(## .*?)(?: · \d+ min)?$", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """A part of the lecture under one heading, with its minutes."""

    heading: str
    words: int
    pictures: int
    minutes: float


@dataclass(frozen=True)
class Lecture:
    """What is projected: cells, words and pictures, and the minutes with the exercises."""

    cells: tuple[int, ...]
    sections: tuple[Section, ...]

    @property
    def words(self) -> int:
        return sum(section.words for section in self.sections)

    @property
    def pictures(self) -> int:
        return sum(section.pictures for section in self.sections)

    @property
    def minutes(self) -> float:
        return sum(section.minutes for section in self.sections) + EXERCISES


def tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", []))


def heading_of(cell: NotebookNode) -> str | None:
    """The second-level heading that a cell begins with, without its minutes."""
    if cell.cell_type != "markdown":
        return None
    found = _HEADING.match(cell.source)
    return found.group(1).removeprefix("## ") if found else None


def tracks(notebook: NotebookNode) -> Iterator[tuple[int, NotebookNode, str]]:
    """Every cell with its place and track: "lecture", "exercises" or "deeper"."""
    track = "lecture"
    for place, cell in enumerate(notebook.cells):
        heading = heading_of(cell)
        if heading is not None:
            outside = "deeper" if heading.startswith(DEEPER) else "exercises"
            ends = heading.startswith((DEEPER, "Exercise", "Sources"))
            track = outside if ends else "lecture" if track == "lecture" else track
        yield place, cell, track


def words_in(text: str) -> int:
    """How many words a text holds, markup and formulae counted as one each."""
    plain = re.sub(r"<(style|script|details)\b.*?</\1>|<[^>]+>", " ", text, flags=re.S)
    plain = re.sub(r"\]\([^)\s]*\)", "]", plain)  # a link is its words
    plain = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$", " formula ", unescape(plain), flags=re.S)
    return len(re.findall(r"[^\W_][\w'’.,%-]*", plain))


def printed(cell: NotebookNode) -> tuple[int, int]:
    """Words and pictures that a code cell puts on the page; source lines, cards of claim and verdict not counted."""
    words, pictures = 0, 0
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        shown = data.get("text/markdown") or data.get("text/html") or output.get("text") or ""
        shown = "".join(shown) if isinstance(shown, list) else str(shown)
        if "image/png" in data:
            pictures += 1
        elif not re.search(r">\s*Sources?:", shown):
            words += words_in(shown or str(data.get("text/plain", "")))
    return words, pictures


def lecture(notebook: NotebookNode) -> Lecture:
    """The lecture of an executed notebook."""
    cells: list[int] = []
    sections: list[Section] = []
    heading, words, pictures, fixed = "", 0, 0, 0.0

    def close() -> None:
        if heading or words:
            sections.append(Section(heading, words, pictures, words / WORDS_PER_MINUTE + pictures + fixed))

    for place, cell, track in tracks(notebook):
        if track != "lecture":
            continue
        opened = heading_of(cell)
        if opened is not None:
            close()
            heading, words, pictures, fixed = opened, 0, 0, 0.0
        if cell.cell_type == "markdown":
            words += words_in(_HEADING.sub(r"\1", cell.source))
        elif not tags(cell) & _UNCOUNTED:
            more, drawn = printed(cell)
            words, pictures = words + more, pictures + drawn
        fixed += sum(minutes for tag, minutes in FIXED.items() if tag in tags(cell) and cell.get("outputs"))
        if not tags(cell) & SILENT:
            cells.append(place)
    close()
    return Lecture(tuple(cells), tuple(sections))


def timed(notebook: NotebookNode) -> NotebookNode:
    """Write the minutes of every section of the lecture into its heading, and collapse what goes deeper."""
    minutes = {section.heading: section.minutes for section in lecture(notebook).sections}
    for _, cell, track in tracks(notebook):
        heading = heading_of(cell)
        if heading is None:
            continue
        shown = f" · {max(1, round(minutes[heading]))} min" if track == "lecture" and heading in minutes else ""
        cell.source = _HEADING.sub(lambda found, shown=shown: found.group(1) + shown, cell.source, count=1)
        cell.metadata.pop(COLLAPSED, None)
        if heading.startswith(DEEPER):
            cell.metadata[COLLAPSED] = True
    return notebook
