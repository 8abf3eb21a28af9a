"""Panel: how far the claims hold and how sure we are, on two axes, and what of it hangs on the rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.lines import Line2D

from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled
from symbiosis.lesson.claims import Claim, claims
from symbiosis.lesson.ledger import Rules, rejudge
from symbiosis.lesson.rule import Design, Finding, Judgement, Reading, can_vote
from symbiosis.lesson.rule import Verdict as HowFar
from symbiosis.lesson.verdict import SURE, Verdict
from symbiosis.lesson.verdict_card import ROLES, SCALE
from symbiosis.panels.panel import Choice, Panel, Preset, Readout, Switch
from symbiosis.parameters import Parameter

CAUSAL = frozenset({Design.RANDOMIZED, Design.QUASI_EXPERIMENT, Design.EVENT, Design.WITHIN})
KINDS = {
    "All evidence": frozenset(Design),
    "Without comparisons across places": frozenset(Design) - {Design.ACROSS},
    "Only designs that can isolate a cause": CAUSAL,
    "Only complete counts": frozenset({Design.COUNT}),
}
_PART_PLACES = {Reading.AGAINST: 0.0, Reading.MIXED: 2.0, Reading.CANNOT_TELL: 2.0, Reading.FOR: 4.0, Reading.NONE: 2.0}
_STRICTNESS = Parameter(
    "scale", "Smallest effects times", "", 1.0, 0.25, 4.0, 0.25,
    "By this factor every smallest effect that matters is moved.", "choice of the reader", ".2f",
)  # fmt: skip


@dataclass(frozen=True)
class LedgerMap:
    """What the picture shows: every claim's judgement by key; changed: those judged otherwise in their notebook.

    asked: how many findings that can have a vote these rules keep.
    """

    judged: Mapping[str, Judgement]
    changed: frozenset[str]
    asked: int


class LedgerMapPicture:
    """One mark a claim, over how far it holds and how sure we are, with a thin line to each of its parts."""

    @styled
    def __init__(self, numbers: Mapping[str, str], most_parts: int) -> None:
        self.figure, (self._axes,) = new_figure(height=5.0, dpi=SCREEN_DPI)
        words = [one.value for one in SCALE]
        words[2] = "splits,\nor not shown"
        self._axes.set(xlim=(-0.6, 4.6), ylim=(-0.5, 4.6), xlabel="How far it holds", ylabel="How sure we are")
        self._axes.set_xticks(range(5), words)
        self._axes.set_yticks(
            range(5), [f"{word} · {level} of 4" if level else word for level, word in enumerate(SURE)]
        )
        self._numbers = numbers
        dot: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": 26, "markeredgewidth": 2.5}
        self._marks = {key: self._axes.plot([], [], zorder=4, **dot)[0] for key in numbers}
        name: dict[str, Any] = {"ha": "center", "va": "center", "weight": "bold", "zorder": 5, "size": 14}
        self._names = {key: self._axes.text(0, 0, number, **name) for key, number in numbers.items()}
        self._ties: dict[str, list[Line2D]] = {
            key: [
                self._axes.plot([], [], color=COLOURS["muted"], linewidth=1.2, zorder=2)[0] for _ in range(most_parts)
            ]
            for key in numbers
        }
        ties = [tie for found in self._ties.values() for tie in found]
        self.moving: list[Artist] = [*ties, *self._marks.values(), *self._names.values()]

    def update(self, result: LedgerMap) -> None:
        """Place every mark; claims in one place stand side by side."""
        spots: dict[tuple[int, int], list[str]] = {}
        for key, judged in result.judged.items():
            spots.setdefault((_place(judged.verdict), judged.sure), []).append(key)
        for (column, level), keys in spots.items():
            for nth, key in enumerate(keys):
                row, place = divmod(nth, 4)
                x = column + 0.22 * (place - (min(4, len(keys) - 4 * row) - 1) / 2)
                self._draw(key, result.judged[key], x, level - 0.3 * row, key in result.changed)

    def _draw(self, key: str, judged: Judgement, x: float, y: float, changed: bool) -> None:
        mark = self._marks[key]
        mark.set_data([x], [y])
        mark.set_markerfacecolor(COLOURS[ROLES[judged.verdict]])
        mark.set_markeredgecolor(COLOURS["china" if changed else "paper"])
        self._names[key].set_position((x, y))
        self._names[key].set_color(COLOURS["ink"])
        parts = [one for one in judged.parts if one.part.counts]
        for nth, tie in enumerate(self._ties[key]):
            ends = [(x, y), (_PART_PLACES[parts[nth].reading], parts[nth].certainty)] if nth < len(parts) else []
            tie.set_data(*np.array(ends or np.empty((0, 2))).T)


def _voters(verdicts: Sequence[Verdict]) -> list[tuple[Claim, Finding]]:
    """Every finding that can have a vote, with its claim."""
    return [(v.claim, f) for v in verdicts for f in v.findings if v.part_of(f).counts and can_vote(f, v.part_of(f))]


def _place(verdict: HowFar) -> int:
    return SCALE.index(verdict) if verdict in SCALE else 2


def verdict_ledger_panel(verdicts: Sequence[Verdict]) -> Panel[LedgerMap]:
    """The ledger on two axes, judged anew; verdicts: one of every claim, as its notebook computed it."""
    known = {v.claim.key: v for v in verdicts}
    lacking = [c.key for c in claims() if c.key not in known]
    if lacking:
        raise ValueError(f"no verdict on {', '.join(lacking)}; give one for every claim (ledger.read_ledger)")
    ours = {key: v.judgement.verdict for key, v in known.items()}
    voters = _voters(verdicts)
    one_each = {f"{claim.number}: {f.name}": frozenset({(claim.key, f.name)}) for claim, f in voters}
    left_out: dict[str, frozenset[tuple[str, str]]] = {"None": frozenset(), **one_each}

    def compute(settings: dict[str, Any]) -> LedgerMap:
        rules = Rules(settings["evidence"], settings["scale"], settings["left_out"], settings["inherited"])
        judged = rejudge(verdicts, rules)
        changed = frozenset(key for key, one in judged.items() if one.verdict is not ours[key])
        asked = [f for c, f in voters if f.design in rules.designs and (c.key, f.name) not in rules.without]
        return LedgerMap(judged, changed, len(asked))

    def readout(result: LedgerMap) -> Readout:
        found = [one.verdict for one in result.judged.values()]
        tally = {verdict: found.count(verdict) for verdict in HowFar}
        changed = [known[key].claim.number for key in result.judged if key in result.changed]
        numbers = (
            ("Hold, or lean for", f"{tally[HowFar.HOLDS] + tally[HowFar.LEANS_FOR]}"),
            ("Split, or not shown", f"{tally[HowFar.SPLITS] + tally[HowFar.NOT_SHOWN] + tally[HowFar.NOT_TESTABLE]}"),
            ("Refuted, or lean against", f"{tally[HowFar.REFUTED] + tally[HowFar.LEANS_AGAINST]}"),
            ("Findings that count", f"{result.asked} of {len(voters)}"),
            ("Judged otherwise than in its notebook", f"claims {', '.join(changed)}" if changed else "no claim"),
        )
        said = "; ".join(f"{known[key].claim.number} {one.verdict.value}" for key, one in result.judged.items())
        return Readout(numbers, f"Map of {len(known)} claims by how far they hold and how sure we are: {said}.")

    return Panel(
        controls=(
            Choice("evidence", "What counts", KINDS, "All evidence"),
            _STRICTNESS,
            Choice("left_out", "Leave out a finding", left_out, "None"),
            Switch("inherited", "Doubt is inherited"),
        ),
        compute=compute,
        picture=LedgerMapPicture(
            {key: v.claim.number for key, v in known.items()}, max(len(v.claim.parts) for v in known.values())
        ),
        readout=readout,
        presets=(
            Preset("Only what can isolate a cause", "Take comparisons across places away: look how little is left.",
                   {"evidence": CAUSAL}),
            Preset("A hard judge", "Ask for four times the smallest effects: look which claims were won by small ones.",
                   {"scale": 4.0}),
            Preset("A soft judge", "A quarter of the smallest effects is enough: look what is shown only then.",
                   {"scale": 0.25}),
        ),
    )  # fmt: skip
