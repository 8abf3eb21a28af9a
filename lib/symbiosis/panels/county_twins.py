"""Panel: a county and the counties that were most like it; what became of them?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon

from symbiosis.charts.rows import name_rows
from symbiosis.charts.style import COLOURS
from symbiosis.checks import FloatArray, positive_array
from symbiosis.measures.cohorts import BANDS, SEXES
from symbiosis.measures.county_profiles import FEATURES, feature_percentiles
from symbiosis.measures.twins import FeatureSpace, feature_space, nearest_twins
from symbiosis.panels.panel import Choice, Panel, Preset, Readout, Switch
from symbiosis.panels.picture import LivePicture
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
    "hills that send workers": ("Gulin County", "Anyue County", "Renshou County", "Zhenxiong County", "Yudu County"),
    "at the edge of a big city": ("Changsha County", "Gu'an County", "Feixi County", "Zhouzhi County"),
    "tea, gardens, scenery": ("Anji County", "Anxi County", "Tengchong", "Yangshuo County", "Fenghuang County"),
    "the crowded plain": ("Cao County", "Gushi County", "Funan County", "Lankao County", "Dancheng County"),
    "the northeast": ("Lishu County", "Huadian", "Ning'an", "Xunke County", "Nong'an County"),
    "dry north and northwest": ("Huining County", "Tongwei County", "Shangdou County", "Pingyao County"),
    "the far west and south": ("Hotan County", "Shache County", "Motuo County", "Shangri-La", "Mengla County"),
    "factory countryside": ("Shuyang County", "Shaodong", "Rushan", "Qixia"),
}
"""Type of place -> counties of the menu; one that the sample lacks is left out of it."""

_LEFT, _RIGHT, _STEP, _ROOM = -40.0, 50.0, 2.5, 15.0
_WIDEST = 75.0


@dataclass(frozen=True)
class TwinsView:
    """What the picture shows; changes in percent, the nearest twin first.

    rank: place of the county in each feature, as a percentile of all rural counties; low, high: the middle half of its
    twins; used: features by which the twins were chosen. ages: of the county in 2010 and 2020 and of its twins in 2020
    (their mean), men and women by five years, in each thousand residents of 2010, shape (3, sexes, bands).
    """

    name: str
    change: float
    twins: tuple[str, ...]
    changes: FloatArray
    rank: FloatArray
    low: FloatArray
    high: FloatArray
    used: npt.NDArray[np.bool_]
    ages: FloatArray

    @property
    def young(self) -> FloatArray:
        """Aged 20 to 39 in the three pyramids, in each thousand residents of 2010."""
        first = BANDS.index("20_24")
        return np.asarray(self.ages[..., first : first + 4].sum(axis=(1, 2)))


class TwinsPicture(LivePicture):
    """Draws a TwinsView; the axes never change. all_changes: of every rural county, the grey bars behind."""

    def __init__(self, features: Sequence[str], all_changes: FloatArray) -> None:
        change, profile, ages = self.new_axes(3, height=4.6, gridspec_kw={"width_ratios": [1.15, 1, 0.95]})
        change.set(title="What became of them", xlabel="Change of residents to 2020 (%)", yticks=[])
        change.set(xlim=(_LEFT, _RIGHT), ylim=(0, _ROOM + 3.6))
        steps = np.arange(_LEFT, _RIGHT + _STEP, _STEP)
        counts, _ = np.histogram(np.clip(all_changes, _LEFT, _RIGHT - 1e-9), steps)
        change.bar(steps[:-1], counts / counts.max() * 0.8 * _ROOM, width=_STEP, align="edge", color=COLOURS["grid"])
        change.axvline(0, ymax=_ROOM / (_ROOM + 3.6), color=COLOURS["muted"], linewidth=1.2)
        heads = {"title": "How alike in 2010", "xlabel": "Percentile of rural counties"}
        self._rows = name_rows(profile, features, size=11.5, **heads)
        profile.set(xlim=(-2, 102), ylim=(-0.7, len(features) - 0.3))
        profile.axvline(50, color=COLOURS["muted"], linewidth=1.2)
        self._bars = [self.line(profile, "muted", linewidth=7, solid_capstyle="butt") for _ in self._rows]
        rim = {"markeredgecolor": COLOURS["paper"]}
        self._ranks = self.dots(profile, "china", 7, marker="D", **rim)
        self._dots = self.dots(change, "urban", 6.5, zorder=2, **rim)
        self._median = self.line(change, "urban", linewidth=2.2, linestyle=(0, (3, 2)))
        self._own = self.line(change, "china", linewidth=3)
        words: dict[str, Any] = {"weight": "bold", "va": "center", "size": 12}
        words["bbox"] = {"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 0.6}
        self._pyramids = self._draw_ages(ages)
        self._own_name = self.words(change, role="china", at=(0, _ROOM + 2.9), **words)
        self._median_name = self.words(change, "its twins", "urban", at=(0, _ROOM + 1.2), **words)

    def _draw_ages(self, axes: Axes) -> tuple[Polygon, list[Line2D]]:
        """Three pyramids: the county in 2010 filled, its twins and itself in 2020 as steps; men left, women right."""
        axes.set(title="Ages: men | women", xlabel="In 1,000 residents of 2010", ylim=(0, 5 * len(BANDS)))
        axes.set(xlim=(-_WIDEST, _WIDEST), xticks=[-60, -30, 0, 30, 60], yticks=range(0, 90, 20))
        axes.xaxis.set_major_formatter(lambda x, _: f"{abs(x):.0f}")
        axes.axvline(0, color=COLOURS["grid"], linewidth=1.2)
        axes.set_ylabel("Age (open above 85)", labelpad=1)
        looks = (("muted", "", "2010"), ("china", "solid", "2020"), ("urban", (0, (3, 2)), "twins"))
        for row, (role, _, name) in enumerate(looks):
            place: dict[str, Any] = {"ha": "right", "va": "top", "weight": "bold", "size": 12}
            axes.text(_WIDEST, 89 - 6 * row, name, color=COLOURS[role], **place)
        before = self.area(axes, "grid")
        return before, [self.line(axes, role, linewidth=2.2, linestyle=style) for role, style, _ in looks[1:]]

    def update(self, result: TwinsView) -> None:
        """Stack the twins as dots, move the two lines, the profile and the pyramids."""
        shown = np.clip(result.changes, _LEFT + 1, _RIGHT - 1)
        column = np.floor(shown / _STEP).astype(int)
        height = np.array([int((column[:i] == c).sum()) for i, c in enumerate(column)], float)
        # Dots stack closer where many fall into one column, so that none leaves the picture.
        gap = min(0.95, (_ROOM - 0.8) / max(1.0, float(height.max())))
        self._dots.set_data((column + 0.5) * _STEP, 0.5 + gap * height)
        middle = float(np.median(result.changes))
        for line, text, value, top, left in (
            (self._own, self._own_name, result.change, _ROOM + 2.2, result.change > 5),
            # Away from the line of the county where there is room.
            (self._median, self._median_name, middle, _ROOM + 0.4, -18 < middle <= result.change or middle > 30),
        ):
            at = float(np.clip(value, _LEFT + 1, _RIGHT - 1))
            line.set_data([at, at], [0, top])
            text.set(x=at + (-1.4 if left else 1.4), ha="right" if left else "left")
        self._own_name.set_text(result.name)
        rows = zip(self._bars, self._rows, result.low, result.high, result.used, strict=True)
        for bar, row, low, high, used in rows:
            # A bar of no length would vanish.
            bar.set_data([low - 0.4, high + 0.4], [row, row])
            bar.set_color(COLOURS["urban"] if used else COLOURS["muted"])
        self._ranks.set_data(result.rank, self._rows)
        before, after, twins = result.ages
        filled, lines = self._pyramids
        filled.set_xy(np.column_stack(_steps(*before)))
        for line, (men, women) in zip(lines, (after, twins), strict=True):
            line.set_data(*_steps(men, women))


def _steps(men: FloatArray, women: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The outline of a pyramid: up the men's side and down the women's."""
    edges = 5.0 * np.arange(len(BANDS) + 1)
    up = np.repeat(edges, 2)[1:-1]
    left, right = (np.repeat(np.clip(side, 0, _WIDEST), 2) for side in (men, women))
    return np.r_[-left, right[::-1]], np.r_[up, up[::-1]]


