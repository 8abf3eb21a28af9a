"""What the library says, as digests of its syntax: so that a verdict computed with other code is refused.

A digest covers what a module does, not how it is written: comments, docstrings and line breaks leave it as it is. It
is the same under every Python that the project supports.
"""

from __future__ import annotations

import ast
import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

JUDGING = ("checks", "parameters", "tables", "measures", "models", "evidence", "economy")
"""The layers whose code can change a finding."""
CARRIED = "library.json"
"""In an installed package without sources: the digests that its build left beside the tables."""

# Fields that hold no meaning, or that not every Python writes.
_LEFT_OUT = {"ctx", "kind", "type_comment", "type_ignores", "type_params"}


def syntax_digest(source: str) -> str:
    """A digest of the syntax tree of a module, without its docstrings."""
    return hashlib.sha256(repr(_plain(ast.parse(source))).encode()).hexdigest()[:16]


def _plain(node: Any) -> Any:
    if isinstance(node, list):
        return [_plain(one) for one in node]
    if not isinstance(node, ast.AST):
        return repr(node)
    given = {name: value for name, value in ast.iter_fields(node) if name not in _LEFT_OUT}
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
        given["body"] = given["body"][1:]
    told = [(name, _plain(value)) for name, value in sorted(given.items()) if value is not None and value != []]
    return type(node).__name__, told


def digests(modules: Iterable[str]) -> dict[str, str]:
    """The digest of each module by its full name; "" for one that does not exist (any more)."""
    return {name: _digest(name) for name in sorted(modules)}


def loaded() -> dict[str, str]:
    """The digests of the modules of the judging layers that this program has imported so far."""
    tops = tuple(f"symbiosis.{layer}" for layer in JUDGING)
    return digests(name for name in sys.modules if name.startswith(tops) and name.removeprefix("symbiosis."))


def all_modules(root: Path) -> dict[str, str]:
    """The digests of every module of the judging layers under root, the folder of the package, for a build to carry."""
    found = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if parts[0] in JUDGING:
            name = ".".join(("symbiosis", *(parts[:-1] if parts[-1] == "__init__" else parts)))
            found[name] = syntax_digest(path.read_text(encoding="utf-8"))
    return found


def changed(known: Mapping[str, str]) -> list[str]:
    """The modules, by name, whose code is not what it was when these digests were taken."""
    now = digests(known)
    return [name for name, mark in sorted(known.items()) if now[name] != mark]


def _digest(module: str) -> str:
    try:
        spec = find_spec(module)
    except (ModuleNotFoundError, ValueError):
        return ""
    if spec is None or spec.origin is None:
        return ""
    path = Path(spec.origin)
    if path.suffix == ".py" and path.is_file():
        state = path.stat()
        return _of_file(str(path), state.st_mtime_ns, state.st_size)
    return _carried().get(module, "")


@lru_cache(maxsize=512)
def _of_file(path: str, changed_ns: int, size: int) -> str:
    return syntax_digest(Path(path).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _carried() -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((files("symbiosis") / "_data" / CARRIED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found
