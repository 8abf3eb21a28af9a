"""Lesson: the one face that a notebook sees. It shows the claim, remembers the tables, says, shows, and judges."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from symbiosis import tables
from symbiosis.charts.style import image_metadata, names_shown, png_bytes, use_style
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.multiverse import Multiverse
from symbiosis.lesson.answers import check_condition, check_number, noted_answer
from symbiosis.lesson.cards import Card, claim_card, key_numbers, prose, source_line, text_table
from symbiosis.lesson.claims import ArgumentError, Claim, claim
from symbiosis.lesson.digests import loaded
from symbiosis.lesson.own_verdict import ask
from symbiosis.lesson.place_names import name_places_in_tables
from symbiosis.lesson.pool import Pool
from symbiosis.lesson.prediction import Prediction
from symbiosis.lesson.references import reference
from symbiosis.lesson.rule import Design, Finding
from symbiosis.lesson.verdict import Verdict, kept
from symbiosis.lesson.verdict_card import show_verdict

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Source = str | Sequence[str]
"""Where figures come from: words, or columns as "table.column", whose declared sources are quoted."""


class Lesson:
    """One notebook's lesson on one claim.

    key: the claim (see claims.toml), whose card is shown at once; None for an overview, which judges nothing.
    """

    def __init__(self, key: str | None = None) -> None:
        self.claim = None if key is None else claim(key)
        self._columns: dict[str, list[str]] = {}
        self._findings: list[Finding] = []
        self._prediction: Prediction | None = None
        self._pool: Pool | None = None
        self._answer: float | None = None
        self._cited: list[str] = []
        use_style()
        if names_shown() != "english":
            name_places_in_tables()
        if self.claim is not None:
            _display(claim_card(self.claim))

    # data -------------------------------------------------------------------------------------------------

    def table(self, name: str, columns: Iterable[str] | None = None) -> pd.DataFrame:
        """A table of the project with its key and these columns (all, without any); the verdict remembers both.

        Raises TableError for an unknown table or column, and names the nearest.
        """
        key = list(tables.key(name))
        wanted = list(tables.describe(name).index) if columns is None else list(dict.fromkeys([*key, *columns]))
        frame = tables.load(name, wanted)
        known = self._columns.setdefault(name, [])
        known += [column for column in wanted if column not in known]
        return frame

    @property
    def data(self) -> dict[str, dict[str, Any]]:
        """What the lesson has read: by table, its columns and their fingerprint."""
        return {
            name: {"columns": sorted(columns), "mark": tables.fingerprint(name, columns)}
            for name, columns in sorted(self._columns.items())
        }

    # saying and showing -----------------------------------------------------------------------------------

    def say(self, words: str) -> None:
        """Show a text in Markdown: one triple-quoted string, whose line breaks are free.

        Formulae stand between dollar signs; a dollar before a digit is a price. Words from data go through plain().
        """
        text = re.sub(r"(?<!\\)\$(?=\d)", r"\\$", cleandoc(words))
        _display({"text/markdown": text, "text/plain": text})

    def plain(self, words: object) -> str:
        """Words from data as Markdown shows them literally: no star, bracket or underscore in them acts."""
        return re.sub(r"([\\`*_{}\[\]()#+!|<>$~&])", r"\\\1", str(words))

    def numbers(self, rows: Mapping[str, str | Estimate] | Iterable[tuple[str, str | Estimate]]) -> None:
        """Two to four numbers with their names, large enough to read aloud from; values are words or Estimates."""
        pairs = rows.items() if isinstance(rows, Mapping) else rows
        _display(key_numbers([(name, str(value)) for name, value in pairs]))

    def words(self, frame: pd.DataFrame) -> None:
        """A table whose cells are sentences: nothing is cut off, columns are read from the left."""
        _display(text_table(frame))

    def show(self, figure: Figure, *, alt: str, source: Source) -> None:
        """Show a figure with the text for those who cannot see it, and its source line under it."""
        words = _line(alt)
        metadata = image_metadata(figure, words)
        _display({"image/png": png_bytes(figure), "text/plain": words}, metadata)
        _display(source_line(_source(source), words))

    def panel(self, panel: Any, *, source: Source) -> Any:
        """Show a panel (its controls, readout and picture) with its source line, and return it."""
        panel.show()
        _display(source_line(_source(source)))
        return panel

    def cite(self, *keys: str) -> str:
        """A citation to stand in a sentence, as in "Harris and Todaro 1970"; references() lists what was cited."""
        found = [reference(key) for key in keys]
        self._cited += [key for key in keys if key not in self._cited]
        return "; ".join(one.short for one in found)

    def references(self, *keys: str) -> None:
        """The list of works with their DOIs: these, and what was cited before, by author and year."""
        self.cite(*keys)
        works = sorted((reference(key) for key in self._cited), key=lambda one: one.full)
        self.say("\n".join(f"- {one.markdown}" for one in works))

    # the reader -------------------------------------------------------------------------------------------

    def predict(
        self, question: str, *, low: float, high: float, step: float = 1, unit: str = "", digits: int = 0,
        is_year: bool = False,
    ) -> None:  # fmt: skip
        """Ask for a guess between low and high before the answer is seen; reveal() sets it beside the answer."""
        asked: dict[str, Any] = {
            "low": low,
            "high": high,
            "step": step,
            "unit": unit,
            "digits": digits,
            "is_year": is_year,
        }
        self._prediction = Prediction(_line(question), **asked)
        self._pool, self._answer = Pool(_line(question), **asked), None
        self._prediction.show()

    def reveal(self, actual: float) -> None:
        """Show the answer to the prediction, beside the guess, and beside those of the room where it was asked.

        ArgumentError where nothing was predicted.
        """
        if self._prediction is None or self._pool is None:
            raise ArgumentError("nothing was predicted; call lesson.predict before lesson.reveal")
        self._answer = float(actual)
        self._prediction.reveal(actual)
        if any(self._pool.votes.values()):
            self._show_pool(self._pool)

    def pool(self, answers: str | Path | Iterable[float], *, vote: int | None = None) -> None:
        """Show what the room guesses: before reveal() alone, after it beside the answer.

        answers: a tally such as "40 x 12; 50 x 3", a Path to a file of numbers, or numbers; vote: 1, or 2 for a second
        vote, which is taken for granted once the answer is out. AnswersError names what is no answer.
        """
        pool = self._room()
        pool.take(answers, vote=self._vote(vote))
        self._show_pool(pool)

    def phones(
        self, *, seconds: float = 90, vote: int | None = None, address: str = "127.0.0.1", port: int = 0
    ) -> None:
        """Open a page for phones until the seconds are over or the cell is interrupted, then show the guesses.

        address: of this machine in the hall's network; without one only this machine reaches the page. vote: as for
        pool(). AnswersError where the page cannot be opened, or nobody answered.
        """
        from symbiosis.lesson.phones import collect

        pool = self._room()
        self.pool(collect(pool, seconds=seconds, address=address, port=port), vote=vote)

    def _room(self) -> Pool:
        if self._pool is None:
            raise ArgumentError("nothing was predicted; call lesson.predict before asking the room")
        return self._pool

    def _vote(self, vote: int | None) -> int:
        return vote if vote is not None else 1 if self._answer is None else 2

    def _show_pool(self, pool: Pool) -> None:
        alt = pool.words(self._answer)
        self.show(pool.figure(self._answer), alt=alt, source="the guesses of this room")

    def check(
        self,
        answer: Any,
        expected: float | Callable[[Any], bool] | None,
        *,
        tolerance: float = 0.0,
        unit: str = "",
        right: str = "",
        hint: str = "",
    ) -> None:
        """Say whether an answer to an exercise is right.

        expected: a number, met within tolerance; or a function that says whether the answer does what is asked, and
        then right is what to say where it does; None in an edition without solutions, which then says that it has no
        key. hint: for an answer that is not right.
        """
        if expected is None:
            _display(prose(noted_answer(answer, unit=unit, hint=hint)))
        elif callable(expected):
            _display(prose(check_condition(answer, expected, right=right, hint=hint)))
        else:
            _display(prose(check_number(answer, expected, tolerance=tolerance, unit=unit, hint=hint)))

    # judging ----------------------------------------------------------------------------------------------

    def finding(
        self,
        name: str,
        estimate: Estimate,
        *,
        part: str,
        text: str,
        design: str,
        data: str,
        scope: str = "",
        curve: Multiverse | Sequence[float] = (),
        **further: Any,
    ) -> None:
        """Register what was found of one part of the claim; it votes by the rule (lesson.rule).

        estimate: of the part's number, in its unit, of the median specification where there are several; curve: all of
        them; text: a sentence with the number in it; design: "complete count", "randomized experiment",
        "quasi-experiment", "panel within places", "dated event with a placebo", "held-out forecast",
        "comparison across places", "model" or "built in"; data: the table it rests on; scope: where it holds, the
        part's first one without any; further: event, placebo, cases, clusters, unverified, elsewhere, fragile.
        """
        points = tuple(curve.estimates) if isinstance(curve, Multiverse) else tuple(curve)
        try:
            found = Finding(
                name, part, _line(text), estimate, Design(design), data, scope=scope, curve=points, **further
            )
        except (TypeError, ValueError) as error:
            raise ArgumentError(f"finding {name!r}: {error}") from None
        # A cell that is run again replaces its finding.
        self._findings = [one for one in self._findings if one.name != name] + [kept(found)]

    def your_verdict(self) -> None:
        """Ask the reader how far the claim holds and how sure they are, before our verdict is shown."""
        ask(self._judged())

    def verdict(
        self, *, conditions: str, counter_example: str, would_change_our_mind: str, falsifier: str, falsifier_met: bool
    ) -> Verdict:
        """Judge the claim by what was found, and show the card; the notebook keeps the verdict as data.

        falsifier: what was found of that which would make the claim false, by how many cases and what share of
        people; falsifier_met: whether it was found.
        """
        judged = self._judged()
        verdict = Verdict(
            claim=judged,
            findings=tuple(self._findings),
            conditions=_line(conditions),
            counter_example=_line(counter_example),
            would_change_our_mind=_line(would_change_our_mind),
            falsifier=_line(falsifier),
            falsifier_met=bool(falsifier_met),
            published=self._published(judged.key),
            data=self.data,
            library=loaded(),
        )
        show_verdict(verdict)
        return verdict

    def _judged(self) -> Claim:
        if self.claim is None:
            raise ArgumentError("this lesson has no claim to judge; name one: Lesson('emptying')")
        return self.claim

    def _published(self, key: str) -> dict[str, int]:
        """How many published studies read each way, from the table of literature."""
        studies = self.table("literature", ["claim", "reading"])
        found = studies.loc[studies["claim"] == key, "reading"].value_counts()
        return {str(reading): int(count) for reading, count in sorted(found.items())}


def _line(words: str) -> str:
    return " ".join(words.split())


def _source(source: Source) -> str:
    if isinstance(source, str):
        return " ".join(source.split())
    by_table: dict[str, list[str]] = {}
    for one in source:
        table, _, column = one.partition(".")
        by_table.setdefault(table, []).append(column)
    lines = [tables.source_line(table, columns).removeprefix("Source: ") for table, columns in by_table.items()]
    return "; ".join(dict.fromkeys(lines))


def _display(what: Card | dict[str, Any], metadata: dict[str, Any] | None = None) -> None:
    from IPython.display import display

    display(what.bundle if isinstance(what, Card) else what, raw=True, metadata=metadata or {})
