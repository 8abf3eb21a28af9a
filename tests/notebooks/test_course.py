"""What a course is handed: the plans fit the notebooks, the pages are new, a handout holds what it should."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook
from tools.course import plan
from tools.course.handout import handout_of, page
from tools.course.terms import PAGE, anchor, glossary_page, linked
from tools.notebooks import ROOT, paths

from symbiosis.lesson.glossary import term, terms


@pytest.mark.parametrize(("name", "made"), [(plan.PAGE, plan.course_page), (PAGE, glossary_page)])
def test_a_page_is_what_would_be_made_now(name: str, made) -> None:  # type: ignore[no-untyped-def]
    assert (ROOT / name).read_text(encoding="utf-8") == made(), f"{name} is old; run 'python3 start.py course'"


def test_the_map_knows_every_notebook_and_the_plans_read_what_they_need() -> None:
    needs, courses = plan.declared()
    assert sorted(needs) == [path.stem[:2] for path in paths()]
    assert [course.weeks for course in courses] == [4, 8, 14]
    for course in courses:
        assert plan.missing(course, needs) == {}, f"the course of {course.weeks} weeks"
    whole = {number for read, _ in courses[-1].plan for number in read}
    assert whole == set(needs), "the longest course reads everything"
    assert all(before < number or before in {"09"} for number, need in needs.items() for before in need.after)


def test_a_plan_out_of_order_is_told() -> None:
    needs = {"a": plan.Need((), ""), "b": plan.Need(("a",), "")}
    course = plan.Course(2, "", "", ((("b",), ""), (("a",), "")))
    assert plan.missing(course, needs) == {"b": ("a",)}


def test_links_of_the_pages_lead_somewhere() -> None:
    for name in (plan.PAGE, PAGE):
        text = (ROOT / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#]+)", text):
            assert (ROOT / name).parent.joinpath(target).exists(), target


def test_every_anchor_is_a_heading_of_the_glossary() -> None:
    headings = re.findall(r"^## (.*)$", glossary_page(), re.MULTILINE)
    assert [one.term for one in terms()] == headings
    assert len({anchor(one) for one in terms()}) == len(headings)
    assert anchor(term("Moran's I")) == "morans-i"


def prose(*sources: str) -> list[str]:
    return [cell.source for cell in linked(new_notebook(cells=[new_markdown_cell(s) for s in sources])).cells]


@pytest.mark.parametrize(
    ("source", "linked_source"),
    [
        ("Hukou and hukou.", "[Hukou](../docs/glossary.md#hukou) and hukou."),
        ("`hukou`, $hukou$ and **hukou**", "`hukou`, $hukou$ and **[hukou](../docs/glossary.md#hukou)**"),
        ("# On hukou\n\nA hukou.", "# On hukou\n\nA [hukou](../docs/glossary.md#hukou)."),
        ("the non-hukou, hukous", "the non-hukou, [hukous](../docs/glossary.md#hukou)"),
        ("the [hukou](https://example.org)", "the [hukou](https://example.org)"),
        ("nothing of it", "nothing of it"),
    ],
)
def test_the_first_open_mention_is_linked(source: str, linked_source: str) -> None:
    assert prose(source) == [linked_source]
    assert prose(linked_source) == [linked_source], "linking twice changes nothing"


def test_one_link_a_notebook_and_the_longer_term_first() -> None:
    first, second = prose("The rural share.", "The rural share again.")
    assert first.count("](") == 1
    assert "](" not in second
    assert "rural-share" in first


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.images: list[dict[str, str | None]] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.images.append(dict(attrs))


@pytest.mark.parametrize("path", paths(), ids=lambda p: p.stem)
def test_a_handout_holds_its_lecture(path: Path) -> None:
    handout = handout_of(nbformat.read(path, as_version=4), path.stem)
    made = page(handout)
    read = _Text()
    read.feed(made)
    said = re.sub(r"\s+", " ", " ".join(read.said))
    for words in (handout.title, handout.question, "Exercise 1.", "Exercise 2.", "To take away", "My guess"):
        assert words in said, words
    assert all(image["alt"] for image in read.images)
    assert len(read.images) >= 1
    assert "The answer is" not in said
    assert not re.search(r"""(?:src|href)=["'](?!data:)""", made), "it asks for something outside"
    assert 0 < len(handout.exercises) <= 3


def test_a_notebook_without_its_parts_is_named() -> None:
    notebook = new_notebook(cells=[new_markdown_cell("# 99 · Empty")])
    with pytest.raises(ValueError, match="99_empty lacks question, picture, exercises, take_away, questions"):
        handout_of(notebook, "99_empty")
