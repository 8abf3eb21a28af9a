"""Chinese names of places on request: in figures, on ticks, in panels and in tables, and only where they are sure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.ft2font import FT2Font

from symbiosis import tables
from symbiosis.charts.style import FONTS, NAMES, new_figure, png_bytes, styled, use_names
from symbiosis.lesson.cards import text_table
from symbiosis.lesson.place_names import SOURCES, translated, translated_html
from symbiosis.panels.panel import Choice, Panel, Readout
from symbiosis.panels.picture import LivePicture

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAMES, "english")


@pytest.mark.parametrize(
    ("words", "both", "chinese"),
    [
        ("Zhengzhou", "Zhengzhou 郑州市", "郑州市"),
        ("Xi'an", "Xi'an 西安市", "西安市"),
        ("Jilin", "Jilin 吉林", "吉林"),  # the province and its city
        ("without Tibet and Xinjiang\n3 %", "without Tibet 西藏 and Xinjiang 新疆\n3 %", "without 西藏 and 新疆\n3 %"),
        ("Suzhou", "Suzhou", "Suzhou"),  # two cities
        ("Suzhou, Jiangsu", "Suzhou 苏州市, Jiangsu 江苏", "苏州市, 江苏"),
        ("Suzhou, Anhui", "Suzhou 宿州市, Anhui 安徽", "宿州市, 安徽"),
        ("Fuyang", "Fuyang", "Fuyang"),  # a prefecture, and a county-level city elsewhere
        ("Chaoyang District", "Chaoyang District", "Chaoyang District"),  # two districts, neither in Chaoyang
        ("Chaoyang District, Beijing", "Chaoyang District 朝阳区, Beijing 北京", "朝阳区, 北京"),
        ("Zhengzhou 郑州市", "Zhengzhou 郑州市", "Zhengzhou 郑州市"),
        ("Wuhanese $Wuhan$", "Wuhanese $Wuhan$", "Wuhanese $Wuhan$"),
        ("", "", ""),
    ],
)
def test_words_name_places_as_asked(words: str, both: str, chinese: str) -> None:
    for which, expected in (("both", both), ("chinese", chinese), ("english", words)):
        use_names(which)  # type: ignore[arg-type]
        assert translated(words) == expected
        assert translated(translated(words)) == expected


def test_every_name_that_is_shown_is_right_and_has_its_glyphs() -> None:
    """Each place of the tables under its English name: its own Chinese name (a city may lack the last character)."""
    held = [set(FT2Font(str(path)).get_charmap()) for path in FONTS.glob("*.ttf")]
    assert len(held) == 2
    use_names("chinese")
    changed = 0
    for table, column in SOURCES:
        frame = tables.load(table)
        for english, chinese, province in frame[[column, f"{column}_zh", "province"]].dropna().drop_duplicates().values:
            alone, placed = translated(english), translated(f"{english}, {province}")
            assert alone in (english, chinese, chinese.removesuffix("市"))
            assert placed.split(",")[0] in (english, chinese, chinese.removesuffix("市"))
            changed += alone != english
            assert all(ord(letter) in glyphs for glyphs in held for letter in placed)
    assert changed > 3000


def test_a_switch_that_does_not_exist_changes_nothing() -> None:
    use_names("both")
    with pytest.raises(ValueError, match="set it to english, chinese or both"):
        use_names("french")  # type: ignore[arg-type]
    assert os.environ[NAMES] == "both"


@styled
def drawn() -> Any:
    figure, (axes, other) = new_figure(2)
    axes.set_yticks([0, 1], ["Beijing", "Suzhou"])
    axes.plot([0, 1], label="Tibet")
    axes.legend()
    axes.set_title("Without Xinjiang")
    axes.annotate("Zhengzhou", (0, 0))
    other.plot([0, 1])
    return figure


def words_of(figure: Any) -> set[str]:
    return {one.get_text() for one in figure.findobj(mpl.text.Text)}


def test_figures_name_places_on_ticks_in_legends_and_in_words(recwarn: pytest.WarningsRecorder) -> None:
    places = {"Beijing", "Suzhou", "Tibet", "Without Xinjiang", "Zhengzhou"}
    figure = drawn()
    before = png_bytes(figure)
    assert places <= words_of(figure)
    use_names("both")
    figure = drawn()
    for _ in range(2):
        assert png_bytes(figure) != before
        shown = words_of(figure)
        assert {"Beijing 北京", "Suzhou", "Tibet 西藏", "Without Xinjiang 新疆", "Zhengzhou 郑州市"} <= shown
    assert {"0.0", "1.0"} <= shown, "numbers on ticks stay"
    assert [str(one.message) for one in recwarn if "missing" in str(one.message)] == []


def test_tables_name_places_and_keep_their_heads() -> None:
    frame = pd.DataFrame({"Tibet": [1.5], "city": ["Xi'an & <b>"]}, index=pd.Index(["Zhengzhou"], name="place"))
    plain = text_table(frame).html
    use_names("both")
    html = text_table(frame).html
    assert "<th>Zhengzhou 郑州市</th>" in html
    assert "<th>Tibet 西藏</th>" in html
    assert "Xi'an 西安市 &amp; &lt;b&gt;" in html
    assert html.count("<th") == plain.count("<th") > 0
    assert translated_html("<style>Tibet</style><a title='Tibet'>3 &lt; 4</a>").count("西藏") == 0


PROGRAM = """
import pandas as pd
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
from symbiosis.lesson import Lesson
{switch}
frame = pd.DataFrame({{"n": [1]}}, index=["Zhengzhou"])
for shown in (frame, frame.style):
    print("\\u90d1\\u5dde" in shell.display_formatter.format(shown)[0]["text/html"], "zhengzhou")
"""


@pytest.mark.parametrize("switch", ["from symbiosis.charts.style import use_names; use_names('both')", "Lesson()"])
def test_a_notebook_shows_its_frames_with_both_names(switch: str) -> None:
    settings = {**os.environ, NAMES: "both" if "Lesson()" in switch else ""}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(switch=switch)], capture_output=True, text=True, env=settings, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == ["True zhengzhou"] * 2


def test_a_panel_shows_its_places_by_both_names_after_the_switch() -> None:
    class Ground(LivePicture):
        def __init__(self) -> None:
            (self.one,) = self.new_axes(1)
            self.one.set_title("Without Xinjiang")
            self.name = self.words(self.one)

        def update(self, result: str) -> str:
            self.name.set_text(result)
            return ""

    def panel() -> Panel[str]:
        chosen = Choice("place", "Place", {"Tibet": "Tibet", "Hebei": "Hebei"}, "Tibet")
        return Panel(
            controls=[chosen], compute=lambda settings: str(settings["place"]), picture=Ground(),
            readout=lambda shown: Readout([("place", shown)], "Words."),
        )  # fmt: skip

    plain = panel()
    plain.render()
    assert {"Tibet", "Without Xinjiang"} <= words_of(plain._picture.figure)
    use_names("both")
    shown = panel()
    for place, name in (("Tibet", "Tibet 西藏"), ("Hebei", "Hebei 河北")):
        shown.render({"place": place})
        assert {name, "Without Xinjiang 新疆"} <= words_of(shown._picture.figure)
