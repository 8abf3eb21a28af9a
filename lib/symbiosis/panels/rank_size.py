"""Panel: does Zipf's law hold, and what does the answer depend on?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from symbiosis.charts.rank_size import SMALLEST, RankSizePicture, RankSizeView, Tail
from symbiosis.evidence.zipf import ZipfEstimate, hill_estimator, pareto_sample, rank_size_regression
from symbiosis.panels.panel import Choice, Panel, Preset, Readout
from symbiosis.parameters import Parameter

FEWEST = 10
"""Cities that a cut-off must leave before its exponent is drawn."""

_CUTOFFS = np.geomspace(100_000.0, 3_000_000.0, 22)
_ESTIMATORS = {
    "Rank less one half": partial(rank_size_regression, shift=0.5),
    "Plain rank (biased)": partial(rank_size_regression, shift=0.0),
    "Hill": hill_estimator,
}


def _tail(sizes: npt.NDArray[np.float64], cutoff: float, estimator: Any) -> Tail:
    """sizes: largest first."""
    at_cutoff: ZipfEstimate = estimator(sizes, cutoff=cutoff)
    # Sizes are sorted, so that a cut-off is a count and the estimators need no search.
    counts = [int(np.searchsorted(-sizes, -c, side="right")) for c in _CUTOFFS]
    used = [(c, estimator(sizes[:n])) for c, n in zip(_CUTOFFS, counts, strict=True) if n >= FEWEST]
    smallest, largest = at_cutoff.smallest, float(sizes[0])
    # Each method's line, through the smallest city used; least squares has its own intercept.
    height = (
        np.log(at_cutoff.n_obs)
        if np.isnan(at_cutoff.intercept)
        else at_cutoff.intercept - at_cutoff.exponent * np.log(smallest)
    )
    ends = np.array([smallest, largest])
    return Tail(
        sizes=sizes,
        line_sizes=ends,
        line_ranks=np.exp(height - at_cutoff.exponent * np.log(ends / smallest)),
        cutoffs=np.array([c for c, _ in used]),
        exponents=np.array([e.exponent for _, e in used]),
        lows=np.array([e.low for _, e in used]),
        highs=np.array([e.high for _, e in used]),
        exponent=at_cutoff.exponent,
        low=at_cutoff.low,
        high=at_cutoff.high,
        standard_error=at_cutoff.standard_error,
        naive_error=at_cutoff.naive_standard_error,
        n_obs=at_cutoff.n_obs,
    )


def rank_size_panel(cities: Mapping[str, npt.ArrayLike]) -> Panel[RankSizeView]:
    """Rank and size of one list of cities beside a simulated list, and the exponent at every cut-off.

    cities: name -> sizes in persons, at least 10 of 100,000 or more; smaller ones are not used. The first is shown
    first.
    """
    lists = {}
    for name, sizes in cities.items():
        values = np.sort(np.asarray(sizes, float))[::-1]
        values = values[values >= SMALLEST]
        if len(values) < FEWEST:
            raise ValueError(f"{name!r} has {len(values)} cities of {SMALLEST:,.0f}; give at least {FEWEST}")
        lists[name] = values

    def compute(settings: dict[str, Any]) -> RankSizeView:
        name, estimator = settings["cities"], _ESTIMATORS[settings["estimator"]]
        sizes, cutoff = lists[name], 1_000 * settings["cutoff"]
        rng = np.random.default_rng(int(settings["draw"]))
        true = settings["true_exponent"]
        drawn = np.sort(pareto_sample(len(sizes), exponent=true, rng=rng, smallest=SMALLEST))[::-1]
        return RankSizeView(
            name=name,
            cities=_tail(sizes, cutoff, estimator),
            # At its own lower end, so that it stays an estimate from as many cities whatever the cut-off.
            simulated=_tail(drawn, SMALLEST, estimator),
            cutoff=cutoff,
            true_exponent=true,
        )

    return Panel(
        controls=(
            Choice("cities", "Cities", {name: name for name in lists}, next(iter(lists))),
            Parameter(
                "cutoff", "Smallest city counted", "1,000", 100.0, 100.0, 1_500.0, 25.0,
                "Cities below this many thousand inhabitants are left out.", "assumption", ",.0f",
            ),
            Choice("estimator", "Estimator", {name: name for name in _ESTIMATORS}, "Rank less one half"),
            Parameter(
                "true_exponent", "Simulated: true exponent", "", 1.0, 0.7, 2.0, 0.05,
                "Exponent of the Pareto law from which as many cities are drawn.", "assumption", ".2f",
            ),
            Parameter(
                "draw", "Simulated: draw number", "", 1.0, 1.0, 40.0, 1.0,
                "Which of forty random samples is shown.", "assumption", ".0f",
            ),
        ),
        compute=compute,
        picture=RankSizePicture(),
        readout=_readout,
        presets=_presets(min(lists, key=lambda name: len(lists[name]))),
    )  # fmt: skip


def _presets(shortest: str) -> tuple[Preset, ...]:
    """shortest: the list with fewest cities, where chance has most room."""
    return (
        Preset(
            "Only the half million and above",
            "The same list without its smaller cities. The exponent moves by more than its interval allows.",
            {"cutoff": 500.0},
        ),
        Preset(
            "Zipf by chance",
            "Grey dots obey Zipf's law exactly, and scatter. Step through the draws and watch the grey line.",
            {"cities": shortest, "draw": 7.0},
        ),
        Preset(
            "A law that is not Zipf's",
            "Grey cities from a steeper law: try to tell the two clouds apart by eye.",
            {"cities": shortest, "true_exponent": 1.3, "draw": 7.0},
        ),
        Preset(
            "Plain ranks",
            "Without the half, the largest cities pull the line: on few cities the exponent comes out too low.",
            {"cities": shortest, "estimator": "Plain rank (biased)", "draw": 7.0},
        ),
        Preset(
            "Hill on the largest",
            "Hill's estimator trusts the smallest cities most. Move the cut-off: it moves more than the others.",
            {"estimator": "Hill", "cutoff": 1_000.0},
        ),
    )


def _readout(view: RankSizeView) -> Readout:
    own, drawn = view.cities, view.simulated
    numbers = [
        (f"Exponent, {view.name} (95 % interval)", f"{own.exponent:.2f} ({own.low:.2f} to {own.high:.2f})"),
        ("Cities counted", f"{own.n_obs:,}"),
    ]
    if np.isfinite(own.naive_error):
        numbers.append(
            ("Error reported by least squares", f"{own.standard_error / own.naive_error:.0f} times too small")
        )
    numbers.append(
        (f"Simulated, true {view.true_exponent:.2f}", f"{drawn.exponent:.2f} ({drawn.low:.2f} to {drawn.high:.2f})")
    )
    return Readout(
        numbers=tuple(numbers),
        alt=f"Left, rank against size of {len(own.sizes):,} cities ({view.name}) and of as many simulated ones, with a "
        f"line fitted to the {own.n_obs:,} above {view.cutoff:,.0f} people: exponent {own.exponent:.2f}. Right, the "
        f"exponent at every cut-off, from {own.exponents[0]:.2f} at the lowest to {own.exponents[-1]:.2f}.",
    )
