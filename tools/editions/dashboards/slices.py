"""The part of a notebook that one panel needs: statements that give its names their meaning, and no others."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from nbformat import NotebookNode

from tools.lecture import tags


def stored_names(node: ast.AST) -> set[str]:
    """The names that a statement gives a meaning to, or changes in place (frame["x"] = ..., frame.x = ...)."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    found: set[str] = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            found.add(one.id)
        elif isinstance(one, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).split(".")[0] for alias in one.names}
        elif isinstance(one, ast.Subscript | ast.Attribute) and isinstance(one.ctx, ast.Store):
            base: ast.expr = one
            while isinstance(base, ast.Subscript | ast.Attribute):
                base = base.value
            if isinstance(base, ast.Name):
                found.add(base.id)
    return found - _own_names(node)


def read_names(node: ast.AST) -> set[str]:
    """The names that a statement reads from outside: not what is its own, as in a function or a comprehension."""
    read = {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}
    return read - _own_names(node)


def _own_names(node: ast.AST) -> set[str]:
    """The arguments of functions, what functions set, and what runs in comprehensions."""
    found: set[str] = set()
    for one in ast.walk(node):
        inside: list[ast.AST] = []
        if isinstance(one, ast.FunctionDef | ast.Lambda):
            found |= {argument.arg for argument in ast.walk(one.args) if isinstance(argument, ast.arg)}
            inside = one.body if isinstance(one, ast.FunctionDef) else []
        elif isinstance(one, ast.comprehension):
            inside = [one.target]
        for part in inside:
            found |= {name.id for name in ast.walk(part) if isinstance(name, ast.Name) and _is_store(name)}
    return found


def _is_store(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _replaced(statement: ast.stmt) -> set[str]:
    """The names that a statement sets afresh, so that nothing before it matters to them."""
    if isinstance(statement, ast.Assign):
        targets = [one for target in statement.targets for one in (getattr(target, "elts", None) or [target])]
        return {one.id for one in targets if isinstance(one, ast.Name)}
    return stored_names(statement) if isinstance(statement, ast.Import | ast.ImportFrom | ast.FunctionDef) else set()


def needed(statements: Sequence[ast.stmt], wanted: set[str]) -> list[ast.stmt]:
    """The statements that the wanted names rest on, in order."""
    kept: list[ast.stmt] = []
    for statement in reversed(statements):
        if stored_names(statement) & wanted and not isinstance(statement, ast.Expr):
            kept.append(statement)
            wanted = (wanted - _replaced(statement)) | read_names(statement)
    return kept[::-1]


def slices(notebook: NotebookNode) -> Iterator[str]:
    """For each panel of a notebook the code that shows it and nothing else."""
    before: list[ast.stmt] = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        statements = ast.parse(cell.source).body
        if "panel" in tags(cell):
            shows = next(place for place, one in enumerate(statements) if "lesson.panel(" in ast.unparse(one))
            known = [*before, *statements[:shows]]
            wanted = read_names(statements[shows]) - {"lesson"}
            code = [one for one in needed(known, wanted | {"lesson"}) if not _opens(one)]
            yield "\n".join(["from symbiosis.lesson import Lesson", "", "lesson = Lesson()",
                             *map(ast.unparse, code), ast.unparse(statements[shows])])  # fmt: skip
        before += statements


def _opens(statement: ast.stmt) -> bool:
    """Whether a statement opens the lesson, and so would show its claim."""
    return stored_names(statement) == {"lesson"} or stored_names(statement) == {"Lesson"}
