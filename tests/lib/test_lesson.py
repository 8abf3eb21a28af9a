"""What a lesson says back."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.lesson.answers import NOT_ANSWERED, check_condition, check_number, compare_guess


@pytest.mark.parametrize(
    ("guess", "ending"), [(12.0, "too high."), (8.0, "too low."), (10.0, "very close."), (10.5, "very close.")]
)
def test_a_guess_beside_the_answer(guess: float, ending: str) -> None:
    sentence = compare_guess(guess, 10.0, unit=" places")
    assert sentence.startswith("The answer is 10 places. You said ")
    assert sentence.endswith(ending)


def test_no_guess_is_no_reproach() -> None:
    assert compare_guess(None, 1234.56, unit=" %", digits=1).startswith("The answer is 1,234.6 %. You made no guess")


def test_years_have_no_thousands_mark_and_no_five_percent() -> None:
    assert compare_guess(1995, 2010, is_year=True) == "The answer is 2010. You said 1995: too low."
    assert compare_guess(2011, 2010, is_year=True).endswith("very close.")


@pytest.mark.parametrize("answer", [10.0, 10.05, 9.95, np.float64(10.0), "10"])
def test_right_within_tolerance(answer: float) -> None:
    assert check_number(answer, 10.0, tolerance=0.051, unit=" %") == "Right: 10 %."


@pytest.mark.parametrize(("answer", "words"), [(11, "too high"), (9.0, "too low")])
def test_not_yet(answer: float, words: str) -> None:
    sentence = check_number(answer, 10.0, tolerance=0.5, hint="count again")
    assert words in sentence
    assert sentence.startswith("Not yet")
    assert sentence.endswith("Hint: count again")


def test_nothing_answered() -> None:
    assert check_number(None, 10.0, tolerance=1) == NOT_ANSWERED
    assert check_condition(None, lambda _: True, right="yes", hint="no") == NOT_ANSWERED


@pytest.mark.parametrize("answer", [math.nan, math.inf, -math.inf, "ten", "10 %", "1,000", [10], object()])
def test_an_answer_that_is_no_number_is_explained(answer: object) -> None:
    with pytest.raises(ValueError, match=r"your answer is .*; give a"):
        check_number(answer, 10.0, tolerance=1)  # type: ignore[arg-type]


def test_a_condition() -> None:
    said = [check_condition(a, lambda n: n > 3, right="above three", hint="think larger") for a in (4, 3)]
    assert said == ["Right: above three", "Not yet. Hint: think larger"]


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.floats(1e-6, 1e6))
def test_right_is_exactly_within_tolerance(answer: float, expected: float, tolerance: float) -> None:
    right = check_number(answer, expected, tolerance=tolerance).startswith("Right")
    assert right == (abs(answer - expected) <= tolerance)
