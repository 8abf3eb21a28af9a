"""One live picture: controls, presets, a readout, and a figure that is updated, never rebuilt.

The figure is drawn once. What stays is kept as a background; on an event only the moving artists are drawn on
it, and the picture goes out through a display handle. So the saved notebook, an exported page and a reader
without a kernel all keep the picture and the readout of the default settings.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Any, Generic, Protocol, TypeVar

import ipywidgets as widgets
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from symbiosis.charts.style import DRAWING, image_metadata
from symbiosis.lesson.cards import Card, key_numbers, problem_note
from symbiosis.lesson.keyboard import KEYBOARD_SCRIPT
from symbiosis.parameters import Parameter, ParameterError

Result = TypeVar("Result")
Result_contra = TypeVar("Result_contra", contravariant=True)
Value = Any
"""A control's value: a float for a Parameter, any object among its options for a Choice, a bool for a Switch."""


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

    update changes the artists' data, and returns True where it changed anything that does not move (limits,
    ticks, titles), which costs one full redraw.
    """

    @property
    def figure(self) -> Figure: ...

    @property
    def moving(self) -> Sequence[Artist]: ...

    def update(self, result: Result_contra) -> bool: ...


@dataclass(frozen=True)
class Readout:
    """The two or three numbers that matter, as (name, value) pairs, and a sentence for those who cannot see."""

    numbers: Sequence[tuple[str, str]]
    alt: str


LATE_SECONDS = 0.25
"""How long after a press of Reset a change that was sent before it may still arrive.

