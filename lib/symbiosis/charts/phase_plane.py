"""City and countryside against each other, and over time: the phase plane of two sides that live together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled
from symbiosis.models.interplay.mutualism import MutualismPath, still_city, still_countryside

LARGEST = 4.0
"""End of both axes of size, in units of what a side reaches alone."""
MODEL_YEARS = 100
"""Years of a model path."""
DATA_YEARS = 40
"""Years of a pair of series."""

_RURAL_INK = "#8a5a10"
_SIZES = np.linspace(0, LARGEST, 81)
_NOTHING = np.empty(0)
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PhasePlane:
    """What the picture shows; sizes in units of what each side reaches alone, or of a series' own mean.

    times, city, countryside: the path, finite throughout; others: paths (city, countryside) from other starts;
    still: isoclines (city sizes, countryside sizes) of the city and of the countryside, empty for data; rest: the
    resting point, or None; stable: whether it attracts; is_data: a pair of series instead of the model; caption: one
    line; numbers, words: what a readout says of it.
    """

    times: Floats
    city: Floats
    countryside: Floats
    others: Sequence[tuple[Floats, Floats]] = ()
    still: Sequence[tuple[Floats, Floats]] = field(default=((_NOTHING, _NOTHING), (_NOTHING, _NOTHING)))
    rest: tuple[float, float] | None = None
    stable: bool = True
    is_data: bool = False
    caption: str = ""
    numbers: tuple[tuple[str, str], ...] = ()
    words: str = ""


def isoclines(a12: float, a21: float, saturation: float) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """The lines on which the city, and the countryside, stands still, as far as the axes reach."""
    return (
        (still_city(_SIZES, a12=a12, saturation=saturation), _SIZES),
        (_SIZES, still_countryside(_SIZES, a21=a21, saturation=saturation)),
    )


def _axes_of_sizes(axes: Axes, title: str) -> None:
    ends: dict[str, Any] = {"xlim": (0, LARGEST), "ylim": (0, LARGEST)}
    axes.set(title=title, xlabel="City (alone = 1)", ylabel="Countryside (alone = 1)", **ends)
    axes.set_xticks(range(5))
    axes.set_yticks(range(5))


@styled
def draw_phase_plane(
    axes: Axes, paths: MutualismPath, *, a12: float, a21: float, saturation: float = 0.0, title: str = ""
) -> None:
    """Both isoclines, and paths that end where their dots are. paths: one draw per line, all with these effects.

    Blue, solid: the city stands still; orange, dashed: the countryside does.
    """
    city, countryside = isoclines(a12, a21, saturation)
    axes.plot(*city, color=COLOURS["urban"])
    axes.plot(*countryside, color=COLOURS["rural"], linestyle=(0, (5, 2)))
    for one, other in zip(np.atleast_2d(paths.n1), np.atleast_2d(paths.n2), strict=True):
        seen = np.isfinite(one) & np.isfinite(other)
        x, y = np.minimum(one[seen], 3 * LARGEST), np.minimum(other[seen], 3 * LARGEST)
        axes.plot(x, y, color=COLOURS["ink"], linewidth=1.4)
        axes.plot(x[0], y[0], marker="o", markersize=4, color=COLOURS["ink"], linestyle="none")
        if max(x[-1], y[-1]) < LARGEST:
            axes.plot(x[-1], y[-1], marker="o", markersize=9, color=COLOURS["china"], linestyle="none", zorder=5)
    _axes_of_sizes(axes, title)


class PhasePlanePicture:
    """Draws a PhasePlane; only the axis of years and the units change, between the model and data."""

    MOST_OTHERS = 6

    @styled
    def __init__(self) -> None:
        self.figure, (plane, time) = new_figure(2, height=3.7, dpi=SCREEN_DPI)
        self._plane, self._time = plane, time
        _axes_of_sizes(plane, "")
        time.set(xlim=(0, MODEL_YEARS), ylim=(0, LARGEST), xlabel="Year", ylabel="Size (alone = 1)")
        time.set_yticks(range(5))
        name: dict[str, Any] = {"weight": "bold", "size": 12.5, "va": "bottom"}
        plane.text(0, 1.02, "city stands still", color=COLOURS["urban"], transform=plane.transAxes, **name)
        plane.text(1, 1.02, "countryside stands still", color=_RURAL_INK, ha="right", transform=plane.transAxes, **name)
        self._others = [
            plane.plot([], [], color=COLOURS["muted"], linewidth=1.3)[0] for _ in range(PhasePlanePicture.MOST_OTHERS)
        ]
        (self._city_still,) = plane.plot([], [], color=COLOURS["urban"])
        (self._countryside_still,) = plane.plot([], [], color=COLOURS["rural"], linestyle=(0, (5, 2)))
        (self._path,) = plane.plot([], [], color=COLOURS["ink"], linewidth=2.8)
        dot: dict[str, Any] = {"linestyle": "none", "marker": "o", "zorder": 5}
        (self._start,) = plane.plot([], [], color=COLOURS["ink"], markersize=8, **dot)
        (self._rest,) = plane.plot([], [], color=COLOURS["china"], markersize=12, markeredgewidth=2.4, **dot)
        (self._city,) = time.plot([], [], color=COLOURS["urban"], linewidth=3)
        (self._countryside,) = time.plot([], [], color=COLOURS["rural"], linewidth=3)
        self._city_name = time.text(0, 0, "city", color=COLOURS["urban"], **name)
        self._countryside_name = time.text(0, 0, "countryside", color=_RURAL_INK, **name)
        self._caption = time.text(0, 1.02, "", color=COLOURS["ink"], transform=time.transAxes, **name)
        self._shows_data = False
        self.moving: list[Artist] = [
            *self._others, self._city_still, self._countryside_still, self._path, self._start, self._rest,
            self._city, self._countryside, self._city_name, self._countryside_name, self._caption,
        ]  # fmt: skip

    def update(self, result: PhasePlane) -> bool:
        """Move the isoclines, the paths, the resting point and the names."""
        for i, line in enumerate(self._others):
            line.set_data(*(result.others[i] if i < len(result.others) else (_NOTHING, _NOTHING)))
        for line, points in zip((self._city_still, self._countryside_still), result.still, strict=True):
            line.set_data(*points)
        self._path.set_data(result.city, result.countryside)
        self._start.set_data(result.city[:1], result.countryside[:1])
        inside = result.rest is not None and max(result.rest) <= LARGEST
        self._rest.set_data(*([[v] for v in result.rest] if inside and result.rest else ([], [])))
        self._rest.set_markerfacecolor(COLOURS["china"] if result.stable else COLOURS["paper"])
        self._city.set_data(result.times, result.city)
        self._countryside.set_data(result.times, result.countryside)
        self._place_names(result)
        self._caption.set_text(result.caption)
        if result.is_data == self._shows_data:
            return False
        self._shows_data = result.is_data
        self._time.set_xlim(0, DATA_YEARS if result.is_data else MODEL_YEARS)
        unit = "(own mean = 1)" if result.is_data else "(alone = 1)"
        self._time.set_ylabel(f"Size {unit}")
        self._plane.set(xlabel=f"City {unit}", ylabel=f"Countryside {unit}")
        return True

    def _place_names(self, result: PhasePlane) -> None:
        """Clear of both curves: right of a path that leaves the picture, else above the upper and under the lower."""
        years = DATA_YEARS if result.is_data else MODEL_YEARS
        names = (self._city_name, self._countryside_name)
        if result.times[-1] < 0.6 * years:
            for name, y in zip(names, (3.4, 2.9), strict=True):
                name.set_position((float(result.times[-1]) + 0.06 * years, y))
            return
        # The stretch of years that a name covers.
        x = 0.55 * years
        under = (result.times >= x) & (result.times <= 0.85 * years)
        values = np.stack([result.city[under], result.countryside[under]])
        order = np.argsort(values.mean(axis=1))
        low, high = values[order[0]], values[order[1]]
        lower, upper = names[int(order[0])], names[int(order[1])]
        top = min(float(values.max()) + 0.08, 3.55)
        upper.set_position((x, top))
        if low.min() > 0.42:
            lower.set_position((x, float(values.min()) - 0.38))
        elif high.min() - low.max() > 0.55:
            lower.set_position((x, float(low.max()) + 0.06))
        else:
            upper.set_position((x, top + 0.4))
            lower.set_position((x, top))
