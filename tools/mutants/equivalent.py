"""The faults that change nothing: listed with the reason in equivalent.toml; each must be a fault that there is."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

from tools.mutants.faults import Fault

LIST = Path(__file__).with_name("equivalent.toml")
FIELDS = ("module", "function", "line", "becomes")


def read(faults: list[Fault], path: Path = LIST) -> dict[str, str]:
    """The reason by the key of each equivalent fault; ends with an error where an entry matches no fault.

    An entry has module, function ("" at the module's level), line, becomes (as `--list` shows them) and reason.
    """
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("equivalent", [])
    known: dict[tuple[str, ...], list[Fault]] = {}
    for fault in faults:
        known.setdefault(tuple(getattr(fault, name) for name in FIELDS), []).append(fault)
    found = {}
    for entry in entries:
        missing = [name for name in (*FIELDS, "reason") if name not in entry or (name == "reason" and not entry[name])]
        if missing:
            sys.exit(f"error: {path.name}: an entry of {entry.get('module')} lacks {', '.join(missing)}")
        matched = known.get(tuple(entry[name] for name in FIELDS))
        if not matched:
            sys.exit(
                f"error: {path.name}: no fault of {entry['module']} turns {entry['line']!r} into {entry['becomes']!r}"
            )
        found |= {fault.key: entry["reason"] for fault in matched}
    return found
