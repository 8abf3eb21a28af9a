"""``python -m tools.compile [--raw DIR] [--out DIR]``: compile data/ from the raw inputs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .build import compile_tables
from .errors import BuildError
from .sources import Raw

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Run the build; 0 when every table was written, 1 with one line on stderr when not."""
    parser = argparse.ArgumentParser(prog="python -m tools.compile", description=__doc__)
    parser.add_argument("--raw", type=Path, help="folder with the raw inputs (default: download the pinned versions)")
    parser.add_argument("--out", type=Path, default=ROOT / "data", help="folder for the tables (default: data/)")
    given = parser.parse_args(arguments)
    try:
        for line in compile_tables(Raw(given.raw), given.out):
            print(line)
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
