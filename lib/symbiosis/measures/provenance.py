"""How well the figures of a series could be confirmed, in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

MARKS: Mapping[str, str] = MappingProxyType(
    {
        "L": "found in a published source",
        "W": "quoted from secondary sources and confirmed by the World Bank's series",
        "V": "quoted from secondary sources, adding up exactly with the others, not yet compared with the yearbook",
        "R-h": "quoted from secondary sources with high confidence, not yet compared with the yearbook",
        "R-m": "quoted from secondary sources with medium confidence, not yet compared with the yearbook",
        "R-l": "quoted from secondary sources with low confidence, not yet compared with the yearbook",
    }
)


def marks_sentence(rows: pd.DataFrame) -> str:
    """Count the confidence marks of rows of china_national: 'Of 49 figures, 15 found in ..., 34 from ...'.

    ValueError for a mark that is not declared.
    """
    counts = rows["mark"].value_counts()
    unknown = sorted(set(counts.index) - set(MARKS))
    if unknown:
        raise ValueError(f"mark {', '.join(unknown)} is not declared; known: {', '.join(MARKS)}")
    parts = [f"{counts[mark]} {words}" for mark, words in MARKS.items() if mark in counts]
    return f"Of {len(rows)} figures shown: {', '.join(parts)}."
