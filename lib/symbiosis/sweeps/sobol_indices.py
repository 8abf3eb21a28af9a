"""Sobol indices: which share of a result's variance each parameter decides, alone and with the others."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import finite_array
from symbiosis.parameters import ParameterSet
from symbiosis.sweeps.designs import Intervals, integer_seed, intervals_of, problem
from symbiosis.sweeps.extra import need_extra


def sobol_indices(
    given: ParameterSet | Intervals,
    results: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    resamples: int = 200,
    level: float = 0.95,
) -> pd.DataFrame:
    """First-order and total indices (Saltelli et al. 2010) with bootstrap intervals, one row a parameter.

    results: one number, or truth value, for each row of sobol_index_design(given, ...), in its order. Columns:
    parameter, first, first_low, first_high, total, total_low, total_high, as shares of the variance; the intervals
    are normal ones around the estimate at the level. An estimate near 0 may be negative.
    ValueError for results that are not finite (the estimator needs every row), all equal, or of another length.
    """
    need_extra()
    from SALib.analyze import sobol

    intervals = intervals_of(given)
    values = finite_array("results", results, ndim=1)
    rows = len(intervals) + 2
    if len(values) % rows or len(values) < 2 * rows:
        raise ValueError(
            f"results holds {len(values)} values; the design of {len(intervals)} parameters has a multiple of {rows} "
            "rows: give one result for each, in its order"
        )
    if np.ptp(values) == 0:
        raise ValueError(f"results are all {values[0]:g}; without variance there is nothing to apportion")
    if not 0 < level < 1:
        raise ValueError(f"level is {level:g}; give a share between 0 and 1, such as 0.95")
    if resamples < 2:
        raise ValueError(f"resamples is {resamples}; give 2 or more")
    found = sobol.analyze(
        problem(intervals),
        values,
        calc_second_order=False,
        num_resamples=resamples,
        conf_level=level,
        seed=integer_seed(rng),
    )
    table: dict[str, object] = {"parameter": list(intervals)}
    for name, key in (("first", "S1"), ("total", "ST")):
        estimate, half = np.asarray(found[key]), np.asarray(found[f"{key}_conf"])
        table |= {name: estimate, f"{name}_low": estimate - half, f"{name}_high": estimate + half}
    return pd.DataFrame(table)
