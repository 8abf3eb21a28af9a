# ruff: noqa: E501  (declarations read best on one line)
"""Three hundred Chinese cities, 2000 to 2024, each figure kept and each doubt flagged."""

from __future__ import annotations

import re

import pandas as pd

from ..declare import Column, Table, amount, flag, percent, persons, rate, text, with_source
from ..errors import check
from ..names import PROVINCES, PROVINCES_ZH, english
from ..sources import Raw
from .china_prefectures import FILE as CENSUS_FILE

FILE = "citymacro/city_macro.csv"
SOURCE = "city-macro-data 0.1.0; original sources not named, unverified"
WAN = 10_000
MILLION = 1_000_000

# Upstream header (white space removed), column, factor to its unit.
FIGURES: tuple[tuple[str, Column, float], ...] = (
    ("地区生产总值(万元)", amount("gdp", "GDP", "yuan, current prices", digits=0), WAN),
    (
        "第一产业增加值(万元)",
        amount("gdp_agriculture", "GDP of agriculture", "yuan, current prices", "Primary sector.", digits=0),
        WAN,
    ),
    (
        "第二产业增加值(万元)",
        amount(
            "gdp_industry", "GDP of industry", "yuan, current prices", "Secondary sector, with construction.", digits=0
        ),
        WAN,
    ),
    (
        "第三产业增加值(万元)",
        amount("gdp_services", "GDP of services", "yuan, current prices", "Tertiary sector.", digits=0),
        WAN,
    ),
    (
        "常住人口(万人)",
        persons(
            "resident_population",
            "Resident population",
            "People who live in the prefecture-level city's whole territory, countryside included.",
        ),
        WAN,
    ),
    (
        "户籍人口数(万人)",
        persons(
            "registered_population",
            "Registered population",
            "People whose household registration (hukou) is in the city's territory.",
        ),
        WAN,
    ),
    (
        "行政区域土地面积(平方公里)",
        amount("land_area", "Land area", "square kilometres", "Whole territory.", digits=0),
        1,
    ),
    ("进出口总额（百万人民币）", amount("trade", "Exports and imports", "yuan, current prices", digits=0), MILLION),
    ("出口总额(百万人民币)", amount("exports", "Exports", "yuan, current prices", digits=0), MILLION),
    (
        "进口总额(百万人民币)",
        rate(
            "imports",
            "Imports",
            "yuan, current prices",
            "Some are negative in the source: exports exceed the stated total.",
            digits=0,
        ),
        MILLION,
    ),
    (
        "普通高等学校在校学生数(万人)",
        persons("university_students", "University students", "Enrolled in regular institutions of higher education."),
        WAN,
    ),
    (
        "互联网宽带接入用户(万人）)",
        amount(
            "broadband_subscribers_as_given",
            "Broadband subscribers (as given)",
            "as given",
            "Unusable as stated: more than the residents in nearly all cities. Kept only so that nobody reads it in anew.",
            digits=3,
        ),
        1,
    ),
    (
        "年末金融机构各项贷款余额(万元)",
        amount("loans", "Loans outstanding", "yuan", "Year-end; 0 stands for not reported in some rows.", digits=0),
        WAN,
    ),
    (
        "年末金融机构存款余额(万元)",
        amount("deposits", "Deposits", "yuan", "Year-end; 0 stands for not reported in some rows.", digits=0),
        WAN,
    ),
    (
        "一般公共预算支出_教育(万元)",
        rate(
            "education_spending",
            "Public spending on education",
            "yuan, current prices",
            "Some are negative in the source.",
            digits=0,
        ),
        WAN,
    ),
    (
        "一般公共预算支出_科学技术(万元)",
        amount("science_spending", "Public spending on science and technology", "yuan, current prices", digits=0),
        WAN,
    ),
    (
        "一般公共预算支出(万元)",
        amount("budget_spending", "Public budget spending", "yuan, current prices", digits=0),
        WAN,
    ),
    (
        "一般公共预算收入(万元)",
        amount("budget_revenue", "Public budget revenue", "yuan, current prices", digits=0),
        WAN,
    ),
    (
        "移动电话年末用户数(万户)",
        persons("mobile_subscribers", "Mobile phone subscribers", "Year-end subscriptions."),
        WAN,
    ),
)
SHARES = (
    ("第一产业增加值占GDP比重(%)", "agriculture"),
    ("第二产业增加值占GDP比重(%)", "industry"),
    ("第三产业增加值占GDP比重(%)", "services"),
)

