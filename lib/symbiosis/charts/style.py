"""The shared look: colours by role, type for the back row, and one way to show a figure."""

import io
import os
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from threading import RLock
from types import MappingProxyType
from typing import Any, Literal, ParamSpec, TypeVar

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

P = ParamSpec("P")
R = TypeVar("R")

# Roles, not decoration. The first four differ in lightness, so they survive greyscale, and lie on the
# blue-orange axis that the common colour-vision deficiencies keep apart.
COLOURS = MappingProxyType(
    {
        "urban": "#1b4f8a",
        "rural": "#e0982f",
        "china": "#a3123a",
        "other": "#5fb3a3",
        "muted": "#a9b1ba",
        "ink": "#22303c",
        "grid": "#e4e7ea",
        "paper": "#ffffff",
        # Letters on white: the light roles are too pale for them.
        "rural_words": "#8a5a10",
        "other_words": "#2f7a6c",
        "muted_words": "#5d6771",
        # Grounds and quiet marks.
        "faint": "#c9ced4",
        "soft": "#eef1f4",
        "land": "#f7f7f4",
        # Verdicts, and what goes wrong.
        "for": "#2f8f6b",
        "partly_for": "#5fb3a3",
        "against": "#e0982f",
        "cannot_tell": "#8a93a0",
        "alarm": "#b3401f",
        "soft_for": "#cfe8dc",
        "soft_partly_for": "#dcefeb",
        "soft_against": "#f8e3c0",
        "soft_cannot_tell": "#e3e5e8",
    }
)


def ink_of(role: str) -> str:
    """The colour for letters of a role: light roles are too pale for them on white."""
    return COLOURS.get(f"{role}_words", COLOURS[role])


RAMPS = MappingProxyType(
    {
        # Loss in the amber of the countryside, gain in the blue of the city, next to nothing between them.
        "change": ("#b86f0c", "#f0c98a", "#f7f7f4", "#8fb3d9", "#123c6d"),
        # From little to much, ending in the blue of the city.
        "level": ("#dde8f2", "#b3cee4", "#7ba6cf", "#3f74ab", "#123c6d"),
    }
)
"""Colours from the low to the high end of a scale."""

WIDTH_INCHES = 10.0
HEIGHT_INCHES = 4.3
SCREEN_DPI = 100
"""Dots per inch of a panel: 10 inches are 1000 pixels, the width of a notebook on a projector."""
PRINT_DPI = 150
"""Dots per inch of a still figure, shown at the same width and sharp on a dense screen."""

NAMES = "SYMBIOSIS_NAMES"
"""The environment variable that says by which names places are shown."""

FONTS = Path(__file__).with_name("fonts")
FONT_FAMILIES = ("Symbiosis Sans", "DejaVu Sans")
"""Ours holds Latin, Greek and the Chinese names of our tables; the second helps out with rare accents."""