def county_twins_panel(counties: pd.DataFrame, ages: npt.ArrayLike) -> Panel[TwinsView]:
    """A county, its twins by the features chosen, the change of both, and who was left.

    Args:
        counties: rows of measures.county_profiles, for instance the rural ones; at least 100, indexed by unit.
        ages: persons in 2010 and 2020, shape (2, counties, sexes, bands), as measures.cohorts.county_ages gives them.

    Raises:
        ValueError: too few counties, ages of another shape, or none of the places of the menu.
    """
    if len(counties) < 100:
        raise ValueError(f"counties has {len(counties)} rows; twins need at least 100 to choose from")
    people = positive_array("ages", ages, zero_allowed=True)
    if people.shape != (2, len(counties), len(SEXES), len(BANDS)):
        raise ValueError(f"ages has shape {people.shape}; give (2, {len(counties)}, {len(SEXES)}, {len(BANDS)})")
    pyramids = 1000 * people / people[0].sum(axis=(1, 2))[:, np.newaxis, np.newaxis]
    table = counties.reset_index(drop=True)
    change = table["change_percent"].to_numpy(float)
    ranks = feature_percentiles(table)
    names = table["name"] + ", " + table["province"]
    spaces: dict[tuple[str, bool], FeatureSpace] = {}

    def compute(settings: dict[str, Any]) -> TwinsView:
        place, key = settings["county"], (settings["likeness"], settings["mahalanobis"])
        used = np.array([group in LIKENESS[key[0]] for _, group in FEATURES.values()])
        if key not in spaces:
            chosen = table[np.array(list(FEATURES))[used]]
            spaces[key] = feature_space(chosen, metric="mahalanobis" if key[1] else "standardized")
        elsewhere = (table["province"] != table.loc[place, "province"]).to_numpy(bool)
        allowed = elsewhere if settings["pool"] == ELSEWHERE else None
        twins = nearest_twins(spaces[key], place, count=int(settings["count"]), allowed=allowed).positions
        low, high = np.quantile(ranks[twins], [0.25, 0.75], axis=0)
        name, nearest = str(table.loc[place, "name"]), tuple(names.iloc[twins[:3]])
        shown = np.array([*pyramids[:, place], pyramids[1, twins].mean(axis=0)])
        return TwinsView(name, float(change[place]), nearest, change[twins], ranks[place], low, high, used, shown)

    first = {name: place for place, name in reversed(list(enumerate(table["name"])))}
    options = {
        f"{name}, {table.loc[first[name], 'province']} ({kind})": first[name]
        for kind, members in MENU.items()
        for name in members
        if name in first
    }
    if not options:
        raise ValueError("counties has none of the places of the menu; give the rural counties of China")

    return Panel(
        controls=(
            Choice("county", "County", options, next(iter(options))),
            Choice("likeness", "Twins are alike in", {name: name for name in LIKENESS}, EVERYTHING),
            Parameter("count", "Number of twins", "", 20.0, 3.0, 60.0, 1.0,
                      "How many of the most similar counties are shown.", "choice of the reader", ".0f"),
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
    youth = 100 * view.young / view.young[0]
    return Readout(
        numbers=(
            (view.name, f"{view.change:+.0f} %"),
            ("Its twins: middle (and middle 80 %)", f"{middle:+.0f} % ({low:+.0f} to {high:+.0f})"),
            ("Twins that gained people", f"{(view.changes > 0).mean():.0%}"),
            ("Twins that did worse than it", f"{(view.changes < view.change).mean():.0%}"),
            ("Aged 20 to 39 for each 100 in 2010; in its twins", f"{youth[1]:.0f}; {youth[2]:.0f}"),
        ),
        alt=f"Left, the change of residents from 2010 to 2020 of {view.name} ({view.change:+.0f} percent) and of its "
        f"{len(view.changes)} twins as dots, from {low:+.0f} to {high:+.0f} percent in the middle 80 percent, before "
        f"the grey bars of all rural counties. In the middle, its percentile in {len(view.rank)} features of 2010 with "
        f"the middle half of its twins. Right, its ages in 2010 and 2020 and those of its twins in 2020. Most alike: "
        f"{'; '.join(view.twins)}.",
    )


def _presets(options: dict[str, int]) -> tuple[Preset, ...]:
    """The scenarios whose county is in the menu."""
    wanted: tuple[tuple[str, str, dict[str, Any], str], ...] = (
        ("Beside a big city", "Changsha County", {},
         "None of its twins grew as fast, not even those as near to a city: a profile does not pick the winner."),
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
    places = {text.split(",")[0]: place for text, place in options.items()}
    return tuple(
        Preset(name, sentence, {"county": places[county], **settings})
        for name, county, settings, sentence in wanted
        if county in places
    )
