"""What is declared about the tables and their columns, read from the one ``datapackage.json`` beside them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

DESCRIPTOR = "datapackage.json"
PACKAGES = ("data", "model_runs")
"""Folders of tables: what was compiled from sources, and what long computations of this project left behind."""
RESTORE = "restore it with 'git checkout -- data' or rebuild it with 'make data' (model_runs: 'make draws')"

_SYMBOLS = {"percent": "%"}
_TYPES = ("string", "integer", "number", "boolean")


class TableError(ValueError):
    """A table or its declaration is missing, damaged or breaks its own constraints."""


@dataclass(frozen=True)
class Column:
    """What is declared about one column."""

    name: str
    title: str
    unit: str
    type: str
    description: str
    source: str
    licence: str
    constraints: tuple[tuple[str, Any], ...] = field(default=(), repr=False)
    sha256: str = field(default="", repr=False)


@dataclass(frozen=True)
class Resource:
    """What is declared about one table; ``size`` in bytes."""

    name: str
    path: Path
    size: int
    sha256: str
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]


def folder(package: str = "data") -> Path:
    """The folder of a package of tables: beside lib/ in a checkout, else inside the installed library.

    SYMBIOSIS_DATA names another folder for ``data``.

    Raises:
        TableError: no such package, or no datapackage.json there.
    """
    if package not in PACKAGES:
        raise _choose(package, PACKAGES, "package of tables")
    named = os.environ.get("SYMBIOSIS_DATA") if package == "data" else None
    if named:
        places = [Path(named)]
    else:
        library = Path(str(files("symbiosis")))
        places = [library.parents[1] / package, library / "_data" / package]
    for place in places:
        if (place / DESCRIPTOR).is_file():
            return place
    where = "SYMBIOSIS_DATA names it" if named else "it belongs beside lib/, or in the installed library"
    cause = f"no {DESCRIPTOR} in {places[0]} ({where})"
    raise TableError(f"{cause}; set SYMBIOSIS_DATA to the folder with the tables, or {RESTORE}")


def _typed(given: dict[str, Any], name: str, kind: type | tuple[type, ...], default: Any = None) -> Any:
    """What the descriptor says under a name; ValueError where it is of another kind (True is no number)."""
    value = given[name] if default is None else given.get(name, default)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ValueError(f"{name} is {str(value)[:40]!r}")
    if isinstance(value, str):
        value.encode()  # Half a pair of surrogates, which JSON can hold, is no text.
    return value


_RULES: dict[str, type | tuple[type, ...]] = {
    "required": bool, "enum": list, "minimum": (int, float), "maximum": (int, float),
}  # fmt: skip


def _column(given: dict[str, Any]) -> Column:
    words = {name: _typed(given, name, str) for name in ("name", "title", "type", "description", "source", "licence")}
    if words["type"] not in _TYPES:
        raise ValueError(f"type of {words['name']} is {words['type']!r}")
    rules = _typed(given, "constraints", dict, {})
    found = {name: _typed(rules, name, kind) for name, kind in _RULES.items() if name in rules}
    if "enum" in found:
        found["enum"] = tuple(_typed({"enum": one}, "enum", str) for one in found["enum"])
    unit, sha256 = _typed(given, "unit", str, ""), _sha256(_typed(given, "hash", str, ""))
    return Column(**words, unit=unit, constraints=tuple(found.items()), sha256=sha256)


def _resource(given: dict[str, Any], folder: Path) -> Resource:
    name, file = _typed(given, "name", str), _typed(given, "path", str)
    if not file or file.startswith(".") or not set(file).isdisjoint("/\\:\0"):
        raise ValueError(f"path of {name} is {file[:40]!r}, no file beside the descriptor")
    columns = tuple(_column(one) for one in given["schema"]["fields"])
    known = [one.name for one in columns]
    key = tuple(_typed(given["schema"], "primaryKey", list))
    if not key or any(one not in known for one in key):
        raise ValueError(f"primaryKey of {name} is {str(list(key))[:40]}, no columns of it")
    if len(set(known)) < len(known):
        raise ValueError(f"a column of {name} is declared twice")
    size, sha256 = _typed(given, "bytes", int), _sha256(_typed(given, "hash", str))
    return Resource(name, folder / file, size, sha256, _typed(given, "title", str), key, columns)


def _sha256(digest: str) -> str:
    return digest.removeprefix("sha256:")


@lru_cache(maxsize=8)
def _parsed(path: str, changed: int, size: int) -> tuple[Resource, ...]:
    """The descriptor; ``changed`` and ``size`` only tell one state of the file from another."""
    try:
        package = json.loads(Path(path).read_text(encoding="utf-8"))
        return tuple(_resource(given, Path(path).parent) for given in package["resources"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TableError(f"{path} is no readable descriptor ({type(error).__name__}: {error}); {RESTORE}") from error


def _resources(package: str = "data") -> tuple[Resource, ...]:
    path = folder(package) / DESCRIPTOR
    state = path.stat()
    return _parsed(str(path), state.st_mtime_ns, state.st_size)


def _choose(wanted: str, known: Iterable[str], what: str, where: str = "") -> TableError:
    known = list(known)
    near = get_close_matches(wanted, known, n=3)
    hint = f"did you mean {', '.join(near)}?" if near else f"known: {', '.join(known)}"
    return TableError(f"no {what} '{wanted}'{where}; {hint}")


def resource(name: str) -> Resource:
    """The declaration of one table.

    Raises:
        TableError: unknown table; the message names the nearest.
    """
    # The compiled tables first: they do not need the other package.
    for package in PACKAGES:
        for resource in _resources(package):
            if resource.name == name:
                return resource
    raise _choose(name, [known for package in PACKAGES for known in names(package)], "table")


def names(package: str = "data") -> tuple[str, ...]:
    """The names of all tables of a package."""
    return tuple(resource.name for resource in _resources(package))


def key(name: str) -> tuple[str, ...]:
    """The columns that together tell one row of a table from every other."""
    return resource(name).key


def column(name: str, column: str) -> Column:
    """The declaration of one column.

    Raises:
        TableError: unknown table or column; the message names the nearest.
    """
    known = {one.name: one for one in resource(name).columns}
    if column not in known:
        raise _choose(column, known, "column", f" in table '{name}'")
    return known[column]


def describe(name: str) -> pd.DataFrame:
    """The data dictionary of a table: one row per column, index ``column``."""
    rows = pd.DataFrame(resource(name).columns).drop(columns=["constraints", "sha256"])
    return rows.rename(columns={"name": "column"}).set_index("column")


def label(name: str, column_name: str) -> str:
    """An axis label, such as ``Urban share (%)``."""
    found = column(name, column_name)
    unit = _SYMBOLS.get(found.unit, found.unit)
    return f"{found.title} ({unit})" if unit else found.title


def source_line(name: str, columns: str | Iterable[str]) -> str:
    """``Source: A; B (CC BY 4.0)`` for the given columns, each source once, in the order given."""
    wanted = [columns] if isinstance(columns, str) else list(columns)
    if not wanted:
        raise TableError("source_line needs at least one column; name the columns that the picture shows")
    by_licence: dict[str, list[str]] = {}
    for one in wanted:
        found = column(name, one)
        sources = by_licence.setdefault(found.licence, [])
        if found.source not in sources:
            sources.append(found.source)
    return "Source: " + "; ".join(f"{'; '.join(sources)} ({licence})" for licence, sources in by_licence.items())
