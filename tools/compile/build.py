# ruff: noqa: E501  (declarations read best on one line)
"""The whole build: every table, its checks, the descriptor and the data dictionary."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd

from .declare import Table
from .errors import BuildError
from .sources import Raw
from .tables import (
    china_cities,
    china_counties,
    china_county_ages,
    china_county_industries,
    china_national,
    china_prefectures,
    china_provinces,
    countries,
    literature,
    long_run,
    shapes,
    urban_definitions,
    world_cities,
)
from .write import as_csv, descriptor, dictionary, write_all

Build = Callable[[Raw], tuple[pd.DataFrame, list[str]]]

STEPS: tuple[tuple[Table, Build], ...] = (
    tuple(
        (module.TABLE, module.build)
        for module in (
            countries,
            long_run,
            urban_definitions,
            china_national,
            china_provinces,
            china_cities,
            china_prefectures,
            china_counties,
            china_county_industries,
            china_county_ages,
            world_cities,
            literature,
        )
    )
    + shapes.STEPS
)


def compile_tables(raw: Raw, folder: Path) -> Iterator[str]:
    """Compile all tables into ``folder``; yields one line per table.

    Raises:
        BuildError: an input, a check or a declaration is wrong; nothing was written then.
    """
    if raw.folder is not None and not raw.folder.is_dir():
        raise BuildError(
            f"--raw {raw.folder} is not a folder; name the folder that holds census/, citymacro/, gapminder/, naturalearth/ and owid/"
        )
    tables: list[Table] = []
    files: dict[str, bytes] = {}
    for declared, build in STEPS:
        frame, notes = build(raw)
        table = replace(declared, traps=(*declared.traps, *notes))
        files[f"{table.name}.csv"] = as_csv(table, frame)
        tables.append(table)
        yield f"{table.name}: {len(frame):,} rows, {len(table.columns)} columns, {len(files[f'{table.name}.csv']):,} bytes"
    files["datapackage.json"] = descriptor(tables, files)
    files["README.md"] = dictionary(tables, files)
    write_all(folder, files)
    yield f"written to {folder}: {sum(map(len, files.values())):,} bytes"
