"""The rule of evidence: its readings, its monotony, and how often it is right on claims whose truth is known."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiosis.evidence.estimate import Estimate
from symbiosis.lesson.rule import (
    Design,
    Finding,
    Kind,
    Part,
    Placebo,
    Reading,
    RuleError,
    Verdict,
    certainty,
    judge_parts,
    read,
    read_part,
    stability,
    widened,
)


def a_part(key="grows", **changes):
    given_values = {
        "kind": Kind.PATTERN, "sentence": "It grows.", "estimand": "growth", "unit": "points", "reference": 0.0,
        "smallest": 1.0, "reason": "less is nothing", "tries": 1,
    }  # fmt: skip
    return Part(key, **{**given_values, **changes})


def a_finding(value, low=None, high=None, *, name="f", part="grows", design=Design.ACROSS, data="t", **changes):
    low, high = (value if low is None else low), (value if high is None else high)
    return Finding(name, part, "Found.", Estimate(value, low, high), design, data, **changes)


# readings -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("interval", "found"),
    [
        ((2, 1.1, 3), Reading.FOR),
        ((2, 0.9, 3), Reading.CANNOT_TELL),
        ((0, -1, 0.9), Reading.AGAINST),
        ((-3, -4, -2), Reading.AGAINST),
        ((0, -5, 5), Reading.CANNOT_TELL),
        ((1, 1, 1), Reading.CANNOT_TELL),
    ],
)
def test_an_interval_reads_by_where_it_lies_beside_the_smallest_effect(interval, found):
    assert read(a_finding(*interval), a_part()) is found
    mirrored = a_part(direction=-1)
    value, low, high = interval
    assert read(a_finding(-value, -high, -low), mirrored) is found
    moved = a_part(reference=50.0)
    assert read(a_finding(50 + value, 50 + low, 50 + high), moved) is found


def test_low_power_is_cannot_tell_and_never_against():
    assert read(a_finding(0, -10, 10), a_part()) is Reading.CANNOT_TELL


def test_many_tries_widen_the_intervals():
    one = Estimate(2, 1.05, 2.95)
    assert widened(one, 1).low == pytest.approx(1.05)
    assert widened(one, 3).low < 1
    assert widened(one, 3).high - 2 == pytest.approx(2 - widened(one, 3).low)
    assert read(a_finding(2, 1.05, 2.95), a_part(tries=3)) is Reading.CANNOT_TELL
    # 2.39 standard errors of a normal estimate are its interval at 1 - 0.05 / 3.
    assert widened(Estimate(0, -1.959964, 1.959964), 3).high == pytest.approx(2.393980, abs=1e-5)


def test_a_curve_needs_four_fifths_of_its_points():
    four, three = (2.0,) * 4 + (0.5,), (2.0,) * 3 + (0.5,) * 2
    assert read(a_finding(2, 1.5, 2.5, curve=four), a_part()) is Reading.FOR
    assert read(a_finding(2, 1.5, 2.5, curve=three), a_part()) is Reading.CANNOT_TELL
    assert read(a_finding(0, -0.5, 0.5, curve=(0.0,) * 4 + (1.5,)), a_part()) is Reading.AGAINST
    # A curve never makes a reading that its median specification does not have.
    assert read(a_finding(2, 0.5, 3.5, curve=(2.0,) * 5), a_part()) is Reading.CANNOT_TELL


def test_what_is_built_in_and_what_its_placebo_explains_have_no_reading():
    assert read(a_finding(9, 8, 10, design=Design.BUILT_IN), a_part()) is Reading.NONE
    assert read(a_finding(9, 8, 10, placebo=Placebo("leads", rejects=True)), a_part()) is Reading.NONE
    assert read(a_finding(9, 8, 10, placebo=Placebo("shuffled", False, 7, 11)), a_part()) is Reading.NONE
    assert read(a_finding(9, 8, 10, placebo=Placebo("shuffled", False, -1, 1)), a_part()) is Reading.FOR


@pytest.mark.parametrize(
    ("cases", "found"), [(1, "against"), (0.8, "against"), (0.5, "cannot tell"), (0.2, "for"), (0, "for")]
)
def test_a_universal_part_hangs_on_its_cases(cases, found):
    part = a_part(kind=Kind.UNIVERSAL)
    assert read(a_finding(0, cases=cases), part).value == found
    with pytest.raises(RuleError, match="share of specifications"):
        read(a_finding(0), part)


# certainty ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("design", "kind", "sure"),
    [
        (Design.COUNT, Kind.PATTERN, 4), (Design.COUNT, Kind.UNIVERSAL, 4), (Design.COUNT, Kind.CAUSE, 2),
        (Design.RANDOMIZED, Kind.CAUSE, 4), (Design.QUASI_EXPERIMENT, Kind.CAUSE, 4), (Design.WITHIN, Kind.CAUSE, 3),
        (Design.HELD_OUT, Kind.FORECAST, 3), (Design.EVENT, Kind.CAUSE, 2), (Design.ACROSS, Kind.PATTERN, 2),
        (Design.MODEL, Kind.CAUSE, 1), (Design.BUILT_IN, Kind.PATTERN, 1),
    ],
)  # fmt: skip
def test_certainty_starts_from_the_design(design, kind, sure):
    assert certainty(a_finding(1, design=design), a_part(kind=kind))[0] == sure


@pytest.mark.parametrize(
    ("interval", "band", "found"),
    [
        ((0.1, -0.2, 0.4), (-0.5, 0.5), Reading.AGAINST),  # a precise zero, and chance makes nothing that matters
        ((0.1, -0.2, 0.4), (-0.5, 1.5), Reading.NONE),  # chance alone makes as much as matters
        ((0.1, -2.0, 2.2), (-0.5, 0.5), Reading.CANNOT_TELL),
        ((-9.0, -10.0, -8.0), (-11.0, -7.0), Reading.AGAINST),  # the opposite sign, with or without a cause
        ((9.0, 8.0, 10.0), (7.0, 11.0), Reading.NONE),
    ],
)
def test_a_band_of_what_does_not_matter_takes_no_reading_away(interval, band, found):
    shuffled = Placebo("shuffled", False, *band)
    assert read(a_finding(*interval, placebo=shuffled), a_part()) is found
    turned = [-end for end in reversed(band)]
    mirrored = a_finding(-interval[0], -interval[2], -interval[1], placebo=Placebo("shuffled", False, *turned))
    assert read(mirrored, a_part(direction=-1)) is found


def test_an_event_counts_with_a_placebo_that_it_passed():
    passed, failed = Placebo("leads", False), Placebo("leads", True)
    assert certainty(a_finding(1, design=Design.EVENT, placebo=passed), a_part())[0] == 3
    assert certainty(a_finding(1, design=Design.EVENT, placebo=failed), a_part())[0] == 2


def test_each_weakness_lowers_certainty_by_one_with_its_sentence():
    weak = a_finding(1, design=Design.QUASI_EXPERIMENT, unverified=True, elsewhere=True, clusters=6, fragile=True)
    sure, reasons = certainty(weak, a_part())
    assert sure == 1
    assert len(reasons) == 4
    assert certainty(replace(weak, fragile=False, elsewhere=False), a_part())[0] == 2


# parts and verdicts ---------------------------------------------------------------------------------------

FOR, AGAINST, OPEN = (2, 1.5, 2.5), (-1, -2, 0.5), (1, -1, 3)


def findings(*given_ones, part="grows", **changes):
    return [
        a_finding(*interval, name=f"{part} {i}", part=part, data=f"t{i}", **changes)
        for i, interval in enumerate(given_ones)
    ]


@pytest.mark.parametrize(
    ("intervals", "reading", "sure"),
    [
        ([FOR], Reading.FOR, 2), ([FOR, FOR], Reading.FOR, 3), ([FOR, AGAINST], Reading.MIXED, 2),
        ([FOR, FOR, FOR, AGAINST], Reading.FOR, 3), ([OPEN, OPEN], Reading.CANNOT_TELL, 0),
        ([], Reading.CANNOT_TELL, 0),
        ([AGAINST, OPEN], Reading.AGAINST, 2),
    ],
)  # fmt: skip
def test_three_quarters_of_the_surest_decide_a_part(intervals, reading, sure):
    found = read_part(a_part(), findings(*intervals), "everywhere")
    assert (found.reading, found.certainty) == (reading, sure)


def test_the_surest_alone_vote_and_a_model_never_does():
    many = [*findings(AGAINST, AGAINST), a_finding(*FOR, name="within", design=Design.WITHIN)]
    assert read_part(a_part(), many, "everywhere").reading is Reading.FOR
    assert read_part(a_part(), [a_finding(*FOR, design=Design.MODEL)], "everywhere").reading is Reading.CANNOT_TELL


def test_findings_of_one_event_and_one_data_set_have_one_vote():
    event = [a_finding(*FOR, name=f"e{i}", data="t", event="bust", clusters=30) for i in range(3)]
    other = a_finding(*AGAINST, name="other", data="u")
    assert read_part(a_part(), [*event, other], "everywhere").reading is Reading.MIXED
    assert read_part(a_part(), event, "everywhere").certainty == 2


def test_a_part_that_cannot_tell_says_what_it_excludes():
    assert read_part(a_part(), findings(OPEN), "everywhere").excluded == pytest.approx(3)


@pytest.mark.parametrize(
    ("curve", "excluded"),
    [
        ((0, 1, 2, 2.5, 2.9), 3),  # the interval's end
        ((0, 1, 2, 5, 9), 5),  # four fifths of the points
        ((5, 9, 2, 0, 1), 5),  # in any order
        ((4,), 4),
    ],
)
def test_what_is_excluded_counts_the_specifications(curve, excluded):
    asked = a_finding(1, -1, 3, curve=curve)
    assert read_part(a_part(), [asked], "everywhere").excluded == pytest.approx(excluded)
    turned = a_finding(-1, -3, 1, curve=tuple(-point for point in curve))
    assert read_part(a_part(direction=-1), [turned], "everywhere").excluded == pytest.approx(excluded)


PARTS = (a_part("a"), a_part("b"), a_part("c", kind=Kind.CAUSE))


@pytest.mark.parametrize(
    ("given_parts", "verdict"),
    [
        ((FOR, FOR, FOR), Verdict.HOLDS), ((AGAINST,) * 3, Verdict.REFUTED), ((FOR, AGAINST, FOR), Verdict.SPLITS),
        ((FOR, OPEN, FOR), Verdict.LEANS_FOR), ((OPEN, AGAINST, OPEN), Verdict.LEANS_AGAINST),
        ((OPEN,) * 3, Verdict.NOT_SHOWN), ((FOR, AGAINST, OPEN), Verdict.SPLITS),
    ],
)  # fmt: skip
def test_the_verdict_in_every_kind_of_case(given_parts, verdict):
    found = [f for part, interval in zip(PARTS, given_parts, strict=True) for f in findings(interval, part=part.key)]
    assert judge_parts(PARTS, found).verdict is verdict


def test_what_can_happen_is_answered_by_models_and_by_what_is_built_in():
    possible = a_part("d", kind=Kind.POSSIBILITY, tries=2)
    for design in (Design.MODEL, Design.BUILT_IN):
        found = read_part(possible, [a_finding(*FOR, part="d", design=design)], "everywhere")
        assert (found.reading, found.certainty) == (Reading.FOR, 1)


@pytest.mark.parametrize(
    ("shown", "reading"),
    [
        ((FOR,), Reading.FOR),
        ((FOR, FOR, FOR, FOR, AGAINST), Reading.MIXED),  # under a condition
        ((FOR, AGAINST, AGAINST, AGAINST, AGAINST), Reading.MIXED),
        ((FOR, OPEN), Reading.FOR),
        ((AGAINST, AGAINST), Reading.AGAINST),
        ((AGAINST, OPEN), Reading.CANNOT_TELL),  # that one model does not show it is no proof
        ((), Reading.CANNOT_TELL),
    ],
)
def test_one_answer_is_enough_for_what_can_happen(shown, reading):
    possible = a_part("d", kind=Kind.POSSIBILITY, tries=5)
    found = [a_finding(*one, name=str(i), part="d", design=Design.MODEL) for i, one in enumerate(shown)]
    assert read_part(possible, found, "everywhere").reading is reading


def test_possibilities_are_not_counted_and_nothing_testable_is_said():
    possible = a_part("d", kind=Kind.POSSIBILITY)
    assert judge_parts([possible], []).verdict is Verdict.NOT_TESTABLE
    found = [f for part in PARTS for f in findings(FOR, part=part.key)]
    against = a_finding(*AGAINST, name="theorem", part="d", design=Design.MODEL)
    assert judge_parts([*PARTS, possible], [*found, against]).verdict is Verdict.HOLDS


def test_patterns_and_causes_have_a_certainty_each():
    found = [*findings(FOR, FOR, part="a"), *findings(FOR, part="b"), *findings(FOR, part="c", design=Design.WITHIN)]
    parts = [replace(part, tries=2) for part in PARTS]
    judged = judge_parts(parts, found)
    assert (judged.sure_pattern, judged.sure_cause) == (2, 3)
    assert judge_parts(parts, found, most=1).sure_cause == 1


def test_scopes_are_read_apart():
    part = a_part(scopes=("China", "rich countries"))
    found = [a_finding(*FOR, name="c"), a_finding(*AGAINST, name="r", scope="rich countries")]
    assert judge_parts([part], found).verdict is Verdict.HOLDS
    assert judge_parts([part], found, "rich countries").verdict is Verdict.REFUTED


def test_misfits_are_named():
    with pytest.raises(RuleError, match="'f' is on no part; the parts are grows"):
        judge_parts([a_part()], [a_finding(*FOR, part="shrinks")])
    with pytest.raises(RuleError, match="two findings are named 'f'"):
        judge_parts([a_part(tries=2)], [a_finding(*FOR), a_finding(*FOR)])
    with pytest.raises(RuleError, match="declared 1 tries"):
        judge_parts([a_part()], findings(FOR, FOR))
    with pytest.raises(RuleError, match="smallest effect above zero"):
        a_part(smallest=0.0)


def test_stability_counts_the_variants_and_names_what_falls():
    found = findings(FOR, (3, 2.5, 3.5), part="grows")
    steady = stability([a_part(tries=2)], found)
    assert (steady.stands, steady.variants) == (4, 4)
    lone = stability([a_part()], findings(FOR))
    assert ("without 'grows 0'", Verdict.NOT_SHOWN) in lone.falls
    assert ("twice the smallest effects", Verdict.NOT_SHOWN) in lone.falls


# monotony -------------------------------------------------------------------------------------------------

HOW_FAR = {Reading.AGAINST: 0, Reading.MIXED: 1, Reading.CANNOT_TELL: 1, Reading.FOR: 2}
SIDE = {
    Verdict.REFUTED: 0, Verdict.LEANS_AGAINST: 0, Verdict.SPLITS: 1, Verdict.NOT_SHOWN: 1, Verdict.LEANS_FOR: 2,
    Verdict.HOLDS: 2,
}  # fmt: skip


PLACEBOS = [None, Placebo("p", False), Placebo("p", True), Placebo("p", False, -1, 1)]


@st.composite
def some_findings(draw, most=5):
    count = draw(st.integers(0, most))
    made = []
    for i in range(count):
        value, half = draw(st.floats(-4, 4)), draw(st.floats(0.05, 3))
        made.append(
            Finding(
                f"f{i}", "grows", "Found.", Estimate(value, value - half, value + half),
                draw(st.sampled_from(list(Design))), draw(st.sampled_from("tuv")),
                event=draw(st.sampled_from(["", "bust"])), placebo=draw(st.sampled_from(PLACEBOS)),
                clusters=draw(st.sampled_from([6.0, math.inf])), unverified=draw(st.booleans()),
                elsewhere=draw(st.booleans()), fragile=draw(st.booleans()),
            )
        )  # fmt: skip
    return made


def extreme(sign, **changes):
    value = sign * 9.0
    return Finding("new", "grows", "Found.", Estimate(value, value - 1, value + 1), data="new", **changes)


@pytest.mark.parametrize("sign", [1, -1])
@given(found=some_findings(), design=st.sampled_from(list(Design)))
@settings(max_examples=300, deadline=None)
def test_a_finding_that_reads_for_never_moves_a_part_towards_against_and_the_reverse(sign, found, design):
    part = a_part(tries=6)
    before = read_part(part, found, "everywhere").reading
    after = read_part(part, [*found, extreme(sign, design=design)], "everywhere").reading
    assert sign * HOW_FAR[after] >= sign * HOW_FAR[before]
    parts = (part, a_part("other", tries=6))
    rest = [replace(f, name=f"o{f.name}", part="other") for f in found]
    ours, theirs = (judge_parts(parts, [*rest, *f]).verdict for f in (found, [*found, extreme(sign, design=design)]))
    assert sign * SIDE[theirs] >= sign * SIDE[ours]


@given(found=some_findings(), which=st.integers(0, 4))
@settings(max_examples=300, deadline=None)
def test_dropping_an_agreeing_finding_or_a_data_set_never_raises_certainty(found, which):
    part = a_part(tries=6)
    before = read_part(part, found, "everywhere")
    for dropped in (
        [f for i, f in enumerate(found) if i != which or read(f, part) is not before.reading],
        [f for f in found if f.data != "t" or read(f, part) is not before.reading],
    ):
        after = read_part(part, dropped, "everywhere")
        if after.reading is before.reading:
            assert after.certainty <= before.certainty


def test_a_placebo_cannot_be_dropped_without_its_finding():
    """It is a field of the finding; a finding that lost its own reads otherwise, and an event loses its certainty."""
    failed = a_finding(*FOR, design=Design.EVENT, placebo=Placebo("leads", True))
    assert read(failed, a_part()) is Reading.NONE
    bare = replace(failed, placebo=None)
    assert certainty(bare, a_part())[0] < certainty(replace(failed, placebo=Placebo("leads", False)), a_part())[0]


# how often it is right ------------------------------------------------------------------------------------


def verdicts(effect, error, draws, seed):
    """Three parts of two to eight findings each, each with this effect and standard error, from data sets apart."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        parts, made = [], []
        for key in "abc":
            count = int(rng.integers(2, 9))
            parts.append(a_part(key, tries=count))
            for i, value in enumerate(rng.normal(effect, error, count)):
                ends = (value, value - 1.96 * error, value + 1.96 * error)
                made.append(a_finding(*ends, name=f"{key}{i}", part=key, data=f"t{i}"))
        found.append(judge_parts(parts, made).verdict)
    return {verdict: found.count(verdict) / draws for verdict in Verdict}


@pytest.mark.parametrize(
    ("effect", "allowed", "share"),
    [
        (3.0, (Verdict.HOLDS, Verdict.LEANS_FOR), 0.98),
        (0.0, (Verdict.REFUTED, Verdict.LEANS_AGAINST), 0.96),
        (1.0, (Verdict.NOT_SHOWN,), 0.80),
    ],
)
def test_with_informative_data_the_rule_tells_true_false_and_borderline_apart(effect, allowed, share):
    rates = verdicts(effect, 0.4, 400, 20261124)
    assert sum(rates[v] for v in allowed) >= share, rates


@pytest.mark.parametrize("effect", [3.0, 1.0, 0.0])
def test_with_uninformative_data_nothing_is_shown_and_falsehoods_hardly_ever_lean_for(effect):
    rates = verdicts(effect, 3.0, 400, 7)
    assert rates[Verdict.NOT_SHOWN] >= 0.6, rates
    if effect == 0.0:
        assert rates[Verdict.LEANS_FOR] + rates[Verdict.HOLDS] <= 0.04, rates
