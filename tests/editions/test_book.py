"""The book: every page opens without a network, keeps what its notebook says, and leads everywhere it points to."""

from __future__ import annotations

import csv
import http.client
import re
import threading
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlparse

import nbformat
import pytest
from playwright.sync_api import Page
from tools.editions import npm
from tools.editions.book import citations
from tools.editions.book.downloads import Downloads
from tools.editions.book.pages import Shelf, page
from tools.editions.book.sources import Sources
from tools.editions.frames.drawn import HEAD
from tools.editions.site import serve
from tools.lecture import DEEPER, heading_of
from tools.notebooks import paths

from conftest import Open
from symbiosis import tables
from symbiosis.lesson.references import references

MODEL = "notebooks/02_the_emptying_countryside.html"
SEEN = (
    "index.html", "notebooks/index.html", MODEL, "notebooks/14_the_verdict.html", "api/index.html", "api/models.html",
    "data/index.html", "data/china_counties.html", "docs/glossary.html", "docs/course.html", "works.html",
    "search.html",
)  # fmt: skip


def page_of(book: Path, path: Path) -> Path:
    return book / "notebooks" / f"{path.stem}.html"


# the pages ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SEEN)
def test_a_page_opens_without_a_network_and_without_complaint(book: Path, open_file: Open, name: str) -> None:
    opened = open_file(book / name)
    opened.page.wait_for_timeout(300)
    assert opened.outside == []
    assert opened.complaints == []
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 1280


@pytest.mark.parametrize("path", paths(), ids=lambda p: p.stem)
def test_a_lecture_keeps_its_pictures_with_their_words_and_its_depth_is_collapsed(
    book: Path, open_file: Open, path: Path
) -> None:
    notebook = nbformat.read(path, as_version=4)
    opened = open_file(page_of(book, path))
    there = opened.page
    assert (opened.outside, opened.complaints) == ([], [])
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", []) if "image/png" in o.get("data", {})]
    told = {" ".join(o.metadata["image/png"]["alt"].split()) for o in outputs}
    shown = there.evaluate("[...document.querySelectorAll('article img')].map(i => i.alt)")
    assert len(shown) == len(outputs)
    assert told == {" ".join(alt.split()) for alt in shown}

    deeper = [h for cell in notebook.cells if (h := heading_of(cell)) and h.startswith(DEEPER)]
    folds = there.locator("details.symbiosis-deeper")
    assert folds.count() == len(deeper)
    assert there.locator("details.symbiosis-deeper[open]").count() == 0
    headings = there.evaluate(
        "[...document.querySelectorAll('section:has(> .symbiosis-deeper) > h2')].map(h => h.innerText)"
    )
    assert len(headings) == len(deeper)
    assert there.get_by_role("link", name="Run this page live").count() == 1


def test_pictures_have_been_loaded(book: Path, open_file: Open) -> None:
    there = open_file(book / MODEL).page
    there.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    there.evaluate("document.querySelectorAll('img').forEach(i => { i.loading = 'eager'; })")
    there.wait_for_function("[...document.images].every(i => i.complete && i.naturalWidth > 0)")


def test_a_link_into_a_collapsed_section_opens_it(book: Path, open_file: Open) -> None:
    there = open_file(book / MODEL).page
    anchor = there.evaluate("document.querySelector('section:has(> .symbiosis-deeper)').id")
    there = open_file(book / MODEL, f"#{anchor}").page
    there.wait_for_selector(f"[id='{anchor}'] > details[open]")
    assert there.locator("details.symbiosis-deeper[open]").count() == 1


def test_a_broken_link_into_a_page_does_no_harm(book: Path, open_file: Open) -> None:
    opened = open_file(book / MODEL, "#%E0%A4%A")
    opened.page.wait_for_timeout(200)
    assert opened.complaints == []


