"""What a notebook sees: Lesson, and under it claims, verdicts and their ledger, cards, predictions, answers."""

from symbiosis.lesson.lesson import Lesson

__all__ = ["Lesson"]
