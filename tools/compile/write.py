"""Write tables, descriptor and data dictionary: the same bytes on every machine, all files or none."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from .declare import Column, Table
from .errors import BuildError, check

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

LICENCES = {
    "CC BY 4.0": {
        "name": "CC-BY-4.0",
        "title": "Creative Commons Attribution 4.0",
        "path": "https://creativecommons.org/licenses/by/4.0/",
    },
    "ISC": {"name": "ISC", "title": "ISC License", "path": "https://opensource.org/license/isc-license-txt"},
    "MIT": {"name": "MIT", "title": "MIT License", "path": "https://opensource.org/license/mit"},
}


def _number(value: float, digits: int) -> str:
    shown = f"{value:.{digits}f}"
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown


def cells(column: Column, values: Iterable[object]) -> list[str]:
    """The column as it stands in the file: missing is empty, numbers have fixed rounding."""
    out: list[str] = []
    for value in values:
        if value is None or value is pd.NA or value != value:
            out.append("")
        elif column.type == "boolean":
            out.append("true" if value else "false")
        elif column.type == "string":
            out.append(str(value))
        elif column.type == "integer":
            number = float(value)  # type: ignore[arg-type]
            out.append(str(round(number)))
        else:
            out.append(_number(float(value), column.digits))  # type: ignore[arg-type]
    return out


def as_csv(table: Table, frame: pd.DataFrame) -> bytes:
    """The table as UTF-8 csv bytes with line feeds, columns in declared order, rows sorted by key.

    Raises:
        BuildError: columns differ from the declaration, a key repeats, or a value breaks a constraint.
    """
    declared = [column.name for column in table.columns]
    extra = sorted(set(frame.columns) - set(declared))
    absent = sorted(set(declared) - set(frame.columns))
    check(f"{table.name}: columns as declared", not extra and not absent, f"undeclared {extra}, absent {absent}")
    validate(table, frame)
    ordered = frame.sort_values(list(table.key), kind="stable")
    columns = [cells(column, ordered[column.name].tolist()) for column in table.columns]
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(declared)
    writer.writerows(zip(*columns, strict=True))
    return buffer.getvalue().encode("utf-8")


def validate(table: Table, frame: pd.DataFrame) -> None:
    """Stop unless every declared constraint and the key's uniqueness hold."""
    keys = list(table.key)
    repeated = frame[frame.duplicated(keys, keep=False)]
    check(
        f"{table.name}: no duplicate keys",
        repeated.empty,
        f"{len(repeated)} rows share a key {keys}, first {repeated[keys].head(2).values.tolist()}",
    )
    for column in table.columns:
        values = frame[column.name]
        missing = values.isna()
        if column.required:
            check(
                f"{table.name}.{column.name}: complete",
                not missing.any(),
                f"{int(missing.sum())} missing, first at {frame.loc[missing, keys].head(1).values.tolist()}",
            )
        present = values[~missing]
        if column.type in ("integer", "number"):
            numbers = present.astype(float)
            low = -float("inf") if column.minimum is None else column.minimum
            high = float("inf") if column.maximum is None else column.maximum
            wrong = ~numbers.between(low, high) | numbers.isin([float("inf"), -float("inf")])
            where = frame.loc[wrong[wrong].index, [*dict.fromkeys([*keys, column.name])]].head(3).values.tolist()
            check(
                f"{table.name}.{column.name}: within {low}..{high}",
                not wrong.any(),
                f"{int(wrong.sum())} outside, first {where}",
            )
            if column.type == "integer":
                broken = (numbers - numbers.round()).abs() > 1e-6
                check(
                    f"{table.name}.{column.name}: whole numbers",
                    not broken.any(),
                    f"{numbers[broken].head(3).tolist()}",
                )
        if column.enum:
            strange = sorted(set(present.astype(str)) - set(column.enum))
            check(f"{table.name}.{column.name}: known values", not strange, f"unknown {strange[:5]}")


def column_digests(content: bytes) -> dict[str, str]:
    """The sha256 of each column of a csv file: of its name and cells in the order of rows, a zero byte after each."""
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8"), newline=""))
    columns = zip(*rows, strict=True) if rows else ([] for _ in header)
    return {
        name: hashlib.sha256("".join(f"{cell}\0" for cell in (name, *cells)).encode("utf-8")).hexdigest()
        for name, cells in zip(header, columns, strict=True)
    }