def test_a_formula_is_rendered(book: Path, open_file: Open) -> None:
    there = open_file(book / MODEL).page
    there.wait_for_selector("mjx-container svg", state="attached")
    assert there.locator(".math:not(:has(mjx-container))").count() == 0
    assert there.locator("mjx-merror").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", SEEN)
def test_no_serious_barrier(book: Path, open_file: Open, axe_source: str, name: str, scheme: str) -> None:
    opened = open_file(book / name, color_scheme=scheme)
    opened.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    opened.page.evaluate("document.querySelectorAll('.symbiosis-frames').forEach(e => e.scrollIntoView())")
    opened.page.wait_for_timeout(700)
    assert opened.axe(axe_source) == []


def test_dark_pages_are_dark_and_phones_need_no_sideways_scrolling(book: Path, open_file: Open) -> None:
    dark = open_file(book / MODEL, color_scheme="dark").page
    ground = dark.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(int(n) for n in re.findall(r"\d+", ground)[:3]) < 150
    phone = open_file(book / MODEL, viewport={"width": 390, "height": 844}).page
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_printed_page_is_the_text_with_its_depth_and_without_what_can_be_clicked(book: Path, open_file: Open) -> None:
    there = open_file(book / MODEL).page
    there.evaluate(
        "addEventListener('beforeprint', () => { "
        "window.printed = document.querySelectorAll('details.symbiosis-deeper:not([open])').length; })"
    )
    assert there.pdf().startswith(b"%PDF")
    assert there.evaluate("window.printed") == 0
    assert there.locator("details.symbiosis-deeper[open]").count() == 0  # folded again afterwards
    there.evaluate("dispatchEvent(new Event('beforeprint'))")
    there.emulate_media(media="print")
    for hidden in (".bd-header", ".bd-sidebar-primary", ".symbiosis-links", ".symbiosis-data", "details.hide"):
        assert not there.locator(hidden).first.is_visible(), hidden
    assert there.locator("details.symbiosis-deeper:not([open])").count() == 0
    assert there.locator("h1").is_visible()


def test_search_finds_a_term(book: Path, open_file: Open) -> None:
    there = open_file(book / "search.html", "?q=hukou").page
    there.wait_for_selector("#search-results li a")
    assert there.locator("#search-results li").count() > 2


@pytest.mark.parametrize("path", paths(), ids=lambda p: p.stem)
def test_a_panel_moves_on_its_page(book: Path, open_file: Open, path: Path) -> None:
    opened = open_file(page_of(book, path))
    panel = opened.page.locator(".symbiosis-frames").first
    panel.scroll_into_view_if_needed()
    control = panel.locator(".symbiosis-frames-grid :is(input, select)").first
    control.wait_for()
    before, words = panel.locator("img").get_attribute("src"), panel.locator("> [role=status]").inner_text()
    for key in ("Home", "End", "ArrowDown", "Space"):
        control.press(key)
        if panel.locator("img").get_attribute("src") != before:
            break
    assert panel.locator("img").get_attribute("src") != before
    assert panel.locator("> [role=status]").inner_text() != words
    assert (opened.outside, opened.complaints) == ([], [])


# live ---------------------------------------------------------------------------------------------------------

LIVE_WORDS = "<!doctype html><title>stand-in</title><p>The notebook runs here.</p>"


