"""One live picture: controls, presets, a readout, and a figure that is updated, never rebuilt.

The figure is drawn once. What stays is kept as a background; on an event only the moving artists are drawn on
it, and the picture goes out through a display handle. So the saved notebook, an exported page and a reader
without a kernel all keep the picture and the readout of the default settings. Widgets are made only when the
controls are shown: `render` gives picture and readout without them.
"""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from symbiosis.charts.quick_png import quick_png
from symbiosis.charts.style import DRAWING, image_metadata, pixel_size, styled
from symbiosis.lesson.cards import key_numbers, problem_note
from symbiosis.lesson.keyboard import KEYBOARD_SCRIPT
from symbiosis.lesson.place_names import name_places
from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.parameters import Parameter, ParameterError, SettingsError

if TYPE_CHECKING:
    import ipywidgets

    from symbiosis.panels.controls import Controls

Result = TypeVar("Result")
Result_contra = TypeVar("Result_contra", contravariant=True)
Value = Any
"""A control's value: a float for a Parameter, any object among its options for a Choice, a bool for a Switch."""

_BACKGROUNDS = 16
"""How many are kept: two megabytes each, and a reader goes to and fro between few."""

READERS_TO_CHANGE = (ParameterError, EquilibriumError, SettingsError)
"""What a computation may raise about its settings. Any other error is the program's own, and is never shown as the
reader's fault.
"""


@dataclass(frozen=True)
class Choice:
    """A control with named options: label for people, options as {shown text: value}, default a shown text."""

    name: str
    label: str
    options: Mapping[str, Value]
    default: str

    def __post_init__(self) -> None:
        if self.default not in self.options:
            raise ParameterError(
                f"choice {self.name!r}: default {self.default!r} is not among its options ({', '.join(self.options)})"
            )

    def text_of(self, value: Value) -> str:
        """The shown text of an option; ParameterError where the value is none."""
        for text, option in self.options.items():
            if option is value or option == value:
                return text
        raise ParameterError(f"choice {self.name!r}: {value!r} is not among its options ({', '.join(self.options)})")


@dataclass(frozen=True)
class Switch:
    """A control that is on or off."""

    name: str
    label: str
    default: bool = False


Control = Parameter | Choice | Switch


@dataclass(frozen=True)
class Preset:
    """A named scenario: a sentence that says what to look at, and the settings that differ from the defaults."""

    name: str
    sentence: str
    settings: Mapping[str, Value]


class Picture(Protocol[Result_contra]):
    """A figure with its moving artists.

    update changes the artists' data, and returns a name for what does not move (limits, ticks, titles), or None where
    that is always the same. What has a new name costs one full redraw.
    """

    @property
    def figure(self) -> Figure: ...

    @property
    def moving(self) -> Sequence[Artist]: ...

    def update(self, result: Result_contra) -> Hashable: ...


@dataclass(frozen=True)
class Readout:
    """The two or three numbers that matter, as (name, value) pairs, and a sentence for those who cannot see."""

    numbers: Sequence[tuple[str, str]]
    alt: str


@dataclass(frozen=True)
class Rendering:
    """One setting of a panel without widgets: its picture as a PNG file, and its readout."""

    png: bytes
    readout: Readout


