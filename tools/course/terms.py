"""The glossary as a page, and links to it from the first mention of each term in a notebook."""

from __future__ import annotations

import re

from nbformat import NotebookNode

from symbiosis.lesson.glossary import Term, terms
from tools.lecture import tags

PAGE = "docs/glossary.md"
_LINK = re.compile(r"\[([^\]]*)\]\(\.\./docs/glossary\.md#[^)]*\)")
# Code, formulae, links and images, headings, and HTML hold no links of ours.
_CLOSED = re.compile(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$\n]+\$|!?\[[^\]]*\]\([^)]*\)|<[^>]+>|(?m:^#[^\n]*$)", re.S)


def anchor(term: Term) -> str:
    """The place of a term on the page, as GitHub and JupyterLab name that of a heading."""
    return re.sub(r"[^\w\- ]", "", term.term.casefold()).replace(" ", "-")


def glossary_page() -> str:
    """Every term with its characters, how they are said, what it means and the notebook that first uses it."""
    lines = [
        "# Glossary", "", "The words of the field as the notebooks use them, with their Chinese characters.",
        "Made from `lib/symbiosis/lesson/glossary.csv` by `start.py course`.", "",
    ]  # fmt: skip
    for one in terms():
        where = f"Notebook {one.notebook}."
        lines += [f"## {one.term}", "", f"{one.characters} ({one.pinyin}). {one.meaning} *{where}*", ""]
    return "\n".join(lines)


def linked(notebook: NotebookNode) -> NotebookNode:
    """Link the first mention of every term in the prose of a notebook, and no other."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "markdown" and "sources" not in tags(cell)]
    for cell in cells:
        cell.source = _LINK.sub(r"\1", cell.source)
    # The longer term first: "rank-size rule" is not a mention of "rank".
    for one in sorted(terms(), key=lambda t: (-len(t.term), t.term)):
        for cell in cells:
            found = _link_first(cell.source, one)
            if found is not None:
                cell.source = found
                break
    return notebook


def _link_first(source: str, term: Term) -> str | None:
    """The text with its first open mention of a term linked; None without one."""
    closed = [(found.start(), found.end()) for found in _CLOSED.finditer(source)]
    for found in re.finditer(rf"(?<![\w-]){re.escape(term.term)}(?:s|es)?(?![\w-])", source, re.IGNORECASE):
        if not any(start < found.end() and found.start() < end for start, end in closed):
            link = f"[{found.group()}](../{PAGE}#{anchor(term)})"
            return source[: found.start()] + link + source[found.end() :]
    return None
