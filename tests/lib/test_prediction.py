"""A guess, committed before or after the answer is known."""

from __future__ import annotations

from typing import Any

import pytest

from symbiosis.lesson.prediction import Prediction


@pytest.fixture
def displayed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    shown: list[Any] = []

    class Handle:
        def __init__(self, place: int) -> None:
            self.place = place

        def update(self, data: Any, *, raw: bool = False) -> None:
            shown[self.place] = data

    def display(data: Any, *, raw: bool = False, metadata: Any = None, display_id: bool = False) -> Handle | None:
        shown.append(data)
        return Handle(len(shown) - 1) if display_id else None

    monkeypatch.setattr("IPython.display.display", display)
    return shown


def make(**changes: Any) -> Prediction:
    return Prediction("How <many>?", **{"low": 0, "high": 40, "step": 1, "unit": " places", **changes})


def test_shows_the_question_and_a_slider_in_the_middle(displayed: list[Any]) -> None:
    make().show()
    assert displayed[0]["text/plain"] == "How <many>?"
    assert "How &lt;many&gt;?" in displayed[0]["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in displayed[1]
    assert displayed[1]["text/plain"].startswith("A slider for your guess")


def test_committed_before_the_answer(displayed: list[Any]) -> None:
    guess = make()
    guess.show()
    assert guess.guess is None
    guess._slider.value = 7
    guess._button.click()
    assert guess.guess == 7
    assert guess._slider.disabled
    assert guess._button.disabled
    assert guess._note.value == "You committed to 7 places."
    guess.reveal(8)
    assert displayed[-1]["text/plain"] == "The answer is 8 places. You said 7 places: too low."


def test_committed_after_the_answer_was_shown(displayed: list[Any]) -> None:
    guess = make()
    guess.reveal(8)
    assert "You made no guess" in displayed[-1]["text/plain"]
    guess.commit(20)
    assert displayed[-1]["text/plain"] == "The answer is 8 places. You said 20 places: too high."
    assert len(displayed) == 1


def test_the_answer_says_so_where_nothing_was_guessed(displayed: list[Any]) -> None:
    make(digits=1, unit=" %").reveal(12.345)
    assert displayed[-1]["text/plain"].startswith("The answer is 12.3 %. You made no guess")


def test_a_year_is_written_as_a_year(displayed: list[Any]) -> None:
    guess = make(low=1950, high=2050, unit="", is_year=True)
    guess.commit(1991)
    assert guess._note.value == "You committed to 1991."
    guess.reveal(1995)
    assert displayed[-1]["text/plain"] == "The answer is 1995. You said 1991: too low."


def test_two_predictions_share_nothing() -> None:
    first, second = make(), make()
    first.commit(3)
    assert second.guess is None
    assert not second._button.disabled
