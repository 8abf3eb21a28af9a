"""Every table in every kind of damage: one clear error that names file and remedy, or the table as it should be.

Each table is tried on a copy of its first rows with a descriptor of its own, so that all of them are tried.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest

from symbiosis import tables
from symbiosis.tables import TableError

ALL = [name for package in tables.PACKAGES for name in tables.names(package)]
ROWS = 40
Damage = Callable[[bytes], bytes]


@cache
def _parts(name: str) -> tuple[str, bytes]:
    """The declaration of a table and its first rows, with digests of these."""
    package = next(package for package in tables.PACKAGES if name in tables.names(package))
    folder = tables.folder(package)
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row, _ in zip(csv.reader(file), range(ROWS + 1), strict=False)]
    content = written(rows)
    described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    (declared,) = [one for one in described["resources"] if one["name"] == name]
    declared |= {"bytes": len(content), "hash": f"sha256:{sha256(content).hexdigest()}"}
    return json.dumps({"resources": [declared]}), content


def written(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8")


def copied(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small copy of a table, which the reader is pointed to; the path of its file."""
    declared, content = _parts(name)
    folder.mkdir(exist_ok=True)
    (folder / "datapackage.json").write_text(declared, encoding="utf-8")
    (folder / f"{name}.csv").write_bytes(content)
    monkeypatch.setenv("SYMBIOSIS_DATA", str(folder))
    return folder / f"{name}.csv"


def refused(name: str, path: Path, message: str, *, verify: bool, columns: list[str] | None = None) -> None:
    with pytest.raises(TableError, match=message) as caught:
        tables.load(name, columns, verify=verify)
    said = str(caught.value)
    assert said.startswith(str(path))
    assert "\n" not in said
    assert len(said) < len(str(path)) + 1_000
    assert re.search(r"git checkout -- data.*make data", said), said


def edited(change: Callable[[list[list[str]]], None]) -> Damage:
    def damage(content: bytes) -> bytes:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
        change(rows)
        return written(rows)

    return damage


def reordered(rows: list[list[str]]) -> None:
    for row in rows:
        row[0], row[1] = row[1], row[0]


def repeated_column(rows: list[list[str]]) -> None:
    for row in rows:
        row.append(row[0])


def without_a_column(rows: list[list[str]]) -> None:
    for row in rows:
        del row[-1]


def duplicate(rows: list[list[str]]) -> None:
    rows.append(rows[1])


