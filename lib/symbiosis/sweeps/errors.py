"""What can end a sweep early."""

from __future__ import annotations

import pandas as pd


class SweepError(RuntimeError):
    """A sweep could not be finished; the message says why and what to do."""


class CheckpointError(SweepError):
    """A checkpoint folder belongs to another sweep, or cannot be read."""


class ModelError(SweepError):
    """The model raised, or returned what is not a result for each run.

    The message names the block and its runs; parameters: what the model was given, one row a run, indexed by run.
    """

    def __init__(self, message: str, *, parameters: pd.DataFrame) -> None:
        super().__init__(message)
        self.parameters = parameters


class WorkerError(SweepError):
    """Worker processes died too often or have other code, or the cluster is lost or not there."""


class SweepCancelledError(SweepError):
    """The sweep was cancelled; finished: blocks done; blocks: blocks in all."""

    def __init__(self, message: str, *, finished: int, blocks: int) -> None:
        super().__init__(message)
        self.finished = finished
        self.blocks = blocks
