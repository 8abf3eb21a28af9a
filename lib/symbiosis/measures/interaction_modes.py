"""The modes of living together, named by the signs of what each side does to the other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import finite_array, finite_number, same_shape

MODES = ("mutualism", "commensalism", "parasitism", "independence", "amensalism", "competition")
"""Every mode, from both gain to both lose."""

# By the sum and the product of the two signs, which together tell the six modes apart.
_BY_SIGNS = {(2, 1): 0, (1, 0): 1, (0, -1): 2, (0, 0): 3, (-1, 0): 4, (-2, 1): 5}


def interaction_mode(
    effect_on_first: npt.ArrayLike, effect_on_second: npt.ArrayLike, *, tolerance: float = 0.0
) -> npt.NDArray[np.str_]:
    """Name the mode of two sides: ++ mutualism, +0 commensalism, +- parasitism, 00 independence, 0- amensalism, --.

    effect_on_first: what the second side does to the growth of the first, effect_on_second the reverse, in any unit;
    they broadcast. tolerance: effects of at most this size, in the same unit, count as zero. Returns the names of
    MODES in the common shape. Yuan Chunqing 1998 applied the biologist's list to society and calls a mutualism with
    equal effects symmetric. ValueError for values that are not finite or a negative tolerance.
    """
    first, second = same_shape(
        effect_on_first=finite_array("effect_on_first", effect_on_first),
        effect_on_second=finite_array("effect_on_second", effect_on_second),
    )
    if finite_number("tolerance", tolerance) < 0:
        raise ValueError(f"tolerance is {tolerance:g}; give zero or more")
    signs = [np.where(np.abs(effect) <= tolerance, 0, np.sign(effect)).astype(int) for effect in (first, second)]
    total, product = signs[0] + signs[1], signs[0] * signs[1]
    names = np.empty(total.shape, dtype=f"<U{max(map(len, MODES))}")
    for (wanted_total, wanted_product), which in _BY_SIGNS.items():
        names[(total == wanted_total) & (product == wanted_product)] = MODES[which]
    return names
