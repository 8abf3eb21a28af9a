"""The claims of the essay, their parts, and how they bear on each other, as claims.toml declares them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

from symbiosis.lesson.rule import Kind, Part


class ArgumentError(ValueError):
    """A claim, a finding or a verdict that does not fit the argument."""


@dataclass(frozen=True)
class Claim:
    """One claim of the essay, in our words.

    key: short name; number: as shown; statement: plain words; false_if: what would make it false; notebook: the file
    that judges it (without .ipynb); fair_reading: the strongest reading that a defender would accept; paragraph: of
    the essay; parts: what evidence can speak to.
    """

    key: str
    number: str
    title: str
    statement: str
    false_if: str
    notebook: str
    fair_reading: str = ""
    paragraph: int = 0
    parts: tuple[Part, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Relation:
    """How one claim bears on another: 'supports', 'requires' or 'strains'."""

    source: str
    target: str
    kind: str


@dataclass(frozen=True)
class Change:
    """A declaration that was changed after it was made: on which claim (or "all"), what, from what to what, and why."""

    claim: str
    what: str
    before: str
    after: str
    why: str


def claims() -> tuple[Claim, ...]:
    """Every claim, in the order of the notebooks."""
    return _declared()[0]


def relations() -> tuple[Relation, ...]:
    """How the claims bear on each other."""
    return _declared()[1]


def changes() -> tuple[Change, ...]:
    """The record of changes, first to last."""
    return _declared()[2]


def claim(key: str) -> Claim:
    """The claim with this key; ArgumentError names the known ones."""
    for candidate in claims():
        if candidate.key == key:
            return candidate
    raise ArgumentError(f"unknown claim {key!r}; known: {', '.join(c.key for c in claims())}")


@lru_cache(maxsize=1)
def _declared() -> tuple[tuple[Claim, ...], tuple[Relation, ...], tuple[Change, ...]]:
    return parsed((files("symbiosis.lesson") / "claims.toml").read_text(encoding="utf-8"))


def parsed(text: str) -> tuple[tuple[Claim, ...], tuple[Relation, ...], tuple[Change, ...]]:
    """Claims, relations and changes of a declaration; ArgumentError says what is wrong with it."""
    try:
        given = tomllib.loads(text)
        found = tuple(_claim(one) for one in given["claim"])
        relations = tuple(Relation(**one) for one in given.get("relation", ()))
        changes = tuple(
            Change(one["claim"], one["what"], one["from"], one["to"], one["why"]) for one in given.get("change", ())
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise ArgumentError(f"the declaration of claims is damaged ({type(error).__name__}: {error})") from error
    keys = [one.key for one in found]
    strange = {r.source for r in relations} | {r.target for r in relations} | {c.claim for c in changes} - {"all"}
    unknown, twice = sorted(strange - set(keys)), sorted({key for key in keys if keys.count(key) > 1})
    if unknown or twice:
        raise ArgumentError(f"claims named twice: {twice}; relations or changes of unknown claims: {unknown}")
    return found, relations, changes


def _claim(given: dict[str, Any]) -> Claim:
    plain = {name: value for name, value in given.items() if name != "part"}
    return Claim(**plain, parts=tuple(_part(one) for one in given.get("part", ())))


def _part(given: dict[str, Any]) -> Part:
    return Part(**{**given, "kind": Kind(given["kind"]), "scopes": tuple(given["scopes"])})
