"""The wheel of the library with its tables, ledger and fonts."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.environment import ROOT

SOURCES = (
    "pyproject.toml", "setup.py", "README.md", "LICENSE", "LICENSE-text", "lib", "data", "model_runs", "notebooks",
)  # fmt: skip
"""What it is built from."""


def build_wheel(target: Path, python: str = sys.executable) -> Path:
    """Build it into a folder; RuntimeError with pip's words when that fails.

    It is built from a copy, for what earlier builds leave beside the sources would get into it, and nothing is left
    in the checkout. python: one that has pip and setuptools.
    """
    with tempfile.TemporaryDirectory() as name:
        source = Path(name)
        for one in SOURCES:
            if (ROOT / one).is_dir():
                left_out = shutil.ignore_patterns("__pycache__", "*.egg-info", ".*")
                shutil.copytree(ROOT / one, source / one, ignore=left_out)
            else:
                shutil.copy(ROOT / one, source)
        command = [python, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
        done = subprocess.run([*command, "-w", str(target), name], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the wheel of the library could not be built:\n{done.stderr[-3000:]}")
    return next(target.glob("symbiosis-*.whl"))
