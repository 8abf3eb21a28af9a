"""A page for whoever teaches each notebook: python start.py guide

build/guide holds it as Markdown and as HTML that prints: aims, minutes, the question to predict with its answer, what
to ask, what students get wrong, and the exercises with their solutions and what these come to. All of it is read from
the notebook: its notes, its tags, its stored outputs; the values of the solutions are computed.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import nbformat
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from symbiosis.charts.style import COLOURS, FONTS
from symbiosis.lesson.claims import Claim, claims
from symbiosis.lesson.verdict import VERDICT_MIME
from tools.course.handout import markdown_html
from tools.editions.classroom.keys import computed
from tools.lecture import DEEPER, EXERCISES, Section, heading_of, lecture, tags, tracks
from tools.notebooks import ROOT, paths
from tools.reading import exercise_in, notes_of, question_and_answer, title_of

TARGET = ROOT / "build" / "guide"
STYLE = """
@page { size: A4; margin: 16mm 18mm }
@font-face { font-family: S; src: url(SymbiosisSans-Regular.ttf) }
@font-face { font-family: S; font-weight: bold; src: url(SymbiosisSans-Bold.ttf) }
:root { color-scheme: light dark; --ink: %(ink)s; --paper: %(paper)s; --soft: %(soft)s; --line: %(muted)s;
  --quiet: %(muted_words)s; --edge: %(urban)s }
@media (prefers-color-scheme: dark) { :root { --ink: %(grid)s; --paper: %(ink)s; --soft: #2e3e4c; --quiet: %(faint)s;
  --edge: %(muted)s } img { background: %(paper)s } a { color: inherit } }
@media print { :root { --ink: %(ink)s; --paper: %(paper)s; --soft: %(soft)s; --quiet: %(muted_words)s } }
body { font: 12pt/1.5 S, sans-serif; color: var(--ink); background: var(--paper); max-width: 46em; margin: 1.5em auto;
  padding: 0 1em }
h1 { font-size: 1.7em; line-height: 1.2 } h2 { font-size: 1.2em; margin: 1.4em 0 .3em; break-after: avoid }
h3 { font-size: 1em; margin: 1em 0 .2em; break-after: avoid }
blockquote { margin: 0; padding: .2em 1em; border-left: 5px solid var(--edge); background: var(--soft) }
table { border-collapse: collapse } td, th { padding: .15em .8em .15em 0; text-align: left;
  border-bottom: 1px solid var(--line) } td:nth-child(n+2), th:nth-child(n+2) { text-align: right }
