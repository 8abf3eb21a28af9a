"""Prepare what Pyodide loads: wheels compiled for its Python, without tests, and a lock that names just these.

python -m tools.editions.wasm.wheels        fetch, verify and prepare everything, and say where it lies
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.editions.wasm import runtime
from tools.editions.wasm.kernel import WasmKernel
from tools.wheel import build_wheel

HERE = Path(__file__).resolve().parent
LEFT_OUT = [
    "*/tests/*", "*/testing/tests/*", "*.pyi", "*.h", "*.hpp", "*.c", "*.cpp", "*.pyx", "*.pxd", "*.a",
    "*.dist-info/RECORD",
    "scipy/misc/*", "scipy/datasets/*", "scipy/io/*", "scipy/signal/*", "scipy/cluster/*", "scipy/odr/*",
    "scipy/fftpack/*",
    "IPython/sphinxext/*",
    "*/mpl-data/sample_data/*", "*/mpl-data/fonts/afm/*", "*/mpl-data/fonts/pdfcorefonts/*",
    "*/fonts/ttf/DejaVuSerif*", "*/fonts/ttf/DejaVuSansMono-*", "*/fonts/ttf/*BoldOblique*", "*/fonts/ttf/STIX*Bol*",
    "*/fonts/ttf/Humor*", "matplotlib/fontlist.json",
]  # fmt: skip
"""What only tests, compilers and type checkers read, and those parts of scipy and fonts of matplotlib that neither the
library nor a notebook uses; the test of every notebook runs on what is left."""
KEPT_LEXERS = {
    "__init__", "_mapping", "_css_builtins", "css", "data", "html", "javascript", "jvm", "markup", "perl", "python",
    "ruby", "shell", "special",
}  # fmt: skip
"""Of the languages that Pygments colours: Python, and those that IPython imports with it."""

EAGER = "for(let o of r)await this.loadDynlib(o,!1,[n])"
"""Where Pyodide compiles every module of a package that it has unpacked, imported or not."""


@dataclass(frozen=True)
class Job:
    """A wheel to pack anew, and whether its modules stay readable."""

    source: Path
    target: Path
    with_sources: bool = False


def entry(
    name: str, version: str, file: str, imports: Iterable[str] = (), depends: Iterable[str] = ()
) -> dict[str, Any]:
    """A package as the lock describes it; its hash is set once the file is there."""
    return {
        "name": name, "version": version, "file_name": file, "install_dir": "site", "package_type": "package",
        "sha256": "", "imports": list(imports), "depends": list(depends), "unvendored_tests": False,
    }  # fmt: skip


def left_out(wheel: Path) -> list[str]:
    """What to drop from a wheel."""
    if not wheel.name.startswith("pygments-"):
        return LEFT_OUT
    with zipfile.ZipFile(wheel) as archive:
        lexers = [name for name in archive.namelist() if name.startswith("pygments/lexers/")]
    return LEFT_OUT + [name for name in lexers if Path(name).stem not in KEPT_LEXERS]


def digest(*parts: bytes) -> str:
    """A short name for a state of files."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()[:16]


def pack(core: Path, jobs: list[Job]) -> None:
    """Compile the wheels of some jobs inside Pyodide, or take them from the cache; RuntimeError when that fails."""
    plan: list[dict[str, Any]] = []
    copies: list[tuple[Path, Path]] = []
    for job in jobs:
        options = {"leftOut": left_out(job.source), "withSources": job.with_sources}
        key = digest((HERE / "inside_compile.py").read_bytes(), json.dumps(options).encode(), contents(job.source))
        kept = runtime.CACHE / "packed" / key / job.source.name
        copies.append((kept, job.target))
        if not kept.is_file():
            kept.parent.mkdir(parents=True, exist_ok=True)
            plan.append({"from": str(job.source), "to": str(kept), **options})
    if plan:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "jobs.json"
            file.write_text(json.dumps(plan), encoding="utf-8")
            command = [runtime.node(), str(HERE / "compile.mjs"), str(core), str(HERE / "inside_compile.py"), str(file)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"the wheels could not be compiled:\n{done.stderr[-3000:]}")
    for kept, target in copies:
        shutil.copyfile(kept, target)


