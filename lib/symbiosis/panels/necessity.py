"""Panel: is a high urban share necessary for a high income?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.charts.scatter import income_axis
from symbiosis.charts.style import COLOURS, halo
from symbiosis.checks import FloatArray
from symbiosis.evidence.necessity import Ceiling, ce_fdh, cr_fdh, leave_out_most_influential
from symbiosis.measures.samples import cross_section
from symbiosis.panels.panel import Choice, Panel, Preset, Readout, Switch
from symbiosis.panels.picture import LivePicture
from symbiosis.parameters import Parameter, SettingsError

SAMPLES = {
    "Everyone with figures": 0,
    "More than 100,000 people": 100_000,
    "More than 1 million people": 1_000_000,
    "More than 5 million people": 5_000_000,
}
_COLUMNS = ("urban_share", "gdp_per_person_ppp")
_TOP = 160_000
_LABELS = 9
_CEILINGS = {"Steps through the outermost (CE-FDH)": ce_fdh, "Straight line (CR-FDH)": cr_fdh}
_LEAVE_OUT = {"Nobody": 0, "The most influential": 1, "The two most influential": 2, "The three most influential": 3}


@dataclass(frozen=True)
class NecessityView:
    """What the picture shows: urban share (percent) and income per person of each country, and the ceiling.

    income: in the unit of the axis label; ceiling: estimated on (urban share, natural log of income);
    income_cut, share_cut: the corner that should be empty; in_corner: the countries in it.
    """

    names: tuple[str, ...]
    urban_share: FloatArray
    income: FloatArray
    ceiling: Ceiling
    income_cut: float
    share_cut: float
    in_corner: npt.NDArray[np.bool_]
    left_out: tuple[str, ...]
    year: int


class NecessityPicture(LivePicture):
    """Draws a NecessityView."""

    def __init__(self, *, xlabel: str, ylabel: str) -> None:
        (axes,) = self.new_axes(1)
        axes.set(xlabel=xlabel, ylabel=ylabel, xlim=(0, 101))
        income_axis(axes, low=500, high=_TOP)
        place: dict[str, Any] = {"transform": axes.transAxes, "ha": "right", "va": "bottom", "zorder": 3}
        self._year = self.words(axes, role="muted", at=(0.995, 0.04), size=34, weight="bold", alpha=0.6, **place)
        self._corner = self.area(axes, "rural", alpha=0.16)
        self._empty = self.area(axes, "urban", alpha=0.10)
        self._line = self.line(axes, "urban", linewidth=2.6)
        self._dots = self.cloud(axes, "muted", s=40, linewidths=0.6, zorder=3)
        self._peers = self.cloud(axes, "urban", s=64, linewidths=0.6, zorder=4)
        self._inside = self.cloud(axes, "china", s=90, marker="D", linewidths=0.6, zorder=5)
        self._texts = [self.words(axes, size=11.5, va="bottom", path_effects=halo()) for _ in range(_LABELS)]

    def update(self, result: NecessityView) -> None:
        """Move dots, ceiling, corner and names; the axes never change."""
        ceiling, points = result.ceiling, np.column_stack([result.urban_share, result.income])
        peers = np.zeros(len(points), bool)
        peers[list(ceiling.peers)] = True
        self._dots.set_offsets(points[~peers & ~result.in_corner])
        self._peers.set_offsets(points[peers & ~result.in_corner])
        self._inside.set_offsets(points[result.in_corner])
        line_x, line_y = ceiling.line()
        self._line.set_data(line_x, np.exp(line_y))
        left, top = ceiling.scope.x_min, float(np.exp(ceiling.scope.y_max))
        edge = list(zip(line_x, np.exp(line_y), strict=True))
        # One deciding case carries no straight ceiling: then nothing is known to be empty.
        self._empty.set_xy([(left, edge[0][1]), *edge, (edge[-1][0], top), (left, top)] if edge else np.empty((0, 2)))
        cut, share = result.income_cut, result.share_cut
        self._corner.set_xy([(0, cut), (share, cut), (share, _TOP), (0, _TOP)])
        self._year.set_text(str(result.year))
        self._name(result, peers)

    def _name(self, result: NecessityView, peers: npt.NDArray[np.bool_]) -> None:
        """Name the countries in the corner first, then the deciding ones, from the top; skip what would collide."""
        marked = result.in_corner | peers
        order = sorted(np.flatnonzero(marked), key=lambda i: (not result.in_corner[i], -result.income[i]))
        across, up = result.urban_share, np.log(result.income)
        taken: list[tuple[float, float, float, float]] = []
        for i in order:
            # The room that a name needs, in the units of the axes: share points and log income.
            width = 1.15 * len(result.names[i])
            dx, ha, left = (0.8, "left", 0.8) if across[i] < 80 else (-0.8, "right", -0.8 - width)
            box = (across[i] + left, across[i] + left + width, up[i] + 0.06, up[i] + 0.32)
            covers = marked & (across > box[0]) & (across < box[1]) & (up > box[2]) & (up < box[3])
            if covers.any() or any(box[0] < b[1] and b[0] < box[1] and box[2] < b[3] and b[2] < box[3] for b in taken):
                continue
            colour = COLOURS["china"] if result.in_corner[i] else COLOURS["ink"]
            place = across[i] + dx, 1.06 * result.income[i]
            self._texts[len(taken)].set(position=place, ha=ha, text=result.names[i], color=colour)
            taken.append(box)
            if len(taken) == len(self._texts):
                break
        for text in self._texts[len(taken) :]:
            text.set_text("")


def _sample(countries: pd.DataFrame, settings: Mapping[str, Any]) -> pd.DataFrame:
    """The countries that count, enough of them for a ceiling; SettingsError where too few are left."""
    size = {"minimum_population": settings["minimum_population"], "states_only": settings["states_only"]}
    try:
        sample = cross_section(countries, int(settings["year"]), _COLUMNS, **size).frame
    except ValueError as nobody:
        raise SettingsError(str(nobody)) from None
    if len(sample) < 3 + settings["leave_out"]:
        few = f"{len(sample)} countries are too few for a ceiling"
        raise SettingsError(f"{few}; relax who counts or choose another year")
    return sample


def necessity_panel(countries: pd.DataFrame, *, xlabel: str, ylabel: str) -> Panel[NecessityView]:
    """Urban share against income per person; countries: the table of that name, labels: those of its columns."""
    complete = countries.dropna(subset=list(_COLUMNS))
    first, last = float(complete["year"].min()), float(complete["year"].max())

    def compute(settings: dict[str, Any]) -> NecessityView:
        sample = _sample(complete, settings)
        share, income = (sample[column].to_numpy(float) for column in _COLUMNS)
        names = sample["country"].to_numpy()
        kept, left_out = leave_out_most_influential(share, np.log(income), settings["leave_out"], labels=list(names))
        share, income = share[kept], income[kept]
        cut, half, year = settings["income_cut"], settings["share_cut"], int(settings["year"])
        ceiling, in_corner = settings["ceiling"](share, np.log(income)), (share < half) & (income >= cut)
        return NecessityView(tuple(names[kept]), share, income, ceiling, cut, half, in_corner, left_out, year)

    return Panel(
        controls=(
            Parameter("year", "Year", "", min(2023.0, last), first, last, 1.0, "Year of the cross-section.",
                      "range of the data", ".0f"),
            Choice("minimum_population", "Who counts", SAMPLES, "Everyone with figures"),
            Parameter("income_cut", "'Rich' begins at", "$", 20_000.0, 5_000.0, 80_000.0, 1_000.0,
                      "Income per person from which a country counts as rich.", "assumption", ",.0f"),
            Parameter("share_cut", "'Urban' begins at", "%", 50.0, 20.0, 80.0, 1.0,
                      "Urban share from which a country counts as urban.", "assumption", ".0f"),
            Choice("ceiling", "Ceiling", _CEILINGS, "Steps through the outermost (CE-FDH)"),
            Choice("leave_out", "Leave out", _LEAVE_OUT, "Nobody"),
            Switch("states_only", "States of the United Nations only"),
        ),
        compute=compute,
        picture=NecessityPicture(xlabel=xlabel, ylabel=ylabel),
        readout=_readout,
        presets=(
            Preset("Every place counts",
                   "With every territory and microstate in, the empty corner is small: necessity looks weak.", {}),
            Preset("Countries of more than a million", "Without the smallest the empty corner grows. Nothing changed "
                   "in the world, only who counts.", {"minimum_population": 1_000_000}),
            Preset("A generation earlier", "In 1990 the corner was emptier; part of that is the frame, which starts at "
                   "the least urban place.", {"year": 1990.0}),
            Preset("Leave out three", "Without the three places that bend the ceiling most, out of nearly two hundred.",
                   {"leave_out": 3}),
        ),
    )  # fmt: skip


def _readout(view: NecessityView) -> Readout:
    names = [view.names[i] for i in np.flatnonzero(view.in_corner)[np.argsort(-view.income[view.in_corner])]]
    shown = "none" if not names else ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    size = view.ceiling.effect_size
    numbers = [
        ("Empty corner (effect size d)", f"{size:.2f}, {view.ceiling.size_label}"),
        ("Countries", f"{len(view.names)}"),
        ("Rich and mostly rural", shown),
    ]
    if view.left_out:
        numbers.append(("Left out", ", ".join(view.left_out)))
    return Readout(
        numbers=tuple(numbers),
        alt=f"Scatter of {len(view.names)} countries in {view.year}, urban share against income per person, rising "
        f"from lower left to upper right. The ceiling leaves {size:.0%} of the frame empty above it. "
        f"Rich and mostly rural: {shown}.",
    )
