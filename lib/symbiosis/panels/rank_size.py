"""Panel: does Zipf's law hold, and what does the answer depend on?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from symbiosis.charts.rank_size import SMALLEST, rank_axis, size_axis, thinned
from symbiosis.charts.style import COLOURS
from symbiosis.checks import FloatArray
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.zipf import ZipfEstimate, hill_estimator, pareto_sample, rank_size_regression
from symbiosis.panels.panel import Choice, Panel, Preset, Readout
from symbiosis.panels.picture import LivePicture, spread
from symbiosis.parameters import Parameter, SettingsError

FEWEST_ABOVE = 4
"""Cities above the cut-off from which an exponent can be estimated by every estimator."""
FEWEST = 10
"""Cities that a cut-off must leave before its exponent is drawn."""
LOWEST_EXPONENT, HIGHEST_EXPONENT = 0.4, 2.4

_CUTOFFS = np.geomspace(100_000.0, 3_000_000.0, 22)
_ESTIMATORS: dict[str, Callable[..., ZipfEstimate]] = {
    "Rank less one half": partial(rank_size_regression, shift=0.5),
    "Plain rank (biased)": partial(rank_size_regression, shift=0.0),
    "Hill": hill_estimator,
}


@dataclass(frozen=True)
class Tail:
    """One list of cities, and what an estimator says of it.

    sizes: persons, largest first; fit: at the cut-off chosen; cutoffs, exponents: at each cut-off where there are
    enough cities.
    """

    sizes: FloatArray
    fit: ZipfEstimate
    cutoffs: list[float]
    exponents: list[Estimate]


@dataclass(frozen=True)
class RankSizeView:
    """What the picture shows: the cities, as many simulated ones, the cut-off (persons), the true exponent."""

    name: str
    cities: Tail
    simulated: Tail
    cutoff: float
    true_exponent: float


class RankSizePicture(LivePicture):
    """Draws a RankSizeView; the axes never change."""

    def __init__(self) -> None:
        ranks, exponents = self.new_axes()
        ranks.set(title="Rank and size", xlabel="Inhabitants", ylabel="Rank")
        size_axis(ranks)
        rank_axis(ranks, 9_000)
        exponents.set(title="The exponent, cut-off by cut-off", xlabel="Smallest city counted", ylabel="Exponent")
        exponents.set_ylim(LOWEST_EXPONENT, HIGHEST_EXPONENT)
        size_axis(exponents, high=3_000_000)
        exponents.axhline(1, color=COLOURS["ink"], linewidth=1.2)
        self._simulated = self.dots(ranks, "muted", 4, markeredgewidth=0, zorder=2)
        self._cities = self.dots(ranks, "urban", 5, markeredgewidth=0, zorder=2)
        self._line = self.line(ranks, "rural", linewidth=2.6)
        self._cuts = [self.line(axes, "ink", linewidth=1.4, linestyle=(0, (2, 2))) for axes in self.axes]
        self._band = self.area(exponents, "urban", alpha=0.15)
        self._by_simulation = self.line(exponents, "muted")
        self._by_cutoff = self.line(exponents, "urban", linewidth=3)
        self._chosen = self.dots(exponents, "rural", 10, markeredgecolor=COLOURS["ink"])
        corner: dict[str, Any] = {"transform": ranks.transAxes, "ha": "right", "va": "top"}
        self._name = self.words(ranks, role="urban", at=(0.98, 0.97), weight="bold", **corner)
        self._grey = self.words(ranks, at=(0.98, 0.87), **corner)

    def update(self, result: RankSizeView) -> None:
        """Move dots, lines and names."""
        cities, simulated = result.cities, result.simulated
        for line, tail in ((self._simulated, simulated), (self._cities, cities)):
            at = thinned(len(tail.sizes))
            line.set_data(tail.sizes[at], at + 1.0)
        ends = np.array([cities.fit.smallest, cities.sizes[0]])
        self._line.set_data(ends, cities.fit.ranks(ends))
        for cut, span in zip(self._cuts, ((0.8, 9_000.0), (LOWEST_EXPONENT, HIGHEST_EXPONENT)), strict=True):
            cut.set_data([result.cutoff, result.cutoff], span)
        spread(self._band, cities.cutoffs, [e.low for e in cities.exponents], [e.high for e in cities.exponents])
        for line, tail in ((self._by_cutoff, cities), (self._by_simulation, simulated)):
            line.set_data(tail.cutoffs, [e.value for e in tail.exponents])
        self._chosen.set_data([result.cutoff], [cities.fit.exponent.value])
        self._name.set_text(f"{result.name}: {len(cities.sizes):,}")
        self._grey.set_text(f"simulated, exponent {result.true_exponent:.2f}")


def _tail(sizes: FloatArray, cutoff: float, estimator: Callable[..., ZipfEstimate]) -> Tail:
    """sizes: largest first."""
    # Sizes are sorted, so that a cut-off is a count and the estimators need no search.
    counts = np.searchsorted(-sizes, -_CUTOFFS, side="right")
    used = [(float(c), estimator(sizes[:n]).exponent) for c, n in zip(_CUTOFFS, counts, strict=True) if n >= FEWEST]
    return Tail(sizes, estimator(sizes, cutoff=cutoff), [c for c, _ in used], [e for _, e in used])


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

    # The list with fewest cities, where chance has most room.
    shortest = min(lists, key=lambda name: len(lists[name]))

    def compute(settings: dict[str, Any]) -> RankSizeView:
        name, estimator, true = settings["cities"], _ESTIMATORS[settings["estimator"]], settings["true_exponent"]
        sizes, cutoff = lists[name], 1_000 * settings["cutoff"]
        if (reached := int((sizes >= cutoff).sum())) < FEWEST_ABOVE:
            few = f"{reached} of the {len(sizes)} cities of {name} have {cutoff:,.0f} inhabitants"
            raise SettingsError(f"{few}; lower the cut-off, {FEWEST_ABOVE} are needed for an exponent")
        rng = np.random.default_rng(int(settings["draw"]))
        drawn = np.sort(pareto_sample(len(sizes), exponent=true, rng=rng, smallest=SMALLEST))[::-1]
        # At its own lower end, so that it stays an estimate from as many cities whatever the cut-off.
        simulated = _tail(drawn, SMALLEST, estimator)
        return RankSizeView(name, _tail(sizes, cutoff, estimator), simulated, cutoff, true)

    return Panel(
        controls=(
            Choice("cities", "Cities", {name: name for name in lists}, next(iter(lists))),
            Parameter("cutoff", "Smallest city counted", "1,000", 100.0, 100.0, 1_500.0, 25.0,
                      "Cities below this many thousand inhabitants are left out.", "assumption", ",.0f"),
            Choice("estimator", "Estimator", {name: name for name in _ESTIMATORS}, "Rank less one half"),
            Parameter("true_exponent", "Simulated: true exponent", "", 1.0, 0.7, 2.0, 0.05,
                      "Exponent of the Pareto law from which as many cities are drawn.", "assumption", ".2f"),
            Parameter("draw", "Simulated: draw number", "", 1.0, 1.0, 40.0, 1.0,
                      "Which of forty random samples is shown.", "assumption", ".0f"),
        ),
        compute=compute,
        picture=RankSizePicture(),
        readout=_readout,
        presets=(
            Preset("Only the half million and above", "The same list without its smaller cities. The exponent moves by "
                   "more than its interval allows.", {"cutoff": 500.0}),
            Preset("Zipf by chance", "Grey dots obey Zipf's law exactly, and scatter. Step through the draws and watch "
                   "the grey line.", {"cities": shortest, "draw": 7.0}),
            Preset("A law that is not Zipf's", "Grey cities from a steeper law: try to tell the two clouds apart by "
                   "eye.", {"cities": shortest, "true_exponent": 1.3, "draw": 7.0}),
            Preset("Plain ranks", "Without the half, the largest cities pull the line: on few cities the exponent "
                   "comes out too low.", {"cities": shortest, "estimator": "Plain rank (biased)", "draw": 7.0}),
            Preset("Hill on the largest", "Hill's estimator trusts the smallest cities most. Move the cut-off: it "
                   "moves more than the others.", {"estimator": "Hill", "cutoff": 1_000.0}),
        ),
    )  # fmt: skip


def _readout(view: RankSizeView) -> Readout:
    own, drawn = view.cities.fit, view.simulated.fit
    numbers = [(f"Exponent, {view.name} (95 % interval)", str(own.exponent)), ("Cities counted", f"{own.n_obs:,}")]
    if np.isfinite(own.naive_standard_error):
        too_small = own.standard_error / own.naive_standard_error
        numbers.append(("Error reported by least squares", f"{too_small:.0f} times too small"))
    numbers.append((f"Simulated, true {view.true_exponent:.2f}", str(drawn.exponent)))
    lowest, highest = view.cities.exponents[0], view.cities.exponents[-1]
    return Readout(
        numbers=tuple(numbers),
        alt=f"Left, rank against size of {len(view.cities.sizes):,} cities ({view.name}) and of as many simulated "
        f"ones, with a line fitted to the {own.n_obs:,} above {view.cutoff:,.0f} people: exponent "
        f"{own.exponent.point}. Right, the exponent at every cut-off, from {lowest.point} at the lowest to "
        f"{highest.point}.",
    )
