"""The checks of the notebooks can fail: deliberately wrong notebooks do not pass them."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from conventions import RULES, code_cells, tagged
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output
from tools.comparing import SANITIZE, mismatches
from tools.lecture import COLLAPSED
from tools.notebooks import ROOT, WIDGET_VIEW, execute, paths, tidy

from symbiosis.lesson.verdict import VERDICT_MIME, digest


def strict_nbval(folder: Path, *files: Path) -> dict[str, bool]:
    """Run strict nbval on notebooks; per file, whether every cell passed."""
    report = folder / "report.xml"
    subprocess.run(
        [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", folder,
            "-c", os.devnull, "--nbval", "--nbval-sanitize-with", SANITIZE, f"--junitxml={report}", *files,
        ],
        cwd=folder, check=False, capture_output=True, timeout=300,
    )  # fmt: skip
    passed: dict[str, bool] = {}
    for case in ET.parse(report).iter("testcase"):
        name = str(case.get("classname")).removesuffix(".ipynb")
        fine = not any(child.tag in {"failure", "error", "skipped"} for child in case)
        passed[name] = passed.get(name, True) and fine
    return passed


def _small() -> NotebookNode:
    notebook = new_notebook(
        cells=[
            new_code_cell("import random\nx = 41 + 1\nprint('answer', x)\nx"),
            new_code_cell("object()"),
            new_code_cell("noise = 0.12345"),
            new_code_cell("round(noise, 5)"),
        ]
    )
    return notebook


def _wrong_text(notebook: NotebookNode) -> None:
    notebook.cells[0].outputs[0]["text"] = "answer 43\n"


def _wrong_result(notebook: NotebookNode) -> None:
    notebook.cells[0].outputs[1]["data"]["text/plain"] = "43"


def _last_digit(notebook: NotebookNode) -> None:
    notebook.cells[3].outputs[0]["data"]["text/plain"] = "0.12346"


def _random(notebook: NotebookNode) -> None:
    notebook.cells[2].source = "noise = random.random()"


def _raising(notebook: NotebookNode) -> None:
    notebook.cells[2].source = "noise = 1 / 0"


def _missing_output(notebook: NotebookNode) -> None:
    notebook.cells[3].outputs = []


def _additional_output(notebook: NotebookNode) -> None:
    notebook.cells[2].outputs = [new_output("stream", name="stdout", text="more\n")]


def _warning(notebook: NotebookNode) -> None:
    notebook.cells[2].source = "import sys\nprint('careful', file=sys.stderr)\nnoise = 0.12345"


BROKEN: list[Callable[[NotebookNode], None]] = [
    _wrong_text, _wrong_result, _last_digit, _random, _raising, _missing_output, _additional_output, _warning,
]  # fmt: skip


def test_strict_nbval_refuses_what_is_wrong_and_only_that(tmp_path: Path) -> None:
    good = tidy(execute(_small(), tmp_path))
    nbformat.write(good, tmp_path / "good.ipynb")
    for breaks in BROKEN:
        bad = copy.deepcopy(good)
        breaks(bad)
        nbformat.write(bad, tmp_path / f"{breaks.__name__.strip('_')}.ipynb")
    passed = strict_nbval(tmp_path, *sorted(tmp_path.glob("*.ipynb")))
    assert len(passed) == 1 + len(BROKEN), passed
    assert [name for name, fine in passed.items() if fine] == ["good"], passed


def test_outputs_that_came_from_elsewhere_meet_the_same_rule(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """What conventions and browser compare in their own executions: every fault above, and no other, is told."""
    good = tidy(execute(_small(), tmp_path))
    told = {}
    for breaks in (_small, *BROKEN):
        stored = copy.deepcopy(good)
        if breaks is not _small:
            breaks(stored)
        ran = good
        if [cell.source for cell in stored.cells] != [cell.source for cell in good.cells]:
            ran = copy.deepcopy(stored)
            client = NotebookClient(ran, kernel_name="python3", allow_errors=True)
            client.execute()
        path = tmp_path / f"{breaks.__name__.strip('_')}.ipynb"
        nbformat.write(stored, path)
        told[path.stem] = mismatches(path, [cell.outputs for cell in ran.cells], request.session)
    assert [name for name, wrong in told.items() if not wrong] == ["small"], told
    assert "Cell 3" in told["last_digit"][0]
    assert "0.12346" in told["last_digit"][0]
    assert "ZeroDivisionError" in "".join(told["raising"])


def test_a_cell_that_is_missing_or_asks_to_be_passed_over_is_an_error(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path = tmp_path / "small.ipynb"
    nbformat.write(_small(), path)
    with pytest.raises(ValueError, match="has 4 code cells, 3 were run"):
        mismatches(path, [[]] * 3, request.session)
    skipped = _small()
    skipped.cells[1].metadata["tags"] = ["nbval-skip"]
    nbformat.write(skipped, path)
    with pytest.raises(ValueError, match="cell 1 asks not to be compared"):
        mismatches(path, [[]] * 4, request.session)


# the rules ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lesson() -> NotebookNode:
    return nbformat.read(next(p for p in paths() if p.stem.startswith("01_")), as_version=4)


def _cell(notebook: NotebookNode, tag: str, nth: int = 0) -> NotebookNode:
    return tagged(notebook, tag)[nth][1]


def _output(notebook: NotebookNode, kind: str) -> NotebookNode:
    return next(o for _, c in code_cells(notebook) for o in c.outputs if kind in o.get("data", {}))


def _verdict(notebook: NotebookNode) -> dict[str, object]:
    record: dict[str, object] = _output(notebook, VERDICT_MIME).data[VERDICT_MIME]
    return record


def _redigest(record: dict[str, object], **changes: object) -> None:
    record.update(changes)
    record["digest"] = digest(record)


def _other_data(notebook: NotebookNode) -> dict[str, object]:
    data: dict[str, dict[str, object]] = copy.deepcopy(_verdict(notebook)["data"])  # type: ignore[assignment]
    data["countries"]["mark"] = "0" * 64
    return dict(data)


def _finding(notebook: NotebookNode) -> NotebookNode:
    return next(c for _, c in code_cells(notebook) if "lesson.finding(" in c.source)


def _late_finding(notebook: NotebookNode) -> None:
    notebook.cells.append(copy.deepcopy(_finding(notebook)))


def _headings(old: str, new: str) -> Callable[[NotebookNode], None]:
    def change(notebook: NotebookNode) -> None:
        for cell in notebook.cells:
            if cell.cell_type == "markdown" and cell.source.startswith("#"):
                cell.source = cell.source.replace(old, new, 1)

    return change


def _open_deeper(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata.pop(COLLAPSED, None)


def _source(code: str) -> Callable[[NotebookNode], None]:
    """Put a cell of evidence with this code behind the setup."""

    def change(notebook: NotebookNode) -> None:
        cell = new_code_cell(code, metadata={"tags": ["evidence"]})
        notebook.cells.insert(3, cell)

    return change


def _repeat(notebook: NotebookNode, times: int) -> None:
    """Put a cell in many times, behind the prediction."""
    at = next(i for i, cell in enumerate(notebook.cells) if "predict" in cell.metadata.get("tags", [])) + 1
    notebook.cells[at:at] = [new_code_cell("x = 1", metadata={"tags": ["evidence"]}) for _ in range(times)]


def _result(plain: str) -> Callable[[NotebookNode], None]:
    return _add("execute_result", data={"text/plain": plain}, execution_count=1)


def _picture(notebook: NotebookNode) -> NotebookNode:
    return _output(notebook, "image/png")


def _add(*given: object, **more: object) -> Callable[[NotebookNode], None]:
    def change(notebook: NotebookNode) -> None:
        _cell(notebook, "setup").outputs.append(new_output(*given, **more))

    return change


def _strip(notebook: NotebookNode) -> None:
    for _, cell in code_cells(notebook):
        cell.outputs, cell.execution_count = [], None


def _no_source_line(notebook: NotebookNode) -> None:
    for _, cell in code_cells(notebook):
        for output in cell.outputs:
            for kind, words in output.get("data", {}).items():
                if kind.startswith("text/"):
                    output.data[kind] = words.replace("Source", "From")


def _say(words: str) -> Callable[[NotebookNode], None]:
    def change(notebook: NotebookNode) -> None:
        _cell(notebook, "evidence").outputs.append(new_output("stream", text=words))

    return change


def _prose(words: str) -> Callable[[NotebookNode], None]:
    def change(notebook: NotebookNode) -> None:
        next(c for c in notebook.cells[2:] if c.cell_type == "markdown").source += words

    return change


def _drop(tag: str) -> Callable[[NotebookNode], None]:
    def change(notebook: NotebookNode) -> None:
        notebook.cells = [c for c in notebook.cells if tag not in c.metadata.get("tags", [])]

    return change


def _unlink(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.source = cell.source.replace("(../docs/glossary.md#", "(../docs/other.md#")


def _no_take_away(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.source = cell.source.replace("**Take away", "**Keep").replace("**To take away", "**Keep")


HANDOUT = "what a handout is made from"
READER, FOLD = "results for a reader", "cells that only say or draw are folded"
FITS, DEPTH = "a lecture that fits", "what goes deeper is collapsed and announced"
FINDINGS = "findings before the verdict"
PICTURES, VERDICT = "pictures have alt text and a source", "a verdict that is not stale"
CHANGES: dict[str, tuple[str, Callable[[NotebookNode], object]]] = {
    "stripped": ("outputs are kept", _strip),
    "never executed": ("executed in order", _strip),
    "executed twice": ("executed in order", lambda n: _cell(n, "setup").update(execution_count=99)),
    "an error": ("no errors and no warnings", _add("error", ename="E", evalue="", traceback=[])),
    "a warning": ("no errors and no warnings", _add("stream", name="stderr", text="w")),
    "another kernel": ("clean metadata", lambda n: n.metadata.kernelspec.update(name="ir")),
    "widget state": ("clean metadata", lambda n: n.metadata.update(widgets={})),
    "widget view": ("clean metadata", lambda n: _picture(n).data.update({WIDGET_VIEW: {}})),
    "unknown tag": ("known tags", lambda n: _cell(n, "setup").metadata.update(tags=["stup"])),
    "no tag": ("known tags", lambda n: _cell(n, "setup").metadata.update(tags=[])),
    "skipped by nbval": ("known tags", lambda n: _cell(n, "setup").metadata.tags.append("nbval-skip")),
    "no claim card": ("the parts of the template", _drop("claim-card")),
    "no panel": ("the parts of the template", _drop("panel")),
    "no sources": ("the parts of the template", _drop("sources")),
    "no prediction": ("predict before evidence", _drop("predict")),
    "no alt text": (PICTURES, lambda n: _picture(n).metadata.clear()),
    "short alt text": (PICTURES, lambda n: _picture(n).metadata["image/png"].update(alt="A picture.")),
    "no source line": (PICTURES, _no_source_line),
    "a vector picture": (PICTURES, lambda n: _picture(n).data.update({"image/svg+xml": "<svg/>"})),
    "a verdict by hand": (VERDICT, lambda n: _verdict(n).update(verdict="holds, of course")),
    "a verdict on other data": (VERDICT, lambda n: _redigest(_verdict(n), data=_other_data(n))),
    "a verdict on no data": (VERDICT, lambda n: _redigest(_verdict(n), data={})),
    "another claim's verdict": (VERDICT, lambda n: _redigest(_verdict(n), claim="emptying")),
    "no verdict": (VERDICT, _drop("verdict")),
    "no solution": ("exercises in order", _drop("solution")),
    "an open solution": ("exercises in order", lambda n: _cell(n, "solution").metadata.pop("jupyter")),
    "an answered exercise": ("exercises in order", lambda n: _cell(n, "exercise").update(source="answer_1 = 3")),
    "a long cell": ("short cells", lambda n: _cell(n, "setup").update(source="x = 1\n" * 15)),
    "long cells": ("short cells", lambda n: [c.update(source="x = 1\n" * 9) for _, c in code_cells(n)]),
    "a long line": ("lines that fit", lambda n: _cell(n, "setup").update(source="x = '" + "y" * 110 + "'")),
    "a large output": ("sizes", _say("x" * 300_001)),
    "a large notebook": ("sizes", lambda n: [_say("x" * 250_000)(n) for _ in range(9)]),
    "a path": ("nothing private in outputs", _say("see /home/someone/data.csv")),
    "another path": ("nothing private in outputs", _say(str(ROOT))),
    "a Windows path": ("nothing private in outputs", _say(r"C:\Users\someone")),
    "too many digits": ("rounded numbers", _say("R squared is 0.123456789")),
    "too many digits of a large number": ("rounded numbers", _say("1,234.123456")),
    "a number under a heading": ("no computed number in prose", _headings("\n\n", "\n\nIn 64 % of cases. ")),
    "a number in prose": ("no computed number in prose", _prose("\n\nIt explains 64 % of it.")),
    "a decimal in prose": ("no computed number in prose", _prose("\n\nThe share is 0.64.")),
    "a large number in prose": ("no computed number in prose", _prose("\n\nSome 12,500 people.")),
    "a text shown as code": (READER, _add("display_data", data={"text/markdown": "First.\n\n    Then code."})),
    "a tuple": (READER, _result("(0.0, 200.0)")),
    "a bare object": (READER, _result("Verdict(claim=Claim(key='x'))")),
    "an axes": (READER, _result("<Axes: xlabel='x'>")),
    "a hidden setup": (FOLD, lambda n: _cell(n, "setup").metadata.update(jupyter={"source_hidden": True})),
    "an open drawing": (FOLD, lambda n: _cell(n, "draw").metadata.pop("jupyter")),
    "a saying without its tag": (FOLD, _source("lesson.say('It is so.')")),
    "a card of its own": ("one face", _source("from symbiosis.lesson.cards import claim_card")),
    "a long setup": ("a setup of three lines", lambda n: _cell(n, "setup").update(source="x = 1\n" * 4)),
    "a text in pieces": ("sentences in one piece", _source("x = ('One half, '\n     'and the other.')")),
    "too many cells": (FITS, lambda n: _repeat(n, 40)),
    "too many words": (FITS, _prose(" and so on" * 500)),
    "two panels": (FITS, lambda n: n.cells.insert(6, copy.deepcopy(_cell(n, "panel")))),
    "another clock": ("minutes in the headings", _headings(" min", "0 min")),
    "an open depth": (DEPTH, _open_deeper),
    "no notes": (DEPTH, _drop("notes")),
    "an answer far away": ("a prediction answered soon", lambda n: _repeat(n, 12)),
    "no answer": ("a prediction answered soon", _drop("evidence")),
    "a term without its link": ("terms linked to the glossary", _unlink),
    "notes without aims": (HANDOUT, lambda n: _cell(n, "notes").update(source="## Deeper: notes")),
    "nothing to take away": (HANDOUT, _no_take_away),
    "a finding after the verdict": (FINDINGS, _late_finding),
    "a finding without its tag": (FINDINGS, lambda n: _finding(n).metadata.update(tags=["evidence"])),
    "a finding that prints": (FINDINGS, lambda n: _finding(n).update(outputs=[new_output("stream", text="x")])),
}  # fmt: skip


def test_every_rule_is_put_to_the_test() -> None:
    assert {name for name, _ in CHANGES.values()} == set(RULES)


@pytest.mark.parametrize("what", CHANGES)
def test_a_broken_notebook_breaks_its_rule(what: str, lesson: NotebookNode) -> None:
    name, change = CHANGES[what]
    before = RULES[name](lesson, "01_the_only_way")
    broken = copy.deepcopy(lesson)
    change(broken)
    assert set(RULES[name](broken, "01_the_only_way")) - set(before)


@pytest.mark.parametrize(
    "words", ["In 1978 it began.", "Fay and Opal 2000; Dul (2016).", "See `column_2`.", "$x^2 = 0.64$", "Exercise 2"]
)
def test_years_citations_code_and_mathematics_are_no_computed_numbers(words: str, lesson: NotebookNode) -> None:
    fine = copy.deepcopy(lesson)
    before = RULES["no computed number in prose"](fine, "01_the_only_way")
    _prose(f"\n\n{words}")(fine)
    assert RULES["no computed number in prose"](fine, "01_the_only_way") == before


@pytest.mark.parametrize("words", ["0.64", "12,345.67", "0.00012345", "v1.2.3456789x"])
def test_rounded_numbers_pass(words: str, lesson: NotebookNode) -> None:
    fine = copy.deepcopy(lesson)
    _say(words)(fine)
    assert RULES["rounded numbers"](fine, "01_the_only_way") == RULES["rounded numbers"](lesson, "01_the_only_way")
