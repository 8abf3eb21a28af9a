"""Build the book from the committed notebooks: python start.py book [--live ADDRESS] [--output FOLDER]

Nothing is executed. Panels move where `start.py frames` has run; elsewhere their stored pictures stand. MathJax is
fetched once by npm (the network is needed for that); after that it builds, and always opens, without a network.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import nbformat

from symbiosis import tables
from symbiosis.tables.declared import resource
from tools.course.handout import handout_of
from tools.course.handout import page as handout_page
from tools.course.plan import course_page
from tools.course.terms import glossary_page
from tools.editions import npm
from tools.editions.book import citations, front
from tools.editions.book.pages import Shelf, page
from tools.editions.colours import stylesheet
from tools.editions.frames.widget import SCRIPT, STYLE
from tools.lecture import tags
from tools.notebooks import ROOT, paths

HERE = Path(__file__).parent
OUTPUT = ROOT / "build" / "book"
LIVE = "../../site/notebooks/index.html?path=notebooks/{file}"
"""The browser edition beside the book, as `start.py site` builds it; {file} stands for the notebook."""
MEASURED = ROOT / "bench" / "results" / "site.json"
"""Megabytes and seconds of one visit to it, where they have been measured."""


def cost() -> str:
    """What running a page live costs, in words."""
    if not MEASURED.is_file():
        return "a Python is loaded into your browser once, which takes tens of megabytes"
    visit = json.loads(MEASURED.read_text(encoding="utf-8"))
    megabytes, seconds = visit["megabytes"], visit["first_picture_seconds"]
    return f"about {megabytes:.0f} MB once, and {seconds:.0f} s to the first picture where that was measured"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: that of Sphinx."""
    parser = argparse.ArgumentParser(prog="start.py book", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--live", default=LIVE, help="address of the browser edition; {file} stands for the notebook")
    parser.add_argument("--cost", default=cost(), help="what opening it costs, in words")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="where the book goes (build/book)")
    chosen = parser.parse_args(arguments)
    started = time.monotonic()
    source = chosen.output.with_name(f"{chosen.output.name}-source")
    try:
        shelf = prepare(source, chosen.live, chosen.cost)
    except (npm.UnavailableError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    prepared = time.monotonic() - started
    status = sphinx(source, chosen.output)
    files = [f.stat().st_size for f in chosen.output.rglob("*") if f.is_file()]
    moving = shelf.panels - len(shelf.without_frames)
    print(f"panels: {moving} of {shelf.panels} move", end="")
    print(f"; stored pictures for {', '.join(shelf.without_frames)}" if shelf.without_frames else "")
    words = f"{sum(files) / 1e6:.0f} MB in {len(files)} files"
    print(
        f"{chosen.output}: {words}; {prepared:.0f} s to prepare, {time.monotonic() - started - prepared:.0f} s Sphinx"
    )
    return status


def prepare(source: Path, live: str, cost: str) -> Shelf:
    """Write everything that Sphinx reads into a folder; what was there is removed."""
    shutil.rmtree(source, ignore_errors=True)
    static = source.with_name(f"{source.name}-static")
    shutil.rmtree(static, ignore_errors=True)
    shelf = Shelf(static, live, cost)
    cited: dict[str, list[str]] = {}
    for path in paths():
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            for key in citations.listed(cell) if "sources" in tags(cell) else []:
                cited.setdefault(key, []).append(path.stem)
        handout = _handout(notebook, path.stem, static)
        _write(source / "notebooks" / path.name, nbformat.writes(page(path, shelf, handout=handout)))
        _copy(path, static / "notebooks")
    _write(source / "docs" / "course.md", course_page())
    _write(source / "docs" / "glossary.md", glossary_page())
    _write(source / "index.md", front.index((ROOT / "README.md").read_text(encoding="utf-8"), cost))
    _write(source / "notebooks" / "index.md", front.lectures())
    _write(source / "works.md", front.works(cited))
    for name, text in [*front.dictionary(), *front.reference(Path(tables.__file__).parents[1])]:
        _write(source / name, text)
    _static(static)
    return shelf


def _handout(notebook: nbformat.NotebookNode, stem: str, static: Path) -> bool:
    """Write the handout of a notebook; False, and a line that says why, where it lacks something for one."""
    try:
        text = handout_page(handout_of(notebook, stem))
    except ValueError as error:
        print(f"no handout: {error}")
        return False
    _write(static / "handouts" / f"{stem}.html", text)
    return True


def _static(static: Path) -> None:
    for folder in tables.PACKAGES:
        for name in tables.names(folder):
            _copy(resource(name).path, static / "tables")
    for file in (SCRIPT, STYLE, HERE / "book.css", HERE / "book.js"):
        _copy(file, static)
    _write(static / "symbiosis-colours.css", stylesheet('html[data-theme="dark"] { %s }'))
    mathjax = {"es5/tex-svg.js": static / "mathjax" / "tex-svg.js", "LICENSE": static / "mathjax" / "LICENSE"}
    npm.take(npm.MATHJAX, mathjax)


def sphinx(source: Path, output: Path) -> int:
    """Run Sphinx over a prepared folder; 1 where it warns of anything."""
    from sphinx.cmd.build import build_main

    shutil.rmtree(output, ignore_errors=True)
    os.environ["MPLBACKEND"] = "agg"
    settings = ["-D", "html_static_path=" + str(source.with_name(f"{source.name}-static"))]
    jobs = str(min(4, os.cpu_count() or 1))
    doctrees = str(source.with_name(f"{source.name}-doctrees"))
    shutil.rmtree(doctrees, ignore_errors=True)
    common = ["-b", "html", "-q", "-E", "-j", jobs, "-c", str(HERE), "-d", doctrees]
    return int(build_main([*common, *settings, str(source), str(output)]))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _copy(path: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, folder / path.name)


if __name__ == "__main__":
    raise SystemExit(main())
