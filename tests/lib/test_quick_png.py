"""The PNG files of panels, read back by Pillow."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from symbiosis.charts.quick_png import quick_png

PIXELS = st.tuples(st.integers(1, 40), st.integers(1, 40), st.sampled_from([3, 4])).flatmap(
    lambda shape: arrays(np.uint8, shape)
)


@given(PIXELS)
def test_every_pixel_comes_back(pixels: npt.NDArray[np.uint8]) -> None:
    file = Image.open(io.BytesIO(quick_png(pixels)))
    file.load()  # checks the sums of every chunk
    assert (file.format, file.mode) == ("PNG", "RGB")
    np.testing.assert_array_equal(np.asarray(file), pixels[:, :, :3])


def test_what_lies_in_memory_in_another_order_is_the_same_picture() -> None:
    pixels = np.random.default_rng(7).integers(0, 256, (30, 20, 3), dtype=np.uint8)
    assert quick_png(np.asfortranarray(pixels)) == quick_png(pixels)
    assert quick_png(pixels[::-1, ::2]) == quick_png(pixels[::-1, ::2].copy())


@pytest.mark.parametrize(
    "pixels", [np.zeros((4, 4)), np.zeros((4, 4, 2), np.uint8), np.zeros((0, 4, 3), np.uint8), np.zeros((4, 4, 3))]
)
def test_other_arrays_are_refused_by_name(pixels: npt.NDArray[np.generic]) -> None:
    with pytest.raises(ValueError, match="pixels are bytes of shape"):
        quick_png(pixels)
