"""Panel: what an S-curve foretells, by the years it is fitted to and the ceiling it is given.

The picture shows the years fitted, the curve, every curve that fits nearly as well, and what came.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from symbiosis.charts.style import COLOURS
from symbiosis.checks import FloatArray
from symbiosis.evidence.curve_fit import LogisticCurve, NoCurveError, fit_logistic_curve
from symbiosis.evidence.forecasts import linear_drift, mean_absolute_error, no_change
from symbiosis.panels.panel import Choice, Panel, Preset, Readout
from symbiosis.panels.picture import DASHED, LivePicture, spread
from symbiosis.parameters import Parameter, SettingsError

FREE = "Estimated from the years fitted"
CEILINGS: dict[str, float | None] = {FREE: None, **{f"Set to {c} %": c / 100 for c in (70, 80, 90, 100)}}
SHORTEST_WINDOW = 8
FIRST_YEAR, LAST_YEAR = 1950.0, 2065.0
TOP = 125.0


@dataclass(frozen=True)
class SCurveForecast:
    """What the picture shows; every share is a fraction, above 1 where an unbounded curve is carried that far.

    series: the whole series by year, of which the years of fit were fitted; time, curve, low, high: from their first
    year to the horizon, the best curve and the fan of the curves not rejected; trend: the straight line of the last ten
    years fitted, over the last years of time; ceiling_is_free: estimated or given; errors: mean absolute error by rule
    in the years after, empty where the series stops there.
    """

    country: str
    series: pd.Series
    fit: LogisticCurve
    time: FloatArray
    curve: FloatArray
    low: FloatArray
    high: FloatArray
    trend: FloatArray
    ceiling_is_free: bool
    errors: dict[str, float]


class SCurvePicture(LivePicture):
    """Draws an SCurveForecast; the axes never change."""

    def __init__(self) -> None:
        (axes,) = self.new_axes(1)
        axes.set(xlabel="Year", ylabel="Urban share (%)", xlim=(FIRST_YEAR, LAST_YEAR), ylim=(0, TOP))
        axes.set_yticks(range(0, 126, 25))
        axes.axhline(100, color=COLOURS["ink"], linewidth=1.2)
        axes.text(FIRST_YEAR + 0.6, 102, "everybody lives in town", size=12, va="bottom", color=COLOURS["ink"])
        self._fan = self.area(axes, "urban", alpha=0.22, zorder=1)
        self._end = self.line(axes, "muted", linewidth=1.5, linestyle=(0, (1, 2)), zorder=1)
        self._trend = self.line(axes, "rural", linewidth=2.4, linestyle=DASHED, zorder=3)
        self._curve = self.line(axes, "urban", linewidth=2.8, zorder=4)
        self._fitted = self.dots(axes, "ink", 5.5)
        self._other = self.dots(axes, "paper", 5.5, markeredgecolor=COLOURS["china"], markeredgewidth=1.5)
        lines = [self._fitted, self._other, self._curve, self._fan, self._trend]
        names = ["years fitted", "years not shown to it", "best curve", "curves not rejected", "last trend, straight"]
        place: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0), "borderaxespad": 0.2}
        axes.legend(lines, names, handlelength=1.7, **place)

    def update(self, result: SCurveForecast) -> None:
        """Move everything; the axes stay, so that settings compare."""
        first, last = result.fit.first_year, result.fit.last_year
        shown = 100 * result.series[result.series.index >= FIRST_YEAR]
        used = shown.index.to_series().between(first, last).to_numpy()
        self._fitted.set_data(shown.index[used], shown[used])
        self._other.set_data(shown.index[~used], shown[~used])
        self._curve.set_data(result.time, 100 * np.minimum(result.curve, 2.0))
        self._trend.set_data(result.time[-len(result.trend) :], 100 * result.trend)
        self._end.set_data([last, last], [0, TOP])
        spread(self._fan, result.time, *(100 * np.clip(edge, 0.0, 2.0) for edge in (result.low, result.high)))


def _forecast(country: str, series: pd.Series, settings: dict[str, Any]) -> SCurveForecast:
    years, share = series.index.to_numpy(float), series.to_numpy(float)
    start, end, horizon, ceiling = (settings[name] for name in ("start", "end", "horizon", "ceiling"))
    used = (years >= start) & (years <= end)
    if used.sum() < SHORTEST_WINDOW:
        few = f"only {used.sum()} years from {start:.0f} to {end:.0f}"
        raise SettingsError(f"{few}; move the start back or the end on, to have at least {SHORTEST_WINDOW}")
    past, values = years[used], share[used]
    if ceiling is not None and values.max() >= ceiling:
        reached = f"the share reaches {values.max():.0%} in these years"
        raise SettingsError(f"{reached}, the ceiling is {ceiling:.0%}; raise the ceiling")
    try:
        fit = fit_logistic_curve(past, values, ceiling=ceiling)
    except NoCurveError as error:
        raise SettingsError(str(error)) from error
    last = fit.last_year
    time, ahead = (np.arange(first, last + horizon + 1) for first in (fit.first_year, last))
    low, high = fit.band(time)
    later = (years > last) & (years <= last + horizon)
    trend = linear_drift(10)
    rules = {"curve": lambda years, values, future: fit.predict(future), "last trend": trend, "no change": no_change}
    errors = {
        name: mean_absolute_error(rule, past, values, later_years=years[later], later_values=share[later])
        for name, rule in rules.items()
        if later.any()
    }
    curve, ends = fit.predict(time), trend(past, values, ahead)
    return SCurveForecast(country, series, fit, time, curve, low, high, ends, ceiling is None, errors)


def _percent(share: float) -> str:
    return "no end" if share > 10 else f"{share:.0%}"


def _readout(result: SCurveForecast) -> Readout:
    ceiling, year, free = _percent(result.fit.ceiling), f"{result.time[-1]:.0f}", result.ceiling_is_free
    end, low, high = (f"{100 * edge[-1]:.0f}" for edge in (result.curve, result.low, result.high))
    ahead = f"{end} %" + (f" ({low} to {high})" if free else "")
    if free:
        ceiling += f" ({' to '.join(_percent(end) for end in result.fit.interval)})"
    score = ", ".join(f"{name} {100 * error:.1f}" for name, error in result.errors.items()) or "the series ends here"
    return Readout(
        numbers=(
            ("Ceiling (not rejected)" if free else "Ceiling (set)", ceiling),
            ("R² in the years fitted", f"{result.fit.r2:.3f}"),
            (f"Urban share in {year}", ahead),
            ("Mean error afterwards (points)", score),
        ),
        alt=f"Urban share of {result.country} with an S-curve fitted from {result.fit.first_year:.0f} to "
        f"{result.fit.last_year:.0f} and drawn on to {year}, beside a straight line that carries the last trend on. "
        f"Ceiling: {ceiling}. Share in {year}: {ahead}. Mean error in the years after, in points: {score}.",
    )


def s_curve_panel(series: Mapping[str, pd.Series], *, default: str) -> Panel[SCurveForecast]:
    """An S-curve fitted to a window of a country's urban share, and scored on the years after it.

    series: by country, the urban share (fraction, open interval) indexed by year; default: the country shown first.
    """

    def compute(settings: dict[str, Any]) -> SCurveForecast:
        return _forecast(settings["country"], series[settings["country"]], settings)

    return Panel(
        controls=(
            Choice("country", "Country", {name: name for name in series}, default),
            Choice("ceiling", "Ceiling of the curve", CEILINGS, FREE),
            Parameter("start", "First year fitted", "", 1978.0, 1950.0, 2005.0, 1.0,
                      "First year that the curve is shown.", "choice of the reader", ".0f"),
            Parameter("end", "Last year fitted", "", 2010.0, 1970.0, 2025.0, 1.0,
                      "Last year that the curve is shown; later years judge it.", "choice of the reader", ".0f"),
            Parameter("horizon", "Years ahead", "", 25.0, 5.0, 40.0, 1.0, "How far the forecast goes.",
                      "choice of the reader", ".0f"),
        ),
        compute=compute,
        picture=SCurvePicture(),
        readout=_readout,
        presets=(
            Preset("Up to 2010: no end", "Fitted to the years of acceleration, the curve has no ceiling at all.", {}),
            Preset("Nine more years", "With the years to 2019 the ceiling is finite, and far above everybody.",
                   {"end": 2019.0}),
            Preset("A later start", "Only the years since 1996: a precise ceiling below one, and the same good fit.",
                   {"start": 1996.0, "end": 2024.0}),
            Preset("A ceiling by decree", "Set to 80 %, the fan is gone from the picture. The doubt is not gone.",
                   {"ceiling": 0.8, "end": 2024.0}),
            Preset("South Korea, stopped in 1990", "The S came true, but the curve fitted to 1990 overshoots it: no "
                   "change at all was the better guess.", {"country": "South Korea", "start": 1960.0, "end": 1990.0}),
        ),
    )  # fmt: skip
