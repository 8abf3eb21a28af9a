"""Models as objects: a parameter is declared once, where its model is; sliders, checks, docs and sweeps read it there.

A model is a class with the decorator `model`, a child of `Model`, whose fields are parameters (and arrays of data):

    @model
    class Queue(Model):
        jobs: Values = parameter(
            default=0.2, label="Formal jobs", range=(0.01, 0.9, 0.01), meaning="Jobs per worker.", source="a guess"
        )

    Queue(jobs=0.3).replace(jobs=draws)
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache, partial
from typing import Any, Self, TypeVar, dataclass_transform

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import FloatArray

Values = float | FloatArray
"""What a parameter holds: one number, or an array of draws."""
Class = TypeVar("Class")


class ParameterError(ValueError):
    """A parameter is unknown, missing, not finite, or outside what it may be."""


class SettingsError(ValueError):
    """Settings that are each allowed and make no sense together: the reader's, not the program's, to change."""


@dataclass(frozen=True)
class Domain:
    """The numbers that the mathematics of a model allows: from low to high, an end left out where it is open."""

    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False

    def allows(self, values: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Which of the values lie in the domain; not-a-number and infinities never do."""
        v = np.asarray(values, dtype=np.float64)
        above = v > self.low if self.low_open else v >= self.low
        below = v < self.high if self.high_open else v <= self.high
        return np.asarray(above & below & np.isfinite(v))

    def __str__(self) -> str:
        if math.isinf(self.low) and math.isinf(self.high):
            return "a finite number"
        if math.isinf(self.high):
            return f"more than {self.low:g}" if self.low_open else f"{self.low:g} or more"
        if math.isinf(self.low):
            return f"less than {self.high:g}" if self.high_open else f"{self.high:g} or less"
        ends = {(False, False): "", (True, False): ", without the first", (False, True): ", without the last"}
        without = ends.get((self.low_open, self.high_open), ", without the ends")
        return f"between {self.low:g} and {self.high:g}{without}"


REAL = Domain()
POSITIVE = Domain(low=0, low_open=True)
NON_NEGATIVE = Domain(low=0)
FRACTION = Domain(0, 1)
OPEN_FRACTION = Domain(0, 1, True, True)
POSITIVE_FRACTION = Domain(0, 1, low_open=True)
BELOW_ONE = Domain(0, 1, high_open=True)


