"""How much larger the first city is than those that follow it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import positive_array


def primacy_ratio(sizes: npt.ArrayLike, *, following: int = 1) -> float:
    """Largest city over the sum of the next `following` ones (1: P1/P2; 3: P1/(P2+P3+P4)); sizes: shape (n,)."""
    if following < 1:
        raise ValueError(f"following is {following}; give a number of cities of at least 1")
    values = positive_array("sizes", sizes, ndim=1, min_size=following + 1)
    largest = np.sort(values)[::-1]
    return float(largest[0] / largest[1 : following + 1].sum())
