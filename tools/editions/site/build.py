"""Build the browser edition into build/site: JupyterLite with one document a page, Pyodide, and all notebooks.

python -m tools.editions.site [--runtime self-hosted|cdn] [--cdn ADDRESS] [--output FOLDER]

self-hosted: every file lies in the site, and it is what the tests run; it needs a bundle of somebody else (see
tools/editions/wasm/runtime.py). cdn: the packages come from Pyodide's own network when a notebook is opened, which
therefore learns of every reader; tested against a stand-in of that network, not against the network itself.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.editions.site import start_page
from tools.editions.wasm import runtime, wheels
from tools.environment import ROOT

HERE = Path(__file__).resolve().parent
SITE = ROOT / "build" / "site"
CDN = f"https://cdn.jsdelivr.net/pyodide/v{runtime.VERSION}/full/"
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
EXTENSIONS = ("@jupyterlite/pyodide-kernel-extension", "@jupyter-widgets/jupyterlab-manager")
ROOM = ROOT / "tools" / "room" / "labextensions" / "symbiosis-room"
"""Our extension: buttons for a lecture, alternative texts, names of sliders."""
KERNEL_WHEELS = {
    "piplite": ("piplite", ["micropip"]),
    "ipykernel": ("ipykernel", []),
    "pyodide-kernel": ("pyodide_kernel", ["ipykernel", "ipython", "comm"]),
}
"""What JupyterLite's kernel brings along, the module of each and what it needs."""
LATER = ("scipy",)
"""Packages that are fetched when they are imported."""
MENDED = {
    "pyodide_kernel": {
        # It insists on jedi, which is spared.
        "pyodide_kernel/interpreter.py": (b"use_jedi = True", b"use_jedi = False"),
        # Pictures that come as bytes travel as base64, as every other kernel sends them.
        "pyodide_kernel/jsonutil.py": (
            b"    return format_dict\n",
            b"    from base64 import b64encode\n"
            b"    text = lambda value: b64encode(value).decode() if isinstance(value, bytes) else value\n"
            b"    return {kind: text(value) for kind, value in format_dict.items()}\n",
        ),
        "pyodide_kernel/display.py": (b"    ) -> None:\n", b"    ) -> None:\n        data = encode_images(data)\n"),
        "pyodide_kernel/__init__.py": (
            b"# 0. do early mocks",
            f"from . import later\n\nlater.install(*{LATER})\n\n# 0. do early mocks".encode(),
        ),
    }
}
"""Texts of the kernel that are replaced: file, what it says, what it says then."""
SPARED = ("ssl", "jedi")
"""Asked for by JupyterLite at each start and not used here: encrypted connections, and completion by reading code."""
LOADED = [
    "micropip", "piplite", "ssl", "sqlite3", "ipykernel", "comm", "pyodide_kernel", "jedi", "ipython", "symbiosis",
]  # fmt: skip
"""Loaded together when a notebook opens; JupyterLite would fetch the first nine one by one."""
KEEPER = 'navigator.serviceWorker?.register("../sw.js");'
"""In the page of a notebook: what has been fetched is kept for later visits, also when nobody saw the start page."""
COMPRESSED = {
    ".js",
    ".mjs",
    ".json",
    ".ipynb",
    ".html",
    ".css",
    ".wasm",
    ".svg",
    ".ttf",
    ".md",
    ".webmanifest",
    ".ico",
    ".zip",
}


def version_of(distribution: str) -> str:
    """The version of a wheel, from its file name."""
    return distribution.split("-")[1]


def add_kernel(folder: Path, packages: dict[str, dict[str, Any]]) -> None:
    """Put JupyterLite's kernel and empty stand-ins for what is spared beside the packages, and into their lock."""
    labextensions = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
    for name, (module, needs) in KERNEL_WHEELS.items():
        source = next((labextensions / EXTENSIONS[0] / "static" / "pypi").glob(f"{module}-*.whl"))
        packages[name] = wheels.entry(name, version_of(source.name), source.name, [module], needs)
        with zipfile.ZipFile(source) as old:
            files = {one: old.read(one) for one in old.namelist() if ".dist-info/" not in one}
        for file, (old_text, new_text) in MENDED.get(module, {}).items():
            assert old_text in files[file], f"{source.name}: {file} is made otherwise now"
            files[file] = files[file].replace(old_text, new_text)
        if module == "pyodide_kernel":
            files["pyodide_kernel/later.py"] = (HERE / "inside_later.py").read_bytes()
        wheels.write_wheel(folder / source.name, files)
    for name in SPARED:
        packages[name] = wheels.entry(name, "0.0", f"{name}-0.0-py3-none-any.whl")
        wheels.write_wheel(folder / packages[name]["file_name"], {})
    for name in (*KERNEL_WHEELS, *SPARED):
        packages[name]["sha256"] = runtime.sha256(folder / packages[name]["file_name"])


