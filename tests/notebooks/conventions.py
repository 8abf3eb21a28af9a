"""What every notebook must have, as rules that name what is missing.

A rule takes a notebook and its name (the file's, without .ipynb) and returns what is wrong, one line each.
"""

from __future__ import annotations

import ast
import copy
import io
import json
import re
import socket
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from nbformat import NotebookNode
from tools.course.handout import handout_of
from tools.course.terms import linked
from tools.lecture import COLLAPSED, DEEPER, heading_of, lecture, tags, timed, tracks
from tools.notebooks import FOLDED, ROOT, WIDGET_VIEW
from tools.reading import notes_of

from symbiosis.lesson.claims import Claim, claims
from symbiosis.lesson.ledger import staleness
from symbiosis.lesson.verdict import VERDICT_MIME, digest

TAGS = {
    "claim-card", "map", "rule", "setup", "predict", "evidence", "mechanism", "panel", "break-it", "verdict",
    "say", "draw", "finding", "notes", "exercise", "solution", "check", "sources", "nbval-ignore-output",
    "raises-exception",
}  # fmt: skip
MOST_LINES, MEDIAN_LINES, SETUP_LINES = 14, 8, 3
LONGEST_LINE = 110
SHORTEST_ALT = 40
LARGEST_OUTPUT, LARGEST_NOTEBOOK = 300_000, 2_000_000
FEWEST_EXERCISES = 3
ANNEXES = ("15",)
"""Notebooks that neither judge a claim nor give an overview: they need no claim card, map or rule."""

Rule = Callable[[NotebookNode, str], list[str]]
RULES: dict[str, Rule] = {}


def rule(function: Rule) -> Rule:
    """Make a function a rule."""
    RULES[function.__name__.replace("_", " ")] = function
    return function


def judged(name: str) -> Claim | None:
    """The claim that a notebook judges; None for an overview, which shows the map instead."""
    return next((c for c in claims() if c.notebook == name), None)


def code_cells(notebook: NotebookNode) -> list[tuple[int, NotebookNode]]:
    return [(i, c) for i, c in enumerate(notebook.cells) if c.cell_type == "code"]


def tagged(notebook: NotebookNode, tag: str) -> list[tuple[int, NotebookNode]]:
    return [(i, c) for i, c in enumerate(notebook.cells) if tag in tags(c)]


def outputs(notebook: NotebookNode) -> Iterator[tuple[int, NotebookNode]]:
    for i, cell in code_cells(notebook):
        for output in cell.outputs:
            yield i, output


def text_of(output: NotebookNode) -> str:
    """Everything in an output that is text, markup included."""
    data = output.get("data", {})
    parts = [output.get("text", ""), *output.get("traceback", [])]
    parts += [v for k, v in data.items() if k.startswith("text/")]
    parts += [json.dumps(v) for k, v in data.items() if k.endswith("json") and k != WIDGET_VIEW]
    return "\n".join("".join(p) if isinstance(p, list) else p for p in parts)


@rule
def executed_in_order(notebook: NotebookNode, name: str) -> list[str]:
    counts = [c.execution_count for _, c in code_cells(notebook)]
    if not counts:
        return ["no code cell"]
    return [] if counts == list(range(1, len(counts) + 1)) else [f"execution counts are {counts}; run make execute"]


@rule
def no_errors_and_no_warnings(notebook: NotebookNode, name: str) -> list[str]:
    wrong = [f"cell {i}: {o.ename}" for i, o in outputs(notebook) if o.output_type == "error"]
    wrong += [f"cell {i}: writes to stderr" for i, o in outputs(notebook) if o.get("name") == "stderr"]
    return wrong


@rule
def outputs_are_kept(notebook: NotebookNode, name: str) -> list[str]:
    kept = sum(bool(c.outputs) for _, c in code_cells(notebook))
    needed = len(code_cells(notebook)) // 3
    return [] if kept >= needed else [f"only {kept} code cells have outputs; was the notebook stripped?"]


@rule
def clean_metadata(notebook: NotebookNode, name: str) -> list[str]:
    wrong = []
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        wrong.append("kernelspec is not python3")
    if "widgets" in notebook.metadata:
        wrong.append("widget state is stored; run make execute")
    wrong += [f"cell {i}: a widget view is stored" for i, o in outputs(notebook) if WIDGET_VIEW in o.get("data", {})]
    wrong += [f"cell {i}: timings are stored" for i, c in code_cells(notebook) if "execution" in c.metadata]
    return wrong


