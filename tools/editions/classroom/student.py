"""The notebooks without solutions and without the lecturer's notes: python start.py student

build/student holds the notebooks, the glossary that they link to, and a page on what the checks can say. A check keeps
its cell; where it needs the solution it says that this edition has no key, and gives its hint.
"""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tools.course.terms import PAGE as GLOSSARY
from tools.lecture import DEEPER, heading_of, tags
from tools.notebooks import NOTEBOOKS, ROOT, paths

TARGET = ROOT / "build" / "student"
FOR_THE_LECTURER = f"{DEEPER} for the lecturer"
ABOUT = """# The students' edition

These notebooks are those of the collection without the solutions of the exercises and without the lecturer's notes;
all else is the same, and every picture is stored in them. They need the library `symbiosis` in the Python that opens
them.

Put your answer in place of `None` in the cell under an exercise, run it, and run the check below it.
A check that needs the solution cannot say whether you are right: it repeats your answer, says that it has no key, and
gives its hint. A check that can try your answer out (does this setting do what is asked?) does so.
"""


def defined(source: str) -> set[str]:
    """The names that a cell gives a meaning to."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ImportFrom | ast.Import):
            found |= {(one.asname or one.name).split(".")[0] for one in node.names}
    return found


def used(node: ast.AST) -> set[str]:
    """The names that a piece of code reads."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}


def without_key(check: str, solution: str) -> str:
    """A check that runs without the solution's cell, and gives nothing of it away.

    ValueError where the check cannot be told apart from the solution: no call of lesson.check with two arguments, or
    an answer, a hint or a unit that needs the solution.
    """
    secret = defined(solution)
    kept: list[str] = []
    for statement in ast.parse(check).body:
        call = statement.value if isinstance(statement, ast.Expr) else None
        if not (isinstance(call, ast.Call) and ast.unparse(call.func) == "lesson.check"):
            if used(statement) & secret:
                secret |= defined(ast.unparse(statement))
            else:
                kept.append(ast.unparse(statement))
            continue
        if len(call.args) != 2:
            raise ValueError(f"the check {ast.unparse(call)} does not name an answer and what is expected")
        if _can_try(call.args[1], kept) and not used(call) & secret:
            kept.append(ast.unparse(call))
            continue
        call.args[1] = ast.Constant(None)
        call.keywords = [one for one in call.keywords if one.arg in ("unit", "hint")]
        if used(call) & secret:
            raise ValueError(f"the check {ast.unparse(call)} needs the solution for more than what is expected")
        kept.append(ast.unparse(call))
    # What only said that an answer is right says nothing any more.
    needed = [
        one
        for place, one in enumerate(kept)
        if not defined(one) or any(used(ast.parse(later)) & defined(one) for later in kept[place + 1 :])
    ]
    return "\n".join(needed)


def _can_try(expected: ast.expr, before: list[str]) -> bool:
    """Whether what is expected tries an answer out, rather than holds it."""
    functions = {one.name for text in before for one in ast.walk(ast.parse(text)) if isinstance(one, ast.FunctionDef)}
    return isinstance(expected, ast.Lambda) or (isinstance(expected, ast.Name) and expected.id in functions)


def needed_later(solution: str, cells: list[NotebookNode]) -> str:
    """The imports of a solution that cells after it count on."""
    wanted: set[str] = set()
    for cell in cells:
        if cell.cell_type == "code" and not tags(cell) & {"solution", "check"}:
            wanted |= used(ast.parse(cell.source)) - defined(cell.source)
    imports = [one for one in ast.parse(solution).body if isinstance(one, ast.Import | ast.ImportFrom)]
    return "\n".join(ast.unparse(one) for one in imports if defined(ast.unparse(one)) & wanted)


def for_students(notebook: NotebookNode) -> NotebookNode:
    """The notebook without solutions and notes; the stored outputs stay, for they hold no solution."""
    kept: list[NotebookNode] = []
    solution = ""
    for place, cell in enumerate(notebook.cells):
        if "solution" in tags(cell):
            solution = cell.source
            cell.source = needed_later(solution, notebook.cells[place + 1 :])
            if cell.source:
                kept.append(cell)
            continue
        if "notes" in tags(cell):
            # Its heading may stand in a cell of its own.
            if kept and (heading_of(kept[-1]) or "") == FOR_THE_LECTURER and "\n" not in kept[-1].source.strip():
                kept.pop()
            continue
        if "check" in tags(cell):
            cell.source = without_key(cell.source, solution)
        elif cell.cell_type == "markdown":
            cell.source = re.sub(r"\]\((?:\.\./)+docs/", "](", cell.source)
        kept.append(cell)
    notebook.cells = kept
    return notebook


def make(target: Path = TARGET, folder: Path = NOTEBOOKS) -> list[Path]:
    """Write the edition into target, which is emptied before; its notebooks."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    made = []
    for path in paths(folder=folder):
        notebook = for_students(nbformat.read(path, as_version=4))
        nbformat.write(notebook, target / path.name)
        made.append(target / path.name)
    glossary = (ROOT / GLOSSARY).read_text(encoding="utf-8")
    (target / Path(GLOSSARY).name).write_text(glossary, encoding="utf-8")
    (target / "README.md").write_text(ABOUT, encoding="utf-8")
    return made


def main() -> int:
    """Make the edition and say where it is."""
    made = make()
    size = sum(path.stat().st_size for path in TARGET.iterdir())
    print(f"{TARGET.relative_to(ROOT)}: {len(made)} notebooks without solutions, {size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
