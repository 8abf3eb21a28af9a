"""Does an estimate hang on one place? The same estimate without each place in turn."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from symbiosis.checks import known_columns
from symbiosis.evidence.estimate import Estimate


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
