"""Why a part cannot be told: the reason named is the one that stands in the way."""

from dataclasses import replace

import pytest
from tests.lib.verdicts import a_finding, a_verdict

from symbiosis.evidence.estimate import Estimate
from symbiosis.lesson.claims import claims
from symbiosis.lesson.rule import Design, Kind, Placebo, Reading, read, widened
from symbiosis.lesson.unsettled import Why, findings_table, unsettled

CLAIM = claims()[0]
PART = next(p for p in CLAIM.parts if p.kind is Kind.PATTERN)
UNIVERSAL = next(p for p in CLAIM.parts if p.kind is Kind.UNIVERSAL)


def why(*findings, part=PART):
    verdict = a_verdict(CLAIM, findings=findings)
    return next((one for one in unsettled(verdict) if one.part.key == part.key), None)


@pytest.mark.parametrize(
    ("findings", "reason"),
    [
        ([], Why.NOT_ASKED),
        ([a_finding(PART, 1, design=Design.MODEL)], Why.MODELS),
        ([a_finding(PART, 1, placebo=Placebo("shuffled", True))], Why.PLACEBO),
        ([a_finding(PART, 1, curve=(-99.0, 99.0, 99.0))], Why.CHOICES),
        ([a_finding(PART, 0)], Why.IMPRECISE),
        ([a_finding(PART, 0), a_finding(PART, 1, "b", placebo=Placebo("shuffled", True))], Why.IMPRECISE),
    ],
)
def test_the_reason_is_what_stands_in_the_way(findings, reason):
    assert why(*findings).why is reason


def test_what_reads_is_settled_and_a_universal_is_decided_by_its_choices():
    assert why(a_finding(PART, 1)) is None
    assert why(a_finding(UNIVERSAL, 0), part=UNIVERSAL).why is Why.CHOICES


def test_the_surest_finding_gives_the_reason():
    sure = a_finding(PART, 1, "sure", curve=(-99.0, 99.0), design=Design.WITHIN)
    assert why(a_finding(PART, 0, "vague"), sure).finding == "sure"


@pytest.mark.parametrize("times", [1.5, 4.0])
def test_as_much_narrower_as_it_says_is_enough(times):
    finding = a_finding(PART, 0)
    unit = widened(Estimate(0, -1, 1), PART.tries).high
    half = times * PART.smallest / unit
    middle = PART.reference + PART.direction * PART.smallest
    vague = replace(finding, estimate=Estimate(middle, middle - half, middle + half))
    found = why(vague)
    assert found.narrower == pytest.approx(times)
    # In the worlds of nothing and of twice the smallest effect an interval so narrow reads.
    for size, reading in ((0, Reading.AGAINST), (2, Reading.FOR)):
        at = PART.reference + PART.direction * size * PART.smallest
        narrow = 0.999 * half / found.narrower
        assert read(replace(vague, estimate=Estimate(at, at - narrow, at + narrow)), PART) is reading


def test_the_ledger_as_data():
    verdict = a_verdict(CLAIM, 1, -1)
    table = findings_table([verdict])
    assert len(table) == len(verdict.findings)
    assert table["reading"].tolist() == [verdict.reading_of(f).value for f in verdict.findings]
    assert set(table["certainty"]) <= {1, 2, 3, 4}
    assert table.loc[0, "smallest"] == verdict.part_of(verdict.findings[0]).smallest
