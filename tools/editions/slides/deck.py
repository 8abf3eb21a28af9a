"""A notebook's lecture as slides: what stands on each, what pauses before it shows, and what the speaker is told.

A slide begins at a heading, a picture, a card and a piece of code; what is too tall for one is split by the page itself
(deck.js), which knows how tall it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any

from bs4 import BeautifulSoup
from nbconvert.filters import highlight
from nbformat import NotebookNode

from tools.lecture import DEEPER, EXERCISES, SILENT, heading_of, lecture, tags, tracks
from tools.reading import exercise_in, html_of, notes_of, question_and_answer, title_of

TEACHES = {"mechanism", "break-it", "rule"}
"""Tags of visible code that stands on a slide of its own; other visible code waits behind the next slide."""
CARDS = {"claim-card", "verdict"}
WITHOUT_A_KERNEL = ("A slider for", "Controls, live", "Two menus for")
"""How the words begin that stand in the place of controls."""
_MINUTES = re.compile(r"^(## .*?) · \d+ min$", re.M)


@dataclass
class Slide:
    """heading: of its part; body: HTML; code: the code behind it; notes: for the speaker, HTML; kind: a class name."""

    part: int
    heading: str
    body: list[str] = field(default_factory=list)
    kind: str = "text"
    code: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """A section of the lecture: its heading, its minutes, and the minute it begins at."""

    heading: str
    minutes: float
    start: float


@dataclass(frozen=True)
class Deck:
    """The slides of a notebook."""

    title: str
    parts: tuple[Part, ...]
    slides: tuple[Slide, ...]


def plain_heading(heading: str) -> str:
    """A heading without its marks of emphasis and code."""
    return re.sub(r"[*`]+", "", heading)


def blocks(html: str) -> list[str]:
    """The elements at the top of a piece of HTML; the wrappers of a card do not count."""
    soup = BeautifulSoup(html, "html.parser")
    for waste in soup(["script", "style", "details"]):
        waste.decompose()
    found = [one for one in soup.children if str(one).strip()]
    while len(found) == 1 and found[0].name == "div" and "mathjax_ignore" in found[0].get("class", []):
        found = [one for one in found[0].children if str(one).strip()]
    return [str(one) for one in found]


class Writer:
    """Builds the slides of one notebook, cell by cell."""

    def __init__(self, notebook: NotebookNode, stem: str) -> None:
        self.notebook, self.stem = notebook, stem
        self.slides: list[Slide] = []
        self.question, self.answer = question_and_answer(notebook)
        self.part, self.heading = -1, ""
        self.waiting: list[str] = []
        self.panels, self.numbers = 0, ""

    def new(self, kind: str = "text") -> Slide:
        """A new slide of the present part, with the code that waits for one."""
        slide = Slide(max(self.part, 0), self.heading, kind=kind, code=self.waiting)
        self.waiting = []
        self.slides.append(slide)
        return slide

    def here(self, kind: str = "text") -> Slide:
        """The last slide if it is of this kind and nothing stands on it yet, or a new one."""
        last = self.slides[-1] if self.slides else None
        if last is not None and not last.body and last.part == max(self.part, 0):
            last.kind, last.code, self.waiting = kind, last.code + self.waiting, []
            return last
        return self.new(kind)

    def markdown(self, source: str, heading: str | None, *, opens: bool) -> None:
        """The blocks of a Markdown cell: a heading begins a part, what announces depth goes to the speaker."""
        if opens:
            self.part += 1
            self.heading = plain_heading(heading or "")
            self.new()
        text = re.sub(r"^# .*$|^## .*$", "", source, count=1, flags=re.M)
        kept, said = [], []
        for paragraph in re.split(r"\n\s*\n", text.strip()):
            (said if re.match(rf"\*?{DEEPER}", paragraph) else kept).append(paragraph)
        found = blocks(html_of("\n\n".join(kept))) if any(kept) else []
        if found:
            slide = self.here("take-away" if kept[0].startswith("**To take away") else "text")
            slide.body += found
        if said and self.slides:
            self.slides[-1].notes += [html_of(one) for one in said]

    def code(self, cell: NotebookNode) -> None:
        """A code cell: its code where it teaches, and what it put out."""
        hidden = cell.metadata.get("jupyter", {}).get("source_hidden")
        if tags(cell) & SILENT or cell.metadata.get("slideshow", {}).get("slide_type") == "skip":
            return
        if not hidden:
            shown = str(highlight.Highlight2HTML(pygments_lexer="python")(cell.source))
            if tags(cell) & TEACHES:
                self.here("code").body.append(shown)
            else:
                self.waiting.append(shown)
        if "panel" in tags(cell):
            self.panels += 1
        reveals = any("The answer is" in _text(output) for output in cell.outputs)
        for output in cell.outputs:
            self.output(cell, output, reveals)

    def output(self, cell: NotebookNode, output: NotebookNode, reveals: bool) -> None:
        """One output on a slide of its own kind."""
        data: dict[str, Any] = dict(output.get("data", {}))
        if "image/png" in data:
            self.picture(cell, output, reveals)
        elif "text/html" in data:
            self.html(cell, str(data["text/html"]), str(data.get("text/plain", "")))
        elif "text/markdown" in data:
            self.here().body += blocks(html_of(str(data["text/markdown"])))
        elif _text(output).startswith(WITHOUT_A_KERNEL):
            return
        elif _text(output).strip():
            last = self.slides[-1] if self.slides else self.new()
            last.body.append(f'<pre class="printed">{escape(_text(output))}</pre>')

    def picture(self, cell: NotebookNode, output: NotebookNode, reveals: bool) -> None:
        """A picture on a slide of its own; the one that answers the prediction waits for a key."""
        alt = escape(_text(output), quote=True)
        size = output.metadata.get("image/png", {})
        ratio = f"{size.get('width', 1000)} / {size.get('height', 430)}"
        source = re.sub(r"\s", "", str(output.data["image/png"]))
        image = f'<img style="aspect-ratio: {ratio}" alt="{alt}" src="data:image/png;base64,{source}">'
        if "panel" in tags(cell):
            slide = self.here("panel")
            name = f"{self.stem[:2]}-{self.panels}"
            numbers = f'<div role="status" class="numbers">{self.numbers}</div>'
            slide.body.append(
                f'<div class="symbiosis-frames" data-panel="{name}" role="group" aria-label="Panel">{numbers}{image}'
                f'<p class="symbiosis-frames-words" hidden>{alt}</p></div>'
            )
            slide.notes.append(f"<p>In words: {alt}</p>")
            return
        slide = self.here("picture")
        if reveals and self.question:
            slide.body.append(f'<p class="asked">{escape(self.question)}</p>')
        slide.body.append(f"<figure{' class=fragment' if reveals else ''}>{image}</figure>")
        slide.notes.append(f"<p>In words: {alt}</p>")

    def html(self, cell: NotebookNode, html: str, plain: str) -> None:
        """A card, a table, an answer, a question, the source of a picture or the numbers of a panel."""
        found = blocks(html)
        if re.match(r"Sources?:", plain):
            self.slides[-1].body.append(f'<p class="source">{escape(plain)}</p>')
        elif plain.startswith("The answer is"):
            words = escape(re.sub(r" You (made|said).*$", "", plain))
            slide = self.slides[-1] if self.slides and self.slides[-1].kind == "picture" else self.here("answer")
            if slide.kind == "answer":
                slide.body.append(f'<p class="question">{escape(self.question)}</p>')
            slide.body.append(f'<p class="answer fragment">{words}</p>')
        elif "predict" in tags(cell) or plain.startswith("Before you see ours"):
            what = "Write your guess down before we go on." if "predict" in tags(cell) else "Write both down."
            slide = self.slides[-1] if self.slides and self.slides[-1].part == self.part else self.here()
            slide.body.append(f'<div class="pause"><p class="question">{escape(plain)}</p><p>{what}</p></div>')
        elif "panel" in tags(cell):
            self.numbers = "".join(found)
        elif tags(cell) & CARDS:
            slide = self.new("card") if self.slides[-1].body else self.here("card")
            kind = "card fragment" if "verdict" in tags(cell) else "card"
            slide.body.append(f'<div class="{kind}">{"".join(found)}</div>')
        else:
            slide = self.slides[-1] if self.slides and self.slides[-1].kind == "code" else self.here()
            slide.body.append(f'<div class="shown">{"".join(found)}</div>')

    def exercise(self, words: str) -> None:
        """The exercises of the lecture's last ten minutes, each on a slide."""
        if self.heading != "Exercises":
            self.part, self.heading = self.part + 1, "Exercises"
        self.new().body += blocks(html_of(words))


