"""Panel: what an S-curve foretells, by the years it is fitted to and the ceiling it is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from symbiosis.charts.s_curve import SCurveForecast, SCurvePicture
from symbiosis.checks import FloatArray
from symbiosis.evidence.ceiling_profile import CeilingProfile, profile_ceilings
from symbiosis.evidence.forecasts import linear_drift, no_change
from symbiosis.panels.panel import Choice, Panel, Preset, Readout
from symbiosis.parameters import Parameter

FREE = "Estimated from the years fitted"
CEILINGS: dict[str, float | None] = {FREE: None, "Set to 70 %": 0.7, "Set to 80 %": 0.8, "Set to 90 %": 0.9,
                                     "Set to 100 %": 1.0}  # fmt: skip
SHORTEST_WINDOW = 8
LEVEL = 0.95
_TREND_WINDOW = 10


def _profile(years: FloatArray, share: FloatArray, ceiling: float | None) -> CeilingProfile:
    """Every ceiling from none at all down to the highest share, then finely where the series does not reject it."""
    if ceiling is not None:
        if share.max() >= ceiling:
            raise ValueError(
                f"the share reaches {share.max():.0%} in these years, the ceiling is {ceiling:.0%}; raise the ceiling"
            )
        return profile_ceilings(years, share, [ceiling])
    inverse = np.linspace(0.0, 1 / float(share.max()), 60)
    rough = profile_ceilings(years, share, _ceilings(inverse)).accepted(LEVEL)
    first, last = np.flatnonzero(rough)[[0, -1]]
    fine = np.linspace(inverse[max(first - 1, 0)], inverse[min(last + 1, len(inverse) - 1)], 60)
    return profile_ceilings(years, share, _ceilings(fine))


def _ceilings(inverse: FloatArray) -> FloatArray:
    return np.where(inverse > 0, 1 / np.where(inverse > 0, inverse, 1.0), np.inf)


def _forecast(country: str, series: pd.Series, settings: dict[str, Any]) -> SCurveForecast:
    years, share = series.index.to_numpy(float), series.to_numpy(float)
    start, end, horizon = (float(settings[name]) for name in ("start", "end", "horizon"))
    used = (years >= start) & (years <= end)
    if used.sum() < SHORTEST_WINDOW:
        raise ValueError(
            f"only {used.sum()} years from {start:.0f} to {end:.0f}; move the start back or the end on, to have at "
            f"least {SHORTEST_WINDOW}"
        )
    past, values = years[used], share[used]
    profile = _profile(past, values, settings["ceiling"])
    time = np.arange(past[0], past[-1] + horizon + 1)
    curves = profile.predict(time)
    accepted = curves[profile.accepted(LEVEL)]
    ceilings = profile.ceilings[profile.accepted(LEVEL)]
    fitted = profile.predict(past)[profile.best]
    ahead = np.arange(past[-1], past[-1] + horizon + 1)
    trend = linear_drift(_TREND_WINDOW)(past, values, ahead)
    later = (years > past[-1]) & (years <= past[-1] + horizon)
    errors = {}
    if later.any():
        forecasts = {
            "curve": np.interp(years[later], time, curves[profile.best]),
            "last trend": np.interp(years[later], ahead, trend),
            "no change": no_change(past, values, years[later]),
        }
        errors = {name: float(np.abs(share[later] - guess).mean()) for name, guess in forecasts.items()}
    return SCurveForecast(
        country=country, years=years, share=share, start=float(past[0]), end=float(past[-1]), time=time,
        curve=curves[profile.best], low=accepted.min(axis=0), high=accepted.max(axis=0), trend_time=ahead, trend=trend,
        ceiling=float(profile.ceilings[profile.best]), ceiling_low=float(ceilings.min()),
        ceiling_high=float(ceilings.max()), ceiling_is_free=settings["ceiling"] is None,
        r2=1 - float(((values - fitted) ** 2).sum() / ((values - values.mean()) ** 2).sum()), errors=errors,
    )  # fmt: skip


def _percent(share: float) -> str:
    return "no end" if share > 10 else f"{share:.0%}"


def _readout(result: SCurveForecast) -> Readout:
    ceiling = _percent(result.ceiling)
    if result.ceiling_is_free:
        ceiling += f" ({_percent(result.ceiling_low)} to {_percent(result.ceiling_high)})"
    year = f"{result.time[-1]:.0f}"
    ends = [f"{100 * edge[-1]:.0f}" for edge in (result.curve, result.low, result.high)]
    ahead = f"{ends[0]} %" + (f" ({ends[1]} to {ends[2]})" if result.ceiling_is_free else "")
    if result.errors:
        score = ", ".join(f"{name} {100 * error:.1f}" for name, error in result.errors.items())
    else:
        score = "the series ends here"
    return Readout(
        numbers=(
            ("Ceiling (not rejected)" if result.ceiling_is_free else "Ceiling (set)", ceiling),
            ("R² in the years fitted", f"{result.r2:.3f}"),
            (f"Urban share in {year}", ahead),
            ("Mean error afterwards (points)", score),
        ),
        alt=f"Urban share of {result.country} with an S-curve fitted from {result.start:.0f} to "
        f"{result.end:.0f} and drawn on to {year}, beside a straight line that carries the last trend on. "
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
            Parameter(
                "start", "First year fitted", "", 1978.0, 1950.0, 2005.0, 1.0,
                "First year that the curve is shown.", "choice of the reader", ".0f",
            ),
            Parameter(
                "end", "Last year fitted", "", 2010.0, 1970.0, 2025.0, 1.0,
                "Last year that the curve is shown; later years judge it.", "choice of the reader", ".0f",
            ),
            Parameter(
                "horizon", "Years ahead", "", 25.0, 5.0, 40.0, 1.0,
                "How far the forecast goes.", "choice of the reader", ".0f",
            ),
        ),
        compute=compute,
        picture=SCurvePicture(),
        readout=_readout,
        presets=(
            Preset("Up to 2010: no end", "Fitted to the years of acceleration, the curve has no ceiling at all.", {}),
            Preset(
                "Nine more years", "With the years to 2019 the ceiling is finite, and far above everybody.",
                {"end": 2019.0},
            ),
            Preset(
                "A later start", "Only the years since 1996: a precise ceiling below one, and the same good fit.",
                {"start": 1996.0, "end": 2024.0},
            ),
            Preset(
                "A ceiling by decree", "Set to 80 %, the fan is gone from the picture. The doubt is not gone.",
                {"ceiling": 0.8, "end": 2024.0},
            ),
            Preset(
                "South Korea, stopped in 1990",
                "The S came true, but the curve fitted to 1990 overshoots it: no change at all was the better guess.",
                {"country": "South Korea", "start": 1960.0, "end": 1990.0},
            ),
        ),
    )  # fmt: skip
