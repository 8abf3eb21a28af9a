"""Urbanization, income and structural change over centuries."""

from __future__ import annotations

from functools import reduce

import pandas as pd

from ..declare import Column, Table, amount, percent, persons, text, with_source
from ..errors import check
from ..nations import codes_by_name
from ..sources import Raw

OWID = "Our World in Data from UN WUP 2018, Bairoch (1988), HYDE 3.1, De Vries (1984) and others"
MADDISON = "Maddison Project Database 2020 (Bolt and van Zanden 2020), via Our World in Data"
HRV = "Herrendorf, Rogerson and Valentinyi (2014), updated by Our World in Data"
BAIROCH = "Bairoch (1988), table 29.1, via Our World in Data"
HYDE = "HYDE 3.1 (Klein Goldewijk et al. 2011), via Our World in Data"
US_CENSUS = "US Census Bureau (2010), via Our World in Data"

_HRV = " (Herrendorf et al. data)"
_SECTORS = ("agriculture", "industry", "services")

TABLE = Table(
    name="long_run",
    title="Urban share, income and sector shares over centuries",
    description=(
        "One row per entity (country or world region) and year with at least one figure; years 1 to 2018. "
        "Sources stand in separate columns and are not spliced."
    ),
    key=("entity", "year"),
    columns=with_source(
        OWID,
        "CC BY 4.0",
        (
            text(
                "entity",
                "Entity",
                "Country, historical territory or world region, as named by Our World in Data.",
                required=True,
            ),
            text("country_code", "Country code", "ISO 3166-1 alpha-3; empty for regions and former states."),
            Column("year", "integer", "Year", "year", required=True, minimum=1, maximum=2018),
            percent(
                "urban_share",
                "Urban share",
                "Longest series that could be joined, 1500 to 2016; projections after 2016 are left out.",
                digits=3,
            ),
            persons("urban_population", "Urban population", "Urban share times population, 1500 to 2016."),
            persons("rural_population", "Rural population", "Rural share times population, 1500 to 2016."),
            amount(
                "gdp_per_person", "GDP per person", "constant 2011 international dollars", digits=1, source=MADDISON
            ),
            persons("population", "Population", source=MADDISON),
            *(
                percent(
                    f"{sector}_share_of_gdp",
                    f"{sector.capitalize()}, share of GDP",
                    "At current prices.",
                    digits=3,
                    source=HRV,
                )
                for sector in _SECTORS
            ),
            *(persons(f"{sector}_employment", f"Employed in {sector}", source=HRV) for sector in _SECTORS),
            *(
                percent(
                    f"{sector}_share_of_employment",
                    f"{sector.capitalize()}, share of employment",
                    "From the three numbers of employed persons.",
                    digits=3,
                    source=HRV,
                )
                for sector in _SECTORS
            ),
            percent(
                "bairoch_urban_share", "Urban share (Bairoch)", "World regions, 1800 to 1980.", digits=2, source=BAIROCH
            ),
            amount(
                "bairoch_gnp_per_person",
                "GNP per person (Bairoch)",
                "1960 US dollars",
                "World regions, 1800 to 1980, in 1960 US dollars and prices as in Bairoch's tables.",
                digits=0,
                source=BAIROCH,
            ),
            percent("hyde_urban_share", "Urban share (HYDE)", "World regions, 1500 to 2000.", digits=3, source=HYDE),
            percent(
                "census_urban_share",
                "Urban share (US census)",
                "United States, 1790 to 2010; the definition changes in 1950.",
                digits=3,
                source=US_CENSUS,
            ),
        ),
    ),
    traps=(
        "`urban_share` joins several sources with different definitions: a break is not an event.",
        "Sector shares cover ten early industrializers only, at current prices.",
        "Historical territories (for example England and Wales, Low Countries) and regions have no `country_code`.",
        "Regions of different sources with the same name (Africa, Oceania) need not have the same borders.",
    ),
)


def _indexed(frame: pd.DataFrame, columns: dict[str, str]) -> pd.DataFrame:
    frame = frame.rename(columns={"Entity": "entity", "Year": "year", **columns})
    return frame.set_index(["entity", "year"])[list(columns.values())]


def build(raw: Raw) -> tuple[pd.DataFrame, list[str]]:
    """The table, and notes."""
    urban = raw.csv("owid/urbanization_long_run.csv")
    suffix = " long-run to 2016 (OWID)"
    urban = _indexed(
        urban[urban["Year"] <= 2016],
        {
            f"Urban population (%){suffix}": "urban_share",
            f"Urban population{suffix}": "urban_population",
            f"Rural population{suffix}": "rural_population",
        },
    )
    maddison = _indexed(
        raw.csv("owid/maddison_2020.csv"), {"GDP per capita": "gdp_per_person", "Population": "population"}
    )
    sectors = _indexed(
        raw.csv("owid/sector_history.csv"),
        {
            **{f"Share of {s} in GDP at current prices{_HRV}": f"{s}_share_of_gdp" for s in _SECTORS},
            f"Number of people employed in agriculture {_HRV}": "agriculture_employment",
            f"Number of people employed in industry {_HRV}": "industry_employment",
            f"Number of people employed in services{_HRV}": "services_employment",
        },
    )
    sectors = sectors[sectors.notna().any(axis=1)].copy()
    added = sectors[[f"{s}_share_of_gdp" for s in _SECTORS]].sum(axis=1, min_count=3).dropna()
    off = (added - 100).abs()
    check(
        "long_run: sector shares of GDP add up to 100", off.max() < 0.5, f"{added[off.idxmax()]:.2f} at {off.idxmax()}"
    )
    employed = sectors[[f"{s}_employment" for s in _SECTORS]].sum(axis=1, min_count=3)
    for sector in _SECTORS:
        sectors[f"{sector}_share_of_employment"] = 100 * sectors[f"{sector}_employment"] / employed
    bairoch = _indexed(
        raw.csv("owid/bairoch_urban_gnp.csv"),
        {
            "Urban population share (Bairoch (1988))": "bairoch_urban_share",
            "Per capita Gross National Product (Bairoch (1988))": "bairoch_gnp_per_person",
        },
    )
    hyde = raw.csv("owid/urban_fraction_hyde.csv")
    hyde = _indexed(
        hyde[hyde["Year"] >= 1500],
        {"Historical urban fraction estimate per region (HYDE 3.1 (2010))": "hyde_urban_share"},
    )
    census = _indexed(
        raw.csv("owid/us_census_urban_rural.csv"),
        {"Percentage of the population in urban areas (US Census Bureau (2010))": "census_urban_share"},
    )
    parts = (urban, maddison, sectors, bairoch, hyde, census)
    frame = reduce(lambda left, right: left.join(right, how="outer"), parts)
    frame = frame[frame.notna().any(axis=1)].reset_index()
    # Shares times populations come with fractions of a person.
    counts = [column.name for column in TABLE.columns if column.unit == "persons"]
    frame[counts] = frame[counts].round()
    frame["country_code"] = frame["entity"].map(codes_by_name(raw))
    without = sorted(set(frame.loc[frame["country_code"].isna(), "entity"]))
    return frame, [f"{len(without)} entities carry no country code: {', '.join(without)}."]
