"""The live picture of the coupling coordination degree: places against their mean level, and the grades they get."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist

from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled
from symbiosis.measures.coupling_coordination import GRADES

_EDGES = np.linspace(0, 1, 21)
_WIDEST = 60.0


@dataclass(frozen=True)
class CouplingView:
    """level, degree: mean level T and degree D of every place, fractions; noise: these are random numbers.

    name, here: the place followed, and its (level, degree), None where it is not in the sample.
    """

    level: npt.NDArray[np.float64]
    degree: npt.NDArray[np.float64]
    name: str
    here: tuple[float, float] | None
    noise: bool


class CouplingPicture:
    """Draws a CouplingView; the axes never change."""

    @styled
    def __init__(self) -> None:
        self.figure, (places, grades) = new_figure(
            2, height=3.7, dpi=SCREEN_DPI, sharey=True, gridspec_kw={"width_ratios": [1.25, 1]}
        )
        places.set(xlabel="Mean level of the four indices", ylabel="Coordination degree D", xlim=(0, 1), ylim=(0, 1))
        places.set_yticks(np.linspace(0, 1, 11))
        curve = np.linspace(0, 1, 200)
        places.plot(curve, np.sqrt(curve), color=COLOURS["ink"], linewidth=1.5, linestyle=(0, (5, 2)), zorder=1)
        places.text(0.25, 0.56, "perfectly even", ha="right", va="bottom", size=11.5)
        self._dots = places.scatter([], [], s=26, color=COLOURS["urban"], edgecolors="white", linewidths=0.5, zorder=2)
        (self._here,) = places.plot(
            [], [], color=COLOURS["china"], marker="D", markersize=10, markeredgecolor="white", linestyle="none",
            zorder=5,
        )  # fmt: skip
        self._name = places.text(
            0, 0, "", color=COLOURS["china"], weight="bold", ha="left", va="top", zorder=6
        )  # fmt: skip
        grades.set(xlabel="Places (%)", xlim=(0, _WIDEST))
        grades.grid(axis="x", visible=False)
        (self._bars,) = grades.fill([0, 0, 0], [0, 0, 0], color=COLOURS["urban"], alpha=0.85, linewidth=0, zorder=2)
        for tenth, name in enumerate(GRADES):
            grades.text(
                _WIDEST, (tenth + 0.5) / 10, name, ha="right", va="center", size=10.5, zorder=7,
                bbox={"facecolor": "white", "alpha": 0.8, "pad": 0.6, "edgecolor": "none"},
            )  # fmt: skip
        self.moving: list[Artist] = [self._dots, self._here, self._name, self._bars]

    def update(self, result: CouplingView) -> bool:
        """Move the dots, the place followed and the bars; noise is grey, so that nobody takes it for a country."""
        colour = COLOURS["muted"] if result.noise else COLOURS["urban"]
        self._dots.set_offsets(np.column_stack([result.level, result.degree]))
        self._dots.set_facecolor(colour)
        self._bars.set_facecolor(colour)
        share = 100 * np.histogram(result.degree, _EDGES)[0] / len(result.degree)
        outline = np.minimum(np.repeat(share, 2), _WIDEST)
        corners = np.column_stack([np.r_[0.0, outline, 0.0], np.r_[0.0, np.repeat(_EDGES, 2)[1:-1], 1.0]])
        self._bars.set_xy(corners)
        if result.here is None:
            self._here.set_data([], [])
            self._name.set_text("")
            return False
        level, degree = result.here
        self._here.set_data([level], [degree])
        self._name.set_text(result.name)
        # Below the cloud, which lies along the curve, so the name covers little.
        left = level > 0.7
        self._name.set_horizontalalignment("right" if left else "left")
        self._name.set_position((level + (-0.02 if left else 0.025), max(degree - 0.05, 0.1)))
        return False
