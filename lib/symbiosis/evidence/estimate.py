"""A number with its interval, its unit and its format: what findings, sentences, tables and charts are made of."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Estimate:
    """An estimate that prints itself, as in "3.1 points (2.0 to 4.2)".

    value, low, high: in the same unit, low and high the ends of the interval (nan where there is none);
    unit: words after the number, "" for a pure number or a percentage; display: format of each number, for
    instance ".1f", "+.2f" or ".0%" (a fraction shown in percent); level: of the interval.
    """

    value: float
    low: float = math.nan
    high: float = math.nan
    unit: str = ""
    display: str = ".2f"
    level: float = 0.95

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"the interval runs from {self.low:g} down to {self.high:g}; swap its ends")
        for name in ("value", "low", "high", "level"):
            object.__setattr__(self, name, float(getattr(self, name)))

    @classmethod
    def of_draws(cls, draws: npt.ArrayLike, *, level: float = 0.9, display: str = ".2f", unit: str = "") -> Estimate:
        """The median of draws, with the interval that holds the middle part (level) of them.

        Args:
            draws: any shape, finite; for instance a result at many settings of a model.
            level: a fraction between 0 and 1.
            display: format of each number.
            unit: words after the number.

        Raises:
            ValueError: no draws, one that is not finite, or a level outside 0 to 1.
        """
        numbers = np.asarray(draws, dtype=np.float64)
        if not numbers.size or not np.isfinite(numbers).all():
            raise ValueError("draws must hold at least one number, and finite ones only; drop the others first")
        if not 0 < level < 1:
            raise ValueError(f"level is {level!r}; give a fraction between 0 and 1, such as 0.9")
        value, low, high = np.quantile(numbers, [0.5, (1 - level) / 2, (1 + level) / 2])
        return cls(value, low, high, unit, display, level)

    def shown(self, number: float) -> str:
        """A number in the format of this estimate, without unit: "none" where there is none."""
        # A rounded "-0.0" reads as a sign that is not there.
        text = format(number, self.display)
        if math.isfinite(number) and not text.strip("+-0.,%"):
            text = format(0.0, self.display)
        return text if math.isfinite(number) else "none" if math.isnan(number) else "-∞" if number < 0 else "∞"

    @property
    def point(self) -> str:
        """The value with its unit, without the interval."""
        return f"{self.shown(self.value)} {self.unit}".rstrip()

    @property
    def interval(self) -> str:
        """The interval, as in "2.0 to 4.2"; "" where there is none."""
        if math.isnan(self.low) or math.isnan(self.high):
            return ""
        return f"{self.shown(self.low)} to {self.shown(self.high)}"

    def __str__(self) -> str:
        return f"{self.point} ({self.interval})" if self.interval else self.point

    def excludes(self, reference: float = 0.0) -> bool:
        """Whether the interval leaves the reference out, on either side; False where there is no interval."""
        return self.low > reference or self.high < reference

    def times(self, factor: float, *, unit: str | None = None, display: str | None = None) -> Estimate:
        """The estimate in another unit: all numbers times factor, with the ends in order where it is negative."""
        ends = (self.low * factor, self.high * factor)
        low, high = ends if factor >= 0 else ends[::-1]
        scaled = replace(self, value=self.value * factor, low=low, high=high)
        return scaled.written(self.display if display is None else display, unit)

    def written(self, display: str, unit: str | None = None) -> Estimate:
        """The same estimate in another format, and with other words for its unit where given."""
        return replace(self, display=display, unit=self.unit if unit is None else unit)

    def relative_change(self, display: str = "+.0%", unit: str = "") -> Estimate:
        """A difference of natural logarithms as the relative change that it means: exp(x) - 1, a fraction."""
        value, low, high = (math.expm1(x) for x in (self.value, self.low, self.high))
        return replace(self, value=value, low=low, high=high, unit=unit, display=display)

    @classmethod
    def from_error(cls, value: float, error: float, *, unit: str = "", display: str = ".2f") -> Estimate:
        """A value with two of its standard errors on either side (95.45 percent for a normal one).

        Meant for means of simulations, whose error is known from their number.
        """
        return cls(value, value - 2 * error, value + 2 * error, unit, display, level=0.9545)


@dataclass(frozen=True)
class WithInterval:
    """What results with an interval have in common: an estimate, the ends of its interval, and the level of it."""

    estimate: float
    low: float
    high: float
    level: float

    def written(self, display: str = ".2f", unit: str = "") -> Estimate:
        """The estimate with its interval."""
        return Estimate(self.estimate, self.low, self.high, unit, display, self.level)
