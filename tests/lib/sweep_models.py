"""Models for the tests of sweeps, at the top level of a module so that workers can import them.

Those that die do so once per marker file: the name of a folder comes in through an environment variable, which
worker processes inherit.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

FOLDER = "SWEEP_MODELS_FOLDER"

Columns = Mapping[str, np.ndarray]


def sample(rows: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame({"a": rng.uniform(0.1, 3.0, rows), "b": rng.normal(size=rows)})


def smooth(columns: Columns) -> dict[str, Any]:
    """Elementary functions, whose vectorized code may treat the ends of an array in another way than its middle."""
    a, b = columns["a"], columns["b"]
    grown = np.exp(-a) * np.sin(b) ** 2 + np.log1p(a)
    return {"grown": grown, "power": a**b, "holds": grown > 0.7, "steps": np.ceil(a).astype(np.int64)}


def centred(columns: Columns) -> dict[str, Any]:
    """Depends on its neighbours in the block: shows at once whether the blocks are the same."""
    return {"centred": columns["a"] - columns["a"].mean(), "rows": np.full(len(columns["a"]), len(columns["a"]))}


def slow(columns: Columns) -> dict[str, Any]:
    _leave_mark("computed", columns)
    _stall()
    time.sleep(0.03)
    return smooth(columns)


def with_gaps(columns: Columns) -> dict[str, Any]:
    root = np.full_like(columns["b"], np.nan)
    np.sqrt(columns["b"], out=root, where=columns["b"] >= 0)
    return {"root": root, "one_sided": np.where(columns["b"] > 1, np.inf, columns["b"])}


def writes_into_its_arguments(columns: Columns) -> dict[str, Any]:
    columns["a"][:] = 0.0
    return {"sum": columns["a"] + columns["b"]}


def raises_at_three(columns: Columns) -> dict[str, Any]:
    if (columns["a"] == 3.0).any():
        raise OddError("three is odd", 3)
    return {"a_again": columns["a"] * 1.0}


class OddError(Exception):
    """Cannot be pickled back: it takes two arguments and hands one on."""

    def __init__(self, text: str, number: int) -> None:
        super().__init__(text)
        self.number = number


def dies_once(columns: Columns) -> dict[str, Any]:
    """The first process to get here kills itself as the system would."""
    _die_once()
    return slow(columns)


def always_dies(columns: Columns) -> dict[str, Any]:
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def returns_nothing(columns: Columns) -> dict[str, Any]:
    return {}


def returns_a_list(columns: Columns) -> Any:
    return [columns["a"]]


def returns_too_few(columns: Columns) -> dict[str, Any]:
    return {"short": columns["a"][1:]}


def returns_text(columns: Columns) -> dict[str, Any]:
    return {"word": np.array(["x"] * len(columns["a"]))}


def returns_a_parameter(columns: Columns) -> dict[str, Any]:
    return {"a": columns["a"]}


def returns_other_types(columns: Columns) -> dict[str, Any]:
    first = columns["a"].max() < 2.0
    return {"mixed": columns["a"] > 1.0 if first else columns["a"]}


def _leave_mark(name: str, columns: Columns) -> None:
    folder = os.environ.get(FOLDER)
    if folder:
        Path(folder, f"{name}-{os.getpid()}-{time.monotonic_ns()}").write_text(str(len(columns["a"])))


def _stall() -> None:
    """After six blocks, wait for the file "go on" where a file "stall" asks for it: a sweep that never gets done."""
    folder = Path(os.environ.get(FOLDER, os.devnull))
    while (folder / "stall").exists() and not (folder / "go on").exists() and len(list(folder.glob("computed*"))) > 6:
        time.sleep(0.02)


def _die_once() -> None:
    try:
        Path(os.environ[FOLDER], "died").touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def pages_fetched_anew() -> int:
    """How often this process asks the system for pages while it makes and frees a hundred arrays of a megabyte."""
    import resource

    for turn in range(110):
        if turn == 10:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        np.ones(2**17)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
