# ruff: noqa: E501  (declarations read best on one line)
"""Outlines to draw maps with: prefectures and provinces of China, and countries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from .. import geometry
from ..declare import Column, Table, text, with_source
from ..errors import check
from ..nations import entities
from ..sources import Raw
from .china_prefectures import FILE, SOURCE

WORLD = "naturalearth/countries-110m.json"
LEFT_OUT = ("Antarctica", "Fr. S. Antarctic Lands")
TOLERANCE = 0.025
SMALLEST = 0.01
LIMIT = 250_000
"""Bytes that the outlines of the prefectures may take."""

_DRAWN = "Outlines are drawn as the source has them, simplified for pictures; they state nothing on borders."
_PATH = (
    f"Whole numbers in units of {geometry.GRID:g} degrees: longitude and latitude of the first point, then the steps from "
    "point to point. Outer rings run counter-clockwise, holes clockwise; the last point joins the first."
)


def _table(name: str, title: str, key: Column, source: str, licence: str, *traps: str) -> Table:
    return Table(
        name=name,
        title=title,
        description=f"One row per ring of an outline. {_DRAWN}",
        key=(key.name, "ring"),
        columns=with_source(
            source,
            licence,
            (
                key,
                Column(
                    "ring",
                    "integer",
                    "Ring",
                    "number",
                    "Counts the rings of an outline from 0.",
                    required=True,
                    minimum=0,
                ),
                text("path", "Path", _PATH, required=True),
            ),
        ),
        traps=traps,
    )


PREFECTURES = _table(
    "shapes_china_prefectures",
    "Outlines of the prefectures of China",
    text(
        "prefecture_code", "Prefecture code", "Official six-digit code of 2020, as in china_prefectures.", required=True
    ),
    SOURCE,
    "MIT",
    "Neighbours share the points of their border, so that nothing gapes and unions are exact.",
    "Hong Kong and Macao have outlines but no figures; Taiwan is not in the source.",
    f"Islands below {SMALLEST:g} square degrees (about {SMALLEST * 10_000:.0f} square kilometres) are left out, but for the largest part of a unit.",
)
PROVINCES = _table(
    "shapes_china_provinces",
    "Outlines of the provinces of China",
    text("province_code", "Province code", "Official six-digit code, as in china_provinces.", required=True),
    SOURCE,
    "MIT",
    "The union of the prefectures' outlines: the points on a border are the same in both tables.",
)
COUNTRIES = _table(
    "shapes_world",
    "Outlines of countries",
    text(
        "country_code",
        "Country code",
        "ISO 3166-1 alpha-3 as in countries; the name where there is no code.",
        required=True,
    ),
    "Natural Earth 1:110m, via world-atlas",
    "ISC",
    "Countries too small for a map of the world have no outline: say how many are not shown.",
    "Antarctica and the French Southern Lands are left out. Northern Cyprus and Somaliland have outlines but no code and no figures.",
)


def _rows(key: str, shapes: Iterable[tuple[str, Any]], grid: float = geometry.GRID) -> pd.DataFrame:
    rows = [
        {key: code, "ring": ring, "path": path}
        for code, shape in shapes
        for ring, path in enumerate(geometry.paths(shape, grid))
    ]
    return pd.DataFrame(rows)


def _prefectures(raw: Raw) -> tuple[list[str], Any]:
    frame = raw.csv(FILE, dtype={"city_code": str})
    return frame["city_code"].tolist(), geometry.simplified(geometry.polygons(frame["coord"]), TOLERANCE, SMALLEST)


def prefectures(raw: Raw) -> tuple[pd.DataFrame, list[str]]:
    """Outlines by prefecture; none may get lost, and the table stays small."""
    codes, shapes = _prefectures(raw)
    frame = _rows("prefecture_code", zip(codes, shapes, strict=True))
    check("shapes: every prefecture has an outline", set(frame["prefecture_code"]) == set(codes), "")
    size = int(frame["path"].str.len().sum())
    check("shapes: prefectures within their limit", size < LIMIT, f"{size:,} bytes, limit {LIMIT:,}: raise TOLERANCE")
    return frame, []


def provinces(raw: Raw) -> tuple[pd.DataFrame, list[str]]:
    """Outlines by province."""
    codes, shapes = _prefectures(raw)
    groups = geometry.merged(shapes, [f"{code[:2]}0000" for code in codes])
    return _rows("province_code", groups.items()), []


def countries(raw: Raw) -> tuple[pd.DataFrame, list[str]]:
    """Outlines by country."""
    known = entities(raw)
    numeric = known["iso3166_1_numeric"].dropna()
    codes = {f"{int(number):03d}": known.loc[row, "country_code"] for row, number in numeric.items()}
    codes_by_name = {"Kosovo": "XKX"}
    found = [
        (codes.get(about["id"]) or codes_by_name.get(about["name"], about["name"]), shape)
        for about, shape in geometry.topojson(raw.path(WORLD), "countries")
        if about["name"] not in LEFT_OUT
    ]
    without = sorted(code for code, _ in found if len(code) != 3)
    check("shapes: countries without a code as known", without == ["N. Cyprus", "Somaliland"], f"{without}")
    return _rows("country_code", found), []


STEPS: tuple[tuple[Table, Callable[[Raw], tuple[pd.DataFrame, list[str]]]], ...] = (
    (PREFECTURES, prefectures),
    (PROVINCES, provinces),
    (COUNTRIES, countries),
)
