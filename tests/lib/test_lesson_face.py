"""The face of a notebook: what it shows, what it remembers, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest

from symbiosis import tables
from symbiosis.charts.style import FONT_FAMILIES, new_figure
from symbiosis.evidence.estimate import Estimate
from symbiosis.lesson import Lesson, digests
from symbiosis.lesson.claims import ArgumentError, claim
from symbiosis.lesson.ledger import verdict_of
from symbiosis.lesson.own_verdict import keep, own_verdicts
from symbiosis.lesson.rule import Verdict as HowFar
from symbiosis.lesson.verdict import VERDICT_MIME, declaration

WORDS: dict[str, Any] = {
    "conditions": "where", "counter_example": "but", "would_change_our_mind": "if", "falsifier": "one of three",
    "falsifier_met": False,
}  # fmt: skip


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """What was displayed: its data, with the metadata under "metadata"."""
    found: list[dict[str, Any]] = []

    def display(data: Any, *, raw: bool = False, metadata: Any = None, display_id: bool = False) -> Any:
        assert raw
        found.append({**data, "metadata": metadata or {}})
        return None

    monkeypatch.setattr("IPython.display.display", display)
    with mpl.rc_context():
        yield found


def test_what_a_notebook_adds_to_a_picture_has_the_shared_style(shown: list[dict[str, Any]]) -> None:
    Lesson()
    _, (axes,) = new_figure()
    assert axes.text(0, 0, "added").get_fontfamily() == mpl.rcParams["font.family"]
    assert mpl.rcParams["font.family"] == list(FONT_FAMILIES)


def test_a_lesson_shows_its_claim_and_an_overview_shows_none(shown: list[dict[str, Any]]) -> None:
    lesson = Lesson("emptying")
    assert lesson.claim == claim("emptying")
    assert "It would be false if" in shown[0]["text/plain"]
    Lesson()
    assert len(shown) == 1


def test_an_unknown_claim_names_the_known(shown: list[dict[str, Any]]) -> None:
    with pytest.raises(ArgumentError, match="unknown claim 'empty'; known: only_way, emptying"):
        Lesson("empty")


def test_tables_are_remembered_with_their_columns(shown: list[dict[str, Any]]) -> None:
    lesson = Lesson("emptying")
    frame = lesson.table("countries", ["urban_share"])
    assert list(frame.columns) == [*tables.key("countries"), "urban_share"]
    lesson.table("countries", ["population", "urban_share"])
    assert lesson.data["countries"]["columns"] == sorted([*tables.key("countries"), "population", "urban_share"])
    assert lesson.data["countries"]["mark"] == tables.fingerprint("countries", lesson.data["countries"]["columns"])
    whole = lesson.table("urban_definitions")
    assert lesson.data["urban_definitions"]["columns"] == sorted(whole.columns)


def test_an_unknown_column_is_named_and_not_remembered(shown: list[dict[str, Any]]) -> None:
    lesson = Lesson("emptying")
    with pytest.raises(tables.TableError, match="no column 'urban_shre' in table 'countries'; did you mean"):
        lesson.table("countries", ["urban_shre"])
    assert lesson.data == {}


def test_say_is_markdown_in_which_prices_are_no_formulae(shown: list[dict[str, Any]]) -> None:
    lesson = Lesson()
    lesson.say(
        """
        From $1,000 to $2,000: **twice**, and $u^* = n/k$ stays a formula.

        - one
        """
    )
    assert shown[0]["text/markdown"] == (
        "From \\$1,000 to \\$2,000: **twice**, and $u^* = n/k$ stays a formula.\n\n- one"
    )
    assert shown[0]["text/plain"] == shown[0]["text/markdown"]


def test_words_from_data_do_nothing_in_markdown() -> None:
    assert Lesson().plain("a*b_[c](d) <i> $x$") == r"a\*b\_\[c\]\(d\) \<i\> \$x\$"


def test_numbers_take_words_and_estimates(shown: list[dict[str, Any]]) -> None:
    Lesson().numbers({"Change": Estimate(3.14, 2, 4.2, "points", ".1f"), "Countries": "7 of 9"})
    assert shown[0]["text/plain"] == "Change: 3.1 points (2.0 to 4.2); Countries: 7 of 9"


def test_a_picture_has_its_words_and_the_sources_of_its_columns(shown: list[dict[str, Any]]) -> None:
    alt = """A line
             that rises."""
    lesson = Lesson()
    lesson.show(
        new_figure()[0], alt=alt, source=["countries.urban_share", "countries.population", "long_run.urban_share"]
    )
    picture, line = shown
    assert picture["text/plain"] == picture["metadata"]["image/png"]["alt"] == "A line that rises."
    sources = {tables.column(t, "urban_share").source for t in ("countries", "long_run")}
    assert line["text/plain"].startswith("Source: ")
    assert all(source in line["text/plain"] for source in sources)
    with pytest.raises(tables.TableError, match="no table 'contries'"):
        lesson.show(new_figure()[0], alt=alt, source=["contries.urban_share"])


def test_a_prediction_is_answered_and_only_one_that_was_made(shown: list[dict[str, Any]]) -> None:
    lesson = Lesson()
    with pytest.raises(ArgumentError, match="nothing was predicted"):
        lesson.reveal(3)
    lesson.predict("How many?", low=0, high=10)
    lesson.reveal(3)
    assert shown[-1]["text/plain"].startswith("The answer is 3. You made no guess")


@pytest.mark.parametrize(
    ("answer", "expected", "words"),
    [
        (None, 2.0, "Not answered yet"),
        (2.004, 2.0, "Right: 2."),
        (3, 2.0, "Not yet: 3 is too high. Hint: halve"),
        ("Chad", lambda name: name == "Chad", "Right: it did"),
        ("Mali", lambda name: name == "Chad", "Not yet. Hint: halve"),
    ],
)
def test_an_exercise_is_checked(shown: list[dict[str, Any]], answer: Any, expected: Any, words: str) -> None:
    Lesson().check(answer, expected, tolerance=0.01, right="it did", hint="halve")
    assert shown[0]["text/plain"].startswith(words)


def found(lesson: Lesson, name: str, value: float, **changes: Any) -> None:
    given = {
        "part": "falls", "text": "In 9 of\n   10 it fell.", "design": "complete count", "data": "countries", **changes,
    }  # fmt: skip
    lesson.finding(name, Estimate(value, value - 0.05, value + 0.05), **given)


def a_judged(shown: list[dict[str, Any]]) -> dict[str, Any]:
    lesson = Lesson("emptying")
    lesson.table("long_run", ["urban_share"])
    found(lesson, "since 1960", 0.9)
    found(lesson, "rich", 0.2, scope="rich countries", curve=[0.2, 0.21, 0.19])
    verdict = lesson.verdict(**WORDS)
    assert verdict.judgement.verdict is HowFar.LEANS_FOR
    return dict(shown[-1][VERDICT_MIME])


def test_a_verdict_rests_on_what_was_found_and_read(shown: list[dict[str, Any]]) -> None:
    record = json.loads(json.dumps(a_judged(shown)))
    assert [f["text"] for f in record["findings"]] == ["In 9 of 10 it fell."] * 2
    assert list(record["data"]) == ["literature", "long_run"]
    assert record["declaration"] == declaration(claim("emptying"))
    assert record["library"] == digests.loaded()
    assert sum(record["published"].values()) > 0
    assert verdict_of(record, claim("emptying")).judgement.verdict is HowFar.LEANS_FOR


def test_a_finding_found_again_replaces_itself(shown: list[dict[str, Any]]) -> None:
    lesson = Lesson("emptying")
    found(lesson, "since 1960", 0.9)
    found(lesson, "since 1960", 0.1)
    assert [f.estimate.value for f in lesson.verdict(**WORDS).findings] == [0.1]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"design": "hearsay"}, "finding 'odd'.*hearsay"),
        ({"weight": 2}, "finding 'odd'.*weight"),
        ({"part": "falling"}, "is on no part; the parts are falls"),
        ({"text": " "}, "finding 'odd' has no text"),
    ],
)
def test_a_finding_that_is_none_is_named(shown: list[dict[str, Any]], wrong: dict[str, Any], words: str) -> None:
    lesson = Lesson("emptying")
    lesson.table("long_run", ["urban_share"])

    def judge() -> None:
        found(lesson, "odd", 0.9, **wrong)
        lesson.verdict(**WORDS)

    with pytest.raises(ValueError, match=words):
        judge()


def test_an_overview_judges_nothing() -> None:
    with pytest.raises(ArgumentError, match="no claim to judge"):
        Lesson().verdict(**WORDS)
    with pytest.raises(ArgumentError, match="no claim to judge"):
        Lesson().your_verdict()


def test_the_readers_own_verdict_is_kept_outside_the_project(
    shown: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYMBIOSIS_HOME", str(tmp_path / "mine 城市"))
    Lesson("emptying").your_verdict()
    assert shown[-1]["text/plain"] == "Two menus for your own verdict appear here once the notebook runs."
    assert own_verdicts() == {}
    assert keep(claim("emptying"), HowFar.SPLITS, 3) == "You said: splits, fairly sure (3 of 4)."
    keep(claim("only_way"), HowFar.REFUTED, 1)
    assert own_verdicts() == {
        "emptying": {"verdict": "splits", "sure": 3}, "only_way": {"verdict": "refuted", "sure": 1},
    }  # fmt: skip


@pytest.mark.parametrize("content", ["", "{", "[]", '{"a": 1}', '{"a": {"verdict": "yes", "sure": 2}}'])
def test_what_cannot_be_read_of_the_readers_verdicts_is_none(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYMBIOSIS_HOME", str(tmp_path))
    (tmp_path / "verdicts.json").write_text(content, encoding="utf-8")
    assert own_verdicts() == {}


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("SYMBIOSIS_HOME", str(tmp_path / "file" / "below"))
    assert "It could not be kept (NotADirectoryError)" in keep(claim("emptying"), HowFar.HOLDS, 4)
