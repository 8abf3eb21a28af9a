"""The glossary: whole, in order, in the right scripts, and complete for what the notebooks write in Chinese."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from symbiosis.lesson import glossary

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
CHINESE = r"[\u4e00-\u9fff]"
PINYIN = r"[A-Za-z\u00e0-\u00fc\u0100-\u01dc' -]+"


def test_terms_are_unique_and_in_order() -> None:
    names = [one.term.casefold() for one in glossary.terms()]
    assert names == sorted(set(names))
    assert 40 <= len(names) <= 90
    characters = [one.characters for one in glossary.terms()]
    assert len(characters) == len(set(characters))


@pytest.mark.parametrize("one", glossary.terms(), ids=lambda one: one.term)
def test_an_entry_is_whole(one: glossary.Term) -> None:
    assert re.fullmatch(rf"{CHINESE}([\uff0d]?{CHINESE})*|\u519c\u6c11\u5de5", one.characters)
    assert re.fullmatch(PINYIN, one.pinyin)
    assert re.search(r"[\u0100-\u01dc\u00e0-\u00fc]", one.pinyin), "pinyin without tones"
    assert re.fullmatch(r"[A-Z0-9].*\.", one.meaning)
    assert len(one.meaning) <= 160
    assert any(path.name.startswith(one.notebook) for path in NOTEBOOKS)


@pytest.mark.parametrize("one", glossary.terms(), ids=lambda one: one.term)
def test_pinyin_has_a_syllable_for_every_character(one: glossary.Term) -> None:
    """Groups of vowels, with or without tones, count the syllables; an apostrophe parts two that touch."""
    vowels = "a\u0101\u00e1\u01ce\u00e0e\u0113\u00e9\u011b\u00e8i\u012b\u00ed\u01d0\u00eco\u014d\u00f3\u01d2\u00f2"
    vowels += "u\u016b\u00fa\u01d4\u00f9\u00fc\u01d6\u01d8\u01da\u01dc"
    groups = re.findall(f"[{vowels}]+", one.pinyin.casefold().replace("'", " "))
    assert len(groups) == len(re.findall(CHINESE, one.characters))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_what_a_notebook_writes_in_chinese_is_in_the_glossary(path: Path) -> None:
    known = {one.characters for one in glossary.terms()}
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    written = {
        word for c in cells if c["cell_type"] == "markdown" for word in re.findall(f"{CHINESE}+", "".join(c["source"]))
    }
    assert written <= known


def test_a_term_is_found_and_says_itself() -> None:
    assert str(glossary.term("Hukou")) == "hukou (\u6237\u53e3, h\u00f9k\u01d2u)"


def test_a_term_that_is_not_there_is_named_with_its_neighbours() -> None:
    with pytest.raises(ValueError, match=r"no term 'hukuo' in the glossary.*near it: hukou"):
        glossary.term("hukuo")
    with pytest.raises(ValueError, match="no term 'xyzzy' in the glossary"):
        glossary.term("xyzzy")
