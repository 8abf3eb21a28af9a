"""Run a sample of parameters through a vectorized model: one interface for every engine, the same bits from each."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd

from symbiosis.checks import need_modules
from symbiosis.parameters import ParameterSet
from symbiosis.sweeps.blocks import Block, Columns, Outcome
from symbiosis.sweeps.checkpoint import Checkpoint, to_parquet, write_atomically
from symbiosis.sweeps.engines import ENGINES, Engine, in_this_process, local_client, on_workers, remote_client
from symbiosis.sweeps.errors import ModelError, SweepCancelledError
from symbiosis.sweeps.model_identity import SweptModel, identify
from symbiosis.sweeps.sample import RUN, checked_sample, sample_digest


class CancelToken(Protocol):
    """Anything with is_set, such as threading.Event."""

    def is_set(self) -> bool:
        """Whether to stop."""


@dataclass(frozen=True)
class SweepResult:
    """A finished sweep.

    table: one row a run, in the order of the sample: run (the row number), parameters, results; blocks: how many in
    all, of which computed now and resumed from the checkpoint; rejected: block files of the checkpoint that were
    torn or of another sweep, and computed again; not_finite: how many NaN or infinite values each result holds
    (they stay in the table).
    """

    table: pd.DataFrame = field(repr=False)
    parameters: tuple[str, ...]
    results: tuple[str, ...]
    blocks: int
    computed: int
    resumed: int
    rejected: int
    not_finite: dict[str, int]

    def save(self, path: str | Path) -> None:
        """Write the table as one Parquet file, whole or not at all."""
        columns = {str(name): values.to_numpy() for name, values in self.table.items()}
        write_atomically(Path(path), to_parquet(columns, {}))


def run_sweep(
    model: SweptModel,
    sample: pd.DataFrame,
    *,
    engine: Engine = "serial",
    workers: int | None = None,
    scheduler: str | None = None,
    block_rows: int = 512,
    parameters: ParameterSet | None = None,
    checkpoint: str | Path | None = None,
    progress: bool = True,
    cancel: CancelToken | None = None,
) -> SweepResult:
    """Run every row of sample through model; the result does not depend on the engine or its workers.

    model: a function at the top level of a module; takes a dict of equally long float arrays, returns a dict of
    arrays of that length (numbers or truth values; NaN is kept and counted).
    sample: one row a run, indexed 0, 1, ...; finite numbers; checked against parameters where they are given.
    engine: "serial"; "processes", as many as workers says (default: every core); "dask", the cluster whose address
    is given as scheduler or in the environment variable SYMBIOSIS_SCHEDULER. A script that starts processes needs
    `if __name__ == "__main__":` around its work.
    block_rows: rows that the model gets at once; unlike the engine it is part of the computation, for it may change
    the last bit. checkpoint: a folder that keeps finished blocks; the same call goes on from there after a cancel or
    a crash. progress: a bar on stderr; cancel: stops the sweep once set.

    ValueError for a bad argument; ModelError where the model raises; CheckpointError for the folder of another
    sweep; WorkerError where workers die too often, have other code, or no scheduler answers; SweepCancelledError;
    ModuleNotFoundError without the extra sweeps.
    """
    need_modules("sweeps", "distributed", "pyarrow", "threadpoolctl", "tqdm", extra="sweeps")
    from tqdm import tqdm

    workers = _checked_engine(engine, workers, scheduler)
    block_rows = _count("block_rows", block_rows)
    identity = identify(model)
    columns = checked_sample(sample, parameters)
    blocks = [
        Block(index, first, {name: values[first : first + block_rows] for name, values in columns.items()})
        for index, first in enumerate(range(0, len(sample), block_rows))
    ]
    # What must be the same for a checkpoint to go on.
    manifest = {"format": 1, "sample": sample_digest(columns), "block_rows": block_rows, "model": identity.name}
    manifest |= {"model code": identity.code, **dict(identity.libraries)}
    store = None if checkpoint is None else Checkpoint(Path(checkpoint), manifest)
    with ExitStack() as stack:
        done: dict[int, Columns] = {}
        if store is not None:
            stack.enter_context(store.held())
            done = store.load({block.index: block.rows for block in blocks})
        resumed = len(done)
        missing = [block for block in blocks if block.index not in done]
        cancelled = cancel.is_set if cancel is not None else lambda: False
        already = sum(blocks[k].rows for k in done)
        options = {"unit": "run", "unit_scale": True, "desc": "sweep", "disable": not progress}
        bar = stack.enter_context(tqdm(total=len(sample), initial=already, **options))
        if engine == "serial" or not missing:
            outcomes = in_this_process(identity, missing, cancelled)
        else:
            place = local_client(workers) if engine == "processes" else remote_client(scheduler)
            outcomes = on_workers(stack.enter_context(place), identity, missing, cancelled)
        for index, results in _accepted(outcomes, blocks, _kinds(next(iter(done.values()))) if done else None):
            if store is not None:
                store.save(index, results)
            done[index] = results
            bar.update(blocks[index].rows)
    if len(done) < len(blocks):
        kept = f"the finished ones are kept in {store.folder}" if store else "without a checkpoint they are lost"
        what = f"the sweep was cancelled with {len(done)} of {len(blocks)} blocks finished; {kept}"
        raise SweepCancelledError(what, finished=len(done), blocks=len(blocks))
    results = {name: np.concatenate([done[block.index][name] for block in blocks]) for name in done[0]}
    table = pd.DataFrame({RUN: np.arange(len(sample)), **columns, **results})
    counts = (len(blocks), len(blocks) - resumed, resumed, store.rejected if store else 0)
    not_finite = {name: int((~np.isfinite(values)).sum()) for name, values in results.items()}
    return SweepResult(table, tuple(columns), tuple(results), *counts, not_finite)


def _checked_engine(engine: str, workers: int | None, scheduler: str | None) -> int | None:
    """The number of workers; ValueError for an unknown engine, or what does not belong to it."""
    if engine not in ENGINES:
        raise ValueError(f"engine is {engine!r}; choose one of {', '.join(ENGINES)}")
    for name, given, wanted in (("workers", workers, "processes"), ("scheduler", scheduler, "dask")):
        if given is not None and engine != wanted:
            raise ValueError(f'{name} is given, but engine is {engine!r}; leave it out or choose engine="{wanted}"')
    return None if workers is None else _count("workers", workers)


def _accepted(
    outcomes: Iterator[Outcome], blocks: list[Block], kinds: dict[str, Any] | None
) -> Iterator[tuple[int, Columns]]:
    """The results of each block; ModelError, with what the model was given, for one that failed or differs in kind."""
    for outcome in outcomes:
        block = blocks[outcome.index]
        failure, here = outcome.failure, _kinds(outcome.results)
        if not failure and kinds is not None and here != kinds:
            failure = f"the model returned {_described(here)} for {block.text}, but {_described(kinds)} for others; "
            failure += "return the same names and types always"
        if failure:
            runs = np.arange(block.first_run, block.first_run + block.rows)
            given = pd.DataFrame(block.columns, index=runs)
            raise ModelError(f"{failure}\n{outcome.details}".rstrip(), parameters=given)
        kinds = here
        yield outcome.index, outcome.results


def _count(name: str, value: int) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} is {value!r}; give a whole number") from None
    if number < 1:
        raise ValueError(f"{name} is {number}; give 1 or more")
    return number


def _kinds(results: Columns) -> dict[str, Any]:
    return {name: values.dtype for name, values in results.items()}


def _described(kinds: dict[str, Any]) -> str:
    return ", ".join(f"{name} ({kind})" for name, kind in kinds.items())
