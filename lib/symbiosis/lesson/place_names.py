"""Chinese names of places on request: words, figures and tables with the names in them changed."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FuncFormatter

from symbiosis import tables
from symbiosis.charts.style import names_shown, place_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SOURCES = (
    ("china_provinces", "province"), ("china_cities", "city"), ("china_prefectures", "prefecture"),
    ("china_counties", "prefecture"), ("china_counties", "name"),
)  # fmt: skip
"""Tables with the column of the English name; the Chinese one has the same name with _zh."""
_CHINESE = "\u4e00-\u9fff"


@lru_cache(maxsize=2)
def _known(_marks: tuple[str, ...]) -> tuple[dict[str, str], dict[tuple[str, str], str], re.Pattern[str]]:
    """The Chinese of English names, of names with a province, and what finds the names of larger places in words.

    A name that two places share is in the second only, unless the Chinese names differ by a final character for city.
    """
    alone: dict[str, set[str]] = {}
    inside: dict[tuple[str, str], set[str]] = {}
    larger: set[str] = set()
    for table, column in SOURCES:
        other = f"{column}_zh"
        frame = tables.load(table, dict.fromkeys([*tables.key(table), column, other, "province"]))
        for english, chinese, province in (
            frame[[column, other, "province"]].dropna().drop_duplicates().itertuples(index=False)
        ):
            if not re.search(f"[{_CHINESE}]", chinese):
                continue
            alone.setdefault(english, set()).add(chinese)
            inside.setdefault((english, province), set()).add(chinese)
            if column != "name":
                larger.add(english)
    one = {name: found for name, names in alone.items() if (found := _same(names))}
    two = {place: found for place, names in inside.items() if (found := _same(names))}
    words = sorted(larger & set(one), key=len, reverse=True)
    # Not within a longer word or name (a district), and not where the Chinese name stands behind it already.
    return one, two, re.compile(rf"(?<!\w)({'|'.join(map(re.escape, words))})(?!\w| [A-Z]| ?[{_CHINESE}])")


def _same(names: set[str]) -> str:
    """The one name of a place, without its final character where both forms are in use; "" for two places."""
    short = min(names, key=len)
    return short if names <= {short, f"{short}市"} else ""


def translated(words: str) -> str:
    """Words with the places in them named as SYMBIOSIS_NAMES says.

    A whole text that is the name of a place, or a place and its province with a comma between, is looked up among
    all places down to counties; within other words only provinces, prefectures and cities are. A name that two places
    share stays in English where no province stands beside it.
    """
    if names_shown() == "english" or not words or words.isspace() or "$" in words:
        return words
    marks = tables.fingerprint(*dict.fromkeys(table for table, _ in SOURCES))
    one, two, larger = _known(tuple(marks.values()))
    name, _, province = words.partition(", ")
    if (name, province) in two:
        return f"{place_name(name, two[name, province])}, {place_name(province, one.get(province, ''))}"
    if words in one:
        return place_name(words, one[words])
    return larger.sub(lambda found: place_name(found[0], one[found[0]]), words)


def translated_html(html: str) -> str:
    """HTML whose texts, but not its tags, styles and scripts, name places as SYMBIOSIS_NAMES says."""
    if names_shown() == "english":
        return html

    def text(found: re.Match[str]) -> str:
        if found[1]:  # a style or a script, as a whole
            return found[0]
        before = unescape(found[2])
        words = before.strip()
        after = translated(words)
        return found[0] if after == words else f">{escape(before.replace(words, after), quote=False)}<"

    return re.sub(r"(<(?:style|script)\b.*?</(?:style|script)>)|>([^<>]+)<", text, html, flags=re.DOTALL)


def name_places(figure: Figure) -> None:
    """Change the words of a figure, its fixed labels of ticks included, to the names that are asked for."""
    if names_shown() == "english":
        return
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            for formatter in (axis.get_major_formatter(), axis.get_minor_formatter()):
                _name_ticks(formatter)
    for text in figure.findobj(Text):
        if isinstance(text, Text) and (words := text.get_text()) and (after := translated(words)) != words:
            text.set_text(after)


def _name_ticks(formatter: Any) -> None:
    """Change labels that are words: a list of them, or a function, as matplotlib makes where ticks are fixed too."""
    if isinstance(formatter, FixedFormatter):
        formatter.seq = [translated(str(words)) for words in formatter.seq]
    elif isinstance(formatter, FuncFormatter) and not isinstance(formatter.func, _Translated):
        formatter.func = _Translated(formatter.func)


@dataclass(frozen=True)
class _Translated:
    """A function for labels, whose places are named as asked for."""

    label: Callable[..., str]

    def __call__(self, value: float, position: int | None = None) -> str:
        return translated(str(self.label(value, position)))


def name_places_in_tables() -> None:
    """Have the frames that a notebook shows name places as asked for; nothing outside of IPython."""
    if "IPython" not in sys.modules or (shell := sys.modules["IPython"].get_ipython()) is None:
        return
    formatter = shell.display_formatter.formatters["text/html"]

    def html(shown: Any) -> str:
        return translated_html(shown._repr_html_())

    formatter.for_type(pd.DataFrame, html)
    formatter.for_type_by_name("pandas.io.formats.style", "Styler", html)
