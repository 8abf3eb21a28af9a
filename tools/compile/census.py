"""The two county workbooks of the population censuses, read into one shape.

Rows of the workbooks are units, prefectures, provinces and summary rows (municipal districts, counties, units directly
under the province). Units alone add up to the country.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from .errors import check
from .names import PROVINCES
from .sources import Raw

TOTALS = {2010: 1_332_810_869, 2020: 1_409_778_724}
URBAN_TOTALS = {2010: 670_005_546, 2020: 899_991_162}

SUMMARY = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
DIRECT = ("省直辖县级行政区划", "自治区直辖县级行政区划")
MUNICIPALITIES = ("11", "12", "31", "50")

# Names of the 2010 workbook that spell the character for city (U+5E02) with its look-alike, a knee cover (U+5DFF).
LOOK_ALIKE = str.maketrans("\u5dff", "\u5e02")
LOOK_ALIKES = 25

# A Shanxi unit carries the code of a province that does not exist.
WRONG_CODES = {"170971": "140971"}
CORRECTIONS = Path(__file__).with_name("transcribed") / "census_corrections.csv"
# Units whose age bands miss their total (Shigu, by 6 people); flagged, since nothing tells which band is wrong.
KNOWN_DISAGREEMENTS: dict[int, set[str]] = {2010: {"石鼓区"}, 2020: set()}

AGES = ("0", "1-4", *(f"{low}-{low + 4}" for low in range(5, 85, 5)), "85+")

# The 2010 workbook's headers of these three industries are garbled: the transport label lost its first word to the next
# header, and so on. The values follow the yearbook's order, which the 2020 workbook names correctly.
INDUSTRIES = {
    "agriculture": ("农林牧渔业", "农林牧渔业"),
    "mining": ("采矿业", "采矿业"),
    "manufacturing": ("制造业", "制造业"),
    "utilities": ("电力、燃气及水的生产和供应业", "电力热力燃气及水生产和供应业"),
    "construction": ("建筑业", "建筑业"),
    "transport": ("仓储和邮政业", "交通运输仓储和邮政业"),
    "ict": ("交通运输、计算机服务和软件业", "信息传输软件和信息技术服务业"),
    "trade": ("信息传输、批发和零售业", "批发和零售业"),
    "hospitality": ("住宿和餐饮业", "住宿和餐饮业"),
    "finance": ("金融业", "金融业"),
    "real_estate": ("房地产业", "房地产业"),
    "business_services": ("租赁和商务服务业", "租赁和商务服务业"),
    "science": ("科学研究、技术服务和地质勘察业", "科学研究和技术服务业"),
    "public_facilities": ("水利、环境和公共设施管理业", "水利环境和公共设施管理业"),
    "resident_services": ("居民服务和其他服务业", "居民服务修理和其服务业"),
    "education": ("教育", "教育"),
    "health": ("卫生、社会保障和社会福利业", "卫生和社会工作"),
    "culture": ("文化、体育和娱乐业", "文化体育和娱乐业"),
    "government": ("公共管理和社会组织", "公共管理社会保障和社会组织"),
    "international": ("国际组织", "国际组织"),
}
INDUSTRY = ("mining", "manufacturing", "utilities", "construction")

SCHOOLING = {
    "none": ("未上过学-{}", "未上过学_{}"),
    "preschool": (None, "学前教育_{}"),
    "primary": ("小学-{}", "小学_{}"),
    "junior_secondary": ("初中-{}", "初中_{}"),
    "senior_secondary": ("高中-{}", "高中_{}"),
    "junior_college": ("大学专科-{}", "大学专科_{}"),
    "university": ("大学本科及以上-{}", "本科及以上_{}"),
}

# Our name: header in 2010, header in 2020 (None where the workbook lacks it).
PLAIN: dict[str, tuple[str | None, str | None]] = {
    "population": ("合计", "人口数_合计"),
    "male": ("男", "人口数_男"),
    "female": ("女", "人口数_女"),
    "urban": ("城镇人口", "城镇人口"),
    "rural": ("乡村人口", "乡村人口"),
    "registered": ("户籍人口", None),
    "nonagricultural_registered_share": ("非农业户口人口比重（%）", None),
    "minority_share": ("少数民族人口比重（%）", "少数民族人口比重（%）"),
    "households": ("户数", "家庭户数"),
    "household_population": ("人口数", "家庭户人口数"),
    "one_person_households": ("一人户", "一人户数"),
    "migrants_same_county": ("迁入人口（人）-本县（市）/本市市区", "户口登记地在外乡镇街道人口_本县"),
    "migrants_same_province": ("迁入人口（人）-本省其他县（市）、市区", "户口登记地在外乡镇街道人口_本省其他县"),
    "migrants_other_province": ("迁入人口（人）-外省", "户口登记地在外乡镇街道人口_省外"),
    "schooling_years": ("平均受教育年限（年）-合计", "平均受教育年限_合计"),
    "schooling_years_men": ("平均受教育年限（年）-男", "平均受教育年限_男"),
    "schooling_years_women": ("平均受教育年限（年）-女", "平均受教育年限_女"),
    "illiterate": ("15岁及以上文盲人口-合计", "15岁及以上文盲人口"),
    "illiteracy_rate": ("文盲人口占15岁及以上人口比重（%）-合计", "文盲占15岁及以上人口比重"),
    "employed_sample": ("各种行业人口总计", "各种行业人口总计"),
    "sample_15_plus": ("15岁及以上人口-合计", "十五岁以上人口"),
    "birth_rate": ("出生率（‰）", None),
    "death_rate": ("死亡率（‰）", None),
    "natural_growth_rate": ("自然增长率（‰）", None),
    "children_ever_born": ("15-64岁妇女-平均活产子女数", "15-64岁妇女平均活产子女数"),
    "rooms_per_household": ("平均每户住房间数（间/户）", "平均每户住房间数"),
    "floor_space_per_person": ("人均住房建筑面积（平方米/人）", "人均住房建筑面积"),
    "housing_sample": ("长表数据-家庭户", "家庭户户数_长表"),
    "tap_water": ("住房内有无管道自来水-有", "住房內有管道自来水"),
    "kitchen": ("住房内有无厨房-有", "住房內有厨房"),
    "toilet": ("住房内有无厕所-有", "住房內有厕所"),
    "bath": ("住房内有无洗澡设施-有", "住房内有洗澡设施"),
    "elevator": (None, "住房所在建筑有电梯"),
    "car": (None, "拥有家用汽车"),
    "rented": ("住房来源-租赁", "住房来源_租赁"),
    "self_built": ("住房来源-自建", "住房来源_自建"),
    "purchased": ("住房来源-购买", "住房来源_购买"),
}
RATES = {
    "nonagricultural_registered_share", "minority_share", "schooling_years", "schooling_years_men",
    "schooling_years_women", "illiteracy_rate", "birth_rate", "death_rate", "natural_growth_rate",
    "children_ever_born", "rooms_per_household", "floor_space_per_person",
}  # fmt: skip


def _clean(value: object) -> str:
    return re.sub(r"\s", "", str(value)) if value is not None else ""


def _sheet(path: Path) -> tuple[list[str], list[tuple[Any, ...]]]:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        header = [_clean(cell) for cell in next(rows)]
        return header, [row for row in rows if any(cell is not None for cell in row)]
    finally:
        book.close()


def _code(value: object) -> str:
    code = "" if _clean(value) in ("", "NA") else str(int(float(_clean(value))))
    return WRONG_CODES.get(code, code)


def _age_headers(year: int, header: list[str]) -> dict[str, str]:
    """Column of each (age band, sex), both named as in the workbook of that year."""
    found = {}
    for band in AGES:
        for sex, sign in (("male", "男"), ("female", "女")):
            if year == 2010:
                age = "85岁及以上" if band == "85+" else f"{band}岁"
                names = (f"{age}（{sign}）", f"{age}（{sign})")
            else:
                age = "85岁以上" if band == "85+" else f"{band.replace('-', '到')}岁"
                names = (f"{sign}_{age}",)
            found[f"age_{band}_{sex}"] = next((name for name in names if name in header), names[0])
    return found


def _headers(year: int, header: list[str]) -> dict[str, str]:
    side = 0 if year == 2010 else 1
    wanted: dict[str, str | None] = {name: sides[side] for name, sides in PLAIN.items()}
    wanted |= {f"employed_{name}": sides[side] for name, sides in INDUSTRIES.items()}
    for level, sides in SCHOOLING.items():
        for sex, sign in (("male", "男"), ("female", "女")):
            pattern = sides[side]
            wanted[f"schooling_{level}_{sex}"] = pattern.format(sign) if pattern else None
    wanted |= _age_headers(year, header)
    chosen = {name: label for name, label in wanted.items() if label is not None}
    absent = [label for label in chosen.values() if label not in header]
    check(f"census {year}: headers as known", not absent, f"absent {absent[:5]}")
    return chosen


# One cell of the 2010 workbook holds two: utilities and construction of Gongbo'gyamda, "5 5".
TWO_IN_ONE = ("542622", "employed_utilities", "employed_construction")


def _numbers(year: int, header: list[str], rows: list[tuple[Any, ...]], codes: list[str]) -> pd.DataFrame:
    place = {label: index for index, label in reversed(list(enumerate(header)))}
    columns: dict[str, list[float]] = {}
    split: dict[str, str] = {}
    for name, label in _headers(year, header).items():
        at = place[label]
        values = []
        for row, code in zip(rows, codes, strict=True):
            cell = row[at]
            if isinstance(cell, str):
                pieces = [] if cell == "NA" else cell.split()
                if len(pieces) == 2 and (code, name) == TWO_IN_ONE[:2]:
                    cell, split[TWO_IN_ONE[2]] = pieces
                elif len(pieces) != 1:
                    check(f"census {year}: one number per cell", not pieces, f"{code} {label}: {cell!r}")
                    cell = None
            values.append(float("nan") if cell is None else float(cell))
        columns[name] = values
    frame = pd.DataFrame(columns)
    for name, value in split.items():
        frame.loc[codes.index(TWO_IN_ONE[0]), name] = float(value)
    # A blank count in a row that has figures is a category without people.
    counts = [name for name in frame.columns if name not in RATES]
    counted = frame["population"].notna()
    frame.loc[counted, counts] = frame.loc[counted, counts].fillna(0)
    return frame


def _levels_2010(names: list[str], codes: list[str]) -> list[tuple[str, str, str]]:
    """(level, prefecture code, prefecture name) of each row; the workbook gives the parent by order only."""
    levels = []
    province = prefecture = prefecture_name = ""
    with_units = {code[:4] for code in codes if code and code[4:] != "00"}
    for name, code in zip(names, codes, strict=True):
        if code.endswith("0000"):
            province, prefecture, prefecture_name = code[:2], f"{code[:2]}0100", name
            levels.append(("province", "", ""))
        elif code.endswith("00"):
            prefecture, prefecture_name = code, name
            # A prefecture without counties stands for itself.
            levels.append(("prefecture" if code[:4] in with_units else "unit", code, name))
        elif name in DIRECT:
            prefecture, prefecture_name = f"{province}9000", name
            levels.append(("summary", "", ""))
        elif name in SUMMARY:
            levels.append(("summary", "", ""))
        elif name == "" or not re.fullmatch(r"[一-鿿]+", name):
            levels.append(("note", "", ""))
        else:
            levels.append(("unit", prefecture, prefecture_name))
    return levels


def _levels_2020(names: list[str], codes: list[str], prefectures: list[str]) -> list[tuple[str, str, str]]:
    with_units = {code[:4] for code in codes if code and code[4:] != "00"}
    code_of = {p: c for n, c, p in zip(names, codes, prefectures, strict=True) if c.endswith("00") and n == p}
    islands = "460300"
    levels = []
    for name, code, prefecture in zip(names, codes, prefectures, strict=True):
        if name == "全国":
            levels.append(("country", "", ""))
        elif code.endswith("0000"):
            levels.append(("province", "", ""))
        elif name in SUMMARY:
            levels.append(("summary", "", ""))
        elif code == islands:
            levels.append(("prefecture", code, name))
        elif code.endswith("00"):
            levels.append(("prefecture" if code[:4] in with_units else "unit", code, name))
        elif code:
            own = code[:2] + ("0100" if code[:2] in MUNICIPALITIES else code[2:4] + "00")
            levels.append(("unit", own, prefecture))
        else:
            parent = code_of.get(prefecture, islands)
            levels.append(("unit", parent, "三沙市" if parent == islands else prefecture))
    return levels


@cache
def _workbook(path: Path, year: int) -> pd.DataFrame:
    header, rows = _sheet(path)
    if year == 2010:
        names = [_clean(row[0]) for row in rows]
        wrong = sum("\u5dff" in name for name in names)
        check("census 2010: names with U+5DFF as known", wrong == LOOK_ALIKES, f"{wrong}, not {LOOK_ALIKES}")
        names = [name.translate(LOOK_ALIKE) for name in names]
        codes = [_code(row[1]) for row in rows]
        levels = _levels_2010(names, codes)
    else:
        names = [_clean(row[header.index("区县")]) for row in rows]
        codes = [_code(row[header.index("区划代码")]) for row in rows]
        levels = _levels_2020(names, codes, [_clean(row[header.index("市")]) for row in rows])
    numbers = _numbers(year, header, rows, codes)
    places = pd.DataFrame(levels, columns=["level", "prefecture_code", "prefecture_zh"])
    frame = pd.concat([pd.DataFrame({"year": year, "county_code": codes, "name_zh": names}), places, numbers], axis=1)
    units = frame[frame["level"] == "unit"]
    empty = units["population"].isna()
    frame = frame.drop(index=units.index[empty]).reset_index(drop=True)
    _correct(frame, year)
    frame["parts_disagree"] = _disagreement(frame)
    _check(frame, year)
    frame.attrs["empty_units"] = units.loc[empty, "name_zh"].tolist()
    return frame


def _correct(frame: pd.DataFrame, year: int) -> None:
    """Put right the cells that the workbook's own sums prove wrong."""
    corrections = pd.read_csv(CORRECTIONS, dtype={"county_code": str}, keep_default_na=False)
    for wrong in corrections[corrections["year"] == year].to_dict("records"):
        at = (frame["county_code"] == wrong["county_code"]) & (frame["name_zh"] == wrong["name_zh"])
        found = frame.loc[at, wrong["column"]].tolist()
        check(
            f"census {year}: corrected cell as known",
            found == [float(wrong["found"])],
            f"{wrong['name_zh']} {wrong['column']}: {found}, not {wrong['found']}",
        )
        frame.loc[at, wrong["column"]] = float(wrong["corrected"])


