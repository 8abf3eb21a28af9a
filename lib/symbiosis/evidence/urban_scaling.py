"""Urban scaling: how a city total grows with population, Y = c N^beta (Bettencourt 2013)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import positive_array, same_length
from symbiosis.evidence.straight_line import StraightLine, straight_line

SOCIOECONOMIC_EXPONENT = 7 / 6
"""The exponent that a theory of social contact in built space predicts for output (Bettencourt 2013)."""


def fit_urban_scaling(population: npt.ArrayLike, total: npt.ArrayLike, *, level: float = 0.95) -> StraightLine:
    """Least squares of ln total on ln population: its slope is beta, its residuals how far a city lies above its size.

    population: people who live there, positive, shape (n,), n at least 4: registered population gives cities of
    migrants too few people.
    total: positive, shape (n,).
    """
    people = positive_array("population", population, ndim=1, min_size=4)
    output = positive_array("total", total, ndim=1)
    same_length(population=people, total=output)
    if people.min() == people.max():
        raise ValueError("population holds one size only; the exponent is not defined")
    return straight_line(np.log(people), np.log(output), level=level)
