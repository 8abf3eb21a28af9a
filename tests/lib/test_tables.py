"""The reader of the tables: what it returns, what it refuses. Bad files: tests/faults/test_tables_faults.py."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from symbiosis import tables

ROOT = Path(tables.__file__).resolve().parents[3]
DATA = ROOT / "data"
sys.path.insert(0, str(ROOT))


@pytest.mark.parametrize("name", tables.names())
def test_load_gives_declared_columns_and_types(name: str) -> None:
    frame = tables.load(name)
    about = tables.describe(name)
    assert list(frame.columns) == list(about.index)
    assert len(frame) > 0
    for column, kind in about["type"].items():
        dtype = frame[column].dtype
        if kind == "boolean":
            assert pd.api.types.is_bool_dtype(dtype)
        elif kind == "number":
            assert dtype == np.float64
        elif kind == "integer":
            assert dtype == (np.float64 if frame[column].isna().any() else np.int64)
        else:
            assert not pd.api.types.is_numeric_dtype(dtype)


def test_load_is_fresh_each_time() -> None:
    first = tables.load("china_provinces")
    first.loc[:, "population"] = 0
    assert tables.load("china_provinces")["population"].gt(0).all()


def test_columns_are_chosen_in_the_given_order_and_the_key_is_not_forced_in() -> None:
    frame = tables.load("countries", ["urban_share", "year"])
    assert list(frame.columns) == ["urban_share", "year"]
    assert len(frame) == len(tables.load("countries"))


def test_unknown_names_point_to_the_nearest() -> None:
    with pytest.raises(tables.TableError, match=r"no table 'contries'; did you mean countries"):
        tables.load("contries")
    with pytest.raises(tables.TableError, match=r"no column 'urban_shar' in table 'countries'.*urban_share"):
        tables.load("countries", ["urban_shar"])
    with pytest.raises(tables.TableError, match="no column 'x'"):
        tables.column("countries", "x")


def test_column_and_label() -> None:
    found = tables.column("countries", "urban_share")
    assert (found.title, found.unit, found.licence) == ("Urban share", "percent", "CC BY 4.0")
    assert "World Bank" in found.source
    assert tables.label("countries", "urban_share") == "Urban share (%)"
    assert tables.label("countries", "country") == "Country"
    with pytest.raises(AttributeError):
        found.title = "other"  # type: ignore[misc]


def test_source_line_names_each_source_once_by_licence() -> None:
    line = tables.source_line("countries", ["urban_share", "rural_share", "gdp_per_person_ppp"])
    assert line.startswith("Source: ")
    assert line.count("World Bank, World Development Indicators") == 1
    assert line.endswith("(CC BY 4.0)")
    mixed = tables.source_line("china_counties", ["longitude", "population"])
    assert mixed.count("(MIT)") == 1
    assert tables.source_line("countries", "hdi") == tables.source_line("countries", ["hdi"])
    with pytest.raises(tables.TableError, match="at least one column"):
        tables.source_line("countries", [])


def test_fingerprint_is_the_sha256_of_the_file() -> None:
    for name, declared in tables.fingerprint().items():
        assert declared == hashlib.sha256((DATA / f"{name}.csv").read_bytes()).hexdigest()
    assert list(tables.fingerprint("countries", "long_run")) == ["countries", "long_run"]


def test_fingerprint_of_columns_covers_them_and_nothing_else() -> None:
    one = tables.fingerprint("countries", ["urban_share", "year"])
    assert one == tables.fingerprint("countries", ("year", "urban_share", "year"))
    assert one != tables.fingerprint("countries", ["urban_share"])
    assert one != tables.fingerprint("countries", ["urban_share", "hdi"])
    assert tables.fingerprint("china_provinces", ["year"]) != tables.fingerprint("china_prefectures", ["year"])
    with pytest.raises(tables.TableError, match="at least one column"):
        tables.fingerprint("countries", [])
    with pytest.raises(tables.TableError, match="did you mean urban_share"):
        tables.fingerprint("countries", ["urban_shar"])


def packaged(folder: Path, content: str) -> Path:
    """A package of one table in a folder."""
    from tools.compile.declare import Column, Table
    from tools.compile.write import descriptor

    header = content.splitlines()[0].split(",")
    columns = tuple(Column(name, "string", name, source="here", licence="MIT") for name in header)
    files = {"t.csv": content.encode()}
    folder.mkdir(parents=True)
    (folder / "t.csv").write_bytes(files["t.csv"])
    (folder / "datapackage.json").write_bytes(descriptor([Table("t", "T", "T", ("a",), columns)], files))
    return folder


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ("a,b,c\n1,x,7\n2,y,8\n", True),
        ("c,b,a\n7,x,1\n8,y,2\n", True),
        ('a,b\n1,"x"\n2,y\n', True),
        ("a,b\n2,y\n1,x\n", False),
        ("a,b\n1,x\n2,z\n", False),
        ("a,b\n1,x\n2,y\n3,\n", False),
        ("a,b\n1,x2\n,y\n", False),
    ],
)
def test_what_makes_a_fingerprint_of_columns_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str, same: bool
) -> None:
    found = []
    for number, content in enumerate(("a,b\n1,x\n2,y\n", changed)):
        monkeypatch.setenv("SYMBIOSIS_DATA", str(packaged(tmp_path / str(number), content)))
        found.append(tables.fingerprint("t", ["b", "a"]))
    assert (found[0] == found[1]) is same


@pytest.mark.parametrize("name", tables.names())
def test_declared_digests_are_those_of_the_columns(name: str) -> None:
    from tools.compile.write import column_digests

    digests = column_digests((DATA / f"{name}.csv").read_bytes())
    assert {column: tables.column(name, column).sha256 for column in digests} == digests


def test_tables_inside_an_installed_library_are_found(tmp_path: Path) -> None:
    library = tmp_path / "site" / "symbiosis"
    shutil.copytree(DATA.parent / "lib" / "symbiosis", library, ignore=shutil.ignore_patterns("__pycache__"))
    packaged(library / "_data" / "data", "a,b\n1,x\n")
    code = "from symbiosis import tables; print(tables.load('t')['b'][0], tables.fingerprint('t', ['b']))"
    environment = {"PYTHONPATH": str(library.parent), "PATH": "", "HOME": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("x ")


def test_shapes_are_read_only_and_made_once() -> None:
    world = tables.shapes("world")
    assert tables.shapes("world") is world
    with pytest.raises(ValueError, match="read-only"):
        world["CHN"][0][0, 0] = 0
    with pytest.raises(tables.TableError, match="no outlines 'moon'; known: china_prefectures, china_provinces, world"):
        tables.shapes("moon")


def test_import_reads_no_file(tmp_path: Path) -> None:
    code = "import symbiosis.tables"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={"SYMBIOSIS_DATA": str(tmp_path / "absent"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
