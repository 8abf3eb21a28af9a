"""Runs inside Pyodide: packages that are fetched when something imports them, not when a notebook opens.

Most notebooks draw their first picture without scipy, which with openblas is a third of all that is to be fetched.
"""

from __future__ import annotations

import hashlib
import importlib
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec, PathFinder
from typing import Any


def wanted(name: str, packages: dict[str, dict[str, Any]], loaded: set[str]) -> Iterator[str]:
    """A package and all that it needs and is not there, what is needed first."""
    for need in packages[name]["depends"]:
        if need not in loaded:
            yield from wanted(need, packages, loaded)
            loaded.add(need)
    yield name


def fetch(address: str, sha256: str) -> Any:
    """The bytes of a file, as JavaScript holds them; OSError when it does not come or is not the lock's."""
    from js import XMLHttpRequest

    request = XMLHttpRequest.new()
    request.open("GET", address, False)
    request.responseType = "arraybuffer"
    try:
        request.send()
    except Exception as error:
        raise OSError(f"{address} cannot be fetched, and nothing of it is kept here: {error}") from None
    if request.status != 200:
        raise OSError(f"{address} cannot be fetched: the server answers {request.status}")
    if hashlib.sha256(request.response.to_bytes()).hexdigest() != sha256:
        raise OSError(f"{address} is not the file that belongs to this edition: its sha256 differs")
    return request.response


class Later:
    """The last finder to be asked: it knows the packages that the lock names and nobody has loaded."""

    def __init__(self, *names: str) -> None:
        self.names = set(names)

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Fetch and unpack one of the packages, and find it then."""
        if name not in self.names:
            return None
        self.names.remove(name)
        try:
            self.load(name)
        except BaseException:
            self.names.add(name)
            raise
        importlib.invalidate_caches()
        return PathFinder.find_spec(name)

    def load(self, name: str) -> None:
        """Put a package and what it needs where Pyodide's own loader puts them, and tell it so."""
        import pyodide_js
        from pyodide._package_loader import get_install_dir, unpack_buffer

        packages = pyodide_js._api.lockfile_packages.to_py()
        loaded = pyodide_js.loadedPackages
        for one in wanted(name, packages, set(loaded.to_py())):
            entry = packages[one]
            file = entry["file_name"]
            content = fetch(file if "://" in file else pyodide_js._api.config.indexURL + file, entry["sha256"])
            folder = get_install_dir(entry["install_dir"])
            libraries = unpack_buffer(
                content, filename=file, extract_dir=folder, calculate_dynlibs=True, installer="pyodide.loadPackage"
            )
            for library in [] if file.endswith(".whl") else libraries:
                _open_library(library)
            setattr(loaded, one, "default channel")


def _open_library(path: str) -> None:
    """A shared library that modules name when they are imported."""
    import pyodide_js
    from pyodide.ffi import to_js

    module = pyodide_js._module
    flags = {"loadAsync": False, "nodelete": True, "allowUndefined": True, "global": False, "fs": module.FS}
    module.loadDynamicLibrary(path, to_js(flags, dict_converter=_object()), to_js({}, dict_converter=_object()))
    known = module.LDSO.loadedLibsByName
    setattr(known, path.rpartition("/")[2], getattr(known, path))


def _object() -> Any:
    from js import Object

    return Object.fromEntries


def install(*names: str) -> None:
    """From now on these packages come when they are imported."""
    sys.meta_path.append(Later(*names))  # type: ignore[arg-type]
