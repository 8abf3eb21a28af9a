"""The browser edition in a real browser: it runs, its panel moves, it asks nobody else, and needs no network twice."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Page
from tools.editions.book.__main__ import LIVE
from tools.editions.site import inside_later, serve, start_page
from tools.editions.site.visit import SITE, Visit, served
from tools.editions.wasm import runtime
from tools.environment import ROOT, venv_python
from tools.panel_page import PanelPage

LIGHT = "02_the_emptying_countryside"
OTHER = "05_big_cities"
RAN = """() => jupyterapp.shell.currentWidget.content.widgets.filter(cell => cell.model.type === 'code')
    .every(cell => cell.model.executionCount || !cell.model.sharedModel.source.trim())"""
BEFORE_PANEL = """(({ widgets, activeCellIndex }) =>
    widgets[activeCellIndex + 1]?.model.sharedModel.getMetadata('tags')?.includes('panel')
)(jupyterapp.shell.currentWidget.content)"""
"""The cell before a panel is the active one: arrow keys pass over cells with folded code, and Tab leads into them."""

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


def press_until(page: Page, key: str, condition: str, times: int = 60) -> None:
    """Press a key until something holds on the page."""
    for _ in range(times):
        page.keyboard.press(key)
        page.wait_for_timeout(50)
        if page.evaluate(condition):
            return
    raise AssertionError(f"{key} does not lead there: {page.evaluate('document.activeElement.outerHTML')[:300]}")


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
        assert visit.sizes["first_picture"] < 55
        asked = [one.url.rpartition("/")[2].partition("-")[0] for one in visit.requests]
        assert asked.index("scipy") > asked.index("pandas"), "scipy is fetched once something imports it"
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


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_start_page_is_open_to_everybody(
    port: int, chromium: Browser, axe: Callable[..., list[str]], screenshots: Path, colours: str
) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 720}, color_scheme=colours, reduced_motion="reduce")
    page.goto(f"http://127.0.0.1:{port}/")
    assert axe(page) == []
    page.screenshot(path=screenshots / f"site-start-{colours}.png")
    page.close()


@pytest.mark.parametrize("load", [0.4, 9.3])
def test_what_it_costs_is_what_was_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, load: float) -> None:
    measured = {
        "megabytes": 12.3, "all_megabytes": 45.6, "first_picture_seconds": 7.8, "all_seconds": 91.0,
        "processors": 2, "load_average": load, "date": "2001-02-03",
    }  # fmt: skip
    monkeypatch.setattr(start_page, "MEASURED", tmp_path / "site.json")
    assert "not been measured" in start_page.cost()
    start_page.MEASURED.write_text(json.dumps(measured), encoding="utf-8")
    words = start_page.cost()
    assert all(one in words for one in ("12 MB", "46 MB", "8 seconds", "91", "2001-02-03", "2 processors"))
    assert ("at once" in words) is (load > 3)


def test_the_keyboard_alone_leads_from_the_start_page_to_a_slider_on_a_stick(
    tmp_path: Path, site: Path, chromium: Browser, axe: Callable[..., list[str]], screenshots: Path
) -> None:
    stick = tmp_path / "USB stick 乡村振兴"
    shutil.copytree(site, stick, copy_function=os.link)
    with alone(stick / "serve.py") as port:
        visit = Visit.begin(chromium, port, color_scheme="dark", reduced_motion="reduce")
        page = visit.page
        press_until(page, "Tab", f"document.activeElement.href?.includes({LIGHT!r})")
        visit.follow(lambda: page.keyboard.press("Enter"))
        page.keyboard.press("ControlOrMeta+Alt+r")
        page.wait_for_function(RAN, timeout=300_000)
        page.wait_for_timeout(2000)  # The extension goes back to the top once the last cell has answered.
        page.wait_for_function("() => jupyterapp.shell.currentWidget.content.activeCellIndex === 0")
        assert visit.failures() == []
        press_until(page, "Tab", "document.activeElement.classList.contains('jp-Cell')")
        press_until(page, "ArrowDown", BEFORE_PANEL, times=120)
        press_until(page, "Tab", "document.activeElement.matches('.jp-Cell:has(.symbiosis-presets) [role=slider]')")
        slider = page.locator("[role=slider]:focus")
        assert slider.get_attribute("aria-label"), "a slider without a name"
        panel, before = page.locator(".jp-Cell:has(.symbiosis-presets)"), slider.get_attribute("aria-valuenow")
        picture = panel.locator("img").first.get_attribute("src")
        page.keyboard.press("Home" if before != slider.get_attribute("aria-valuemin") else "End")
        page.wait_for_function(f"document.querySelector('.jp-Cell:has(.symbiosis-presets) img').src !== {picture!r}")
        assert slider.get_attribute("aria-valuenow") != before
        pictures = page.locator(".jp-RenderedImage img")
        assert all(pictures.nth(at).get_attribute("alt") for at in range(pictures.count()))
        assert page.evaluate("document.body.dataset.jpThemeLight") == "false", "dark colours were asked for"
        page.screenshot(path=screenshots / "site-dark.png")
        assert axe(page, "{include: [['.jp-OutputArea-output'], ['.jp-MarkdownOutput']]}") == []
        assert visit.outside == []


def test_a_link_of_the_book_opens_its_notebook_wherever_the_site_lies(
    tmp_path: Path, site: Path, chromium: Browser
) -> None:
    shelf = tmp_path / "在 一起"
    (shelf / "book" / "notebooks").mkdir(parents=True)
    (shelf / "site").symlink_to(site)
    link = LIVE.format(file=f"{OTHER}.ipynb")
    (shelf / "book" / "notebooks" / "page.html").write_text(f"<a href='{link}'>live</a>", encoding="utf-8")
    with served(tmp_path) as port:
        context = chromium.new_context()
        visit = Visit(context.new_page(), port)
        visit.page.goto(f"http://127.0.0.1:{port}/{shelf.name}/book/notebooks/page.html")
        visit.follow(lambda: visit.page.click("a"))
        assert visit.page.evaluate("jupyterapp.shell.currentWidget.context.path") == f"notebooks/{OTHER}.ipynb"
        said = visit.printed("import sys\nfrom symbiosis import tables\nprint(sys.platform, 'scipy' in sys.modules)")
        assert said == "emscripten False\n"
        late = (
            "import importlib\nspecial = importlib.import_module('scipy.linalg')\nprint(special.det([[1, 2], [3, 4]]))"
        )
        assert float(visit.printed(late)) == pytest.approx(-2)
        context.close()


class Elsewhere(serve.Handler):
    """A server of packages that lets pages of other addresses read them, as Pyodide's own network does."""

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()


