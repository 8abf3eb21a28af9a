"""Panel: do two sides that help each other settle, grow without bound, or only seem to help?"""

from __future__ import annotations

from typing import Any

import numpy as np

from symbiosis.charts.phase_plane import DATA_YEARS, LARGEST, MODEL_YEARS, PhasePlane, PhasePlanePicture, isoclines
from symbiosis.evidence.interaction_growth import interaction_growth
from symbiosis.evidence.interaction_nulls import independent_trends
from symbiosis.measures.interaction_modes import interaction_mode
from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.models.interplay import mutualism
from symbiosis.panels.panel import Panel, Preset, Readout
from symbiosis.parameters import Parameter

PAIRS = 100
"""Independent pairs that can be looked at."""
NOISE = 0.02
"""Yearly noise of the independent pairs (standard deviation of logs)."""
_SEED = 51

_CONTROLS = ("a12", "a21", "n1_start", "n2_start", "saturation")
_DRAW = Parameter(
    "draw", "Unrelated pair number", "", 0, 0, PAIRS, 1,
    "Number of a simulated pair of series that have nothing to do with each other; 0 shows the model.",
    "assumption", ".0f",
)  # fmt: skip
_OTHER_STARTS = np.array([[0.1, 3.6], [3.6, 0.1], [3.6, 3.6], [0.1, 0.1], [2.0, 0.1], [0.1, 2.0]])
_TIMES = np.linspace(0, MODEL_YEARS, 201)


