"""Prepare what Pyodide loads: wheels compiled for its Python, without tests, and a lock that names just these.

python -m tools.editions.wasm.wheels        fetch, verify and prepare everything, and say where it lies
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.editions.wasm import runtime
from tools.environment import ROOT

HERE = Path(__file__).resolve().parent
LEFT_OUT = [
    "*/tests/*", "*/testing/tests/*", "*.pyi", "*.h", "*.hpp", "*.c", "*.cpp", "*.pyx", "*.pxd", "*.a", "*.dist-info/RECORD",
    "scipy/misc/*", "scipy/datasets/*", "scipy/io/*", "scipy/signal/*", "scipy/cluster/*", "scipy/odr/*", "scipy/fftpack/*",
    "numpy/f2py/*", "IPython/testing/*", "IPython/sphinxext/*",
    "*/mpl-data/sample_data/*", "*/mpl-data/fonts/afm/*", "*/mpl-data/fonts/pdfcorefonts/*",
    "*/fonts/ttf/DejaVuSerif*", "*/fonts/ttf/DejaVuSansMono-*", "*/fonts/ttf/*BoldOblique*", "*/fonts/ttf/STIX*Bol*",
    "*/fonts/ttf/Humor*",
]  # fmt: skip
"""What only tests, compilers and type checkers read, and those parts of scipy and fonts of matplotlib that neither the
library nor a notebook uses; the test of every notebook runs on what is left."""
KEPT_LEXERS = {
    "__init__", "_mapping", "_css_builtins", "css", "data", "html", "javascript", "jvm", "markup", "perl", "python", "ruby",
    "shell", "special",
}  # fmt: skip
"""Of the languages that Pygments colours: Python, and those that IPython imports with it."""


@dataclass(frozen=True)
class Job:
    """A wheel to pack anew: from a file, to a file, with its entry in the lock."""

    source: Path
    target: Path
    entry: dict[str, Any] = field(hash=False)
    with_sources: bool = False


def entry(name: str, version: str, file: str, imports: Iterable[str] = (), depends: Iterable[str] = ()) -> dict[str, Any]:
    """A package as the lock describes it; its hash is set once the file is there."""
    return {
        "name": name, "version": version, "file_name": file, "install_dir": "site", "package_type": "package",
        "sha256": "", "imports": list(imports), "depends": list(depends), "unvendored_tests": False,
    }  # fmt: skip


def digest(*parts: bytes) -> str:
    """A short name for a state of files."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()[:16]


