"""The tables of model_runs/ as frames: draws, effects of packages, the test of mutual benefit, and what decides it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd

from symbiosis.checks import FloatArray
from symbiosis.economy.calibration import fit_weights
from symbiosis.economy.laboratory import BASELINES, Laboratory, weighted_economy
from symbiosis.economy.mutual_benefit import DOSES, Gains, gains, mutual_benefit
from symbiosis.economy.packages import PACKAGES, package
from symbiosis.economy.parameters import CALIBRATED, UNCERTAIN
from symbiosis.evidence.rank_regression import signed_indices
from symbiosis.evidence.weighted_draws import effective_draws, share_of_draws, weighted_quantiles
from symbiosis.sweeps.designs import latin_hypercube
from symbiosis.sweeps.engines import Engine
from symbiosis.sweeps.run import run_sweep

from .models import calibrated

SEED = 13
WAVE, MOST_WAVES, ENOUGH = 800, 4, 200
"""Draws of a wave; waves at most; effective draws (Kish) at which no further wave is drawn."""
LEVY = 0.04
"""Money at which is asked what decides, as a share of non-farm output."""
RIVALS = ("city_led", "countryside_only", "countryside_instead")
"""Packages that both together are compared with, besides the baselines."""
SIGNIFICANT = 8
Say = Callable[[str], None]


def draws(engine: Engine, say: Say, *, first: int | None = None) -> pd.DataFrame:
    """Draws of the uncertain parameters with what calibration found, columns rounded; anew until enough count.

    first: how many of the first wave to try, and no more waves.
    """
    waves: list[pd.DataFrame] = []
    for wave in range(MOST_WAVES if first is None else 1):
        sample = latin_hypercube(UNCERTAIN, WAVE, rng=np.random.default_rng(SEED + wave)).iloc[:first]
        # Rounded before use, so that the table and the runs made from it are the same numbers.
        found = run_sweep(calibrated, rounded(sample), engine=engine, block_rows=40).table
        waves.append(found.assign(draw=found["run"] + WAVE * wave))
        table = _fed(pd.concat(waves, ignore_index=True))
        effective = effective_draws(fit_weights(table["chi_square"].to_numpy()))
        say(f"{WAVE * wave + len(sample)} draws tried, {len(table)} kept, {effective:.0f} effective")
        if effective >= ENOUGH:
            break
    names = ["draw", *(p.name for p in UNCERTAIN), *(p.name for p in CALIBRATED), "misfit", "chi_square"]
    return rounded(table[names]).reset_index(drop=True)


def _fed(table: pd.DataFrame) -> pd.DataFrame:
    """The draws whose farms feed everybody under every package at any levy, drift going on or not."""
    economy, weights = weighted_economy(table)
    tried = [Laboratory.of(economy.replace(drift_continues=continues), weights) for continues in (0.0, 1.0)]
    levies = (0.0, min(DOSES), max(DOSES))
    ends = (one.with_package(p, levy) for one in tried for p in PACKAGES for levy in levies)
    fed = np.logical_and.reduce([np.isfinite(end.outcomes["output_per_person"]) for end in ends])
    return table[fed].reset_index(drop=True)


def effects(kept: pd.DataFrame, *, levies: Sequence[float] = DOSES) -> pd.DataFrame:
    """What every package gains in 2050 against either baseline, and both together against rivals, by levy.

    Weighted quantiles and shares over draws.
    """
    laboratory = _laboratory(kept)
    rows: list[dict[str, object]] = []
    for levy in levies:
        before = {name: laboratory.baseline(name, levy) for name in BASELINES}
        ends = {one.name: laboratory.with_package(one, levy) for one in PACKAGES}
        pairs = [(name, end, base, before[base]) for name, end in ends.items() for base in before]
        pairs += [("both", ends["both"], rival, ends[rival]) for rival in RIVALS]
        for name, after, baseline, base in pairs:
            cell = {"package": name, "levy": 100 * levy, "baseline": baseline}
            rows += _rows(cell, gains(after, base), laboratory.weights)
    return rounded(pd.DataFrame(rows))


def benefit(kept: pd.DataFrame, *, levies: Sequence[float] = DOSES) -> pd.DataFrame:
    """The test of mutual benefit by levy: what exceeds the sum, and what rural money adds in three settings."""
    laboratory = _laboratory(kept)
    rows: list[dict[str, object]] = []
    for levy in levies:
        test = mutual_benefit(laboratory, levy)
        for name, found in vars(test).items():
            rows += _rows({"part": name, "levy": 100 * levy}, found, laboratory.weights)
        lost = {gain: test.where_slowed[gain] - test.alone[gain] for gain in test.alone}
        share = {gain: lost[gain] / np.abs(test.alone[gain]) for gain in lost}
        for name, found in (("lost_where_slowed", lost), ("lost_share_where_slowed", share)):
            rows += _rows({"part": name, "levy": 100 * levy}, found, laboratory.weights)
    return rounded(pd.DataFrame(rows))


def _rows(cell: dict[str, object], found: Gains, weights: FloatArray) -> Iterator[dict[str, object]]:
    for gain, values in found.items():
        low, middle, high = weighted_quantiles(100 * values, weights, [0.1, 0.5, 0.9])
        share = share_of_draws(values > 0, weights)
        yield {**cell, "gain": gain, "low": low, "median": middle, "high": high, "share_better": share}


def sensitivity(kept: pd.DataFrame) -> pd.DataFrame:
    """Signed indices of every uncertain parameter for the results of the test, over the weighted draws."""
    laboratory = _laboratory(kept)
    test = mutual_benefit(laboratory, LEVY)
    both, rural = (laboratory.with_package(package(name), LEVY) for name in ("both", "countryside_only"))
    results = {
        "complementarity": test.complementarity,
        "lost_where_slowed": {gain: test.where_slowed[gain] - test.alone[gain] for gain in test.alone},
        "both_over_countryside": gains(both, rural),
        "both_over_no_levy": gains(both, laboratory.baseline("no_levy", LEVY)),
        "both_over_cash": gains(both, laboratory.baseline("cash", LEVY)),
    }
    inputs, parts = kept[[p.name for p in UNCERTAIN]], []
    for name, found in results.items():
        for gain, values in found.items():
            indices = signed_indices(inputs, values, laboratory.weights)
            parts.append(indices.table.assign(result=name, gain=gain, r_squared=indices.r_squared))
    return rounded(pd.concat(parts, ignore_index=True))


def _laboratory(table: pd.DataFrame) -> Laboratory:
    return Laboratory.of(*weighted_economy(table))


def rounded(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers to eight significant digits: what the file keeps is what is computed with."""
    return frame.map(lambda value: float(f"{value:.{SIGNIFICANT}g}") if isinstance(value, float) else value)
