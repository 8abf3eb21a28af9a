"""What our pages need beyond Sphinx: sections that go deeper are collapsed, foreign types are not looked up."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.pycode.parser import Parser
from sphinx.search.en import SearchEnglish

from tools.lecture import DEEPER

_CODE = re.compile(r"(``[^`]+``|`[^`]+`)")
_MARKUP = re.compile(r"[|*]|(?<=\w)_(?=\W|$)")
_ARRAY = re.compile(
    r"~?(?:numpy\.)?ndarray\[tuple\[~?(?:typing\.)?Any, \.\.\.\], ~?(?:numpy\.)?dtype\[~?(?:\w+\.)?(\w+)\]\]"
)


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


def short_types(app: Any, what: str, name: str, obj: Any, options: Any, signature: str, returned: str) -> Any:
    """Arrays by the library's own names for them."""
    return tuple(
        _ARRAY.sub(lambda m: "FloatArray" if m[1] == "float64" else f"ndarray[{m[1]}]", text) if text else text
        for text in (signature, returned)
    )


def plain_docstring(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Docstrings are plain words: bars, stars and underscores in them are no markup, and a sample of code is one.

    Code is what is indented after a colon and an empty line; backticks mean code wherever they stand.
    """
    code: str | None = None
    for at, line in enumerate(lines):
        if code is not None and (not line.strip() or line.startswith(code)):
            continue
        code = None
        follows = lines[at + 1 : at + 3]
        inside = f"{_indent(line)}    "
        if (
            line.rstrip().endswith(":")
            and len(follows) == 2
            and not follows[0].strip()
            and follows[1].startswith(inside)
        ):
            code = inside
            lines[at] = line = f"{line.rstrip()}:"
        parts = _CODE.split(line)
        parts[::2] = [_MARKUP.sub(r"\\\g<0>", part) for part in parts[::2]]
        lines[at] = "".join(parts)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def accessible(app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Mend what docutils and myst-nb write and browsers or screen readers do not accept.

    A list whose children are no list items, a role that is no more, and a name that hides the words of a button.
    """
    for wrong in (' role="list"', ' role="doc-biblioentry"', ' aria-label="Toggle hidden content"'):
        if "body" in context:
            context["body"] = context["body"].replace(wrong, "")


def quicker() -> None:
    """Spare what takes a fifth of the time and changes no page.

    Sphinx notes where each definition of a module begins and ends, which only links to its source need; and it stems
    the same words anew on every page.
    """
    Parser.parse_definition = lambda self: None
    SearchEnglish.stem = cache(SearchEnglish.stem)


def setup(app: Any) -> dict[str, bool]:
    """Register with Sphinx."""
    quicker()
    app.connect("autodoc-process-signature", short_types)
    app.connect("autodoc-process-docstring", plain_docstring, priority=600)
    app.connect("doctree-read", unlink)
    app.connect("doctree-resolved", collapse)
    app.connect("html-page-context", accessible)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
