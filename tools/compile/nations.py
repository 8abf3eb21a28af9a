"""Country names and codes shared by the world tables."""

from __future__ import annotations

import pandas as pd

from .sources import Raw

# Codes used where ISO 3166 has none: Kosovo (user-assigned XKX) and the World Bank's CHI.
EXTRA_CODES = {"kos": "XKX", "chanisl": "CHI"}

# Names in Our World in Data files that differ from Gapminder's, by ISO 3166-1 alpha-3 code.
OTHER_NAMES = {
    "Cabo Verde": "CPV",
    "Congo": "COG",
    "Cook Islands": "COK",
    "Curacao": "CUW",
    "Czechia": "CZE",
    "Democratic Republic of Congo": "COD",
    "Falkland Islands": "FLK",
    "Hong Kong": "HKG",
    "Kyrgyzstan": "KGZ",
    "Laos": "LAO",
    "Macao": "MAC",
    "Macedonia": "MKD",
    "Micronesia": "FSM",
    "Micronesia (country)": "FSM",
    "Saint Helena": "SHN",
    "Saint Kitts and Nevis": "KNA",
    "Saint Lucia": "LCA",
    "Saint Pierre and Miquelon": "SPM",
    "Saint Vincent and the Grenadines": "VCT",
    "Slovakia": "SVK",
    "Swaziland": "SWZ",
    "Timor": "TLS",
    "United Arab Emirates": "ARE",
    "United Kingdom": "GBR",
    "United States": "USA",
    "United States Virgin Islands": "VIR",
    "Vatican": "VAT",
    "Wallis and Futuna": "WLF",
}


def entities(raw: Raw) -> pd.DataFrame:
    """Gapminder's countries with ``country_code``; entities without a code are left out."""
    frame = raw.csv("gapminder/ddf--entities--geo--country.csv")
    frame["country_code"] = frame["iso3166_1_alpha3"].fillna(frame["country"].map(EXTRA_CODES))
    return frame[frame["country_code"].notna()].reset_index(drop=True)


def codes_by_name(raw: Raw) -> dict[str, str]:
    """ISO 3166-1 alpha-3 code of each country name that the sources use."""
    known = entities(raw)
    return {**dict(zip(known["name"], known["country_code"], strict=True)), **OTHER_NAMES}
