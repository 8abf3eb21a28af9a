"""Every exercise accepts its own solution, knows when nothing was answered, and refuses a wrong answer."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from conventions import code_cells, tags, text_of
from tools.notebooks import execute, paths
from tools.reading import PAINTLESS

WRONG = """\
_right = solution_{n}
answer_{n} = {{bool: lambda: not _right, str: lambda: "no such name", dict: dict, list: list, tuple: tuple}}.get(
    type(_right), lambda: _right * 3 + 1e6)()
"""


@pytest.mark.parametrize("path", paths(), ids=lambda p: p.stem)
def test_solutions_are_right_and_wrong_answers_are_not(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for _, cell in code_cells(notebook)]
    ran, asked = [nbformat.v4.new_code_cell(PAINTLESS)], []
    for cell in cells:
        ran.append(cell)
        if "check" not in tags(cell):
            continue
        n = len(asked) + 1
        right, wrong = (nbformat.v4.new_code_cell(cell.source) for _ in range(2))
        ran += [nbformat.v4.new_code_cell(f"answer_{n} = solution_{n}"), right]
        ran += [nbformat.v4.new_code_cell(WRONG.format(n=n)), wrong]
        asked.append((cell, right, wrong))
    notebook.cells = ran
    execute(notebook, path.parent)
    assert len(asked) >= 3
    for n, (empty, right, wrong) in enumerate(asked, start=1):
        said = ["".join(text_of(o) for o in cell.outputs) for cell in (empty, right, wrong)]
        assert "Not answered yet" in said[0], f"exercise {n}"
        assert "Right: " in said[1], f"exercise {n}: its own solution gets {said[1]!r}"
        assert "Right: " not in said[2], f"exercise {n} accepts a wrong answer"
        assert "Not yet" in said[2], f"exercise {n}"
