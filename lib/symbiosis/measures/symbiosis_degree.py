"""The 'degree of symbiosis' of two series: how much one changes, relatively, when the other does."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, positive_array, same_shape


def symbiosis_degree(first: npt.ArrayLike, second: npt.ArrayLike) -> FloatArray:
    """The degree delta_12 = (dZ1/Z1) / (dZ2/Z2) from each time to the next, shape (..., times - 1).

    first, second: positive values over time on the last axis, in any units. The degree is the ratio of two growth
    rates, an elasticity along a common clock: delta_21 = 1/delta_12, so the two always have one sign, and two series
    that merely grow have a positive degree. It comes from the use of Yuan Chunqing's terms (1998) on data. Relative
    changes are taken against the mean of both ends, so that the identity holds exactly. ValueError where the second
    does not change (the degree has no value) or values are not positive.
    """
    one, other = same_shape(first=positive_array("first", first), second=positive_array("second", second))
    if one.ndim == 0 or one.shape[-1] < 2:
        raise ValueError(f"first holds {one.size} times; at least 2 are needed for a change")

    def relative_change(values: FloatArray) -> FloatArray:
        return np.asarray(2 * np.diff(values) / (values[..., 1:] + values[..., :-1]))

    change = relative_change(other)
    still = int((change == 0).sum())
    if still:
        raise ValueError(f"second does not change in {still} of {change.size} steps; leave those times out")
    return np.asarray(relative_change(one) / change)
