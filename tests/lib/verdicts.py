"""Made-up verdicts for tests: findings on the parts of a claim, for, against or open."""

from __future__ import annotations

from typing import Any

from symbiosis.evidence.estimate import Estimate
from symbiosis.lesson.claims import Claim
from symbiosis.lesson.rule import Design, Finding, Kind, Part
from symbiosis.lesson.verdict import Verdict

WORDS: dict[str, Any] = {
    "conditions": "where", "counter_example": "but", "would_change_our_mind": "if", "falsifier": "one of three",
    "falsifier_met": False, "published": {"for": 2, "against": 1},
    "data": {"long_run": {"columns": ["year"], "mark": "0"}}, "library": {"symbiosis.checks": "0"},
}  # fmt: skip


def a_finding(part: Part, side: int, name: str = "", **changes: Any) -> Finding:
    """A finding that reads for (1), against (-1) or cannot tell (0)."""
    at = part.reference + part.direction * part.smallest * (1 + 3 * side)
    half = part.smallest * (1 if side else 0.6)
    given: dict[str, Any] = {"design": Design.ACROSS, "data": "long_run", **changes}
    if part.kind is Kind.UNIVERSAL:
        given["cases"] = {1: 0.0, -1: 1.0, 0: 0.5}[side]
    return Finding(name or f"on {part.key}", part.key, "Found.", Estimate(at, at - half, at + half), **given)


def a_verdict(claim: Claim, *sides: int, **changes: Any) -> Verdict:
    """A verdict with one finding a part that counts, for, against or open as the sides say in turn (for, if none)."""
    parts = [part for part in claim.parts if part.counts]
    given = sides or (1,)
    findings = tuple(a_finding(part, given[i % len(given)]) for i, part in enumerate(parts))
    return Verdict(claim=claim, **{"findings": findings, **WORDS, **changes})