def mutualism_panel() -> Panel[PhasePlane]:
    """Lotka-Volterra with mutual benefit, with or without saturation, and its estimator on unrelated series."""
    rng = np.random.default_rng(_SEED)
    first, second = independent_trends(PAIRS, DATA_YEARS, noise=NOISE, rng=rng)
    found = interaction_growth(first, second)
    labels = found.modes()

    def of_data(draw: int) -> PhasePlane:
        at = draw - 1
        counted = int((labels[:draw] == "mutualism").sum())
        city, countryside = (v[at] / v[at].mean() for v in (first, second))
        a12, a21 = (float(v) for v in found.cross[at])
        numbers = (
            ("Estimated: countryside on city, city on countryside", f"{a12:+.3f} and {a21:+.3f} a year"),
            ("Label by the signs", str(labels[at])),
            (f"Labelled mutualism among pairs 1 to {draw}", f"{counted} ({counted / draw:.0%})"),
            ("True effect, both ways", "zero"),
        )
        words = (
            f"Two simulated series that have nothing to do with each other, pair {draw}, over {DATA_YEARS} years. "
            f"Estimated effects {a12:+.3f} and {a21:+.3f}: labelled {labels[at]}. Of the first {draw} pairs "
            f"{counted} are labelled mutualism."
        )
        return PhasePlane(
            times=np.arange(DATA_YEARS, dtype=float), city=city, countryside=countryside, is_data=True,
            caption=f"Unrelated pair {draw}: {labels[at]}?", numbers=numbers, words=words,
        )  # fmt: skip

    def of_model(s: dict[str, Any]) -> PhasePlane:
        effects = {name: s[name] for name in ("a12", "a21", "saturation")}
        rates = {name: mutualism.PARAMETERS[name].default for name in ("r1", "r2")}
        path = mutualism.trajectory(
            _TIMES, n1_start=s["n1_start"], n2_start=s["n2_start"], tolerance=1e-6, largest=1e3, **effects, **rates
        )
        # Of the others only what the axes show is needed.
        others = mutualism.trajectory(
            _TIMES, n1_start=_OTHER_STARTS[:, 0], n2_start=_OTHER_STARTS[:, 1], tolerance=1e-4, largest=3 * LARGEST,
            **effects, **rates,
        )  # fmt: skip
        rest, stable = None, True
        try:
            resting = mutualism.equilibrium(**effects)
            rest, stable = (float(resting.n1), float(resting.n2)), bool(resting.stable)
        except EquilibriumError:
            pass
        city, countryside = _visible(path.n1, path.n2)
        ways = [_visible(one, other) for one, other in zip(others.n1, others.n2, strict=True)]
        mode = interaction_mode(s["a12"], s["a21"], tolerance=1e-9).item()
        product = s["a12"] * s["a21"]
        both_help = min(s["a12"], s["a21"]) > 0 and s["saturation"] == 0
        side = f" ({'below' if product < 1 - 1e-9 else 'not below'} 1)" if both_help else ""
        place = "none with both alive" if rest is None else f"{rest[0]:.2f} and {rest[1]:.2f}"
        if rest is not None and not stable:
            place += ", repelling"
        blow_up = float(path.blow_up_time)
        if np.isfinite(blow_up):
            end = f"beyond all bounds in year {blow_up:.0f}"
        else:
            end = f"{path.n1[-1]:,.2f} and {path.n2[-1]:,.2f}"
        numbers = (
            ("Mode by the signs", mode),
            ("Product of the two effects", f"{product:+.2f}{side}"),
            ("Resting point: city, countryside", place),
            (f"After {MODEL_YEARS} years from this start", end),
        )
        words = (
            f"Left, the sizes of countryside and city against each other, with the lines on which each stands still; "
            f"right, both over {MODEL_YEARS} years. Effects {s['a12']:+.2f} on the city and {s['a21']:+.2f} on the "
            f"countryside, {mode}; resting point: {place}; after {MODEL_YEARS} years: {end}."
        )
        return PhasePlane(
            times=_TIMES[: len(city)], city=city, countryside=countryside, others=ways, still=isoclines(**effects),
            rest=rest, stable=stable, caption=f"Signs: {mode}", numbers=numbers, words=words,
        )  # fmt: skip

    def compute(settings: dict[str, Any]) -> PhasePlane:
        draw = round(settings["draw"])
        return of_data(draw) if draw else of_model(settings)

    return Panel(
        controls=(*(mutualism.PARAMETERS[name] for name in _CONTROLS), _DRAW),
        compute=compute,
        picture=PhasePlanePicture(),
        readout=lambda plane: Readout(numbers=plane.numbers, alt=plane.words),
        presets=(
            Preset(
                "Both help, moderately",
                "Two lines that cross once: every start ends there, and both end twice as large as alone.",
                {"a12": 0.5, "a21": 0.5},
            ),
            Preset(
                "Too much of a good thing",
                "The product of the effects passes one: the lines no longer cross, and both grow beyond all bounds.",
                {"a12": 1.2, "a21": 1.1},
            ),
            Preset(
                "Too much, with saturation",
                "The same effects, but help wears off with size: the lines bend and cross again.",
                {"a12": 1.2, "a21": 1.1, "saturation": 0.5},
            ),
            Preset(
                "The city feeds on the countryside",
                "Parasitism: the city ends larger than alone, the countryside smaller. At first both grow.",
                {"a12": 0.8, "a21": -0.6, "n1_start": 0.1, "n2_start": 0.1},
            ),
            Preset(
                "Only the countryside gains",
                "Commensalism: remittances and demand come back, the city neither gains nor loses.",
                {"a12": 0.0, "a21": 0.8},
            ),
            Preset(
                "Winner takes all",
                "Strong competition: the resting point repels, and the start decides who lives. Move the start across.",
                {"a12": -1.4, "a21": -1.4, "n1_start": 0.9, "n2_start": 0.7},
            ),
            Preset(
                "Nothing to do with each other",
                "Two unrelated growing series and the label they get: move the number of the pair and count.",
                {"draw": 1.0},
            ),
        ),
    )


def _visible(one: Any, other: Any) -> tuple[Any, Any]:
    """A path up to the first point far outside the axes."""
    gone = ~(np.isfinite(one) & np.isfinite(other)) | (np.fmax(one, other) > 3 * LARGEST)
    end = int(np.argmax(gone)) if gone.any() else len(one)
    return one[: max(end, 1)], other[: max(end, 1)]
