"""Make a deck of slides of every lecture: python start.py slides [NAME ...] [--live]

build/slides holds an HTML file for each notebook and what they share. They open from the file, with the network cut.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

import nbformat

from symbiosis.charts.style import FONTS
from tools.editions import colours, npm
from tools.editions.frames import store
from tools.editions.slides.deck import Deck, Slide, deck_of
from tools.editions.slides.frames import with_frames
from tools.editions.slides.live import make as make_live
from tools.notebooks import ROOT, paths

TARGET = ROOT / "build" / "slides"
HERE = Path(__file__).parent
REVEAL = npm.Package(
    "reveal.js", "4.6.1",
    "sha512-1CW0auaXNPmwmvQ7TwpszwVxMi2Xr5cTS3J3EBC/HHgbPF32Dn7aiu/LKWDOGjMbaDwKQiGmfqcoGQ74HUHCMw==",
)  # fmt: skip
MATHJAX_SETTINGS = """window.MathJax = {
  tex: { inlineMath: [["$", "$"]], displayMath: [["$$", "$$"]] },
  options: { ignoreHtmlClass: "mathjax_ignore|notes|foot", enableMenu: false },
  svg: { fontCache: "local" }
};"""
KEYS = "Arrows move, S opens the speaker's view, Esc shows all slides, M the map, C the code behind a slide."


def slide_html(slide: Slide) -> str:
    """One slide; deck.js splits it where it is too tall."""
    level = "h1" if slide.kind == "title" else "h2"
    code = f"<template>{''.join(slide.code)}</template>" if slide.code else ""
    notes = f'<aside class="notes">{"".join(slide.notes)}</aside>' if slide.notes else ""
    return (
        f'<section class="{slide.kind}" data-part="{slide.part}" aria-label="{escape(slide.heading, quote=True)}">'
        f"<{level}>{escape(slide.heading)}</{level}>"
        f'<div class="body">{"".join(slide.body)}</div>{code}{notes}</section>'
    )


def page(deck: Deck) -> str:
    """The deck as an HTML file beside its shared folder."""
    parts = [{"heading": p.heading, "minutes": p.minutes, "start": p.start} for p in deck.parts]
    clock = json.dumps(parts).replace("<", "\\u003c")
    slides = "\n".join(slide_html(slide) for slide in deck.slides)
    mathjax = f'<script>{MATHJAX_SETTINGS}</script><script src="shared/tex-svg.js"></script>' if "$" in slides else ""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(deck.title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="shared/reveal.css"><link rel="stylesheet" href="shared/deck.css"></head>
<body><main class="reveal"><div class="slides">
{slides}
</div></main>
<div class="foot"><button class="map" title="{KEYS}">Map</button><button class="running">Start the clock</button>
<span class="planned"></span><button class="behind" hidden>Code</button><span class="where"></span></div>
<script type="application/json" id="parts">{clock}</script>
{mathjax}<script src="shared/reveal.js"></script><script src="shared/notes.js"></script>
<script src="shared/deck.js"></script></body></html>
"""


def index(titles: Mapping[str, str]) -> str:
    """A page that lists all decks."""
    links = "".join(f'<li><a href="{stem}.html">{escape(title)}</a></li>' for stem, title in titles.items())
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Slides</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="shared/deck.css"></head><body class="index">'
        f"<main><h1>Slides</h1><p>{KEYS}</p><ul>{links}</ul></main></body></html>\n"
    )


def shared(target: Path) -> None:
    """What all decks use: reveal.js, MathJax, the fonts, and our style and script."""
    npm.take(REVEAL, {
        "dist/reveal.js": target / "reveal.js", "dist/reveal.css": target / "reveal.css",
        "plugin/notes/notes.js": target / "notes.js",
    })  # fmt: skip
    npm.take(npm.MATHJAX, {"es5/tex-svg.js": target / "tex-svg.js"})
    for font in sorted(FONTS.glob("SymbiosisSans-*.ttf")):
        shutil.copy(font, target)
    style = colours.stylesheet() + (HERE / "deck.css").read_text(encoding="utf-8")
    (target / "deck.css").write_text(style, encoding="utf-8")
    shutil.copy(HERE / "deck.js", target)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the decks, and a page that lists them."""
    parser = argparse.ArgumentParser(prog="start.py slides", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="how a notebook's file name starts, for instance 01")
    parser.add_argument("--live", action="store_true", help="make the decks for JupyterLab, where panels move")
    given = parser.parse_args(arguments)
    chosen = paths(given.names)
    if given.live:
        print(f"{make_live(chosen)[0].parent.relative_to(ROOT)}: {len(chosen)} live decks")
        return 0
    try:
        shared(TARGET / "shared")
    except npm.UnavailableError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    titles, still = {}, []
    for path in chosen:
        deck = deck_of(nbformat.read(path, as_version=4), path.stem)
        titles[path.stem] = deck.title
        fresh, _ = store.fresh(path)
        still += [name for name in store.names(path) if name not in fresh]
        (TARGET / f"{path.stem}.html").write_text(with_frames(page(deck), TARGET, fresh), encoding="utf-8")
    if not given.names:
        (TARGET / "index.html").write_text(index(titles), encoding="utf-8")
    size = sum(path.stat().st_size for path in TARGET.rglob("*") if path.is_file())
    words = f"; stored pictures for panels {', '.join(still)}" if still else ""
    print(f"{TARGET.relative_to(ROOT)}: {len(chosen)} decks, {size / 1e6:.1f} MB{words}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
