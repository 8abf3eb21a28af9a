"""The project's tables as typed, validated pandas frames, each column with unit, source and licence.

Everything said about a column is read from its one declaration in ``data/datapackage.json``.
"""

from symbiosis.tables.declared import (
    DESCRIPTOR,
    PACKAGES,
    RESTORE,
    Column,
    TableError,
    column,
    describe,
    folder,
    key,
    label,
    names,
    source_line,
)
from symbiosis.tables.fingerprints import fingerprint
from symbiosis.tables.outlines import Ring, Shapes, shapes
from symbiosis.tables.reading import load

__all__ = [
    "DESCRIPTOR",
    "PACKAGES",
    "RESTORE",
    "Column",
    "Ring",
    "Shapes",
    "TableError",
    "column",
    "describe",
    "fingerprint",
    "folder",
    "key",
    "label",
    "load",
    "names",
    "shapes",
    "source_line",
]
