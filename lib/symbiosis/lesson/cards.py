"""Small pieces of rich text: claim and verdict cards, source lines, panels' readouts.

Each renders as HTML that follows the reader's light or dark theme, and as plain text where there is no HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd

from symbiosis.charts.style import COLOURS
from symbiosis.lesson.claims import Claim
from symbiosis.lesson.place_names import translated_html

INK = "var(--jp-content-font-color1, inherit)"
SOFT = "var(--jp-content-font-color2, inherit)"
PAPER = "var(--jp-layout-color2, rgba(127,127,127,.09))"


@dataclass(frozen=True)
class Card:
    """HTML with its plain-text equivalent."""

    html: str
    text: str

    def __post_init__(self) -> None:
        # Two dollar signs in a sentence are prices, not mathematics: keep MathJax away from cards.
        object.__setattr__(self, "html", f'<div class="mathjax_ignore tex2jax_ignore">{self.html}</div>')

    @property
    def bundle(self) -> dict[str, str]:
        """Both forms by type, as IPython's display takes them."""
        return {"text/html": self.html, "text/plain": self.text}

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def box(inner: str, colour: str, label: str) -> str:
    """A panel of text with a coloured edge; label: its name for a screen reader."""
    return (
        f'<div role="group" aria-label="{escape(label, quote=True)}" style="border-left:6px solid {colour};'
        f"background:{PAPER};color:{INK};padding:12px 20px;margin:6px 0;max-width:960px;"
        f'border-radius:4px;font-size:1.1em;line-height:1.5">{inner}</div>'
    )


def row(term: str, words: str) -> str:
    """A term and what is said about it, as a paragraph."""
    return f'<p style="margin:6px 0"><span style="color:{SOFT}">{escape(term)}</span><br>{escape(words)}</p>'


def claim_card(claim: Claim) -> Card:
    """The claim of a notebook: its number, its plain words, what would make it false."""
    title = f"Claim {claim.number} · {claim.title}"
    read = f"Read fairly, paragraph {claim.paragraph} of the essay"
    inner = (
        f'<p style="margin:2px 0;font-weight:700">{escape(title)}</p>'
        f'<p style="margin:6px 0;font-size:1.2em">{escape(claim.statement)}</p>'
        + row(read, claim.fair_reading)
        + row("It would be false if", claim.false_if)
    )
    text = f"{title}\n{claim.statement}\n{read}: {claim.fair_reading}\nIt would be false if: {claim.false_if}"
    return Card(box(inner, COLOURS["urban"], title), text)


def source_line(source: str, alt: str = "") -> Card:
    """The line under a picture that says where its figures come from.

    alt: what the picture shows, folded away behind a word that anyone can open; JupyterLab does not hand the
    alt text of a PNG on to a screen reader, so it has to stand here as well.
    """
    words = source if source.lower().startswith("source") else f"Source: {source}"
    fold = f"<details><summary>The picture in words</summary>{escape(alt)}</details>" if alt else ""
    html = f'<div style="color:{SOFT};font-size:.95em;margin:0 0 10px;max-width:1000px">{escape(words)}{fold}</div>'
    return Card(html, words)


def key_numbers(rows: Sequence[tuple[str, str]]) -> Card:
    """Two to four numbers with their names, large enough to read aloud from: (name, value) pairs."""
    if not rows:
        raise ValueError("key_numbers needs at least one (name, value) pair")
    cells = "".join(
        f'<div style="padding:2px 28px 2px 0"><div style="color:{SOFT};font-size:.95em">{escape(name)}</div>'
        f'<div style="font-size:1.35em;font-weight:700">{escape(value)}</div></div>'
        for name, value in rows
    )
    html = f'<div style="display:flex;flex-wrap:wrap;color:{INK};margin:4px 0">{cells}</div>'
    return Card(html, "; ".join(f"{name}: {value}" for name, value in rows))


def text_table(frame: pd.DataFrame) -> Card:
    """A table whose cells are sentences: nothing is cut off, columns are read from the left."""
    with pd.option_context("display.max_colwidth", None, "display.width", 200, "display.max_columns", None):
        plain = frame.to_string()
        inner = translated_html(frame.to_html(border=0, justify="left", notebook=True))
    cells = "text-align:left !important; white-space:normal; font-size:14.5px"
    style = f"<style>.symbiosis-table td, .symbiosis-table th {{{cells}}}</style>"
    return Card(f'{style}<div class="symbiosis-table" style="max-width:1000px">{inner}</div>', plain)


def prose(words: str) -> Card:
    """A sentence that quotes computed numbers, set as the text around it is."""
    html = f'<p style="font-size:1.05em;line-height:1.55;max-width:960px;color:{INK}">{escape(words)}</p>'
    return Card(html, words)


def problem_note(words: str) -> Card:
    """What is wrong with the settings of a panel, said where its numbers would stand."""
    html = (
        f'<div role="alert" style="border-left:6px solid {COLOURS["alarm"]};padding:6px 14px;margin:4px 0;'
        f'background:{PAPER};color:{INK};max-width:960px">{escape(words)}</div>'
    )
    return Card(html, words)
