"""Which tables and columns stand behind the pictures of a cell: what its calls of lesson.show and lesson.panel name.

Nothing is run but expressions of constants: a name counts where the notebook binds it to words, lists or
dictionaries. A source that cannot be told this way is left out, and the page then offers no data.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from symbiosis import tables

_SAFE: dict[str, Any] = {"list": list, "dict": dict, "tuple": tuple, "sorted": sorted, "range": range, "len": len}
_CALLS = {"show", "panel"}
Columns = Mapping[str, tuple[str, ...]]
"""By table, its columns."""


class Sources:
    """Reads the cells of a notebook in order."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}

    def of_cell(self, source: str) -> list[Columns]:
        """What each call that shows a picture names, in order; empty for words or for what cannot be told."""
        try:
            tree = ast.parse(source)
        except SyntaxError:
            return []
        found = []
        for statement in tree.body:
            found += [self._columns(call) for call in _calls(statement)]
            self._bind(statement)
        return found

    def _bind(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Assign):
            value = self._value(statement.value)
            for target in statement.targets:
                self._bind_one(target, value)

    def _bind_one(self, target: ast.expr, value: Any) -> None:
        if isinstance(target, ast.Name):
            self._known.pop(target.id, None)
            if value is not None:
                self._known[target.id] = value
        elif isinstance(target, ast.Tuple) and isinstance(value, Sequence) and len(value) == len(target.elts):
            for one, part in zip(target.elts, value, strict=True):
                self._bind_one(one, part)

    def _value(self, node: ast.expr) -> Any:
        """A constant expression's value; None where it is none."""
        if any(isinstance(part, ast.Attribute) and part.attr.startswith("_") for part in ast.walk(node)):
            return None
        try:
            code = compile(ast.Expression(node), "source", "eval")
            return eval(code, {"__builtins__": {}, **_SAFE, **self._known})
        except Exception:
            return None

    def _columns(self, call: ast.Call) -> Columns:
        given = next((k.value for k in call.keywords if k.arg == "source"), None)
        value = self._value(given) if given is not None else None
        if not isinstance(value, list | tuple):
            return {}
        found: dict[str, list[str]] = {}
        for one in value:
            table, _, column = str(one).partition(".")
            found.setdefault(table, []).append(column)
        try:
            return {t: tuple(dict.fromkeys(tables.column(t, c).name for c in cols)) for t, cols in found.items()}
        except tables.TableError:
            return {}


def _calls(statement: ast.stmt) -> Iterator[ast.Call]:
    """Calls of lesson.show and lesson.panel in a statement, in the order of the text."""
    found = [
        node for node in ast.walk(statement)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CALLS
        and isinstance(node.func.value, ast.Name) and node.func.value.id == "lesson"
    ]  # fmt: skip
    return iter(sorted(found, key=lambda node: (node.lineno, node.col_offset)))
