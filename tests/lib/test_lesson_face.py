"""The face of a notebook: what it shows, what it remembers, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
import pytest

from symbiosis import tables
from symbiosis.charts.style import FONT_FAMILIES, new_figure
from symbiosis.evidence.estimate import Estimate
from symbiosis.lesson import Lesson, library
from symbiosis.lesson.argument import VERDICT_MIME, ArgumentError, Category, claim, wording
from symbiosis.lesson.ledger import verdict_of

WORDS = {"conditions": "where", "counter_example": "but", "would_change_our_mind": "if"}


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


def a_judged(shown: list[dict[str, Any]]) -> dict[str, Any]:
    lesson = Lesson("emptying")
    lesson.table("long_run", ["urban_share"])
    lesson.finding("core", "It holds\n   in 9 of 10.", True)
    lesson.finding("check", "It survives.", False, role="robustness", evidence="model-based")
    verdict = lesson.verdict(**WORDS)
    assert verdict.category is Category.CONDITIONAL
    return dict(shown[-1][VERDICT_MIME])


def test_a_verdict_rests_on_what_was_found_and_read(shown: list[dict[str, Any]]) -> None:
    record = json.loads(json.dumps(a_judged(shown)))
    assert [f["text"] for f in record["findings"]] == ["It holds in 9 of 10.", "It survives."]
    assert list(record["data"]) == ["long_run"]
    assert record["wording"] == wording(claim("emptying"))
    assert record["library"] == library.loaded()
    assert verdict_of(record, claim("emptying")).category is Category.CONDITIONAL


def test_a_finding_found_again_replaces_itself(shown: list[dict[str, Any]]) -> None:
    lesson = Lesson("emptying")
    lesson.table("long_run", ["urban_share"])
    lesson.finding("core", "It holds.", True)
    lesson.finding("core", "It does not.", False)
    assert [f.text for f in lesson.verdict(**WORDS).findings] == ["It does not."]


@pytest.mark.parametrize("wrong", [{"role": "main"}, {"evidence": "hearsay"}, {"holds": "yes"}, {"text": " "}])
def test_a_finding_that_is_none_is_named(shown: list[dict[str, Any]], wrong: dict[str, Any]) -> None:
    given = {"name": "core", "text": "It holds.", "holds": True, **wrong}
    with pytest.raises(ArgumentError, match="finding 'core'"):
        Lesson("emptying").finding(**given)


def test_an_overview_judges_nothing() -> None:
    with pytest.raises(ArgumentError, match="no claim to judge"):
        Lesson().verdict(**WORDS)
