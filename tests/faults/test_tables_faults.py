"""Damaged tables and failed builds: one clear error each, and nothing lost."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from symbiosis import tables
from symbiosis.tables import TableError

ROOT = Path(tables.__file__).resolve().parents[3]
DATA = ROOT / "data"
sys.path.insert(0, str(ROOT))

from tools.compile import __main__ as command  # noqa: E402
from tools.compile import build, sources, write  # noqa: E402
from tools.compile.errors import BuildError  # noqa: E402
from tools.compile.sources import Input, Raw  # noqa: E402

NAME = "china_provinces"
REMEDY = "git checkout -- data.*make data"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of one table and the descriptor, which the reader is pointed to."""
    for name in ("datapackage.json", f"{NAME}.csv"):
        shutil.copy(DATA / name, tmp_path / name)
    monkeypatch.setenv("SYMBIOSIS_DATA", str(tmp_path))
    return tmp_path


def alter(folder: Path, change: Callable[[list[list[str]]], None]) -> None:
    """Change cells of the table: row 0 is the header. The columns used hold no quoted commas."""
    path = folder / f"{NAME}.csv"
    rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    change(rows)
    path.write_text("\n".join(",".join(row) for row in rows) + "\n", encoding="utf-8")


def at(rows: list[list[str]], column: str) -> int:
    return rows[0].index(column)


def refuses(message: str, verify: bool = False) -> None:
    with pytest.raises(TableError, match=message) as caught:
        tables.load(NAME, verify=verify)
    text = str(caught.value)
    assert "\n" not in text
    assert re.search(REMEDY, text), text


def test_the_copy_is_good(data: Path) -> None:
    assert len(tables.load(NAME)) == 62


def test_missing_table(data: Path) -> None:
    (data / f"{NAME}.csv").unlink()
    refuses(rf"{NAME}\.csv is missing", verify=True)


def test_truncated_table(data: Path) -> None:
    path = data / f"{NAME}.csv"
    path.write_bytes(path.read_bytes()[:-100])
    refuses(r"is truncated: \d+ bytes, expected \d+", verify=True)


def test_empty_table(data: Path) -> None:
    (data / f"{NAME}.csv").write_bytes(b"")
    refuses("truncated", verify=True)
    refuses("header")


def test_changed_checksum_and_what_verify_skips(data: Path) -> None:
    path = data / f"{NAME}.csv"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"19612368", b"19612369"))
    refuses(r"was changed: sha256 is [0-9a-f]{64}, expected [0-9a-f]{64}", verify=True)
    assert 19612369 in set(tables.load(NAME, verify=False)["population"])


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("urban_share", "145.3", r"column 'urban_share', line 3: 145\.3, but it must be at most 100"),
        ("population", "-5", "column 'population', line 3: -5.*at least 0"),
        ("population", "", "column 'population', line 3: empty, but it may not be empty"),
        ("population", "12.5", "column 'population', line 3: 12.5, but it must be a whole number"),
        ("population", "many", "column 'population', line 3: many, but it must be a finite number"),
        ("urban_share", "inf", "column 'urban_share', line 3: inf, but it must be a finite number"),
        ("urban_share", "nan", "column 'urban_share', line 3: nan, but it must be a finite number"),
        ("province", "Atlantis", "column 'province', line 3: Atlantis, but it must be one of"),
        ("parts_disagree", "maybe", "column 'parts_disagree', line 3: maybe, but it must be true or false"),
        ("parts_disagree", "", "column 'parts_disagree', line 3: empty"),
    ],
)
def test_bad_cell_names_file_column_line_and_value(data: Path, column: str, value: str, message: str) -> None:
    def change(rows: list[list[str]]) -> None:
        rows[2][at(rows, column)] = value

    alter(data, change)
    refuses(message)


def test_bad_cell_in_a_column_that_is_not_asked_for_does_no_harm(data: Path) -> None:
    def change(rows: list[list[str]]) -> None:
        rows[2][at(rows, "urban_share")] = "145.3"

    alter(data, change)
    assert len(tables.load(NAME, ["population"], verify=False)) == 62


def test_renamed_column(data: Path) -> None:
    def change(rows: list[list[str]]) -> None:
        rows[0][at(rows, "population")] = "people"

    alter(data, change)
    refuses(r"header does not match.*absent: \['population'\], unknown: \['people'\]")


