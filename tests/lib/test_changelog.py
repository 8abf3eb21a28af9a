"""The changelog tells of this version, and what it calls new is there."""

from __future__ import annotations

import importlib
import re
import tomllib
from pathlib import Path

import pytest

import symbiosis

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
# The last cell of each row of a table: the new name.
NEW = [row.split("|")[2] for row in TEXT.splitlines() if row.startswith("| ") and not row.startswith("| old")]


def test_one_version_everywhere() -> None:
    assert symbiosis.__version__ == VERSION
    assert re.findall(r"^## (\S+)", TEXT, re.MULTILINE)[0] == VERSION
    assert f"\nversion: {VERSION}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`symbiosis\.([a-z_.]+[a-z_])`", " ".join(NEW)))))
def test_a_new_module_exists(name: str) -> None:
    assert importlib.import_module(f"symbiosis.{name}")


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`?\b([a-z_]+\.[A-Z]\w+)\(", " ".join(NEW)))))
def test_a_new_class_exists(name: str) -> None:
    module, _, cls = name.partition(".")
    found = list((ROOT / "lib" / "symbiosis").rglob(f"{module}.py"))
    assert any(re.search(rf"^class {cls}\b", path.read_text(encoding="utf-8"), re.MULTILINE) for path in found)
