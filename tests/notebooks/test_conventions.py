"""Every notebook keeps every rule, and there are notebooks to keep them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import nbformat
import pytest
from conventions import RULES, judged
from nbformat import NotebookNode
from tools.notebooks import NOTEBOOKS, paths

from symbiosis.lesson.claims import claims

FOUND = paths()


def test_there_are_notebooks_and_each_has_its_place() -> None:
    assert len(FOUND) >= 3
    assert len({p.stem[:2] for p in FOUND}) == len(FOUND), "a number is used twice"
    assert FOUND[0].stem == "00_the_argument"
    numbered = {c.notebook[:2] for c in claims()}
    misnamed = [p.name for p in FOUND if p.stem[:2] in numbered and judged(p.stem) is None]
    assert misnamed == [], "the file is not named as its claim says"


def test_nothing_else_lies_among_the_notebooks() -> None:
    passing = {".ipynb_checkpoints", "__pycache__", "ruff.toml"}
    others = [p.name for p in NOTEBOOKS.iterdir() if p not in FOUND and p.name not in passing]
    assert others == []


def test_notebooks_are_valid() -> None:
    for path in FOUND:
        nbformat.validate(nbformat.read(path, as_version=4))
        raw = path.read_text(encoding="utf-8")
        assert raw.endswith("}\n"), path.name
        assert "\r" not in raw, path.name


@cache
def notebook(path: Path) -> NotebookNode:
    """A notebook, read once for all rules; they change nothing in it."""
    return nbformat.read(path, as_version=4)


@pytest.mark.parametrize("path", FOUND, ids=lambda p: p.stem)
@pytest.mark.parametrize("name", RULES)
def test_rule(path: Path, name: str) -> None:
    problems = RULES[name](notebook(path), path.stem)
    assert not problems, f"{path.name}:\n  " + "\n  ".join(problems)
