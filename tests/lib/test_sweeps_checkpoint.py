"""A sweep goes on from its checkpoint after a cancel, Ctrl-C or a killed process, and gives the same bits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from tests.lib import sweep_models as models

from symbiosis.sweeps.errors import CheckpointError, SweepCancelledError
from symbiosis.sweeps.run import run_sweep

ROOT = Path(__file__).resolve().parents[2]
ROWS, BLOCK_ROWS = 600, 20
BLOCKS = ROWS // BLOCK_ROWS


def blocks_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("block-*.parquet"))


@pytest.fixture(scope="module")
def expected() -> pd.DataFrame:
    return run_sweep(models.slow, models.sample(ROWS), block_rows=BLOCK_ROWS, progress=False).table


class AfterBlocks:
    """A cancel token that is set once a folder holds some blocks."""

    def __init__(self, folder: Path, blocks: int) -> None:
        self.folder, self.blocks = folder, blocks

    def is_set(self) -> bool:
        return len(blocks_in(self.folder)) >= self.blocks


@pytest.mark.parametrize("engine", ["serial", "processes"])
def test_a_cancelled_sweep_goes_on(engine: str, expected: pd.DataFrame, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    settings = {"block_rows": BLOCK_ROWS, "checkpoint": folder, "progress": False}
    with pytest.raises(SweepCancelledError, match="the finished ones are kept in") as caught:
        run_sweep(models.slow, models.sample(ROWS), engine=engine, cancel=AfterBlocks(folder, 5), **settings)
    kept = len(blocks_in(folder))
    assert 5 <= kept == caught.value.finished < BLOCKS
    # The other engine takes over.
    other = "processes" if engine == "serial" else "serial"
    result = run_sweep(models.slow, models.sample(ROWS), engine=other, **settings)
    assert (result.resumed, result.computed, result.rejected) == (kept, BLOCKS - kept, 0)
    pd.testing.assert_frame_equal(result.table, expected, check_exact=True)


def test_a_finished_sweep_is_read_without_computing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    monkeypatch.setenv(models.FOLDER, str(marks))
    settings = {"block_rows": 25, "checkpoint": tmp_path / "kept", "progress": False}
    first = run_sweep(models.slow, models.sample(100), **settings)
    assert len(list(marks.iterdir())) == 4
    second = run_sweep(models.slow, models.sample(100), engine="processes", **settings)
    assert len(list(marks.iterdir())) == 4
    assert (second.resumed, second.computed) == (4, 0)
    pd.testing.assert_frame_equal(second.table, first.table, check_exact=True)


def test_types_and_gaps_survive_the_checkpoint(tmp_path: Path) -> None:
    for model in (models.smooth, models.with_gaps):
        settings = {"block_rows": 25, "checkpoint": tmp_path / model.__name__, "progress": False}
        first, second = (run_sweep(model, models.sample(90), **settings) for _ in range(2))
        assert second.resumed == 4
        assert second.not_finite == first.not_finite
        for name in first.table:
            assert first.table[name].dtype == second.table[name].dtype
            assert first.table[name].to_numpy().tobytes() == second.table[name].to_numpy().tobytes()


PROGRAM = """
import signal
import sys
from symbiosis.sweeps.run import run_sweep
from tests.lib import sweep_models as models
if __name__ == "__main__":
    # Programs that a script runs in the background are born deaf to Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    run_sweep(models.slow, models.sample({rows}), engine=sys.argv[1], block_rows={block_rows},
              checkpoint=sys.argv[2], progress=False)
"""


def start(engine: str, folder: Path, marks: Path) -> subprocess.Popen[str]:
    """The sweep in a process of its own, once it has kept some blocks and before it can finish."""
    marks.mkdir()
    (marks / "stall").touch()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(rows=ROWS, block_rows=BLOCK_ROWS), engine, str(folder)],
        cwd=ROOT,
        env={**os.environ, models.FOLDER: str(marks)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    patience = time.monotonic() + 60
    while len(blocks_in(folder)) < 3:
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        assert time.monotonic() < patience, "no block was finished"
        time.sleep(0.01)
    return process


def gone(group: int) -> bool:
    """Whether no process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize(
    ("engine", "how"), [("serial", signal.SIGKILL), ("processes", signal.SIGKILL), ("processes", signal.SIGINT)]
)
def test_a_sweep_goes_on_after_its_process_was_killed(
    engine: str, how: signal.Signals, expected: pd.DataFrame, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    process = start(engine, folder, tmp_path / "marks")
    # Ctrl-C in a terminal reaches the workers too; a kill reaches one process.
    if how == signal.SIGINT:
        os.killpg(process.pid, how)
        # The blocks that are being computed are waited for.
        (tmp_path / "marks" / "go on").touch()
    else:
        process.send_signal(how)
    _, said = process.communicate(timeout=60)
    assert process.returncode in (-how, 128 + how)
    # The workers leave Ctrl-C to the process that steers, and say nothing.
    assert said.count("Traceback") == said.count("KeyboardInterrupt") == (how == signal.SIGINT)
    patience = time.monotonic() + 30
    while not gone(process.pid):
        assert time.monotonic() < patience, "worker processes outlived the sweep"
        time.sleep(0.05)
    kept = len(blocks_in(folder))
    assert 3 <= kept < BLOCKS
    result = run_sweep(models.slow, models.sample(ROWS), block_rows=BLOCK_ROWS, checkpoint=folder, progress=False)
    assert (result.resumed, result.computed, result.rejected) == (kept, BLOCKS - kept, 0)
    pd.testing.assert_frame_equal(result.table, expected, check_exact=True)
    assert not list(folder.glob(".*.tmp"))


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    settings = {"block_rows": BLOCK_ROWS, "checkpoint": tmp_path, "progress": False}

    class Nested:
        """A cancel token that starts the same sweep once more."""

        asked = 0

        def is_set(self) -> bool:
            self.asked += 1
            with pytest.raises(CheckpointError, match="in use by another sweep"):
                run_sweep(models.slow, models.sample(60), **settings)
            return False

    token = Nested()
    result = run_sweep(models.slow, models.sample(60), cancel=token, **settings)
    assert token.asked == result.computed == 3
    assert run_sweep(models.slow, models.sample(60), **settings).resumed == 3
