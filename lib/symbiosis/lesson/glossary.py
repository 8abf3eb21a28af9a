"""The words of the field, with their Chinese characters: one list that every edition reads."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from symbiosis.lesson.references import nearest

_LIST = Path(__file__).with_name("glossary.csv")


@dataclass(frozen=True)
class Term:
    """A word: its Chinese characters and how they are said (pinyin), what it means, the notebook that first uses it."""

    term: str
    characters: str
    pinyin: str
    meaning: str
    notebook: str

    def __str__(self) -> str:
        return f"{self.term} ({self.characters}, {self.pinyin})"


@cache
def terms() -> tuple[Term, ...]:
    """Every term, in alphabetical order."""
    with _LIST.open(encoding="utf-8", newline="") as file:
        return tuple(Term(**row) for row in csv.DictReader(file))


def term(name: str) -> Term:
    """The entry of a term, whether its letters are capital or not; ValueError with the nearest for one not there."""
    known = {one.term.casefold(): one for one in terms()}
    if name.casefold() not in known:
        near = nearest(name, (one.term for one in terms()))
        raise ValueError(f"no term {name!r} in the glossary (glossary.csv){near}")
    return known[name.casefold()]
