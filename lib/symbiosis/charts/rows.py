"""Pictures with one row a name, first on top: bars, estimates with intervals, ranges, bands of chance."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from symbiosis.charts.style import COLOURS, name_point, styled
from symbiosis.checks import FloatArray
from symbiosis.evidence.estimate import Estimate

_NUMBER_SIZE = 12.5
# Width of one letter or digit of that size, with some room to spare.
_LETTER_INCHES = 0.65 * _NUMBER_SIZE / 72
_FOLDS = (("muted", "o"), ("rural", "s"), ("urban", "D"))


def _columns(names: Sequence[str], **given: npt.ArrayLike) -> tuple[FloatArray, ...]:
    """The given values as arrays, one for each name; ValueError that names those of another length."""
    arrays = {what: np.asarray(values, dtype=np.float64) for what, values in given.items()}
    for what, values in arrays.items():
        if len(values) != len(names):
            raise ValueError(f"{len(names)} names for {len(values)} {what}; give one for each")
    return tuple(arrays.values())


def name_rows(axes: Axes, names: Sequence[str], *, xlabel: str, title: str, **look: Any) -> FloatArray:
    """Name the rows, first on top, and return their heights; look: of the names, as matplotlib knows it."""
    rows = np.arange(len(names))[::-1].astype(float)
    axes.set_yticks(rows, list(names), **look)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.grid(axis="y", visible=False)
    axes.set(xlabel=xlabel, title=title)
    return rows


def _beside(axes: Axes, text: str, x: float, row: float, *, left: bool, size: float = _NUMBER_SIZE) -> None:
    plate = {"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 1.5}
    name_point(axes, text, (x, row), (-7 if left else 7, 0), size=size, bbox=plate)


def _spans(estimates: Iterable[Estimate]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Values, lower and upper ends of the intervals."""
    value, low, high = np.array([(e.value, e.low, e.high) for e in estimates], float).reshape(-1, 3).T
    return value, low, high


@styled
def draw_bars(
    axes: Axes,
    names: Sequence[str],
    values: npt.ArrayLike,
    *,
    xlabel: str,
    title: str = "",
    number: str = "{:+.0f}",
    highlight: Sequence[str] = (),
) -> None:
    """Horizontal bars, each with its number (a format string) at its end."""
    (lengths,) = _columns(names, values=values)
    rows = name_rows(axes, names, xlabel=xlabel, title=title)
    colours = [
        COLOURS["china" if name in highlight else "rural" if value < 0 else "urban"]
        for name, value in zip(names, lengths, strict=True)
    ]
    axes.barh(rows, lengths, color=colours, height=0.72)
    axes.axvline(0, color=COLOURS["ink"], linewidth=1.2)
    for row, value in zip(rows, lengths, strict=True):
        _beside(axes, number.format(value), value, row, left=bool(value < 0), size=12)
    axes.margins(x=0.14)


@styled
def draw_columns(
    axes: Axes, names: Sequence[str], values: npt.ArrayLike, *, xlabel: str, ylabel: str, title: str = ""
) -> None:
    """Upright bars in the order given, for counts along a scale whose steps have names."""
    (heights,) = _columns(names, values=values)
    axes.bar(range(len(names)), heights, color=COLOURS["urban"], width=0.8)
    axes.set_xticks(range(len(names)), list(names), rotation=35, ha="right")
    axes.grid(axis="x", visible=False)
    axes.set(xlabel=xlabel, ylabel=ylabel, title=title)


@styled
def draw_dumbbells(
    axes: Axes,
    names: Sequence[str],
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    first_name: str,
    second_name: str,
    xlabel: str,
    title: str = "",
) -> None:
    """Two values a row: the first as a square, the second as a dot."""
    left, right = _columns(names, first=first, second=second)
    rows = name_rows(axes, names, xlabel=xlabel, title=title)
    paper = COLOURS["paper"]
    axes.hlines(rows, left, right, color=COLOURS["muted"], linewidth=3, zorder=1)
    axes.scatter(left, rows, marker="s", s=150, color=COLOURS["rural"], edgecolor=paper, label=first_name, zorder=2)
    axes.scatter(right, rows, s=90, color=COLOURS["urban"], edgecolor=paper, label=second_name, zorder=3)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, borderaxespad=0.2, handletextpad=0.3)


