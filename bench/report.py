"""bench/RESULTS.md from what bench/results holds: every figure with its goal, and why a goal is missed.

python -m bench.report
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.record import RESULTS, ROOT
from bench.sections import SECTIONS, Goal, Part, Table, generic

PAGE = ROOT / "bench" / "RESULTS.md"
HEAD = """\
# What was measured

Written by `python start.py bench` (or `make bench`) from the files in [results](results/); [README.md](README.md) says
what each measures. Rivals ran in the same run as ours, in turns, so that a busy moment of the machine hit both: read
ratios rather than seconds. The load is the mean number of running processes in the minute before and at the end of a
measurement; on two cores, more than 2 at the start means that others used the machine too.
"""


def _rows(rows: list[list[str]]) -> list[str]:
    return ["| " + " | ".join(row) + " |" for row in rows]


def table_lines(table: Table) -> list[str]:
    """A table in Markdown; its first column holds names, the others figures."""
    rule = "|---|" + "---:|" * (len(table.columns) - 1)
    cells = [[_cell(value) for value in row] for row in table.rows]
    return [*_rows([list(table.columns)]), rule, *_rows(cells), ""]


def _cell(value: object) -> str:
    if value is None:
        return "not measured"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    else:
        text = f"{value:,}" if isinstance(value, int) else str(value)
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def circumstances(result: Mapping[str, Any]) -> str:
    """When, on what and with what a result was measured, in a line; nothing where the file does not say."""
    said = []
    if "date" in result:
        said.append(f"Measured {result['date']}")
    machine = result.get("machine")
    if isinstance(machine, Mapping):
        words = {
            "cores": "{} cores",
            "processor": "{}",
            "memory_gb": "{:.0f} GB",
            "system": "{}",
            "python": "Python {}",
        }
        said += [form.format(machine[key]) for key, form in words.items() if machine.get(key) is not None]
    elif machine:
        said.append(str(machine))
    said += [f"{name} {number}" for name, number in result.get("versions", {}).items()]
    loads = result.get("load_average")
    if loads is not None:
        loads = loads if isinstance(loads, list) else [loads]
        said.append("load " + " to ".join(str(load) for load in loads))
    return ", ".join(said) + "." if said else ""


def goal_lines(named: list[tuple[str, Goal]]) -> list[str]:
    """Every goal beside its figure, and under them the causes of those missed."""
    rows = [[title, goal.what, goal.wanted, goal.found, "met" if goal.met else "missed"] for title, goal in named]
    missed = [
        f"- {title}, {goal.what}: {goal.cause or 'the cause is not known'}" for title, goal in named if not goal.met
    ]
    lines = ["## Goals", "", "| measured by | what | goal | figure | |", "|---|---|---|---|---|", *_rows(rows), ""]
    return [*lines, *(["Where a goal is missed, and why:", "", *missed, ""] if missed else [])]


def _with_cause(goal: Goal, result: Mapping[str, Any]) -> Goal:
    """A missed goal whose cause may be that others used the machine says so."""
    loads, machine = result.get("load_average"), result.get("machine")
    before = loads[0] if isinstance(loads, list) else loads
    cores = machine.get("cores") if isinstance(machine, Mapping) else None
    if goal.met or goal.cause or not cores or not before or before <= cores:
        return goal
    cause = f"not known, for others used the machine (load {before} on {cores} cores): measure on a quiet one"
    return replace(goal, cause=cause)


def read(file: Path) -> dict[str, Any]:
    """A result; SystemExit that names the file where it is no JSON."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SystemExit(f"{file.name} is damaged ({error}); measure again, or delete it") from None
    return found if isinstance(found, dict) else {"rows": found}


def page(folder: Path = RESULTS) -> str:
    """The whole page in Markdown."""
    goals: list[tuple[str, Goal]] = []
    body: list[str] = []
    known = [section.name for section in SECTIONS]
    others = sorted(file.stem for file in folder.glob("*.json") if file.stem not in known)
    for name in [*known, *others]:
        section = next((s for s in SECTIONS if s.name == name), None)
        file = folder / f"{name}.json"
        if section and not file.exists():
            body += [f"## {section.title}", "", f"Not measured: there is no results/{name}.json.", ""]
            continue
        result = read(file)
        title = section.title if section else str(result.get("title", name.replace("_", " ").capitalize()))
        part: Part = (section.read if section else generic)(result)
        goals += [(title, _with_cause(goal, result)) for goal in part.goals]
        body += [f"## {title}", ""]
        for table in part.tables:
            body += [*([table.title + ":", ""] if table.title else []), *table_lines(table)]
        body += [*([part.words, ""] if part.words else [])]
        body += [words for words in (circumstances(result),) if words] + [""]
    return "\n".join([HEAD, *goal_lines(goals), *body]).rstrip() + "\n"


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
