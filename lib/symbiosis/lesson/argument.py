"""How a verdict follows from findings.

A claim is declared once, in claims.toml. A notebook turns its evidence into findings; `judge` turns findings into a
verdict by a rule that anyone can read; the last notebook assembles what was computed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any

from symbiosis.lesson.claims import ArgumentError, Claim, Relation, claim, claims, relations

__all__ = [
    "VERDICT_MIME", "ArgumentError", "Category", "Claim", "Evidence", "Finding", "Relation", "Role", "Verdict", "claim",
    "claims", "digest", "headline", "judge", "relations", "wording",
]  # fmt: skip


class Category(Enum):
    """What a verdict can say."""

    SUPPORTED = "supported"
    CONDITIONAL = "supported with conditions"
    CONTESTED = "contested"
    NOT_TESTABLE = "not testable as stated"


class Evidence(Enum):
    """How strong a kind of evidence a finding rests on."""

    DESCRIPTIVE = "descriptive"
    QUASI_EXPERIMENTAL = "quasi-experimental"
    MODEL = "model-based"


EVIDENCE_WORDS: Mapping[Evidence, str] = MappingProxyType({e: e.value for e in Evidence})


class Role(Enum):
    """What a finding decides.

    CORE: the claim stands or falls with it. ROBUSTNESS: it says whether a core finding survives another
    definition, sample or method. LITERAL: it tests the words of the claim taken literally.
    """

    CORE = "core"
    ROBUSTNESS = "robustness"
    LITERAL = "literal"


@dataclass(frozen=True)
class Finding:
    """One computed answer: a sentence with its numbers in it, and whether it speaks for the claim."""

    name: str
    text: str
    holds: bool
    role: Role = Role.CORE
    evidence: Evidence = Evidence.DESCRIPTIVE

    def __post_init__(self) -> None:
        # numpy booleans are common here; anything vaguer than true or false is not a finding.
        if type(self.holds).__name__ not in {"bool", "bool_"}:
            raise ArgumentError(f"finding {self.name!r}: holds is {self.holds!r}; give True or False")
        object.__setattr__(self, "holds", bool(self.holds))
        if not self.text.strip():
            raise ArgumentError(f"finding {self.name!r} has no text: say in a sentence what was found")


@dataclass(frozen=True)
class Verdict:
    """What one execution of a notebook concludes about its claim."""

    claim: Claim
    category: Category
    not_as_worded: bool
    findings: tuple[Finding, ...]
    conditions: str
    counter_example: str
    would_change_our_mind: str
    data: Mapping[str, Mapping[str, Any]]
    library: Mapping[str, str]

    @property
    def headline(self) -> str:
        """The category in words, with what the category alone would hide."""
        return headline(self.findings)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The kinds of evidence that the verdict rests on, weakest first."""
        used = {finding.evidence for finding in self.findings}
        return tuple(kind for kind in Evidence if kind in used)

    def as_record(self) -> dict[str, object]:
        """The verdict as plain data, with a digest that changes when anything in it does."""
        record: dict[str, object] = {
            "claim": self.claim.key,
            "wording": wording(self.claim),
            "category": self.category.value,
            "not_as_worded": self.not_as_worded,
            "evidence": [kind.value for kind in self.evidence],
            "findings": [
                {"name": f.name, "text": f.text, "holds": f.holds, "role": f.role.value, "evidence": f.evidence.value}
                for f in self.findings
            ],
            "conditions": self.conditions,
            "counter_example": self.counter_example,
            "would_change_our_mind": self.would_change_our_mind,
            "data": {name: dict(read) for name, read in sorted(self.data.items())},
            "library": dict(sorted(self.library.items())),
        }
        record["digest"] = digest(record)
        return record


VERDICT_MIME = "application/vnd.symbiosis.verdict+json"
"""The output type under which a notebook stores its verdict as data, beside the card that people read."""


def digest(record: Mapping[str, object]) -> str:
    """A fingerprint of a verdict's record, without the fingerprint that it may already carry."""
    plain = {key: value for key, value in record.items() if key != "digest"}
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def wording(claim: Claim) -> str:
    """A fingerprint of what a claim says, so that a verdict on other words can be told."""
    return digest({"title": claim.title, "statement": claim.statement, "false_if": claim.false_if})


def judge(
    claim: Claim,
    findings: Sequence[Finding],
    *,
    conditions: str,
    counter_example: str,
    would_change_our_mind: str,
    data: Mapping[str, Mapping[str, Any]],
    library: Mapping[str, str] = MappingProxyType({}),
) -> Verdict:
    """Turn findings into a verdict by rule.

    No core finding: not testable as stated. All core findings hold: supported, or supported with conditions
    where a robustness finding fails. Otherwise: contested. A literal finding that fails adds 'not as worded'.

    data: by table, the columns that were read and their fingerprint; library: digests of the modules that computed
    (library.loaded); both, so that a stored verdict can be found stale.
    """
    names = [f.name for f in findings]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise ArgumentError(f"claim {claim.key!r}: findings named twice: {', '.join(twice)}")
    for part, words in (
        ("conditions", conditions),
        ("counter_example", counter_example),
        ("would_change_our_mind", would_change_our_mind),
    ):
        if not words.strip():
            raise ArgumentError(f"claim {claim.key!r}: {part} is empty; a verdict without it is not honest")
    return Verdict(
        claim=claim,
        category=_category(findings),
        not_as_worded=not all(_held(findings, Role.LITERAL)),
        findings=tuple(findings),
        conditions=conditions,
        counter_example=counter_example,
        would_change_our_mind=would_change_our_mind,
        data=MappingProxyType({name: MappingProxyType(dict(read)) for name, read in data.items()}),
        library=MappingProxyType(dict(library)),
    )


def _held(findings: Sequence[Finding], role: Role) -> list[bool]:
    return [finding.holds for finding in findings if finding.role is role]


def _category(findings: Sequence[Finding]) -> Category:
    core = _held(findings, Role.CORE)
    if not core:
        return Category.NOT_TESTABLE
    if not all(core):
        return Category.CONTESTED
    return Category.SUPPORTED if all(_held(findings, Role.ROBUSTNESS)) else Category.CONDITIONAL


def headline(findings: Sequence[Finding]) -> str:
    """What the rule of `judge` says of findings, in words.

    Said beside the category: that no core finding holds at all, and that the literal wording fails.
    """
    core = _held(findings, Role.CORE)
    words = _category(findings).value.capitalize()
    if core and not any(core):
        words += ": no core finding holds"
    return words if all(_held(findings, Role.LITERAL)) else f"{words}; not as worded"
