"""Verdicts: what they always say, what they keep, and that a record gives back the same verdict."""

from __future__ import annotations

import copy
import json
import math
import re
from dataclasses import replace
from typing import Any

import pytest
from tests.lib.verdicts import WORDS, a_finding, a_verdict

from symbiosis.evidence.estimate import Estimate
from symbiosis.lesson.claims import ArgumentError, claims
from symbiosis.lesson.rule import Design, Placebo, RuleError
from symbiosis.lesson.rule import Verdict as HowFar
from symbiosis.lesson.verdict import declaration, digest, kept, verdict_of, without

CLAIM = claims()[0]


@pytest.mark.parametrize(
    ("sides", "words"), [((1,), "Holds"), ((-1,), "Refuted"), ((0,), "Not shown"), ((1, -1), "Splits")]
)
def test_the_headline_says_how_far_and_how_sure(sides: tuple[int, ...], words: str) -> None:
    headline = a_verdict(CLAIM, *sides).headline
    assert headline.startswith(words)
    assert re.search(r"patterns: [a-z ]+ \(\d of 4\); causes: [a-z ]+ \(\d of 4\)", headline)


@pytest.mark.parametrize("part", ["conditions", "counter_example", "would_change_our_mind", "falsifier"])
def test_a_verdict_without_its_caveats_is_refused(part: str) -> None:
    with pytest.raises(ArgumentError, match=f"{part} is empty"):
        a_verdict(CLAIM, **{part: " "})


def test_a_finding_says_something_and_fits_its_part() -> None:
    part = CLAIM.parts[0]
    with pytest.raises(ArgumentError, match="finding 'mute' has no text"):
        a_verdict(CLAIM, findings=(replace(a_finding(part, 1, "mute"), text=" "),))
    with pytest.raises(RuleError, match="is on no part; the parts are"):
        a_verdict(CLAIM, findings=(replace(a_finding(part, 1), part="nothing"),))


def a_rich_record() -> dict[str, Any]:
    finding = a_finding(
        CLAIM.parts[2], 1, "rich", design=Design.EVENT, event="bust", placebo=Placebo("leads", False, -1.0, 1.0),
        curve=(1.0, 2.0, math.pi), clusters=28.0, unverified=True,
    )  # fmt: skip
    return dict(a_verdict(CLAIM, findings=(finding, a_finding(CLAIM.parts[1], -1))).as_record())


def test_a_record_gives_back_the_verdict_through_json() -> None:
    record = json.loads(json.dumps(a_rich_record()))
    again = verdict_of(record, CLAIM)
    assert again.as_record() == record
    assert again.findings[0].placebo == Placebo("leads", False, -1.0, 1.0)
    assert again.findings[0].curve == (1.0, 2.0, 3.1416)
    assert again.findings[1].clusters == math.inf


def test_what_is_kept_is_what_is_judged() -> None:
    finding = replace(a_finding(CLAIM.parts[0], 1), estimate=Estimate(math.pi, math.e, 4.123456789))
    assert kept(finding).estimate == Estimate(3.1416, 2.7183, 4.1235)
    assert kept(kept(finding)) == kept(finding)


def test_the_digest_verifies_and_ignores_only_itself() -> None:
    record = a_rich_record()
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
    record = a_rich_record()
    places = leaves(record)
    assert len(places) >= 40
    for path in places:
        changed = copy.deepcopy(record)
        at: Any = changed
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = (not at[path[-1]]) if isinstance(at[path[-1]], bool) else f"{at[path[-1]]}."
        assert digest(changed) != record["digest"], path


def test_a_declaration_changes_with_any_word_or_size() -> None:
    part = CLAIM.parts[0]
    for changed in (
        replace(CLAIM, statement="Other words."),
        replace(CLAIM, parts=CLAIM.parts[1:]),
        replace(CLAIM, parts=(replace(part, smallest=2 * part.smallest), *CLAIM.parts[1:])),
        replace(CLAIM, parts=(replace(part, reason="another"), *CLAIM.parts[1:])),
    ):
        assert declaration(changed) != declaration(CLAIM)
    assert declaration(replace(CLAIM)) == declaration(CLAIM)


def test_findings_can_be_taken_away_and_only_those_there_are() -> None:
    verdict = a_verdict(CLAIM)
    less = without(verdict, [verdict.findings[0].name])
    assert less.judgement.verdict is HowFar.LEANS_FOR
    with pytest.raises(RuleError, match="no finding invented; there are on richer"):
        without(verdict, ["invented"])


def test_other_scopes_are_judged_where_findings_speak_of_them() -> None:
    claim = next(c for c in claims() if c.key == "emptying")
    part = claim.parts[0]
    findings = (a_finding(part, -1, "all"), a_finding(part, 1, "rich", scope="rich countries"))
    verdict = a_verdict(claim, findings=findings)
    assert verdict.judgement.verdict is HowFar.LEANS_AGAINST
    assert [(j.scope, j.verdict) for j in verdict.elsewhere] == [("rich countries", HowFar.LEANS_FOR)]


def test_words_of_a_verdict_are_complete() -> None:
    assert set(WORDS) <= {f for f in a_verdict(CLAIM).as_record()} | {"claim"}
