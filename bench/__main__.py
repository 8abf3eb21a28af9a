"""Run the benches, or some, one after the other, and write bench/RESULTS.md.

python -m bench [NAME ...]       a module of bench; `report` alone writes the page from what is there
"""

from __future__ import annotations

import subprocess
import sys

from bench import report

NAMES = (
    "load_tables", "panel_latency", "agents", "inequality", "settlement", "two_cores", "sweeps", "cluster",
    "notebook_panels", "notebook_times",
)  # fmt: skip


def main(arguments: list[str]) -> int:
    unknown = sorted(set(arguments) - {*NAMES, "report"})
    if unknown:
        print(f"error: no bench {', '.join(unknown)}; there are {', '.join(NAMES)}, report", file=sys.stderr)
        return 2
    failed = []
    for name in arguments or NAMES:
        if name != "report":
            print(f"== {name}", flush=True)
            failed += [name] * bool(subprocess.call([sys.executable, "-m", f"bench.{name}"]))
    report.main()
    if failed:
        print(f"error: failed, and left as they were: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
