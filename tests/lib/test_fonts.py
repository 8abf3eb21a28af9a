"""The figures' font: it holds every name that a figure can show, in both weights, and carries its licence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font
from tools.fonts import FAMILY, characters

from symbiosis import tables
from symbiosis.charts.style import FONT_FAMILIES, FONTS, new_figure, place_name, png_bytes
from symbiosis.lesson import glossary

WEIGHTS = ("Regular", "Bold")
OURS = FONTS / "SymbiosisSans-Regular.ttf"
DEJAVU = {"Regular": "DejaVuSans.ttf", "Bold": "DejaVuSans-Bold.ttf"}


def held(path: Path) -> set[str]:
    return {chr(code) for code in FT2Font(str(path)).get_charmap()}


def names_of_places() -> set[str]:
    """The characters of every name, of a place or anything else, in our tables, and of the glossary."""
    found: set[str] = set()
    for table in tables.names():
        frame = tables.load(table)
        for column in frame.columns:
            if pd.api.types.is_string_dtype(frame[column]) or frame[column].dtype == object:
                found.update(*map(str, frame[column].dropna().unique()))
    for term in glossary.terms():
        found.update(term.characters, term.pinyin)
    return found


@pytest.mark.parametrize("weight", WEIGHTS)
def test_every_character_of_a_name_has_a_glyph(weight: str) -> None:
    ours = held(FONTS / f"SymbiosisSans-{weight}.ttf")
    second = held(Path(mpl.get_data_path()) / "fonts" / "ttf" / DEJAVU[weight])
    wanted = names_of_places()
    assert len(wanted) > 1000
    assert sorted(wanted - ours - second) == [], "run: python start.py fonts"
    chinese = {one for one in wanted if ord(one) >= 0x2E80}
    assert sorted(chinese - ours) == [], "run: python start.py fonts"


def test_the_letters_of_prose_and_mathematics_are_ours() -> None:
    ours = held(OURS)
    assert (
        set("AZaz09.,;:%$ \u2212\u00b7\u00d7\u00b1\u2013\u2264\u2265\u03b1\u03c0\u2192\u00e9\u00fc\u01ce\u01d0") <= ours
    )


def test_the_font_is_small_and_is_called_ours() -> None:
    """The licence keeps the name of the source for the source."""
    for weight in WEIGHTS:
        path = FONTS / f"SymbiosisSans-{weight}.ttf"
        assert path.stat().st_size < 750_000
        font = FT2Font(str(path))
        assert (font.family_name, font.style_name) == (FAMILY, weight)
        assert FONT_FAMILIES[0] == FAMILY
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")


def test_a_figure_is_drawn_in_our_font_also_after_the_style_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    _figure, (axes,) = new_figure()
    for weight in ("regular", "bold"):
        text = axes.set_title("Ningbo \u5b81\u6ce2\u5e02", weight=weight)
        found = font_manager.fontManager._find_fonts_by_props(text.get_fontproperties())
        assert next(Path(path).name for path in found) == f"SymbiosisSans-{weight.title()}.ttf"
    assert text.get_fontfamily() == list(FONT_FAMILIES)


def test_no_glyph_is_missing_in_a_picture_of_both_names(recwarn: pytest.WarningsRecorder) -> None:
    figure, (axes,) = new_figure()
    axes.set_title("Kashgar \u5580\u4ec0\u5730\u533a, \u0141\u00f3d\u017a, 10\u2212\u00b2")
    png_bytes(figure)
    assert [str(one.message) for one in recwarn if "missing" in str(one.message)] == []


@pytest.mark.parametrize(
    ("setting", "shown"),
    [
        (None, "Ningbo"),
        ("", "Ningbo"),
        ("english", "Ningbo"),
        ("chinese", "\u5b81\u6ce2"),
        ("both", "Ningbo \u5b81\u6ce2"),
    ],
)
def test_the_name_of_a_place_follows_the_setting(monkeypatch: Any, setting: str | None, shown: str) -> None:
    monkeypatch.delenv("SYMBIOSIS_NAMES", raising=False)
    if setting is not None:
        monkeypatch.setenv("SYMBIOSIS_NAMES", setting)
    assert place_name("Ningbo", "\u5b81\u6ce2") == shown
    assert place_name("Ningbo", "") == "Ningbo"
    assert place_name("", "\u5b81\u6ce2") == "\u5b81\u6ce2"


def test_an_unknown_setting_is_named(monkeypatch: Any) -> None:
    monkeypatch.setenv("SYMBIOSIS_NAMES", "french")
    with pytest.raises(ValueError, match="SYMBIOSIS_NAMES is 'french'; set it to english, chinese or both"):
        place_name("Ningbo", "\u5b81\u6ce2")


def test_what_is_cut_follows_the_files(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "names.csv").write_text("name\n\u5dff\n", encoding="utf-8")
    assert "\u5dff" in characters(tmp_path)
    assert "\u5b81" not in characters(tmp_path)
