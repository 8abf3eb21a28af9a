"""The project's tables as typed, validated pandas frames, each column with unit, source and licence.

Everything said about a column is read from its one declaration in ``data/datapackage.json``.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
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
    description: str
    source: str
    licence: str
    type: str = "string"
    constraints: tuple[tuple[str, Any], ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class _Resource:
    name: str
    path: Path
    size: int
    sha256: str
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]


def folder(package: str = "data") -> Path:
    """The folder of a package of tables in the repository that holds this library.

    SYMBIOSIS_DATA names another folder for ``data``.

    Raises:
        TableError: no such package, or no datapackage.json there.
    """
    if package not in PACKAGES:
        raise _choose(package, PACKAGES, "package of tables")
    named = os.environ.get("SYMBIOSIS_DATA") if package == "data" else None
    found = Path(named) if named else Path(__file__).resolve().parents[2] / package
    if not (found / DESCRIPTOR).is_file():
        where = "SYMBIOSIS_DATA names it" if named else "it belongs beside lib/"
        raise TableError(
            f"no {DESCRIPTOR} in {found} ({where}); set SYMBIOSIS_DATA to the folder with the tables, or {RESTORE}"
        )
    return found


def _column(given: dict[str, Any]) -> Column:
    if given["type"] not in _TYPES:
        raise KeyError(f"type of {given['name']} is {given['type']!r}")
    constraints = tuple(
        (name, tuple(value) if isinstance(value, list) else value)
        for name, value in given.get("constraints", {}).items()
    )
    return Column(
        name=given["name"],
        title=given["title"],
        unit=given.get("unit", ""),
        description=given["description"],
        source=given["source"],
        licence=given["licence"],
        type=given["type"],
        constraints=constraints,
    )


@lru_cache(maxsize=8)
def _parsed(path: str, changed: int, size: int) -> tuple[_Resource, ...]:
    """The descriptor; ``changed`` and ``size`` only tell one state of the file from another."""
    try:
        package = json.loads(Path(path).read_text(encoding="utf-8"))
        return tuple(
            _Resource(
                name=given["name"],
                path=Path(path).parent / given["path"],
                size=given["bytes"],
                sha256=given["hash"].removeprefix("sha256:"),
                title=given["title"],
                key=tuple(given["schema"]["primaryKey"]),
                columns=tuple(_column(one) for one in given["schema"]["fields"]),
            )
            for given in package["resources"]
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise TableError(f"{path} is no readable descriptor ({type(error).__name__}: {error}); {RESTORE}") from error


def _resources(package: str = "data") -> tuple[_Resource, ...]:
    path = folder(package) / DESCRIPTOR
    state = path.stat()
    return _parsed(str(path), state.st_mtime_ns, state.st_size)


def _choose(wanted: str, known: Iterable[str], what: str, where: str = "") -> TableError:
    known = list(known)
    near = get_close_matches(wanted, known, n=3)
    hint = f"did you mean {', '.join(near)}?" if near else f"known: {', '.join(known)}"
    return TableError(f"no {what} '{wanted}'{where}; {hint}")


def _resource(name: str) -> _Resource:
    # The compiled tables first: they do not need the other package.
    for package in PACKAGES:
        for resource in _resources(package):
            if resource.name == name:
                return resource
    raise _choose(name, [known for package in PACKAGES for known in names(package)], "table")


def names(package: str = "data") -> tuple[str, ...]:
    """The names of all tables of a package."""
    return tuple(resource.name for resource in _resources(package))


def column(name: str, column: str) -> Column:
    """The declaration of one column.

    Raises:
        TableError: unknown table or column; the message names the nearest.
    """
    known = {one.name: one for one in _resource(name).columns}
    if column not in known:
        raise _choose(column, known, "column", f" in table '{name}'")
    return known[column]


def describe(name: str) -> pd.DataFrame:
    """The data dictionary of a table: one row per column, index ``column``."""
    rows = [
        {
            "column": one.name,
            "title": one.title,
            "unit": one.unit,
            "type": one.type,
            "description": one.description,
            "source": one.source,
            "licence": one.licence,
        }
        for one in _resource(name).columns
    ]
    return pd.DataFrame(rows).set_index("column")


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


def fingerprint(*table_names: str) -> dict[str, str]:
    """The declared sha256 of each table (of all tables when none is named)."""
    return {name: _resource(name).sha256 for name in (table_names or names())}


def load(name: str, columns: Iterable[str] | None = None, verify: bool = True) -> pd.DataFrame:
    """A table as a fresh frame: strings, int64 (float64 where some are missing), float64 and bool.

    Args:
        name: the table.
        columns: only these columns, in this order (default: all).
        verify: compare size and checksum with the descriptor; False skips only that.

    Raises:
        TableError: the file is missing, damaged or breaks its declaration; the message names the file,
            the column, the row and the value, and what to do.
    """
    resource = _resource(name)
    wanted = [one.name for one in resource.columns] if columns is None else [column(name, one).name for one in columns]
    path = resource.path
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TableError(f"{path} is missing or unreadable ({type(error).__name__}); {RESTORE}") from error
    if verify:
        _verify(path, resource, content)
    needed = set(wanted) | set(resource.key)
    declared = {one.name: one for one in resource.columns if one.name in needed}
    frame = _read(path, resource, content, declared)
    for one in declared.values():
        frame[one.name] = _checked(path, one, frame[one.name])
    repeated = frame.duplicated(list(resource.key))
    if repeated.any():
        row = int(np.flatnonzero(repeated.to_numpy())[0])
        values = ", ".join(f"{key} = {frame[key].iloc[row]}" for key in resource.key)
        raise TableError(f"{path}: line {row + 2} repeats the key {values}; {RESTORE}")
    return frame[wanted]


def _verify(path: Path, resource: _Resource, content: bytes) -> None:
    if len(content) != resource.size:
        state = "truncated" if len(content) < resource.size else "changed"
        raise TableError(f"{path} is {state}: {len(content)} bytes, expected {resource.size}; {RESTORE}")
    actual = hashlib.sha256(content).hexdigest()
    if actual != resource.sha256:
        raise TableError(f"{path} was changed: sha256 is {actual}, expected {resource.sha256}; {RESTORE}")


def _read(path: Path, resource: _Resource, content: bytes, declared: dict[str, Column]) -> pd.DataFrame:
    expected = [one.name for one in resource.columns]
    options: dict[str, Any] = {"keep_default_na": False, "na_values": [""], "encoding": "utf-8"}
    if len(declared) < len(expected):
        # Only then: with usecols pandas does not notice a row with too many cells.
        options["usecols"] = list(declared)
    try:
        header = content.partition(b"\n")[0].decode("utf-8").rstrip("\r").split(",")
        if header != expected:
            absent = [one for one in expected if one not in header]
            strange = [one for one in header if one not in expected]
            raise TableError(
                f"{path}: the header does not match the descriptor (absent: {absent}, unknown: {strange}); {RESTORE}"
            )
        kinds: dict[Hashable, Any] = {
            one.name: float if one.type in ("integer", "number") else str for one in declared.values()
        }
        try:
            frame: pd.DataFrame = pd.read_csv(io.BytesIO(content), index_col=False, dtype=kinds, **options)
        except ValueError:
            # Some number does not parse: read everything as text, so that _checked can name the cell.
            frame = pd.read_csv(io.BytesIO(content), index_col=False, dtype=str, **options)
        return frame
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise TableError(
            f"{path} is no readable csv ({type(error).__name__}: {str(error).strip()}); {RESTORE}"
        ) from error


def _fail(path: Path, one: Column, wrong: Any, values: pd.Series, rule: str) -> None:
    rows = np.flatnonzero(np.asarray(wrong, dtype=bool))
    if rows.size:
        row = int(rows[0])
        shown = values.iloc[row]
        value = "empty" if pd.isna(shown) else f"{shown}"
        raise TableError(
            f"{path}: column '{one.name}', line {row + 2}: {value}, but {rule} ({rows.size} such rows); {RESTORE}"
        )


def _checked(path: Path, one: Column, values: pd.Series) -> pd.Series:
    """The column in its declared type, every constraint met."""
    rules = dict(one.constraints)
    missing = values.isna().to_numpy()
    if rules.get("required"):
        _fail(path, one, missing, values, "it may not be empty")
    if one.type == "boolean":
        _fail(path, one, ~values.isin(["true", "false"]).to_numpy(), values, "it must be true or false")
        return values.eq("true").astype(bool)
    if "enum" in rules:
        _fail(
            path,
            one,
            ~missing & ~values.isin(rules["enum"]).to_numpy(),
            values,
            f"it must be one of {list(rules['enum'])}",
        )
    if one.type == "string":
        return values
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    array = numbers.to_numpy()
    _fail(path, one, ~missing & ~np.isfinite(array), values, "it must be a finite number")
    if one.type == "integer":
        _fail(path, one, ~missing & (array != np.floor(array)), values, "it must be a whole number")
    if "minimum" in rules:
        _fail(path, one, ~missing & (array < rules["minimum"]), values, f"it must be at least {rules['minimum']}")
    if "maximum" in rules:
        _fail(path, one, ~missing & (array > rules["maximum"]), values, f"it must be at most {rules['maximum']}")
    if one.type == "integer" and not missing.any():
        return numbers.astype("int64")
    return numbers
