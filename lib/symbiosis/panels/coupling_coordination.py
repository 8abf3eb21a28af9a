"""Panel: what does a coupling coordination degree say, and what does it depend on?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.charts.coupling_coordination import CouplingPicture, CouplingView
from symbiosis.measures.composite_index import normalize
from symbiosis.measures.coupling_coordination import (
    coordination_level,
    coupling_coordination_degree,
    grade,
    noise_mean,
)
from symbiosis.panels.panel import Choice, Panel, Preset, Readout, Switch
from symbiosis.parameters import Parameter

FEWEST = 10
"""Places that a sample must have."""

_NOISE_SEED = 64


def _weights(first: float, systems: int) -> npt.NDArray[np.float64]:
    """The first system's weight, and equal ones for the others."""
    weights = np.full(systems, (1 - first) / (systems - 1))
    weights[0] = first
    return weights


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
    other = next((name for name in list(samples)[1:] if places[0] in samples[name].index), first)
    systems = samples[first].shape[1]
    lead = str(samples[first].columns[0])

    def compute(settings: dict[str, Any]) -> CouplingView:
        frame = samples[settings["sample"]]
        if settings["noise"]:
            indices = np.random.default_rng(_NOISE_SEED).random(frame.shape)
        else:
            indices = normalize(frame, settings["normalization"], goalposts=goalposts)
        weights = _weights(settings["weight"], frame.shape[1])
        level = coordination_level(indices, weights)
        degree = coupling_coordination_degree(indices, weights, modified=settings["modified"])
        place = settings["place"]
        row = frame.index.get_loc(place) if place in frame.index else None
        return CouplingView(
            level=level,
            degree=degree,
            name=place,
            here=None if row is None else (float(level[row]), float(degree[row])),
            noise=bool(settings["noise"]),
        )

    return Panel(
        controls=(
            Choice("sample", "Sample", {name: name for name in samples}, first),
            Choice(
                "normalization", "Indices run from 0 to 1",
                {"between the sample's ends": "min-max", "by rank in the sample": "rank",
                 "at fixed goalposts": "goalposts"},
                "between the sample's ends",
            ),
            Parameter(
                "weight", f"Weight of {lead}", "", 1 / systems, 0.0, 0.9, 0.05,
                f"Weight of {lead} in the mean level; the other systems share the rest equally.", "assumption", ".0%",
            ),
            Choice("place", "Place to follow", {name: name for name in places}, places[0]),
            Switch("noise", "Replace the data with noise"),
            Switch("modified", "Modified form (2021)"),
        ),
        compute=compute,
        picture=CouplingPicture(),
        readout=_readout,
        presets=_presets(other),
    )  # fmt: skip


def _presets(other: str) -> tuple[Preset, ...]:
    """other: a sample beside the first that has the place followed at the start."""
    return (
        Preset(
            "Nothing but noise",
            "Random numbers in place of every index: read the median, and compare it with the data's.",
            {"noise": True},
        ),
        Preset(
            "The same place among others",
            "Nothing about the place has changed, only who it is compared with. Read its degree and its grade.",
            {"sample": other},
        ),
        Preset(
            "Fixed goalposts",
            "Ends that no sample can move: change the sample now, and the degree of the place stays.",
            {"normalization": "goalposts"},
        ),
        Preset(
            "One system counts most",
            "The curve of even places is no longer the ceiling. Move the weight, and watch who is moved.",
            {"weight": 0.7},
        ),
        Preset(
            "The modified form",
            "The form of 2021 uses the whole scale, and stays an average of levels with a discount for unevenness.",
            {"modified": True},
        ),
        Preset(
            "Noise in the modified form",
            "Random numbers now grade worse: the floor has moved, and a grade still has to be read against it.",
            {"modified": True, "noise": True},
        ),
    )


def _readout(view: CouplingView) -> Readout:
    median = float(np.median(view.degree))
    same = float(pd.Series(view.level).corr(pd.Series(view.degree), method="spearman"))
    if view.here is None:
        here = "not in this sample"
    else:
        rank = 1 + int((view.degree > view.here[1] + 1e-12).sum())
        here = f"{view.here[1]:.3f}, {grade(view.here[1])}, rank {rank} of {len(view.degree)}"
    what = "random numbers" if view.noise else "the data"
    return Readout(
        numbers=(
            (f"Median D of {what}", f"{median:.3f}, {grade(median)}"),
            ("Mean D of pure noise, usual form", f"{noise_mean(4):.3f}"),
            ("Rank correlation of D with the mean level", f"{same:.3f}"),
            (view.name + (" (its number replaced)" if view.noise else ""), here),
        ),
        alt=f"Left, coordination degree D of {len(view.degree)} places against the mean level of their indices, from "
        f"{what}: rank correlation {same:.3f}, beside the curve of perfectly even places. Right, how many "
        f"fall in each grade, median {median:.3f}. {view.name}: {here}.",
    )
