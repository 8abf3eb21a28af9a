"""Declarations: a table and each of its columns are declared once; descriptor and data dictionary read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["string", "integer", "number", "boolean"]

CC_BY = "CC BY 4.0"
MIT = "MIT"


@dataclass(frozen=True)
class Column:
    """One column: ``digits`` is the number of decimals that the compiled file keeps."""

    name: str
    type: Kind
    title: str
    unit: str = ""
    description: str = ""
    source: str = ""
    licence: str = CC_BY
    digits: int = 0
    minimum: float | None = None
    maximum: float | None = None
    required: bool = False
    enum: tuple[str, ...] = ()

    def constraints(self) -> dict[str, object]:
        """The Frictionless constraints of the column."""
        found: dict[str, object] = {}
        if self.required:
            found["required"] = True
        for name in ("minimum", "maximum"):
            bound = getattr(self, name)
            if bound is not None:
                found[name] = int(bound) if float(bound).is_integer() else bound
        if self.enum:
            found["enum"] = list(self.enum)
        return found


@dataclass(frozen=True)
class Table:
    """One table: its key, columns and the traps a reader should know."""

    name: str
    title: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    traps: tuple[str, ...] = ()


def with_source(source: str, licence: str, columns: Sequence[Column]) -> tuple[Column, ...]:
    """The same columns with ``source`` and ``licence`` filled in where a column names none of its own."""
    return tuple(replace(column, source=source, licence=licence) if not column.source else column for column in columns)


def text(name: str, title: str, description: str = "", *, required: bool = False, **more: object) -> Column:
    """A column of strings."""
    return Column(name, "string", title, "", description, required=required, **more)  # type: ignore[arg-type]


def flag(name: str, title: str, description: str, **more: object) -> Column:
    """A column of true and false, never missing."""
    return Column(name, "boolean", title, "", description, required=True, **more)  # type: ignore[arg-type]


def persons(name: str, title: str, description: str = "", **more: object) -> Column:
    """A count of people."""
    return Column(name, "integer", title, "persons", description, minimum=0, **more)  # type: ignore[arg-type]


def percent(name: str, title: str, description: str = "", *, digits: int = 4, **more: object) -> Column:
    """A share in percent, 0 to 100."""
    return Column(
        name,
        "number",
        title,
        "percent",
        description,
        digits=digits,
        minimum=0,
        maximum=100,
        **more,  # type: ignore[arg-type]
    )


def amount(name: str, title: str, unit: str, description: str = "", *, digits: int = 2, **more: object) -> Column:
    """A non-negative quantity."""
    more.setdefault("minimum", 0)
    return Column(name, "number", title, unit, description, digits=digits, **more)  # type: ignore[arg-type]


def rate(name: str, title: str, unit: str, description: str = "", *, digits: int = 4, **more: object) -> Column:
    """A quantity that may be negative."""
    return Column(name, "number", title, unit, description, digits=digits, **more)  # type: ignore[arg-type]
