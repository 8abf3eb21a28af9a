"""What our pages need beyond Sphinx: sections that go deeper are collapsed, foreign types are not looked up."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx import addnodes

from tools.lecture import DEEPER


def collapse(app: Any, doctree: nodes.document, docname: str) -> None:
    """Fold the content of each section whose heading says that it goes deeper; its heading stays."""
    for section in doctree.findall(nodes.section):
        if not section.astext().startswith(DEEPER) or not isinstance(section[0], nodes.title):
            continue
        minutes = "<summary>Open this section</summary>"
        content = section.children[1:]
        if content:
            start = nodes.raw("", f'<details class="symbiosis-deeper">{minutes}', format="html")
            section.children[1:] = [start, *content, nodes.raw("", "</details>", format="html")]


def unlink(app: Any, doctree: nodes.document) -> None:
    """Types of other libraries link nowhere in a book that asks for nothing outside: leave their names alone.

    Sphinx would look each of thousands up, and find none.
    """
    for wanted in list(doctree.findall(addnodes.pending_xref)):
        if wanted.get("refdomain") == "py" and not str(wanted.get("reftarget")).startswith("symbiosis"):
            wanted.replace_self(wanted.children)


def setup(app: Any) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("doctree-read", unlink)
    app.connect("doctree-resolved", collapse)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
