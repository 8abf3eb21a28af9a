"""The browser edition in a real browser: it runs, its panel moves, it asks nobody else, and needs no network twice."""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser
from tools.editions.site.visit import SITE, Visit, served
from tools.environment import ROOT, venv_python
from tools.panel_page import PanelPage

LIGHT = "02_the_emptying_countryside"


SHOWN = """() => [...document.querySelectorAll('.jp-OutputArea-output img')]
    .filter(picture => !(picture.complete && picture.naturalWidth)).map(picture => picture.src.slice(0, 60))"""
"""The pictures on the page that the browser could not read."""


@pytest.fixture(scope="module")
def site() -> Path:
    """The site, built from what lies here; skipped in loud words where something of others is missing."""
    python = next(
        (p for f in (ROOT, Path(sys.prefix).parent) if (p := venv_python(f / ".venv-editions")).is_file()), None
    )
    if python is None:
        pytest.skip("NO SITE TO TEST: make its environment with python start.py site")
    done = subprocess.run([python, "-m", "tools.editions.site"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 1 and "error: " in done.stdout:
        pytest.skip(f"NO SITE TO TEST: {done.stdout}")
    assert done.returncode == 0, done.stderr
    return SITE


@pytest.fixture
def port(site: Path) -> Iterator[int]:
    with served(site) as found:
        yield found


def get(port: int, path: str, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers=headers)
    return connection.getresponse()


def test_a_notebook_runs_its_panel_moves_and_a_second_visit_needs_no_server(site: Path, chromium: Browser) -> None:
    with served(site) as port:
        visit = Visit.begin(chromium, port)
        visit.open(LIGHT)
        visit.run_all()
        assert visit.failures() == []
        panel = PanelPage(SimpleNamespace(page=visit.page))
        panel.settle()
        before = panel.picture()
        assert before.startswith("data:image/png")
        panel.press(panel.sliders.first, "Home")
        panel.wait_for_new_picture(before)
        panel.settle()
        assert visit.page.evaluate(SHOWN) == []
        (ROOT / "build" / "site_visit.json").write_text(json.dumps(visit.record(), indent=1), encoding="utf-8")
        visit.page.screenshot(path=ROOT / "build" / "screenshots" / "site.png")
        assert visit.outside == []
        assert visit.errors == []
    visit.open(LIGHT)
    visit.run_all()
    assert visit.failures() == []


def test_the_start_page_has_a_link_for_each_notebook_and_says_what_it_costs(port: int, chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"http://127.0.0.1:{port}/")
    links = page.locator("ol a").evaluate_all("all => all.map(one => new URL(one.href).searchParams.get('path'))")
    assert links == [f"notebooks/{path.name}" for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))]
    for link in links:
        assert get(port, f"/files/{link}").status == 200
    assert "MB" in page.inner_text(".cost")
    page.close()


def test_a_page_of_a_site_from_the_network_says_that_it_is_not_tested() -> None:
    from tools.editions.site import start_page

    assert "not tested" in start_page.KINDS["cdn"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/sw.js", "text/javascript; charset=utf-8"),
        ("/jupyter-lite.json", "application/json"),
        (f"/files/notebooks/{LIGHT}.ipynb", "application/json"),
    ],
)
def test_files_come_with_their_types_and_compressed_where_that_is_taken(port: int, path: str, kind: str) -> None:
    plain, packed = get(port, path), get(port, path, **{"Accept-Encoding": "gzip"})
    assert plain.headers["Content-Type"] == packed.headers["Content-Type"] == kind
    assert plain.headers["Content-Encoding"] is None
    if path != "/":
        assert packed.headers["Content-Encoding"] == "gzip" or len(plain.read()) < 1000


def test_webassembly_has_its_type_and_nothing_outside_the_folder_is_served(site: Path, port: int) -> None:
    core = next(site.glob("pyodide/*/pyodide.asm.wasm"))
    answer = get(port, f"/{core.relative_to(site)}", **{"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Type"] == "application/wasm"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert get(port, "/../../pyproject.toml").status == 404
    assert get(port, "/nowhere").status == 404


def test_the_server_runs_alone_from_any_folder(tmp_path: Path, site: Path) -> None:
    shutil.copy(site / "serve.py", tmp_path)
    (tmp_path / "index.html").write_text("<p>here</p>", encoding="utf-8")
    command = [sys.executable, "-I", "-S", "-u", tmp_path / "serve.py", "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd="/") as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        port = int(line.split("127.0.0.1:")[1].split("/")[0])
        assert get(port, "/").read() == b"<p>here</p>"
        process.terminate()


def test_texts_of_a_notebook_are_whole_and_lists_that_are_data_stay() -> None:
    from tools.editions.site.build import joined

    data = {"text/plain": ["a\n", "b"], "application/vnd.x+json": {"names": ["a", "b"]}}
    cell = {"source": ["x\n", "y"], "metadata": {"tags": ["a", "b"]}, "outputs": [{"data": data}]}
    assert joined(cell) == {
        "source": "x\ny",
        "metadata": {"tags": ["a", "b"]},
        "outputs": [{"data": {"text/plain": "a\nb", "application/vnd.x+json": {"names": ["a", "b"]}}}],
    }
