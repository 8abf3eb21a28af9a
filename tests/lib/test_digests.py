"""The library's digests: they follow what the code does, not how it is written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from symbiosis.lesson import digests

SOURCE = '''
"""A module."""
import math


class Box:
    """A box."""

    def area(self, side: float) -> float:
        """Its area (unit of side squared)."""
        return side ** 2 + 1.0


def twice(x, *, by=2):
    return f"{x * by:.2f}"
'''


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"""A module."""', ""),
        ('"""Its area (unit of side squared)."""', '"""Area."""'),
        ("    return side", "    # why\n        return side"),
        ("side ** 2 + 1.0", "(side**2 +\n            1.0)"),
        ('    """A box."""\n\n', ""),
    ],
)
def test_comments_docstrings_and_layout_change_nothing(old: str, new: str) -> None:
    assert old in SOURCE
    assert digests.syntax_digest(SOURCE.replace(old, new)) == digests.syntax_digest(SOURCE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1.0", "1.5"), ("1.0", "1"), ("+", "-"), ("by=2", "by=3"), (":.2f", ":.3f"), ("def twice", "def double"),
        ("side ** 2", "2 ** side"), ("import math", "import cmath"), ("x, *, by", "x, by"),
        ("float) -> float", "int) -> float"),
    ],
)  # fmt: skip
def test_what_the_code_does_changes_the_digest(old: str, new: str) -> None:
    assert old in SOURCE
    assert digests.syntax_digest(SOURCE.replace(old, new, 1)) != digests.syntax_digest(SOURCE)


def test_only_the_judging_layers_are_taken_and_only_what_is_loaded() -> None:
    program = (
        "import json\n"
        "from symbiosis.measures import inequality\n"
        "from symbiosis.lesson import digests\n"
        "print(json.dumps(digests.loaded()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert "symbiosis.measures.inequality" in found
    assert not [name for name in found if name.split(".")[1] not in digests.JUDGING]
    assert "symbiosis.economy.simulation" not in found
    assert all(len(mark) == 16 for mark in found.values())


def test_a_changed_a_missing_and_an_unknown_module_are_told() -> None:
    known = digests.digests(["symbiosis.checks", "symbiosis.parameters"])
    assert digests.changed(known) == []
    assert digests.changed({**known, "symbiosis.checks": "0"}) == ["symbiosis.checks"]
    assert digests.changed({"symbiosis.measures.no_such": "1", "no_such_package.x": "1"}) == [
        "no_such_package.x", "symbiosis.measures.no_such",
    ]  # fmt: skip


def test_every_module_has_a_digest_for_a_build_to_carry() -> None:
    carried = digests.all_modules(Path(digests.__file__).parents[1])
    assert {name.split(".")[1] for name in carried} == set(digests.JUDGING)
    assert all(carried.values())
    assert carried == digests.digests(carried)


def other_pythons() -> list[Path]:
    """Interpreters of other minor versions that pyenv, uv or the system offer."""
    places = [Path.home() / ".pyenv" / "versions", Path.home() / ".local" / "share" / "uv" / "python"]
    found = [path for place in places if place.is_dir() for path in place.glob("*/bin/python3.1[0-9]")]
    found += [path for path in Path("/usr/bin").glob("python3.1[0-9]")]
    own = f"python3.{sys.version_info.minor}"
    return sorted({path for path in found if path.name != own and int(path.name.split(".")[1]) >= 11})


def test_the_digest_is_the_same_under_every_python_at_hand() -> None:
    module = Path(digests.__file__)
    for python in other_pythons():
        program = (
            f"import importlib.util as u; s = u.spec_from_file_location('library', {str(module)!r}); "
            f"m = u.module_from_spec(s); s.loader.exec_module(m); print(m.syntax_digest(open({str(module)!r}).read()))"
        )
        done = subprocess.run([str(python), "-I", "-c", program], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == digests.syntax_digest(module.read_text(encoding="utf-8")), python
