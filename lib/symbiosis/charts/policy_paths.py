"""The live picture of the policy laboratory: one outcome to 2050 with its band, and six gains in 2050."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist

from symbiosis.charts.scales import ladder_limit
from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled
from symbiosis.checks import FloatArray

_LARGEST_GAIN = 60.0
"""Half the width of the axis of gains, in percent; a longer bar runs out of the picture, its number does not."""


@dataclass(frozen=True)
class Band:
    """Median over draws, and the ends between which eight of ten lie; one shape."""

    low: FloatArray
    median: FloatArray
    high: FloatArray


@dataclass(frozen=True)
class PolicyPaths:
    """What the picture shows: an outcome by year with the policy and without, and gains in the last year in percent."""

    years: FloatArray
    outcome: str
    policy: Band
    without: Band
    package: str
    gains: Band


class PolicyPathsPicture:
    """Draws PolicyPaths; gain_names: what the gains are called, first on top."""

    @styled
    def __init__(self, gain_names: Sequence[str]) -> None:
        self.figure, (path, gain) = new_figure(2, height=3.7, dpi=SCREEN_DPI, width_ratios=[1.05, 1])
        path.set(xlabel="Year", xlim=(2000, 2051), xticks=[2000, 2010, 2020, 2030, 2040, 2050])
        self._path_axes = path
        path.axvspan(2025, 2051, color=COLOURS["grid"], alpha=0.5, zorder=0, linewidth=0)
        self._title = path.set_title("")
        self._bands = [
            path.fill([0, 0, 0], [0, 0, 0], color=colour, alpha=alpha, linewidth=0, zorder=1)[0]
            for colour, alpha in ((COLOURS["muted"], 0.5), (COLOURS["urban"], 0.3))
        ]
        (self._without,) = path.plot([], [], color=COLOURS["ink"], linestyle=(0, (4, 2)), linewidth=2)
        (self._policy,) = path.plot([], [], color=COLOURS["urban"], linewidth=3)
        place: dict[str, Any] = {"transform": path.transAxes, "size": 13.5, "weight": "bold", "zorder": 6}
        self._names = [
            path.text(0.03, y, text, color=colour, **place)
            for y, text, colour in ((0.92, "", COLOURS["urban"]), (0.83, "- - money given back", COLOURS["ink"]))
        ]
        rows = np.arange(len(gain_names))[::-1].astype(float)
        gain.set(
            title="Gains in 2050, 8 of 10 draws", xlabel="Against money given back (%)",
            xlim=(-_LARGEST_GAIN, _LARGEST_GAIN), ylim=(-0.6, len(gain_names) - 0.4),
        )  # fmt: skip
        gain.set_yticks(rows, list(gain_names))
        gain.tick_params(axis="y", labelsize=12)
        gain.grid(axis="y", visible=False)
        gain.axvline(0, color=COLOURS["ink"], linewidth=1.2)
        self._rows = rows
        self._lines = [gain.plot([], [], color=COLOURS["muted"], linewidth=6, zorder=2)[0] for _ in rows]
        (self._better,) = gain.plot([], [], "o", color=COLOURS["urban"], markersize=10, zorder=4)
        (self._worse,) = gain.plot([], [], "o", color=COLOURS["china"], markersize=10, zorder=4)
        (self._unclear,) = gain.plot(
            [], [], "o", markerfacecolor=COLOURS["paper"], markeredgecolor=COLOURS["ink"], markersize=10, zorder=4
        )
        self.moving: list[Artist] = [
            *self._bands, self._without, self._policy, *self._names, *self._lines, self._unclear, self._better,
            self._worse,
        ]  # fmt: skip
        self._shown: tuple[str, float] | None = None

    def update(self, result: PolicyPaths) -> bool:
        """Move curves, bands and dots; True where the outcome or the limits changed."""
        ends = np.concatenate([b for band in (result.policy, result.without) for b in (band.low, band.high)])
        top = ladder_limit(1.15 * float(ends.max()))
        shown = (result.outcome, top)
        changed = shown != self._shown
        if changed:
            self._shown = shown
            self._title.set_text(result.outcome)
            self._path_axes.set_ylim(0, top)
        along = np.concatenate([result.years, result.years[::-1]])
        for band, values in zip(self._bands, (result.without, result.policy), strict=True):
            band.set_xy(np.column_stack([along, np.concatenate([values.low, values.high[::-1]])]))
        self._without.set_data(result.years, result.without.median)
        self._policy.set_data(result.years, result.policy.median)
        # In the corner where the curves are not.
        rising = result.policy.high[0] < result.policy.high[-1]
        for label in self._names:
            label.set_x(0.03 if rising else 0.97)
            label.set_horizontalalignment("left" if rising else "right")
        self._names[0].set_text(f"\u2014 {result.package}")
        gains = result.gains
        for line, low, high, y in zip(self._lines, gains.low, gains.high, self._rows, strict=True):
            line.set_data([low, high], [y, y])
        inside = np.clip(gains.median, -_LARGEST_GAIN, _LARGEST_GAIN)
        better, worse = gains.low > 0, gains.high < 0
        for dots, chosen in ((self._better, better), (self._worse, worse), (self._unclear, ~better & ~worse)):
            dots.set_data(inside[chosen], self._rows[chosen])
        return changed
