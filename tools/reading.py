"""What a notebook holds for those who make something else of it: its title, its notes, its question, its exercises."""

from __future__ import annotations

import re

from nbformat import NotebookNode

from tools.lecture import tags

PAINTLESS = """\
import symbiosis.lesson.lesson as _face

_face.png_bytes = lambda figure: b"not painted"
"""
"""Code before that of a notebook: pictures are made and not painted, which halves the time."""
_NOTE = re.compile(r"^\*\*(?P<label>[^*]+?)\.?\*\*\.?\s*(?P<words>.*?)(?=^\*\*|\Z)", re.M | re.S)


def title_of(notebook: NotebookNode) -> str:
    """The title with its number, as in "5 · Big cities"."""
    return str(notebook.cells[0].source.partition("\n")[0].removeprefix("# "))


def notes_of(notebook: NotebookNode) -> dict[str, str]:
    """The notes for the lecturer by their bold labels; {} where the notebook has none."""
    text = "\n\n".join(cell.source for cell in notebook.cells if "notes" in tags(cell))
    text = re.sub(r"^## .*$", "", text, flags=re.M)
    return {found["label"].strip(): " ".join(found["words"].split()) for found in _NOTE.finditer(text)}


def question_and_answer(notebook: NotebookNode) -> tuple[str, str]:
    """The question to predict, and the answer that the notebook stores, in words; "" for what it lacks."""
    asked = next((cell for cell in notebook.cells if "predict" in tags(cell)), None)
    question = next((str(o.data["text/plain"]) for o in (asked or {}).get("outputs", []) if "data" in o), "")
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            found = re.match(r"The answer is (.*?)\. You ", str(output.get("data", {}).get("text/plain", "")))
            if found:
                return question, found.group(1)
    return question, ""


def exercise_in(cell: NotebookNode) -> str:
    """The words of the exercise that a cell sets; "" for any other cell."""
    sets_one = cell.cell_type == "markdown" and "**Exercise" in cell.source
    return str(cell.source[cell.source.index("**Exercise") :]) if sets_one else ""


def html_of(markdown: str) -> str:
    """Markdown as HTML, links as their words; formulae stay as they are."""
    from nbconvert.filters import markdown2html

    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    return re.sub(r'<a class="anchor-link".*?</a>', "", str(markdown2html(plain)))
