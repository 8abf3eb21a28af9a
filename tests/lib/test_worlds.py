"""Imagined worlds: an empty world is seldom believed, a true one is where the designs can tell."""

from dataclasses import replace

import numpy as np
import pytest
from tests.lib.verdicts import a_finding, a_verdict

from symbiosis.evidence.estimate import Estimate
from symbiosis.lesson.claims import claims
from symbiosis.lesson.rule import Kind, Placebo, Reading, read
from symbiosis.lesson.rule import Verdict as HowFar
from symbiosis.lesson.worlds import imagined, imagined_verdicts

CLAIM = claims()[0]
PART = next(p for p in CLAIM.parts if p.kind is Kind.PATTERN)
UNIVERSAL = next(p for p in CLAIM.parts if p.kind is Kind.UNIVERSAL)
FAVOUR = [HowFar.HOLDS.value, HowFar.LEANS_FOR.value]


def test_a_finding_keeps_its_width_and_its_curve_moves_along():
    finding = a_finding(PART, 1, curve=(10.0, 20.0, 30.0))
    drawn = imagined(finding, PART, 0.0, np.random.default_rng(1))
    moved = drawn.estimate.value - finding.estimate.value
    assert drawn.estimate.high - drawn.estimate.low == pytest.approx(finding.estimate.high - finding.estimate.low)
    assert drawn.curve == pytest.approx(tuple(point + moved for point in finding.curve))
    assert (drawn.design, drawn.data, drawn.placebo) == (finding.design, finding.data, finding.placebo)


def test_estimates_centre_on_the_world_with_their_own_error():
    rng = np.random.default_rng(2)
    finding = a_finding(PART, 0)
    for size in (0.0, 3.0):
        values = [imagined(finding, PART, size, rng).estimate.value for _ in range(4000)]
        error = (finding.estimate.high - finding.estimate.low) / (2 * 1.959964)
        assert np.mean(values) == pytest.approx(
            PART.reference + PART.direction * size * PART.smallest, abs=4 * error / 60
        )
        assert np.std(values) == pytest.approx(error, rel=0.06)


def test_a_count_finds_exactly_the_world_and_a_universal_its_cases():
    rng = np.random.default_rng(3)
    count = a_finding(PART, 1, name="count")
    exact = replace(count, estimate=Estimate(7.0))
    assert imagined(exact, PART, 2.0, rng).estimate.value == pytest.approx(PART.reference + 2 * PART.smallest)
    universal = a_finding(UNIVERSAL, 0)
    assert read(imagined(universal, UNIVERSAL, 0.0, rng), UNIVERSAL) is Reading.AGAINST
    assert read(imagined(universal, UNIVERSAL, 3.0, rng), UNIVERSAL) is Reading.FOR


def test_what_its_placebo_silenced_stays_silent_in_every_world():
    silenced = a_finding(PART, 1, placebo=Placebo("shuffled", True))
    rng = np.random.default_rng(4)
    assert {read(imagined(silenced, PART, size, rng), PART) for size in (0.0, 3.0, 30.0)} == {Reading.NONE}


def test_precise_evidence_tells_the_worlds_apart_and_vague_evidence_does_not():
    rng = np.random.default_rng(5)
    precise = a_verdict(CLAIM, 1)
    patterns = {p.key: p for p in CLAIM.parts if p.kind is not Kind.UNIVERSAL}
    vague = a_verdict(CLAIM, findings=tuple(
        replace(f, estimate=Estimate(0, -40 * patterns[f.part].smallest, 40 * patterns[f.part].smallest))
        for f in precise.findings if f.part in patterns))  # fmt: skip
    true = imagined_verdicts([precise], 3.0, rng).loc[CLAIM.key]
    empty = imagined_verdicts([precise], 0.0, rng).loc[CLAIM.key]
    assert true.sum() == pytest.approx(1)
    assert true[FAVOUR].sum() > 0.95
    assert empty[FAVOUR].sum() < 0.02
    assert imagined_verdicts([vague], 3.0, rng).loc[CLAIM.key, HowFar.NOT_SHOWN.value] > 0.8


def test_seeds_decide_and_bad_input_is_named():
    one = imagined_verdicts([a_verdict(CLAIM, 0)], 1.0, np.random.default_rng(6), draws=20)
    assert one.equals(imagined_verdicts([a_verdict(CLAIM, 0)], 1.0, np.random.default_rng(6), draws=20))
    with pytest.raises(ValueError, match="draws is 0"):
        imagined_verdicts([], 1.0, np.random.default_rng(0), draws=0)
