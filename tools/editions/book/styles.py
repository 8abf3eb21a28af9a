"""How citations look: "Harris and Todaro 1970" in a sentence, and the same as the label of the work on its page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pybtex.style.formatting.unsrt import Style, sentence
from pybtex.style.formatting.unsrt import field as bib_field
from pybtex.style.labels import BaseLabelStyle
from sphinxcontrib.bibtex.style.referencing import BracketStyle
from sphinxcontrib.bibtex.style.referencing.label import LabelReferenceStyle

from symbiosis.lesson.references import references


class Labels(BaseLabelStyle):
    """The short form of a work is its label."""

    def format_labels(self, sorted_entries: Any) -> Any:
        for entry in sorted_entries:
            yield references()[entry.key].short


class Bibliography(Style):
    """Names, title and outlet; titles keep their capitals."""

    default_sorting_style = "author_year_title"
    default_label_style = "symbiosis"

    def format_title(self, e: Any, which_field: str, as_sentence: bool = True) -> Any:
        title = bib_field(which_field)
        return sentence[title] if as_sentence else title


def _bare() -> BracketStyle:
    return BracketStyle(left="", right="", sep="; ")


@dataclass
class Citing(LabelReferenceStyle):
    """Labels without brackets; a year alone where the names stand before it."""

    bracket_parenthetical: BracketStyle = field(default_factory=_bare)
    bracket_textual: BracketStyle = field(default_factory=_bare)
    bracket_year: BracketStyle = field(default_factory=_bare)
