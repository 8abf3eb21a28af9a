"""The sample of a sweep: one row a run, one column a parameter."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

from symbiosis.checks import FloatArray, finite_array
from symbiosis.parameters import ParameterSet

RUN = "run"


def checked_sample(sample: pd.DataFrame, parameters: ParameterSet | None) -> dict[str, FloatArray]:
    """The columns of a sample as float arrays; ValueError that names what is wrong with a column or the index.

    parameters: the declaration that the columns must match, name by name and within bounds; None for any columns.
    """
    if not isinstance(sample, pd.DataFrame):
        raise ValueError(f"sample is a {type(sample).__name__}; give a DataFrame with one row a run")
    if sample.empty:
        raise ValueError(f"sample holds {len(sample)} rows and {sample.shape[1]} columns; give one row a run")
    names = list(sample.columns)
    for name in names:
        if not isinstance(name, str):
            raise ValueError(f"sample has a column {name!r}; name every column by the parameter it holds")
        if names.count(name) > 1:
            raise ValueError(f"sample has the column {name!r} twice; keep one")
        if name == RUN:
            raise ValueError(f"sample has a column {RUN!r}, which is the number of a run in the result; rename it")
    if not np.array_equal(sample.index.to_numpy(), np.arange(len(sample))):
        cause = "sample's index does not count the rows from 0, but the row number is the number of a run"
        raise ValueError(f"{cause}; call sample.reset_index(drop=True) first")
    columns = {name: finite_array(f"sample column {name!r}", sample[name]) for name in names}
    known = {parameter.name: parameter for parameter in parameters or ()}
    lacks = ", ".join(name for name in known if name not in columns)
    if lacks:
        raise ValueError(f"sample lacks columns {lacks}; add a column for each, at its default if need be")
    unknown = ", ".join(name for name in columns if parameters is not None and name not in known)
    if unknown:
        raise ValueError(f"sample has unknown columns {unknown}; the parameters are {', '.join(known)}")
    for name, parameter in known.items():
        for extreme in (columns[name].min(), columns[name].max()):
            parameter.validate(float(extreme))
    return columns


def sample_digest(columns: dict[str, FloatArray]) -> str:
    """SHA-256 of names and bits of the columns, in their order."""
    digest = hashlib.sha256()
    for name, values in columns.items():
        digest.update(f"{name} {len(values)}\n".encode())
        digest.update(np.ascontiguousarray(values, dtype="<f8").tobytes())
    return digest.hexdigest()
