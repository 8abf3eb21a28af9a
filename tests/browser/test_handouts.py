"""Every handout is one page of A4 in a real browser, and nothing on it is cut off."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser
from tools.course.handout import handout_of, page
from tools.notebooks import paths


@pytest.mark.parametrize("path", paths(), ids=lambda p: p.stem)
def test_a_handout_is_one_page(path: Path, chromium: Browser, screenshots: Path) -> None:
    sheet = chromium.new_page(viewport={"width": 900, "height": 1270})
    sheet.set_content(page(handout_of(nbformat.read(path, as_version=4), path.stem)))
    pages = len(re.findall(rb"/Type\s*/Page\b", sheet.pdf(prefer_css_page_size=True)))
    sheet.screenshot(path=screenshots / f"handout-{path.stem}.png")
    hidden = [
        sheet.evaluate(f"document.body.scroll{side} - document.body.client{side}") for side in ("Height", "Width")
    ]
    figure = sheet.evaluate("document.querySelector('figure').clientHeight")
    sheet.close()
    assert pages == 1
    assert hidden == [0, 0], "something is cut off"
    assert figure >= 150, "the picture is too small to read"
