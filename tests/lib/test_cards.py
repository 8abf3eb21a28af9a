"""Cards say the same as HTML and as text, and show markup as text."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pandas as pd
import pytest
from tests.lib.verdicts import a_finding, a_verdict

from symbiosis.lesson.cards import (
    Card,
    claim_card,
    key_numbers,
    problem_note,
    prose,
    source_line,
    text_table,
)
from symbiosis.lesson.claims import Claim, claims
from symbiosis.lesson.rule import Kind, Part
from symbiosis.lesson.verdict import VERDICT_MIME, digest
from symbiosis.lesson.verdict_card import show_verdict, steps, verdict_card

EVIL = "\"><img src=x onerror=alert(1)><script>alert(2)</script>&amp;'$x$"
EVIL_PART = Part("p", Kind.PATTERN, EVIL, EVIL, EVIL, 0.0, 1.0, EVIL, 2, scopes=(EVIL,))
EVIL_CLAIM = Claim("k", EVIL, EVIL, EVIL, EVIL, "01_k", EVIL, 1, (EVIL_PART,))


def evil_verdict() -> Any:
    finding = replace(a_finding(EVIL_PART, 1, EVIL), text=EVIL)
    words = {"conditions": EVIL, "counter_example": EVIL, "would_change_our_mind": EVIL, "falsifier": EVIL}
    return a_verdict(EVIL_CLAIM, findings=(finding,), **words, published={EVIL: 1})


class Reader(HTMLParser):
    """The words and the elements of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.open += tag not in {"br", "img"}

    def handle_endtag(self, tag: str) -> None:
        self.open -= 1

    def handle_data(self, data: str) -> None:
        self.words.append(data)


EVIL_CARDS = {
    "claim": lambda: claim_card(EVIL_CLAIM),
    "verdict": lambda: verdict_card(evil_verdict()),
    "source": lambda: source_line(EVIL, EVIL),
    "numbers": lambda: key_numbers([(EVIL, EVIL)]),
    "prose": lambda: prose(EVIL),
    "problem": lambda: problem_note(EVIL),
    "table": lambda: text_table(pd.DataFrame({EVIL: [EVIL]}, index=[EVIL])),
}


@pytest.mark.parametrize("name", EVIL_CARDS)
def test_markup_in_words_is_shown_and_not_interpreted(name: str) -> None:
    card = EVIL_CARDS[name]()
    read = Reader(card.html)
    assert {tag for tag, _ in read.elements}.isdisjoint({"img", "script", "iframe", "a"})
    assert not [a for _, attributes in read.elements for a in attributes if a.startswith("on")]
    assert EVIL in "".join(read.words), "the words themselves are lost"
    assert read.open == 0, "an element is left open"
    assert EVIL in card.text


def words(text: str) -> str:
    return re.sub(r"[\s:;·•]+", " ", unescape(text)).strip()


def test_claim_card_says_the_same_in_both_forms() -> None:
    for claim in claims():
        card = claim_card(claim)
        assert words(" ".join(Reader(card.html).words)) == words(card.text)
        assert claim.statement in card.text
        assert claim.false_if in card.text


def test_key_numbers_and_prose_say_the_same_in_both_forms() -> None:
    for card in (key_numbers([("One", "1 %"), ("Two", "$2,000")]), prose("Half of it."), problem_note("No.")):
        assert words(" ".join(Reader(card.html).words)) == words(card.text)


@pytest.mark.parametrize("claim", claims(), ids=lambda c: c.key)
def test_verdict_card_says_both_axes_every_part_and_every_finding_in_both_forms(claim: Claim) -> None:
    verdict = a_verdict(claim, 1, -1, 0)
    card = verdict_card(verdict)
    html = words(" ".join(Reader(card.html).words))
    text = words(card.text)
    said = ["where", "but", "if", "one of three", "2 for, 1 against", claim.false_if, "It stands in"]
    said += [one.part.sentence for one in verdict.judgement.parts] + [f.text for f in verdict.findings]
    for line in said:
        assert words(line) in html, line
        assert words(line) in text, line
    assert verdict.judgement.verdict.value in html
    assert card.text.splitlines()[0] == f"Verdict on claim {claim.number}: {verdict.headline}"


def test_certainty_is_shown_by_steps_and_words_and_never_by_colour_alone() -> None:
    assert [steps(k) for k in range(5)] == ["□□□□", "■□□□", "■■□□", "■■■□", "■■■■"]
    card = verdict_card(a_verdict(claims()[0]))
    assert "■■□□ unsure" in card.text
    assert "2 of 4" in card.html


def test_a_card_says_where_published_studies_read_otherwise() -> None:
    otherwise = verdict_card(a_verdict(claims()[0], 1, published={"for": 1, "against": 3})).text
    assert "most of them read otherwise than we do" in otherwise
    assert "read otherwise" not in verdict_card(a_verdict(claims()[0], 1)).text
    assert "none read." in verdict_card(a_verdict(claims()[0], published={})).text


def test_key_numbers_need_a_number() -> None:
    with pytest.raises(ValueError, match="at least one"):
        key_numbers([])


@pytest.mark.parametrize(("given", "shown"), [("World Bank", "Source: World Bank"), ("Sources: A, B", "Sources: A, B")])
def test_a_source_line_says_source_once(given: str, shown: str) -> None:
    assert source_line(given).text == shown
    assert "<details>" not in source_line(given).html
    assert "A line." in source_line(given, "A line.").html


def test_problems_are_announced() -> None:
    assert 'role="alert"' in problem_note("No.").html


def test_a_card_is_what_ipython_shows() -> None:
    card = Card("<p>a</p>", "a")
    # Wrapped, so that MathJax leaves two prices in one sentence alone.
    assert card._repr_html_() == '<div class="mathjax_ignore tex2jax_ignore"><p>a</p></div>'
    assert repr(card) == "a"


def test_the_verdict_is_stored_as_data_beside_its_card(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: shown.append(bundle))
    show_verdict(evil_verdict())
    (bundle,) = shown
    assert set(bundle) == {"text/html", "text/plain", VERDICT_MIME}
    assert bundle[VERDICT_MIME]["digest"] == digest(bundle[VERDICT_MIME])


def test_a_table_of_sentences_is_not_cut_off() -> None:
    long = "word " * 60
    card = text_table(pd.DataFrame({"sentence": [long]}))
    assert long.strip() in card.text
    assert long.strip() in card.html