def lay_out_runtime(prepared: wheels.Prepared, parent: Path) -> Path:
    """Copy the core and the packages into a folder that is named by all their hashes; the lock beside them."""
    partial = parent / "partial"
    partial.mkdir(parents=True)
    packages = {name: dict(one) for name, one in prepared.packages.items()}
    local = [one["file_name"] for one in packages.values() if "://" not in one["file_name"]]
    for file in [*runtime.CORE, *local]:
        shutil.copy(prepared.own_wheel if file == prepared.own_wheel.name else prepared.folder / file, partial)
    packages["symbiosis"]["depends"] = [name for name in packages["symbiosis"]["depends"] if name not in LATER]
    add_kernel(partial, packages)
    lock = wheels.lock(prepared.folder, packages)
    (partial / "pyodide-lock.json").write_text(json.dumps(lock, sort_keys=True), encoding="utf-8")
    (partial / "pyodide.mjs").unlink()
    digests = [f"{file.name} {runtime.sha256(file)}" for file in sorted(partial.iterdir())]
    return partial.rename(parent / hashlib.sha256("\n".join(digests).encode()).hexdigest()[:16])


def settings(pyodide: str) -> dict[str, Any]:
    """What JupyterLite is told: our kernel, nothing from a network, no files shared with the page."""
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "Symbiosis",
            "faviconUrl": "./notebooks/favicon.ico",
            "exposeAppInBrowser": True,
            # Its service worker only carries files between page and kernel, and would stand in the way of ours.
            "disabledExtensions": [
                "@jupyterlite/application-extension:service-worker-manager",
                "@jupyterlab/apputils-extension:announcements",
            ],
            "litePluginSettings": {
                KERNEL: {
                    "pyodideUrl": f"./{pyodide}/pyodide.js",
                    "disablePyPIFallback": True,
                    "loadPyodideOptions": {"packages": LOADED},
                }
            },
        },
    }


def joined(value: Any, keep: bool = False) -> Any:
    """A notebook as a server hands it out: texts whole, where its file has them line by line.

    keep: the value is data in which a list of texts means what it is.
    """
    if isinstance(value, list):
        whole = value and not keep and all(isinstance(one, str) for one in value)
        return "".join(value) if whole else [joined(one, keep) for one in value]
    if isinstance(value, dict):
        return {
            key: joined(one, keep or key.endswith("json") or key in ("tags", "metadata")) for key, one in value.items()
        }
    return value


def copy_notebooks(target: Path) -> None:
    """Copy the notebooks with their outputs."""
    target.mkdir(parents=True)
    for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        notebook = joined(json.loads(path.read_text(encoding="utf-8")))
        (target / path.name).write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")


def run_jupyterlite(work: Path, pyodide: str) -> None:
    """Build the application and the contents in work/out; RuntimeError with JupyterLite's words when that fails."""
    contents = work / "files"
    shutil.copytree(ROOT / "docs", contents / "docs", ignore=shutil.ignore_patterns("images"))
    copy_notebooks(contents / "notebooks")
    (work / "jupyter-lite.json").write_text(json.dumps(settings(pyodide)), encoding="utf-8")
    overrides = json.loads((ROOT / "tools" / "lab_overrides.json").read_text(encoding="utf-8"))
    overrides["@jupyterlab/apputils-extension:themes"] = {"adaptive-theme": True}
    (work / "overrides.json").write_text(json.dumps(overrides), encoding="utf-8")
    labextensions = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
    options = {
        "LiteBuildConfig": {
            "lite_dir": str(work), "output_dir": str(work / "out"), "contents": [str(contents)],
            "apps": ["notebooks", "edit"], "no_sourcemaps": True, "ignore_sys_prefix": True,
            "federated_extensions": [str(labextensions / name) for name in EXTENSIONS] + [str(ROOM)],
            "source_date_epoch": int(max(file.stat().st_mtime for file in (ROOT / "notebooks").glob("*.ipynb"))),
            "no_libarchive": True,
        }
    }  # fmt: skip
    config = work / "jupyter_lite_config.json"
    config.write_text(json.dumps(options), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "jupyterlite_core", "build", "--config", str(config)],
        cwd=work, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"JupyterLite could not be built:\n{(done.stdout + done.stderr)[-3000:]}")