TABLE = Table(
    name="china_cities",
    title="Three hundred Chinese cities, 2000-2024",
    description=(
        "One row per city (prefecture-level territory, countryside included) and year. The upstream package names "
        "neither author nor original sources: treat it as unverified. Doubtful rows are flagged, none is dropped."
    ),
    key=("city_code", "year"),
    columns=with_source(
        SOURCE,
        "MIT",
        (
            text("city_code", "City code", "Six-digit code; municipalities end in 0000.", required=True),
            Column("year", "integer", "Year", "year", required=True, minimum=2000, maximum=2024),
            text("city", "City", "English name.", required=True),
            text("city_zh", "City in Chinese", required=True),
            text("province", "Province", required=True, enum=tuple(sorted(PROVINCES.values()))),
            text("province_zh", "Province in Chinese", "Short name.", required=True),
            *(column for _, column, _ in FIGURES),
            *(
                percent(
                    f"{name}_share_of_gdp",
                    f"{name.capitalize()}, share of GDP",
                    "Upstream gives fractions under a header that says percent; converted.",
                )
                for _, name in SHARES
            ),
            flag(
                "resident_off_census",
                "Residents off the census",
                "Differs from the census by more than 5 percent (2010 and 2020 only; false in other years and where there is no census figure).",
            ),
            flag(
                "resident_jump",
                "Residents jump",
                "Resident population differs from the year before by more than 20 percent.",
            ),
            flag(
                "resident_repeated",
                "Residents repeated",
                "The same resident population as in a neighbouring year, to the person.",
            ),
            flag(
                "registered_repeated",
                "Registered repeated",
                "The same registered population as in a neighbouring year, to the person.",
            ),
            flag(
                "shares_disagree",
                "Shares disagree",
                "A sector share misses sector GDP over GDP by more than 0.1 points, or the sectors miss GDP by more than 1 percent.",
            ),
            flag("resident_implausible", "Residents implausible", "Fewer than 10,000 residents."),
        ),
    ),
    traps=(
        "Unverified source. Against the census the median ratio is 1.000, but single cities are off: look at the flags.",
        "Runs of one repeated population, and smooth paths between the censuses, are interpolation by whoever compiled it.",
        "Sansha (population a few hundred) carries extrapolated residents from 2000 to 2012, down to ten people.",
        "Boundary changes make cities jump: Chaohu was dissolved in 2011 among Hefei, Wuhu and Ma'anshan.",
        "The cities are prefecture-level territories with their countryside: not urban areas.",
    ),
)


def flags(frame: pd.DataFrame, census: pd.DataFrame) -> pd.DataFrame:
    """The quality flags of ``frame`` (sorted by city and year); ``census`` has city_zh, year and population."""
    out = pd.DataFrame(index=frame.index)
    known = census.set_index(["city_zh", "year"])["population"]
    counted = pd.Series(
        [known.get((city, year), float("nan")) for city, year in zip(frame["city_zh"], frame["year"], strict=True)],
        index=frame.index,
    )
    out["resident_off_census"] = (frame["resident_population"] / counted - 1).abs() > 0.05
    city = frame["city_code"]
    resident = frame.groupby(city)["resident_population"]
    out["resident_jump"] = (frame["resident_population"] / resident.shift(1) - 1).abs() > 0.20
    for name in ("resident", "registered"):
        values = frame[f"{name}_population"]
        groups = frame.groupby(city)[f"{name}_population"]
        out[f"{name}_repeated"] = (values == groups.shift(1)) | (values == groups.shift(-1))
    sectors = [f"gdp_{name}" for _, name in SHARES]
    off = (frame[sectors].sum(axis=1, min_count=3) / frame["gdp"] - 1).abs() > 0.01
    for _, name in SHARES:
        off |= (100 * frame[f"gdp_{name}"] / frame["gdp"] - frame[f"{name}_share_of_gdp"]).abs() > 0.1
    out["shares_disagree"] = off
    out["resident_implausible"] = frame["resident_population"] < 10_000
    return out


def build(raw: Raw) -> tuple[pd.DataFrame, list[str]]:
    """The table, and the audit's counts."""
    given = raw.csv(FILE)
    given.columns = [re.sub(r"\s", "", name) for name in given.columns]
    frame = pd.DataFrame(
        {
            "city_code": given["城市代码"].astype(str),
            "year": given["年份"],
            "city_zh": given["城市"],
            "city": given["城市"].map(english),
            "province": given["省份代码"].astype(str).str[:2].map(PROVINCES),
            "province_zh": given["省份代码"].astype(str).str[:2].map(PROVINCES).map(PROVINCES_ZH),
            **{column.name: given[header] * factor for header, column, factor in FIGURES},
            **{f"{name}_share_of_gdp": 100 * given[header] for header, name in SHARES},
        }
    )
    people = [column.name for _, column, _ in FIGURES if column.type == "integer"]
    frame[people] = frame[people].round()
    frame = frame.sort_values(["city_code", "year"], ignore_index=True)
    for _, name in SHARES:
        share = frame[f"{name}_share_of_gdp"]
        check(
            f"china_cities: {name} share within 0..100",
            share.dropna().between(0, 100).all(),
            f"{share.min()}..{share.max()}",
        )
    wide = raw.csv(CENSUS_FILE)
    census = pd.concat(
        [pd.DataFrame({"city_zh": wide["city"], "year": y, "population": wide[f"popu_{y}"]}) for y in (2010, 2020)]
    )
    marks = flags(frame, census)
    out = pd.concat([frame, marks], axis=1)
    known = census.dropna(subset="population").set_index(["city_zh", "year"]).index
    notes = []
    for year in (2010, 2020):
        part = out[out["year"] == year]
        compared = part["resident_population"].notna() & pd.Series(
            [(city, year) in known for city in part["city_zh"]], index=part.index
        )
        notes.append(
            f"{year}: {int(part['resident_off_census'].sum())} of {int(compared.sum())} cities with a census figure are off "
            "by more than 5 percent."
        )
    notes.append(
        f"{int(out['resident_jump'].sum())} city-years jump by more than 20 percent "
        f"({int(out.loc[out['city_zh'] != '三沙市', 'resident_jump'].sum())} without Sansha); "
        f"{out.loc[out['resident_repeated'], 'city_code'].nunique()} cities repeat a resident and "
        f"{out.loc[out['registered_repeated'], 'city_code'].nunique()} a registered population in neighbouring years."
    )
    return out, notes
