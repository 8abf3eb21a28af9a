"""What a lesson says back: a guess beside the answer, an exercise checked."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")

NOT_ANSWERED = "Not answered yet: put your answer in the cell above in place of None, run it, then run this cell."

NO_KEY = (
    "This edition holds no key, so nothing here says whether it is right: compare with your neighbour, and in class."
)


def compare_guess(guess: float | None, actual: float, *, unit: str = "", digits: int = 0, is_year: bool = False) -> str:
    """One sentence that sets a reader's guess (None: none made) beside the computed answer.

    is_year: the numbers are years, written without a thousands mark; close means within a year.
    """
    form = "" if is_year else ","
    answer = f"{actual:{form}.{digits}f}{unit}"
    if guess is None:
        return f"The answer is {answer}. You made no guess; commit to one above and this line will compare."
    gap = guess - actual
    way = "too high" if gap > 0 else "too low"
    how = "very close" if abs(gap) <= (1.0 if is_year else 0.05 * abs(actual)) else way
    return f"The answer is {answer}. You said {guess:{form}.{digits}f}{unit}: {how}."


def check_number(answer: float | None, expected: float, *, tolerance: float, unit: str = "", hint: str = "") -> str:
    """Say whether a number is right within tolerance (same unit); too high or too low otherwise.

    ValueError when the answer is not a finite number.
    """
    if answer is None:
        return NOT_ANSWERED
    number = _finite(answer)
    if abs(number - expected) <= tolerance:
        return f"Right: {expected:,.4g}{unit}."
    way = "too high" if number > expected else "too low"
    return f"Not yet: {number:,.4g}{unit} is {way}." + (f" Hint: {hint}" if hint else "")


def check_condition(answer: Answer | None, holds: Callable[[Answer], bool], *, right: str, hint: str) -> str:
    """Say whether an answer (a setting, a name, a list) does what the exercise asks for."""
    if answer is None:
        return NOT_ANSWERED
    return f"Right: {right}" if holds(answer) else f"Not yet. Hint: {hint}"


def noted_answer(answer: object, *, unit: str = "", hint: str = "") -> str:
    """What an edition without solutions says of an answer: that it was noted, and that it holds no key.

    ValueError when the answer is a number that is not finite.
    """
    if answer is None:
        return NOT_ANSWERED
    is_number = isinstance(answer, (int, float)) and not isinstance(answer, bool)
    words = f"{_finite(answer):,.4g}{unit}" if is_number else str(answer)
    return f"Your answer: {words}. {NO_KEY}" + (f" Hint: {hint}" if hint else "")


def _finite(answer: object) -> float:
    try:
        number = float(answer)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ValueError(f"your answer is {answer!r}; give a plain number, without unit or thousands mark") from None
    if not math.isfinite(number):
        raise ValueError(f"your answer is {answer!r}; give a finite number")
    return number
