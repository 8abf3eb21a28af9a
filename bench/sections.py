"""What RESULTS.md says of each result: a title, and a reader that turns the file into tables and goals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Result = Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """Rows of figures; columns: their heads, names first."""

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    title: str = ""


@dataclass(frozen=True)
class Goal:
    """What is wanted of a figure, beside the figure; cause: why it is missed, shown only then."""

    what: str
    wanted: str
    found: str
    met: bool
    cause: str = ""


@dataclass(frozen=True)
class Part:
    """What a section shows."""

    tables: Sequence[Table] = ()
    goals: Sequence[Goal] = field(default=())
    words: str = ""


@dataclass(frozen=True)
class Section:
    """name: of the file in results; title: its heading; read: from the file to what is shown."""

    name: str
    title: str
    read: Callable[[Result], Part]


_ASIDE = {"title", "date", "machine", "versions", "load_average", "words", "goals"}


def generic(result: Result) -> Part:
    """Any result that has no reader of its own.

    rows (a list of objects) becomes a table, and so does every other list of objects; lists and single figures a table
    of names and values; goals (objects with what, wanted, found, met, cause) and words are taken as they are.
    """
    tables, single = [], []
    for name, value in result.items():
        if name in _ASIDE:
            continue
        title = "" if name in ("rows", "figures") else name.replace("_", " ")
        if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            columns = list(dict.fromkeys(key for row in value for key in row))
            tables.append(Table(_heads(columns), [[row.get(key, "") for key in columns] for row in value], title))
        elif isinstance(value, dict) and value and all(isinstance(v, dict) for v in value.values()):
            columns = list(dict.fromkeys(key for row in value.values() for key in row))
            rows = [[name, *(row.get(key, "") for key in columns)] for name, row in value.items()]
            tables.append(Table(["", *_heads(columns)], rows, title))
        elif isinstance(value, dict):
            tables.append(Table(["", ""], [[k.replace("_", " "), _plain(v)] for k, v in value.items()], title))
        else:
            single.append([name.replace("_", " "), _plain(value)])
    goals = [Goal(**goal) for goal in result.get("goals", [])]
    return Part([*([Table(["", ""], single)] if single else []), *tables], goals, str(result.get("words", "")))


def _heads(columns: Sequence[str]) -> list[str]:
    return [column.replace("_", " ") for column in columns]


def _plain(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _times(ratio: float) -> str:
    return f"{ratio:.0f} times" if ratio >= 20 else f"{ratio:.1f} times"


def _load_tables(result: Result) -> Part:
    figures = result["figures"]
    rows = [*figures["median_seconds"].items(), ("all", figures["all_tables_seconds"])]
    whole = figures["all_tables_seconds"]
    goal = Goal("every table, read and checked in a fresh process", "under 1 s", f"{whole:.2f} s", whole < 1)
    return Part([Table(["table", "s, median of five"], rows)], [goal])


def _notebook_times(result: Result) -> Part:
    figures = result["figures"]
    slowest = max(figures, key=figures.get)
    found = f"{figures[slowest]:.1f} s ({slowest})"
    goal = Goal("fresh kernel to last cell, slowest notebook", "under 10 s", found, figures[slowest] < 10)
    return Part([Table(["notebook", "s, median of three"], list(figures.items()))], [goal])


def _latency_row(name: str, found: Mapping[str, float]) -> list[object]:
    return [name, found["median"], found["p10"], found["p90"], found["n"]]


_LATENCY = ["ms: median", "10th percentile", "90th percentile", "presses"]


def _notebook_panels(result: Result) -> Part:
    figures = result["figures"]
    slowest = max(figures, key=lambda name: figures[name]["median"])
    uneven = max(figures, key=lambda name: figures[name]["p90"] / figures[name]["median"])
    median, ratio = figures[slowest]["median"], figures[uneven]["p90"] / figures[uneven]["median"]
    goals = [
        Goal("median of the slowest panel", "at most 80 ms", f"{median:.0f} ms ({slowest})", median <= 80),
        Goal("90th percentile over median", "under 2", f"{ratio:.1f} ({uneven})", ratio < 2,
             "a panel has few sliders, so few presses, and one slow press is its 90th percentile"),
    ]  # fmt: skip
    return Part([Table(["panel of notebook", *_LATENCY], [_latency_row(*one) for one in figures.items()])], goals)


def _panel_latency(result: Result) -> Part:
    figures = result["figures"]
    rows = [
        [*_latency_row(name, one), one["median_to_change"], one["drag_of_25_pictures"],
         one["drag_last_key_to_last_picture_ms"]]
        for name, one in figures.items()
    ]  # fmt: skip
    columns = ["technique", *_LATENCY, "median to change", "pictures in a drag of 25 steps", "last key to last picture"]
    panel = figures["Panel"]
    ratio, tail = figures["interact"]["median"] / panel["median"], panel["p90"] / panel["median"]
    goals = [
        Goal("median of a panel", "at most 80 ms", f"{panel['median']:.0f} ms", panel["median"] <= 80),
        Goal("faster than interact", "at least 7 times", _times(ratio), ratio >= 7),
        Goal("90th percentile over median", "under 2", f"{tail:.1f}", tail < 2),
    ]
    if "bqplot" in figures:
        rival = figures["bqplot"]["median"]
        cause = (
            "bqplot sends numbers, and the browser draws them; a Panel draws and packs a whole picture, which "
            "the browser decodes: what a picture costs that every export and page without a kernel can show"
        )
        found = f"{panel['median']:.0f} ms, bqplot {rival:.0f} ms"
        goals.append(
            Goal("beside bqplot, the same picture", "at most its median", found, panel["median"] <= rival, cause)
        )
    lacking = [name for name in ("bqplot", "ipympl") if name not in figures]
    words = f"Not measured, as not installed: {', '.join(lacking)}." if lacking else ""
    return Part([Table(columns, rows)], goals, words)


def _agents(result: Result) -> Part:
    figures = result["figures"]
    rows = [
        [who, int(people), one["agent_steps_per_second"], one["milliseconds_per_round"], one["megabytes"]]
        for name, who in (("ours", "ours"), ("mesa", "Mesa"), ("mesa_bare", "Mesa, its agents called from a list"))
        for people, one in figures.get(name, {}).items()
    ]
    columns = ["model", "people", "agent-steps a second", "ms a round", "MB beside the program"]
    words = f"{figures['rounds']} rounds, in each of which {figures['reconsider']:.0%} of the people look and choose. "
    if "ratio_to_mesa" not in figures:
        return Part([Table(columns, rows)], (), words + "Mesa is not installed here.")
    words += (
        f"All gave the same path bit for bit: {'yes' if figures['same_path'] else 'no'}. Mesa's agents called from a "
    )
    words += f"plain list, without Mesa's sets of agents, are {_times(figures['ratio_to_mesa_bare'])} slower than ours."
    ratio, million = figures["ratio_to_mesa"], figures["ours"]["1000000"]
    found = f"{million['milliseconds_per_round']:.1f} ms a round, {million['megabytes']:.0f} MB"
    goals = [
        Goal("agent-steps a second, beside Mesa on the same rules", "at least 50 times", _times(ratio), ratio >= 50),
        Goal("a million people", "under 80 ms a round", found, million["milliseconds_per_round"] < 80),
    ]
    return Part([Table(columns, rows)], goals, words)


SECTIONS: tuple[Section, ...] = (
    Section("load_tables", "Tables", _load_tables),
    Section("panel_latency", "Slider to picture", _panel_latency),
    Section("agents", "Migration, person by person", _agents),
    Section("notebook_panels", "The panel of every notebook", _notebook_panels),
    Section("notebook_times", "Notebooks", _notebook_times),
    Section("slow_tests", "The slowest tests", generic),
    Section("mutants", "Faults caught by tests", generic),
    Section("site", "A visit to the browser edition", generic),
    Section("book", "The book", generic),
    Section("editions", "The editions", generic),
)