The front end sends a slider's next value only once the kernel has dealt with the one before, and a press of a
button at once: under load the press overtakes the slider.
"""


class Panel(Generic[Result]):
    """Joins controls, a computation and a picture. It contains no formula.

    compute: settings -> result (raises ValueError with a clear text when the settings make no sense);
    picture: shows a result; readout: result -> Readout. Nothing is computed before show() or update().
    """

    def __init__(
        self,
        *,
        controls: Sequence[Control],
        compute: Callable[[dict[str, Value]], Result],
        picture: Picture[Result],
        readout: Callable[[Result], Readout],
        presets: Sequence[Preset] = (),
    ) -> None:
        self._controls = {control.name: control for control in controls}
        if len(self._controls) != len(controls):
            raise ParameterError("two controls of a panel share a name; rename one")
        self.presets = tuple(presets)
        for preset in self.presets:
            unknown = sorted(set(preset.settings) - set(self._controls))
            if unknown:
                raise ParameterError(f"preset {preset.name!r} sets unknown controls: {', '.join(unknown)}")
        self._compute = compute
        self._picture = picture
        self._describe = readout
        self._background: Any = None
        self._held = False
        self._reset_pressed = -float("inf")
        self._computed: dict[str, Value] = {}
        self._inputs = {name: _input(control) for name, control in self._controls.items()}
        for name, preset_values in ((p.name, p.settings) for p in self.presets):
            self._check(preset_values, f"preset {name!r}: ")
        self._image_handle: Any = None
        self._readout_handle: Any = None
        self._image_widget: widgets.Image | None = None
        self._menu: widgets.Dropdown | None = None
        self.pictures_drawn = 0
        self.problem: str | None = None
        self.readout: Readout = Readout((), "")

    # settings ---------------------------------------------------------------------------------------------

    @property
    def settings(self) -> dict[str, Value]:
        """The present value of every control, by name."""
        return {name: _value(self._controls[name], control) for name, control in self._inputs.items()}

    def set(self, **settings: Value) -> None:
        """Set controls from code, as a slider would; one picture, whatever the number of settings."""
        self._check(settings, "")
        with DRAWING:
            with self._hold():
                for name, value in settings.items():
                    self._inputs[name].value = _shown(self._controls[name], value)
            self.update()

    def reset(self) -> None:
        """Every control back to its default."""
        self.set(**self.defaults())

    def defaults(self) -> dict[str, Value]:
        """Every control's default, by name."""
        return {
            name: control.options[control.default] if isinstance(control, Choice) else control.default
            for name, control in self._controls.items()
        }

    def apply(self, preset_name: str) -> None:
        """Set a preset: its settings, and the defaults for everything it does not name."""
        for preset in self.presets:
            if preset.name == preset_name:
                self.set(**{**self.defaults(), **preset.settings})
                return
        raise ParameterError(f"unknown preset {preset_name!r}; known: {', '.join(p.name for p in self.presets)}")

    def extremes(self) -> Iterator[dict[str, Value]]:
        """Every control alone at each end (or at each option), the others at their defaults: for tests."""
        for name, control in self._controls.items():
            ends: Sequence[Value]
            if isinstance(control, Parameter):
                ends = (control.lower, control.upper)
            elif isinstance(control, Choice):
                ends = tuple(control.options.values())
            else:
                ends = (False, True)
            for end in ends:
                yield {**self.defaults(), name: end}

    def _check(self, settings: Mapping[str, Value], where: str) -> None:
        for name, value in settings.items():
            if name not in self._controls:
                raise ParameterError(f"{where}unknown control {name!r}; known: {', '.join(self._controls)}")
            control = self._controls[name]
            if isinstance(control, Parameter):
                control.validate(value)
            elif isinstance(control, Choice):
                _shown(control, value)
            elif type(value).__name__ not in {"bool", "bool_"}:
                raise ParameterError(f"{where}switch {name!r}: {value!r} is neither True nor False")

    # picture ----------------------------------------------------------------------------------------------

    def update(self) -> None:
        """Compute from the present settings, draw, and send the picture and the readout out if shown."""
        with DRAWING:
            self._update()

    def _update(self) -> None:
        try:
            self._computed = self.settings
            result = self._compute(self._computed)
            readout = self._describe(result)
        except ValueError as error:
            self.problem = f"These settings make no sense together: {error}. The picture still shows the last that did."
            self._send(picture=False)
            return
        self.problem = None
        self.readout = readout
        if self._picture.update(result) or self._background is None:
            self._draw_background()
        self._send(picture=True)

    def png(self) -> bytes:
        """The present picture as PNG bytes: the background, and the moving artists drawn on it."""
        figure = self._picture.figure
        canvas = _canvas(figure)
        if self._background is None:
            self._draw_background()
        canvas.restore_region(self._background)
        for artist in sorted(self._picture.moving, key=lambda a: a.get_zorder()):
            figure.draw_artist(artist)
        # Level 1 and no alpha: a few more bytes over a local socket, a third of the time to encode.
        from PIL import Image

        buffer = io.BytesIO()
        pixels = np.asarray(canvas.buffer_rgba())[:, :, :3]
        Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, format="png", compress_level=1)
        self.pictures_drawn += 1
        return buffer.getvalue()

    def _draw_background(self) -> None:
        figure = self._picture.figure
        canvas = _canvas(figure)
        for artist in self._picture.moving:
            artist.set_animated(True)
        canvas.draw()
        # Laid out once: a layout engine that ran again would move the axes under the moving artists.
        figure.set_layout_engine("none")
        self._background = canvas.copy_from_bbox(figure.bbox)

    def _readout_card(self) -> Card:
        if self.problem is not None:
            return problem_note(self.problem)
        numbers = key_numbers(self.readout.numbers)
        fold = f"<details><summary>The picture in words</summary>{escape(self.readout.alt)}</details>"
        # The script goes with every readout, so that a saved one is the same before and after an update.
        html = f'<div role="status" aria-live="polite">{numbers.html}{fold}</div>{KEYBOARD_SCRIPT}'
        return Card(html, numbers.text)

    def _send(self, *, picture: bool) -> None:
        # The picture first: a reader waits for it, and the front end draws one message after another.
        if picture and self._image_widget is not None:
            self._image_widget.value = self.png()
        elif picture and self._image_handle is not None:
            bundle, metadata = self._bundle(self.png())
            self._image_handle.update(bundle, raw=True, metadata=metadata)
        if self._readout_handle is not None:
            card = self._readout_card()
            self._readout_handle.update({"text/html": card.html, "text/plain": card.text}, raw=True)

    def _bundle(self, png: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
        alt = self.readout.alt
        return {"image/png": png, "text/plain": alt}, dict(image_metadata(self._picture.figure, alt))

    # display ----------------------------------------------------------------------------------------------

    def show(self) -> None:
        """Display the controls, the readout and the picture in a notebook, each as its own output."""
        from IPython.display import display

        self.update()
        if self.problem is not None:
            raise ParameterError(f"the default settings of this panel fail: {self.problem}")
        names = ", ".join(control.label for control in self._controls.values())
        controls = self.controls()
        view = controls._repr_mimebundle_() or {}
        view["text/plain"] = f"Controls, live once the notebook runs (menu Run, Run All Cells): {names}."
        display(view, raw=True)
        card = self._readout_card()
        self._readout_handle = display({"text/html": card.html, "text/plain": card.text}, raw=True, display_id=True)
        png = self.png()
        if os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
            # Voila does not follow updates of a display handle.
            self._image_widget = widgets.Image(value=png, format="png")
            display(self._image_widget)
            return
        bundle, metadata = self._bundle(png)
        self._image_handle = display(bundle, raw=True, metadata=metadata, display_id=True)

    def controls(self) -> widgets.VBox:
        """The controls as one box: presets and reset above, then the sliders two in a row."""
        for control in self._inputs.values():
            control.observe(self._on_change, names="value")
        rows: list[widgets.Widget] = []
        reset = widgets.Button(description="Reset", tooltip="Every control back to its default", icon="undo")
        reset.layout.width = "110px"
        reset.on_click(lambda _: self._press_reset())
        if self.presets:
            menu = self._menu = widgets.Dropdown(
                options=["Choose a scenario", *(p.name for p in self.presets)],
                description="Scenario",
                layout=widgets.Layout(width="380px"),
            )
            menu.add_class("symbiosis-presets")
            sentence = widgets.HTML("")

            def choose(change: Mapping[str, Any]) -> None:
                with DRAWING:
                    chosen = next((p for p in self.presets if p.name == change["new"]), None)
                    if chosen is not None and self._overtaken():
                        self._leave_scenario()
                    elif chosen is not None:
                        sentence.value = escape(chosen.sentence)
                        self.apply(chosen.name)

            def clear(_: widgets.Button) -> None:
                sentence.value = ""

            menu.observe(choose, names="value")
            reset.on_click(clear)
            rows.append(widgets.HBox([menu, reset]))
            rows.append(sentence)
        else:
            rows.append(reset)
        grid = widgets.GridBox(
            list(self._inputs.values()),
            layout=widgets.Layout(grid_template_columns="repeat(2, minmax(0, 490px))", grid_gap="0 20px", width="100%"),
        )
        # Sliders for the back row: the default type of a control is smaller than the text around it.
        larger = widgets.HTML("<style>.symbiosis-panel{--jp-widgets-font-size:15px}</style>")
        larger.layout.display = "none"
        box = widgets.VBox([*rows[:1], grid, *rows[1:], larger])
        box.add_class("symbiosis-panel")
        return box

    def _on_change(self, _: object) -> None:
        with DRAWING:
            # The front end sends back what it was sent, rounded to its steps: no news.
            if self._held or self.settings == self._computed:
                return
            if self._overtaken():
                self.reset()
                return
            self.update()
            self._leave_scenario()

    def _press_reset(self) -> None:
        with DRAWING:
            self.reset()
            self._reset_pressed = time.monotonic()
            self._leave_scenario()

    def _leave_scenario(self) -> None:
        """The menu can name the same scenario again; its sentence stays, since it often asks for a slider."""
        if self._menu is not None:
            self._menu.value = self._menu.options[0]

    def _overtaken(self) -> bool:
        return time.monotonic() - self._reset_pressed < LATE_SECONDS

    @contextmanager
    def _hold(self) -> Iterator[None]:
        self._held = True
        try:
            yield
        finally:
            self._held = False


def _canvas(figure: Figure) -> Any:
    canvas = figure.canvas
    # Closing a pyplot figure leaves a bare canvas behind in recent matplotlib; give it a real one.
    return canvas if isinstance(canvas, FigureCanvasAgg) else FigureCanvasAgg(figure)


_LABEL_WIDTH = "210px"


def _input(control: Control) -> widgets.Widget:
    style = {"description_width": _LABEL_WIDTH}
    layout = widgets.Layout(width="100%")
    if isinstance(control, Parameter):
        unit = "" if not control.unit or control.display.endswith("%") else f" ({control.unit})"
        return widgets.FloatSlider(
            value=control.default,
            min=control.lower,
            max=control.upper,
            step=control.step,
            description=control.label + unit,
            tooltip=control.meaning,
            readout_format=control.display,
            continuous_update=True,
            style=style,
            layout=layout,
        )
    if isinstance(control, Choice):
        return widgets.Dropdown(
            options=list(control.options), value=control.default, description=control.label, style=style, layout=layout
        )
    return widgets.Checkbox(value=control.default, description=control.label, indent=True, style=style, layout=layout)


def _value(control: Control, widget: widgets.Widget) -> Value:
    if isinstance(control, Parameter):
        # A slider counts in steps, and gives 0.024999999999999998 for 0.025.
        return control.validate(float(f"{widget.value:.12g}"))
    if isinstance(control, Choice):
        return control.options[widget.value]
    return bool(widget.value)


def _shown(control: Control, value: Value) -> Value:
    """What the widget of a control holds for a value: for a Choice, the shown text of its option."""
    if isinstance(control, Switch):
        return bool(value)
    if isinstance(control, Parameter):
        return control.validate(value)
    for text, option in control.options.items():
        if option is value or option == value:
            return text
    raise ParameterError(f"choice {control.name!r}: {value!r} is not among its options ({', '.join(control.options)})")
