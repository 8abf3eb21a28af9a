"""Panel: when does treating a symptom make the problem larger?"""

from __future__ import annotations

from typing import Any

import numpy as np

from symbiosis.charts.burden_shifting import YEARS, BurdenPicture, TreatedSymptom
from symbiosis.models.interplay import burden_shifting as model
from symbiosis.panels.panel import Panel, Preset, Readout

_CONTROLS = ("effort", "erosion", "relief", "cure", "decay", "delay")
_STEP = 0.25


def _compute(settings: dict[str, Any]) -> TreatedSymptom:
    chosen = {**model.PARAMETERS.defaults(), **settings}
    run = model.path(**chosen, horizon=YEARS, step=_STEP)
    treated, untreated = (model.equilibrium(**{**chosen, "effort": q}) for q in (chosen["effort"], 0.0))
    return TreatedSymptom(
        times=run.times,
        problem=np.asarray(run.problem / run.untreated),
        capability=np.asarray(run.capability / untreated.capability),
        end=float(treated.problem / untreated.problem),
        cross_product=chosen["cure"] * chosen["erosion"],
        safe_product=chosen["relief"] * chosen["decay"],
        first_worse=float(run.first_worse),
        deepest=float(run.deepest),
    )


def _readout(result: TreatedSymptom) -> Readout:
    sign = ">" if result.cross_product > result.safe_product else "\u2264"
    worse = "not in the picture" if np.isinf(result.first_worse) else f"from year {result.first_worse:.1f}"
    condition = f"{result.cross_product:.4f} {sign} {result.safe_product:.4f}"
    return Readout(
        numbers=(
            ("f g and s \u03b4", condition),
            ("Problem in the end (untreated 100)", f"{100 * result.end:.0f}"),
            ("At its lowest", f"{100 * result.deepest:.0f}"),
            ("Worse than untreated", worse),
        ),
        alt=f"Two pictures over {YEARS:.0f} years, untreated at 100. Left, the treated problem falls to "
        f"{100 * result.deepest:.0f} at its lowest and tends to {100 * result.end:.0f}; worse than untreated: {worse}. "
        f"Right, the capability to cure stands at {100 * result.capability[-1]:.0f} at the end. f g against s delta: "
        f"{condition}.",
    )


def burden_shifting_panel() -> Panel[TreatedSymptom]:
    """A problem treated at its symptom while the capability to cure it wastes away."""
    return Panel(
        controls=tuple(model.PARAMETERS[name] for name in _CONTROLS),
        compute=_compute,
        picture=BurdenPicture(),
        readout=_readout,
        presets=(
            Preset("Better, then worse", "Look where the red line crosses: until then, every review says success.", {}),
            Preset(
                "The safe region",
                "Treatment twice as strong, nothing else changed: the problem is smaller, and stays so.",
                {"relief": 0.2},
            ),
            Preset(
                "On the border",
                "f g equals s \u03b4: in the end treatment has changed the problem by nothing at all.",
                {"relief": 0.16},
            ),
            Preset(
                "A harmless painkiller",
                "Treatment that displaces little of the cure: capability falls only because there is less to cure.",
                {"erosion": 0.05, "effort": 1.0},
            ),
            Preset(
                "Full dose",
                "All effort goes to the symptom: the relief is deepest, and so is the price.",
                {"effort": 1.0},
            ),
            Preset(
                "A slow cure",
                "Build-up takes years to work, so its loss takes years to show: the illusion lasts longer.",
                {"delay": 8.0},
            ),
        ),
    )
