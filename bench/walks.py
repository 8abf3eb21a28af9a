"""A thousand random moves through every panel of the collection; says what breaks and where.

    python -m bench.walks [--moves 1000] [--seed 1] [PANEL ...]

Writes bench/results/walks.json. The tests walk the same way, and not so far.
"""

from __future__ import annotations

import argparse
import gc
import resource
import time
import traceback

from tests.lib.panels import FACTORIES
from tests.lib.walks import walked

from bench import record

PACKAGES = ("ipywidgets", "matplotlib", "numpy")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--moves", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("panels", nargs="*", metavar="PANEL")
    given = parser.parse_args()
    figures: dict[str, dict[str, object]] = {}
    loads = [record.load()]
    for name in given.panels or FACTORIES:
        panel, begun = FACTORIES[name](), time.perf_counter()
        try:
            walk = walked(panel, given.seed, given.moves)
        except Exception:
            traceback.print_exc()
            figures[name] = {"whole": False}
        else:
            figures[name] = {
                "whole": True,
                "moves": len(walk.kinds),
                "pictures": panel.pictures_drawn,
                "moves_that_end_in_a_note": walk.problems,
                "backgrounds_kept": len(panel._backgrounds),
            }
            del walk
        print(name, figures[name], f"{time.perf_counter() - begun:.1f} s", flush=True)
        del panel
        gc.collect()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    broken = [name for name, found in figures.items() if not found["whole"]]
    print(f"Seed {given.seed}; {len(broken)} broken; most memory held by the process {peak:.0f} MB.")
    record.save("walks", PACKAGES, {**record.kept("walks", PACKAGES), **figures}, [*loads, record.load()])
    raise SystemExit(1 if broken else 0)


if __name__ == "__main__":
    main()
