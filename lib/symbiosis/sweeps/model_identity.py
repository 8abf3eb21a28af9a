"""Which model a sweep runs: its importable name, and a fingerprint of the code behind it."""

from __future__ import annotations

import ast
import hashlib
import importlib
import importlib.util
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.machinery import ModuleSpec
from importlib.metadata import version
from pathlib import Path
from typing import Any

from symbiosis.checks import FloatArray
from symbiosis.sweeps.errors import WorkerError

SweptModel = Callable[[dict[str, FloatArray]], Mapping[str, Any]]
"""What a sweep runs: a function that takes a dict of one array per parameter, and returns one of results."""


@dataclass(frozen=True)
class ModelIdentity:
    """module and function: where the model is imported from; code: SHA-256 of its source; libraries: versions.

    The source is that of the module and of every module of the same top-level package that it imports, directly
    or through others. The libraries are those whose release may change the last bit: numpy and scipy.
    """

    module: str
    function: str
    code: str
    libraries: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """The model as module:function."""
        return f"{self.module}:{self.function}"


def identify(model: SweptModel) -> ModelIdentity:
    """The identity of a model; ValueError unless it is a function at the top level of an importable module."""
    module, function = getattr(model, "__module__", None), getattr(model, "__qualname__", None)
    found = getattr(sys.modules.get(module or ""), function or "", None)
    if not module or not function or module == "__main__" or found is not model:
        raise ValueError(
            f"model is {function or model!r} of {module}; workers import it by name, so give a function defined at "
            "the top level of a module, not a lambda, an inner function or one typed in a notebook or script"
        )
    return _identity(model)


@cache
def _identity(model: SweptModel) -> ModelIdentity:
    libraries = tuple((library, version(library)) for library in ("numpy", "scipy"))
    return ModelIdentity(model.__module__, model.__qualname__, _code(model.__module__), libraries)


def load(identity: ModelIdentity) -> SweptModel:
    """Import the model; WorkerError where it, or numpy or scipy, is not the version that the identity names."""
    try:
        model: SweptModel = getattr(importlib.import_module(identity.module), identity.function)
    except (ImportError, AttributeError) as error:
        raise WorkerError(f"a worker cannot import {identity.name}: {error}") from None
    here = identify(model)
    if here.code != identity.code:
        raise WorkerError(f"a worker has other code for {identity.name}")
    if here.libraries != identity.libraries:
        raise WorkerError(
            f"a worker runs {_listed(here.libraries)}, the sweep was started with {_listed(identity.libraries)}"
        )
    return model


def _listed(libraries: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{name} {number}" for name, number in libraries)


def _code(module: str) -> str:
    package = module.partition(".")[0]
    sources: dict[str, str] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        spec = _found(name) if name not in sources and name.partition(".")[0] == package else None
        if spec is not None:
            source = Path(spec.origin or "").read_bytes()
            sources[name] = hashlib.sha256(source).hexdigest()
            waiting += _imported(source, spec.parent or "")
    return hashlib.sha256(json.dumps(sources, sort_keys=True).encode()).hexdigest()


def _found(name: str) -> ModuleSpec | None:
    """Where a module is; None for a name that is no module (an imported function) or has no Python source."""
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None
    return spec if spec is not None and (spec.origin or "").endswith(".py") else None


def _imported(source: bytes, package: str) -> Iterator[str]:
    """Every name that a module of a package imports; of `from a import b` both a and a.b, since b may be a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            yield origin
            yield from (f"{origin}.{alias.name}" for alias in node.names)
