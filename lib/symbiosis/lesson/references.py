"""Every work that is cited, from one list (references.bib), which other programs that know BibTeX read as well."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

_LIST = Path(__file__).with_name("references.bib")
_WHERE = ("journal", "booktitle", "publisher", "institution", "howpublished")


@dataclass(frozen=True)
class Reference:
    """A work; authors are written "Harris, J. R."; outlet: where it came out, with volume, number and pages.

    doi: empty where it is not certain. note: what to know before quoting it, such as pages that are not confirmed.
    """

    key: str
    authors: tuple[str, ...]
    year: int
    title: str
    outlet: str
    doi: str = ""
    note: str = ""

    @property
    def short(self) -> str:
        """As in a sentence: Harris and Todaro 1970; with more than three authors the first and others."""
        names = [author.partition(",")[0] for author in self.authors]
        if len(names) > 3 or names[-1] == "others":
            return f"{names[0]} and others {self.year}"
        return f"{' and '.join(filter(None, (', '.join(names[:-1]), names[-1])))} {self.year}"

    @property
    def full(self) -> str:
        """As in a list: authors, year, title, where it came out, the address of its DOI."""
        return self._listed(self.outlet, f"https://doi.org/{self.doi}")

    @property
    def markdown(self) -> str:
        """The same in Markdown, with the DOI as a link."""
        return self._listed(f"*{self.outlet}*", f"[doi:{self.doi}](https://doi.org/{self.doi})")

    def _listed(self, outlet: str, address: str) -> str:
        note = f" ({self.note})" if self.note else ""
        end = f". {address}" if self.doi else "."
        return f"{'; '.join(self.authors)} ({self.year}): {self.title}. {outlet}{note}{end}"


def _braced(text: str, start: int) -> int:
    """Where the brace that opens at start is closed, counting those within."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place
    raise ValueError(f"references: a brace is never closed: {text[start : start + 60]!r}")


def _entries(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Key and fields of every entry of a BibTeX file; words outside entries are remarks."""
    for found in re.finditer(r"^@\w+(\{)\s*([^\s,]+)\s*,", text, re.MULTILINE):
        body, at, fields = text[found.end() : _braced(text, found.start(1))], 0, {}
        while start := re.compile(r"\s*(\w+)\s*=\s*(?=\{)").match(body, at):
            end = _braced(body, start.end())
            fields[start[1].lower()] = re.sub(r"[{}]", "", body[start.end() : end])
            at = end + 1 + (body[end + 1 : end + 2] == ",")
        if rest := body[at:].strip():
            raise ValueError(f"references: entry {found[2]!r} cannot be read from here on: {rest[:60]!r}")
        yield found[2], fields


def _reference(key: str, fields: dict[str, str]) -> Reference:
    missing = [name for name in ("author", "year", "title") if not fields.get(name)]
    place = next((fields[name] for name in _WHERE if fields.get(name)), "")
    if missing or not place:
        raise ValueError(f"references: entry {key!r} lacks {', '.join(missing) or 'one of ' + ', '.join(_WHERE)}")
    if volume := fields.get("volume"):
        place += f" {volume}" + (f"({fields['number']})" if "number" in fields else "")
    if pages := fields.get("pages"):
        place += ":" + pages.replace("--", "\u2013")
    authors = tuple(fields["author"].split(" and "))
    return Reference(
        key, authors, int(fields["year"]), fields["title"], place, fields.get("doi", ""), fields.get("note", "")
    )


def parse(text: str) -> dict[str, Reference]:
    """The works of a BibTeX file by their keys; ValueError names an entry that cannot be read or comes twice."""
    found: dict[str, Reference] = {}
    for key, fields in _entries(text):
        if key in found:
            raise ValueError(f"references: entry {key!r} comes twice")
        found[key] = _reference(key, fields)
    return found


@cache
def references() -> dict[str, Reference]:
    """Every work of the project by its key."""
    return parse(_LIST.read_text(encoding="utf-8"))


def nearest(wanted: str, known: Iterable[str]) -> str:
    """The end of a message: which names lie near one that is not known; empty where none does."""
    near = ", ".join(get_close_matches(wanted, known))
    return f"; near it: {near}" if near else ""


def reference(key: str) -> Reference:
    """The work with a key such as harris1970migration; ValueError with the nearest keys for one not there."""
    known = references()
    if key not in known:
        raise ValueError(f"no work {key!r} among the references (references.bib){nearest(key, known)}")
    return known[key]
