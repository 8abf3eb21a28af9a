"""Runs inside Pyodide: pack wheels anew with their modules compiled and without what only tests and compilers read."""

from __future__ import annotations

import importlib.util
import io
import json
import marshal
import zipfile
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

SAME_DATE = (1980, 1, 1, 0, 0, 0)


def bytecode(source: bytes, name: str) -> bytes:
    """A compiled module whose file is never compared with its source, the same on every run."""
    code = compile(source, name, "exec", dont_inherit=True)
    header = importlib.util.MAGIC_NUMBER + (0b01).to_bytes(4, "little") + importlib.util.source_hash(source)
    return header + marshalled(code)


def marshalled(code: object) -> bytes:
    """The bytes of a code object, by way of a file so that equal constants are written alike on every run."""
    return marshal.dumps(marshal.loads(marshal.dumps(code)))


def packed(wheel: bytes, left_out: list[str], with_sources: bool) -> bytes:
    """The wheel again, smaller and quicker to start.

    left_out: patterns of files to drop; with_sources: keep the modules' text beside what is compiled from it.
    """
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(wheel)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
    ):
        for info in sorted(old.infolist(), key=lambda one: one.filename):
            name = info.filename
            if name.endswith("/") or any(fnmatch(name, pattern) for pattern in left_out):
                continue
            content = old.read(name)
            files = {name: content}
            if name.endswith(".py"):
                path = PurePosixPath(name)
                if with_sources:
                    files[str(path.parent / "__pycache__" / f"{path.stem}.cpython-312.pyc")] = bytecode(content, name)
                else:
                    files = {name + "c": bytecode(content, name)}
            for each, data in files.items():
                entry = zipfile.ZipInfo(each, SAME_DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                new.writestr(entry, data)
    return target.getvalue()


def write(old: str, new: str, options: str) -> None:
    """Pack one file into another; options as JSON: leftOut and withSources."""
    given = json.loads(options)
    Path(new).write_bytes(packed(Path(old).read_bytes(), given["leftOut"], given["withSources"]))