_RC: Any = {
    "font.family": list(FONT_FAMILIES),
    "font.size": 13,
    "axes.titlesize": 15,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.labelsize": 13,
    "axes.labelcolor": COLOURS["ink"],
    "axes.edgecolor": COLOURS["muted"],
    "axes.facecolor": COLOURS["paper"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": COLOURS["grid"],
    "grid.linewidth": 1.0,
    "xtick.labelsize": 12.5,
    "ytick.labelsize": 12.5,
    "xtick.color": COLOURS["ink"],
    "ytick.color": COLOURS["ink"],
    "text.color": COLOURS["ink"],
    "figure.facecolor": COLOURS["paper"],
    "legend.frameon": False,
    "legend.fontsize": 12.5,
    "lines.linewidth": 2.4,
    "lines.solid_capstyle": "round",
}


DRAWING = RLock()
"""Held while anything is drawn. matplotlib's settings and fonts are shared by all threads, and a notebook's front end
may run the callbacks of controls in a thread of their own, beside the one that runs the cells.
"""


@cache
def _register_fonts() -> None:
    """Tell matplotlib of our font, when something is first drawn."""
    from matplotlib.font_manager import fontManager

    for path in sorted(FONTS.glob("*.ttf")):
        fontManager.addfont(path)


def _setting(variable: str, default: str, *others: str) -> str:
    """What an environment variable says, the default where it is unset or empty; ValueError for anything unknown."""
    value = os.environ.get(variable) or default
    if value not in (default, *others):
        raise ValueError(f"{variable} is {value!r}; set it to {', '.join((default, *others[:-1]))} or {others[-1]}")
    return value


def names_shown() -> str:
    """english, chinese or both: what SYMBIOSIS_NAMES says; ValueError for any other value."""
    return _setting(NAMES, "english", "chinese", "both")


def use_names(which: Literal["english", "chinese", "both"]) -> None:
    """Show places by these names in figures and tables from now on, in this program and in those that it starts.

    It sets SYMBIOSIS_NAMES, which may as well be set before the start; figures and panels that are drawn already
    stay as they are. ValueError for anything but english, chinese or both.
    """
    from symbiosis.lesson.place_names import name_places_in_tables

    before = os.environ.get(NAMES)
    os.environ[NAMES] = which
    try:
        names_shown()
    except ValueError:
        os.environ.pop(NAMES) if before is None else os.environ.update({NAMES: before})
        raise
    name_places_in_tables()


def place_name(english: str, chinese: str) -> str:
    """The name of a place as it is shown: in English unless SYMBIOSIS_NAMES says both or chinese.

    english, chinese: the two names of a table, such as prefecture and prefecture_zh; where one is empty the other
    stands. ValueError for another value of SYMBIOSIS_NAMES.
    """
    shown = names_shown()
    names = {"english": (english or chinese,), "chinese": (chinese or english,), "both": (english, chinese)}[shown]
    return " ".join(name for name in names if name)


def styled(function: Callable[P, R]) -> Callable[P, R]:
    """Run a drawing function under the shared style, leaving matplotlib's settings as they were."""

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        with DRAWING, mpl.rc_context(_RC):
            _register_fonts()
            return function(*args, **kwargs)

    return wrapper


def use_style() -> None:
    """Make the shared style that of this program: so that what a notebook itself adds to a picture looks the same."""
    with DRAWING:
        _register_fonts()
        mpl.rcParams.update(_RC)


def ramp(name: str) -> LinearSegmentedColormap:
    """The continuous colours of one of RAMPS."""
    return LinearSegmentedColormap.from_list(name, list(RAMPS[name]))


def map_form() -> str:
    """``shapes``, or ``dots`` where the environment says SYMBIOSIS_MAPS=dots: maps without outlines.

    Raises:
        ValueError: any other setting.
    """
    return _setting("SYMBIOSIS_MAPS", "shapes", "dots")


def halo() -> list[withStroke]:
    """Path effects of words over a busy ground: a rim of paper around each letter."""
    return [withStroke(linewidth=3, foreground=COLOURS["paper"])]


def name_point(axes: Axes, text: str, at: tuple[Any, Any], offset: tuple[float, float], **look: Any) -> Text:
    """Words beside a point, offset in points from it; left of it where the offset is negative."""
    place = {"va": "center", "ha": "left" if offset[0] >= 0 else "right"}
    return axes.annotate(text, at, xytext=offset, textcoords="offset points", **{**place, **look})


@styled
def new_figure(
    columns: int = 1,
    *,
    rows: int = 1,
    height: float = HEIGHT_INCHES,
    width: float = WIDTH_INCHES,
    dpi: int = PRINT_DPI,
    **subplot_options: Any,
) -> tuple[Figure, list[Axes]]:
    """A figure with rows x columns axes, on its own Agg canvas; height and width in inches.

    No pyplot: nothing is registered anywhere, so nothing has to be closed.
    """
    figure = Figure(figsize=(width, height), dpi=dpi, layout="constrained")
    FigureCanvasAgg(figure)
    engine: Any = figure.get_layout_engine()
    if engine is not None:
        engine.set(w_pad=0.09, h_pad=0.09)
    axes = figure.subplots(rows, columns, squeeze=False, **subplot_options)
    return figure, list(axes.flat)


def png_bytes(figure: Figure) -> bytes:
    """The figure as a PNG file, at the figure's own size: no trimming, so widths agree down a page.

    Reduced to 256 colours, which makes notebooks a third of the size: flat figures do not miss the others, and the rare
    colours of a map are kept. Drawn once and packed from the canvas: savefig draws twice, and packs twice.
    """
    import numpy as np
    from PIL import Image

    from symbiosis.lesson.place_names import name_places

    canvas: Any = FigureCanvasAgg(figure)
    packed = io.BytesIO()
    name_places(figure)
    with DRAWING:
        canvas.draw()
        full = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    few = full.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(packed, format="png", compress_level=7)
    return packed.getvalue()


def pixel_size(figure: Figure) -> tuple[int, int]:
    """Width and height in CSS pixels at which a figure is shown, whatever its resolution."""
    width, height = figure.get_size_inches()
    return round(width * SCREEN_DPI), round(height * SCREEN_DPI)


def image_metadata(figure: Figure, alt: str) -> dict[str, dict[str, object]]:
    """Display metadata for a PNG: shown width and height, and the text for those who cannot see it."""
    if not alt.strip():
        raise ValueError("alt text is empty: say in a sentence what the picture shows")
    width, height = pixel_size(figure)
    return {"image/png": {"width": width, "height": height, "alt": alt}}


def show(figure: Figure, *, alt: str, source: str) -> None:
    """Display a figure in a notebook with its alt text, and its source line under it."""
    from IPython.display import display

    from symbiosis.lesson.cards import source_line

    bundle = {"image/png": png_bytes(figure), "text/plain": alt}
    display(bundle, raw=True, metadata=image_metadata(figure, alt))
    display(source_line(source, alt))
