"""Why a part cannot be told, and what would settle it; and the ledger as a table of findings, to work on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import pandas as pd

from symbiosis.lesson.rule import Finding, Kind, Part, PartReading, Reading, asked, can_vote, certainty, read, widened
from symbiosis.lesson.verdict import Verdict


class Why(Enum):
    """What stands between a part and a reading."""

    NOT_ASKED = "no design asks it"
    MODELS = "only models speak"
    PLACEBO = "the placebo fails"
    CHOICES = "the choices decide"
    IMPRECISE = "too imprecise"


@dataclass(frozen=True)
class Unsettled:
    """A part that cannot tell, why, and by which finding, "" without one.

    narrower: how many times narrower that finding's interval has to be to tell an empty part from one of twice the
    smallest effect; NaN where width is not the reason.
    """

    claim: str
    part: Part
    why: Why
    finding: str = ""
    narrower: float = math.nan


def unsettled(verdict: Verdict) -> tuple[Unsettled, ...]:
    """The parts of a claim that count and cannot tell in its first scope, each with the reason."""
    open_parts = [one for one in verdict.judgement.parts if one.part.counts and one.reading is Reading.CANNOT_TELL]
    return tuple(_unsettled(verdict, one) for one in open_parts)


def _unsettled(verdict: Verdict, one: PartReading) -> Unsettled:
    part, key = one.part, verdict.claim.key
    own = asked(part, verdict.findings, one.scope)
    able = [f for f in own if can_vote(f, part)]
    silent = [f for f in able if read(f, part) is Reading.NONE]
    speaking = [f for f in able if f not in silent]
    if not able:
        return Unsettled(key, part, Why.MODELS if own else Why.NOT_ASKED)
    if not speaking:
        return Unsettled(key, part, Why.PLACEBO, silent[0].name)
    best = min(speaking, key=lambda f: (-certainty(f, part)[0], _half_width(f, part), f.name))
    if part.kind is Kind.UNIVERSAL:
        return Unsettled(key, part, Why.CHOICES, best.name)
    wide = widened(best.estimate, part.tries)
    threshold = part.reference + part.direction * part.smallest
    if not wide.low <= threshold <= wide.high:
        return Unsettled(key, part, Why.CHOICES, best.name)
    return Unsettled(key, part, Why.IMPRECISE, best.name, max(1.0, _half_width(best, part) / part.smallest))


def _half_width(finding: Finding, part: Part) -> float:
    wide = widened(finding.estimate, part.tries)
    return (wide.high - wide.low) / 2


def findings_table(verdicts: Sequence[Verdict]) -> pd.DataFrame:
    """Every finding of the ledger, one row each, as data for work of one's own.

    Columns: claim, number, part, kind, finding, text, scope, design, data, event, estimate, low, high, unit, reference,
    smallest, direction, certainty (1 to 4), reading, specifications (how many; 1 without a curve).
    """
    rows = []
    for v in verdicts:
        for f in v.findings:
            part, e = v.part_of(f), f.estimate
            rows.append({
                "claim": v.claim.key, "number": v.claim.number, "part": part.key, "kind": part.kind.value,
                "finding": f.name, "text": f.text, "scope": f.scope or part.scopes[0], "design": f.design.value,
                "data": f.data, "event": f.event, "estimate": e.value, "low": e.low, "high": e.high, "unit": part.unit,
                "reference": part.reference, "smallest": part.smallest, "direction": part.direction,
                "certainty": certainty(f, part)[0], "reading": v.reading_of(f).value,
                "specifications": max(1, len(f.curve)),
            })  # fmt: skip
    return pd.DataFrame(rows)
