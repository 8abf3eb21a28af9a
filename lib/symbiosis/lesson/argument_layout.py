"""Where each claim stands on the map: what others rest on to the left, few crossings, no arrow behind a box.

A small layered drawing (Sugiyama, Tagawa and Toda 1981): the column follows from the longest chain of relations that
leads to a claim; the rows are found by moving one claim at a time as long as the picture gets clearer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray

COLUMNS, ROWS = 5, 5
WIDTH, HEIGHT = 0.9, 0.6
"""Size of a box, in columns and rows."""
_STARTS, _PASSES = 5, 12
Relations = Sequence[tuple[str, str]]


@lru_cache(maxsize=8)
def places(keys: tuple[str, ...], relations: tuple[tuple[str, str], ...]) -> Mapping[str, tuple[float, float]]:
    """Column and row of each claim, row 0 lowest; relations: pairs of keys, the source first."""
    index = {key: i for i, key in enumerate(keys)}
    links = np.array([(index[a], index[b]) for a, b in relations], dtype=np.intp).reshape(-1, 2)
    column = _ranks(len(keys), links) * (COLUMNS - 1.0)
    rng = np.random.default_rng(8)
    found = [
        _settled(column, rng.permutation(np.resize(np.linspace(0, ROWS - 1, ROWS), len(keys))), links)
        for _ in range(_STARTS)
    ]
    # Costs that differ by less than a rounding error are a tie, which the first start wins.
    at = min(found, key=lambda one: round(one[0], 6))[1]
    return {key: (float(at[0, i]), float(at[1, i])) for key, i in index.items()}


def _ranks(count: int, links: npt.NDArray[np.intp]) -> FloatArray:
    """The longest chain that leads to each claim, as a fraction of the longest of all."""
    rank = np.zeros(count)
    for _ in range(count):
        for source, target in links:
            rank[target] = min(count, max(rank[target], rank[source] + 1))
    # A claim that rests on none stands close to the first that rests on it.
    for one in set(range(count)) - set(links[:, 1]):
        rank[one] = rank[links[links[:, 0] == one, 1]].min(initial=rank.max(initial=1.0)) - 1
    return np.asarray(rank / max(1.0, rank.max(initial=1.0)))


def _settled(column: FloatArray, row: FloatArray, links: npt.NDArray[np.intp]) -> tuple[float, FloatArray]:
    """Move one claim up or down, or swap two, as long as the picture gets clearer."""
    at = np.stack([column, row])
    cost = unclear(at, links)
    for _ in range(_PASSES):
        before = cost
        for one in range(at.shape[1]):
            for level in np.linspace(0, ROWS - 1, 2 * ROWS - 1):
                kept, at[1, one] = at[1, one], level
                tried = unclear(at, links)
                if tried < cost - 1e-9:
                    cost = tried
                else:
                    at[1, one] = kept
        for pair in combinations(range(at.shape[1]), 2):
            at[1, list(pair)] = at[1, list(pair[::-1])]
            tried = unclear(at, links)
            if tried < cost - 1e-9:
                cost = tried
            else:
                at[1, list(pair)] = at[1, list(pair[::-1])]
        if cost == before:
            break
    return cost, at


def unclear(at: FloatArray, links: npt.NDArray[np.intp]) -> float:
    """How hard a picture is to read; at: columns and rows of the claims, shape (2, claims).

    It counts boxes that overlap, arrows that run left, arrows behind boxes, crossings, and length, in this order.
    """
    column, rows = at
    dx = np.abs(column[:, None] - column)
    dy = np.abs(rows[:, None] - rows)
    overlaps = np.triu((dx < 1.11 * WIDTH) & (dy < 1.3 * HEIGHT), 1).sum()
    start = np.stack([column[links[:, 0]], rows[links[:, 0]]], axis=1)
    end = np.stack([column[links[:, 1]], rows[links[:, 1]]], axis=1)
    way = end - start
    leftward = (way[:, 0] < 0.5).sum()
    hidden, crossed = _behind(column, rows, links, start, way), _crossings(links, start, way)
    length = np.hypot(way[:, 0], way[:, 1]).sum()
    return float(100 * overlaps + 50 * leftward + 30 * hidden + 5 * crossed + length)


def _behind(
    column: FloatArray, rows: FloatArray, links: npt.NDArray[np.intp], start: FloatArray, way: FloatArray
) -> int:
    steps = np.linspace(0, 1, 25)[:, None, None]
    along = start + steps * way
    inside = (np.abs(along[..., 0, None] - column) < 0.56 * WIDTH) & (np.abs(along[..., 1, None] - rows) < 0.6 * HEIGHT)
    hit = np.asarray(inside.any(axis=0))
    own = np.arange(len(links))
    hit[own, links[:, 0]] = hit[own, links[:, 1]] = False
    return int(hit.sum())


def _crossings(links: npt.NDArray[np.intp], start: FloatArray, way: FloatArray) -> int:
    def turn(a: FloatArray, b: FloatArray) -> FloatArray:
        return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0])

    apart = start[None] - start[:, None]
    turning = turn(way[:, None], way[None])
    with np.errstate(divide="ignore", invalid="ignore"):
        t = turn(apart, way[None]) / turning
        s = turn(apart, way[:, None]) / turning
    shared = (links[:, None, :, None] == links[None, :, None, :]).any(axis=(2, 3))
    crossing = (t > 0) & (t < 1) & (s > 0) & (s < 1) & ~shared
    return int(np.triu(crossing, 1).sum())
