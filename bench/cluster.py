"""A sweep on a Dask cluster of separate hosts, one of them lost in mid-run; the results are compared bit for bit.

    python -m bench.cluster [--runs 6000]

Writes bench/results/cluster.json. Linux only, and root: each host is a network namespace with an address of its own,
joined to the others by a bridge in one more, so that nothing listens on this machine's own network. In the middle of
the sweep the wire of one host is cut and its worker killed. All of it is taken away again at the end.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from bench import record
from bench.sweeps import random_policies
from symbiosis.economy.model import outcomes_2050
from symbiosis.sweeps.engines import KEEP_MEMORY
from symbiosis.sweeps.run import run_sweep

WORKERS = 3
SWITCH = f"sym{os.getpid()}"
BLOCK_ROWS = 128
PACKAGES = ("numpy", "dask", "distributed")


def ip(*words: str) -> None:
    """Run ip; RuntimeError with its words where it refuses."""
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"ip {' '.join(words)}: {done.stderr.strip()}")


def host(number: int) -> str:
    return f"{SWITCH}h{number}"


def address(number: int) -> str:
    return f"10.213.77.{number + 1}"


@contextmanager
def network(hosts: int) -> Iterator[None]:
    """Namespaces joined by a bridge, until the block ends."""
    names = [SWITCH, *map(host, range(hosts))]
    try:
        for name in names:
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        ip("-n", SWITCH, "link", "add", "bridge", "type", "bridge")
        ip("-n", SWITCH, "link", "set", "bridge", "up")
        for number in range(hosts):
            ends = ("link", "add", "wire", "type", "veth", "peer", "name", f"to{number}", "netns", SWITCH)
            ip("-n", host(number), *ends)
            ip("-n", SWITCH, "link", "set", f"to{number}", "master", "bridge", "up")
            ip("-n", host(number), "addr", "add", f"{address(number)}/24", "dev", "wire")
            ip("-n", host(number), "link", "set", "wire", "up")
        yield
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True)


def begin(number: int, *command: str, log: Path) -> subprocess.Popen[bytes]:
    """A process in a host, with a process group of its own."""
    settings = {**os.environ, **{name: str(size) for name, size in KEEP_MEMORY.items()}}
    words = ["ip", "netns", "exec", host(number), sys.executable, "-m", *command]
    with log.open("wb") as sink:
        return subprocess.Popen(words, env=settings, stdout=sink, stderr=sink, start_new_session=True)


def steer(scheduler: str, runs: int, folder: Path) -> None:
    """Run the sweep, as the one who steers does, and keep its table."""
    result = run_sweep(
        outcomes_2050, random_policies(runs), engine="dask", scheduler=scheduler, block_rows=BLOCK_ROWS,
        checkpoint=folder / "blocks", progress=False,
    )  # fmt: skip
    result.save(folder / "table.parquet")


def swept(runs: int, folder: Path) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The table that the cluster made, and what happened meanwhile."""
    started = [begin(0, "distributed.cli.dask_scheduler", "--host", address(0), "--no-dashboard", log=folder / "s")]
    scheduler = f"tcp://{address(0)}:8786"
    try:
        for number in range(1, WORKERS + 1):
            options = ("--nthreads", "1", "--no-dashboard", "--host", address(number))
            options = (*options, "--local-directory", str(folder / f"w{number}"), "--death-timeout", "60")
            started.append(begin(number, "distributed.cli.dask_worker", scheduler, *options, log=folder / f"l{number}"))
        time.sleep(8)
        clock = time.perf_counter()
        steering = begin(0, "bench.cluster", "--steer", scheduler, str(runs), str(folder), log=folder / "c")
        started.append(steering)
        blocks, lost_at = -(-runs // BLOCK_ROWS), None
        deadline = time.monotonic() + 400
        while steering.poll() is None and time.monotonic() < deadline:
            finished = len(list((folder / "blocks").glob("block-*")))
            if lost_at is None and finished >= blocks // 3:
                lost_at = finished
                ip("-n", host(WORKERS), "link", "set", "wire", "down")
                os.killpg(started[WORKERS].pid, 9)
            time.sleep(0.05)
        if steering.poll() != 0 or lost_at is None:
            raise RuntimeError(f"the sweep failed: {(folder / 'c').read_text()[-800:]}")
        seconds = time.perf_counter() - clock
    finally:
        for process in started:
            if process.poll() is None:
                os.killpg(process.pid, 15)
        threading.Event().wait(1)
        for process in started:
            if process.poll() is None:
                os.killpg(process.pid, 9)
            process.wait()
    told = {
        "runs": runs,
        "blocks": blocks,
        "hosts with a worker": WORKERS,
        "blocks finished when a host was lost": lost_at,
    }
    return pd.read_parquet(folder / "table.parquet"), {**told, "seconds": round(seconds, 1)}


def main() -> None:
    if sys.argv[1:2] == ["--steer"]:
        steer(sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
        return
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=6000)
    given, loads = parser.parse_args(), [record.load()]
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("ip") is None:
        raise SystemExit("network namespaces need Linux, root and the program ip: not measured")
    with tempfile.TemporaryDirectory() as name, network(WORKERS + 1):
        table, figures = swept(given.runs, Path(name))
    expected = run_sweep(outcomes_2050, random_policies(given.runs), block_rows=BLOCK_ROWS, progress=False).table
    pd.testing.assert_frame_equal(table, expected, check_exact=True)
    figures["results equal bit for bit to those of one process"] = True
    record.save("cluster", PACKAGES, figures, [*loads, record.load()])
    print(figures)


if __name__ == "__main__":
    main()
