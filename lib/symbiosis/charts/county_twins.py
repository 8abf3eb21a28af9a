"""The live picture of a county among its twins: what became of them, and how alike they were before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist

from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled

_LEFT, _RIGHT, _STEP, _ROOM = -40.0, 50.0, 2.5, 15.0


@dataclass(frozen=True)
class TwinsView:
    """What the picture shows; changes in percent, the nearest twin first.

    rank: place of the county in each feature, as a percentile of all rural counties; low, high: the middle half of its
    twins; used: features by which the twins were chosen.
    """

    name: str
    change: float
    twins: tuple[str, ...]
    changes: npt.NDArray[np.float64]
    rank: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    used: npt.NDArray[np.bool_]
    distance: float


class TwinsPicture:
    """Draws a TwinsView; the axes never change. all_changes: of every rural county, the grey hill behind."""

    @styled
    def __init__(self, features: Sequence[str], all_changes: npt.NDArray[np.float64]) -> None:
        self.figure, (change, profile) = new_figure(2, height=3.7, dpi=SCREEN_DPI, width_ratios=(1.0, 1.0))
        change.set(
            title="What became of them", xlabel="Change of residents, 2010 to 2020 (%)", xlim=(_LEFT, _RIGHT),
            ylim=(0, _ROOM + 3.6), yticks=[],
        )  # fmt: skip
        steps = np.arange(_LEFT, _RIGHT + _STEP, _STEP)
        counts, _ = np.histogram(np.clip(all_changes, _LEFT, _RIGHT - 1e-9), steps)
        change.bar(steps[:-1], counts / counts.max() * 0.8 * _ROOM, width=_STEP, align="edge", color=COLOURS["grid"])
        change.axvline(0, ymax=_ROOM / (_ROOM + 3.6), color=COLOURS["muted"], linewidth=1.2)
        (self._dots,) = change.plot(
            [], [], linestyle="none", marker="o", markersize=6.5, color=COLOURS["urban"], markeredgecolor="white"
        )
        (self._median,) = change.plot([], [], color=COLOURS["urban"], linewidth=2.2, linestyle=(0, (3, 2)))
        (self._own,) = change.plot([], [], color=COLOURS["china"], linewidth=3)
        words: dict[str, Any] = {"weight": "bold", "va": "center", "size": 12, "zorder": 6}
        words["bbox"] = {"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 0.6}
        self._own_name = change.text(0, _ROOM + 2.9, "", color=COLOURS["china"], **words)
        self._median_name = change.text(0, _ROOM + 1.2, "its twins", color=COLOURS["urban"], **words)
        rows = np.arange(len(features))[::-1].astype(float)
        self._rows = rows
        profile.set(
            title="How alike they were in 2010", xlabel="Percentile among rural counties", xlim=(-2, 102),
            ylim=(-0.7, len(features) - 0.3),
        )  # fmt: skip
        profile.set_yticks(rows, list(features), size=11.5)
        profile.grid(axis="y", visible=False)
        profile.axvline(50, color=COLOURS["muted"], linewidth=1.2)
        bar: dict[str, Any] = {"linewidth": 7, "solid_capstyle": "butt"}
        self._bars = [profile.plot([0, 0], [row, row], color=COLOURS["muted"], **bar)[0] for row in rows]
        (self._ranks,) = profile.plot(
            [],
            [],
            linestyle="none",
            marker="D",
            markersize=7,
            color=COLOURS["china"],
            markeredgecolor="white",
            zorder=5,
        )
        self.moving: list[Artist] = [
            *self._bars, self._ranks, self._dots, self._median, self._own, self._own_name, self._median_name,
        ]  # fmt: skip

    def update(self, result: TwinsView) -> bool:
        """Stack the twins as dots, move the two lines and the profile."""
        shown = np.clip(result.changes, _LEFT + 1, _RIGHT - 1)
        column = np.floor(shown / _STEP).astype(int)
        height = np.array([int((column[:i] == c).sum()) for i, c in enumerate(column)], float)
        # Dots stack closer where many fall into one column, so that none leaves the picture.
        gap = min(0.95, (_ROOM - 0.8) / max(1.0, float(height.max())))
        self._dots.set_data((column + 0.5) * _STEP, 0.5 + gap * height)
        middle = float(np.median(result.changes))
        for line, text, value, top, left in (
            (self._own, self._own_name, result.change, _ROOM + 2.2, result.change > 5),
            # Away from the line of the county where there is room.
            (self._median, self._median_name, middle, _ROOM + 0.4, -18 < middle <= result.change or middle > 30),
        ):
            at = float(np.clip(value, _LEFT + 1, _RIGHT - 1))
            line.set_data([at, at], [0, top])
            text.set_position((at + (-1.4 if left else 1.4), text.get_position()[1]))
            text.set_horizontalalignment("right" if left else "left")
        self._own_name.set_text(result.name)
        for bar, low, high, used in zip(self._bars, result.low, result.high, result.used, strict=True):
            # A bar of no length would vanish.
            bar.set_xdata([low - 0.4, high + 0.4])
            bar.set_color(COLOURS["urban"] if used else COLOURS["muted"])
        self._ranks.set_data(result.rank, self._rows)
        return False
