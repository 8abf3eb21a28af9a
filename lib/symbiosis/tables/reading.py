"""Tables as typed, validated pandas frames."""

from __future__ import annotations

import hashlib
import io
import sys
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from symbiosis.tables.declared import RESTORE, Column, Resource, TableError, column, resource

MOST_WHOLE = 2**53 - 1
"""The largest whole number that its neighbours can be told from as float64."""


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
    table = resource(name)
    wanted = [one.name for one in table.columns] if columns is None else [column(name, one).name for one in columns]
    path = table.path
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TableError(f"{path} is missing or unreadable ({type(error).__name__}); {RESTORE}") from error
    if verify:
        _verify(path, table, content)
    needed = set(wanted) | set(table.key)
    declared = {one.name: one for one in table.columns if one.name in needed}
    frame = _read(path, table, content, declared)
    for one in declared.values():
        frame[one.name] = _checked(path, one, frame[one.name])
    repeated = frame.duplicated(list(table.key))
    if repeated.any():
        row = int(np.flatnonzero(repeated.to_numpy())[0])
        values = ", ".join(f"{key} = {frame[key].iloc[row]}" for key in table.key)
        raise TableError(f"{path}: line {row + 2} repeats the key {values}; {RESTORE}")
    return frame[wanted]


def _verify(path: Path, table: Resource, content: bytes) -> None:
    if len(content) != table.size:
        state = "truncated" if len(content) < table.size else "changed"
        raise TableError(f"{path} is {state}: {len(content)} bytes, expected {table.size}; {RESTORE}")
    actual = hashlib.sha256(content).hexdigest()
    if actual != table.sha256:
        raise TableError(f"{path} was changed: sha256 is {actual}, expected {table.sha256}; {RESTORE}")


def _read(path: Path, table: Resource, content: bytes, declared: dict[str, Column]) -> pd.DataFrame:
    expected = [one.name for one in table.columns]
    options: dict[str, Any] = {"keep_default_na": False, "na_values": [""], "encoding": "utf-8"}
    if len(declared) < len(expected):
        # Only then: with usecols pandas does not notice a row with too many cells.
        options["usecols"] = list(declared)
    try:
        header = content.partition(b"\n")[0].decode("utf-8").rstrip("\r").split(",")
        if header != expected:
            raise TableError(
                f"{path}: the header does not match the descriptor ({_differs(header, expected)}); {RESTORE}"
            )
        kinds: Any = {name: float if one.type in ("integer", "number") else str for name, one in declared.items()}
        try:
            frame = _parsed(content, kinds, options)
            words = {name: str for name, kind in kinds.items() if kind is float and _perhaps_words(frame[name])}
            if words:
                frame = _parsed(content, kinds | words, options)
        except ValueError:
            # Some number does not parse: read everything as text, so that _checked can name the cell.
            frame = _parsed(content, str, options)
        return frame
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.ParserWarning, pd.errors.EmptyDataError) as error:
        what = f"{type(error).__name__}: {str(error).strip()}"
        raise TableError(f"{path} is no readable csv ({what}); {RESTORE}") from error


def _parsed(content: bytes, kinds: Any, options: dict[str, Any]) -> pd.DataFrame:
    with warnings.catch_warnings():
        # pandas only warns of a first row with too many cells, and drops them.
        warnings.simplefilter("error", pd.errors.ParserWarning)
        frame: pd.DataFrame = pd.read_csv(io.BytesIO(content), index_col=False, dtype=kinds, **options)
    return frame


def _perhaps_words(numbers: pd.Series) -> bool:
    """Whether a column holds nothing but 0 and 1, which is what pandas makes of the words True and False alone."""
    values = numbers.to_numpy()
    if values.size and values[0] == values[0] and values[0] not in (0, 1):
        return False
    return bool((values == values).any() and ((values == 0) | (values == 1) | (values != values)).all())


def _differs(header: list[str], expected: list[str]) -> str:
    """What is wrong with a header, at most some names of it."""
    if header[0].startswith("\ufeff"):
        return "it begins with a byte order mark: it was saved by another program"
    absent = [one for one in expected if one not in header]
    strange = [one[:40] for one in header if one not in expected]
    if absent or strange:
        return f"absent: {absent[:5]}, unknown: {strange[:5]}"
    if len(header) > len(expected):
        return f"repeated: {sorted({one for one in header if header.count(one) > 1})}"
    moved = next(at for at, pair in enumerate(zip(header, expected, strict=True)) if pair[0] != pair[1])
    return f"the order: column {moved + 1} is {header[moved]}, not {expected[moved]}"


def _checked(path: Path, one: Column, values: pd.Series) -> pd.Series:
    """The column in its declared type, every constraint met."""
    rules = dict(one.constraints)
    given = values.notna().to_numpy()

    def refuse(wrong: Any, rule: str) -> None:
        rows = np.flatnonzero(wrong)
        if rows.size:
            shown = values.iloc[rows[0]]
            what = f"column '{one.name}', line {rows[0] + 2}: {'empty' if pd.isna(shown) else shown}"
            raise TableError(f"{path}: {what}, but {rule} ({rows.size} such rows); {RESTORE}")

    if rules.get("required"):
        refuse(~given, "it may not be empty")
    if one.type == "boolean":
        refuse(~values.isin(["true", "false"]), "it must be true or false")
        return values.eq("true").astype(bool)
    if "enum" in rules:
        refuse(given & ~values.isin(rules["enum"]), f"it must be one of {list(rules['enum'])}")
    if one.type == "string":
        return values
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    refuse(given & ~np.isfinite(numbers), "it must be a finite number")
    if one.type == "integer":
        refuse(given & (numbers != np.floor(numbers)), "it must be a whole number")
        refuse(given & (numbers.abs() > MOST_WHOLE), "it must be a whole number below 2 to the power of 53")
    if "minimum" in rules:
        refuse(given & (numbers < _within_floats(rules["minimum"])), f"it must be at least {rules['minimum']}")
    if "maximum" in rules:
        refuse(given & (numbers > _within_floats(rules["maximum"])), f"it must be at most {rules['maximum']}")
    return numbers.astype("int64") if one.type == "integer" and given.all() else numbers


def _within_floats(limit: float) -> float:
    """A limit that can be compared: a whole number of a descriptor may be larger than any float."""
    return max(min(limit, sys.float_info.max), -sys.float_info.max)
