"""The packages that sweeps need beyond those of the library."""

from __future__ import annotations

from importlib.util import find_spec

_MODULES = ("distributed", "pyarrow", "SALib", "sklearn", "threadpoolctl", "tqdm")


def need_extra() -> None:
    """ModuleNotFoundError that names what is missing and the extra that installs it."""
    missing = [name for name in _MODULES if find_spec(name) is None]
    if missing:
        raise ModuleNotFoundError(
            f"sweeps need {', '.join(missing)}, not installed here; install this project with its extra: "
            'pip install -e ".[sweeps]"'
        )