@pytest.fixture
def beside(book: Path, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """An empty folder for a browser edition beside the book, and the address of the page as `start.py serve` has it."""
    (tmp_path / "book").symlink_to(book)
    site = tmp_path / "site"
    (site / "notebooks").mkdir(parents=True)
    running = serve.server(site, beside=("book",))
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield site, f"http://127.0.0.1:{running.server_address[1]}/book/{MODEL}"
    running.shutdown()
    running.server_close()


def test_the_live_version_opens_in_the_page(beside: tuple[Path, str], page: Page) -> None:
    site, address = beside
    (site / "notebooks" / "index.html").write_text(LIVE_WORDS, encoding="utf-8")
    page.goto(address)
    link = page.get_by_role("link", name="Run this page live")
    link.click()
    page.frame_locator(".symbiosis-live-here iframe").get_by_text("The notebook runs here.").wait_for()
    assert page.url == address
    asked = page.locator(".symbiosis-live-here iframe").get_attribute("src") or ""
    assert asked.endswith(f"/site/notebooks/index.html?path=notebooks/{Path(MODEL).stem}.ipynb")
    page.get_by_role("button", name="Close the live version").click()
    assert page.locator("iframe").count() == 0
    assert link.evaluate("e => e === document.activeElement")
    page.evaluate("document.querySelectorAll('details.symbiosis-deeper').forEach(d => { d.open = true; })")
    page.get_by_role("link", name="Run it live").first.click()
    page.frame_locator(".symbiosis-frames + .symbiosis-live-here iframe").get_by_text("runs here").wait_for()


def test_where_no_live_version_can_be_had_the_page_says_why(
    beside: tuple[Path, str], book: Path, page: Page, open_file: Open
) -> None:
    _, address = beside
    page.goto(address)
    page.get_by_role("link", name="Run this page live").click()
    page.get_by_text("There is no browser edition beside this book. python start.py site builds it.").wait_for()
    opened = open_file(book / MODEL)
    for _ in range(2):
        opened.page.get_by_role("link", name="Run this page live").click()
        opened.page.get_by_text("opened from a file").wait_for()
    assert opened.page.locator(".symbiosis-live-here").count() == 1
    assert (page.locator("iframe").count(), opened.page.locator("iframe").count()) == (0, 0)
    assert opened.complaints == []


def test_beside_the_book_nothing_else_is_served(beside: tuple[Path, str], tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "kept.txt").write_text("not for all", encoding="utf-8")
    address = urlparse(beside[1])
    wanted = {
        "/": 302, "/book/index.html": 200, "/cache/kept.txt": 404, "/site/../cache/kept.txt": 404,
        "/site/%2e%2e/cache/kept.txt": 404, "/book/../../etc/passwd": 404,
    }  # fmt: skip
    for path, status in wanted.items():
        connection = http.client.HTTPConnection(address.netloc)
        connection.request("GET", path)
        assert connection.getresponse().status == status, path


# links --------------------------------------------------------------------------------------------------------


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids |= {given[name] or "" for name in ("id", "name") if name in given}
        self.links += [given[name] or "" for name in ("href", "src", "data-frames") if name in given]


@cache
def read(path: Path) -> _Links:
    found = _Links()
    found.feed(path.read_text(encoding="utf-8"))
    return found


def broken(book: Path) -> Iterator[str]:
    """Links that lead nowhere inside the book; those to the browser edition beside it are not the book's."""
    for path in sorted(book.rglob("*.html")):
        if "_static" in path.parts:
            continue
        for link in read(path).links:
            parts = urlparse(link)
            if parts.scheme or link in ("", "#") or "/site/" in parts.path or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file():
                yield f"{path.relative_to(book)}: {link}"
            elif parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in read(target).ids:
                yield f"{path.relative_to(book)}: {link} (no such place)"


def test_every_internal_link_leads_somewhere(book: Path) -> None:
    assert sorted(set(broken(book))) == []


def test_every_external_link_is_well_formed(book: Path) -> None:
    found = {
        link for path in book.rglob("*.html") if "_static" not in path.parts for link in read(path).links
        if not link.startswith("#") and (urlparse(link).scheme or urlparse(link).netloc)
    }  # fmt: skip
    assert len(found) > 50
    for link in found:
        parts = urlparse(link)
        assert parts.scheme == "https" or (parts.scheme, parts.netloc) == ("http", "127.0.0.1"), link
        assert re.fullmatch(r"[\w.-]+\.[a-z]{2,}", parts.netloc), link
        assert not re.search(r"[\s<>\"{}|\\^`]", link), link
        assert parts.netloc != "doi.org" or re.fullmatch(r"/10\.\d{4,9}/\S+", parts.path), link


def test_nothing_is_fetched_from_elsewhere(book: Path) -> None:
    for path in book.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<(?:script|img|iframe)[^>]+src=[\"']?(?:https?:)?//", text), path
        assert not re.search(r"<link[^>]+rel=[\"']?(?:stylesheet|preload|icon)[^>]+href=[\"']?(?:https?:)?//", text), (
            path
        )


def test_glossary_links_of_notebooks_lead_to_their_terms(book: Path) -> None:
    links = [link for link in read(book / MODEL).links if "docs/glossary.html#" in link]
    assert len(links) > 5
    assert {link.partition("#")[2] for link in links} <= read(book / "docs" / "glossary.html").ids


def test_a_citation_leads_to_its_work_and_back(book: Path, open_file: Open) -> None:
    there = open_file(book / MODEL).page
    cited = there.locator("article p a[title^='P. Bocquier']").first
    target = cited.get_attribute("href") or ""
    assert "doi.org/10.4054/DemRes" in there.locator(f"[id='{target[1:]}']").inner_html()
    back = there.locator(f"[id='{target[1:]}'] a[href^='#id']").first.get_attribute("href") or ""
    assert there.locator(f"[id='{back[1:]}']").count() == 1


def test_every_listed_work_stands_on_its_page_and_among_the_works(book: Path) -> None:
    works = (book / "works.html").read_text(encoding="utf-8")
    for path in paths():
        cells = [c for c in nbformat.read(path, as_version=4).cells if "sources" in c.metadata.get("tags", [])]
        text = page_of(book, path).read_text(encoding="utf-8")
        for key in [key for cell in cells for key in citations.listed(cell)]:
            doi = references()[key].doi
            assert not doi or (f"doi.org/{doi}" in text and f"doi.org/{doi}" in works), (path.stem, key)


# data under the pictures --------------------------------------------------------------------------------------


def test_each_file_of_columns_holds_what_the_tables_hold(book: Path) -> None:
    files = [
        file for file in sorted((book / "_static" / "columns").glob("*.csv")) if not file.stem.startswith("drawn-")
    ]
    assert len(files) > 30
    for file in files:
        name = file.stem.rpartition("-")[0]
        with file.open(newline="", encoding="utf-8") as source:
            head, *rows = csv.reader(source)
        assert set(tables.key(name)) <= set(head) <= set(tables.describe(name).index)
        assert rows, file


def test_under_nearly_every_picture_stand_the_rows_that_it_draws(book: Path) -> None:
    pictures = offered = 0
    for path in paths():
        text = page_of(book, path).read_text(encoding="utf-8")
        pictures += text.count('class="symbiosis-figure"') + text.count('class="symbiosis-frames"')
        for file in re.findall(r'href="\.\./_static/columns/(drawn-[\d-]+\.csv)" download', text):
            offered += 1
            with (book / "_static" / "columns" / file).open(newline="", encoding="utf-8") as source:
                head, *rows = csv.reader(source)
            assert head == list(HEAD)
            assert rows
            for one in (number for row in rows for number in row[4:] if number):
                float(one)
    assert offered >= 0.9 * pictures


def test_a_file_of_columns_keeps_every_known_value(tmp_path: Path) -> None:
    file = Downloads(tmp_path, "").file("china_counties", ("urban", "population"))
    with (tmp_path / file).open(newline="", encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    frame = tables.load("china_counties", ["year", "unit_id", "urban", "population"])
    known = frame.dropna(subset=["urban", "population"], how="all")
    assert len(rows) == len(known)
    assert sum(float(row["population"] or 0) for row in rows) == known["population"].sum()


def test_data_under_a_picture_says_columns_version_and_cell(book: Path) -> None:
    text = page_of(book, paths(["02"])[0]).read_text(encoding="utf-8")
    assert re.search(
        r"Symbiosis [\d.]+, notebook 02, cell \d+; table countries \(sha256 [0-9a-f]{12}\), columns ", text
    )
    assert "The picture may show some of the rows" in text


def test_every_table_and_column_stands_in_the_dictionary(book: Path) -> None:
    for folder in tables.PACKAGES:
        for name in tables.names(folder):
            text = (book / "data" / f"{name}.html").read_text(encoding="utf-8")
            for column in tables.describe(name).index:
                assert f">{column}<" in text, (name, column)


def test_the_library_stands_in_its_reference(book: Path) -> None:
    for file in (book / "api").glob("*.html"):
        text = re.sub(r"<pre>.*?</pre>", "", file.read_text(encoding="utf-8"), flags=re.S)
        assert "problematic" not in text, file
    for page_name, word in (("evidence", "least_squares"), ("models", "HarrisTodaro"), ("lesson", "Lesson.show")):
        assert f'{word}"' in (book / "api" / f"{page_name}.html").read_text(encoding="utf-8").replace("'", '"')


# the parts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('lesson.show(f, alt="", source=["countries.population"])', [{"countries": ("population",)}]),
        ('S = "urban_share"\nlesson.panel(p, source=[f"countries.{S}", "countries.year"])',
         [{"countries": ("urban_share", "year")}]),
        ('A, B = "population", "urban"\nlesson.show(f, source=[f"china_counties.{c}" for c in (A, B)])',
         [{"china_counties": ("population", "urban")}]),
        ('lesson.show(f, alt="", source="the model above")', [{}]),
        ('lesson.show(f, source=["countries.no_such_column"])', [{}]),
        ('lesson.show(f, source=unknown())\nlesson.show(f, source=["countries.year"])', [{}, {"countries": ("year",)}]),
        ('X = ["countries.year"]\nX = load()\nlesson.show(f, source=X)', [{}]),
        ("lesson.show(f, source=().__class__.__bases__)", [{}]),
        ("plain = 1", []),
        ("this is no Python", []),
    ],
)  # fmt: skip
def test_sources_are_read_from_constants_and_never_guessed(source: str, found: list[object]) -> None:
    assert Sources().of_cell(source) == found


