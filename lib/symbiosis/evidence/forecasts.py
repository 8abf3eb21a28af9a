"""Forecasts that are judged: naive rules, back-tests, and intervals whose coverage and score are checked.

A score is proper where the honest forecast has the best expected score (Gneiting and Raftery 2007). Lower is better.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import (
    FloatArray,
    at_least,
    confidence_level,
    finite_array,
    fraction_array,
    known_columns,
    one_row_each,
    positive_array,
    positive_number,
    same_shape,
)

# A rule takes past years, past values and future years, and returns a value for each future year.
Rule = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]


@dataclass(frozen=True)
class Backtest:
    """forecasts: DataFrame[entity, rule, origin, horizon, forecast, actual, error], error = actual - forecast.

    skipped: combinations of entity, origin and horizon left out, by reason.
    """

    forecasts: pd.DataFrame
    skipped: dict[str, int]


# A score


def interval_score(actual: npt.ArrayLike, *, low: npt.ArrayLike, high: npt.ArrayLike, level: float) -> FloatArray:
    """Width of the interval plus 2 / (1 - level) times the distance by which actual misses it; shapes broadcast."""
    y, bottom, top = same_shape(
        actual=finite_array("actual", actual), low=finite_array("low", low), high=finite_array("high", high)
    )
    if (bottom > top).any():
        raise ValueError(f"low is {bottom[bottom > top].flat[0]:g} and above high somewhere; swap them")
    return _interval_score(y, bottom, top, confidence_level(level))


def _interval_score(y: FloatArray, low: FloatArray, high: FloatArray, level: float) -> FloatArray:
    return np.asarray(high - low + 2 / (1 - level) * (np.maximum(low - y, 0) + np.maximum(y - high, 0)))


# Rules


def no_change(years: FloatArray, values: FloatArray, future: FloatArray) -> FloatArray:
    """The last value for ever."""
    return np.full(len(future), values[-1])


def linear_drift(window: float) -> Rule:
    """Rule: the change per year since the value nearest to window years before the last one goes on."""
    span = positive_number("window", window)

    return lambda years, values, future: _drift(years, values, future, span)


def logit_drift(window: float) -> Rule:
    """Rule: as linear_drift, in ln(share / (1 - share)): constant urban-rural growth difference, the method of the
    United Nations before its convergence to a norm. Values must be fractions strictly between 0 and 1."""
    span = positive_number("window", window)

    def rule(years: FloatArray, values: FloatArray, future: FloatArray) -> FloatArray:
        share = fraction_array("values", values, open_interval=True)
        return np.asarray(1 / (1 + np.exp(-_drift(years, np.log(share / (1 - share)), future, span))))

    return rule


def within_bounds(rule: Rule, low: float = 0.0, high: float = 1.0) -> Rule:
    """Rule: as another one, but no forecast leaves the range from low to high that a share cannot leave."""
    if not low < high:
        raise ValueError(f"the bounds run from {low:g} to {high:g}; they must rise")

    def bounded(years: FloatArray, values: FloatArray, future: FloatArray) -> FloatArray:
        return np.asarray(np.clip(rule(years, values, future), low, high))

    return bounded


def damped_drift(window: float, damping: float) -> Rule:
    """Rule: as linear_drift, but each year's change is damping times that of the year before.

    damping: above 0 and below 1. Source: Gardner and McKenzie 1985, Management Science 31:1237.
    """
    span = positive_number("window", window)
    if not 0 < damping < 1:
        raise ValueError(f"damping is {damping:g}; give a fraction above 0 and below 1, such as 0.95")

    def rule(years: FloatArray, values: FloatArray, future: FloatArray) -> FloatArray:
        ahead = future - years[-1]
        slowed = damping * (1 - damping**ahead) / (1 - damping)
        return _drift(years, values, years[-1] + slowed, span)

    return rule


@dataclass(frozen=True)
class Norm:
    """The urban-rural growth difference (per year) usual at an urban share: intercept + slope * share."""

    intercept: float
    slope: float

    def at(self, share: float) -> float:
        """The growth difference at a share, a fraction."""
        return self.intercept + self.slope * share


def fit_norm(shares: npt.ArrayLike, *, step: int) -> Norm:
    """The norm of a set of countries: growth differences over step rows, regressed on the share at their start.

    shares: fractions strictly between 0 and 1, one row a year, one column a country, all known; every step-th row back
    from the last begins or ends a span. ValueError for fewer than step + 1 rows.
    """
    table = fraction_array("shares", shares, open_interval=True)
    if table.ndim != 2 or step < 1 or len(table) <= step:
        raise ValueError(
            f"shares has shape {table.shape}; give more than {step} years in rows and countries in columns"
        )
    ends = table[::-1][::step][::-1]
    growth = np.diff(np.log(ends / (1 - ends)), axis=0) / step
    slope, intercept = np.polyfit(ends[:-1].ravel(), growth.ravel(), 1)
    return Norm(float(intercept), float(slope))


def norm_drift(window: float, norms: Mapping[float, Norm], *, over: float = 25) -> Rule:
    """Rule: the method of the United Nations: the growth difference of the last window years bends towards a norm.

    norms: by the last year known, so that no norm knows more than a forecaster did; over: the years after which only
    the norm counts, its weight rising evenly. Values: fractions strictly between 0 and 1, future: whole years ahead.
    Source: Panel on Urban Population Dynamics 2003, Cities Transformed, appendix D.
    """
    span = positive_number("window", window)

    def rule(years: FloatArray, values: FloatArray, future: FloatArray) -> FloatArray:
        share = fraction_array("values", values, open_interval=True)
        logit = np.log(share / (1 - share))
        if float(years[-1]) not in norms:
            raise ValueError(f"there is no norm for {years[-1]:g}; there are {', '.join(f'{y:g}' for y in norms)}")
        norm, here = norms[float(years[-1])], float(logit[-1])
        own = float(_drift(years, logit, years[-1:] + 1, span)[0]) - here
        path = [here]
        for year in range(1, int(np.max(future) - years[-1]) + 1):
            weight = max(0.0, 1 - year / over)
            here += weight * own + (1 - weight) * norm.at(1 / (1 + np.exp(-here)))
            path.append(here)
        ahead = np.array(path)[(future - years[-1]).astype(int)]
        return np.asarray(1 / (1 + np.exp(-ahead)))

    return rule


def _drift(years: FloatArray, values: FloatArray, future: FloatArray, span: float) -> FloatArray:
    if len(years) < 2:
        raise ValueError("a drift needs at least two past values; raise min_history to 2 or more")
    base = int(np.abs(years[:-1] - (years[-1] - span)).argmin())
    slope = (values[-1] - values[base]) / (years[-1] - years[base])
    return np.asarray(values[-1] + slope * (future - years[-1]))


def mean_absolute_error(
    rule: Rule, years: FloatArray, values: FloatArray, *, later_years: FloatArray, later_values: FloatArray
) -> float:
    """Of one rule, given years and values only, in the later ones; NaN where there are none."""
    if not len(later_years):
        return float("nan")
    return float(np.abs(later_values - rule(years, values, later_years)).mean())


# Back-testing


def backtest(
    frame: pd.DataFrame,
    *,
    entity: str,
    time: str,
    value: str,
    rules: Mapping[str, Rule],
    origins: Sequence[float],
    horizons: Sequence[float],
    min_history: int = 2,
) -> Backtest:
    """Forecast each entity from each origin by each rule, with the values up to the origin only, and compare.

    frame: columns entity, time (years), value; origins: years; horizons: years ahead, positive. An entity must have a
    value at the origin itself. What the series held when the origin was current is not restored: revised figures know
    more than a forecaster did.
    """
    known_columns("frame", frame, (entity, time, value))
    if not rules or not len(origins) or not len(horizons):
        raise ValueError("rules, origins and horizons must each hold at least one entry")
    ahead = positive_array("horizons", list(horizons), ndim=1)
    starts = finite_array("origins", list(origins), ndim=1)
    at_least(1, min_history=min_history)
    for column in (time, value):
        finite_array(column, frame[column].to_numpy())
    if frame[entity].isna().any():
        raise ValueError(f"{entity} is missing in {int(frame[entity].isna().sum())} rows; name or drop them")
    one_row_each("frame", frame, [entity, time])
    rows: list[tuple[object, ...]] = []
    skipped = {"no value at the origin": 0, "history too short": 0, "no value at the horizon": 0}
    for name, part in frame.sort_values(time).groupby(entity, sort=True):
        years, values = (part[column].to_numpy(dtype=np.float64) for column in (time, value))
        known = dict(zip(years.tolist(), values.tolist(), strict=True))
        for origin in starts.tolist():
            past = years <= origin
            if origin not in known or past.sum() < min_history:
                skipped["no value at the origin" if origin not in known else "history too short"] += len(ahead)
                continue
            future = np.array([origin + h for h in ahead if origin + h in known])
            skipped["no value at the horizon"] += len(ahead) - len(future)
            for label, rule in rules.items() if len(future) else ():
                forecast = np.asarray(rule(years[past], values[past], future), dtype=np.float64)
                if forecast.shape != future.shape or not np.isfinite(forecast).all():
                    raise ValueError(f"rule {label} gave {forecast} for {name} from {origin:g}; give one number a year")
                pairs = zip(future.tolist(), forecast.tolist(), strict=True)
                rows += [(name, label, origin, year - origin, guess, known[year]) for year, guess in pairs]
    table = pd.DataFrame(rows, columns=["entity", "rule", "origin", "horizon", "forecast", "actual"])
    table["error"] = table["actual"] - table["forecast"]
    return Backtest(table, {reason: count for reason, count in skipped.items() if count})


def accuracy(forecasts: pd.DataFrame, *, benchmark: str | None = None) -> pd.DataFrame:
    """Accuracy by rule and horizon; forecasts: as in Backtest.

    Columns: n, bias (mean of actual - forecast), mae, rmse, and relative_mae to the benchmark rule, if given. All rules
    forecast the same cases, so that they compare.
    """
    error = forecasts["error"]
    parts = forecasts.assign(mae=error.abs(), rmse=error**2).groupby(["rule", "horizon"])
    table = parts.agg(n=("error", "size"), bias=("error", "mean"), mae=("mae", "mean"), rmse=("rmse", "mean"))
    table["rmse"] **= 0.5
    if benchmark is not None:
        if benchmark not in table.index.get_level_values("rule"):
            raise ValueError(f"benchmark {benchmark!r} is not among the rules; give one of them")
        base = table["mae"].xs(benchmark, level="rule")
        table["relative_mae"] = table["mae"] / base.reindex(table.index.get_level_values("horizon")).to_numpy()
    return table


def intervals_from_past_errors(forecasts: pd.DataFrame, *, level: float = 0.9) -> pd.DataFrame:
    """Prediction intervals from the errors that were known at each origin, and whether they held.

    forecasts: as in Backtest. The interval for a forecast from an origin is the forecast plus quantiles of the errors
    of the same rule and horizon, over all entities, whose target year is not after that origin. Returns forecasts with
    columns n_errors, low, high (NaN where too few past errors bound the level on both sides), covered (boolean, missing
    likewise), score (interval score). The rank of the quantiles, (n + 1)(1 -+ level) / 2, gives the level exactly where
    errors are exchangeable; errors of one origin share shocks, so judge the coverage over several origins.
    """
    probability = confidence_level(level)
    table = forecasts.reset_index(drop=True).copy()
    count = np.zeros(len(table), dtype=np.int64)
    low, high = np.full(len(table), np.nan), np.full(len(table), np.nan)
    for _, part in table.groupby(["rule", "horizon"]):
        where = part.index.to_numpy()
        target = (part["origin"] + part["horizon"]).to_numpy(dtype=np.float64)
        origin, error = part["origin"].to_numpy(dtype=np.float64), part["error"].to_numpy(dtype=np.float64)
        for start in np.unique(origin):
            past = np.sort(error[target <= start])
            now = where[origin == start]
            n = len(past)
            count[now] = n
            first = int(np.floor((n + 1) * (1 - probability) / 2 + 1e-9))
            if first >= 1:
                guess = table["forecast"].to_numpy()[now]
                low[now], high[now] = guess + past[first - 1], guess + past[n - first]
    table["n_errors"], table["low"], table["high"] = count, low, high
    actual = table["actual"].to_numpy(dtype=np.float64)
    inside = pd.Series((low <= actual) & (actual <= high), index=table.index)
    table["covered"] = inside.astype("boolean").where(np.isfinite(low))
    table["score"] = _interval_score(actual, low, high, probability)
    return table
