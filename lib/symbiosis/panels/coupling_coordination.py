"""Panel: what does a coupling coordination degree say, and what does it depend on?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.charts.style import COLOURS
from symbiosis.checks import FloatArray
from symbiosis.measures.composite_index import normalize
from symbiosis.measures.coupling_coordination import (
    GRADES,
    coordination_level,
    coupling_coordination_degree,
    grade,
    leading_weights,
    noise_mean,
)
from symbiosis.panels.panel import Choice, Panel, Preset, Readout, Switch
from symbiosis.panels.picture import LivePicture
from symbiosis.parameters import Parameter

FEWEST = 10
"""Places that a sample must have."""

_EDGES = np.linspace(0, 1, len(GRADES) + 1)
_WIDEST = 60.0
_NORMALIZATIONS = {
    "between the sample's ends": "min-max",
    "by rank in the sample": "rank",
    "at fixed goalposts": "goalposts",
}


@dataclass(frozen=True)
class CouplingView:
    """level, degree: mean level T and degree D of every place, fractions, from so many systems.

    noise: these are random numbers; name, here: the place followed, and its (level, degree), None where it is not in
    the sample.
    """

    level: FloatArray
    degree: FloatArray
    name: str
    here: tuple[float, float] | None
    noise: bool
    systems: int


class CouplingPicture(LivePicture):
    """Draws a CouplingView; the axes never change."""

    def __init__(self) -> None:
        places, grades = self.new_axes(sharey=True, width_ratios=[1.25, 1])
        places.set(xlabel="Mean level of the indices", ylabel="Coordination degree D", xlim=(0, 1), ylim=(0, 1))
        places.set_yticks(np.linspace(0, 1, 11))
        even = np.linspace(0, 1, 200)
        degree = coupling_coordination_degree(np.column_stack([even, even]))
        places.plot(even, degree, color=COLOURS["ink"], linewidth=1.5, linestyle=(0, (5, 2)), zorder=1)
        places.text(0.25, 0.56, "perfectly even", ha="right", va="bottom", size=11.5)
        self._dots = self.cloud(places, "urban", s=26, linewidths=0.5, zorder=2)
        self._here = self.dots(places, "china", 10, marker="D", markeredgecolor=COLOURS["paper"])
        self._name = self.words(places, role="china", weight="bold", va="top")
        grades.set(xlabel="Places (%)", xlim=(0, _WIDEST))
        grades.grid(axis="x", visible=False)
        self._bars = self.area(grades, "urban", alpha=0.85, zorder=2)
        plate = {"facecolor": COLOURS["paper"], "alpha": 0.8, "pad": 0.6, "edgecolor": "none"}
        small: dict[str, Any] = {"ha": "right", "va": "center", "size": 10.5, "zorder": 7, "bbox": plate}
        for tenth, name in enumerate(GRADES):
            grades.text(_WIDEST, (tenth + 0.5) / 10, name, **small)

    def update(self, result: CouplingView) -> None:
        """Move the dots, the place followed and the bars; noise is grey, so that nobody takes it for a country."""
        self._dots.set_offsets(np.column_stack([result.level, result.degree]))
        for artist in (self._dots, self._bars):
            artist.set_facecolor(COLOURS["muted" if result.noise else "urban"])
        share = 100 * np.histogram(result.degree, _EDGES)[0] / len(result.degree)
        outline, heights = np.minimum(np.repeat(share, 2), _WIDEST), np.repeat(_EDGES, 2)[1:-1]
        self._bars.set_xy(np.column_stack([np.r_[0.0, outline, 0.0], np.r_[0.0, heights, 1.0]]))
        self._here.set_data(*([[v] for v in result.here] if result.here else ([], [])))
        self._name.set_text(result.name if result.here else "")
        if result.here:
            # Below the cloud, which lies along the curve, so the name covers little.
            level, degree = result.here
            dx, ha = (-0.02, "right") if level > 0.7 else (0.025, "left")
            self._name.set(position=(level + dx, max(degree - 0.05, 0.1)), ha=ha)


def coupling_coordination_panel(
    samples: Mapping[str, pd.DataFrame], *, goalposts: npt.ArrayLike, places: Sequence[str]
) -> Panel[CouplingView]:
    """Coupling coordination degrees of one sample, against the plain mean level and in the usual grades.

    samples: name -> one row per place (its name as index), one column per system, more is better, the same columns in
    all and the first named first; goalposts: (systems, 2) for them; places: names that can be followed, the first of
    them at the start. ValueError for a sample with fewer than 10 places or a place that is nowhere.
    """
    for name, frame in samples.items():
        if len(frame) < FEWEST:
            raise ValueError(f"sample {name!r} has {len(frame)} places; give at least {FEWEST}")
    lost = [p for p in places if not any(p in frame.index for frame in samples.values())]
    if lost or not places:
        raise ValueError(f"no sample has {', '.join(lost) or 'a place to follow'}; name places of a sample")
    first = next(iter(samples))
    # A sample beside the first that has the place followed at the start.
    other = next((name for name in list(samples)[1:] if places[0] in samples[name].index), first)
    systems = samples[first].shape[1]
    lead = str(samples[first].columns[0])

    def compute(settings: dict[str, Any]) -> CouplingView:
        frame, place, noise = samples[settings["sample"]], settings["place"], bool(settings["noise"])
        indices = normalize(frame, settings["normalization"], goalposts=goalposts)
        if noise:
            indices = np.random.default_rng(64).random(frame.shape)
        weights = leading_weights(settings["leading_weight"], systems)
        level = coordination_level(indices, weights)
        degree = coupling_coordination_degree(indices, weights, modified=settings["modified"])
        row = frame.index.get_loc(place) if place in frame.index else None
        here = None if row is None else (float(level[row]), float(degree[row]))
        return CouplingView(level, degree, place, here, noise, systems)

    return Panel(
        controls=(
            Choice("sample", "Sample", {name: name for name in samples}, first),
            Choice("normalization", "Indices run from 0 to 1", _NORMALIZATIONS, "between the sample's ends"),
            Parameter("leading_weight", f"Weight of {lead}", "", 1 / systems, 0.0, 0.9, 0.05,
                      f"Weight of {lead} in the mean level; the other systems share the rest equally.", "assumption",
                      ".0%"),
            Choice("place", "Place to follow", {name: name for name in places}, places[0]),
            Switch("noise", "Replace the data with noise"),
            Switch("modified", "Modified form (2021)"),
        ),
        compute=compute,
        picture=CouplingPicture(),
        readout=_readout,
        presets=(
            Preset("Nothing but noise", "Random numbers in place of every index: read the median, and compare it with "
                   "the data's.", {"noise": True}),
            Preset("The same place among others", "Nothing about the place has changed, only who it is compared with. "
                   "Read its degree and its grade.", {"sample": other}),
            Preset("Fixed goalposts", "Ends that no sample can move: change the sample now, and the degree of the "
                   "place stays.", {"normalization": "goalposts"}),
            Preset("One system counts most", "The curve of even places is no longer the ceiling. Move the weight, and "
                   "watch who is moved.", {"leading_weight": 0.7}),
            Preset("The modified form", "The form of 2021 uses the whole scale, and stays an average of levels with a "
                   "discount for unevenness.", {"modified": True}),
            Preset("Noise in the modified form", "Random numbers now grade worse: the floor has moved, and a grade "
                   "still has to be read against it.", {"modified": True, "noise": True}),
        ),
    )  # fmt: skip


def _readout(view: CouplingView) -> Readout:
    median = float(np.median(view.degree))
    same = float(pd.Series(view.level).corr(pd.Series(view.degree), method="spearman"))
    here = "not in this sample"
    if view.here:
        rank = 1 + int((view.degree > view.here[1] + 1e-12).sum())
        here = f"{view.here[1]:.3f}, {grade(view.here[1])}, rank {rank} of {len(view.degree)}"
    what = "random numbers" if view.noise else "the data"
    return Readout(
        numbers=(
            (f"Median D of {what}", f"{median:.3f}, {grade(median)}"),
            ("Mean D of pure noise, usual form", f"{noise_mean(view.systems):.3f}"),
            ("Rank correlation of D with the mean level", f"{same:.3f}"),
            (view.name + (" (its number replaced)" if view.noise else ""), here),
        ),
        alt=f"Left, coordination degree D of {len(view.degree)} places against the mean level of their indices, from "
        f"{what}: rank correlation {same:.3f}, beside the curve of perfectly even places. Right, how many "
        f"fall in each grade, median {median:.3f}. {view.name}: {here}.",
    )