def _disagreement(frame: pd.DataFrame) -> pd.Series:
    """Whether a row's age bands or industries miss their total."""
    ages = frame[[name for name in frame.columns if name.startswith("age_")]].sum(axis=1)
    sectors = frame[[f"employed_{name}" for name in INDUSTRIES]].sum(axis=1)
    return ((ages - frame["population"]).abs() > 0.5) | ((sectors - frame["employed_sample"]).abs() > 0.5)


def _check(frame: pd.DataFrame, year: int) -> None:
    units = frame[frame["level"] == "unit"]
    total = int(units["population"].sum())
    check(f"census {year}: units add up to the country", total == TOTALS[year], f"{total:,}, not {TOTALS[year]:,}")
    urban = int(units["urban"].sum())
    check(f"census {year}: urban units add up", urban == URBAN_TOTALS[year], f"{urban:,}, not {URBAN_TOTALS[year]:,}")
    check(f"census {year}: 31 provinces", (frame["level"] == "province").sum() == len(PROVINCES), "")
    for label, parts in (("men + women", ["male", "female"]), ("urban + rural", ["urban", "rural"])):
        gap = units[parts].sum(axis=1) - units["population"]
        worst = gap.abs().idxmax()
        check(
            f"census {year}: {label} = population",
            not gap.any(),
            f"{int((gap != 0).sum())} units, worst {units.loc[worst, 'name_zh']} by {gap[worst]:,.0f}",
        )
    disagreeing = units.loc[units["parts_disagree"], "name_zh"].tolist()
    check(
        f"census {year}: age bands = population and industries = employed, but for the known units",
        set(disagreeing) == KNOWN_DISAGREEMENTS[year],
        f"{disagreeing}",
    )
    counts = [name for name in units.columns if name not in RATES and units[name].dtype.kind == "f"]
    broken = [name for name in counts if (units[name] < 0).any() or (units[name] % 1 != 0).any()]
    check(f"census {year}: counts are whole and not negative", not broken, f"{broken}")
    by_province = units.groupby(units["prefecture_code"].str[:2])["population"].sum()
    provinces = frame[frame["level"] == "province"]
    stated = pd.Series(provinces["population"].to_numpy(), index=provinces["county_code"].str[:2])
    differing = by_province[by_province != stated.reindex(by_province.index)]
    check(f"census {year}: units add up to their province", differing.empty, f"{differing.to_dict()}")


def workbook(raw: Raw, year: int) -> pd.DataFrame:
    """All rows of one census: ``level`` is unit, prefecture, province, summary, country or note."""
    return _workbook(raw.path(f"census/census_county_{year}_v1.xlsx"), year).copy()


def empty_units(raw: Raw, year: int) -> list[str]:
    """Names of the units that the workbook lists without a population."""
    return list(_workbook(raw.path(f"census/census_county_{year}_v1.xlsx"), year).attrs["empty_units"])
