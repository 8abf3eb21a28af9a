"""How often something is better: a grid of shares, each cell with its number, coloured by how far from even."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from symbiosis.charts.style import COLOURS, styled


@styled
def draw_share_grid(
    axes: Axes, rows: Sequence[str], columns: Sequence[str], shares: npt.ArrayLike, *, xlabel: str, title: str = ""
) -> None:
    """Shares (fractions, rows x columns) as percent in coloured cells: blue above half, red below, white at half."""
    values = np.asarray(shares, float)
    if values.shape != (len(rows), len(columns)):
        raise ValueError(
            f"shares have shape {values.shape}; give one for each of {len(rows)} rows, {len(columns)} columns"
        )
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError("shares must be fractions from 0 to 1; divide percent by 100")
    colours = LinearSegmentedColormap.from_list("share", [COLOURS["china"], COLOURS["paper"], COLOURS["urban"]])
    axes.imshow(values, cmap=colours, vmin=-0.15, vmax=1.15, aspect="auto")
    for (row, column), share in np.ndenumerate(values):
        colour = COLOURS["paper" if abs(share - 0.5) > 0.32 else "ink"]
        axes.text(column, row, f"{100 * share:.0f}", ha="center", va="center", weight="bold", color=colour)
    axes.set_xticks(range(len(columns)), columns)
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.set(xlabel=xlabel, title=title)
