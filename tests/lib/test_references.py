"""The list of works: every entry whole, in order, with well-formed DOIs, and complete for what is cited."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from symbiosis import tables
from symbiosis.lesson import references as module
from symbiosis.lesson.references import Reference, parse, reference, references

ROOT = Path(__file__).resolve().parents[2]
WORKS = references()
TEXT = (Path(module.__file__).with_name("references.bib")).read_text(encoding="utf-8")
# Laws, plans and reports, which stand there in words.
NOT_WORKS = {("national", 2014), ("report", 2012), ("rural", 2018)}
FAMILIES = {(work.authors[0].partition(",")[0].casefold(), work.year) for work in WORKS.values()}


def test_every_entry_of_the_file_is_read_and_they_stand_in_order() -> None:
    keys = re.findall(r"^@\w+\{(.*),$", TEXT, re.MULTILINE)
    assert keys == sorted(set(keys)) == list(WORKS)
    assert len(keys) > 200
    assert TEXT.count("@") == len(keys)


@pytest.mark.parametrize("key", WORKS)
def test_an_entry_is_whole(key: str) -> None:
    work = WORKS[key]
    assert re.fullmatch(r"[a-z]+\d{4}[a-z0-9]+", key)
    assert str(work.year) in key
    assert 1850 <= work.year <= 2030
    assert work.title.strip()
    assert work.outlet.strip()
    assert all(author.strip() for author in work.authors)
    assert not re.search(r"[{}\\]|--|\u2020", "".join([*work.authors, work.title, work.outlet, work.doi, work.note]))


def test_dois_are_well_formed_and_belong_to_one_work_each() -> None:
    dois = [work.doi for work in WORKS.values() if work.doi]
    assert [doi for doi in dois if not re.fullmatch(r"10\.\d{4,5}/[^\s{}<>|]+[A-Za-z0-9]", doi)] == []
    assert len({doi.casefold() for doi in dois}) == len(dois)
    assert len(dois) > 100


def test_works_of_the_literature_table_that_have_a_doi_are_there() -> None:
    if "literature" not in tables.names():
        pytest.skip("no table of the literature")
    wanted = set(tables.load("literature")["doi"].dropna().str.casefold())
    assert wanted <= {work.doi.casefold() for work in WORKS.values()}


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.name)
def test_works_that_a_notebook_names_are_there(path: Path) -> None:
    """By the first author and the year, in the list of literature at its end."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    lines = [line for text in texts for line in text.partition("**Literature.**")[2].splitlines()]
    named = [found for line in lines if (found := re.match(r" ?([A-Z][\w'-]+)[^\d]*? ((?:18|19|20)\d\d)[,* ]", line))]
    wanted = {(found[1].casefold(), int(found[2])) for found in named}
    first_words = FAMILIES | {(family.split()[0], year) for family, year in FAMILIES}
    assert wanted - first_words <= NOT_WORKS


@pytest.mark.parametrize(
    ("key", "short"),
    [
        ("lewis1954economic", "Lewis 1954"),
        ("harris1970migration", "Harris and Todaro 1970"),
        ("gollin2016urbanization", "Gollin, Jedwab and Vollrath 2016"),
        ("sicular2007urbanrural", "Sicular and others 2007"),
        ("roberts2017crossvalidation", "Roberts and others 2017"),
        ("nationalresearchcouncil2003cities", "National Research Council 2003"),
    ],
)
def test_a_work_is_named_in_a_sentence(key: str, short: str) -> None:
    assert reference(key).short == short


def test_a_work_is_named_in_a_list() -> None:
    assert reference("gabaix1999zipfs").full == (
        "Gabaix, X. (1999): Zipf's Law for Cities: An Explanation. Quarterly Journal of Economics 114:739. "
        "https://doi.org/10.1162/003355399556133"
    )
    assert reference("gabaix1999zipfs").markdown.endswith(
        "*Quarterly Journal of Economics 114:739*. [doi:10.1162/003355399556133](https://doi.org/10.1162/003355399556133)"
    )
    assert reference("northam1975urban").full == "Northam, R. M. (1975): Urban Geography. Wiley."
    assert "2293 (volume, pages or year of print not confirmed; CEPR DP12644 seen). https" in (
        reference("faber2019tourism").full
    )
    assert reference("jedwab2015urbanization").full.endswith("58 (volume, pages or year of print not confirmed).")


def test_a_key_that_is_not_there_is_named_with_its_neighbours() -> None:
    with pytest.raises(ValueError, match=r"no work 'harris1970'.*near it: .*harris1970migration"):
        reference("harris1970")


def test_nested_braces_and_numbers_and_remarks_are_read() -> None:
    found = parse("a remark\n@article{ k2000a,\n author = {A, B and {The C}},year={2000},\n title = {{O}n {{X}}},"
                  "\n journal = {J}, volume = {1}, number = {2}, pages = {3--4}\n}\nmore")  # fmt: skip
    assert found == {"k2000a": Reference("k2000a", ("A, B", "The C"), 2000, "On X", "J 1(2):3\u20134")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@book{k2000a,\n author = {A}, year = {2000}, publisher = {P}\n}", "'k2000a' lacks title"),
        ("@book{k2000a,\n author = {A}, year = {2000}, title = {T}\n}", "'k2000a' lacks one of journal"),
        ("@book{k2000a,\n author = {A}, year = 2000, title = {T}\n}", "'k2000a' cannot be read from here on: 'year"),
        ("@book{k2000a,\n author = {A, year = {2000}\n", "never closed"),
        ("@misc{k, author={A}, year={1900}, title={T}, howpublished={H}}\n" * 2, "'k' comes twice"),
    ],
)
def test_an_entry_that_cannot_be_read_is_named(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse(text)
