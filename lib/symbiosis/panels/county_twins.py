"""Panel: a county and the counties that were most like it; what became of them?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from symbiosis.charts.county_twins import TwinsPicture, TwinsView
from symbiosis.measures.county_profiles import FEATURES
from symbiosis.measures.twins import FeatureSpace, feature_space, nearest_twins
from symbiosis.panels.panel import Choice, Panel, Preset, Readout, Switch
from symbiosis.parameters import Parameter

EVERYTHING = "Everything below"
LIKENESS: dict[str, tuple[str, ...]] = {
    EVERYTHING: ("access", "jobs", "amenities", "schooling", "age"),
    "All but ages and births": ("access", "jobs", "amenities", "schooling"),
    "Where it lies": ("access",),
    "Work and towns": ("jobs",),
    "Amenities and schooling": ("amenities", "schooling"),
    "Ages and births": ("age",),
}
"""Words of the control -> groups of FEATURES that the twins are chosen by."""
ANYWHERE, ELSEWHERE = "all of China", "other provinces only"
MENU = {
    "at the edge of a big city": ("Changsha County", "Gu'an County", "Feixi County", "Zhouzhi County"),
    "tea, gardens, scenery": ("Anji County", "Anxi County", "Tengchong", "Yangshuo County", "Fenghuang County"),
    "the crowded plain": ("Cao County", "Gushi County", "Funan County", "Lankao County", "Dancheng County"),
    "hills that send workers": ("Anyue County", "Renshou County", "Zhenxiong County", "Yudu County", "Gulin County"),
    "the northeast": ("Lishu County", "Huadian", "Ning'an", "Xunke County", "Nong'an County"),
    "dry north and northwest": ("Huining County", "Tongwei County", "Shangdou County", "Pingyao County"),
    "the far west and south": ("Hotan County", "Shache County", "Motuo County", "Shangri-La", "Mengla County"),
    "factory countryside": ("Shuyang County", "Shaodong", "Rushan", "Qixia"),
}
"""Type of place -> counties of the menu; one that the sample lacks is left out of it."""


def county_twins_panel(counties: pd.DataFrame) -> Panel[TwinsView]:
    """A county, its twins by the features chosen, and the change of both.

    counties: rows of measures.county_profiles, for instance the rural ones; at least 100, indexed by unit.
    """
    if len(counties) < 100:
        raise ValueError(f"counties has {len(counties)} rows; twins need at least 100 to choose from")
    table = counties.reset_index(drop=True)
    change = 100 * np.expm1(table["growth"].to_numpy(float))
    ranks = 100 * (table[list(FEATURES)].rank().to_numpy(float) - 0.5) / len(table)
    names = table["name"] + ", " + table["province"]
    spaces: dict[tuple[str, bool], FeatureSpace] = {}

    def compute(settings: dict[str, Any]) -> TwinsView:
        place, key = settings["county"], (settings["likeness"], settings["mahalanobis"])
        groups = LIKENESS[key[0]]
        used = np.array([group in groups for _, group in FEATURES.values()])
        if key not in spaces:
            chosen = table[[name for name, one in zip(FEATURES, used, strict=True) if one]]
            spaces[key] = feature_space(chosen, metric="mahalanobis" if key[1] else "standardized")
        elsewhere = (table["province"] != table.loc[place, "province"]).to_numpy(bool)
        allowed = elsewhere if settings["pool"] == ELSEWHERE else None
        twins = nearest_twins(spaces[key], place, count=int(settings["count"]), allowed=allowed)
        low, high = np.quantile(ranks[twins.positions], [0.25, 0.75], axis=0)
        return TwinsView(
            name=str(table.loc[place, "name"]), change=float(change[place]),
            twins=tuple(names.iloc[twins.positions[:3]]), changes=change[twins.positions], rank=ranks[place],
            low=low, high=high, used=used, distance=float(twins.distances[-1]),
        )  # fmt: skip

    options: dict[str, int] = {}
    for kind, members in MENU.items():
        for name in members:
            found = table.index[table["name"] == name]
            if len(found):
                options[f"{name}, {table.loc[found[0], 'province']} ({kind})"] = int(found[0])
    if not options:
        raise ValueError("counties has none of the places of the menu; give the rural counties of China")

    return Panel(
        controls=(
            Choice("county", "County", options, next(iter(options))),
            Choice("likeness", "Twins are alike in", {name: name for name in LIKENESS}, EVERYTHING),
            Parameter(
                "count", "Number of twins", "", 20.0, 3.0, 60.0, 1.0,
                "How many of the most similar counties are shown.", "choice of the reader", ".0f",
            ),
            Choice("pool", "Twins from", {name: name for name in (ANYWHERE, ELSEWHERE)}, ANYWHERE),
            Switch("mahalanobis", "Features that go together count once"),
        ),
        compute=compute,
        picture=TwinsPicture([words for words, _ in FEATURES.values()], change),
        readout=_readout,
        presets=_presets(options),
    )  # fmt: skip


def _readout(view: TwinsView) -> Readout:
    low, middle, high = np.quantile(view.changes, [0.1, 0.5, 0.9])
    below = float((view.changes < view.change).mean())
    return Readout(
        numbers=(
            (view.name, f"{view.change:+.0f} %"),
            ("Its twins: middle (and middle 80 %)", f"{middle:+.0f} % ({low:+.0f} to {high:+.0f})"),
            ("Twins that gained people", f"{(view.changes > 0).mean():.0%}"),
            ("Twins that did worse than it", f"{below:.0%}"),
        ),
        alt=f"Left, the change of residents from 2010 to 2020 of {view.name} ({view.change:+.0f} percent) and of its "
        f"{len(view.changes)} twins as dots, from {low:+.0f} to {high:+.0f} percent in the middle 80 percent, before "
        f"the hill of all rural counties. Right, the percentile of {view.name} in {len(view.rank)} features of 2010 "
        f"with the middle half of its twins. Most alike: {'; '.join(view.twins)}.",
    )


def _presets(options: dict[str, int]) -> tuple[Preset, ...]:
    """The scenarios whose county is in the menu."""
    wanted: tuple[tuple[str, str, dict[str, Any], str], ...] = (
        ("Beside a big city", "Changsha County", {},
         "None of its twins grew as fast, not even those as near to a city: a profile does not foretell a winner."),
        ("The garden county", "Anji County", {"count": 30.0},
         "A county of bamboo and tea that grew more than nearly all its twins: its profile does not explain it."),
        ("Gains by births", "Hotan County", {},
         "Far from every big city and growing, as most of its twins: look at births over deaths in the profile."),
        ("A province, not a profile", "Lishu County", {},
         "With twins from all of China the loss looks explained. Change to other provinces only, and watch the dots."),
        ("The same, held out", "Lishu County", {"pool": ELSEWHERE},
         "Twins from other provinces lost less: a part of what looked like a profile was the neighbourhood."),
        ("Location alone", "Lankao County", {"likeness": "Where it lies", "count": 60.0},
         "Sixty counties as near to people and to a big city: they end anywhere between a steep fall and a gain."),
    )  # fmt: skip
    found = []
    for name, county, settings, sentence in wanted:
        place = next((p for text, p in options.items() if text.startswith(f"{county},")), None)
        if place is not None:
            found.append(Preset(name, sentence, {"county": place, **settings}))
    return tuple(found)
