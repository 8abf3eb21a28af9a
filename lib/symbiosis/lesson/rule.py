"""The rule of evidence: from estimates to readings, from readings to parts, from parts to a verdict.

A claim has parts, each with the number it is about, what that number would be if the part were empty, and the smallest
difference that would matter. A finding is an estimate of that number; it reads for, against, or cannot tell. The
findings that are surest vote on their part; the parts make the verdict. Nothing here knows what it judges.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from statistics import NormalDist
from typing import Literal

from symbiosis.evidence.estimate import Estimate

AGREEMENT = 0.75
"""Share of the votes that decides a part."""
CURVE_AGREEMENT = 0.8
"""Share of the specifications that must lie on one side of the smallest effect."""
CASE_SHARE = (0.2, 0.8)
"""A universal part holds where a case against it exists in at most, and falls where in at least, this share."""
FEWEST_STEPS = 2
"""Of certainty, that a finding needs to vote on a part that counts."""
FEW = 10
"""Fewer effective shocks or clusters than this lower certainty."""


class RuleError(ValueError):
    """A part, a finding or a set of them that does not fit the rule."""


class Kind(Enum):
    """What kind of sentence a part is."""

    PATTERN = "pattern"
    CAUSE = "cause"
    FORECAST = "forecast"
    UNIVERSAL = "universal"
    POSSIBILITY = "possibility"


class Reading(Enum):
    """What a finding, or a part, says of the claim."""

    FOR = "for"
    AGAINST = "against"
    CANNOT_TELL = "cannot tell"
    MIXED = "mixed"
    NONE = "no reading"


class Design(Enum):
    """How a finding was come by, with the certainty it starts from."""

    COUNT = "complete count"
    RANDOMIZED = "randomized experiment"
    QUASI_EXPERIMENT = "quasi-experiment"
    WITHIN = "panel within places"
    EVENT = "dated event with a placebo"
    HELD_OUT = "held-out forecast"
    ACROSS = "comparison across places"
    MODEL = "model"
    BUILT_IN = "built in"


_STARTS = {
    Design.COUNT: 4, Design.RANDOMIZED: 4, Design.QUASI_EXPERIMENT: 4, Design.WITHIN: 3, Design.EVENT: 3,
    Design.HELD_OUT: 3, Design.ACROSS: 2, Design.MODEL: 1, Design.BUILT_IN: 1,
}  # fmt: skip


class Verdict(Enum):
    """How far a claim holds."""

    HOLDS = "holds"
    LEANS_FOR = "leans for"
    SPLITS = "splits"
    NOT_SHOWN = "not shown"
    LEANS_AGAINST = "leans against"
    REFUTED = "refuted"
    NOT_TESTABLE = "not testable as stated"


@dataclass(frozen=True)
class Part:
    """One sentence of a claim that evidence can speak to.

    estimand: the number it is about, in unit; direction: 1 where a larger number supports it, -1 where a smaller;
    reference: the number if the part were empty; smallest: the smallest difference from it that would matter, with
    its reason; tries: the number of findings it was declared to be asked with, which widens their intervals whether
    or not all of them come; scopes: where it is read, the first for the verdict.
    """

    key: str
    kind: Kind
    sentence: str
    estimand: str
    unit: str
    reference: float
    smallest: float
    reason: str
    tries: int
    direction: Literal[1, -1] = 1
    scopes: tuple[str, ...] = ("everywhere",)

    def __post_init__(self) -> None:
        if not (math.isfinite(self.reference) and math.isfinite(self.smallest) and self.smallest > 0):
            raise RuleError(f"part {self.key!r}: give a finite reference and a smallest effect above zero")
        if self.tries < 1 or not self.scopes:
            raise RuleError(f"part {self.key!r}: declare at least one try and one scope")

    @property
    def counts(self) -> bool:
        """Whether the part is counted in a verdict; a possibility is printed beside it."""
        return self.kind is not Kind.POSSIBILITY


@dataclass(frozen=True)
class Placebo:
    """A test that should find nothing: whether it did find something, and the band of what it gives by chance."""

    what: str
    rejects: bool
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True)
class Finding:
    """An estimate of a part's number in one scope, and what its certainty hangs on.

    estimate: of the median specification where there are several; curve: the point estimates of all of them;
    data: the table or survey it rests on, event: the dated event, if one: findings with both alike are one source;
    cases: for a universal part, the share of specifications with a verified case against it; clusters: effective
    number of shocks or clusters, where few; unverified, elsewhere, fragile: whether the source is unverified, whether
    it speaks of another place or time than the claim, whether leaving one place out changes its reading.
    """

    name: str
    part: str
    text: str
    estimate: Estimate
    design: Design
    data: str
    scope: str = ""
    event: str = ""
    curve: tuple[float, ...] = ()
    placebo: Placebo | None = None
    cases: float | None = None
    clusters: float = math.inf
    unverified: bool = False
    elsewhere: bool = False
    fragile: bool = False

    @property
    def source(self) -> tuple[str, str]:
        return self.data, self.event


def widened(estimate: Estimate, tries: int) -> Estimate:
    """The interval of an estimate for one of so many tries (Bonferroni), each side by the same factor of normal tails.

    A point without an interval, such as a complete count, stays as it is.
    """
    if tries < 1:
        raise RuleError(f"tries is {tries}; give the number of findings, at least 1")
    low, high = (estimate.value if math.isnan(end) else end for end in (estimate.low, estimate.high))
    tail = (1 - estimate.level) / 2
    factor = NormalDist().inv_cdf(1 - tail / tries) / NormalDist().inv_cdf(1 - tail)
    return replace(
        estimate,
        low=estimate.value - factor * (estimate.value - low),
        high=estimate.value + factor * (high - estimate.value),
    )


def read(finding: Finding, part: Part, *, scale: float = 1.0) -> Reading:
    """What a finding says of its part; scale: of the smallest effect, to see what half or twice of it would give."""
    if finding.part != part.key:
        raise RuleError(f"finding {finding.name!r} is on part {finding.part!r}, not on {part.key!r}")
    if finding.design is Design.BUILT_IN and part.counts:
        return Reading.NONE
    if part.kind is Kind.UNIVERSAL:
        return _read_cases(finding)
    wide, smallest = widened(finding.estimate, part.tries), scale * part.smallest
    if _placebo_speaks(finding, part, smallest):
        return Reading.NONE
    ends = sorted(part.direction * (end - part.reference) for end in (wide.low, wide.high))
    found = Reading.FOR if ends[0] > smallest else Reading.AGAINST if ends[1] < smallest else Reading.CANNOT_TELL
    if finding.curve and found is not Reading.CANNOT_TELL:
        above = [part.direction * (point - part.reference) > smallest for point in finding.curve]
        agreeing = sum(above) / len(above) if found is Reading.FOR else 1 - sum(above) / len(above)
        # Four fifths exactly is enough, whatever the last bit of a quotient says.
        return found if agreeing >= CURVE_AGREEMENT - 1e-9 else Reading.CANNOT_TELL
    return found


def _read_cases(finding: Finding) -> Reading:
    if finding.cases is None:
        raise RuleError(f"finding {finding.name!r}: a universal part needs the share of specifications with a case")
    few, many = CASE_SHARE
    if finding.cases >= many - 1e-9:
        return Reading.AGAINST
    return Reading.FOR if finding.cases <= few + 1e-9 else Reading.CANNOT_TELL


def _placebo_speaks(finding: Finding, part: Part, smallest: float) -> bool:
    """Whether a placebo takes a finding's reading away: it found something, or its band holds the estimate.

    A band of effects that are all too small to matter takes nothing away: there chance and estimate agree on nothing.
    """
    placebo = finding.placebo
    if placebo is None or placebo.rejects:
        return placebo is not None
    ends = [part.direction * (end - part.reference) for end in (placebo.low, placebo.high)]
    return placebo.low <= finding.estimate.value <= placebo.high and not max(ends) < smallest


def certainty(finding: Finding, part: Part) -> tuple[int, tuple[str, ...]]:
    """How sure a finding is, 1 to 4, and the sentences that lowered it from where its design starts."""
    start = _STARTS[finding.design]
    lowered = []
    if finding.design is Design.COUNT and part.kind not in (Kind.PATTERN, Kind.UNIVERSAL):
        start, lowered = 2, ["a count shows no cause and no future"]
    if finding.design is Design.EVENT and (finding.placebo is None or finding.placebo.rejects):
        start, lowered = 2, ["the event has no placebo that it passed"]
    for applies, sentence in (
        (finding.unverified, "its source is not verified"),
        (finding.elsewhere, "it speaks of another place or time than the claim"),
        (finding.clusters < FEW, f"fewer than {FEW} effective shocks or clusters"),
        (finding.fragile, "its reading changes when one place is left out"),
    ):
        if applies:
            start, lowered = start - 1, [*lowered, sentence]
    return max(1, start), tuple(lowered)


def can_vote(finding: Finding, part: Part) -> bool:
    """Whether a finding is sure enough to vote on its part, if the part counts."""
    return certainty(finding, part)[0] >= FEWEST_STEPS


@dataclass(frozen=True)
class PartReading:
    """What the findings say of one part in one scope.

    certainty: 0 where it cannot tell; excluded: the effect above which, in the part's direction, the best finding
    leaves nothing (in the unit of the part); voters: the names of the findings that decided.
    """

    part: Part
    scope: str
    reading: Reading
    certainty: int
    voters: tuple[str, ...] = ()
    excluded: float = math.nan


def read_part(part: Part, findings: Iterable[Finding], scope: str, *, scale: float = 1.0) -> PartReading:
    """Let the surest findings of a part vote; see AGREEMENT. Findings of certainty 1 are shown and have no vote.

    What can happen is a question for theorems and models, and one answer is enough: for where every finding that can
    tell shows it, mixed (under a condition) where some do, against where all can tell and none does.
    """
    own = asked(part, findings, scope)
    told = [(f, read(f, part, scale=scale), certainty(f, part)[0]) for f in own]
    least = FEWEST_STEPS if part.counts else 1
    able = [one for one in told if one[1] in (Reading.FOR, Reading.AGAINST) and one[2] >= least]
    open_still = not part.counts and len(able) < len(told) and all(found is Reading.AGAINST for _, found, _ in able)
    if not able or open_still:
        return PartReading(part, scope, Reading.CANNOT_TELL, 0, excluded=_excluded(part, told))
    top = max(sure for _, _, sure in able)
    voting = [(f, found) for f, found, sure in able if sure == top]
    share, enough = _share_for(voting), AGREEMENT if part.counts else 1.0
    reading = Reading.FOR if share >= enough else Reading.AGAINST if share <= 1 - enough else Reading.MIXED
    agreeing = {f.data for f, found, _ in able if found is reading}
    sure = min(4, top + 1) if len(agreeing) > 1 else top
    return PartReading(part, scope, reading, sure, tuple(f.name for f, _ in voting))


def asked(part: Part, findings: Iterable[Finding], scope: str) -> list[Finding]:
    """The findings on a part in a scope, the part's first one where they name none."""
    return [f for f in findings if f.part == part.key and (f.scope or part.scopes[0]) == scope]


