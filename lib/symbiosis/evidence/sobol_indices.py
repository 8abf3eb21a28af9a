"""Sobol indices: which share of a result's variance each parameter decides, alone and with the others."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import at_least, confidence_level, finite_array, need_modules


def sobol_indices(
    names: Iterable[str],
    results: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    resamples: int = 200,
    level: float = 0.95,
) -> pd.DataFrame:
    """First-order and total indices (Saltelli et al. 2010) with bootstrap intervals, one row a parameter.

    names: of the parameters, the columns of the design; results: one number, or truth value, for each row of the
    design of sweeps.designs.sobol_index_design, in its order. Columns: parameter, first, first_low, first_high, total,
    total_low, total_high, as shares of the variance; the intervals are normal ones around the estimate at the level.
    An estimate near 0 may be negative.
    ValueError for results that are not finite (the estimator needs every row), all equal, or of another length.
    """
    need_modules("Sobol indices", "SALib", extra="sweeps")
    from SALib.analyze import sobol

    parameters = list(names)
    values = finite_array("results", results, ndim=1)
    rows = len(parameters) + 2
    if len(values) % rows or len(values) < 2 * rows:
        raise ValueError(
            f"results holds {len(values)} values; the design of {len(parameters)} parameters has a multiple of {rows} "
            "rows: give one result for each, in its order"
        )
    if np.ptp(values) == 0:
        raise ValueError(f"results are all {values[0]:g}; without variance there is nothing to apportion")
    confidence_level(level)
    at_least(2, resamples=resamples)
    # SALib takes an integer seed in every release, a Generator only in the newer ones; 0 means none.
    options = {"num_resamples": resamples, "conf_level": level, "seed": int(rng.integers(1, 2**31))}
    problem = {"num_vars": len(parameters), "names": parameters}
    found = sobol.analyze(problem, values, calc_second_order=False, **options)
    table: dict[str, object] = {"parameter": parameters}
    for name, key in (("first", "S1"), ("total", "ST")):
        estimate, half = np.asarray(found[key]), np.asarray(found[f"{key}_conf"])
        table |= {name: estimate, f"{name}_low": estimate - half, f"{name}_high": estimate + half}
    return pd.DataFrame(table)
