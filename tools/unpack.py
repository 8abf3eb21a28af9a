"""A released archive of the browser edition, unpacked: what python start.py serve does where nothing is built.

It needs the standard library only. An archive is symbiosis-site-VERSION.zip; where SHA256SUMS lies beside it, it has to
agree. Nothing is written outside of the target, and a target is whole or not there.
"""

import hashlib
import os
import shutil
import tempfile
import zipfile
from pathlib import Path

PATTERN = "symbiosis-site-*.zip"
SUMS = "SHA256SUMS"


class ArchiveError(Exception):
    """An archive that is damaged, or is not one of ours."""


def find(*folders):
    """The newest archive in these folders; None without one."""
    found = [path for folder in folders for path in Path(str(folder)).glob(PATTERN)]
    return max(found, key=lambda path: path.stat().st_mtime) if found else None


def sha256(path):
    """The digest of a file in hexadecimal letters."""
    digest = hashlib.sha256()
    with open(str(path), "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def expected(archive):
    """The digest that SHA256SUMS beside an archive says; None where it says nothing."""
    sums = archive.with_name(SUMS)
    if not sums.is_file():
        return None
    lines = [line.split() for line in sums.read_text(encoding="utf-8").splitlines()]
    return next((line[0] for line in lines if len(line) == 2 and line[1].lstrip("*") == archive.name), None)


def unpack(archive, target):
    """Unpack an archive whose files lie in one folder, site/, and make that target; ArchiveError says what is wrong."""
    wanted = expected(archive)
    if wanted and sha256(archive) != wanted:
        raise ArchiveError(f"{archive.name} is not what SHA256SUMS says; download it again")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=str(target.parent)))
    try:
        with zipfile.ZipFile(str(archive)) as opened:
            for name in opened.namelist():
                parts = name.replace("\\", "/").split("/")
                if parts[0] != "site" or ".." in parts:
                    raise ArchiveError(f"{archive.name} holds {name!r}; it is no archive of ours")
            opened.extractall(str(partial))
        if not (partial / "site" / "index.html").is_file():
            raise ArchiveError(f"{archive.name} holds no site/index.html; it is no archive of ours")
        if target.exists():
            shutil.rmtree(str(target))
        os.replace(str(partial / "site"), str(target))
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise ArchiveError(f"{archive.name} cannot be unpacked ({error}); download it again") from error
    finally:
        shutil.rmtree(str(partial), ignore_errors=True)
    return target
