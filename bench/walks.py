"""A thousand random moves through every panel of the collection; says what breaks and where.

    python -m bench.walks [--moves 1000] [--seed 1] [PANEL ...]

Writes bench/results/walks.md. The tests walk the same way, and not so far.
"""

from __future__ import annotations

import argparse
import gc
import resource
import time
import traceback

from tests.lib.panels import FACTORIES
from tests.lib.walks import walked

from bench.panel_latency import RESULTS, machine


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--moves", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("panels", nargs="*", metavar="PANEL")
    given = parser.parse_args()
    rows, broken = [], 0
    for name in given.panels or FACTORIES:
        panel, begun = FACTORIES[name](), time.perf_counter()
        try:
            walk = walked(panel, given.seed, given.moves)
        except Exception:
            broken += 1
            traceback.print_exc()
            print(f"{name}: BROKEN", flush=True)
            rows.append(f"| {name} | broken | | | |")
            continue
        spent = time.perf_counter() - begun
        kept = len(panel._backgrounds)
        rows.append(f"| {name} | {len(walk.kinds)} | {panel.pictures_drawn} | {walk.problems} | {kept} |")
        print(rows[-1], f"{spent:.1f} s", flush=True)
        del panel, walk
        gc.collect()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    head = ["# Random walks", "", "| panel | moves | pictures | moves that end in a note | backgrounds kept |",
            "|---|---|---|---|---|"]  # fmt: skip
    about = ", ".join(f"{key} {value}" for key, value in machine().items())
    last = f"Seed {given.seed}; {broken} broken; most memory held by the process {peak:.0f} MB; {about}."
    if not given.panels:
        (RESULTS / "walks.md").write_text("\n".join([*head, *rows, "", last, ""]))
    print(last)
    raise SystemExit(1 if broken else 0)


if __name__ == "__main__":
    main()