@styled
def draw_estimates(
    axes: Axes, estimates: Mapping[str, Estimate], *, xlabel: str, title: str = "", reference: float = 0.0
) -> None:
    """Dots with interval bars, by name; filled where the interval leaves the reference out.

    The values, in the format of each Estimate, stand right of their bars, or left where the reference line would
    cross them.
    """
    names, found = list(estimates), list(estimates.values())
    middle, low, high = _spans(found)
    rows = name_rows(axes, names, xlabel=xlabel, title=title)
    axes.axvline(reference, color=COLOURS["ink"], linewidth=1.2)
    axes.hlines(rows, low, high, color=COLOURS["urban"], linewidth=3)
    _dots(axes, middle, rows, np.array([e.excludes(reference) for e in found], dtype=bool), COLOURS["urban"])
    axes.margins(x=0.12)
    left, right = axes.get_xlim()
    per_letter = _LETTER_INCHES * axes.figure.dpi * (right - left) / axes.bbox.width
    low, high = np.fmin(low, middle), np.fmax(high, middle)
    for row, one, start, end in zip(rows, found, low, high, strict=True):
        crossed = bool(end <= reference <= end + per_letter * (len(one.point) + 1))
        _beside(axes, one.point, start if crossed else end, row, left=crossed)


def _dots(axes: Axes, at: FloatArray, rows: FloatArray, filled: npt.NDArray[np.bool_], colour: str) -> None:
    for chosen, face in ((filled, colour), (~filled, COLOURS["paper"])):
        axes.scatter(at[chosen], rows[chosen], s=110, facecolor=face, edgecolor=colour, linewidth=2.2, zorder=4)


@styled
def draw_against_null(
    axes: Axes,
    names: Sequence[str],
    estimates: npt.ArrayLike,
    lows: npt.ArrayLike,
    highs: npt.ArrayLike,
    *,
    xlabel: str,
    title: str = "",
    number: str = "{:+.1f}",
) -> None:
    """A grey band from low to high of the null and the estimate: a full dot above its band, an empty one inside.

    Below its band it is a triangle that points down: outside too, and on the other side.
    """
    dots, low, high = _columns(names, estimates=estimates, lows=lows, highs=highs)
    rows = name_rows(axes, names, xlabel=xlabel, title=title)
    axes.axvline(0, color=COLOURS["ink"], linewidth=1.2)
    axes.barh(rows, high - low, left=low, height=0.5, color=COLOURS["muted"], zorder=2)
    below, china = dots < low, COLOURS["china"]
    _dots(axes, dots[~below], rows[~below], (dots > high)[~below], china)
    look: dict[str, Any] = {
        "marker": "v",
        "facecolor": COLOURS["paper"],
        "edgecolor": china,
        "linewidth": 2.2,
        "zorder": 4,
    }
    axes.scatter(dots[below], rows[below], s=120, **look)
    for row, value, end in zip(rows, dots, np.maximum(dots, high), strict=True):
        _beside(axes, number.format(value), end, row, left=False)
    # Bars would otherwise end at the frame, and a band that is cut there looks open.
    axes.use_sticky_edges = False
    axes.margins(x=0.14)


@styled
def draw_rank_ranges(
    axes: Axes,
    names: Sequence[str],
    medians: npt.ArrayLike,
    lows: npt.ArrayLike,
    highs: npt.ArrayLike,
    *,
    xlabel: str,
    title: str = "",
    highlight: Sequence[str] = (),
) -> None:
    """Median rank as a dot, its range as a bar with the two ranks at its ends."""
    middle, low, high = _columns(names, medians=medians, lows=lows, highs=highs)
    rows = name_rows(axes, names, xlabel=xlabel, title=title)
    colours = [COLOURS["china"] if name in highlight else COLOURS["urban"] for name in names]
    axes.hlines(rows, low, high, color=colours, linewidth=5, alpha=0.45)
    axes.scatter(middle, rows, s=70, color=colours, edgecolor=COLOURS["paper"], zorder=3)
    for row, start, end in zip(rows, low, high, strict=True):
        _beside(axes, f"{start:.0f}", start, row, left=True, size=11)
        _beside(axes, f"{end:.0f}", end, row, left=False, size=11)


@styled
def draw_fold_skill(
    axes: Axes, rules: Sequence[str], skills: Mapping[str, Sequence[Estimate]], *, xlabel: str, title: str = ""
) -> None:
    """Rules from the top down; skills: kind of fold -> one estimate per rule. Up to three kinds, named above."""
    if not 1 <= len(skills) <= len(_FOLDS):
        raise ValueError(f"skills holds {len(skills)} kinds of fold; give one to {len(_FOLDS)}")
    rows = name_rows(axes, rules, xlabel=xlabel, title=title)
    axes.axvline(0, color=COLOURS["ink"], linewidth=1.2)
    for k, (kind, found) in enumerate(skills.items()):
        if len(found) != len(rules):
            raise ValueError(f"{len(rules)} rules and {len(found)} estimates for {kind!r}; give one for each")
        role, marker = _FOLDS[k]
        at = rows + 0.25 * ((len(skills) - 1) / 2 - k)
        middle, low, high = _spans(found)
        axes.hlines(at, low, high, color=COLOURS[role], linewidth=2.6)
        look: dict[str, Any] = {"marker": marker, "color": COLOURS[role], "edgecolor": COLOURS["paper"]}
        axes.scatter(middle, at, s=70, linewidth=0.8, zorder=3, label=kind, **look)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=len(skills), borderaxespad=0.2, handletextpad=0.3)
