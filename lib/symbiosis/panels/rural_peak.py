"""Panel: when does the countryside begin to empty?"""

from __future__ import annotations

from typing import Any

import numpy as np

from symbiosis.charts.rural_path import RuralPath, RuralPathPicture
from symbiosis.models.urbanization import logistic_urbanization as model
from symbiosis.panels.panel import Panel, Preset, Readout


def _compute(settings: dict[str, Any]) -> RuralPath:
    rates = {name: settings[name] for name in ("n", "k", "ceiling", "u0")}
    if rates["u0"] >= rates["ceiling"]:
        start, limit = model.PARAMETERS["u0"].label, model.PARAMETERS["ceiling"].label
        raise ValueError(
            f"'{start}' is {rates['u0']:.0%}, not below '{limit}', {rates['ceiling']:.0%}; "
            "lower the one or raise the other"
        )
    trajectory = model.rural_trajectory(**rates)
    years = np.linspace(0.0, settings["years"], 301)
    return RuralPath(
        years=years,
        urban_share=model.urban_share_path(years, k=rates["k"], ceiling=rates["ceiling"], u0=rates["u0"]),
        rural=model.rural_population_path(years, **rates),
        urban=model.urban_population_path(years, **rates),
        trajectory=trajectory,
    )


def _readout(path: RuralPath) -> Readout:
    course = path.trajectory
    if course.peak_share is None or course.peak_time is None or course.peak_ratio is None:
        peak, when, size = "none", "never", "no peak"
    else:
        peak, when = f"{course.peak_share:.1%} urban", f"year {course.peak_time:.0f}"
        size = f"{course.peak_ratio - 1:+.1%}"
    last = path.rural[-1] / path.rural[0] - 1
    return Readout(
        numbers=(
            ("Rural population peaks at", peak),
            ("Peak reached in", when),
            ("Rural people at the peak, against the start", size),
            (f"After {path.years[-1]:.0f} years", f"{last:+.1%}"),
        ),
        alt=f"Two curves over {path.years[-1]:.0f} years. Left, the urban share rises from {path.urban_share[0]:.0%} "
        f"to {path.urban_share[-1]:.0%}. Right, the number of rural people. {course.description}",
    )


def rural_peak_panel() -> Panel[RuralPath]:
    """The logistic model of urbanization in a growing population, with its rural peak at n/k."""
    return Panel(
        controls=tuple(model.PARAMETERS),
        compute=_compute,
        picture=RuralPathPicture(),
        readout=_readout,
        presets=(
            Preset(
                "A young country grows fast",
                "Population grows by 2.5 % a year: cities fill, and so does the countryside, for decades.",
                {"n": 0.025, "k": 0.04, "u0": 0.15},
            ),
            Preset(
                "China, 1978 to 2024 on average",
                "With the average rates of the whole period, n/k lies below the share at the start: no growth at all.",
                {"n": 0.008, "k": 0.049, "u0": 0.18, "years": 100.0},
            ),
            Preset(
                "Growth as fast as urbanization",
                "n equals k: every percent that cities win is made up by births. There is no peak at all.",
                {"n": 0.03, "k": 0.03},
            ),
            Preset(
                "A ceiling below one",
                "The share stops at 70 %, the population does not: the countryside fills up again.",
                {"n": 0.01, "k": 0.05, "ceiling": 0.7, "years": 250.0},
            ),
            Preset(
                "A shrinking population",
                "Population falls: the countryside empties from the first year, however slowly cities grow.",
                {"n": -0.005, "k": 0.03, "u0": 0.6, "years": 100.0},
            ),
        ),
    )
