"""Panel: what happens to inequality when people move from the countryside to the city?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from symbiosis.charts.kuznets import KuznetsCurve, KuznetsPicture
from symbiosis.measures.inequality import lorenz_curve
from symbiosis.measures.kuznets_process import between_inequality
from symbiosis.models.land import lognormal_sectors as model
from symbiosis.panels.panel import Choice, Panel, Preset, Readout

_GRID = np.linspace(0, 1, 201)
_STEP = 0.1
MEASURES: dict[str, model.Measure] = {
    "Gini index": "gini",
    "Theil's T": "theil_t",
    "Theil's L": "theil_l",
    "Variance of logs": "variance_of_logs",
}
_NAMES = {measure: name for name, measure in MEASURES.items()}


def _curve(settings: dict[str, Any], path: pd.DataFrame) -> KuznetsCurve:
    chosen: dict[str, Any] = {p.name: float(settings[p.name]) for p in model.PARAMETERS}
    measure: model.Measure = settings["measure"]
    share = np.append(_GRID, chosen["urban_share"])
    curve = model.inequality(**{**chosen, "urban_share": share}, measure=measure)
    x, r = chosen["urban_share"], chosen["income_ratio"]
    course = between_inequality(path["urban_share"], path["income_ratio"], measure=measure)
    return KuznetsCurve(
        measure=_NAMES[measure],
        share=_GRID,
        total=curve.total[:-1],
        between=curve.between[:-1],
        here=(x, float(curve.total[-1])),
        between_here=float(curve.between[-1]),
        peak=float(_GRID[np.argmax(curve.total[:-1])]),
        path=np.column_stack([path["urban_share"], course]),
        path_years=tuple(int(year) for year in path.index),
        lorenz=lorenz_curve(*model.incomes(**chosen)),
        lorenz_between=lorenz_curve([1.0, r], [1 - x, x]),
    )


def _readout(result: KuznetsCurve) -> Readout:
    share, now = result.here
    moved = min(share + _STEP, 1.0)
    change = float(np.interp(moved, result.share, result.total)) - now
    flat = float(np.ptp(result.total)) < 1e-9
    peak = "no share" if flat else f"{result.peak:.0%}"
    part = f"{result.between_here / now:.0%}" if now > 1e-9 else "none"
    effect = f"{change:+.3f}" + (f" ({change / now:+.0%})" if now > 1e-9 else "")
    more = f"{100 * (moved - share):.0f} points more urban, same ratio"
    return Readout(
        numbers=(
            (result.measure, f"{now:.3f}"),
            ("Of it between the two means", part),
            ("Greatest at an urban share of", peak),
            (more, effect),
        ),
        alt=f"Two pictures. Left, {result.measure} over the urban share, an arch that is highest at {peak}; at "
        f"{share:.0%} it is {now:.3f}, of which {part} lies between the means of city and countryside. {more}: {effect}"
        ". Red dots show a country's own course. Right, the Lorenz curve of everybody.",
    )


def kuznets_panel(path: pd.DataFrame, *, path_name: str, stops: Mapping[int, str]) -> Panel[KuznetsCurve]:
    """Inequality between and within city and countryside over the urban share, beside a country's own course.

    path: by year (index), columns urban_share (fraction) and income_ratio; path_name: what it is called; stops: year of
    path -> a sentence that says what to look at, each a scenario.
    """
    path = path[["urban_share", "income_ratio"]]
    missing = [year for year in stops if year not in path.index]
    if missing:
        raise ValueError(f"stops {', '.join(map(str, missing))} are no years of path; choose from its index")
    presets = [
        Preset(f"{path_name}, {year}", sentence, {name: round(float(path[name][year]), 2) for name in path.columns})
        for year, sentence in stops.items()
    ]
    return Panel(
        controls=(*model.PARAMETERS, Choice("measure", "Measure", MEASURES, "Gini index")),
        compute=lambda settings: _curve(settings, path),
        picture=KuznetsPicture(path_name=path_name),
        readout=_readout,
        presets=(
            *presets,
            Preset(
                "Unequal inside as well",
                "Spread inside both groups: by this measure more than half of inequality is no longer between city and "
                "country, whatever the arch does.",
                {"urban_share": 0.5, "urban_spread": 0.6, "rural_spread": 0.6, "measure": "theil_t"},
            ),
            Preset(
                "Unequal cities",
                "The city is the more unequal place: the peak moves right, for moving there means moving into it.",
                {"urban_share": 0.5, "urban_spread": 0.8, "rural_spread": 0.4},
            ),
            Preset(
                "Another measure",
                "The same two means by the variance of logs: the arch turns at one half. At this share the Gini falls "
                "already.",
                {"urban_share": 0.42, "measure": "variance_of_logs"},
            ),
        ),
    )
