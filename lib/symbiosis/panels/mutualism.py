"""Panel: do two sides that help each other settle, grow without bound, or only seem to help?"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from symbiosis.charts.phase_plane import LARGEST, axes_of_sizes, isoclines
from symbiosis.charts.style import COLOURS, ink_of
from symbiosis.checks import FloatArray
from symbiosis.evidence.interaction_growth import InteractionEstimate, interaction_growth
from symbiosis.evidence.interaction_nulls import RATES, unrelated_series
from symbiosis.evidence.proportions import share_of
from symbiosis.measures.interaction_modes import interaction_mode
from symbiosis.models.interplay.mutualism import Mutualism
from symbiosis.panels.panel import Panel, Preset, Readout
from symbiosis.panels.picture import LivePicture
from symbiosis.parameters import BELOW_ONE, POSITIVE, Parameter

MODEL_YEARS = 100
"""Years of a model path."""
DATA_YEARS = 40
"""Years of a pair of series."""
PAIRS = 100
"""Independent pairs that can be looked at."""
COUNTED = 400
"""Independent pairs whose labels are counted, those that can be looked at among them."""
SLOWEST = 5 / 12
"""The slowest growth rate of an S-curve, as a part of the fastest."""

_DRAW = Parameter("draw", "Unrelated pair number", "", 0, 0, PAIRS, 1,
                  "Number of a simulated pair of series that have nothing to do with each other; 0 shows the model.",
                  "assumption", ".0f")  # fmt: skip
_SERIES = (
    Parameter("persistence", "Pairs: an accident lasts", "", 0.8, 0.0, 0.99, 0.01,
              "The part of an accident that is left a year later.", "assumption", ".2f", BELOW_ONE),
    Parameter("noise", "Pairs: size of accidents", "", 0.02, 0.005, 0.1, 0.005,
              "Standard deviation of what happens to a series in a year, as a part of its size.", "assumption", ".1%",
              POSITIVE),
    Parameter("fastest", "Pairs: fastest S-curve", "per year", RATES[1], 0.06, 0.3, 0.01,
              "Growth rates are drawn from five twelfths of this up to this.", "assumption", ".0%", POSITIVE),
)  # fmt: skip
_OTHER_STARTS = np.array([[0.1, 3.6], [3.6, 0.1], [3.6, 3.6], [0.1, 0.1], [2.0, 0.1], [0.1, 2.0]])
_TIMES = np.linspace(0, MODEL_YEARS, 201)
_NOTHING = np.empty(0)


@dataclass(frozen=True)
class PhasePlane:
    """What the picture shows; sizes in units of what each side reaches alone, or of a series' own mean.

    times, city, countryside: the path, finite throughout; caption: one line; readout: what is said of it; others: paths
    (city, countryside) from other starts; still: isoclines (city sizes, countryside sizes) of the city and of the
    countryside; rest: the resting point, or None; stable: whether it attracts; is_data: a pair of series instead of the
    model, without the last four.
    """

    times: FloatArray
    city: FloatArray
    countryside: FloatArray
    caption: str
    readout: Readout
    others: Sequence[tuple[FloatArray, FloatArray]] = ()
    still: Sequence[tuple[FloatArray, FloatArray]] = ((_NOTHING, _NOTHING), (_NOTHING, _NOTHING))
    rest: tuple[float, float] | None = None
    stable: bool = True
    is_data: bool = False


class PhasePlanePicture(LivePicture):
    """Draws a PhasePlane; only the axis of years and the units change, between the model and data."""

    def __init__(self) -> None:
        plane, time = self.new_axes()
        axes_of_sizes(plane, "")
        time.set(xlim=(0, MODEL_YEARS), ylim=(0, LARGEST), xlabel="Year", ylabel="Size (alone = 1)", yticks=range(5))
        name: dict[str, Any] = {"weight": "bold", "size": 12.5, "va": "bottom"}
        for x, side, role, ha in ((0, "city", "urban", "left"), (1, "countryside", "rural", "right")):
            plane.text(x, 1.02, f"{side} stands still", color=ink_of(role), ha=ha, transform=plane.transAxes, **name)
        self._others = [self.line(plane, "muted", linewidth=1.3) for _ in _OTHER_STARTS]
        self._still = self.line(plane, "urban"), self.line(plane, "rural", linestyle=(0, (5, 2)))
        self._path = self.line(plane, "ink", linewidth=2.8)
        self._start = self.dots(plane, "ink", 8)
        self._rest = self.dots(plane, "china", 12, markeredgewidth=2.4)
        self._sizes = [self.line(time, role, linewidth=3) for role in ("urban", "rural")]
        name["zorder"] = 3
        self._names = self.words(time, "city", "urban", **name), self.words(time, "countryside", "rural_words", **name)
        self._caption = self.words(time, at=(0, 1.02), transform=time.transAxes, **name)

    def update(self, result: PhasePlane) -> Hashable:
        """Move the isoclines, the paths, the resting point and the names."""
        others = result.others or [(_NOTHING, _NOTHING)] * len(self._others)
        for line, points in zip((*self._others, *self._still), (*others, *result.still), strict=True):
            line.set_data(*points)
        self._path.set_data(result.city, result.countryside)
        self._start.set_data(result.city[:1], result.countryside[:1])
        inside = result.rest is not None and max(result.rest) <= LARGEST
        self._rest.set_data(*([[v] for v in result.rest] if inside and result.rest else ([], [])))
        self._rest.set_markerfacecolor(COLOURS["china"] if result.stable else COLOURS["paper"])
        for line, sizes in zip(self._sizes, (result.city, result.countryside), strict=True):
            line.set_data(result.times, sizes)
        self._place_names(result)
        self._caption.set_text(result.caption)
        unit, years = ("(own mean = 1)", DATA_YEARS) if result.is_data else ("(alone = 1)", MODEL_YEARS)
        plane, time = self.axes
        time.set(xlim=(0, years), ylabel=f"Size {unit}")
        plane.set(xlabel=f"City {unit}", ylabel=f"Countryside {unit}")
        return result.is_data

    def _place_names(self, result: PhasePlane) -> None:
        """Clear of both curves: right of a path that leaves the picture, else above the upper and under the lower."""
        years = DATA_YEARS if result.is_data else MODEL_YEARS
        if result.times[-1] < 0.6 * years:
            for name, y in zip(self._names, (3.4, 2.9), strict=True):
                name.set_position((float(result.times[-1]) + 0.06 * years, y))
            return
        # The stretch of years that a name covers.
        x = 0.55 * years
        under = (result.times >= x) & (result.times <= 0.85 * years)
        values = np.stack([result.city[under], result.countryside[under]])
        order = np.argsort(values.mean(axis=1))
        low, high = values[order]
        top = min(float(values.max()) + 0.08, 3.55)
        if low.min() > 0.42:
            heights = (float(values.min()) - 0.38, top)
        elif high.min() - low.max() > 0.55:
            heights = (float(low.max()) + 0.06, top)
        else:
            heights = (top, top + 0.4)
        for i, y in zip(order, heights, strict=True):
            self._names[i].set_position((x, y))


def unrelated_pairs(
    persistence: float = 0.8, noise: float = 0.02, fastest: float = RATES[1]
) -> tuple[tuple[FloatArray, FloatArray], InteractionEstimate]:
    """The panel's pairs of series that have nothing to do with each other, and the effects estimated for each.

    The same accidents whatever the settings, so that a slider changes nothing but what it says.
    """
    series = unrelated_series(
        "S-curves", COUNTED, DATA_YEARS, noise=noise, persistence=persistence, rates=(SLOWEST * fastest, fastest),
        rng=np.random.default_rng(51),
    )  # fmt: skip
    return series, interaction_growth(*series)


def _unrelated_plane(draw: int, series: tuple[FloatArray, FloatArray], found: InteractionEstimate) -> PhasePlane:
    """The pair of this number, from 1 on; sizes in units of the series' own means."""
    labels = found.modes()
    label, seen = str(labels[draw - 1]), int((labels[:draw] == "mutualism").sum())
    city, countryside = (one[draw - 1] / one[draw - 1].mean() for one in series)
    a12, a21 = (f"{effect:+.3f}" for effect in found.cross[draw - 1])
    numbers = (
        ("Estimated: countryside on city, city on countryside", f"{a12} and {a21} a year; true: none"),
        ("Label by the signs", label),
        (f"Labelled mutualism among pairs 1 to {draw}", f"{seen} ({seen / draw:.0%})"),
        _by_chance(found),
    )
    words = (
        f"Two simulated series that have nothing to do with each other, pair {draw}, over {DATA_YEARS} years. "
        f"Estimated effects {a12} and {a21}: labelled {label}. Of the first {draw} pairs {seen} are labelled mutualism."
    )
    readout, caption = Readout(numbers, words), f"Unrelated pair {draw}: {label}?"
    return PhasePlane(np.arange(DATA_YEARS, dtype=float), city, countryside, caption, readout, is_data=True)


