# ruff: noqa: E501  (declarations read best on one line)
"""Published studies on the parts of the argument, with this project's reading of each."""

from __future__ import annotations

import pandas as pd

from ..declare import Column, Table, flag, text, with_source
from ..errors import check
from ..sources import Raw
from .china_national import read

CLAIMS = (
    "big_cities", "closing_gap", "countryside_future", "cross_causes", "emptying", "farmer_to_citizen", "four_modernizations",
    "inside_urbanization", "leaving_the_land", "only_way", "s_curve", "symbiosis", "where_people_live",
)  # fmt: skip

TABLE = Table(
    name="literature",
    title="Published evidence on the thirteen claims",
    description=(
        "One row per claim and study: what was studied, how, what came out, and whether it speaks for or against the claim "
        "as worded. The reading is this project's judgement. Every study was read as an abstract, the front page of a "
        "working paper or a summary page, none in full, and no estimate was computed again: open a study before you rest on it."
    ),
    key=("claim", "study"),
    columns=with_source(
        "This project's reading of the studies named",
        "CC BY 4.0",
        (
            text("claim", "Claim", "Key of the claim in the argument.", required=True, enum=CLAIMS),
            text("study", "Study", "First author and year; a letter tells two of one year apart.", required=True),
            text(
                "citation",
                "Citation",
                "Authors, year, title and outlet; a dagger (†) where volume, pages or year of print are not yet confirmed.",
                required=True,
            ),
            text("authors", "Authors", required=True),
            Column("year", "integer", "Year", "year", required=True, minimum=1990, maximum=2026),
            text("title", "Title", required=True),
            text("outlet", "Outlet", "Journal with volume and pages, or series.", required=True),
            flag(
                "publication_unconfirmed",
                "Publication unconfirmed",
                "Volume, pages or year of print are not yet confirmed (the dagger of the citation).",
            ),
            text(
                "version_read",
                "Version read",
                "The working paper that was read where it is not the printed version; its numbers can differ.",
            ),
            text("doi", "DOI", "Where known; empty does not mean that there is none."),
            text("country", "Country", "Country or sample.", required=True),
            text("period", "Period", "Of the data; empty where the page read does not say."),
            text("design", "Design", "How the study comes to its result.", required=True),
            flag("design_unstated", "Design unstated", "The page read does not spell the method out."),
            text("estimate", "Estimate", "As the page read states it; often only a sign.", required=True),
            text("measures", "What is estimated", "The quantity that the estimate is of.", required=True),
            text(
                "reading",
                "Reading",
                "Whether the study speaks for or against the claim as worded; `splits`: in part, or under a condition. Our judgement.",
                required=True,
                enum=("against", "for", "splits"),
            ),
            text("reason", "Reason", "Why it is read so. Our judgement.", required=True),
            flag("read_as_abstract", "Read as abstract", "Read as an abstract, front page or summary page only."),
        ),
    ),
    traps=(
        "Chosen for what they say on a claim, not drawn at random: counts of readings are no vote.",
        "Standard errors and intervals are mostly missing on the pages read.",
    ),
)


def build(raw: Raw) -> tuple[pd.DataFrame, list[str]]:
    """The table; ``raw`` is not needed."""
    frame = read("literature")
    for name in ("publication_unconfirmed", "design_unstated"):
        check(f"literature.{name}: true or false", frame[name].isin([True, False]).all(), f"{frame[name].unique()}")
    dagger = frame["publication_unconfirmed"].map({True: "†", False: ""})
    frame["citation"] = (
        frame["authors"] + " (" + frame["year"].astype(str) + "). " + frame["title"] + ". " + frame["outlet"] + dagger
    )
    frame["read_as_abstract"] = True
    counts = frame.drop_duplicates("study")
    return frame, [
        f"{len(frame)} rows, {len(counts)} studies, {int(counts['doi'].notna().sum())} of them with a DOI here."
    ]