def pack(core: Path, jobs: list[Job]) -> None:
    """Compile the wheels of some jobs inside Pyodide; RuntimeError with its words when that fails."""
    plan = [
        {"from": str(job.source), "to": str(job.target), "leftOut": LEFT_OUT, "withSources": job.with_sources}
        for job in jobs
    ]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "jobs.json"
        file.write_text(json.dumps(plan), encoding="utf-8")
        command = [runtime.node(), str(HERE / "compile.mjs"), str(core), str(HERE / "inside_compile.py"), str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the wheels could not be compiled:\n{done.stderr[-3000:]}")


def build_library(folder: Path) -> Path:
    """The wheel of the library with its tables, ledger and fonts; RuntimeError with pip's words when that fails."""
    done = subprocess.run(
        [
            runtime.python_with("setuptools, pip"), "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation",
            str(ROOT), "-w", str(folder),
        ],
        capture_output=True, text=True, check=False, env={**os.environ, "SOURCE_DATE_EPOCH": "315532800"},
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"the wheel of the library could not be built:\n{done.stderr[-3000:]}")
    return next(folder.glob("symbiosis-*.whl"))


def contents(wheel: Path) -> bytes:
    """A digest of what a wheel holds, whatever the dates in it."""
    with zipfile.ZipFile(wheel) as archive:
        crcs = [f"{one.filename} {one.CRC} {one.file_size}" for one in sorted(archive.infolist(), key=lambda i: i.filename)]
    return "\n".join(crcs).encode()


@dataclass(frozen=True)
class Prepared:
    """Folders to load from: the packages of others with the core and its lock, and the library's wheel apart.

    official: how the lock of Pyodide describes each package; packages: how ours does.
    """

    folder: Path
    library: Path
    official: dict[str, dict[str, Any]]
    packages: dict[str, dict[str, Any]]

    def lock(self) -> dict[str, Any]:
        """A lock that names these packages and no other."""
        info = json.loads((self.folder / "pyodide-lock.json").read_text(encoding="utf-8"))["info"]
        return {"info": info, "packages": self.packages}


def prepare_packages(found: runtime.Runtime) -> tuple[Path, dict[str, dict[str, Any]]]:
    """The core and the compiled wheels of others in one folder of the cache, and their entries in a lock."""
    needed = found.needed()
    made_from = [needed, [extra.requirement for extra in runtime.EXTRAS], LEFT_OUT]
    folder = runtime.CACHE / f"packages-{digest((HERE / 'inside_compile.py').read_bytes(), json.dumps(made_from).encode())}"
    done = folder / "packages.json"
    if not done.is_file():
        partial = Path(tempfile.mkdtemp(dir=runtime.CACHE))
        jobs: list[Job] = []
        packages: dict[str, dict[str, Any]] = {}
        for name, official in needed.items():
            kept = [one for one in map(runtime.normal, official["depends"]) if one in needed]
            packages[name] = {**official, "name": name, "depends": kept}
            source = found.wheels / official["file_name"]
            if source.suffix == ".whl":
                jobs.append(Job(source, partial / source.name, packages[name]))
            else:
                shutil.copy(source, partial)
        for extra in runtime.EXTRAS:
            source = runtime.fetch(extra)
            packages[extra.name] = entry(extra.name, extra.version, source.name, [extra.name])
            jobs.append(Job(source, partial / source.name, packages[extra.name]))
        packages["ipywidgets"]["depends"] = ["comm", "ipython", "traitlets"]
        packages["comm"]["depends"] = ["traitlets"]
        pack(found.core, jobs)
        for one in packages.values():
            one["sha256"] = runtime.sha256(partial / one["file_name"])
        for name in runtime.CORE:
            shutil.copy(found.core / name, partial)
        partial.chmod(0o755)
        (partial / "packages.json").write_text(json.dumps(packages, indent=1), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        partial.replace(folder)
    return folder, json.loads(done.read_text(encoding="utf-8"))


def prepare() -> Prepared:
    """Everything that a notebook needs; runtime.Unavailable when something of others is missing."""
    runtime.node()
    found = runtime.obtain()
    folder, packages = prepare_packages(found)
    with tempfile.TemporaryDirectory() as build:
        plain = build_library(Path(build))
        target = runtime.CACHE / f"library-{digest(contents(plain), folder.name.encode())}" / plain.name
        described = entry(
            "symbiosis", plain.name.split("-")[1], plain.name, ["symbiosis"],
            ["numpy", "pandas", "matplotlib", "scipy", "ipython", "ipywidgets", "pillow"],
        )  # fmt: skip
        if not target.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_suffix(".partial")
            pack(found.core, [Job(plain, partial, described, with_sources=True)])
            partial.replace(target)
    packages["symbiosis"] = {**described, "sha256": runtime.sha256(target)}
    return Prepared(folder, target, found.needed(), packages)


def main() -> int:
    """Prepare and report; 0 also where something of others is missing, in words that cannot be missed."""
    try:
        found = prepare()
    except runtime.Unavailable as missing:
        print(f"NOT TESTED ON THE SECOND PLATFORM: {missing}")
        return 0
    size = sum(file.stat().st_size for file in [found.library, *found.folder.iterdir()])
    print(f"Pyodide {runtime.VERSION}, {len(found.packages)} packages, {size / 1e6:.1f} MB in {found.folder}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
