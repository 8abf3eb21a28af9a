"""Bars made of named blocks, one row a way of counting: what each way adds is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from symbiosis.charts.style import COLOURS, styled


@styled
def draw_blocks(
    axes: Axes,
    names: Sequence[str],
    blocks: Mapping[str, tuple[npt.ArrayLike, str]],
    *,
    xlabel: str,
    title: str = "",
    number: str = "{:.0f}",
    reference: float | None = None,
    legend_columns: int = 1,
) -> None:
    """Horizontal bars, first on top, of blocks side by side, each bar with its total (a format string) at its end.

    blocks: name -> lengths (one a bar, zero or more) and role of COLOURS; named in a legend above the bars, of so many
    columns. reference: where a line stands. ValueError where a block has not one length for each bar.
    """
    rows = np.arange(len(names))[::-1].astype(float)
    left = np.zeros(len(names))
    for name, (lengths, role) in blocks.items():
        widths = np.asarray(lengths, dtype=np.float64)
        if widths.shape != left.shape:
            raise ValueError(f"block {name!r} has {widths.size} lengths for {len(names)} bars; give one for each")
        axes.barh(rows, widths, left=left, height=0.62, color=COLOURS[role], label=name)
        left = left + widths
    if reference is not None:
        axes.axvline(reference, color=COLOURS["ink"], linewidth=1.2)
    plate = {"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 1.5}
    for row, total in zip(rows, left, strict=True):
        axes.annotate(
            number.format(total), (total, row), xytext=(7, 0), textcoords="offset points", va="center",
            weight="bold", size=15, bbox=plate,
        )  # fmt: skip
    axes.set_yticks(rows, list(names))
    legend_rows = -(-len(blocks) // legend_columns)
    axes.set(xlabel=xlabel, title=title, ylim=(-0.5, len(names) + max(0.25, 0.07 * len(names)) * legend_rows - 0.1))
    axes.legend(loc="upper left", ncols=legend_columns, labelspacing=0.2, columnspacing=1.2, handlelength=1.4,
                borderaxespad=0.1, frameon=True, facecolor=COLOURS["paper"], edgecolor="none",
                framealpha=1.0)  # fmt: skip
    axes.grid(axis="y", visible=False)
    axes.margins(x=0.14)


def blocks_in_words(
    names: Sequence[str], blocks: Mapping[str, tuple[npt.ArrayLike, str]], number: str = "{:.0f}"
) -> str:
    """The bars as an alternative text says them: "first: 3 for, 1 against; second: ..."; blocks of nothing unsaid."""
    rows = []
    for i, name in enumerate(names):
        said = [(number.format(np.asarray(lengths)[i]), block) for block, (lengths, _) in blocks.items()]
        nothing = number.format(0)
        rows.append(f"{name}: " + (", ".join(f"{n} {block}" for n, block in said if n != nothing) or "nothing"))
    return "; ".join(rows)