@rule
def known_tags(notebook: NotebookNode, name: str) -> list[str]:
    wrong = [f"cell {i}: unknown tag {t!r}" for i, c in enumerate(notebook.cells) for t in sorted(tags(c) - TAGS)]
    wrong += [f"cell {i}: no tag" for i, c in code_cells(notebook) if not tags(c)]
    return wrong


@rule
def the_parts_of_the_template(notebook: NotebookNode, name: str) -> list[str]:
    needed = {"predict", "evidence", "panel", "exercise", "solution", "check", "sources"}
    claim = judged(name)
    needed |= (
        {"claim-card", "mechanism", "break-it", "verdict"}
        if claim
        else set()
        if name[:2] in ANNEXES
        else {"map", "rule"}
    )
    wrong = [f"no cell tagged {tag}" for tag in sorted(needed) if not tagged(notebook, tag)]
    if not notebook.cells[0].source.startswith("# "):
        wrong.append("the first cell is not a title")
    data, works = notebook.cells[-2:]
    if not data.source.startswith("## Sources") or "lesson.references(" not in works.source:
        wrong.append("it does not end with '## Sources' and lesson.references(...)")
    if "sources" not in tags(data) & tags(works):
        wrong.append("the last two cells are not tagged sources")
    if claim:
        card = "".join(c.source for _, c in tagged(notebook, "claim-card"))
        if f'Lesson("{claim.key}")' not in card:
            wrong.append(f'the claim card is not that of Lesson("{claim.key}")')
    return wrong


@rule
def predict_before_evidence(notebook: NotebookNode, name: str) -> list[str]:
    predict = [i for i, _ in tagged(notebook, "predict")]
    shown = [i for tag in ("evidence", "mechanism", "panel") for i, _ in tagged(notebook, tag)]
    return [] if predict and shown and min(predict) < min(shown) else ["the prediction does not come first"]


@rule
def pictures_have_alt_text_and_a_source(notebook: NotebookNode, name: str) -> list[str]:
    cells, wrong = code_cells(notebook), []
    for place, (i, cell) in enumerate(cells):
        images = [o for o in cell.outputs if "image/png" in o.get("data", {})]
        for image in images:
            alt = image.get("metadata", {}).get("image/png", {}).get("alt", "")
            if len(alt) < SHORTEST_ALT:
                wrong.append(f"cell {i}: alt text is {alt!r}; say in a sentence what the picture shows")
        near = [o for _, c in cells[place : place + 2] for o in c.outputs]
        if images and not any(re.search(r"\bSources?:", text_of(o)) for o in near):
            wrong.append(f"cell {i}: no source line under the picture")
        kinds = {kind for o in cell.outputs for kind in o.get("data", {})}
        wrong += [f"cell {i}: {kind} instead of PNG" for kind in sorted(kinds & {"image/svg+xml", "image/jpeg"})]
    return wrong


@rule
def a_verdict_that_is_not_stale(notebook: NotebookNode, name: str) -> list[str]:
    records = [o.data[VERDICT_MIME] for _, o in outputs(notebook) if VERDICT_MIME in o.get("data", {})]
    claim = judged(name)
    if claim is None:
        return ["an overview gives no verdict"] if records else []
    if len(records) != 1:
        return [f"{len(records)} verdicts; give one"]
    record: dict[str, Any] = records[0]
    wrong = []
    if record.get("digest") != digest(record):
        wrong.append("the verdict was changed after it was computed")
    if record.get("claim") != claim.key:
        wrong.append(f"the verdict is on {record.get('claim')!r}, not on {claim.key!r}")
    stale = staleness(record, claim)
    return [*wrong, f"the verdict is stale: {stale}; run make execute"] if stale else wrong


@rule
def cells_that_only_say_or_draw_are_folded(notebook: NotebookNode, name: str) -> list[str]:
    wrong = []
    for i, cell in code_cells(notebook):
        hidden = bool(cell.metadata.get("jupyter", {}).get("source_hidden"))
        if hidden != bool(FOLDED & tags(cell)):
            wrong.append(f"cell {i}: folded where its tags say otherwise; run make execute")
        if not hidden and not tags(cell) & {"exercise", "setup"} and only_says(cell.source):
            wrong.append(f"cell {i}: it only says or shows; tag it say or draw")
    return wrong


