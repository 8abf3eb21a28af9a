"""How every panel of the collection is made for the tests, once each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from tests.lib.verdicts import a_finding, a_verdict

from symbiosis import tables
from symbiosis.lesson.claims import claims
from symbiosis.lesson.rule import Design
from symbiosis.lesson.verdict import Verdict
from symbiosis.measures.city_accounts import city_accounts
from symbiosis.measures.city_units import COLUMNS as CITY_COLUMNS
from symbiosis.measures.cohorts import county_ages
from symbiosis.measures.county_profiles import county_profiles, rural_counties
from symbiosis.measures.mining_bust import CityPanel, city_panel
from symbiosis.measures.province_accounts import province_accounts
from symbiosis.measures.rural_change import rates_by_year
from symbiosis.panels.big_cities import big_cities_panel
from symbiosis.panels.burden_shifting import burden_shifting_panel
from symbiosis.panels.county_twins import county_twins_panel
from symbiosis.panels.coupling_coordination import coupling_coordination_panel
from symbiosis.panels.event_study import event_study_panel
from symbiosis.panels.job_queue import job_queue_panel
from symbiosis.panels.kuznets import kuznets_panel
from symbiosis.panels.mutualism import mutualism_panel
from symbiosis.panels.necessity import necessity_panel
from symbiosis.panels.panel import Panel
from symbiosis.panels.policy_laboratory import policy_laboratory_panel
from symbiosis.panels.rank_size import rank_size_panel
from symbiosis.panels.rural_peak import rural_peak_panel
from symbiosis.panels.rural_race import rural_race_panel
from symbiosis.panels.s_curve import s_curve_panel
from symbiosis.panels.settlement import settlement_panel
from symbiosis.panels.structural_change import structural_change_panel
from symbiosis.panels.verdict_ledger import verdict_ledger_panel
from symbiosis.panels.world_history import world_history_panel


def _cities() -> dict[str, np.ndarray]:
    cities = tables.load("world_cities")
    places = cities[cities["source_name"] == "place"]
    codes = {"China": "CHN", "United States": "USA", "Germany": "DEU"}
    return {name: places["population"][places["country_code"] == code].to_numpy(float) for name, code in codes.items()}


def _urban_shares() -> dict[str, pd.Series]:
    """Three national series as fractions, by country and year."""
    table = tables.load("countries", ["country", "year", "urban_share"]).dropna().set_index("year")
    names = ("China", "South Korea", "India")
    return {name: table.loc[table["country"] == name, "urban_share"] / 100 for name in names}


def _rural_rates() -> pd.DataFrame:
    """The two rates of every large country in every decade since 1960."""
    columns = ["country", "year", "population", "urban_population", "rural_population", "urban_share"]
    countries = tables.load("countries", columns)
    large = countries.loc[(countries["year"] == 2024) & (countries["population"] >= 1e6), "country"]
    return rates_by_year(countries[countries["country"].isin(large) & (countries["year"] >= 1960)])


def _accounts() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Residents, home population and movers of the cities and of the provinces of 2020."""
    cities, counties, census = (
        tables.load(name).query("year == 2020") for name in ("china_cities", "china_counties", "china_provinces")
    )
    return city_accounts(cities, counties).frame, province_accounts(cities, census).frame


def counties_and_ages() -> tuple[pd.DataFrame, np.ndarray]:
    """Profiles of the units that were no city districts and mostly rural in 2010, and their ages."""
    frame = county_profiles(*(tables.load(n) for n in ("china_counties", "china_prefectures", "world_cities"))).frame
    rural = rural_counties(frame)
    people, _ = county_ages(tables.load("china_counties"), tables.load("china_county_ages"), list(rural.index))
    return rural, people


def _mining_cities() -> dict[str, CityPanel]:
    """Cities exposed to mining, as a share of all the employed and of those outside farming."""
    loaded = [tables.load(name) for name in ("china_cities", "china_counties", "china_prefectures")]
    return {"of all employed": city_panel(*loaded), "of nonfarm employed": city_panel(*loaded, of="nonfarm employed")}


def verdicts() -> list[Verdict]:
    """An invented verdict on every claim: for, against and open in turn; the one that inherits doubt is a sure one."""
    sure = {"design": Design.QUASI_EXPERIMENT}
    return [
        a_verdict(claim, findings=tuple(a_finding(part, 1, **sure) for part in claim.parts if part.counts))
        if claim.key == "symbiosis"
        else a_verdict(claim, *((1,), (-1,), (0,), (1, -1))[k % 4])
        for k, claim in enumerate(claims())
    ]


def systems() -> dict[str, pd.DataFrame]:
    """Forty invented places with four indicators, and half of them."""
    level = np.linspace(5.0, 80.0, 40)[:, None]
    values = level + 15 * np.random.default_rng(3).random((40, 4))
    frame = pd.DataFrame(values, [f"P{i}" for i in range(40)], ["industry", "information", "cities", "farming"])
    return {"all": frame, "poorer half": frame.iloc[:20]}


# How to make each panel. A new panel gets a line here; without it the first test fails.
FACTORIES: dict[str, Callable[[], Panel[Any]]] = {
    "big_cities_panel": lambda: big_cities_panel(tables.load("china_counties", ["year", "unit_id", *CITY_COLUMNS])),
    "burden_shifting_panel": burden_shifting_panel,
    "county_twins_panel": lambda: county_twins_panel(*counties_and_ages()),
    "coupling_coordination_panel": lambda: coupling_coordination_panel(
        systems(), goalposts=[[0, 100]] * 4, places=["P10", "P30"]
    ),
    "event_study_panel": lambda: event_study_panel(_mining_cities()),
    "job_queue_panel": job_queue_panel,
    "kuznets_panel": lambda: kuznets_panel(
        {
            "A country": pd.DataFrame(
                {"urban_share": [0.2, 0.4, 0.7], "income_ratio": [2.5, 3.2, 2.3]}, index=[1980, 2003, 2025]
            ),
            "Another": pd.DataFrame({"urban_share": [0.5, 0.9], "income_ratio": [1.5, 1.5]}, index=[1900, 2000]),
        },
        stops={"A country": {1980: "Look at the rise.", 2025: "Look at the fall."}},
    ),
    "mutualism_panel": mutualism_panel,
    "necessity_panel": lambda: necessity_panel(tables.load("countries"), xlabel="Urban share (%)", ylabel="Income ($)"),
    "policy_laboratory_panel": policy_laboratory_panel,
    "rank_size_panel": lambda: rank_size_panel(_cities()),
    "rural_peak_panel": rural_peak_panel,
    "rural_race_panel": lambda: rural_race_panel(_rural_rates()),
    "s_curve_panel": lambda: s_curve_panel(_urban_shares(), default="China"),
    "settlement_panel": lambda: settlement_panel(
        *_accounts(), tables.shapes("china_prefectures"), tables.shapes("china_provinces")
    ),
    "structural_change_panel": structural_change_panel,
    "verdict_ledger_panel": lambda: verdict_ledger_panel(verdicts()),
    "world_history_panel": lambda: world_history_panel(
        tables.load("countries"), xlabel="Urban share (%)", ylabel="Income ($)"
    ),
}

_PANELS: dict[str, Panel[Any]] = {}


def panel_named(name: str) -> Panel[Any]:
    """The panel, made once for all tests here and reset."""
    if name not in _PANELS:
        _PANELS[name] = FACTORIES[name]()
    panel = _PANELS[name]
    panel.reset()
    return panel