def _share_for(voting: Sequence[tuple[Finding, Reading]]) -> float:
    """The share of the votes that are for; findings of one event and one data set share one vote."""
    sources: dict[tuple[str, str], list[bool]] = {}
    for finding, found in voting:
        key = finding.source if finding.event else (finding.data, finding.name)
        sources.setdefault(key, []).append(found is Reading.FOR)
    return sum(sum(votes) / len(votes) for votes in sources.values()) / len(sources)


def _excluded(part: Part, told: Sequence[tuple[Finding, Reading, int]]) -> float:
    """The effect above which the best finding that cannot tell leaves nothing; NaN without one.

    That is the upper end of its interval, or the point under which CURVE_AGREEMENT of its specifications lie.
    """
    best = [
        (sure, f) for f, found, sure in told if found is Reading.CANNOT_TELL and not f.cases and sure >= FEWEST_STEPS
    ]
    if not best:
        return math.nan
    top = max(sure for sure, _ in best)
    return min(_upper_end(part, f) for sure, f in best if sure == top)


def _upper_end(part: Part, finding: Finding) -> float:
    wide = widened(finding.estimate, part.tries)
    end, *points = (part.direction * (x - part.reference) for x in (wide.low, *finding.curve))
    end = max(end, part.direction * (wide.high - part.reference))
    # Four fifths exactly is enough, whatever the last bit of a product says.
    within = sorted(points)[math.ceil(CURVE_AGREEMENT * len(points) - 1e-9) - 1 :] if points else [end]
    return max(end, within[0])


