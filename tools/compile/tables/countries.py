# ruff: noqa: E501  (declarations read best on one line)
"""Country-year indicators, 1960 to 2024."""

from __future__ import annotations

from functools import reduce

import pandas as pd

from ..declare import Column, Table, amount, flag, percent, persons, rate, text, with_source
from ..errors import check
from ..nations import codes_by_name, entities
from ..sources import Raw

GAPMINDER = "Gapminder Systema Globalis"
WDI = f"World Bank, World Development Indicators, via {GAPMINDER}"
ILO = f"ILOSTAT, via {GAPMINDER}"
WPP = f"UN World Population Prospects, via {GAPMINDER}"
IHME = f"IHME, via {GAPMINDER}"
USDA = "USDA Economic Research Service, International Agricultural Productivity, via Our World in Data"

ENERGY = f"Energy Institute, Statistical Review of World Energy, via {GAPMINDER}"

_ACCESS = "using at least basic {} services (WHO/UNICEF JMP definition)"
_MODELLED = "ILO modelled estimate."

# Upstream indicator, column.
INDICATORS: tuple[tuple[str, Column], ...] = (
    (
        "urban_population_percent_of_total",
        percent(
            "urban_share",
            "Urban share",
            "Urban population in total population, by each country's own definition, smoothed by the UN (World Urbanization Prospects).",
            source=WDI,
        ),
    ),
    (
        "rural_population_percent_of_total",
        percent(
            "rural_share",
            "Rural share",
            "Rural population in total population, by each country's own definition.",
            source=WDI,
        ),
    ),
    (
        "urban_population",
        persons(
            "urban_population", "Urban population", "Urban population, by each country's own definition.", source=WDI
        ),
    ),
    ("rural_population", persons("rural_population", "Rural population", "Total less urban population.", source=WDI)),
    (
        "urban_population_growth_annual_percent",
        rate(
            "urban_population_growth",
            "Urban population growth",
            "percent per year",
            "Growth of the urban population over the previous year.",
            source=WDI,
        ),
    ),
    (
        "total_population_with_projections",
        persons(
            "population_long_series",
            "Population (long series)",
            "Total population, Gapminder's long series. Has no years between 2013 and 2050 for many countries: prefer `population`.",
            source=GAPMINDER,
        ),
    ),
    (
        "population_in_urban_agglomerations_m_1_million_percent_of_total",
        percent(
            "share_in_cities_above_1m",
            "Share in cities above 1 million",
            "Population of agglomerations above one million in the base year chosen upstream, in total population.",
            source=WDI,
        ),
    ),
    (
        "alternative_gdp_per_capita_ppp_wb",
        amount(
            "gdp_per_person_ppp",
            "GDP per person (PPP)",
            "constant 2021 international dollars",
            "GDP per person at purchasing power parity. The upstream text says 2015 prices, but the United States' 2021 value equals its current-price GDP per person, as 2021 prices require.",
            source=WDI,
        ),
    ),
    (
        "gdppercapita_us_inflation_adjusted",
        amount(
            "gdp_per_person",
            "GDP per person",
            "constant 2015 US dollars",
            "GDP per person at market exchange rates.",
            source=WDI,
        ),
    ),
    (
        "total_gdp_us_inflation_adjusted",
        amount(
            "gdp",
            "GDP",
            "constant 2015 US dollars",
            "Gross domestic product at market exchange rates.",
            digits=0,
            source=WDI,
        ),
    ),
    (
        "income_per_person_long_series",
        amount(
            "income_per_person",
            "Income per person (long series)",
            "international dollars",
            "GDP per person at purchasing power parity, Gapminder's long series, version 15; ends in 2019. Upstream does not state the price year.",
            digits=1,
            source=GAPMINDER,
        ),
    ),
    (
        "agriculture_percent_of_gdp",
        percent(
            "agriculture_share_of_gdp",
            "Agriculture, share of GDP",
            "Value added of agriculture, forestry and fishing in GDP.",
            source=WDI,
        ),
    ),
    (
        "industry_percent_of_gdp",
        percent(
            "industry_share_of_gdp",
            "Industry, share of GDP",
            "Value added of mining, manufacturing, construction and utilities in GDP.",
            source=WDI,
        ),
    ),
    (
        "services_percent_of_gdp",
        percent(
            "services_share_of_gdp",
            "Services, share of GDP",
            "Value added of services in GDP. The three shares need not add up to 100 (taxes and subsidies on products).",
            source=WDI,
        ),
    ),
    (
        "agriculture_workers_percent_of_employment",
        percent("agriculture_share_of_employment", "Agriculture, share of employment", _MODELLED, source=ILO),
    ),
    (
        "industry_workers_percent_of_employment",
        percent("industry_share_of_employment", "Industry, share of employment", _MODELLED, source=ILO),
    ),
    (
        "service_workers_percent_of_employment",
        percent("services_share_of_employment", "Services, share of employment", _MODELLED, source=ILO),
    ),
    (
        "aged_15plus_employment_rate_percent",
        percent(
            "employment_rate",
            "Employment rate, age 15 and over",
            "Employed persons in the population aged 15 and over; modelled estimate.",
            source=ILO,
        ),
    ),
    (
        "self_employed_percent_of_employment",
        percent("self_employed_share", "Self-employed, share of employment", _MODELLED, source=ILO),
    ),
    (
        "crude_birth_rate_births_per_1000_population",
        amount("birth_rate", "Crude birth rate", "births per 1,000 people", "Ends in 2015.", digits=3, source=WPP),
    ),
    (
        "crude_death_rate_deaths_per_1000_population",
        amount("death_rate", "Crude death rate", "deaths per 1,000 people", digits=3, source=WPP),
    ),
    ("median_age_years", amount("median_age", "Median age", "years", digits=3, source=WPP)),
    (
        "life_expectancy_female",
        amount("life_expectancy_female", "Life expectancy at birth, women", "years", digits=3, source=WPP),
    ),
    (
        "life_expectancy_male",
        amount("life_expectancy_male", "Life expectancy at birth, men", "years", digits=3, source=WPP),
    ),
    (
        "infant_mortality_rate_per_1000_births",
        amount(
            "infant_mortality",
            "Infant mortality",
            "deaths per 1,000 live births",
            "Ends in 2015.",
            digits=2,
            source=IHME,
        ),
    ),
    (
        "mean_years_in_school_men_25_years_and_older",
        amount(
            "schooling_men", "Mean years of schooling, men 25 and over", "years", "1970 to 2009.", digits=2, source=IHME
        ),
    ),
    (
        "mean_years_in_school_women_25_years_and_older",
        amount(
            "schooling_women",
            "Mean years of schooling, women 25 and over",
            "years",
            "1970 to 2009.",
            digits=2,
            source=IHME,
        ),
    ),
    (
        "hdi_human_development_index",
        amount(
            "hdi",
            "Human Development Index",
            "index, 0 to 1",
            digits=3,
            maximum=1,
            source=f"UNDP, Human Development Reports, via {GAPMINDER}",
        ),
    ),
    (
        "inequality_index_gini",
        percent(
            "gini",
            "Gini index of income or consumption",
            "0 is equality, 100 one person has all; income in some countries, consumption in others.",
            digits=2,
            source=WDI,
        ),
    ),
    (
        "extreme_poverty_percent_people_below_300_a_day",
        percent(
            "extreme_poverty",
            "Extreme poverty",
            "People below 3.00 international dollars a day at 2021 prices.",
            digits=2,
            source=WDI,
        ),
    ),
    (
        "at_least_basic_water_source_urban_access_percent",
        percent(
            "basic_water_urban",
            "Basic drinking water, urban",
            "Urban people " + _ACCESS.format("drinking water"),
            source=WDI,
        ),
    ),
    (
        "at_least_basic_water_source_rural_access_percent",
        percent(
            "basic_water_rural",
            "Basic drinking water, rural",
            "Rural people " + _ACCESS.format("drinking water"),
            source=WDI,
        ),
    ),
    (
        "at_least_basic_sanitation_urban_access_percent",
        percent(
            "basic_sanitation_urban",
            "Basic sanitation, urban",
            "Urban people " + _ACCESS.format("sanitation"),
            source=WDI,
        ),
    ),
    (
        "at_least_basic_sanitation_rural_access_percent",
        percent(
            "basic_sanitation_rural",
            "Basic sanitation, rural",
            "Rural people " + _ACCESS.format("sanitation"),
            source=WDI,
        ),
    ),
    (
        "internet_users",
        percent("internet_users", "Internet users", "Individuals who use the internet, in population.", source=WDI),
    ),
    (
        "broadband_subscribers_per_100_people",
        amount("broadband_subscriptions", "Fixed broadband subscriptions", "per 100 people", digits=3, source=WDI),
    ),
    (
        "cell_phones_per_100_people",
        amount("mobile_subscriptions", "Mobile phone subscriptions", "per 100 people", digits=3, source=WDI),
    ),
    (
        "electricity_use_per_person",
        amount("electricity_use", "Electricity use per person", "kilowatt hours", source=WDI),
    ),
    ("energy_use_per_person", amount("energy_use", "Energy use per person", "kilograms of oil equivalent", source=WDI)),
    (
        "food_supply_kilocalories_per_person_and_day",
        amount(
            "food_supply",
            "Food supply per person and day",
            "kilocalories",
            digits=1,
            source=f"FAOSTAT, via {GAPMINDER}",
        ),
    ),
    (
        "agricultural_land_percent_of_land_area",
        percent(
            "agricultural_land_share",
            "Agricultural land, share of land area",
            "Arable land, permanent crops and permanent pastures in land area.",
            source=WDI,
        ),
    ),
    (
        "inflation_annual_percent",
        rate(
            "gdp_deflator_growth",
            "Growth of the GDP deflator",
            "percent per year",
            "Annual change of the prices of all output, from GDP at current and at constant local prices.",
            source=WDI,
        ),
    ),
    (
        "forest_coverage_percent",
        percent(
            "forest_share",
            "Forest cover, share of land area",
            "Forest in land area, other wooded land left out.",
            source=f"FAOSTAT, via {GAPMINDER}",
        ),
    ),
    (
        "oil_production_total",
        amount(
            "oil_production",
            "Oil production",
            "tonnes of oil equivalent",
            "Crude oil; empty for countries that the review does not list, which produce little or none.",
            digits=0,
            source=ENERGY,
        ),
    ),
    (
        "net_barter_terms_of_trade_2015_100",
        amount(
            "terms_of_trade",
            "Net barter terms of trade",
            "index, 2015 = 100",
            "Export unit values over import unit values.",
            digits=3,
            source=WDI,
        ),
    ),
    (
        "exports_percent_of_gdp",
        amount(
            "exports_share_of_gdp",
            "Exports of goods and services",
            "percent of GDP",
            "Above 100 where goods pass through.",
            digits=4,
            source=WDI,
        ),
    ),
)

