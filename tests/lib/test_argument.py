"""The argument: its declaration, the rule of judgement, and a digest that notices every change."""

from __future__ import annotations

import copy
import itertools
import re
from typing import Any

import numpy as np
import pytest
from symbiosis.lesson.argument import (
    ArgumentError,
    Category,
    Evidence,
    Finding,
    Role,
    Verdict,
    claim,
    claims,
    digest,
    judge,
    relations,
)

WORDS = {"conditions": "a", "counter_example": "b", "would_change_our_mind": "c"}


def verdict(*findings: Finding, **changes: Any) -> Verdict:
    given: dict[str, Any] = {**WORDS, "data": {"t": {"mark": "00"}}, **changes}
    return judge(claims()[0], findings, **given)


def expected(core: tuple[bool, ...], robust: tuple[bool, ...]) -> Category:
    """The rule once more, as a table of the three things it looks at."""
    return {
        (False, True): Category.NOT_TESTABLE, (False, False): Category.NOT_TESTABLE,
    }.get((bool(core), False)) or {
        (True, True): Category.SUPPORTED, (True, False): Category.CONDITIONAL,
        (False, True): Category.CONTESTED, (False, False): Category.CONTESTED,
    }[(min(core), min(robust, default=True))]  # fmt: skip


def up_to_two() -> list[tuple[bool, ...]]:
    return [c for n in range(3) for c in itertools.product([True, False], repeat=n)]


@pytest.mark.parametrize("literal", up_to_two(), ids=str)
@pytest.mark.parametrize("robust", up_to_two(), ids=str)
@pytest.mark.parametrize("core", up_to_two(), ids=str)
def test_the_rule_in_every_combination(
    core: tuple[bool, ...], robust: tuple[bool, ...], literal: tuple[bool, ...]
) -> None:
    roles = [(Role.CORE, core), (Role.ROBUSTNESS, robust), (Role.LITERAL, literal)]
    findings = [Finding(f"{r.value} {i}", "x", h, r) for r, holds in roles for i, h in enumerate(holds)]
    for order in (findings, findings[::-1]):
        result = verdict(*order)
        assert result.category is expected(core, robust)
        assert result.not_as_worded is (False in literal)
        assert result.headline.endswith("; not as worded") is (False in literal)


def test_evidence_is_listed_weakest_first_and_once() -> None:
    kinds = [Evidence.MODEL, Evidence.DESCRIPTIVE, Evidence.MODEL]
    result = verdict(*(Finding(str(i), "x", True, evidence=e) for i, e in enumerate(kinds)))
    assert result.evidence == (Evidence.DESCRIPTIVE, Evidence.MODEL)


@pytest.mark.parametrize("holds", [np.True_, True])
def test_a_finding_holds_or_not(holds: Any) -> None:
    assert Finding("a", "x", holds).holds is True


@pytest.mark.parametrize("holds", [None, 1, 0.7, "yes", float("nan"), np.array([True])])
def test_nothing_vaguer_than_true_or_false(holds: Any) -> None:
    with pytest.raises(ArgumentError, match=r"finding 'a': holds is .*; give True or False"):
        Finding("a", "x", holds)


def test_a_finding_says_something() -> None:
    with pytest.raises(ArgumentError, match="finding 'a' has no text"):
        Finding("a", "  ", True)


@pytest.mark.parametrize("part", WORDS)
def test_a_verdict_without_its_caveats_is_refused(part: str) -> None:
    with pytest.raises(ArgumentError, match=f"{part} is empty"):
        verdict(Finding("a", "x", True), **{part: " "})


def test_findings_have_names_of_their_own() -> None:
    with pytest.raises(ArgumentError, match="findings named twice: a"):
        verdict(Finding("a", "x", True), Finding("a", "y", False))


def test_the_digest_verifies_and_ignores_only_itself() -> None:
    record = verdict(Finding("a", "x", True), Finding("b", "y", False, Role.LITERAL)).as_record()
    assert re.fullmatch(r"[0-9a-f]{64}", str(record["digest"]))
    assert digest(record) == record["digest"]
    assert digest(dict(reversed(list(record.items())))) == record["digest"]


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [p for k, v in value.items() if k != "digest" for p in leaves(v, (*path, k))]
    if isinstance(value, list):
        return [p for i, v in enumerate(value) for p in leaves(v, (*path, i))]
    return [path]


def test_the_digest_changes_with_any_field() -> None:
    record = verdict(Finding("a", "x", True), Finding("b", "y", False, Role.LITERAL)).as_record()
    places = leaves(record)
    assert len(places) >= 16
    for path in places:
        changed = copy.deepcopy(record)
        at: Any = changed
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = (not at[path[-1]]) if isinstance(at[path[-1]], bool) else f"{at[path[-1]]}."
        assert digest(changed) != record["digest"], path


def test_a_verdict_keeps_its_own_copy_of_the_data() -> None:
    data = {"t": {"mark": "00"}}
    result = verdict(Finding("a", "x", True), data=data)
    data["t"]["mark"] = "11"
    assert result.as_record()["data"] == {"t": {"mark": "00"}}


# the declaration ------------------------------------------------------------------------------------------


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
