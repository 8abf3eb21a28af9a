"""What RESULTS.md says of each result: a title, and a reader that turns the file into tables and goals."""

from __future__ import annotations

import math
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


SLOWEST = 20
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


def slow_tests(result: Result) -> Part:
    """Each part of the tests, and the slowest tests of all of them."""
    parts = result["figures"]
    shown = ("wall_seconds", "processor_seconds", "load_before", "passed")
    slowest = sorted((one for part in parts.values() for one in part["slowest"]), key=lambda one: -one["seconds"])
    tables = [
        Table(["part", *_heads(shown)], [[name, *(part[key] for key in shown)] for name, part in parts.items()]),
        Table(["test", "part", "s"], [[one["test"], one["part"], one["seconds"]] for one in slowest[:SLOWEST]]),
    ]
    if not {"lib", "conventions", "browser"} <= set(parts):
        return Part(tables)
    # The types are checked beside the library.
    wall = sum(part["wall_seconds"] for name, part in parts.items() if name != "types")
    return Part(tables, [Goal("`start.py test`, its parts one by one", "under 360 s", f"{wall:.0f} s", wall < 360)])


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


def _inequality(result: Result) -> Part:
    figures: Any = result["figures"]
    columns = ["index", "who", "incomes", "s", "processor s", "MB beside the incomes"]
    keys = ("index", "who", "incomes", "seconds", "processor_seconds", "megabytes")
    most = max(row["incomes"] for row in figures)
    spent = {(row["index"], row["who"]): row["processor_seconds"] for row in figures if row["incomes"] == most}
    goals = []
    for index in ("Gini", "Theil's T") if ("Gini", "PySAL") in spent else ():
        ratio = spent[index, "PySAL"] / spent[index, "ours"]
        goals.append(Goal(f"{index} beside PySAL", "at least as fast", _times(ratio), ratio >= 1))
    weighted = spent["Gini", "ours, weighted"]
    goals.append(Goal("weighted Gini of ten million", "under 2.9 s", f"{weighted:.1f} s of {most:,}",
                      weighted < 2.9 and most >= 10_000_000))  # fmt: skip
    return Part([Table(columns, [[row[key] for key in keys] for row in figures])], goals, "PySAL has no weights.")


def _settlement(result: Result) -> Part:
    figures: Any = result["figures"]
    columns = ["counties", "s to prepare", "s to solve", "MB"]
    rows = [[row["places"], row["prepare_seconds"], row["solve_seconds"], row["megabytes"]] for row in figures]
    small, large = figures[-3], figures[-1]
    more = large["places"] / small["places"]
    power = math.log(large["solve_seconds"] / small["solve_seconds"]) / math.log(more)
    words = (
        f"From {small['places']} to {large['places']} counties the time to solve grows with the power {power:.1f} of "
    )
    words += "their number: every step multiplies a matrix of all pairs by a vector. Processor time; memory is that of "
    words += "flows, costs and shares between all pairs, eight bytes each."
    return Part([Table(columns, rows)], (), words)


def _two_cores(result: Result) -> Part:
    figures: Any = result["figures"]
    columns = ["what", "rows of a block", "memory", "microseconds, alone", "beside a copy", "of these in the system",
               "pages fetched a run", "gain of a second process"]  # fmt: skip
    rows = []
    for row in figures["workloads"]:
        alone, pair = row["alone"], row["pair"]
        gain = 2 * alone["processor"] / pair["processor"]
        rows.append([row["what"], row["rows"] or "", row["memory"] if row["rows"] else "", alone["processor"],
                     pair["processor"], pair["system"], pair["pages"], f"{gain:.2f} times"])  # fmt: skip
    economy = {(row["rows"], row["memory"]): row for row in figures["workloads"] if row["what"] == "economy"}
    kept, returned = economy[512, "kept"]["pair"], economy[512, "returned at once"]["pair"]
    words = (
        "Processor time of a run (or of a step), which does not count what others use; the gain is what two cores of "
    )
    words += "one's own would bring. What was wrong with a second process: Dask asks the C library of its workers to "
    words += (
        "return memory at once, so that the arrays of every block are fetched anew, page by page; in blocks of 512 "
    )
    words += (
        f"rows that took {returned['processor'] / kept['processor']:.1f} times the processor time of a process that "
    )
    words += (
        f"keeps its memory ({returned['system']:.0f} of {returned['processor']:.0f} microseconds a run in the system)"
    )
    words += ". The sweeps' own workers now keep it. Starting two workers takes "
    words += (
        f"{figures['start_seconds']:.1f} s a sweep, packing a run {figures['packing_microseconds']:.1f} microseconds."
    )
    return Part([Table(columns, rows)], (), words)


def _sweeps(result: Result) -> Part:
    figures = result["figures"]
    few, many = figures["runs"]
    columns = ["engine", f"s, {few:,} runs", f"s, {many:,} runs", "with checkpoint", "speed over serial",
               "processor s", "microseconds a further run", "s, a million (not run)"]  # fmt: skip
    serial = figures["engines"]["serial"]["seconds"]
    keys = ("seconds_with_checkpoint", "processor_seconds", "microseconds_per_further_run", "seconds_of_a_million")
    rows = []
    for name, one in figures["engines"].items():
        checkpoint, *rest = (one[key] if one[key] is not None else "" for key in keys)
        ratio = f"{serial / one['seconds']:.2f}"
        rows.append([name, one["seconds_small"], one["seconds"], checkpoint, ratio, *rest])
    spent = figures["engines"]["processes, 2 workers"]["seconds"] * 100_000 / many
    goal = Goal("100,000 runs on two cores by the clock", "under 60 s", f"{spent:.0f} s", spent < 60)
    words = f"The integrated economy, 2000 to 2050, in blocks of {figures['block_rows']} runs; the fastest of "
    words += f"{figures['rounds']}, the start of the workers in it; every engine gave the same bits."
    return Part([Table(columns, rows)], [goal], words)


SECTIONS: tuple[Section, ...] = (
    Section("load_tables", "Tables", _load_tables),
    Section("panel_latency", "Slider to picture", _panel_latency),
    Section("agents", "Migration, person by person", _agents),
    Section("inequality", "Gini and Theil of millions", _inequality),
    Section("settlement", "The equilibrium of many places", _settlement),
    Section("two_cores", "What a second core brings", _two_cores),
    Section("sweeps", "Sweeps of the integrated economy", _sweeps),
    Section("cluster", "A cluster of separate hosts, one lost in mid-run", generic),
    Section("notebook_panels", "The panel of every notebook", _notebook_panels),
    Section("notebook_times", "Notebooks", _notebook_times),
    Section("slow_tests", "The slowest tests", slow_tests),
    Section("walks", "Random walks through panels", generic),
    Section("mutants", "Faults caught by tests", generic),
    Section("site", "A visit to the browser edition", generic),
    Section("editions", "The editions", generic),
)
