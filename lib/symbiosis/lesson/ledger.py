"""The ledger: the verdicts that the notebooks computed, read back from where they keep them, and refused when stale.

A verdict is data in the output of its notebook, with a digest of itself, of the claim's wording, of the columns it
read and of the library that computed it; the notebook's metadata hold a digest of the code that ran. Nothing is
executed here. Where the library is installed without the notebooks, a file that its build made takes their place.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from symbiosis import tables
from symbiosis.lesson import digests
from symbiosis.lesson import verdict as records
from symbiosis.lesson.claims import Claim, relations
from symbiosis.lesson.claims import claims as declared_claims
from symbiosis.lesson.rule import Design, Judgement, judge_parts
from symbiosis.lesson.verdict import VERDICT_MIME, Verdict, declaration, digest

STAMP = "symbiosis"
"""Where the metadata of a notebook hold the stamp of its execution: {"code": digest of the code that ran}."""
CARRIED = "ledger.json"
"""In an installed package: the notebooks' verdicts, which its build read from them."""


class LedgerError(ValueError):
    """One or more stored verdicts are missing, damaged, stale, or say another thing than they found."""


@dataclass(frozen=True)
class Entry:
    """One line of the ledger: the verdict as its notebook computed it, and the digest of its record."""

    verdict: Verdict
    digest: str

    @property
    def claim(self) -> Claim:
        return self.verdict.claim


_OF_THE_READER = {"exercise", "solution", "check"}


def code_digest(cells: Iterable[Mapping[str, Any]]) -> str:
    """A fingerprint of the code cells of a notebook, in order, without the exercises, where readers type."""
    sources = [
        _text(cell["source"])
        for cell in cells
        if cell["cell_type"] == "code" and not _OF_THE_READER & set(cell.get("metadata", {}).get("tags", []))
    ]
    return hashlib.sha256("\x1e".join(sources).encode()).hexdigest()


def notebook_folder() -> Path | None:
    """The folder of the notebooks in the repository that holds this library; None where it is installed alone."""
    found = Path(__file__).resolve().parents[3] / "notebooks"
    return found if found.is_dir() else None


def read_ledger(folder: Path | None = None, claims: Sequence[Claim] | None = None) -> tuple[Entry, ...]:
    """The stored verdict of every claim, in order; LedgerError that lists everything wrong with any of them.

    folder: of the notebooks; None for those beside the library, or else what its build carried along.
    """
    place = folder or notebook_folder()
    entries: list[Entry] = []
    wrong: list[str] = []
    for claim in declared_claims() if claims is None else claims:
        try:
            entries.append(_carried_entry(claim) if place is None else read_entry(place / _file(claim), claim))
        except LedgerError as error:
            wrong.append(f"claim {claim.number}, {_file(claim)}: {error}")
    if wrong:
        raise LedgerError("\n".join([f"{len(wrong)} of the verdicts cannot be used:", *wrong]))
    return tuple(entries)


def _carried_entry(claim: Claim) -> Entry:
    try:
        record = json.loads((files("symbiosis") / "_data" / CARRIED).read_text(encoding="utf-8"))[claim.notebook]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise LedgerError(f"neither notebooks nor a readable {CARRIED} ({error!r}); install symbiosis again") from None
    return Entry(verdict_of(record, claim), str(record["digest"]))


def _file(claim: Claim) -> str:
    return f"{claim.notebook}.ipynb"


