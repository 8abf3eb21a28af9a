"""The verdict card: how far a claim holds and how sure we are, its parts, and what would change it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape

from symbiosis.charts.style import COLOURS
from symbiosis.lesson.cards import INK, SOFT, Card, box, row
from symbiosis.lesson.rule import Finding, Judgement, PartReading, Reading, certainty
from symbiosis.lesson.rule import Verdict as HowFar
from symbiosis.lesson.verdict import SURE, VERDICT_MIME, Verdict

SCALE = (HowFar.REFUTED, HowFar.LEANS_AGAINST, HowFar.SPLITS, HowFar.LEANS_FOR, HowFar.HOLDS)
"""The places of the first axis; what is not shown stands in the middle too."""
ROLES: Mapping[HowFar, str] = {
    HowFar.HOLDS: "for", HowFar.LEANS_FOR: "partly_for", HowFar.SPLITS: "cannot_tell",
    HowFar.NOT_SHOWN: "cannot_tell", HowFar.LEANS_AGAINST: "against", HowFar.REFUTED: "alarm",
    HowFar.NOT_TESTABLE: "cannot_tell",
}  # fmt: skip
"""Roles of COLOURS by verdict; a word stands beside every colour."""
SIGNS: Mapping[Reading, str] = {
    Reading.FOR: "✔", Reading.AGAINST: "✘", Reading.MIXED: "±", Reading.CANNOT_TELL: "?", Reading.NONE: "–",
}  # fmt: skip


def steps(sure: int) -> str:
    """Certainty as four steps, the reached ones filled: "■■□□"."""
    return "■" * sure + "□" * (4 - sure)


def verdict_card(verdict: Verdict) -> Card:
    """The verdict of a notebook on two axes, its parts and findings, and what a verdict always says besides."""
    judged, number = verdict.judgement, verdict.claim.number
    said = _said(verdict)
    inner = (
        f'<p style="margin:2px 0;font-weight:700">Verdict on claim {escape(number)} · {escape(verdict.claim.title)}</p>'
        + _axes(verdict)
        + _parts(f"In {judged.scope}", judged)
        + "".join(_parts(f"In {other.scope}: {other.verdict.value}", other) for other in verdict.elsewhere)
        + _findings(verdict)
        + "".join(row(name, words) for name, words in said.items())
    )
    lines = [f"Verdict on claim {number}: {verdict.headline}"]
    for judgement in (judged, *verdict.elsewhere):
        lines.append(f"In {judgement.scope}: {judgement.verdict.value}")
        lines += [f"  {part_sentence(one)}" for one in judgement.parts]
    lines += [f"  - {finding_sentence(verdict, f)}" for f in verdict.findings]
    lines += [f"{name}: {words}" for name, words in said.items()]
    return Card(box(inner, COLOURS[ROLES[judged.verdict]], "Verdict"), "\n".join(lines))


def part_sentence(one: PartReading) -> str:
    """A part with its reading and certainty in words."""
    sure = f" · {steps(one.certainty)} {SURE[one.certainty]}" if one.certainty else ""
    kind = "" if one.part.counts else " (a possibility, not counted)"
    return f"{SIGNS[one.reading]} {one.reading.value}: {one.part.sentence}{kind}{sure}{_excluded(one)}"


def _excluded(one: PartReading) -> str:
    if math.isnan(one.excluded) or one.reading is not Reading.CANNOT_TELL:
        return ""
    return f" (a difference above {one.excluded:.3g} {one.part.unit} is excluded)"


def finding_sentence(verdict: Verdict, finding: Finding) -> str:
    """A finding with its reading, design, certainty and what lowered it."""
    sure, lowered = certainty(finding, verdict.part_of(finding))
    why = f"; {', '.join(lowered)}" if lowered else ""
    vote = "" if sure > 1 else "; shown, without a vote"
    return f"{verdict.reading_of(finding).value}: {finding.text} ({finding.design.value}, {sure} of 4{why}{vote})"


def _said(verdict: Verdict) -> dict[str, str]:
    stable = verdict.stability
    falls = "; ".join(f"{words}: {other.value}" for words, other in stable.falls[:4])
    more = f" and {len(stable.falls) - 4} more" if len(stable.falls) > 4 else ""
    published = ", ".join(f"{count} {reading}" for reading, count in verdict.published.items() if count)
    met = "It is met" if verdict.falsifier_met else "It is not met"
    return {
        "It would be false if": f"{verdict.claim.false_if} {met}: {verdict.falsifier}",
        "How stable it is": f"It stands in {stable.stands} of {stable.variants} variants"
        + (f"; it falls {falls}{more}." if falls else "."),
        "Conditions": verdict.conditions,
        "Strongest counter-example": verdict.counter_example,
        "Published studies, which do not vote": f"{published}{_disagreement(verdict)}." if published else "none read.",
        "What would change our mind": verdict.would_change_our_mind,
    }


def _disagreement(verdict: Verdict) -> str:
    """A word where the published studies lean to the other side than we do."""
    favour, against = verdict.published.get("for", 0), verdict.published.get("against", 0)
    ours = verdict.judgement.verdict
    other = (ours in (HowFar.HOLDS, HowFar.LEANS_FOR) and against > favour) or (
        ours in (HowFar.REFUTED, HowFar.LEANS_AGAINST) and favour > against
    )
    return "; most of them read otherwise than we do" if other else ""


def _axes(verdict: Verdict) -> str:
    judged = verdict.judgement
    middle = HowFar.SPLITS if judged.verdict in (HowFar.SPLITS, HowFar.NOT_SHOWN) else judged.verdict
    cells = "".join(_place(one, one is middle, judged.verdict) for one in SCALE)
    sure = "".join(
        f'<span style="margin-right:28px">{kind.capitalize()}: <b style="letter-spacing:2px">{steps(level)}</b> '
        f"{escape(SURE[level])}, {level} of 4</span>"
        for kind, level in verdict.sure.items()
    )
    words = judged.verdict.value.capitalize()
    return (
        f'<p style="margin:6px 0 4px;font-size:1.4em;font-weight:700">{escape(words)}</p>'
        f'<div style="display:flex;gap:4px;margin:4px 0" aria-hidden="true">{cells}</div>'
        f'<p style="margin:8px 0;font-size:1.05em">How sure we are · {sure}</p>'
    )


def _place(one: HowFar, chosen: bool, verdict: HowFar) -> str:
    words = verdict.value if chosen else "splits, or not shown" if one is HowFar.SPLITS else one.value
    look = f"color:{SOFT};border:1px solid {SOFT}"
    if chosen:
        colours = f"background:{COLOURS[ROLES[verdict]]};color:{COLOURS[_letters(verdict)]}"
        look = f"{colours};font-weight:700;border:2px solid {INK}"
    return f'<span style="{look};padding:4px 10px;border-radius:4px;flex:1;text-align:center">{escape(words)}</span>'


def _letters(verdict: HowFar) -> str:
    return "paper" if verdict in (HowFar.HOLDS, HowFar.REFUTED) else "ink"


def _parts(words: str, judged: Judgement) -> str:
    items = "".join(f'<li style="margin:4px 0">{escape(part_sentence(one))}</li>' for one in judged.parts)
    return f'<p style="margin:8px 0 2px;color:{SOFT}">{escape(words)}</p>{_list(items)}'


def _findings(verdict: Verdict) -> str:
    items = "".join(f'<li style="margin:3px 0">{escape(finding_sentence(verdict, f))}</li>' for f in verdict.findings)
    count = f"{len(verdict.findings)} findings, with design and certainty"
    return f"<details><summary>{count}</summary>{_list(items)}</details>"


def _list(items: str) -> str:
    return f'<ul style="margin:4px 0 6px 1.1em;padding:0;list-style:none">{items}</ul>'


def show_verdict(verdict: Verdict) -> None:
    """Display the verdict card; the saved notebook keeps the verdict as data too."""
    from IPython.display import display

    card = verdict_card(verdict)
    display({**card.bundle, VERDICT_MIME: verdict.as_record()}, raw=True)
