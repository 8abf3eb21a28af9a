"""How to cite a table of ours, or one column of it, wherever the library is installed."""

from __future__ import annotations

import symbiosis
from symbiosis.tables.declared import column, resource
from symbiosis.tables.fingerprints import fingerprint


def cite(name: str, column_name: str | None = None) -> str:
    """A citation with sources, licences, and the version and sha256 of what was read.

    name: the table; column_name: one column, or the whole table without it, whose sources are then each named once.

    Raises:
        TableError: unknown table or column; the message names the nearest.
    """
    table = resource(name)
    columns = table.columns if column_name is None else (column(name, column_name),)
    sources = dict.fromkeys(f"{one.source} ({one.licence})" for one in columns)
    if column_name is None:
        what, digest = f'"{table.title}", table {name}', table.sha256
    else:
        one = columns[0]
        unit = f", in {one.unit}" if one.unit else ""
        what, digest = f'"{one.title}"{unit}, column {column_name} of {name}', fingerprint(name, [column_name])
    version = f"version {symbiosis.__version__}, sha256 {digest[:16]}"
    return f"The Symbiosis developers, {what}, {version}. From: {'; '.join(sources)}."
