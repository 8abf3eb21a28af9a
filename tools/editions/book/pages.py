"""A notebook as a page of the book: the same cells, with its pictures as files, data under them, panels that move."""

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from tools.editions.book import citations
from tools.editions.book.downloads import Downloads
from tools.editions.book.sources import Columns, Sources
from tools.editions.frames import store
from tools.editions.frames.capture import panel_cells, panel_name
from tools.editions.frames.drawn import Row
from tools.editions.frames.widget import loaded_file, stored, widget
from tools.lecture import SILENT, tags

ONLY_LIVE = ("appears here once the notebook runs", "appear here once the notebook runs", "Controls, live once")
"""What stands in for a control: a page has none."""
DOTS_PER_CSS_PIXEL = 1.5
"""Of a still figure."""


@dataclass
class Shelf:
    """Where the files that pages need are put, and what pages link to.

    live: address of the browser edition, with {file} for the notebook; cost: what it costs to open, in words.
    """

    static: Path
    live: str
    cost: str
    frames: Path = store.FOLDER
    downloads: Downloads = field(init=False)
    without_frames: list[str] = field(default_factory=list)
    panels: int = 0

    def __post_init__(self) -> None:
        self.downloads = Downloads(self.static / "columns", "../_static/columns/")
        for name in ("figures", "frames"):
            (self.static / name).mkdir(parents=True, exist_ok=True)


def page(path: Path, shelf: Shelf, *, handout: bool) -> NotebookNode:
    """The prepared notebook of a page; handout: whether there is one to link to."""
    notebook = nbformat.read(path, as_version=4)
    prefix = f"{path.stem[:2]}-"
    keys = [key for cell in notebook.cells if "sources" in tags(cell) for key in citations.listed(cell)]
    panels = {cell: panel_name(path.stem, at) for at, cell in enumerate(panel_cells(notebook), start=1)}
    fresh, drawn = store.fresh(path, shelf.frames)
    sources = Sources()
    cells = []
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            cell.source = citations.cited(cell.source, keys, prefix)
            cells.append(cell)
            continue
        shown = sources.of_cell(cell.source)
        where = f"notebook {path.stem[:2]}, cell {place + 1}"
        mark = f"{path.stem[:2]}-{place:03}"
        if "sources" in tags(cell):
            if citations.listed(cell):
                cells.append(nbformat.v4.new_markdown_cell(citations.bibliography(keys, prefix), id=cell.id))
            continue
        data = _data(cell, shelf, shown, drawn.get(place, ()), where, mark)
        if place in panels:
            made = fresh.get(panels[place])
            cell.outputs = _panel(cell, panels[place], made, shelf, path, data)
        else:
            cell.outputs = _outputs(cell, shelf, data, mark, keys, prefix)
        hidden = cell.metadata.get("jupyter", {}).get("source_hidden") or SILENT & tags(cell)
        cell.metadata = {"tags": ["hide-input"] if hidden else []}
        cells.append(cell)
    cells.insert(1, nbformat.v4.new_markdown_cell(_links(path, shelf, handout), id="links"))
    notebook.cells = cells
    notebook.metadata = {"kernelspec": notebook.metadata.get("kernelspec", {}), "language_info": {"name": "python"}}
    return notebook


def _links(path: Path, shelf: Shelf, handout: bool) -> str:
    """The line under the title: live, download, handout."""
    live = escape(shelf.live.format(file=path.name), quote=True)
    return (
        f'<p class="symbiosis-links"><a class="symbiosis-live" href="{live}">Run this page live</a> '
        f"<small>({escape(shelf.cost)})</small> · "
        f'<a href="../_static/notebooks/{path.name}" download>the notebook</a>'
        + (f' · <a href="../_static/handouts/{path.stem}.html">handout, one page</a>' if handout else "")
        + "</p>"
    )


