"""What the project imports is what it declares, what it declares is what it locks, and its layers point one way."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "lib" / "symbiosis"
OWN = {"symbiosis", "tools", "tests", "bench", "start"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# What a module of each layer may import of the package, besides its own layer. measures and models stand side by side.
BELOW = {
    "checks": set(),
    "parameters": {"checks"},
    "tables": {"checks"},
    "measures": {"checks"},
    "models": {"checks", "parameters"},
    "evidence": {"checks", "measures", "parameters"},
    "economy": {"checks", "parameters", "measures", "models", "evidence"},
    # Beside evidence; nothing in the library imports it, for it needs an extra.
    "sweeps": {"checks", "parameters"},
    "charts": {
        "checks", "parameters", "measures", "models", "evidence", "economy", "lesson.cards", "lesson.place_names",
    },
    "lesson": {"checks", "parameters", "tables", "evidence", "charts"},
    "panels": {
        "checks", "parameters", "tables", "measures", "models", "evidence", "economy", "charts", "lesson",
    },
}  # fmt: skip

# Modules outside of sweeps that name the extra they need where it is missing.
ASK_FOR_AN_EXTRA = {"evidence/sobol_indices.py": "sweeps", "lesson/phones.py": "lab"}

# Slow to import (about half a second and more): only the functions that use them may import them.
HEAVY = (
    "linearmodels",
    "statsmodels",
    "scipy.stats",
    "scipy.optimize",
    "matplotlib.pyplot",
    "IPython",
    "frictionless",
    "dask",
    "distributed",
    "pyarrow",
    "SALib",
    "sklearn",
)


@cache
def providers() -> dict[str, set[str]]:
    """Which installed distributions provide an importable name."""
    return {name: {canonicalize_name(d) for d in given} for name, given in packages_distributions().items()}


def declared(*extras: str) -> set[str]:
    """The distributions that pyproject.toml names: the core ones and those of the extras."""
    lines = list(PROJECT["dependencies"])
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    return {canonicalize_name(Requirement(line).name) for line in lines}


def imports(source: str) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every absolute import, at any depth."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def undeclared(source: str, allowed: set[str], own: Iterable[str] = OWN) -> list[str]:
    """The imports that are neither standard library, nor the project's own, nor of an allowed distribution."""
    found = []
    for line, name in imports(source):
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names or top in own:
            continue
        if not providers().get(top, {top}) & allowed:
            found.append(f"line {line}: {name}")
    return found


def code_of(notebook: Path) -> str:
    """The code of a notebook's cells, without lines for IPython alone."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return re.sub(r"^\s*[%!]\w.*$", "", code, flags=re.MULTILINE)


def modules(folder: Path) -> list[Path]:
    found = sorted(folder.rglob("*.py"))
    assert found, f"no modules in {folder}"
    return found


def name_of(path: object) -> str:
    return str(path.relative_to(ROOT)) if isinstance(path, Path) else str(path)


@pytest.mark.parametrize("path", modules(ROOT / "lib"), ids=name_of)
def test_the_library_imports_core_dependencies_only(path: Path) -> None:
    inside = path.relative_to(LIBRARY).as_posix()
    extras = (
        ("sweeps",) if layer_of(path) == "sweeps" else (ASK_FOR_AN_EXTRA[inside],) if inside in ASK_FOR_AN_EXTRA else ()
    )
    assert undeclared(path.read_text(encoding="utf-8"), declared(*extras), {"symbiosis"}) == []


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=name_of)
def test_notebooks_import_what_a_reader_has_installed(path: Path) -> None:
    assert undeclared(code_of(path), declared("lab"), {"symbiosis"}) == []


def bound(path: Path) -> set[str]:
    """The names that a module binds at its top level, in branches too, and its submodules."""
    found = {p.stem for p in path.parent.iterdir()} if path.stem == "__init__" else set()
    waiting = list(ast.parse(path.read_text(encoding="utf-8")).body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        else:
            found |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
            waiting += [child for child in ast.walk(node) if child is not node and isinstance(child, ast.stmt)]
    return found


def missing(source: str) -> list[str]:
    """What a file imports from modules of bench, tests and tools that have no such name."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ImportFrom) or (node.module or "").partition(".")[0] not in (
            "bench",
            "tests",
            "tools",
        ):
            continue
        bare = ROOT.joinpath(*str(node.module).split("."))
        path = next((p for p in (bare.with_suffix(".py"), bare / "__init__.py") if p.is_file()), None)
        names = {alias.name for alias in node.names}
        if path is not None:
            names -= bound(path)
        elif bare.is_dir():  # a folder without a file of its own
            names -= {p.stem for p in bare.iterdir()}
        found += [f"line {node.lineno}: {node.module}.{name}" for name in sorted(names)]
    return found


