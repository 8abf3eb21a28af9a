"""The page that a reader sees first: what opening a notebook costs, and one link for each."""

from __future__ import annotations

import html
import json
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from symbiosis.charts.style import COLOURS
from symbiosis.lesson.claims import claims
from tools.editions.wasm import runtime
from tools.environment import ROOT

HERE = Path(__file__).resolve().parent
MEASURED = ROOT / "bench" / "results" / "site.json"
"""Megabytes and seconds of one visit, as visit.py measured them."""
KINDS = {
    "self-hosted": "Everything comes from this address. Every notebook is tested by value on this very runtime.",
    "cdn": (
        "Python's packages come from $cdn, which sees that you open a notebook; they are not kept for a time without a "
        "network. Not tested against the real network, only against a stand-in for it."
    ),
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
    busy = f", which ran {m['load_average']:.0f} programs at once" if m["load_average"] >= m["processors"] + 1 else ""
    return (
        f"The first notebook fetches {m['megabytes']:.0f} MB to its first picture, in all {m['all_megabytes']:.0f} MB. "
        f"Measured on {m['date']} on a computer with {m['processors']} processors{busy}: {picture:.0f} seconds to "
        f"the first picture and {last:.0f} to the last, from the same computer; a line of 50 Mbit/s adds about "
        f"{m['megabytes'] * 8 / 50:.0f}. Later notebooks fetch only themselves."
    )


def write(site: Path, kind: str, cdn: str) -> None:
    """Write index.html."""
    items = []
    for name, title in titles():
        items.append(f'<li><a href="notebooks/?path=notebooks/{name}">{html.escape(title)}</a></li>')
    kind_in_words = Template(KINDS[kind]).substitute(cdn=urlsplit(cdn).netloc)
    page = Template((HERE / "start.html").read_text(encoding="utf-8"))
    text = page.substitute(
        {role: COLOURS[role] for role in ("ink", "paper", "urban", "grid", "soft", "muted_words")},
        cost=html.escape(cost()), kind=html.escape(kind_in_words), claims=len(claims()), items="\n".join(items),
        version=runtime.VERSION,
    )  # fmt: skip
    (site / "index.html").write_text(text, encoding="utf-8")