def test_a_mention_becomes_a_citation_and_closed_text_does_not() -> None:
    key = "harris1970migration"
    closed = "`Harris and Todaro 1970`, [Harris and Todaro 1970](x)."
    text = f"So Harris and\nTodaro 1970 say; Harris and Todaro (1970) too. {closed}"
    made = citations.cited(text, [key], "06-")
    assert made.startswith(
        "So {cite:p}`06-harris1970migration` say; Harris and Todaro ({cite:year}`06-harris1970migration`)"
    )
    assert made.endswith(f"too. {closed}")
    assert citations.cited("Harris and Todaro 19701", [key], "") == "Harris and Todaro 19701"


def test_a_listed_work_that_is_not_in_the_bibliography_is_refused() -> None:
    output = nbformat.v4.new_output("display_data", {"text/markdown": "- Nobody (1900): Nothing. *Nowhere*."})
    with pytest.raises(ValueError, match="a listed work is not in"):
        citations.listed(nbformat.v4.new_code_cell("", outputs=[output]))


def test_without_frames_a_page_keeps_the_stored_picture(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "static", "live/{file}", "much", frames=tmp_path / "none")
    made = page(paths(["06"])[0], shelf, handout=False)
    html = "".join(str(o.data.get("text/html", "")) for c in made.cells for o in c.get("outputs", []))
    assert 'id="panel-06-1"' in html
    assert "data-frames" not in html
    assert shelf.without_frames == ["06-1"]
    assert (tmp_path / "static" / "figures" / "panel-06-1.png").stat().st_size > 5_000
    assert "live/06_from_farmer_to_citizen.ipynb" in html


def test_a_package_that_is_not_the_pinned_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / npm.AXE.file).write_bytes(b"something else")
    with pytest.raises(npm.UnavailableError, match=r"axe-core 4\.14\.1 as pinned"):
        npm.fetched(npm.AXE, tmp_path)
