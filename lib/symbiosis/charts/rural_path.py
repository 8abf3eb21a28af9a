"""The live picture of logistic urbanization: the share on the left, the number of rural people on the right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.text import Text

from symbiosis.charts.scales import ladder_limit
from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled
from symbiosis.models.urbanization.logistic_urbanization import RuralTrajectory


@dataclass(frozen=True)
class RuralPath:
    """What the picture shows: years from the start, urban share (fraction), rural and urban people (start = 1)."""

    years: npt.NDArray[np.float64]
    urban_share: npt.NDArray[np.float64]
    rural: npt.NDArray[np.float64]
    urban: npt.NDArray[np.float64]
    trajectory: RuralTrajectory


class RuralPathPicture:
    """Draws a RuralPath; people are counted in units of the total population at the start."""

    @styled
    def __init__(self) -> None:
        self.figure, (share, people) = new_figure(2, height=3.6, dpi=SCREEN_DPI)
        share.set(title="The share", xlabel="Years from the start", ylabel="Urban share (%)", ylim=(0, 101))
        people.set(title="The number of people", xlabel="Years from the start", ylabel="People (total at start = 1)")
        self._share_axes, self._people_axes = share, people
        (self._share,) = share.plot([], [], color=COLOURS["urban"])
        (self._urban,) = people.plot([], [], color=COLOURS["urban"], linestyle=(0, (4, 2)))
        (self._rural,) = people.plot([], [], color=COLOURS["rural"], linewidth=3.2)
        dot: dict[str, Any] = {"linestyle": "none", "markersize": 11, "markeredgecolor": COLOURS["ink"], "zorder": 5}
        (self._share_peak,) = share.plot([], [], marker="o", color=COLOURS["rural"], **dot)
        (self._rural_peak,) = people.plot([], [], marker="o", color=COLOURS["rural"], **dot)
        self._share_label = share.text(0, 0, "", va="top", zorder=6)
        self._urban_label = people.text(0, 0, "urban", color=COLOURS["urban"], ha="right", va="bottom", zorder=6)
        self._rural_label = people.text(
            0, 0, "rural", color="#8a5a10", weight="bold", ha="right", va="bottom", zorder=6
        )
        self.moving: list[Artist] = [
            self._share, self._urban, self._rural, self._share_peak, self._rural_peak,
            self._share_label, self._urban_label, self._rural_label,
        ]  # fmt: skip
        self._limits: tuple[float, float] | None = None

    def update(self, result: RuralPath) -> bool:
        """Move the curves and the dots; True where the limits of the axes had to change."""
        span = float(result.years[-1])
        top = ladder_limit(1.08 * float(max(result.rural.max(), min(result.urban.max(), 2.2 * result.rural.max()))))
        limits = (span, top)
        changed = limits != self._limits
        if changed:
            self._limits = limits
            self._share_axes.set_xlim(0, span)
            self._people_axes.set_xlim(0, span)
            self._people_axes.set_ylim(0, top)
        self._share.set_data(result.years, 100 * result.urban_share)
        self._urban.set_data(result.years, result.urban)
        self._rural.set_data(result.years, result.rural)
        path = result.trajectory
        self._share_peak.set_data([], [])
        self._rural_peak.set_data([], [])
        self._share_label.set_text("")
        if path.peak_time is not None and path.peak_time <= span and path.peak_share and path.peak_ratio:
            self._share_peak.set_data([path.peak_time], [100 * path.peak_share])
            self._rural_peak.set_data([path.peak_time], [path.peak_ratio * float(result.rural[0])])
            left = path.peak_time < 0.6 * span
            self._share_label.set_position(
                (path.peak_time + (0.03 if left else -0.03) * span, 100 * path.peak_share - 2)
            )
            self._share_label.set_horizontalalignment("left" if left else "right")
            self._share_label.set_text(f"rural peak\nat {path.peak_share:.0%} urban")
        _name_line(self._rural_label, result.years, result.rural, top)
        _name_line(self._urban_label, result.years, result.urban, top)
        return changed


def _name_line(label: Text, years: npt.NDArray[np.float64], values: npt.NDArray[np.float64], top: float) -> None:
    """Put the name of a line near its right end, above it, inside the axes."""
    inside = np.flatnonzero(values <= 0.9 * top)
    index = min(int(0.93 * (len(years) - 1)), int(inside[-1]) if len(inside) else 0)
    label.set_position((float(years[index]) - 0.01 * float(years[-1]), float(values[index]) + 0.02 * top))
