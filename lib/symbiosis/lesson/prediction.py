"""A slider on which a reader commits to a number before seeing it."""

from __future__ import annotations

from html import escape
from typing import Any

from symbiosis.lesson.answers import compare_guess
from symbiosis.lesson.asking import show_question
from symbiosis.lesson.cards import prose


class Prediction:
    """Ask for a guess, keep it once committed, and set it beside the answer when that is computed.

    low, high, step: the range of the slider in unit. Until the reader commits, guess is None.
    """

    def __init__(
        self,
        question: str,
        *,
        low: float,
        high: float,
        step: float,
        unit: str = "",
        digits: int = 0,
        is_year: bool = False,
    ) -> None:
        self.question = question
        self.unit = unit
        self.digits = digits
        self.is_year = is_year
        self.guess: float | None = None
        self._actual: float | None = None
        self._handle: Any = None
        import ipywidgets as widgets

        self._slider = widgets.FloatSlider(
            value=(low + high) / 2,
            min=low,
            max=high,
            step=step,
            description="My guess",
            readout_format=f"{self._grouping}.{digits}f",
            layout=widgets.Layout(width="560px"),
        )
        self._button = widgets.Button(description="Commit", layout=widgets.Layout(width="110px"))
        self._button.on_click(lambda _: self.commit(self._slider.value))
        self._note = widgets.HTML("")

    def show(self) -> None:
        """Display the question with its slider and its button."""
        import ipywidgets as widgets

        controls = [self._slider, widgets.Label(self.unit), self._button]
        without = "A slider for your guess appears here once the notebook runs."
        show_question(self.question, controls, self._note, without=without)

    def commit(self, guess: float) -> None:
        """Fix the guess; where the answer is on the page already, compare at once."""
        self.guess = float(guess)
        self._slider.disabled = self._button.disabled = True
        self._note.value = escape(f"You committed to {self.guess:{self._grouping}.{self.digits}f}{self.unit}.")
        if self._handle is not None and self._actual is not None:
            self._handle.update(prose(self._sentence(self._actual)).bundle, raw=True)

    def reveal(self, actual: float) -> None:
        """Display the answer beside the guess."""
        from IPython.display import display

        self._actual = float(actual)
        self._handle = display(prose(self._sentence(self._actual)).bundle, raw=True, display_id=True)

    def _sentence(self, actual: float) -> str:
        return compare_guess(self.guess, actual, unit=self.unit, digits=self.digits, is_year=self.is_year)

    @property
    def _grouping(self) -> str:
        return "" if self.is_year else ","
