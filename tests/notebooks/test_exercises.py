"""In a plain kernel every notebook gives what it stores, and its exercises know right from wrong and from nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from conventions import code_cells, tags, text_of
from tools.comparing import mismatches
from tools.lab import find_chromium
from tools.notebooks import execute, paths
from tools.reading import PAINTLESS

WRONG = """\
_right = solution_{n}
answer_{n} = {{bool: lambda: not _right, str: lambda: "no such name", dict: dict, list: list, tuple: tuple}}.get(
    type(_right), lambda: _right * 3 + 1e6)()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the notebooks, in which one after another runs."""
    folder = tmp_path_factory.mktemp("notebooks")
    for path in paths():
        shutil.copy(path, folder)
    return folder


@pytest.mark.parametrize("path", paths()[::-1], ids=lambda p: p.stem)
def test_a_notebook_passes_its_solutions_are_right_and_wrong_answers_are_not(
    path: Path, folder: Path, request: pytest.FixtureRequest
) -> None:
    """One execution, the last notebook first; with the browser's, in the order of their numbers, this is also twice.

    Its exercises are answered behind its own cells, which run as they are. Pictures are painted where no browser
    is there to do it in its turn.
    """
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    notebook = nbformat.read(path, as_version=4)
    own = [cell for _, cell in code_cells(notebook)]
    asked = []
    for n, cell in enumerate([cell for cell in own if "check" in tags(cell)], start=1):
        right, wrong = (nbformat.v4.new_code_cell(cell.source) for _ in range(2))
        notebook.cells += [nbformat.v4.new_code_cell(f"answer_{n} = solution_{n}"), right]
        notebook.cells += [nbformat.v4.new_code_cell(WRONG.format(n=n)), wrong]
        asked.append((cell, right, wrong))
    if find_chromium():
        notebook.cells.insert(0, nbformat.v4.new_code_cell(PAINTLESS))
    execute(notebook, folder)
    differing = mismatches(path, [cell.outputs for cell in own], request.session)
    assert not differing, "\n".join(differing)
    assert len(asked) >= 3
    for n, (empty, right, wrong) in enumerate(asked, start=1):
        said = ["".join(text_of(o) for o in cell.outputs) for cell in (empty, right, wrong)]
        assert "Not answered yet" in said[0], f"exercise {n}"
        assert "Right: " in said[1], f"exercise {n}: its own solution gets {said[1]!r}"
        assert "Right: " not in said[2], f"exercise {n} accepts a wrong answer"
        assert "Not yet" in said[2], f"exercise {n}"
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before, "it left something behind"