def decide(readings: Sequence[PartReading]) -> Verdict:
    """The verdict that the readings of a claim's parts make; possibilities are not counted."""
    counted = [r.reading for r in readings if r.part.counts]
    if not counted:
        return Verdict.NOT_TESTABLE
    told = [r for r in counted if r is not Reading.CANNOT_TELL]
    if not told:
        return Verdict.NOT_SHOWN
    if Reading.MIXED in told or len(set(told)) > 1:
        return Verdict.SPLITS
    whole = len(told) == len(counted)
    if told[0] is Reading.FOR:
        return Verdict.HOLDS if whole else Verdict.LEANS_FOR
    return Verdict.REFUTED if whole else Verdict.LEANS_AGAINST


@dataclass(frozen=True)
class Judgement:
    """A claim judged in one scope: its verdict, its parts, and how sure its patterns and its causes are.

    sure_pattern, sure_cause: the lowest certainty of the parts of that kind that can tell; 0 where none can.
    """

    verdict: Verdict
    scope: str
    parts: tuple[PartReading, ...]

    @property
    def sure_pattern(self) -> int:
        return self._lowest(lambda kind: kind is not Kind.CAUSE)

    @property
    def sure_cause(self) -> int:
        return self._lowest(lambda kind: kind is Kind.CAUSE)

    @property
    def sure(self) -> int:
        """What the verdict rests on: the lower of the two that is not 0; 0 where both are."""
        return min((sure for sure in (self.sure_pattern, self.sure_cause) if sure), default=0)

    def _lowest(self, chosen: Callable[[Kind], bool]) -> int:
        told = [r.certainty for r in self.parts if r.certainty and r.part.counts and chosen(r.part.kind)]
        return min(told, default=0)