def _by_chance(found: InteractionEstimate) -> tuple[str, str]:
    """The placebo that stands beside the model and the pairs: a row of the readout."""
    return f"Labelled mutualism among {COUNTED} unrelated pairs", str(share_of(found.modes() == "mutualism"))


def _model_plane(pair: Mutualism, unrelated: InteractionEstimate) -> PhasePlane:
    """The phase plane of the model, from the pair's own start and from others."""
    path = pair.path(_TIMES, tolerance=1e-6, largest=1e3)
    # Of the others only what the axes show is needed.
    elsewhere = pair.replace(n1_start=_OTHER_STARTS[:, 0], n2_start=_OTHER_STARTS[:, 1])
    others = elsewhere.path(_TIMES, tolerance=1e-4, largest=3 * LARGEST)
    rest, stable, place = None, True, "none with both alive"
    if pair.admissible():
        resting = pair.equilibrium()
        rest, stable = (float(resting.n1), float(resting.n2)), bool(resting.stable)
        place = f"{rest[0]:.2f} and {rest[1]:.2f}" + ("" if stable else ", repelling")
    a12, a21, saturation = (float(v) for v in pair.arrays("a12", "a21", "saturation"))
    mode = interaction_mode(a12, a21, tolerance=1e-9).item()
    product = a12 * a21
    side = f" ({'below' if product < 1 - 1e-9 else 'not below'} 1)" if min(a12, a21) > 0 and saturation == 0 else ""
    end = f"{path.n1[-1]:,.2f} and {path.n2[-1]:,.2f}"
    if np.isfinite(path.blow_up_time):
        end = f"beyond all bounds in year {float(path.blow_up_time):.0f}"
    numbers = (
        ("Mode by the signs", mode),
        ("Product of the two effects", f"{product:+.2f}{side}"),
        ("Resting point: city, countryside", place),
        (f"After {MODEL_YEARS} years from this start", end),
        _by_chance(unrelated),
    )
    words = (
        "Left, the sizes of countryside and city against each other, with the lines on which each stands still; right, "
        f"both over {MODEL_YEARS} years. Effects {a12:+.2f} on the city and {a21:+.2f} on the countryside, {mode}; "
        f"resting point: {place}; after {MODEL_YEARS} years: {end}."
    )
    seen = [_visible(one, other) for one, other in zip(others.n1, others.n2, strict=True)]
    readout, caption = Readout(numbers, words), f"Signs: {mode}"
    city, countryside = _visible(path.n1, path.n2)
    return PhasePlane(_TIMES[: len(city)], city, countryside, caption, readout, seen, isoclines(pair), rest, stable)


