"""What a file of Python imports, by its text alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path


def named(path: Path) -> Iterator[str]:
    """Every dotted name that the imports of a file may mean, at any depth."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
