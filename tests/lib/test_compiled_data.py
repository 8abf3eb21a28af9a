"""The committed tables: valid as a data package, true to the published totals, and rebuilt to the byte."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from symbiosis import tables

ROOT = Path(tables.__file__).resolve().parents[3]
DATA = ROOT / "data"
sys.path.insert(0, str(ROOT))

from tools.compile import conversions, geometry  # noqa: E402
from tools.compile.build import compile_tables  # noqa: E402
from tools.compile.names import english, stem  # noqa: E402
from tools.compile.sources import Raw  # noqa: E402

RAW = os.environ.get("SYMBIOSIS_RAW")


def test_descriptor_is_a_valid_data_package() -> None:
    from frictionless import Package, system

    with system.use_context(trusted=True):
        package = Package(str(DATA / "datapackage.json"))
        report = package.validate(limit_rows=2000)
    assert not report.flatten(["type", "note"]), report.flatten(["type", "note"])[:5]
    assert {resource.name for resource in package.resources} == set(tables.names())


def test_every_column_says_what_it_is() -> None:
    for name in tables.names():
        about = tables.describe(name)
        for field in ("title", "description", "source", "licence"):
            assert about[field].str.len().gt(0).all(), (name, field)
        assert about.loc[about["type"] == "number", "unit"].str.len().gt(0).all(), name


def test_folder_holds_the_tables_and_nothing_else_and_stays_small() -> None:
    files = {path.name for path in DATA.iterdir()}
    assert files == {"datapackage.json", "README.md", *(f"{name}.csv" for name in tables.names())}
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 15_000_000


@pytest.mark.skipif(not RAW, reason="REBUILD NOT TESTED: set SYMBIOSIS_RAW to the folder of raw inputs")
def test_rebuild_gives_the_committed_bytes(tmp_path: Path) -> None:
    list(compile_tables(Raw(Path(RAW or "")), tmp_path))
    for path in sorted(DATA.iterdir()):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), f"{path.name} differs from a rebuild"
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in DATA.iterdir()}


@pytest.mark.parametrize(("year", "total", "urban"), [(2010, 1332810869, 670005546), (2020, 1409778724, 899991162)])
@pytest.mark.parametrize("name", ["china_counties", "china_provinces"])
def test_census_adds_up_to_the_official_totals(name: str, year: int, total: int, urban: int) -> None:
    frame = tables.load(name)
    frame = frame[frame["year"] == year]
    assert frame["population"].sum() == total
    assert frame["urban"].sum() == urban
    assert (frame["urban"] + frame["rural"] == frame["population"]).all()
    assert (frame["male"] + frame["female"] == frame["population"]).all()


def test_counties_add_up_to_their_provinces() -> None:
    counties = tables.load("china_counties").groupby(["province", "year"])
    provinces = tables.load("china_provinces").set_index(["province", "year"])
    for column in ("population", "urban", "male", "age_65_79", "age_80_plus"):
        gap = (counties[column].sum() - provinces[column]).abs()
        assert gap.max() <= 6, (column, gap.idxmax())


def test_ages_add_up_but_where_flagged() -> None:
    frame = tables.load("china_counties")
    ages = frame[[name for name in frame.columns if name.startswith("age_")]].sum(axis=1)
    off = ages != frame["population"]
    assert (off <= frame["parts_disagree"]).all()
    assert frame["parts_disagree"].sum() == 1


def test_prefectures_without_counties_are_units() -> None:
    frame = tables.load("china_counties").query("year == 2020").set_index("unit_id")
    expected = {"441900": 10466625, "442000": 4418060, "460400": 954259, "620200": 312663}
    assert {code: frame.loc[code, "population"] for code in expected} == expected
    # Summary rows (municipal districts, municipal prefecture rows) are not units.
    assert "110100" not in frame.index
    assert not frame["name_zh"].isin(["市辖区", "县", "省直辖县级行政区划"]).any()


def test_known_unit_in_both_censuses() -> None:
    frame = tables.load("china_counties").set_index(["year", "unit_id"])
    xicheng = frame.loc[(2020, "110102")]
    assert (xicheng["population"], xicheng["employed_sample"], xicheng["employed_ict"]) == (1106214, 50865, 4027)
    # Dongcheng 2010: values under the garbled headers, in the yearbook's order.
    dongcheng = frame.loc[(2010, "110101")]
    assert (dongcheng["registered"], dongcheng["employed_ict"], dongcheng["rural"]) == (619886, 973, 0)
    # Miyun county became Miyun district and changed its code.
    assert frame.loc[(2010, "110228"), "match_id"] == "110118"
    assert frame.loc[(2020, "110118"), "match_method"] == "name in prefecture"


def test_matches_pair_one_unit_with_one_unit() -> None:
    frame = tables.load("china_counties")
    matched = frame[frame["match_id"].notna()]
    pairs = matched.groupby("match_id")["year"].agg(["count", "min", "max"])
    assert (pairs == [2, 2010, 2020]).all(axis=None)
    assert frame.loc[frame["match_id"].isna(), "match_method"].eq("none").all()
    assert frame.loc[frame["match_id"].isna(), "boundary_change_suspected"].all()
    assert len(matched) / len(frame) > 0.9
    assert len(matched) == 2 * 2802


def test_the_look_alike_of_the_character_for_city_is_mended() -> None:
    frame = tables.load("china_counties")
    assert not frame["name_zh"].str.contains("\u5dff").any()
    special = frame[frame["kind"] == "special area"]["name_zh"].tolist()
    assert len(special) == 10
    assert not any(name.endswith("市") for name in special)
    assert frame[(frame["year"] == 2010) & (frame["kind"] == "city")].shape[0] == 367


def test_documented_conversions_are_matched_and_keep_both_kinds() -> None:
    frame = tables.load("china_counties").set_index(["year", "unit_id"])
    documented = frame[frame["match_method"] == "documented conversion"]
    assert documented.index.get_level_values("year").value_counts().to_dict() == {2010: 38, 2020: 38}
    xiangfu = frame.loc[(2010, "410224")]
    assert (xiangfu["name_zh"], xiangfu["match_id"]) == ("开封县", "410212")
    assert (xiangfu["kind_2010"], xiangfu["kind_2020"]) == ("county", "district")
    # Lushan City is Xingzi County, not the former Lushan District, which is Lianxi District now.
    assert frame.loc[(2010, "360427"), "match_id"] == "360483"
    assert frame.loc[(2010, "360402"), "match_id"] == "360402"
    # Where both units are known, both rows say the same.
    both = frame[frame["match_id"].notna()].groupby("match_id")[["kind_2010", "kind_2020"]].nunique()
    assert (both == 1).all(axis=None)


def test_neither_a_name_nor_shrinking_alone_is_a_change_of_boundary() -> None:
    frame = tables.load("china_counties")
    wide = frame[frame["match_id"].notna()].pivot_table(index="match_id", columns="year", values="population")
    ratio = wide[2020] / wide[2010]
    new = frame[(frame["year"] == 2020) & frame["match_id"].notna()].set_index("unit_id")
    flagged = new["boundary_change_suspected"]
    transfers = conversions.changes().query("what == 'transfer'")["code_2020"]
    assert flagged[list(transfers)].all()
    assert flagged[ratio[ratio > 1.5].index].all()
    assert set(flagged[flagged].index) == set(ratio[ratio > 1.5].index) | set(transfers)
    assert (ratio < 2 / 3).sum() > 40


def test_dates_of_conversion_to_district() -> None:
    frame = tables.load("china_counties")
    new = frame[frame["year"] == 2020].set_index("unit_id")
    dated = new[new["district_by"].notna()]
    assert (dated["district_after"] < dated["district_by"]).all()
    assert dated["kind_2010"].isin(["county", "city", "banner"]).all()
    became = new["kind_2010"].isin(["county", "city", "banner"]) & (new["kind_2020"] == "district")
    assert became[became].index.isin(dated.index).all()
    # Miyun and Yanqing became districts in November 2015; Fenghuang and its like after the census.
    assert new.loc["110118", ["district_after", "district_by"]].tolist() == ["2014-12", "2015-12"]
    later = dated[dated["district_by"] == "2025"]
    assert set(later["name_zh"]) == {"沙县", "长泰县", "龙海市", "孟津县", "偃师市", "凤翔县"}
    # The code was Wansheng's before it was Qijiang's: the name decides, not the code.
    assert new.loc["500110", "district_by"] == "2011-12"


def test_industries_add_up_and_carry_their_sampling_rate() -> None:
    industries = tables.load("china_county_industries").set_index(["year", "unit_id"])
    counties = tables.load("china_counties").set_index(["year", "unit_id"])
    assert industries.index.equals(counties.index)
    named = [name for name in industries if name.startswith("employed_") and name != "employed_sample"]
    assert len(named) == 20
    assert (industries[named].sum(axis=1) == industries["employed_sample"]).all()
    parts = [f"employed_{name}" for name in ("mining", "manufacturing", "utilities", "construction")]
    assert (industries[parts].sum(axis=1) == counties["employed_industry"]).all()
    total = industries.groupby("year").sum(numeric_only=True)
    rate = 100 * total["sample_15_plus"] / total["population_15_plus"]
    assert rate.round(3).tolist() == [9.496, 9.881]
    assert total.loc[2010, "employed_international"] == 658
    unusable = industries[~industries["sampling_rate_usable"]]
    assert len(unusable) == 3
    # Debao's sign is mended.
    assert industries.loc[(2010, "451024"), "sample_15_plus"] == 20653


def test_five_year_ages_add_up_to_the_county_table() -> None:
    ages = tables.load("china_county_ages").set_index(["year", "unit_id"])
    counties = tables.load("china_counties").set_index(["year", "unit_id"])
    assert ages.index.equals(counties.index)
    assert ages.shape[1] == 36
    trusted = ~counties["parts_disagree"]
    assert (ages.sum(axis=1) == counties["population"])[trusted].all()
    women = [f"female_{low}_{low + 4}" for low in range(15, 50, 5)]
    assert (ages[women].sum(axis=1) == counties["women_15_49"]).all()
    old = [f"{sex}_{band}" for sex in ("male", "female") for band in ("80_84", "85_plus")]
    assert (ages[old].sum(axis=1) == counties["age_80_plus"]).all()
    adults = [name for name in ages if not name.endswith(("_0_4", "_5_9", "_10_14"))]
    stated = tables.load("china_county_industries").set_index(["year", "unit_id"])["population_15_plus"]
    assert (ages[adults].sum(axis=1) == stated).all()


def test_the_world_bank_lifts_marks_only_where_it_agrees() -> None:
    official = tables.load("china_national")
    china = tables.load("countries").query("country_code == 'CHN'").set_index("year")
    revised = official[official["vintage"] == "revised"].pivot_table(index="year", columns="series", values="value")
    marks = official[official["vintage"] == "revised"].set_index(["series", "year"])["mark"]
    share = (revised["urban_share"] - china["urban_share"]).abs().dropna()
    assert (share > 0.0101).sum() == 8
    for year, gap in share.items():
        assert (marks["urban_share", year] == "W") <= (gap <= 0.0101)
        assert marks["urban_share", year] != "V" or gap > 0.0101
    # The World Bank's population is that of mid-year, the mean of two year-ends.
    middle = (revised["total_population"] + revised["total_population"].shift()) / 2
    assert (middle - china["population"]).abs().max() <= 10_000
    assert marks["total_population"][1959] == "W"
    assert marks["total_population"][1958] == "V"
    assert official["mark"].value_counts()["W"] == 226


def test_provenance_says_what_a_reader_can_use() -> None:
    text = (DATA / "README.md").read_text(encoding="utf-8") + (DATA / "datapackage.json").read_text(encoding="utf-8")
    for phrase in ("recalled", "from memory", "without reading"):
        assert phrase not in text.lower()
    assert "not yet compared with the yearbook" in text


def test_literature_is_a_table_of_readings() -> None:
    from symbiosis.lesson.claims import claims

    frame = tables.load("literature")
    assert len(frame) == 103
    assert frame["study"].nunique() == 91
    assert set(frame["claim"]) == {claim.key for claim in claims()}
    assert frame["reading"].value_counts().to_dict() == {"splits": 47, "for": 34, "against": 22}
    assert (frame["citation"].str.endswith("†") == frame["publication_unconfirmed"]).all()
    assert frame["publication_unconfirmed"].sum() == 26
    assert frame["read_as_abstract"].all()
    assert frame["doi"].dropna().str.fullmatch(r"10\.\d{4,}/\S+").all()
    assert (
        not frame[["title", "outlet", "design", "estimate"]].map(lambda text: "†" in text or "‡" in text).any(axis=None)
    )


def edges(rings: tuple[tables.Ring, ...]) -> Counter[tuple[tuple[int, int], ...]]:
    """The sides of rings, whichever way they run."""
    found: Counter[tuple[tuple[int, int], ...]] = Counter()
    for ring in rings:
        points = [tuple(point) for point in np.rint(ring / geometry.GRID).astype(int).tolist()]
        found.update(tuple(sorted(pair)) for pair in zip(points, points[1:] + points[:1], strict=True))
    return found


def area(rings: tuple[tables.Ring, ...]) -> float:
    return sum(geometry.signed_area(ring) for ring in rings)


def test_outlines_share_their_borders() -> None:
    prefectures, provinces = tables.shapes("china_prefectures"), tables.shapes("china_provinces")
    shared = sum((edges(rings) for rings in prefectures.values()), Counter())
    assert max(shared.values()) == 2
    inner = sum(count == 2 for count in shared.values())
    assert inner > 0.55 * len(shared)
    # What the union of a province's prefectures leaves are the sides that it shares with no other of its own.
    for code, rings in provinces.items():
        own = sum((edges(prefectures[one]) for one in prefectures if one[:2] == code[:2]), Counter())
        outer = {side for side, count in own.items() if count == 1}
        assert len(outer ^ set(edges(rings))) <= 0.02 * len(outer) + 4, code
        whole = sum(area(prefectures[one]) for one in prefectures if one[:2] == code[:2])
        assert area(rings) == pytest.approx(whole, rel=1e-3), code


def test_outlines_cover_the_tables_and_stay_small() -> None:
    prefectures = tables.shapes("china_prefectures")
    assert set(tables.load("china_prefectures")["prefecture_code"]) | {"810000", "820000"} == set(prefectures)
    assert (DATA / "shapes_china_prefectures.csv").stat().st_size <= 250_000
    assert set(tables.load("china_provinces")["province_code"]) | {"810000", "820000"} == set(
        tables.shapes("china_provinces")
    )
    world = tables.shapes("world")
    known = set(tables.load("countries")["country_code"])
    assert set(world) - known == {"N. Cyprus", "Somaliland"}
    assert {"CHN", "IND", "USA", "XKX"} <= set(world)
    for shapes in (prefectures, world):
        for rings in shapes.values():
            assert area(rings) > 0
            assert all(ring.shape[1] == 2 and len(ring) >= 3 for ring in rings)
    # 9.6 million square kilometres, with a degree of latitude of 111.2 km.
    square = sum(
        geometry.signed_area(ring) * np.cos(np.deg2rad(ring[:, 1].mean())) * 111.2**2
        for rings in prefectures.values()
        for ring in rings
    )
    assert square == pytest.approx(9.5e6, rel=0.02)


def test_official_series() -> None:
    frame = tables.load("china_national")
    revised = frame[frame["vintage"] == "revised"].pivot_table(index="year", columns="series", values="value")
    assert len(revised) == 77
    assert (revised["total_population"] == revised["urban_population"] + revised["rural_population"]).all()
    stated = 100 * revised["urban_population"] / revised["total_population"]
    assert (stated - revised["urban_share"]).abs().max() <= 0.005 + 1e-9
    assert revised.loc[1995, "rural_population"] == revised["rural_population"].max() == 859_470_000
    assert revised.loc[2024, "urban_share"] == 67.0
    workers = frame[frame["series"] == "migrant_workers"].set_index("year")["value"]
    assert workers.diff().lt(0).sum() == 1
    assert workers.diff()[2020] == -5_170_000
    hukou = frame[frame["series"] == "registered_urban_share"]
    assert 2024 not in set(hukou["year"])
    assert hukou.set_index("year").loc[2014, "mark"] == "R-l"


def test_audit_of_the_city_file() -> None:
    """Counts of the audit. Off the census: 32 of 294 and 5 of 295, as known before; the others as found here."""
    frame = tables.load("china_cities")
    assert frame["city_code"].nunique() == 300
    assert frame.groupby("year")["resident_off_census"].sum()[[2010, 2020]].tolist() == [32, 5]
    jumps = frame[frame["resident_jump"]]
    assert (len(jumps), int((jumps["city_zh"] != "三沙市").sum())) == (21, 10)
    repeats = frame.groupby("city_code")["registered_population"].agg(lambda values: values.value_counts().max())
    named = frame.drop_duplicates("city_code").set_index("city_code")["city_zh"]
    assert {"周口市", "咸阳市", "开封市"} <= set(named[repeats[repeats >= 4].index])
    for sector in ("agriculture", "industry", "services"):
        assert frame[f"{sector}_share_of_gdp"].max() > 1, "shares are percent, not fractions"


def test_countries() -> None:
    frame = tables.load("countries").set_index(["country_code", "year"])
    assert frame.loc[("CHN", 2024), "urban_share"] == pytest.approx(65.8947)
    assert frame.loc[("CHN", 2024), "population"] == 1_408_975_000
    years = frame.index.get_level_values("year")
    assert (years.min(), years.max()) == (1960, 2024)
    both = frame[["urban_share", "rural_share"]].dropna().sum(axis=1)
    assert both.sub(100).abs().max() < 0.01


def test_long_run_and_definitions() -> None:
    frame = tables.load("long_run")
    assert frame.loc[frame["urban_share"].notna(), "year"].max() == 2016
    assert frame.loc[frame["agriculture_share_of_employment"].notna(), "entity"].nunique() == 10
    britain = frame[(frame["entity"] == "United Kingdom") & (frame["year"] == 1801)].iloc[0]
    assert britain["agriculture_share_of_gdp"] == 31.6
    assert britain["agriculture_share_of_employment"] == pytest.approx(100 * 1426 / (1426 + 1725 + 1474), abs=1e-3)
    definitions = tables.load("urban_definitions").set_index(["measure", "entity"])["value"]
    assert definitions["degurba_urban_share", "World"] == 85
    assert definitions["national_urban_share", "World"] == pytest.approx(53.9, abs=0.1)


def test_world_cities() -> None:
    frame = tables.load("world_cities")
    assert frame["source_name"].value_counts()["agglomeration"] == 540
    assert frame.loc[frame["source_name"] == "place", "population"].min() >= 100_000
    tokyo = frame[(frame["city_id"] == "Tokyo") & (frame["year"] == 2035)].iloc[0]
    assert tokyo["is_projection"]


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("POLYGON((0 0,4 0,4 2,0 2,0 0))", (2, 1)),
        ("POLYGON((0 0,0 2,4 2,4 0,0 0))", (2, 1)),
        # The larger part decides, and a hole does not.
        ("MULTIPOLYGON(((0 0,2 0,2 2,0 2,0 0)),((10 0,14 0,14 2,10 2,10 0)))", (12, 1)),
        ("POLYGON((0 0,4 0,4 4,0 4,0 0),(0 0,2 0,2 4,0 4,0 0))", (2, 2)),
    ],
)
def test_centre(shape: str, expected: tuple[float, float]) -> None:
    assert geometry.centre(geometry.polygons([shape])[0]) == pytest.approx(expected)


def test_simplification_keeps_a_shared_border() -> None:
    wiggle = ",".join(f"{2 + 0.01 * (i % 2)} {i / 10}" for i in range(41))
    back = ",".join(reversed(wiggle.split(",")))
    shapes = geometry.polygons([f"POLYGON((0 0,{wiggle},0 4,0 0))", f"POLYGON((4 4,{back},4 0,4 4))"])
    left, right = geometry.simplified(shapes, 0.2, 0.0)
    assert sum(map(len, geometry.paths(left))) < sum(map(len, geometry.paths(shapes[0]))) / 3
    assert left.intersection(right).length == pytest.approx(4, abs=0.1)
    assert left.intersection(right).area == 0
    assert left.union(right).area == pytest.approx(16)


def test_paths_run_round_and_come_back() -> None:
    square = geometry.polygons(["POLYGON((0 0,0 4,4 4,4 0,0 0),(1 1,2 1,2 2,1 2,1 1))"])[0]
    outer, hole = (
        np.cumsum(np.array(path.split(), dtype=int).reshape(-1, 2), axis=0) for path in geometry.paths(square, 1.0)
    )
    assert (geometry.signed_area(outer), geometry.signed_area(hole)) == (16, -1)
    assert geometry.paths(geometry.polygons(["POLYGON((0 0,0.1 0,0.1 0.1,0 0))"])[0], 1.0) == []


def test_names() -> None:
    names = {"西安市": "Xi'an", "乌鲁木齐市": "Urumqi", "朝阳区": "Chaoyang District", "重庆市": "Chongqing"}
    assert {name: english(name) for name in names} == names
    assert english("大厂回族自治县") == "Dachang Hui Autonomous County"
    assert stem("密云县") == stem("密云区") == "密云"
    for name in ("china_provinces", "china_cities", "china_prefectures", "china_counties"):
        both = tables.load(name)[["province", "province_zh"]].drop_duplicates()
        assert len(both) == both["province"].nunique() == both["province_zh"].nunique() == 31, name
    provinces = tables.load("china_provinces")["province"].unique()
    assert {"Shaanxi", "Shanxi", "Tibet", "Inner Mongolia"} <= set(provinces)


def test_coordinates_lie_near_the_prefecture() -> None:
    frame = tables.load("china_counties")
    near = frame[frame["coordinate_source"] == "place name"]
    beijing = near[near["province"] == "Beijing"]
    assert beijing["longitude"].between(115.3, 117.6).all()
    assert beijing["latitude"].between(39.4, 41.1).all()
    assert pd.Series(near.groupby("prefecture_code")["longitude"].agg(lambda v: v.max() - v.min())).max() < 20
