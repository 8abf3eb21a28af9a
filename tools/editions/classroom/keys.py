"""What the solutions of a notebook's exercises come to: computed by running it, and kept until its code changes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

import symbiosis
from symbiosis.lesson.digests import all_modules
from tools.lecture import tags
from tools.notebooks import ROOT, execute
from tools.reading import PAINTLESS

CACHE = ROOT / "build" / "cache" / "solutions"
PROBE = """\
import json as _json

_found = {name: value for name, value in globals().items() if name.startswith("solution_")}
print(_json.dumps({name: f"{value:.4g}" if isinstance(value, float) else str(value) for name, value in _found.items()}))
"""


def code_until_last_solution(notebook: NotebookNode) -> list[str]:
    """The code cells that the solutions may need, in order."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    last = max((place for place, cell in enumerate(cells) if "solution" in tags(cell)), default=-1)
    return [cell.source for cell in cells[: last + 1] if "check" not in tags(cell)]


def computed(path: Path, cache: Path = CACHE) -> dict[str, str]:
    """The value of every solution of a notebook in words: {"solution_1": "0.5"}.

    The notebook runs, without painting, where the cache holds nothing of its code and of this library.
    """
    code = code_until_last_solution(nbformat.read(path, as_version=4))
    library = all_modules(Path(symbiosis.__file__).parent)
    mark = hashlib.sha256(json.dumps([code, library], sort_keys=True).encode()).hexdigest()
    kept = cache / f"{path.stem}.json"
    if kept.exists():
        known: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        if known["mark"] == mark:
            return dict(known["values"])
    run = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in (PAINTLESS, *code, PROBE)])
    execute(run, path.parent)
    values: dict[str, str] = json.loads("".join(out.text for out in run.cells[-1].outputs if "text" in out))
    cache.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps({"mark": mark, "values": values}, ensure_ascii=False, indent=1), encoding="utf-8")
    return values
