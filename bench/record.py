"""What a result holds: figures, and what they depend on. Nothing names the machine."""

from __future__ import annotations

import datetime
import json
import os
import platform
import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results"
STATUS, FORGET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def machine() -> dict[str, Any]:
    """Cores, kind of processor, memory, system and Python."""
    processor, memory = platform.processor() or platform.machine(), None
    if Path("/proc/cpuinfo").exists():
        found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
        processor = found[1] if found else processor
        memory = round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1)
    return {
        "cores": os.cpu_count(),
        "processor": processor,
        "memory_gb": memory,
        "system": platform.system(),
        "python": platform.python_version(),
    }


def load() -> float | None:
    """Mean number of running processes over the last minute, where the system tells."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None


def save(name: str, packages: Sequence[str], figures: Any, loads: Sequence[float | None]) -> None:
    """Write a result: figures by name, the versions of the packages that they depend on, and loads at start and end."""
    found = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "versions": {package: version(package) for package in packages},
        "load_average": list(loads),
        "figures": figures,
    }
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def kept(name: str, packages: Sequence[str]) -> dict[str, Any]:
    """The figures of an earlier result, if it came from this machine and these versions; else none."""
    file = RESULTS / f"{name}.json"
    if not file.exists():
        return {}
    earlier = json.loads(file.read_text(encoding="utf-8"))
    if (earlier["machine"], earlier.get("versions")) != (machine(), {p: version(p) for p in packages}):
        print(f"{file.name}: earlier figures came from another machine or other versions, and are dropped")
        return {}
    return dict(earlier["figures"])


def spread(values: Sequence[float], digits: int = 1) -> dict[str, Any]:
    """Count, median, and tenths of some measurements."""
    tenths = statistics.quantiles(values, n=10)
    shown = {"median": statistics.median(values), "p10": tenths[0], "p90": tenths[-1]}
    return {"n": len(values), **{name: round(value, digits) for name, value in shown.items()}}


def _resident(what: str) -> float:
    """Megabytes that this process holds (VmRSS) or has held at most (VmHWM); NaN where the system does not tell."""
    if not STATUS.exists():
        return float("nan")
    found = re.search(rf"{what}:\s+(\d+) kB", STATUS.read_text())
    return int(found[1]) * 1024 / 1e6 if found else float("nan")


@dataclass(frozen=True)
class Cost:
    """What a call took; megabytes: the most memory in it beyond what the process held before."""

    value: Any
    seconds: float
    processor_seconds: float
    megabytes: float


def cost(function: Callable[..., Any], *arguments: Any) -> Cost:
    """Call a function and say what it took, in this process."""
    if FORGET.exists():
        FORGET.write_text("5")  # the peak begins anew
    held, busy, started = _resident("VmRSS"), time.process_time(), time.perf_counter()
    value = function(*arguments)
    seconds, processor = time.perf_counter() - started, time.process_time() - busy
    return Cost(value, seconds, processor, _resident("VmHWM") - held)


def alone(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function of a module in a fresh process, so that no memory kept from earlier work hides what it needs."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)
