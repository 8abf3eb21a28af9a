"""What a room guessed, before and after it has seen why, beside the answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from symbiosis.charts.style import COLOURS, styled

MOST_BINS = 24
ROUNDS = (("first", "muted"), ("second", "urban"))
"""The two votes: what they are called, and their colours."""


def guess_bins(low: float, high: float, step: float) -> np.ndarray:
    """Edges of at most MOST_BINS equal bins, each of whole steps, that hold every guess from low to high."""
    steps = round((high - low) / step) + 1
    edges: np.ndarray = low - step / 2 + step * np.arange(0, steps + 1, -(-steps // MOST_BINS))
    last = low + (steps - 0.5) * step
    return edges if edges[-1] >= last else np.append(edges, last)


@styled
def draw_guesses(
    axes: Axes,
    votes: Sequence[Sequence[float]],
    *,
    low: float,
    high: float,
    step: float = 1,
    answer: float | None = None,
    label: str = "",
    xlabel: str = "Guess",
) -> None:
    """Bars of how many guessed what, for one or two votes, and a line at the answer where it is given.

    votes: the guesses of the first vote, and of the second where there was one; low, high, step: the range asked for;
    label: the answer in words. ValueError without any guess.
    """
    if not any(len(vote) for vote in votes):
        raise ValueError("no guess to draw; take some first")
    edges = guess_bins(low, high, step)
    shown = [(np.histogram(vote, edges)[0], *ROUNDS[place]) for place, vote in enumerate(votes) if len(vote)]
    width = np.diff(edges) * 0.86 / len(shown)
    for place, (counts, name, role) in enumerate(shown):
        left = edges[:-1] + 0.07 * np.diff(edges) + place * width
        words = f"{name} vote ({counts.sum()})" if len(shown) > 1 else f"{counts.sum()} guesses"
        axes.bar(left, counts, width, align="edge", color=COLOURS[role], label=words)
    top = max(int(counts.max()) for counts, _, _ in shown)
    axes.set(xlim=(edges[0], edges[-1]), ylim=(0, top * 1.22 + 0.5), xlabel=xlabel, ylabel="People")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    axes.grid(axis="x", visible=False)
    if answer is not None:
        axes.axvline(answer, color=COLOURS["china"], linewidth=3)
        right = answer < (edges[0] + edges[-1]) / 2
        axes.annotate(
            f"answer: {label or f'{answer:g}'}", (answer, 0.98), (8 if right else -8, 0),
            xycoords=("data", "axes fraction"), textcoords="offset points", va="top", ha="left" if right else "right",
            color=COLOURS["china"], fontweight="bold",
        )  # fmt: skip
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