def test_duplicate_key(data: Path) -> None:
    alter(data, lambda rows: rows.append(rows[1]))
    refuses(r"line 64 repeats the key province_code = 110000, year = 2010")


def test_ragged_row(data: Path) -> None:
    alter(data, lambda rows: rows[3].extend(["1", "2"]))
    refuses("no readable csv")


def test_bytes_that_are_not_text(data: Path) -> None:
    path = data / f"{NAME}.csv"
    path.write_bytes(path.read_bytes().replace(b"Beijing", b"\xff\xfe\xff", 1))
    refuses("no readable csv")


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"resources": [{"name": "x"}]}', "null"])
def test_garbage_descriptor(data: Path, content: str) -> None:
    (data / "datapackage.json").write_text(content, encoding="utf-8")
    refuses(r"datapackage\.json is no readable descriptor")


def test_descriptor_is_read_again_when_it_changes(data: Path) -> None:
    path = data / "datapackage.json"
    assert tables.label(NAME, "urban_share") == "Urban share (%)"
    package = json.loads(path.read_text(encoding="utf-8"))
    for resource in package["resources"]:
        for field in resource["schema"]["fields"]:
            field["title"] = "Changed title"
    path.write_text(json.dumps(package), encoding="utf-8")
    assert tables.label(NAME, "urban_share") == "Changed title (%)"


def test_no_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMBIOSIS_DATA", str(tmp_path / "nowhere"))
    refuses(r"no datapackage\.json in .*nowhere \(SYMBIOSIS_DATA names it\)")


# The build.


def raw_with(tmp_path: Path, content: bytes, expected: bytes) -> Raw:
    (tmp_path / "owid").mkdir()
    (tmp_path / "owid" / "a.csv").write_bytes(content)
    wanted = Input("owid/a.csv", "github:o/r@c", "a.csv", sha256(expected).hexdigest(), len(expected), "MIT")
    return Raw(tmp_path, inputs={"owid/a.csv": wanted})


def test_changed_raw_file(tmp_path: Path) -> None:
    raw = raw_with(tmp_path, b"changed", b"pinned")
    message = rf"a\.csv: sha256 is {sha256(b'changed').hexdigest()}.*expected {sha256(b'pinned').hexdigest()}.*replace"
    with pytest.raises(BuildError, match=message):
        raw.path("owid/a.csv")


def test_right_raw_file(tmp_path: Path) -> None:
    assert raw_with(tmp_path, b"pinned", b"pinned").path("owid/a.csv").read_bytes() == b"pinned"


def test_missing_raw_file(tmp_path: Path) -> None:
    with pytest.raises(
        BuildError, match=r"countries_by_threshold\.csv is missing; put the file there, or leave out --raw"
    ):
        Raw(tmp_path).path("owid/countries_by_threshold.csv")


def test_raw_folder_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--raw", str(tmp_path / "none"), "--out", str(tmp_path / "out")]) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: --raw")
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_offline_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import requests

    def offline(*_: object, **__: object) -> None:
        raise requests.exceptions.ConnectionError("name resolution failed")

    monkeypatch.setattr(requests, "get", offline)
    raw = Raw(cache=tmp_path)
    with pytest.raises(BuildError, match=r"cannot reach raw\.githubusercontent\.com.*--raw DIR"):
        raw.path("owid/countries_by_threshold.csv")
    with pytest.raises(BuildError, match=r"cannot reach raw\.githubusercontent\.com.*--raw DIR"):
        raw.path("census/census_city_2010-2020_v1.csv")
    with pytest.raises(BuildError, match=r"cannot reach cdn\.jsdelivr\.net.*--raw DIR"):
        raw.path("naturalearth/countries-110m.json")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_offline_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(BuildError, match=r"cannot reach the package city-macro-data==0\.1\.0 through pip.*--raw DIR"):
        Raw(cache=tmp_path).path("citymacro/city_macro.csv")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_download_that_is_not_the_pinned_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def other(url: str, known_hash: str, **_: object) -> str:
        raise ValueError(f"{known_hash} does not match the known hash")

    monkeypatch.setattr("pooch.retrieve", other)
    with pytest.raises(BuildError, match=r"does not match the known hash; give a local copy with --raw DIR"):
        Raw(cache=tmp_path).path("owid/countries_by_threshold.csv")


