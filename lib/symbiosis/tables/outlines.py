"""Outlines of places to draw maps with, as arrays of longitude and latitude."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from symbiosis.tables.declared import RESTORE, TableError, column, names, resource
from symbiosis.tables.reading import load

Ring = npt.NDArray[np.float64]
Shapes = Mapping[str, tuple[Ring, ...]]
"""Code of a place -> its rings, each of shape (points, 2): longitude and latitude in degrees, first point not repeated.
Outer rings run counter-clockwise, holes clockwise. Read-only."""

_PREFIX = "shapes_"
_STEPS = re.compile(r"-?\d{1,9} -?\d{1,9}(?: -?\d{1,9} -?\d{1,9})*", re.ASCII)


def shapes(name: str) -> Shapes:
    """The outlines ``china_prefectures``, ``china_provinces`` or ``world`` (countries), by code.

    Drawn as the sources have them; they state nothing on borders.

    Raises:
        TableError: no such outlines, or their table is damaged.
    """
    known = [table.removeprefix(_PREFIX) for table in names() if table.startswith(_PREFIX)]
    if name not in known:
        raise TableError(f"no outlines '{name}'; known: {', '.join(known)}")
    return _decoded(_PREFIX + name, resource(_PREFIX + name).sha256)


@lru_cache(maxsize=8)
def _decoded(table: str, sha256: str) -> Shapes:
    """The decoded outlines; ``sha256`` only tells one state of the table from another."""
    unit = re.search(r"units of ([0-9.]+) degrees", column(table, "path").description)
    if unit is None:
        raise TableError(f"column 'path' of '{table}' does not say its unit ('units of ... degrees')")
    frame = load(table)
    found: dict[str, list[Ring]] = {}
    for code, path in zip(frame.iloc[:, 0], frame["path"], strict=True):
        if not _STEPS.fullmatch(str(path)):
            raise TableError(f"{table}: the path of {code} is no list of pairs of whole numbers; {RESTORE}")
        steps = np.fromstring(path, dtype=np.int64, sep=" ")
        ring: Ring = np.asarray(np.cumsum(steps.reshape(-1, 2), axis=0) * float(unit[1]), dtype=np.float64)
        ring.flags.writeable = False
        found.setdefault(code, []).append(ring)
    return MappingProxyType({code: tuple(rings) for code, rings in found.items()})