def test_packages_come_from_a_network_where_the_site_does_not_hold_them(
    tmp_path: Path, editions_python: str, chromium: Browser
) -> None:
    try:
        official = runtime.obtain().wheels
    except runtime.Unavailable as missing:
        pytest.skip(f"NO PACKAGES TO STAND IN FOR THE NETWORK: {missing}")
    network = ThreadingHTTPServer(("127.0.0.1", 0), partial(Elsewhere, directory=str(official)))
    threading.Thread(target=network.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{network.server_address[1]}/"
    try:
        command = [editions_python, "-m", "tools.editions.site", "--runtime", "cdn", "--cdn", address, "--output"]
        done = subprocess.run([*command, tmp_path / "site"], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert not list((tmp_path / "site").rglob("pandas-*.whl"))
        words = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
        assert "Not tested against the real network" in words
        assert address.split("/")[2] in words
        with served(tmp_path / "site") as port:
            visit = Visit.begin(chromium, port, address)
            visit.open(LIGHT)
            code = "import symbiosis, scipy.special\nfrom symbiosis.lesson import Lesson\nprint(scipy.special.expit(0))"
            assert visit.printed(code).endswith("0.5\n"), "matplotlib may say that it builds its list of fonts"
            asked = {one.url.rpartition("/")[2] for one in visit.requests if one.url.startswith(address)}
            assert {one.partition("-")[0] for one in asked} >= {"numpy", "pandas", "matplotlib", "scipy", "openblas"}
            assert visit.outside == []
    finally:
        network.shutdown()
        network.server_close()


def test_what_is_needed_comes_before_what_needs_it_and_once() -> None:
    packages = {"a": ["b", "c"], "b": ["c"], "c": [], "d": []}
    lock = {name: {"depends": needs} for name, needs in packages.items()}
    assert list(inside_later.wanted("a", lock, set())) == ["c", "b", "a"]
    assert list(inside_later.wanted("a", lock, {"b"})) == ["c", "a"]
    finder = inside_later.Later("a")
    assert finder.find_spec("d") is None
    assert finder.find_spec("a.b") is None


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


@contextmanager
def alone(script: Path) -> Iterator[int]:
    """The site's own server, started as a reader starts it, by a Python that has nothing else; its port."""
    command = [sys.executable, "-I", "-S", "-u", script, "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd="/") as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline().split("127.0.0.1:")[1].split("/")[0])
        finally:
            process.terminate()


def test_the_server_runs_alone_from_any_folder(tmp_path: Path, site: Path) -> None:
    shutil.copy(site / "serve.py", tmp_path)
    (tmp_path / "index.html").write_text("<p>here</p>", encoding="utf-8")
    with alone(tmp_path / "serve.py") as port:
        assert get(port, "/").read() == b"<p>here</p>"


def test_texts_of_a_notebook_are_whole_and_lists_that_are_data_stay() -> None:
    from tools.editions.site.build import joined

    data = {"text/plain": ["a\n", "b"], "application/vnd.x+json": {"names": ["a", "b"]}}
    cell = {"source": ["x\n", "y"], "metadata": {"tags": ["a", "b"]}, "outputs": [{"data": data}]}
    assert joined(cell) == {
        "source": "x\ny",
        "metadata": {"tags": ["a", "b"]},
        "outputs": [{"data": {"text/plain": "a\nb", "application/vnd.x+json": {"names": ["a", "b"]}}}],
    }
