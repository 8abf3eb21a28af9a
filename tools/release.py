"""Gather a release in build/release: python start.py release

The wheel is built here; of the editions what their commands built is packed (site, book, slides, student), and what is
not there is named. SHA256SUMS and RELEASE.txt say what there is and what was checked. docs/release.md has the steps.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

from symbiosis import __version__
from tools.pictures import stale
from tools.wheel import build_wheel

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
EDITIONS = ("site", "book", "slides", "student")
MADE = (1980, 1, 1, 0, 0, 0)
"""The time of every file in an archive, so that the same files make the same archive."""


def pack(folder: Path, archive: Path) -> Path:
    """A zip of a folder, under the folder's name, in the same order and with the same times whenever it is made."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                entry = zipfile.ZipInfo(f"{folder.name}/{path.relative_to(folder).as_posix()}", MADE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                packed.writestr(entry, path.read_bytes())
    return archive


def check_wheel(wheel: Path) -> str:
    """Load and cite a table from the wheel alone, in a folder of its own; what was found, in words."""
    program = (
        "from symbiosis import tables; from symbiosis.tables.citing import cite; cite('china_counties');"
        "print(sum(len(tables.load(name)) for name in tables.names()), tables.folder())"
    )
    with tempfile.TemporaryDirectory() as name:
        zipfile.ZipFile(wheel).extractall(name)
        command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {name!r}); {program}"]
        done = subprocess.run(command, cwd=name, check=True, capture_output=True, text=True)
        rows, folder = done.stdout.split(maxsplit=1)
        if not Path(folder.strip()).is_relative_to(name):
            raise RuntimeError(f"the wheel read its tables from {folder.strip()}, not from itself")
    return f"the wheel alone loads {int(rows):,} rows of its tables and cites them"


def gather(target: Path, build: Path = BUILD, editions: Iterable[str] = EDITIONS) -> list[str]:
    """Fill target, which is emptied before; the editions that are missing."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    said = [f"Symbiosis {__version__}", "", check_wheel(build_wheel(target))]
    missing = [name for name in editions if not (build / name).is_dir()]
    for name in editions:
        if name not in missing:
            pack(build / name, target / f"symbiosis-{name}-{__version__}.zip")
    old = stale()
    said.append(f"pictures of the README that are stale: {', '.join(old) or 'none'}")
    said.append(f"editions not built: {', '.join(missing) or 'none'}")
    (target / "RELEASE.txt").write_text("\n".join(said) + "\n", encoding="utf-8")
    files = sorted(path for path in target.iterdir() if path.name != "SHA256SUMS")
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (target / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    return missing


def main() -> int:
    """Exit status 1 where an edition is missing, so that half a release is not taken for one."""
    target = BUILD / "release"
    missing = gather(target)
    print((target / "RELEASE.txt").read_text(encoding="utf-8"), end="")
    for path in sorted(target.iterdir()):
        print(f"{path.stat().st_size / 1e6:8.1f} MB  {path.name}")
    for name in missing:
        print(f"error: build/{name} is not there; build it with: python start.py {name}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
