"""Whatever stands in a file: it is read as it is declared, or refused in one clear error; nothing else happens."""

from __future__ import annotations

import contextlib
import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.faults.test_every_table import copied
from tests.lib.test_ledger import CLAIM, a_notebook, a_stored_verdict, resealed, written
from tests.lib.test_panel import make
from tools import doctor

from symbiosis import tables
from symbiosis.lesson.ledger import LedgerError, read_entry, verdict_of
from symbiosis.lesson.phones import Phones
from symbiosis.lesson.pool import AnswersError, Pool
from symbiosis.lesson.verdict import Verdict
from symbiosis.parameters import ParameterError, SettingsError

MOST = 40
"""Examples a test: every run tries others."""
FEW = settings(max_examples=MOST, suppress_health_check=[HealthCheck.function_scoped_fixture])
HOSTILE = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'; DROP TABLE x; --", "{0.__class__}", "%s%n",
    "../../etc/passwd", "\0", "\ud800", "‮", "9" * 400, "-1e999", "NaN", "__import__('os').system('x')",
)  # fmt: skip
SURROGATES = st.characters(exclude_categories=[])
TEXT = st.one_of(st.sampled_from(HOSTILE), st.text(SURROGATES, max_size=12))
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-3, 3), st.floats(), TEXT, st.just(10**400)
)  # fmt: skip
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=5
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in a JSON document."""
    yield path
    for key, one in value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else []):
        yield from places(one, (*path, key))


def replaced(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    changed = copy.deepcopy(document)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return changed


def as_json(document: Any) -> bytes:
    return json.dumps(document).encode()


def one_line(error: Exception) -> None:
    said = str(error)
    assert "\n" not in said.strip()
    assert 10 < len(said) < 1_500


# tables -------------------------------------------------------------------------------------------------------

NAME = "china_provinces"


@st.composite
def spoiled(draw: st.DrawFn, content: bytes) -> bytes:
    """Bytes with a stretch of them cut out, put elsewhere, or replaced."""
    first, second = sorted(draw(st.tuples(*[st.integers(0, len(content))] * 2)))
    put = draw(st.one_of(st.binary(max_size=8), st.just(b""), st.sampled_from([b"\n", b'"', b",", b"\r", b"\xff\xfe"])))
    end = draw(st.sampled_from([first, min(first + 3, len(content)), second]))
    return content[:first] + put + content[end:]


@FEW
@given(data=st.data())
def test_a_spoiled_table_is_refused_or_holds_what_its_columns_may(
    data: st.DataObject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = copied(NAME, tmp_path, monkeypatch)
    path.write_bytes(data.draw(spoiled(path.read_bytes())))
    try:
        frame = tables.load(NAME, verify=False)
    except tables.TableError as error:
        one_line(error)
        assert "git checkout" in str(error)  # noqa: PT017 (either is right)
        return
    assert list(frame.columns) == list(tables.describe(NAME).index)
    assert not frame.duplicated(list(tables.key(NAME))).any()
    for column in frame:
        one = tables.column(NAME, str(column))
        rules = dict(one.constraints)
        values = frame[column].dropna()
        assert not (rules.get("required") and len(values) < len(frame))
        if one.type in ("integer", "number"):
            assert np.isfinite(values.astype(float)).all()
            assert values.between(rules.get("minimum", -np.inf), rules.get("maximum", np.inf)).all()
        if "enum" in rules:
            assert set(values) <= set(rules["enum"])


@FEW
@given(data=st.data())
def test_a_spoiled_descriptor_is_refused_or_serves(
    data: st.DataObject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every value that it holds is replaced in turn; what is still a descriptor can be asked everything."""
    copied(NAME, tmp_path, monkeypatch)
    file = tmp_path / "datapackage.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    path = data.draw(st.sampled_from(list(places(document))))
    file.write_bytes(as_json(replaced(document, path, data.draw(JSON))))
    try:
        for name in tables.names():
            tables.load(name)
            tables.describe(name)
            tables.source_line(name, tables.describe(name).index)
            assert all(isinstance(tables.label(name, column), str) for column in tables.describe(name).index)
            tables.fingerprint(name, list(tables.describe(name).index))
    except tables.TableError as error:
        one_line(error)


