"""Data under a picture: the rows it draws, the columns that its source names as a file, and how to cite a number."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import symbiosis
from symbiosis import tables
from symbiosis.tables.declared import resource
from tools.editions.book.sources import Columns
from tools.editions.frames.drawn import HEAD, Row

OUTLINES = "shapes_"
"""Tables of outlines, which no reader wants as rows."""
HONEST = (
    "The files of tables hold these columns with all rows in which one of them is known. The picture may show some of "
    "the rows, or numbers computed from them: the code above it says which."
)


class Downloads:
    """Files of columns, each written once into a folder that pages reach under an address."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder, self.address = folder, address
        self._written: dict[tuple[str, tuple[str, ...]], str] = {}

    def block(self, columns: Columns, where: str, drawn: Sequence[Row] = (), mark: str = "") -> str:
        """What stands under a picture, as HTML; "" where nothing is known.

        where: the notebook and cell, for the citation; drawn: what the picture draws; mark: of its file.
        """
        told = {name: columns[name] for name in columns if not name.startswith(OUTLINES)}
        parts = [self._drawn(drawn, mark)] if drawn else []
        parts += [self._table(name, wanted, where) for name, wanted in told.items()]
        parts += [f"<p>{HONEST}</p>"] if told else []
        if not parts:
            return ""
        return f'<details class="symbiosis-data"><summary>Data and download</summary>{"".join(parts)}</details>'

    def _drawn(self, rows: Sequence[Row], mark: str) -> str:
        file = f"drawn-{mark}.csv"
        self._save(file, HEAD, rows)
        return (
            f'<p><b>What the picture draws</b>: <a href="{self.address}{file}" download>{file}</a>, '
            f"{len(rows):,} rows: every line, dot, bar, area and coloured place, in the units of its axes.</p>"
        )

    def _table(self, name: str, wanted: tuple[str, ...], where: str) -> str:
        rows = "".join(
            f"<tr><th scope='row'><code>{escape(c.name)}</code></th><td>{escape(tables.label(name, c.name))}</td>"
            f"<td>{escape(c.description)}</td></tr>"
            for c in (tables.column(name, one) for one in wanted)
        )
        head = (
            "<thead><tr><th scope='col'>column</th><th scope='col'>what</th><th scope='col'>meaning</th></tr></thead>"
        )
        file = self.file(name, wanted)
        cited = escape(citation(name, wanted, where))
        return (
            f'<p><b>{escape(resource(name).title)}</b> (<a href="../data/{name}.html">{name}</a>): '
            f'<a href="{self.address}{file}" download>{file}</a></p>'
            f'<table class="symbiosis-columns">{head}<tbody>{rows}</tbody></table>'
            f'<p>To cite a number: <span class="symbiosis-cite">{cited}</span></p>'
        )

    def file(self, name: str, wanted: tuple[str, ...]) -> str:
        """The name of the file with a table's key and these columns, written where it is new."""
        known = (name, wanted)
        if known not in self._written:
            mark = hashlib.sha256(",".join(wanted).encode()).hexdigest()[:6]
            self._written[known] = f"{name}-{mark}.csv"
            self._write(name, wanted, self._written[known])
        return self._written[known]

    def _write(self, name: str, wanted: tuple[str, ...], file: str) -> None:
        head, rows = _rows(name)
        keys = tables.key(name)
        at = [head.index(column) for column in dict.fromkeys([*keys, *wanted])]
        # Without a key among them a row is told by what it says, not by what it is.
        telling = [head.index(column) for column in wanted if column not in keys] or at
        chosen = ([row[i] for i in at] for row in rows if any(row[i] for i in telling))
        self._save(file, [head[i] for i in at], chosen)

    def _save(self, file: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / file).open("w", newline="", encoding="utf-8") as sink:
            writer = csv.writer(sink, lineterminator="\n")
            writer.writerow(head)
            writer.writerows(rows)


@cache
def _rows(name: str) -> tuple[list[str], list[list[str]]]:
    with resource(name).path.open(newline="", encoding="utf-8") as source:
        head, *rows = csv.reader(source)
    return head, rows


def citation(name: str, columns: tuple[str, ...], where: str) -> str:
    """Table, columns, version and place of a number, to be copied into a text."""
    found = resource(name)
    sources = "; ".join(dict.fromkeys(tables.column(name, one).source for one in columns))
    return (
        f"Symbiosis {symbiosis.__version__}, {where}; table {name} (sha256 {found.sha256[:12]}), "
        f"columns {', '.join(columns)}; source: {sources}."
    )


def package(folder: str) -> Mapping[str, Any]:
    """A data package as it is declared."""
    declared: Mapping[str, Any] = json.loads((tables.folder(folder) / "datapackage.json").read_text(encoding="utf-8"))
    return declared
