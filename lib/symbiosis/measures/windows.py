"""Changes over windows of years with the windows around them; the day a level is reached; values between figures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from symbiosis.checks import known_columns, one_row_each


def window_changes(
    frame: pd.DataFrame, columns: Sequence[str], *, entity: str, step: int, first: int, last: int
) -> pd.DataFrame:
    """Yearly change of columns over every window of step years that starts at first, first + step, ... before last.

    frame: one row per entity and year, both among its columns. Returns one row per entity and window: the row of its
    first year, with each of columns replaced by its yearly change over the window, and {column}_before and
    {column}_after, the changes over the neighbouring windows; NaN where a year is missing. ValueError for unknown
    columns, a repeated year of an entity, or no whole window.
    """
    known_columns("frame", frame, (entity, "year", *columns))
    if step < 1 or first + step > last:
        raise ValueError(f"no window of {step} years fits between {first} and {last}; give a shorter step or later end")
    one_row_each("frame", frame, [entity, "year"])
    starts = list(range(first, last - step + 1, step))
    rows = frame[frame["year"].isin([*starts, starts[-1] + step])].set_index([entity, "year"]).sort_index()
    result = rows.copy()

    def shifted(values: pd.Series, years: int) -> pd.Series:
        """The value of the same entity so many years later; NaN where it has no such year."""
        index = pd.MultiIndex.from_arrays(
            [rows.index.get_level_values(0), rows.index.get_level_values(1) + years], names=rows.index.names
        )
        return pd.Series(values.reindex(index).to_numpy(), index=rows.index)

    for column in columns:
        level = rows[column].astype(np.float64)
        change = (shifted(level, step) - level) / step
        result[column] = change
        result[f"{column}_before"], result[f"{column}_after"] = shifted(change, -step), shifted(change, step)
    result = result.reset_index()
    return result[result["year"].isin(starts)].reset_index(drop=True)


def at_crossing(frame: pd.DataFrame, column: str, level: float, *, entity: str) -> pd.DataFrame:
    """The row of the year in which each entity first comes to level from below, sorted by entity.

    frame: one row per entity and year. Entities that begin at or above the level, or never reach it, are not in it;
    years without a value of column are passed over. ValueError for unknown columns.
    """
    known_columns("frame", frame, (entity, "year", column))
    rows = frame.dropna(subset=[column]).sort_values([entity, "year"])
    before = rows.groupby(entity)[column].shift(1)
    crossing = rows[(rows[column] >= level) & (before < level)]
    opening = rows.groupby(entity)[column].transform("first")
    return crossing[opening[crossing.index] < level].drop_duplicates(entity).reset_index(drop=True)


def between_figures(frame: pd.DataFrame, column: str, *, entity: str) -> pd.Series:
    """A column with missing years filled along straight lines between the figures around them, NaN outside of these.

    frame: one row per entity and year; the result has its index. ValueError for unknown columns or a repeated year.
    """
    known_columns("frame", frame, (entity, "year", column))
    one_row_each("frame", frame, [entity, "year"])
    filled = pd.Series(np.nan, index=frame.index, name=column, dtype=np.float64)
    for _, rows in frame.groupby(entity):
        figures = rows.dropna(subset=[column]).sort_values("year")
        if len(figures):
            course = figures["year"].to_numpy(float), figures[column].to_numpy(float)
            filled.loc[rows.index] = np.interp(rows["year"], *course, left=np.nan, right=np.nan)
    return filled


def longest_runs(years: pd.Series, entity: pd.Series) -> pd.Series:
    """The longest run of consecutive years of each entity; years, entity: one row each, no year of an entity twice."""
    rows = pd.DataFrame({"entity": entity.to_numpy(), "year": years.to_numpy()}).sort_values(["entity", "year"])
    # Years less their rank are the same throughout a run.
    run = rows["year"] - rows.groupby("entity").cumcount()
    return rows.groupby(["entity", run]).size().groupby("entity").max()
