"""Blocks: fixed rows of a sample, the unit of computation.

Vectorized mathematics may differ in the last bit with the length of its arrays, so the model always gets the same
rows together: block k holds rows k * block_rows to (k + 1) * block_rows - 1, whatever the engine.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray
from symbiosis.sweeps.model_identity import ModelIdentity, load

Columns = dict[str, npt.NDArray[Any]]

# The kinds of result and how they are kept.
_KEPT = {"f": np.float64, "i": np.int64, "u": np.int64, "b": np.bool_}


@dataclass(frozen=True)
class Block:
    """Rows first_run to first_run + rows - 1 of the sample; columns: one float array per parameter."""

    index: int
    first_run: int
    columns: dict[str, FloatArray]

    @property
    def rows(self) -> int:
        """The number of runs."""
        return len(next(iter(self.columns.values())))

    @property
    def text(self) -> str:
        """The block as an error names it."""
        return f"block {self.index} (runs {self.first_run} to {self.first_run + self.rows - 1})"


@dataclass(frozen=True)
class Outcome:
    """What became of a block: one array per result, or the failure of the model in one sentence, and its traceback."""

    index: int
    results: Columns
    failure: str = ""
    details: str = ""


def compute(identity: ModelIdentity, block: Block) -> Outcome:
    """Run the model on a block; an error of the model becomes an outcome, so that it survives the wire.

    Linear algebra is held to one thread: the number of threads can change the last bit, and the workers use the cores.
    WorkerError where this process cannot run the model.
    """
    from threadpoolctl import threadpool_limits

    model = load(identity)
    # Copies: a model that writes into its arguments must not change the sample or another engine's result.
    columns = {name: values.copy() for name, values in block.columns.items()}
    try:
        with threadpool_limits(limits=1):
            returned = model(columns)
    except Exception as error:
        said = f"raised {type(error).__name__} in {block.text}: {str(error) or 'no message'}"
        return Outcome(block.index, {}, f"the model {identity.name} {said}", traceback.format_exc())
    try:
        return Outcome(block.index, _checked(returned, block))
    except ValueError as error:
        return Outcome(block.index, {}, f"the model {identity.name} returned a wrong result for {block.text}: {error}")


def _checked(returned: object, block: Block) -> Columns:
    """The results as arrays of one number or truth value per run; not finite ones are kept."""
    if not isinstance(returned, Mapping) or not returned:
        raise ValueError(f"it is {type(returned).__name__}; return a dict with one array per result")
    columns: Columns = {}
    for key, values in returned.items():
        if not isinstance(key, str):
            raise ValueError(f"the name {key!r} is no text; name every result")
        if key == "run" or key in block.columns:
            raise ValueError(f"the name {key!r} is taken by the sample; rename the result")
        array = np.asarray(values)
        kept = _KEPT.get(array.dtype.kind)
        if kept is None or not np.can_cast(array.dtype, kept):
            raise ValueError(f"{key} holds {array.dtype}; return float64, int64 or truth values")
        if array.shape != (block.rows,):
            raise ValueError(f"{key} has shape {array.shape}; return one value for each of the {block.rows} runs")
        columns[key] = np.array(array, dtype=kept)
    return columns
