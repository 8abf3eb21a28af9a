"""What a panel's picture keeps of what it draws."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex

from symbiosis.charts.style import COLOURS, FONT_FAMILIES, SCREEN_DPI
from symbiosis.panels.picture import LivePicture, spread


class Everything(LivePicture):
    """One of each that moves, and a line that stays."""

    def __init__(self, *, title: str) -> None:
        left, right = self.new_axes(2, height=3.0)
        left.set_title(title)
        left.axhline(1)
        self.drawn = [
            self.area(left, "urban"), self.line(left, "rural"), self.dots(right, "china", 7, marker="D"),
            self.cloud(right, "muted", s=9), self.words(right, "here", "ink", at=(0.5, 0.25), size=11),
        ]  # fmt: skip


def test_what_moves_is_listed_in_the_order_drawn_and_nothing_else() -> None:
    picture = Everything(title="T")
    assert picture.moving == picture.drawn
    assert all(artist.figure is picture.figure for artist in picture.moving)
    assert picture.figure.dpi == SCREEN_DPI
    assert [round(float(inches), 9) for inches in picture.figure.get_size_inches()] == [10.0, 3.0]


def test_a_picture_is_made_in_the_shared_style_and_leaves_no_trace() -> None:
    before = dict(mpl.rcParams)
    picture = Everything(title="T")
    assert dict(mpl.rcParams) == before
    assert picture.axes[0].get_title(loc="left") == "T"
    assert picture.drawn[-1].get_fontfamily() == list(FONT_FAMILIES)


def test_roles_and_looks_reach_the_artists() -> None:
    area, line, dots, cloud, words = Everything(title="T").drawn
    assert to_hex(area.get_facecolor()) == COLOURS["urban"]
    assert (line.get_color(), len(line.get_xdata())) == (COLOURS["rural"], 0)
    assert (dots.get_marker(), dots.get_markersize(), dots.get_linestyle()) == ("D", 7, "None")
    assert to_hex(cloud.get_edgecolor()[0]) == COLOURS["paper"]
    assert (words.get_text(), words.get_position(), words.get_size()) == ("here", (0.5, 0.25), 11)


def test_an_area_is_spread_between_two_curves() -> None:
    area = Everything(title="T").drawn[0]
    spread(area, [0, 1, 2], [1, 2, 1], [3, 5, 3])
    corners = area.get_xy()[:-1] if np.array_equal(area.get_xy()[0], area.get_xy()[-1]) else area.get_xy()
    np.testing.assert_array_equal(corners, [(0, 1), (1, 2), (2, 1), (2, 3), (1, 5), (0, 3)])
    with pytest.raises(ValueError, match="dimension"):
        spread(area, [0, 1, 2], [1, 2], [3, 5, 3])
