"""The declaration of the claims: complete, consistent, and refused when damaged."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from symbiosis.lesson.claims import ArgumentError, changes, claim, claims, parsed, relations
from symbiosis.lesson.rule import Kind

ROOT = Path(__file__).resolve().parents[2]
TEXT = (files("symbiosis.lesson") / "claims.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("one", claims(), ids=lambda c: c.key)
def test_a_claim_says_what_it_means_where_it_stands_and_what_would_refute_it(one):
    assert one.title
    for words in (one.statement, one.false_if, one.fair_reading):
        assert len(words.split()) >= 2
    assert 1 <= one.paragraph <= 7
    assert (ROOT / "notebooks" / f"{one.notebook}.ipynb").is_file()
    assert one.notebook.startswith(f"{int(one.number):02d}_")


@pytest.mark.parametrize("one", claims(), ids=lambda c: c.key)
def test_a_claim_has_two_to_five_parts_each_with_a_number_a_size_and_a_reason(one):
    assert 2 <= len(one.parts) <= 5
    assert len({part.key for part in one.parts}) == len(one.parts)
    for part in one.parts:
        assert part.sentence.endswith(".")
        assert len(part.reason.split()) >= 5
        assert part.estimand
        assert part.unit
        assert (part.kind is Kind.UNIVERSAL) == (part.unit == "countries")


def test_the_argument_hangs_together():
    keys = [c.key for c in claims()]
    assert [c.number for c in claims()] == [str(i + 1) for i in range(len(keys))]
    assert {r.kind for r in relations()} == {"supports", "requires", "strains"}
    assert len({(r.source, r.target) for r in relations()}) == len(relations())
    assert {k for r in relations() for k in (r.source, r.target)} == set(keys)


def test_the_record_of_changes_begins_with_claim_one_and_says_why():
    assert changes()[0].claim == "only_way"
    assert all(change.why and change.before != change.after for change in changes())


def test_an_unknown_claim_names_the_known():
    with pytest.raises(ArgumentError, match="unknown claim 'only'; known: only_way, emptying"):
        claim("only")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('key = "emptying"', 'key = "only_way"', "named twice"),
        ('target = "emptying"', 'target = "empty"', "unknown claims"),
        ('kind = "universal"', 'kind = "always"', "'always' is not a valid Kind"),
        ("smallest = 5.0", "smallest = 0.0", "smallest effect above zero"),
        ('false_if = "', 'false_when = "', "false_when"),
        ("[[claim]]", "[[claim", "damaged"),
    ],
)
def test_a_damaged_declaration_is_refused(old, new, words):
    assert old in TEXT
    with pytest.raises(ArgumentError, match=re.escape(words)):
        parsed(TEXT.replace(old, new, 1))


@pytest.mark.parametrize("field", ["key", "number", "title", "statement", "notebook"])
def test_no_two_claims_share_a_name(field: str) -> None:
    values = [getattr(c, field) for c in claims()]
    assert len(set(values)) == len(values) >= 13


def test_claims_are_complete_and_numbered_as_their_notebooks() -> None:
    for one in claims():
        assert one.statement.endswith("."), one.key
        assert one.false_if.endswith("."), one.key
        assert re.fullmatch(rf"{int(one.number):02d}_[a-z0-9_]+", one.notebook), one.key


def test_relations_join_known_claims() -> None:
    keys = {c.key for c in claims()}
    for one in relations():
        assert {one.source, one.target} <= keys
        assert one.source != one.target
        assert one.kind in {"supports", "requires", "strains"}
    pairs = [(r.source, r.target) for r in relations()]
    assert len(set(pairs)) == len(pairs)


def test_no_claim_stands_alone() -> None:
    joined = {r.source for r in relations()} | {r.target for r in relations()}
    assert [c.key for c in claims() if c.key not in joined] == []


def test_support_does_not_run_in_a_circle() -> None:
    supports = {(r.source, r.target) for r in relations() if r.kind == "supports"}
    left = {c.key for c in claims()}
    while left:
        free = {k for k in left if not any(s in left for s, t in supports if t == k)}
        assert free, f"claims support each other in a circle: {sorted(left)}"
        left -= free


def test_a_claim_by_its_key() -> None:
    assert claim("emptying").number == "2"
    with pytest.raises(ArgumentError, match="unknown claim 'empty'; known: only_way, emptying"):
        claim("empty")
