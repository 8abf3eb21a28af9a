"""Imagined worlds: what the same designs, data and rule would say if every part were empty, or every part true.

Each finding keeps its design, its interval's width, the spread of its specifications and what its placebo gave; only
what it finds is replaced. What a rule says of noise, and what it could have said at all, is known only so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pandas as pd

from symbiosis.lesson.rule import Finding, Kind, Part, judge_parts
from symbiosis.lesson.rule import Verdict as HowFar
from symbiosis.lesson.verdict import Verdict


def imagined(finding: Finding, part: Part, size: float, rng: np.random.Generator) -> Finding:
    """A finding as it might come out where the part's number lies size smallest effects from its reference.

    size: 0 where the part is empty, positive where it is true. A count without an interval finds exactly that; a
    universal part has cases against it in every specification if it is empty, and in none if it is true.
    """
    if part.kind is Kind.UNIVERSAL:
        return replace(finding, cases=0.0 if size > 0 else 1.0)
    e = finding.estimate
    width = 0.0 if np.isnan(e.low + e.high) else e.high - e.low
    error = width / (2 * NormalDist().inv_cdf((1 + e.level) / 2))
    moved = part.reference + part.direction * size * part.smallest + error * rng.standard_normal() - e.value
    shifted = replace(e, value=e.value + moved, low=e.low + moved, high=e.high + moved)
    return replace(finding, estimate=shifted, curve=tuple(point + moved for point in finding.curve))


def imagined_verdicts(
    verdicts: Sequence[Verdict], size: float, rng: np.random.Generator, *, draws: int = 100
) -> pd.DataFrame:
    """How often each claim would get each verdict in a world of that size; index claim key, columns verdicts' words.

    Findings are imagined independently of each other. Each row sums to one.
    """
    if draws < 1:
        raise ValueError(f"draws is {draws}; give at least 1")
    rows = {}
    for v in verdicts:
        of = {f.name: v.part_of(f) for f in v.findings}
        drawn = [
            judge_parts(v.claim.parts, [imagined(f, of[f.name], size, rng) for f in v.findings]).verdict
            for _ in range(draws)
        ]
        rows[v.claim.key] = {one.value: drawn.count(one) / draws for one in HowFar}
    return pd.DataFrame.from_dict(rows, orient="index", columns=[one.value for one in HowFar])