def test_cached_download_is_used_and_a_damaged_one_fetched_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = b"pinned"
    wanted = Input("owid/a.csv", "github:o/r@c", "a b.csv", sha256(good).hexdigest(), len(good), "MIT")
    assert wanted.url == "https://raw.githubusercontent.com/o/r/c/a%20b.csv"
    calls = []

    def fetch(url: str, target: Path, expected: str | None) -> None:
        calls.append(url)
        target.write_bytes(good)

    monkeypatch.setattr(sources, "download", fetch)
    (tmp_path / "owid").mkdir()
    (tmp_path / "owid" / "a.csv").write_bytes(b"half")
    assert Raw(cache=tmp_path, inputs={wanted.path: wanted}).path(wanted.path).read_bytes() == good
    assert Raw(cache=tmp_path, inputs={wanted.path: wanted}).path(wanted.path).read_bytes() == good
    assert len(calls) == 1


def old_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_failed_check_leaves_the_old_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "countries.csv").write_bytes(b"old")

    def broken(raw: Raw) -> tuple[object, list[str]]:
        raise BuildError("check 'x' failed: y")

    monkeypatch.setattr(build, "STEPS", ((build.STEPS[0][0], broken),))
    with pytest.raises(BuildError, match="check 'x' failed: y"):
        list(build.compile_tables(Raw(tmp_path), tmp_path))
    assert old_files(tmp_path) == {"countries.csv": b"old"}


@pytest.mark.parametrize("interruption", [OSError("no space left on device"), KeyboardInterrupt()])
def test_interrupted_writing_leaves_the_old_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interruption: BaseException
) -> None:
    old = {"a.csv": b"old a", "b.csv": b"old b", "datapackage.json": b"old"}
    for name, content in old.items():
        (tmp_path / name).write_bytes(content)
    calls = []

    def fail(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise interruption

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises((BuildError, KeyboardInterrupt)):
        write.write_all(tmp_path, {name: b"new" for name in old})
    assert old_files(tmp_path) == old


def test_declared_constraints_stop_the_build() -> None:
    import pandas as pd
    from tools.compile.declare import Column, Table, percent, text

    table = Table("t", "T", "", ("code",), (text("code", "Code", required=True), percent("share", "Share")))
    cases = {
        "no duplicate keys": {"code": ["a", "a"], "share": [1.0, 2.0]},
        "within 0..100": {"code": ["a", "b"], "share": [1.0, 101.0]},
        "complete": {"code": ["a", None], "share": [1.0, 2.0]},
        "columns as declared": {"code": ["a", "b"], "other": [1.0, 2.0]},
    }
    for message, frame in cases.items():
        with pytest.raises(BuildError, match=re.escape(message)):
            write.as_csv(table, pd.DataFrame(frame))
    good = pd.DataFrame({"code": ["b", "a"], "share": [0.30000000000000004, -0.0]})
    assert write.as_csv(table, good) == b"code,share\na,0\nb,0.3\n"
    whole = Table("t", "T", "", ("n",), (Column("n", "integer", "N"),))
    with pytest.raises(BuildError, match="whole numbers"):
        write.as_csv(whole, pd.DataFrame({"n": [1.5]}))


def test_census_correction_must_meet_the_cell_it_corrects() -> None:
    import pandas as pd
    from tools.compile import census

    corrections = pd.read_csv(census.CORRECTIONS, dtype={"county_code": str}, keep_default_na=False)
    rows = corrections[corrections["year"] == 2020]
    frame = pd.DataFrame({"county_code": rows["county_code"].tolist(), "name_zh": rows["name_zh"].tolist()})
    for column in rows["column"].unique():
        frame[column] = 7.0
    with pytest.raises(BuildError, match="corrected cell as known"):
        census._correct(frame, 2020)


def test_official_series_that_does_not_add_up() -> None:
    from tools.compile.tables import china_national

    population = china_national.read("national_population")
    wrong = population.assign(urban_wan=population["urban_wan"] + (population["year"] == 1995))
    with pytest.raises(BuildError, match=r"total = urban \+ rural.*1995"):
        china_national.check_population(wrong)
    off = population.assign(urban_percent=population["urban_percent"] + 0.02 * (population["year"] == 2001))
    with pytest.raises(BuildError, match=r"within 0\.005.*2001"):
        china_national.check_population(off)
