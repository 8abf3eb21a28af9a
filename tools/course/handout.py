"""A handout of one page for each notebook, made from it: to fill in during the lecture and to take home."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

import nbformat
from nbformat import NotebookNode

from symbiosis.charts.style import FONTS
from symbiosis.lesson.claims import Claim, claims
from symbiosis.lesson.glossary import Term, terms
from symbiosis.lesson.verdict_card import SCALE
from tools.lecture import tags, tracks
from tools.notebooks import paths
from tools.reading import exercise_in, html_of, notes_of, question_and_answer, title_of

MOST_TERMS = 3
STYLE = """
@page { size: A4; margin: 12mm 14mm }
@font-face { font-family: S; src: url(data:font/ttf;base64,%s) }
@font-face { font-family: S; font-weight: bold; src: url(data:font/ttf;base64,%s) }
* { box-sizing: border-box }
body { font: 10.2pt/1.34 S, sans-serif; color: #22303c; margin: 0 auto; width: 182mm; height: 271mm;
  display: flex; flex-direction: column }
h1 { font-size: 18pt; margin: 0 0 1mm }
h2 { font-size: 11.2pt; margin: 3mm 0 .8mm; border-top: 1px solid #a9b1ba; padding-top: 1.6mm }
p { margin: 0 0 1.4mm }
ul { margin: 0; padding-left: 5mm }
li { margin: 0 0 .6mm }
small { color: #5d6771; font-size: 8.6pt }
code { font: 9pt monospace }
.claim { border-left: 4px solid #1b4f8a; padding-left: 3mm }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 8mm }
figure { margin: 2mm 0 0; flex: 5 1 0; min-height: 0; max-height: 90mm }
figure img { width: 100%%; height: 100%%; object-fit: contain; object-position: left top }
p > span { white-space: nowrap }
.blank { display: inline-block; border-bottom: 1px solid #22303c; min-width: 34mm }
.scale span { border: 1px solid #a9b1ba; border-radius: 3px; padding: .4mm 2mm; margin: 0 1.2mm 1mm 0;
  display: inline-block }
.notes { flex: 1 1 0; min-height: 8mm; print-color-adjust: exact;
  background: repeating-linear-gradient(#fff 0 7.6mm, #e4e7ea 7.6mm 7.8mm) }
"""


@dataclass(frozen=True)
class Handout:
    """What stands on the page, as HTML but for title and question; picture: a PNG in base64, or ""."""

    number: str
    title: str
    claim: Claim | None
    words: str
    question: str
    picture: str
    alt: str
    exercises: tuple[str, ...]
    take_away: str
    questions: str
    terms: tuple[Term, ...]


def handout_of(notebook: NotebookNode, name: str) -> Handout:
    """Read the handout from an executed notebook; ValueError names what the notebook lacks for it."""
    number, _, title = title_of(notebook).partition("·")
    prose = [c.source for _, c, track in tracks(notebook) if c.cell_type == "markdown" and track == "lecture"]
    picture, alt = _picture(notebook)
    words = _first(prose, r"(?:^- \*\*.*(?:\n|$))+")
    found = Handout(
        number.strip(), title.strip(), next((c for c in claims() if c.notebook == name), None),
        words, question_and_answer(notebook)[0], picture, alt,
        tuple(exercise_in(c) for _, c, track in tracks(notebook) if track == "exercises" and exercise_in(c)),
        _first(prose, r"\*\*To take away[.:]\*\* .*|\*\*Take away[.:]\*\* .*"),
        _unanswered(notes_of(notebook).get("Two questions to ask", "")),
        _terms(" ".join(prose), name[:2], words),
    )  # fmt: skip
    lacking = [
        what for what in ("question", "picture", "exercises", "take_away", "questions") if not getattr(found, what)
    ]
    if lacking:
        raise ValueError(f"{name} lacks {', '.join(lacking)} for its handout")
    return found


def page(handout: Handout) -> str:
    """The handout as one HTML file that asks for nothing outside."""
    fonts = [base64.b64encode((FONTS / f"SymbiosisSans-{w}.ttf").read_bytes()).decode() for w in ("Regular", "Bold")]
    head = f"<h1>{escape(handout.number)} · {escape(handout.title)}</h1>"
    if handout.claim:
        claim = handout.claim
        head += (
            f'<p class="claim"><b>The claim.</b> {escape(claim.statement)} <small>Paragraph {claim.paragraph} of the'
        )
        head += f" essay. It would be false if {escape(claim.false_if)}</small></p>"
    scale = "".join(f"<span>{escape(one.value)}</span>" for one in SCALE)
    sure = "".join(f"<span>{n}</span>" for n in range(1, 5))
    verdict = _section("My verdict", f'<p class="scale">{scale}</p><p class="scale">How sure, of four: {sure}</p>')
    words = "".join(
        f"<li><b>{escape(t.term)}</b> {escape(t.characters)} <i>{escape(t.pinyin)}</i>: {escape(t.meaning)}</li>"
        for t in handout.terms
    )
    discuss = _section("To discuss", markdown_html(handout.questions))
    blank = '<span class="blank">&nbsp;</span>'
    parts = [
        head,
        _section("Words", markdown_html(handout.words) + (f"<ul>{words}</ul>" if words else "")),
        _section(
            "Predict",
            f"<p>{escape(handout.question)} <span>My guess: {blank}</span> <span>The answer: {blank}</span></p>",
        ),
        f'<figure><img src="data:image/png;base64,{handout.picture}" alt="{escape(handout.alt, quote=True)}"></figure>',
        f'<div class="two">{discuss}{verdict if handout.claim else ""}</div>',
        _section("Exercises", "".join(markdown_html(one) for one in handout.exercises)),
        _section("To take away", markdown_html(handout.take_away)),
        '<h2>Notes</h2><div class="notes"></div>',
    ]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(handout.title)}</title>'
        f"<style>{STYLE % tuple(fonts)}</style><body>{''.join(parts)}</body></html>\n"
    )


def handouts() -> Iterator[tuple[str, str]]:
    """File name and page of every notebook's handout."""
    for path in paths():
        yield f"{path.stem}.html", page(handout_of(nbformat.read(path, as_version=4), path.stem))


def _section(title: str, body: str) -> str:
    return f"<section><h2>{title}</h2>{body}</section>" if body else ""


def _first(texts: list[str], pattern: str) -> str:
    """What a pattern finds first in these texts, without its bold label; ""."""
    found = next((m.group() for text in texts if (m := re.search(pattern, text, re.MULTILINE))), "")
    return re.sub(r"^\*\*(?:To take|Take)[^*]*\*\* ", "", found)


def _unanswered(questions: str) -> str:
    """Questions without what stands in brackets behind them, which the room should answer: it is for the lecturer."""
    return re.sub(r"(?<=\?) \([^)]*\)", "", questions)


def _picture(notebook: NotebookNode) -> tuple[str, str]:
    """The picture that answers the prediction: the last one up to the answer, or the first after it."""
    drawn = [
        (place, output["data"]["image/png"], output.metadata.get("image/png", {}).get("alt", ""))
        for place, cell, track in tracks(notebook) if track == "lecture" and "panel" not in tags(cell)
        for output in cell.get("outputs", []) if "image/png" in output.get("data", {})
    ]  # fmt: skip
    answered = next(
        (
            i
            for i, c in enumerate(notebook.cells)
            for o in c.get("outputs", [])
            if "The answer is" in str(o.get("data", {}))
        ),
        0,
    )
    asked = next((i for i, c in enumerate(notebook.cells) if "predict" in tags(c)), 0)
    between = [one for one in drawn if asked < one[0] <= answered]
    chosen = (between or [one for one in drawn if one[0] > answered] or [(0, "", "")])[-1 if between else 0]
    return re.sub(r"\s", "", chosen[1]), chosen[2]


def _terms(prose: str, number: str, explained: str) -> tuple[Term, ...]:
    """Terms of the glossary that the lecture uses and does not explain, those that the notebook introduces first."""
    bold = {word.casefold() for word in re.findall(r"\*\*(.+?)\*\*", explained)}
    used = [
        t for t in terms()
        if t.term.casefold() not in bold and re.search(rf"(?<![\w-]){re.escape(t.term)}", prose, re.IGNORECASE)
    ]  # fmt: skip
    return tuple(sorted(used, key=lambda t: (t.notebook != number, t.term.casefold()))[:MOST_TERMS])


def markdown_html(text: str) -> str:
    """Markdown as HTML, formulae as small pictures, links as their words."""
    formulae: list[str] = []

    def keep(found: re.Match[str]) -> str:
        formulae.append(_formula(found.group(1)))
        return f"FORMULA{len(formulae) - 1}END"

    made = html_of(re.sub(r"\$([^$\n]+)\$", keep, text))
    return re.sub(r"FORMULA(\d+)END", lambda m: formulae[int(m.group(1))], made)


def _formula(tex: str) -> str:
    """A formula as an inline picture of its natural size, which says itself in its alternative text."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.mathtext import math_to_image
    from PIL import Image

    drawn = io.BytesIO()
    depth = math_to_image(f"${tex}$", drawn, prop=FontProperties(size=10.5), dpi=300, format="png")
    width, image = Image.open(drawn).width * 72 / 300, base64.b64encode(drawn.getvalue()).decode()
    look = f"width:{width:.1f}pt;vertical-align:{-depth * 72 / 300:.1f}pt"
    return f'<img style="{look}" alt="{escape(tex, quote=True)}" src="data:image/png;base64,{image}">'
