"""Panel: which verdicts change when other evidence counts, or when it is judged more strictly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symbiosis.charts.style import COLOURS
from symbiosis.lesson.argument import Category, Claim, Evidence, Relation, Verdict, claims, relations
from symbiosis.lesson.argument_map import MARKS, draw_argument_map, draw_boxes
from symbiosis.lesson.ledger import Rules, counted, rejudge
from symbiosis.panels.panel import Choice, Panel, Preset, Readout, Switch
from symbiosis.panels.picture import LivePicture
from symbiosis.parameters import Parameter

KINDS = {
    "All evidence": frozenset(Evidence),
    "Data only, no models": frozenset({Evidence.DESCRIPTIVE, Evidence.QUASI_EXPERIMENTAL}),
    "Models only, no data": frozenset({Evidence.MODEL}),
    "Comparisons that isolate a cause": frozenset({Evidence.QUASI_EXPERIMENTAL}),
}


_LENIENCE = Parameter("lenience", "Core findings that may fail", "", 0, 0, 3, 1,
                      "So many core findings may fail, if another one holds, before a claim is called contested.",
                      "choice of the reader", ".0f")  # fmt: skip


@dataclass(frozen=True)
class LedgerMap:
    """What the picture shows: the category of every claim by key; changed: those judged otherwise in their notebook."""

    categories: Mapping[str, Category]
    changed: frozenset[str]


class LedgerMapPicture(LivePicture):
    """Draws a LedgerMap over the map of the notebooks' own verdicts: those judged otherwise get a frame."""

    def __init__(
        self, claims: Sequence[Claim], relations: Sequence[Relation], verdicts: Mapping[str, Category]
    ) -> None:
        (axes,) = self.new_axes(1, height=4.6)
        draw_argument_map(axes, claims, relations, verdicts=verdicts)
        key = "     ".join(f"{mark} {category.value}" for category, mark in MARKS.items())
        axes.text(-0.5, 4.72, key, size=12.5, color=COLOURS["ink"], va="center")
        self._changed = draw_boxes(axes, claims, relations, above=10)
        for box in self._changed.values():
            box.patch.set(edgecolor=COLOURS["china"], linewidth=3.0)
            self.moving += box.artists

    def update(self, result: LedgerMap) -> bool:
        """Show the boxes of the claims judged otherwise; nothing else moves."""
        for key, box in self._changed.items():
            box.show(result.categories[key])
            for artist in box.artists:
                artist.set_visible(key in result.changed)
        return False


def verdict_ledger_panel(verdicts: Sequence[Verdict]) -> Panel[LedgerMap]:
    """The map of the argument, judged anew; verdicts: one of every claim, as its notebook computed it."""
    known = {v.claim.key: v for v in verdicts}
    lacking = [c.key for c in claims() if c.key not in known]
    if lacking:
        raise ValueError(f"no verdict on {', '.join(lacking)}; give one for every claim (ledger.read_ledger)")

    def compute(settings: dict[str, Any]) -> LedgerMap:
        rules = Rules(settings["evidence"], settings["wording"], settings["checks"], int(settings["lenience"]))
        anew = {key: rejudge(v, rules).category for key, v in known.items()}
        changed = frozenset(key for key, category in anew.items() if category is not known[key].category)
        return LedgerMap(anew, changed)

    def readout(result: LedgerMap) -> Readout:
        tally = counted(result.categories.values())
        names = [v.claim.number for key, v in known.items() if key in result.changed]
        numbers = (
            ("Supported, with conditions or without", f"{tally[Category.SUPPORTED] + tally[Category.CONDITIONAL]}"),
            ("Contested", f"{tally[Category.CONTESTED]}"),
            ("Not testable", f"{tally[Category.NOT_TESTABLE]}"),
            ("Judged otherwise than in its notebook", f"claims {', '.join(names)}" if names else "no claim"),
        )
        words = (
            f"Map of {len(known)} claims. Supported, with conditions or without: {numbers[0][1]}; contested: "
            f"{numbers[1][1]}; not testable: {numbers[2][1]}. Judged otherwise than in its notebook: {numbers[3][1]}."
        )
        return Readout(numbers, words)

    return Panel(
        controls=(
            Choice("evidence", "What counts", KINDS, "All evidence"),
            _LENIENCE,
            Switch("checks", "Every check decides"),
            Switch("wording", "The exact wording decides"),
        ),
        compute=compute,
        picture=LedgerMapPicture(claims(), relations(), {key: v.category for key, v in known.items()}),
        readout=readout,
        presets=(
            Preset("Only what data say", "Take the models away, and look which claims nobody could test then.",
                   {"evidence": KINDS["Data only, no models"]}),
            Preset("Only what models say", "Now the models alone: see whether they are kinder to the essay than data.",
                   {"evidence": KINDS["Models only, no data"]}),
            Preset("A lenient judge", "Let one core finding fail: look how many claims hang on a single finding.",
                   {"lenience": 1.0}),
            Preset("Word for word", "Let the exact wording decide, and see which claims survive as they were written.",
                   {"wording": True, "checks": True}),
        ),
    )  # fmt: skip
