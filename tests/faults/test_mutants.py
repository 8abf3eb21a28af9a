"""The mutation run: which faults there are, that each is the module with one change, and its list of exceptions."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.mutants import equivalent
from tools.mutants.faults import Fault, faults_of, is_one, sampled

SOURCE = '''\
"""A module of 2 numbers."""


class Box:
    limit: float = 2.0

    def room(self, used: int, *, strict: bool = True) -> float:
        """Room left: 1 or more."""
        if used < 3 and strict:
            raise ValueError(f"used is {used + 1}; give 3 or more")
        return max(used, 1) - divmod(used, 7)[0]
'''


@pytest.fixture
def faults(tmp_path: Path) -> list[Fault]:
    path = tmp_path / "box.py"
    path.write_text(SOURCE, encoding="utf-8")
    return [fault for fault in faults_of("symbiosis.measures.box", path) if is_one(fault)]


def test_every_kind_of_fault_and_nothing_in_texts(faults: list[Fault]) -> None:
    found = {(fault.function, fault.becomes) for fault in faults}
    assert found == {
        ("", "limit: float = 2.2"), ("", "limit: float = 1.8"),
        ("Box.room", "def room(self, used: int, *, strict: bool = False) -> float:"),
        ("Box.room", "if used <= 3 and strict:"), ("Box.room", "if used >= 3 and strict:"),
        ("Box.room", "if used < 4 and strict:"), ("Box.room", "if used < 2 and strict:"),
        ("Box.room", "if used < 3 or strict:"),
        ("Box.room", "return max(used, 1) + divmod(used, 7)[0]"),
        ("Box.room", "return max(used, 2) - divmod(used, 7)[0]"),
        ("Box.room", "return max(used, 0) - divmod(used, 7)[0]"),
        ("Box.room", "return max(used, 1) - divmod(7, used)[0]"),
        ("Box.room", "return max(used, 1) - divmod(used, 8)[0]"),
        ("Box.room", "return max(used, 1) - divmod(used, 6)[0]"),
        ("Box.room", "return max(used, 1) - divmod(used, 7)[1]"),
    }  # fmt: skip


def test_a_fault_changes_one_line_and_leaves_the_file(faults: list[Fault]) -> None:
    for fault in faults:
        changed = [new for old, new in zip(SOURCE.splitlines(), fault.text.splitlines(), strict=True) if old != new]
        assert [line.strip() for line in changed] == [fault.becomes]
        assert fault.path.read_text(encoding="utf-8") == SOURCE


def test_the_sample_hangs_on_its_seed_alone(faults: list[Fault]) -> None:
    five = [fault.key for fault in sampled(faults, 1, 5)]
    assert five == [fault.key for fault in sampled(faults[::-1], 1, 5)]
    assert five[:3] == [fault.key for fault in sampled(faults, 1, 3)]
    assert five != [fault.key for fault in sampled(faults, 2, 5)]


ENTRY = """\
[[equivalent]]
module = "symbiosis.measures.box"
function = "Box.room"
line = "if used < 3 and strict:"
becomes = "{becomes}"
reason = "{reason}"
"""


def test_an_equivalent_fault_must_exist_and_have_a_reason(faults: list[Fault], tmp_path: Path) -> None:
    path = tmp_path / "list.toml"
    path.write_text(ENTRY.format(becomes="if used <= 3 and strict:", reason="made up"), encoding="utf-8")
    assert list(equivalent.read(faults, path).values()) == ["made up"]
    path.write_text(ENTRY.format(becomes="if used <= 4 and strict:", reason="made up"), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"turns .* into .*<= 4"):
        equivalent.read(faults, path)
    path.write_text(ENTRY.format(becomes="if used <= 3 and strict:", reason=""), encoding="utf-8")
    with pytest.raises(SystemExit, match="lacks reason"):
        equivalent.read(faults, path)