def add_icons(site: Path) -> None:
    """Put the icon where JupyterLite's pages ask for it: nobody else would answer them."""
    icon = site / "notebooks" / "favicon.ico"
    folder = site / "static" / "favicons"
    folder.mkdir(parents=True)
    for name in ("busy-1", "busy-2", "busy-3", "console", "file", "notebook", "terminal"):
        shutil.copy(icon, folder / f"favicon-{name}.ico")
    shutil.copy(icon, site)


def compress(folder: Path) -> None:
    """Put a gzipped copy beside every file that gets smaller by it."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix in COMPRESSED and file.stat().st_size > 1000:
            packed = gzip.compress(file.read_bytes(), 9, mtime=0)
            if len(packed) < 0.9 * file.stat().st_size:
                file.with_name(file.name + ".gz").write_bytes(packed)


def version_of_site(folder: Path) -> str:
    """A digest of every file of the site."""
    whole = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            whole.update(f"{file.relative_to(folder)} {runtime.sha256(file)}\n".encode())
    return "symbiosis-" + whole.hexdigest()[:16]


def build(target: Path, kind: str, cdn: str = CDN) -> Path:
    """Build the site in a folder; it is replaced as a whole. cdn: where the packages lie, if they do not lie here."""
    prepared = wheels.prepare() if kind == "self-hosted" else wheels.prepare_cdn(cdn)
    work = target.parent / "site_work"
    shutil.rmtree(work, ignore_errors=True)
    pyodide = lay_out_runtime(prepared, work / "pyodide")
    run_jupyterlite(work, f"pyodide/{pyodide.name}")
    out = work / "out"
    pyodide.parent.rename(out / "pyodide")
    (out / "service-worker.js").unlink()
    add_icons(out)
    page = out / "notebooks" / "index.html"
    html = page.read_text(encoding="utf-8")
    assert html.count("<script>") == 1, "JupyterLite's page is made otherwise now"
    page.write_text(html.replace("<script>", f"<script>{KEEPER}</script>\n    <script>"), encoding="utf-8")
    shutil.copy(HERE / "serve.py", out)
    start_page.write(out, kind, cdn)
    files = sorted(str(file.relative_to(out)) for file in out.rglob("*") if file.is_file())
    (out / "files.json").write_text(json.dumps([name for name in files if name != "serve.py"]), encoding="utf-8")
    version = version_of_site(out)
    worker = (HERE / "sw.js").read_text(encoding="utf-8").replace("@VERSION@", version)
    (out / "sw.js").write_text(worker, encoding="utf-8")
    compress(out)
    shutil.rmtree(target, ignore_errors=True)
    out.rename(target)
    shutil.rmtree(work)
    return target


def main(arguments: Sequence[str] | None = None) -> int:
    """Build and report; 1 where something of others is missing."""
    parser = argparse.ArgumentParser(prog="make site", description="Build the browser edition.")
    parser.add_argument("--runtime", choices=("self-hosted", "cdn"), default="self-hosted")
    parser.add_argument("--cdn", default=CDN, help="where the packages lie with --runtime cdn (%(default)s)")
    parser.add_argument("--output", type=Path, default=SITE, help="another folder than build/site")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    try:
        site = build(options.output.resolve(), options.runtime, options.cdn)
    except runtime.Unavailable as missing:
        print(f"error: {missing}\nWithout it the packages can come from Pyodide's own network: site --runtime cdn")
        return 1
    size = sum(file.stat().st_size for file in site.rglob("*") if file.is_file() and file.suffix != ".gz")
    shown = site.relative_to(ROOT) if site.is_relative_to(ROOT) else site
    print(f"{shown}: {size / 1e6:.0f} MB in {time.monotonic() - started:.0f} s; now: start.py serve")
    return 0