def read_entry(path: Path, claim: Claim) -> Entry:
    """One notebook's verdict on its claim, checked; LedgerError that says what is wrong and what to do."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = notebook["cells"]
        code = code_digest(cells)
        outputs = [out for cell in cells for out in cell.get("outputs", []) if VERDICT_MIME in out.get("data", {})]
        stamped = notebook.get("metadata", {}).get(STAMP, {}).get("code")
    except OSError:
        raise LedgerError("no such notebook; execute it with 'make execute', or restore it with git") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise LedgerError(f"no readable notebook ({type(error).__name__}: {error}); restore it with git") from None
    if len(outputs) != 1:
        raise LedgerError(f"it holds {len(outputs)} computed verdicts, not one; run 'make execute'")
    if stamped != code:
        raise LedgerError("its code has changed since it was executed; run 'make execute'")
    data = outputs[0]["data"]
    verdict = verdict_of(data[VERDICT_MIME], claim)
    shown = _text(data.get("text/plain", "")).partition("\n")[0]
    expected = f"Verdict on claim {claim.number}: {verdict.headline}"
    if shown != expected:
        raise LedgerError(f"its card says {shown!r}, but what it found makes {expected!r}; run 'make execute'")
    return Entry(verdict, str(data[VERDICT_MIME]["digest"]))


def verdict_of(record: Mapping[str, Any], claim: Claim) -> Verdict:
    """The verdict that a stored record holds, judged anew from its findings.

    LedgerError where the record was edited, is on another claim or on another declaration of it, rests on columns or
    on library code that have changed, or gives another verdict than its findings make.
    """
    try:
        if record["digest"] != digest(record):
            raise LedgerError("its verdict was edited after it was computed; run 'make execute'")
        if record["claim"] != claim.key:
            raise LedgerError(f"its verdict is on {record['claim']!r}, not on {claim.key!r}")
        stale = staleness(record, claim)
        if stale:
            raise LedgerError(f"its verdict is stale: {stale}; run 'make execute'")
        verdict = records.verdict_of(record, claim)
    except LedgerError:
        raise
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError, RecursionError) as error:
        raise LedgerError(f"its verdict is damaged ({type(error).__name__}: {error}); run 'make execute'") from None
    if record["verdict"] != verdict.judgement.verdict.value or record["headline"] != verdict.headline:
        raise LedgerError(
            f"its verdict says {record['headline']!r}, but its findings make {verdict.headline!r}; run 'make execute'"
        )
    return verdict


def staleness(record: Mapping[str, Any], claim: Claim) -> str:
    """What a record rests on and is no longer so, in words; "" where nothing has changed."""
    if record["declaration"] != declaration(claim):
        return "the claim is declared otherwise now"
    if not record["data"] or not record["library"]:
        return f"it names no {'module of the library' if record['data'] else 'table'}"
    moved = [name for name, read in record["data"].items() if _mark(name, read["columns"]) != read["mark"]]
    if moved:
        return f"{', '.join(moved)} changed since"
    code = digests.changed(record["library"])
    return f"the library changed since ({', '.join(code)})" if code else ""


def _mark(table: str, columns: Sequence[str]) -> str:
    try:
        return tables.fingerprint(table, columns)
    except tables.TableError:
        return ""


@dataclass(frozen=True)
class Rules:
    """How to judge anew: which designs count, by what factor every smallest effect is moved, and which findings go.

    without: (key of the claim, name of the finding).
    """

    designs: frozenset[Design] = frozenset(Design)
    scale: float = 1.0
    without: frozenset[tuple[str, str]] = frozenset()
    inherited: bool = False


def rejudge(verdicts: Sequence[Verdict], rules: Rules) -> dict[str, Judgement]:
    """Every claim by its key, judged in its first scope under other rules.

    inherited: a claim that requires another is at most as sure as that one.
    """
    judged: dict[str, Judgement] = {}
    required = {r.target: r.source for r in relations() if r.kind == "requires"} if rules.inherited else {}
    waiting = {v.claim.key: v for v in verdicts}
    # A required claim first; the relations hold no circle, which a test sees to.
    for key in sorted(waiting, key=lambda k: k in required):
        verdict, below = waiting[key], judged.get(required.get(key, ""))
        most = 4 if below is None else below.sure or 4
        left = [f for f in verdict.findings if f.design in rules.designs and (key, f.name) not in rules.without]
        judged[key] = judge_parts(verdict.claim.parts, left, scale=rules.scale, most=most)
    return {key: judged[key] for key in waiting}


def _text(source: object) -> str:
    return "".join(map(str, source)) if isinstance(source, list) else str(source)