def _data(
    cell: NotebookNode, shelf: Shelf, shown: list[Columns], drawn: Sequence[Sequence[Row]], where: str, mark: str
) -> list[str]:
    """What stands under each picture of a cell: the rows it draws where they are known, its columns, how to cite."""
    pictures = sum("image/png" in o.get("data", {}) for o in cell.outputs)
    named = shown if len(shown) == pictures else [_union(shown)] * pictures
    rows = list(drawn) if len(drawn) == pictures else [()] * pictures
    return [shelf.downloads.block(named[at], where, rows[at], f"{mark}-{at}") for at in range(pictures)]


def _panel(
    cell: NotebookNode, name: str, made: Mapping[str, Any] | None, shelf: Shelf, path: Path, data: list[str]
) -> list[NotebookNode]:
    kept = stored(cell)
    picture = f"panel-{name}.png"
    (shelf.static / "figures" / picture).write_bytes(base64.b64decode(kept.picture))
    shelf.panels += 1
    if made is None:
        shelf.without_frames.append(name)
    else:
        (shelf.static / "frames" / f"{name}.js").write_text(loaded_file(made), encoding="utf-8")
    html = widget(
        name, kept, picture=f"../_static/figures/{picture}", frames=f"../_static/frames/{name}.js" if made else "",
        controls=len(made["controls"]) if made else 0, live=shelf.live.format(file=path.name), cost=shelf.cost,
    )  # fmt: skip
    said = [o for o in cell.outputs if _is_source(o)]
    return [_html(html), *(_html(_clean(o["data"]["text/html"])) for o in said), *map(_html, filter(None, data))]


def _outputs(
    cell: NotebookNode, shelf: Shelf, under: list[str], mark: str, keys: list[str], prefix: str
) -> list[NotebookNode]:
    """Outputs with pictures as files and the data of each after its source line."""
    made: list[NotebookNode] = []
    drawn, due = 0, ""
    for output in cell.outputs:
        data = output.get("data", {})
        if due and not _is_source(output):
            made.append(_html(due))
            due = ""
        if "image/png" in data:
            made.append(_html(_figure(output, shelf, f"{mark}-{drawn}.png")))
            due = under[drawn]
            drawn += 1
        elif "text/markdown" in data:
            made.append(_markdown(citations.cited(str(data["text/markdown"]), keys, prefix)))
        elif "text/html" in data:
            made.append(_html(_clean(str(data["text/html"]))))
        elif not any(words in str(data.get("text/plain", "")) for words in ONLY_LIVE):
            made.append(output)
    return [*made, _html(due)] if due else made


def _union(shown: list[Columns]) -> Columns:
    together: dict[str, list[str]] = {}
    for one in shown:
        for table, columns in one.items():
            together.setdefault(table, []).extend(columns)
    return {table: tuple(dict.fromkeys(columns)) for table, columns in together.items()}


def _figure(output: Mapping[str, Any], shelf: Shelf, file: str) -> str:
    png = base64.b64decode(output["data"]["image/png"])
    (shelf.static / "figures" / file).write_bytes(png)
    told = output.get("metadata", {}).get("image/png", {})
    width, height = struct.unpack(">II", png[16:24])
    shown = told.get("width") or round(width / DOTS_PER_CSS_PIXEL), told.get("height")
    size = f'width="{shown[0]}" height="{shown[1] or round(height * shown[0] / width)}"'
    alt = escape(str(told.get("alt") or output["data"].get("text/plain", "")), quote=True)
    return f'<img class="symbiosis-figure" src="../_static/figures/{file}" alt="{alt}" {size} loading="lazy">'


def _is_source(output: Mapping[str, Any]) -> bool:
    return bool(re.search(r">\s*Sources?:", str(output.get("data", {}).get("text/html", ""))))


def _clean(html: str) -> str:
    """HTML of an output without scripts; a frame of pandas has heads that say what they head."""
    plain = re.sub(r"<script\b.*?</script>", "", html, flags=re.S)
    plain = re.sub(r'<style scoped>.*?</style>|\sborder="\d+"', "", plain, flags=re.S)
    return re.sub(r"<th></th>", "<td></td>", plain)


def _html(html: str) -> NotebookNode:
    return nbformat.v4.new_output("display_data", {"text/html": html})


def _markdown(text: str) -> NotebookNode:
    return nbformat.v4.new_output("display_data", {"text/markdown": text})
