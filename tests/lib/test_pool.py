"""A room's guesses: what is parsed, what is refused, and what is shown before and after the answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.charts.guesses import MOST_BINS, draw_guesses, guess_bins
from symbiosis.charts.style import new_figure
from symbiosis.lesson import Lesson
from symbiosis.lesson.answers import NOT_ANSWERED, noted_answer
from symbiosis.lesson.pool import MOST_ANSWERS, MOST_BYTES, AnswersError, Pool, tally


def pool() -> Pool:
    return Pool("How many?", low=0, high=100, unit=" places")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("40 50\n60", [40, 50, 60]),
        ("40 x 3; 50×2, 7", [40, 40, 40, 50, 50, 7]),
        ("40: 2;-0", [40, 40, 0]),
        (" 0.5 ;\n", [0.5]),
        ("", []),
    ],
)
def test_a_tally_is_read(text: str, expected: list[float]) -> None:
    assert tally(text, 0, 100) == expected


@pytest.mark.parametrize(
    "text",
    [
        "forty",
        "__import__('os')",
        "<script>alert(1)</script>",
        "1e3",
        "nan",
        "inf",
        "1,5",
        "40 x",
        "101",
        "-1",
        "4x99999",
    ],
)
def test_what_is_no_answer_is_named(text: str) -> None:
    with pytest.raises(AnswersError) as refused:
        tally(text, 0, 100)
    assert len(str(refused.value)) < 200


def test_a_hall_is_the_limit() -> None:
    with pytest.raises(AnswersError, match=str(MOST_ANSWERS)):
        tally("40 x 9999", 0, 100)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=50))
def test_what_was_written_is_read_back(numbers: list[int]) -> None:
    assert tally("; ".join(map(str, numbers)), 0, 100) == numbers


@given(st.text(max_size=60))
def test_no_text_does_anything_but_be_read_or_refused(text: str) -> None:
    try:
        found = tally(text, 0, 100)
    except AnswersError:
        return
    assert all(0 <= one <= 100 for one in found)


def test_a_file_of_answers(tmp_path: Path) -> None:
    file = tmp_path / "answers.csv"
    file.write_text("40\n50\n", encoding="utf-8-sig")
    asked = pool()
    assert asked.take(file) == 2
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(AnswersError, match=r"answers\.csv"):
        asked.take(file)
    file.write_text("4\n" * MOST_BYTES)
    with pytest.raises(AnswersError, match="bytes"):
        asked.take(file)
    with pytest.raises(AnswersError, match="cannot be read"):
        asked.take(tmp_path / "nowhere.txt")
    assert asked.votes[1] == [40, 50]


@pytest.mark.parametrize("answers", [[], "", [float("nan")], [True], ["40"], [101]])
def test_numbers_are_checked_too(answers: Any) -> None:
    with pytest.raises(AnswersError):
        pool().take(answers)


def test_two_votes_and_no_third() -> None:
    asked = pool()
    with pytest.raises(AnswersError, match="nobody"):
        asked.figure()
    asked.take("40 x 4")
    assert (
        asked.words()
        == "First vote: 4 guesses, the middle one 40 places, half of them between 40 places and 40 places."
    )
    asked.take([70.0], vote=2)
    assert asked.words(70).endswith("The answer is 70 places.")
    with pytest.raises(AnswersError, match="vote 3"):
        asked.take([1], vote=3)


@given(st.floats(-1e4, 1e4), st.integers(1, 400), st.sampled_from([0.1, 0.5, 1, 5, 10]))
def test_bins_hold_every_guess(low: float, steps: int, step: float) -> None:
    high = low + steps * step
    edges = guess_bins(low, high, step)
    guesses = low + step * np.arange(steps + 1)
    assert np.histogram(guesses, edges)[0].sum() == steps + 1
    assert 1 <= len(edges) - 1 <= MOST_BINS


def test_the_picture_counts_everybody_and_marks_the_answer() -> None:
    _, (axes,) = new_figure()
    draw_guesses(axes, [[40, 40, 100], [0, 70]], low=0, high=100, answer=70, label="70 places")
    assert sum(bar.get_height() for bar in axes.patches) == 5
    assert axes.texts[0].get_text() == "answer: 70 places"
    with pytest.raises(ValueError, match="no guess"):
        draw_guesses(axes, [[], []], low=0, high=100)


def test_a_lesson_shows_the_room_before_and_after_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(
        "IPython.display.display", lambda data, **_: shown.append(dict(data).get("text/plain", "")) or Handle()
    )
    lesson = Lesson()
    with pytest.raises(ValueError, match="nothing was predicted"):
        lesson.pool("40")
    lesson.predict("How many?", low=0, high=100)
    lesson.pool("40 x 3")
    assert "answer is" not in " ".join(shown)
    lesson.reveal(70)
    assert "The answer is 70." in shown[-2]
    lesson.pool("60 x 3")
    assert "Second vote: 3 guesses" in shown[-2]


class Handle:
    def update(self, *_: object, **__: object) -> None:
        """Nothing is shown."""


def test_without_a_key_a_check_says_so() -> None:
    assert noted_answer(None) == NOT_ANSWERED
    assert noted_answer(0.25, unit=" %", hint="look").startswith("Your answer: 0.25 %. This edition holds no key")
    assert noted_answer("Guyana").startswith("Your answer: Guyana.")
    with pytest.raises(ValueError, match="finite"):
        noted_answer(float("nan"))
