"""One declaration per model parameter: sliders, validation, docs and sensitivity ranges all read it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


class ParameterError(ValueError):
    """A parameter is unknown, not finite, or outside its declared bounds."""


@dataclass(frozen=True)
class Parameter:
    """A model parameter, declared once.

    name: the keyword the model uses; label: plain words for a slider; unit: "" for a pure number;
    default, lower, upper, step: in that unit; meaning: one sentence; source: author and year,
    or "assumption"; display: the format of the value that people see, for instance ".1%" or ".2f".
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

    def __post_init__(self) -> None:
        for field_name in ("default", "lower", "upper", "step"):
            if not math.isfinite(getattr(self, field_name)):
                raise ParameterError(
                    f"parameter {self.name!r}: {field_name} is {getattr(self, field_name)}; declare a finite number"
                )
        if not self.lower <= self.default <= self.upper:
            raise ParameterError(
                f"parameter {self.name!r}: default {self.default:g} lies outside "
                f"[{self.lower:g}, {self.upper:g}]; correct the declaration"
            )
        if self.step <= 0:
            raise ParameterError(f"parameter {self.name!r}: step {self.step:g} must be positive")

    def validate(self, value: float) -> float:
        """Return value as a float; raise ParameterError if it is not a finite number within the bounds."""
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise ParameterError(
                f"parameter {self.name!r}: {value!r} is not a number; give one between "
                f"{self.lower:g} and {self.upper:g}{self._unit_text()}"
            ) from None
        if not math.isfinite(number):
            raise ParameterError(
                f"parameter {self.name!r}: {value!r} is not finite; give a number between "
                f"{self.lower:g} and {self.upper:g}{self._unit_text()}"
            )
        # Sliders accumulate rounding: a value within a thousandth of a step of a bound is that bound.
        slack = self.step * 1e-3
        if number < self.lower - slack or number > self.upper + slack:
            raise ParameterError(
                f"parameter {self.name!r}: {number:g} is outside [{self.lower:g}, {self.upper:g}]{self._unit_text()}"
            )
        return min(max(number, self.lower), self.upper)

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

    def defaults(self) -> dict[str, float]:
        """Every default by name."""
        return {p.name: p.default for p in self.parameters}

    def validate(self, values: Mapping[str, float]) -> dict[str, float]:
        """Every parameter by name: values where given, else defaults; ParameterError for a misfit."""
        for name in values:
            self[name]
        return {p.name: p.validate(values.get(p.name, p.default)) for p in self.parameters}