def judge_parts(
    parts: Sequence[Part], findings: Sequence[Finding], scope: str = "", *, scale: float = 1.0, most: int = 4
) -> Judgement:
    """Judge a claim by its findings in one scope (that of the first part, without any).

    scale: of every smallest effect; most: what the claims that this one requires allow at most as certainty.

    Raises:
        RuleError: a finding on no part, two of one name, or more of them on a part than it declared tries for.
    """
    known = {part.key: part for part in parts}
    names = [f.name for f in findings]
    for finding in findings:
        if finding.part not in known:
            raise RuleError(f"finding {finding.name!r} is on no part; the parts are {', '.join(known)}")
        if names.count(finding.name) > 1:
            raise RuleError(f"two findings are named {finding.name!r}; rename one")
    where = scope or (parts[0].scopes[0] if parts else "")
    for part in parts:
        own = asked(part, findings, where)
        if len(own) > part.tries:
            raise RuleError(f"part {part.key!r} has {len(own)} findings in {where!r}; it declared {part.tries} tries")
    # What can happen is read where it was shown, a model for instance, and printed with every scope.
    read_parts = tuple(
        read_part(part, findings, where if where in part.scopes else part.scopes[0], scale=scale)
        for part in parts
        if where in part.scopes or not part.counts
    )
    capped = tuple(replace(r, certainty=min(most, r.certainty)) for r in read_parts)
    return Judgement(decide(capped), where, capped)


@dataclass(frozen=True)
class Stability:
    """In how many variants the verdict stands: each finding left out, every smallest effect halved and doubled.

    falls: what changes it, in words, with the verdict that it gives.
    """

    stands: int
    variants: int
    falls: tuple[tuple[str, Verdict], ...]


def stability(parts: Sequence[Part], findings: Sequence[Finding], scope: str = "") -> Stability:
    """How stable a verdict is under one change at a time."""
    ours = judge_parts(parts, findings, scope).verdict
    tried = [
        (f"without '{one.name}'", judge_parts(parts, [f for f in findings if f is not one], scope).verdict)
        for one in findings
    ]
    for scale, words in ((0.5, "half the smallest effects"), (2.0, "twice the smallest effects")):
        tried.append((words, judge_parts(parts, findings, scope, scale=scale).verdict))
    falls = tuple((words, verdict) for words, verdict in tried if verdict is not ours)
    return Stability(len(tried) - len(falls), len(tried), falls)