@dataclass(frozen=True)
class Parameter:
    """A model parameter, declared once.

    name: the field of the model; label: plain words for a slider; unit: "" for a pure number; default, lower, upper,
    step: in that unit, the range of sliders and sweeps; meaning: one sentence; source: author and year, or
    "assumption"; display: the format of the value that people see, for instance ".1%" or ".2f"; domain: what the
    mathematics allows, at least the range.
    """

    name: str
    label: str
    unit: str
    default: float
    lower: float
    upper: float
    step: float
    meaning: str
    source: str
    display: str = "g"
    domain: Domain = REAL

    def __post_init__(self) -> None:
        here = f"[{self.lower:g}, {self.upper:g}]"
        numbers = (self.default, self.lower, self.upper, self.step)
        for wrong, what in (
            (not np.isfinite(numbers).all(), f"default, lower, upper and step are {numbers}, not all finite"),
            (not self.lower <= self.default <= self.upper, f"default {self.default:g} lies outside {here}"),
            (self.step <= 0, f"step {self.step:g} is not positive"),
            (
                not self.domain.allows([self.lower, self.upper]).all(),
                f"its range {here} leaves its domain ({self.domain})",
            ),
        ):
            if wrong:
                raise ParameterError(f"parameter {self.name!r}: {what}; correct the declaration")

    def checked(self, values: npt.ArrayLike) -> Values:
        """The values in their given shape: a number as a float, an array as a read-only copy of float64.

        ParameterError unless every one lies in the domain; the range of sliders is not enforced here.
        """
        wanted = f"give {self.domain}{self._unit_text()}"
        try:
            array = np.array(values, dtype=np.float64)
        except (TypeError, ValueError, OverflowError):
            raise ParameterError(f"parameter {self.name!r}: {values!r} is not a number; {wanted}") from None
        bad = ~self.domain.allows(array)
        if bad.any():
            first = array[bad].flat[0]
            among = f" ({int(bad.sum())} of {array.size} values)" if array.size > 1 else ""
            what = "is" if math.isfinite(first) else "is not finite:"
            raise ParameterError(f"parameter {self.name!r} {what} {first:g}{among}; {wanted}")
        if array.ndim == 0:
            return float(array)
        array.flags.writeable = False
        return array

    def validate(self, value: float) -> float:
        """Return value as a float; ParameterError if it is not a finite number within the range of sliders."""
        between = f"between {self.lower:g} and {self.upper:g}{self._unit_text()}"
        what = f"parameter {self.name!r}: {value!r} is not"
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            raise ParameterError(f"{what} a number; give one {between}") from None
        if not math.isfinite(number):
            raise ParameterError(f"{what} finite; give a number {between}")
        # Sliders accumulate rounding: a value within a thousandth of a step of a bound is that bound.
        slack = self.step * 1e-3
        if not self.lower - slack <= number <= self.upper + slack:
            bounds = f"[{self.lower:g}, {self.upper:g}]{self._unit_text()}"
            raise ParameterError(f"parameter {self.name!r}: {number:g} is outside {bounds}")
        return min(max(number, self.lower), self.upper)

    def narrowed(self, **changes: Any) -> Parameter:
        """The same parameter for one panel: another default, lower, upper, step or label, within what is declared.

        ParameterError where the new range leaves the declared one.
        """
        unknown = sorted(set(changes) - {"default", "lower", "upper", "step", "label", "display"})
        if unknown:
            raise ParameterError(f"parameter {self.name!r}: {', '.join(unknown)} cannot be changed for a panel")
        new = replace(self, **changes)
        if new.lower < self.lower or new.upper > self.upper:
            ranges = f"[{new.lower:g}, {new.upper:g}] is wider than its range [{self.lower:g}, {self.upper:g}]"
            raise ParameterError(f"parameter {self.name!r}: {ranges}; a panel narrows a range")
        return new

    def show(self, value: float) -> str:
        """The value as people read it, with its unit."""
        text = format(value, self.display)
        return f"{text} {self.unit}" if self.unit and not self.display.endswith("%") else text

    def _unit_text(self) -> str:
        return f" ({self.unit})" if self.unit else ""


@dataclass(frozen=True)
class ParameterSet:
    """The parameters of one model, in the order in which they are shown."""

    parameters: tuple[Parameter, ...]

    def __post_init__(self) -> None:
        names = [p.name for p in self.parameters]
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise ParameterError(f"parameters declared twice: {', '.join(twice)}")

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self.parameters)

    def __getitem__(self, name: str) -> Parameter:
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        known = ", ".join(p.name for p in self.parameters)
        raise ParameterError(f"unknown parameter {name!r}; known: {known}")

    def only(self, *names: str) -> ParameterSet:
        """These parameters, in this order."""
        return ParameterSet(tuple(self[name] for name in names))

    def defaults(self) -> dict[str, float]:
        """Every default by name."""
        return {p.name: p.default for p in self.parameters}

    def validate(self, values: Mapping[str, float]) -> dict[str, float]:
        """Every parameter by name: values where given, else defaults; ParameterError for a misfit."""
        for name in values:
            self[name]
        return {p.name: p.validate(values.get(p.name, p.default)) for p in self.parameters}


def parameter(
    *,
    default: float,
    label: str,
    range: tuple[float, float, float],
    meaning: str,
    source: str,
    unit: str = "",
    display: str = "g",
    domain: Domain = REAL,
) -> Any:
    """A field of a model that is a parameter; range: lower, upper and step of sliders and sweeps. See Parameter."""
    lower, upper, step = (float(part) for part in range)
    given: dict[str, Any] = {"default": float(default), "lower": lower, "upper": upper, "step": step, "label": label}
    given |= {"unit": unit, "meaning": meaning, "source": source, "display": display, "domain": domain}
    return field(default=float(default), metadata={"parameter": partial(Parameter, **given)})


@dataclass_transform(kw_only_default=True, frozen_default=True, eq_default=False, field_specifiers=(parameter, field))
def model(cls: type[Class]) -> type[Class]:
    """Make a child of Model a frozen class that is built by keyword."""
    made = dataclass(frozen=True, eq=False, repr=False, kw_only=True)(cls)
    unhashed: Any = made
    _declared(unhashed)
    return made


