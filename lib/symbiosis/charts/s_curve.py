"""The live picture of a forecast: the years fitted, the curve, every curve that fits nearly as well, and what came."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist

from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled

FIRST_YEAR, LAST_YEAR = 1950.0, 2065.0
TOP = 125.0


@dataclass(frozen=True)
class SCurveForecast:
    """What the picture shows; every share is a fraction, above 1 where an unbounded curve is carried that far.

    years, share: the whole series, of which start to end was fitted; time, curve, low, high: from start to the
    horizon, the best curve and the fan of the curves not rejected; trend_time, trend: the straight line of the last ten
    years fitted; ceiling, ceiling_low, ceiling_high: infinite where unbounded; ceiling_is_free: estimated or given;
    r2: of the share; errors: mean absolute error by rule in the years after end, empty where the series stops there.
    """

    country: str
    years: npt.NDArray[np.float64]
    share: npt.NDArray[np.float64]
    start: float
    end: float
    time: npt.NDArray[np.float64]
    curve: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    trend_time: npt.NDArray[np.float64]
    trend: npt.NDArray[np.float64]
    ceiling: float
    ceiling_low: float
    ceiling_high: float
    ceiling_is_free: bool
    r2: float
    errors: dict[str, float]


class SCurvePicture:
    """Draws an SCurveForecast; the axes never change."""

    @styled
    def __init__(self) -> None:
        self.figure, (axes,) = new_figure(height=3.7, dpi=SCREEN_DPI)
        axes.set(xlabel="Year", ylabel="Urban share (%)", xlim=(FIRST_YEAR, LAST_YEAR), ylim=(0, TOP))
        axes.set_yticks(range(0, 126, 25))
        axes.axhline(100, color=COLOURS["ink"], linewidth=1.2)
        axes.text(
            FIRST_YEAR + 0.6, 102, "everybody lives in town", size=12, va="bottom", color=COLOURS["ink"]
        )  # fmt: skip
        (self._fan,) = axes.fill([0, 0, 0], [0, 0, 0], color=COLOURS["urban"], alpha=0.22, linewidth=0, zorder=1)
        (self._end,) = axes.plot([], [], color=COLOURS["muted"], linewidth=1.5, linestyle=(0, (1, 2)), zorder=1)
        (self._trend,) = axes.plot([], [], color=COLOURS["rural"], linewidth=2.4, linestyle=(0, (4, 2)), zorder=3)
        (self._curve,) = axes.plot([], [], color=COLOURS["urban"], linewidth=2.8, zorder=4)
        (self._fitted,) = axes.plot(
            [], [], marker="o", linestyle="none", markersize=5.5, color=COLOURS["ink"], zorder=5
        )
        (self._other,) = axes.plot(
            [], [], marker="o", linestyle="none", markersize=5.5, color=COLOURS["paper"],
            markeredgecolor=COLOURS["china"], markeredgewidth=1.5, zorder=5,
        )  # fmt: skip
        axes.legend(
            [self._fitted, self._other, self._curve, self._fan, self._trend],
            ["years fitted", "years not shown to it", "best curve", "curves not rejected", "last trend, straight"],
            loc="upper left", bbox_to_anchor=(1.0, 1.0), borderaxespad=0.2, handlelength=1.7,
        )  # fmt: skip
        self.moving: list[Artist] = [
            self._fan, self._end, self._trend, self._curve, self._fitted, self._other,
        ]  # fmt: skip

    def update(self, result: SCurveForecast) -> bool:
        """Move everything; the axes stay, so that settings compare."""
        used = (result.years >= result.start) & (result.years <= result.end)
        visible = result.years >= FIRST_YEAR
        self._fitted.set_data(result.years[used & visible], 100 * result.share[used & visible])
        self._other.set_data(result.years[~used & visible], 100 * result.share[~used & visible])
        self._curve.set_data(result.time, 100 * np.minimum(result.curve, 2.0))
        self._trend.set_data(result.trend_time, 100 * result.trend)
        self._end.set_data([result.end, result.end], [0, TOP])
        low, high = (100 * np.clip(edge, 0.0, 2.0) for edge in (result.low, result.high))
        corners = np.column_stack([np.r_[result.time, result.time[::-1]], np.r_[low, high[::-1]]])
        self._fan.set_xy(corners)
        return False
