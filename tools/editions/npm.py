"""Files from npm packages, pinned by version and integrity hash, fetched once into build/cache."""

from __future__ import annotations

import base64
import hashlib
import tarfile
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.notebooks import ROOT

CACHE = ROOT / "build" / "cache" / "npm"
REGISTRY = "https://registry.npmjs.org"
PINNED: Mapping[str, tuple[str, str]] = {
    "reveal.js": (
        "4.6.1",
        "sha512-1CW0auaXNPmwmvQ7TwpszwVxMi2Xr5cTS3J3EBC/HHgbPF32Dn7aiu/LKWDOGjMbaDwKQiGmfqcoGQ74HUHCMw==",
    ),
    "mathjax": (
        "3.2.2",
        "sha512-Bt+SSVU8eBG27zChVewOicYs7Xsdt40qm4+UpHyX7k0/O9NliPc+x77k1/FEsPsjKPZGJvtRZM1vO+geW0OhGw==",
    ),
    "axe-core": (
        "4.14.1",
        "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
    ),
}
"""Version and integrity of each package, as npm states them."""


class FetchError(RuntimeError):
    """A package is neither cached nor to be had."""


def archive(name: str) -> Path:
    """The package's archive in the cache, fetched where it is missing; FetchError where it cannot be, or is another."""
    version, integrity = PINNED[name]
    path = CACHE / f"{name}-{version}.tgz"
    if not path.exists():
        url = f"{REGISTRY}/{name}/-/{name}-{version}.tgz"
        try:
            with urllib.request.urlopen(url, timeout=120) as answer:
                content = answer.read()
        except OSError as error:
            raise FetchError(f"{name} {version} is not in {CACHE} and cannot be fetched from {url}: {error}") from None
        CACHE.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".part")
        temporary.write_bytes(content)
        temporary.replace(path)
    digest = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != integrity:
        path.unlink()
        raise FetchError(f"{name} {version} has another hash than the one pinned; it was removed from the cache")
    return path


def take(name: str, files: Sequence[str], target: Path) -> list[Path]:
    """Copy files of a package (paths inside it) into a folder, by their last names."""
    target.mkdir(parents=True, exist_ok=True)
    taken = []
    with tarfile.open(archive(name)) as package:
        for file in files:
            member = package.extractfile(f"package/{file}")
            if member is None:
                raise FetchError(f"{name} holds no {file}")
            path = target / Path(file).name
            path.write_bytes(member.read())
            taken.append(path)
    return taken


def text(name: str, file: str) -> str:
    """One file of a package as text."""
    with tarfile.open(archive(name)) as package:
        member = package.extractfile(f"package/{file}")
        if member is None:
            raise FetchError(f"{name} holds no {file}")
        return member.read().decode("utf-8")