def _visible(one: FloatArray, other: FloatArray) -> tuple[FloatArray, FloatArray]:
    """A path up to the first point far outside the axes."""
    gone = ~(np.isfinite(one) & np.isfinite(other)) | (np.fmax(one, other) > 3 * LARGEST)
    end = int(np.argmax(gone)) if gone.any() else len(one)
    return one[: max(end, 1)], other[: max(end, 1)]


_PRESETS = (
    Preset("Both help, moderately", "Two lines that cross once: every start ends there, and both end twice as large as "
           "alone.", {"a12": 0.5, "a21": 0.5}),
    Preset("Too much of a good thing", "The product of the effects passes one: the lines no longer cross, and both "
           "grow beyond all bounds.", {"a12": 1.2, "a21": 1.1}),
    Preset("Too much, with saturation", "The same effects, but help wears off with size: the lines bend and cross "
           "again.", {"a12": 1.2, "a21": 1.1, "saturation": 0.5}),
    Preset("The city feeds on the countryside", "Parasitism: the city ends larger than alone, the countryside smaller. "
           "At first both grow.", {"a12": 0.8, "a21": -0.6, "n1_start": 0.1, "n2_start": 0.1}),
    Preset("Only the countryside gains", "Commensalism: remittances and demand come back, the city neither gains nor "
           "loses.", {"a12": 0.0, "a21": 0.8}),
    Preset("Winner takes all", "Strong competition: the resting point repels, and the start decides who lives. Move "
           "the start across.", {"a12": -1.4, "a21": -1.4, "n1_start": 0.9, "n2_start": 0.7}),
    Preset("Nothing to do with each other", "Two unrelated growing series and the label they get: move the number of "
           "the pair, then how long and how large accidents are.", {"draw": 1.0}),
    Preset("The same, accidents of one year", "Nothing lasts: the label is nearly sure.",
           {"draw": 1.0, "persistence": 0.0}),
    Preset("The same, early and steep curves", "Fast curves bend early: the label is rarer, and no truer.",
           {"draw": 1.0, "fastest": 0.3}),
)  # fmt: skip


def mutualism_panel() -> Panel[PhasePlane]:
    """Lotka-Volterra with mutual benefit, with or without saturation, and its estimator on unrelated series."""
    # Held by this panel: moving the model's sliders does not simulate the pairs again.
    pairs = lru_cache(maxsize=16)(unrelated_pairs)
    effects = Mutualism.parameters().only("a12", "a21", "n1_start", "n2_start", "saturation")

    def compute(settings: dict[str, Any]) -> PhasePlane:
        series, found = pairs(*(settings[control.name] for control in _SERIES))
        draw = round(settings[_DRAW.name])
        if draw:
            return _unrelated_plane(draw, series, found)
        return _model_plane(Mutualism(**{control.name: settings[control.name] for control in effects}), found)

    return Panel(
        controls=(*effects, _DRAW, *_SERIES),
        compute=compute,
        picture=PhasePlanePicture(),
        readout=lambda plane: plane.readout,
        presets=_PRESETS,
    )