@cache
def _declared(cls: Any) -> ParameterSet:
    """What the parameters of a model declare; a misdeclared one is refused when its class is made."""
    declared = ((f.name, f.metadata.get("parameter")) for f in fields(cls))
    return ParameterSet(tuple(of(name=name) for name, of in declared if of is not None))


@model
class Model:
    """One theory with its parameters as fields: numbers, or arrays of draws that broadcast against each other.

    Values keep their given shape; methods broadcast them and return arrays. What depends on several parameters at
    once is checked by the methods, which raise EquilibriumError; `admissible` says it draw by draw.
    """

    def __post_init__(self) -> None:
        for declared in self.parameters():
            object.__setattr__(self, declared.name, declared.checked(getattr(self, declared.name)))
        self.shape  # noqa: B018  (shapes that do not fit are refused here)

    @classmethod
    def parameters(cls) -> ParameterSet:
        """What is declared of every parameter, in the order of the fields."""
        own: Any = cls
        return _declared(own)

    @classmethod
    def parameter(cls, name: str) -> Parameter:
        """What is declared of one parameter; ParameterError names the known ones."""
        return cls.parameters()[name]

    @classmethod
    def from_columns(cls, frame: pd.DataFrame, **fixed: Any) -> Self:
        """A model of draws: every parameter from the column of its name, unless fixed.

        ParameterError for a column that is missing, and for a fixed name that is no field.
        """
        known = {f.name for f in fields(cls)}
        unknown = sorted(set(fixed) - known)
        missing = [p.name for p in cls.parameters() if p.name not in frame.columns and p.name not in fixed]
        if unknown or missing:
            wrong = f"fixes unknown {', '.join(unknown)}" if unknown else f"lacks columns {', '.join(missing)}"
            raise ParameterError(f"the frame for {cls.__name__} {wrong}; give every parameter a column or fix it")
        drawn = {p.name: frame[p.name].to_numpy() for p in cls.parameters() if p.name not in fixed}
        return cls(**drawn, **fixed)

    def _keep(self, **data: FloatArray) -> None:
        """Keep checked fields of data as copies that nobody can change; for __post_init__."""
        for name, values in data.items():
            copy = np.array(values, dtype=np.float64)
            copy.flags.writeable = False
            object.__setattr__(self, name, copy)

    @property
    def shape(self) -> tuple[int, ...]:
        """The common shape of the parameters; ParameterError that names two that do not fit together."""
        shape: tuple[int, ...] = ()
        for declared in self.parameters():
            own = np.shape(getattr(self, declared.name))
            try:
                shape = np.broadcast_shapes(shape, own)
            except ValueError:
                cause = f"parameter {declared.name!r} has shape {own}, which does not fit {shape} of those before it"
                raise ParameterError(f"{cause}; give single numbers, or arrays of one shape") from None
        return shape

    def arrays(self, *names: str, axes: int = 0) -> tuple[FloatArray, ...]:
        """These parameters (all, without a name) as arrays of the common shape, read-only.

        axes: how many axes of length 1 follow those of the draws, for times or places.
        """
        wanted, shape = names or tuple(p.name for p in self.parameters()), self.shape
        found = (np.broadcast_to(np.asarray(getattr(self, n), dtype=np.float64), shape) for n in wanted)
        return tuple(values[(..., *(np.newaxis,) * axes)] for values in found)

    def values(self) -> dict[str, Values]:
        """Every parameter's value by name, in its given shape."""
        return {p.name: getattr(self, p.name) for p in self.parameters()}

    def replace(self, **changes: Any) -> Self:
        """The same model with other values; ParameterError names a field that does not exist."""
        known = [f.name for f in fields(self)]
        unknown = sorted(set(changes) - set(known))
        if unknown:
            raise ParameterError(f"{type(self).__name__} has no {', '.join(unknown)}; it has {', '.join(known)}")
        return replace(self, **changes)

    def admissible(self) -> npt.NDArray[np.bool_]:
        """Which draws the methods can solve; shape of the parameters. Models with joint conditions say more."""
        return np.ones(self.shape, dtype=np.bool_)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{f.name}={_brief(getattr(self, f.name))}' for f in fields(self))})"


def _brief(value: object) -> str:
    if not isinstance(value, np.ndarray) or value.size == 0 or value.dtype.kind not in "fiu":
        return f"{value:.6g}" if isinstance(value, float) else repr(value)
    return f"<{value.shape}, {value.min():.4g} to {value.max():.4g}>"