# USDA column, column, factor to its unit.
AGRICULTURE: tuple[tuple[str, Column, float], ...] = (
    (
        "labor_quantity",
        persons(
            "agricultural_labour",
            "Agricultural labour",
            "Economically active adults in agriculture; ends in 2019.",
            source=USDA,
        ),
        1000,
    ),
    (
        "ag_land_quantity",
        amount(
            "agricultural_land",
            "Agricultural land (quality-adjusted)",
            "hectares",
            "Quality-adjusted, in rainfed cropland equivalents; ends in 2019.",
            digits=0,
            source=USDA,
        ),
        1000,
    ),
    (
        "cropland_quantity",
        amount("cropland", "Cropland", "hectares", "Cropland; ends in 2019.", digits=0, source=USDA),
        1000,
    ),
    (
        "output_quantity",
        amount(
            "agricultural_output",
            "Agricultural output",
            "constant 2015 international dollars",
            "Gross value of crops, animals and fish at constant world prices; ends in 2019.",
            digits=0,
            source=USDA,
        ),
        1000,
    ),
    (
        "tfp",
        amount(
            "agricultural_tfp",
            "Agricultural total factor productivity",
            "index, 2015 = 100",
            "Compare over time, not between countries; ends in 2019.",
            digits=4,
            source=USDA,
        ),
        1,
    ),
)

