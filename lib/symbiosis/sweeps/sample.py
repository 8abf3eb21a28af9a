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
    odd = [name for name in names if not isinstance(name, str)]
    if odd:
        raise ValueError(f"sample has a column {odd[0]!r}; name every column by the parameter it holds")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"sample has the column {twice[0]!r} twice; keep one")
    if RUN in names:
        raise ValueError(f"sample has a column {RUN!r}, which is the number of a run in the result; rename it")
    if not np.array_equal(sample.index.to_numpy(), np.arange(len(sample))):
        raise ValueError(
            "sample's index does not count the rows from 0, but the row number is the number of a run; call "
            "sample.reset_index(drop=True) first"
        )
    columns = {name: finite_array(f"sample column {name!r}", sample[name]) for name in names}
    if parameters is not None:
        _match(columns, parameters)
    return columns


def _match(columns: dict[str, FloatArray], parameters: ParameterSet) -> None:
    known = [parameter.name for parameter in parameters]
    for what, these, remedy in (
        ("lacks", [name for name in known if name not in columns], "add a column for each, at its default if need be"),
        ("has unknown", [name for name in columns if name not in known], f"the parameters are {', '.join(known)}"),
    ):
        if these:
            raise ValueError(f"sample {what} columns {', '.join(these)}; {remedy}")
    for parameter in parameters:
        for extreme in (columns[parameter.name].min(), columns[parameter.name].max()):
            parameter.validate(float(extreme))


def sample_digest(columns: dict[str, FloatArray]) -> str:
    """SHA-256 of names and bits of the columns, in their order."""
    digest = hashlib.sha256()
    for name, values in columns.items():
        digest.update(f"{name} {len(values)}\n".encode())
        digest.update(np.ascontiguousarray(values, dtype="<f8").tobytes())
    return digest.hexdigest()
