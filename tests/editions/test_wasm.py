"""The second platform: its files are believed only by their hashes, and its comparison can fail."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from tools.editions.wasm import runtime, wheels
from tools.environment import ROOT

SANITIZE = ROOT / "tests" / "notebooks" / "sanitize.cfg"
MISSING = "NOT TESTED ON THE SECOND PLATFORM"


@pytest.fixture(scope="module")
def prepared() -> wheels.Prepared:
    try:
        return wheels.prepare()
    except runtime.Unavailable as missing:
        pytest.skip(f"{MISSING}: {missing}")


def under_pyodide(folder: Path, **environment: str) -> tuple[str, dict[int, str]]:
    """What pytest says of the notebooks in a folder, and how each cell fared."""
    done = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", folder,
            "-c", os.devnull, "-p", "tools.editions.wasm.nbval_wasm", "--nbval-wasm", "--nbval-sanitize-with", SANITIZE,
            folder,
        ],
        cwd=ROOT, check=False, capture_output=True, text=True, env={**os.environ, **environment},
    )  # fmt: skip
    return done.stdout, {int(n): how for n, how in re.findall(r"Cell (\d+) ([A-Z]+)", done.stdout)}


def _cell(source: str, *outputs: nbformat.NotebookNode, tags: tuple[str, ...] = ()) -> nbformat.NotebookNode:
    return new_code_cell(source, outputs=list(outputs), execution_count=1, metadata={"tags": list(tags)})


def _value(plain: str) -> nbformat.NotebookNode:
    return new_output("execute_result", data={"text/plain": plain}, execution_count=1)


def _printed(text: str, name: str = "stdout") -> nbformat.NotebookNode:
    return new_output("stream", name=name, text=text)


WIDE = "import pandas as pd\npd.DataFrame({f'a rather long name {i}': [1] for i in range(6)}).shape"
CELLS = [
    (_cell("print(6 * 7)\nround(0.123456, 5)", _printed("42\n"), _value("0.12346")), "PASSED"),
    (_cell("print(6 * 7)", _printed("43\n")), "FAILED"),
    (_cell("round(0.123456, 5)", _value("0.12345")), "FAILED"),
    (_cell("6 * 7"), "FAILED"),
    (_cell("x = 1", _printed("more\n")), "FAILED"),
    (_cell("import sys\nprint('careful', file=sys.stderr)"), "FAILED"),
    (_cell("1 / 0"), "FAILED"),
    (_cell("object()", _value("<object at 0x7f0000000000>")), "PASSED"),
    (_cell("import time\ntime.time()", _value("0"), tags=("nbval-ignore-output",)), "PASSED"),
    (_cell(WIDE, _value("(1, 6)")), "PASSED"),
    (_cell("import sys\nsys.platform", _value("'emscripten'")), "PASSED"),
]


def test_a_changed_output_fails_and_only_that(prepared: wheels.Prepared, tmp_path: Path) -> None:
    nbformat.write(new_notebook(cells=[cell for cell, _ in CELLS]), tmp_path / "small.ipynb")
    said, found = under_pyodide(tmp_path)
    assert found == {n: how for n, (_, how) in enumerate(CELLS)}, said


def test_without_node_everything_is_skipped_and_said(tmp_path: Path) -> None:
    nbformat.write(new_notebook(cells=[_cell("6 * 7", _value("42"))]), tmp_path / "small.ipynb")
    said, found = under_pyodide(tmp_path, PATH="")
    assert found == {0: "SKIPPED"}, said
    assert f"{MISSING}: no Node" in said


def test_a_kernel_is_fresh_and_reads_what_the_wheel_carries(prepared: wheels.Prepared) -> None:
    for _ in range(2):
        kernel = prepared.kernel()
        try:
            seen = "'x' in dir()"
            assert kernel.value(f"import json\njson.dumps({seen})") is False
            kernel.await_reply(kernel.execute_cell_input("x = 1"), 60)
            carried = "from symbiosis import tables\nimport json\njson.dumps(len(tables.load('china_counties')))"
            assert kernel.value(carried) > 2000
        finally:
            kernel.stop()
        assert not kernel.is_alive()


def test_a_file_that_is_not_the_official_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.whl").write_bytes(b"something else")
    with pytest.raises(ValueError, match=r"a\.whl is not the official file"):
        runtime.verify(tmp_path, [{"file_name": "a.whl", "sha256": "0" * 64}])


@pytest.mark.parametrize("name", ["prompt_toolkit", "Prompt-Toolkit", "prompt.toolkit", "prompt-_toolkit"])
def test_names_are_compared_as_indexes_do(name: str) -> None:
    assert runtime.normal(name) == "prompt-toolkit"


def test_the_lock_names_what_lies_there_and_all_that_is_needed(prepared: wheels.Prepared) -> None:
    for name, one in prepared.packages.items():
        file = prepared.own_wheel if name == "symbiosis" else prepared.folder / one["file_name"]
        assert runtime.sha256(file) == one["sha256"], name
        assert set(one["depends"]) <= set(prepared.packages), name


def test_compiled_wheels_are_the_same_on_every_run(prepared: wheels.Prepared, tmp_path: Path) -> None:
    source = runtime.fetch(runtime.EXTRAS[1])
    target = tmp_path / source.name
    wheels.pack(prepared.folder, [wheels.Job(source, target)])
    assert target.read_bytes() == (prepared.folder / source.name).read_bytes()


def test_what_the_bundle_needs_stays_out_of_the_network_edition() -> None:
    try:
        found = wheels.prepare_cdn("https://example.org/")
    except runtime.Unavailable as missing:
        pytest.skip(str(missing))
    ours = {"ipywidgets", "comm", "symbiosis"}
    for name, one in found.packages.items():
        assert one["file_name"].startswith("https://example.org/") is (name not in ours)
        assert name in ours or one["sha256"] == found.official[name]["sha256"]
    assert json.dumps(wheels.lock(found.folder, found.packages))