TABLE = Table(
    name="countries",
    title="Country-year indicators, 1960-2024",
    description=(
        "One row per country and year in which at least one indicator is known. `population` is urban plus rural "
        "population, so that the urban share and its parts belong together."
    ),
    key=("country_code", "year"),
    columns=with_source(
        GAPMINDER,
        "CC BY 4.0",
        (
            text(
                "country_code",
                "Country code",
                "ISO 3166-1 alpha-3; XKX Kosovo and CHI Channel Islands as in the World Bank's files.",
                required=True,
            ),
            Column("year", "integer", "Year", "year", "Calendar year.", minimum=1960, maximum=2024, required=True),
            text("country", "Country", "English name.", required=True),
            text(
                "world_4region",
                "World region (4)",
                "Gapminder's four regions.",
                enum=("africa", "americas", "asia", "europe"),
            ),
            text(
                "world_6region",
                "World region (6)",
                "World Bank style six regions.",
                enum=(
                    "america",
                    "east_asia_pacific",
                    "europe_central_asia",
                    "middle_east_north_africa",
                    "south_asia",
                    "sub_saharan_africa",
                ),
            ),
            flag("is_un_state", "UN member state", "Member of the United Nations."),
            text("coast", "Access to the sea", "Landlocked or with a coastline.", enum=("coastline", "landlocked")),
            rate("latitude", "Latitude", "degrees north", minimum=-90, maximum=90),
            rate("longitude", "Longitude", "degrees east", minimum=-180, maximum=180),
            persons("population", "Population", "Urban plus rural population.", source=WDI),
            *(column for _, column in INDICATORS),
            *(column for _, column, _ in AGRICULTURE),
        ),
    ),
    traps=(
        "`urban_share` is the UN's smoothed series on national definitions; China's own official series differs (table "
        "china_national): 65.89 against 67.00 for 2024.",
        "Coverage differs by column: only part of the series reach 2024. Say which year and how many countries.",
        "`population_long_series` has no years between 2013 and 2050 for many countries; use `population`.",
        "Values of modelled series (ILO, UN) are smooth by construction: neighbouring years are not independent evidence.",
    ),
)