ANYWHERE: dict[str, tuple[Damage, str]] = {
    "no header": (lambda content: content.partition(b"\n")[2], "the header does not match"),
    "nothing": (lambda _: b"", "the header does not match"),
    "columns in another order": (edited(reordered), "the order: column 1 is"),
    "a column twice": (edited(repeated_column), "repeated: "),
    "a column missing": (edited(without_a_column), "absent: "),
    "a row twice": (edited(duplicate), r"line \d+ repeats the key"),
    "UTF-16": (lambda content: content.decode().encode("utf-16"), "no readable csv"),
    "UTF-16 without a mark": (lambda content: content.decode().encode("utf-16-le"), "no readable|header does not"),
    "a byte order mark": (lambda content: b"\xef\xbb\xbf" + content, "byte order mark"),
    "Latin-1": (lambda content: content + "Österreich\n".encode("latin-1"), "no readable csv"),
    "semicolons": (lambda content: content.replace(b",", b";"), "the header does not match"),
    "an open quotation mark": (lambda content: content + b'"open,', "no readable csv"),
    "too many cells": (lambda content: content + b"," * 500 + b"\n", "no readable csv"),
    "a web page": (lambda _: b"<!doctype html><html>Not found</html>\n", "the header does not match"),
    "null bytes": (lambda content: b"\0" * len(content), "the header does not match"),
}  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_a_copy_in_a_path_with_spaces_and_chinese_characters_that_is_read_only_is_read(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "数据 表 (another copy), %20"
    path = copied(name, folder, monkeypatch)
    for file in (path, folder / "datapackage.json"):
        file.chmod(0o444)
    folder.chmod(0o555)
    try:
        assert 1 <= len(tables.load(name)) <= ROWS
    finally:
        folder.chmod(0o755)


@pytest.mark.parametrize("name", ALL)
def test_what_is_not_the_file_that_was_declared_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = copied(name, tmp_path, monkeypatch)
    content = path.read_bytes()
    for cut in (0, 1, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:cut])
        refused(name, path, rf"is truncated: {cut} bytes, expected {len(content)}", verify=True)
    path.write_bytes(content + b"\n")
    refused(name, path, "is changed: ", verify=True)
    for at in (0, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        refused(name, path, "was changed: sha256 is", verify=True)
    path.unlink()
    refused(name, path, "is missing", verify=True)
    path.mkdir()
    refused(name, path, "is missing or unreadable", verify=True)


@pytest.mark.parametrize("name", ALL)
def test_damage_is_found_even_where_the_checksum_is_not_asked_for(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = copied(name, tmp_path, monkeypatch)
    content = path.read_bytes()
    for damage, message in ANYWHERE.values():
        path.write_bytes(damage(content))
        refused(name, path, message, verify=False)


NO_NUMBERS = ("many", "nan", "NaN", "inf", "-inf", "1e999", "1,000", "0x10", "True", "1 000", "１e", "--1", "1e")


def cases(column: tables.Column, no_numbers: tuple[str, ...]) -> list[tuple[str, str]]:
    """Cells that a column may not hold, each with what is to be said of it."""
    rules = dict(column.constraints)
    found = [("", "empty, but it may not be empty")] if rules.get("required") else []
    if column.type in ("integer", "number"):
        found += [(cell, "but it must be a finite number") for cell in no_numbers]
        if "minimum" in rules:
            found.append((str(rules["minimum"] - 1), f"but it must be at least {rules['minimum']}"))
        if "maximum" in rules:
            found.append((str(rules["maximum"] + 1), f"but it must be at most {rules['maximum']}"))
    if column.type == "integer":
        found += [("2000.5", "but it must be a whole number")]
        found += [(cell, "but it must be") for cell in ("9007199254740993", "1e300", "-1e18")]
    if column.type == "boolean":
        found += [(cell, "but it must be true or false") for cell in ("yes", "1", "TRUE")]
        found += [] if rules.get("required") else [("", "empty, but it must be true or false")]
    if "enum" in rules:
        found.append(("Atlantis", "but it must be one of"))
    return found


@pytest.mark.parametrize("name", ALL)
def test_a_cell_that_a_column_may_not_hold_is_named_with_line_and_value(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One column of each type and set of rules, the key among them."""
    path = copied(name, tmp_path, monkeypatch)
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    kinds: dict[object, tables.Column] = {}
    for column in tables.describe(name).index:
        one = tables.column(name, column)
        kinds.setdefault((one.type, tuple(key for key, _ in one.constraints)), one)
    tried, types = 0, set()
    for one in kinds.values():
        some = NO_NUMBERS[:1] if one.type in types else NO_NUMBERS
        types.add(one.type)
        place = rows[0].index(one.name)
        for cell, message in cases(one, some):
            changed = [list(row) for row in rows]
            changed[2][place] = cell
            path.write_bytes(written(changed))
            shown = "" if cell == "" else re.escape(cell) if not cell.startswith("1e9") else ""
            exact = cell in ("", "many", "Atlantis", "yes", "2000.5", "nan", "0x10")
            refused(name, path, rf"column '{one.name}', line 3: {shown if exact else ''}.*{message}", verify=False)
            tried += 1
    assert tried


@pytest.mark.parametrize("damage", ["1 2 3", "", "1 2 x 4", "1.5 2", "1 2\n3 4", "9" * 30 + " 1"])
def test_an_outline_that_is_none_is_refused(damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "shapes_world"
    path = copied(name, tmp_path, monkeypatch)
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    rows[1][rows[0].index("path")] = damage
    content = written(rows)
    path.write_bytes(content)
    descriptor = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    descriptor["resources"][0] |= {"bytes": len(content), "hash": f"sha256:{sha256(content).hexdigest()}"}
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    with pytest.raises(TableError, match=r"(path of .* is no list of pairs|may not be empty).*git checkout"):
        tables.shapes("world")