@pytest.mark.parametrize(
    "path", ["../secret.csv", "/etc/passwd", "..\\secret.csv", "C:secret.csv", ".hidden.csv", "", "a\0b", 3, None]
)
def test_a_descriptor_cannot_name_a_file_elsewhere(
    path: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied(NAME, tmp_path, monkeypatch)
    file = tmp_path / "datapackage.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    document["resources"][0]["path"] = path
    file.write_bytes(as_json(document))
    with pytest.raises(tables.TableError, match=r"is no readable descriptor \(ValueError: path") as caught:
        tables.names()
    one_line(caught.value)


@pytest.mark.parametrize("content", [b"[" * 100_000, b"\xff\xfe{}", b"\0" * 100, b'{"resources": 1e999}', b"9" * 9_999])
def test_a_descriptor_that_is_no_json_is_refused(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied(NAME, tmp_path, monkeypatch)
    (tmp_path / "datapackage.json").write_bytes(content)
    with pytest.raises(tables.TableError, match="is no readable descriptor"):
        tables.names()


# the ledger ---------------------------------------------------------------------------------------------------

RECORD: Any = json.loads(json.dumps(a_stored_verdict().as_record()))


@FEW
@given(st.sampled_from(list(places(RECORD))), JSON)
def test_a_spoiled_record_is_refused_or_judged_anew(path: tuple[Any, ...], value: Any) -> None:
    """Sealed again, as somebody would who wants to be believed: what is taken is a verdict in every respect."""
    record = replaced(RECORD, path, value)
    try:
        if isinstance(record, dict):
            resealed(record)
    except (ValueError, TypeError, RecursionError):
        pass
    try:
        found = verdict_of(record, CLAIM)
    except LedgerError as error:
        one_line(error)
    else:
        assert isinstance(found, Verdict)
        assert found.headline == RECORD["headline"]


NOTEBOOK: Any = json.loads(json.dumps(a_notebook(a_stored_verdict())))


@FEW
@given(st.sampled_from(list(places(NOTEBOOK))), JSON)
def test_a_spoiled_notebook_is_refused_or_read(tmp_path_factory: Any, path: tuple[Any, ...], value: Any) -> None:
    folder = tmp_path_factory.getbasetemp()
    file = folder / f"{CLAIM.notebook}.ipynb"
    file.write_bytes(as_json(replaced(NOTEBOOK, path, value)))
    try:
        assert read_entry(file, CLAIM).verdict.headline == RECORD["headline"]
    except LedgerError as error:
        one_line(error)
    with contextlib.suppress(*doctor.NO_NOTEBOOK):
        assert doctor.unexecuted(file) >= 0


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"cells": [1]}', b'{"cells": [], "metadata": null}', b"\xff"])
def test_a_file_that_is_no_notebook_is_refused(content: bytes, tmp_path: Path) -> None:
    file = written(tmp_path, {})
    file.write_bytes(content)
    with pytest.raises(LedgerError, match="no readable notebook"):
        read_entry(file, CLAIM)


# a room's answers ---------------------------------------------------------------------------------------------


def room() -> Pool:
    return Pool("How many <b>places</b>?", low=-10, high=100, unit=" <i>places</i>")


@given(TEXT)
def test_what_a_phone_sends_is_a_number_or_is_quoted_as_text(text: str) -> None:
    kept = Phones(room())
    try:
        said = kept.take("phone", text)
    except AnswersError as error:
        said = f"Not taken: {error}."
        assert kept.answers == []
    else:
        assert all(-10 <= one <= 100 for one in kept.answers)
    page = kept.page(said).decode()
    assert re.findall(r"<(\w+)", page) == re.findall(r"<(\w+)", kept.page("").decode())
    assert "onerror=alert" not in re.sub(r">[^<]*<", "><", page)


@FEW
@given(st.binary(max_size=200) | TEXT.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_a_file_of_answers_is_numbers_or_refused(tmp_path_factory: Any, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "answers.txt"
    file.write_bytes(content)
    pool = room()
    try:
        assert pool.take(file) == len(pool.votes[1])
        assert all(-10 <= one <= 100 for one in pool.votes[1])
    except AnswersError as error:
        one_line(error)


# panels -------------------------------------------------------------------------------------------------------


PANEL = make()
MOVES = st.dictionaries(st.sampled_from([*PANEL.controls_by_name, "no control"]), JSON | st.floats(-9, 9), max_size=3)


@FEW
@given(MOVES)
def test_a_state_from_outside_is_refused_whole_or_is_one_that_the_controls_have(asked: dict[str, Any]) -> None:
    before = PANEL.settings
    try:
        PANEL.set(**asked)
    except (ParameterError, SettingsError) as error:
        one_line(error)
        assert PANEL.settings == before
        return
    now = PANEL.settings
    assert -5 <= now["slope"] <= 5
    assert 0 <= now["level"] <= 4
    assert now["shape"] in (1, 2)
    assert type(now["mirror"]) is bool
