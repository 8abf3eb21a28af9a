"""Designs: samples of parameters that fill their intervals evenly.

Latin hypercubes are scipy's, which the library needs anyway; the cross-sampled design of Sobol indices is SALib's,
since its rows must come in the order that SALib's estimator expects.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from symbiosis.checks import finite_number, need_modules
from symbiosis.parameters import ParameterSet

Intervals = Mapping[str, tuple[float, float]]


def intervals_of(given: ParameterSet | Intervals) -> dict[str, tuple[float, float]]:
    """Lower and upper end of each parameter: declared bounds, or those given; ValueError unless lower < upper."""
    if isinstance(given, ParameterSet):
        given = {parameter.name: (parameter.lower, parameter.upper) for parameter in given}
    if not given:
        raise ValueError("intervals are empty; name at least one parameter with its lower and upper end")
    found = {}
    for name, (lower, upper) in given.items():
        low, high = finite_number(f"lower end of {name}", lower), finite_number(f"upper end of {name}", upper)
        if low >= high:
            raise ValueError(f"interval of {name} is [{low:g}, {high:g}]; the lower end must be below the upper one")
        found[name] = (low, high)
    return found


def latin_hypercube(given: ParameterSet | Intervals, runs: int, *, rng: np.random.Generator) -> pd.DataFrame:
    """A Latin hypercube (McKay, Beckman and Conover 1979): one run in each of `runs` equal slices of every interval."""
    from scipy.stats import qmc

    intervals = intervals_of(given)
    if runs < 1:
        raise ValueError(f"runs is {runs}; give 1 or more")
    unit = qmc.LatinHypercube(d=len(intervals), seed=rng).random(runs)
    lower, upper = zip(*intervals.values(), strict=True)
    return pd.DataFrame(qmc.scale(unit, lower, upper), columns=list(intervals))


def sobol_index_design(given: ParameterSet | Intervals, base_runs: int, *, rng: np.random.Generator) -> pd.DataFrame:
    """The cross-sampled design of Saltelli et al. (2010) for first-order and total indices.

    It has base_runs * (parameters + 2) rows; base_runs must be a power of two. Keep the order of the rows.
    """
    need_modules("designs for Sobol indices", "SALib", extra="sweeps")
    from SALib.sample import sobol

    intervals = intervals_of(given)
    power = max(1, int(base_runs).bit_length() - 1)
    if base_runs != 2**power:
        raise ValueError(f"base_runs is {base_runs}; give a power of two, such as {2 ** (power + 1)}")
    problem = {"num_vars": len(intervals), "names": list(intervals), "bounds": [list(e) for e in intervals.values()]}
    # SALib takes an integer seed in every release, a Generator only in the newer ones; 0 means none.
    sample = sobol.sample(problem, base_runs, calc_second_order=False, seed=int(rng.integers(1, 2**31)))
    return pd.DataFrame(sample, columns=list(intervals))
