"""The page that a reader sees first: what opening a notebook costs, and one link for each."""

from __future__ import annotations

import html
import json
from pathlib import Path
from string import Template

from symbiosis.charts.style import COLOURS
from symbiosis.lesson.claims import claims
from tools.editions.wasm import runtime
from tools.environment import ROOT

HERE = Path(__file__).resolve().parent
MEASURED = ROOT / "bench" / "results" / "site.json"
"""Megabytes and seconds of one visit, as visit.py measured them."""
KINDS = {
    "self-hosted": "Everything comes from this address. Every notebook is tested by value on this very runtime.",
    "cdn": "Python's packages come from cdn.jsdelivr.net, which sees that you open a notebook. This is not tested.",
}


def titles() -> list[tuple[str, str]]:
    """File and title of every notebook, in order."""
    found = []
    for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]
        heading = "".join(first).splitlines()[0].lstrip("# ").strip()
        found.append((path.name, heading))
    return found


def cost() -> str:
    """The sentence on what it costs."""
    if not MEASURED.is_file():
        return "What opening a notebook costs has not been measured for this edition."
    m = json.loads(MEASURED.read_text(encoding="utf-8"))
    picture, last = m["first_picture_seconds"], m["all_seconds"]
    return (
        f"The first notebook fetches about {m['megabytes']:.0f} MB. Measured on {m['machine']} from the same computer, "
        f"the first picture stood after {picture:.0f} seconds and the last after {last:.0f}; over a line of 50 Mbit/s "
        f"the fetching adds about {m['megabytes'] * 8 / 50:.0f} seconds. Later notebooks fetch only themselves."
    )


def write(site: Path, pyodide: str, kind: str) -> None:
    """Write index.html."""
    items = []
    for name, title in titles():
        items.append(f'<li><a href="notebooks/?path=notebooks/{name}">{html.escape(title)}</a></li>')
    page = Template((HERE / "start.html").read_text(encoding="utf-8"))
    text = page.substitute(
        {role: COLOURS[role] for role in ("ink", "paper", "urban", "grid", "soft", "muted_words")},
        cost=html.escape(cost()), kind=html.escape(KINDS[kind]), claims=len(claims()), items="\n".join(items),
        version=runtime.VERSION,
    )  # fmt: skip
    (site / "index.html").write_text(text, encoding="utf-8")
