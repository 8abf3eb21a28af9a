"""How a lesson asks: a question, controls that a reader commits with, and a note for what they said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symbiosis.lesson.cards import prose
from symbiosis.lesson.keyboard import KEYBOARD_SCRIPT


def show_question(question: str, controls: Sequence[Any], note: Any, *, without: str) -> None:
    """Display a question with its controls (widgets) in a row and the note below.

    without: what stands in their place where no widget can be shown.
    """
    import ipywidgets as widgets
    from IPython.display import display

    card = prose(question)
    display({"text/html": card.html + KEYBOARD_SCRIPT, "text/plain": card.text}, raw=True)
    box = widgets.VBox([widgets.HBox(controls), note])
    box.add_class("symbiosis-panel")
    display({**(box._repr_mimebundle_() or {}), "text/plain": without}, raw=True)
