"""Citations: the works that a notebook lists become a bibliography, and their mentions in its prose links to it."""

from __future__ import annotations

import re

from nbformat import NotebookNode

from symbiosis.lesson.references import Reference, references

# Code, formulae, links and HTML hold no citations of ours.
_CLOSED = re.compile(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$\n]+\$|\{[^}]*\}`[^`]*`|!?\[[^\]]*\]\([^)]*\)|<[^>]+>", re.S)


def listed(cell: NotebookNode) -> list[str]:
    """The keys of the works that a cell lists; ValueError for a work that is not in the bibliography (any more)."""
    known = {work.markdown: key for key, work in references().items()}
    keys = []
    for output in cell.get("outputs", []):
        for line in str(output.get("data", {}).get("text/markdown", "")).splitlines():
            entry = line.removeprefix("- ")
            if line.startswith("- ") and entry not in known:
                raise ValueError(f"a listed work is not in references.bib as it stands there: {entry!r}; execute again")
            keys += [known[entry]] if line.startswith("- ") else []
    return keys


def bibliography(keys: list[str], prefix: str) -> str:
    """The directive for the works of one page; prefix: of their labels there."""
    wanted = "|".join(map(re.escape, keys))
    return f'```{{bibliography}}\n:filter: key % "^({wanted})$"\n:keyprefix: {prefix}\n```'


def cited(text: str, keys: list[str], prefix: str) -> str:
    """Markdown with each mention of these works ("Harris and Todaro 1970", with or without brackets) as a citation."""
    for key in sorted(keys, key=lambda one: -len(references()[one].short)):
        text = _outside(text, *_mention(references()[key]), f"{prefix}{key}")
    return text


def _mention(work: Reference) -> tuple[re.Pattern[str], str]:
    names = work.short.removesuffix(f" {work.year}")
    words = r"\s+".join(map(re.escape, names.split()))
    return re.compile(rf"(?<!\w){words}\s+(?:{work.year}(?!\d)|\({work.year}\))"), names


def _outside(text: str, pattern: re.Pattern[str], names: str, label: str) -> str:
    """Replace outside what is closed to citations."""

    def link(found: re.Match[str]) -> str:
        return f"{names} ({{cite:year}}`{label}`)" if found.group().endswith(")") else f"{{cite:p}}`{label}`"

    parts, at = [], 0
    for closed in _CLOSED.finditer(text):
        parts += [pattern.sub(link, text[at : closed.start()]), closed.group()]
        at = closed.end()
    return "".join([*parts, pattern.sub(link, text[at:])])