class Panel(Generic[Result]):
    """Joins controls, a computation and a picture. It contains no formula.

    compute: settings -> result (raises one of READERS_TO_CHANGE, with a clear text, when settings make no sense);
    picture: shows a result; readout: result -> Readout; play: the slider that a play
    button steps from end to end, such as a year. Nothing is computed before show(), update() or render().
    """

    def __init__(
        self,
        *,
        controls: Sequence[Control],
        compute: Callable[[dict[str, Value]], Result],
        picture: Picture[Result],
        readout: Callable[[Result], Readout],
        presets: Sequence[Preset] = (),
        play: str = "",
    ) -> None:
        self.controls_by_name = {control.name: control for control in controls}
        if len(self.controls_by_name) != len(controls):
            raise ParameterError("two controls of a panel share a name; rename one")
        self.presets = tuple(presets)
        if play and not isinstance(self.controls_by_name.get(play), Parameter):
            raise ParameterError(f"a panel plays one of its sliders; {play!r} is none")
        self.play = play
        for preset in self.presets:
            unknown = sorted(set(preset.settings) - set(self.controls_by_name))
            if unknown:
                raise ParameterError(f"preset {preset.name!r} sets unknown controls: {', '.join(unknown)}")
            self._checked(preset.settings, f"preset {preset.name!r}: ")
        self._compute, self._picture, self._describe = compute, picture, readout
        self._settings = self.defaults()
        self._drawn: Result | None = None
        self._widgets: Controls | None = None
        # Made when first drawn or shown.
        self._background: Any = None
        self._backgrounds: dict[Hashable, Any] = {}
        self._send_image: Callable[[bytes], object] | None = None
        self._readout_handle: Any = None
        self._display_name = ""
        self._overdrawn, self.pictures_drawn = False, 0
        self.problem: str | None = None
        self.readout: Readout = Readout((), "")

    # settings ---------------------------------------------------------------------------------------------

    @property
    def settings(self) -> dict[str, Value]:
        """The present value of every control, by name."""
        return dict(self._settings)

    def set(self, **settings: Value) -> None:
        """Set controls from code, as a slider would; one picture, whatever the number of settings."""
        checked = self._checked(settings, "")
        with DRAWING:
            before = self._settings, self.problem, self.readout, self._drawn
            try:
                self._settings = {**self._settings, **checked}
                if self._widgets is not None:
                    self._widgets.mirror(checked)
                self.update()
            except BaseException:
                # An interrupt, or a slip in the code: all or nothing, and the next event finds a whole panel.
                self._settings, self.problem, self.readout, self._drawn = before
                self._overdrawn = True
                if self._widgets is not None:
                    self._widgets.mirror(self._settings)
                self._send(picture=self._drawn is not None)
                raise

    def reset(self) -> None:
        """Every control back to its default."""
        self.set(**self.defaults())

    def defaults(self) -> dict[str, Value]:
        """Every control's default, by name."""
        return {
            name: control.options[control.default] if isinstance(control, Choice) else control.default
            for name, control in self.controls_by_name.items()
        }

    def apply(self, preset_name: str) -> None:
        """Set a preset: its settings, and the defaults for everything it does not name."""
        self.set(**self.preset_settings(preset_name))

    def preset_settings(self, preset_name: str) -> dict[str, Value]:
        """Every control's value in a preset; ParameterError names the known presets."""
        settings = {preset.name: preset.settings for preset in self.presets}
        if preset_name not in settings:
            raise ParameterError(f"unknown preset {preset_name!r}; known: {', '.join(settings)}")
        return {**self.defaults(), **settings[preset_name]}

    def extremes(self) -> Iterator[dict[str, Value]]:
        """Every control alone at each end (or at each option), the others at their defaults: for tests."""
        for name, control in self.controls_by_name.items():
            ends: Sequence[Value] = (False, True)
            if isinstance(control, Parameter):
                ends = control.lower, control.upper
            elif isinstance(control, Choice):
                ends = tuple(control.options.values())
            for end in ends:
                yield {**self.defaults(), name: end}

    def _checked(self, settings: Mapping[str, Value], where: str) -> dict[str, Value]:
        checked: dict[str, Value] = {}
        for name, value in settings.items():
            if name not in self.controls_by_name:
                raise ParameterError(f"{where}unknown control {name!r}; known: {', '.join(self.controls_by_name)}")
            control = self.controls_by_name[name]
            if isinstance(control, Parameter):
                checked[name] = slider_value(control, value)
            elif isinstance(control, Choice):
                checked[name] = control.options[control.text_of(value)]
            elif type(value).__name__ in {"bool", "bool_"}:
                checked[name] = bool(value)
            else:
                raise ParameterError(f"{where}switch {name!r}: {value!r} is neither True nor False")
        return checked

    # picture ----------------------------------------------------------------------------------------------

    def render(self, settings: Mapping[str, Value] | None = None) -> Rendering:
        """Picture and readout of these settings (defaults for what is not named), without any widget.

        The settings of the panel stay as they are. Raises what the computation raises.
        """
        with DRAWING:
            result = self._compute({**self.defaults(), **self._checked(settings or {}, "")})
            readout = self._describe(result)
            self._overdrawn = False
            self._draw(result)
            rendering = Rendering(self.png(), readout)
            self._overdrawn = True
            return rendering

    @property
    def result(self) -> Result:
        """What was computed from the present settings: numbers to quote, beside the readout's words."""
        if self._drawn is None:
            self.update()
        if self._drawn is None:
            raise SettingsError(self.problem or "nothing was computed")
        return self._drawn

    def update(self) -> None:
        """Compute from the present settings, draw, and send the picture and the readout out if shown."""
        with DRAWING:
            try:
                result = self._compute(self.settings)
                readout = self._describe(result)
            except READERS_TO_CHANGE as error:
                why = f"These settings make no sense together: {str(error).rstrip('.')}."
                self.problem = f"{why} The picture still shows the last that did."
            else:
                self.problem, self.readout = None, readout
                self._drawn, self._overdrawn = result, False
                self._draw(result)
            self._send(picture=self.problem is None)

    def _draw(self, result: Result) -> None:
        name = self._picture.update(result)
        name_places(self._picture.figure)
        if name not in self._backgrounds:
            while len(self._backgrounds) >= _BACKGROUNDS:
                del self._backgrounds[next(iter(self._backgrounds))]
            self._backgrounds[name] = self._drawn_background()
        self._background = self._backgrounds[name]

    def png(self) -> bytes:
        """The present picture as PNG bytes: the background, and the moving artists drawn on it."""
        if self._overdrawn and self._drawn is not None:
            self._overdrawn = False
            self._draw(self._drawn)
        figure = self._picture.figure
        canvas = _canvas(figure)
        canvas.restore_region(self._background)
        for artist in sorted(self._picture.moving, key=lambda a: a.get_zorder()):
            figure.draw_artist(artist)
        self.pictures_drawn += 1
        return quick_png(canvas.buffer_rgba())

    @styled
    def _drawn_background(self) -> Any:
        # Under the style even where the program has not set it: ticks are chosen and made when they are drawn.
        figure = self._picture.figure
        canvas = _canvas(figure)
        for artist in self._picture.moving:
            artist.set_animated(True)
        canvas.draw()
        # Laid out once: a layout engine that ran again would move the axes under the moving artists.
        figure.set_layout_engine("none")
        return canvas.copy_from_bbox(figure.bbox)

    def _readout_bundle(self) -> dict[str, str]:
        if self.problem is not None:
            return problem_note(self.problem).bundle
        numbers = key_numbers(self.readout.numbers)
        fold = f"<details><summary>The picture in words</summary>{escape(self.readout.alt)}</details>"
        # The script goes with every readout, so that a saved one is the same before and after an update.
        html = f'<div role="status" aria-live="polite">{numbers.html}{fold}</div>{KEYBOARD_SCRIPT}'
        return {"text/html": html, "text/plain": numbers.text}

    def _send(self, *, picture: bool) -> None:
        # The picture first: a reader waits for it, and the front end draws one message after another.
        if picture and self._send_image is not None:
            self._send_image(self.png())
        if self._readout_handle is not None:
            self._readout_handle.update(self._readout_bundle(), raw=True)

    def _sent(self, send: Callable[..., Any], png: bytes, **options: Any) -> Any:
        alt = self.readout.alt
        metadata = image_metadata(self._picture.figure, alt)
        return send({"image/png": png, "text/plain": alt}, raw=True, metadata=metadata, **options)

    # display ----------------------------------------------------------------------------------------------

    def show(self) -> None:
        """Display the controls, the readout and the picture in a notebook, each as its own output."""
        from IPython.display import display

        self.update()
        if self.problem is not None:
            raise ParameterError(f"the default settings of this panel fail: {self.problem}")
        names = ", ".join(control.label for control in self.controls_by_name.values())
        words = f"Controls, live once the notebook runs (menu Run, Run All Cells): {names}."
        display({**(self.controls()._repr_mimebundle_() or {}), "text/plain": words}, raw=True)
        if os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
            self._show_as_widgets(display)
        else:
            # Shown twice, a panel moves in both places: outputs of one name are updated together.
            name = self._display_name = self._display_name or token_hex(16)
            self._readout_handle = display(self._readout_bundle(), raw=True, display_id=f"{name}-readout")
            handle = self._sent(display, self.png(), display_id=f"{name}-picture")
            self._send_image = partial(self._sent, handle.update)

    def _show_as_widgets(self, display: Callable[..., Any]) -> None:
        """Readout and picture as HTML widgets: Voila does not follow updates of a display handle."""
        import ipywidgets as widgets

        class Words(widgets.HTML):  # type: ignore[misc]
            def update(self, bundle: Mapping[str, str], **_: object) -> None:
                self.value = bundle["text/html"]

        readout, picture = Words(), widgets.HTML()
        width, height = pixel_size(self._picture.figure)
        size = f'width="{width}" height="{height}"'

        def send(png: bytes) -> None:
            data = b64encode(png).decode()
            alt = escape(self.readout.alt, quote=True)
            picture.value = f'<img {size} alt="{alt}" src="data:image/png;base64,{data}">'

        self._readout_handle, self._send_image = readout, send
        self._send(picture=True)
        # A widget runs no script: the one that names the controls comes apart.
        display({"text/html": KEYBOARD_SCRIPT, "text/plain": ""}, raw=True)
        display(readout)
        display(picture)

    def controls(self) -> ipywidgets.VBox:
        """The controls as one box: presets and reset above, then the sliders two in a row."""
        from symbiosis.panels.controls import Controls

        if self._widgets is None:
            self._widgets = Controls(self)
        return self._widgets.box


def slider_value(control: Parameter, value: float) -> float:
    """A value as the panel takes it: what counts in whole numbers, such as years, is whole, as its slider shows it.

    ParameterError as Parameter.validate has it.
    """
    number = control.validate(value)
    return float(round(number)) if control.step % 1 == 0 == control.lower % 1 else number


def _canvas(figure: Figure) -> Any:
    canvas = figure.canvas
    # Closing a pyplot figure leaves a bare canvas behind in recent matplotlib; give it a real one.
    return canvas if isinstance(canvas, FigureCanvasAgg) else FigureCanvasAgg(figure)
