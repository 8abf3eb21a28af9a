"""The pages that are no notebooks: the index, the data dictionary, the works, the API reference."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import nbformat

import symbiosis
from symbiosis import tables
from symbiosis.lesson.claims import claims
from symbiosis.lesson.references import references
from symbiosis.tables.declared import resource
from tools.course.plan import entries
from tools.editions.book.downloads import package
from tools.lecture import tags

LAYERS = {
    "tables": "Tables of data, each column with unit, source and licence",
    "measures": "Pure numbers about places",
    "models": "Theories as objects with declared parameters",
    "evidence": "Estimates, and designs that isolate causes",
    "economy": "The integrated economy and its calibration",
    "lesson": "Claims, findings, verdicts and their ledger",
    "charts": "The style, and pictures that more than one place draws",
    "panels": "Live pictures: controls, a model or data, one figure",
    "sweeps": "Many runs of a model, on one machine or several",
}
_entries = cache(entries)
_VERDICT = re.compile(r"Verdict on claim \d+: ([^;\n]+)")


def index(readme: str, cost: str) -> str:
    """The first page: what the README opens with, and the lectures."""
    opening = readme.partition("\n| ")[0].strip()
    return "\n".join([
        opening, "",
        "Every page opens with a lecture; what goes deeper stands collapsed below it. Panels move here without",
        f"anything running; a click on *Run it live* opens the same page where the code runs in your browser: {cost}.",
        "", *_lectures("notebooks/"), "",
        _toctree(["notebooks/index", "docs/course", "docs/glossary", "works", "data/index", "api/index"]),
    ]) + "\n"  # fmt: skip


def lectures() -> str:
    """The page above the lectures."""
    pages = [entry.file.removesuffix(".ipynb") for entry in _entries().values()]
    return "\n".join(["# Lectures", "", *_lectures(""), "", _toctree(pages)]) + "\n"


def _lectures(folder: str) -> list[str]:
    """The lectures with their claims, minutes and verdicts, as a table."""
    verdicts = _verdicts()
    by_notebook = {claim.notebook: claim for claim in claims()}
    rows = []
    for entry in _entries().values():
        claim = by_notebook.get(entry.file.removesuffix(".ipynb"))
        words = claim.statement if claim else "an overview or annex; no verdict of its own"
        link = f"[{entry.number} {entry.title}]({folder}{entry.file})"
        rows.append(f"| {link} | {words} | {verdicts.get(entry.file, '')} | {entry.minutes:.0f} |")
    return ["| lecture | the claim | verdict | minutes |", "|---|---|---|---|", *rows]


def _toctree(pages: Sequence[str]) -> str:
    return "```{toctree}\n:hidden:\n:maxdepth: 1\n\n" + "\n".join(pages) + "\n```\n"


@cache
def _verdicts() -> dict[str, str]:
    from tools.notebooks import paths

    found = {}
    for path in paths():
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []) if "verdict" in tags(cell) else []:
                if told := _VERDICT.search(str(output.get("data", {}).get("text/plain", ""))):
                    found[path.name] = told[1].strip().lower()
    return found


def dictionary() -> Iterator[tuple[str, str]]:
    """File and text of the data dictionary: one page a table, and a list of them."""
    known = [(folder, given) for folder in tables.PACKAGES for given in package(folder)["resources"]]
    lines = ["# Data", "", "The dictionary of our tables. Every column has its unit, its source and its licence.", ""]
    lines += ["| table | what | columns | file |", "|---|---|---|---|"]
    for folder, given in known:
        size = f"{given['bytes'] / 1e6:.1f} MB"
        fields = len(given["schema"]["fields"])
        lines.append(f"| [{given['name']}]({given['name']}.md) | {given['title']} | {fields} | {folder}, {size} |")
    lines += ["", "```{toctree}", ":hidden:", "", *(given["name"] for _, given in known), "```"]
    yield "data/index.md", "\n".join(lines) + "\n"
    for _, given in known:
        yield (
            f"data/{given['name']}.md",
            _table_page(given["name"], given.get("description", ""), given.get("notes", [])),
        )


def _table_page(name: str, description: str, notes: Sequence[str]) -> str:
    found = resource(name)
    cite = f"Symbiosis {symbiosis.__version__}, table {name} (sha256 {found.sha256[:12]}), columns …"
    lines = [
        f"# {name}", "", f"**{found.title}.** {description}", "",
        f"File: <a href=\"../_static/tables/{found.path.name}\" download>{found.path.name}</a>; "
        f"one row for each {', '.join(f'`{one}`' for one in found.key)}.", "",
        "    from symbiosis import tables", f"    {name} = tables.load(\"{name}\")", "",
        f"To cite a number: *{cite}, and the source of the column.*", "",
        "| column | what | meaning and source |", "|---|---|---|",
    ]  # fmt: skip
    for one in found.columns:
        source = f"<small>{_cell(one.source)} ({_cell(one.licence)})</small>"
        what, meaning = _cell(tables.label(name, one.name)), _cell(one.description)
        lines.append(f"| `{one.name}` | {what} | {meaning} {source} |")
    if notes:
        lines += ["", "## What to know", "", *(f"- {note}" for note in notes)]
    return "\n".join(lines) + "\n"


def _cell(words: str) -> str:
    return words.replace("|", r"\|").replace("\n", " ").replace("$", r"\$").replace("<", "&lt;")


def works(cited: Mapping[str, Sequence[str]]) -> str:
    """All works by author and year, with the pages that cite them; cited: by key, the stems of notebooks."""
    lines = ["# Works", "", "Every work of the project, with its DOI where it is certain, and who cites it.", ""]
    for key, work in sorted(references().items(), key=lambda one: one[1].full):
        links = ", ".join(f"[{stem[:2]}](notebooks/{stem}.ipynb)" for stem in cited.get(key, ()))
        lines.append(f"- {work.markdown}" + (f" Cited in {links}." if links else ""))
    return "\n".join(lines) + "\n"


def reference(library: Path) -> Iterator[tuple[str, str]]:
    """File and text of the API reference: a page a layer, read from the docstrings."""
    heading = "Library"
    lines = [heading, "=" * len(heading), "", f"Version {symbiosis.__version__}, read from its docstrings.", ""]
    lines += [f"- :doc:`{layer} <{layer}>`: {words}." for layer, words in LAYERS.items()]
    lines += ["", ".. toctree::", "   :hidden:", "", "   ground", *(f"   {layer}" for layer in LAYERS)]
    yield "api/index.rst", "\n".join(lines) + "\n"
    yield (
        "api/ground.rst",
        _modules("ground", "What everything stands on", ["symbiosis.checks", "symbiosis.parameters"]),
    )
    for layer, words in LAYERS.items():
        files = sorted((library / layer).rglob("*.py"))
        names = [".".join(("symbiosis", *file.relative_to(library).with_suffix("").parts)) for file in files]
        wanted = [n for n in names if not n.endswith("__init__")]
        if layer == "tables":
            wanted.insert(0, "symbiosis.tables")
        yield f"api/{layer}.rst", _modules(layer, words, wanted)


def _modules(title: str, words: str, names: Sequence[str]) -> str:
    lines = [title, "=" * len(title), "", f"{words}.", ""]
    for name in names:
        short = name.removeprefix("symbiosis.").removeprefix(f"{title}.")
        lines += [short, "-" * len(short), "", f".. automodule:: {name}", "   :members:", ""]
    return "\n".join(lines) + "\n"
