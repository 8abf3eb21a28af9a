"""Digests of tables and of single columns: what a stored result remembers, to be found stale when they change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import overload

from symbiosis.tables.declared import RESTORE, TableError, column, names, resource


@overload
def fingerprint(name: str, columns: Iterable[str], /) -> str: ...


@overload
def fingerprint(*table_names: str) -> dict[str, str]: ...


def fingerprint(*asked: str | Iterable[str]) -> str | dict[str, str]:
    """``fingerprint(table, [columns])``: one digest of these columns' cells in the order of rows.

    The order in which columns are named does not matter, and no other column does: a new one makes nothing stale. A
    new, lost, moved or changed row does. ``fingerprint(*tables)``: the declared sha256 of each whole file, by name (of
    all compiled tables when none is named).

    Raises:
        TableError: unknown table or column, no column named, or a descriptor without digests of columns.
    """
    if len(asked) == 2 and not isinstance(asked[1], str):
        return _of_columns(str(asked[0]), asked[1])
    return {str(name): resource(str(name)).sha256 for name in (asked or names())}


def _of_columns(name: str, columns: Iterable[str]) -> str:
    wanted = sorted(set(columns))
    if not wanted:
        raise TableError(f"fingerprint of '{name}' needs at least one column; name the columns that the result used")
    digest = hashlib.sha256(name.encode("utf-8"))
    for found in (column(name, one) for one in wanted):
        if not found.sha256:
            raise TableError(f"column '{found.name}' of '{name}' has no digest in the descriptor; {RESTORE}")
        digest.update(f"\0{found.name}\0{found.sha256}".encode())
    return digest.hexdigest()
