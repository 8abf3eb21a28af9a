"""A worker that is killed in mid-run costs time and nothing else: real processes, and a real cluster."""

from __future__ import annotations

import os
import platform
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dask
import pandas as pd
import pytest
from distributed import Client, LocalCluster
from tests.lib import sweep_models as models

from symbiosis.sweeps.checkpoint import Checkpoint
from symbiosis.sweeps.engines import SCHEDULER_VARIABLE, local_client
from symbiosis.sweeps.errors import ModelError, SweepCancelledError, WorkerError
from symbiosis.sweeps.run import run_sweep

ROWS, BLOCK_ROWS = 800, 20
BLOCKS = ROWS // BLOCK_ROWS


@pytest.fixture(scope="module")
def expected() -> pd.DataFrame:
    return run_sweep(models.slow, models.sample(ROWS), block_rows=BLOCK_ROWS, progress=False).table


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with LocalCluster(
        n_workers=3, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    ) as started:
        yield started


def sweep(model: Any, rows: int = ROWS, **settings: Any) -> Any:
    return run_sweep(model, models.sample(rows), block_rows=BLOCK_ROWS, progress=False, **settings)


def test_processes_outlive_a_worker_that_dies(
    expected: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(models.FOLDER, str(tmp_path))
    result = sweep(models.dies_once, engine="processes", workers=2)
    assert (tmp_path / "died").exists()
    pd.testing.assert_frame_equal(result.table, expected, check_exact=True)


def test_a_model_that_always_ends_its_process_ends_the_sweep() -> None:
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        pytest.raises(WorkerError, match=r"died again and again with block 0 \(runs 0 to 19\)"),
    ):
        sweep(models.always_dies, 20, engine="processes", workers=1)


def test_a_worker_of_a_cluster_is_killed_in_mid_run(
    cluster: Any, expected: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Client(cluster, set_as_default=False) as client:
        processes = client.run(os.getpid)
    assert len(set(processes.values())) == 3
    assert os.getpid() not in processes.values()
    victim = next(iter(processes.values()))
    kept = tmp_path / "kept"
    finished_at_death: list[int] = []
    came: list[int] = []
    save = Checkpoint.save

    def counting(self: Checkpoint, index: int, columns: Any) -> None:
        came.append(index)
        save(self, index, columns)

    monkeypatch.setattr(Checkpoint, "save", counting)

    class KillsAWorker:
        """A cancel token that never cancels, and kills one worker once some blocks are finished."""

        def is_set(self) -> bool:
            finished = len(list(kept.glob("block-*")))
            if finished >= 6 and not finished_at_death:
                os.kill(victim, signal.SIGKILL)
                finished_at_death.append(finished)
            return False

    result = sweep(
        models.slow,
        engine="dask",
        scheduler=cluster.scheduler_address,
        checkpoint=kept,
        cancel=KillsAWorker(),
    )
    assert 6 <= finished_at_death[0] < BLOCKS
    with pytest.raises(ProcessLookupError):
        os.kill(victim, 0)
    assert sorted(came) == list(range(BLOCKS))
    assert len(list(kept.glob("block-*"))) == result.computed == BLOCKS
    assert result.table["run"].tolist() == list(range(ROWS))
    pd.testing.assert_frame_equal(result.table, expected, check_exact=True)


def test_the_address_comes_from_the_environment(
    cluster: Any, expected: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SCHEDULER_VARIABLE, cluster.scheduler_address)
    pd.testing.assert_frame_equal(sweep(models.slow, engine="dask").table, expected, check_exact=True)


def test_a_cluster_brings_back_an_error_of_the_model(cluster: Any) -> None:
    sample = models.sample(200)
    sample.loc[110, "a"] = 3.0
    with pytest.raises(ModelError, match=r"raised OddError in block 5 \(runs 100 to 119\): three is odd"):
        run_sweep(
            models.raises_at_three,
            sample,
            engine="dask",
            scheduler=cluster.scheduler_address,
            block_rows=20,
            progress=False,
        )


def test_a_cluster_sweep_can_be_cancelled(cluster: Any, tmp_path: Path) -> None:
    class Later:
        def is_set(self) -> bool:
            return len(list(tmp_path.glob("block-*"))) >= 4

    place = {"engine": "dask", "scheduler": cluster.scheduler_address, "checkpoint": tmp_path}
    with pytest.raises(SweepCancelledError):
        sweep(models.slow, cancel=Later(), **place)
    assert 4 <= len(list(tmp_path.glob("block-*"))) < BLOCKS


def test_processes_listen_to_this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    # An address in the environment is for engine="dask".
    monkeypatch.setenv(SCHEDULER_VARIABLE, "tcp://127.0.0.1:9")
    with local_client(2) as client:
        info = client.scheduler_info()
        pages = client.run(lambda dask_worker: dask_worker.http_server.address)
        page = client.run_on_scheduler(lambda dask_scheduler: dask_scheduler.http_server.address)
    hosts = [address.removeprefix("tcp://").partition(":")[0] for address in (info["address"], *info["workers"])]
    assert hosts == ["127.0.0.1"] * 3
    assert {page, *pages.values()} == {"127.0.0.1"}


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only the C library of Linux is told to keep memory")
def test_a_worker_keeps_the_memory_that_its_model_frees() -> None:
    with local_client(1) as client:
        (faults,) = client.run(models.pages_fetched_anew).values()
    # Returned at once, each of the hundred arrays would be fetched again: 256 pages of 4 KB, or one large page.
    assert faults < 50
