"""Rank correlations of rows that are alike in something else: within groups, or with other ranks held equal.

Spearman 1904, American Journal of Psychology 15:72. Within groups the ranks are taken there: ranks over all rows with
the groups' means taken out would keep the sizes of the steps that other groups leave between two rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.least_squares import least_squares, partialled_out
from symbiosis.evidence.permutation import ExposurePermutation, permute_exposure


def partial_rank_correlation(
    frame: pd.DataFrame, first: str, second: str, *, given: Sequence[str] = (), within: str | None = None,
    cluster: str | None = None,
) -> Estimate:  # fmt: skip
    """Spearman's correlation of two columns, with an interval from the slope of one standardized rank on the other.

    given: columns whose ranks are held equal (a partial correlation). within: column of groups; ranks are then shares
    of each group, and groups alone tell nothing. cluster: column of groups whose rows depend on each other; the error
    is robust to heteroskedasticity without. Rows with missing values are left out. ValueError for unknown columns,
    fewer than five rows, or a column that does not vary.
    """
    table = standard_ranks(frame, first, second, given=given, within=within, keep=[cluster] if cluster else [])
    # What was taken out stands in the regression once more, so that its degrees of freedom are counted.
    fit = least_squares(table, second, [first, *given], effects=[within] if within else [], cluster=cluster or ())
    return fit.estimate(first, unit="correlation", display="+.2f")


def partial_rank_placebo(
    frame: pd.DataFrame, first: str, second: str, *, rng: np.random.Generator, given: Sequence[str] = (),
    within: str | None = None, draws: int = 199,
) -> ExposurePermutation:  # fmt: skip
    """The same with the first column's ranks exchanged among the rows of a group: what chance alone gives."""
    table = standard_ranks(frame, first, second, given=given, within=within)
    return permute_exposure(table, second, first, within=within, rng=rng, draws=draws)


def standard_ranks(
    frame: pd.DataFrame, first: str, second: str, *, given: Sequence[str] = (), within: str | None = None,
    keep: Sequence[str] = (),
) -> pd.DataFrame:  # fmt: skip
    """Both columns as ranks, freed of groups and of the ranks given, with mean 0 and standard deviation 1.

    Beside them what is given, as ranks freed of groups, and the columns of groups.
    """
    columns, labels = [first, second, *given], list(dict.fromkeys([*([within] if within else []), *keep]))
    unknown = [name for name in [*columns, *labels] if name not in frame]
    if unknown:
        raise ValueError(f"the frame has no column {', '.join(unknown)}; it has {', '.join(map(str, frame.columns))}")
    rows = frame[[*columns, *labels]].dropna()
    if within:
        rows = rows[rows.groupby(within)[first].transform("size") > 1]
    if len(rows) < 5:
        raise ValueError(f"{len(rows)} rows without missing values; give at least 5")
    # A share of the group, so that a step counts alike in large and small ones and no group's mean differs.
    ranks = rows.groupby(within)[columns].rank(pct=True) if within else rows[columns].rank(pct=True)
    groups = [rows[within].to_numpy()] if within else [np.zeros(len(rows))]
    held = ranks[list(given)].to_numpy()
    result = rows[labels].copy()
    for name in columns:
        others = held if name in (first, second) else None
        rest = partialled_out(ranks[name].to_numpy(), others, groups)
        spread = float(rest.std())
        if spread < 1e-9:
            raise ValueError(f"{name} does not vary once groups and what is given are held equal; leave one out")
        result[name] = rest / spread
    return result
