"""The argument: its claims, how they hang together, and how a verdict follows from findings.

A claim is declared once, here. A notebook turns its evidence into findings; `judge` turns findings into a
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


class ArgumentError(ValueError):
    """A claim, a finding or a verdict that does not fit the argument."""


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
class Claim:
    """One claim of the essay, in our words.

    key: short name; number: as shown; statement: plain words; false_if: what would make it false;
    notebook: the file that judges it (without .ipynb).
    """

    key: str
    number: str
    title: str
    statement: str
    false_if: str
    notebook: str

    @property
    def digest(self) -> str:
        """A fingerprint of what the claim says, so that a verdict on other words can be told."""
        return digest({"title": self.title, "statement": self.statement, "false_if": self.false_if})


@dataclass(frozen=True)
class Relation:
    """How one claim bears on another: 'supports', 'requires' or 'strains'."""

    source: str
    target: str
    kind: str


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
            "wording": self.claim.digest,
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


def claims() -> tuple[Claim, ...]:
    """Every claim, in the order of the notebooks."""
    return _CLAIMS


def relations() -> tuple[Relation, ...]:
    """How the claims bear on each other."""
    return _RELATIONS


def claim(key: str) -> Claim:
    """The claim with this key; ArgumentError names the known ones."""
    for candidate in _CLAIMS:
        if candidate.key == key:
            return candidate
    raise ArgumentError(f"unknown claim {key!r}; known: {', '.join(c.key for c in _CLAIMS)}")


_CLAIMS = (
    Claim(
        "only_way",
        "1",
        "The only way",
        "Urbanization is the only way to modernization: no country becomes rich without it.",
        "a country of some size were rich and mostly rural, or growth did not go with urbanization at all.",
        "01_the_only_way",
    ),
    Claim(
        "emptying",
        "2",
        "The emptying countryside",
        "Urbanization means that the number of people in the countryside falls.",
        "countries urbanized for decades while their rural population kept growing.",
        "02_the_emptying_countryside",
    ),
    Claim(
        "leaving_the_land",
        "3",
        "Leaving the land",
        "As an economy develops, workers leave farming for industry and services, and move between regions to do so.",
        "countries became rich with most of their workers still in farming.",
        "03_leaving_the_land",
    ),
    Claim(
        "s_curve",
        "4",
        "The S-curve",
        "Urbanization runs through known stages, so where a country stands tells where it goes.",
        "forecasts from the curve did no better than simple rules.",
        "04_the_s_curve",
    ),
    Claim(
        "big_cities",
        "5",
        "Big cities",
        "People gather in cities, and especially in big ones.",
        "the share of people in big cities did not rise, or most new city dwellers lived in small ones.",
        "05_big_cities",
    ),
    Claim(
        "farmer_to_citizen",
        "6",
        "From farmer to citizen",
        "Rural revitalization helps migrants become full citizens of the cities they work in.",
        "the gap between living in a city and being registered there did not respond to rural policy.",
        "06_from_farmer_to_citizen",
    ),
    Claim(
        "where_people_live",
        "7",
        "Where people should live",
        "Integrating city and countryside lets people settle where they are best off instead of fixing them in place.",
        "keeping people where they are left them at least as well off.",
        "07_where_people_should_live",
    ),
    Claim(
        "closing_gap",
        "8",
        "Closing the gap",
        "In developed economies the gap between city and countryside closes as urbanization proceeds.",
        "the gap stayed, or fell only because fewer people were left on its lower side.",
        "08_closing_the_gap",
    ),
    Claim(
        "cross_causes",
        "9",
        "Symptom and cause",
        "Many problems that look rural have urban causes, and the other way round; treating the symptom fails.",
        "effects stayed on the side of their cause, or treating symptoms worked.",
        "09_symptom_and_cause",
    ),
    Claim(
        "four_modernizations",
        "10",
        "Four modernizations",
        "Industry, information, cities and farming have to modernize together.",
        "places that modernized unevenly grew as fast as those in step.",
        "10_four_modernizations",
    ),
    Claim(
        "symbiosis",
        "11",
        "Symbiosis",
        "City and countryside can help each other grow, as symbionts do.",
        "one side's growth did nothing for the other, or came at its cost.",
        "11_symbiosis",
    ),
    Claim(
        "countryside_future",
        "12",
        "A countryside with a future",
        "The countryside becomes a place of small ecological towns where city people long to live.",
        "rural places kept losing people and services wherever no big city was near.",
        "12_a_countryside_with_a_future",
    ),
    Claim(
        "inside_urbanization",
        "13",
        "Inside urbanization",
        "Rural revitalization works as a part of urbanization, not as its substitute.",
        "rural policy did as well, or better, where urbanization was held back.",
        "13_policy_laboratory",
    ),
)

_RELATIONS = (
    Relation("only_way", "emptying", "supports"),
    Relation("only_way", "inside_urbanization", "supports"),
    Relation("emptying", "countryside_future", "strains"),
    Relation("leaving_the_land", "emptying", "supports"),
    Relation("leaving_the_land", "s_curve", "supports"),
    Relation("s_curve", "only_way", "supports"),
    Relation("leaving_the_land", "big_cities", "supports"),
    Relation("big_cities", "where_people_live", "supports"),
    Relation("big_cities", "countryside_future", "strains"),
    Relation("farmer_to_citizen", "where_people_live", "supports"),
    Relation("where_people_live", "closing_gap", "supports"),
    Relation("farmer_to_citizen", "closing_gap", "supports"),
    Relation("cross_causes", "inside_urbanization", "supports"),
    Relation("four_modernizations", "symbiosis", "requires"),
    Relation("closing_gap", "symbiosis", "supports"),
    Relation("cross_causes", "symbiosis", "supports"),
    Relation("countryside_future", "symbiosis", "supports"),
    Relation("symbiosis", "inside_urbanization", "supports"),
)