def deck_of(notebook: NotebookNode, stem: str) -> Deck:
    """The slides of an executed notebook."""
    writer = Writer(notebook, stem)
    title = title_of(notebook)
    for place, cell, track in tracks(notebook):
        if track == "lecture" and cell.cell_type == "markdown":
            heading = title if place == 0 else heading_of(cell)
            writer.markdown(_MINUTES.sub(r"\1", cell.source), heading, opens=heading is not None)
        elif track == "lecture":
            writer.code(cell)
        elif track == "exercises" and exercise_in(cell):
            writer.exercise(exercise_in(cell))
    slides = [slide for slide in writer.slides if slide.body]
    slides[0].kind = "title"
    parts = tuple(_parts(notebook, title))
    _speak(notebook, slides, parts)
    return Deck(title, parts, tuple(slides))


def _parts(notebook: NotebookNode, title: str) -> Iterator[Part]:
    start = 0.0
    for section in lecture(notebook).sections:
        yield Part(plain_heading(section.heading) or title, section.minutes, start)
        start += section.minutes
    yield Part("Exercises", EXERCISES, start)


def _speak(notebook: NotebookNode, slides: list[Slide], parts: tuple[Part, ...]) -> None:
    """Put the lecturer's notes where they are needed: aims first, mistakes at the verdict, answers at the exercises."""
    notes = notes_of(notebook)
    first: dict[int, Slide] = {}
    for slide in slides:
        first.setdefault(slide.part, slide)
    for number, slide in first.items():
        part = parts[number]
        slide.notes.insert(0, f"<p><b>Minute {part.start:.0f} to {part.start + part.minutes:.0f}.</b></p>")
    last = max((number for number, part in enumerate(parts[:-1]) if number in first), default=0)
    for labels, slide in (
        (("Aims", "Two questions to ask", "Minutes"), slides[0]),
        (("Common mistakes",), first.get(last, slides[-1])),
        (("Answers",), first.get(len(parts) - 1, slides[-1])),
    ):
        slide.notes += [html_of(f"**{label}.** {notes[label]}") for label in labels if label in notes]


def _text(output: NotebookNode) -> str:
    return str(output.get("text") or output.get("data", {}).get("text/plain", ""))
