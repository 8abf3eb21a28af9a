"""Engines: where blocks are computed. Each turns blocks into outcomes, every block exactly once, in any order.

Processes are always Dask's, on this machine or on a cluster: it starts them again when they die, hands their blocks
to others, and ends them with the process that steers.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from typing import Any, Literal, get_args

from symbiosis.sweeps.blocks import Block, Outcome, compute
from symbiosis.sweeps.errors import WorkerError
from symbiosis.sweeps.model_identity import ModelIdentity, load

Engine = Literal["serial", "processes", "dask"]
ENGINES: tuple[str, ...] = get_args(Engine)

SCHEDULER_VARIABLE = "SYMBIOSIS_SCHEDULER"
CONNECT_SECONDS = 10.0
KEEP_MEMORY = {"MALLOC_TRIM_THRESHOLD_": 2**30, "MALLOC_MMAP_THRESHOLD_": 2**25}
"""Bytes from which the C library of Linux returns freed memory to the system; elsewhere without effect. Below them the
arrays of a block would be fetched anew, page by page, which can take longer than the model."""
# How often a cancelled sweep is noticed while no block finishes, in seconds.
_PATIENCE = 0.2


def in_this_process(
    identity: ModelIdentity, blocks: Iterable[Block], cancelled: Callable[[], bool]
) -> Iterator[Outcome]:
    """One block after the other."""
    for block in blocks:
        if cancelled():
            return
        yield compute(identity, block)


def on_workers(
    client: Any, identity: ModelIdentity, blocks: Iterable[Block], cancelled: Callable[[], bool]
) -> Iterator[Outcome]:
    """Two blocks per worker at a time, and one more: enough to keep them busy, few enough for any size of sample.

    A block leaves `pending` once, with its outcome; where its worker dies, the scheduler hands it to another.
    WorkerError where a worker cannot run the model, or Dask gives up.
    """
    from distributed import KilledWorker

    waiting = iter(blocks)
    pending: dict[Any, Block] = {}
    try:
        _meet(client, identity)
        while not cancelled():
            # Asked anew each time: a cluster may grow and shrink.
            window = 2 * sum(client.nthreads().values()) + 1
            for block in islice(waiting, max(0, window - len(pending))):
                # pure=False: a key of its own for every block; to derive one from the content would cost a hash of it.
                pending[client.submit(compute, identity, block, pure=False)] = block
            if not pending:
                return
            for future in _finished(client, pending):
                yield future.result()
                del pending[future]
    except KilledWorker:
        suspects = ", ".join(block.text for future, block in pending.items() if future.status == "error")
        raise WorkerError(
            f"worker processes died again and again with {suspects}; the machine may be short of memory (use fewer "
            "workers or a smaller block_rows), or the model may end the process"
        ) from None
    except Exception as error:
        # Dask says it with errors of many types.
        if isinstance(error, WorkerError):
            raise
        cause = f"the Dask cluster was lost ({type(error).__name__}: {error})"
        raise WorkerError(f"{cause}; start it again and run the same sweep") from error


def _meet(client: Any, identity: ModelIdentity) -> None:
    """Wait for the first worker, and see that each can run the model; one without the project would never answer."""
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError:
        raise WorkerError(f"the Dask cluster has no workers after {CONNECT_SECONDS:g} s; start one or more") from None
    for worker, answer in client.run(load, identity, on_error="return").items():
        if isinstance(answer, Exception):
            raise WorkerError(
                f"the worker at {worker} cannot run the model ({answer}); install the same version of this project on "
                "every machine of the cluster, and start the cluster again"
            )


def _finished(client: Any, pending: Iterable[Any]) -> Iterable[Any]:
    """Those of the pending futures that are done, after a short wait."""
    from distributed import wait

    with client.as_current():
        try:
            done: Iterable[Any] = wait(list(pending), timeout=_PATIENCE, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            return ()
    return done


@contextmanager
def local_client(workers: int | None) -> Iterator[Any]:
    """Processes on this machine, as many as it has cores unless workers says otherwise; ended at exit.

    Nobody outside this machine can reach them.
    """
    import dask
    from distributed import LocalCluster

    # Set before the processes start, for the C library reads them then; Dask would have memory returned at once.
    with dask.config.set({f"distributed.nanny.pre-spawn-environ.{name}": size for name, size in KEEP_MEMORY.items()}):
        cluster = LocalCluster(
            n_workers=workers or usable_cores(),
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            # The status pages too, which by default would be open to the network, at port 8787 or any other.
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address="127.0.0.1:0",
            # Workers that are being closed log tracebacks; what matters is raised.
            silence_logs=logging.CRITICAL,
            # Ctrl-C reaches every process of a terminal; the one that steers ends the others.
            preload=["import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"],
        )
    with cluster, _client(cluster) as client:
        yield client


def remote_client(scheduler: str | None) -> AbstractContextManager[Any]:
    """The cluster at an address, or at the one in the environment variable SYMBIOSIS_SCHEDULER.

    ValueError without an address; WorkerError where nobody answers there within CONNECT_SECONDS.
    """
    address = scheduler or os.environ.get(SCHEDULER_VARIABLE)
    if not address:
        raise ValueError(
            f'engine is "dask" without a cluster; give its address as scheduler or in {SCHEDULER_VARIABLE}, or choose '
            'engine="processes" for this machine'
        )
    return _client(address)


def _client(place: Any) -> AbstractContextManager[Any]:
    from distributed import Client

    try:
        client: AbstractContextManager[Any] = Client(place, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise WorkerError(
            f"no Dask scheduler answers at {place} ({error}); start one, or correct the argument scheduler or the "
            f"environment variable {SCHEDULER_VARIABLE}"
        ) from None
    return client


def usable_cores() -> int:
    """The cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1
