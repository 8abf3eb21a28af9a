"""The three tables of model_runs/ as frames: draws, paths of the packages, and what decides the test."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from symbiosis.checks import FloatArray
from symbiosis.economy.model import Economy
from symbiosis.economy.mutual_benefit import gains
from symbiosis.economy.outcomes import FIRST_YEAR, LAST_YEAR
from symbiosis.economy.packages import PACKAGES
from symbiosis.economy.parameters import CALIBRATED, POLICY, UNCERTAIN
from symbiosis.evidence.sobol_indices import sobol_indices
from symbiosis.sweeps.designs import latin_hypercube, sobol_index_design
from symbiosis.sweeps.engines import Engine
from symbiosis.sweeps.run import run_sweep

from .models import calibrated, tested

SEED = 13
MOST_MISFIT = 1.5
"""A draw is kept where the root mean square miss of the fitted moments is at most this many tolerances."""
DRAWS, INDEX_BASE = 800, 128
"""Draws tried, and base runs of the design for Sobol indices."""
LEVIES, STRENGTHS = (0.0, 0.02, 0.04, 0.06, 0.08), (0.0, 0.5, 1.0)
YEARS = (*range(2000, 2025, 4), 2025, 2030, 2035, 2040, 2045, 2050)
OUTCOMES: dict[str, tuple[str, float]] = {
    "urban_share": ("percent", 100.0),
    "income_ratio": ("ratio", 1.0),
    "rural_income": ("goods per person", 1.0),
    "services_ratio": ("ratio", 1.0),
    "young_per_old": ("ratio", 1.0),
    "output_per_person": ("ratio to 2000", 1.0),
    "stranger_share": ("percent", 100.0),
}
"""Outcomes of the paths: their units, and by what the model's number is multiplied for it."""
SIGNIFICANT = 8
Say = Callable[[str], None]


def draws(engine: Engine, say: Say, *, first: int = DRAWS) -> pd.DataFrame:
    """Draws of the uncertain parameters that can be calibrated, with what calibration found; columns rounded.

    first: how many of the DRAWS to try.
    """
    sample = latin_hypercube(UNCERTAIN, DRAWS, rng=np.random.default_rng(SEED)).iloc[:first]
    # Rounded before use, so that the table and the runs made from it are the same numbers.
    sample = rounded(sample)
    table = run_sweep(calibrated, sample, engine=engine, block_rows=40).table
    kept = table[table["misfit"] <= MOST_MISFIT]
    say(f"{len(kept)} of {first} draws fit China 2000-2024 (root mean square miss up to {MOST_MISFIT} tolerances)")
    fed = np.logical_and.reduce(
        [
            np.isfinite(one.applied_to(_economy(kept), levy).simulate(strict=False).urban_share[:, -1])
            for one in PACKAGES
            for levy in (min(LEVIES), max(LEVIES))
        ]
    )
    say(f"{int((~fed).sum())} of them are left out: under some package their farms cannot feed everybody")
    kept = kept[fed]
    names = ["run", *(p.name for p in UNCERTAIN), *(p.name for p in CALIBRATED), "misfit"]
    return rounded(kept[names]).rename(columns={"run": "draw"}).reset_index(drop=True)


def paths(kept: pd.DataFrame, *, levies: Sequence[float] = LEVIES) -> pd.DataFrame:
    """Quantiles over the draws of every outcome by package, levy, strength and year; of every gain in the last year.

    A gain is against laissez-faire with the same levy, draw by draw.
    """
    economy = _economy(kept)
    at = [year - FIRST_YEAR for year in YEARS]
    rows: list[dict[str, object]] = []
    for levy in levies:
        base = gains(PACKAGES[0].applied_to(economy, levy).simulate().at(LAST_YEAR))
        for one in PACKAGES:
            for strength in STRENGTHS:
                found = one.applied_to(economy, levy, strength).simulate()
                cell = {"package": one.name, "levy": 100 * levy, "strength": 100 * strength}
                for outcome, (unit, factor) in OUTCOMES.items():
                    values = factor * getattr(found, outcome)[:, at]
                    rows += _rows({**cell, "outcome": outcome, "unit": unit}, YEARS, values)
                for name, gain in gains(found.at(LAST_YEAR)).items():
                    difference = 100 * (gain - base[name])[:, np.newaxis]
                    rows += _rows({**cell, "outcome": f"gain_{name}", "unit": "percent"}, (LAST_YEAR,), difference)
    return rounded(pd.DataFrame(rows))


def _rows(cell: dict[str, object], years: Sequence[int], values: FloatArray) -> list[dict[str, object]]:
    quantiles = np.quantile(values, [0.1, 0.5, 0.9], axis=0).T
    return [
        {**cell, "year": year, "low": low, "median": middle, "high": high}
        for year, (low, middle, high) in zip(years, quantiles, strict=True)
    ]


def _economy(table: pd.DataFrame) -> Economy:
    return Economy.from_columns(table, **POLICY.defaults())


def sensitivity(engine: Engine, say: Say, *, base: int = INDEX_BASE) -> pd.DataFrame:
    """Sobol indices of every uncertain parameter for the rank of every result of the test of mutual benefit."""
    rng = np.random.default_rng(SEED + 1)
    design = rounded(sobol_index_design(UNCERTAIN, base, rng=rng))
    table = run_sweep(tested, design, engine=engine, block_rows=38).table
    fits = float((table["misfit"] <= MOST_MISFIT).mean())
    say(f"{len(design)} runs for Sobol indices, {fits:.0%} of which fit China as well as the draws that were kept")
    parts = []
    for result in (
        name for name in table.columns if name.partition("_")[0] in ("complementarity", "held", "advantage")
    ):
        values = table[result].to_numpy(copy=True)
        broken = ~np.isfinite(values)
        if broken.any():
            say(f"{result}: {int(broken.sum())} runs without a number are set to the median")
            values[broken] = np.median(values[~broken])
        # Of ranks: a few runs that hardly feed their people would decide everything otherwise.
        ranks = rankdata(values)
        indices = sobol_indices(design.columns, ranks, rng=np.random.default_rng(SEED + 2))
        parts.append(indices.assign(result=result))
    return rounded(pd.concat(parts, ignore_index=True))


def rounded(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers to eight significant digits: what the file keeps is what is computed with."""
    return frame.map(lambda value: float(f"{value:.{SIGNIFICANT}g}") if isinstance(value, float) else value)
