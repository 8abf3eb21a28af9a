"""The steps in CONTRIBUTING.md run as they stand: a model with its test, its panel, a finding."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from test_dependencies import broken_layers, heavy_imports
from test_house import colours, formulae

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCKS = {
    found[1]: found[2] for found in re.finditer(r"^```python\n# (\S[^\n]*)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
}
MODEL = "lib/symbiosis/models/migration/shrinking_village.py"
TEST = "tests/lib/test_shrinking_village.py"
PANEL = "lib/symbiosis/panels/shrinking_village.py"
CELL = "a cell of a notebook"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    """The modules of the steps, as if they lay where their first lines say."""
    made: dict[str, dict[str, Any]] = {}
    for path in (MODEL, TEST, PANEL):
        module = ModuleType(path.removeprefix("lib/").removesuffix(".py").replace("/", "."))
        monkeypatch.setitem(sys.modules, module.__name__, module)
        exec(compile(BLOCKS[path], path, "exec"), module.__dict__)
        made[path] = module.__dict__
    return made


def test_these_are_the_steps() -> None:
    assert list(BLOCKS) == [MODEL, TEST, PANEL, CELL]


def test_the_model_passes_its_test(written: dict[str, dict[str, Any]]) -> None:
    tests = [value for name, value in written[TEST].items() if name.startswith("test_")]
    assert len(tests) >= 3
    for test in tests:
        test()


def test_the_panel_shows_what_its_sliders_say(written: dict[str, dict[str, Any]]) -> None:
    panel = written[PANEL]["shrinking_village_panel"]()
    first, other = panel.render(), panel.render({"leaving": 0.0})
    assert first.png[:4] == b"\x89PNG"
    assert first.png != other.png
    assert (first.readout.numbers, other.readout.numbers) == (
        (("Left after 60 years", "41"),), (("Left after 60 years", "135"),),
    )  # fmt: skip


@pytest.mark.parametrize("path", [MODEL, PANEL])
def test_they_keep_the_rules_of_the_house(path: str) -> None:
    source = BLOCKS[path]
    assert broken_layers(source, path.split("/")[2]) == []
    assert heavy_imports(source) == []
    assert colours(source) == []
    assert path == MODEL or formulae(source) == []


def test_the_cell_registers_a_finding() -> None:
    space: dict[str, Any] = {}
    exec(compile(BLOCKS[CELL], CELL, "exec"), space)
    (finding,) = space["lesson"]._findings
    assert re.search(r"In \d+% \(\d+% to \d+%\) of countries", finding.text)
    assert finding.part == "falls"
    assert set(space["lesson"].data) == {"countries"}


def test_every_path_that_the_text_names_exists() -> None:
    prose = re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL)
    named = set(re.findall(r"`((?:lib|tests|tools|data|notebooks|lesson|charts|models|panels)/[\w./]*)`", prose))
    assert len(named) > 8
    assert [p for p in named if not (ROOT / p).exists() and not (ROOT / "lib" / "symbiosis" / p).exists()] == []
