"""Panel: is a high urban share necessary for a high income?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from symbiosis.charts.necessity import NecessityPicture, NecessityView
from symbiosis.evidence.necessity import ce_fdh, cr_fdh, drop_one_influence
from symbiosis.measures.samples import cross_section
from symbiosis.panels.panel import Choice, Panel, Preset, Readout, Switch
from symbiosis.parameters import Parameter

SAMPLES = {
    "Everyone with figures": 0,
    "More than 100,000 people": 100_000,
    "More than 1 million people": 1_000_000,
    "More than 5 million people": 5_000_000,
}
_CEILINGS = {"Steps through the outermost (CE-FDH)": ce_fdh, "Straight line (CR-FDH)": cr_fdh}
_LEAVE_OUT = {"Nobody": 0, "The most influential": 1, "The two most influential": 2, "The three most influential": 3}


def necessity_panel(countries: pd.DataFrame, *, xlabel: str, ylabel: str) -> Panel[NecessityView]:
    """Urban share against income per person; countries: the table of that name, labels: those of its columns."""
    complete = countries.dropna(subset=["urban_share", "gdp_per_person_ppp"])
    first, last = int(complete["year"].min()), int(complete["year"].max())

    def compute(settings: dict[str, Any]) -> NecessityView:
        sample = cross_section(
            complete,
            int(settings["year"]),
            ["urban_share", "gdp_per_person_ppp"],
            minimum_population=settings["minimum_population"],
            states_only=settings["states_only"],
        ).frame
        left_out: list[str] = []
        for _ in range(settings["leave_out"]):
            worst = drop_one_influence(
                sample["urban_share"].to_numpy(),
                np.log(sample["gdp_per_person_ppp"].to_numpy()),
                labels=sample["country"].tolist(),
            )
            raising = worst[worst["change"] > 0]
            if raising.empty:
                break
            left_out.append(str(raising["case"].iloc[0]))
            sample = sample[sample["country"] != left_out[-1]].reset_index(drop=True)
        share = sample["urban_share"].to_numpy(float)
        income = sample["gdp_per_person_ppp"].to_numpy(float)
        cut, half = settings["income_cut"], settings["share_cut"]
        return NecessityView(
            names=tuple(sample["country"]),
            urban_share=share,
            income=income,
            ceiling=settings["ceiling"](share, np.log(income)),
            income_cut=cut,
            share_cut=half,
            in_corner=(share < half) & (income >= cut),
            left_out=tuple(left_out),
            year=int(settings["year"]),
        )

    return Panel(
        controls=(
            Parameter(
                "year", "Year", "", float(min(2023, last)), float(first), float(last), 1.0,
                "Year of the cross-section.", "range of the data", ".0f",
            ),
            Choice("minimum_population", "Who counts", SAMPLES, "Everyone with figures"),
            Parameter(
                "income_cut", "'Rich' begins at", "$", 20_000.0, 5_000.0, 80_000.0, 1_000.0,
                "Income per person from which a country counts as rich.", "assumption", ",.0f",
            ),
            Parameter(
                "share_cut", "'Urban' begins at", "%", 50.0, 20.0, 80.0, 1.0,
                "Urban share from which a country counts as urban.", "assumption", ".0f",
            ),
            Choice("ceiling", "Ceiling", _CEILINGS, "Steps through the outermost (CE-FDH)"),
            Choice("leave_out", "Leave out", _LEAVE_OUT, "Nobody"),
            Switch("states_only", "States of the United Nations only"),
        ),
        compute=compute,
        picture=NecessityPicture(xlabel=xlabel, ylabel=ylabel),
        readout=_readout,
        presets=(
            Preset(
                "Every place counts",
                "With every territory and microstate in, the empty corner is small: necessity looks weak.",
                {},
            ),
            Preset(
                "Countries of more than a million",
                "Without the smallest the empty corner grows. Nothing changed in the world, only who counts.",
                {"minimum_population": 1_000_000},
            ),
            Preset(
                "A generation earlier",
                "In 1990 the corner was emptier; part of that is the frame, which starts at the least urban place.",
                {"year": 1990.0},
            ),
            Preset(
                "Leave out three",
                "Without the three places that bend the ceiling most, out of nearly two hundred.",
                {"leave_out": 3},
            ),
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
