"""A model's path with its band, and the figures it was and was not asked to repeat."""

from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from symbiosis.charts.style import COLOURS, styled


@styled
def draw_model_fit(
    axes: Axes,
    years: ArrayLike,
    low: ArrayLike,
    median: ArrayLike,
    high: ArrayLike,
    *,
    fitted: tuple[ArrayLike, ArrayLike],
    held_out: tuple[ArrayLike, ArrayLike],
    ylabel: str,
    title: str = "",
) -> None:
    """Band and line of the model; fitted and held_out: (years, values), filled and hollow dots."""
    axes.fill_between(years, low, high, color=COLOURS["urban"], alpha=0.25, linewidth=0)
    axes.plot(years, median, color=COLOURS["urban"], linewidth=2.4)
    for (when, values), face in ((fitted, COLOURS["china"]), (held_out, COLOURS["paper"])):
        axes.scatter(when, values, s=70, facecolor=face, edgecolor=COLOURS["china"], linewidth=2, zorder=4)
    axes.set(xlabel="Year", ylabel=ylabel, title=title)
