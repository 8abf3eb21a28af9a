"""The students' edition gives nothing away, the guide says what a lecturer needs, the phones' page is open to all."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page
from tools.editions.classroom.guide import guide_of, markdown
from tools.editions.classroom.guide import page as guide_page
from tools.editions.classroom.keys import CACHE, code_until_last_solution, computed
from tools.editions.classroom.pool import main as ask_room
from tools.editions.classroom.pool import pool_of
from tools.editions.classroom.student import defined, for_students, make, used, without_key
from tools.lecture import tags
from tools.notebooks import paths

from symbiosis.lesson.ledger import code_digest
from symbiosis.lesson.phones import phones
from symbiosis.lesson.pool import Pool

EVERY = pytest.mark.parametrize("path", paths(), ids=lambda p: p.stem)


@pytest.mark.parametrize(
    ("check", "solution", "expected"),
    [
        ("lesson.check(answer_1, solution_1, tolerance=0.1, unit=' %', hint='look')", "solution_1 = 1",
         "lesson.check(answer_1, None, unit=' %', hint='look')"),
        ("right = 'yes'\nlesson.check(answer_1, lambda n: n in few, right=right, hint='h')",
         "few = {1}\nsolution_1 = 1", "lesson.check(answer_1, None, hint='h')"),
        ("lesson.check(answer_1, lambda n: n > 3, right='yes')", "solution_1 = 4",
         "lesson.check(answer_1, lambda n: n > 3, right='yes')"),
        ("def fits(n):\n    return n in few\nlesson.check(answer_1, fits, hint='h')", "few = {1}\nsolution_1 = 1",
         "lesson.check(answer_1, None, hint='h')"),
        ("lesson.check(answer_1, 4.2, tolerance=1)", "solution_1 = 4.2", "lesson.check(answer_1, None)"),
    ],
)  # fmt: skip
def test_a_check_without_its_key(check: str, solution: str, expected: str) -> None:
    assert without_key(check, solution) == expected


def test_a_check_that_tells_in_its_hint_is_refused() -> None:
    with pytest.raises(ValueError, match="needs the solution"):
        without_key("lesson.check(answer_1, solution_1, hint=f'it is {solution_1}')", "solution_1 = 1")


@EVERY
def test_students_get_all_but_the_answers(path: Path) -> None:
    whole = nbformat.read(path, as_version=4)
    secret = [cell.source for cell in whole.cells if "solution" in tags(cell)]
    hidden = set().union(*map(defined, secret))
    edition = for_students(nbformat.read(path, as_version=4))
    nbformat.validate(edition)
    assert code_digest(edition.cells) == code_digest(whole.cells), "its verdict would be stale"
    text = nbformat.writes(edition)
    assert "solution_" not in text
    assert "for the lecturer" not in text
    assert "../docs" not in text
    assert sum("check" in tags(cell) for cell in edition.cells) == len(secret)
    known: set[str] = set()
    for cell in edition.cells:
        if cell.cell_type != "code":
            continue
        lost = (used(ast.parse(cell.source)) & hidden) - known - defined(cell.source)
        assert not lost, f"{sorted(lost)} stood in a solution only: {cell.source[:60]!r}"
        known |= defined(cell.source)


def test_the_edition_is_a_folder_of_its_own(tmp_path: Path) -> None:
    made = make(tmp_path / "student")
    assert len(made) == len(paths())
    assert {"README.md", "glossary.md"} < {path.name for path in (tmp_path / "student").iterdir()}


@EVERY
def test_a_guide_says_what_is_needed(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    guide = guide_of(notebook, path.stem, {f"solution_{n}": "42" for n in (1, 2, 3)})
    assert guide.question
    assert guide.answer
    assert [one.value.split()[0] for one in guide.exercises] == ["42"] * 3
    text = markdown(guide)
    for heading in ("## Minutes", "## To predict", "## Exercises with their solutions"):
        assert heading in text
    if guide.notes:
        assert {"Aims", "Two questions to ask", "Common mistakes", "Answers"} <= set(guide.notes)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', guide_page(text, guide.title))


def test_solutions_are_computed_once(tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell("import symbiosis.lesson.lesson\nx = 1 / 4"),
            nbformat.v4.new_code_cell("solution_1 = x", metadata={"tags": ["solution"]}),
            nbformat.v4.new_code_cell("raise SystemError", metadata={"tags": ["check"]}),
            nbformat.v4.new_code_cell("raise SystemError"),
        ]
    )
    path = tmp_path / "99_small.ipynb"
    nbformat.write(notebook, path)
    assert len(code_until_last_solution(notebook)) == 2
    assert computed(path, tmp_path) == {"solution_1": "0.25"}
    kept = tmp_path / "99_small.json"
    kept.write_text(kept.read_text().replace("0.25", "kept"))
    assert computed(path, tmp_path) == {"solution_1": "kept"}
    assert CACHE.parent.name == "cache"


def test_a_guide_is_open_to_everybody(page: Page, axe: Callable[[Page], list[str]], screenshots: Path) -> None:
    path = paths()[5]
    text = markdown(guide_of(nbformat.read(path, as_version=4), path.stem, {"solution_1": "<b>1</b>"}))
    assert "<b>1</b>" in text
    for dark in (False, True):
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.set_content(guide_page(text, "Guide"))
        assert axe(page) == []
        page.screenshot(path=screenshots / f"guide-{'dark' if dark else 'light'}.png", full_page=True)


@EVERY
def test_a_room_can_be_asked_what_a_notebook_predicts(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    call = next(cell.source for cell in notebook.cells if "predict" in tags(cell))
    if "high=len(" in call:
        with pytest.raises(ValueError, match="--high"):
            pool_of(notebook)
    pool = pool_of(notebook, high=13 if "high=len(" in call else None)
    assert pool.question
    assert pool.low < pool.high


def test_a_file_of_answers_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tools.editions.classroom.pool.TARGET", tmp_path)
    monkeypatch.setattr("tools.editions.classroom.pool.ROOT", tmp_path)
    answers = tmp_path / "answers.txt"
    answers.write_text("40 x 3\n50\n")
    assert ask_room(["05", "--answers", str(answers)]) == 0
    assert (tmp_path / "05_vote1.txt").read_text() == "40\n40\n40\n50\n"
    assert ask_room(["05", "--answers", str(answers), "--vote", "2"]) == 0
    assert "Second vote: 4 guesses" in capsys.readouterr().out
    answers.write_text("<script>")
    assert ask_room(["05", "--answers", str(answers)]) == 1
    assert "is no answer" in capsys.readouterr().err


def test_a_phone_in_a_real_browser(page: Page, axe: Callable[[Page], list[str]], screenshots: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 700})
    with phones(Pool("How many <i>in a hundred</i>?", low=0, high=100)) as served:
        for dark in (False, True):
            page.emulate_media(color_scheme="dark" if dark else "light")
            page.goto(served.url)
            assert axe(page) == []
        page.get_by_label("Your guess").fill("<script>")
        page.keyboard.press("Enter")
        page.get_by_role("status").get_by_text("is no number").wait_for()
        page.get_by_label("Your guess").fill("42,5")
        page.get_by_role("button").click()
        page.get_by_role("status").get_by_text("Your guess is in").wait_for()
        page.screenshot(path=screenshots / "phone.png")
        assert served.answers == [42.5]