def contents(wheel: Path) -> bytes:
    """A digest of what a wheel holds, whatever the dates in it."""
    with zipfile.ZipFile(wheel) as archive:
        crcs = [
            f"{one.filename} {one.CRC} {one.file_size}" for one in sorted(archive.infolist(), key=lambda i: i.filename)
        ]
    return "\n".join(crcs).encode()


def write_wheel(path: Path, files: dict[str, bytes]) -> None:
    """A wheel with these files and the least that Pyodide asks of one."""
    name, version = path.name.split("-")[:2]
    info = f"{name}-{version}.dist-info"
    files = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: symbiosis\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for inside, content in sorted(files.items()):
            wheel.writestr(zipfile.ZipInfo(inside, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)


def lock(folder: Path, packages: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A lock that names these packages of a folder and no other."""
    info = json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8"))["info"]
    return {"info": info, "packages": packages}


def copy_core(core: Path, folder: Path) -> None:
    """The verified core, but for one sentence: modules in WebAssembly are compiled when they are imported, not all."""
    for file in runtime.CORE:
        shutil.copy(core / file, folder)
    script = folder / "pyodide.asm.js"
    text = script.read_text(encoding="utf-8")
    assert text.count(EAGER) == 1, f"Pyodide {runtime.VERSION} loads modules otherwise now"
    script.write_text(text.replace(EAGER, f'if(!e.file_name.endsWith(".whl")){EAGER}'), encoding="utf-8")


def add_font_list(folder: Path, packages: dict[str, dict[str, Any]]) -> None:
    """A wheel with the list of fonts that matplotlib would otherwise make, and announce, at each first start."""
    kernel = WasmKernel(folder, lock(folder, packages), ["matplotlib", "ipython"])
    try:
        listed = kernel.value(
            "import json, pathlib, matplotlib.font_manager as fonts\n"
            "json.dumps(pathlib.Path(fonts.__file__).with_name('fontlist.json').read_text())"
        )
    finally:
        kernel.stop()
    made = entry("matplotlib-font-list", "1.0", "matplotlib_font_list-1.0-py3-none-any.whl")
    write_wheel(folder / made["file_name"], {"matplotlib/fontlist.json": listed.encode()})
    made["sha256"] = runtime.sha256(folder / made["file_name"])
    packages["matplotlib-font-list"] = made
    packages["matplotlib"]["depends"].append("matplotlib-font-list")


@dataclass(frozen=True)
class Prepared:
    """What to load: a folder with the core and the packages of others, and the library's wheel apart.

    official: how the lock of Pyodide describes each package; packages: how ours does.
    """

    folder: Path
    own_wheel: Path
    official: dict[str, dict[str, Any]]
    packages: dict[str, dict[str, Any]]

    def to_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {**vars(self), "folder": str(self.folder), "own_wheel": str(self.own_wheel)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Prepared:
        """What to_json gave."""
        return cls(**{**values, "folder": Path(values["folder"]), "own_wheel": Path(values["own_wheel"])})

    def kernel(self) -> WasmKernel:
        """A fresh interpreter with the library."""
        library = {**self.packages["symbiosis"], "file_name": str(self.own_wheel)}
        return WasmKernel(self.folder, lock(self.folder, {**self.packages, "symbiosis": library}), ["symbiosis"])


def prepare_packages(found: runtime.Runtime) -> tuple[Path, dict[str, dict[str, Any]]]:
    """The core and the compiled wheels of others in one folder of the cache, and their entries in a lock."""
    needed = found.needed()
    made_from = [needed, [extra.requirement for extra in runtime.EXTRAS], LEFT_OUT, sorted(KEPT_LEXERS), EAGER]
    folder = (
        runtime.CACHE / f"packages-{digest((HERE / 'inside_compile.py').read_bytes(), json.dumps(made_from).encode())}"
    )
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
                jobs.append(Job(source, partial / source.name))
            else:
                shutil.copy(source, partial)
        for extra in runtime.EXTRAS:
            source = runtime.fetch(extra)
            packages[extra.name] = entry(extra.name, extra.version, source.name, [extra.name])
            jobs.append(Job(source, partial / source.name))
        packages["ipywidgets"]["depends"] = ["comm", "ipython", "traitlets"]
        packages["comm"]["depends"] = ["traitlets"]
        pack(found.core, jobs)
        for one in packages.values():
            one["sha256"] = runtime.sha256(partial / one["file_name"])
        copy_core(found.core, partial)
        add_font_list(partial, packages)
        partial.chmod(0o755)
        (partial / "packages.json").write_text(json.dumps(packages, indent=1), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        partial.replace(folder)
    return folder, json.loads(done.read_text(encoding="utf-8"))


def library_entry(wheel: Path) -> dict[str, Any]:
    """The library as a lock describes it."""
    needs = ["numpy", "pandas", "matplotlib", "scipy", "ipython", "ipywidgets", "pillow"]
    made = entry("symbiosis", wheel.name.split("-")[1], wheel.name, ["symbiosis"], needs)
    return {**made, "sha256": runtime.sha256(wheel)}


def prepare() -> Prepared:
    """Everything that a notebook needs; runtime.Unavailable when something of others is missing."""
    runtime.node()
    found = runtime.obtain()
    folder, packages = prepare_packages(found)
    with tempfile.TemporaryDirectory() as build:
        plain = build_wheel(Path(build), runtime.python_with("setuptools, pip"))
        target = runtime.CACHE / "library" / digest(contents(plain), folder.name.encode()) / plain.name
        target.parent.mkdir(parents=True, exist_ok=True)
        pack(found.core, [Job(plain, target, with_sources=True)])
    packages["symbiosis"] = library_entry(target)
    return Prepared(folder, target, found.needed(), packages)


def prepare_cdn(address: str) -> Prepared:
    """The same with the official packages left where they are, under an address: only the core and ours are here."""
    core = runtime.fetch_core()
    official = runtime.Runtime(core, core).needed()
    folder = runtime.CACHE / "cdn"
    folder.mkdir(parents=True, exist_ok=True)
    copy_core(core, folder)
    packages = {name: {**one, "name": name, "file_name": address + one["file_name"]} for name, one in official.items()}
    for one in packages.values():
        one["depends"] = [need for need in map(runtime.normal, one["depends"]) if need in packages]
    for extra in runtime.EXTRAS:
        source = runtime.fetch(extra)
        packages[extra.name] = entry(extra.name, extra.version, source.name, [extra.name], ["traitlets"])
        packages[extra.name]["sha256"] = extra.sha256
        shutil.copy(source, folder)
    packages["ipywidgets"]["depends"] += ["comm", "ipython"]
    with tempfile.TemporaryDirectory() as build:
        library = shutil.copy(build_wheel(Path(build), runtime.python_with("setuptools, pip")), folder)
    packages["symbiosis"] = library_entry(Path(library))
    return Prepared(folder, Path(library), official, packages)


def main() -> int:
    """Prepare and report; 0 also where something of others is missing, in words that cannot be missed."""
    try:
        found = prepare()
    except runtime.Unavailable as missing:
        print(f"NOT TESTED ON THE SECOND PLATFORM: {missing}")
        return 0
    size = sum(file.stat().st_size for file in [found.own_wheel, *found.folder.iterdir()])
    print(f"Pyodide {runtime.VERSION}, {len(found.packages)} packages, {size / 1e6:.1f} MB in {found.folder}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
