"""Outputs that came from elsewhere, judged against a committed notebook: the rule, and its words, stay nbval's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from nbformat import NotebookNode
from nbval.plugin import IPyNbFile, NbCellError, get_sanitize_patterns

from tools.answers import Answers
from tools.notebooks import ROOT

SANITIZE = ROOT / "tests" / "notebooks" / "sanitize.cfg"


class Replay(Answers):
    """What nbval needs of a kernel, for cells that have run: the k-th cell asked for answers with the k-th outputs."""

    def __init__(self, ran: Sequence[Sequence[NotebookNode]]) -> None:
        super().__init__()
        self._ran = list(ran)
        self._asked = -1

    def execute_cell_input(self, cell_input: str, allow_stdin: bool | None = None) -> str:
        """Take the next cell's outputs; the identity of its answer."""
        self._asked += 1
        msg_id = f"cell {self._asked}"
        said = [{"msg_type": output["output_type"], "content": dict(output)} for output in self._ran[self._asked]]
        self._hear(msg_id, said)
        return msg_id

    def await_reply(self, msg_id: str, timeout: float | None = None) -> None:
        """Nothing to wait for: the cell has run."""

    def is_alive(self) -> bool:
        """Always: there is nothing that could end."""
        return True

    def stop(self) -> None:
        """Nothing to stop."""


def mismatches(path: Path, ran: Sequence[Sequence[NotebookNode]], session: pytest.Session) -> list[str]:
    """Where outputs are not those that a notebook stores, by nbval's strict rule and in its words; [] if nowhere.

    path: the committed notebook; ran: the outputs of its code cells in order; session: of the running test.
    ValueError when the cells are not as many, or when one of them asks to be passed over.
    """
    file = IPyNbFile.from_parent(session, path=path)
    file.compare_outputs = True
    file.sanitize_patterns.update(get_sanitize_patterns(SANITIZE.read_text(encoding="utf-8")))
    cells = list(file.collect())
    if len(cells) != len(ran):
        raise ValueError(f"{path.name} has {len(cells)} code cells, {len(ran)} were run")
    file.kernel = Replay(ran)
    wrong = []
    for cell in cells:
        if cell.options["skip"]:
            raise ValueError(f"{path.name}: cell {cell.cell_num} asks not to be compared")
        try:
            cell.runtest()
        except NbCellError as error:
            wrong.append(f"{path.name}: {cell.repr_failure(SimpleNamespace(value=error))}")
    return wrong
