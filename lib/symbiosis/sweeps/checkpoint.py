"""A folder that keeps finished blocks: one Parquet file each, written whole or not at all, and a manifest.

A file's name ends in the SHA-256 of its bytes, so a torn file is known by its name; its metadata hold the key of its
sweep and its block, so a file of another sweep is known by its content.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from symbiosis.sweeps.blocks import Columns
from symbiosis.sweeps.errors import CheckpointError

_MANIFEST = "manifest.json"
_LOCK = ".lock"
_NAME = re.compile(r"block-(\d{7})-([0-9a-f]{64})\.parquet")


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, also where the process or the machine dies half-way."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    with temporary.open("wb") as sink:
        sink.write(content)
        sink.flush()
        os.fsync(sink.fileno())
    os.replace(temporary, path)


def to_parquet(columns: Columns, metadata: dict[str, str]) -> bytes:
    """Columns as the bytes of a Parquet file, every bit kept."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(columns).replace_schema_metadata(metadata)
    sink = pa.BufferOutputStream()
    # A dictionary could merge NaNs of different bits.
    pq.write_table(table, sink, use_dictionary=False, compression="zstd")
    return bytes(sink.getvalue())


def from_parquet(content: bytes) -> tuple[Columns, dict[str, str]]:
    """The columns and metadata of a Parquet file; any pyarrow error where it is none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(pa.BufferReader(content))
    metadata = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    return {name: table.column(name).to_numpy() for name in table.column_names}, metadata


@dataclass
class Checkpoint:
    """The finished blocks of one sweep in a folder.

    manifest: what must be the same to go on; rejected: block files found torn or of another sweep, set aside under
    names that begin with "rejected-" so that their blocks are computed again.
    """

    folder: Path
    manifest: dict[str, Any]
    rejected: int = field(default=0, init=False)

    @property
    def key(self) -> str:
        """SHA-256 of the manifest, which every block file carries."""
        return hashlib.sha256(json.dumps(self.manifest, sort_keys=True).encode()).hexdigest()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Begin the folder, or check that it belongs to this sweep, and hold it against other processes.

        CheckpointError where it belongs to another sweep, or another process holds it.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            raise CheckpointError(f"checkpoint {self.folder} is a file; name a folder") from None
        with (self.folder / _LOCK).open("a") as lock:
            if sys.platform != "win32":
                import fcntl

                # The system lets go of it when the process ends, however it ends.
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    cause = f"checkpoint folder {self.folder} is in use by another sweep"
                    raise CheckpointError(f"{cause}; wait for it, or name another folder") from None
            self._begin()
            yield

    def _begin(self) -> None:
        path = self.folder / _MANIFEST
        if not path.exists():
            # A first run killed before its manifest stood leaves at most its lock and its temporary file.
            if any(not entry.name.endswith((_LOCK, ".tmp")) for entry in self.folder.iterdir()):
                cause = f"checkpoint folder {self.folder} holds files but no {_MANIFEST}"
                raise CheckpointError(f"{cause}; name an empty or new folder")
            write_atomically(path, (json.dumps(self.manifest, indent=2) + "\n").encode())
            return
        try:
            found = json.loads(path.read_bytes())
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise CheckpointError(f"{path} cannot be read; delete {self.folder} to start again, or name another folder")
        other = [name for name, value in self.manifest.items() if found.get(name) != value]
        if other or found.keys() != self.manifest.keys():
            raise CheckpointError(
                f"checkpoint folder {self.folder} belongs to another sweep (it differs in "
                f"{', '.join(other) or 'what it records'}); name another folder, or delete this one to start again"
            )

    def load(self, rows_of: dict[int, int]) -> dict[int, Columns]:
        """The finished blocks by index; rows_of: the rows that each block must have."""
        for temporary in self.folder.glob(".*.tmp"):
            temporary.unlink(missing_ok=True)
        found: dict[int, Columns] = {}
        for path in sorted(self.folder.glob("block-*")):
            columns = self._read(path, rows_of) if path.is_file() else None
            if columns is None:
                path.replace(path.with_name(f"rejected-{path.name}"))
                self.rejected += 1
            else:
                found[int(path.name[6:13])] = columns
        return found

    def _read(self, path: Path, rows_of: dict[int, int]) -> Columns | None:
        named = _NAME.fullmatch(path.name)
        content = path.read_bytes()
        if named is None or hashlib.sha256(content).hexdigest() != named[2]:
            return None
        import pyarrow as pa

        try:
            columns, metadata = from_parquet(content)
        except pa.ArrowException:
            return None
        index = int(named[1])
        wanted = {"sweep": self.key, "block": str(index)}
        if index not in rows_of or {key: metadata.get(key) for key in wanted} != wanted:
            return None
        return columns if all(len(values) == rows_of[index] for values in columns.values()) else None

    def save(self, index: int, columns: Columns) -> None:
        """Keep a finished block."""
        content = to_parquet(columns, {"sweep": self.key, "block": str(index)})
        write_atomically(self.folder / f"block-{index:07d}-{hashlib.sha256(content).hexdigest()}.parquet", content)
