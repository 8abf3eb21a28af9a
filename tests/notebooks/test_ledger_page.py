"""The page of the ledger follows the notebooks: after another verdict in one of them no sentence of it is false."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import nbformat
import numpy as np
import pytest
from conventions import tags, text_of
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from tools.notebooks import execute, paths

from symbiosis.lesson.ledger import read_ledger
from symbiosis.lesson.rule import Kind, Reading
from symbiosis.lesson.rule import Verdict as HowFar
from symbiosis.lesson.verdict import VERDICT_MIME, Verdict
from symbiosis.lesson.verdict_card import verdict_card
from symbiosis.lesson.worlds import imagined

PAGE = next(path for path in paths() if path.stem.startswith("14"))
MOVED = "emptying"
ELSEWHERE = """\
import pathlib
import symbiosis.lesson.ledger as ledger

ledger.notebook_folder = lambda: pathlib.Path({!r})
"""
WORDS = re.compile(r"\b(leans?|splits?|refuted|not shown|cannot tell)\b", re.IGNORECASE)


def turned(verdict: Verdict) -> Verdict:
    """The verdict as it would be if every part that counts had been found true, without an error."""
    findings = []
    for finding in verdict.findings:
        part = verdict.part_of(finding)
        exact = replace(finding, estimate=replace(finding.estimate, low=float("nan"), high=float("nan")), placebo=None)
        cases = 0.0 if part.kind is Kind.UNIVERSAL else finding.cases
        findings.append(replace(imagined(exact, part, 3.0, np.random.default_rng(0)), cases=cases, curve=()))
    return replace(verdict, findings=tuple(findings))


def store(verdict: Verdict, path: Path) -> None:
    """Write another verdict into the copy of a notebook, sealed as its execution would."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if VERDICT_MIME in output.get("data", {}):
                output["data"] |= {VERDICT_MIME: verdict.as_record(), "text/plain": verdict_card(verdict).text}
    path.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Verdict], NotebookNode]:
    """The ledger after one notebook found something else, and the page executed on it."""
    folder = tmp_path_factory.mktemp("notebooks")
    for path in paths():
        shutil.copy(path, folder)
    ours = next(e.verdict for e in read_ledger() if e.claim.key == MOVED)
    store(turned(ours), folder / f"{ours.claim.notebook}.ipynb")
    page = nbformat.read(PAGE, as_version=4)
    page.cells.insert(0, new_code_cell(ELSEWHERE.format(str(folder))))
    execute(page, folder)
    return [e.verdict for e in read_ledger(folder)], page


def said(page: NotebookNode) -> str:
    """What the page says and shows to those who cannot see, in one line."""
    return re.sub(r"\s+", " ", " ".join(text_of(o) for c in page.cells for o in c.get("outputs", [])))


def test_the_other_ledger_is_another(other: tuple[list[Verdict], NotebookNode]) -> None:
    before = {e.claim.key: e.verdict.judgement.verdict for e in read_ledger()}
    after = {v.claim.key: v.judgement.verdict for v in other[0]}
    assert before[MOVED] is not HowFar.HOLDS
    assert after == {**before, MOVED: HowFar.HOLDS}


def test_every_count_is_that_of_the_other_ledger(other: tuple[list[Verdict], NotebookNode]) -> None:
    verdicts, page = other
    text = said(page)
    found = {v.claim.key: v.judgement.verdict for v in verdicts}
    favour = sum(one in (HowFar.HOLDS, HowFar.LEANS_FOR) for one in found.values())
    assert f"**{favour} of {len(found)}.**" in text
    assert f"It found {favour}." in text
    parts = [one for v in verdicts for one in v.judgement.parts if one.part.counts]
    unknown = sum(one.reading is Reading.CANNOT_TELL for one in parts)
    assert f"{unknown} of {len(parts)} sentences cannot be told" in text
    patterns = [one for one in parts if one.part.kind is Kind.PATTERN]
    told = sum(one.reading is not Reading.CANNOT_TELL for one in patterns)
    assert f"Of {len(patterns)} patterns {told} can be told" in text
    firm = sum(v.stability.stands == v.stability.variants for v in verdicts)
    assert f"{firm} of {len(verdicts)} verdicts stand in every variant" in text


def test_every_list_of_claims_is_that_of_the_other_ledger(other: tuple[list[Verdict], NotebookNode]) -> None:
    verdicts, page = other
    text = said(page)
    for word, verdict in (("split", HowFar.SPLITS), ("not shown", HowFar.NOT_SHOWN)):
        listed = [f"{v.claim.number}. {v.claim.title}" for v in verdicts if v.judgement.verdict is verdict]
        assert f"*{word}* ({len(listed)}: {', '.join(listed) or 'none'})" in text
    moved = next(v for v in verdicts if v.claim.key == MOVED)
    name = f"{moved.claim.number}. {moved.claim.title}"
    assert f"{name}: holds" in text, "the map"
    assert f"{name} (holds)" in text, "beside the studies"


def test_what_does_not_follow_says_nothing_of_results() -> None:
    """Prose that nobody computes uses the words of the rule as terms only, in italics or code."""
    for i, cell in enumerate(nbformat.read(PAGE, as_version=4).cells):
        if cell.cell_type != "markdown" or tags(cell) & {"notes", "sources"}:
            continue
        prose = re.sub(r"`[^`]*`|\*\*.*?\*\*|\*[^*]+\*|(?m:^#.*$)", " ", cell.source)
        if "**Exercise" in cell.source or "**For a term paper" in cell.source:
            continue
        assert not WORDS.search(prose), f"cell {i}: {WORDS.search(prose)}"
