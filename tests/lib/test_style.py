"""The shared look: colours that everyone can tell apart, type that the back row can read, no trace left behind."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from symbiosis.charts.style import (
    _RC,
    COLOURS,
    image_metadata,
    ink_of,
    new_figure,
    pixel_size,
    png_bytes,
    show,
    styled,
)

# Machado, Oliveira, Fernandes 2009, IEEE TVCG 15:1291: complete protanopia, deuteranopia and tritanopia, linear RGB.
SEEN_BY = {
    "all colours": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# CIE76 distance: 2.3 is just noticeable; small marks on a projector need many times that.
CLEARLY_APART = 20.0


def linear(colour: str) -> np.ndarray:
    c = np.array(to_rgb(colour))
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """Linear sRGB (D65) to CIE L*a*b*."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    t = to_xyz @ np.clip(rgb, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""
    a, b = (float(np.array([0.2126, 0.7152, 0.0722]) @ linear(c)) for c in (one, other))
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)


def test_the_measures_used_here_are_right() -> None:
    assert contrast("black", "white") == pytest.approx(21)
    np.testing.assert_allclose(lab(linear("white")), [100, 0, 0], atol=0.02)
    np.testing.assert_allclose(lab(linear("red")), [53.24, 80.09, 67.20], atol=0.1)
    for matrix in SEEN_BY.values():
        np.testing.assert_allclose(matrix.sum(axis=1), 1, atol=1e-5)  # grey stays grey


@pytest.mark.parametrize("eyes", SEEN_BY)
@pytest.mark.parametrize("pair", combinations(["urban", "rural", "china", "muted"], 2), ids="-".join)
def test_roles_stay_apart_for_every_eye(pair: tuple[str, str], eyes: str) -> None:
    first, second = (lab(SEEN_BY[eyes] @ linear(COLOURS[role])) for role in pair)
    assert np.linalg.norm(first - second) >= CLEARLY_APART


@pytest.mark.parametrize("dark", ["urban", "china"])
@pytest.mark.parametrize("light", ["rural", "muted"])
def test_dark_and_light_roles_survive_greyscale(dark: str, light: str) -> None:
    """Within a pair of one lightness (urban and china) the marker's shape differs as well: dot and diamond."""
    assert lab(linear(COLOURS[light]))[0] - lab(linear(COLOURS[dark]))[0] >= 25


@pytest.mark.parametrize("role", ["ink", "urban", "china"])
def test_letters_have_contrast(role: str) -> None:
    assert contrast(COLOURS[role], COLOURS["paper"]) >= 4.5


@pytest.mark.parametrize("role", ["urban", "rural", "china", "other", "muted", "ink"])
def test_names_of_lines_have_contrast(role: str) -> None:
    assert contrast(ink_of(role), COLOURS["paper"]) >= 4.5


@pytest.mark.parametrize("key", [k for k in _RC if k.endswith("size")])
def test_type_is_large_enough_for_the_back_row(key: str) -> None:
    assert _RC[key] >= 12


def test_drawing_leaves_the_settings_of_matplotlib_alone() -> None:
    before = dict(mpl.rcParams)

    @styled
    def draw() -> Any:
        assert mpl.rcParams["font.size"] == _RC["font.size"]
        return new_figure(2)

    draw()
    assert dict(mpl.rcParams) == before


def test_settings_return_even_where_drawing_fails() -> None:
    before = dict(mpl.rcParams)

    @styled
    def fail() -> None:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        fail()
    assert dict(mpl.rcParams) == before


def test_figures_are_not_registered_with_pyplot() -> None:
    from matplotlib import pyplot

    before = pyplot.get_fignums()
    new_figure()
    assert pyplot.get_fignums() == before


def test_a_figure_has_its_size_whatever_its_resolution() -> None:
    for dpi in (100, 150):
        figure, axes = new_figure(2, rows=2, height=5, dpi=dpi)
        assert len(axes) == 4
        assert pixel_size(figure) == (1000, 500)
        png = png_bytes(figure)
        assert int.from_bytes(png[16:20], "big") == 10 * dpi
        assert b"Software" not in png


def test_alt_text_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr("IPython.display.display", lambda *a, **k: shown.append((a, k)))
    figure, _ = new_figure()
    for empty in ("", "  \n"):
        with pytest.raises(ValueError, match="alt text is empty"):
            show(figure, alt=empty, source="A source")
    assert shown == []
    show(figure, alt="A frame without a line.", source="A source")
    (bundle,), options = shown[0]
    assert bundle["text/plain"] == "A frame without a line."
    assert options["metadata"]["image/png"]["alt"] == "A frame without a line."
    assert repr(shown[1][0][0]) == "Source: A source"


def test_metadata_gives_the_shown_size() -> None:
    figure, _ = new_figure(height=4)
    assert image_metadata(figure, "words")["image/png"] == {"width": 1000, "height": 400, "alt": "words"}