def only_says(source: str) -> bool:
    """Whether every statement of a cell is a call of the lesson that says or shows something."""
    says = {"say", "numbers", "show", "words", "panel", "reveal", "references", "check"}

    def speaks(statement: ast.stmt) -> bool:
        call = statement.value if isinstance(statement, ast.Expr) else None
        function = call.func if isinstance(call, ast.Call) else None
        return (
            isinstance(function, ast.Attribute)
            and function.attr in says
            and isinstance(function.value, ast.Name)
            and function.value.id == "lesson"
        )

    body = ast.parse(source).body
    return bool(body) and all(speaks(statement) for statement in body)


@rule
def one_face(notebook: NotebookNode, name: str) -> list[str]:
    """A notebook speaks through its Lesson alone: no card, check or judge of its own."""
    apart = re.compile(
        r"symbiosis\.lesson\.(cards|answers|prediction|lesson)|charts\.style import .*\bshow\b|\bjudge\("
    )
    return [
        f"cell {i}: {found.group()}; use lesson" for i, c in code_cells(notebook) if (found := apart.search(c.source))
    ]


@rule
def a_setup_of_three_lines(notebook: NotebookNode, name: str) -> list[str]:
    lengths = {i: sum(bool(line.strip()) for line in c.source.splitlines()) for i, c in tagged(notebook, "setup")}
    return [f"cell {i}: a setup of {n} lines, at most {SETUP_LINES}" for i, n in lengths.items() if n > SETUP_LINES]


@rule
def sentences_in_one_piece(notebook: NotebookNode, name: str) -> list[str]:
    """Long text is one triple-quoted string: no string ends in mid-phrase to go on in the next line."""
    return [f"cell {i}: a text in pieces, line {at}" for i, c in code_cells(notebook) for at in pieces(c.source)]


@rule
def results_for_a_reader(notebook: NotebookNode, name: str) -> list[str]:
    """Said text is no block of code (four spaces make one); a cell's last value is a table, a sentence or a mapping."""
    wrong = []
    for i, output in outputs(notebook):
        data = output.get("data", {})
        if re.search(r"^ {4}\S", data.get("text/markdown", ""), re.MULTILINE):
            wrong.append(f"cell {i}: says a text that is indented by four spaces, which is shown as code")
        plain = data.get("text/plain", "")
        if output.output_type == "execute_result" and "text/html" not in data and re.match(r"[(<]|\w+\(", plain):
            wrong.append(f"cell {i}: shows {plain[:40]!r}, which tells a reader nothing; give it a name")
    return wrong


def pieces(source: str) -> list[int]:
    """The lines on which a string literal follows another one directly."""
    found, before = [], ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        kind = tokenize.tok_name[token.type]
        if kind in ("NL", "COMMENT"):
            continue
        if kind in ("STRING", "FSTRING_START") and before in ("STRING", "FSTRING_END"):
            found.append(token.start[0])
        before = kind
    return found


