"""Every slide of every deck, measured at 1280 by 720 in a browser: none taller, no type under 20 px, no scroll bar."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page
from tools.editions.frames import store
from tools.editions.slides.__main__ import page as deck_page
from tools.editions.slides.deck import blocks, deck_of
from tools.editions.slides.frames import with_frames
from tools.lecture import lecture
from tools.notebooks import paths

SMALLEST = 20
MEASURE = """(smallest) => {
  const deck = window.symbiosisDeck, wrong = [];
  const slides = [...document.querySelectorAll('.slides > section')];
  slides.forEach((slide, at) => {
    deck.slide(at); deck.navigateFragment(99);
    const name = slide.innerText.slice(0, 40).replace(/\\s+/g, ' ');
    const say = (words) => wrong.push(`slide ${at + 1} (${name}): ${words}`);
    const limit = document.querySelector('.foot').getBoundingClientRect().top;
    if (slide.dataset.tall) say(`${slide.dataset.tall} px too tall`);
    for (const one of [slide, ...slide.querySelectorAll('*')]) {
      if (one.closest('aside, template, mjx-assistive-mml') || !one.getClientRects().length) continue;
      const box = one.getBoundingClientRect();
      if (one !== slide && box.height && (box.bottom > limit + 1 || box.right > 1281 || box.left < -1 || box.top < -1))
        say(`${one.tagName}.${one.className} reaches ${Math.round(box.right)}, ${Math.round(box.bottom)}`);
      if (/auto|scroll/.test(getComputedStyle(one).overflow) && (one.scrollHeight > one.clientHeight + 1
          || one.scrollWidth > one.clientWidth + 1)) say(`${one.tagName} scrolls`);
      const words = [...one.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
      const size = parseFloat(getComputedStyle(one).fontSize);
      const small = size < smallest - 0.01 && !one.closest('mjx-container');
      if (words && small) say(`${one.tagName} has type of ${size} px`);
      if (one.tagName === 'IMG' && box.height < 250 - 1) say(`a picture is ${Math.round(box.height)} px tall`);
    }
    if (slide.scrollHeight > slide.clientHeight + 1 || slide.scrollWidth > slide.clientWidth + 1) say('is cut off');
  });
  return wrong;
}"""


def open_deck(page: Page, path: Path, decks: Path) -> list[str]:
    """Open a deck from its file; what its console complains of."""
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((decks / f"{path.stem}.html").as_uri())
    page.wait_for_function("() => window.symbiosisDeck", timeout=30_000)
    return complaints


@pytest.mark.parametrize("path", paths(), ids=lambda p: p.stem)
def test_every_slide_fits(path: Path, decks: Path, page: Page, screenshots: Path) -> None:
    complaints = open_deck(page, path, decks)
    assert page.evaluate(MEASURE, SMALLEST) == []
    assert complaints == []
    page.evaluate("symbiosisDeck.slide(4)")
    page.screenshot(path=screenshots / f"slides-{path.stem}.png")
    pictures = page.evaluate("document.querySelectorAll('.slides img').length")
    notebook = nbformat.read(path, as_version=4)
    outputs = [output for place in lecture(notebook).cells for output in notebook.cells[place].get("outputs", [])]
    stored = sum("image/png" in output.get("data", {}) for output in outputs)
    assert pictures == stored


def test_the_deck_pauses_counts_and_is_driven_by_keys(decks: Path, page: Page, axe: Callable[..., list[str]]) -> None:
    path = next(path for path in paths() if path.stem.startswith("05"))
    complaints = open_deck(page, path, decks)
    slides = "[...document.querySelectorAll('.slides > section')]"
    at = page.evaluate(f"{slides}.findIndex(slide => slide.querySelector('.answer'))")
    page.evaluate(f"symbiosisDeck.slide({at - 1})")
    answer, picture = page.locator(".answer"), page.locator(".picture figure.fragment")
    page.keyboard.press("ArrowRight")
    assert page.locator(".present .asked").is_visible()
    for hidden in (picture, answer):
        assert hidden.evaluate("e => getComputedStyle(e).opacity") == "0"
    page.keyboard.press("ArrowRight")
    assert picture.evaluate("e => getComputedStyle(e).opacity") == "1"
    page.keyboard.press("ArrowRight")
    assert answer.evaluate("e => getComputedStyle(e).opacity") == "1"
    assert page.evaluate("""() => {
        const slides = [...document.querySelectorAll('.slides > section')];
        const verdict = slides.findIndex(slide => slide.querySelector('.card.fragment'));
        return slides[verdict - 1].textContent.includes('Before you see ours');
    }""")

    page.keyboard.press("m")
    links = page.locator("dialog[open] a")
    total = links.count()
    assert total == page.evaluate("symbiosisDeck.getTotalSlides()")
    assert axe(page) == []
    links.last.press("Enter")
    assert page.evaluate("symbiosisDeck.getIndices().h") == total - 1
    minutes = page.locator(".planned").inner_text().split()
    assert 0 < int(minutes[1]) <= int(minutes[3])
    page.locator(".running").press("Enter")
    page.wait_for_function("document.querySelector('.running').textContent.startsWith('00:0')")
    page.keyboard.press("Home")
    page.evaluate("symbiosisDeck.slide(0)")
    with page.expect_popup() as speaker:
        page.keyboard.press("s")
    speaker.value.wait_for_function("document.body.innerText.includes('Aims.')")
    assert complaints == []


@pytest.mark.parametrize("dark", [False, True])
def test_slides_are_open_to_everybody(decks: Path, page: Page, axe: Callable[..., list[str]], dark: bool) -> None:
    page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
    open_deck(page, next(path for path in paths() if path.stem.startswith("02")), decks)
    for at in range(page.evaluate("symbiosisDeck.getTotalSlides()")):
        page.evaluate(f"symbiosisDeck.slide({at}); symbiosisDeck.navigateFragment(99)")
        assert axe(page) == [], f"slide {at + 1}"


def test_a_page_lists_the_decks(decks: Path, page: Page, axe: Callable[..., list[str]]) -> None:
    page.goto((decks / "index.html").as_uri())
    links = page.locator("main a")
    assert links.count() == len(paths())
    assert axe(page) == []
    links.first.press("Enter")
    page.wait_for_function("() => window.symbiosisDeck")


def test_a_card_is_taken_out_of_its_wrappers_and_scripts_go() -> None:
    html = '<div class="mathjax_ignore"><p>a</p><details>b</details></div><script>alert(1)</script><style>p {}</style>'
    assert blocks(html) == ["<p>a</p>"]


def test_what_goes_deeper_is_said_and_not_shown() -> None:
    for path in paths()[:6]:
        deck = deck_of(nbformat.read(path, as_version=4), path.stem)
        shown = " ".join(part for slide in deck.slides for part in slide.body)
        assert "<p><em>Deeper:" not in shown
        assert "lesson.finding(" not in shown
        assert sum(slide.kind == "title" for slide in deck.slides) == 1


@pytest.mark.parametrize("path", paths(), ids=lambda p: p.stem)
def test_a_panel_with_frames_answers_on_its_slide(path: Path, decks: Path, page: Page) -> None:
    complaints = open_deck(page, path, decks)
    find = "[...document.querySelectorAll('.slides > section')].findIndex(s => s.querySelector('[data-frames]'))"
    at = page.evaluate(find)
    page.evaluate(f"symbiosisDeck.slide({at})")
    slide = page.locator("section.present")
    control = slide.locator(".symbiosis-frames-grid :is(input, select)").first
    picture = slide.locator("img")
    control.wait_for()
    before = picture.get_attribute("src")
    control.focus()
    for key in ("ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowDown", "Space"):
        page.keyboard.press(key)
        page.wait_for_timeout(80)
        if picture.get_attribute("src") != before:
            break
    assert picture.get_attribute("src") != before
    assert page.evaluate("symbiosisDeck.getIndices().h") == at, "the key left the slide"
    limit = page.locator(".foot").bounding_box()
    source, box = slide.locator(".source").bounding_box(), picture.bounding_box()
    assert limit
    assert source
    assert box
    assert box["height"] >= 250
    assert box["y"] + box["height"] <= source["y"] + 1
    assert source["y"] + source["height"] <= limit["y"] + 1
    assert complaints == []


def test_stale_frames_stay_off_a_slide_and_fresh_ones_go_on_it(frames: Path, tmp_path: Path) -> None:
    path = next(path for path in paths() if path.stem.startswith("06"))
    html = deck_page(deck_of(nbformat.read(path, as_version=4), path.stem))
    (tmp_path / "shared").mkdir()
    stale = json.loads((frames / "06-1.json").read_text(encoding="utf-8"))
    stale["made_from"]["code"] = "another"
    (tmp_path / "06-1.json").write_text(json.dumps(stale), encoding="utf-8")
    none, _ = store.fresh(path, tmp_path)
    assert none == {}
    assert with_frames(html, tmp_path, none) == html
    fresh, _ = store.fresh(path, frames)
    assert 'data-frames="frames/06-1.js"' in with_frames(html, tmp_path, fresh)
    assert (tmp_path / "frames" / "06-1.js").is_file()


@pytest.mark.parametrize("path", paths(), ids=lambda p: p.stem)
def test_answers_and_verdicts_wait_for_a_key(path: Path) -> None:
    slides = deck_of(nbformat.read(path, as_version=4), path.stem).slides
    bodies = ["".join(slide.body) for slide in slides]
    asked = next((at for at, body in enumerate(bodies) if 'class="pause"' in body), len(bodies))
    for at, body in enumerate(bodies):
        if "The answer is" in body or 'class="card fragment"' in body:
            assert asked < at, "nobody was asked before"
        assert body.count("The answer is") <= body.count('class="answer fragment"')