@pytest.mark.parametrize("path", [p for f in ("bench", "tests", "tools") for p in modules(ROOT / f)], ids=name_of)
def test_what_is_imported_from_the_project_is_there(path: Path) -> None:
    """mypy reads the library; the benches run by hand, and would be the last to say so."""
    assert missing(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from tools.imports import named", []),
        ("def f():\n    from tools.imports import names", ["line 2: tools.imports.names"]),
        ("from tools import imports, nothing", ["line 1: tools.nothing"]),
        ("from tools.nothing import named", ["line 1: tools.nothing.named"]),
        ("from symbiosis.nothing import named", []),
    ],
)
def test_what_is_missing_is_named(source: str, found: list[str]) -> None:
    assert missing(source) == found


def test_there_are_notebooks_to_check() -> None:
    assert list((ROOT / "notebooks").glob("*.ipynb"))


SCRIPTS = [ROOT / "start.py"] + [
    path for folder in ("tools", "tests", "bench") for path in sorted((ROOT / folder).rglob("*.py"))
]


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_tools_and_tests_import_what_an_extra_declares(path: Path) -> None:
    # Modules next to a script or test are its own: it imports them by their bare name.
    beside = {p.stem for p in path.parent.glob("*.py")}
    # The tools of the editions live in an environment of their own, so what provides a shared name is not seen here.
    editions = {"editions": {"sphinxcontrib"}} if "editions" in path.parts else {}
    allowed = declared("lab", "data", "sweeps", "test", *editions, *(("bench",) if "bench" in path.parts else ()))
    # What runs inside the browser's Python finds these there.
    inside = {"js", "pyodide", "pyodide_js"} if path.stem.startswith("inside_") else set()
    known = set().union(OWN, beside, inside, *editions.values())
    assert undeclared(path.read_text(encoding="utf-8"), allowed, known) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import numpy as np\nimport json, os.path\nfrom symbiosis import tables\nfrom . import beside", []),
        ("import yaml", ["line 1: yaml"]),
        ("import json, geopandas", ["line 1: geopandas"]),
        ("def f():\n    from networkx.algorithms import bipartite", ["line 2: networkx.algorithms.bipartite"]),
        ("try:\n    import pytest\nexcept ImportError:\n    pass", ["line 2: pytest"]),
        ("from sklearn.linear_model import Ridge", ["line 1: sklearn.linear_model.Ridge"]),
    ],
)
def test_an_undeclared_import_is_caught(source: str, found: list[str]) -> None:
    assert undeclared(source, declared()) == found


def test_an_undeclared_import_in_a_notebook_is_caught(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["import seaborn"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "import pandas as pd"]},
        {"cell_type": "code", "source": ["import seaborn as sns"]},
    ]
    notebook = tmp_path / "00_made_up.ipynb"
    notebook.write_text(json.dumps({"cells": cells}))
    assert undeclared(code_of(notebook), declared("lab")) == ["line 3: seaborn"]


