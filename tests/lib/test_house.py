"""Rules of the house that hold by test: where formulae, colours and numbers stand, and how long a function may be."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "lib" / "symbiosis"
MODULES = sorted(LIBRARY.rglob("*.py"))
LONGEST_FUNCTION = 80
MOST_OPERATORS = 3
MATHEMATICS = {
    "exp", "log1p", "expm1", "sqrt", "power", "cumsum", "cumprod", "dot", "trapezoid", "interp",
    "polyfit", "gradient", "std", "var", "corrcoef", "expit", "logit",
}  # fmt: skip
COLOUR = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?\b")
NAMED = {"white", "black", "red", "blue", "green", "orange", "grey", "gray", "yellow", "purple"}


def name_of(path: Path) -> str:
    return str(path.relative_to(LIBRARY))


def outside_pictures(tree: ast.Module) -> Iterator[ast.AST]:
    """The functions of a panel that compute and describe: all but the methods of its picture."""
    for node in tree.body:
        if not (isinstance(node, ast.ClassDef) and any(getattr(m, "name", "") == "update" for m in node.body)):
            yield node


def operators(node: ast.AST) -> int:
    """How many arithmetic operators an expression holds, percentages (a factor of 100) and texts left out."""
    if not isinstance(node, ast.BinOp):
        return 0
    parts = (node.left, node.right)
    if any(isinstance(p, ast.JoinedStr) or (isinstance(p, ast.Constant) and isinstance(p.value, str)) for p in parts):
        return 0
    percent = any(isinstance(p, ast.Constant) and p.value in (100, 1e6) for p in parts)
    return (not percent) + sum(operators(part) for part in parts)


def formulae(source: str) -> list[str]:
    """What in a panel is a formula and belongs to a model or a measure."""
    found = []
    for part in outside_pictures(ast.parse(source)):
        for node in ast.walk(part):
            if isinstance(node, ast.BinOp) and operators(node) > MOST_OPERATORS:
                found.append(f"line {node.lineno}: {ast.unparse(node)}")
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MATHEMATICS:
                found.append(f"line {node.lineno}: {ast.unparse(node.func)}")
    return found


def colours(source: str) -> list[str]:
    """The colours that a module names by itself."""
    return [
        f"line {node.lineno}: {node.value}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and (node.value in NAMED or COLOUR.search(node.value))
    ]


def parsed_readouts(source: str) -> list[str]:
    """Where a number is taken out of words that were made to be read."""
    found = []
    for node in ast.walk(ast.parse(source)):
        turned = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("float", "int")
        if turned and re.search(r"readout|numbers\[|\.split\(|\.strip\(", ast.unparse(node)):
            found.append(f"line {node.lineno}: {ast.unparse(node)}")
    return found


PANELS = [p for p in MODULES if p.parent.name == "panels" and p.stem not in ("__init__", "panel", "controls")]


@pytest.mark.parametrize("path", PANELS, ids=name_of)
def test_a_panel_holds_no_formula(path: Path) -> None:
    assert formulae(path.read_text(encoding="utf-8")) == []


DRAWN = [p for p in MODULES if p.parent.name in ("charts", "panels", "lesson") and p.stem != "style"]


@pytest.mark.parametrize("path", DRAWN, ids=name_of)
def test_colours_come_from_the_style(path: Path) -> None:
    assert colours(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_number_is_parsed_from_a_readout(path: Path) -> None:
    assert parsed_readouts(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_function_is_too_long(path: Path) -> None:
    functions = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.FunctionDef)]
    lengths = {n.name: (n.end_lineno or n.lineno) - n.lineno + 1 for n in functions}
    assert {name: length for name, length in lengths.items() if length >= LONGEST_FUNCTION} == {}


@pytest.mark.parametrize("path", PANELS, ids=name_of)
def test_a_panel_narrows_ranges_and_declares_none_that_a_model_has(path: Path) -> None:
    """A panel of a model takes its sliders from the model; a slider of its own has no model behind it."""
    source = path.read_text(encoding="utf-8")
    declared = {
        node.args[0].value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Parameter" and node.args
        and isinstance(node.args[0], ast.Constant)
    }  # fmt: skip
    models = "\n".join(p.read_text(encoding="utf-8") for p in MODULES if p.parent.parent.name == "models")
    assert [name for name in declared if re.search(rf"^    {name}: Values = ", models, re.M)] == []


@pytest.mark.parametrize(
    ("check", "source", "found"),
    [
        (formulae, "def compute(s):\n    return a * s['x'] ** b + c / d", 1),
        (formulae, "def compute(s):\n    return np.exp(s['x'])", 1),
        (formulae, "def compute(s):\n    return model.share(s['x'], 100 * s['y'])", 0),
        (formulae, "def readout(r):\n    return f'{100 * r.x:.1f}' + 'a' + 'b' + 'c' + 'd'", 0),
        (formulae, "class P:\n    def update(self, r):\n        self.a.set_x(np.log(r) * 2 + 1 - 3 * 4)", 0),
        (colours, "axes.plot(x, color='#22303c')", 1),
        (colours, "edgecolor = 'white'", 1),
        (colours, "html = '<p style=\"color:#b3401f\">'", 1),
        (colours, "axes.plot(x, color=COLOURS['ink'], label='exercise #3')", 0),
        (parsed_readouts, "x = float(panel.readout.numbers[0][1])", 1),
        (parsed_readouts, "x = float(text.split('(')[0])", 1),
        (parsed_readouts, "x = float(panel.result.share)", 0),
    ],
)
def test_the_rules_can_fail(check, source: str, found: int) -> None:
    assert len(check(source)) == found