def build(raw: Raw) -> tuple[pd.DataFrame, list[str]]:
    """The table, and notes on what was left out."""
    nations = entities(raw)
    by_geo = dict(zip(nations["country"], nations["country_code"], strict=True))
    dropped: set[str] = set()
    parts = []
    for indicator, column in INDICATORS:
        series = raw.csv(f"gapminder/{indicator}.csv").set_axis(["geo", "year", column.name], axis=1)
        series = series[series["year"].between(1960, 2024)]
        code = series["geo"].map(by_geo)
        dropped |= set(series.loc[code.isna(), "geo"])
        series = series.assign(country_code=code)[code.notna()].drop(columns="geo")
        if column.unit == "percent":
            outside = series[~series[column.name].between(0, 100)]
            check(f"{indicator} within 0..100", outside.empty, str(outside.head(3).values.tolist()))
        parts.append(series.set_index(["country_code", "year"])[column.name])

    codes = codes_by_name(raw)
    agriculture = raw.csv("owid/agricultural_tfp_usda.csv")
    code = agriculture["Entity"].map(codes)
    unmatched = sorted(set(agriculture.loc[code.isna(), "Entity"]))
    agriculture = agriculture.assign(country_code=code, year=agriculture["Year"])[code.notna()]
    agriculture = agriculture.set_index(["country_code", "year"])
    parts += [(agriculture[name] * factor).rename(column.name) for name, column, factor in AGRICULTURE]

    frame = reduce(lambda left, right: left.join(right, how="outer"), (part.to_frame() for part in parts))
    values = list(frame.columns)
    # Alone, a population of long ago or the forest of a small island makes no row.
    others = [name for name in values if name not in ("population_long_series", "forest_share")]
    frame = frame[frame[others].notna().any(axis=1)]
    frame["population"] = frame["urban_population"] + frame["rural_population"]
    shares = 100 * frame["urban_population"] / frame["population"]
    gap = (shares - frame["urban_share"]).abs()
    check(
        "countries: urban_population / population agrees with urban_share",
        gap.max() < 0.05,
        f"largest gap {gap.max():.4f} points at {gap.idxmax()}",
    )
    total = (frame["urban_share"] + frame["rural_share"] - 100).abs()
    check(
        "countries: urban and rural share add up to 100", total.max() < 0.01, f"{total.max():.4f} at {total.idxmax()}"
    )

    frame = frame.reset_index()
    about = nations.set_index("country_code")
    for name, origin in (
        ("country", "name"),
        ("world_4region", "world_4region"),
        ("world_6region", "world_6region"),
        ("coast", "landlocked"),
        ("latitude", "latitude"),
        ("longitude", "longitude"),
    ):
        frame[name] = frame["country_code"].map(about[origin])
    frame["is_un_state"] = frame["country_code"].map(about["un_state"].astype(str).str.upper().eq("TRUE"))
    notes = [
        f"{len(dropped)} historical or uncoded entities of the source are left out: {', '.join(sorted(dropped))}.",
        f"{len(unmatched)} entities of the agricultural source are regions or unmatched and left out: {', '.join(unmatched)}.",
    ]
    return frame, notes