def pins(lock: Path) -> dict[str, list[tuple[Requirement, int]]]:
    """Per distribution: its pins (one per marker) and how many hashes each carries."""
    found: dict[str, list[tuple[Requirement, int]]] = {}
    entries = re.split(r"^(?=[A-Za-z0-9])", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert entries, f"{lock.name} pins nothing"
    for entry in entries:
        requirement = Requirement(entry.splitlines()[0].rstrip(" \\"))
        hashes = len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", entry))
        found.setdefault(canonicalize_name(requirement.name), []).append((requirement, hashes))
    return found


LOCKS = {
    "requirements.txt": tuple(e for e in PROJECT["optional-dependencies"] if e not in ("editions", "bench")),
    "tools/requirements-editions.txt": ("editions",),
    "tools/requirements-bench.txt": ("lab", "sweeps", "test", "bench"),
    "tools/requirements-oldest.txt": ("data", "sweeps", "test"),
}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_every_direct_dependency_within_its_range(name: str) -> None:
    lock = pins(ROOT / name)
    lines = PROJECT["dependencies"] + [d for e in LOCKS[name] for d in PROJECT["optional-dependencies"][e]]
    for line in lines:
        wanted = Requirement(line)
        locked = lock.get(canonicalize_name(wanted.name), [])
        assert locked, f"{name} lacks {wanted.name}: run make lock"
        for pin, _ in locked:
            (exact,) = pin.specifier
            assert exact.operator == "=="
            assert wanted.specifier.contains(exact.version), f"{name}: {pin} is not {wanted}: run make lock"


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_hashes_and_names_no_host(name: str) -> None:
    assert [str(pin) for entries in pins(ROOT / name).values() for pin, hashes in entries if not hashes] == []
    assert re.findall(r"://|--(?:extra-)?index|--find-links", (ROOT / name).read_text(encoding="utf-8")) == []


def test_the_oldest_lock_holds_the_lower_bounds_of_the_core() -> None:
    lock = pins(ROOT / "tools/requirements-oldest.txt")
    for line in PROJECT["dependencies"]:
        wanted = Requirement(line)
        (bound,) = (Version(s.version) for s in wanted.specifier if s.operator == ">=")
        for pin, _ in lock[canonicalize_name(wanted.name)]:
            (exact,) = pin.specifier
            # The first releases of a series that cannot work together (pandas 2.2.0 with numpy 2) are passed over.
            assert Version(exact.version).release[:2] == bound.release[:2], f"{pin} is far from {wanted}"


def layer_of(path: Path) -> str:
    """The module or package right below symbiosis."""
    return path.relative_to(LIBRARY).with_suffix("").parts[0]


def broken_layers(source: str, layer: str) -> list[str]:
    """The imports of the package that point upwards or sideways."""
    found = []
    for line, name in imports(source):
        inside = name.removeprefix("symbiosis.")
        if inside == name:
            continue
        allowed = BELOW[layer] | {layer}
        if not any(inside == one or inside.startswith(one + ".") for one in allowed):
            found.append(f"line {line}: {name}")
    return found


def at_import_time(tree: ast.AST) -> Iterator[ast.stmt]:
    """The import statements that run when a module is imported: not in functions, not for type checking."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from (n for part in node.orelse for n in at_import_time(ast.Module([part], [])))
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from at_import_time(node)


def heavy_imports(source: str) -> list[str]:
    """The slow packages that a module imports when it is itself imported."""
    eager = "\n".join(ast.unparse(node) for node in at_import_time(ast.parse(source)))
    return [name for _, name in imports(eager) if any(name == h or name.startswith(h + ".") for h in HEAVY)]


@pytest.mark.parametrize("path", [p for p in modules(LIBRARY) if p != LIBRARY / "__init__.py"], ids=name_of)
def test_layers_point_downwards(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert layer_of(path) in BELOW, f"{path.name} belongs to no layer: place it, or add the layer to BELOW"
    assert broken_layers(source, layer_of(path)) == []
    relative = [n.lineno for n in ast.walk(ast.parse(source)) if isinstance(n, ast.ImportFrom) and n.level]
    assert relative == [], "the library imports its own modules by their full name"


@pytest.mark.parametrize("path", modules(LIBRARY), ids=name_of)
def test_nothing_slow_is_imported_with_a_module(path: Path) -> None:
    assert heavy_imports(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", modules(LIBRARY), ids=name_of)
def test_pyplot_is_used_nowhere(path: Path) -> None:
    # pyplot keeps global figures; the panels draw on canvases of their own.
    used = [name for _, name in imports(path.read_text(encoding="utf-8")) if name.startswith("matplotlib.pyplot")]
    assert used == []


@pytest.mark.parametrize(
    ("layer", "source", "broken"),
    [
        ("tables", "from symbiosis.charts.style import COLOURS", True),
        ("tables", "import symbiosis.checks", False),
        ("measures", "from symbiosis import models", True),
        ("measures", "from symbiosis.measures import samples", False),
        ("evidence", "from symbiosis.models.urbanization.un_method import project_share", True),
        ("evidence", "from symbiosis.parameters import Parameter", False),
        ("sweeps", "from symbiosis.models.land.lewis import economy", True),
        ("panels", "from symbiosis.sweeps.run import run_sweep", True),
        ("charts", "def f():\n    from symbiosis import tables", True),
        ("panels", "from symbiosis import tables", False),
    ],
)
def test_a_broken_layer_is_caught(layer: str, source: str, broken: bool) -> None:
    assert bool(broken_layers(source, layer)) is broken


@pytest.mark.parametrize(
    ("source", "slow"),
    [
        ("import scipy.stats", True),
        ("from scipy import stats", True),
        ("class A:\n    from linearmodels.panel import PanelOLS", True),
        ("try:\n    import statsmodels.api\nexcept ImportError:\n    pass", True),
        ("def f():\n    import scipy.stats", False),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import linearmodels", False),
        ("import numpy", False),
    ],
)
def test_a_slow_import_is_caught(source: str, slow: bool) -> None:
    assert bool(heavy_imports(source)) is slow


def test_the_layers_below_the_figures_start_without_matplotlib_and_estimators() -> None:
    names = [
        "symbiosis." + ".".join(p.relative_to(LIBRARY).with_suffix("").parts)
        for p in modules(LIBRARY)
        if layer_of(p) in ("checks", "tables", "measures", "models", "evidence", "economy", "sweeps", "parameters")
        and p.stem != "__init__"
    ]
    program = (
        "import importlib, json, sys\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "print(json.dumps([m for m in ('matplotlib', 'ipywidgets', 'IPython', 'linearmodels', 'statsmodels',"
        " 'scipy.stats', 'scipy.optimize', 'dask', 'distributed', 'sklearn', 'SALib') if m in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