pre { background: var(--soft); padding: .5em .8em; white-space: pre-wrap; font-size: .85em }
pre, tr { break-inside: avoid }
"""


@dataclass(frozen=True)
class Exercise:
    """The words of an exercise, the code of its solution, and what that comes to; several: any that fits will do."""

    words: str
    code: str
    value: str
    several: bool


@dataclass(frozen=True)
class Guide:
    """What stands on an instructor's page; notes: label to words, as the notebook's notes have them."""

    title: str
    claim: Claim | None
    headline: str
    sections: tuple[Section, ...]
    question: str
    answer: str
    break_it: str
    notes: Mapping[str, str]
    exercises: tuple[Exercise, ...]
    deeper: tuple[str, ...]


def exercises_of(notebook: NotebookNode, values: Mapping[str, str]) -> Iterator[Exercise]:
    """Every exercise, in order."""
    words, code = "", ""
    for cell in notebook.cells:
        if exercise_in(cell):
            words = exercise_in(cell)
        elif "solution" in tags(cell):
            code = cell.source
        elif "check" in tags(cell):
            number = re.search(r"answer_(\d+)", cell.source)
            several = not re.search(r"lesson\.check\(\s*answer_\d+,\s*solution_\d+", cell.source)
            value = values.get(f"solution_{number.group(1)}" if number else "", "")
            unit = re.search(r"unit=[\"'] ?([^\"']+)[\"']", cell.source)
            yield Exercise(words, code, f"{value} {unit.group(1)}" if unit and value else value, several)


def guide_of(notebook: NotebookNode, name: str, values: Mapping[str, str]) -> Guide:
    """Read the guide from an executed notebook; values: what its solutions come to."""
    title = title_of(notebook)
    records = [o.data[VERDICT_MIME] for c in notebook.cells for o in c.get("outputs", [])
               if VERDICT_MIME in o.get("data", {})]  # fmt: skip
    question, answer = question_and_answer(notebook)
    break_it = [
        re.sub(r"^## .*$", "", cell.source, flags=re.M).strip()
        for _, cell, track in tracks(notebook)
        if track == "lecture" and cell.cell_type == "markdown" and "break" in (heading_of(cell) or "").casefold()
    ]
    deeper = [heading_of(c) or "" for _, c, _ in tracks(notebook) if (heading_of(c) or "").startswith(DEEPER)]
    return Guide(
        title, next((c for c in claims() if c.notebook == name), None),
        str(records[0]["headline"]) if records else "", lecture(notebook).sections, question, answer,
        "\n\n".join(break_it), notes_of(notebook), tuple(exercises_of(notebook, values)),
        tuple(one.removeprefix(DEEPER).strip() for one in deeper if "for the lecturer" not in one),
    )  # fmt: skip


def minutes_table(sections: Sequence[Section]) -> list[str]:
    """The clock of the lecture: when each section begins, and how long it takes."""
    lines = ["| section | begins at minute | minutes | pictures |", "|---|---|---|---|"]
    start = 0.0
    for section in sections:
        heading = section.heading or "Opening"
        lines.append(f"| {heading} | {start:.0f} | {max(1, round(section.minutes))} | {section.pictures} |")
        start += section.minutes
    return [*lines, f"| Exercises | {start:.0f} | {EXERCISES:.0f} | |", f"| *All* | | {start + EXERCISES:.0f} | |"]


def markdown(guide: Guide) -> str:
    """The page in Markdown."""
    lines = [f"# {guide.title}: for the lecturer", ""]
    if guide.claim:
        lines += [f"> **The claim.** {guide.claim.statement} *Read fairly, paragraph {guide.claim.paragraph} of the",
                  f"> essay:* {guide.claim.fair_reading}", "> ",
                  f"> **It would be false if** {guide.claim.false_if}", ""]  # fmt: skip
    notes = dict(guide.notes)
    for label in ("Aims", "Two questions to ask", "Common mistakes"):
        if label in notes:
            lines += [f"## {label}", "", notes.pop(label), ""]
    answers = notes.pop("Answers", "")
    lines += ["## Minutes", ""]
    # A label that goes on as a sentence ("Minutes stand in the headings") needs its first word back.
    said = notes.pop("Minutes", "")
    lines += ([said if said[:1].isupper() else f"Minutes {said}", ""] if said else []) + minutes_table(guide.sections)
    lines += ["", "## To predict", "", f"{guide.question} **The answer: {guide.answer}.**", "",
              "Ask for a show of hands in bands, or let phones answer (`lesson.pool`), before the answer is shown;",
              "ask again after the panel, when the room has seen why.", ""]  # fmt: skip
    if guide.break_it:
        lines += ["## Break it", "", guide.break_it, ""]
    if guide.headline:
        lines += ["## Our verdict", "", f"{guide.headline}. Ask for the room's before the card is shown.", ""]
    lines += ["## Exercises with their solutions", ""] + ([answers, ""] if answers else [])
    for one in guide.exercises:
        fits = "for instance " if one.several else ""
        value = f"{fits}**{one.value}**" if one.value else "could not be computed: the notebook does not run"
        lines += [one.words, "", f"*Answer, computed:* {value}", "", "```python", one.code, "```", ""]
    for label, words in notes.items():
        lines += [f"## {label}", "", words, ""]
    if guide.deeper:
        lines += ["## What goes deeper", "", *(f"- {one}" for one in guide.deeper), ""]
    return "\n".join(lines)


def page(text: str, title: str) -> str:
    """The page as an HTML file that asks for nothing but the fonts beside it."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE % COLOURS}</style></head><body><main>{markdown_html(text)}</main></body></html>\n"
    )


def main() -> int:
    """Make the pages and an index."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for font in FONTS.glob("SymbiosisSans-*.ttf"):
        shutil.copy(font, TARGET)
    index, failed = ["# For whoever teaches", ""], []
    for path in paths():
        try:
            values = computed(path)
        except CellExecutionError as error:
            print(f"{path.name} does not run, so its answers are missing: {error}", file=sys.stderr)
            failed.append(path.name)
            values = {}
        guide = guide_of(nbformat.read(path, as_version=4), path.stem, values)
        text = markdown(guide)
        (TARGET / f"{path.stem}.md").write_text(text, encoding="utf-8")
        (TARGET / f"{path.stem}.html").write_text(page(text, guide.title), encoding="utf-8")
        index.append(f"- [{guide.title}]({path.stem}.html)")
        print(f"{path.stem}: {len(guide.exercises)} exercises", flush=True)
    listed = page("\n".join(index), "For whoever teaches")
    for path in paths():  # markdown_html takes links for their words, so that a printed page holds none.
        listed = listed.replace("<li>", f'<li class="linked"><a href="{path.stem}.html">', 1)
    listed = listed.replace("</li>", "</a></li>")
    (TARGET / "index.html").write_text(listed, encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {len(index) - 2} guides")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
