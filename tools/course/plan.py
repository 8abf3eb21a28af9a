"""The map of the course: what each notebook needs, how long it takes, and plans of 4, 8 and 14 weeks."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat

from tools.lecture import lecture
from tools.notebooks import paths
from tools.reading import title_of

PAGE = "docs/course.md"
DECLARED = Path(__file__).with_name("plan.toml")


@dataclass(frozen=True)
class Need:
    """Notebooks to have read before, and what a reader is taken to know."""

    after: tuple[str, ...]
    knows: str


@dataclass(frozen=True)
class Course:
    """A plan: for each week the notebooks to read and what to do."""

    weeks: int
    title: str
    for_whom: str
    plan: tuple[tuple[tuple[str, ...], str], ...]


@dataclass(frozen=True)
class Entry:
    """A notebook: its number, file, title, and the minutes of its lecture with two exercises."""

    number: str
    file: str
    title: str
    minutes: float


def declared() -> tuple[Mapping[str, Need], Sequence[Course]]:
    """What plan.toml says; ValueError names a plan that does not fit itself."""
    plain = tomllib.loads(DECLARED.read_text(encoding="utf-8"))
    needs = {number: Need(tuple(one["after"]), one["knows"]) for number, one in plain["needs"].items()}
    courses = [
        Course(c["weeks"], c["title"], c["for_whom"], tuple((tuple(w["read"]), w["do"]) for w in c["plan"]))
        for c in plain["course"]
    ]
    for course in courses:
        if len(course.plan) != course.weeks:
            raise ValueError(f"the course of {course.weeks} weeks has a plan of {len(course.plan)}")
        unknown = [n for read, _ in course.plan for n in read if n not in needs]
        if unknown:
            raise ValueError(f"the course of {course.weeks} weeks reads {', '.join(unknown)}; declare what it needs")
    return needs, courses


def missing(course: Course, needs: Mapping[str, Need]) -> dict[str, tuple[str, ...]]:
    """Notebooks of a course that come before what they need, or without it; with what is missing."""
    found, known = {}, set()
    for read, _ in course.plan:
        for number in read:
            lacking = tuple(one for one in needs[number].after if one not in known)
            if lacking:
                found[number] = lacking
            known.add(number)
    return found


def entries() -> dict[str, Entry]:
    """Every notebook by its number."""
    found = {}
    for path in paths():
        notebook = nbformat.read(path, as_version=4)
        title = title_of(notebook).partition("·")[2].strip()
        found[path.stem[:2]] = Entry(path.stem[:2], path.name, title, lecture(notebook).minutes)
    return found


def course_page() -> str:
    """The page, in Markdown."""
    needs, courses = declared()
    known = entries()
    link = {n: f"[{n} {e.title}](../notebooks/{e.file})" for n, e in known.items()}
    lines = [
        "# A map for courses", "",
        "Each notebook holds one lecture, with a prediction, a panel and two exercises; what goes deeper is collapsed.",
        "Minutes are computed from the notebooks. A handout of one page for each is made by `start.py course`; terms",
        "stand in the [glossary](glossary.md). Made from `tools/course/plan.toml`.", "",
        "| notebook | minutes | better after | takes for granted |", "|---|---|---|---|",
    ]  # fmt: skip
    for number, need in needs.items():
        after = ", ".join(need.after) or "nothing"
        lines.append(f"| {link[number]} | {known[number].minutes:.0f} | {after} | {need.knows} |")
    for course in courses:
        lines += ["", f"## {course.weeks} weeks: {course.title}", "", f"For {course.for_whom}.", ""]
        lines += ["| week | lectures | minutes | to do |", "|---|---|---|---|"]
        for week, (read, task) in enumerate(course.plan, start=1):
            minutes = sum(known[n].minutes for n in read)
            lines.append(f"| {week} | {'; '.join(link[n] for n in read)} | {minutes:.0f} | {task} |")
        lacking = missing(course, needs)
        if lacking:
            words = "; ".join(f"{n} without {', '.join(before)}" for n, before in lacking.items())
            lines += ["", f"This plan reads {words}: say a sentence on what is left out."]
    return "\n".join(lines) + "\n"
