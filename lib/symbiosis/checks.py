"""Argument validation shared by measures, models and evidence: one clear error that names the argument."""

from __future__ import annotations

import math
from collections.abc import Iterable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

FloatArray = npt.NDArray[np.float64]


def _shown(value: float) -> str:
    return f"{value:.6g}"


def finite_array(name: str, values: Any, *, ndim: int | None = None, min_size: int = 1) -> FloatArray:
    """Return values as a float array; ValueError unless every one is a finite number.

    ndim: the number of dimensions required, or None for any; min_size: the smallest number of values allowed.
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must hold numbers only; convert or remove what is not a number") from None
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"{name} has {array.ndim} dimensions; give an array of {ndim}")
    if array.size < min_size:
        raise ValueError(f"{name} holds {array.size} values; at least {min_size} are needed")
    bad = ~np.isfinite(array)
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        raise ValueError(
            f"{name} holds {int(bad.sum())} values that are not finite, the first ({array.flat[first]}) at "
            f"position {first}; drop or fill them before the call"
        )
    return array


def finite_number(name: str, value: Any) -> float:
    """Return value as a float; ValueError unless it is one finite number."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is {value!r}; give one number") from None
    if not math.isfinite(number):
        raise ValueError(f"{name} is {number}; give a finite number")
    return number


def fraction_array(
    name: str, values: Any, *, open_interval: bool = False, ndim: int | None = None, min_size: int = 1
) -> FloatArray:
    """Return values as a float array; ValueError unless all lie in [0, 1] ((0, 1) where open_interval).

    ndim, min_size: as in finite_array.
    """
    array = finite_array(name, values, ndim=ndim, min_size=min_size)
    high = array.max()
    if high > 1:
        raise ValueError(f"{name} is {_shown(high)}; shares are fractions: divide percent by 100")
    low = array.min()
    if low < 0:
        raise ValueError(f"{name} is {_shown(low)}; shares are fractions between 0 and 1")
    if open_interval and (low == 0 or high == 1):
        raise ValueError(f"{name} is {_shown(low if low == 0 else high)}; give shares strictly between 0 and 1")
    return array


def positive_array(
    name: str, values: Any, *, zero_allowed: bool = False, ndim: int | None = None, min_size: int = 1
) -> FloatArray:
    """Return values as a float array; ValueError unless all are positive (or zero, where zero_allowed).

    ndim, min_size: as for finite_array.
    """
    array = finite_array(name, values, ndim=ndim, min_size=min_size)
    low = array.min()
    if low < 0 or (low == 0 and not zero_allowed):
        wanted = "zero or more" if zero_allowed else "more than zero"
        raise ValueError(f"{name} is {_shown(low)}; every value must be {wanted}")
    return array


def positive_number(name: str, value: Any) -> float:
    """Return value as a float; ValueError unless it is one finite number above zero."""
    return float(positive_array(name, finite_number(name, value)))


def confidence_level(level: Any) -> float:
    """Return the level of an interval; ValueError unless it is a fraction strictly between 0 and 1."""
    if not 0 < finite_number("level", level) < 1:
        raise ValueError(f"level is {level:g}; give a fraction between 0 and 1, such as 0.95")
    return float(level)


def one_of(name: str, value: Any, choices: Iterable[Any]) -> None:
    """ValueError unless value is one of the choices, which the message lists."""
    known = list(choices)
    if value not in known:
        raise ValueError(f"{name} is {value!r}; choose one of {', '.join(map(str, known))}")


def at_least(least: float, **values: float) -> None:
    """ValueError that names the first of the values below least."""
    for name, value in values.items():
        if not value >= least:
            raise ValueError(f"{name} is {value:g}; give at least {least:g}")


def known_columns(name: str, frame: pd.DataFrame, columns: Iterable[Any], *, remedy: str = "") -> None:
    """ValueError that names the columns that a frame lacks, and those that it has, or else the remedy."""
    unknown = [str(column) for column in columns if column not in frame.columns]
    if unknown:
        words = remedy or f"it has {', '.join(map(str, frame.columns))}"
        raise ValueError(f"{name} has no column {', '.join(unknown)}; {words}")


def one_row_each(name: str, frame: pd.DataFrame, keys: list[str]) -> None:
    """ValueError that names the first row of a frame that repeats the values of the keys, a place and a time."""
    repeated = frame.duplicated(keys)
    if repeated.any():
        first = " in ".join(map(str, frame.loc[repeated, keys].iloc[0]))
        raise ValueError(
            f"{name} has {int(repeated.sum())} repeated rows, the first for {first}: two values where one is meant; "
            f"keep one per {' and '.join(keys)}"
        )


def same_length(**arrays: FloatArray) -> int:
    """Return the common length of one-dimensional arrays; ValueError that names two that differ."""
    (first, reference), *others = arrays.items()
    for name, array in others:
        if len(array) != len(reference):
            cause = f"{first} holds {len(reference)} values and {name} holds {len(array)}"
            raise ValueError(f"{cause}; give one of {name} for each of {first}")
    return len(reference)


def same_shape(**arrays: FloatArray) -> tuple[FloatArray, ...]:
    """Broadcast the arrays against each other; ValueError that names their shapes where they do not fit."""
    try:
        return tuple(np.broadcast_arrays(*arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ValueError(f"shapes do not fit together: {shapes}; give arrays of one shape, or single numbers") from None


def time_steps(horizon: Any, step: Any) -> tuple[FloatArray, float]:
    """Times 0, step, ... up to horizon, and the step as a float; ValueError unless 0 < step <= horizon, in years."""
    years, width = finite_number("horizon", horizon), finite_number("step", step)
    if not 0 < width <= years:
        raise ValueError(f"step is {width:g} and horizon {years:g} years; give 0 < step <= horizon")
    return np.asarray(width * np.arange(round(years / width) + 1), dtype=np.float64), width


def need_modules(what: str, *modules: str, extra: str) -> None:
    """ModuleNotFoundError that says what lacks which modules, and the extra of this project that installs them."""
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        raise ModuleNotFoundError(
            f"{what} need {', '.join(missing)}, not installed here; install this project with its extra: "
            f'pip install -e ".[{extra}]"'
        )
