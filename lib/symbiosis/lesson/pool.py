"""The guesses of a whole room: typed as a tally, read from a file, or sent from phones; shown beside the answer.

Nothing is kept of who guessed what, and what people type is parsed as numbers and never executed.
"""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from symbiosis.charts.guesses import draw_guesses
from symbiosis.charts.style import new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_ANSWERS = 2_000
MOST_BYTES = 100_000
NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,9})?")
_ENTRY = re.compile(rf"({NUMBER.pattern})(?:\s*[x×:*]\s*(\d{{1,4}}))?")
_LABELS = {1: "first", 2: "second"}


class AnswersError(ValueError):
    """Answers that cannot be taken: not numbers, out of range, or too many."""


def number_of(text: str, low: float, high: float) -> float:
    """A number typed by somebody, between low and high; AnswersError that quotes it otherwise."""
    if not NUMBER.fullmatch(text.strip()):
        raise AnswersError(f"{text.strip()[:40]!r} is no number; write it with a point and without a thousands mark")
    number = float(text)
    if not low <= number <= high:
        raise AnswersError(f"{number:g} is not between {low:g} and {high:g}")
    return number


def tally(text: str, low: float, high: float) -> list[float]:
    """The answers in a text: numbers apart by blanks, semicolons or new lines, each with a count if many gave it.

    "40 x 12; 50 x 3; 70" holds sixteen answers; 40: 12 says the same. AnswersError names what is no answer.
    """
    found: list[float] = []
    rest = re.sub(r"\s*([x×:*])\s*", r"\1", text)
    for entry in re.split(r"[;\s]+|,\s+", rest.strip()):
        read = _ENTRY.fullmatch(entry)
        if entry and read is None:
            remedy = "write numbers with a point, apart by blanks or semicolons, or as 40 x 12 for twelve times forty"
            raise AnswersError(f"{entry[:40]!r} is no answer; {remedy}")
        if read:
            found += [number_of(read[1], low, high)] * int(read[2] or 1)
        if len(found) > MOST_ANSWERS:
            raise AnswersError(f"more than {MOST_ANSWERS} answers; this is made for a lecture hall")
    return found


def file_of_answers(path: Path, low: float, high: float) -> list[float]:
    """The answers in a text file, one a line or as tally() reads them; AnswersError where it is none, or too large."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise AnswersError(f"{path.name} has more than {MOST_BYTES:,} bytes; a file of answers is smaller")
        return tally(path.read_text(encoding="utf-8-sig"), low, high)
    except (OSError, UnicodeDecodeError) as error:
        raise AnswersError(f"{path.name} cannot be read as text: {error}") from None


class Pool:
    """The guesses of a room on one question, in up to two votes.

    low, high, step: the range asked for, in unit; digits: of the numbers in words.
    """

    def __init__(
        self, question: str, *, low: float, high: float, step: float = 1, unit: str = "", digits: int = 0,
        is_year: bool = False,
    ) -> None:  # fmt: skip
        self.question, self.unit = question, unit
        self.low, self.high, self.step = low, high, step
        self._form = f".{digits}f" if is_year else f",.{digits}f"
        self.votes: dict[int, list[float]] = {1: [], 2: []}

    def take(self, answers: str | Path | Iterable[float], *, vote: int = 1) -> int:
        """Keep the answers of a vote in place of those it had; how many there are.

        answers: a tally in words, the path of a file of answers, or numbers. AnswersError names what cannot be taken.
        """
        if vote not in self.votes:
            raise AnswersError(f"vote {vote!r}: there is a first vote, 1, and a second, 2")
        if isinstance(answers, Path):
            taken = file_of_answers(answers, self.low, self.high)
        elif isinstance(answers, str):
            taken = tally(answers, self.low, self.high)
        else:
            taken = [self._checked(one) for one in answers]
        if not taken:
            raise AnswersError("no answers; type some, as in 40 x 12; 50 x 3")
        self.votes[vote] = taken
        return len(taken)

    def _checked(self, one: float) -> float:
        if isinstance(one, bool) or not isinstance(one, (int, float)) or not math.isfinite(one):
            raise AnswersError(f"{str(one)[:40]!r} is no finite number")
        return number_of(f"{one:.9f}", self.low, self.high)

    def number(self, value: float) -> str:
        """A number of this question in words, with its unit."""
        return f"{value:{self._form}}{self.unit}"

    def words(self, answer: float | None = None) -> str:
        """What the room said, for those who cannot see the picture: how many, and the middle half of each vote."""
        parts = []
        for vote, taken in self.votes.items():
            if taken:
                low, middle, high = statistics.quantiles(taken, n=4) if len(taken) > 1 else taken * 3
                parts.append(
                    f"{_LABELS[vote].capitalize()} vote: {len(taken)} guesses, the middle one {self.number(middle)}, "
                    f"half of them between {self.number(low)} and {self.number(high)}."
                )
        return " ".join([*parts, *([f"The answer is {self.number(answer)}."] if answer is not None else [])])

    def figure(self, answer: float | None = None) -> Figure:
        """The votes as bars, beside the answer where it is given; AnswersError without any vote."""
        if not any(self.votes.values()):
            raise AnswersError("nobody has guessed yet; take some answers first")
        figure, (axes,) = new_figure(height=3.6)
        draw_guesses(
            axes, [self.votes[1], self.votes[2]], low=self.low, high=self.high, step=self.step, answer=answer,
            label="" if answer is None else self.number(answer),
            xlabel=f"Guess ({self.unit.strip()})" if self.unit.strip() else "Guess",
        )  # fmt: skip
        return figure
