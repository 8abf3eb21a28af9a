"""The picture of a panel: a figure that keeps a list of what moves."""

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.text import Text

from symbiosis.charts.style import COLOURS, SCREEN_DPI, new_figure, styled

Moving = TypeVar("Moving", bound=Artist)

DASHED = (0, (4, 2))
"""Line style of what stands beside the case at hand."""


class LivePicture:
    """A figure for a panel. What its methods draw moves: it is empty until update gives it data.

    Each method takes axes, a role of COLOURS, and what matplotlib knows of looks; at one height (zorder) the first
    drawn lies lowest.
    """

    def __init_subclass__(cls) -> None:
        """Every picture is made in the shared style."""
        cls.__init__ = styled(cls.__init__)  # type: ignore[method-assign]

    def new_axes(self, columns: int = 2, *, height: float = 3.7, **options: Any) -> list[Axes]:
        """The axes of a new figure, side by side; options as new_figure has them."""
        self.figure, self.axes = new_figure(columns, height=height, dpi=SCREEN_DPI, **options)
        self.moving: list[Artist] = []
        return self.axes

    def _moves(self, artist: Moving) -> Moving:
        self.moving.append(artist)
        return artist

    def line(self, axes: Axes, role: str, **look: Any) -> Line2D:
        """A line."""
        return self._moves(axes.plot([], [], color=COLOURS[role], **look)[0])

    def dots(self, axes: Axes, role: str, size: float, **look: Any) -> Line2D:
        """Dots of one size in points, over the lines."""
        return self.line(axes, role, **{"linestyle": "none", "marker": "o", "markersize": size, "zorder": 5, **look})

    def cloud(self, axes: Axes, role: str, **look: Any) -> PathCollection:
        """Dots with a rim of paper, each of its own area."""
        return self._moves(axes.scatter([], [], color=COLOURS[role], edgecolors=COLOURS["paper"], **look))

    def area(self, axes: Axes, role: str, **look: Any) -> Polygon:
        """A filled area without an outline."""
        return self._moves(axes.fill([1, 1, 2], [1, 2, 2], color=COLOURS[role], linewidth=0, **look)[0])

    def words(
        self, axes: Axes, text: str = "", role: str = "ink", *, at: tuple[float, float] = (0, 1), **look: Any
    ) -> Text:
        """Words over everything else."""
        return self._moves(axes.text(*at, text, color=COLOURS[role], **{"zorder": 6, **look}))


def spread(area: Polygon, x: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> None:
    """Stretch an area between two curves over x."""
    across, under, above = (np.asarray(a, float) for a in (x, low, high))
    area.set_xy(np.column_stack([np.r_[across, across[::-1]], np.r_[under, above[::-1]]]))