@rule
def exercises_in_order(notebook: NotebookNode, name: str) -> list[str]:
    kinds = ("exercise", "solution", "check")
    found = [(i, c, next(k for k in kinds if k in tags(c))) for i, c in code_cells(notebook) if tags(c) & set(kinds)]
    if [k for _, _, k in found] != list(kinds) * (len(found) // 3):
        return ["exercise, solution and check cells do not follow each other"]
    wrong = []
    if len(found) < 3 * FEWEST_EXERCISES:
        wrong.append(f"{len(found) // 3} exercises; give at least {FEWEST_EXERCISES}")
    for n, at in enumerate(range(0, len(found), 3), start=1):
        (i, exercise, _), (j, solution, _), (k, check, _) = found[at : at + 3]
        if f"**Exercise {n}.**" not in notebook.cells[i - 1].source:
            wrong.append(f"cell {i - 1} does not begin exercise {n}")
        if exercise.source.strip() != f"answer_{n} = None":
            wrong.append(f"cell {i} is not 'answer_{n} = None'")
        if not re.search(rf"^solution_{n} = ", solution.source, re.M):
            wrong.append(f"cell {j} does not set solution_{n}")
        if not solution.metadata.get("jupyter", {}).get("source_hidden"):
            wrong.append(f"cell {j}: the solution is not hidden")
        if solution.outputs:
            wrong.append(f"cell {j}: the solution gives itself away in its output")
        if f"answer_{n}" not in check.source:
            wrong.append(f"cell {k} does not check answer_{n}")
        if not any("Not answered yet" in text_of(o) for o in check.outputs):
            wrong.append(f"cell {k}: the stored check does not say 'Not answered yet'")
    return wrong


@rule
def short_cells(notebook: NotebookNode, name: str) -> list[str]:
    lengths = {i: sum(bool(line.strip()) for line in c.source.splitlines()) for i, c in code_cells(notebook)}
    wrong = [f"cell {i}: {n} lines, at most {MOST_LINES}" for i, n in lengths.items() if n > MOST_LINES]
    middle = median(lengths.values()) if lengths else 0
    return wrong + ([f"median cell has {middle:g} lines, at most {MEDIAN_LINES}"] if middle > MEDIAN_LINES else [])


@rule
def lines_that_fit(notebook: NotebookNode, name: str) -> list[str]:
    """On a projector a longer line is cut off."""
    lengths = [(i, len(line)) for i, c in code_cells(notebook) for line in c.source.splitlines()]
    return [f"cell {i}: a line of {n} characters, at most {LONGEST_LINE}" for i, n in lengths if n > LONGEST_LINE]


@rule
def sizes(notebook: NotebookNode, name: str) -> list[str]:
    large = [(i, len(json.dumps(o))) for i, o in outputs(notebook)]
    wrong = [f"cell {i}: an output of {n:,} bytes, at most {LARGEST_OUTPUT:,}" for i, n in large if n > LARGEST_OUTPUT]
    whole = len(json.dumps(notebook))
    return wrong + ([f"{whole:,} bytes, at most {LARGEST_NOTEBOOK:,}"] if whole > LARGEST_NOTEBOOK else [])


# the lecture ----------------------------------------------------------------------------------------------

MOST_CELLS, MOST_WORDS, MOST_PICTURES, ANSWERED_WITHIN = 30, 1_300, 7, 8
SHORTEST_MINUTES, LONGEST_MINUTES = 38.0, 50.0


@rule
def a_lecture_that_fits(notebook: NotebookNode, name: str) -> list[str]:
    held = lecture(notebook)
    wrong = [f"{len(held.cells)} cells are projected, at most {MOST_CELLS}"] if len(held.cells) > MOST_CELLS else []
    wrong += [f"{held.words} words, at most {MOST_WORDS}"] if held.words > MOST_WORDS else []
    wrong += [f"{held.pictures} pictures, at most {MOST_PICTURES}"] if held.pictures > MOST_PICTURES else []
    if not SHORTEST_MINUTES <= held.minutes <= LONGEST_MINUTES:
        wrong.append(f"it takes {held.minutes:.0f} minutes, not {SHORTEST_MINUTES:.0f} to {LONGEST_MINUTES:.0f}")
    panels = [i for i, cell, track in tracks(notebook) if track == "lecture" and "panel" in tags(cell)]
    return wrong + ([f"{len(panels)} panels in the lecture; show one"] if len(panels) != 1 else [])


@rule
def minutes_in_the_headings(notebook: NotebookNode, name: str) -> list[str]:
    again = timed(copy.deepcopy(notebook))
    pairs = zip(notebook.cells, again.cells, strict=True)
    return [
        f"cell {i}: its minutes are old; run make execute" for i, (a, b) in enumerate(pairs) if a.source != b.source
    ]


@rule
def terms_linked_to_the_glossary(notebook: NotebookNode, name: str) -> list[str]:
    again = linked(copy.deepcopy(notebook))
    pairs = zip(notebook.cells, again.cells, strict=True)
    return [
        f"cell {i}: its links to the glossary are old; run make execute"
        for i, (a, b) in enumerate(pairs) if a.source != b.source
    ]  # fmt: skip


NOTES = ("Aims", "Two questions to ask", "Common mistakes", "Answers")


@rule
def what_a_handout_is_made_from(notebook: NotebookNode, name: str) -> list[str]:
    notes = notes_of(notebook)
    wrong = [f"the notes have no paragraph {label!r}" for label in NOTES if not notes.get(label)]
    try:
        handout_of(notebook, name)
    except ValueError as error:
        wrong.append(str(error))
    return wrong


@rule
def what_goes_deeper_is_collapsed_and_announced(notebook: NotebookNode, name: str) -> list[str]:
    deeper = [i for i, cell in enumerate(notebook.cells) if (heading_of(cell) or "").startswith(DEEPER)]
    wrong = [
        f"cell {i}: not collapsed; run make execute" for i in deeper if not notebook.cells[i].metadata.get(COLLAPSED)
    ]
    announced = [c for _, c, track in tracks(notebook) if track == "lecture" and "Deeper" in c.source]
    if deeper and not announced:
        wrong.append("the lecture announces nothing of what goes deeper")
    if not tagged(notebook, "notes"):
        wrong.append("no notes for the lecturer")
    return wrong


@rule
def a_prediction_answered_soon(notebook: NotebookNode, name: str) -> list[str]:
    asked = [i for i, _ in tagged(notebook, "predict")]
    answered = [i for i, output in outputs(notebook) if "The answer is" in text_of(output)]
    soon = asked and answered and answered[0] - asked[-1] <= ANSWERED_WITHIN
    return [] if soon else [f"the prediction of cell {asked} is answered in cell {answered[:1]}"]


@rule
def findings_before_the_verdict(notebook: NotebookNode, name: str) -> list[str]:
    judged_at = [i for i, o in outputs(notebook) if VERDICT_MIME in o.get("data", {})]
    found = [i for i, c in code_cells(notebook) if "lesson.finding(" in c.source]
    wrong = [f"cell {i}: a finding after the verdict" for i in found if judged_at and i > judged_at[0]]
    wrong += [f"cell {i}: tag it finding" for i in found if "finding" not in tags(notebook.cells[i])]
    return wrong + [f"cell {i}: a finding prints something" for i in found if notebook.cells[i].get("outputs")]


_PATH = re.compile(r"(?<![\w.])(?:/(?:home|Users|root|tmp|var|opt|usr|mnt|work|private)/|[A-Za-z]:\\\\?[A-Za-z])")


@rule
def nothing_private_in_outputs(notebook: NotebookNode, name: str) -> list[str]:
    host = socket.gethostname()
    wrong = []
    for i, output in outputs(notebook):
        text = text_of(output)
        if _PATH.search(text) or str(ROOT) in text or str(Path.home()) + "/" in text:
            wrong.append(f"cell {i}: an absolute path")
        if len(host) > 3 and host != "localhost" and host in text:
            wrong.append(f"cell {i}: the name of a machine")
    return wrong


_DECIMAL = re.compile(r"(?<![\w.#])\d[\d,]*\.(\d+)")


@rule
def rounded_numbers(notebook: NotebookNode, name: str) -> list[str]:
    """More digits than five differ between machines and mean nothing to a reader."""
    wrong = []
    for i, output in outputs(notebook):
        for found in _DECIMAL.finditer(text_of(output)):
            if len(found[1].lstrip("0") if found[0].startswith("0") else found[1]) > 5:
                wrong.append(f"cell {i}: {found[0]} is not rounded")
    return wrong


_ALLOWED_IN_PROSE = (
    r"```.*?```|`[^`]*`",  # code, column and notebook names
    r"\$\$.*?\$\$|\$[^$\n]+\$",  # mathematics
    r"\[[^\]]*\]\([^)]*\)|https?://\S+",  # links
    r"(?m)^#+ [^\n]*$",  # headings
    r"(?m)^\s*\d+\. ",  # numbered lists
    r"(?i)\b(?:exercise|claim|step|notebook|article)s? \d+(?:(?:, | and | to )\d+)*",
    r"\b(?:1\d|20)\d\d\b|\b2100\b",  # years, citations among them
)


@rule
def no_computed_number_in_prose(notebook: NotebookNode, name: str) -> list[str]:
    wrong = []
    for i, cell in enumerate(notebook.cells):
        if cell.cell_type != "markdown" or "sources" in tags(cell):
            continue
        prose = cell.source
        for pattern in _ALLOWED_IN_PROSE:
            prose = re.sub(pattern, " ", prose, flags=re.S)
        for found in re.finditer(r"\S*\d\S*", prose):
            wrong.append(f"cell {i}: {found[0]!r} is typed into prose; let code say it, or say it in words")
    return wrong
