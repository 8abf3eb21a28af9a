"""Does an estimate hang on one place? The same estimate without each place in turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from symbiosis.checks import known_columns
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.least_squares import batched_least_squares, prepared_rows


def leave_one_out(
    frame: pd.DataFrame, place: str, estimate: Callable[[pd.DataFrame], Estimate]
) -> dict[object, Estimate]:
    """The estimate without each place, by the place left out, in the order in which places first stand in the frame.

    estimate: takes a frame like this one. ValueError for an unknown column or fewer than three places.
    """
    known_columns("frame", frame, [place])
    places = frame[place].dropna().unique()
    if len(places) < 3:
        raise ValueError(f"{place} has {len(places)} values; at least 3 are needed to leave one out")
    return {one: estimate(frame[frame[place] != one]) for one in places}


def coefficient_without_each(
    frame: pd.DataFrame,
    outcome: str,
    regressors: Sequence[str],
    *,
    place: str,
    cluster: str,
    effects: Sequence[str | tuple[str, ...]] = (),
    unit: str = "",
    display: str = ".2f",
) -> list[Estimate]:
    """The coefficient of the first regressor without each place in turn, by the order of their labels, all at once.

    frame, effects, cluster: as in least_squares, with one cluster. Rows that are alone in a level of an effect only
    once a place is left out stay, with no residual; coefficients are those of least_squares, errors all but.
    ValueError as least_squares, or for fewer than three places.
    """
    rows, labels, _ = prepared_rows(frame, [outcome, *regressors], effects, list(dict.fromkeys([place, cluster])))
    places = np.sort(rows[place].unique())
    if len(places) < 3:
        raise ValueError(f"{place} has {len(places)} values; at least 3 are needed to leave one out")
    kept = (rows[place].to_numpy() != places[:, None]).astype(float)
    fit = batched_least_squares(
        rows[outcome], rows[list(regressors)], effects=labels, clusters=[rows[cluster]], weights=kept
    )
    half = fit.critical * fit.standard_errors[:, 0]
    ends = zip(fit.coefficients[:, 0], half, strict=True)
    return [Estimate(value, value - reach, value + reach, unit, display, fit.level) for value, reach in ends]
