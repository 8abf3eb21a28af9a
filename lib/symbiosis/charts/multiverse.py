"""One question asked in every way: estimates in order, and under each what was chosen (Simonsohn and others 2020)."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from symbiosis.charts.style import COLOURS, name_point, styled
from symbiosis.evidence.multiverse import Multiverse

_ROW_INCHES = 0.21
_GAP_INCHES = 0.12
_FRAME_INCHES = 0.8
_LABEL_SIZE = 11


@styled
def draw_multiverse(
    axes: Axes,
    curve: Multiverse,
    *,
    ylabel: str,
    title: str = "",
    reference: float = 0.0,
    smallest: float | None = None,
    mark: Mapping[str, str] | None = None,
    mark_name: str = "ours",
    under: Sequence[str] = (),
) -> None:
    """Estimates with their intervals, smallest first, and a grid of dots under them that says which options each has.

    Coloured where the interval leaves the reference out. smallest: the smallest effect of interest, whose band around
    the reference is shaded; mark: the options of one specification to set off with a diamond, named mark_name; under:
    the choices that the grid shows, all without any. The grid takes 0.21 inches a row from the height of the axes, a
    row for each choice and option.
    """
    middle, low, high = (curve.specifications[name].to_numpy(float) for name in ("estimate", "low", "high"))
    # A count has no interval: the point itself stands on one side.
    low, high = (np.where(np.isnan(end), middle, end) for end in (low, high))
    place = np.arange(1, len(curve) + 1)
    below, above = high < reference, low > reference
    sides = ((~below & ~above, COLOURS["muted"]), (below, COLOURS["urban"]), (above, COLOURS["rural"]))
    # Dots that touch would read as a line.
    size = float(np.clip(9000 / len(curve) ** 1.4, 6, 40))
    if smallest is not None:
        axes.axhspan(reference - smallest, reference + smallest, color=COLOURS["grid"], zorder=0)
    for chosen, colour in sides:
        axes.vlines(place[chosen], low[chosen], high[chosen], color=colour, linewidth=min(3, size / 6), alpha=0.55)
        axes.scatter(place[chosen], middle[chosen], s=size, color=colour, zorder=3)
    axes.axhline(reference, color=COLOURS["ink"], linewidth=1.2)
    axes.set(ylabel=ylabel, title=title, xlim=(0.2, len(curve) + 0.8), xticks=[])
    axes.spines["bottom"].set_visible(False)

    # A row for the name of each choice, and one below it for each of its options.
    unknown = [name for name in under if name not in curve.choices]
    if unknown:
        raise ValueError(f"no choice {', '.join(unknown)}; the choices are {', '.join(curve.choices)}")
    shown = {name: curve.choices[name] for name in under or curve.choices}
    every = enumerate((name, option) for name, options in shown.items() for option in (None, *options))
    rows = sorted(every, key=lambda row: row[1][1] is None)
    grid = _below(axes, _ROW_INCHES * len(rows) + _GAP_INCHES)
    words = [name if option is None else option for _, (name, option) in rows]
    grid.set_yticks([row for row, _ in rows], words, size=_LABEL_SIZE)
    options = []
    for label, (row, (name, option)) in zip(grid.get_yticklabels(), rows, strict=True):
        if option is None:
            label.set_fontweight("bold")
        else:
            options.append((row, (curve.specifications[name] == option).to_numpy()))
    everywhere = np.repeat([row for row, _ in options], len(place))
    grid.scatter(np.tile(place, len(options)), everywhere, s=size / 3, color=COLOURS["grid"])
    for chosen, colour in sides:
        dots = np.array([(x, row) for row, has in options for x in place[has & chosen]])
        if len(dots):
            grid.scatter(dots[:, 0], dots[:, 1], s=size, color=colour)
    grid.set_ylim(len(rows) - 0.3, -0.7 - _GAP_INCHES / _ROW_INCHES)
    grid.tick_params(length=0, bottom=False, labelbottom=False)
    grid.spines[["left", "bottom"]].set_visible(False)
    grid.grid(visible=False)
    spec = axes.get_subplotspec()
    beside = spec is not None and spec.get_gridspec().ncols > 1
    ways = f"{len(curve)} ways to ask, sorted" + ("" if beside else " by their answer")
    grid.set_xlabel(ways + (f"; {len(curve.failed)} gave none" if len(curve.failed) else ""))
    if mark is not None:
        _set_off(axes, grid, curve, mark, mark_name)


@styled
def draw_choices(
    axes: Axes,
    curve: Multiverse,
    *,
    xlabel: str,
    title: str = "",
    reference: float = 0.0,
    smallest: float | None = None,
) -> None:
    """Which choices decide: for each option the median estimate and the middle nine tenths of those that share it.

    Choices stand in the order in which they decide (Multiverse.deciding), each with the part of the variance that goes
    when it is fixed; smallest: the smallest effect of interest, whose band around the reference is shaded. About 0.27
    inches a row, a row for each choice and option.
    """
    share = curve.deciding()["with_others"].sort_values(ascending=False, kind="stable")
    rows = [(name, option) for name in share.index for option in (None, *curve.choices[str(name)])]
    heights = np.arange(len(rows))[::-1].astype(float)
    words = [f"{name} ({share[name]:.0%})" if option is None else str(option) for name, option in rows]
    axes.set_yticks(heights, words)
    if smallest is not None:
        axes.axvspan(reference - smallest, reference + smallest, color=COLOURS["grid"], zorder=0)
    axes.axvline(reference, color=COLOURS["ink"], linewidth=1.2)
    spans = []
    for label, height, (name, option) in zip(axes.get_yticklabels(), heights, rows, strict=True):
        found = curve.specifications.loc[curve.specifications[str(name)] == option, "estimate"]
        if option is None:
            label.set_fontweight("bold")
        elif len(found):
            spans.append([height, *np.quantile(found, [0.05, 0.5, 0.95])])
    height, low, middle, high = np.array(spans).T
    for chosen, role in ((middle < reference, "urban"), (middle >= reference, "rural")):
        axes.hlines(height[chosen], low[chosen], high[chosen], color=COLOURS[role], linewidth=5, alpha=0.45)
        dots = axes.scatter(middle[chosen], height[chosen], s=70, color=COLOURS[role], zorder=3)
        dots.set_edgecolor(COLOURS["paper"])
    axes.set(xlabel=xlabel, title=title, ylim=(-0.7, len(rows) - 0.3))
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)


def _below(axes: Axes, inches: float) -> Axes:
    """New axes of this height under others, which give up room for them."""
    spec, figure = axes.get_subplotspec(), axes.get_figure()
    if spec is None or not isinstance(figure, Figure):
        raise ValueError("the axes stand in no grid of a figure; take them from new_figure")
    rest = max(figure.get_size_inches()[1] - inches - _FRAME_INCHES, 1.0)
    halves = spec.subgridspec(2, 1, height_ratios=[rest, inches], hspace=0.0)
    axes.set_subplotspec(halves[0])
    return figure.add_subplot(halves[1], sharex=axes)


def _set_off(axes: Axes, grid: Axes, curve: Multiverse, mark: Mapping[str, str], name: str) -> None:
    curve.estimate(**mark)
    (position,) = curve.positions(**mark)
    x, y = position + 1, curve.estimates[position]
    axes.scatter([x], [y], s=110, marker="D", color=COLOURS["china"], edgecolor=COLOURS["paper"], zorder=4)
    for where in (axes, grid):
        where.axvline(x, color=COLOURS["china"], linewidth=1.4, linestyle=(0, (2, 2)), zorder=0.5)
    look = {"color": COLOURS["china"], "weight": "bold", "va": "top"}
    name_point(axes, name, (x, 1), (-6 if x > len(curve) / 2 else 6, -2), xycoords=("data", "axes fraction"), **look)
