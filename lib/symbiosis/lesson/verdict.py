"""A verdict as one execution of a notebook computed it, and the record by which it is kept and found stale."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from typing import Any

from symbiosis.evidence.estimate import Estimate
from symbiosis.lesson.claims import ArgumentError, Claim
from symbiosis.lesson.rule import (
    Design,
    Finding,
    Judgement,
    Kind,
    Part,
    Placebo,
    Reading,
    RuleError,
    Stability,
    judge_parts,
    read,
    stability,
)

VERDICT_MIME = "application/vnd.symbiosis.verdict+json"
"""The output type under which a notebook stores its verdict as data, beside the card that people read."""
SURE = ("cannot tell", "very unsure", "unsure", "fairly sure", "sure")
"""Words for certainty 0 to 4."""


@dataclass(frozen=True)
class Verdict:
    """What one execution of a notebook concludes about its claim.

    conditions, counter_example, would_change_our_mind: words that a verdict always carries; falsifier: what was found
    about what would make the claim false, falsifier_met: whether it was; published: readings of published studies,
    how many of each; data: by table, columns and their fingerprint; library: digests of the modules that computed.
    """

    claim: Claim
    findings: tuple[Finding, ...]
    conditions: str
    counter_example: str
    would_change_our_mind: str
    falsifier: str
    falsifier_met: bool
    published: Mapping[str, int]
    data: Mapping[str, Mapping[str, Any]]
    library: Mapping[str, str]

    def __post_init__(self) -> None:
        for name in ("conditions", "counter_example", "would_change_our_mind", "falsifier"):
            if not getattr(self, name).strip():
                raise ArgumentError(f"claim {self.claim.key!r}: {name} is empty; a verdict without it is not honest")
        for finding in self.findings:
            if not finding.text.strip():
                raise ArgumentError(f"finding {finding.name!r} has no text: say in a sentence what was found")
        self.judgement  # noqa: B018  (findings that do not fit the parts are refused here)

    @cached_property
    def judgement(self) -> Judgement:
        """The claim judged in its first scope."""
        return judge_parts(self.claim.parts, self.findings)

    @cached_property
    def elsewhere(self) -> tuple[Judgement, ...]:
        """The claim judged in every other scope that a part declares and a finding speaks of."""
        first = self.judgement.scope
        scopes = dict.fromkeys(scope for part in self.claim.parts if part.counts for scope in part.scopes)
        spoken = {f.scope for f in self.findings}
        return tuple(judge_parts(self.claim.parts, self.findings, s) for s in scopes if s != first and s in spoken)

    @cached_property
    def stability(self) -> Stability:
        return stability(self.claim.parts, self.findings)

    @property
    def headline(self) -> str:
        """The verdict in words, with how sure its patterns and its causes are."""
        sure = [f"{kind}: {SURE[level]} ({level} of 4)" for kind, level in self.sure.items()]
        return "; ".join([self.judgement.verdict.value.capitalize(), *sure])

    @property
    def sure(self) -> dict[str, int]:
        """How sure the "patterns" and the "causes" are, 0 to 4; only those of which the claim has a counted part."""
        causes = {part.kind is Kind.CAUSE for part in self.claim.parts if part.counts}
        levels = {"patterns": self.judgement.sure_pattern, "causes": self.judgement.sure_cause}
        return {kind: level for kind, level in levels.items() if (kind == "causes") in causes}

    def part_of(self, finding: Finding) -> Part:
        """The part of the claim that a finding speaks to."""
        return next(part for part in self.claim.parts if part.key == finding.part)

    def reading_of(self, finding: Finding) -> Reading:
        """What one finding says of its part."""
        return read(finding, self.part_of(finding))

    def as_record(self) -> dict[str, object]:
        """The verdict as plain data, with a digest that changes when anything in it does."""
        record: dict[str, object] = {
            "claim": self.claim.key,
            "declaration": declaration(self.claim),
            "verdict": self.judgement.verdict.value,
            "headline": self.headline,
            "findings": [_finding_record(f) for f in self.findings],
            **{name: getattr(self, name) for name in _WORDS},
            "published": dict(self.published),
            "data": {name: dict(read) for name, read in sorted(self.data.items())},
            "library": dict(sorted(self.library.items())),
        }
        record["digest"] = digest(record)
        return record


_WORDS = ("conditions", "counter_example", "would_change_our_mind", "falsifier", "falsifier_met")


def digest(record: Mapping[str, object]) -> str:
    """A fingerprint of plain data, without the fingerprint that it may already carry."""
    plain = {key: value for key, value in record.items() if key != "digest"}
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def declaration(claim: Claim) -> str:
    """A fingerprint of what a claim declares: its words, its parts and their sizes."""
    plain = asdict(claim)
    plain["parts"] = [{**part, "kind": part["kind"].value} for part in plain["parts"]]
    return digest(plain)


def verdict_of(record: Mapping[str, Any], claim: Claim) -> Verdict:
    """The verdict that a record holds, judged anew; ArgumentError or RuleError where it does not fit."""
    return Verdict(
        claim=claim,
        findings=tuple(_finding_of(one) for one in record["findings"]),
        **{name: record[name] for name in _WORDS},
        published=record["published"],
        data=record["data"],
        library=record["library"],
    )


def _finding_record(finding: Finding) -> dict[str, object]:
    """A finding as plain data, rounded so that another processor writes the same."""
    e = finding.estimate
    numbers = {name: _rounded(getattr(e, name)) for name in ("value", "low", "high")}
    record: dict[str, object] = {**numbers, "unit": e.unit, "display": e.display, "level": e.level}
    for name in _PLAIN:
        record[name] = getattr(finding, name)
    record |= {"design": finding.design.value, "curve": [_rounded(point) for point in finding.curve]}
    record |= {"clusters": _rounded(finding.clusters), "cases": _rounded(finding.cases)}
    placebo = finding.placebo
    record["placebo"] = placebo and {
        "what": placebo.what, "rejects": placebo.rejects, "low": _rounded(placebo.low), "high": _rounded(placebo.high),
    }  # fmt: skip
    return record


_PLAIN = ("name", "part", "text", "data", "scope", "event", "unverified", "elsewhere", "fragile")


def _finding_of(record: Mapping[str, Any]) -> Finding:
    numbers = {name: _number(record[name]) for name in ("value", "low", "high")}
    placebo = record["placebo"]
    if placebo is not None:
        ends = {name: _number(placebo[name]) for name in ("low", "high")}
        placebo = Placebo(placebo["what"], placebo["rejects"], **ends)
    return Finding(
        **{name: record[name] for name in _PLAIN},
        estimate=Estimate(**numbers, unit=record["unit"], display=record["display"], level=record["level"]),
        design=Design(record["design"]),
        curve=tuple(record["curve"]),
        placebo=placebo,
        cases=record["cases"],
        clusters=math.inf if record["clusters"] is None else record["clusters"],
    )


def _rounded(number: float | None) -> float | None:
    """Five significant digits; None for what JSON cannot hold."""
    return None if number is None or not math.isfinite(number) else float(f"{number:.5g}")


def _number(stored: float | None) -> float:
    return math.nan if stored is None else float(stored)


def kept(finding: Finding) -> Finding:
    """A finding as its record will give it back, so that a verdict is judged by what is stored, to the last digit."""
    return _finding_of(_finding_record(finding))


def without(verdict: Verdict, names: Sequence[str]) -> Verdict:
    """The verdict without some findings; RuleError names one that it does not have."""
    unknown = sorted(set(names) - {f.name for f in verdict.findings})
    if unknown:
        raise RuleError(f"no finding {', '.join(unknown)}; there are {', '.join(f.name for f in verdict.findings)}")
    given = {f.name: getattr(verdict, f.name) for f in fields(verdict)}
    return Verdict(**{**given, "findings": tuple(f for f in verdict.findings if f.name not in names)})