def _field(column: Column, digest: str) -> dict[str, object]:
    field: dict[str, object] = {"name": column.name, "type": column.type, "title": column.title}
    if column.unit:
        field["unit"] = column.unit
    field["description"] = column.description or column.title
    field["source"] = column.source
    field["licence"] = column.licence
    field["hash"] = f"sha256:{digest}"
    constraints = column.constraints()
    if constraints:
        field["constraints"] = constraints
    return field


@dataclass(frozen=True)
class Package:
    """What a data package says of itself; licences by the names in LICENCES; dictionary: opening of its README."""

    name: str
    title: str
    description: str
    licences: tuple[str, ...]
    opening: str


COMPILED = Package(
    "symbiosis",
    "Symbiosis: urbanization and rural revitalization",
    "Tidy tables compiled, renamed, unit-converted and checked from public sources.",
    ("CC BY 4.0", "ISC", "MIT"),
    "Generated by `make data` from the declarations in `tools/compile`; do not edit by hand.\n"
    "Shares are in percent, populations in persons, money as stated. An empty cell is missing, never zero.",
)


def descriptor(tables: Iterable[Table], files: Mapping[str, bytes], package: Package = COMPILED) -> bytes:
    """datapackage.json: a Frictionless Data Package that declares every column once."""
    resources = []
    for table in tables:
        content = files[f"{table.name}.csv"]
        digests = column_digests(content)
        for column in table.columns:
            check(
                f"{table.name}.{column.name}: declared with source and licence",
                bool(column.source) and column.licence in LICENCES,
                f"source {column.source!r}, licence {column.licence!r}",
            )
        resources.append(
            {
                "name": table.name,
                "path": f"{table.name}.csv",
                "profile": "tabular-data-resource",
                "title": table.title,
                "description": table.description,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(content),
                "hash": "sha256:" + hashlib.sha256(content).hexdigest(),
                "notes": list(table.traps),
                "licenses": [LICENCES[name] for name in sorted({column.licence for column in table.columns})],
                "schema": {
                    "fields": [_field(column, digests[column.name]) for column in table.columns],
                    "primaryKey": list(table.key),
                    "missingValues": [""],
                },
            }
        )
    described = {
        "profile": "data-package",
        "name": package.name,
        "title": package.title,
        "description": package.description,
        "licenses": [LICENCES[name] for name in package.licences],
        "resources": resources,
    }
    return (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def dictionary(tables: Iterable[Table], files: Mapping[str, bytes], package: Package = COMPILED) -> bytes:
    """README.md of the folder: the data dictionary."""
    tables = list(tables)
    lines = [
        "# Data dictionary",
        "",
        *package.opening.split("\n"),
        "",
        "| table | rows | key | what |",
        "|---|---|---|---|",
    ]
    for table in tables:
        rows = files[f"{table.name}.csv"].count(b"\n") - 1
        lines.append(f"| [{table.name}](#{table.name}) | {rows:,} | {', '.join(table.key)} | {table.title} |")
    for table in tables:
        lines += ["", f"## {table.name}", "", table.description, ""]
        if table.traps:
            lines += ["Known traps:", "", *[f"- {trap}" for trap in table.traps], ""]
        lines += ["| column | unit | meaning | source | licence |", "|---|---|---|---|---|"]
        for column in table.columns:
            meaning = (column.description or column.title).replace("|", "\\|")
            unit = column.unit or column.type
            lines.append(f"| `{column.name}` | {unit} | {meaning} | {column.source} | {column.licence} |")
    return ("\n".join(lines) + "\n").encode("utf-8")


def write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put all files into ``folder``: each is first written whole beside it, then renamed into place.

    A failure while writing leaves every old file as it was; what a killed build left is removed. BuildError also while
    another build writes there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            for left in folder.glob(".compile-*"):
                shutil.rmtree(left, ignore_errors=True)
            _write_all(folder, files)
    except OSError as error:
        raise BuildError(f"cannot write {folder}: {error}; free space or choose another --out") from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one build at a time write into a folder, by a lock that ends with its process."""
    if fcntl is None:
        yield
        return
    held = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BuildError(f"another build is writing {folder}; wait for its end, or choose another --out") from None
        yield
    finally:
        os.close(held)


def _write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    staging = Path(tempfile.mkdtemp(prefix=".compile-", dir=folder))
    try:
        for name, content in files.items():
            with (staging / name).open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            if (staging / name).stat().st_size != len(content):
                raise BuildError(f"{name}: {len(content)} bytes to write, {(staging / name).stat().st_size} on disk")
        # The descriptor goes last: until then the old one names the old checksums.
        for name in sorted(files, key=lambda name: name == "datapackage.json"):
            os.replace(staging / name, folder / name)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
